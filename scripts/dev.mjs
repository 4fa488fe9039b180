// `npm run dev`: ReqRun from its sources, against the embedded database. What is made of a file starts anew when
// the file is saved; the dashboard's pages reload in the browser.
import { checkNode } from './check-node.mjs';

checkNode();

import('./steps/dev.mjs').then(({ dev }) => dev());
