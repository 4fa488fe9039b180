import { createHash } from 'node:crypto';

import {
  type AutoOrOff,
  type ProviderKind,
  type RequestMode,
  SIMULATOR_PROVIDER,
  type StreamUsage,
} from '@reqrun/contracts';
import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';
import { type PrismaClient, toDatabaseError } from '@reqrun/platform/database';
import type { ProjectPolicy } from '@reqrun/retry-policy';

import {
  type CallTarget,
  type NamedProvider,
  type RunSettings,
  type SettingsDocument,
  toProjectPolicy,
  toWaitSettings,
} from './project-settings.js';

/** Time within which a change of a project's settings takes effect everywhere. */
const REMEMBER_MS = 5_000;

/** Purpose that a provider key is sealed for. */
const CREDENTIAL = 'provider-key';

/** The provider that a project's calls go to, without its key. */
export interface ProviderIdentity {
  /** UUID of the credential; `simulator` where the calls go there. */
  id: string;
  baseUrl: string;
  /** Dated API of Azure; null elsewhere. */
  apiVersion: string | null;
}

/** A stored credential. No base URL means the simulator. */
interface StoredCredential {
  id: string;
  projectId: string | null;
  name: string;
  kind: string;
  baseUrl: string | null;
  apiVersion: string | null;
  models: string[];
  streamUsage: string;
  pacing: string;
  breaker: string;
  encryptedKey: Uint8Array | null;
  sealedFor: string | null;
}

/** A credential whose key is opened when it is first needed. */
interface Credential extends StoredCredential {
  opened?: Promise<string | null>;
}

/** A credential that is not the simulator's. */
type CallableCredential = Credential & { baseUrl: string };

const isCallable = (credential: Credential): credential is CallableCredential =>
  credential.baseUrl !== null;

interface Remembered<T> {
  value: Promise<T>;
  until: number;
}

/** Columns that are read of a credential, in place of all. */
const CREDENTIAL_COLUMNS = {
  id: true,
  projectId: true,
  name: true,
  kind: true,
  baseUrl: true,
  apiVersion: true,
  models: true,
  streamUsage: true,
  pacing: true,
  breaker: true,
  encryptedKey: true,
  sealedFor: true,
} as const;

/** Looks up how projects are set and where their requests go; remembers both for seconds. */
export class ProjectDirectory {
  private readonly settings = new Map<string, Remembered<RunSettings | null>>();
  private readonly credentials = new Map<string, Remembered<Credential[]>>();
  private readonly simulator: CallTarget | null;

  /**
   * @param prisma the database
   * @param keys what provider keys are sealed with
   * @param simulatorUrl the simulator with its /v1, or null when there is none
   * @param now the clock, Unix ms
   */
  constructor(
    private readonly prisma: PrismaClient,
    private readonly keys: DataKeyRing,
    simulatorUrl: string | null,
    private readonly now: () => number = Date.now,
  ) {
    this.simulator =
      simulatorUrl === null
        ? null
        : {
            ...{ provider: SIMULATOR_PROVIDER, kind: 'openai', apiVersion: null },
            streamUsage: 'auto',
            credential: null,
            ...{ baseUrl: simulatorUrl, apiKey: null, identity: identityOf(simulatorUrl, null) },
          };
  }

  /**
   * How a project's requests are run.
   *
   * @param projectId the project
   * @returns null when there is no such project, or it was archived or deleted
   * @throws DatabaseError
   */
  settingsOf(projectId: string): Promise<RunSettings | null> {
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
            providers: (await this.credentialsOf(projectId)).flatMap(toNamedProvider),
          };
    });
  }

  /**
   * Looks up where a project's calls go. Test calls go to the simulator, whatever the project is set to.
   *
   * @param projectId the project
   * @param mode of the API key that the call came with
   * @param providerId UUID of the provider that a request names; null for the default one
   * @returns null when there is nothing that could be called, such as a provider that was removed
   * @throws DatabaseError, UnreadableError
   */
  async targetOf(
    projectId: string,
    mode: RequestMode,
    providerId: string | null = null,
  ): Promise<CallTarget | null> {
    const credential = await this.credentialOf(projectId, mode, providerId);
    if (credential === null || credential === 'simulator') {
      return credential && this.simulator;
    }
    const { name, kind, baseUrl, apiVersion, streamUsage, encryptedKey } = credential;
    const { pacing, breaker } = credential;
    const isDefault = credential.projectId !== null;
    credential.opened ??= this.open(projectId, credential);
    return {
      ...{ provider: name, kind: kind as ProviderKind, apiVersion, baseUrl },
      streamUsage: streamUsage as StreamUsage,
      apiKey: await credential.opened,
      credential: {
        ...{ id: credential.id, isDefault },
        pacing: pacing as AutoOrOff,
        breaker: breaker as AutoOrOff,
      },
      identity: identityOf(baseUrl, encryptedKey),
    };
  }

  /**
   * Looks up which provider a project's calls go to. The key is not opened.
   *
   * @param projectId the project
   * @param mode of the API key that the call came with
   * @param providerId UUID of the provider that a request names; null for the default one
   * @returns null when there is nothing that could be called
   * @throws DatabaseError
   */
  async providerOf(
    projectId: string,
    mode: RequestMode,
    providerId: string | null = null,
  ): Promise<ProviderIdentity | null> {
    const credential = await this.credentialOf(projectId, mode, providerId);
    if (credential === null) {
      return null;
    }
    if (credential === 'simulator') {
      const { simulator } = this;
      return simulator && { id: 'simulator', baseUrl: simulator.baseUrl, apiVersion: null };
    }
    const { id, baseUrl, apiVersion } = credential;
    return { id, baseUrl, apiVersion };
  }

  /**
   * Forgets what this process remembers of a project: the next look is at the database.
   *
   * @param projectId the project
   */
  forget(projectId: string): void {
    this.settings.delete(projectId);
    this.credentials.delete(projectId);
  }

  /** The credential of a call; `simulator` where it goes there, null where nothing could be called. */
  private async credentialOf(
    projectId: string,
    mode: RequestMode,
    providerId: string | null,
  ): Promise<CallableCredential | 'simulator' | null> {
    if (mode === 'test') {
      return 'simulator';
    }
    const credential = (await this.credentialsOf(projectId)).find((one) =>
      providerId === null ? one.projectId !== null : one.id === providerId,
    );
    if (credential === undefined) {
      return null;
    }
    if (isCallable(credential)) {
      return credential;
    }
    // A provider that was named is gone, and the simulator does not stand in for it.
    return providerId === null ? 'simulator' : null;
  }

  private credentialsOf(projectId: string): Promise<Credential[]> {
    return this.remember(this.credentials, projectId, () =>
      this.prisma.providerCredential.findMany({
        where: { OR: [{ projectId }, { furtherOf: projectId }] },
        select: CREDENTIAL_COLUMNS,
      }),
    );
  }

  private async open(
    projectId: string,
    { projectId: isDefault, encryptedKey, sealedFor }: StoredCredential,
  ): Promise<string | null> {
    if (encryptedKey === null) {
      return null;
    }
    const sealed = Buffer.from(encryptedKey);
    const openFor = (id: string): Promise<Buffer> =>
      this.keys.open(projectId, id, CREDENTIAL, sealed);
    const opened = openFor(sealedFor ?? projectId).catch((error: unknown) => {
      if (error instanceof UnreadableError && sealedFor !== null && isDefault !== null) {
        // The version before has set the key of the default provider, and seals it for the project.
        return openFor(projectId);
      }
      throw error;
    });
    return (await opened).toString('utf8');
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
        throw toDatabaseError(error);
      }),
    };
    map.set(key, remembered);
    return remembered.value;
  }
}

/**
 * Returns the identity of a call's target. The key is hashed as it is sealed, so the hash says nothing about it: a key
 * that is stored anew is another credential.
 */
const identityOf = (baseUrl: string | null, sealedKey: Uint8Array | null): string =>
  createHash('sha256')
    .update(`${baseUrl ?? ''}\n`)
    .update(sealedKey ?? '')
    .digest('hex');

/**
 * Seals a provider key for storage.
 *
 * @param keys the data keys
 * @param projectId whose it is
 * @param apiKey the key
 * @param credentialId UUID of the credential that alone can use it; the project's own by default, as in the
 *   version before
 */
export async function sealProviderKey(
  keys: DataKeyRing,
  projectId: string,
  apiKey: string,
  credentialId = projectId,
): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await keys.seal(projectId, credentialId, CREDENTIAL, Buffer.from(apiKey)));
}

function toNamedProvider(stored: StoredCredential): NamedProvider[] {
  const { id, name, kind, apiVersion, models, baseUrl, encryptedKey, projectId } = stored;
  return baseUrl === null
    ? []
    : [
        {
          ...{ id, name, apiVersion, models },
          kind: kind as ProviderKind,
          hasKey: encryptedKey !== null,
          isDefault: projectId !== null,
        },
      ];
}
