import { applyDecorators } from '@nestjs/common';
import { type ClassConstructor, plainToInstance, Type } from 'class-transformer';
import {
  getMetadataStorage,
  IsObject,
  IsOptional,
  ValidateBy,
  ValidateNested,
} from 'class-validator';

import { ApiError } from './api-error.js';

/** Longest part of an unknown field's name that an error repeats, in UTF-16 code units. */
const MAX_NAMED = 64;

/** Shape of a class with rules. */
interface Shape {
  /** All fields, with the class of those that are objects with their own rules. */
  fields: ReadonlyMap<string, ClassConstructor<object> | null>;
  /** Fields with members that the caller names, e.g. pairs of metadata. */
  records: ReadonlySet<string>;
  /** Fields with lists whose objects are read by other code. */
  lists: ReadonlySet<string>;
}

/** Keeps the objects in a list of a field, which other code reads; any other list loses them. */
export const IsObjectList = (): PropertyDecorator =>
  ValidateBy({
    name: OBJECT_LIST,
    validator: { validate: () => true },
  });

const OBJECT_LIST = 'isObjectList';

const shapes = new Map<ClassConstructor<object>, Shape>();

/**
 * Validates an object by the rules of a class, or null. The compiler notes no class for such a field, so it is
 * noted here.
 *
 * @param type the class with the rules
 */
export const IsObjectOrNull = (type: ClassConstructor<object>): PropertyDecorator =>
  applyDecorators(
    IsOptional(),
    IsObject(),
    ValidateNested(),
    Type(() => type),
    Reflect.metadata('design:type', type),
  );

/**
 * Converts input to an instance, in time linear in the number of fields of the class. It stops at the first
 * unknown name, before class-transformer sees any: that compares each name with all others, reads the
 * `constructor` of objects without a type, and silently ignores `constructor` and `__proto__`.
 *
 * @param type the class with the rules
 * @param input an object from JSON.parse or the query parser
 * @param path path of the object, e.g. `orq.`
 * @throws ApiError `unsupported_parameter` naming the first field that the class does not have
 */
export function instanceOf<T extends object>(
  type: ClassConstructor<T>,
  input: object,
  path = '',
): T {
  const { fields, records, lists } = shapeOf(type);
  const plain: Record<string, unknown> = {};
  const made: [name: string, value: object][] = [];
  for (const name in input) {
    const field = Object.hasOwn(input, name) ? fields.get(name) : undefined;
    if (field === undefined) {
      throw unknownField(path, name);
    }
    const value = (input as Readonly<Record<string, unknown>>)[name];
    if (lists.has(name) && Array.isArray(value)) {
      made.push([name, value]);
    } else if (!isObject(value)) {
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
 * Returns the error for an unknown field.
 *
 * @param path path of its object, e.g. `orq.`
 * @param name its name, as received
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
      lists: new Set(
        rules.filter(({ name }) => name === OBJECT_LIST).map((rule) => rule.propertyName),
      ),
    };
    shapes.set(type, shape);
  }
  return shape;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Replaces every object in a list with an empty one: no field of ours accepts one there. */
const withoutObjects = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((item: unknown) => (typeof item === 'object' && item !== null ? {} : item))
    : value;
