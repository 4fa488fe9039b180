import type { Check, Evidence } from './evidence.js';
import { grouped } from './evidence.js';

/** A hit has the answer of a request that a provider answered, and requests at once share one call. */
export const cacheHitsAreTheirSources: Check = {
  name: '11 a hit of the cache has the answer of its source, and identical requests make one call',
  run: (evidence) => [...wrongHits(evidence), ...needlessCalls(evidence)],
};

function wrongHits({ requests, ledger }: Evidence): string[] {
  const answers = new Map<string, string>();
  for (const { end } of ledger.calls) {
    if (end?.kind === 'answer' && end.told.id !== null && end.told.status === 200) {
      answers.set(end.told.id, end.told.hash);
    }
  }
  return [...requests.values()].flatMap(({ id, tag, cached_from }) => {
    if (cached_from === null) {
      return [];
    }
    const source = requests.get(cached_from);
    if (source?.status !== 'completed' || source.cached_from !== null || source.tag !== tag) {
      return [`${id} (${tag}): its answer is from ${cached_from}, which answers nobody`];
    }
    const [own, theirs] = [answers.get(id), answers.get(cached_from)];
    return own !== undefined && theirs !== undefined && own !== theirs
      ? [`${id} (${tag}): a client got ${own}, but ${theirs} from its source`]
      : [];
  });
}

/** Finds stories that made several calls although every one succeeded: one was enough for all their requests. */
function needlessCalls({ requests, attempts }: Evidence): string[] {
  const stories = grouped([...requests.values()], ({ tag }) => tag);
  return [...stories].flatMap(([tag, group]) => {
    if (!group.some(({ cached_from }) => cached_from !== null)) {
      return [];
    }
    const made = group.flatMap(({ id }) => attempts.get(id) ?? []);
    return made.length > 1 && made.every(({ outcome }) => outcome === 'succeeded')
      ? [`${tag}: ${made.length} calls for ${group.length} identical requests`]
      : [];
  });
}
