import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';

import { assertAccessDeclared } from './admin/access/access.js';
import { ADMIN_CONTROLLERS, AdminModule } from './admin/admin.module.js';
import { HealthController } from './health/health.controller.js';
import { endpointControllers } from './v1/endpoint-controllers.js';
import { ModelsController } from './v1/models/models.controller.js';
import { RequestsController } from './v1/requests/requests.controller.js';

const OTHER_CONTROLLERS: readonly Type<object>[] = [
  RequestsController,
  ModelsController,
  HealthController,
];

const controllersForApplications = (): Type<object>[] => [
  ...endpointControllers(),
  ...OTHER_CONTROLLERS,
];

/** The routes. What they stand on is put together in `start-api.ts` and handed in. */
@Module({})
export class ApiModule {
  /**
   * @param providers what the controllers for applications ask for, by class
   * @param adminProviders what those of the admin API ask for
   * @throws Error when a route of the admin API does not say what it takes
   */
  static register(providers: Provider[], adminProviders: Provider[]): DynamicModule {
    assertAccessDeclared(ApiModule.controllers);
    return {
      module: ApiModule,
      imports: [AdminModule.register(adminProviders)],
      controllers: controllersForApplications(),
      providers,
    };
  }

  /** Every controller of the process. */
  static get controllers(): readonly Type<object>[] {
    return [...controllersForApplications(), ...ADMIN_CONTROLLERS];
  }
}
