// `npm run build`: everything, for deployment and before the checks.
import { checkNode } from './check-node.mjs';

checkNode();

import('./steps/build.mjs').then(async (steps) => {
  const { ensureInstalled } = await import('./steps/install.mjs');
  const { orExit } = await import('./steps/run.mjs');
  await orExit(async () => {
    await ensureInstalled();
    await steps.generateClient();
    await steps.compile();
    await steps.ensurePagesBuilt();
    await steps.ensureDocsBuilt();
    await steps.checkPages();
  });
});
