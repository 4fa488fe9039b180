import type { Provider, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

import { AdminSettings } from '../admin/admin-settings.js';
import { ApiModule } from '../api.module.js';
import { VERSION } from '../version.js';
import { RETRY_AFTER_HEADERS, REQUEST_ID, RETRY_HEADERS } from '../http/openapi-responses.js';

/** Metadata key under which Nest keeps the `@Inject` tokens of a constructor. */
const INJECTED = 'self:paramtypes';

/** Returns stand-ins for the controllers' dependencies. Their tokens must exist, but not their values. */
function standIns(): Provider[] {
  const asked = ApiModule.controllers.flatMap(
    (controller) =>
      (Reflect.getMetadata(INJECTED, controller) ?? []) as readonly { param: Type<object> }[],
  );
  const tokens = new Set([AdminSettings, ...asked.map(({ param }) => param)]);
  return [...tokens].map((provide) => ({ provide, useValue: {} }));
}

/** The operations of a path, by HTTP method. */
type PathItem = OpenAPIObject['paths'][string];
/** One operation. */
type Operation = NonNullable<PathItem['get']>;

const DESCRIPTION = [
  'A reliability layer for OpenAI-compatible requests: accepted durably, retried, deduplicated, visible.',
  'Point a stock OpenAI SDK at `…/v1`. Errors have OpenAI’s body, all four keys, on every path; a call that can’t be read at all is answered 400, 408, 413, 415 or 431.',
].join('\n\n');

/**
 * Creates the OpenAPI document from the controllers. Nothing is connected or constructed: Nest's preview
 * mode reads only the classes.
 *
 * @returns the OpenAPI 3 document, with the common answers added to each operation
 */
export async function createOpenApiDocument(): Promise<OpenAPIObject> {
  const app = await NestFactory.create(
    ApiModule.register(standIns(), standIns()),
    new FastifyAdapter(),
    {
      preview: true,
      abortOnError: false,
      logger: false,
    },
  );
  const config = new DocumentBuilder()
    .setTitle('ReqRun')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('http://127.0.0.1:4000', 'Where `npm start` listens')
    .addSecurity('bearer', {
      type: 'http',
      scheme: 'bearer',
      description: 'A project’s API key: `reqrun_live_…` or `reqrun_test_…`.',
    })
    .addSecurity('session', {
      type: 'apiKey',
      in: 'cookie',
      name: '__Host-reqrun_session',
      description:
        'A person who signed in with `POST /admin/session`; `reqrun_session` where the dashboard is not on https. Changes need `Sec-Fetch-Site: same-origin` or the dashboard’s `Origin`.',
    })
    .addSecurity('accessToken', {
      type: 'http',
      scheme: 'bearer',
      description: 'A personal access token: `reqrun_admin_…`.',
    })
    .build();
  const document = SwaggerModule.createDocument(app, config);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of operationsOf(item)) {
      if (path.startsWith('/v1/')) {
        addCommonAnswers(operation, NO_KEY, RETRY_HEADERS);
      } else if (path.startsWith('/admin/')) {
        addCommonAnswers(operation, ACCESS_ANSWERS, RETRY_AFTER_HEADERS);
      }
      addRequestId(operation);
      addPathParameters(path, operation);
    }
  }
  return {
    ...document,
    paths: sorted(document.paths),
    components: {
      ...document.components,
      schemas: sorted(mapValues(document.components?.schemas ?? {}, withAdditionalProperties)),
    },
  };
}

/** Whether a body may have fields that are not described, by schema. Answers may always get more. */
const ADDITIONAL_PROPERTIES: Readonly<Record<string, boolean>> = {
  // OpenAI's own fields, of any name.
  ChatCompletionBody: true,
  OrqFields: false,
  RetryFields: false,
  TimeoutFields: false,
};

function withAdditionalProperties<T extends object>(schema: T, name: string): T {
  const additionalProperties = ADDITIONAL_PROPERTIES[name];
  return additionalProperties === undefined ? schema : { ...schema, additionalProperties };
}

function mapValues<T, R>(
  members: Readonly<Record<string, T>>,
  change: (value: T, name: string) => R,
): Record<string, R> {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, change(value, name)]),
  );
}

function operationsOf(item: PathItem): Operation[] {
  return [item.get, item.put, item.post, item.patch, item.delete].filter(
    (operation) => operation !== undefined,
  );
}

const NO_KEY = {
  401: 'No valid API key; unknown, revoked and expired read the same.',
};
const ACCESS_ANSWERS = {
  401: 'Not signed in; unknown, revoked and expired read the same.',
  403: 'Not with this role or scope, or not from the dashboard.',
};

/** Adds the answers that any call can get before its route is reached, and when the database is away. */
function addCommonAnswers(
  operation: Operation,
  refusals: Readonly<Record<number, string>>,
  headers: typeof RETRY_HEADERS | typeof RETRY_AFTER_HEADERS,
): void {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/ErrorBody' } } };
  const common: Operation['responses'] = {
    ...mapValues(refusals, (description) => ({ description, content })),
    429: { description: 'Too many for now; try again later.', content, headers },
    500: { description: 'A defect of the server.', content },
    503: { description: 'Not possible at present; try again later.', content, headers },
  };
  operation.responses = { ...operation.responses, ...common };
}

function addRequestId(operation: Operation): void {
  for (const response of Object.values(operation.responses)) {
    if (response !== undefined && !('$ref' in response)) {
      response.headers = { ...REQUEST_ID, ...response.headers };
    }
  }
}

/** Adds the parameters in a path's braces. Nest does not see those that our own decorators read. */
function addPathParameters(path: string, operation: Operation): void {
  const known = new Set(
    (operation.parameters ?? []).flatMap((parameter) =>
      'in' in parameter && parameter.in === 'path' ? [parameter.name] : [],
    ),
  );
  const missing = [...path.matchAll(/\{(\w+)\}/g)]
    .flatMap(([, name]) => name ?? [])
    .filter((name) => !known.has(name))
    .map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }) as const);
  operation.parameters = [...missing, ...(operation.parameters ?? [])];
}

function sorted<T>(members: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(members).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}
