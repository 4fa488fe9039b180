import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';

import { EnvError, makeValidator } from 'envalid';

import { faultOfConnectionString } from '../database/hosts.js';
import { fitsSockets } from '../ipc/ipc-server.js';

/**
 * A whole number within bounds.
 *
 * @param min the smallest value that is allowed
 * @param max the largest value that is allowed
 */
export const integer = (min: number, max: number) =>
  makeValidator<number>((text) => {
    const value = Number(text);
    if (!/^\s*[+-]?\d+\s*$/.test(text) || value < min || value > max) {
      throw new EnvError(`expected a whole number from ${min} to ${max}`);
    }
    return value;
  });

/** A share, from 0 to 1. */
export const share = makeValidator<number>((text) => {
  const value = Number(text);
  if (!/^\s*\d*\.?\d+\s*$/.test(text) || value > 1) {
    throw new EnvError('expected a number from 0 to 1');
  }
  return value;
});

/**
 * One of some words. envalid's own `choices` quotes a wrong value, which may be a misplaced secret.
 *
 * @param words what is allowed
 */
export const oneOf = <Word extends string>(...words: readonly Word[]) =>
  makeValidator<Word>((text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) {
      throw new EnvError(`expected one of ${words.join(', ')}`);
    }
    return found;
  });

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  f: false,
  no: false,
  off: false,
  '0': false,
};

/** Yes or no, in the spellings of envalid's `bool`, whose error quotes the value. */
export const flag = makeValidator<boolean>((text) => {
  const value = Object.hasOwn(FLAGS, text) ? FLAGS[text] : undefined;
  if (value === undefined) {
    throw new EnvError('expected true or false');
  }
  return value;
});

/** A comma separated list of HTTP statuses from 408 to 599. */
export const statusList = makeValidator<number[]>((text) => {
  const values = text.split(',').map((part) => Number(part.trim()));
  if (values.some((value) => !Number.isInteger(value) || value < 408 || value > 599)) {
    throw new EnvError('expected statuses from 408 to 599, separated by commas');
  }
  return values;
});

/** A comma separated list; empty parts are dropped. */
export const list = makeValidator<string[]>((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** A comma separated list of `host` or `host:port`. */
export const hosts = makeValidator<string[]>((text) => {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.some((part) => !isHostPort(part))) {
    throw new EnvError('expected host:port, separated by commas');
  }
  return parts;
});

/** A name or an address with nothing but a port. A password in it would not be one of this host alone. */
function isHostPort(text: string): boolean {
  return /^[^/@?#\s]+$/.test(text) && URL.canParse(`redis://${text}`);
}

/** A folder for sockets; it need not be there. */
export const socketFolder = makeValidator<string>((text) => {
  if (!isAbsolute(text) || !fitsSockets(text)) {
    throw new EnvError('expected an absolute path, short enough for the sockets in it (89 bytes)');
  }
  return text;
});

/** 32 bytes as 64 hexadecimal digits or as base64. The value never appears in the error. */
export const key256 = makeValidator<Buffer>((text) => {
  const bytes = /^[0-9a-fA-F]{64}$/.test(text)
    ? Buffer.from(text, 'hex')
    : Buffer.from(text, 'base64');
  if (bytes.length !== 32) {
    throw new EnvError('expected 32 bytes as 64 hexadecimal digits or base64');
  }
  return bytes;
});

/** An address of one of the given schemes, without credentials being echoed in the error. */
export const address = (...schemes: string[]) =>
  makeValidator<string>((text) => {
    if (!URL.canParse(text) || !schemes.includes(new URL(text).protocol.slice(0, -1))) {
      throw new EnvError(`expected an address that begins with ${schemes.join(':// or ')}://`);
    }
    return text;
  });

/** The address of a PostgreSQL, with one or more hosts; credentials are not echoed in the error. */
export const databaseAddress = makeValidator<string>((text) => {
  const fault = faultOfConnectionString(text);
  if (fault !== null) {
    throw new EnvError(fault);
  }
  return text;
});

/** A PEM file with certificates; the value is its text. */
export const certificates = makeValidator<string>((path) => {
  try {
    const text = readFileSync(path, 'utf8');
    // The first is enough to tell that this is no key and no other file by mistake.
    parseFirst(text);
    return text;
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw new EnvError(
      typeof code === 'string' && /^E[A-Z]+$/.test(code)
        ? `the file can't be read (${code})`
        : 'expected a file with certificates in PEM',
    );
  }
});

/** Throws where a text does not begin with a certificate. */
function parseFirst(pem: string): X509Certificate {
  return new X509Certificate(pem);
}
