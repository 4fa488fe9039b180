import type { TraceContext } from './telemetry.js';

/**
 * `traceparent` of version 00; later versions begin with the same fields.
 * Source: https://www.w3.org/TR/trace-context/#traceparent-header
 */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/;
const FIRST_VERSION = '00';
/** Length of the fields of version 00. */
const FIELDS_LENGTH = 55;
/** Characters of a `tracestate` that must be passed on; a longer one is dropped whole. */
const MAX_STATE_LENGTH = 512;
/** Members are printable ASCII. */
const STATE = /^[\x20-\x7e]+$/;

/**
 * Reads the place in a trace that a caller names.
 *
 * @param headers headers of the call, with lower-case names
 * @returns null where it names none, or none that is valid
 */
export function contextOfCaller(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): TraceContext | null {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) {
    return null;
  }
  const isLonger = traceparent.length > FIELDS_LENGTH;
  if (isLonger && (traceparent.startsWith(FIRST_VERSION) || traceparent[FIELDS_LENGTH] !== '-')) {
    return null;
  }
  const state = Array.isArray(tracestate) ? tracestate.join(',') : tracestate;
  const isKept = state !== undefined && state.length <= MAX_STATE_LENGTH && STATE.test(state);
  const fields = `${FIRST_VERSION}${traceparent.slice(2, FIELDS_LENGTH)}`;
  return isKept ? { traceparent: fields, tracestate: state } : { traceparent: fields };
}
