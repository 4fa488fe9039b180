// `node --import <this file> --conditions=@reqrun/source apps/api/src/main.ts`: runs sources without a build.
import * as nodeModule from 'node:module';

import { load, resolve } from './hooks.mjs';

// From Node 22.15 on hooks run in the thread that imports; before, in one of their own, which takes longer.
if (nodeModule.registerHooks === undefined) {
  nodeModule.register('./hooks.mjs', import.meta.url);
} else {
  nodeModule.registerHooks({ load, resolve });
}
