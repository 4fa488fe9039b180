import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';

import { assertAccessDeclared } from './admin/access/access.js';
import { ADMIN_CONTROLLERS, AdminModule } from './admin/admin.module.js';
import { ChatCompletionsController } from './chat-completions/chat-completions.controller.js';
import { HealthController } from './health/health.controller.js';
import { ModelsController } from './models/models.controller.js';
import { RequestsController } from './requests/requests.controller.js';

const CONTROLLERS: readonly Type<object>[] = [
  ChatCompletionsController,
  RequestsController,
  ModelsController,
  HealthController,
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
    assertAccessDeclared([...CONTROLLERS, ...ADMIN_CONTROLLERS]);
    return {
      module: ApiModule,
      imports: [AdminModule.register(adminProviders)],
      controllers: [...CONTROLLERS],
      providers,
    };
  }

  /** Every controller of the process. */
  static get controllers(): readonly Type<object>[] {
    return [...CONTROLLERS, ...ADMIN_CONTROLLERS];
  }
}
