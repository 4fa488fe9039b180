import {
  type Claim,
  claimAtPlaces,
  claimDue,
  findPlaces,
  laneId,
  type Place,
  type PlaceShare,
  readLanes,
} from '@reqrun/requests';
import pg from 'pg';

import { watchOtherLoad } from '../other-load.js';
import { disturbance, type Section } from '../report.js';
import { fill } from '../rows/fill.js';
import { openSide, type Side } from '../rows/side.js';
import { quantilesOf, ratio } from '../statistics.js';
import { type Column, figure, renderTable } from '../table.js';

const PROJECTS = 50;
const CLOSED = 20;
const LEASE_MS = 600_000;
/** Number of requests that a claim takes. */
const SIZES = [1, 32, 64] as const;
/** Places that one claim takes from, as the worker's turns have it. */
const MOST_PLACES = 16;
/** Largest time, of that of the plain claim. */
const MOST = 1.2;

interface Row {
  readonly claimed: number;
  readonly plain: number;
  readonly turns: number;
  readonly lanes: number;
  readonly look: number;
}

/**
 * Compares the claim that takes turns, and that in lanes, with the plain one, in a full database.
 *
 * @param quick whether the database is a tenth as full
 * @param say reports progress
 */
export async function measureClaims(quick: boolean, say: (line: string) => void): Promise<Section> {
  const size = quick ? { ended: 100_000, waiting: 10_000 } : { ended: 1_000_000, waiting: 100_000 };
  const rounds = quick ? 60 : 300;
  const side = await openSide();
  try {
    say('filling a database');
    await fill(side, { ended: size.ended, waiting: 0 }, say);
    await addWaiting(side, size.waiting);
    const watch = watchOtherLoad();
    const rows: Row[] = [];
    for (const claimed of SIZES) {
      say(`claims of ${claimed}`);
      rows.push(await compareClaims(side, claimed, rounds));
    }
    const { busy, stolen } = watch();
    return {
      title: `Claims beside ${size.ended.toLocaleString('en')} ended and ${size.waiting.toLocaleString('en')} waiting requests of ${PROJECTS} projects, ${CLOSED} lanes closed`,
      table: renderTable(COLUMNS, rows),
      rows,
      notes: [
        `Medians of ${rounds}, in turns. The look for places is made at most every 100 ms.`,
        ...disturbance([busy + stolen]),
      ],
      bars: [],
    };
  } finally {
    await side.stop();
  }
}

async function compareClaims(side: Side, claimed: number, rounds: number): Promise<Row> {
  const times = {
    plain: [] as number[],
    turns: [] as number[],
    lanes: [] as number[],
    look: [] as number[],
  };
  const { lanes } = await readLanes(side.pool);
  const closed = new Set(lanes.map(({ asDefault }) => asDefault));
  for (let round = -5; round < rounds; round += 1) {
    let places: Place[] = [];
    const look = await timed(async () => {
      places = (await findPlaces(side.pool, null)).places.filter(({ model }) => !closed.has(model));
    });
    const shares = sharesOf(places, claimed, round);
    // One lane that is paced and has room: the claim reads, locks and charges it.
    const inLanes = shares.map((share, index) => (index === 0 ? { ...share, lane: PACED } : share));
    const work = {
      plain: () => claimDue(side.pool, side.workerId, claimed, LEASE_MS),
      turns: () => claimAtPlaces(side.pool, side.workerId, claimed, LEASE_MS, shares),
      lanes: () => claimAtPlaces(side.pool, side.workerId, claimed, LEASE_MS, inLanes),
    };
    const order = (['plain', 'turns', 'lanes'] as const).map(
      (_, index, all) => all[(index + round + 30) % 3] ?? 'plain',
    );
    for (const name of order) {
      let claims: Claim[] = [];
      const time = await timed(async () => {
        claims = await work[name]();
      });
      if (claims.length !== claimed) {
        throw new Error(`${name} has claimed ${claims.length} instead of ${claimed}`);
      }
      if (round >= 0) {
        times[name].push(time);
      }
    }
    if (round >= 0) {
      times.look.push(look);
    }
  }
  const p50 = (of: readonly number[]): number => quantilesOf(of).p50;
  return {
    claimed,
    plain: p50(times.plain),
    turns: p50(times.turns),
    lanes: p50(times.lanes),
    look: p50(times.look),
  };
}

/** Shares as the worker's turns give them: of up to 16 places, others in each round. */
function sharesOf(places: readonly Place[], claimed: number, round: number): PlaceShare[] {
  const share = Math.ceil(claimed / MOST_PLACES);
  const count = Math.ceil(claimed / share);
  return Array.from({ length: count }, (_, index) => {
    const place = places[(round + 30 + index) % places.length];
    if (place === undefined) {
      throw new Error('no place has requests that wait');
    }
    return { place, share };
  });
}

const PACED = laneId('00000000-0000-0000-0000-000000000001', 'paced');

/** Adds requests that are due, of several projects and models, and lanes of which some are closed. */
async function addWaiting(side: Side, waiting: number): Promise<void> {
  const client = new pg.Client({ connectionString: side.databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO projects (id, name, retry_on_codes)
       SELECT gen_random_uuid(), 'bench ' || n, '{429}' FROM generate_series(2, $1) AS n`,
      [PROJECTS],
    );
    await client.query(
      `WITH projects AS (SELECT array_agg(id ORDER BY id) AS ids FROM projects), written AS (
         INSERT INTO requests (id, project_id, api_key_id, mode, endpoint, status, model, requested_model, policy,
           retry_count, retry_on_codes, on_lost, call_timeout_ms, deadline_ms, payload_bytes, due_at, deadline_at,
           created_at, updated_at)
         SELECT gen_random_uuid(), ids[1 + n % $2], ids[1 + n % $2], 'live', '/chat/completions', 'queued',
           CASE WHEN n % 25 = 0 THEN 'closed-' || n / 25 % $3 ELSE 'gpt-' || n / $2 % 2 END, 'gpt',
           '{"count":3,"onCodes":[429],"onLost":"retry","callTimeoutMs":600000,"deadlineMs":86400000}',
           3, '{429}', 'retry', 600000, 86400000, 1216, now() - interval '1 hour' + n * interval '1 ms',
           now() + interval '1 day', now(), now()
         FROM projects, generate_series(1, $1) AS n RETURNING id)
       INSERT INTO payloads (request_id, ciphertext)
       SELECT id, decode(repeat(md5(id::text), 76), 'hex') FROM written`,
      [waiting, PROJECTS, CLOSED],
    );
    await client.query(
      `INSERT INTO provider_credentials (id, further_of, name, base_url, updated_at)
       SELECT '00000000-0000-0000-0000-000000000001', id, 'paced', 'http://127.0.0.1:9/v1', now() FROM projects LIMIT 1`,
    );
    await client.query(
      `INSERT INTO lanes (id, project_id, provider_id, model, named, as_default, phase, generation, reason, since,
         growth, top_rate, rate, level, level_at, cap, started, probe_at, memory)
       SELECT CASE WHEN n = 0 THEN $1::uuid ELSE gen_random_uuid() END, c.further_of, c.id,
         CASE WHEN n = 0 THEN 'paced' ELSE 'closed-' || n - 1 END, n,
         hashtextextended(CASE WHEN n = 0 THEN '/paced' ELSE '/closed-' || n - 1 END, 0),
         CASE WHEN n = 0 THEN 'paced' ELSE 'open' END, 1, 'openai_http_503', now(), 1, 1e6, 1e6, 1e6, now(), 1e6, 0,
         now() + interval '1 hour', '{}'
       FROM provider_credentials c, generate_series(0, $2) AS n WHERE c.name = 'paced'`,
      [PACED, CLOSED],
    );
    await client.query('VACUUM (ANALYZE) requests, payloads, lanes');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

const times = (value: number, reference: number): string => figure(ratio(value, reference), 2);

const COLUMNS: readonly Column<Row>[] = [
  ['claimed', ({ claimed }) => String(claimed)],
  ['plain ms', ({ plain }) => plain.toFixed(2)],
  ['in turns ms', ({ turns }) => turns.toFixed(2)],
  ['ratio', ({ turns, plain }) => times(turns, plain)],
  ['in lanes ms', ({ lanes }) => lanes.toFixed(2)],
  ['ratio', ({ lanes, plain }) => times(lanes, plain)],
  ['bar', () => `≤ ${MOST}`],
  ['look ms', ({ look }) => look.toFixed(2)],
  ['kept', ({ turns, lanes, plain }) => (Math.max(turns, lanes) <= MOST * plain ? 'yes' : 'no')],
];
