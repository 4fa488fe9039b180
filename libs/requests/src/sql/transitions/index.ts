/**
 * Every statement that writes the status of a request: one folder, so that the life of a record can
 * be read in one place. The rules that all of them keep:
 *
 * - times come from the database's clock;
 * - `fence` rises at every claim and at every way out of `processing`, so who matches id and fence
 *   owns the row, and who does not has lost it (no predicate on status is needed for that, and one
 *   would make the planner walk a partial index and its dead entries);
 * - a group's rows are locked in the order of their ids (accept: of their keys), so that two groups
 *   never wait for each other in a circle; statements of recovery skip locked rows instead;
 * - an attempt row is committed with the claim, before any call is made.
 *
 * Blobs of a group travel as one parameter, cut up by offset and length: arrays of bytea would be
 * sent as hexadecimal text.
 */

export * from './accept.js';
export * from './claim.js';
export * from './control.js';
export * from './finish.js';
export * from './recovery.js';
