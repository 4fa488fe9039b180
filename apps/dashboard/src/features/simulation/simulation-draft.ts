import type { Schema } from '../../api/client';

/** A question to a simulation: which requests, and what would have been different. All is text, as in the address. */
export interface SimulationDraft {
  /** Length of a range that ends now, e.g. `24h`; empty where `from` and `to` are given. */
  range: string;
  /** Times as ISO 8601. */
  from: string;
  to: string;
  mode: 'live' | 'test';
  /** The model that was asked for; empty for all. */
  model: string;
  /** Retries of each model; empty leaves them as they were. */
  retries: string;
  /** HTTP statuses; none leaves them as they were. */
  codes: string[];
  /** `true` retries outages until the deadline, `false` does not; empty leaves it as it was. */
  untilDeadline: '' | 'true' | 'false';
  /** Seconds; empty leaves it as it was. */
  callTimeout: string;
  /** Model of the fallback; empty leaves the fallbacks as they were. */
  fallback: string;
  /** Provider of the fallback; empty where its model says it. */
  provider: string;
}

/** Lengths of ranges that end now, in ms. The API takes at most 31 days. */
export const RANGES: Readonly<Record<string, number>> = {
  '1h': 3_600_000,
  '6h': 6 * 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
};

/** A question that changes nothing, about the last day. */
export const NO_CHANGE: SimulationDraft = {
  ...{ range: '24h', from: '', to: '', mode: 'live', model: '' },
  ...{ retries: '', codes: [], untilDeadline: '', callTimeout: '', fallback: '', provider: '' },
};

const TEXTS = ['from', 'to', 'model', 'retries', 'callTimeout', 'fallback', 'provider'] as const;

/** Reads a question from a URL's query. What is not valid is ignored. */
export function readDraft(search: URLSearchParams): SimulationDraft {
  const text = (name: string): string => search.get(name)?.trim() ?? '';
  const time = (name: string): string => (Number.isNaN(Date.parse(text(name))) ? '' : text(name));
  const number = (name: string): string => (/^\d+(\.\d+)?$/.test(text(name)) ? text(name) : '');
  const until = text('untilDeadline');
  const [from, to] = [time('from'), time('to')];
  const isFixed = from !== '' || to !== '';
  return {
    range: isFixed ? '' : text('range') in RANGES ? text('range') : NO_CHANGE.range,
    ...{ from, to },
    mode: text('mode') === 'test' ? 'test' : 'live',
    model: text('model'),
    retries: number('retries'),
    codes: text('codes')
      .split(',')
      .filter((code) => /^[45]\d\d$/.test(code)),
    untilDeadline: until === 'true' || until === 'false' ? until : '',
    callTimeout: number('callTimeout'),
    fallback: text('fallback'),
    provider: text('provider'),
  };
}

/** Returns a question as the query of a URL. */
export function writeDraft(draft: SimulationDraft): URLSearchParams {
  const search = new URLSearchParams();
  const set = (name: string, value: string): void => {
    if (value !== '') {
      search.set(name, value);
    }
  };
  set('range', draft.range);
  set('mode', draft.mode);
  TEXTS.forEach((name) => set(name, draft[name]));
  set('codes', draft.codes.join(','));
  set('untilDeadline', draft.untilDeadline);
  return search;
}

/** Returns whether anything would have been different. */
export const changesSomething = (draft: SimulationDraft): boolean =>
  [draft.retries, draft.untilDeadline, draft.callTimeout, draft.fallback, ...draft.codes].some(
    (value) => value !== '',
  );

/**
 * Returns the body for the API.
 *
 * @param draft the question
 * @param now end of a moving range, in ms since 1970
 */
export function bodyOf(draft: SimulationDraft, now: number): Schema<'NewPolicySimulation'> {
  const length = RANGES[draft.range];
  const retry = {
    ...(draft.retries !== '' && { count: Number(draft.retries) }),
    ...(draft.codes.length > 0 && { on_codes: draft.codes.map(Number) }),
    ...(draft.untilDeadline !== '' && { until_deadline: draft.untilDeadline === 'true' }),
  };
  return {
    ...(length === undefined
      ? {
          ...(draft.from !== '' && { from: draft.from }),
          ...(draft.to !== '' && { to: draft.to }),
        }
      : { from: new Date(now - length).toISOString(), to: new Date(now).toISOString() }),
    mode: draft.mode,
    ...(draft.model !== '' && { model: draft.model }),
    policy: {
      ...(Object.keys(retry).length > 0 && { retry }),
      ...(draft.callTimeout !== '' && {
        timeout: { call_timeout: Math.round(Number(draft.callTimeout) * 1_000) },
      }),
      ...(draft.fallback !== '' && {
        fallbacks: [
          {
            model: draft.fallback,
            ...(draft.provider !== '' && { provider: draft.provider }),
          },
        ],
      }),
    },
  };
}

/** Fields of the form by their paths in the API. */
const FIELDS: Readonly<Record<string, keyof SimulationDraft>> = {
  model: 'model',
  from: 'from',
  to: 'to',
  'policy.retry.count': 'retries',
  'policy.retry.on_codes': 'codes',
  'policy.timeout.call_timeout': 'callTimeout',
  'policy.fallbacks.0.model': 'fallback',
  'policy.fallbacks.0.provider': 'provider',
};

/**
 * Returns the form's field of a path in the API.
 *
 * @param param the path, as an error names it
 */
export const fieldOf = (param: string | null): keyof SimulationDraft | null =>
  param === null ? null : (FIELDS[param] ?? null);
