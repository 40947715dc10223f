//! What verifying does not see, column by column (V4): what is not evidence.

/// The columns whose change, and the tables whose rows, verifying does not find: `table.column`, or `table.*`.
pub const UNCOVERED: [&str; 34] = [
    // The database's own numbers and the times of the last change, which follow from what is covered.
    "estair_accounts.updated_at",
    "mouvements.updated_at",
    "mouvement_logs.duration_ms",
    "estair_facts.id",
    "estair_facts.event",
    "estair_facts.pending",
    "estair_comments.id",
    "estair_credit_limit_history.id",
    "estair_account_changes.id",
    "mouvement_logs.id",
    "estair_daily_closings.id",
    // The day of an account on which nothing was posted yet; from the first link on it is covered.
    "estair_accounts.day",
    // Forms of a text in which it is searched.
    "estair_accounts.folded",
    "requetes_financieres.folded",
    "helpdesk.folded",
    "mouvements.folded",
    // Whose turn it is follows from status, assignee and last comment, which are covered.
    "helpdesk.turn",
    // How work goes on: what it does is covered.
    "estair_outbox.*",
    "estair_outbox_attempts.*",
    "estair_notifications.*",
    "estair_notification_attempts.*",
    "estair_idempotency_keys.*",
    // What the former system decided is no part of the book.
    "estair_shadow_decisions.*",
    "estair_push_subscriptions.*",
    "estair_preferences.*",
    "estair_seen.*",
    "estair_users.*",
    "estair_tokens.*",
    "estair_sessions.*",
    "estair_sign_in_links.*",
    "estair_sign_in_tries.*",
    "estair_verifications.*",
    // Runs of an import; of one that was undone, what went with it is sealed (L5).
    "estair_import_runs.*",
    "estair_migrations.*",
];
