/**
 * Why an attempt came to its error code, for codes that many things come to, each with a clause in words.
 * The list is closed: what a provider or a caller has sent is never among it. `docs/errors.md` is generated
 * from it.
 */
export const ERROR_DETAILS = {
  // Of `network_error`.
  connection_refused: 'the provider took no connection',
  connection_lost: 'the connection broke before an answer came',
  name_not_found: 'the name of the provider could not be resolved',
  unreachable: 'no way leads to the address of the provider',
  tls: 'the certificate of the provider, or the TLS handshake, was no good',
  not_http: 'what came back is not HTTP',
  // Of `timeout`.
  no_connection: 'no connection came about in time',
  no_answer: 'the provider took the request and sent nothing in time',
  unfinished: 'the answer began and was not whole in time',
  stalled: 'the provider began to answer and fell silent',
  no_first_token: 'the stream began and said nothing in time',
  // Of `provider_response_invalid`.
  bad_encoding: 'the answer is encoded in a way that could not be undone',
  choice_unfinished: 'a choice of the answer has no content and no end',
  choice_without_message: 'a choice of the answer has no message',
  empty: 'the answer is empty',
  error_in_body: 'the answer came as a success and holds an error',
  no_choices: 'the answer has no choices',
  not_json: 'the answer is not JSON',
  not_storable: 'something in the answer cannot be stored',
  redirect: 'the provider answered with a redirect',
  too_large: 'the answer is too large',
  truncated: 'the answer broke off',
  wrong_shape: 'the answer is not of the kind that was asked for',
  wrong_status: 'the answer came with a status that promises no whole answer',
  // Of `worker_lost`, where the response of a lost attempt can't be had any more.
  response_gone: 'the provider does not give the response out any more',
  provider_changed: 'the project has another provider, or another key, by now',
} as const satisfies Readonly<Record<string, string>>;

/** A detail of an error. */
export type ErrorDetail = keyof typeof ERROR_DETAILS;

/**
 * The table of all details for `docs/errors.md`, in the order of `ERROR_DETAILS`.
 *
 * @returns a Markdown table: detail, meaning
 */
export function renderErrorDetailsTable(): string {
  const rows = Object.entries(ERROR_DETAILS).map(
    ([detail, clause]) =>
      `| \`${detail}\` | ${clause.charAt(0).toUpperCase()}${clause.slice(1)}. |`,
  );
  return ['| Detail | Meaning |', '| --- | --- |', ...rows, ''].join('\n');
}
