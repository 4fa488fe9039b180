import { promptText, type ChatRequest } from './chat-request.js';
import type { StatusStep } from '../script/status-step.js';

/** OpenAI's error body: https://platform.openai.com/docs/guides/error-codes */
export interface ProviderErrorBody {
  readonly error: ErrorFields;
}

interface ErrorFields {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

const OVERLOADED = 'Our servers are currently overloaded. Please try again later.';
const MORE = 'Visit https://platform.openai.com/account/rate-limits to learn more.';

/** Answers of OpenAI for a status when the script names no code. */
const BY_STATUS: Readonly<Record<number, (model: string) => ErrorFields>> = {
  401: () => fields('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key'),
  403: () =>
    fields(
      'Country, region, or territory not supported',
      'request_forbidden',
      'unsupported_country_region_territory',
    ),
  404: (model) =>
    fields(
      `The model '${model}' does not exist or you do not have access to it.`,
      'invalid_request_error',
      'model_not_found',
    ),
  429: (model) =>
    fields(
      `Rate limit reached for ${model} in organization org-simulator on requests per min (RPM): Limit 10000, Used 10000, Requested 1. ${MORE}`,
      'requests',
      'rate_limit_exceeded',
    ),
  500: () =>
    fields(
      'The server had an error while processing your request. Sorry about that!',
      'server_error',
      null,
    ),
  503: () => fields(OVERLOADED, 'server_error', null),
};

/** Differences when the script names a code that OpenAI words in its own way. */
const BY_CODE: ReadonlyMap<string, Partial<ErrorFields>> = new Map(
  Object.entries({
    insufficient_quota: {
      message: 'You exceeded your current quota, please check your plan and billing details.',
      type: 'insufficient_quota',
    },
    unsupported_value: {
      message: "Unsupported value: 'temperature' does not support 0.2 with this model.",
      param: 'temperature',
    },
    unsupported_parameter: {
      message: "Unsupported parameter: 'max_tokens' is not supported with this model.",
      param: 'max_tokens',
    },
    context_length_exceeded: {
      message: "This model's maximum context length is 128000 tokens.",
      param: 'messages',
    },
    content_policy_violation: {
      message: 'Your request was rejected as a result of our safety system.',
    },
    server_is_overloaded: { message: OVERLOADED, type: 'service_unavailable_error' },
    slow_down: { message: 'Please reduce your request rate.' },
  }),
);

/**
 * The body of a scripted HTTP error, with the type, code and wording that OpenAI uses for it.
 *
 * @param step which status and code; `too_large` is the 429 for a request above the limit per
 *   minute, which OpenAI tells from any other only by its message and type
 */
export function scriptedError(step: StatusStep, chat: ChatRequest): ProviderErrorBody {
  const error = named(step, chat.model);
  return step.echo
    ? { error: { ...error, message: `Invalid prompt: ${promptText(chat)}` } }
    : { error };
}

/** An `invalid_request_error`, for a request that the simulator itself cannot take. */
export function invalidRequest(
  message: string,
  code: string | null,
  param: string | null = null,
): ProviderErrorBody {
  return { error: { message, type: 'invalid_request_error', param, code } };
}

function named({ status, code }: StatusStep, model: string): ErrorFields {
  if (code === 'too_large') {
    return fields(
      `Request too large for ${model} in organization org-simulator on tokens per min (TPM): Limit 30000, Requested 36278. The input or output tokens must be reduced in order to run successfully. ${MORE}`,
      'tokens',
      'rate_limit_exceeded',
    );
  }
  const usual = BY_STATUS[status]?.(model) ?? anyError(status);
  if (code === undefined || code === usual.code) {
    return usual;
  }
  const type = status === 403 || status === 401 ? 'invalid_request_error' : usual.type;
  return { ...fields(`Simulated error: ${code}.`, type, code), ...BY_CODE.get(code) };
}

function anyError(status: number): ErrorFields {
  return fields(
    `Simulated error with status ${status}.`,
    status < 500 ? 'invalid_request_error' : 'server_error',
    null,
  );
}

function fields(message: string, type: string, code: string | null): ErrorFields {
  return { message, type, param: null, code };
}
