/**
 * All statements that write the status of a request, in one folder, so that the lifecycle of a record can be
 * read in one place. They keep these rules:
 *
 * - times come from the database's clock;
 * - `fence` rises at every claim and whenever a record leaves `processing`. So a worker whose id and fence
 *   match owns the row, and another has lost it. A predicate on status is not needed for that, and would
 *   make the planner scan a partial index and its dead entries;
 * - a group's rows are locked in the order of their ids (in accept, of their keys), so that two groups never
 *   deadlock; statements of recovery skip locked rows instead;
 * - an attempt row is committed with the claim, before any call is made.
 *
 * Blobs of a group are sent as one parameter and split by offset and length: arrays of bytea would be sent as
 * hexadecimal text.
 */

export * from './accept.js';
export * from './accept-cached.js';
export * from './call-bounds.js';
export * from './claim.js';
export * from './control.js';
export * from './finish.js';
export * from './open-rooms.js';
export * from './recovery.js';
export * from './settle.js';
export { FIND_PLACES, MOVE_ON } from './turns.js';
