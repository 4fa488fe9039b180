import type { RequestMode } from '@reqrun/contracts';
import type { AbortSource } from '@reqrun/platform/abort';
import type { NamedProvider, ProjectDirectory } from '@reqrun/projects';
import { MAX_SIMULATION_RANGE_MS, type PolicySimulator, type Tenant } from '@reqrun/requests';
import type { FallbackModel, PolicyChange } from '@reqrun/retry-policy';

import { ApiError, notAccepted } from '../http/api-error.js';
import { noProvider, readFallbacks } from './fallback-fields.js';
import { assertCallable, resolveName } from './model-names.js';
import { withoutAbsent } from './policy-fields.dto.js';
import {
  type SimulationBody,
  type SimulationDto,
  type SimulationSpan,
  toSimulationDto,
} from './simulation.dto.js';

const DAY_MS = 86_400_000;
/** Simulations that run at once on one connection pool: each keeps a connection and the event loop busy for a share of its time. */
const MAX_RUNNING = 2;
/** Time after which a refused call can try again, in s: most simulations take less. */
const RETRY_AFTER_S = 2;
const FALLBACKS = 'policy.fallbacks';

/** Simulates policies for applications, and for the users of the dashboard. */
export class Simulations {
  private readonly running = new Set<string>();

  /**
   * @param simulator reads and replays requests
   * @param projects looks up the providers of projects
   */
  constructor(
    private readonly simulator: Pick<PolicySimulator, 'run'>,
    private readonly projects: Pick<ProjectDirectory, 'settingsOf'>,
  ) {}

  /**
   * Runs a simulation. A project has one at a time.
   *
   * @param tenant project and mode of the requests
   * @param body the validated input
   * @param signal ends it when nobody waits for the result
   * @throws ApiError naming the field that is not valid; `too_many_simulations`
   */
  async run(
    { projectId, mode }: Tenant,
    body: SimulationBody,
    signal?: AbortSource,
  ): Promise<SimulationDto> {
    const span = { ...spanOf(body), mode };
    const settings = await this.projects.settingsOf(projectId);
    const change = toChange(mode, settings?.providers ?? [], body);
    if (this.running.has(projectId) || this.running.size >= MAX_RUNNING) {
      throw notAccepted('too_many_simulations', RETRY_AFTER_S);
    }
    this.running.add(projectId);
    try {
      const { from, to } = span;
      const model = body.model ?? undefined;
      const range = {
        tenant: { projectId, mode },
        from,
        to,
        ...(model !== undefined && { model }),
      };
      return toSimulationDto(span, await this.simulator.run(range, change, signal));
    } finally {
      this.running.delete(projectId);
    }
  }
}

function spanOf(body: SimulationBody): Omit<SimulationSpan, 'mode'> {
  const to = body.to ?? new Date();
  const from = body.from ?? new Date(to.getTime() - DAY_MS);
  const spanMs = to.getTime() - from.getTime();
  if (spanMs <= 0 || spanMs > MAX_SIMULATION_RANGE_MS) {
    throw new ApiError('invalid_value', {
      param: 'from',
      message: 'from must lie before to, at most 31 days.',
    });
  }
  return { from, to };
}

function toChange(
  mode: RequestMode,
  providers: readonly NamedProvider[],
  { policy: { retry, timeout, fallbacks } }: SimulationBody,
): PolicyChange {
  return withoutAbsent<PolicyChange>({
    retry:
      retry &&
      withoutAbsent({
        count: retry.count,
        onCodes: retry.on_codes,
        untilDeadline: retry.until_deadline,
      }),
    callTimeoutMs: timeout?.call_timeout,
    deadlineMs: timeout?.deadline,
    fallbacks: fallbacks && toFallbacks(mode, providers, fallbacks),
  });
}

/** Reads the fallbacks as a request would: a name that can't be called is refused, and so is one that is given twice. */
function toFallbacks(
  mode: RequestMode,
  providers: readonly NamedProvider[],
  value: unknown,
): FallbackModel[] {
  const found: FallbackModel[] = [];
  readFallbacks(value, FALLBACKS, false).forEach((fallback, index) => {
    const path = `${FALLBACKS}.${index}`;
    const named = providers.find(({ name }) => name === fallback.provider);
    if (fallback.provider !== undefined && named === undefined) {
      throw noProvider(`${path}.provider`);
    }
    const resolved =
      named === undefined
        ? resolveName(providers, fallback.model, `${path}.model`)
        : { model: fallback.model, provider: named, isNamed: true };
    assertCallable(mode, resolved, `${path}.model`);
    const { model } = resolved;
    const provider = mode === 'test' ? null : (resolved.provider?.name ?? null);
    if (found.some((one) => one.model === model && one.provider === provider)) {
      throw new ApiError('invalid_value', {
        param: path,
        message: `${path} is the same as an earlier model.`,
      });
    }
    found.push({ model, provider });
  });
  return found;
}
