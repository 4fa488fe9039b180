import { createHash } from 'node:crypto';

import { UsageError } from '../exit-codes.js';
import { type EndpointName, parseEndpoint } from '../input/endpoint.js';

/** One line of a batch. */
export interface BatchLine {
  /** From 1. */
  readonly number: number;
  /** The name that its author gave it; null where there is none. */
  readonly customId: string | null;
  readonly endpoint: EndpointName;
  readonly body: Readonly<Record<string, unknown>>;
  /** The same whenever the same batch is run. */
  readonly idempotencyKey: string;
}

/**
 * Reads the lines of a batch: a body each, or what OpenAI's Batch API takes, `{custom_id, url, body}`.
 *
 * The key of a line is made of the batch's name and of what the line says, so that it stays when other lines come and go.
 * Equal lines are told apart by their order. A line that has a key of its own keeps it.
 *
 * @param text JSON Lines; blank lines count as lines, and mean nothing
 * @param name the batch: the same lines under another name are other requests
 * @param endpoint of lines that name none
 * @throws UsageError naming the first line that is wrong, before anything is sent; never with its content
 */
export function readLines(text: string, name: string, endpoint: EndpointName): BatchLine[] {
  const seen = new Map<string, number>();
  return text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((content, index) => {
      const trimmed = content.trim();
      if (trimmed === '') {
        return [];
      }
      const number = index + 1;
      const line = readLine(trimmed, number, endpoint);
      const digest = createHash('sha256')
        .update(JSON.stringify([line.endpoint, line.customId, line.body]))
        .digest('hex');
      const nth = (seen.get(digest) ?? 0) + 1;
      seen.set(digest, nth);
      const { idempotency_key: own } = line.body;
      const derived = `${keyPrefix(name)}${digest.slice(0, 32)}${nth === 1 ? '' : `-${nth}`}`;
      return [{ ...line, number, idempotencyKey: typeof own === 'string' ? own : derived }];
    });
}

/**
 * The beginning of all keys of a batch.
 *
 * @param name the batch
 */
export const keyPrefix = (name: string): string =>
  `batch:${name.replaceAll(/[^\w.-]/g, '_').slice(0, 100)}:`;

function readLine(
  text: string,
  number: number,
  endpoint: EndpointName,
): Omit<BatchLine, 'number' | 'idempotencyKey'> {
  const line = objectIn(text, number);
  if (!('body' in line)) {
    return { customId: null, endpoint, body: line };
  }
  const { custom_id: customId = null, url, body } = line;
  if (!isObject(body)) {
    throw new UsageError(`Line ${number}: body must be a JSON object.`);
  }
  if (customId !== null && typeof customId !== 'string') {
    throw new UsageError(`Line ${number}: custom_id must be a string.`);
  }
  return { customId, endpoint: url === undefined ? endpoint : endpointIn(url, number), body };
}

function objectIn(text: string, number: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The message of the parser repeats what was read, which is a prompt.
    throw new UsageError(`Line ${number} is not valid JSON.`);
  }
  if (!isObject(value)) {
    throw new UsageError(`Line ${number} must hold a JSON object.`);
  }
  return value;
}

function endpointIn(url: unknown, number: number): EndpointName {
  try {
    return parseEndpoint(String(url));
  } catch {
    throw new UsageError(`Line ${number}: url names no endpoint, such as /v1/chat/completions.`);
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
