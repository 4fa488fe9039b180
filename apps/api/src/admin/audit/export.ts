import type { AuditEntry } from '@reqrun/users';

import { toAuditEntryDto } from './to-audit-entry-dto.js';

const COLUMNS = [
  'id',
  'at',
  'actor_kind',
  'actor_id',
  'actor_email',
  'actor_name',
  'action',
  'target_kind',
  'target_id',
  'target_name',
  'project_id',
  'address',
  'user_agent',
  'details',
  'hash',
];
/** First characters that spreadsheets read as the beginning of a formula (OWASP: CSV injection). */
const FORMULA = /^[=+\-@\t\r\n]/;

/**
 * Encodes entries as lines of JSON.
 *
 * @param entries the entries, as they are read
 */
export async function* asNdjson(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  for await (const entry of entries) {
    yield `${JSON.stringify(toAuditEntryDto(entry))}\n`;
  }
}

/**
 * Encodes entries as CSV (RFC 4180). A cell that a spreadsheet would run as a formula is prefixed with an
 * apostrophe.
 *
 * @param entries the entries, as they are read
 */
export async function* asCsv(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for await (const entry of entries) {
    const shown = toAuditEntryDto(entry);
    const { actor, target } = shown;
    const cells = [
      ...[shown.id, shown.at, actor.kind, actor.id, actor.email, actor.name, shown.action],
      ...[target.kind, target.id, target.name, shown.project_id, shown.address, shown.user_agent],
      ...[JSON.stringify(shown.details), shown.hash],
    ];
    yield `${cells.map(cell).join(',')}\r\n`;
  }
}

function cell(value: string | null): string {
  const text = value ?? '';
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
