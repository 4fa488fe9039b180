import type { Dispatcher } from 'undici';
import { Exchange } from './exchange.js';
import type { ProviderOutcome } from './outcome.js';

/** undici's side of an exchange. Aborting raises the error at once, as undici does. */
function controllerOf(exchange: Exchange): Dispatcher.DispatchController {
  return {
    aborted: false,
    paused: false,
    reason: null,
    abort(reason: Error) {
      (this as { aborted: boolean }).aborted = true;
      exchange.onResponseError(this, reason);
    },
    pause: () => undefined,
    resume: () => undefined,
  };
}

function start(signal?: AbortSignal): { exchange: Exchange; outcome: Promise<ProviderOutcome> } {
  let exchange: Exchange | undefined;
  const outcome = new Promise<ProviderOutcome>((resolve) => {
    const limits = { timeoutMs: 60_000, maxResponseBytes: 1_000, signal };
    exchange = new Exchange('chat.completion', limits, resolve);
  });
  return { exchange: exchange!, outcome };
}

describe('an exchange that undici starts', () => {
  it('a second time is aborted before anything is sent again', async () => {
    const { exchange, outcome } = start();
    const again = controllerOf(exchange);
    exchange.onRequestStart(controllerOf(exchange));
    exchange.onRequestStart(again);
    expect(again.aborted).toBe(true);
    expect(await outcome).toEqual({ kind: 'network_error', cause: 'UND_ERR_SOCKET' });
  });

  it('after it was aborted while it waited is aborted before anything is sent', async () => {
    const abort = new AbortController();
    const { exchange, outcome } = start(abort.signal);
    const controller = controllerOf(exchange);
    abort.abort();
    exchange.onRequestStart(controller);
    expect(controller.aborted).toBe(true);
    expect(await outcome).toEqual({ kind: 'aborted' });
  });
});
