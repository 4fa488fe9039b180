import { measureClaims } from '../lanes/claims.js';
import { measureFlaky } from '../lanes/flaky.js';
import { measureLimits } from '../lanes/limits.js';
import { measureNoisy } from '../lanes/noisy.js';
import { measureOutages } from '../lanes/outages.js';
import type { Section } from '../report.js';
import type { Study } from './suite.js';

const single =
  (measure: (quick: boolean, say: (line: string) => void) => Promise<Section>): Study =>
  async ({ quick, say }) => [await measure(quick, say)];

/** Parts of the suite `lanes`, each of which can be run alone. */
export const LANE_STUDIES = {
  limits: single(measureLimits),
  outages: single(measureOutages),
  flaky: single(measureFlaky),
  noisy: single(measureNoisy),
  claims: single(measureClaims),
} as const satisfies Readonly<Record<string, Study>>;

/** Limits and outages of a provider, a noisy project, and what turns and lanes cost the claim. */
export const lanes: Study = async (options) => {
  const sections: Section[] = [];
  for (const study of Object.values(LANE_STUDIES)) {
    sections.push(...(await study(options)));
  }
  return sections;
};
