/** Reasons why a notification was not delivered. */
export const NOTIFICATION_FAILURES = [
  'address_refused',
  'channel_removed',
  'connection_failed',
  'gone',
  'http_error',
  'not_configured',
  'recipient_refused',
  'secret_unreadable',
  'sign_in_failed',
  'smtp_error',
  'timeout',
  'url_not_allowed',
] as const;

/** One of them. */
export type NotificationFailure = (typeof NOTIFICATION_FAILURES)[number];

/** Outcome of one try to deliver a notification. It has no text of the receiver. */
export interface NotificationOutcome {
  /** Null for a success. */
  readonly failure: NotificationFailure | null;
  /** Status of the receiver's answer: of HTTP or SMTP; null where there was none. */
  readonly status: number | null;
  /** True when another try cannot help. */
  readonly isFinal: boolean;
}

/**
 * The outcome of a try that failed.
 *
 * @param failure the reason
 * @param status status of the receiver's answer, or null
 * @param isFinal whether another try cannot help
 */
export const failed = (
  failure: NotificationFailure,
  status: number | null = null,
  isFinal = false,
): NotificationOutcome => ({ failure, status, isFinal });
