import type {
  APIPromise,
  CreateOptions,
  EndpointHandle,
  EndpointParams,
  ReqRun,
} from '@reqrun/sdk';
import { InvalidArgumentError } from 'commander';

/** An endpoint, by the name that OpenAI's client gives it. */
export type EndpointName = keyof EndpointParams;

interface EndpointEntry<Name extends EndpointName> {
  /** Path below `/v1`. */
  readonly path: string;
  /** Shorter names. */
  readonly aliases: readonly string[];
  readonly isForm?: true;
  readonly isStreamable?: true;
  /** Set where bodies and answers are JSON. */
  readonly isJson?: true;
  readonly call: (
    client: ReqRun,
    body: EndpointParams[Name],
    options: CreateOptions,
  ) => APIPromise<unknown>;
}

const TABLE: { readonly [Name in EndpointName]: EndpointEntry<Name> } = {
  'chat.completions': {
    path: 'chat/completions',
    aliases: ['chat'],
    isJson: true,
    isStreamable: true,
    call: (client, body, options) => client.chat.completions.create(body, options),
  },
  responses: {
    path: 'responses',
    aliases: [],
    isJson: true,
    isStreamable: true,
    call: (client, body, options) => client.responses.create(body, options),
  },
  completions: {
    path: 'completions',
    aliases: [],
    isJson: true,
    isStreamable: true,
    call: (client, body, options) => client.completions.create(body, options),
  },
  embeddings: {
    path: 'embeddings',
    aliases: [],
    isJson: true,
    call: (client, body, options) => client.embeddings.create(body, options),
  },
  moderations: {
    path: 'moderations',
    aliases: [],
    isJson: true,
    call: (client, body, options) => client.moderations.create(body, options),
  },
  'images.generate': {
    path: 'images/generations',
    aliases: ['images', 'images.generations'],
    isJson: true,
    call: (client, body, options) => client.images.generate(body, options),
  },
  'images.edit': {
    path: 'images/edits',
    aliases: ['images.edits'],
    isForm: true,
    call: (client, body, options) => client.images.edit(body, options),
  },
  'audio.speech': {
    path: 'audio/speech',
    aliases: ['speech'],
    call: (client, body, options) => client.audio.speech.create(body, options),
  },
  'audio.transcriptions': {
    path: 'audio/transcriptions',
    aliases: ['transcriptions'],
    isForm: true,
    call: (client, body, options) => client.audio.transcriptions.create(body, options),
  },
  'audio.translations': {
    path: 'audio/translations',
    aliases: ['translations'],
    isForm: true,
    call: (client, body, options) => client.audio.translations.create(body, options),
  },
};

const NAMES = Object.keys(TABLE) as EndpointName[];

/**
 * Reads the name or the path of an endpoint.
 *
 * @param text such as `chat`, `audio.speech`, `audio/speech` or `/v1/audio/speech`
 * @throws InvalidArgumentError when there is none
 */
export function parseEndpoint(text: string): EndpointName {
  const wanted = text.trim().replace(/^\/?(v1\/)?/, '');
  const found = NAMES.find((name) => {
    const { path, aliases } = TABLE[name];
    return wanted === name || wanted === path || aliases.includes(wanted);
  });
  if (found === undefined) {
    throw new InvalidArgumentError(`It must be one of ${NAMES.join(', ')}, or a path.`);
  }
  return found;
}

/**
 * Facts of an endpoint.
 *
 * @param name which
 */
export const endpointOf = (name: EndpointName): Omit<EndpointEntry<EndpointName>, 'call'> =>
  TABLE[name];

/**
 * Submits a body to an endpoint. The server checks the body, and names the field that is wrong.
 *
 * @param name the endpoint
 * @param client the client
 * @param body with `wait: false`
 * @param options how the call is made
 */
export const createAt = (
  name: EndpointName,
  client: ReqRun,
  body: { wait: false },
  options: CreateOptions,
): Promise<EndpointHandle> => call(name, client, body, options) as Promise<EndpointHandle>;

/**
 * Waits for the answer to a body, which the server checks.
 *
 * @param name the endpoint
 * @param client the client
 * @param body with `wait: true`
 * @param options how the call is made
 */
export const waitAt = (
  name: EndpointName,
  client: ReqRun,
  body: { wait: true },
  options: CreateOptions,
): APIPromise<unknown> => call(name, client, body, options);

function call(
  name: EndpointName,
  client: ReqRun,
  body: object,
  options: CreateOptions,
): APIPromise<unknown> {
  // No type knows which fields a user's body has.
  return TABLE[name].call(client, body as never, options);
}
