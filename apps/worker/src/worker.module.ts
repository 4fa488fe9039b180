import { type DynamicModule, Module } from '@nestjs/common';
import { Registry } from '@reqrun/platform/metrics';

import { HealthController } from './health/health.controller.js';
import { WorkerHealth } from './health/worker-health.js';

/** What the worker serves over HTTP. The work itself needs no HTTP and no container. */
@Module({})
export class WorkerModule {
  /**
   * @param health judges the worker
   * @param metrics what it has counted
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
