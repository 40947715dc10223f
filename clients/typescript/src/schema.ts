// Made from clients/openapi.json by scripts/generate.mjs: change the server, not this file.

export interface paths {
    "/api/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists accounts, newest first, with today's figures. */
        get: operations["listAccounts"];
        put?: never;
        /**
         * Creates an account.
         * @description With a `reference` that an account has already, and the same content, the answer is that account.
         */
        post: operations["createAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one account with its figures of today, or of a past day. */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes an account's name, its address, or whether it works. What is so already changes nothing. */
        patch: operations["updateAccount"];
        trace?: never;
    };
    "/api/accounts/{id}/historique": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows what has changed of an account, newest first: its name, address, status and limit.
         * @description To a client without who did it and why.
         */
        get: operations["getAccountHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{id}/limit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an account's limit and its history. */
        get: operations["getLimit"];
        /** Sets an account's limit. */
        put: operations["setLimit"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{id}/mouvements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows the statement of an account, newest movement first.
         * @description As CSV (`Accept: text/csv`, by name and preferred to JSON) it is the whole period in one answer, unless `limit` or `cursor` ask for a page.
         */
        get: operations["getStatement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Leads to the page of the contract, `docs/`. */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/docs/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the contract as a page to read and to try. */
        get: operations["getDocsPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/docs/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Gives a file of that page: a script, a style, an image. */
        get: operations["getDocsFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follows what changes.
         * @description Events are `request`, `support`, `account`, `movement` and, for staff, `message`; `data` is a JSON object with the id
         *     and the new status. A client hears of its own account, the service role of accounts and movements. With
         *     `Last-Event-ID` the stream goes on after that event and loses none; where it cannot, it begins with one event `reset`:
         *     load the lists again. The last 24 hours are kept, at most 10,000 events.
         */
        get: operations["followEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/helpdesk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists support requests, newest first.
         * @description As a queue, the oldest first: those that the client has answered, those that nobody has answered yet, those that are with
         *     the client, and the final ones.
         */
        get: operations["listSupportRequests"];
        put?: never;
        /** Creates a support request, assigned to operation. */
        post: operations["createSupportRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/helpdesk/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one support request with its comments. */
        get: operations["getSupportRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes a support request: texts, status, assignee, and a comment with it. */
        patch: operations["updateSupportRequest"];
        trace?: never;
    };
    "/api/helpdesk/{id}/commentaires": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the comments of a support request, newest first. */
        get: operations["listSupportComments"];
        put?: never;
        /** Comments on a support request. */
        post: operations["commentSupportRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mouvements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Posts movements from another source.
         * @description One alone answers 201 when it was created and 200 when its reference was known with the same content. Several answer
         *     200 with a result each; a refusal concerns its own entry alone. In an atomic group a refusal refuses every entry: the
         *     culprit shows its own error, the others `atomic_group_refused`. With an `Idempotency-Key`, entries that were written
         *     are answered again and entries that were refused are decided again.
         */
        post: operations["postMovements"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mouvements/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one movement. */
        get: operations["getMovement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mouvements/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a movement's audit trail. */
        get: operations["getMovementLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows what the caller is told by which channel. Everything is on until it is switched off. */
        get: operations["getNotificationPreferences"];
        /**
         * Switches notices on or off, each by its channel. Critical alerts may not be switched off. An account's own mail address
         *     gets no more mail of a kind when all of the account's people have switched it off.
         */
        put: operations["setNotificationPreferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the contract. */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/push/public-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the public key of web push. */
        get: operations["getPushPublicKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/push/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Subscribes a device. A known endpoint with the same keys passes to the caller, so that the call may be repeated; with
         *     other keys it is refused.
         */
        post: operations["subscribePush"];
        /** Forgets one of the caller's devices. */
        delete: operations["unsubscribePush"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requetes-financieres": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists financial requests, newest first.
         * @description A client sees its own account's; another account's id as a filter gives an empty list, as an unknown one does.
         */
        get: operations["listFinancialRequests"];
        put?: never;
        /**
         * Creates a financial request.
         * @description A `daily_credit` is checked against the account's limit at once: it starts `to_treat` or `waiting`.
         */
        post: operations["createFinancialRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requetes-financieres/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says what would become of a request. Nothing is stored. */
        post: operations["previewFinancialRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/requetes-financieres/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one financial request. */
        get: operations["getFinancialRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Moves a request along the transition table, or puts it on another desk. */
        patch: operations["updateFinancialRequest"];
        trace?: never;
    };
    "/api/requetes-financieres/{id}/historique": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Shows what happened to a financial request, newest first.
         * @description To a client without what is told to others, without messages and attempts, errors and addresses.
         */
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook/helpdesk/movement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Carries a message into the book. The same message again gets the same answer. */
        post: operations["deliverMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says that the process is alive. */
        get: operations["isAlive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the figures in the text format of Prometheus. */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says whether storage is reachable and the workers run. */
        get: operations["isReady"];
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
        /** @description An account with its indicators on a day. Amounts are exact, with the currency's own number of decimals. */
        Account: {
            /**
             * @description The credits of all days that are not cancelled.
             * @example 500000
             */
            active_credit: string;
            /**
             * @description The greatest credit that the limit lets pass.
             * @example 499999
             */
            available: string;
            /** @example -150000 */
            balance: string;
            /** @example 0 */
            balance_previous_day: string;
            created_at: string;
            /** @example XOF */
            currency: string;
            /**
             * @description The credits of that day that are not cancelled.
             * @example 500000
             */
            daily_credit: string;
            /**
             * @description The business day of the figures.
             * @example 2025-10-21
             */
            day: string;
            email?: string | null;
            /**
             * @description `balance + daily_credit - outstanding`: a negative balance weighs twice.
             * @example 200000
             */
            exposition: string;
            /**
             * @description What the active credit leaves of the limit; negative under a limit that was lowered.
             * @example 500000
             */
            headroom: string;
            /** Format: int64 */
            id: number;
            /**
             * @description The credit limit at the end of that day.
             * @example 1000000
             */
            limit: string;
            name: string;
            /**
             * @description What is owed: the balance without its sign when it is negative.
             * @example 150000
             */
            outstanding: string;
            /** @description The host's own name for it. */
            reference?: string | null;
            /**
             * @description `active`, or `suspended`: no request is created on it and none is passed.
             * @example active
             */
            status: string;
            updated_at: string;
            /** Format: uuid */
            uuid: string;
            /**
             * Format: int64
             * @description How many movements the account had.
             */
            version: number;
        };
        /** @description Something that changed of an account. */
        AccountHistoryEntry: (components["schemas"]["AccountHistoryInside"] | null) & {
            at: string;
            /**
             * @description `name`, `email`, `status` or `limit`.
             * @example status
             */
            field: string;
            /** @example suspended */
            new?: string | null;
            /** @example active */
            old?: string | null;
        };
        /** @description What of a change a client is not told. */
        AccountHistoryInside: {
            /**
             * Format: int64
             * @description The user who changed it.
             */
            by?: number | null;
            reason?: string | null;
        };
        /**
         * @description What shall change. Other fields are refused.
         * @example {
         *       "reason": "impayé de septembre",
         *       "status": "suspended"
         *     }
         */
        AccountPatch: {
            /** @description For admin; null takes the address away. */
            email?: string | null;
            /** @description For admin. */
            name?: string | null;
            /** @description Why; needed to suspend, and never told to the client. */
            reason?: string | null;
            /** @description `active` or `suspended`; for finance and admin. */
            status?: string | null;
        };
        /** @description The process answers. */
        Alive: {
            /** @example ok */
            status: string;
        };
        /** @description Something that the caller may do now (P4). */
        AllowedAction: {
            /**
             * @description `transition`, `assign`, `edit`, `comment` or `cancel_credit`.
             * @example transition
             */
            action: string;
            /**
             * @description The status or the assignee it leads to.
             * @example to_treat
             */
            to?: string | null;
        };
        /** @description An exact decimal: `500000`, `12.50`. */
        AmountInput: string;
        /** @description Something that the process needs. */
        Check: {
            /**
             * @description `storage`, `messager`, or a worker's name.
             * @example storage
             */
            name: string;
            ok: boolean;
        };
        /** @description A comment. */
        Comment: {
            /**
             * @description On whose behalf: `client`, or the desk.
             * @example operation
             */
            author: string;
            body: string;
            created_at: string;
            /**
             * Format: int64
             * @description The user who wrote it; to a client null where that was staff.
             */
            created_by?: number | null;
            /** Format: int64 */
            id: number;
            /** @description For staff alone. */
            internal: boolean;
        };
        /** @description A message to be carried into the book. */
        Envelope: {
            /**
             * Format: uuid
             * @description The message.
             */
            message_uuid: string;
            /** @description The request as Messager was given it. */
            payload: {
                [key: string]: unknown;
            };
            /** @description `credit_request`, `load_request`, `unload_request` or `cancel_credit_request`. */
            type: string;
        };
        /** @description A financial request. */
        FinancialRequest: {
            /** Format: int64 */
            account_id: number;
            /**
             * @description Exact, with the currency's own number of decimals.
             * @example 500000
             */
            amount: string;
            /**
             * @description `operation`, `finance` or `admin`.
             * @example finance
             */
            assigned_to: string;
            /**
             * @description `load`, `unload`, `daily_credit` or `cancel_credit`.
             * @example daily_credit
             */
            category: string;
            created_at: string;
            /**
             * Format: int64
             * @description Null when the system created it.
             */
            created_by?: number | null;
            /** @example XOF */
            currency: string;
            description?: string | null;
            /** Format: int64 */
            etatsdevente_id?: number | null;
            /**
             * @description Credits only.
             * @example 2025-10-21T18:00:00Z
             */
            expiry_date?: string | null;
            /** Format: int64 */
            helpdesk_id?: number | null;
            /**
             * Format: int64
             * @example 123
             */
            id: number;
            /**
             * Format: uuid
             * @description The message that carried it.
             */
            message_uuid?: string | null;
            /**
             * Format: int64
             * @description The movement it became.
             */
            mouvement_id?: number | null;
            /**
             * @description The reference that people read.
             * @example REQ-20251021-3F9A2C7D4E10
             */
            name: string;
            /**
             * Format: int64
             * @description The credit request that a `cancel_credit` reverses.
             */
            parent_id?: number | null;
            /**
             * @description `open`, `to_treat`, `processing`, `waiting`, `closed` or `cancelled`.
             * @example to_treat
             */
            status: string;
            updated_at: string;
            /** Format: uuid */
            uuid: string;
            /**
             * Format: int64
             * @description For the optimistic lock.
             */
            version: number;
        };
        /**
         * @description What shall change. Other fields are refused.
         * @example {
         *       "status": "to_treat",
         *       "version": 3
         *     }
         */
        FinancialRequestPatch: {
            /** @description The desk wanted. */
            assigned_to?: string | null;
            /** @description Why: told to the client when its credit is refused. */
            reason?: string | null;
            /** @description The status wanted. */
            status?: string | null;
            /**
             * Format: int64
             * @description The version that was read; `If-Match` says the same.
             */
            version?: number | null;
        };
        /** @description A financial request, with what the caller may do with it now. */
        FinancialRequestWithActions: components["schemas"]["FinancialRequest"] & {
            allowed_actions: components["schemas"]["AllowedAction"][];
        };
        /** @description Who spoke last on a support request, and when. */
        LastComment: {
            at: string;
            /**
             * @description `client` or `staff`.
             * @example client
             */
            by: string;
        };
        /** @description A limit and how it came to be. */
        Limit: {
            /** @example XOF */
            currency: string;
            /** @description Newest first. */
            history: components["schemas"]["LimitChange"][];
            /** @example 1000000 */
            limit: string;
            /** @description The `cursor` of the older changes; null on the last page. */
            next_cursor?: string | null;
        };
        /** @description A change of a limit. */
        LimitChange: {
            at: string;
            /**
             * Format: int64
             * @description The user who set it.
             */
            by?: number | null;
            /** @example 1000000 */
            new: string;
            /** @example 500000 */
            old: string;
            reason: string;
        };
        /** @description A page of a list, and how to go on. */
        List_Account: {
            /** @description Newest first. */
            items: {
                /**
                 * @description The credits of all days that are not cancelled.
                 * @example 500000
                 */
                active_credit: string;
                /**
                 * @description The greatest credit that the limit lets pass.
                 * @example 499999
                 */
                available: string;
                /** @example -150000 */
                balance: string;
                /** @example 0 */
                balance_previous_day: string;
                created_at: string;
                /** @example XOF */
                currency: string;
                /**
                 * @description The credits of that day that are not cancelled.
                 * @example 500000
                 */
                daily_credit: string;
                /**
                 * @description The business day of the figures.
                 * @example 2025-10-21
                 */
                day: string;
                email?: string | null;
                /**
                 * @description `balance + daily_credit - outstanding`: a negative balance weighs twice.
                 * @example 200000
                 */
                exposition: string;
                /**
                 * @description What the active credit leaves of the limit; negative under a limit that was lowered.
                 * @example 500000
                 */
                headroom: string;
                /** Format: int64 */
                id: number;
                /**
                 * @description The credit limit at the end of that day.
                 * @example 1000000
                 */
                limit: string;
                name: string;
                /**
                 * @description What is owed: the balance without its sign when it is negative.
                 * @example 150000
                 */
                outstanding: string;
                /** @description The host's own name for it. */
                reference?: string | null;
                /**
                 * @description `active`, or `suspended`: no request is created on it and none is passed.
                 * @example active
                 */
                status: string;
                updated_at: string;
                /** Format: uuid */
                uuid: string;
                /**
                 * Format: int64
                 * @description How many movements the account had.
                 */
                version: number;
            }[];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list, and how to go on. */
        List_AccountHistoryEntry: {
            /** @description Newest first. */
            items: ((components["schemas"]["AccountHistoryInside"] | null) & {
                at: string;
                /**
                 * @description `name`, `email`, `status` or `limit`.
                 * @example status
                 */
                field: string;
                /** @example suspended */
                new?: string | null;
                /** @example active */
                old?: string | null;
            })[];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list, and how to go on. */
        List_Comment: {
            /** @description Newest first. */
            items: {
                /**
                 * @description On whose behalf: `client`, or the desk.
                 * @example operation
                 */
                author: string;
                body: string;
                created_at: string;
                /**
                 * Format: int64
                 * @description The user who wrote it; to a client null where that was staff.
                 */
                created_by?: number | null;
                /** Format: int64 */
                id: number;
                /** @description For staff alone. */
                internal: boolean;
            }[];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list, and how to go on. */
        List_FinancialRequest: {
            /** @description Newest first. */
            items: {
                /** Format: int64 */
                account_id: number;
                /**
                 * @description Exact, with the currency's own number of decimals.
                 * @example 500000
                 */
                amount: string;
                /**
                 * @description `operation`, `finance` or `admin`.
                 * @example finance
                 */
                assigned_to: string;
                /**
                 * @description `load`, `unload`, `daily_credit` or `cancel_credit`.
                 * @example daily_credit
                 */
                category: string;
                created_at: string;
                /**
                 * Format: int64
                 * @description Null when the system created it.
                 */
                created_by?: number | null;
                /** @example XOF */
                currency: string;
                description?: string | null;
                /** Format: int64 */
                etatsdevente_id?: number | null;
                /**
                 * @description Credits only.
                 * @example 2025-10-21T18:00:00Z
                 */
                expiry_date?: string | null;
                /** Format: int64 */
                helpdesk_id?: number | null;
                /**
                 * Format: int64
                 * @example 123
                 */
                id: number;
                /**
                 * Format: uuid
                 * @description The message that carried it.
                 */
                message_uuid?: string | null;
                /**
                 * Format: int64
                 * @description The movement it became.
                 */
                mouvement_id?: number | null;
                /**
                 * @description The reference that people read.
                 * @example REQ-20251021-3F9A2C7D4E10
                 */
                name: string;
                /**
                 * Format: int64
                 * @description The credit request that a `cancel_credit` reverses.
                 */
                parent_id?: number | null;
                /**
                 * @description `open`, `to_treat`, `processing`, `waiting`, `closed` or `cancelled`.
                 * @example to_treat
                 */
                status: string;
                updated_at: string;
                /** Format: uuid */
                uuid: string;
                /**
                 * Format: int64
                 * @description For the optimistic lock.
                 */
                version: number;
            }[];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list, and how to go on. */
        List_MovementLog: {
            /** @description Newest first. */
            items: ((components["schemas"]["MovementLogInside"] | null) & {
                /** Format: int64 */
                account_id: number;
                /**
                 * Format: int64
                 * @description The account's version after it; null on a failed attempt.
                 */
                account_version?: number | null;
                /** Format: int32 */
                attempt_number: number;
                /** @description Each indicator that moved, with its old and new value. */
                changes?: Record<string, never> | null;
                created_at: string;
                /** Format: int64 */
                duration_ms?: number | null;
                /** @description SHA-256 over the previous hash and this row's content, with the host's key where it has one. */
                hash?: string | null;
                /** Format: int64 */
                id: number;
                /** Format: int64 */
                mouvement_id: number;
                /** @description The hash of the account's row before this one. */
                previous_hash?: string | null;
                /** @description The account after. */
                state_after?: Record<string, never> | null;
                /** @description The account before, as it was stored. */
                state_before?: Record<string, never> | null;
                /**
                 * @description `success` or `failed`.
                 * @example success
                 */
                status: string;
            })[];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list, and how to go on. */
        List_SupportRequest: {
            /** @description Newest first. */
            items: {
                /** Format: int64 */
                account_id: number;
                /** @description What the caller may do with it now. */
                allowed_actions: components["schemas"]["AllowedAction"][];
                /**
                 * @description `operation`, `agency` or `agent`.
                 * @example operation
                 */
                assigned_to: string;
                /**
                 * @description Always `support`.
                 * @example support
                 */
                category: string;
                /** @description The 50 newest, oldest first. */
                comments: components["schemas"]["Comment"][];
                /** @description The `cursor` of the list of comments that goes on with the older ones; null where there are none. */
                comments_cursor?: string | null;
                created_at: string;
                /** Format: int64 */
                created_by?: number | null;
                description: string;
                /** Format: int64 */
                etatsdevente_id?: number | null;
                /** @description Those that continue it, oldest first. */
                followed_by: number[];
                /**
                 * Format: int64
                 * @description The closed one that it continues.
                 */
                follows_id?: number | null;
                /** Format: int64 */
                id: number;
                last_comment?: components["schemas"]["LastComment"] | null;
                /** @description The reference that people read. */
                name: string;
                /**
                 * @description `open`, `in_progress`, `waiting`, `closed` or `cancelled`.
                 * @example open
                 */
                status: string;
                subject: string;
                updated_at: string;
                /** Format: uuid */
                uuid: string;
                /**
                 * Format: int64
                 * @description For the optimistic lock.
                 */
                version: number;
            }[];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list, and how to go on. */
        List_TimelineEntry: {
            /** @description Newest first. */
            items: {
                at: string;
                /** @description The particulars: `from`, `to`, `status`, `reason`, amounts, figures, an attempt's answer, a notification's channel. */
                data: Record<string, never>;
                /**
                 * @description `request_created`, `request_assigned`, `request_moved`, `message_sent`, `movement_written`, `movement_failed`,
                 *     `message` (Messager took it), `message_attempt` or `notification`.
                 * @example request_moved
                 */
                kind: string;
                /** Format: int64 */
                mouvement_id?: number | null;
                /** @description By which role; null for what machines did. */
                role?: string | null;
                /**
                 * Format: int64
                 * @description By whom; null for the system.
                 */
                user_id?: number | null;
            }[];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor?: string | null;
        };
        /** @description A movement: the columns of `mouvements`. Amounts are exact, with the currency's own number of decimals. */
        Movement: {
            /** Format: int64 */
            account_id: number;
            action?: string | null;
            /** Format: int64 */
            approvisionnement_id?: number | null;
            /** @description The day it belongs to. */
            business_day?: string | null;
            /** @description When the credit was cancelled. */
            cancelled_at?: string | null;
            completed_at?: string | null;
            consolidator?: string | null;
            /** @description The operation's own date. */
            created?: string | null;
            created_at: string;
            /** @description The account's exposition after. */
            credit_after?: string | null;
            /** @description The account's exposition before. */
            credit_before?: string | null;
            /** @example XOF */
            currency_code: string;
            description?: string | null;
            document?: string | null;
            /** Format: int64 */
            document_id?: number | null;
            /** @description For staff. */
            error_message?: string | null;
            error_type?: string | null;
            /**
             * Format: int64
             * @description The sale operation that caused it.
             */
            etatsdevente_id?: number | null;
            /** Format: int64 */
            external_id?: number | null;
            first_passenger?: string | null;
            first_segment?: string | null;
            /**
             * Format: int64
             * @description The support request behind it.
             */
            helpdesk_id?: number | null;
            /** Format: int64 */
            id: number;
            /** @description Marked as deleted by an older system: it counts in no sum and is in no statement. */
            is_deleted: boolean;
            /** Format: int32 */
            max_retries: number;
            /** Format: uuid */
            message_uuid?: string | null;
            /**
             * Format: int64
             * @description The person whose decision wrote it or last changed it; null for the system or a trusted service.
             */
            modified_by?: number | null;
            /** @example MVT-wave-TX-1 */
            name: string;
            office_cn?: string | null;
            office_sb?: string | null;
            /** @description The whole original request, exactly as it came. */
            payload?: Record<string, never> | null;
            recordlocator?: string | null;
            /** @description The source's own reference. */
            reference?: string | null;
            /** Format: int64 */
            requete_financiere_id?: number | null;
            /** @description The whole answer that was given. */
            result?: unknown;
            /** Format: int32 */
            retry_count: number;
            /**
             * @description `helpdesk`, `bmp`, `wave`, `orange`, `spc`, `bsp`, `email_banking` or `manual`.
             * @example wave
             */
            source: string;
            source_description?: string | null;
            state?: string | null;
            /**
             * @description `pending`, `processing`, `success`, `failed` or `cancelled`.
             * @example success
             */
            status: string;
            subagent?: string | null;
            terminal?: string | null;
            /**
             * @description Signed.
             * @example 25000
             */
            total_operation: string;
            /**
             * @description `credit`, `debit`, `payment`, `refund`, `transfer`, `adjustment` or `credit_cancellation`.
             * @example payment
             */
            type: string;
            updated_at: string;
            /** Format: uuid */
            uuid: string;
        };
        /** @description A row of the audit trail: the columns of `mouvement_logs`. */
        MovementLog: (components["schemas"]["MovementLogInside"] | null) & {
            /** Format: int64 */
            account_id: number;
            /**
             * Format: int64
             * @description The account's version after it; null on a failed attempt.
             */
            account_version?: number | null;
            /** Format: int32 */
            attempt_number: number;
            /** @description Each indicator that moved, with its old and new value. */
            changes?: Record<string, never> | null;
            created_at: string;
            /** Format: int64 */
            duration_ms?: number | null;
            /** @description SHA-256 over the previous hash and this row's content, with the host's key where it has one. */
            hash?: string | null;
            /** Format: int64 */
            id: number;
            /** Format: int64 */
            mouvement_id: number;
            /** @description The hash of the account's row before this one. */
            previous_hash?: string | null;
            /** @description The account after. */
            state_after?: Record<string, never> | null;
            /** @description The account before, as it was stored. */
            state_before?: Record<string, never> | null;
            /**
             * @description `success` or `failed`.
             * @example success
             */
            status: string;
        };
        /** @description What of a row of the audit trail a client is not told. */
        MovementLogInside: {
            error_details?: string | null;
            /** @description From where that user did it. */
            ip_address?: string | null;
            /**
             * Format: int64
             * @description The user to whom it is ascribed; null for a trusted service.
             */
            triggered_by?: number | null;
            /** @description With which program. */
            user_agent?: string | null;
        };
        /**
         * @description An account to be created. Other fields are refused.
         * @example {
         *       "email": "plateau@example.test",
         *       "limit": "1000000",
         *       "name": "Agence Plateau"
         *     }
         */
        NewAccount: {
            /** @description XOF when it is left out. */
            currency?: string | null;
            email?: string | null;
            limit?: components["schemas"]["AmountInput"] | null;
            name: string;
            /** @description The host's own name for it, unique among all. */
            reference?: string | null;
        };
        /**
         * @description A comment to be added. Other fields are refused.
         * @example {
         *       "body": "Merci, c'est réglé."
         *     }
         */
        NewComment: {
            /** @description At most 10,000 characters. */
            body: string;
        };
        /**
         * @description What is asked for. Other fields are refused.
         * @example {
         *       "amount": 500000,
         *       "category": "daily_credit",
         *       "currency": "XOF"
         *     }
         */
        NewFinancialRequest: {
            /**
             * Format: int64
             * @description A client's own when it is left out.
             */
            account_id?: number | null;
            amount?: components["schemas"]["AmountInput"] | null;
            /** @description `operation` keeps it while finalising it. */
            assigned_to?: string | null;
            /** @description `load`, `unload`, `daily_credit` (`credit` is accepted too) or `cancel_credit`. */
            category: string;
            /** @description The account's when it is left out; no other is accepted. */
            currency?: string | null;
            description?: string | null;
            /**
             * Format: int64
             * @description The sale that caused a fee.
             */
            etatsdevente_id?: number | null;
            /**
             * @description May be left out; otherwise it must be the day's cut-off. Also as `2025-10-21 18:00` in UTC.
             * @example 2025-10-21T18:00:00Z
             */
            expiry_date?: string | null;
            /**
             * Format: int64
             * @description The support request behind it.
             */
            helpdesk_id?: number | null;
            /** @description For a `cancel_credit`: wait until an admin releases it. */
            hold?: boolean | null;
            /**
             * Format: int64
             * @description For a `cancel_credit`: the credit request it reverses.
             */
            parent_id?: number | null;
        };
        /**
         * @description A new limit. Other fields are refused.
         * @example {
         *       "limit": "1500000",
         *       "reason": "garantie bancaire reçue"
         *     }
         */
        NewLimit: {
            /** @description Not negative; one below the active credit only stops new credits. */
            limit: components["schemas"]["AmountInput"];
            reason: string;
        };
        /**
         * @description A movement as a source brings it. Other fields are refused.
         * @example {
         *       "account_id": 1,
         *       "amount": "25000",
         *       "currency": "XOF",
         *       "reference": "TX-1",
         *       "source": "wave",
         *       "type": "payment"
         *     }
         */
        NewMovement: {
            /** Format: int64 */
            account_id: number;
            action?: string | null;
            /** @description Signed as its type wants it. */
            amount: components["schemas"]["AmountInput"];
            /** Format: int64 */
            approvisionnement_id?: number | null;
            consolidator?: string | null;
            /** @description The operation's own date. */
            created?: string | null;
            /** @description The account's when it is left out; no other is accepted. */
            currency?: string | null;
            description?: string | null;
            document?: string | null;
            /** Format: int64 */
            document_id?: number | null;
            /**
             * Format: int64
             * @description The sale operation that caused it.
             */
            etatsdevente_id?: number | null;
            /** Format: int64 */
            external_id?: number | null;
            first_passenger?: string | null;
            first_segment?: string | null;
            office_cn?: string | null;
            office_sb?: string | null;
            /** @description The original message of the source; the entry itself when it is left out. Kept exactly as it came. */
            payload?: Record<string, never> | null;
            recordlocator?: string | null;
            /** @description The source's own, unique in it: the same reference again is the same movement. */
            reference: string;
            /** @description `bmp`, `wave`, `orange`, `spc`, `bsp`, `email_banking` or `manual`; not `helpdesk`. */
            source: string;
            source_description?: string | null;
            state?: string | null;
            subagent?: string | null;
            terminal?: string | null;
            /** @description `payment`, `debit`, `refund`, `transfer` or `adjustment`; not a credit. */
            type: string;
        };
        /** @description Movements in one call. Other fields are refused. */
        NewMovements: {
            /** @description All or nothing: the legs of a transfer. */
            atomic?: boolean | null;
            /** @description 1 to 1,000. */
            mouvements: components["schemas"]["NewMovement"][];
        };
        /**
         * @description What help is asked for. Other fields are refused.
         * @example {
         *       "description": "Le PNR ABC123 ne passe pas.",
         *       "subject": "Billet refusé"
         *     }
         */
        NewSupportRequest: {
            /**
             * Format: int64
             * @description A client's own when it is left out.
             */
            account_id?: number | null;
            /** @description `support`, the one there is; may be left out. */
            category?: string | null;
            /** @description At most 10,000 characters. */
            description: string;
            /**
             * Format: int64
             * @description A sale it is about.
             */
            etatsdevente_id?: number | null;
            /**
             * Format: int64
             * @description The closed or cancelled one of the same account that it continues.
             */
            follows_id?: number | null;
            /** @description One line, at most 255 characters. */
            subject: string;
        };
        /** @description The next step of a request, and the role that takes it. */
        NextStep: {
            /** @example system */
            by: string;
            /** @example processing */
            status: string;
        };
        /** @description What became of a message: the movement, or a business outcome. */
        Outcome: {
            /** @description The rule that refused, with its figures. */
            error?: unknown;
            /** Format: int64 */
            mouvement_id?: number | null;
            /** Format: uuid */
            mouvement_uuid?: string | null;
            /** @description `waiting`, `expired`, `cancelled`, `superseded` or `not_ready`. */
            outcome?: string | null;
            success: boolean;
        };
        /** @description What became of one movement. */
        PostedMovement: {
            error?: components["schemas"]["Problem"] | null;
            /** Format: int64 */
            mouvement_id?: number | null;
            /** Format: uuid */
            mouvement_uuid?: string | null;
            /**
             * @description `created`, `existing` or `refused`.
             * @example created
             */
            outcome: string;
            /** @description The source's reference, as far as it could be read. */
            reference?: string | null;
        };
        /** @description What became of several movements, in the order given. */
        PostedMovements: {
            results: components["schemas"]["PostedMovement"][];
        };
        /** @description One movement, or several. */
        Posting: components["schemas"]["NewMovement"] | components["schemas"]["NewMovements"];
        /** @description Whether the caller is told something by a channel. */
        Preference: {
            /**
             * @description `email` or `push`. A Teams channel is nobody's own.
             * @example email
             */
            channel: string;
            /** @example support_resolved */
            notice: string;
            on: boolean;
        };
        /** @description One choice. */
        PreferenceChange: {
            /** @example email */
            channel: string;
            /** @example support_resolved */
            notice: string;
            on: boolean;
        };
        /** @description Changes to the caller's preferences. */
        PreferenceChanges: {
            /** @description What is left out stays as it is. */
            preferences: components["schemas"]["PreferenceChange"][];
        };
        /** @description All that the caller can choose. */
        Preferences: {
            /** @description In the order of the notification matrix; empty for a role that nothing is sent to. */
            preferences: components["schemas"]["Preference"][];
        };
        /** @description What would become of a request. */
        Preview: {
            /** @example 0 */
            active_credit: string;
            /** @example 500000 */
            amount?: string | null;
            /** @description Why it would wait or be refused. */
            code?: string | null;
            /**
             * @description What the active credit leaves of the limit.
             * @example 1000000
             */
            headroom: string;
            /** @example 1000000 */
            limit: string;
            next?: components["schemas"]["NextStep"] | null;
            /**
             * @description `open`, `to_treat`, `waiting` or `refused`.
             * @example to_treat
             */
            outcome: string;
        };
        /** @description RFC 9457. Figures of the rule that refused are fields of their own: `limit`, `from`, `errors`… */
        Problem: {
            /**
             * @description Stable, one for each rule
             * @enum {string}
             */
            code: "account_suspended" | "amount_out_of_range" | "assignment_not_allowed" | "atomic_group_refused" | "body_too_large" | "body_unfinished" | "cancellation_in_progress" | "credit_already_cancelled" | "credit_cutoff_passed" | "credit_expired" | "credit_limit_exceeded" | "credit_not_granted" | "currency_mismatch" | "device_of_another" | "forbidden" | "idempotency_in_progress" | "idempotency_key_reused" | "immutable" | "internal" | "invalid_amount" | "invalid_expiry" | "invalid_parent" | "invalid_value" | "malformed_payload" | "message_not_failed" | "method_not_allowed" | "not_found" | "payload_mismatch" | "push_not_configured" | "rate_limited" | "reference_reused" | "stale_version" | "storage_unavailable" | "timed_out" | "too_many_at_once" | "transition_forbidden" | "transition_not_allowed" | "unauthenticated" | "unknown_domain" | "unknown_path" | "unreadable_json" | "unsupported_media_type";
            detail: string;
            status: number;
            title: string;
            /** @description A URN that stands for the code */
            type: string;
        };
        /** @description The key with which the server signs its pushes. */
        PublicKey: {
            /** @description Base64url, as `PushManager.subscribe` wants it. */
            public_key: string;
        };
        /** @description What the process needs, and whether it is there. */
        Ready: {
            checks: components["schemas"]["Check"][];
            /**
             * @description `ready` or `not_ready`.
             * @example ready
             */
            status: string;
        };
        /** @description A page of an account's statement. */
        Statement: {
            /**
             * @description The balance at its end.
             * @example 25000
             */
            closing_balance: string;
            /** @description Newest first. */
            items: components["schemas"]["StatementLine"][];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor?: string | null;
            /**
             * @description The balance before the period.
             * @example 0
             */
            opening_balance: string;
        };
        /** @description A movement with the account after it. */
        StatementLine: components["schemas"]["Movement"] & {
            /**
             * @description The balance after it.
             * @example 25000
             */
            balance_after?: string | null;
            /**
             * @description The exposition after it.
             * @example 25000
             */
            exposition_after?: string | null;
        };
        /** @description A device that is subscribed. */
        Subscribed: {
            endpoint: string;
        };
        /** @description A browser's own subscription, as `PushSubscription.toJSON()` gives it. */
        Subscription: {
            /**
             * @description Of a push service that the host allows.
             * @example https://fcm.googleapis.com/fcm/send/abc
             */
            endpoint: string;
            /**
             * Format: double
             * @description Accepted and not kept.
             */
            expirationTime?: number | null;
            keys: components["schemas"]["SubscriptionKeys"];
        };
        /** @description The keys of a subscription, base64url. */
        SubscriptionKeys: {
            auth: string;
            p256dh: string;
        };
        /** @description A support request with its comments, and what the caller may do with it now. */
        SupportRequest: {
            /** Format: int64 */
            account_id: number;
            /** @description What the caller may do with it now. */
            allowed_actions: components["schemas"]["AllowedAction"][];
            /**
             * @description `operation`, `agency` or `agent`.
             * @example operation
             */
            assigned_to: string;
            /**
             * @description Always `support`.
             * @example support
             */
            category: string;
            /** @description The 50 newest, oldest first. */
            comments: components["schemas"]["Comment"][];
            /** @description The `cursor` of the list of comments that goes on with the older ones; null where there are none. */
            comments_cursor?: string | null;
            created_at: string;
            /** Format: int64 */
            created_by?: number | null;
            description: string;
            /** Format: int64 */
            etatsdevente_id?: number | null;
            /** @description Those that continue it, oldest first. */
            followed_by: number[];
            /**
             * Format: int64
             * @description The closed one that it continues.
             */
            follows_id?: number | null;
            /** Format: int64 */
            id: number;
            last_comment?: components["schemas"]["LastComment"] | null;
            /** @description The reference that people read. */
            name: string;
            /**
             * @description `open`, `in_progress`, `waiting`, `closed` or `cancelled`.
             * @example open
             */
            status: string;
            subject: string;
            updated_at: string;
            /** Format: uuid */
            uuid: string;
            /**
             * Format: int64
             * @description For the optimistic lock.
             */
            version: number;
        };
        /**
         * @description What shall change. Other fields are refused.
         * @example {
         *       "status": "in_progress",
         *       "version": 1
         *     }
         */
        SupportRequestPatch: {
            assigned_to?: string | null;
            /** @description What is said with it: both or neither, and one message. At most 10,000 characters. */
            comment?: string | null;
            description?: string | null;
            status?: string | null;
            subject?: string | null;
            /**
             * Format: int64
             * @description The version that was read; `If-Match` says the same.
             */
            version?: number | null;
        };
        /** @description Something that happened. */
        TimelineEntry: {
            at: string;
            /** @description The particulars: `from`, `to`, `status`, `reason`, amounts, figures, an attempt's answer, a notification's channel. */
            data: Record<string, never>;
            /**
             * @description `request_created`, `request_assigned`, `request_moved`, `message_sent`, `movement_written`, `movement_failed`,
             *     `message` (Messager took it), `message_attempt` or `notification`.
             * @example request_moved
             */
            kind: string;
            /** Format: int64 */
            mouvement_id?: number | null;
            /** @description By which role; null for what machines did. */
            role?: string | null;
            /**
             * Format: int64
             * @description By whom; null for the system.
             */
            user_id?: number | null;
        };
        /** @description A device to be forgotten. */
        Unsubscription: {
            /** @example https://fcm.googleapis.com/fcm/send/abc */
            endpoint: string;
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
    listAccounts: {
        parameters: {
            query?: {
                /** @description whose name holds this text */
                q?: string;
                /** @description which has this reference */
                reference?: string;
                /** @description `active` or `suspended` */
                status?: string;
                /** @description 1 to 200, 50 when left out */
                limit?: number;
                /** @description the `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of accounts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "active_credit": "500000",
                     *           "available": "499999",
                     *           "balance": "-150000",
                     *           "balance_previous_day": "0",
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "currency": "XOF",
                     *           "daily_credit": "500000",
                     *           "day": "2025-10-21",
                     *           "email": null,
                     *           "exposition": "200000",
                     *           "headroom": "500000",
                     *           "id": 1,
                     *           "limit": "1000000",
                     *           "name": "name",
                     *           "outstanding": "150000",
                     *           "reference": null,
                     *           "status": "active",
                     *           "updated_at": "2025-10-21T09:30:00Z",
                     *           "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *           "version": 1
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["List_Account"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key and body give the first answer again */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "plateau@example.test",
                 *       "limit": "1000000",
                 *       "name": "Agence Plateau"
                 *     }
                 */
                "application/json": components["schemas"]["NewAccount"];
            };
        };
        responses: {
            /** @description The account that has this reference */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "active_credit": "500000",
                     *       "available": "499999",
                     *       "balance": "-150000",
                     *       "balance_previous_day": "0",
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "currency": "XOF",
                     *       "daily_credit": "500000",
                     *       "day": "2025-10-21",
                     *       "email": null,
                     *       "exposition": "200000",
                     *       "headroom": "500000",
                     *       "id": 1,
                     *       "limit": "1000000",
                     *       "name": "name",
                     *       "outstanding": "150000",
                     *       "reference": null,
                     *       "status": "active",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description The account as it was created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "active_credit": "500000",
                     *       "available": "499999",
                     *       "balance": "-150000",
                     *       "balance_previous_day": "0",
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "currency": "XOF",
                     *       "daily_credit": "500000",
                     *       "day": "2025-10-21",
                     *       "email": null,
                     *       "exposition": "200000",
                     *       "headroom": "500000",
                     *       "id": 1,
                     *       "limit": "1000000",
                     *       "name": "name",
                     *       "outstanding": "150000",
                     *       "reference": null,
                     *       "status": "active",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, message_not_failed, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_suspended",
                     *       "detail": "the account is suspended",
                     *       "status": 409,
                     *       "title": "the account is suspended",
                     *       "type": "urn:estair:problem:account_suspended"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccount: {
        parameters: {
            query?: {
                /** @description a past business day, such as 2025-10-21 */
                day?: string;
            };
            header?: never;
            path: {
                /** @description its number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The account on that day */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "active_credit": "500000",
                     *       "available": "499999",
                     *       "balance": "-150000",
                     *       "balance_previous_day": "0",
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "currency": "XOF",
                     *       "daily_credit": "500000",
                     *       "day": "2025-10-21",
                     *       "email": null,
                     *       "exposition": "200000",
                     *       "headroom": "500000",
                     *       "id": 1,
                     *       "limit": "1000000",
                     *       "name": "name",
                     *       "outstanding": "150000",
                     *       "reference": null,
                     *       "status": "active",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description its number */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "impayé de septembre",
                 *       "status": "suspended"
                 *     }
                 */
                "application/json": components["schemas"]["AccountPatch"];
            };
        };
        responses: {
            /** @description The account as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "active_credit": "500000",
                     *       "available": "499999",
                     *       "balance": "-150000",
                     *       "balance_previous_day": "0",
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "currency": "XOF",
                     *       "daily_credit": "500000",
                     *       "day": "2025-10-21",
                     *       "email": null,
                     *       "exposition": "200000",
                     *       "headroom": "500000",
                     *       "id": 1,
                     *       "limit": "1000000",
                     *       "name": "name",
                     *       "outstanding": "150000",
                     *       "reference": null,
                     *       "status": "active",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, message_not_failed, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_suspended",
                     *       "detail": "the account is suspended",
                     *       "status": 409,
                     *       "title": "the account is suspended",
                     *       "type": "urn:estair:problem:account_suspended"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccountHistory: {
        parameters: {
            query?: {
                /** @description 1 to 200, 50 when left out */
                limit?: number;
                /** @description the `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description the account's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of changes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "at": "2025-10-21T09:30:00Z",
                     *           "by": null,
                     *           "field": "status",
                     *           "new": "suspended",
                     *           "old": "active",
                     *           "reason": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["List_AccountHistoryEntry"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLimit: {
        parameters: {
            query?: {
                /** @description 1 to 200 changes, 50 when left out */
                limit?: number;
                /** @description the `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description the account's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The limit with its history */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "currency": "XOF",
                     *       "history": [
                     *         {
                     *           "at": "2025-10-21T09:30:00Z",
                     *           "by": null,
                     *           "new": "1000000",
                     *           "old": "500000",
                     *           "reason": "reason"
                     *         }
                     *       ],
                     *       "limit": "1000000",
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["Limit"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setLimit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the account's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "limit": "1500000",
                 *       "reason": "garantie bancaire reçue"
                 *     }
                 */
                "application/json": components["schemas"]["NewLimit"];
            };
        };
        responses: {
            /** @description The account with its new limit */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "active_credit": "500000",
                     *       "available": "499999",
                     *       "balance": "-150000",
                     *       "balance_previous_day": "0",
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "currency": "XOF",
                     *       "daily_credit": "500000",
                     *       "day": "2025-10-21",
                     *       "email": null,
                     *       "exposition": "200000",
                     *       "headroom": "500000",
                     *       "id": 1,
                     *       "limit": "1000000",
                     *       "name": "name",
                     *       "outstanding": "150000",
                     *       "reference": null,
                     *       "status": "active",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getStatement: {
        parameters: {
            query?: {
                /** @description from this business day on, such as 2025-10-21; not after `to` */
                from?: string;
                /** @description to this business day, included */
                to?: string;
                /** @description movements of this type */
                type?: string;
                /** @description movements from this source */
                source?: string;
                /** @description 1 to 200, 50 when left out */
                limit?: number;
                /** @description the `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description the account's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The statement */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "closing_balance": "25000",
                     *       "items": [
                     *         {
                     *           "account_id": 1,
                     *           "action": null,
                     *           "approvisionnement_id": null,
                     *           "balance_after": "25000",
                     *           "business_day": null,
                     *           "cancelled_at": null,
                     *           "completed_at": null,
                     *           "consolidator": null,
                     *           "created": null,
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "credit_after": null,
                     *           "credit_before": null,
                     *           "currency_code": "XOF",
                     *           "description": null,
                     *           "document": null,
                     *           "document_id": null,
                     *           "error_message": null,
                     *           "error_type": null,
                     *           "etatsdevente_id": null,
                     *           "exposition_after": "25000",
                     *           "external_id": null,
                     *           "first_passenger": null,
                     *           "first_segment": null,
                     *           "helpdesk_id": null,
                     *           "id": 1,
                     *           "is_deleted": true,
                     *           "max_retries": 1,
                     *           "message_uuid": null,
                     *           "modified_by": null,
                     *           "name": "MVT-wave-TX-1",
                     *           "office_cn": null,
                     *           "office_sb": null,
                     *           "payload": null,
                     *           "recordlocator": null,
                     *           "reference": null,
                     *           "requete_financiere_id": null,
                     *           "result": null,
                     *           "retry_count": 1,
                     *           "source": "wave",
                     *           "source_description": null,
                     *           "state": null,
                     *           "status": "success",
                     *           "subagent": null,
                     *           "terminal": null,
                     *           "total_operation": "25000",
                     *           "type": "payment",
                     *           "updated_at": "2025-10-21T09:30:00Z",
                     *           "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60"
                     *         }
                     *       ],
                     *       "next_cursor": null,
                     *       "opening_balance": "0"
                     *     }
                     */
                    "application/json": components["schemas"]["Statement"];
                    /** @example id,name,business_day,… */
                    "text/csv": string;
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the page is */
            307: {
                headers: {
                    /** @description Relative, so that it holds wherever the API is mounted: `docs/` */
                    location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getDocsPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page without any outside asset */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    getDocsFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description its name, such as `swagger-ui.css` */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description There is no such file */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description go on after this event */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events, until one side hangs up */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example id: 7mQ…
                     *     event: request
                     *     data: {"id":7,"status":"to_treat"}
                     */
                    "text/event-stream": string;
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSupportRequests: {
        parameters: {
            query?: {
                /** @description one status or several, separated by commas or repeated */
                status?: string;
                /** @description of this account */
                account_id?: number;
                /** @description held by */
                assigned_to?: string;
                /** @description which wait for `staff` or for the `client` to speak */
                awaiting?: string;
                /** @description whose name, subject, description or account's name holds this text */
                q?: string;
                /** @description `newest`, the default, or `queue` */
                sort?: string;
                /** @description 1 to 200, 50 when left out */
                limit?: number;
                /** @description the `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of support requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "account_id": 1,
                     *           "allowed_actions": [
                     *             {
                     *               "action": "transition",
                     *               "to": "to_treat"
                     *             }
                     *           ],
                     *           "assigned_to": "operation",
                     *           "category": "support",
                     *           "comments": [
                     *             {
                     *               "author": "operation",
                     *               "body": "body",
                     *               "created_at": "2025-10-21T09:30:00Z",
                     *               "created_by": null,
                     *               "id": 1,
                     *               "internal": true
                     *             }
                     *           ],
                     *           "comments_cursor": null,
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "created_by": null,
                     *           "description": "description",
                     *           "etatsdevente_id": null,
                     *           "followed_by": [
                     *             1
                     *           ],
                     *           "follows_id": null,
                     *           "id": 1,
                     *           "last_comment": {
                     *             "at": "2025-10-21T09:30:00Z",
                     *             "by": "client"
                     *           },
                     *           "name": "name",
                     *           "status": "open",
                     *           "subject": "subject",
                     *           "updated_at": "2025-10-21T09:30:00Z",
                     *           "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *           "version": 1
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["List_SupportRequest"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSupportRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key and body give the first answer again */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "description": "Le PNR ABC123 ne passe pas.",
                 *       "subject": "Billet refusé"
                 *     }
                 */
                "application/json": components["schemas"]["NewSupportRequest"];
            };
        };
        responses: {
            /** @description The support request as it was created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_id": 1,
                     *       "allowed_actions": [
                     *         {
                     *           "action": "transition",
                     *           "to": "to_treat"
                     *         }
                     *       ],
                     *       "assigned_to": "operation",
                     *       "category": "support",
                     *       "comments": [
                     *         {
                     *           "author": "operation",
                     *           "body": "body",
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "created_by": null,
                     *           "id": 1,
                     *           "internal": true
                     *         }
                     *       ],
                     *       "comments_cursor": null,
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "created_by": null,
                     *       "description": "description",
                     *       "etatsdevente_id": null,
                     *       "followed_by": [
                     *         1
                     *       ],
                     *       "follows_id": null,
                     *       "id": 1,
                     *       "last_comment": {
                     *         "at": "2025-10-21T09:30:00Z",
                     *         "by": "client"
                     *       },
                     *       "name": "name",
                     *       "status": "open",
                     *       "subject": "subject",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["SupportRequest"];
                };
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, message_not_failed, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_suspended",
                     *       "detail": "the account is suspended",
                     *       "status": 409,
                     *       "title": "the account is suspended",
                     *       "type": "urn:estair:problem:account_suspended"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSupportRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description its number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The support request, with its version as `ETag` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_id": 1,
                     *       "allowed_actions": [
                     *         {
                     *           "action": "transition",
                     *           "to": "to_treat"
                     *         }
                     *       ],
                     *       "assigned_to": "operation",
                     *       "category": "support",
                     *       "comments": [
                     *         {
                     *           "author": "operation",
                     *           "body": "body",
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "created_by": null,
                     *           "id": 1,
                     *           "internal": true
                     *         }
                     *       ],
                     *       "comments_cursor": null,
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "created_by": null,
                     *       "description": "description",
                     *       "etatsdevente_id": null,
                     *       "followed_by": [
                     *         1
                     *       ],
                     *       "follows_id": null,
                     *       "id": 1,
                     *       "last_comment": {
                     *         "at": "2025-10-21T09:30:00Z",
                     *         "by": "client"
                     *       },
                     *       "name": "name",
                     *       "status": "open",
                     *       "subject": "subject",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["SupportRequest"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateSupportRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description the version that was read, instead of `version` */
                "If-Match"?: string | null;
            };
            path: {
                /** @description its number */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "status": "in_progress",
                 *       "version": 1
                 *     }
                 */
                "application/json": components["schemas"]["SupportRequestPatch"];
            };
        };
        responses: {
            /** @description The support request as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_id": 1,
                     *       "allowed_actions": [
                     *         {
                     *           "action": "transition",
                     *           "to": "to_treat"
                     *         }
                     *       ],
                     *       "assigned_to": "operation",
                     *       "category": "support",
                     *       "comments": [
                     *         {
                     *           "author": "operation",
                     *           "body": "body",
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "created_by": null,
                     *           "id": 1,
                     *           "internal": true
                     *         }
                     *       ],
                     *       "comments_cursor": null,
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "created_by": null,
                     *       "description": "description",
                     *       "etatsdevente_id": null,
                     *       "followed_by": [
                     *         1
                     *       ],
                     *       "follows_id": null,
                     *       "id": 1,
                     *       "last_comment": {
                     *         "at": "2025-10-21T09:30:00Z",
                     *         "by": "client"
                     *       },
                     *       "name": "name",
                     *       "status": "open",
                     *       "subject": "subject",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["SupportRequest"];
                };
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, message_not_failed, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_suspended",
                     *       "detail": "the account is suspended",
                     *       "status": 409,
                     *       "title": "the account is suspended",
                     *       "type": "urn:estair:problem:account_suspended"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSupportComments: {
        parameters: {
            query?: {
                /** @description 1 to 200, 50 when left out */
                limit?: number;
                /** @description the `next_cursor` of the page before, or a `comments_cursor` */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description the support request's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of comments */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "author": "operation",
                     *           "body": "body",
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "created_by": null,
                     *           "id": 1,
                     *           "internal": true
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["List_Comment"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    commentSupportRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key and body give the first answer again */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description the support request's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "body": "Merci, c'est réglé."
                 *     }
                 */
                "application/json": components["schemas"]["NewComment"];
            };
        };
        responses: {
            /** @description The support request with its newest comments */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_id": 1,
                     *       "allowed_actions": [
                     *         {
                     *           "action": "transition",
                     *           "to": "to_treat"
                     *         }
                     *       ],
                     *       "assigned_to": "operation",
                     *       "category": "support",
                     *       "comments": [
                     *         {
                     *           "author": "operation",
                     *           "body": "body",
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "created_by": null,
                     *           "id": 1,
                     *           "internal": true
                     *         }
                     *       ],
                     *       "comments_cursor": null,
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "created_by": null,
                     *       "description": "description",
                     *       "etatsdevente_id": null,
                     *       "followed_by": [
                     *         1
                     *       ],
                     *       "follows_id": null,
                     *       "id": 1,
                     *       "last_comment": {
                     *         "at": "2025-10-21T09:30:00Z",
                     *         "by": "client"
                     *       },
                     *       "name": "name",
                     *       "status": "open",
                     *       "subject": "subject",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["SupportRequest"];
                };
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, message_not_failed, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_suspended",
                     *       "detail": "the account is suspended",
                     *       "status": 409,
                     *       "title": "the account is suspended",
                     *       "type": "urn:estair:problem:account_suspended"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postMovements: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key and body give the first answer again */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "account_id": 1,
                 *       "amount": "25000",
                 *       "currency": "XOF",
                 *       "reference": "TX-1",
                 *       "source": "wave",
                 *       "type": "payment"
                 *     }
                 */
                "application/json": components["schemas"]["Posting"];
            };
        };
        responses: {
            /** @description The one movement existed; or the results of several */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "error": {
                     *             "code": "account_suspended",
                     *             "detail": "detail",
                     *             "status": 1,
                     *             "title": "title",
                     *             "type": "type"
                     *           },
                     *           "mouvement_id": null,
                     *           "mouvement_uuid": null,
                     *           "outcome": "created",
                     *           "reference": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PostedMovements"];
                };
            };
            /** @description The one movement was created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": {
                     *         "code": "account_suspended",
                     *         "detail": "detail",
                     *         "status": 1,
                     *         "title": "title",
                     *         "type": "type"
                     *       },
                     *       "mouvement_id": null,
                     *       "mouvement_uuid": null,
                     *       "outcome": "created",
                     *       "reference": null
                     *     }
                     */
                    "application/json": components["schemas"]["PostedMovement"];
                };
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, message_not_failed, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_suspended",
                     *       "detail": "the account is suspended",
                     *       "status": 409,
                     *       "title": "the account is suspended",
                     *       "type": "urn:estair:problem:account_suspended"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMovement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description its number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The movement */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_id": 1,
                     *       "action": null,
                     *       "approvisionnement_id": null,
                     *       "business_day": null,
                     *       "cancelled_at": null,
                     *       "completed_at": null,
                     *       "consolidator": null,
                     *       "created": null,
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "credit_after": null,
                     *       "credit_before": null,
                     *       "currency_code": "XOF",
                     *       "description": null,
                     *       "document": null,
                     *       "document_id": null,
                     *       "error_message": null,
                     *       "error_type": null,
                     *       "etatsdevente_id": null,
                     *       "external_id": null,
                     *       "first_passenger": null,
                     *       "first_segment": null,
                     *       "helpdesk_id": null,
                     *       "id": 1,
                     *       "is_deleted": true,
                     *       "max_retries": 1,
                     *       "message_uuid": null,
                     *       "modified_by": null,
                     *       "name": "MVT-wave-TX-1",
                     *       "office_cn": null,
                     *       "office_sb": null,
                     *       "payload": null,
                     *       "recordlocator": null,
                     *       "reference": null,
                     *       "requete_financiere_id": null,
                     *       "result": null,
                     *       "retry_count": 1,
                     *       "source": "wave",
                     *       "source_description": null,
                     *       "state": null,
                     *       "status": "success",
                     *       "subagent": null,
                     *       "terminal": null,
                     *       "total_operation": "25000",
                     *       "type": "payment",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60"
                     *     }
                     */
                    "application/json": components["schemas"]["Movement"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMovementLogs: {
        parameters: {
            query?: {
                /** @description 1 to 200, 50 when left out */
                limit?: number;
                /** @description the `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description the movement's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every attempt to write it, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "account_id": 1,
                     *           "account_version": null,
                     *           "attempt_number": 1,
                     *           "changes": null,
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "duration_ms": null,
                     *           "error_details": null,
                     *           "hash": null,
                     *           "id": 1,
                     *           "ip_address": null,
                     *           "mouvement_id": 1,
                     *           "previous_hash": null,
                     *           "state_after": null,
                     *           "state_before": null,
                     *           "status": "success",
                     *           "triggered_by": null,
                     *           "user_agent": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["List_MovementLog"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getNotificationPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What reaches the caller's role, and whether it is on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "preferences": [
                     *         {
                     *           "channel": "email",
                     *           "notice": "support_resolved",
                     *           "on": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setNotificationPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "preferences": [
                 *         {
                 *           "channel": "email",
                 *           "notice": "support_resolved",
                 *           "on": true
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["PreferenceChanges"];
            };
        };
        responses: {
            /** @description All of the caller's preferences, after the change */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "preferences": [
                     *         {
                     *           "channel": "email",
                     *           "notice": "support_resolved",
                     *           "on": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example {} */
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    getPushPublicKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key; 404 when push is not configured */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "public_key": "public_key"
                     *     }
                     */
                    "application/json": components["schemas"]["PublicKey"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    subscribePush: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
                 *       "expirationTime": null,
                 *       "keys": {
                 *         "auth": "auth",
                 *         "p256dh": "p256dh"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Subscription"];
            };
        };
        responses: {
            /** @description The device is subscribed */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "endpoint": "endpoint"
                     *     }
                     */
                    "application/json": components["schemas"]["Subscribed"];
                };
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, message_not_failed, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_suspended",
                     *       "detail": "the account is suspended",
                     *       "status": 409,
                     *       "title": "the account is suspended",
                     *       "type": "urn:estair:problem:account_suspended"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsubscribePush: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "endpoint": "https://fcm.googleapis.com/fcm/send/abc"
                 *     }
                 */
                "application/json": components["schemas"]["Unsubscription"];
            };
        };
        responses: {
            /** @description The device is forgotten */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFinancialRequests: {
        parameters: {
            query?: {
                /** @description one status or several, separated by commas or repeated */
                status?: string;
                /** @description of this category */
                category?: string;
                /** @description of this account */
                account_id?: number;
                /** @description held by this desk */
                assigned_to?: string;
                /** @description created at or after this instant, or from this day on */
                created_from?: string;
                /** @description created before this instant, or until the end of this day */
                created_to?: string;
                /** @description whose name or description holds this text */
                q?: string;
                /** @description 1 to 200, 50 when left out */
                limit?: number;
                /** @description the `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of requests */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "account_id": 1,
                     *           "amount": "500000",
                     *           "assigned_to": "finance",
                     *           "category": "daily_credit",
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "created_by": null,
                     *           "currency": "XOF",
                     *           "description": null,
                     *           "etatsdevente_id": null,
                     *           "expiry_date": "2025-10-21T18:00:00Z",
                     *           "helpdesk_id": null,
                     *           "id": 123,
                     *           "message_uuid": null,
                     *           "mouvement_id": null,
                     *           "name": "REQ-20251021-3F9A2C7D4E10",
                     *           "parent_id": null,
                     *           "status": "to_treat",
                     *           "updated_at": "2025-10-21T09:30:00Z",
                     *           "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *           "version": 1
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["List_FinancialRequest"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createFinancialRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key and body give the first answer again */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "amount": 500000,
                 *       "category": "daily_credit",
                 *       "currency": "XOF"
                 *     }
                 */
                "application/json": components["schemas"]["NewFinancialRequest"];
            };
        };
        responses: {
            /** @description The request as it was created, with where it is in `Location` */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_id": 1,
                     *       "allowed_actions": [
                     *         {
                     *           "action": "transition",
                     *           "to": "to_treat"
                     *         }
                     *       ],
                     *       "amount": "500000",
                     *       "assigned_to": "finance",
                     *       "category": "daily_credit",
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "created_by": null,
                     *       "currency": "XOF",
                     *       "description": null,
                     *       "etatsdevente_id": null,
                     *       "expiry_date": "2025-10-21T18:00:00Z",
                     *       "helpdesk_id": null,
                     *       "id": 123,
                     *       "message_uuid": null,
                     *       "mouvement_id": null,
                     *       "name": "REQ-20251021-3F9A2C7D4E10",
                     *       "parent_id": null,
                     *       "status": "to_treat",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["FinancialRequestWithActions"];
                };
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, message_not_failed, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_suspended",
                     *       "detail": "the account is suspended",
                     *       "status": 409,
                     *       "title": "the account is suspended",
                     *       "type": "urn:estair:problem:account_suspended"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewFinancialRequest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "amount": 500000,
                 *       "category": "daily_credit",
                 *       "currency": "XOF"
                 *     }
                 */
                "application/json": components["schemas"]["NewFinancialRequest"];
            };
        };
        responses: {
            /** @description What would happen, with the figures behind it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "active_credit": "0",
                     *       "amount": "500000",
                     *       "code": null,
                     *       "headroom": "1000000",
                     *       "limit": "1000000",
                     *       "next": {
                     *         "by": "system",
                     *         "status": "processing"
                     *       },
                     *       "outcome": "to_treat"
                     *     }
                     */
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFinancialRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description its number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The request, with its version as `ETag` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_id": 1,
                     *       "allowed_actions": [
                     *         {
                     *           "action": "transition",
                     *           "to": "to_treat"
                     *         }
                     *       ],
                     *       "amount": "500000",
                     *       "assigned_to": "finance",
                     *       "category": "daily_credit",
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "created_by": null,
                     *       "currency": "XOF",
                     *       "description": null,
                     *       "etatsdevente_id": null,
                     *       "expiry_date": "2025-10-21T18:00:00Z",
                     *       "helpdesk_id": null,
                     *       "id": 123,
                     *       "message_uuid": null,
                     *       "mouvement_id": null,
                     *       "name": "REQ-20251021-3F9A2C7D4E10",
                     *       "parent_id": null,
                     *       "status": "to_treat",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["FinancialRequestWithActions"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateFinancialRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description the version that was read, instead of `version` */
                "If-Match"?: string | null;
            };
            path: {
                /** @description its number */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "status": "to_treat",
                 *       "version": 3
                 *     }
                 */
                "application/json": components["schemas"]["FinancialRequestPatch"];
            };
        };
        responses: {
            /** @description The request as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_id": 1,
                     *       "allowed_actions": [
                     *         {
                     *           "action": "transition",
                     *           "to": "to_treat"
                     *         }
                     *       ],
                     *       "amount": "500000",
                     *       "assigned_to": "finance",
                     *       "category": "daily_credit",
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "created_by": null,
                     *       "currency": "XOF",
                     *       "description": null,
                     *       "etatsdevente_id": null,
                     *       "expiry_date": "2025-10-21T18:00:00Z",
                     *       "helpdesk_id": null,
                     *       "id": 123,
                     *       "message_uuid": null,
                     *       "mouvement_id": null,
                     *       "name": "REQ-20251021-3F9A2C7D4E10",
                     *       "parent_id": null,
                     *       "status": "to_treat",
                     *       "updated_at": "2025-10-21T09:30:00Z",
                     *       "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *       "version": 1
                     *     }
                     */
                    "application/json": components["schemas"]["FinancialRequestWithActions"];
                };
            };
            /** @description A problem: unreadable_json */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unreadable_json",
                     *       "detail": "the body is not a JSON object",
                     *       "status": 400,
                     *       "title": "the body is not a JSON object",
                     *       "type": "urn:estair:problem:unreadable_json"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_unfinished */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_unfinished",
                     *       "detail": "the body did not come whole",
                     *       "status": 408,
                     *       "title": "the body did not come whole",
                     *       "type": "urn:estair:problem:body_unfinished"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, message_not_failed, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_suspended",
                     *       "detail": "the account is suspended",
                     *       "status": 409,
                     *       "title": "the account is suspended",
                     *       "type": "urn:estair:problem:account_suspended"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: body_too_large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "body_too_large",
                     *       "detail": "the body is too large",
                     *       "status": 413,
                     *       "title": "the body is too large",
                     *       "type": "urn:estair:problem:body_too_large"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: unsupported_media_type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unsupported_media_type",
                     *       "detail": "only application/json is read",
                     *       "status": 415,
                     *       "title": "only application/json is read",
                     *       "type": "urn:estair:problem:unsupported_media_type"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTimeline: {
        parameters: {
            query?: {
                /** @description 1 to 200, 50 when left out */
                limit?: number;
                /** @description the `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description the request's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Transitions, messages, attempts, movement and notifications */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "at": "2025-10-21T09:30:00Z",
                     *           "data": {},
                     *           "kind": "request_moved",
                     *           "mouvement_id": null,
                     *           "role": null,
                     *           "user_id": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["List_TimelineEntry"];
                };
            };
            /** @description A problem: unauthenticated */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "unauthenticated",
                     *       "detail": "nobody is signed in",
                     *       "status": 401,
                     *       "title": "nobody is signed in",
                     *       "type": "urn:estair:problem:unauthenticated"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: forbidden, transition_forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "forbidden",
                     *       "detail": "the role may not do this",
                     *       "status": 403,
                     *       "title": "the role may not do this",
                     *       "type": "urn:estair:problem:forbidden"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: not_found, push_not_configured, unknown_path */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "not_found",
                     *       "detail": "unknown, or not yours",
                     *       "status": 404,
                     *       "title": "unknown, or not yours",
                     *       "type": "urn:estair:problem:not_found"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: amount_out_of_range, credit_cutoff_passed, currency_mismatch, idempotency_key_reused, invalid_amount, invalid_expiry, invalid_parent, invalid_value, malformed_payload, unknown_domain */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "amount_out_of_range",
                     *       "detail": "a sum would leave decimal(15,2)",
                     *       "status": 422,
                     *       "title": "a sum would leave decimal(15,2)",
                     *       "type": "urn:estair:problem:amount_out_of_range"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: rate_limited, too_many_at_once */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "rate_limited",
                     *       "detail": "too many requests",
                     *       "status": 429,
                     *       "title": "too many requests",
                     *       "type": "urn:estair:problem:rate_limited"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: internal */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "internal",
                     *       "detail": "an internal error",
                     *       "status": 500,
                     *       "title": "an internal error",
                     *       "type": "urn:estair:problem:internal"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A problem: storage_unavailable, timed_out */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "storage_unavailable",
                     *       "detail": "the storage cannot answer now",
                     *       "status": 503,
                     *       "title": "the storage cannot answer now",
                     *       "type": "urn:estair:problem:storage_unavailable"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deliverMessage: {
        parameters: {
            query?: never;
            header: {
                /** @description the message's id, the same on every retry */
                "webhook-id": string;
                /** @description unix seconds of this attempt */
                "webhook-timestamp": number;
                /** @description v1, and the base64 of HMAC-SHA256; several with blanks between */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "message_uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                 *       "payload": {},
                 *       "type": "type"
                 *     }
                 */
                "application/json": components["schemas"]["Envelope"];
            };
        };
        responses: {
            /** @description the movement, or a business outcome */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "error": null,
                     *       "mouvement_id": null,
                     *       "mouvement_uuid": null,
                     *       "outcome": null,
                     *       "success": true
                     *     }
                     */
                    "application/json": components["schemas"]["Outcome"];
                };
            };
            /** @description unreadable JSON */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the signature is missing, wrong or stale */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description no such request */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body did not come whole */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the message disagrees with its request */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description over 64 KiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description encoded, or no JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description malformed */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description too many bad signatures from one address */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the storage cannot answer now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    isAlive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Alive"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures; 404 when the host exports none */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example estair_http_requests_total{route="/api/accounts"} 1 */
                    "text/plain": string;
                };
            };
        };
    };
    isReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything is there */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "checks": [
                     *         {
                     *           "name": "storage",
                     *           "ok": true
                     *         }
                     *       ],
                     *       "status": "ready"
                     *     }
                     */
                    "application/json": components["schemas"]["Ready"];
                };
            };
            /** @description Something is not */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "checks": [
                     *         {
                     *           "name": "storage",
                     *           "ok": true
                     *         }
                     *       ],
                     *       "status": "ready"
                     *     }
                     */
                    "application/json": components["schemas"]["Ready"];
                };
            };
        };
    };
}
