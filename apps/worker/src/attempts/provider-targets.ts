import type { ProjectDirectory } from '@reqrun/projects';
import type { Claim } from '@reqrun/requests';

/** Where a call goes. */
export interface CallTarget {
  baseUrl: string;
  apiKey: string | null;
}

/** Finds where a request is sent: test requests to the simulator, whatever the project is set to. */
export class ProviderTargets {
  /**
   * @param projects knows the projects' credentials
   * @param simulatorUrl the simulator with its /v1, or null when there is none
   */
  constructor(
    private readonly projects: ProjectDirectory,
    private readonly simulatorUrl: string | null,
  ) {}

  /**
   * @param claim the request
   * @returns null when there is nothing that could be called
   * @throws DatabaseError, UnreadableError
   */
  async of(claim: Pick<Claim, 'mode' | 'projectId'>): Promise<CallTarget | null> {
    const simulator =
      this.simulatorUrl === null ? null : { baseUrl: this.simulatorUrl, apiKey: null };
    if (claim.mode === 'test') {
      return simulator;
    }
    const target = await this.projects.targetOf(claim.projectId);
    if (target === null) {
      return null;
    }
    return target.kind === 'simulator'
      ? simulator
      : { baseUrl: target.baseUrl, apiKey: target.apiKey };
  }
}
