import type { RequestMode } from '@reqrun/contracts';
import type { NamedProvider } from '@reqrun/projects';
import { kindRules } from '@reqrun/providers';

import { ApiError } from '../http/api-error.js';

/** A model with the provider that is asked for it. */
export interface ResolvedModel {
  /** As the provider is asked for it. */
  model: string;
  /** Provider; null for the simulator, where the project has none. */
  provider: NamedProvider | null;
  /** Whether the request names the provider. Otherwise the default one is called, whichever that is by then. */
  isNamed: boolean;
}

/**
 * Finds the provider of a model. What stands before the first slash is a provider's name, or part of the name of
 * the model, which then goes to the default provider as it is.
 *
 * @param providers the providers of the project
 * @param name the model, as it is written
 * @param param the field with it, for errors
 * @throws ApiError naming the field when nothing stands behind the provider
 */
export function resolveName(
  providers: readonly NamedProvider[],
  name: string,
  param: string,
): ResolvedModel {
  const slash = name.indexOf('/');
  const prefix = slash < 0 ? null : name.slice(0, slash);
  const named = prefix === null ? undefined : providers.find((one) => one.name === prefix);
  if (named === undefined) {
    const provider = providers.find(({ isDefault }) => isDefault) ?? null;
    return { model: name, provider, isNamed: false };
  }
  const model = name.slice(slash + 1);
  if (model === '') {
    throw new ApiError('invalid_value', {
      param,
      message: `${param} names a provider but no model.`,
    });
  }
  return { model, provider: named, isNamed: true };
}

/**
 * Refuses a model that its provider can't be asked for. Test calls go to the simulator, which takes any.
 *
 * @param mode of the caller
 * @param resolved the model and its provider
 * @param param the field with the model, for errors
 * @throws ApiError naming the field
 */
export function assertCallable(
  mode: RequestMode,
  { model, provider }: ResolvedModel,
  param: string,
): void {
  if (mode === 'test' || provider === null) {
    return;
  }
  if (!kindRules(provider.kind).isModel(model, provider.apiVersion)) {
    throw new ApiError('invalid_value', {
      param,
      message: `${param} is not the name of an Azure deployment.`,
    });
  }
  if (provider.models.length > 0 && !provider.models.includes(model)) {
    throw new ApiError('invalid_value', {
      param,
      message: `${param} is not one of the models that its provider may be called with.`,
    });
  }
}
