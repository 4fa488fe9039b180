import { ManagedProcess } from '../../harness/process.js';

/** The provider, with a file that has a line for each call it got. */
export class ChaosSimulator extends ManagedProcess {
  private port = 0;

  /** @param callFile where the calls go */
  constructor(callFile: string) {
    super({
      name: 'simulator',
      script: 'apps/simulator/dist/main.js',
      readyEvent: 'listening',
      start: () => ({ args: ['--port', String(this.port), '--log-calls', callFile], env: {} }),
    });
  }

  /** Where it listens. */
  get listensOn(): number {
    return this.port;
  }

  override async start(): Promise<void> {
    await super.start();
    this.port = Number(this.logs().findLast(({ event }) => event === 'listening')?.['port']);
  }
}
