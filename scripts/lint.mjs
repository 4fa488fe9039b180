// `npm run lint`: ESLint over everything, with the rule about who may import whom.
import { checkNode } from './check-node.mjs';

checkNode();

import('./steps/lint.mjs').then(({ lint }) => lint(process.argv.slice(2)));
