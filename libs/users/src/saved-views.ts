import { Prisma } from '@reqrun/platform/database';

import type { ActorContext } from './actor-context.js';
import type { AdminDatabase } from './admin-database.js';
import type { AuditLog } from './audit/audit-log.js';
import { UserError } from './user-error.js';

/** The most views that a user may save in a project: more than a menu can show, and none by a runaway script. */
export const MOST_VIEWS = 100;

/** A view of a project's requests, saved under a name. */
export interface SavedView {
  id: string;
  name: string;
  /** Filters, columns and density, as the query of the page's address, without `?`. */
  query: string;
  /** The user who saved it. */
  user: { id: string; name: string };
  createdAt: Date;
  updatedAt: Date;
}

/** Name and query of a view. */
export interface ViewInput {
  name: string;
  query: string;
}

/** The user whose views are changed, in a project. */
export interface ViewOwner {
  projectId: string;
  userId: string;
}

const COLUMNS = {
  id: true,
  name: true,
  query: true,
  createdAt: true,
  updatedAt: true,
  user: { select: { id: true, name: true } },
} as const;

/** Code of Prisma for a row that a unique index refuses. */
const NOT_UNIQUE = 'P2002';

/** Views of users: each user has their own, and whoever has a view's id may look at it. */
export class SavedViews {
  /**
   * @param database the admin API's connections
   * @param audit is told
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The views that a user has saved in a project, by name.
   *
   * @param owner the user and the project
   */
  async list({ projectId, userId }: ViewOwner): Promise<SavedView[]> {
    return this.database.prisma.savedView.findMany({
      where: { projectId, userId },
      select: COLUMNS,
      orderBy: { name: 'asc' },
    });
  }

  /**
   * A view of a project, whoever has saved it.
   *
   * @param projectId UUID of the project
   * @param id UUID of the view
   */
  async find(projectId: string, id: string): Promise<SavedView | null> {
    return this.database.prisma.savedView.findFirst({ where: { id, projectId }, select: COLUMNS });
  }

  /**
   * Saves a view.
   *
   * @param owner the user and the project
   * @param view name and query
   * @param actor the user, for the audit log
   * @throws UserError `limit_reached` when the user has {@link MOST_VIEWS}; `invalid_value` for a name that
   *   another view of the user has
   */
  async create(owner: ViewOwner, view: ViewInput, actor: ActorContext): Promise<SavedView> {
    return this.change(async (transaction) => {
      if ((await transaction.savedView.count({ where: { ...owner } })) >= MOST_VIEWS) {
        throw new UserError('limit_reached', {
          message: `You have ${MOST_VIEWS} saved views in this project. Delete one first.`,
        });
      }
      const saved = await transaction.savedView.create({
        data: { ...owner, ...view },
        select: COLUMNS,
      });
      await this.note(transaction, 'created', owner.projectId, saved, actor);
      return saved;
    });
  }

  /**
   * Changes name or query of a view.
   *
   * @param owner the user and the project
   * @param id UUID of the view
   * @param view the fields to change
   * @param actor the user, for the audit log
   * @returns null when the user has no such view
   * @throws UserError `invalid_value` for a name that another view of the user has
   */
  async update(
    owner: ViewOwner,
    id: string,
    view: Partial<ViewInput>,
    actor: ActorContext,
  ): Promise<SavedView | null> {
    return this.change(async (transaction) => {
      const { count } = await transaction.savedView.updateMany({
        where: { id, ...owner },
        data: { ...view, updatedAt: new Date() },
      });
      if (count === 0) {
        return null;
      }
      const saved = await transaction.savedView.findUniqueOrThrow({
        where: { id },
        select: COLUMNS,
      });
      await this.note(transaction, 'changed', owner.projectId, saved, actor);
      return saved;
    });
  }

  /**
   * Deletes a view. Links to it lead to the list without filters.
   *
   * @param owner the user and the project
   * @param id UUID of the view
   * @param actor the user, for the audit log
   * @returns false when the user has no such view
   */
  async remove(owner: ViewOwner, id: string, actor: ActorContext): Promise<boolean> {
    return this.change(async (transaction) => {
      const saved = await transaction.savedView.findFirst({
        where: { id, ...owner },
        select: COLUMNS,
      });
      if (saved === null) {
        return false;
      }
      const { count } = await transaction.savedView.deleteMany({ where: { id, ...owner } });
      if (count > 0) {
        await this.note(transaction, 'deleted', owner.projectId, saved, actor);
      }
      return count > 0;
    });
  }

  /** Makes a change in a transaction. A name that is taken is told as that of the field. */
  private async change<T>(work: (transaction: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    try {
      return await this.database.prisma.$transaction(work);
    } catch (error) {
      if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === NOT_UNIQUE) {
        throw new UserError('invalid_value', {
          param: 'name',
          message: 'You have a view with this name in this project.',
        });
      }
      throw error;
    }
  }

  private async note(
    transaction: Prisma.TransactionClient,
    what: 'created' | 'changed' | 'deleted',
    projectId: string,
    { id, name }: SavedView,
    actor: ActorContext,
  ): Promise<void> {
    await this.audit.record(transaction, {
      ...actor,
      action: `view.${what}`,
      target: { kind: 'view', id, name },
      projectId,
    });
  }
}
