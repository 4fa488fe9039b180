import type { ApiKeyAuthenticator } from '@reqrun/keys';
import type { SignalBus } from '@reqrun/platform/signals';
import type { ProjectDirectory } from '@reqrun/projects';

/**
 * Clears the caches of a project and its keys in all API processes. Without it a key that was revoked, or
 * deleted with its project, would work until it is looked up again (`REQRUN_KEY_CACHE_MS`), as it does in a
 * process that the signal does not reach.
 */
export class RememberedKeys {
  /**
   * @param authenticator caches keys
   * @param projects caches settings of projects
   * @param signals the bus to the other processes
   */
  constructor(
    private readonly authenticator: ApiKeyAuthenticator,
    private readonly projects: ProjectDirectory,
    private readonly signals: SignalBus,
  ) {
    signals.subscribe('keys_changed', (ids) => ids.forEach((id) => this.forgetHere(id)));
  }

  /**
   * Forgets a project and its keys, here at once and elsewhere as soon as the signal arrives. To be called
   * after the commit of the change.
   *
   * @param projectId UUID of the project that was changed, or whose keys were
   */
  forget(projectId: string): void {
    this.forgetHere(projectId);
    this.signals.publish('keys_changed', [projectId]);
  }

  private forgetHere(projectId: string): void {
    this.authenticator.forget(projectId);
    this.projects.forget(projectId);
  }
}
