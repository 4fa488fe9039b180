import { applyDecorators, Controller, SetMetadata, UseGuards } from '@nestjs/common';
import { GUARDS_METADATA, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ApiExtension, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { Role, TokenScope } from '@reqrun/users';

import { AccessGuard } from './access.guard.js';
import { ACCESS_METADATA } from './access-metadata.js';

/**
 * A call that makes access last, or gives it to others: a session must have proved within ten minutes who
 * it is (ASVS 5.0, 7.5.1). A token has no such moment: it was made under this rule itself.
 */
interface RecentSignIn {
  readonly recentSignIn?: true;
}

/** What a route of the admin API takes. */
export type AccessRule =
  /** Anybody: signing in and taking an invitation. */
  | { readonly public: true }
  /** A user who is signed in, of at least this role (default viewer); no token. */
  | ({ readonly session: true; readonly role?: Role } & RecentSignIn)
  /** At least this role, and of a token this scope. */
  | ({ readonly role: Role; readonly scope: TokenScope } & RecentSignIn);

/**
 * Says what a route of the admin API takes. A route that does not say it stops the start.
 *
 * @param rule what it takes
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
 * A controller of the admin API: below /admin, behind the guard.
 *
 * @param path what stands behind `/admin/`
 * @param tag under which the document lists its routes
 */
export function AdminController(path: string, tag: string): ClassDecorator {
  return applyDecorators(Controller(`admin/${path}`), UseGuards(AccessGuard), ApiTags(tag));
}

/**
 * Looks whether every route below /admin stands behind the guard and says what it takes.
 *
 * @param controllers all controllers of the process
 * @throws Error naming the first that does not
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
