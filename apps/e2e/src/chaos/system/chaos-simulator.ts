import { ManagedProcess } from '../../harness/process.js';

/** The provider, with a file of one line for each call it got. */
export class ChaosSimulator extends ManagedProcess {
  private port = 0;

  /** @param callFile path of the file of calls */
  constructor(callFile: string) {
    super({
      name: 'simulator',
      script: 'apps/simulator/dist/main.js',
      readyEvent: 'listening',
      start: () => ({ args: ['--port', String(this.port), '--log-calls', callFile], env: {} }),
    });
  }

  /** Port of the simulator. */
  get listensOn(): number {
    return this.port;
  }

  override async start(): Promise<void> {
    await super.start();
    this.port = Number(this.logs().findLast(({ event }) => event === 'listening')?.['port']);
  }
}
