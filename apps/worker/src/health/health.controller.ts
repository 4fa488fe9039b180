import { Controller, Get, Header, HttpException, Inject } from '@nestjs/common';
import { Registry } from '@reqrun/platform/metrics';

import { WorkerHealth, type WorkerHealthReport } from './worker-health.js';

/** The worker's only routes: liveness, readiness, metrics. */
@Controller()
export class HealthController {
  /**
   * @param health the worker's health
   * @param metrics the process's metrics
   */
  constructor(
    @Inject(WorkerHealth) private readonly health: WorkerHealth,
    @Inject(Registry) private readonly metrics: Registry,
  ) {}

  /** Answers 200 while the worker makes progress and 503 when it is stuck, without waiting for anything. */
  @Get('health/live')
  live(): { status: string } {
    if (!this.health.live()) {
      throw new HttpException({ status: 'stuck' }, 503);
    }
    return { status: 'ok' };
  }

  /** Answers 200 when the worker can take work, else 503. */
  @Get('health/ready')
  async ready(): Promise<WorkerHealthReport> {
    const report = await this.health.report();
    if (report.status !== 'ok') {
      throw new HttpException(report, 503);
    }
    return report;
  }

  /** Returns the metrics in Prometheus' text format. */
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async scrape(): Promise<string> {
    return this.metrics.metrics();
  }
}
