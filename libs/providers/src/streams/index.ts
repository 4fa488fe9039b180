import { CHAT_COMPLETIONS, COMPLETIONS, RESPONSES } from '@reqrun/contracts';

import { chatStream } from './chat-stream.js';
import { completionStream } from './completion-stream.js';
import { responseStream } from './response-stream.js';
import type { StreamModule } from './stream-module.js';

const MODULES: ReadonlyMap<string, StreamModule> = new Map<string, StreamModule>([
  [CHAT_COMPLETIONS.path, chatStream],
  [COMPLETIONS.path, completionStream],
  [RESPONSES.path, responseStream],
]);

/**
 * Finds out how streams of an endpoint are read.
 *
 * @param path below `/v1`, as the record has it
 * @returns null for an endpoint whose answers are no streams, or that this version does not know
 */
export function streamModuleAt(path: string): StreamModule | null {
  return MODULES.get(path) ?? null;
}
