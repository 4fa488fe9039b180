import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { ManagedProcess } from './process.js';

/** File that exists after a build by Next. */
const BUILD = join(import.meta.dirname, '../../../dashboard/.next/BUILD_ID');

/** Process of the dashboard, before one API. */
export class Dashboard extends ManagedProcess {
  private port = 0;

  /** @param apiUrl origin of the API */
  constructor(apiUrl: string) {
    super({
      name: 'dashboard',
      script: 'apps/dashboard/dist/main.js',
      readyEvent: 'ready',
      start: () => ({
        args: [],
        env: {
          NODE_ENV: 'production',
          REQRUN_API_URL: apiUrl,
          REQRUN_DASHBOARD_PORT: String(this.port),
        },
      }),
    });
  }

  /** `http://127.0.0.1:<port>` */
  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  override async start(): Promise<void> {
    if (!existsSync(BUILD)) {
      throw new Error('The dashboard has not been built: npm run build.');
    }
    await super.start();
    this.port = Number(this.logs().findLast(({ event }) => event === 'listening')?.['port']);
  }
}
