import { type DynamicModule, Module, type Provider } from '@nestjs/common';

import { ChatCompletionsController } from './chat-completions/chat-completions.controller.js';
import { HealthController } from './health/health.controller.js';
import { ModelsController } from './models/models.controller.js';
import { RequestsController } from './requests/requests.controller.js';

/** The routes. What they stand on is put together in `start-api.ts` and handed in. */
@Module({})
export class ApiModule {
  /** @param providers what the controllers ask for, by class */
  static register(providers: Provider[]): DynamicModule {
    return {
      module: ApiModule,
      controllers: [
        ChatCompletionsController,
        RequestsController,
        ModelsController,
        HealthController,
      ],
      providers,
    };
  }
}
