// `npm run fuzz`: the fuzz tests with many more inputs than CI tries, REQRUN_FUZZ_FACTOR times as many.
// Arguments go to Jest: `npm run fuzz -- raw-http`. Takes what was built: `npm run build` first.
import { checkNode } from './check-node.mjs';

checkNode();

import('./steps/fuzz.mjs').then(({ fuzz }) => fuzz(process.argv.slice(2)));
