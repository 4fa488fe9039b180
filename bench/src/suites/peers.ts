import { startProvider } from '../children.js';
import { type Load, type Measurement, measureInTurns, warm } from '../measure.js';
import { type Peer, OWN_PROMISE, PEERS } from '../peers/catalog.js';
import { installedVersion, installPeers } from '../peers/install.js';
import { PeerUnavailable, type RunningPeer, startPeer } from '../peers/start-peer.js';
import { startProduct } from '../product.js';
import { measurementSection, type Section } from '../report.js';
import type { Study, SuiteOptions } from './suite.js';

interface Row extends Measurement {
  promise: string;
}

const OWN = 'ReqRun';

/** The same waited calls through ReqRun and through its peers, in turns with direct calls. */
export const peers: Study = async (options) => {
  const { redis, say } = options;
  await installPeers(say);
  const notes: string[] = [];
  const running: { peer: Peer; name: string; target: RunningPeer }[] = [];
  const provider = await startProvider(0);
  const product = await startProduct({ providerUrl: provider.baseUrl, redis });
  try {
    for (const peer of PEERS) {
      const name = `${peer.name} ${await installedVersion(peer.package)}`;
      say(`starting ${name}`);
      try {
        running.push({ peer, name, target: await startPeer(peer, provider.baseUrl) });
      } catch (error) {
        if (!(error instanceof PeerUnavailable)) {
          throw error;
        }
        notes.push(`${name} cannot run here: ${error.message}.`);
        say(notes.at(-1) ?? '');
      }
    }
    const promises = new Map([
      ['direct', 'nothing: the provider alone'],
      [OWN, OWN_PROMISE],
      ...running.map(({ peer, name }) => [name, peer.promise] as const),
    ]);
    say('warming up');
    for (const { url, headers, fields } of [
      { url: product.url, headers: product.headers, fields: { wait: true } },
      ...running.map(({ target }) => ({ ...target, fields: {} })),
    ]) {
      await warm({ url, headers, fields, promptBytes: 600, connections: 32 });
    }
    const sections: Section[] = [];
    for (const connections of options.quick ? [128] : [128, 32, 1]) {
      const job = { fields: {}, promptBytes: 600, connections, seconds: options.seconds };
      const loads: Load[] = [
        {
          work: 'direct',
          job: { ...job, url: `${provider.baseUrl}/chat/completions`, headers: {} },
        },
        {
          work: OWN,
          job: { ...job, url: product.url, headers: product.headers, fields: { wait: true } },
          product,
        },
        ...running.map(({ name, target }) => ({
          work: name,
          job: { ...job, url: target.url, headers: target.headers },
          product: target,
        })),
      ];
      sections.push(await compare(connections, loads, promises, notes, options));
    }
    return sections;
  } finally {
    await Promise.all(running.map(({ target }) => target.stop()));
    await product.stop();
    await provider.stop();
  }
};

async function compare(
  connections: number,
  loads: readonly Load[],
  promises: ReadonlyMap<string, string>,
  notes: readonly string[],
  { runs, say }: SuiteOptions,
): Promise<Section> {
  const clients = connections === 1 ? '1 client' : `${connections} clients`;
  say(`${clients}, in turns`);
  const rows: Row[] = (await measureInTurns(loads, runs)).map((measurement) => ({
    ...measurement,
    promise: promises.get(measurement.work) ?? '',
  }));
  const own = rows.find(({ work }) => work === OWN)?.perSecond ?? 0;
  const section = measurementSection<Row>(
    `Peers: waited calls, instant provider, ${clients}`,
    rows,
    [
      ['ReqRun is', ({ work, perSecond }) => timesAsFast(work, own, perSecond)],
      ['promise', ({ promise }) => promise],
    ],
  );
  return {
    ...section,
    notes: [...notes, ...section.notes],
    bars: section.bars.map((bar) => ({
      ...bar,
      label: `${bar.label}, ${clients}`,
      ours: bar.label === OWN,
    })),
  };
}

const timesAsFast = (work: string, own: number, perSecond: number): string =>
  work === OWN || work === 'direct' || perSecond === 0 ? '' : `${(own / perSecond).toFixed(1)} ×`;
