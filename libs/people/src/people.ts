import type { AdminDatabase } from './admin-database.js';
import { type Person, PERSON_COLUMNS, personOf } from './person.js';

/** The people who run this deployment. */
export class People {
  /** @param database the admin API's connections */
  constructor(private readonly database: AdminDatabase) {}

  /**
   * One of them.
   *
   * @param id which
   */
  async get(id: string): Promise<Person | null> {
    const row = await this.database.prisma.person.findUnique({
      where: { id },
      select: PERSON_COLUMNS,
    });
    return row === null ? null : personOf(row);
  }
}
