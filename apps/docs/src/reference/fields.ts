import type { Schema } from './open-api.js';

/** Longest list of values that a table shows in full. */
const MOST_VALUES = 12;

/** Returns the name of the object that a reference leads to. */
export function nameOf($ref: string): string {
  return $ref.slice($ref.lastIndexOf('/') + 1);
}

/**
 * Returns text for a cell of a table: on one line, and without characters that Markdown or Vue would read.
 *
 * @param text Markdown of the description, in which only code is marked up
 */
export function cell(text: string): string {
  return text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\|/g, '\\|')
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? part
        : part.replace(/</g, '&lt;').replace(/\{/g, '&#123;').replace(/\*/g, '\\*'),
    )
    .join('');
}

/**
 * Returns the type of a value in words, with links to objects.
 *
 * @param schema schema of the value
 */
export function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = nameOf(schema.$ref);
    return `[${name}](/reference/objects#${name.toLowerCase()})`;
  }
  const alternatives = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  const base =
    alternatives !== undefined
      ? alternatives.map(typeOf).join(' or ')
      : schema.type === 'array'
        ? `array of ${typeOf(schema.items ?? {})}`
        : (schema.type ?? 'any value') + (schema.format === undefined ? '' : ` (${schema.format})`);
  return schema.nullable === true ? `${base} or null` : base;
}

/**
 * Returns the limits and the values of a value in words.
 *
 * @param schema schema of the value
 */
function boundsOf(schema: Schema): string {
  const range = (least: number | undefined, most: number | undefined, unit: string): string[] =>
    least !== undefined && most !== undefined
      ? [`${least} to ${most}${unit}`]
      : least !== undefined
        ? [`at least ${least}${unit}`]
        : most !== undefined
          ? [`at most ${most}${unit}`]
          : [];
  const values = (schema.enum ?? []).filter((value) => value !== null);
  const shown = values.slice(0, MOST_VALUES).map((value) => `\`${value}\``);
  return [
    ...(shown.length === 0
      ? []
      : [
          `one of ${shown.join(', ')}${values.length > MOST_VALUES ? ` and ${values.length - MOST_VALUES} more` : ''}`,
        ]),
    ...range(schema.minimum, schema.maximum, ''),
    ...range(schema.minLength, schema.maxLength, ' characters'),
    ...range(schema.minItems, schema.maxItems, ' items'),
    ...(schema.default === undefined ? [] : [`default \`${JSON.stringify(schema.default)}\``]),
  ].join('; ');
}

/**
 * Returns the description of a value, and what it may be.
 *
 * @param schema schema of the value
 * @param description a description that is not in the schema
 */
export function wordsOf(schema: Schema, description = schema.description ?? ''): string {
  const bounds = boundsOf(schema);
  const sentence = bounds === '' ? '' : `${bounds.charAt(0).toUpperCase()}${bounds.slice(1)}.`;
  return cell([description, sentence].filter((part) => part !== '').join(' '));
}

/**
 * Returns a table of an object's fields; empty for a value without any.
 *
 * @param schema schema of the object, with the objects that it consists of resolved
 */
export function fieldTable(schema: Schema): string {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) {
    return '';
  }
  const required = new Set(schema.required);
  return [
    '| field | type | meaning |',
    '| --- | --- | --- |',
    ...fields.map(
      ([name, field]) =>
        `| \`${name}\`${required.has(name) ? ' <br>required' : ''} | ${typeOf(field)} | ${wordsOf(field)} |`,
    ),
  ].join('\n');
}

/**
 * Returns an object with the fields of all objects that it consists of.
 *
 * @param schema schema of the object
 * @param schemas objects by name
 */
export function flatten(schema: Schema, schemas: Readonly<Record<string, Schema>>): Schema {
  const own = schema.$ref === undefined ? schema : (schemas[nameOf(schema.$ref)] ?? {});
  const parts = (own.allOf ?? []).map((part) => flatten(part, schemas));
  return {
    ...own,
    properties: Object.assign(
      {},
      ...parts.map(({ properties }) => properties),
      own.properties,
    ) as Record<string, Schema>,
    required: [...parts.flatMap(({ required }) => required ?? []), ...(own.required ?? [])],
  };
}
