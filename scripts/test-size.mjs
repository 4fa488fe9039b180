// `npm run test:unit`, `test:int`, `test:e2e`: the tests of one size, without what they don't need.
// Arguments go to Jest: `npm run test:unit -- libs/retry-policy`, `npm run test:int -- libs/keys -t revoked`.
import { checkNode } from './check-node.mjs';

checkNode();

import('./steps/test-size.mjs').then(({ testSize }) =>
  testSize(process.argv[2], process.argv.slice(3)),
);
