import { ByteBudget } from '@reqrun/platform/budget';
import type { Dispatcher } from 'undici';

import { chatCompletions } from './endpoints/chat-completions.js';
import { Exchange } from './exchange.js';
import { kindRules } from './kinds/index.js';
import type { ProviderOutcome } from './outcome.js';

const { jest } = import.meta;

const MIB = 1024 * 1024;

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
    const limits = {
      timeoutMs: 60_000,
      maxResponseBytes: 1_000,
      signal,
      rules: kindRules('openai'),
    };
    exchange = new Exchange(chatCompletions, limits, resolve);
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

describe('an answer that waits for memory', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('loses nothing of its time, and no more than its time is waited for it', async () => {
    const budget = new ByteBudget(10 * MIB);
    const occupied = budget.ask(10 * MIB, () => undefined);
    let outcome: ProviderOutcome | undefined;
    const bounds = { timeoutMs: 1_000, maxResponseBytes: 16 * MIB };
    const limits = { ...bounds, signal: undefined, budget, rules: kindRules('openai') };
    const exchange = new Exchange(chatCompletions, limits, (settled) => (outcome = settled));
    const controller = controllerOf(exchange);
    const resume = jest.spyOn(controller, 'resume');
    exchange.onRequestStart(controller);
    exchange.onResponseStart(controller, 200, { 'content-length': String(8 * MIB) });
    await jest.advanceTimersByTimeAsync(5_000);
    expect(outcome).toBeUndefined();
    expect(resume).not.toHaveBeenCalled();
    occupied.release();
    await jest.advanceTimersByTimeAsync(0);
    expect(resume).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(999);
    expect(outcome).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1);
    expect(outcome).toEqual({ kind: 'timeout', phase: 'body' });
    expect(budget.freeBytes).toBe(10 * MIB);
  });
});
