import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import type { NamedContent } from '@reqrun/sdk';

import { UsageError } from '../exit-codes.js';

/**
 * Reads the fields of a form, as curl takes them: `name=value`, or `name=@path` for a file. A name that is given twice,
 * or ends with `[]`, is a list.
 *
 * @param fields as they were given
 * @throws UsageError when one is no field, or its file can't be read
 */
export async function readForm(fields: readonly string[]): Promise<Record<string, unknown>> {
  const form: Record<string, unknown> = {};
  for (const field of fields) {
    const [, given = '', isFile, text = ''] = /^([^=]+)=(@?)(.*)$/s.exec(field) ?? [];
    if (given === '') {
      throw new UsageError('A field of a form is name=value, or name=@path for a file.');
    }
    const value = isFile === '@' ? await fileAt(text) : text;
    const name = given.replace(/\[\]$/, '');
    const known = form[name];
    form[name] = known !== undefined ? [known, value].flat() : name === given ? value : [value];
  }
  return form;
}

async function fileAt(path: string): Promise<NamedContent> {
  try {
    return { name: basename(path), data: await readFile(path) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT'
        ? `There is no file ${path}.`
        : `${path} can't be read (${code ?? 'unknown error'}).`,
    );
  }
}
