/** What comes of a call: let through (whatever its input is worth), or refused with a status. */
export type Outcome = 'passes' | 401 | 403 | 404;

/** Who calls the admin API. */
export const ADMIN_CALLERS = [
  'nobody',
  'viewer',
  'member',
  'owner',
  'owner who signed in long ago',
  'signed-out owner',
  'owner on another site',
  'viewer’s token',
  'owner’s token',
  'owner’s token without the scope',
  'revoked token',
  'expired token',
  'application key',
] as const;

/** One of them. */
export type AdminCaller = (typeof ADMIN_CALLERS)[number];

/** Who calls for an application. */
export const APP_CALLERS = [
  'nobody',
  'viewer',
  'owner',
  'owner’s token',
  'own key',
  'own key of the other mode',
  'key of another project',
  'key without the scope',
  'key of an archived project',
  'revoked key',
  'expired key',
] as const;

/** One of them. */
export type AppCaller = (typeof APP_CALLERS)[number];

/** What comes of a route's call, by caller, and what has to be known to make it. */
export type Row =
  | {
      readonly kind: 'admin';
      /** The scope that lets a token through; null where none does. */
      readonly scope: string | null;
      /** A session must have proved within minutes who it is. */
      readonly recentSignIn: boolean;
      readonly outcomes: Readonly<Record<AdminCaller, Outcome>>;
    }
  | {
      readonly kind: 'app';
      /** The scope that a key needs; null where any key will do. */
      readonly scope: 'requests:read' | 'requests:write' | null;
      readonly outcomes: Readonly<Record<AppCaller, Outcome>>;
    }
  /** For everybody, e.g. health. */
  | { readonly kind: 'open' };

type Least = 'viewer' | 'member' | 'owner';

const may = (yes: boolean): Outcome => (yes ? 'passes' : 403);

/** Takes a person of some role; a token too, where a scope is named. */
function admin(
  least: Least,
  scope: string | null,
  changes: boolean,
  recentSignIn = false,
): Row & { kind: 'admin' } {
  return {
    kind: 'admin',
    scope,
    recentSignIn,
    outcomes: {
      nobody: 401,
      viewer: may(least === 'viewer'),
      member: may(least !== 'owner'),
      owner: 'passes',
      'owner who signed in long ago': may(!recentSignIn),
      'signed-out owner': 401,
      'owner on another site': may(!changes),
      'viewer’s token': may(scope !== null && least === 'viewer'),
      'owner’s token': may(scope !== null),
      'owner’s token without the scope': 403,
      'revoked token': 401,
      'expired token': 401,
      'application key': 401,
    },
  };
}

const reads = (least: Least, scope: string | null): Row => admin(least, scope, false);
const writes = (least: Least, scope: string | null): Row => admin(least, scope, true);
/** Makes access that lasts, or gives it: takes a session that has proved within minutes who it is. */
const grants = (least: Least, scope: string | null): Row => admin(least, scope, true, true);

/** Takes anybody, but not from another site. */
const ANYBODY: Row = {
  kind: 'admin',
  scope: null,
  recentSignIn: false,
  outcomes: {
    nobody: 'passes',
    viewer: 'passes',
    member: 'passes',
    owner: 'passes',
    'owner who signed in long ago': 'passes',
    'signed-out owner': 'passes',
    'owner on another site': 403,
    'viewer’s token': 'passes',
    'owner’s token': 'passes',
    'owner’s token without the scope': 'passes',
    'revoked token': 401,
    'expired token': 401,
    'application key': 401,
  },
};

/** Takes a key, of its own project and mode where it is about one request. */
function app(scope: 'requests:read' | 'requests:write' | null, aboutOne: boolean): Row {
  return {
    kind: 'app',
    scope,
    outcomes: {
      nobody: 401,
      viewer: 401,
      owner: 401,
      'owner’s token': 401,
      'own key': 'passes',
      'own key of the other mode': aboutOne ? 404 : 'passes',
      'key of another project': aboutOne ? 404 : 'passes',
      'key without the scope': scope === null ? 'passes' : 403,
      'key of an archived project': 401,
      'revoked key': 401,
      'expired key': 401,
    },
  };
}

/**
 * Who may call what: one row for each route of `openapi.json`. A route without a row fails, and so
 * does a row without a route.
 */
export const TABLE: Readonly<Record<string, Row>> = {
  // Sessions and one's own account: people alone.
  'POST /admin/session': ANYBODY,
  'GET /admin/session': reads('viewer', null),
  'DELETE /admin/session': writes('viewer', null),
  'POST /admin/session/confirm': writes('viewer', null),
  'PATCH /admin/me': writes('viewer', null),
  'POST /admin/me/password': writes('viewer', null),
  'GET /admin/me/sessions': reads('viewer', null),
  'DELETE /admin/me/sessions/{id}': writes('viewer', null),
  'POST /admin/me/totp': grants('viewer', null),
  'DELETE /admin/me/totp': grants('viewer', null),
  'POST /admin/me/totp/confirm': grants('viewer', null),
  'GET /admin/me/tokens': reads('viewer', null),
  'POST /admin/me/tokens': grants('viewer', null),
  'DELETE /admin/me/tokens/{id}': writes('viewer', null),

  // People.
  'GET /admin/people': reads('viewer', null),
  'PATCH /admin/people/{id}': grants('owner', null),
  'DELETE /admin/people/{id}': grants('owner', null),
  'GET /admin/invitations': reads('owner', null),
  'POST /admin/invitations': grants('owner', null),
  'DELETE /admin/invitations/{id}': writes('owner', null),
  'POST /admin/invitations/accept': ANYBODY,

  // The audit log and the deployment.
  'GET /admin/audit': reads('viewer', 'audit:read'),
  'GET /admin/audit/export': reads('viewer', 'audit:read'),
  'GET /admin/audit/verify': reads('viewer', 'audit:read'),
  'GET /admin/system': reads('viewer', 'projects:read'),

  // Projects and their provider.
  'GET /admin/projects': reads('viewer', 'projects:read'),
  'POST /admin/projects': writes('owner', 'projects:write'),
  'GET /admin/projects/{project_id}': reads('viewer', 'projects:read'),
  'PATCH /admin/projects/{project_id}': writes('owner', 'projects:write'),
  'DELETE /admin/projects/{project_id}': writes('owner', 'projects:write'),
  'POST /admin/projects/{project_id}/archive': writes('owner', 'projects:write'),
  'POST /admin/projects/{project_id}/unarchive': writes('owner', 'projects:write'),
  'PUT /admin/projects/{project_id}/provider': grants('owner', null),
  'DELETE /admin/projects/{project_id}/provider': grants('owner', null),
  'POST /admin/projects/{project_id}/provider/test': writes('owner', 'projects:write'),

  // Keys.
  'GET /admin/projects/{project_id}/keys': reads('viewer', 'keys:read'),
  'POST /admin/projects/{project_id}/keys': grants('owner', 'keys:write'),
  'PATCH /admin/projects/{project_id}/keys/{key_id}': writes('owner', 'keys:write'),
  'POST /admin/projects/{project_id}/keys/{key_id}/revoke': writes('owner', 'keys:write'),
  'POST /admin/projects/{project_id}/keys/{key_id}/rotate': grants('owner', 'keys:write'),

  // Requests.
  'GET /admin/projects/{project_id}/requests': reads('viewer', 'requests:read'),
  'GET /admin/projects/{project_id}/requests/{request_id}': reads('viewer', 'requests:read'),
  'GET /admin/projects/{project_id}/requests/{request_id}/attempts': reads(
    'viewer',
    'requests:read',
  ),
  'POST /admin/projects/{project_id}/requests/{request_id}/cancel': writes(
    'member',
    'requests:write',
  ),
  'POST /admin/projects/{project_id}/requests/{request_id}/retry': writes(
    'member',
    'requests:write',
  ),
  'POST /admin/projects/{project_id}/requests/bulk-retry': writes('member', 'requests:write'),
  'GET /admin/projects/{project_id}/bulk-retries/{bulk_retry_id}': reads('viewer', 'requests:read'),
  'GET /admin/projects/{project_id}/metrics': reads('viewer', 'metrics:read'),
  'GET /admin/requests/{request_id}': reads('viewer', 'requests:read'),

  // Applications.
  'POST /v1/chat/completions': app('requests:write', false),
  'GET /v1/chat/completions/{id}': app('requests:read', true),
  'GET /v1/models': app(null, false),
  'GET /v1/requests': app('requests:read', false),
  'GET /v1/requests/{id}': app('requests:read', true),
  'GET /v1/requests/{id}/attempts': app('requests:read', true),
  'POST /v1/requests/{id}/cancel': app('requests:write', true),
  'POST /v1/requests/{id}/retry': app('requests:write', true),

  'GET /health/live': { kind: 'open' },
  'GET /health/ready': { kind: 'open' },
};
