import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const LOGGING = join(import.meta.dirname, '../../dist/logging/index.js');

/** More lines than one write takes, while the only thread that writes is busy; then nothing for ever. */
const PROGRAM = `
  import { pbkdf2 } from 'node:crypto';
  import { createLogger } from ${JSON.stringify(LOGGING)};
  const logger = createLogger({ service: 'test', level: 'info' });
  pbkdf2('x', 'x', 1_000_000, 64, 'sha512', () => undefined);
  for (let n = 1; n <= 100; n += 1) logger.info('line ' + n);
  logger.info('last');
  setInterval(() => undefined, 60_000);
`;

describe('a process that logs while its last lines are still being written, and then nothing', () => {
  it('has written its last line out all the same', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    });
    // A line that never comes ends the test, and not the patience of whoever runs it.
    const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
    try {
      const lines: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) {
        lines.push(line);
        if (line.includes('"event":"last"')) {
          break;
        }
      }
      expect(lines).toHaveLength(101);
    } finally {
      clearTimeout(limit);
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
  });
});
