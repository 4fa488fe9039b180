import { ReqRun } from '../reqrun.js';
import type { ClientOptions } from '../settings.js';
import { ScriptedServer } from './scripted-server.js';

/** The key of every client here. */
export const KEY = 'reqrun_test_0123456789';

/**
 * Starts a server before a suite's first test and stops it after its last.
 *
 * @returns the server, and what makes a client of it
 */
export function useServer(): { server: ScriptedServer; client: (o?: ClientOptions) => ReqRun } {
  const server = new ScriptedServer();
  beforeAll(() => server.start());
  afterAll(() => server.stop());
  return {
    server,
    client: (options = {}) => new ReqRun({ apiKey: KEY, baseURL: server.origin, ...options }),
  };
}
