import type { RequestMode } from '@reqrun/contracts';
import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';
import { type PrismaClient, toDatabaseError } from '@reqrun/platform/database';
import type { ProjectPolicy } from '@reqrun/retry-policy';

import {
  type CallTarget,
  type ProjectSettings,
  type SettingsDocument,
  toProjectPolicy,
  toWaitSettings,
} from './project-settings.js';

/** Time within which a change of a project's settings takes effect everywhere. */
const REMEMBER_MS = 5_000;

/** Purpose that a provider key is sealed for: the credential belongs to the project, one each. */
const CREDENTIAL = 'provider-key';

/** A stored credential, opened. No base URL means the simulator. */
interface Credential {
  baseUrl: string | null;
  apiKey: string | null;
}

interface Remembered<T> {
  value: Promise<T>;
  until: number;
}

/** Looks up how projects are set and where their requests go; remembers both for seconds. */
export class ProjectDirectory {
  private readonly settings = new Map<string, Remembered<ProjectSettings | null>>();
  private readonly targets = new Map<string, Remembered<Credential | null>>();

  /**
   * @param prisma the database
   * @param keys what provider keys are sealed with
   * @param simulatorUrl the simulator with its /v1, or null when there is none
   * @param now the clock, Unix ms
   */
  constructor(
    private readonly prisma: PrismaClient,
    private readonly keys: DataKeyRing,
    private readonly simulatorUrl: string | null,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * How a project's requests are run.
   *
   * @param projectId the project
   * @returns null when there is no such project, or it was archived or deleted
   * @throws DatabaseError
   */
  settingsOf(projectId: string): Promise<ProjectSettings | null> {
    return this.remember(this.settings, projectId, async () => {
      const project = await this.prisma.project.findUnique({
        where: { id: projectId, archivedAt: null, deletedAt: null },
      });
      return project === null
        ? null
        : {
            ...toWaitSettings(
              project.settings as SettingsDocument,
              project.defaultWait,
              project.defaultWaitTimeoutMs,
            ),
            policy: toProjectPolicy(project.policy as Partial<ProjectPolicy>, {
              count: project.retryCount,
              onCodes: project.retryOnCodes,
              onLost: project.onLost,
              callTimeoutMs: project.callTimeoutMs,
              deadlineMs: project.deadlineMs,
            }),
          };
    });
  }

  /**
   * Looks up where a project's calls go. Test calls go to the simulator, whatever the project is set to.
   *
   * @param projectId the project
   * @param mode of the API key that the call came with
   * @returns null when there is nothing that could be called
   * @throws DatabaseError, UnreadableError
   */
  async targetOf(projectId: string, mode: RequestMode): Promise<CallTarget | null> {
    const simulator =
      this.simulatorUrl === null ? null : { baseUrl: this.simulatorUrl, apiKey: null };
    if (mode === 'test') {
      return simulator;
    }
    const credential = await this.credentialOf(projectId);
    if (credential === null) {
      return null;
    }
    return credential.baseUrl === null
      ? simulator
      : { baseUrl: credential.baseUrl, apiKey: credential.apiKey };
  }

  /**
   * Forgets what this process remembers of a project: the next look is at the database.
   *
   * @param projectId the project
   */
  forget(projectId: string): void {
    this.settings.delete(projectId);
    this.targets.delete(projectId);
  }

  private credentialOf(projectId: string): Promise<Credential | null> {
    return this.remember(this.targets, projectId, async () => {
      const stored = await this.prisma.providerCredential.findUnique({
        where: { projectId },
        omit: { encryptedKey: false },
      });
      if (stored === null) {
        return null;
      }
      const sealed = stored.encryptedKey;
      const apiKey =
        sealed === null
          ? null
          : await this.keys.open(projectId, projectId, CREDENTIAL, Buffer.from(sealed));
      return { baseUrl: stored.baseUrl, apiKey: apiKey?.toString('utf8') ?? null };
    });
  }

  private remember<T>(
    map: Map<string, Remembered<T>>,
    key: string,
    load: () => Promise<T>,
  ): Promise<T> {
    const known = map.get(key);
    if (known !== undefined && known.until > this.now()) {
      return known.value;
    }
    const remembered = {
      until: this.now() + REMEMBER_MS,
      value: load().catch((error: unknown) => {
        if (map.get(key) === remembered) {
          map.delete(key);
        }
        throw error instanceof UnreadableError ? error : toDatabaseError(error);
      }),
    };
    map.set(key, remembered);
    return remembered.value;
  }
}

/**
 * Seals a provider key for storage.
 *
 * @param keys the data keys
 * @param projectId whose it is
 * @param apiKey the key
 */
export async function sealProviderKey(
  keys: DataKeyRing,
  projectId: string,
  apiKey: string,
): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await keys.seal(projectId, projectId, CREDENTIAL, Buffer.from(apiKey)));
}
