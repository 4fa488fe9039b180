import type { CompletionUsage } from './chat-completion.js';
import type { ReqRunFields } from './chat-params.js';
import type { EndpointHandle } from './endpoint.js';
import type {
  Less,
  OpenAIImageEditParams,
  OpenAIImageGenerateParams,
  OpenAIImagesResponse,
  OpenAIOr,
} from './openai.js';
import type { Uploadable } from './uploads.js';

/** OpenAI's body of a request for images, and ReqRun's own fields. It has OpenAI's own type where its package is installed. */
export type ImageGenerateParams = OpenAIOr<
  Less<OpenAIImageGenerateParams, 'stream'>,
  GenerateParams
> &
  ReqRunFields;

/** The form of an edit of images, and ReqRun's own fields. It has OpenAI's own type where its package is installed. */
export type ImageEditParams = OpenAIOr<
  Less<OpenAIImageEditParams, 'image' | 'mask' | 'stream'>,
  EditParams
> &
  ReqRunFields & { image: Uploadable | Uploadable[]; mask?: Uploadable };

/** Images. They have OpenAI's own type where its package is installed. */
export type ImagesResponse = OpenAIOr<OpenAIImagesResponse, Images>;

/** The handle of a request for images that has not ended. */
export type ImageAsync = EndpointHandle<'image.async'>;

/** The handle of an edit of images that has not ended. */
export type ImageEditAsync = EndpointHandle<'image.edit.async'>;

interface EditParams {
  prompt: string;
  model?: string | null;
  n?: number | null;
  size?: string | null;
  quality?: string | null;
  response_format?: 'url' | 'b64_json' | null;
}

type GenerateParams = EditParams & Record<string, unknown>;

/** One image: as a link, or as base64. */
interface Image {
  url?: string;
  b64_json?: string;
  revised_prompt?: string;
}

interface Images {
  /** Unix seconds. */
  created: number;
  data?: Image[];
  usage?: Partial<CompletionUsage>;
  [field: string]: unknown;
}
