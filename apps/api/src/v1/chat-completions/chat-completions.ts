import type { EndpointDescription } from '../submission/endpoint-controller.js';
import { ChatCompletionBody } from './chat-completion-body.dto.js';

/** Description of chat completions in the OpenAPI document. */
export const chatCompletions: EndpointDescription = {
  tag: 'Chat completions',
  noun: 'chat completion',
  createId: 'createChatCompletion',
  createSummary: 'Accept a chat completion durably, then run it',
  createDescription:
    'OpenAI’s whole body passes through to the provider untouched, less the fields that are ours. ' +
    '`cache` with `stream: true` is refused for now.',
  retrieveId: 'retrieveChatCompletion',
  retrieveSummary: 'The chat completion of a request, for the stock SDK’s retrieve()',
  body: ChatCompletionBody,
};
