import type { KeyedHash } from '@reqrun/platform/crypto';
import type { Prisma } from '@reqrun/platform/database';

import type { AdminDatabase } from '../admin-database.js';
import type { AuditEntry, AuditValue } from './audit-entry.js';
import { chainHash } from './chain.js';

/** Rows that are read at once. */
const BATCH = 500;

/** Filter of a look at the log. */
export interface AuditFilter {
  /** The id of a user or a token, or a user's e-mail address. */
  actor?: string;
  action?: string;
  projectId?: string;
  createdAfter?: Date;
  createdBefore?: Date;
}

/** Result of a check of the chain. */
export interface AuditVerification {
  ok: boolean;
  /** How many entries were looked at. */
  checked: number;
  /** The first entry that does not fit to what stands before it. */
  brokenAt: bigint | null;
}

type Row = Prisma.AuditEntryGetPayload<object>;

/** Reads the audit log, and checks that nothing in it was changed. */
export class AuditReader {
  private verifying: Promise<AuditVerification> | null = null;

  /**
   * @param database the admin API's connections
   * @param hash the keyed hash that chains the entries
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly hash: KeyedHash,
  ) {}

  /**
   * A page, newest first.
   *
   * @param filter what it is narrowed by
   * @param page how many, and behind which id it begins
   */
  async list(
    filter: AuditFilter,
    page: { limit: number; after: bigint | null },
  ): Promise<AuditEntry[]> {
    const rows = await this.database.prisma.auditEntry.findMany({
      where: { ...whereOf(filter), ...(page.after === null ? {} : { id: { lt: page.after } }) },
      orderBy: { id: 'desc' },
      take: page.limit,
    });
    return rows.map(entryOf);
  }

  /**
   * All entries up to now, oldest first, read as they are asked for.
   *
   * @param filter what they are narrowed by
   */
  async *all(filter: AuditFilter = {}): AsyncGenerator<AuditEntry> {
    const newest = await this.database.prisma.auditEntry.findFirst({ orderBy: { id: 'desc' } });
    let last = 0n;
    while (newest !== null) {
      const rows = await this.database.prisma.auditEntry.findMany({
        where: { ...whereOf(filter), id: { gt: last, lte: newest.id } },
        orderBy: { id: 'asc' },
        take: BATCH,
      });
      yield* rows.map(entryOf);
      const end = rows.at(-1);
      if (end === undefined || rows.length < BATCH) {
        return;
      }
      last = end.id;
    }
  }

  /**
   * Computes every hash again. A changed entry, one that was put in between and one that was taken
   * out show; entries taken away from the end show only beside a hash that was kept elsewhere. Who
   * asks while a check runs gets its result.
   */
  verify(): Promise<AuditVerification> {
    this.verifying ??= this.walk().finally(() => {
      this.verifying = null;
    });
    return this.verifying;
  }

  private async walk(): Promise<AuditVerification> {
    let previous: Buffer | null = null;
    let checked = 0;
    for await (const entry of this.all()) {
      checked += 1;
      const { hash, ...rest } = entry;
      if (!chainHash(this.hash, previous, rest).equals(hash)) {
        return { ok: false, checked, brokenAt: entry.id };
      }
      previous = hash;
    }
    return { ok: true, checked, brokenAt: null };
  }
}

function whereOf(filter: AuditFilter): Prisma.AuditEntryWhereInput {
  const { actor, action, projectId, createdAfter, createdBefore } = filter;
  return {
    ...(actor === undefined
      ? {}
      : actor.includes('@')
        ? { actorEmail: actor.toLowerCase() }
        : { actorId: actor }),
    ...(action === undefined ? {} : { action }),
    ...(projectId === undefined ? {} : { projectId }),
    ...(createdAfter === undefined && createdBefore === undefined
      ? {}
      : {
          at: {
            ...(createdAfter === undefined ? {} : { gte: createdAfter }),
            ...(createdBefore === undefined ? {} : { lt: createdBefore }),
          },
        }),
  };
}

function entryOf(row: Row): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    actor: { kind: row.actorKind, id: row.actorId, email: row.actorEmail, name: row.actorName },
    action: row.action,
    target: { kind: row.targetKind, id: row.targetId, name: row.targetName },
    projectId: row.projectId,
    address: row.address,
    userAgent: row.userAgent,
    details: row.details as Readonly<Record<string, AuditValue>>,
    hash: Buffer.from(row.hash),
  };
}
