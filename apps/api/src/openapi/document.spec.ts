import 'reflect-metadata';

import { ERRORS } from '@reqrun/contracts';
import type { OpenAPIObject } from '@nestjs/swagger';

import type { AccessRule } from '../admin/access/access.js';
import { EXTENSION_FIELDS } from '../policy/extension-fields.dto.js';
import { createOpenApiDocument } from './document.js';

let document: OpenAPIObject;

beforeAll(async () => {
  document = await createOpenApiDocument();
});

function operations() {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    (['get', 'put', 'post', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ path, method, operation }];
    }),
  );
}

describe('the OpenAPI document', () => {
  it('describes every call for applications that is built, and no other', () => {
    const own = operations().filter(({ path }) => !path.startsWith('/admin/'));
    expect(own.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'get /health/live',
      'get /health/ready',
      'post /v1/audio/speech',
      'get /v1/audio/speech/{id}',
      'post /v1/audio/transcriptions',
      'get /v1/audio/transcriptions/{id}',
      'post /v1/audio/translations',
      'get /v1/audio/translations/{id}',
      'post /v1/chat/completions',
      'get /v1/chat/completions/{id}',
      'post /v1/completions',
      'get /v1/completions/{id}',
      'post /v1/embeddings',
      'get /v1/embeddings/{id}',
      'post /v1/images/edits',
      'get /v1/images/edits/{id}',
      'post /v1/images/generations',
      'get /v1/images/generations/{id}',
      'get /v1/models',
      'get /v1/models/{id}',
      'post /v1/moderations',
      'get /v1/moderations/{id}',
      'post /v1/policies/simulate',
      'get /v1/requests',
      'get /v1/requests/{id}',
      'get /v1/requests/{id}/attempts',
      'post /v1/requests/{id}/cancel',
      'post /v1/requests/{id}/retry',
      'get /v1/requests/{id}/stream',
      'post /v1/responses',
      'get /v1/responses/{id}',
      'delete /v1/responses/{id}',
      'post /v1/responses/{id}/cancel',
      'get /v1/responses/{id}/input_items',
    ]);
  });

  it('asks for a key on every call below /v1 and on no other', () => {
    for (const { path, operation } of operations().filter((it) => !it.path.startsWith('/admin/'))) {
      expect(operation.security).toEqual(path.startsWith('/v1/') ? [{ bearer: [] }] : undefined);
    }
  });

  it('says of every call below /admin what it takes: a session, a token’s scope, or nothing', () => {
    const admin = operations().filter(({ path }) => path.startsWith('/admin/'));
    expect(admin.length).toBeGreaterThan(0);
    for (const { operation } of admin) {
      const rule = (operation as { 'x-access'?: AccessRule })['x-access'];
      expect(rule).toBeDefined();
      expect(operation.security).toEqual(
        'public' in rule!
          ? undefined
          : 'scope' in rule!
            ? [{ session: [] }, { accessToken: [] }]
            : [{ session: [] }],
      );
    }
  });

  it('describes everything that a path holds in braces', () => {
    for (const { path, operation } of operations()) {
      const described = (operation.parameters ?? []).flatMap((parameter) =>
        'in' in parameter && parameter.in === 'path' ? [`{${parameter.name}}`] : [],
      );
      expect(described.sort()).toEqual((path.match(/\{\w+\}/g) ?? []).sort());
    }
  });

  it('knows all of our fields that are built, and leaves room for all of OpenAI’s', () => {
    const body = document.components?.schemas?.['ChatCompletionBody'];
    // Only responses have `reattach`.
    const ours = [...EXTENSION_FIELDS].filter((name) => name !== 'reattach');
    expect(document.components?.schemas?.['ResponseBody']).toHaveProperty('properties.reattach');
    expect(body).toMatchObject({ additionalProperties: true, required: ['model', 'messages'] });
    expect(Object.keys((body as { properties: object }).properties).sort()).toEqual(
      [...ours, 'messages', 'metadata', 'model'].sort(),
    );
  });

  it('has no error answer without the one error body and a code of ours behind its status', () => {
    const statuses = new Set<number>(Object.values(ERRORS).map(({ status }) => status));
    for (const { path, operation } of operations()) {
      for (const [status, response] of Object.entries(operation.responses)) {
        if (/^\/(v1|admin)\//.test(path) && /^[45]\d\d$/.test(status)) {
          expect(statuses).toContain(Number(status));
          expect(response).toMatchObject({
            content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorBody' } } },
          });
        }
      }
    }
  });

  it('promises an id on every answer, and a time to come back on every 429 and 503', () => {
    for (const { path, operation } of operations()) {
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(response).toHaveProperty(['headers', 'x-request-id']);
        if (/^\/(v1|admin)\//.test(path) && (status === '429' || status === '503')) {
          expect(response).toHaveProperty(['headers', 'retry-after']);
        }
      }
    }
  });

  it('refers to nothing that it does not define', () => {
    const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g);
    for (const [, name] of references) {
      expect(document.components?.schemas).toHaveProperty(name ?? '');
    }
  });
});
