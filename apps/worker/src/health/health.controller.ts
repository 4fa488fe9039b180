import { Controller, Get, Header, HttpException, Inject } from '@nestjs/common';
import { Registry } from '@reqrun/platform/metrics';

import { WorkerHealth, type WorkerHealthReport } from './worker-health.js';

/** The worker's only routes: is it alive, can it work, what has it counted. */
@Controller()
export class HealthController {
  /**
   * @param health judges the worker
   * @param metrics what it has counted
   */
  constructor(
    @Inject(WorkerHealth) private readonly health: WorkerHealth,
    @Inject(Registry) private readonly metrics: Registry,
  ) {}

  /** 200 while the worker makes progress, 503 when it is stuck; it waits for nothing. */
  @Get('health/live')
  live(): { status: string } {
    if (!this.health.live()) {
      throw new HttpException({ status: 'stuck' }, 503);
    }
    return { status: 'ok' };
  }

  /** 200 when the worker can take work. */
  @Get('health/ready')
  async ready(): Promise<WorkerHealthReport> {
    const report = await this.health.report();
    if (report.status !== 'ok') {
      throw new HttpException(report, 503);
    }
    return report;
  }

  /** Prometheus' text format. */
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async scrape(): Promise<string> {
    return this.metrics.metrics();
  }
}
