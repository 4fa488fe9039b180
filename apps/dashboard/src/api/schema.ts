export interface paths {
    "/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who changed what, newest first */
        get: operations["listAuditEntries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole log, oldest first */
        get: operations["exportAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether nothing in it was changed */
        get: operations["verifyAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The invitations that wait */
        get: operations["listInvitations"];
        put?: never;
        /** Invite somebody by a one-time link */
        post: operations["createInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Become a person here; the session is in the cookie */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take an invitation back */
        delete: operations["removeInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Take another name */
        patch: operations["updateMe"];
        trace?: never;
    };
    "/admin/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the password; the other sessions end, and access tokens unless they are kept */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sessions that have not ended */
        get: operations["listOwnSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of one’s sessions */
        delete: operations["endOwnSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/me/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One’s tokens, the newest first */
        get: operations["listAccessTokens"];
        put?: never;
        /** Make a token */
        post: operations["createAccessToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/me/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a token */
        delete: operations["revokeAccessToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/me/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a second factor, to be confirmed */
        post: operations["beginTotp"];
        /** Turn the second factor off */
        delete: operations["disableTotp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/me/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turn the second factor on; the other sessions end */
        post: operations["confirmTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody who may sign in */
        get: operations["listPeople"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/people/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a person */
        delete: operations["removePerson"];
        options?: never;
        head?: never;
        /** Change a person’s role, or disable them */
        patch: operations["updatePerson"];
        trace?: never;
    };
    "/admin/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The projects, newest first */
        get: operations["listProjects"];
        put?: never;
        /** Make a project */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One project */
        get: operations["getProject"];
        put?: never;
        post?: never;
        /**
         * Delete a project and everything of it
         * @description Its contents can’t be read from this moment on. Open requests are canceled and the rows deleted by a worker right after.
         */
        delete: operations["deleteProject"];
        options?: never;
        head?: never;
        /** Change name and settings */
        patch: operations["updateProject"];
        trace?: never;
    };
    "/admin/projects/{project_id}/alert-rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A project’s alert rules, and which of them fire */
        get: operations["listAlertRules"];
        put?: never;
        /**
         * Add an alert rule
         * @description With a webhook, the answer has its signing secret, which is shown once.
         */
        post: operations["createAlertRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/alert-rules/{rule_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an alert rule with its alerts
         * @description Notifications that are not delivered yet are dropped.
         */
        delete: operations["deleteAlertRule"];
        options?: never;
        head?: never;
        /**
         * Change an alert rule
         * @description Left-out fields stay. The alert of a rule that is switched off ends, and nobody is told. With a first webhook, or one on another server, the answer has a new signing secret.
         */
        patch: operations["updateAlertRule"];
        trace?: never;
    };
    "/admin/projects/{project_id}/alert-rules/{rule_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The latest notifications of a rule, tests among them, newest first */
        get: operations["listAlertDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/alert-rules/{rule_id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make another signing secret for the webhook of a rule; it is shown once
         * @description For a day, notifications are signed with both secrets.
         */
        post: operations["rotateAlertSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/alert-rules/{rule_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test notification to all receivers of a rule
         * @description A worker sends it. The list of deliveries shows how that went.
         */
        post: operations["testAlertRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alerts with their notifications, newest first
         * @description Alerts are kept for 90 days after they are over.
         */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuse a project’s keys; nothing is deleted */
        post: operations["archiveProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/bulk-retries/{bulk_retry_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a bulk retry is */
        get: operations["getBulkRetry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/cache": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Clear a project’s cache
         * @description No request gets an answer again that was made before. The records stay.
         */
        delete: operations["clearCache"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A project’s keys, newest first */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make a key; it is shown once
         * @description A token can give a key no scope of requests that it does not have itself.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Give a key another name */
        patch: operations["renameKey"];
        trace?: never;
    };
    "/admin/projects/{project_id}/keys/{key_id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a key back; refused everywhere within 10 s */
        post: operations["revokeKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/keys/{key_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a key that takes another’s place
         * @description The new key has the old one’s scopes and end; both work until the overlap ends. A token needs those scopes itself.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/lanes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Models that are limited, fail, or were limited or stopped by hand
         * @description A model that is not listed is called at full speed.
         */
        get: operations["listLanes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/lanes/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let the calls of a lane go on that is open or paced
         * @description Those of an open lane come back within ten seconds. Limits that were set by hand stay.
         */
        post: operations["closeLane"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/lanes/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Limit the calls of a model, or of a provider as a whole
         * @description Replaces the limits that were set before. It counts in all workers within about a second.
         */
        put: operations["setLaneLimits"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/lanes/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop calling a model, or a provider as a whole
         * @description Calls under way go on. Requests with a fallback go on with the next model, the others wait until their deadline.
         */
        post: operations["openLane"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/lanes/probe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try an open lane now, with one of the requests that wait
         * @description Any answer but a failure lets its calls go on.
         */
        post: operations["probeLane"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures about the requests accepted within a range of time
         * @description Every request counts in the step in which it was accepted, however late it ends; the figures follow within seconds, those of requests that stay open for hours within minutes. The range is widened to whole steps.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/policies/simulate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How requests of a project would have ended under another policy
         * @description As `POST /v1/policies/simulate`, with the mode `live` by default.
         */
        post: operations["simulateProjectPolicy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/provider": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say where live requests go */
        put: operations["setProvider"];
        post?: never;
        /** Send live requests to the simulator, and forget the key */
        delete: operations["removeProvider"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/provider/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a credential: list the models */
        post: operations["testProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A project’s providers, the default first */
        get: operations["listProviders"];
        put?: never;
        /** Add a provider */
        post: operations["addProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/providers/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a provider before it is added
         * @description Nothing is stored.
         */
        post: operations["testNewProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/providers/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a provider, and forget its key */
        delete: operations["deleteProvider"];
        options?: never;
        head?: never;
        /** Change a provider */
        patch: operations["updateProvider"];
        trace?: never;
    };
    "/admin/projects/{project_id}/providers/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a provider: list its models
         * @description Fields of the body replace the stored ones for this call. Nothing is stored.
         */
        post: operations["testNamedProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of records, newest first */
        get: operations["adminListRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/requests/bulk-retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run many failed requests again, or count them
         * @description A worker runs them again in the background, each once at most, and only those that have failed by now.
         */
        post: operations["bulkRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/requests/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End those of up to 100 requests that have not ended */
        post: operations["adminCancelRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/requests/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run those of up to 100 requests again that have failed or were canceled
         * @description For all that match a filter, see `bulk-retry`.
         */
        post: operations["adminRetryRequests"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/requests/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One record */
        get: operations["adminGetRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/requests/{request_id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every attempt, oldest first, and why it was followed by what */
        get: operations["adminListAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/requests/{request_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a request that has not ended */
        post: operations["adminCancelRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/requests/{request_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a failed or canceled request again
         * @description A live request that was accepted before the project’s provider changed to another server needs `accept_provider_change`.
         */
        post: operations["adminRetryRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/unarchive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take an archived project into use */
        post: operations["unarchiveProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One’s saved views of a project, by name */
        get: operations["listViews"];
        put?: never;
        /** Save a view */
        post: operations["createView"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/projects/{project_id}/views/{view_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One saved view, whoever has saved it */
        get: operations["getView"];
        put?: never;
        post?: never;
        /** Delete one of one’s saved views */
        delete: operations["deleteView"];
        options?: never;
        head?: never;
        /** Change one of one’s saved views */
        patch: operations["updateView"];
        trace?: never;
    };
    "/admin/requests/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which project a request belongs to */
        get: operations["findRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom this browser is signed in as */
        get: operations["getSession"];
        put?: never;
        /** Sign in; the session is in the cookie */
        post: operations["signIn"];
        /** Sign out */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/session/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give the password or a code once more
         * @description Whoever has a second factor gives a code, everybody else the password. What makes access last is answered 403 `reauthentication_required` when the last proof is older than ten minutes.
         */
        post: operations["confirmSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the deployment is made of */
        get: operations["getSystem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AccessToken: {
            /** Format: uuid */
            id: string;
            name: string;
            scopes: components["schemas"]["TokenScope"][];
            last_four: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            last_used_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
        };
        AccessTokenList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["AccessToken"][];
            first_id: string | null;
            last_id: string | null;
            has_more: boolean;
        };
        AdminAttempt: {
            /** @enum {string} */
            object: "request.attempt";
            number: number;
            round: number;
            model: string;
            provider: string | null;
            /** @enum {string} */
            because: "first" | "retry" | "fallback" | "lost" | "released" | "again";
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            ended_at: string | null;
            duration_ms: number | null;
            /** @enum {string} */
            outcome: "running" | "succeeded" | "failed" | "lost" | "released" | "canceled";
            http_status: number | null;
            error_code: string | null;
            /** @description Why it came to that code: see docs/errors.md. */
            error_detail: string | null;
            provider_request_id: string | null;
            /** @description Id of the response that ran in the background at the provider, with `reattach`. Attempts with one id have waited for one response. */
            provider_response_id: string | null;
            /**
             * Format: date-time
             * @description When its stream first said something.
             */
            first_frame_at: string | null;
            /** @description Number of frames of its stream, once that is over. */
            frames: number | null;
            decision: components["schemas"]["AdminAttemptDecision"] | null;
        };
        AdminAttemptDecision: {
            /** @enum {string} */
            action: "succeed" | "retry" | "fallback" | "fail" | "cancel";
            reason: ("success" | "canceled" | "network" | "timeout" | "invalid_response" | "x-should-retry" | "not_retryable" | "retries_exhausted" | "retry_after_exceeds_deadline" | "deadline_exceeded" | "quota_exhausted" | "context_length" | "request_too_large" | "provider_not_configured" | "provider_address_refused" | "outcome_unknown" | "worker_lost" | "lost" | "released" | "reattach" | "connection_refused" | "connection_lost" | "name_not_found" | "unreachable" | "tls" | "not_http" | "no_connection" | "no_answer" | "unfinished" | "stalled" | "no_first_token" | "bad_encoding" | "choice_unfinished" | "choice_without_message" | "empty" | "error_in_body" | "no_choices" | "not_json" | "not_storable" | "redirect" | "too_large" | "truncated" | "wrong_shape" | "wrong_status" | "response_gone" | "provider_changed") | string;
            delay_ms: number | null;
            /** @enum {string|null} */
            delay_source: "backoff" | "retry-after" | "retry-after-ms" | "retry-info" | "x-ratelimit-reset" | null;
        };
        AdminAttemptList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["AdminAttempt"][];
        };
        AdminRequest: {
            id: string;
            /** @enum {string} */
            object: "request";
            /** Format: uuid */
            project_id: string;
            /** @enum {string} */
            mode: "live" | "test";
            api_key: components["schemas"]["AdminRequestKey"];
            endpoint: string;
            /** @enum {string} */
            status: "queued" | "processing" | "retrying" | "completed" | "failed" | "canceled";
            /** @description The total over all rounds. */
            attempts: number;
            /** @description Rises when it is run again. */
            round: number;
            model: string;
            provider: string | null;
            requested_model: string;
            idempotency_key: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            completed_at: string | null;
            /** Format: date-time */
            next_attempt_at: string | null;
            /** @description Whether `next_attempt_at` is an estimate, because the request waits for its provider. Lists have no estimates. */
            next_attempt_is_estimate: boolean;
            /**
             * @description Set while a request waits: for the answer of an identical one, for the limit of its provider, because calls to its failing provider are paused, or because its project makes as many calls at once as it may.
             * @enum {string|null}
             */
            waiting_reason: "identical_request" | "rate_limited" | "circuit_open" | "concurrency_limited" | null;
            /** @description The provider’s own error code behind `waiting_reason`; `by_hand` where somebody has limited or stopped its calls. */
            waiting_code: string | null;
            /** Format: date-time */
            deadline_at: string;
            policy: components["schemas"]["RecordPolicy"];
            retry_until_deadline: boolean;
            /**
             * Format: date-time
             * @description When the first attempt of this round failed, while the request is tried again.
             */
            failing_since: string | null;
            /**
             * @description How the frames of its stream are shown; null where it is no stream.
             * @enum {string|null}
             */
            stream: "live" | "buffered" | null;
            error: components["schemas"]["AdminRequestError"] | null;
            last_error_code: string | null;
            cache: components["schemas"]["RequestCache"] | null;
            /** @description The request whose answer this one got from the cache, or waited for. */
            cached_from: string | null;
            usage: {
                [key: string]: unknown;
            } | null;
            metadata: {
                [key: string]: unknown;
            } | null;
            /** @description Bytes of the sealed body. */
            payload_bytes: number;
            /** Format: date-time */
            content_deleted_at: string | null;
            retry: components["schemas"]["AdminRequestRetry"];
            /** @description From acceptance to the end. */
            duration_ms: number | null;
            /** @description From acceptance to the first attempt. */
            waiting_ms: number | null;
        };
        AdminRequestError: {
            code: string;
            type: string;
            /** @description Our words for the code, never the provider’s. */
            message: string;
            http_status: number | null;
            /**
             * @description What the request was waiting for when its deadline passed; absent where it was not waiting.
             * @enum {string}
             */
            because?: "rate_limited" | "circuit_open";
        };
        AdminRequestKey: {
            /** Format: uuid */
            id: string;
            name: string | null;
        };
        AdminRequestList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["AdminRequest"][];
            /** @description A page that holds less than its limit may have more behind it: go on from `last_id` (with `before`: from `first_id`). */
            has_more: boolean;
            first_id: string | null;
            last_id: string | null;
        };
        AdminRequestRetry: {
            count: number;
            on_codes: number[];
            /** @enum {string} */
            on_lost: "retry" | "fail";
            call_timeout_ms: number;
            deadline_ms: number;
            idle_timeout_ms: number;
            /** @description Outages and rate limits are tried again until the deadline. */
            until_deadline: boolean;
            /** @description The response runs in the background at the provider. */
            reattach: boolean;
        };
        Alert: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            rule_id: string;
            rule_name: string;
            /** @enum {string} */
            kind: "failure_rate" | "retry_rate" | "oldest_due" | "provider_breaker" | "key_unused" | "key_misused";
            threshold: number | null;
            /** Format: date-time */
            started_at: string;
            /**
             * Format: date-time
             * @description Null while it goes on.
             */
            resolved_at: string | null;
            /** @description The highest value of its time. */
            peak_value: number | null;
            last_value: number | null;
            subjects: components["schemas"]["AlertSubject"][];
            deliveries: components["schemas"]["AlertDelivery"][];
        };
        AlertDelivery: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            event: "alert.fired" | "alert.reminder" | "alert.resolved" | "alert.test";
            /** @enum {string} */
            channel: "email" | "webhook";
            /** @description E-mail address; null for a webhook. */
            recipient: string | null;
            /** @enum {string} */
            state: "pending" | "delivered" | "failed";
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            ended_at: string | null;
            /** Format: date-time */
            next_attempt_at: string | null;
            tries: components["schemas"]["AlertDeliveryTry"][];
        };
        AlertDeliveryList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["AlertDelivery"][];
        };
        AlertDeliveryTry: {
            /** Format: date-time */
            at: string;
            /**
             * @description Null: it was taken.
             * @enum {string|null}
             */
            failure: "address_refused" | "channel_removed" | "connection_failed" | "gone" | "http_error" | "not_configured" | "recipient_refused" | "secret_unreadable" | "sign_in_failed" | "smtp_error" | "timeout" | "url_not_allowed" | null;
            /** @description Of the answer, by HTTP or SMTP. */
            status: number | null;
        };
        AlertList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["Alert"][];
            has_more: boolean;
            first_id: string | null;
            last_id: string | null;
        };
        AlertRule: {
            /** @enum {string} */
            object: "alert_rule";
            /** Format: uuid */
            id: string;
            name: string;
            /** @enum {string} */
            kind: "failure_rate" | "retry_rate" | "oldest_due" | "provider_breaker" | "key_unused" | "key_misused";
            /** @enum {string} */
            mode: "live" | "test";
            /** @description From which value on the rule fires: a share from 0 to 1 for `failure_rate` and `retry_rate`, seconds for `oldest_due` and `provider_breaker`, days for `key_unused`. `key_misused` has none. */
            threshold: number | null;
            /** @description Minutes that are looked back on, 5 to 1,440. Of `failure_rate`, `retry_rate` and `key_misused`. */
            window_minutes: number | null;
            /** @description Requests in the window below which the rule does not fire. Of `failure_rate` and `retry_rate`. */
            min_requests: number | null;
            /** @description Minutes between two reminders of an alert that goes on. Null: none. */
            remind_minutes: number | null;
            enabled: boolean;
            recipients: string[];
            /** @description In whole for owners alone, because it can hold a secret; others see its origin. */
            webhook_url: string | null;
            /**
             * Format: date-time
             * @description Until when the signing secret before the present one signs as well.
             */
            previous_secret_until: string | null;
            /** @description Latest value, in the unit of the threshold. Null: there was nothing to judge. */
            value: number | null;
            /** Format: date-time */
            evaluated_at: string | null;
            /** @description The alert that goes on. Null while the rule does not fire. */
            firing: components["schemas"]["FiringAlert"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        AlertRuleChanges: {
            name?: string;
            /**
             * @description By default `live`.
             * @enum {string}
             */
            mode?: "live" | "test";
            /** @description From which value on the rule fires: a share from 0 to 1 for `failure_rate` and `retry_rate`, seconds for `oldest_due` and `provider_breaker`, days for `key_unused`. `key_misused` has none. */
            threshold?: number | null;
            /** @description Minutes that are looked back on, 5 to 1,440. Of `failure_rate`, `retry_rate` and `key_misused`. */
            window_minutes?: number | null;
            /** @description Requests in the window below which the rule does not fire. Of `failure_rate` and `retry_rate`. */
            min_requests?: number | null;
            /** @description Minutes between two reminders of an alert that goes on. Null: none. */
            remind_minutes?: number | null;
            /** @description By default true. */
            enabled?: boolean;
            /** @description E-mail addresses. */
            recipients?: string[];
            /** @description Where signed notifications are posted. With a first address, a signing secret is made. Null: none. */
            webhook_url?: string | null;
        };
        AlertRuleList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["AlertRule"][];
            /** @description Whether the server can send e-mails. */
            email_available: boolean;
        };
        AlertRuleWithSecret: {
            /** @enum {string} */
            object: "alert_rule";
            /** Format: uuid */
            id: string;
            name: string;
            /** @enum {string} */
            kind: "failure_rate" | "retry_rate" | "oldest_due" | "provider_breaker" | "key_unused" | "key_misused";
            /** @enum {string} */
            mode: "live" | "test";
            /** @description From which value on the rule fires: a share from 0 to 1 for `failure_rate` and `retry_rate`, seconds for `oldest_due` and `provider_breaker`, days for `key_unused`. `key_misused` has none. */
            threshold: number | null;
            /** @description Minutes that are looked back on, 5 to 1,440. Of `failure_rate`, `retry_rate` and `key_misused`. */
            window_minutes: number | null;
            /** @description Requests in the window below which the rule does not fire. Of `failure_rate` and `retry_rate`. */
            min_requests: number | null;
            /** @description Minutes between two reminders of an alert that goes on. Null: none. */
            remind_minutes: number | null;
            enabled: boolean;
            recipients: string[];
            /** @description In whole for owners alone, because it can hold a secret; others see its origin. */
            webhook_url: string | null;
            /**
             * Format: date-time
             * @description Until when the signing secret before the present one signs as well.
             */
            previous_secret_until: string | null;
            /** @description Latest value, in the unit of the threshold. Null: there was nothing to judge. */
            value: number | null;
            /** Format: date-time */
            evaluated_at: string | null;
            /** @description The alert that goes on. Null while the rule does not fire. */
            firing: components["schemas"]["FiringAlert"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Signing secret of the webhook, shown now and never again. Null where none was made. */
            signing_secret: string | null;
        };
        AlertSubject: {
            /** @enum {string} */
            type: "model" | "key";
            /** @description Of a model: its provider. */
            provider?: string;
            /** @description Name of the model. Null: the provider as a whole. */
            model?: string | null;
            /**
             * Format: uuid
             * @description Of a key.
             */
            id?: string;
            /** @description Of a key. */
            name?: string;
        };
        AlertTest: {
            /** @description Notifications that a worker sends now. */
            deliveries: number;
        };
        AsyncHandle: {
            /** @example rr_019aa4b2c6f07d1c9f0e2a4b6c8d0e1f */
            id: string;
            /** @enum {string} */
            object: "chat.completion.async" | "response.async" | "embedding.async" | "text_completion.async" | "moderation.async" | "image.async" | "audio.speech.async" | "audio.transcription.async" | "audio.translation.async" | "image.edit.async";
            /** @enum {string} */
            status: "queued" | "processing" | "retrying" | "completed" | "failed" | "canceled";
            /** @description Unix seconds. */
            created: number;
            model: string;
            attempts: number;
        };
        Attempt: {
            /** @enum {string} */
            object: "request.attempt";
            number: number;
            model: string;
            provider: string | null;
            /** @enum {string} */
            because: "first" | "retry" | "fallback" | "lost" | "released" | "again";
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            ended_at: string | null;
            /** @enum {string} */
            outcome: "running" | "succeeded" | "failed" | "lost" | "released" | "canceled";
            http_status: number | null;
            error_code: string | null;
            /** @description Why it came to that code: see docs/errors.md. */
            error_detail: string | null;
            provider_request_id: string | null;
            /** @description Id of the response that ran in the background at the provider, with `reattach`. Attempts with one id have waited for one response. */
            provider_response_id: string | null;
            /**
             * Format: date-time
             * @description When its stream first said something.
             */
            first_frame_at: string | null;
            /** @description Number of frames of its stream, once that is over. */
            frames: number | null;
            decision: components["schemas"]["AttemptDecision"] | null;
        };
        AttemptDecision: {
            /** @enum {string} */
            action: "succeed" | "retry" | "fallback" | "fail" | "cancel";
            reason: ("success" | "canceled" | "network" | "timeout" | "invalid_response" | "x-should-retry" | "not_retryable" | "retries_exhausted" | "retry_after_exceeds_deadline" | "deadline_exceeded" | "quota_exhausted" | "context_length" | "request_too_large" | "provider_not_configured" | "provider_address_refused" | "outcome_unknown" | "worker_lost" | "lost" | "released" | "reattach" | "connection_refused" | "connection_lost" | "name_not_found" | "unreachable" | "tls" | "not_http" | "no_connection" | "no_answer" | "unfinished" | "stalled" | "no_first_token" | "bad_encoding" | "choice_unfinished" | "choice_without_message" | "empty" | "error_in_body" | "no_choices" | "not_json" | "not_storable" | "redirect" | "too_large" | "truncated" | "wrong_shape" | "wrong_status" | "response_gone" | "provider_changed") | string;
            delay_ms: number | null;
            /** @enum {string|null} */
            delay_source: "backoff" | "retry-after" | "retry-after-ms" | "retry-info" | "x-ratelimit-reset" | null;
        };
        AttemptList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["Attempt"][];
        };
        AudioUploadBody: {
            retry?: components["schemas"]["RetryFields"];
            timeout?: components["schemas"]["TimeoutFields"];
            /** @enum {string} */
            on_lost?: "retry" | "fail";
            /** @description Answer identical requests with one answer; `null` switches off what the project says. */
            cache?: components["schemas"]["CacheFields"] | null;
            /** @description Hold the connection until the request ends or the wait limit passes. */
            wait?: boolean;
            /** @description How long to wait at most, in milliseconds. By default as the project is set: its `default_wait_timeout_ms`, 30,000 unless it was changed. */
            wait_timeout_ms?: number;
            /** @description Calls with one key are one request. */
            idempotency_key?: string;
            /**
             * @description With `stream: true`: whether frames are shown as they come, or all at once when the answer is whole.
             * @enum {string}
             */
            stream_mode?: "live" | "buffered";
            /** @description With `stream: true`: cancel the request when this connection closes before the end. By default it runs on. */
            cancel_on_disconnect?: boolean;
            /** @description Models that are called in order when the retries of the one before are used up, or cannot help. By default those of the project; an empty array means none. */
            fallbacks?: components["schemas"]["FallbackFields"][];
            orq?: components["schemas"]["OrqFields"];
            /** @description A name; it is never interpreted. */
            model: string;
            /**
             * Format: binary
             * @description The recording.
             */
            file: string;
            /** @description An answer counts only in this format: JSON with a `text`, or text. `json` by default. */
            response_format?: string;
        };
        AuditActor: {
            /** @enum {string} */
            kind: "person" | "token" | "system";
            id: string | null;
            /** @description Of the person, also where a token acted. */
            email: string | null;
            name: string | null;
        };
        AuditEntry: {
            /** @example 42 */
            id: string;
            /** Format: date-time */
            at: string;
            actor: components["schemas"]["AuditActor"];
            /** @example key.revoked */
            action: string;
            target: components["schemas"]["AuditTarget"];
            /** Format: uuid */
            project_id: string | null;
            address: string | null;
            user_agent: string | null;
            details: {
                [key: string]: unknown;
            };
            /** @description Covers this entry and the hash before it; hexadecimal. */
            hash: string;
        };
        AuditEntryList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["AuditEntry"][];
            first_id: string | null;
            last_id: string | null;
            has_more: boolean;
        };
        AuditTarget: {
            /** @example key */
            kind: string;
            id: string;
            /** @description As it was called then. */
            name: string | null;
        };
        AuditVerification: {
            ok: boolean;
            /** @description How many entries were looked at. */
            checked: number;
            /** @description The first entry that does not fit. */
            broken_at: string | null;
        };
        BulkRetry: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            state: "running" | "completed" | "failed";
            /** @description What a count found when it was ordered. */
            matched: number;
            retried: number;
            /** @description Somebody else was first, or the body is deleted. */
            skipped: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            completed_at: string | null;
        };
        BulkRetryCount: {
            /** @enum {boolean} */
            dry_run: true;
            matched: number;
            /** @description There may be more: only so many are counted. */
            capped: boolean;
            /** @description Some were accepted before the provider changed: to order it takes `accept_provider_change`. */
            provider_changed: boolean;
        };
        BulkRetryFilterInput: {
            /** @enum {string} */
            mode?: "live" | "test";
            /** @enum {string} */
            endpoint?: "/v1/chat/completions" | "/v1/responses" | "/v1/embeddings" | "/v1/completions" | "/v1/moderations" | "/v1/images/generations" | "/v1/audio/speech" | "/v1/audio/transcriptions" | "/v1/audio/translations" | "/v1/images/edits";
            /** @description The model that the caller asked for. */
            model?: string;
            error_code?: string;
            /** Format: uuid */
            key_id?: string;
            /** @description ISO 8601 or Unix seconds. */
            created_after?: string;
            /** @description ISO 8601 or Unix seconds. */
            created_before?: string;
            /** @enum {string} */
            status?: "failed";
            metadata?: {
                [key: string]: string;
            };
        };
        CacheFields: {
            /** @enum {string} */
            type: "exact_match";
            /**
             * @description How old an answer may be that is given again, in seconds.
             * @default 1800
             */
            ttl: number;
        };
        CancelOutcome: {
            id: string;
            /** @enum {string} */
            outcome: "canceled" | "already_ended" | "not_found";
        };
        CancelOutcomeList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["CancelOutcome"][];
        };
        ChatCompletionBody: {
            retry?: components["schemas"]["RetryFields"];
            timeout?: components["schemas"]["TimeoutFields"];
            /** @enum {string} */
            on_lost?: "retry" | "fail";
            /** @description Answer identical requests with one answer; `null` switches off what the project says. */
            cache?: components["schemas"]["CacheFields"] | null;
            /** @description Hold the connection until the request ends or the wait limit passes. */
            wait?: boolean;
            /** @description How long to wait at most, in milliseconds. By default as the project is set: its `default_wait_timeout_ms`, 30,000 unless it was changed. */
            wait_timeout_ms?: number;
            /** @description Calls with one key are one request. */
            idempotency_key?: string;
            /**
             * @description With `stream: true`: whether frames are shown as they come, or all at once when the answer is whole.
             * @enum {string}
             */
            stream_mode?: "live" | "buffered";
            /** @description With `stream: true`: cancel the request when this connection closes before the end. By default it runs on. */
            cancel_on_disconnect?: boolean;
            /** @description Models that are called in order when the retries of the one before are used up, or cannot help. By default those of the project; an empty array means none. */
            fallbacks?: components["schemas"]["FallbackFields"][];
            orq?: components["schemas"]["OrqFields"];
            /** @description A name; it is never interpreted. */
            model: string;
            messages: {
                [key: string]: unknown;
            }[];
            /** @description Forwarded, and copied in clear to the record: at most 16 pairs, keys of at most 64 characters. */
            metadata?: {
                [key: string]: string;
            };
        } & {
            [key: string]: unknown;
        };
        CreatedAccessToken: {
            /** Format: uuid */
            id: string;
            name: string;
            scopes: components["schemas"]["TokenScope"][];
            last_four: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            last_used_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
            /** @description Shown this once. */
            secret: string;
        };
        CreatedInvitation: {
            /** Format: uuid */
            id: string;
            email: string;
            role: components["schemas"]["Role"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            /** @description The e-mail address of who invited. */
            invited_by: string;
            /** @description Shown this once: the link is `/invitation#<token>`. */
            token: string;
        };
        EmbeddingBody: {
            retry?: components["schemas"]["RetryFields"];
            timeout?: components["schemas"]["TimeoutFields"];
            /** @enum {string} */
            on_lost?: "retry" | "fail";
            /** @description Answer identical requests with one answer; `null` switches off what the project says. */
            cache?: components["schemas"]["CacheFields"] | null;
            /** @description Hold the connection until the request ends or the wait limit passes. */
            wait?: boolean;
            /** @description How long to wait at most, in milliseconds. By default as the project is set: its `default_wait_timeout_ms`, 30,000 unless it was changed. */
            wait_timeout_ms?: number;
            /** @description Calls with one key are one request. */
            idempotency_key?: string;
            /**
             * @description With `stream: true`: whether frames are shown as they come, or all at once when the answer is whole.
             * @enum {string}
             */
            stream_mode?: "live" | "buffered";
            /** @description With `stream: true`: cancel the request when this connection closes before the end. By default it runs on. */
            cancel_on_disconnect?: boolean;
            /** @description Models that are called in order when the retries of the one before are used up, or cannot help. By default those of the project; an empty array means none. */
            fallbacks?: components["schemas"]["FallbackFields"][];
            orq?: components["schemas"]["OrqFields"];
            /** @description A name; it is never interpreted. */
            model: string;
            /** @description A text, texts, the tokens of a text, or token arrays. */
            input: string | unknown[];
        };
        Error: {
            message: string;
            type: string;
            param: string | null;
            code: string | null;
        };
        ErrorBody: {
            error: components["schemas"]["Error"];
        };
        ExtensionFields: {
            retry?: components["schemas"]["RetryFields"];
            timeout?: components["schemas"]["TimeoutFields"];
            /** @enum {string} */
            on_lost?: "retry" | "fail";
            /** @description Answer identical requests with one answer; `null` switches off what the project says. */
            cache?: components["schemas"]["CacheFields"] | null;
            /** @description Hold the connection until the request ends or the wait limit passes. */
            wait?: boolean;
            /** @description How long to wait at most, in milliseconds. By default as the project is set: its `default_wait_timeout_ms`, 30,000 unless it was changed. */
            wait_timeout_ms?: number;
            /** @description Calls with one key are one request. */
            idempotency_key?: string;
            /**
             * @description With `stream: true`: whether frames are shown as they come, or all at once when the answer is whole.
             * @enum {string}
             */
            stream_mode?: "live" | "buffered";
            /** @description With `stream: true`: cancel the request when this connection closes before the end. By default it runs on. */
            cancel_on_disconnect?: boolean;
            /** @description Models that are called in order when the retries of the one before are used up, or cannot help. By default those of the project; an empty array means none. */
            fallbacks?: components["schemas"]["FallbackFields"][];
            orq?: components["schemas"]["OrqFields"];
        };
        FallbackFields: {
            /** @description As the field `model`. */
            model: string;
            /** @description A provider of the project; `model` is then taken as it is. */
            provider?: string;
            /** @description Members of the body that differ for this model, at most 16 KiB; `null` leaves one out. Stored encrypted. */
            params?: {
                [key: string]: unknown;
            };
        };
        FiringAlert: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            since: string;
            subjects: components["schemas"]["AlertSubject"][];
        };
        ImageUploadBody: {
            retry?: components["schemas"]["RetryFields"];
            timeout?: components["schemas"]["TimeoutFields"];
            /** @enum {string} */
            on_lost?: "retry" | "fail";
            /** @description Answer identical requests with one answer; `null` switches off what the project says. */
            cache?: components["schemas"]["CacheFields"] | null;
            /** @description Hold the connection until the request ends or the wait limit passes. */
            wait?: boolean;
            /** @description How long to wait at most, in milliseconds. By default as the project is set: its `default_wait_timeout_ms`, 30,000 unless it was changed. */
            wait_timeout_ms?: number;
            /** @description Calls with one key are one request. */
            idempotency_key?: string;
            /**
             * @description With `stream: true`: whether frames are shown as they come, or all at once when the answer is whole.
             * @enum {string}
             */
            stream_mode?: "live" | "buffered";
            /** @description With `stream: true`: cancel the request when this connection closes before the end. By default it runs on. */
            cancel_on_disconnect?: boolean;
            /** @description Models that are called in order when the retries of the one before are used up, or cannot help. By default those of the project; an empty array means none. */
            fallbacks?: components["schemas"]["FallbackFields"][];
            orq?: components["schemas"]["OrqFields"];
            /** @description A name; it is never interpreted. */
            model: string;
            /**
             * Format: binary
             * @description The image. Several are several fields `image[]`.
             */
            image: string;
            prompt: string;
            /** Format: binary */
            mask?: string;
        };
        Invitation: {
            /** Format: uuid */
            id: string;
            email: string;
            role: components["schemas"]["Role"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            /** @description The e-mail address of who invited. */
            invited_by: string;
        };
        InvitationAcceptance: {
            token: string;
            name: string;
            /** Format: password */
            password: string;
        };
        InvitationList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["Invitation"][];
            first_id: string | null;
            last_id: string | null;
            has_more: boolean;
        };
        Key: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @enum {string} */
            mode: "live" | "test";
            scopes: ("requests:write" | "requests:read")[];
            /** @description How the key begins. */
            prefix: string;
            last_four: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            rotated_from_id: string | null;
            replaced_by_id: string | null;
            /**
             * @description `expiring` works: it was replaced, or ends within a week.
             * @enum {string}
             */
            state: "active" | "expiring" | "expired" | "revoked";
        };
        KeyChanges: {
            name: string;
        };
        KeyList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["Key"][];
            has_more: boolean;
            first_id: string | null;
            last_id: string | null;
        };
        KeyRotation: {
            /**
             * @description How long both keys work.
             * @default 86400
             */
            overlap_seconds: number;
        };
        KeyWithSecret: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @enum {string} */
            mode: "live" | "test";
            scopes: ("requests:write" | "requests:read")[];
            /** @description How the key begins. */
            prefix: string;
            last_four: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            rotated_from_id: string | null;
            replaced_by_id: string | null;
            /**
             * @description `expiring` works: it was replaced, or ends within a week.
             * @enum {string}
             */
            state: "active" | "expiring" | "expired" | "revoked";
            /** @description The key itself, shown now and never again. */
            secret: string;
        };
        Lane: {
            /** @enum {string} */
            object: "lane";
            /** @description Name of the provider. */
            provider: string;
            /** @description As the provider is asked for it. Null: the provider as a whole, all its models together. */
            model: string | null;
            /**
             * @description `clear`: calls begin at full speed. `paced`: at a rate. `open`: not at all, except for probes. `ramping`: at a rate that doubles each second.
             * @enum {string}
             */
            phase: "clear" | "paced" | "open" | "ramping";
            /** @description The provider’s own error code that brought it there, `rate_limited`, or `by_hand`; null while it is clear. */
            reason: string | null;
            /** Format: date-time */
            since: string;
            /** @description Calls per minute that begin at present; null where nothing slows them. */
            pace_per_minute: number | null;
            /** @description The provider’s limit as its answers tell of it. */
            learned_limit: components["schemas"]["LearnedLimit"] | null;
            /** @description Set by hand. */
            limits: components["schemas"]["LaneLimits"] | null;
            /** @description Mean of the tokens that its calls use. */
            tokens_per_call: number | null;
            /**
             * Format: date-time
             * @description No call begins before.
             */
            hold_until: string | null;
            /**
             * Format: date-time
             * @description When one call is made to see whether the provider is back. Null while a person keeps it open.
             */
            probe_at: string | null;
            /** @description Requests that are due and wait for it, counted up to 1,000. */
            waiting_requests: number;
            /** @description Calls under way. */
            running_calls: number;
        };
        LaneLimits: {
            requests_per_minute: number | null;
            tokens_per_minute: number | null;
            calls_at_once: number | null;
        };
        LaneLimitsInput: {
            /** @description Name of the provider. */
            provider: string;
            /** @description As the provider is asked for it. Null: the provider as a whole, all its models together. Null by default. */
            model?: string | null;
            /** @description Calls that begin in any minute, at most. Null or left out: no limit. */
            requests_per_minute?: number | null;
            /** @description Tokens in a minute, at most, by the mean of the tokens that calls use. Null or left out: no limit. */
            tokens_per_minute?: number | null;
            /** @description Calls under way at once, of all workers together, at most. Null or left out: no limit. */
            calls_at_once?: number | null;
        };
        LaneList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["Lane"][];
        };
        LaneName: {
            /** @description Name of the provider. */
            provider: string;
            /** @description As the provider is asked for it. Null: the provider as a whole, all its models together. Null by default. */
            model?: string | null;
        };
        LearnedLimit: {
            /** @description Calls that the limit lets begin, in the long run. */
            requests_per_minute: number;
            /** @description Calls that may begin at once, at most. */
            burst: number;
        };
        Liveness: {
            /** @enum {string} */
            status: "ok";
        };
        MeChange: {
            name: string;
        };
        Metrics: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @enum {number} */
            step_seconds: 60 | 300 | 3600 | 86400;
            totals: components["schemas"]["MetricsTotals"];
            series: components["schemas"]["MetricsPoint"][];
            retries_by_attempt: components["schemas"]["MetricsByAttempt"][];
            retries_by_code: components["schemas"]["MetricsByCode"][];
            failures_by_code: components["schemas"]["MetricsByCode"][];
            /** @description Retries by model and provider: at most 50, the most called first, then the rest. */
            models: components["schemas"]["MetricsByModel"][];
            fallbacks: components["schemas"]["MetricsFallbacks"];
            /** @description Requests under the cache. */
            cache: components["schemas"]["MetricsCache"];
            /** @description Where requests stand at this moment. */
            now: components["schemas"]["MetricsNow"];
        };
        MetricsByAttempt: {
            /** @description The number of the attempt that followed. */
            attempt: number;
            count: number;
        };
        MetricsByCode: {
            code: string;
            count: number;
        };
        MetricsByModel: {
            /** @description Null for all models beyond the first 50. */
            provider: string | null;
            /** @description As the provider was asked for it; null likewise. */
            model: string | null;
            /** @description Requests that called it; one with fallbacks counts at each model that it called. */
            requests: number;
            /** @description Requests that were retried on it. */
            retried: number;
            retries: number;
            retries_by_attempt: components["schemas"]["MetricsByAttempt"][];
            retries_by_code: components["schemas"]["MetricsByCode"][];
            average_retry_delay_ms: number | null;
            /** @description Requests that failed, with their last attempt on it. */
            failed: number;
        };
        MetricsByPair: {
            from: components["schemas"]["MetricsModel"];
            to: components["schemas"]["MetricsModel"];
            count: number;
        };
        MetricsCache: {
            /** @description Got an answer that was there. */
            hits: number;
            /** @description Ran themselves. */
            misses: number;
            /** @description Waited for an identical request. */
            followed: number;
            /** @description Misses whose answer was not kept. */
            not_kept: number;
        };
        MetricsFallbacks: {
            count: number;
            /** @description By the error that led to them. */
            by_code: components["schemas"]["MetricsByCode"][];
            /** @description At most 50, the commonest first, then the rest. */
            by_pair: components["schemas"]["MetricsByPair"][];
        };
        MetricsModel: {
            /** @description Null for all models beyond the first 50. */
            provider: string | null;
            /** @description As the provider was asked for it; null likewise. */
            model: string | null;
        };
        MetricsNow: {
            queued: number;
            processing: number;
            retrying: number;
            /** @description Of those in retrying, those that are tried again until their deadline. */
            waiting_out_outage: number;
            oldest_due_seconds: number | null;
            /** @description There are more than were counted. */
            capped: boolean;
        };
        MetricsPercentiles: {
            p50: number | null;
            p95: number | null;
            p99: number | null;
        };
        MetricsPoint: {
            /** Format: date-time */
            at: string;
            accepted: number;
            completed: number;
            failed: number;
            canceled: number;
            retried: number;
            p50_ms: number | null;
            p95_ms: number | null;
            p99_ms: number | null;
            queue_p95_ms: number | null;
        };
        MetricsTotals: {
            accepted: number;
            completed: number;
            failed: number;
            canceled: number;
            /** @description Requests with at least one retry. */
            retried: number;
            /** @description completed / (completed + failed) */
            success_rate: number | null;
            throughput_per_minute: number;
            average_retry_delay_ms: number | null;
            /** @description From acceptance to the first attempt. */
            queue_ms: components["schemas"]["MetricsPercentiles"];
            /** @description From acceptance to completion. */
            duration_ms: components["schemas"]["MetricsPercentiles"];
        };
        NamedProvider: {
            /** @enum {string} */
            object: "provider";
            name: string;
            /** @enum {string} */
            kind: "openai" | "azure" | "anthropic" | "gemini" | "compatible";
            base_url: string;
            /** @description Of Azure alone: the version of its dated API, such as `2024-10-21`. */
            api_version: string | null;
            /** @description Empty: any. */
            models: string[];
            /**
             * @description Whether a stream is asked for its usage where its caller does not ask: `auto`, the default, at providers that are known to take it.
             * @enum {string}
             */
            stream_usage: "auto" | "always" | "never";
            /**
             * @description Whether limits that the provider tells of slow its calls. Limits by hand count in any case.
             * @enum {string}
             */
            pacing: "auto" | "off";
            /**
             * @description Whether failures of the provider slow or stop its calls.
             * @enum {string}
             */
            breaker: "auto" | "off";
            /** @description The end of its key; null where it has none, or one that is too short to show. */
            key_last_four: string | null;
            is_default: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        NamedProviderChanges: {
            /**
             * @description Decides where the key stands and what a path looks like. By default `openai`.
             * @enum {string}
             */
            kind?: "openai" | "azure" | "anthropic" | "gemini" | "compatible";
            /** @description Of Azure alone: the version of its dated API, such as `2024-10-21`. */
            api_version?: string | null;
            /** @description The only models that it is called with. An empty list means any. */
            models?: string[];
            /**
             * @description Whether a stream is asked for its usage where its caller does not ask: `auto`, the default, at providers that are known to take it.
             * @enum {string}
             */
            stream_usage?: "auto" | "always" | "never";
            /**
             * @description Whether limits that the provider tells of slow its calls. Limits by hand count in any case.
             * @enum {string}
             */
            pacing?: "auto" | "off";
            /**
             * @description Whether failures of the provider slow or stop its calls.
             * @enum {string}
             */
            breaker?: "auto" | "off";
            base_url?: string;
            /** @description Left out it stays, as long as the server is the same. */
            api_key?: string;
            /**
             * @description Makes it the default one, in place of the present one.
             * @enum {boolean}
             */
            is_default?: true;
        };
        NamedProviderList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["NamedProvider"][];
        };
        NamedProviderTestInput: {
            /**
             * @description Decides where the key stands and what a path looks like. By default `openai`.
             * @enum {string}
             */
            kind?: "openai" | "azure" | "anthropic" | "gemini" | "compatible";
            /** @description Of Azure alone: the version of its dated API, such as `2024-10-21`. */
            api_version?: string | null;
            /** @description The only models that it is called with. An empty list means any. */
            models?: string[];
            /**
             * @description Whether a stream is asked for its usage where its caller does not ask: `auto`, the default, at providers that are known to take it.
             * @enum {string}
             */
            stream_usage?: "auto" | "always" | "never";
            /**
             * @description Whether limits that the provider tells of slow its calls. Limits by hand count in any case.
             * @enum {string}
             */
            pacing?: "auto" | "off";
            /**
             * @description Whether failures of the provider slow or stop its calls.
             * @enum {string}
             */
            breaker?: "auto" | "off";
            base_url?: string;
            api_key?: string;
        };
        NewAccessToken: {
            name: string;
            scopes: components["schemas"]["TokenScope"][];
            /**
             * Format: date-time
             * @description Never, where it is left out.
             */
            expires_at?: string | null;
        };
        NewAlertRule: {
            name?: string;
            /**
             * @description By default `live`.
             * @enum {string}
             */
            mode?: "live" | "test";
            /** @description From which value on the rule fires: a share from 0 to 1 for `failure_rate` and `retry_rate`, seconds for `oldest_due` and `provider_breaker`, days for `key_unused`. `key_misused` has none. */
            threshold?: number | null;
            /** @description Minutes that are looked back on, 5 to 1,440. Of `failure_rate`, `retry_rate` and `key_misused`. */
            window_minutes?: number | null;
            /** @description Requests in the window below which the rule does not fire. Of `failure_rate` and `retry_rate`. */
            min_requests?: number | null;
            /** @description Minutes between two reminders of an alert that goes on. Null: none. */
            remind_minutes?: number | null;
            /** @description By default true. */
            enabled?: boolean;
            /** @description E-mail addresses. */
            recipients?: string[];
            /** @description Where signed notifications are posted. With a first address, a signing secret is made. Null: none. */
            webhook_url?: string | null;
            /**
             * @description It cannot be changed.
             * @enum {string}
             */
            kind: "failure_rate" | "retry_rate" | "oldest_due" | "provider_breaker" | "key_unused" | "key_misused";
        };
        NewBulkRetry: {
            /** @description Whether content may go to another server than the project had when it was accepted. Takes an owner who is signed in. */
            accept_provider_change?: boolean;
            filter: components["schemas"]["BulkRetryFilterInput"];
            /** @description `true` counts and changes nothing. */
            dry_run: boolean;
        };
        NewInvitation: {
            email: string;
            role: components["schemas"]["Role"];
        };
        NewKey: {
            name: string;
            /** @enum {string} */
            mode: "live" | "test";
            /** @description Both unless told otherwise. */
            scopes?: ("requests:write" | "requests:read")[];
            /**
             * Format: date-time
             * @description In the future; none by default.
             */
            expires_at?: string | null;
        };
        NewNamedProvider: {
            /**
             * @description Decides where the key stands and what a path looks like. By default `openai`.
             * @enum {string}
             */
            kind?: "openai" | "azure" | "anthropic" | "gemini" | "compatible";
            /** @description Of Azure alone: the version of its dated API, such as `2024-10-21`. */
            api_version?: string | null;
            /** @description The only models that it is called with. An empty list means any. */
            models?: string[];
            /**
             * @description Whether a stream is asked for its usage where its caller does not ask: `auto`, the default, at providers that are known to take it.
             * @enum {string}
             */
            stream_usage?: "auto" | "always" | "never";
            /**
             * @description Whether limits that the provider tells of slow its calls. Limits by hand count in any case.
             * @enum {string}
             */
            pacing?: "auto" | "off";
            /**
             * @description Whether failures of the provider slow or stop its calls.
             * @enum {string}
             */
            breaker?: "auto" | "off";
            /** @description Stands before the first slash of a model’s name. It cannot be changed. */
            name: string;
            /** @description With its /v1, except for Azure. */
            base_url: string;
            /** @description Only `compatible` may lack it. */
            api_key?: string;
            /** @description Whether requests that name no provider go to it. The first one is the default. */
            is_default?: boolean;
        };
        NewPolicySimulation: {
            /** @description ISO 8601 or Unix seconds, as text; a day before `to` by default. */
            from?: string;
            /** @description ISO 8601 or Unix seconds, as text; now by default. */
            to?: string;
            /**
             * @description That of the API key; without a key, `live` by default.
             * @enum {string}
             */
            mode?: "live" | "test";
            /** @description The model that the caller asked for. */
            model?: string;
            /** @description What would have been different. What is left out stays as each request had it. */
            policy: components["schemas"]["SimulatedPolicyFields"];
        };
        NewProject: {
            name: string;
            settings?: components["schemas"]["ProjectSettingsInput"];
        };
        NewProvider: {
            /** @description With its /v1. */
            base_url: string;
            /** @description Left out it stays, as long as the server is the same. */
            api_key?: string;
        };
        NewTotp: {
            /** @description In base32, to be typed. */
            secret: string;
            /** @description To be scanned. */
            otpauth_url: string;
        };
        NewView: {
            name: string;
            /**
             * @description Filters, columns and density, as the query of the page’s address, without `?`.
             * @example status=failed&range=24h&columns=status%2Cid%2Cmodel
             */
            query: string;
        };
        OrqFields: {
            retries?: components["schemas"]["RetryFields"];
            timeout?: components["schemas"]["TimeoutFields"];
            /** @description Models that are called in order when the retries of the one before are used up, or cannot help. By default those of the project; an empty array means none. */
            fallbacks?: components["schemas"]["FallbackFields"][];
            cache?: components["schemas"]["CacheFields"] | null;
        };
        OwnSession: {
            /** Format: uuid */
            id: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at: string;
            /** Format: date-time */
            expires_at: string;
            address: string | null;
            user_agent: string | null;
            /** @description Whether it is the one that asks. */
            current: boolean;
        };
        OwnSessionList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["OwnSession"][];
            first_id: string | null;
            last_id: string | null;
            has_more: boolean;
        };
        PasswordChange: {
            /** Format: password */
            current_password: string;
            /**
             * Format: password
             * @description At least 15 characters, or 8 beside a second factor.
             */
            new_password: string;
            /**
             * @description Whether one’s access tokens are revoked too. Whoever knew the old password may have made some.
             * @default true
             */
            revoke_tokens: boolean;
        };
        PasswordConfirmation: {
            /** Format: password */
            password: string;
        };
        PolicySimulation: {
            /** @enum {string} */
            object: "policy.simulation";
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @enum {string} */
            mode: "live" | "test";
            /** @description Requests that were looked at: the newest of the range. */
            requests: number;
            /** @description There are older ones in the range, which were not looked at. */
            capped: boolean;
            /** @description Those that have ended, were called, and were not canceled. Their first round counts. */
            sampled: number;
            actual: components["schemas"]["PolicySimulationActual"];
            /** @description All of them under the other policy. */
            simulated: components["schemas"]["PolicySimulationSimulated"];
            /** @description Of those that failed. */
            of_failed: components["schemas"]["PolicySimulationFailed"];
            /** @description Of those that completed. */
            of_completed: components["schemas"]["PolicySimulationEnds"];
        };
        PolicySimulationActual: {
            completed: number;
            failed: number;
            /** @description From acceptance to completion. */
            duration_ms: components["schemas"]["PolicySimulationSpread"];
        };
        PolicySimulationEnds: {
            completed: number;
            failed: number;
            /** @description The model would be called again; its answer is unknown. */
            would_retry: number;
            /** @description A model would be called that was not. */
            would_fall_back: number;
            /** @description A call would go on that was given up. */
            would_call_longer: number;
        };
        PolicySimulationFailed: {
            completed: number;
            failed: number;
            /** @description The model would be called again; its answer is unknown. */
            would_retry: number;
            /** @description A model would be called that was not. */
            would_fall_back: number;
            /** @description A call would go on that was given up. */
            would_call_longer: number;
            /** @description From the failure to the beginning of the call that was not made; below 0 where it would begin earlier. */
            added_delay_ms: components["schemas"]["PolicySimulationSpread"];
        };
        PolicySimulationSimulated: {
            completed: number;
            failed: number;
            /** @description The model would be called again; its answer is unknown. */
            would_retry: number;
            /** @description A model would be called that was not. */
            would_fall_back: number;
            /** @description A call would go on that was given up. */
            would_call_longer: number;
            /** @description The sum of the three `would`. */
            unknown: number;
            /** @description Of those that would have completed. */
            duration_ms: components["schemas"]["PolicySimulationSpread"];
        };
        PolicySimulationSpread: {
            p50: number | null;
            p95: number | null;
        };
        Project: {
            /** Format: uuid */
            id: string;
            name: string;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description Set while its keys are refused.
             */
            archived_at: string | null;
            settings: components["schemas"]["ProjectSettings"];
            provider: components["schemas"]["ProjectProvider"];
        };
        ProjectChanges: {
            name?: string;
            settings?: components["schemas"]["ProjectSettingsInput"];
        };
        ProjectDeletion: {
            /** @description The name of the project, exactly. */
            name: string;
        };
        ProjectFallback: {
            model: string;
            provider: string | null;
        };
        ProjectFallbackFields: {
            model: string;
            /** @description A provider of the project. */
            provider?: string;
        };
        ProjectList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["Project"][];
            has_more: boolean;
            first_id: string | null;
            last_id: string | null;
        };
        ProjectProvider: {
            /** @enum {string} */
            kind: "simulator" | "openai_compatible";
            base_url: string | null;
            key_last_four: string | null;
            /** Format: date-time */
            updated_at: string | null;
        };
        ProjectRetry: {
            count: number;
            on_codes: number[];
            /** @description Whether a request that nobody waits for and that names no `retry` is tried until its deadline. */
            until_deadline: boolean;
        };
        ProjectSettings: {
            /** @description Whether calls wait that say nothing of it. With `auto`, clients wait that cannot read a handle. */
            default_wait: boolean | "auto";
            /** @description Whether a retry that a stock SDK makes without an idempotency key joins the request of its first try. */
            join_sdk_retries: boolean;
            /** @description How long a call is held that waits and does not say how long, in milliseconds. */
            default_wait_timeout_ms: number;
            retry: components["schemas"]["ProjectRetry"];
            timeout: components["schemas"]["ProjectTimeout"];
            /** @enum {string} */
            on_lost: "retry" | "fail";
            /** @description Whether responses run in the background at the provider. */
            reattach: boolean;
            fallbacks: components["schemas"]["ProjectFallback"][];
            /** @description How requests use the cache that say nothing of it; null for not at all. */
            cache: components["schemas"]["RequestCache"] | null;
            /** @description `timeout.call_timeout`. */
            call_timeout_ms: number;
            /** @description `timeout.deadline`. */
            deadline_ms: number;
            /** @description `timeout.idle`. */
            idle_timeout_ms: number;
            /** @description Most open requests, live and test ones counted separately. Further ones get 429 `too_many_open`. Null for `REQRUN_MAX_OPEN_REQUESTS`. */
            max_open_requests: number | null;
            /** @description Most provider calls at once over all workers, live and test ones counted separately. Further requests wait. Null for no bound. */
            max_concurrent_calls: number | null;
            /** @description Days that prompts and answers are kept. */
            payload_retention_days: number;
            /** @description Days that the records are kept. */
            record_retention_days: number;
        };
        ProjectSettingsInput: {
            retry?: components["schemas"]["RetryFields"];
            timeout?: components["schemas"]["TimeoutFields"];
            /** @enum {string} */
            on_lost?: "retry" | "fail";
            /** @description Answer identical requests with one answer; `null` switches off what the project says. */
            cache?: components["schemas"]["CacheFields"] | null;
            default_wait?: boolean | "auto";
            join_sdk_retries?: boolean;
            /** @description Let the provider run responses in the background, so that another worker can wait for the same response where one is lost. The provider must keep responses: `store: false` is refused. */
            reattach?: boolean;
            default_wait_timeout_ms?: number;
            /** @description Fallbacks of chat completions and responses that name none themselves. */
            fallbacks?: components["schemas"]["ProjectFallbackFields"][];
            /** @description `timeout.call_timeout`. */
            call_timeout_ms?: number;
            /** @description `timeout.deadline`. */
            deadline_ms?: number;
            /** @description `timeout.idle`. */
            idle_timeout_ms?: number;
            max_open_requests?: number | null;
            max_concurrent_calls?: number | null;
            payload_retention_days?: number;
            record_retention_days?: number;
        };
        ProjectTimeout: {
            /** @description The longest provider call. */
            call_timeout: number;
            /** @description From acceptance to a terminal state. */
            deadline: number;
            /** @description The longest silence within an answer. */
            idle: number;
            /** @description The longest wait for the first token of a stream; `call_timeout` where it is not set. */
            ttft: number;
        };
        ProviderAgreement: {
            /** @description Whether content may go to another server than the project had when it was accepted. Takes an owner who is signed in. */
            accept_provider_change?: boolean;
        };
        ProviderTest: {
            ok: boolean;
            http_status: number | null;
            error_code: string | null;
            duration_ms: number;
            /** @description How many models the provider has. */
            models: number | null;
        };
        ProviderTestInput: {
            base_url?: string;
            api_key?: string;
        };
        Readiness: {
            /** @enum {string} */
            status: "ok" | "unavailable";
            /** @enum {string} */
            database: "ok" | "unavailable" | "storage_full";
            /**
             * @description Notifications between processes; not needed to be ready.
             * @enum {string}
             */
            signals: "ok" | "unavailable";
        };
        RecordFallback: {
            model: string;
            /** @description The provider that it was resolved to. */
            provider: string | null;
        };
        RecordPolicy: {
            retry: components["schemas"]["RecordRetry"];
            timeout: components["schemas"]["RecordTimeout"];
            /** @enum {string} */
            on_lost: "retry" | "fail";
            fallbacks: components["schemas"]["RecordFallback"][];
        };
        RecordRetry: {
            count: number;
            on_codes: number[];
            until_deadline: boolean;
        };
        RecordTimeout: {
            call_timeout: number;
            deadline: number;
            idle: number;
            ttft: number;
        };
        RequestCache: {
            /** @enum {string} */
            type: "exact_match";
            /** @description In seconds. */
            ttl: number;
        };
        RequestError: {
            code: string;
            type: string;
            message: string;
            http_status: number | null;
            /**
             * @description What the request was waiting for when its deadline passed; absent where it was not waiting.
             * @enum {string}
             */
            because?: "rate_limited" | "circuit_open";
        };
        RequestList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["RequestRecord"][];
            first_id: string | null;
            last_id: string | null;
            has_more: boolean;
        };
        RequestPlace: {
            id: string;
            /** Format: uuid */
            project_id: string;
        };
        RequestRecord: {
            id: string;
            /** @enum {string} */
            object: "request";
            endpoint: string;
            /** @enum {string} */
            status: "queued" | "processing" | "retrying" | "completed" | "failed" | "canceled";
            /** @description The total over all rounds. */
            attempts: number;
            /** @description The model of the latest attempt, as its provider is asked for it. */
            model: string;
            /** @description The provider of the latest attempt that ended. */
            provider: string | null;
            requested_model: string;
            idempotency_key: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            completed_at: string | null;
            /** Format: date-time */
            next_attempt_at: string | null;
            /** @description Whether `next_attempt_at` is an estimate, because the request waits for its provider. Lists have no estimates. */
            next_attempt_is_estimate: boolean;
            /**
             * @description Set while a request waits: for the answer of an identical one, for the limit of its provider, because calls to its failing provider are paused, or because its project makes as many calls at once as it may.
             * @enum {string|null}
             */
            waiting_reason: "identical_request" | "rate_limited" | "circuit_open" | "concurrency_limited" | null;
            /** @description The provider’s own error code behind `waiting_reason`; `by_hand` where somebody has limited or stopped its calls. */
            waiting_code: string | null;
            /** Format: date-time */
            deadline_at: string;
            policy: components["schemas"]["RecordPolicy"];
            /** @description Whether outages and rate limits are tried again until the deadline. */
            retry_until_deadline: boolean;
            /**
             * Format: date-time
             * @description When the first attempt of this round failed, while the request is tried again.
             */
            failing_since: string | null;
            /**
             * @description How the frames of its stream are shown; null where it is no stream.
             * @enum {string|null}
             */
            stream: "live" | "buffered" | null;
            error: components["schemas"]["RequestError"] | null;
            last_error_code: string | null;
            /** @description How the request uses the cache; null for one that does not. */
            cache: components["schemas"]["RequestCache"] | null;
            /** @description The request whose answer this one got from the cache, or waited for. */
            cached_from: string | null;
            usage: {
                [key: string]: unknown;
            } | null;
            metadata: {
                [key: string]: unknown;
            } | null;
            /** @description The provider’s body; null in lists. */
            result: {
                [key: string]: unknown;
            } | null;
        };
        ResponseBody: {
            retry?: components["schemas"]["RetryFields"];
            timeout?: components["schemas"]["TimeoutFields"];
            /** @enum {string} */
            on_lost?: "retry" | "fail";
            /** @description Answer identical requests with one answer; `null` switches off what the project says. */
            cache?: components["schemas"]["CacheFields"] | null;
            /** @description Hold the connection until the request ends or the wait limit passes. */
            wait?: boolean;
            /** @description How long to wait at most, in milliseconds. By default as the project is set: its `default_wait_timeout_ms`, 30,000 unless it was changed. */
            wait_timeout_ms?: number;
            /** @description Calls with one key are one request. */
            idempotency_key?: string;
            /**
             * @description With `stream: true`: whether frames are shown as they come, or all at once when the answer is whole.
             * @enum {string}
             */
            stream_mode?: "live" | "buffered";
            /** @description With `stream: true`: cancel the request when this connection closes before the end. By default it runs on. */
            cancel_on_disconnect?: boolean;
            /** @description Models that are called in order when the retries of the one before are used up, or cannot help. By default those of the project; an empty array means none. */
            fallbacks?: components["schemas"]["FallbackFields"][];
            orq?: components["schemas"]["OrqFields"];
            /** @description A name; it is never interpreted. */
            model: string;
            /** @description A text or items. A stored prompt or a conversation can stand in for it. */
            input?: string | {
                [key: string]: unknown;
            }[];
            /** @description Answer at once with a response object; the request runs on. Never forwarded. */
            background?: boolean;
            /** @description Let the provider run responses in the background, so that another worker can wait for the same response where one is lost. The provider must keep responses: `store: false` is refused. */
            reattach?: boolean;
            /** @description The id of an earlier response: the provider’s, or ours of a completed request. */
            previous_response_id?: string;
            /** @description Forwarded, and copied in clear to the record. */
            metadata?: {
                [key: string]: string;
            };
        };
        RetryFields: {
            count?: number;
            on_codes?: number[];
            /** @description Try network errors, timeouts, 408, 409, 425, 429 and 5xx again until the deadline, with waits of up to five minutes; `count` then bounds the others alone. For a request that names no `retry` and is not waited for, as its project is set. */
            until_deadline?: boolean;
        };
        RetryOutcome: {
            id: string;
            /**
             * @description `not_retryable`: neither failed nor canceled. `result_expired`: retention deleted its content. `provider_changed`: it takes `accept_provider_change`.
             * @enum {string}
             */
            outcome: "retried" | "not_retryable" | "result_expired" | "provider_changed" | "not_found";
        };
        RetryOutcomeList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["RetryOutcome"][];
        };
        /** @enum {string} */
        Role: "owner" | "member" | "viewer";
        SelectedRequests: {
            ids: string[];
        };
        SelectedRetries: {
            ids: string[];
            /** @description Whether content may go to another server than the project had when it was accepted. Takes an owner who is signed in. */
            accept_provider_change?: boolean;
        };
        Session: {
            person: components["schemas"]["User"];
            /** Format: uuid */
            session_id: string;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description When the person last gave the password or a code: by signing in, or since.
             */
            authenticated_at: string;
            /**
             * Format: date-time
             * @description Its end, whatever happens.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description Its end if it is not used before.
             */
            idle_expires_at: string;
        };
        SessionConfirmation: {
            /**
             * Format: password
             * @description Of a person who has no second factor.
             */
            password?: string;
            /** @description Of the second factor, where it is on. */
            code?: string;
        };
        SignIn: {
            email: string;
            /** Format: password */
            password: string;
            /** @description Of the second factor, once it was asked for (`totp_required`). */
            totp_code?: string;
        };
        SimulatedFallbackFields: {
            model: string;
            /** @description A provider of the project. */
            provider?: string;
        };
        SimulatedPolicyFields: {
            /** @description As in a request: where it is given without `until_deadline`, its count holds. */
            retry?: components["schemas"]["RetryFields"];
            timeout?: components["schemas"]["SimulatedTimeoutFields"];
            /** @description In place of the fallbacks that a request had; an empty array means none. */
            fallbacks?: components["schemas"]["SimulatedFallbackFields"][];
        };
        SimulatedTimeoutFields: {
            /** @description The longest provider call, in milliseconds. */
            call_timeout?: number;
            /** @description From acceptance to a terminal state, in milliseconds. */
            deadline?: number;
        };
        System: {
            version: string;
            /** @description Whether test keys have a simulator to go to. */
            simulator_url_configured: boolean;
            dashboard_url: string;
            /** @enum {string} */
            queue: "redis" | "postgresql";
            /** @description Where applications reach the API, without /v1. */
            public_base_url: string;
        };
        TimeoutFields: {
            /** @description The longest provider call, in milliseconds. */
            call_timeout?: number;
            /** @description From acceptance to a terminal state, in milliseconds. */
            deadline?: number;
            /** @description The longest silence within an answer once its headers have come, and within a stream once its first token has come, in milliseconds. */
            idle?: number;
            /** @description The longest wait for the first token of a stream, in milliseconds. As long as `call_timeout` where it is not set. */
            ttft?: number;
        };
        /** @enum {string} */
        TokenScope: "requests:read" | "requests:write" | "keys:read" | "keys:write" | "projects:read" | "projects:write" | "providers:write" | "metrics:read" | "audit:read";
        TotpCode: {
            code: string;
        };
        User: {
            /** Format: uuid */
            id: string;
            email: string;
            name: string;
            role: components["schemas"]["Role"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_sign_in_at: string | null;
            /** @description Whether signing in takes a second factor. */
            totp_enabled: boolean;
            /** Format: date-time */
            disabled_at: string | null;
        };
        UserChange: {
            role?: components["schemas"]["Role"];
            /** @description A disabled person cannot sign in. Their access tokens are revoked, and invitations that they made are taken back, for good. */
            disabled?: boolean;
        };
        UserList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["User"][];
            first_id: string | null;
            last_id: string | null;
            has_more: boolean;
        };
        View: {
            /** Format: uuid */
            id: string;
            name: string;
            /**
             * @description Filters, columns and density, as the query of the page’s address, without `?`.
             * @example status=failed&range=24h&columns=status%2Cid%2Cmodel
             */
            query: string;
            /** @description Whether the caller has saved it, and may change it. */
            own: boolean;
            /** @description The name of the person who has saved it. */
            saved_by: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        ViewChanges: {
            name?: string;
            /**
             * @description Filters, columns and density, as the query of the page’s address, without `?`.
             * @example status=failed&range=24h&columns=status%2Cid%2Cmodel
             */
            query?: string;
        };
        ViewList: {
            /** @enum {string} */
            object: "list";
            data: components["schemas"]["View"][];
            first_id: string | null;
            last_id: string | null;
            has_more: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listAuditEntries: {
        parameters: {
            query?: {
                /** @description A person’s or token’s id, or an e-mail address. */
                actor?: string;
                action?: string;
                project_id?: string;
                created_after?: string;
                created_before?: string;
                limit?: number;
                /** @description The id that the page begins behind. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryList"];
                };
            };
            /** @description The filter is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    exportAuditLog: {
        parameters: {
            query?: {
                /** @description A person’s or token’s id, or an e-mail address. */
                actor?: string;
                action?: string;
                project_id?: string;
                created_after?: string;
                created_before?: string;
                format?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One entry per line. */
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The filter is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    verifyAuditLog: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerification"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationList"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedInvitation"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description There is such a person. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationAcceptance"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description It does not work any more. */
            410: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    removeInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its link does not work any more. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such invitation. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MeChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Changed; the session goes on under a new cookie. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Wrong, or too easy to guess. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listOwnSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnSessionList"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    endOwnSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such session. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listAccessTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessTokenList"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createAccessToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAccessToken"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedAccessToken"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description There are too many already. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    revokeAccessToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is refused from now on. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such token. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    beginTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewTotp"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description It already exists. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    disableTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordConfirmation"];
            };
        };
        responses: {
            /** @description It is off. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The password is wrong. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The password is too short. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    confirmTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TotpCode"];
            };
        };
        responses: {
            /** @description It is on; the session goes on under a new cookie. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The code is wrong. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description None waits to be confirmed. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listPeople: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    removePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: unknown;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed, with all sessions and tokens. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such person. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description It is the last owner. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    updatePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: unknown;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such person. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description It is the last owner. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listProjects: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The id the page begins behind. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProjectList"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createProject: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProject"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    getProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deleteProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectDeletion"];
            };
        };
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The name is another one. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    updateProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProjectChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listAlertRules: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRuleList"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createAlertRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAlertRule"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRuleWithSecret"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description There are 50 rules. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deleteAlertRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or alert rule. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    updateAlertRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AlertRuleChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRuleWithSecret"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or alert rule. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listAlertDeliveries: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path: {
                project_id: string;
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertDeliveryList"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or alert rule. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    rotateAlertSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertRuleWithSecret"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or alert rule. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description It has no webhook. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    testAlertRule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                rule_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertTest"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or alert rule. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description It has no receivers. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The id the page begins behind. */
                after?: string;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertList"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    archiveProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    getBulkRetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                bulk_retry_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkRetry"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or bulk retry. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    clearCache: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is empty. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The id the page begins behind. */
                after?: string;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or key. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyWithSecret"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or key. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    renameKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                key_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or key. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or key. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                key_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRotation"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyWithSecret"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or key. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Revoked, expired or replaced. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listLanes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LaneList"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    closeLane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LaneName"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lane"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or provider. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description It is neither open nor paced. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    setLaneLimits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LaneLimitsInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lane"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or provider. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    openLane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LaneName"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lane"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or provider. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    probeLane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LaneName"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lane"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or provider. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description It is not open. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: {
                /** @description ISO 8601 or Unix seconds; a day before `to`. */
                from?: string;
                /** @description ISO 8601 or Unix seconds; now by default. */
                to?: string;
                /** @description Both by default. */
                mode?: string;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Metrics"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    simulateProjectPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPolicySimulation"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicySimulation"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    setProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProvider"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    removeProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    testProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderTestInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderTest"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listProviders: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamedProviderList"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    addProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewNamedProvider"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamedProvider"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description The name is taken, or there are 20. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    testNewProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamedProviderTestInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderTest"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deleteProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or provider. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description It is the default, and there are others. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    updateProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NamedProviderChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NamedProvider"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or provider. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Somebody has changed it meanwhile. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    testNamedProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NamedProviderTestInput"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderTest"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or provider. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    adminListRequests: {
        parameters: {
            query?: {
                /** @description A pair of metadata that has to be there; may be given for several keys. */
                "metadata.{key}"?: string;
                limit?: number;
                mode?: string;
                endpoint?: string;
                /** @description The model that the caller asked for. */
                model?: string;
                error_code?: string;
                key_id?: string;
                /** @description ISO 8601 or Unix seconds. */
                created_after?: string;
                /** @description ISO 8601 or Unix seconds. */
                created_before?: string;
                /** @description One or more of queued, processing, retrying, completed, failed, canceled, separated by commas. */
                status?: string;
                /** @description One or more ids, at most 100, separated by commas. */
                id?: string;
                idempotency_key?: string;
                /** @description The id that the page begins behind: older ones. */
                after?: string;
                /** @description The id that the page ends before: newer ones. */
                before?: string;
            };
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminRequestList"];
                };
            };
            /** @description The filter is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or request. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    bulkRetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBulkRetry"];
            };
        };
        responses: {
            /** @description A dry run: the count. */
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkRetryCount"];
                };
            };
            /** @description It is ordered. */
            202: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkRetry"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or bulk retry. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description `provider_changed`. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    adminCancelRequests: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SelectedRequests"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelOutcomeList"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    adminRetryRequests: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SelectedRetries"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetryOutcomeList"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    adminGetRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                /** @description The id of an accepted request. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminRequest"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or request. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    adminListAttempts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                /** @description The id of an accepted request. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminAttemptList"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or request. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    adminCancelRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                /** @description The id of an accepted request. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminRequest"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or request. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    adminRetryRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                /** @description The id of an accepted request. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ProviderAgreement"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminRequest"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or request. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Neither failed nor canceled, or `provider_changed`. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Retention deleted the body. */
            410: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    unarchiveProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    listViews: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewList"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    createView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewView"];
            };
        };
        responses: {
            201: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description There are too many already. */
            409: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    getView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                view_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or view. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deleteView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                view_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or view. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    updateView: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                project_id: string;
                view_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such project or view. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    findRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of an accepted request. */
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestPlace"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description No such request. */
            404: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description The field is named in `param`. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    confirmSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionConfirmation"];
            };
        };
        responses: {
            /** @description Proved; ten minutes begin. */
            204: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Wrong, or the other is needed. */
            400: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    getSystem: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["System"];
                };
            };
            /** @description Not signed in; unknown, revoked and expired read the same. */
            401: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not with this role or scope, or not from the dashboard. */
            403: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Too many for now; try again later. */
            429: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description A defect of the server. */
            500: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            /** @description Not possible at present; try again later. */
            503: {
                headers: {
                    /** @description The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise. */
                    "x-request-id"?: string;
                    /** @description Seconds; missing where waiting alone changes nothing. */
                    "retry-after"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
}
