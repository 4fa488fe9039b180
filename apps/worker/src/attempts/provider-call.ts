import { requestIdFromUuid } from '@reqrun/contracts';
import type { LightAbortController } from '@reqrun/platform/abort';
import { MasterKeyMismatchError, UnreadableError } from '@reqrun/platform/crypto';
import { failpoint } from '@reqrun/platform/failpoints';
import type { Logger } from '@reqrun/platform/logging';
import type { CallTarget, ProjectDirectory } from '@reqrun/projects';
import {
  endpointModuleAt,
  OneTimeBody,
  type ProviderClient,
  type ProviderOutcome,
} from '@reqrun/providers';
import type { AttemptResult } from '@reqrun/requests';
import { DEFAULT_IDLE_TIMEOUT_MS } from '@reqrun/retry-policy';

import type { WorkerMetrics } from '../metrics.js';
import { idsOf } from './attempt-reporter.js';
import type { CallContent, CallContents } from './call-contents.js';
import { msUntilDeadline, type RunningAttempt } from './in-flight.js';
import { failedWithoutCall, toAttemptResult } from './attempt-result.js';

/** Parts that make provider calls. */
export interface ProviderCallsOptions {
  provider: ProviderClient;
  contents: CallContents;
  projects: ProjectDirectory;
  metrics: WorkerMetrics;
  logger: Logger;
}

/** Result of a call, or the reason for making none. */
export type CallResult =
  | { kind: 'ended'; end: AttemptResult }
  | { kind: 'gave-up' }
  | { kind: 'put-back'; called: boolean };

/** Content and target of a call. */
interface Prepared {
  content: CallContent | null;
  target: CallTarget | null;
}

/** Pause before a request that could not be called is put back, in ms: the database may be away. */
const PAUSE_BEFORE_PUT_BACK_MS = 1_000;

/** Makes the one provider call of an attempt: opens the content, calls, decides what follows. */
export class ProviderCalls {
  /** @param options the parts */
  constructor(private readonly options: ProviderCallsOptions) {}

  /**
   * Makes the call of an attempt.
   *
   * @param running the attempt; its `called` is set when the provider may have got the call
   */
  async make(running: RunningAttempt): Promise<CallResult> {
    const { claim, abort } = running;
    const prepared = await this.prepare(running);
    if ('kind' in prepared) {
      return prepared;
    }
    const { content, target } = prepared;
    const endpoint = endpointModuleAt(claim.endpoint);
    if (target === null) {
      dropLarge(content);
      return { kind: 'ended', end: failedWithoutCall(claim, 'provider_not_configured') };
    }
    if (content === null || abort.aborted) {
      dropLarge(content);
      return running.releasing ? { kind: 'put-back', called: false } : { kind: 'gave-up' };
    }
    if (endpoint === null) {
      // A newer version has accepted it, and its workers know how to judge the answer.
      dropLarge(content);
      this.options.logger.warn('attempt.endpoint_unknown', idsOf(claim));
      await pause(PAUSE_BEFORE_PUT_BACK_MS, abort);
      return { kind: 'put-back', called: false };
    }
    failpoint('call.before');
    running.called = true;
    const startedAt = performance.now();
    const outcome: ProviderOutcome = await this.options.provider.call({
      baseUrl: target.baseUrl,
      apiKey: target.apiKey,
      path: claim.endpoint,
      body: content.body,
      headers: content.headers,
      idempotencyKey: `${requestIdFromUuid(claim.id)}-${claim.callNumber}`,
      timeoutMs: Math.max(1, Math.min(claim.policy.callTimeoutMs, msUntilDeadline(running))),
      idleTimeoutMs: claim.policy.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
      owner: claim.projectId,
      signal: abort,
      expect: endpoint,
    });
    failpoint('call.after');
    dropLarge(content);
    this.options.metrics.callDuration.observe((performance.now() - startedAt) / 1000);
    if ('share' in outcome) {
      running.answerShare = outcome.share;
    }
    if (outcome.kind === 'aborted') {
      return running.releasing ? { kind: 'put-back', called: true } : { kind: 'gave-up' };
    }
    return {
      kind: 'ended',
      end: toAttemptResult(claim, outcome, {
        msUntilDeadline: msUntilDeadline(running),
        nowMs: Date.now(),
        random: Math.random(),
      }),
    };
  }

  /** Opens the content and looks up the target. */
  private async prepare({ claim, abort }: RunningAttempt): Promise<Prepared | CallResult> {
    const { contents, projects } = this.options;
    let content: CallContent | null = null;
    try {
      content = claim.content ?? (await contents.open(claim, abort));
      claim.content = undefined;
      claim.ciphertext = null;
      return { content, target: await projects.targetOf(claim.projectId, claim.mode) };
    } catch (error) {
      dropLarge(content);
      if (error instanceof UnreadableError || error instanceof MasterKeyMismatchError) {
        return { kind: 'ended', end: failedWithoutCall(claim, 'payload_unreadable') };
      }
      // A request that is put back is due at once, and would fail again at once.
      await pause(PAUSE_BEFORE_PUT_BACK_MS, abort);
      return { kind: 'put-back', called: false };
    }
  }
}

/** Drops a large body that was not sent, or not completely. */
function dropLarge(content: CallContent | null): void {
  if (content?.body instanceof OneTimeBody) {
    content.body.drop();
  }
}

/** Resolves after the time, or as soon as the signal aborts. */
function pause(ms: number, end: LightAbortController): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    end.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
    if (end.aborted) {
      clearTimeout(timer);
      resolve();
    }
  });
}
