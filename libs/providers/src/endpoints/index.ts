import { CHAT_COMPLETIONS } from '@reqrun/contracts';

import { chatCompletions } from './chat-completions.js';
import type { EndpointModule } from './endpoint-module.js';

const modules = new Map<string, EndpointModule>([[CHAT_COMPLETIONS.path, chatCompletions]]);

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
