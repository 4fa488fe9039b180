import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';

import { AlertRulesController } from './alerts/alert-rules.controller.js';
import { AlertTestsController } from './alerts/alert-tests.controller.js';
import { AlertsController } from './alerts/alerts.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { CacheController } from './cache/cache.controller.js';
import { LanesController } from './lanes/lanes.controller.js';
import { AccessTokensController } from './me/access-tokens.controller.js';
import { MeController } from './me/me.controller.js';
import { InvitationsController } from './users/invitations.controller.js';
import { PeopleController } from './users/users.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { ProjectMetricsController } from './metrics/metrics.controller.js';
import { AdminPoliciesController } from './policies/policies.controller.js';
import { ProjectsController } from './projects/projects.controller.js';
import { ProviderController } from './provider/provider.controller.js';
import { ProviderTestsController } from './provider/provider-tests.controller.js';
import { ProvidersController } from './provider/providers.controller.js';
import { BulkRetriesController } from './requests/bulk-retries.controller.js';
import { RequestSearchController } from './requests/request-search.controller.js';
import { AdminRequestsController } from './requests/requests.controller.js';
import { SelectedRequestsController } from './requests/selected-requests.controller.js';
import { SessionController } from './session/session.controller.js';
import { SystemController } from './system/system.controller.js';
import { ViewsController } from './views/views.controller.js';

/** All controllers below /admin. */
export const ADMIN_CONTROLLERS: readonly Type<object>[] = [
  SessionController,
  MeController,
  AccessTokensController,
  PeopleController,
  InvitationsController,
  AuditController,
  SystemController,
  ProjectsController,
  ProviderController,
  ProvidersController,
  ProviderTestsController,
  LanesController,
  CacheController,
  AlertRulesController,
  AlertTestsController,
  AlertsController,
  KeysController,
  ProjectMetricsController,
  AdminPoliciesController,
  BulkRetriesController,
  SelectedRequestsController,
  AdminRequestsController,
  ViewsController,
  RequestSearchController,
];

/** The routes of the admin API. Their parts are composed in `open-admin.ts`. */
@Module({})
export class AdminModule {
  /** @param providers the controllers' dependencies, by class */
  static register(providers: Provider[]): DynamicModule {
    return { module: AdminModule, controllers: [...ADMIN_CONTROLLERS], providers };
  }
}
