export { Courier, type CourierParts, MOST_TRIES } from './deliveries/courier.js';
export * from './deliveries/delivery-store.js';
export { type AlertMessage, composeMessage } from './deliveries/message.js';
export * from './evaluation/evaluate.js';
export { forgetAlerts } from './evaluation/forget.js';
export * from './evaluation/judge.js';
export type { AlertCondition, AlertRule, AlertSubject } from './rules/rule.js';
export * from './rules/rule-store.js';
export { newSigningSecret } from './rules/signing-secret.js';
