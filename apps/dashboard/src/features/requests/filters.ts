import { ENDPOINTS } from '@reqrun/contracts';

import type { components } from '../../api/schema';
import { type RequestStatus, STATUSES } from '../../ui/request-status';

/** Path of an endpoint, as records show it. */
export type EndpointPath = NonNullable<components['schemas']['BulkRetryFilterInput']['endpoint']>;

/** Filters of the list of requests. They are part of the page's URL, so that a view can be shared. */
export interface RequestFilters {
  readonly status: readonly RequestStatus[];
  readonly endpoint: '' | EndpointPath;
  readonly model: string;
  readonly error_code: string;
  readonly key_id: string;
  readonly mode: '' | 'live' | 'test';
  readonly id: string;
  readonly idempotency_key: string;
  /** A range that ends now, e.g. `1h`; empty when the range is fixed or unlimited. */
  readonly range: string;
  /** Time as ISO 8601. */
  readonly created_after: string;
  readonly created_before: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Paths of all endpoints. */
export const ENDPOINT_PATHS = ENDPOINTS.map(({ path }) => `/v1${path}` as EndpointPath);

/** In the user's time zone, like the picker beside it. */
const localMinute = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** Names of the text fields, in the URL and in the API. */
const TEXTS = [
  'endpoint',
  'model',
  'error_code',
  'key_id',
  'id',
  'idempotency_key',
  'range',
  'created_after',
  'created_before',
] as const;

const METADATA = 'metadata.';

/** Lengths of ranges that end now, in ms. */
export const RANGES: Readonly<Record<string, number>> = {
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '6h': 6 * 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
};

/** Reads the filters from a URL's query. Unknown values are ignored. */
export function readFilters(search: URLSearchParams): RequestFilters {
  const text = (name: string): string => search.get(name)?.trim() ?? '';
  const wanted = new Set(text('status').split(','));
  const mode = text('mode');
  return {
    status: STATUSES.filter((status) => wanted.has(status)),
    endpoint: ENDPOINT_PATHS.find((path) => path === text('endpoint')) ?? '',
    model: text('model'),
    error_code: text('error_code'),
    key_id: text('key_id'),
    mode: mode === 'live' || mode === 'test' ? mode : '',
    id: text('id'),
    idempotency_key: text('idempotency_key'),
    range: text('range') in RANGES ? text('range') : '',
    created_after: text('created_after'),
    created_before: text('created_before'),
    metadata: Object.fromEntries(
      [...search]
        .filter(([name]) => name.startsWith(METADATA) && name.length > METADATA.length)
        .map(([name, value]) => [name.slice(METADATA.length), value]),
    ),
  };
}

/** Returns filters as the query of a URL. */
export function writeFilters(filters: RequestFilters): URLSearchParams {
  const search = new URLSearchParams();
  if (filters.status.length > 0) {
    search.set('status', filters.status.join(','));
  }
  for (const name of TEXTS) {
    if (filters[name] !== '') {
      search.set(name, filters[name]);
    }
  }
  if (filters.mode !== '') {
    search.set('mode', filters.mode);
  }
  for (const [key, value] of Object.entries(filters.metadata)) {
    search.set(`${METADATA}${key}`, value);
  }
  return search;
}

/**
 * Returns the query of the admin API for filters.
 *
 * @param filters the filters
 * @param now end of a moving range, in ms since 1970
 */
export function toQuery(filters: RequestFilters, now: number): Record<string, string> {
  const { range } = filters;
  const query = Object.fromEntries(writeFilters(filters));
  delete query['range'];
  const length = RANGES[range];
  if (length !== undefined) {
    query['created_after'] = new Date(now - length).toISOString();
    delete query['created_before'];
  }
  return query;
}

/** An active filter: its text, and a function that removes it. */
export interface ActiveFilter {
  readonly label: string;
  readonly without: (filters: RequestFilters) => RequestFilters;
}

/**
 * Returns the active filters except the status, which has its own control.
 *
 * @param filters all filters
 * @param keyName returns a key's name by its id
 */
export function activeFilters(
  filters: RequestFilters,
  keyName: (id: string) => string,
): readonly ActiveFilter[] {
  const labels: Readonly<Record<(typeof TEXTS)[number], string>> = {
    endpoint: `endpoint ${shortEndpoint(filters.endpoint)}`,
    model: `model ${filters.model}`,
    error_code: `error ${filters.error_code}`,
    key_id: `key ${keyName(filters.key_id)}`,
    id: `id ${filters.id}`,
    idempotency_key: `idempotency key ${filters.idempotency_key}`,
    range: `last ${filters.range}`,
    created_after: `after ${shortTime(filters.created_after)}`,
    created_before: `before ${shortTime(filters.created_before)}`,
  };
  return [
    ...TEXTS.filter((name) => filters[name] !== '').map((name) => ({
      label: labels[name],
      without: (now: RequestFilters) => ({ ...now, [name]: '' }),
    })),
    ...(filters.mode === ''
      ? []
      : [
          {
            label: `${filters.mode} mode`,
            without: (now: RequestFilters) => ({ ...now, mode: '' as const }),
          },
        ]),
    ...Object.entries(filters.metadata).map(([key, value]) => ({
      label: `${key} = ${value}`,
      without: (now: RequestFilters) => ({
        ...now,
        metadata: Object.fromEntries(
          Object.entries(now.metadata).filter(([other]) => other !== key),
        ),
      }),
    })),
  ];
}

/**
 * Returns an endpoint without the version, which all have.
 *
 * @param path e.g. `/v1/chat/completions`
 */
export const shortEndpoint = (path: string): string => path.replace(/^\/v1\//, '');

const shortTime = (at: string): string =>
  Number.isNaN(Date.parse(at)) ? at : localMinute.format(Date.parse(at));
