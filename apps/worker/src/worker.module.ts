import { type DynamicModule, Module } from '@nestjs/common';
import { Registry } from '@reqrun/platform/metrics';

import { HealthController } from './health/health.controller.js';
import { WorkerHealth } from './health/worker-health.js';

/** The worker's HTTP routes. The work itself needs neither HTTP nor a container. */
@Module({})
export class WorkerModule {
  /**
   * @param health the worker's health
   * @param metrics the process's metrics
   */
  static register(health: WorkerHealth, metrics: Registry): DynamicModule {
    return {
      module: WorkerModule,
      controllers: [HealthController],
      providers: [
        { provide: WorkerHealth, useValue: health },
        { provide: Registry, useValue: metrics },
      ],
    };
  }
}
