import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';

import { assertAccessDeclared } from './admin/access/access.js';
import { ADMIN_CONTROLLERS, AdminModule } from './admin/admin.module.js';
import { HealthController } from './health/health.controller.js';
import { endpointControllers } from './v1/endpoint-controllers.js';
import { ModelsController } from './v1/models/models.controller.js';
import { PoliciesController } from './v1/policies/policies.controller.js';
import { RequestsController } from './v1/requests/requests.controller.js';

const OTHER_CONTROLLERS: readonly Type<object>[] = [
  RequestsController,
  PoliciesController,
  ModelsController,
  HealthController,
];

const controllersForApplications = (): Type<object>[] => [
  ...endpointControllers(),
  ...OTHER_CONTROLLERS,
];

/** The routes. Their parts are composed in `start-api.ts` and passed in. */
@Module({})
export class ApiModule {
  /**
   * @param providers dependencies of the controllers for applications, by class
   * @param adminProviders dependencies of the admin API's controllers
   * @throws Error when a route of the admin API has no access rule
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

  /** All controllers of the process. */
  static get controllers(): readonly Type<object>[] {
    return [...controllersForApplications(), ...ADMIN_CONTROLLERS];
  }
}
