import { Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { type ApiKey, ApiKeyStore } from '@reqrun/keys';
import type { AuditValue } from '@reqrun/users';
import { ProjectStore } from '@reqrun/projects';

import { RememberedKeys } from '../../keys/remembered-keys.js';
import { ApiError } from '../../http/api-error.js';
import { NotFound, ApiBadRequest } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson, type AuditedAction } from '../access/admin-caller.js';
import { AuditedTransaction } from '../audited-transaction.js';
import { pageOf, UuidPageQuery } from '../input/fields.js';
import { AdminBody, AdminQuery, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import { requireGrantable } from './grantable-scopes.js';
import {
  KeyChanges,
  KeyDto,
  KeyListDto,
  KeyRotation,
  KeyWithSecretDto,
  NewKey,
  toKeyDto,
  toKeyWithSecretDto,
} from './key.dto.js';

/** The API keys of applications. */
@AdminController('projects/:project_id/keys', 'Keys')
export class KeysController {
  /**
   * @param projects the store of projects
   * @param keys the store of keys
   * @param changes makes changes with their audit entries
   * @param remembered the caches of keys in all processes
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(ApiKeyStore) private readonly keys: ApiKeyStore,
    @Inject(AuditedTransaction) private readonly changes: AuditedTransaction,
    @Inject(RememberedKeys) private readonly remembered: RememberedKeys,
  ) {}

  /** Returns a project's keys, newest first. */
  @Get()
  @Access({ role: 'viewer', scope: 'keys:read' })
  @ApiOperation({ operationId: 'listKeys', summary: 'A project’s keys, newest first' })
  @ApiQuery({ type: UuidPageQuery })
  @ApiResponse({ status: 200, type: KeyListDto })
  @ApiBadRequest()
  @NotFound('project or key')
  async list(
    @UuidParam('project_id') projectId: string,
    @AdminQuery(UuidPageQuery) { limit, after }: UuidPageQuery,
  ): Promise<KeyListDto> {
    await findProject(this.projects, projectId);
    const rows = await this.keys.list(projectId, limit + 1, after ?? null);
    return pageOf(rows.map(toKeyDto), limit);
  }

  /** Creates a key. */
  @Post()
  @Access({ role: 'owner', scope: 'keys:write', recentSignIn: true })
  @ApiOperation({
    operationId: 'createKey',
    summary: 'Make a key; it is shown once',
    description: 'A token can give a key no scope of requests that it does not have itself.',
  })
  @ApiBody({ type: NewKey })
  @ApiResponse({ status: 201, type: KeyWithSecretDto })
  @ApiBadRequest()
  @NotFound('project or key')
  async create(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @AdminBody(NewKey) body: NewKey,
  ): Promise<KeyWithSecretDto> {
    requireGrantable(caller, body.scopes);
    return this.changes.make(caller, async (on) => {
      await findProject(this.projects.within(on), projectId);
      const store = this.keys.within(on);
      const { id, secret } = await store.create({
        projectId,
        mode: body.mode,
        name: body.name,
        ...(body.scopes ? { scopes: body.scopes } : {}),
        expiresAt: body.expires_at ?? null,
      });
      const key = await findKey(store, projectId, id);
      return {
        value: toKeyWithSecretDto(key, secret),
        action: auditedAction(key, 'created', {
          mode: key.mode,
          scopes: [...key.scopes],
          expires_at: key.expiresAt?.toISOString() ?? null,
        }),
      };
    });
  }

  /** Renames a key. */
  @Patch(':key_id')
  @Access({ role: 'owner', scope: 'keys:write' })
  @ApiOperation({ operationId: 'renameKey', summary: 'Give a key another name' })
  @ApiBody({ type: KeyChanges })
  @ApiResponse({ status: 200, type: KeyDto })
  @ApiBadRequest()
  @NotFound('project or key')
  async rename(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @UuidParam('key_id') id: string,
    @AdminBody(KeyChanges) { name }: KeyChanges,
  ): Promise<KeyDto> {
    return this.changes.make(caller, async (on) => {
      const store = this.keys.within(on);
      await findProject(this.projects.within(on), projectId);
      const { name: before } = await findKey(store, projectId, id);
      await store.rename(projectId, id, name);
      const key = await findKey(store, projectId, id);
      return { value: toKeyDto(key), action: auditedAction(key, 'renamed', { before }) };
    });
  }

  /** Creates a key that replaces another. Both work until the overlap ends. */
  @Post(':key_id/rotate')
  @Access({ role: 'owner', scope: 'keys:write', recentSignIn: true })
  @ApiOperation({
    operationId: 'rotateKey',
    summary: 'Make a key that takes another’s place',
    description:
      'The new key has the old one’s scopes and end; both work until the overlap ends. A token needs those scopes itself.',
  })
  @ApiBody({ type: KeyRotation })
  @ApiResponse({ status: 201, type: KeyWithSecretDto })
  @ApiBadRequest()
  @NotFound('project or key')
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'Revoked, expired or replaced.' })
  async rotate(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @UuidParam('key_id') id: string,
    @AdminBody(KeyRotation) { overlap_seconds }: KeyRotation,
  ): Promise<KeyWithSecretDto> {
    const rotated = await this.changes.make(caller, async (on) => {
      const store = this.keys.within(on);
      await findProject(this.projects.within(on), projectId);
      const old = await findKey(store, projectId, id);
      requireGrantable(caller, old.scopes);
      const created = await store.rotate(projectId, id, overlap_seconds * 1000);
      if (created === null) {
        throw new ApiError('key_not_active');
      }
      const key = await findKey(store, projectId, created.id);
      return {
        value: toKeyWithSecretDto(key, created.secret),
        action: auditedAction(old, 'rotated', { replaced_by_id: key.id, overlap_seconds }),
      };
    });
    this.remembered.forget(projectId);
    return rotated;
  }

  /** Revokes a key. It is refused everywhere within 10 s. */
  @Post(':key_id/revoke')
  @HttpCode(200)
  @Access({ role: 'owner', scope: 'keys:write' })
  @ApiOperation({
    operationId: 'revokeKey',
    summary: 'Take a key back; refused everywhere within 10 s',
  })
  @ApiResponse({ status: 200, type: KeyDto })
  @NotFound('project or key')
  async revoke(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @UuidParam('key_id') id: string,
  ): Promise<KeyDto> {
    const revoked = await this.changes.make(caller, async (on) => {
      const store = this.keys.within(on);
      await findProject(this.projects.within(on), projectId);
      await store.revoke(projectId, id);
      const key = await findKey(store, projectId, id);
      return { value: toKeyDto(key), action: auditedAction(key, 'revoked', {}) };
    });
    this.remembered.forget(projectId);
    return revoked;
  }
}

async function findKey(keys: ApiKeyStore, projectId: string, id: string): Promise<ApiKey> {
  const key = await keys.find(projectId, id);
  if (key === null) {
    throw new ApiError('not_found', { param: 'key_id', message: 'No such key in this project.' });
  }
  return key;
}

function auditedAction(
  key: ApiKey,
  what: string,
  details: Readonly<Record<string, AuditValue>>,
): AuditedAction {
  return {
    action: `key.${what}`,
    target: { kind: 'key', id: key.id, name: key.name },
    projectId: key.projectId,
    details: { ...details, last_four: key.lastFour },
  };
}
