import { ApiProperty } from '@nestjs/swagger';

import { ExtensionFields } from '../../policy/extension-fields.dto.js';

/** The body of a chat completion: OpenAI's fields, of any name, and our own beside them. */
export class ChatCompletionBody extends ExtensionFields {
  @ApiProperty({ maxLength: 256, description: 'A name; it is never interpreted.' })
  model!: string;

  @ApiProperty({
    type: 'array',
    minItems: 1,
    items: { type: 'object', additionalProperties: true },
  })
  messages!: object[];

  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: { type: 'string', maxLength: 512 },
    description:
      'Forwarded, and copied in clear to the record: at most 16 pairs, keys of at most 64 characters.',
  })
  metadata?: Record<string, string>;
}
