import { runDriver, startProvider } from '../children.js';
import type { Watched } from '../measure.js';
import { traceMemory } from '../overload/memory.js';
import { PEERS } from '../peers/catalog.js';
import { installedVersion, installPeers } from '../peers/install.js';
import { PeerUnavailable, type RunningPeer, startPeer } from '../peers/start-peer.js';
import { type Product, startProduct } from '../product.js';
import { disturbance, type Section } from '../report.js';
import { openIdle } from '../streams/idle.js';
import { measureStreams, type StreamRun, type StreamTarget } from '../streams/measure-streams.js';
import { type Column, figure, renderTable } from '../table.js';
import { drained } from './drained.js';
import type { Study, SuiteOptions } from './suite.js';

const TOKENS_PER_SECOND = 30;
const OWN = 'ReqRun';
/** Streams that are open and silent. */
const IDLE = 1_000;
/** Streams of the run that looks for growth. */
const STREAMS_OF_GROWTH = 50;
const WINDOWS = 4;
/** Settings with which this many streams run in one API and one worker. */
const ROOM = {
  REQRUN_WORKER_CONCURRENCY: '2000',
  REQRUN_MAX_WAITS_PER_KEY: '2000',
};

/** Streams through ReqRun and through a gateway that keeps nothing, in turns with direct ones. */
export const stream: Study = async (options) => {
  const { redis, say } = options;
  const notes: string[] = [];
  const provider = await startProvider(0);
  const product = await startProduct({ providerUrl: provider.baseUrl, redis, settings: ROOM });
  const gateway = await startGateway(provider.baseUrl, say, notes);
  const targets: StreamTarget[] = [
    { name: 'direct', url: `${provider.baseUrl}/chat/completions`, headers: {} },
    { name: OWN, url: product.url, headers: product.headers, watched: product },
    ...(gateway === null ? [] : [gateway.target]),
  ];
  try {
    const sections: Section[] = [];
    for (const streams of options.quick ? [1, 20] : [1, 50, 200]) {
      sections.push(await compared(targets, streams, notes, options));
    }
    sections.push(await stored(product));
    sections.push(await grown(product, options));
    sections.push(await idle(product, options));
    return sections;
  } finally {
    await gateway?.running.stop();
    await product.stop();
    await provider.stop();
  }
};

/** Starts the gateway that streams are compared with; null where it cannot run, with a note. */
async function startGateway(
  providerUrl: string,
  say: (line: string) => void,
  notes: string[],
): Promise<{ running: RunningPeer; target: StreamTarget } | null> {
  const peer = PEERS.find(({ file }) => file === 'portkey');
  if (peer === undefined) {
    return null;
  }
  try {
    await installPeers(say);
    const running = await startPeer(peer, providerUrl);
    const name = `${peer.name} ${await installedVersion(peer.package)}`;
    const status = await statusOfStream(running);
    if (status !== 200) {
      await running.stop();
      throw new PeerUnavailable(`it answers a stream with ${status}`);
    }
    const watched: Watched = running;
    return { running, target: { name, url: running.url, headers: running.headers, watched } };
  } catch (error) {
    notes.push(`${peer.name} cannot run here: ${error instanceof Error ? error.message : ''}.`);
    return null;
  }
}

/** Returns the status with which a server answers a short stream. */
async function statusOfStream({ url, headers }: RunningPeer): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 's2r30', stream: true, messages: [] }),
  });
  await response.text();
  return response.status;
}

/** Compares the targets, in turns. */
async function compared(
  targets: readonly StreamTarget[],
  streams: number,
  notes: readonly string[],
  { runs, seconds, say }: SuiteOptions,
): Promise<Section> {
  const title = streams === 1 ? '1 stream' : `${streams} streams at once`;
  say(`${title}, in turns`);
  // Short streams of one client, so that a run has enough first tokens.
  const load = {
    ...{ streams, tokens: streams === 1 ? 15 : 150, tokensPerSecond: TOKENS_PER_SECOND },
    ...{ seconds: Math.max(seconds, 5), rampSeconds: streams === 1 ? 1 : 6 },
  };
  const rows = await measureStreams(targets, load, runs);
  const [direct] = rows;
  const added = (of: (run: StreamRun) => number): ((run: StreamRun) => string) => {
    const reference = direct === undefined ? 0 : of(direct);
    return (run) => (run === direct ? '' : figure(of(run) - reference, 1));
  };
  const columns: readonly Column<StreamRun>[] = [
    ['work', ({ name }) => name],
    ['first token p50 ms', ({ firstToken }) => figure(firstToken, 1)],
    ['added ms', added(({ firstToken }) => firstToken)],
    ['gap p50 ms', ({ gapMedian }) => figure(gapMedian, 1)],
    ['gap p99 ms', ({ gap }) => figure(gap, 1)],
    ['added ms', added(({ gap }) => gap)],
    ['frames/s', ({ framesPerSecond }) => figure(framesPerSecond, 0)],
    ['CPU ms/1,000 frames', ({ cpuMsPer1000 }) => figure(cpuMsPer1000, 0)],
    ['memory MiB', ({ memoryMiB }) => figure(memoryMiB, 0)],
    ['not clean', ({ broken }) => String(broken)],
    ['other load', ({ otherLoad }) => `${(otherLoad * 100).toFixed(0)} %`],
  ];
  return {
    title: `Streams of ${TOKENS_PER_SECOND} tokens/s: ${title}`,
    table: renderTable(columns, rows),
    rows,
    notes: [...notes, ...disturbance(rows.map(({ otherLoad }) => otherLoad))],
    bars: [],
  };
}

/** Looks at what the frames so far take in PostgreSQL. */
async function stored(product: Product): Promise<Section> {
  await drained(product);
  const { bytes, count } = await product.frames();
  const row = { frames: count, bytes, perFrame: bytes / Math.max(1, count) };
  return {
    title: 'Frames in PostgreSQL, with indexes and free space',
    table: renderTable(
      [
        ['frames', ({ frames }) => String(frames)],
        ['MiB', (one) => figure(one.bytes / 1024 / 1024, 1)],
        ['bytes per frame', ({ perFrame }) => figure(perFrame, 0)],
      ] satisfies Column<typeof row>[],
      [row],
    ),
    rows: [row],
    notes: [],
    bars: [],
  };
}

interface Window extends StreamRun {
  apiMiB: number;
  workerMiB: number;
}

/** Runs streams for minutes, and compares one part of the time with the next. */
async function grown(product: Product, { quick, say }: SuiteOptions): Promise<Section> {
  const seconds = quick ? 10 : 90;
  const target = { name: OWN, url: product.url, headers: product.headers, watched: product };
  const rows: Window[] = [];
  for (let n = 1; n <= WINDOWS; n += 1) {
    say(`${STREAMS_OF_GROWTH} streams, window ${n} of ${WINDOWS}`);
    const trace = traceMemory(product.launcherPid);
    const load = { streams: STREAMS_OF_GROWTH, tokens: 150, tokensPerSecond: TOKENS_PER_SECOND };
    const [run] = await measureStreams([target], { ...load, seconds, rampSeconds: 6 }, 1);
    const memory = trace();
    if (run !== undefined) {
      const [apiMiB, workerMiB] = [memory['api']?.last ?? 0, memory['worker']?.last ?? 0];
      rows.push({ ...run, name: `${(n - 1) * seconds} to ${n * seconds} s`, apiMiB, workerMiB });
    }
  }
  const columns: readonly Column<Window>[] = [
    ['time', ({ name }) => name],
    ['first token p50 ms', ({ firstToken }) => figure(firstToken, 1)],
    ['gap p99 ms', ({ gap }) => figure(gap, 1)],
    ['CPU ms/1,000 frames', ({ cpuMsPer1000 }) => figure(cpuMsPer1000, 0)],
    ['API MiB', ({ apiMiB }) => figure(apiMiB, 0)],
    ['worker MiB', ({ workerMiB }) => figure(workerMiB, 0)],
    ['not clean', ({ broken }) => String(broken)],
    ['other load', ({ otherLoad }) => `${(otherLoad * 100).toFixed(0)} %`],
  ];
  return {
    title: `Growth: ${STREAMS_OF_GROWTH} streams for ${WINDOWS * seconds} s`,
    table: renderTable(columns, rows),
    rows,
    notes: disturbance(rows.map(({ otherLoad }) => otherLoad)),
    bars: [],
  };
}

/** Measures the memory of idle streams, and plain calls beside them. */
async function idle(product: Product, { seconds, say }: SuiteOptions): Promise<Section> {
  say(`${IDLE} idle streams`);
  const plain = {
    ...{ url: product.url, headers: product.headers, fields: { wait: true } },
    ...{ promptBytes: 600, connections: 8, seconds: Math.max(seconds, 5), rampSeconds: 1 },
  };
  const look = async (work: string) => {
    const { perSecond, p50, p99 } = await runDriver(plain);
    const memory = traceMemory(product.launcherPid)();
    const [apiMiB, workerMiB] = [memory['api']?.last ?? 0, memory['worker']?.last ?? 0];
    return { work, perSecond, p50, p99, apiMiB, workerMiB };
  };
  const rows = [await look('before')];
  const close = await openIdle(product, IDLE);
  rows.push(await look(`with ${IDLE.toLocaleString('en')} idle streams`));
  await close();
  await drained(product);
  rows.push(await look('after'));
  const columns: readonly Column<(typeof rows)[number]>[] = [
    ['plain calls of 8 clients', ({ work }) => work],
    ['requests/s', ({ perSecond }) => figure(perSecond, 0)],
    ['p50 ms', ({ p50 }) => figure(p50, 1)],
    ['p99 ms', ({ p99 }) => figure(p99, 1)],
    ['API MiB', ({ apiMiB }) => figure(apiMiB, 0)],
    ['worker MiB', ({ workerMiB }) => figure(workerMiB, 0)],
  ];
  return {
    title: `${IDLE.toLocaleString('en')} idle streams in one API process`,
    table: renderTable(columns, rows),
    rows,
    notes: [],
    bars: [],
  };
}
