import { type ErrorDefinition, ERRORS, RESERVED_CODES } from './error-codes.js';

/**
 * The table of all error codes that can come for `docs/errors.md`, in the order of `ERRORS`.
 *
 * @returns a Markdown table: code, HTTP status, type, meaning
 */
export function renderErrorsTable(): string {
  const rows = Object.entries<ErrorDefinition>(ERRORS)
    .filter(([code]) => !RESERVED_CODES.has(code))
    .map(
      ([code, { status, type, message }]) =>
        `| \`${code}\` | ${status} | \`${type}\` | ${message.replaceAll('|', '\\|')} |`,
    );
  return ['| Code | HTTP status | Type | Meaning |', '| --- | --- | --- | --- |', ...rows, ''].join(
    '\n',
  );
}
