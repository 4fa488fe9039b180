import { isDeepStrictEqual } from 'node:util';

import { CHAT_COMPLETIONS, type Endpoint, type RequestMode, RESPONSES } from '@reqrun/contracts';
import type { NamedProvider, RunSettings } from '@reqrun/projects';
import { kindRules } from '@reqrun/providers';
import type { NewRequest } from '@reqrun/requests';
import type { PlannedModel } from '@reqrun/retry-policy';

import { ApiError } from '../../http/api-error.js';
import { type GivenFallback, noProvider } from '../../policy/fallback-fields.js';
import { assertCallable, resolveName, type ResolvedModel } from '../../policy/model-names.js';

/** Models that a request may run on. */
export interface ModelPlan {
  /** Absent where the default provider gets the model as it is written, and nothing follows. */
  plan?: readonly PlannedModel[];
  /** Members of the body that differ for a fallback; absent where none does. */
  fallbackParams?: NonNullable<NewRequest['fallbackParams']>;
}

interface Step extends ResolvedModel {
  name: string;
  params: Readonly<Record<string, unknown>> | null;
}

const NO_PLAN: ModelPlan = {};
/** Endpoints to which the fallbacks of a project apply: on others, a model for chats is of no use. */
const WITH_DEFAULTS: ReadonlySet<string> = new Set([CHAT_COMPLETIONS.path, RESPONSES.path]);

/**
 * Plans which models of which providers a request runs on.
 *
 * @param endpoint where it was sent
 * @param mode of the caller
 * @param settings of the project
 * @param model the model, as it is written
 * @param fallbacks of the request; undefined where it names none, and those of its project apply
 * @param param the field with the fallbacks, for errors
 * @throws ApiError naming the field that can't be run
 */
export function planModels(
  endpoint: Endpoint,
  mode: RequestMode,
  { providers, policy }: Pick<RunSettings, 'providers' | 'policy'>,
  model: string,
  fallbacks: readonly GivenFallback[] | undefined,
  param: string,
): ModelPlan {
  const resolved = resolveName(providers, model, 'model');
  assertCallable(mode, resolved, 'model');
  const steps: Step[] = [{ ...resolved, name: model, params: null }];
  if (fallbacks === undefined) {
    if (WITH_DEFAULTS.has(endpoint.path)) {
      steps.push(...defaultSteps(mode, providers, policy.fallbacks ?? [], steps));
    }
  } else {
    fallbacks.forEach((fallback, index) => {
      steps.push(stepOf(mode, providers, fallback, `${param}.${index}`, steps));
    });
  }
  if (steps.length === 1 && !resolved.isNamed) {
    return NO_PLAN;
  }
  if (endpoint.form !== undefined) {
    // The model of a form is not replaced: only the default provider gets one, as it came.
    const field = fallbacks === undefined ? 'model' : param;
    throw new ApiError('unsupported_parameter', {
      param: field,
      message:
        fallbacks === undefined
          ? 'model cannot name a provider in an upload.'
          : `${field} is not supported for uploads.`,
    });
  }
  const plan = steps.map(({ name, model: asked, provider, isNamed }) => ({
    name,
    model: asked,
    provider: provider?.name ?? null,
    providerId: isNamed ? (provider?.id ?? null) : null,
  }));
  return steps.some(({ params }) => params !== null)
    ? { plan, fallbackParams: steps.map(({ params }) => params) }
    : { plan };
}

function stepOf(
  mode: RequestMode,
  providers: readonly NamedProvider[],
  { model, provider: given, params }: GivenFallback,
  path: string,
  earlier: readonly Step[],
): Step {
  const named = given === undefined ? undefined : providers.find(({ name }) => name === given);
  if (given !== undefined && named === undefined) {
    throw noProvider(`${path}.provider`);
  }
  // A provider that is given beside it leaves the model as it is.
  const resolved =
    named === undefined
      ? resolveName(providers, model, `${path}.model`)
      : { model, provider: named, isNamed: true };
  assertCallable(mode, resolved, `${path}.model`);
  const { provider } = resolved;
  if (
    mode === 'live' &&
    provider !== null &&
    !provider.hasKey &&
    kindRules(provider.kind).needsKey
  ) {
    const param = `${path}.${given === undefined ? 'model' : 'provider'}`;
    throw new ApiError('invalid_value', {
      param,
      message: `${param} leads to a provider that has no key.`,
    });
  }
  const step = { ...resolved, name: model, params: params ?? null };
  if (earlier.some((other) => isSame(other, step))) {
    throw new ApiError('invalid_value', {
      param: path,
      message: `${path} is the same as an earlier model of this request.`,
    });
  }
  return step;
}

/** Those of a project's fallbacks that can be called: a provider that was removed must stop no request. */
function defaultSteps(
  mode: RequestMode,
  providers: readonly NamedProvider[],
  fallbacks: NonNullable<RunSettings['policy']['fallbacks']>,
  earlier: readonly Step[],
): Step[] {
  const steps: Step[] = [];
  for (const { model, provider } of fallbacks) {
    const fallback = provider === undefined ? { model } : { model, provider };
    try {
      steps.push(stepOf(mode, providers, fallback, 'fallbacks', [...earlier, ...steps]));
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
    }
  }
  return steps;
}

const isSame = (a: Step, b: Step): boolean =>
  a.model === b.model &&
  a.provider?.id === b.provider?.id &&
  isDeepStrictEqual(a.params ?? {}, b.params ?? {});
