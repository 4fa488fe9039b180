/**
 * Module loaded with `--import` into a process of the product, before the product itself. It removes one
 * guard from the statements on their way to PostgreSQL. The product contains nothing of this.
 */
import { createPool } from '@reqrun/platform/database';

import { type Mutant, MUTANTS } from './mutants.js';

/** Delay of a commit after the answer, in ms. */
const LATE_MS = 40;

interface PreparedQuery {
  name?: string;
  text: string;
  values?: unknown[];
}

type Query = (this: unknown, ...args: unknown[]) => unknown;

const mutant = MUTANTS.find(({ name }) => name === process.env['REQRUN_CHAOS_MUTANT']);
if (mutant !== undefined) {
  take(mutant);
}

function take({ statements = {}, answersFirst }: Mutant): void {
  // The class of the driver's connections, as in the product's own pools.
  const pool = createPool({ connectionString: '', max: 1, applicationName: '' });
  const { prototype } = (pool as unknown as { Client: { prototype: { query: Query } } }).Client;
  const send = prototype.query;
  prototype.query = function (...args) {
    const [query, ...rest] = args;
    if (isPrepared(query)) {
      if (answersFirst === true && query.name?.startsWith('requests-accept') === true) {
        return answerFirst(this, query, send);
      }
      const replacements = statements[query.name ?? ''];
      if (replacements !== undefined) {
        return send.call(this, { ...query, text: replaced(query.text, replacements) }, ...rest);
      }
    }
    return send.apply(this, args);
  };
}

function isPrepared(query: unknown): query is PreparedQuery {
  return typeof query === 'object' && query !== null && 'name' in query && 'text' in query;
}

function replaced(text: string, replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce((result, [from, to]) => {
    if (!result.includes(from)) {
      throw new Error('The statement is not what this mutant was made for.');
    }
    return result.replaceAll(from, to);
  }, text);
}

function answerFirst(client: unknown, query: PreparedQuery, send: Query): Promise<unknown> {
  const [ids] = (query.values ?? []) as [readonly string[]];
  setTimeout(() => {
    void (send.call(client, query) as Promise<unknown>).catch(() => undefined);
  }, LATE_MS);
  return Promise.resolve({ rows: ids.map((id) => ({ id, created_at: new Date() })) });
}
