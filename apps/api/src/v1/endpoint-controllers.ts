import type { Type } from '@nestjs/common';
import {
  CHAT_COMPLETIONS,
  EMBEDDINGS,
  type Endpoint,
  ENDPOINTS,
  RESPONSES,
} from '@reqrun/contracts';

import { chatCompletions } from './chat-completions/chat-completions.js';
import { embeddings } from './embeddings/embeddings.js';
import { ResponsesController } from './responses/responses.controller.js';
import { ExtensionFields } from '../policy/extension-fields.dto.js';
import { endpointController, type EndpointDescription } from './submission/endpoint-controller.js';
import { uploads } from './uploads/uploads.js';

const DESCRIPTIONS: Readonly<Record<string, EndpointDescription>> = {
  [CHAT_COMPLETIONS.name]: chatCompletions,
  [EMBEDDINGS.name]: embeddings,
  ...uploads,
};

/** Controllers made so far; an endpoint with more routes than usual brings its own. */
const made = new Map<Endpoint, Type<object>>([[RESPONSES, ResponsesController]]);

/** Returns the controllers of all endpoints in the table, the same at each call. */
export function endpointControllers(): readonly Type<object>[] {
  return ENDPOINTS.map((endpoint) => {
    const known = made.get(endpoint);
    if (known !== undefined) {
      return known;
    }
    const controller = endpointController(
      endpoint,
      DESCRIPTIONS[endpoint.name] ?? plainDescription(endpoint),
    );
    made.set(endpoint, controller);
    return controller;
  });
}

/** Returns the description of an endpoint without one. Of its body, only our own fields are known. */
const plainDescription = ({ name, path }: Endpoint): EndpointDescription => ({
  tag: name,
  noun: `request at ${path}`,
  createId: `${name}.create`,
  createSummary: `Accept a request at ${path} durably, then run it`,
  createDescription:
    'The body passes through to the provider untouched, less the fields that are ours.',
  retrieveId: `${name}.retrieve`,
  retrieveSummary: `The answer to a request at ${path}`,
  body: ExtensionFields,
});
