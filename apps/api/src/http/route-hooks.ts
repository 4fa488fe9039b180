import type { onRequestHookHandler, preParsingHookHandler, RouteOptions } from 'fastify';

/**
 * Puts a hook behind those that a route has already: hooks of one route run in the order in which
 * they were added. To be called while the route is registered.
 *
 * @param route the route
 * @param hook run before a byte of the body is read
 */
export function addRequestHook(route: RouteOptions, hook: onRequestHookHandler): void {
  route.onRequest = withHook(listOf(route.onRequest), hook);
}

/**
 * The same for a hook that stands between the connection and the reading of the body.
 *
 * @param route the route
 * @param hook given the body as a stream
 */
export function addBodyHook(route: RouteOptions, hook: preParsingHookHandler): void {
  route.preParsing = withHook(listOf(route.preParsing), hook);
}

/** The HEAD route that comes with a GET has its hooks already. */
function withHook<T>(hooks: readonly T[], hook: T): T[] {
  return hooks.includes(hook) ? [...hooks] : [...hooks, hook];
}

function listOf<T>(hooks: T | readonly T[] | undefined): readonly T[] {
  return hooks === undefined ? [] : Array.isArray(hooks) ? (hooks as readonly T[]) : [hooks as T];
}
