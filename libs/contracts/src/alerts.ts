/** Conditions that an alert rule can watch. */
export const ALERT_KINDS = [
  'failure_rate',
  'retry_rate',
  'oldest_due',
  'provider_breaker',
  'key_unused',
  'key_misused',
] as const;

/** One of them. */
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Bounds of a number that a rule has, and the value that it has by default. */
export interface AlertNumber {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/** Numbers of a kind of rule; null where the kind has no such number. */
export interface AlertKindNumbers {
  /** Unit of the threshold: a share from 0 to 1, seconds or days. */
  readonly unit: 'share' | 'seconds' | 'days' | null;
  readonly threshold: AlertNumber | null;
  /** Minutes that are looked back on. */
  readonly windowMinutes: AlertNumber | null;
  /** Requests in the window below which the rule does not fire. */
  readonly minRequests: AlertNumber | null;
}

const MINUTES_PER_DAY = 24 * 60;

const RATE: AlertKindNumbers = {
  unit: 'share',
  threshold: { min: 0.001, max: 1, default: 0.1 },
  windowMinutes: { min: 5, max: MINUTES_PER_DAY, default: 15 },
  minRequests: { min: 1, max: 1_000_000, default: 20 },
};

/** Numbers of each kind of rule. A rule fires when its value reaches the threshold. */
export const ALERT_NUMBERS: Readonly<Record<AlertKind, AlertKindNumbers>> = {
  failure_rate: RATE,
  retry_rate: { ...RATE, threshold: { min: 0.001, max: 1, default: 0.3 } },
  oldest_due: {
    unit: 'seconds',
    threshold: { min: 1, max: 86_400, default: 60 },
    windowMinutes: null,
    minRequests: null,
  },
  provider_breaker: {
    unit: 'seconds',
    threshold: { min: 0, max: 86_400, default: 0 },
    windowMinutes: null,
    minRequests: null,
  },
  key_unused: {
    unit: 'days',
    threshold: { min: 1, max: 365, default: 30 },
    windowMinutes: null,
    minRequests: null,
  },
  key_misused: {
    unit: null,
    threshold: null,
    windowMinutes: { min: 5, max: MINUTES_PER_DAY, default: 60 },
    minRequests: null,
  },
};

/** Events that are sent about an alert. */
export const ALERT_EVENTS = [
  'alert.fired',
  'alert.reminder',
  'alert.resolved',
  'alert.test',
] as const;

/** One of them. */
export type AlertEvent = (typeof ALERT_EVENTS)[number];

/** Ways by which a notification is delivered. */
export const ALERT_CHANNELS = ['email', 'webhook'] as const;

/** One of them. */
export type AlertChannel = (typeof ALERT_CHANNELS)[number];

/** States of a delivery. `pending` is due, or waits for its next try. */
export const ALERT_DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;

/** One of them. */
export type AlertDeliveryState = (typeof ALERT_DELIVERY_STATES)[number];

/** Alert rules that a project may have. */
export const MAX_ALERT_RULES = 50;
/** E-mail addresses that a rule may notify. */
export const MAX_ALERT_RECIPIENTS = 20;
/** Bounds of the minutes between two reminders of an alert that goes on. */
export const ALERT_REMINDER_MINUTES = { min: 15, max: 7 * MINUTES_PER_DAY } as const;
