import type { DataKeyRing } from '@reqrun/platform/crypto';
import { type PrismaClient, toDatabaseError } from '@reqrun/platform/database';

import type { ProjectSettings, ProviderTarget } from './project-settings.js';

/** What a project is set to takes effect everywhere within this time. */
const REMEMBER_MS = 5_000;

/** What a provider key is sealed for: the credential belongs to the project, one each. */
const CREDENTIAL = 'provider-key';

interface Remembered<T> {
  value: Promise<T>;
  until: number;
}

/** Looks up how projects are set and where their requests go; remembers both for seconds. */
export class ProjectDirectory {
  private readonly settings = new Map<string, Remembered<ProjectSettings | null>>();
  private readonly targets = new Map<string, Remembered<ProviderTarget | null>>();

  /**
   * @param prisma the database
   * @param keys what provider keys are sealed with
   */
  constructor(
    private readonly prisma: PrismaClient,
    private readonly keys: DataKeyRing,
  ) {}

  /**
   * How a project's requests are run.
   *
   * @param projectId the project
   * @returns null when there is no such project
   * @throws DatabaseError
   */
  settingsOf(projectId: string): Promise<ProjectSettings | null> {
    return remember(this.settings, projectId, async () => {
      const project = await this.prisma.project.findUnique({ where: { id: projectId } });
      return project === null
        ? null
        : {
            defaultWait: project.defaultWait,
            retryCount: project.retryCount,
            retryOnCodes: project.retryOnCodes,
            onLost: project.onLost,
            callTimeoutMs: project.callTimeoutMs,
            deadlineMs: Number(project.deadlineMs),
          };
    });
  }

  /**
   * Where a project's live requests go. The key in it is for the provider call and nothing else.
   *
   * @param projectId the project
   * @returns null when the project has no credential
   * @throws DatabaseError, UnreadableError
   */
  targetOf(projectId: string): Promise<ProviderTarget | null> {
    return remember(this.targets, projectId, async () => {
      const credential = await this.prisma.providerCredential.findUnique({
        where: { projectId },
        omit: { encryptedKey: false },
      });
      if (credential === null) {
        return null;
      }
      if (credential.baseUrl === null) {
        return { kind: 'simulator' };
      }
      const apiKey =
        credential.encryptedKey === null
          ? null
          : (
              await this.keys.open(
                projectId,
                projectId,
                CREDENTIAL,
                Buffer.from(credential.encryptedKey),
              )
            ).toString('utf8');
      return { kind: 'provider', baseUrl: credential.baseUrl, apiKey };
    });
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

function remember<T>(
  map: Map<string, Remembered<T>>,
  key: string,
  load: () => Promise<T>,
): Promise<T> {
  const known = map.get(key);
  if (known !== undefined && known.until > Date.now()) {
    return known.value;
  }
  const value = load().catch((error: unknown) => {
    map.delete(key);
    throw error instanceof Error && error.name === 'UnreadableError' ? error : toDatabaseError(error);
  });
  map.set(key, { value, until: Date.now() + REMEMBER_MS });
  return value;
}
