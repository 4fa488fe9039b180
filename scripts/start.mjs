// `npm start`: from a fresh clone to a running ReqRun. Nothing here may need a package, for the
// first thing it does is to install them.
import { checkNode } from './check-node.mjs';

checkNode();

// Imported afterwards: an old Node fails on the syntax of what it imports before it runs a line.
import('./steps/start.mjs').then(({ start }) => start());
