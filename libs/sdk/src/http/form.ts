import { ReqRunError } from '../errors.js';
import { type BlobInstance, type FormDataLike, runtime } from '../runtime.js';
import type { BlobLike, FilePart, NamedContent, ReadableLike } from '../types/uploads.js';

/** Objects of ReqRun's own among the fields: each is one part with JSON. */
const OWN_OBJECTS: readonly string[] = ['retry', 'timeout', 'fallbacks', 'cache', 'orq'];
/** Name of a file that has none, as browsers give it. */
const UNNAMED = 'blob';

const NO_FORMS = 'Uploads need a global FormData and Blob.';

/** A form that can be sent again and again. */
export interface Form {
  readonly data: FormDataLike;
  /** Bytes of its files. */
  readonly size: number;
}

/**
 * Writes fields as a form (multipart/form-data), the way that OpenAI's client does: members of an array as `name[]`,
 * those of an object as `name[member]`. Streams are read whole.
 *
 * @param fields as they would stand in JSON; files as `Uploadable`
 * @throws ReqRunError where the platform has no forms, or a value fits into none
 */
export async function toForm(fields: Readonly<Record<string, unknown>>): Promise<Form> {
  if (runtime.FormData === undefined) {
    throw new ReqRunError(NO_FORMS);
  }
  const data = new runtime.FormData();
  let size = 0;
  const add = async (name: string, value: unknown): Promise<void> => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      data.append(name, String(value));
      return;
    }
    if (typeof value !== 'object' || value === null) {
      return;
    }
    const file = await fileOf(value);
    if (file !== null) {
      data.append(name, file.blob, file.name);
      size += file.blob.size;
    } else if (Array.isArray(value)) {
      for (const one of value) {
        await add(`${name}[]`, one);
      }
    } else {
      for (const [member, one] of Object.entries(value)) {
        await add(`${name}[${member}]`, one);
      }
    }
  };
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && OWN_OBJECTS.includes(name)) {
      data.append(name, typeof value === 'string' ? value : JSON.stringify(value));
    } else {
      await add(name, value);
    }
  }
  return { data, size };
}

interface NamedBlob {
  readonly blob: BlobInstance;
  readonly name: string;
}

/** A value as a file; null where it is none. */
async function fileOf(value: object): Promise<NamedBlob | null> {
  const { Blob } = runtime;
  if (isBlob(value)) {
    // One of a library's own is copied: a form takes the platform's alone.
    const blob = Blob !== undefined && value instanceof Blob ? value : await blobOf(value);
    return { blob, name: baseName(value.name) };
  }
  if ('blob' in value && 'url' in value && typeof value.blob === 'function') {
    const blob = await (value as { blob(): Promise<BlobLike> }).blob();
    return { blob: await blobOf(blob, blob.type), name: baseName(value.url) };
  }
  if (isStream(value)) {
    return { blob: await blobOf(value), name: baseName('path' in value ? value.path : undefined) };
  }
  if ('data' in value && 'name' in value && isContent(value.data)) {
    const { name, data, type } = value as NamedContent;
    return { blob: await blobOf(data, type), name: baseName(name) };
  }
  if (isBytes(value)) {
    throw new ReqRunError('Bytes alone are no file: pass { name, data }, or a File.');
  }
  return null;
}

async function blobOf(content: unknown, type = ''): Promise<BlobInstance> {
  const { Blob } = runtime;
  if (Blob === undefined) {
    throw new ReqRunError(NO_FORMS);
  }
  const parts: unknown[] = [];
  if (isStream(content)) {
    for await (const part of piecesOf(content)) {
      parts.push(isBlob(part) ? await part.arrayBuffer() : part);
    }
  } else {
    parts.push(isBlob(content) ? await content.arrayBuffer() : content);
  }
  return new Blob(parts, { type });
}

async function* piecesOf(stream: AsyncIterable<FilePart> | ReadableLike): AsyncGenerator {
  if (Symbol.asyncIterator in stream) {
    yield* stream;
    return;
  }
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done === true) {
      return;
    }
    yield value;
  }
}

const isBlob = (value: unknown): value is BlobLike =>
  typeof value === 'object' &&
  value !== null &&
  'arrayBuffer' in value &&
  typeof value.arrayBuffer === 'function' &&
  'size' in value &&
  typeof value.size === 'number';

const isStream = (value: unknown): value is AsyncIterable<FilePart> | ReadableLike =>
  typeof value === 'object' &&
  value !== null &&
  (Symbol.asyncIterator in value ||
    ('getReader' in value && typeof value.getReader === 'function'));

const isBytes = (value: unknown): boolean =>
  value instanceof ArrayBuffer || ArrayBuffer.isView(value);

const isContent = (value: unknown): boolean =>
  typeof value === 'string' || isBytes(value) || isBlob(value) || isStream(value);

/** The last part of a path or an address. */
function baseName(path: unknown): string {
  const text = typeof path === 'string' ? path : '';
  const name = text.split(/[\\/]/).pop() ?? '';
  return name === '' ? UNNAMED : name;
}
