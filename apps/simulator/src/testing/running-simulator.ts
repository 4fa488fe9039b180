import type { AddressInfo } from 'node:net';

import type { ListedCall } from '../calls/call-log.js';
import { createSimulator, type SimulatorOptions } from '../server.js';
import { openCall, type OpenCall, type RawAnswer } from './raw-call.js';

/** A prompt that is found again if it gets anywhere. */
export const PROMPT = 'the-secret-prompt';

/** A simulator on a port of its own. */
export interface RunningSimulator {
  readonly port: number;
  readonly origin: string;
  /** Opens a call for {@link PROMPT}; `more` goes on top of the body. */
  open(model: string, more?: object, headers?: Record<string, string>): OpenCall;
  /** The same, and waits for its end. */
  call(model: string, more?: object, headers?: Record<string, string>): Promise<RawAnswer>;
  /** Reads the list of `GET /calls`; asks again until `until` holds. */
  calls(until?: (calls: readonly ListedCall[]) => boolean): Promise<readonly ListedCall[]>;
  close(): Promise<void>;
}

/** Starts a simulator on a free port of 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const server = createSimulator(options);
  const origin = await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  const open: RunningSimulator['open'] = (model, more = {}, headers = {}) =>
    openCall(port, { model, messages: [{ role: 'user', content: PROMPT }], ...more }, headers);
  return {
    port,
    origin,
    open,
    call: (model, more, headers) => open(model, more, headers).ended,
    async calls(until = () => true) {
      for (;;) {
        const response = await fetch(`${origin}/calls`);
        const { data } = (await response.json()) as { data: ListedCall[] };
        if (until(data)) {
          return data;
        }
      }
    },
    close: () => server.close(),
  };
}
