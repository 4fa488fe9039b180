export * from './errors.js';
export * from './pool.js';
export * from './prisma.js';
export * from './statement.js';
export * from './transaction.js';
export * from './notification-listener.js';
export * from './hosts.js';
export * from './primary.js';
export { CommitProbe } from './commit-probe.js';
