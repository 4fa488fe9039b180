import {
  CHAT_COMPLETIONS,
  COMPLETIONS,
  EMBEDDINGS,
  endpointAt,
  type ProviderKind,
  RESPONSES,
} from '@reqrun/contracts';
import type { DistributionSpec, SpanAttributes } from '@reqrun/platform/telemetry';
import type { CallTarget } from '@reqrun/projects';
import type { AttemptResult } from '@reqrun/requests';

/*
 * Names of OpenTelemetry's semantic conventions for generative AI, version 1.41. They are in development there, so
 * they are written out here rather than taken from a package whose next version may rename them.
 * Source: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */

/** Operations that the conventions name. */
const OPERATIONS: Readonly<Record<string, string>> = {
  [CHAT_COMPLETIONS.path]: 'chat',
  [RESPONSES.path]: 'chat',
  [COMPLETIONS.path]: 'text_completion',
  [EMBEDDINGS.path]: 'embeddings',
};

/** Values of `gen_ai.provider.name`. That of a compatible server is the protocol's, as the conventions say. */
const PROVIDERS: Readonly<Record<ProviderKind, string>> = {
  openai: 'openai',
  azure: 'azure.ai.openai',
  anthropic: 'anthropic',
  gemini: 'gcp.gemini',
  compatible: 'openai',
};

/**
 * Name of the operation of an endpoint; its own name where the conventions have none.
 *
 * @param path the endpoint, below /v1
 */
export const operationOf = (path: string): string =>
  OPERATIONS[path] ?? endpointAt(path)?.name ?? 'other';

/** Attributes that tell the provider of a call. */
interface ProviderAttributes {
  'gen_ai.provider.name': string;
  'server.address'?: string;
  'server.port'?: number;
}

/** Number of base URLs, and of calls, whose attributes are remembered: every call needs them, and reading a URL takes as long as a span. */
const MOST_REMEMBERED = 1_000;
const remembered = new Map<string, ProviderAttributes>();

/**
 * Returns the attributes that tell the provider of a call.
 *
 * @param target the provider
 */
export function providerAttributes({
  kind,
  baseUrl,
}: Pick<CallTarget, 'kind' | 'baseUrl'>): Readonly<ProviderAttributes> {
  const key = `${kind} ${baseUrl}`;
  const known = remembered.get(key);
  if (known !== undefined) {
    return known;
  }
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  const attributes: ProviderAttributes = {
    'gen_ai.provider.name': PROVIDERS[kind],
    ...(url !== null && {
      'server.address': url.hostname,
      'server.port': url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port),
    }),
  };
  if (remembered.size >= MOST_REMEMBERED) {
    remembered.clear();
  }
  remembered.set(key, attributes);
  return attributes;
}

/** Attributes of the metrics of a call. */
interface CallAttributes {
  readonly call: SpanAttributes;
  /** Those of its tokens, by their type. */
  readonly input: SpanAttributes;
  readonly output: SpanAttributes;
}

const rememberedCalls = new Map<string, CallAttributes>();

/**
 * Returns the attributes of the metrics of a call, the same objects for the same ones.
 *
 * @param call its endpoint and its model
 * @param target the provider
 */
export function callAttributes(
  { endpoint, model }: Readonly<{ endpoint: string; model: string }>,
  target: Pick<CallTarget, 'kind' | 'baseUrl'>,
): CallAttributes {
  const key = `${endpoint} ${target.kind} ${target.baseUrl} ${model}`;
  const known = rememberedCalls.get(key);
  if (known !== undefined) {
    return known;
  }
  const call = {
    'gen_ai.operation.name': operationOf(endpoint),
    'gen_ai.request.model': model,
    ...providerAttributes(target),
  };
  const attributes = {
    call,
    input: { ...call, 'gen_ai.token.type': 'input' },
    output: { ...call, 'gen_ai.token.type': 'output' },
  };
  if (rememberedCalls.size >= MOST_REMEMBERED) {
    rememberedCalls.clear();
  }
  rememberedCalls.set(key, attributes);
  return attributes;
}

/** Tokens of a call; undefined where the provider has not said. */
export interface Tokens {
  readonly input: number | undefined;
  readonly output: number | undefined;
}

/**
 * Reads the tokens out of the usage of an answer, under the names of either of OpenAI's APIs.
 *
 * @param usage counts; null where there are none
 */
export function tokensOf(usage: AttemptResult['usage']): Tokens {
  const count = (name: string, otherName: string): number | undefined => {
    const value = usage?.[name] ?? usage?.[otherName];
    return typeof value === 'number' ? value : undefined;
  };
  return {
    input: count('prompt_tokens', 'input_tokens'),
    output: count('completion_tokens', 'output_tokens'),
  };
}

/** Source: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/ */
export const OPERATION_DURATION: DistributionSpec = {
  name: 'gen_ai.client.operation.duration',
  description: 'How long provider calls took.',
  unit: 's',
  buckets: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
};

/** Source: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/ */
export const TOKEN_USAGE: DistributionSpec = {
  name: 'gen_ai.client.token.usage',
  description: 'Tokens of provider calls, as the provider has counted them.',
  unit: '{token}',
  buckets: Array.from({ length: 14 }, (_, power) => 4 ** power),
};
