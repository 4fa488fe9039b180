// `npm run mutants`: removes one guard after the other from a copy of the sources, and requires the test that names it
// to fail. Arguments are names of mutants; none means all.
import { checkNode } from './check-node.mjs';

checkNode();

import('./steps/mutants.mjs').then(({ mutants }) => mutants(process.argv.slice(2)));
