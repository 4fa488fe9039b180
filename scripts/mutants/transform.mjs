import { relative } from 'node:path';

import swc from '@swc/jest';

import { root } from '../steps/run.mjs';
import { MUTANTS } from './list.mjs';

/** Compiles TypeScript as ever, but the copy of one source lacks the guard that REQRUN_MUTANT names. */
export default {
  createTransformer(options) {
    const plain = swc.createTransformer(options);
    const mutant = MUTANTS.find(({ name }) => name === process.env.REQRUN_MUTANT);
    const changed = (source, path) =>
      mutant === undefined || relative(root, path) !== mutant.file
        ? source
        : source.replace(mutant.from, () => mutant.to);
    return {
      canInstrument: plain.canInstrument,
      process: (source, path, more) => plain.process(changed(source, path), path, more),
      processAsync: (source, path, more) => plain.processAsync(changed(source, path), path, more),
      getCacheKey: (source, path, more) => plain.getCacheKey(changed(source, path), path, more),
    };
  },
};
