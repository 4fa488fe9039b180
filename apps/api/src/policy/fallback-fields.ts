import { MAX_FALLBACKS } from '@reqrun/retry-policy';

import { ApiError } from '../http/api-error.js';
import { unknownField } from '../http/known-fields.js';
import { isModelName, MODEL_RULE } from './model-field.js';
import { EXTENSION_FIELDS } from './extension-fields.dto.js';

/** A fallback as it is given. */
export interface GivenFallback {
  model: string;
  provider?: string;
  /** Members of the body that differ for it; null leaves one out. */
  params?: Readonly<Record<string, unknown>>;
}

const MEMBERS: ReadonlySet<string> = new Set(['model', 'provider', 'params']);
const MAX_PARAMS_BYTES = 16 * 1024;

/**
 * Reads the fallbacks of a body or of a project.
 *
 * @param value of the field
 * @param param the field
 * @param allowsParams whether they may have `params`
 * @throws ApiError naming the path of the first fault
 */
export function readFallbacks(value: unknown, param: string, allowsParams = true): GivenFallback[] {
  if (
    !Array.isArray(value) ||
    value.length > MAX_FALLBACKS ||
    !value.every((entry) => typeof entry === 'object' && entry !== null && !Array.isArray(entry))
  ) {
    throw invalid(param, `${param} must be an array of at most ${MAX_FALLBACKS} objects.`);
  }
  return (value as Readonly<Record<string, unknown>>[]).map((entry, index) =>
    readFallback(entry, `${param}.${index}`, allowsParams),
  );
}

function readFallback(
  entry: Readonly<Record<string, unknown>>,
  path: string,
  allowsParams: boolean,
): GivenFallback {
  const unknown = Object.keys(entry).find(
    (name) => !MEMBERS.has(name) || (name === 'params' && !allowsParams),
  );
  if (unknown !== undefined) {
    throw unknownField(`${path}.`, unknown);
  }
  const model = entry['model'] ?? undefined;
  const provider = entry['provider'] ?? undefined;
  const params = entry['params'] ?? undefined;
  if (model === undefined) {
    throw new ApiError('missing_required_parameter', {
      param: `${path}.model`,
      message: `${path}.model is required.`,
    });
  }
  if (!isModelName(model)) {
    throw invalid(`${path}.model`, `${path}.model ${MODEL_RULE}.`);
  }
  if (provider !== undefined && typeof provider !== 'string') {
    throw noProvider(`${path}.provider`);
  }
  if (params !== undefined && !areParams(params)) {
    throw invalid(
      `${path}.params`,
      `${path}.params must be an object of at most 16 KiB without model, stream and ReqRun's own fields.`,
    );
  }
  return {
    model,
    ...(provider !== undefined && { provider }),
    ...(params !== undefined && { params }),
  };
}

/**
 * The error for a name that no provider of the project has.
 *
 * @param param path of the field
 */
export const noProvider = (param: string): ApiError =>
  invalid(param, `${param} is not the name of a provider of this project.`);

function areParams(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Buffer.byteLength(JSON.stringify(value)) <= MAX_PARAMS_BYTES &&
    !Object.keys(value).some(
      (name) => name === 'model' || name === 'stream' || EXTENSION_FIELDS.has(name),
    )
  );
}

const invalid = (param: string, message: string): ApiError =>
  new ApiError('invalid_value', { param, message });
