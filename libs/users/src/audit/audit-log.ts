import type { KeyedHash } from '@reqrun/platform/crypto';
import type { Prisma } from '@reqrun/platform/database';

import type { AuditEntry, NewAuditEntry } from './audit-entry.js';
import { chainHash } from './chain.js';

/** An arbitrary number that nobody else locks in this database: "audit" in ASCII. */
const LOCK_KEY = 0x61_75_64_69_74;
const MOST_TEXT = 256;

/** Adds to the audit log. */
export class AuditLog {
  /** @param hash the keyed hash that chains the entries */
  constructor(private readonly hash: KeyedHash) {}

  /**
   * Writes down that something is done, in the transaction that does it: neither happens alone. Call
   * it last, for until the transaction ends no other can write to the log.
   *
   * @param transaction of the admin API's database, at PostgreSQL's default isolation
   * @param entry what is done
   */
  async record(transaction: Prisma.TransactionClient, entry: NewAuditEntry): Promise<void> {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK_KEY}::bigint)`;
    // A statement of its own: its snapshot has to be taken after the lock.
    const [place] = await transaction.$queryRaw<{ id: bigint; at: Date; previous: Uint8Array }[]>`
      SELECT nextval('audit_log_id_seq') AS id,
             date_trunc('milliseconds', clock_timestamp()) AS at,
             (SELECT hash FROM audit_log ORDER BY id DESC LIMIT 1) AS previous`;
    if (place === undefined) {
      throw new Error('the audit log has no place for an entry');
    }
    const previous = (place.previous as Uint8Array | null) ?? null;
    const row: Omit<AuditEntry, 'hash'> = {
      id: place.id,
      at: place.at,
      actor: {
        kind: entry.actor.kind,
        id: entry.actor.id,
        email: entry.actor.email,
        name: entry.actor.name,
      },
      action: entry.action,
      target: {
        kind: entry.target.kind,
        id: entry.target.id,
        name: shortened(entry.target.name ?? null),
      },
      projectId: entry.projectId ?? null,
      address: shortened(entry.address),
      userAgent: shortened(entry.userAgent),
      details: entry.details ?? {},
    };
    const hash = chainHash(this.hash, previous === null ? null : Buffer.from(previous), row);
    await transaction.$executeRaw`
      INSERT INTO audit_log (id, at, actor_kind, actor_id, actor_email, actor_name, action,
        target_kind, target_id, target_name, project_id, address, user_agent, details, hash)
      VALUES (${row.id}, ${row.at}, ${row.actor.kind}::audit_actor_kind, ${row.actor.id}::uuid,
        ${row.actor.email}, ${row.actor.name}, ${row.action}, ${row.target.kind}, ${row.target.id},
        ${row.target.name}, ${row.projectId}::uuid, ${row.address}, ${row.userAgent},
        ${JSON.stringify(row.details)}::jsonb, ${hash})`;
  }
}

const shortened = (text: string | null): string | null =>
  text?.slice(0, MOST_TEXT).toWellFormed() ?? null;
