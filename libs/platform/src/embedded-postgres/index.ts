export { binariesDirectory, type BinariesOptions } from './binaries.js';
export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from './error.js';
export { stopOrphan, type OrphanOutcome } from './orphan.js';
export { describeProcess, type ProcessDescription } from './processes.js';
export { freePort, portIsFree, portTrouble } from './ports.js';
export { NEW_DATABASE_MIB } from './room.js';
export { type ServerUser } from './server-user.js';
export { type ServerExit } from './server.js';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './start.js';
