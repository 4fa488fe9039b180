import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { transformSync, version } from '@swc/core';

import { swcOptions } from './swc-options.mjs';

const SOURCE = /^file:(?!.*\/node_modules\/).*\.ts$/;
/** What was made of each source before; any file of it may be deleted at any time. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/reqrun-sources');
const MADE_WITH = `${version}\0${JSON.stringify(swcOptions)}\0`;

/**
 * Node's hook for names of modules: a source names another one as its compiled form, `./other.js`.
 * Both hooks work synchronously, so that they fit either way of registering them.
 *
 * @type {import('node:module').ResolveHookSync}
 */
export function resolve(specifier, context, next) {
  if (/^\.{1,2}\/.*\.js$/.test(specifier) && SOURCE.test(context.parentURL ?? '')) {
    const source = specifier.replace(/\.js$/, '.ts');
    if (existsSync(new URL(source, context.parentURL))) {
      return next(source, context);
    }
  }
  return next(specifier, context);
}

/**
 * Node's hook for the text of modules. Types are taken out, not checked: the editor and `npm run build` do that.
 *
 * @type {import('node:module').LoadHookSync}
 */
export function load(url, context, next) {
  return SOURCE.test(url)
    ? { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true }
    : next(url, context);
}

function compiled(filename) {
  const text = readFileSync(filename, 'utf8');
  const name = createHash('sha256').update(`${MADE_WITH}${filename}\0`).update(text).digest('hex');
  const kept = join(CACHE, `${name}.js`);
  if (existsSync(kept)) {
    return readFileSync(kept, 'utf8');
  }
  const options = { ...swcOptions, filename, swcrc: false, configFile: false };
  const { code } = transformSync(text, options);
  keep(kept, code);
  return code;
}

/** Several processes start at once: each file is there as a whole or not at all. */
function keep(path, code) {
  mkdirSync(CACHE, { recursive: true });
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, code);
  renameSync(aside, path);
}
