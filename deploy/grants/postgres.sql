-- What a server needs of the book's tables, and no more (PostgreSQL). `estair` is the program's own account, not the one that
-- migrates and owns the tables. What is evidence is written once: a link of the audit chain, a comment, a change of a limit or an
-- account, what two systems decided. A fact may only be noted as told, and numbered as an event.
-- Run it in the book's database, and in its schema, after `estair-server migrate`.

GRANT SELECT, INSERT ON mouvement_logs, estair_comments, estair_credit_limit_history, estair_account_changes,
  estair_shadow_decisions, estair_verifications TO estair;
GRANT SELECT, INSERT, UPDATE (pending, event) ON estair_facts TO estair;
GRANT SELECT, INSERT, UPDATE ON mouvements, estair_accounts, estair_daily_closings, requetes_financieres, helpdesk, estair_users, estair_import_runs,
  estair_tokens TO estair;
GRANT SELECT, INSERT, UPDATE, DELETE ON estair_outbox, estair_outbox_attempts, estair_notifications, estair_notification_attempts,
  estair_push_subscriptions, estair_preferences, estair_seen, estair_idempotency_keys, estair_sessions,
  estair_sign_in_links, estair_sign_in_tries TO estair;
GRANT SELECT ON estair_migrations TO estair;
-- An import gives accounts, requests and tickets the numbers that they had.
GRANT SELECT, UPDATE ON SEQUENCE estair_accounts_id_seq, requetes_financieres_id_seq, helpdesk_id_seq TO estair;
