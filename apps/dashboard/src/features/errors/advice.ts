/** Advice for the error codes that require an action. */
const ADVICE: Readonly<Record<string, string>> = {
  provider_auth_failed: "Set a working key in the project's providers, then retry.",
  loop_detected:
    "The provider leads back to ReqRun: give it another address in the project's providers.",
  provider_address_refused: 'The name leads to an address that is never called: check it.',
  provider_not_configured: "Add the provider to the project's providers, then retry.",
  insufficient_quota: "The provider's account has no credit left: top it up, then retry.",
  billing_not_active: "The provider's account is not active: see to its billing, then retry.",
  context_length_exceeded: 'The prompt is longer than the model takes: shorten it.',
  model_not_found: 'The model does not exist, or the credential may not use it.',
  deadline_exceeded: "Raise the deadline in the project's settings or in the request.",
  retry_after_exceeds_deadline: 'Retry later, or with a longer deadline.',
  timeout: 'Raise the time for one provider call if the model needs longer.',
  worker_lost: 'Look at why the workers end: their logs, their memory.',
  outcome_unknown: 'Look in the provider whether the call was carried out, then decide.',
  payload_unreadable: 'The master key or the database was changed: see the operations guide.',
  network_error: 'The provider could not be reached: see its status, and the way to it.',
  openai_http_429: 'The provider limits how much may be sent; ReqRun waits as it asks to.',
};

/** Advice for the statuses with which a provider says that it cannot answer now. */
const PROVIDER_FAILED =
  "See the provider's status page. Retry once it answers again; a fallback would have reached another model.";

/**
 * Returns the advice for an error code.
 *
 * @param code the code
 * @returns a sentence; empty where the message is enough
 */
export function adviceFor(code: string): string {
  return ADVICE[code] ?? (/^openai_http_5\d\d$/.test(code) ? PROVIDER_FAILED : '');
}
