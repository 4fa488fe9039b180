/** An HTTP error, as `429:insufficient_quota` or `503:retry-after=2` asks for it. */
export interface StatusStep {
  readonly kind: 'status';
  /** 400 to 599. */
  readonly status: number;
  /** The `error.code` that was asked for; `undefined` means the status's usual one. */
  readonly code: string | undefined;
  /** Whether `error.message` repeats the prompt, as real providers do at times. */
  readonly echo: boolean;
  /** Headers to send on top of the usual ones, or instead of them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers that an argument turns into; a value goes out as written, also a senseless one. */
const HEADERS_OF = new Map<string, (value: string) => Record<string, string>>([
  ['retry-after', (value) => ({ 'retry-after': value })],
  ['retry-after-ms', (value) => ({ 'retry-after-ms': value })],
  ['reset-requests', (value) => exhausted('requests', value)],
  ['reset-tokens', (value) => exhausted('tokens', value)],
]);

/**
 * Reads the arguments of a status step.
 *
 * @param status 400 to 599
 * @param args what stood behind the status, e.g. `['rate_limit_exceeded', 'retry-after=2']`
 * @param refuse called with the first argument that means nothing; must throw
 */
export function readStatusStep(
  status: number,
  args: readonly string[],
  refuse: (argument: string) => never,
): StatusStep {
  let code: string | undefined;
  let echo = false;
  let headers: Record<string, string> = {};
  for (const argument of args) {
    const equals = argument.indexOf('=');
    if (equals >= 0) {
      const toHeaders = HEADERS_OF.get(argument.slice(0, equals)) ?? refuse(argument);
      const value = headerValue(argument.slice(equals + 1)) ?? refuse(argument);
      headers = { ...headers, ...toHeaders(value) };
    } else if (argument === 'echo') {
      echo = true;
    } else if (code === undefined && /^[A-Za-z]\w*$/.test(argument)) {
      code = argument;
    } else {
      refuse(argument);
    }
  }
  return { kind: 'status', status, code, echo, headers };
}

/** OpenAI says so with `x-ratelimit-remaining-*: 0` and the time to the reset, e.g. `6m0s`. */
function exhausted(what: 'requests' | 'tokens', reset: string): Record<string, string> {
  return { [`x-ratelimit-remaining-${what}`]: '0', [`x-ratelimit-reset-${what}`]: reset };
}

function headerValue(written: string): string | undefined {
  try {
    const value = decodeURIComponent(written);
    return /^[\x20-\x7e]+$/.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
