-- What a server needs of the book's tables, and no more (MySQL, MariaDB). 'estair'@'%' is the program's own account, not the one
-- that migrates. What is evidence is written once: a link of the audit chain, a comment, a change of a limit or an account, what
-- two systems decided. A fact may only be noted as told, and numbered as an event.
-- Run it in the book's database after `estair-server migrate`.

GRANT SELECT, INSERT ON mouvement_logs TO 'estair'@'%';
GRANT SELECT, INSERT ON estair_comments TO 'estair'@'%';
GRANT SELECT, INSERT ON estair_credit_limit_history TO 'estair'@'%';
GRANT SELECT, INSERT ON estair_account_changes TO 'estair'@'%';
GRANT SELECT, INSERT ON estair_shadow_decisions TO 'estair'@'%';
GRANT SELECT, INSERT ON estair_verifications TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE (pending, event) ON estair_facts TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE ON mouvements TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE ON estair_accounts TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE ON estair_daily_closings TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE ON requetes_financieres TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE ON helpdesk TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE ON estair_users TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE ON estair_tokens TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON estair_outbox TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON estair_outbox_attempts TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON estair_notifications TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON estair_notification_attempts TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON estair_push_subscriptions TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON estair_preferences TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON estair_seen TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON estair_idempotency_keys TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON estair_sessions TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON estair_sign_in_links TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE, DELETE ON estair_sign_in_tries TO 'estair'@'%';
GRANT SELECT, INSERT, UPDATE ON estair_import_runs TO 'estair'@'%';
GRANT SELECT ON estair_migrations TO 'estair'@'%';
