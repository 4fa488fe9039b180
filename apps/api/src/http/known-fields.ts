import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';

import { ApiError } from './api-error.js';

/** Longest part of a name that the caller made up and that is named to it, in UTF-16 code units. */
const MAX_NAMED = 64;

/** Rules of one class, as far as its shape goes. */
interface Shape {
  /** Every field, and the class of those that are objects with rules of their own. */
  fields: ReadonlyMap<string, ClassConstructor<object> | null>;
  /** Fields whose members the caller names, e.g. pairs of metadata. */
  records: ReadonlySet<string>;
}

const shapes = new Map<ClassConstructor<object>, Shape>();

/**
 * Makes an instance of what a caller sent, in time linear in the number of fields that the class has.
 * The first name that the class does not know ends it, before class-transformer sees any: that compares
 * each name with all others, reads the `constructor` of objects that it has no type for, and passes over
 * `constructor` and `__proto__` in silence.
 *
 * @param type the class with the rules
 * @param input an object that JSON.parse or the parser of queries made
 * @param path where the object stands, e.g. `orq.`
 * @throws ApiError `unsupported_parameter` naming the first field that the class does not have
 */
export function instanceOf<T extends object>(
  type: ClassConstructor<T>,
  input: object,
  path = '',
): T {
  const { fields, records } = shapeOf(type);
  const plain: Record<string, unknown> = {};
  const made: [name: string, value: object][] = [];
  for (const name in input) {
    const field = Object.hasOwn(input, name) ? fields.get(name) : undefined;
    if (field === undefined) {
      throw unknownField(path, name);
    }
    const value = (input as Readonly<Record<string, unknown>>)[name];
    if (!isObject(value)) {
      plain[name] = withoutObjects(value);
    } else if (field !== null) {
      made.push([name, instanceOf(field, value, `${path}${name}.`)]);
    } else if (records.has(name)) {
      made.push([name, value]);
    } else {
      plain[name] = {};
    }
  }
  const instance = plainToInstance(type, plain);
  return Object.assign(instance, Object.fromEntries(made));
}

/**
 * Refusal of a field that nothing is known of.
 *
 * @param path where its object stands, e.g. `orq.`
 * @param name its name, as the caller sent it
 */
export function unknownField(path: string, name: string): ApiError {
  const shown = name.length > MAX_NAMED ? `${name.slice(0, MAX_NAMED)}…` : name;
  const param = `${path}${shown.toWellFormed()}`;
  return new ApiError('unsupported_parameter', {
    param,
    message: `${param} is not a known field.`,
  });
}

function shapeOf(type: ClassConstructor<object>): Shape {
  let shape = shapes.get(type);
  if (shape === undefined) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
    const nested = new Set(
      rules.filter((rule) => rule.type === 'nestedValidation').map((rule) => rule.propertyName),
    );
    const objects = rules
      .filter(({ name }) => name === 'isObject')
      .map((rule) => rule.propertyName);
    shape = {
      fields: new Map(
        rules.map(({ propertyName }) => [
          propertyName,
          nested.has(propertyName)
            ? (Reflect.getMetadata(
                'design:type',
                type.prototype as object,
                propertyName,
              ) as ClassConstructor<object>)
            : null,
        ]),
      ),
      records: new Set(objects.filter((name) => !nested.has(name))),
    };
    shapes.set(type, shape);
  }
  return shape;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same value with an empty object for every object in a list: no field of ours takes one there. */
const withoutObjects = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((item: unknown) => (typeof item === 'object' && item !== null ? {} : item))
    : value;
