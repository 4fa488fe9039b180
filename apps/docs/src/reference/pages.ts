import { cell, fieldTable, flatten, typeOf, wordsOf } from './fields.js';
import type { Content, OpenApi, Operation, Parameter, Schema } from './open-api.js';

export type { OpenApi } from './open-api.js';

/** Page of the API reference. */
export interface ReferencePage {
  /** Last part of its address. */
  readonly area: string;
  readonly markdown: string;
}

interface Area {
  readonly area: string;
  readonly title: string;
  readonly intro: string;
  /** Paths of the area that no area before it has taken. */
  readonly paths: RegExp;
}

const ADMIN =
  'Calls carry a personal access token of a person as a bearer token, or the cookie of the dashboard.';
const AREAS: readonly Area[] = [
  {
    area: 'requests',
    title: 'Requests',
    intro: 'Accepted requests: their records, attempts, streams, and what you can do with them.',
    paths: /^\/v1\/(requests|policies)/,
  },
  {
    area: 'endpoints',
    title: 'Model endpoints',
    intro:
      'The endpoints that the OpenAI SDKs call. Each takes the fields of OpenAI and those of ReqRun that [the API](/api#extension-fields) describes.',
    paths: /^\/v1\//,
  },
  {
    area: 'admin-requests',
    title: 'Admin API: requests',
    intro: `The requests of a project, its figures and its policies, without any content. ${ADMIN}`,
    paths:
      /^\/admin\/(requests|projects\/\{project_id\}\/(requests|bulk-retries|metrics|policies))/,
  },
  {
    area: 'admin-projects',
    title: 'Admin API: projects',
    intro: `Projects with their keys, providers, lanes and alerts. ${ADMIN}`,
    paths: /^\/admin\/projects/,
  },
  {
    area: 'system',
    title: 'Health and system',
    intro: 'The state of a process, and of the deployment.',
    paths: /^\/(health|admin\/system)/,
  },
  {
    area: 'admin-people',
    title: 'Admin API: people',
    intro: `Sessions, people, access tokens and the audit log. ${ADMIN}`,
    paths: /^\/admin\//,
  },
];
const FOOTNOTE = 'Rendered from `openapi.json`, which is generated from the code.';

/**
 * Renders the description of the API as pages of Markdown: one for each area, and one with all objects.
 *
 * @param api the description
 * @throws {Error} for a path that belongs to no area
 */
export function referencePages(api: OpenApi): ReferencePage[] {
  const { schemas } = api.components;
  const sections = new Map<string, string[]>(AREAS.map(({ area }) => [area, []]));
  for (const [path, methods] of Object.entries(api.paths)) {
    const owner = AREAS.find(({ paths }) => paths.test(path));
    if (owner === undefined) {
      throw new Error(`${path} belongs to no page of the API reference.`);
    }
    for (const [method, operation] of Object.entries(methods)) {
      sections.get(owner.area)?.push(operationSection(method, path, operation, schemas));
    }
  }
  return [
    ...AREAS.map(({ area, title, intro }) => ({
      area,
      markdown: [`# ${title}`, intro, FOOTNOTE, ...(sections.get(area) ?? [])].join('\n\n'),
    })),
    { area: 'objects', markdown: objectsPage(schemas) },
  ];
}

function objectsPage(schemas: Readonly<Record<string, Schema>>): string {
  return [
    '# Objects',
    'The bodies of calls and answers. The endpoints link here.',
    FOOTNOTE,
    ...Object.entries(schemas).flatMap(([name, schema]) => {
      const whole = flatten(schema, schemas);
      const table = fieldTable(whole);
      return [
        `## ${name}`,
        cell(whole.description ?? ''),
        table === '' ? `${typeOf(schema)}. ${wordsOf(schema, '')}` : table,
      ];
    }),
  ].join('\n\n');
}

function operationSection(
  method: string,
  path: string,
  operation: Operation,
  schemas: Readonly<Record<string, Schema>>,
): string {
  const { summary = '', description = '', parameters = [], requestBody, responses } = operation;
  const access = operation['x-access'];
  return [
    `## ${method.toUpperCase()} \`${path}\``,
    summary === '' ? '' : `**${cell(summary)}**`,
    cell(description),
    accessLine(access),
    parameterTable(parameters),
    bodySection(requestBody?.content, schemas),
    '**Answers**',
    [
      '| status | body | meaning |',
      '| --- | --- | --- |',
      ...Object.entries(responses).map(
        ([status, { description: words = '', content }]) =>
          `| ${status} | ${bodyTypes(content)} | ${cell(words)} |`,
      ),
    ].join('\n'),
    headerTable(responses),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function accessLine(access: Operation['x-access']): string {
  const parts = [
    access?.role === undefined ? '' : `role \`${access.role}\``,
    access?.scope === undefined ? '' : `scope \`${access.scope}\``,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `Access: ${parts.join(', ')}.`;
}

function parameterTable(parameters: readonly Parameter[]): string {
  return parameters.length === 0
    ? ''
    : [
        '**Parameters**\n',
        '| parameter | in | meaning |',
        '| --- | --- | --- |',
        ...parameters.map(
          ({ name, in: place, required, description, schema = {} }) =>
            `| \`${name}\`${required === true && place !== 'path' ? ' <br>required' : ''} | ${place} | ${wordsOf(schema, description)} |`,
        ),
      ].join('\n');
}

function bodySection(
  content: Content | undefined,
  schemas: Readonly<Record<string, Schema>>,
): string {
  return Object.entries(content ?? {})
    .map(([media, { schema = {} }]) => {
      const name = schema.$ref === undefined ? '' : `: ${typeOf(schema)}`;
      return `**Body** \`${media}\`${name}\n\n${fieldTable(flatten(schema, schemas))}`;
    })
    .join('\n\n');
}

function bodyTypes(content: Content | undefined): string {
  return Object.entries(content ?? {})
    .map(([media, { schema = {} }]) =>
      media === 'application/json' ? typeOf(schema) : `\`${media}\``,
    )
    .join(' or ');
}

/** Returns the headers of all answers of an operation, each once. */
function headerTable(responses: Operation['responses']): string {
  const headers = new Map(
    Object.values(responses).flatMap(({ headers: own }) => Object.entries(own ?? {})),
  );
  return headers.size === 0
    ? ''
    : [
        '::: details Headers of the answers\n',
        '| header | meaning |',
        '| --- | --- |',
        ...[...headers].map(
          ([name, { description, schema = {} }]) =>
            `| \`${name}\` | ${wordsOf(schema, description)} |`,
        ),
        '\n:::',
      ].join('\n');
}
