import {
  AUDIO_SPEECH,
  AUDIO_TRANSCRIPTIONS,
  AUDIO_TRANSLATIONS,
  CHAT_COMPLETIONS,
  COMPLETIONS,
  EMBEDDINGS,
  IMAGE_EDITS,
  IMAGE_GENERATIONS,
  MODERATIONS,
  RESPONSES,
} from '@reqrun/contracts';

import { chatCompletions } from './chat-completions.js';
import { completions } from './completions.js';
import { embeddings } from './embeddings.js';
import type { EndpointModule } from './endpoint-module.js';
import { images } from './images.js';
import { moderations } from './moderations.js';
import { responses } from './responses.js';
import { speech } from './speech.js';
import { transcriptions } from './transcriptions.js';

const modules = new Map<string, EndpointModule>([
  [AUDIO_SPEECH.path, speech],
  [AUDIO_TRANSCRIPTIONS.path, transcriptions],
  [AUDIO_TRANSLATIONS.path, transcriptions],
  [CHAT_COMPLETIONS.path, chatCompletions],
  [COMPLETIONS.path, completions],
  [EMBEDDINGS.path, embeddings],
  [IMAGE_EDITS.path, images],
  [IMAGE_GENERATIONS.path, images],
  [MODERATIONS.path, moderations],
  [RESPONSES.path, responses],
]);

/**
 * Finds out how answers of an endpoint are judged.
 *
 * @param path below `/v1`, as the record has it
 * @returns null for an endpoint that this version does not know
 */
export function endpointModuleAt(path: string): EndpointModule | null {
  return modules.get(path) ?? null;
}

/**
 * Adds the module of an endpoint, for a process that is about to start.
 *
 * @param path as in its row of the table of endpoints
 * @param endpointModule how its answers are judged
 */
export function addEndpointModule(path: string, endpointModule: EndpointModule): void {
  modules.set(path, endpointModule);
}
