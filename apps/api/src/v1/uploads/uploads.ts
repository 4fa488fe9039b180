import { ApiProperty } from '@nestjs/swagger';
import { AUDIO_TRANSCRIPTIONS, AUDIO_TRANSLATIONS, IMAGE_EDITS } from '@reqrun/contracts';

import type { EndpointDescription } from '../submission/endpoint-controller.js';
import { ExtensionFields } from '../../policy/extension-fields.dto.js';

const FILE = { type: 'string', format: 'binary' } as const;

/** The fields of any upload: the model, and our fields beside it. */
class UploadBody extends ExtensionFields {
  @ApiProperty({ maxLength: 256, description: 'A name; it is never interpreted.' })
  model!: string;
}

/** The form with a recording: OpenAI's fields, of any name, and our own beside them. */
class AudioUploadBody extends UploadBody {
  @ApiProperty({ ...FILE, description: 'The recording.' })
  file!: unknown;

  @ApiProperty({
    required: false,
    description:
      'An answer counts only in this format: JSON with a `text`, or text. `json` by default.',
  })
  response_format?: string;
}

/** The form with images: OpenAI's fields, of any name, and our own beside them. */
class ImageUploadBody extends UploadBody {
  @ApiProperty({ ...FILE, description: 'The image. Several are several fields `image[]`.' })
  image!: unknown;

  @ApiProperty({ minLength: 1 })
  prompt!: string;

  @ApiProperty({ ...FILE, required: false })
  mask?: unknown;
}

const FORM =
  'The form passes through to the provider byte for byte, less the fields that are ours: an object such as ' +
  '`retry` is JSON, or a field for each member, as `retry[count]`. `stream` and `cache` are refused for now.';

/** Descriptions of the endpoints that take forms, by the name of the endpoint. */
export const uploads: Readonly<Record<string, EndpointDescription>> = {
  [AUDIO_TRANSCRIPTIONS.name]: {
    tag: 'Audio',
    noun: 'transcription',
    createId: 'createTranscription',
    createSummary: 'Accept a recording durably, then have it transcribed',
    createDescription: FORM,
    retrieveId: 'retrieveTranscription',
    retrieveSummary: 'The transcript of a request',
    body: AudioUploadBody,
  },
  [AUDIO_TRANSLATIONS.name]: {
    tag: 'Audio',
    noun: 'translation',
    createId: 'createTranslation',
    createSummary: 'Accept a recording durably, then have it translated into English',
    createDescription: FORM,
    retrieveId: 'retrieveTranslation',
    retrieveSummary: 'The translation of a request',
    body: AudioUploadBody,
  },
  [IMAGE_EDITS.name]: {
    tag: 'Images',
    noun: 'edit',
    createId: 'createImageEdit',
    createSummary: 'Accept images durably, then have them edited',
    createDescription: FORM,
    retrieveId: 'retrieveImageEdit',
    retrieveSummary: 'The images of a request',
    body: ImageUploadBody,
  },
};
