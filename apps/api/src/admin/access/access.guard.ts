import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { roleSuffices } from '@reqrun/users';
import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { AdminSettings } from '../admin-settings.js';
import type { AccessRule } from './access.js';
import { ACCESS_METADATA } from './access-metadata.js';
import { adminCallerOf } from './admin-caller.js';
import { refuseForeignSite } from './same-origin.js';

/** Checks every call to the admin API against its route's access rule. A route without a rule refuses all. */
@Injectable()
export class AccessGuard implements CanActivate {
  /** @param settings settings with the dashboard's origin */
  constructor(@Inject(AdminSettings) private readonly settings: AdminSettings) {}

  canActivate(context: ExecutionContext): boolean {
    const rule = Reflect.getMetadata(ACCESS_METADATA, context.getHandler()) as
      AccessRule | undefined;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (rule === undefined) {
      throw new ApiError('forbidden');
    }
    if ('public' in rule) {
      refuseForeignSite(request, this.settings.dashboardOrigin, 'taken');
      return true;
    }
    const caller = adminCallerOf(request);
    if (caller === null) {
      throw new ApiError('not_signed_in');
    }
    const { identity } = caller;
    if (identity.kind === 'session') {
      refuseForeignSite(request, this.settings.dashboardOrigin, 'refused');
    } else if (!('scope' in rule)) {
      throw new ApiError('session_required');
    }
    if (!roleSuffices(caller.role, rule.role ?? 'viewer')) {
      throw new ApiError('forbidden');
    }
    if (identity.kind === 'token' && 'scope' in rule && !identity.scopes.has(rule.scope)) {
      throw new ApiError('insufficient_scope', {
        message: `The token does not have the scope ${rule.scope}.`,
      });
    }
    if (identity.kind === 'session' && rule.recentSignIn === true && !identity.provedRecently) {
      throw new ApiError('reauthentication_required');
    }
    return true;
  }
}
