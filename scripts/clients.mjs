// `npm run clients`: the clients that people already have, their real packages, against a live ReqRun.
import { checkNode } from './check-node.mjs';

checkNode();

import('./steps/clients.mjs').then(({ clients }) => clients());
