/** Outcome of a call's authorization: it passes, regardless of its input, or is refused with a status. */
export type Outcome = 'passes' | 401 | 403 | 404;

/** Callers of the admin API. */
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

/** One of these callers. */
export type AdminCaller = (typeof ADMIN_CALLERS)[number];

/** Callers of the API for applications. */
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

/** One of these callers. */
export type AppCaller = (typeof APP_CALLERS)[number];

/** Outcomes of a route's calls by caller, and the properties of the route that the calls depend on. */
export type Row =
  | {
      readonly kind: 'admin';
      /** Scope that a token needs; null if the route refuses all tokens. */
      readonly scope: string | null;
      /** Whether a session must have been reauthenticated within minutes. */
      readonly recentSignIn: boolean;
      readonly outcomes: Readonly<Record<AdminCaller, Outcome>>;
    }
  | {
      readonly kind: 'app';
      /** Scope that a key needs; null if any key is sufficient. */
      readonly scope: 'requests:read' | 'requests:write' | null;
      readonly outcomes: Readonly<Record<AppCaller, Outcome>>;
    }
  /** Open to all callers, e.g. health. */
  | { readonly kind: 'open' };

type Least = 'viewer' | 'member' | 'owner';

const may = (yes: boolean): Outcome => (yes ? 'passes' : 403);

/** Accepts users of at least one role, and tokens if a scope is given. */
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
/** Grants lasting access: accepts only a session that was reauthenticated within minutes. */
const grants = (least: Least, scope: string | null): Row => admin(least, scope, true, true);

/** Accepts all callers, but not from another site. */
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

/** Accepts a key; for a route of one request, only a key of that request's project and mode. */
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
 * Permissions: one row for each route of `openapi.json`. A route without a row fails the test, and so does
 * a row without a route.
 */
export const TABLE: Readonly<Record<string, Row>> = {
  // Sessions and the user's own account: only users.
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

  // Users and invitations.
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
  'DELETE /admin/projects/{project_id}/cache': writes('owner', 'projects:write'),
  'PUT /admin/projects/{project_id}/provider': grants('owner', null),
  'DELETE /admin/projects/{project_id}/provider': grants('owner', null),
  'POST /admin/projects/{project_id}/provider/test': writes('owner', 'projects:write'),

  'GET /admin/projects/{project_id}/providers': reads('viewer', 'projects:read'),
  'POST /admin/projects/{project_id}/providers': grants('owner', 'providers:write'),
  'PATCH /admin/projects/{project_id}/providers/{name}': grants('owner', 'providers:write'),
  'DELETE /admin/projects/{project_id}/providers/{name}': grants('owner', 'providers:write'),
  'POST /admin/projects/{project_id}/providers/{name}/test': writes('owner', 'projects:write'),
  'POST /admin/projects/{project_id}/providers/test': writes('owner', 'projects:write'),

  // Lanes.
  'GET /admin/projects/{project_id}/lanes': reads('viewer', 'projects:read'),
  'PUT /admin/projects/{project_id}/lanes/limits': writes('owner', 'providers:write'),
  'POST /admin/projects/{project_id}/lanes/open': writes('owner', 'providers:write'),
  'POST /admin/projects/{project_id}/lanes/close': writes('owner', 'providers:write'),
  'POST /admin/projects/{project_id}/lanes/probe': writes('owner', 'providers:write'),

  // Alerts.
  'GET /admin/projects/{project_id}/alert-rules': reads('viewer', 'projects:read'),
  'POST /admin/projects/{project_id}/alert-rules': writes('owner', 'projects:write'),
  'PATCH /admin/projects/{project_id}/alert-rules/{rule_id}': writes('owner', 'projects:write'),
  'DELETE /admin/projects/{project_id}/alert-rules/{rule_id}': writes('owner', 'projects:write'),
  'POST /admin/projects/{project_id}/alert-rules/{rule_id}/test': writes('owner', 'projects:write'),
  'POST /admin/projects/{project_id}/alert-rules/{rule_id}/rotate-secret': writes(
    'owner',
    'projects:write',
  ),
  'GET /admin/projects/{project_id}/alert-rules/{rule_id}/deliveries': reads(
    'viewer',
    'projects:read',
  ),
  'GET /admin/projects/{project_id}/alerts': reads('viewer', 'projects:read'),

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
  'POST /admin/projects/{project_id}/requests/cancel': writes('member', 'requests:write'),
  'POST /admin/projects/{project_id}/requests/retry': writes('member', 'requests:write'),
  'POST /admin/projects/{project_id}/requests/bulk-retry': writes('member', 'requests:write'),
  'GET /admin/projects/{project_id}/bulk-retries/{bulk_retry_id}': reads('viewer', 'requests:read'),
  'GET /admin/projects/{project_id}/views': reads('viewer', null),
  'POST /admin/projects/{project_id}/views': writes('viewer', null),
  'GET /admin/projects/{project_id}/views/{view_id}': reads('viewer', null),
  'PATCH /admin/projects/{project_id}/views/{view_id}': writes('viewer', null),
  'DELETE /admin/projects/{project_id}/views/{view_id}': writes('viewer', null),
  'GET /admin/projects/{project_id}/metrics': reads('viewer', 'metrics:read'),
  'POST /admin/projects/{project_id}/policies/simulate': writes('viewer', 'requests:read'),
  'GET /admin/requests/{request_id}': reads('viewer', 'requests:read'),

  // Applications.
  'POST /v1/chat/completions': app('requests:write', false),
  'GET /v1/chat/completions/{id}': app('requests:read', true),
  'POST /v1/responses': app('requests:write', false),
  'GET /v1/responses/{id}': app('requests:read', true),
  'POST /v1/responses/{id}/cancel': app('requests:write', true),
  'GET /v1/responses/{id}/input_items': app('requests:read', true),
  'DELETE /v1/responses/{id}': app('requests:write', true),
  'POST /v1/embeddings': app('requests:write', false),
  'GET /v1/embeddings/{id}': app('requests:read', true),
  'POST /v1/completions': app('requests:write', false),
  'GET /v1/completions/{id}': app('requests:read', true),
  'POST /v1/moderations': app('requests:write', false),
  'GET /v1/moderations/{id}': app('requests:read', true),
  'POST /v1/images/generations': app('requests:write', false),
  'GET /v1/images/generations/{id}': app('requests:read', true),
  'POST /v1/audio/speech': app('requests:write', false),
  'GET /v1/audio/speech/{id}': app('requests:read', true),
  'POST /v1/audio/transcriptions': app('requests:write', false),
  'GET /v1/audio/transcriptions/{id}': app('requests:read', true),
  'POST /v1/audio/translations': app('requests:write', false),
  'GET /v1/audio/translations/{id}': app('requests:read', true),
  'POST /v1/images/edits': app('requests:write', false),
  'GET /v1/images/edits/{id}': app('requests:read', true),
  'GET /v1/models': app(null, false),
  'GET /v1/models/{id}': app(null, false),
  'POST /v1/policies/simulate': app('requests:read', false),
  'GET /v1/requests': app('requests:read', false),
  'GET /v1/requests/{id}': app('requests:read', true),
  'GET /v1/requests/{id}/attempts': app('requests:read', true),
  'GET /v1/requests/{id}/stream': app('requests:read', true),
  'POST /v1/requests/{id}/cancel': app('requests:write', true),
  'POST /v1/requests/{id}/retry': app('requests:write', true),

  'GET /health/live': { kind: 'open' },
  'GET /health/ready': { kind: 'open' },
};
