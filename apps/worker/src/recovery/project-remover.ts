import type { Pool } from '@reqrun/platform/database';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import type { SignalBus } from '@reqrun/platform/signals';
import { deletedProjects, removeDeletedProject } from '@reqrun/projects';
import { cancelRequestsOf, deleteRequestsOf } from '@reqrun/requests';

import type { WorkerMetrics } from '../metrics.js';
import { Repeating } from './repeating.js';

/** What the remover is made of. */
export interface ProjectRemoverOptions {
  pool: Pool;
  signals: SignalBus;
  metrics: WorkerMetrics;
  logger: Logger;
  everyMs: number;
  /** How long processes may remember a project's keys; a test need not wait for it. */
  forgottenAfterMs?: number;
}

/**
 * Ends and deletes what is left of deleted projects. Their data keys went with the deletion itself, so
 * this is housekeeping: open requests are canceled at once, and when no process can add anything any
 * more, everything is deleted in small batches, the project's row last. What it must do stands in the
 * table, so it may be interrupted anywhere.
 */
export class ProjectRemover {
  private readonly rounds: Repeating;
  private readonly stopping = new AbortController();

  /** @param options what it is made of */
  constructor(private readonly options: ProjectRemoverOptions) {
    this.rounds = new Repeating(options.everyMs, () => this.round());
  }

  /** Begins. */
  start(): void {
    this.rounds.start();
  }

  /** Ends after the batch that is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.rounds.stop();
  }

  private async round(): Promise<void> {
    const { pool, logger, forgottenAfterMs } = this.options;
    try {
      for (const { id, forgotten } of await deletedProjects(pool, forgottenAfterMs)) {
        await this.cancel(id);
        if (forgotten && (await deleteRequestsOf(pool, id, this.stopping.signal))) {
          await removeDeletedProject(pool, id);
          logger.info('project removed', { project_id: id });
        }
      }
    } catch (error) {
      logger.warn('removing a project failed', errorFields(error));
    }
  }

  private async cancel(projectId: string): Promise<void> {
    const { pool, signals, metrics, logger } = this.options;
    const canceled = await cancelRequestsOf(pool, projectId, this.stopping.signal);
    if (canceled.length > 0) {
      signals.publish('canceled', canceled);
      signals.publish('finished', canceled);
      metrics.finished.inc({ outcome: 'canceled', code: 'canceled' }, canceled.length);
      logger.info('requests of a deleted project canceled', {
        project_id: projectId,
        requests: canceled.length,
      });
    }
  }
}
