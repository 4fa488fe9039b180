import { isRecord } from './json.js';

type Schema = Readonly<Record<string, unknown>>;

/** The schema asks for more than a made-up answer should hold, or never ends. */
export class SchemaTooLarge extends Error {
  override readonly name = 'SchemaTooLarge';
}

const MAX_VALUES = 10_000;
const MAX_DEPTH = 100;
const MAX_LENGTH = 100_000;
/** Below this depth only what the schema requires is made, so that recursive schemas end. */
const GENEROUS_DEPTH = 6;

const BY_FORMAT = new Map([
  ['date-time', '2026-01-01T00:00:00Z'],
  ['date', '2026-01-01'],
  ['time', '00:00:00Z'],
  ['duration', 'P1D'],
  ['email', 'someone@example.com'],
  ['hostname', 'example.com'],
  ['ipv4', '192.0.2.1'],
  ['ipv6', '2001:db8::1'],
  ['uri', 'https://example.com/'],
  ['uuid', '00000000-0000-4000-8000-000000000000'],
]);

/**
 * Makes up the same value for the same JSON Schema every time. Knows what OpenAI's structured
 * outputs know (https://platform.openai.com/docs/guides/structured-outputs): objects, arrays,
 * strings, numbers, booleans, null, `enum`, `const`, `anyOf`, `$ref`, limits and formats; not
 * `pattern`.
 *
 * @param schema the schema; anything but an object allows anything
 * @throws SchemaTooLarge when it asks for more than 10,000 values, for text of more than 100,000
 *   characters, or for nesting deeper than 100
 */
export function sampleOf(schema: unknown): unknown {
  return new Sampler(schema).sample(schema, 0);
}

class Sampler {
  readonly #root: unknown;
  #left = MAX_VALUES;

  constructor(root: unknown) {
    this.#root = root;
  }

  sample(schema: unknown, depth: number): unknown {
    this.#left -= 1;
    if (this.#left < 0 || depth > MAX_DEPTH) {
      throw new SchemaTooLarge();
    }
    if (!isRecord(schema)) {
      return 'simulated';
    }
    if ('const' in schema) {
      return schema['const'];
    }
    if (Array.isArray(schema['enum'])) {
      return schema['enum'][0] as unknown;
    }
    if (typeof schema['$ref'] === 'string') {
      return this.sample(this.#resolve(schema['$ref']), depth + 1);
    }
    const alternatives = schema['anyOf'] ?? schema['oneOf'];
    if (Array.isArray(alternatives)) {
      return this.sample(pick(alternatives, depth), depth + 1);
    }
    if (Array.isArray(schema['allOf'])) {
      return this.sample(this.#merged(schema['allOf']), depth + 1);
    }
    return this.#ofType(schema, depth);
  }

  #ofType(schema: Schema, depth: number): unknown {
    switch (typeOf(schema, depth)) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return this.#array(schema, depth);
      case 'integer':
        return number(schema, true);
      case 'number':
        return number(schema, false);
      case 'boolean':
        return true;
      case 'null':
        return null;
      default:
        return text(schema);
    }
  }

  #object(schema: Schema, depth: number): unknown {
    const properties = isRecord(schema['properties']) ? schema['properties'] : {};
    const required = Array.isArray(schema['required'])
      ? schema['required'].filter((name): name is string => typeof name === 'string')
      : [];
    const names = depth > GENEROUS_DEPTH ? required : [...Object.keys(properties), ...required];
    // Through entries, so that a property named __proto__ is a property.
    return Object.fromEntries(
      [...new Set(names)].map((name) => [name, this.sample(properties[name], depth + 1)]),
    );
  }

  #array(schema: Schema, depth: number): unknown[] {
    const least = limit(schema['minItems']) ?? 0;
    const most = limit(schema['maxItems']) ?? Infinity;
    const length = Math.min(most, Math.max(least, depth > GENEROUS_DEPTH ? 0 : 1));
    const items: unknown[] = [];
    while (items.length < length) {
      items.push(this.sample(schema['items'], depth + 1));
    }
    return items;
  }

  #resolve(reference: string): unknown {
    const path = reference.replace(/^#\/?/, '');
    let target = this.#root;
    for (const part of path === '' ? [] : path.split('/')) {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      target = isRecord(target) ? target[name] : undefined;
    }
    return target;
  }

  #merged(parts: readonly unknown[]): Schema {
    const schemas = parts
      .map((part) =>
        isRecord(part) && typeof part['$ref'] === 'string' ? this.#resolve(part['$ref']) : part,
      )
      .filter(isRecord);
    const properties = schemas.map((schema) => schema['properties']).filter(isRecord);
    return {
      ...joined(schemas),
      properties: joined(properties),
      required: schemas.flatMap((schema) => schema['required'] ?? []),
    };
  }
}

function joined(objects: readonly Schema[]): Schema {
  return Object.fromEntries(objects.flatMap((object) => Object.entries(object)));
}

/** Deep down the way out of a recursion is the alternative that nests no further. */
function pick(alternatives: readonly unknown[], depth: number): unknown {
  const nests = (schema: unknown): boolean =>
    isRecord(schema) && ('$ref' in schema || 'properties' in schema || 'items' in schema);
  return depth > GENEROUS_DEPTH
    ? (alternatives.find((schema) => !nests(schema)) ?? alternatives[0])
    : alternatives[0];
}

function typeOf(schema: Schema, depth: number): unknown {
  const type = schema['type'];
  if (Array.isArray(type)) {
    return depth > GENEROUS_DEPTH && type.includes('null') ? 'null' : (type[0] as unknown);
  }
  return type ?? ('properties' in schema ? 'object' : 'items' in schema ? 'array' : 'string');
}

function limit(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function text(schema: Schema): string {
  const format = typeof schema['format'] === 'string' ? BY_FORMAT.get(schema['format']) : undefined;
  const least = limit(schema['minLength']) ?? 0;
  if (least > MAX_LENGTH) {
    throw new SchemaTooLarge();
  }
  return (format ?? 'simulated').padEnd(least, '.').slice(0, limit(schema['maxLength']));
}

/** The first of a few likely numbers that keeps all limits. */
function number(schema: Schema, whole: boolean): number {
  const above = limit(schema['exclusiveMinimum']) ?? -Infinity;
  const below = limit(schema['exclusiveMaximum']) ?? Infinity;
  const least = limit(schema['minimum']) ?? -Infinity;
  const most = limit(schema['maximum']) ?? Infinity;
  const step = limit(schema['multipleOf']) ?? (whole ? 1 : undefined);
  const low = Math.max(above, least);
  const high = Math.min(below, most);
  const likely = [1, 0, step ?? 1, low, low + 1, high, high - 1, (low + high) / 2].flatMap((n) =>
    step === undefined ? [n] : [n, Math.ceil(n / step) * step, Math.floor(n / step) * step],
  );
  const fits = (n: number): boolean =>
    Number.isFinite(n) &&
    n > above &&
    n < below &&
    n >= least &&
    n <= most &&
    (!whole || Number.isInteger(n)) &&
    (step === undefined || Number.isInteger(n / step));
  return likely.find(fits) ?? 1;
}
