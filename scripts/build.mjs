// `npm run build`: everything, for deployment and before the checks.
import { checkNode } from './check-node.mjs';

checkNode();

import('./steps/build.mjs').then(async ({ compile, generateClient }) => {
  const { ensureInstalled } = await import('./steps/install.mjs');
  const { orExit } = await import('./steps/run.mjs');
  await orExit(async () => {
    await ensureInstalled();
    await generateClient();
    await compile();
  });
});
