import type { onRequestHookHandler, preParsingHookHandler, RouteOptions } from 'fastify';

/**
 * Adds a hook after those that a route already has. Hooks of a route run in the order in which they were
 * added. To be called while the route is registered.
 *
 * @param route the route
 * @param hook the hook, which runs before a byte of the body is read
 */
export function addRequestHook(route: RouteOptions, hook: onRequestHookHandler): void {
  route.onRequest = withHook(listOf(route.onRequest), hook);
}

/**
 * Adds a hook that runs between the connection and the reading of the body.
 *
 * @param route the route
 * @param hook the hook, which gets the body as a stream
 */
export function addBodyHook(route: RouteOptions, hook: preParsingHookHandler): void {
  route.preParsing = withHook(listOf(route.preParsing), hook);
}

/** Adds a hook unless the route has it, as the HEAD route of a GET does. */
function withHook<T>(hooks: readonly T[], hook: T): T[] {
  return hooks.includes(hook) ? [...hooks] : [...hooks, hook];
}

function listOf<T>(hooks: T | readonly T[] | undefined): readonly T[] {
  return hooks === undefined ? [] : Array.isArray(hooks) ? (hooks as readonly T[]) : [hooks as T];
}
