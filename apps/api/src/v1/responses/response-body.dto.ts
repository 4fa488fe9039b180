import { ApiProperty } from '@nestjs/swagger';

import { REATTACH } from '../../policy/policy-fields.dto.js';
import { ExtensionFields } from '../../policy/extension-fields.dto.js';

/** The body of a response: OpenAI's, whatever it holds, and our fields beside it. */
export class ResponseBody extends ExtensionFields {
  @ApiProperty({ maxLength: 256, description: 'A name; it is never interpreted.' })
  model!: string;

  @ApiProperty({
    required: false,
    description: 'A text or items. A stored prompt or a conversation can stand in for it.',
    oneOf: [
      { type: 'string' },
      { type: 'array', items: { type: 'object', additionalProperties: true } },
    ],
  })
  input?: unknown;

  @ApiProperty({
    required: false,
    description: 'Answer at once with a response object; the request runs on. Never forwarded.',
  })
  background?: boolean;

  @ApiProperty(REATTACH)
  declare reattach?: boolean;

  @ApiProperty({
    required: false,
    description: 'The id of an earlier response: the provider’s, or ours of a completed request.',
  })
  previous_response_id?: string;

  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: { type: 'string', maxLength: 512 },
    description: 'Forwarded, and copied in clear to the record.',
  })
  metadata?: Record<string, string>;
}
