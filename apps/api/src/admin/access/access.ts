import { applyDecorators, Controller, SetMetadata, UseGuards } from '@nestjs/common';
import { GUARDS_METADATA, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ApiExtension, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { Role, TokenScope } from '@reqrun/users';

import { AccessGuard } from './access.guard.js';
import { ACCESS_METADATA } from './access-metadata.js';

/**
 * A call that extends access, or grants it to others. A session must have been reauthenticated within ten
 * minutes (ASVS 5.0, 7.5.1). A token can't be reauthenticated: it was created under this rule itself.
 */
interface RecentSignIn {
  readonly recentSignIn?: true;
}

/** Access rule of a route of the admin API. */
export type AccessRule =
  /** Any caller, for signing in and accepting an invitation. */
  | { readonly public: true }
  /** A signed-in user of at least this role (default viewer); no token. */
  | ({ readonly session: true; readonly role?: Role } & RecentSignIn)
  /** At least this role; a token also needs this scope. */
  | ({ readonly role: Role; readonly scope: TokenScope } & RecentSignIn);

/**
 * Declares the access rule of a route of the admin API. The process does not start with a route that has
 * none.
 *
 * @param rule the access rule
 */
export function Access(rule: AccessRule): MethodDecorator {
  return applyDecorators(
    SetMetadata(ACCESS_METADATA, rule),
    ApiExtension('x-access', rule),
    ...('public' in rule ? [] : [ApiSecurity('session')]),
    ...('scope' in rule ? [ApiSecurity('accessToken')] : []),
  );
}

/**
 * Declares a controller of the admin API, below /admin and protected by the guard.
 *
 * @param path path after `/admin/`
 * @param tag tag of its routes in the OpenAPI document
 */
export function AdminController(path: string, tag: string): ClassDecorator {
  return applyDecorators(Controller(`admin/${path}`), UseGuards(AccessGuard), ApiTags(tag));
}

/**
 * Asserts that every route below /admin is protected by the guard and has an access rule.
 *
 * @param controllers all controllers of the process
 * @throws Error naming the first route that is not or has none
 */
export function assertAccessDeclared(
  controllers: readonly (new (...args: never[]) => object)[],
): void {
  for (const controller of controllers) {
    const paths = [Reflect.getMetadata(PATH_METADATA, controller)].flat() as string[];
    const guarded = (
      (Reflect.getMetadata(GUARDS_METADATA, controller) ?? []) as unknown[]
    ).includes(AccessGuard);
    const prototype = controller.prototype as Record<string, unknown>;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const handler = prototype[name];
      if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) {
        continue;
      }
      const own = [Reflect.getMetadata(PATH_METADATA, handler)].flat() as string[];
      const isAdmin = paths.some((path) =>
        own.some((rest) => /^\/*admin(\/|$)/.test(`${path}/${rest}`)),
      );
      const declared = Reflect.hasMetadata(ACCESS_METADATA, handler);
      if (isAdmin !== declared || isAdmin !== guarded) {
        throw new Error(`${controller.name}.${name} is no route with @AdminController and @Access`);
      }
    }
  }
}
