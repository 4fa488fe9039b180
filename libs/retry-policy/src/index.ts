export * from './policy.js';
export * from './request-policy.js';
export * from './call-failure.js';
export * from './classify-failure.js';
export { readHeaderWait, type HeaderSource, type HeaderWait } from './header-wait.js';
export * from './decide-next-step.js';
export * from './decide-after-loss.js';
export * from './delay-table.js';
