import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { ManagedProcess } from './process.js';

/** What Next has built. */
const BUILD = join(import.meta.dirname, '../../../dashboard/.next/BUILD_ID');

/** The dashboard's own process, in front of one API. */
export class Dashboard extends ManagedProcess {
  private port = 0;

  /** @param apiUrl the API's origin */
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
