// Made from clients/openapi.json by scripts/generate.mjs: change the server, not this file.

export interface paths {
    "/api/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists accounts, newest first, with the figures of today, or of a past day. */
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
    "/api/accounts/{id}/releve.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Gives an account's statement as CSV for a French spreadsheet, oldest movement first. */
        get: operations["getStatementSheet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/accounts/{id}/releve.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Gives an account's statement as a workbook, oldest movement first. */
        get: operations["getStatementWorkbook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the audit trail of all accounts, newest first. */
        get: operations["listAudit"];
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
    "/api/jetons/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Withdraws a token for good; the sessions that were opened with it end. */
        delete: operations["withdrawToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/moi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows who asks, and what that role may do. */
        get: operations["getMe"];
        put?: never;
        post?: never;
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
        /** Lists the movements of all accounts, newest first, whatever became of them. */
        get: operations["listMovements"];
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
    "/api/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists what was sent, skipped and failed, newest first. */
        get: operations["listNotifications"];
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
    "/api/notifications/{id}/renvoi": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a notification again that failed or was skipped: a new cycle of its schedule.
         * @description What found nobody goes to the address that the account has now.
         */
        post: operations["resendNotification"];
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
    "/api/paiements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Posts the payments, or the sales, that a file lists: for finance and admin.
         * @description The body is the file itself: CSV with any separator, or a workbook (XLSX, its first sheet). Its first row names the columns:
         *     `reference`, `amount`, one of `account_id`, `account_reference` and `account_name`, and if wanted `currency`, `date` and
         *     `description`, in any order; or those of the source's own export. Payments are positive; a sale of `bsp` is a debit, a
         *     negative one a refund. The same reference again is the same payment. At most 16 MiB, 100,000 rows, 256 MiB unpacked (413).
         *     A file that takes longer than an answer may is finished all the same: sent again, its rows are there.
         */
        post: operations["postPayments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/personnes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists people, newest first. */
        get: operations["listPeople"];
        put?: never;
        /** Creates somebody, who has no token yet. */
        post: operations["createPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/personnes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one person with the tokens. */
        get: operations["getPerson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes somebody. Who is disabled is out at once. */
        patch: operations["updatePerson"];
        trace?: never;
    };
    "/api/personnes/{id}/jetons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives somebody a token. */
        post: operations["giveToken"];
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
    "/api/rapport": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the report of a day: today without `day`. It never verifies the book. */
        get: operations["getDailyReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/recherche": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finds accounts, requests, support requests, movements and messages: by name, reference, uuid, whole amount or sale. */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
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
         * Lists financial requests, newest first unless another order is asked for.
         * @description A client sees its own account's, and no draft; another account's id as a filter gives an empty list, as an unknown one does.
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
    "/api/requetes-financieres/lot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes many decisions, in order, each seeing what those before it did.
         * @description A refusal concerns its own entry alone, and so does an entry that cannot be read. With an `Idempotency-Key`, what was done is
         *     answered again and the rest is decided.
         */
        post: operations["decideFinancialRequests"];
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
        /**
         * Moves a request along the transition table, puts it on another desk, or edits a draft.
         * @description Several in one call are one step: first what the draft asks, then the desk, then the status.
         */
        patch: operations["updateFinancialRequest"];
        trace?: never;
    };
    "/api/requetes-financieres/{id}/commentaires": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the comments of a financial request, newest first; to a client without those for staff alone. */
        get: operations["listFinancialRequestComments"];
        put?: never;
        /**
         * Comments on a financial request, while it is not final.
         * @description What is not for staff alone is told: the client's to the desk that holds the request, staff's to the client.
         */
        post: operations["commentFinancialRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
    "/api/shadow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows what both systems decided, newest first, and how often they agreed: for staff. */
        get: operations["reportShadow"];
        put?: never;
        /**
         * Decides by our rules what the former system decided: for the service.
         * @description Nothing of it is in the book; both answers are kept. The figures of the former system are the basis where they are given,
         *     else what it granted on the account that day counts as active.
         */
        post: operations["tellShadow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook/helpdesk/failure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells what the book knows of a message's failure: what the critical alert of a Messager apart holds of it. */
        post: operations["explainFailure"];
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
             * @description Which system it works with: `legacy`, `shadow` or `live`; for staff.
             * @example live
             */
            rollout?: string | null;
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
            /** @description `legacy`, `shadow` or `live`; for admin. Not taken back once movements were written. */
            rollout?: string | null;
            /** @description `active` or `suspended`; for finance and admin. */
            status?: string | null;
            /**
             * Format: int64
             * @description The version that was read, which counts its movements; `If-Match` says the same.
             */
            version?: number | null;
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
             * @description What the user is called, or else on whose behalf they spoke: `client`, or the desk, which is what a client is told of
             *     staff.
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
        /** @description The report of a day. What waits is counted as of now; the money is the day's. */
        DailyReport: {
            /** @example 2025-10-21 */
            day: string;
            /** @description Granted credits that are past their expiry and not cancelled. */
            expired_credits: components["schemas"]["ReportedExpiredCredits"];
            /**
             * Format: int64
             * @description Messages that Messager gave up; null where Messager cannot be read.
             */
            failed_messages?: number | null;
            /** @description Credits apart. */
            money: components["schemas"]["ReportedMoney"][];
            /** @description Those that are not final. */
            requests: components["schemas"]["ReportedRequests"][];
            verify?: components["schemas"]["ReportedVerification"] | null;
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
        /** @description The message whose failure is asked for. */
        Failed: {
            /** Format: uuid */
            message_uuid: string;
        };
        /** @description What the book knows of a movement that failed. */
        FailureTold: {
            account_name?: string | null;
            amount?: string | null;
            /** @description `load`, `unload`, `daily_credit` or `cancel_credit`. */
            category?: string | null;
            currency?: string | null;
            error_message?: string | null;
            error_trace?: string | null;
            /** @description What kind of trouble it was; null where the movement was written after all. */
            error_type?: string | null;
            /**
             * Format: date-time
             * @description When it was kept.
             */
            failed_at?: string | null;
            /** Format: int64 */
            requete_id?: number | null;
            requete_name?: string | null;
        };
        /** @description A financial request. */
        FinancialRequest: {
            /** Format: int64 */
            account_id: number;
            /** @description In a list, for staff: the account's name. */
            account_name?: string;
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
         * @description What shall change. What is left out stays; null empties what may be empty. Other fields are refused.
         * @example {
         *       "status": "to_treat",
         *       "version": 3
         *     }
         */
        FinancialRequestPatch: {
            amount?: components["schemas"]["AmountInput"] | null;
            /** @description The desk wanted. */
            assigned_to?: string | null;
            /** @description Of a draft: why. */
            description?: string | null;
            /**
             * Format: int64
             * @description Of a draft: the sale that caused a fee.
             */
            etatsdevente_id?: number | null;
            /**
             * Format: int64
             * @description Of a draft: the support request behind it.
             */
            helpdesk_id?: number | null;
            limit?: components["schemas"]["AmountInput"] | null;
            /**
             * @description Why: told to the client when its credit is refused, to operation when a load or an unload is put on hold; needed with a
             *     limit.
             */
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
        /** @description A token that was given. */
        GivenToken: {
            /** Format: int64 */
            id: number;
            /** @description Shown this once: it is not kept. */
            token: string;
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
            /** @description With `count=true`: how many there are in all. */
            total?: components["schemas"]["Total"];
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
                 * @description Which system it works with: `legacy`, `shadow` or `live`; for staff.
                 * @example live
                 */
                rollout?: string | null;
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
            /** @description With `count=true`: how many there are in all. */
            total?: components["schemas"]["Total"];
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
            /** @description With `count=true`: how many there are in all. */
            total?: components["schemas"]["Total"];
        };
        /** @description A page of a list, and how to go on. */
        List_Comment: {
            /** @description Newest first. */
            items: {
                /**
                 * @description What the user is called, or else on whose behalf they spoke: `client`, or the desk, which is what a client is told of
                 *     staff.
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
            /** @description With `count=true`: how many there are in all. */
            total?: components["schemas"]["Total"];
        };
        /** @description A page of a list, and how to go on. */
        List_FinancialRequest: {
            /** @description Newest first. */
            items: {
                /** Format: int64 */
                account_id: number;
                /** @description In a list, for staff: the account's name. */
                account_name?: string;
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
            /** @description With `count=true`: how many there are in all. */
            total?: components["schemas"]["Total"];
        };
        /** @description A page of a list, and how to go on. */
        List_Movement: {
            /** @description Newest first. */
            items: {
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
                /** @description Null to a client. */
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
                 * @description The person whose decision wrote it or last changed it; null for the system or a trusted service,
                 *     and to a client.
                 */
                modified_by?: number | null;
                /** @example MVT-wave-TX-1 */
                name: string;
                office_cn?: string | null;
                office_sb?: string | null;
                /** @description The whole original request, exactly as it came; null to a client. */
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
            }[];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor?: string | null;
            /** @description With `count=true`: how many there are in all. */
            total?: components["schemas"]["Total"];
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
            /** @description With `count=true`: how many there are in all. */
            total?: components["schemas"]["Total"];
        };
        /** @description A page of a list, and how to go on. */
        List_Notification: {
            /** @description Newest first. */
            items: {
                /** Format: int32 */
                attempts: number;
                /**
                 * @description `client`, `operation`, `finance`, `admin` or `critical`.
                 * @example client
                 */
                audience: string;
                /**
                 * @description `email`, `teams` or `push`.
                 * @example email
                 */
                channel: string;
                completed_at?: string | null;
                created_at: string;
                /** @description Why it failed or was skipped. */
                error?: string | null;
                /** Format: int64 */
                id: number;
                /** @example credit_refused */
                notice: string;
                /** @description The address; empty where the channel knows it itself, or where nobody was found. */
                recipient: string;
                /**
                 * Format: int64
                 * @description The financial request it is about.
                 */
                requete_id?: number | null;
                /**
                 * @description `pending`, `completed`, `skipped` or `failed`.
                 * @example completed
                 */
                status: string;
            }[];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor?: string | null;
            /** @description With `count=true`: how many there are in all. */
            total?: components["schemas"]["Total"];
        };
        /** @description A page of a list, and how to go on. */
        List_Person: {
            /** @description Newest first. */
            items: {
                /**
                 * Format: int64
                 * @description A client's account.
                 */
                account_id?: number | null;
                /** @description Is this person shut out? */
                disabled: boolean;
                email?: string | null;
                /** Format: int64 */
                id: number;
                /** @description `agency` or `agent`, of a client. */
                kind?: string | null;
                /** @description When a token or a session was last used, to a minute. */
                last_used_at?: string | null;
                name: string;
                /**
                 * @description `client`, `operation`, `finance`, `admin`, `service` or `auditor`.
                 * @example operation
                 */
                role: string;
            }[];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor?: string | null;
            /** @description With `count=true`: how many there are in all. */
            total?: components["schemas"]["Total"];
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
                /** @description The financial requests behind it: its fees. To a client without drafts. */
                requetes: components["schemas"]["FinancialRequest"][];
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
            /** @description With `count=true`: how many there are in all. */
            total?: components["schemas"]["Total"];
        };
        /** @description A page of a list, and how to go on. */
        List_TimelineEntry: {
            /** @description Newest first. */
            items: {
                at: string;
                /** @description The particulars: `from`, `to`, `status`, `reason`, amounts, figures, an attempt's answer, a notification's channel. */
                data: Record<string, never>;
                /**
                 * @description `request_created`, `request_edited`, `request_commented`, `request_assigned`, `request_moved`, `message_sent`, `message_lost`, `movement_written`, `movement_failed`,
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
            /** @description With `count=true`: how many there are in all. */
            total?: components["schemas"]["Total"];
        };
        /** @description A decision: `update` with `id` and what shall change, or `cancel_credit` with `parent_id`. Other fields are refused. */
        LotOperation: {
            /** @description Of an `update`: the desk wanted. */
            assigned_to?: string | null;
            /**
             * Format: int64
             * @description Of an `update`: the request.
             */
            id?: number | null;
            limit?: components["schemas"]["AmountInput"] | null;
            /** @description `update` or `cancel_credit`. */
            op: string;
            /**
             * Format: int64
             * @description Of a `cancel_credit`: the credit request to reverse.
             */
            parent_id?: number | null;
            /** @description Of an `update`: why. */
            reason?: string | null;
            /** @description Of an `update`: the status wanted. */
            status?: string | null;
            /**
             * Format: int64
             * @description Of an `update`: the version that was read.
             */
            version?: number | null;
        };
        /** @description What became of one. */
        LotResult: {
            error?: components["schemas"]["Problem"] | null;
            /**
             * @description `done` or `refused`.
             * @example done
             */
            outcome: string;
            requete?: components["schemas"]["FinancialRequestWithActions"] | null;
        };
        /** @description What became of each, in the order given. */
        LotResults: {
            results: components["schemas"]["LotResult"][];
        };
        /** @description Who asks. */
        Me: {
            /**
             * Format: int64
             * @description A client's account.
             */
            account_id?: number | null;
            /** @description `agency` or `agent`; null but for clients. */
            kind?: string | null;
            /** @description What the host calls this person; null where it does not say. */
            name?: string | null;
            /** @description What the role may do: a client on what belongs to its account, everybody else on everything. */
            permissions: components["schemas"]["Permission"][];
            /** @example client */
            role: string;
            /**
             * Format: int64
             * @description Null for the program itself.
             */
            user_id?: number | null;
        };
        /** @description A message and where it is. */
        Message: {
            /**
             * Format: uuid
             * @description The earlier message of the same account that holds it back (G9).
             */
            blocked_by?: string | null;
            /** Format: date-time */
            completed_at?: string | null;
            /** Format: date-time */
            created_at: string;
            domain: string;
            /**
             * Format: int32
             * @description Retries its schedule has.
             */
            max_retries: number;
            /** Format: int64 */
            message_id: number;
            /** Format: uuid */
            message_uuid: string;
            /** Format: date-time */
            next_attempt_at?: string | null;
            /**
             * Format: int32
             * @description Retries of the present cycle.
             */
            retry_count: number;
            /** @description `pending`, `processing`, `completed` or `failed`. */
            status: string;
            type: string;
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
            /** @description Null to a client. */
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
             * @description The person whose decision wrote it or last changed it; null for the system or a trusted service,
             *     and to a client.
             */
            modified_by?: number | null;
            /** @example MVT-wave-TX-1 */
            name: string;
            office_cn?: string | null;
            office_sb?: string | null;
            /** @description The whole original request, exactly as it came; null to a client. */
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
        /** @description Figures of the former system. Other fields are refused. */
        NewFigures: {
            active_credit?: components["schemas"]["AmountInput"] | null;
            balance?: components["schemas"]["AmountInput"] | null;
            limit?: components["schemas"]["AmountInput"] | null;
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
         * @description A comment to be added. Other fields are refused.
         * @example {
         *       "body": "Le bordereau suit.",
         *       "internal": false
         *     }
         */
        NewFinancialRequestComment: {
            /** @description At most 10,000 characters. */
            body: string;
            /** @description For staff alone; not unless it is said, and never a client's. On a draft every comment is. */
            internal?: boolean | null;
        };
        /** @description What the former system said. Other fields are refused. */
        NewLegacy: {
            figures?: components["schemas"]["NewFigures"] | null;
            /** @description `to_treat`, `waiting`, `open` or `refused`. */
            outcome: string;
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
         * @description Decisions to be taken, in this order. Other fields are refused.
         * @example {
         *       "operations": [
         *         {
         *           "id": 3,
         *           "op": "update",
         *           "status": "to_treat"
         *         },
         *         {
         *           "op": "cancel_credit",
         *           "parent_id": 2
         *         }
         *       ]
         *     }
         */
        NewLot: {
            /** @description 1 to 200. */
            operations: components["schemas"]["LotOperation"][];
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
            /** @description The account's, no other is accepted; XOF when it is left out. */
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
         * @description Somebody to be created. Other fields are refused.
         * @example {
         *       "account_id": 1,
         *       "email": "awa@example.test",
         *       "kind": "agency",
         *       "name": "Awa Koné",
         *       "role": "client"
         *     }
         */
        NewPerson: {
            /**
             * Format: int64
             * @description Needed for a client, and nobody else's.
             */
            account_id?: number | null;
            /** @description False when it is left out. */
            disabled?: boolean | null;
            /** @description An address that mail can reach; a service may go without. */
            email?: string | null;
            /** @description `agency` (when it is left out) or `agent`, of a client. */
            kind?: string | null;
            /** @description At most 255 characters. */
            name: string;
            /** @description `client`, `operation`, `finance`, `admin`, `service` or `auditor`. */
            role: string;
        };
        /**
         * @description What the former system did. Other fields are refused.
         * @example {
         *       "account_id": 1,
         *       "at": "2025-10-21T09:00:00Z",
         *       "draft": {
         *         "amount": 500000,
         *         "category": "daily_credit"
         *       },
         *       "legacy": {
         *         "figures": {
         *           "active_credit": "0",
         *           "balance": "0",
         *           "limit": "1000000"
         *         },
         *         "outcome": "to_treat"
         *       }
         *     }
         */
        NewShadow: {
            /** Format: int64 */
            account_id: number;
            /** @description The instant as of which it is decided; now when it is left out. */
            at?: string | null;
            /** @description The request, as for creating one. */
            draft: components["schemas"]["NewFinancialRequest"];
            legacy: components["schemas"]["NewLegacy"];
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
        /**
         * @description A token to be given. Other fields are refused.
         * @example {
         *       "name": "Poste du guichet 2"
         *     }
         */
        NewToken: {
            /** @description What it is for, at most 255 characters. */
            name?: string | null;
        };
        /** @description The next step of a request, and the role that takes it. */
        NextStep: {
            /** @example system */
            by: string;
            /** @example processing */
            status: string;
        };
        /** @description A message to one recipient by one channel, and where it is. */
        Notification: {
            /** Format: int32 */
            attempts: number;
            /**
             * @description `client`, `operation`, `finance`, `admin` or `critical`.
             * @example client
             */
            audience: string;
            /**
             * @description `email`, `teams` or `push`.
             * @example email
             */
            channel: string;
            completed_at?: string | null;
            created_at: string;
            /** @description Why it failed or was skipped. */
            error?: string | null;
            /** Format: int64 */
            id: number;
            /** @example credit_refused */
            notice: string;
            /** @description The address; empty where the channel knows it itself, or where nobody was found. */
            recipient: string;
            /**
             * Format: int64
             * @description The financial request it is about.
             */
            requete_id?: number | null;
            /**
             * @description `pending`, `completed`, `skipped` or `failed`.
             * @example completed
             */
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
        /** @description How many rows came to what. */
        PaymentCounts: {
            /** Format: int64 */
            created: number;
            /** Format: int64 */
            existing: number;
            /** Format: int64 */
            refused: number;
            /** Format: int64 */
            would_create: number;
        };
        /** @description A row and its movement, which say different things. */
        PaymentDifference: {
            book: components["schemas"]["PaymentInBook"];
            file: components["schemas"]["PaymentLine"];
        };
        /** @description The file that was posted. */
        PaymentFile: {
            /** @description Rows below the header. */
            rows: number;
            /**
             * @description SHA-256 of its bytes: it stands in the payload of each movement, which is sealed with the audit trail.
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            sha256: string;
        };
        /** @description A movement of the book beside a file. */
        PaymentInBook: {
            /** Format: int64 */
            account_id: number;
            /**
             * @description Signed.
             * @example 25000
             */
            amount: string;
            /** @description The day it belongs to in the book. */
            business_day?: string | null;
            /** @description The operation's own instant. */
            date?: string | null;
            /** Format: int64 */
            mouvement_id: number;
            reference?: string | null;
            type: string;
        };
        /** @description A row of the file, as it would be posted. */
        PaymentLine: {
            /** Format: int64 */
            account_id?: number | null;
            /**
             * @description Signed.
             * @example 25000
             */
            amount?: string | null;
            /** @description The day that the file names. */
            date?: string | null;
            /** @description What cannot be read of it. */
            errors?: Record<string, never>[];
            reference?: string | null;
            /** Format: int64 */
            row: number;
            /** @description `payment`, `debit` or `refund`. */
            type?: string | null;
        };
        /** @description A file beside the book, from the file's first to its last date. */
        PaymentReconciliation: {
            /** @description Rows whose movement has another account, type or amount. */
            different: components["schemas"]["PaymentDifference"][];
            /** @description Movements of the source without a row. */
            only_in_book: components["schemas"]["PaymentInBook"][];
            /** @description Rows without a movement. */
            only_in_file: components["schemas"]["PaymentLine"][];
        };
        /** @description What became of a row. */
        PaymentRow: {
            error?: components["schemas"]["Problem"] | null;
            /** Format: int64 */
            mouvement_id?: number | null;
            /**
             * @description `created`, `existing`, `refused` or, of a dry run, `would_create`.
             * @example created
             */
            outcome: string;
            /** @description The source's reference. */
            reference?: string | null;
            /**
             * Format: int64
             * @description Its line in the file; the header is 1.
             */
            row: number;
        };
        /** @description What became of a file, or how it differs from the book. */
        PaymentsAnswer: components["schemas"]["PostedPayments"] | components["schemas"]["PaymentReconciliation"];
        /**
         * @description One line of the permission matrix
         * @enum {string}
         */
        Permission: "assign_cancel_credit" | "assign_daily_credit" | "assign_load" | "assign_support" | "assign_unload" | "comment_requests" | "comment_support" | "create_account" | "create_cancel_credit" | "create_daily_credit" | "create_load" | "create_support" | "create_unload" | "edit_drafts" | "edit_support" | "list_movements" | "manage_people" | "move_cancel_credit" | "move_daily_credit" | "move_load" | "move_support" | "move_unload" | "pause_deliveries" | "post_movements" | "post_payments" | "read_accounts" | "read_audit" | "read_limit" | "read_messages" | "read_notifications" | "read_report" | "read_requests" | "read_shadow" | "read_support" | "rename_account" | "replay_messages" | "run_book" | "send_notifications" | "set_limit" | "set_rollout" | "suspend_account" | "tell_shadow";
        /** @description Somebody who uses the host. */
        Person: {
            /**
             * Format: int64
             * @description A client's account.
             */
            account_id?: number | null;
            /** @description Is this person shut out? */
            disabled: boolean;
            email?: string | null;
            /** Format: int64 */
            id: number;
            /** @description `agency` or `agent`, of a client. */
            kind?: string | null;
            /** @description When a token or a session was last used, to a minute. */
            last_used_at?: string | null;
            name: string;
            /**
             * @description `client`, `operation`, `finance`, `admin`, `service` or `auditor`.
             * @example operation
             */
            role: string;
        };
        /**
         * @description What is to change of somebody. Other fields are refused.
         * @example {
         *       "disabled": true
         *     }
         */
        PersonPatch: {
            /** Format: int64 */
            account_id?: number | null;
            /** @description Who is disabled is out at once, from sessions and streams within a second. */
            disabled?: boolean | null;
            /** @description Null takes the address away. */
            email?: string | null;
            kind?: string | null;
            name?: string | null;
            /** @description Who is no client any more has no account and no kind any more. */
            role?: string | null;
        };
        /** @description A token, without its secret. */
        PersonToken: {
            created_at: string;
            /** Format: int64 */
            id: number;
            /** @description When it, or a session opened with it, was last used, to a minute. */
            last_used_at?: string | null;
            /** @description What it is for. */
            name?: string | null;
        };
        /** @description Somebody who uses the host, with the tokens that were not withdrawn. */
        PersonWithTokens: components["schemas"]["Person"] & {
            /** @description Newest first, at most 200. */
            tokens: components["schemas"]["PersonToken"][];
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
        /** @description What became of a file. */
        PostedPayments: {
            counts: components["schemas"]["PaymentCounts"];
            file: components["schemas"]["PaymentFile"];
            /** @description In the order of the file. */
            rows: components["schemas"]["PaymentRow"][];
        };
        /** @description One movement, or several. */
        Posting: components["schemas"]["NewMovement"] | components["schemas"]["NewMovements"];
        /** @description What became of the one movement that was known, or of several. */
        PostingAnswer: components["schemas"]["PostedMovement"] | components["schemas"]["PostedMovements"];
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
            /**
             * @description The greatest amount that the limit would let pass now.
             * @example 999999
             */
            available: string;
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
            code: "account_has_movements" | "account_legacy" | "account_shadow" | "account_suspended" | "amount_out_of_range" | "assignment_not_allowed" | "atomic_group_refused" | "body_too_large" | "body_unfinished" | "cancellation_in_progress" | "credit_already_cancelled" | "credit_cutoff_passed" | "credit_expired" | "credit_limit_exceeded" | "credit_not_granted" | "currency_mismatch" | "device_of_another" | "forbidden" | "idempotency_in_progress" | "idempotency_key_reused" | "immutable" | "internal" | "invalid_amount" | "invalid_expiry" | "invalid_parent" | "invalid_value" | "last_admin" | "malformed_payload" | "message_not_failed" | "method_not_allowed" | "not_a_draft" | "not_found" | "notification_not_ended" | "payload_mismatch" | "push_not_configured" | "rate_limited" | "reference_reused" | "stale_version" | "storage_unavailable" | "timed_out" | "too_many_at_once" | "transition_forbidden" | "transition_not_allowed" | "unauthenticated" | "unknown_domain" | "unknown_path" | "unreadable_json" | "unsupported_media_type";
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
        /** @description Credits past their expiry. */
        ReportedExpiredCredits: {
            /** @description By currency. */
            amounts: {
                [key: string]: string;
            };
            /** Format: int64 */
            count: number;
        };
        /** @description What came in and went out by one source. */
        ReportedMoney: {
            /** @example XOF */
            currency: string;
            /** @example 25000 */
            in: string;
            /**
             * @description Unsigned.
             * @example 0
             */
            out: string;
            /** @example wave */
            source: string;
        };
        /** @description Requests in one status and of one age. */
        ReportedRequests: {
            /**
             * @description `0-1d`, `1-7d` or `7d+`.
             * @example 0-1d
             */
            age: string;
            /** Format: int64 */
            count: number;
            /** @example waiting */
            status: string;
        };
        /** @description A verification. */
        ReportedVerification: {
            at: string;
            /** Format: int64 */
            findings: number;
        };
        /** @description What was found, at most 10 of each kind, newest first. What the caller may not read is empty. */
        SearchResult: {
            accounts: components["schemas"]["Account"][];
            helpdesk: components["schemas"]["SupportRequest"][];
            messages: components["schemas"]["Message"][];
            mouvements: components["schemas"]["Movement"][];
            requetes: components["schemas"]["FinancialRequest"][];
        };
        /** @description Both answers. */
        ShadowAnswers: {
            /** @description Do both have the same outcome? */
            agree: boolean;
            legacy: components["schemas"]["ShadowLegacy"];
            ours: components["schemas"]["ShadowOurs"];
        };
        /** @description Both answers to a request, as they were kept. */
        ShadowDecision: components["schemas"]["ShadowAnswers"] & {
            /** Format: int64 */
            account_id: number;
            /**
             * @description The active credit on which it rests.
             * @example 0
             */
            active_credit: string;
            /** @example 500000 */
            amount?: string | null;
            /** @description The instant as of which it was decided. */
            at: string;
            category?: string | null;
            created_at: string;
            /**
             * Format: int64
             * @description Who told; null for nobody known.
             */
            created_by?: number | null;
            /** @description The request, exactly as it came. */
            draft: Record<string, never>;
            /** Format: int64 */
            id: number;
            /**
             * @description The limit on which our answer rests.
             * @example 1000000
             */
            limit: string;
        };
        /** @description Figures, as far as they are known. */
        ShadowFigures: {
            /** @example 0 */
            active_credit?: string | null;
            /** @example 0 */
            balance?: string | null;
            /** @example 1000000 */
            limit?: string | null;
        };
        /** @description What the former system said. */
        ShadowLegacy: {
            figures?: components["schemas"]["ShadowFigures"] | null;
            /** @example to_treat */
            outcome: string;
        };
        /** @description What our rules say. */
        ShadowOurs: {
            /**
             * @description Why it waits or is refused.
             * @example credit_limit_exceeded
             */
            code?: string | null;
            /**
             * @description `to_treat`, `waiting`, `open` or `refused`.
             * @example waiting
             */
            outcome: string;
        };
        /** @description What both systems decided, newest first, and how often they agreed. */
        ShadowReport: {
            /**
             * Format: int64
             * @description In all, or of the account that is asked for.
             */
            agreements: number;
            /**
             * Format: int64
             * @description In all, or of the account that is asked for.
             */
            disagreements: number;
            items: components["schemas"]["ShadowDecision"][];
            /** @description The `cursor` of the next page; null on the last. */
            next_cursor?: string | null;
            /** @description With `count=true`: how many there are in all, and what was asked for. */
            total?: components["schemas"]["Total"];
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
            /** @description With `count=true`: how many there are in all, and the sum of what was written. */
            total?: components["schemas"]["Total"];
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
            /** @description The financial requests behind it: its fees. To a client without drafts. */
            requetes: components["schemas"]["FinancialRequest"][];
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
             * @description `request_created`, `request_edited`, `request_commented`, `request_assigned`, `request_moved`, `message_sent`, `message_lost`, `movement_written`, `movement_failed`,
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
        /** @description How many rows a list has, and what they come to. */
        Total: {
            /**
             * @description The exact sum in each currency, where the list has amounts.
             * @example {
             *       "XOF": "750000"
             *     }
             */
            amounts?: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description How many; 10000 where there are more.
             * @example 2
             */
            count: number;
            /** @description There are more than 10,000: nothing is summed. */
            more?: boolean;
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
                /** @description `legacy`, `shadow` or `live` */
                rollout?: string;
                /** @description a past business day, such as 2025-10-21 */
                day?: string;
                /** @description `true` adds `total` */
                count?: boolean;
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
                     *           "rollout": "live",
                     *           "status": "active",
                     *           "updated_at": "2025-10-21T09:30:00Z",
                     *           "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *           "version": 1
                     *         }
                     *       ],
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
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
                     *       "rollout": "live",
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
                     *       "rollout": "live",
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
                     *       "rollout": "live",
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
                     *       "rollout": "live",
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
                /** @description `true` adds `total` */
                count?: boolean;
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
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
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
                /** @description `true` adds `total` */
                count?: boolean;
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
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
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
                     *       "rollout": "live",
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
                /** @description movements of this sale operation */
                etatsdevente_id?: number;
                /** @description `true` adds `total` */
                count?: boolean;
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
                     *       "opening_balance": "0",
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
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
    getStatementSheet: {
        parameters: {
            query?: {
                /** @description `excel`, the one there is */
                format?: string;
                /** @description from this business day on, such as 2025-10-21; not after `to` */
                from?: string;
                /** @description to this business day, included */
                to?: string;
                /** @description movements of this type */
                type?: string;
                /** @description movements from this source */
                source?: string;
                /** @description movements of this sale operation */
                etatsdevente_id?: number;
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
            /** @description The file: a byte order mark, semicolons, decimal commas */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
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
    getStatementWorkbook: {
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
                /** @description movements of this sale operation */
                etatsdevente_id?: number;
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
            /** @description The workbook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": number[];
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
    listAudit: {
        parameters: {
            query?: {
                /** @description of this account */
                account_id?: number;
                /** @description ascribed to this user */
                triggered_by?: number;
                /** @description `success` or `failed` */
                status?: string;
                /** @description written at or after this instant, or from this day on */
                from?: string;
                /** @description written before this instant, or until the end of this day */
                to?: string;
                /** @description `true` adds `total` */
                count?: boolean;
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
            /** @description A page of the audit trail */
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
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
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
                /** @description `true` adds `total` */
                count?: boolean;
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
                     *           "requetes": [
                     *             {
                     *               "account_id": 1,
                     *               "account_name": "account_name",
                     *               "amount": "500000",
                     *               "assigned_to": "finance",
                     *               "category": "daily_credit",
                     *               "created_at": "2025-10-21T09:30:00Z",
                     *               "created_by": null,
                     *               "currency": "XOF",
                     *               "description": null,
                     *               "etatsdevente_id": null,
                     *               "expiry_date": "2025-10-21T18:00:00Z",
                     *               "helpdesk_id": null,
                     *               "id": 123,
                     *               "message_uuid": null,
                     *               "mouvement_id": null,
                     *               "name": "REQ-20251021-3F9A2C7D4E10",
                     *               "parent_id": null,
                     *               "status": "to_treat",
                     *               "updated_at": "2025-10-21T09:30:00Z",
                     *               "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *               "version": 1
                     *             }
                     *           ],
                     *           "status": "open",
                     *           "subject": "subject",
                     *           "updated_at": "2025-10-21T09:30:00Z",
                     *           "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *           "version": 1
                     *         }
                     *       ],
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
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
                     *       "requetes": [
                     *         {
                     *           "account_id": 1,
                     *           "account_name": "account_name",
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
                     *       "requetes": [
                     *         {
                     *           "account_id": 1,
                     *           "account_name": "account_name",
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
                     *       "requetes": [
                     *         {
                     *           "account_id": 1,
                     *           "account_name": "account_name",
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
                /** @description `true` adds `total` */
                count?: boolean;
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
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
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
                     *       "requetes": [
                     *         {
                     *           "account_id": 1,
                     *           "account_name": "account_name",
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
    withdrawToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the token's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token is withdrawn */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
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
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_id": null,
                     *       "kind": null,
                     *       "name": null,
                     *       "permissions": [
                     *         "assign_cancel_credit"
                     *       ],
                     *       "role": "client",
                     *       "user_id": null
                     *     }
                     */
                    "application/json": components["schemas"]["Me"];
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
    listMovements: {
        parameters: {
            query?: {
                /** @description of this account */
                account_id?: number;
                /** @description in this status */
                status?: string;
                /** @description of this type */
                type?: string;
                /** @description from this source */
                source?: string;
                /** @description made at or after this instant, or from this day on */
                from?: string;
                /** @description made before this instant, or until the end of this day */
                to?: string;
                /** @description that this sale caused */
                etatsdevente_id?: number;
                /** @description behind which this support request is */
                helpdesk_id?: number;
                /** @description whose name, reference or uuid holds this text */
                q?: string;
                /** @description `true` adds `total` */
                count?: boolean;
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
            /** @description A page of movements */
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
                     *           "action": null,
                     *           "approvisionnement_id": null,
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
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["List_Movement"];
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
                     *       "error": {
                     *         "code": "account_has_movements",
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
                    "application/json": components["schemas"]["PostingAnswer"];
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
                     *         "code": "account_has_movements",
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
                /** @description `true` adds `total` */
                count?: boolean;
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
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
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
    listNotifications: {
        parameters: {
            query?: {
                /** @description `pending`, `completed`, `skipped` or `failed` */
                status?: string;
                /** @description of this notice */
                notice?: string;
                /** @description about this financial request */
                requete_id?: number;
                /** @description `true` adds `total` */
                count?: boolean;
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
            /** @description A page of notifications */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "attempts": 1,
                     *           "audience": "client",
                     *           "channel": "email",
                     *           "completed_at": null,
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "error": null,
                     *           "id": 1,
                     *           "notice": "credit_refused",
                     *           "recipient": "recipient",
                     *           "requete_id": null,
                     *           "status": "completed"
                     *         }
                     *       ],
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["List_Notification"];
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
    resendNotification: {
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
            /** @description It is queued again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "attempts": 1,
                     *       "audience": "client",
                     *       "channel": "email",
                     *       "completed_at": null,
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "error": null,
                     *       "id": 1,
                     *       "notice": "credit_refused",
                     *       "recipient": "recipient",
                     *       "requete_id": null,
                     *       "status": "completed"
                     *     }
                     */
                    "application/json": components["schemas"]["Notification"];
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
    postPayments: {
        parameters: {
            query: {
                /** @description `bmp`, `wave`, `orange`, `spc`, `bsp` or `email_banking` */
                source: string;
                /** @description says what would be done, and writes nothing */
                dry_run?: boolean;
                /** @description compares the file with the book, and writes nothing */
                reconcile?: boolean;
            };
            header?: {
                /** @description the same key and file give the first answer again */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": number[];
                "text/csv": number[];
            };
        };
        responses: {
            /** @description What became of the rows; with `reconcile` a comparison */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "counts": {
                     *         "created": 1,
                     *         "existing": 1,
                     *         "refused": 1,
                     *         "would_create": 1
                     *       },
                     *       "file": {
                     *         "rows": 1,
                     *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *       },
                     *       "rows": [
                     *         {
                     *           "error": {
                     *             "code": "account_has_movements",
                     *             "detail": "detail",
                     *             "status": 1,
                     *             "title": "title",
                     *             "type": "type"
                     *           },
                     *           "mouvement_id": null,
                     *           "outcome": "created",
                     *           "reference": null,
                     *           "row": 1
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PaymentsAnswer"];
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
    listPeople: {
        parameters: {
            query?: {
                /** @description of this role */
                role?: string;
                /** @description clients of this account */
                account_id?: number;
                /** @description shut out, or not */
                disabled?: boolean;
                /** @description `true` adds `total` */
                count?: boolean;
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
            /** @description A page of people */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "account_id": null,
                     *           "disabled": true,
                     *           "email": null,
                     *           "id": 1,
                     *           "kind": null,
                     *           "last_used_at": null,
                     *           "name": "name",
                     *           "role": "operation"
                     *         }
                     *       ],
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["List_Person"];
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
    createPerson: {
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
                 *       "email": "awa@example.test",
                 *       "kind": "agency",
                 *       "name": "Awa Koné",
                 *       "role": "client"
                 *     }
                 */
                "application/json": components["schemas"]["NewPerson"];
            };
        };
        responses: {
            /** @description The person as created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_id": null,
                     *       "disabled": true,
                     *       "email": null,
                     *       "id": 1,
                     *       "kind": null,
                     *       "last_used_at": null,
                     *       "name": "name",
                     *       "role": "operation",
                     *       "tokens": [
                     *         {
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "id": 1,
                     *           "last_used_at": null,
                     *           "name": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PersonWithTokens"];
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
    getPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the person's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person, with the tokens that were not withdrawn */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_id": null,
                     *       "disabled": true,
                     *       "email": null,
                     *       "id": 1,
                     *       "kind": null,
                     *       "last_used_at": null,
                     *       "name": "name",
                     *       "role": "operation",
                     *       "tokens": [
                     *         {
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "id": 1,
                     *           "last_used_at": null,
                     *           "name": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PersonWithTokens"];
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
    updatePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the person's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "disabled": true
                 *     }
                 */
                "application/json": components["schemas"]["PersonPatch"];
            };
        };
        responses: {
            /** @description The person as of now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_id": null,
                     *       "disabled": true,
                     *       "email": null,
                     *       "id": 1,
                     *       "kind": null,
                     *       "last_used_at": null,
                     *       "name": "name",
                     *       "role": "operation",
                     *       "tokens": [
                     *         {
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "id": 1,
                     *           "last_used_at": null,
                     *           "name": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["PersonWithTokens"];
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
    giveToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key and body give the first answer again */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description the person's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Poste du guichet 2"
                 *     }
                 */
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            /** @description The token, shown this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 1,
                     *       "token": "token"
                     *     }
                     */
                    "application/json": components["schemas"]["GivenToken"];
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
    getDailyReport: {
        parameters: {
            query?: {
                /** @description a business day, such as 2025-10-21 */
                day?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "day": "2025-10-21",
                     *       "expired_credits": {
                     *         "amounts": {},
                     *         "count": 1
                     *       },
                     *       "failed_messages": null,
                     *       "money": [
                     *         {
                     *           "currency": "XOF",
                     *           "in": "25000",
                     *           "out": "0",
                     *           "source": "wave"
                     *         }
                     *       ],
                     *       "requests": [
                     *         {
                     *           "age": "0-1d",
                     *           "count": 1,
                     *           "status": "waiting"
                     *         }
                     *       ],
                     *       "verify": {
                     *         "at": "2025-10-21T09:30:00Z",
                     *         "findings": 1
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DailyReport"];
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
    search: {
        parameters: {
            query: {
                /** @description what to look for, at most 100 characters */
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "accounts": [
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
                     *           "rollout": "live",
                     *           "status": "active",
                     *           "updated_at": "2025-10-21T09:30:00Z",
                     *           "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *           "version": 1
                     *         }
                     *       ],
                     *       "helpdesk": [
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
                     *           "requetes": [
                     *             {
                     *               "account_id": 1,
                     *               "account_name": "account_name",
                     *               "amount": "500000",
                     *               "assigned_to": "finance",
                     *               "category": "daily_credit",
                     *               "created_at": "2025-10-21T09:30:00Z",
                     *               "created_by": null,
                     *               "currency": "XOF",
                     *               "description": null,
                     *               "etatsdevente_id": null,
                     *               "expiry_date": "2025-10-21T18:00:00Z",
                     *               "helpdesk_id": null,
                     *               "id": 123,
                     *               "message_uuid": null,
                     *               "mouvement_id": null,
                     *               "name": "REQ-20251021-3F9A2C7D4E10",
                     *               "parent_id": null,
                     *               "status": "to_treat",
                     *               "updated_at": "2025-10-21T09:30:00Z",
                     *               "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *               "version": 1
                     *             }
                     *           ],
                     *           "status": "open",
                     *           "subject": "subject",
                     *           "updated_at": "2025-10-21T09:30:00Z",
                     *           "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *           "version": 1
                     *         }
                     *       ],
                     *       "messages": [
                     *         {
                     *           "blocked_by": null,
                     *           "completed_at": null,
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "domain": "domain",
                     *           "max_retries": 1,
                     *           "message_id": 1,
                     *           "message_uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *           "next_attempt_at": null,
                     *           "retry_count": 1,
                     *           "status": "status",
                     *           "type": "type"
                     *         }
                     *       ],
                     *       "mouvements": [
                     *         {
                     *           "account_id": 1,
                     *           "action": null,
                     *           "approvisionnement_id": null,
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
                     *       "requetes": [
                     *         {
                     *           "account_id": 1,
                     *           "account_name": "account_name",
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
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["SearchResult"];
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
                /** @description of this sale operation */
                etatsdevente_id?: number;
                /** @description of this support request */
                helpdesk_id?: number;
                /** @description `active`: granted and not cancelled; `expired`: those of them that are past their expiry */
                credit?: string;
                /** @description this text in name, uuid, description or the account's name; the whole amount; the sale operation's number */
                q?: string;
                /** @description `newest` (when left out), `oldest`, `expiry` (soonest first, without one last) or `amount` (greatest first) */
                sort?: string;
                /** @description `true` adds `total` */
                count?: boolean;
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
                     *           "account_name": "account_name",
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
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
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
                     *       "account_name": "account_name",
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
    decideFinancialRequests: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key and body give the first answers again */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "operations": [
                 *         {
                 *           "id": 3,
                 *           "op": "update",
                 *           "status": "to_treat"
                 *         },
                 *         {
                 *           "op": "cancel_credit",
                 *           "parent_id": 2
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewLot"];
            };
        };
        responses: {
            /** @description A result for each, in order */
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
                     *             "code": "account_has_movements",
                     *             "detail": "detail",
                     *             "status": 1,
                     *             "title": "title",
                     *             "type": "type"
                     *           },
                     *           "outcome": "done",
                     *           "requete": {
                     *             "account_id": 1,
                     *             "account_name": "account_name",
                     *             "allowed_actions": [
                     *               {
                     *                 "action": "transition",
                     *                 "to": "to_treat"
                     *               }
                     *             ],
                     *             "amount": "500000",
                     *             "assigned_to": "finance",
                     *             "category": "daily_credit",
                     *             "created_at": "2025-10-21T09:30:00Z",
                     *             "created_by": null,
                     *             "currency": "XOF",
                     *             "description": null,
                     *             "etatsdevente_id": null,
                     *             "expiry_date": "2025-10-21T18:00:00Z",
                     *             "helpdesk_id": null,
                     *             "id": 123,
                     *             "message_uuid": null,
                     *             "mouvement_id": null,
                     *             "name": "REQ-20251021-3F9A2C7D4E10",
                     *             "parent_id": null,
                     *             "status": "to_treat",
                     *             "updated_at": "2025-10-21T09:30:00Z",
                     *             "uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60",
                     *             "version": 1
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LotResults"];
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
                     *       "available": "999999",
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
                     *       "account_name": "account_name",
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
                     *       "account_name": "account_name",
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
    listFinancialRequestComments: {
        parameters: {
            query?: {
                /** @description `true` adds `total` */
                count?: boolean;
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
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
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
    commentFinancialRequest: {
        parameters: {
            query?: never;
            header?: {
                /** @description the same key and body give the first answer again */
                "Idempotency-Key"?: string | null;
            };
            path: {
                /** @description the request's number */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "body": "Le bordereau suit.",
                 *       "internal": false
                 *     }
                 */
                "application/json": components["schemas"]["NewFinancialRequestComment"];
            };
        };
        responses: {
            /** @description The comment */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "author": "operation",
                     *       "body": "body",
                     *       "created_at": "2025-10-21T09:30:00Z",
                     *       "created_by": null,
                     *       "id": 1,
                     *       "internal": true
                     *     }
                     */
                    "application/json": components["schemas"]["Comment"];
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
                /** @description `true` adds `total` */
                count?: boolean;
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
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
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
    reportShadow: {
        parameters: {
            query?: {
                /** @description of this account */
                account_id?: number;
                /** @description `false` for the disagreements alone */
                agree?: boolean;
                /** @description `true` adds `total` */
                count?: boolean;
                /** @description 1 to 200, default 50 */
                limit?: number;
                /** @description `next_cursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of them */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agreements": 1,
                     *       "disagreements": 1,
                     *       "items": [
                     *         {
                     *           "account_id": 1,
                     *           "active_credit": "0",
                     *           "agree": true,
                     *           "amount": "500000",
                     *           "at": "2025-10-21T09:30:00Z",
                     *           "category": null,
                     *           "created_at": "2025-10-21T09:30:00Z",
                     *           "created_by": null,
                     *           "draft": {},
                     *           "id": 1,
                     *           "legacy": {
                     *             "figures": {
                     *               "active_credit": "0",
                     *               "balance": "0",
                     *               "limit": "1000000"
                     *             },
                     *             "outcome": "to_treat"
                     *           },
                     *           "limit": "1000000",
                     *           "ours": {
                     *             "code": "credit_limit_exceeded",
                     *             "outcome": "waiting"
                     *           }
                     *         }
                     *       ],
                     *       "next_cursor": null,
                     *       "total": {
                     *         "amounts": {
                     *           "XOF": "750000"
                     *         },
                     *         "count": 2,
                     *         "more": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ShadowReport"];
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
    tellShadow: {
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
                 *       "at": "2025-10-21T09:00:00Z",
                 *       "draft": {
                 *         "amount": 500000,
                 *         "category": "daily_credit"
                 *       },
                 *       "legacy": {
                 *         "figures": {
                 *           "active_credit": "0",
                 *           "balance": "0",
                 *           "limit": "1000000"
                 *         },
                 *         "outcome": "to_treat"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NewShadow"];
            };
        };
        responses: {
            /** @description Both answers, which are kept */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "agree": true,
                     *       "legacy": {
                     *         "figures": {
                     *           "active_credit": "0",
                     *           "balance": "0",
                     *           "limit": "1000000"
                     *         },
                     *         "outcome": "to_treat"
                     *       },
                     *       "ours": {
                     *         "code": "credit_limit_exceeded",
                     *         "outcome": "waiting"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ShadowAnswers"];
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
            /** @description A problem: account_has_movements, account_legacy, account_shadow, account_suspended, assignment_not_allowed, atomic_group_refused, cancellation_in_progress, credit_already_cancelled, credit_expired, credit_limit_exceeded, credit_not_granted, device_of_another, idempotency_in_progress, immutable, last_admin, message_not_failed, not_a_draft, notification_not_ended, payload_mismatch, reference_reused, stale_version, transition_not_allowed */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
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
    explainFailure: {
        parameters: {
            query?: never;
            header: {
                /** @description the message's id */
                "webhook-id": string;
                /** @description unix seconds of this call */
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
                 *       "message_uuid": "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60"
                 *     }
                 */
                "application/json": components["schemas"]["Failed"];
            };
        };
        responses: {
            /** @description the request and the error */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account_name": null,
                     *       "amount": null,
                     *       "category": null,
                     *       "currency": null,
                     *       "error_message": null,
                     *       "error_trace": null,
                     *       "error_type": null,
                     *       "failed_at": null,
                     *       "requete_id": null,
                     *       "requete_name": null
                     *     }
                     */
                    "application/json": components["schemas"]["FailureTold"];
                };
            };
            /** @description the signature is missing, wrong or stale */
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
            /** @description the message left nothing in the book */
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
            /** @description malformed */
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
            /** @description the signature is missing, wrong or stale */
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
            /** @description no such request */
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
            /** @description the body did not come whole */
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
            /** @description the message disagrees with its request */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "account_has_movements",
                     *       "detail": "movements were written on the account",
                     *       "status": 409,
                     *       "title": "movements were written on the account",
                     *       "type": "urn:estair:problem:account_has_movements"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description over 64 KiB */
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
            /** @description encoded, or no JSON */
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
            /** @description malformed */
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
            /** @description too many bad signatures from one address */
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
            /** @description the storage cannot answer now */
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
