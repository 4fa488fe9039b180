#!/usr/bin/env node
// It stands beside the compiled program because npm links a command only if its file is there when
// packages are installed, which is before the build.
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  process.stderr.write('reqrun is not built yet: run `npm run build` in the checkout.\n');
  process.exitCode = 2;
}
