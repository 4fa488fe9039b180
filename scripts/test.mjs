// `npm test`: installs, builds, and runs every test, the cheap ones first. Arguments go to Jest:
// `npm test -- libs/keys`, `npm test -- -t "cut body"`.
import { checkNode } from './check-node.mjs';

checkNode();

import('./steps/test.mjs').then(({ test }) => test(process.argv.slice(2)));
