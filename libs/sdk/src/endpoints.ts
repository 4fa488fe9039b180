import type { EndpointFacts } from './endpoint-client.js';

/** Endpoints by the names that OpenAI's client gives them. */
export const ENDPOINTS = {
  'chat.completions': { path: '/chat/completions', pendingObject: 'chat.completion.async' },
  responses: { path: '/responses', pendingObject: 'response.async' },
  completions: { path: '/completions', pendingObject: 'text_completion.async' },
  embeddings: { path: '/embeddings', pendingObject: 'embedding.async' },
  moderations: { path: '/moderations', pendingObject: 'moderation.async' },
  'images.generate': { path: '/images/generations', pendingObject: 'image.async' },
  'images.edit': { path: '/images/edits', pendingObject: 'image.edit.async', isForm: true },
  'audio.speech': { path: '/audio/speech', pendingObject: 'audio.speech.async', reads: 'bytes' },
  'audio.transcriptions': {
    path: '/audio/transcriptions',
    pendingObject: 'audio.transcription.async',
    isForm: true,
    reads: 'text',
  },
  'audio.translations': {
    path: '/audio/translations',
    pendingObject: 'audio.translation.async',
    isForm: true,
    reads: 'text',
  },
} as const satisfies Readonly<Record<string, EndpointFacts>>;

/**
 * The endpoint of a record.
 *
 * @param endpoint such as `/v1/chat/completions`
 * @returns one that answers in JSON, where it is not known
 */
export function endpointAt(endpoint: string): EndpointFacts {
  const path = endpoint.replace(/^\/v1/, '');
  const known: readonly EndpointFacts[] = Object.values(ENDPOINTS);
  return known.find((one) => one.path === path) ?? { path, pendingObject: '' };
}
