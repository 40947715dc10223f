-- Lists and statements answer as fast with a long book behind them, whatever the filter: each index ends in the order of its list.

-- Statements by type, by source, and by both.
CREATE INDEX IF NOT EXISTS mouvements_listed ON mouvements (account_id, type, source, account_version);

-- Queues and lists of requests by status, desk and category, of everybody and of one account.
CREATE INDEX IF NOT EXISTS requetes_financieres_desk ON requetes_financieres (status, assigned_to, category, id);
CREATE INDEX IF NOT EXISTS requetes_financieres_account_desk ON requetes_financieres (account_id, status, assigned_to, category, id);

-- Requests of a time.
CREATE INDEX IF NOT EXISTS requetes_financieres_created ON requetes_financieres (created_at, id);
CREATE INDEX IF NOT EXISTS requetes_financieres_account_created ON requetes_financieres (account_id, created_at, id);

-- Lists of support requests by status and assignee.
CREATE INDEX IF NOT EXISTS helpdesk_assigned ON helpdesk (status, assigned_to, id);
CREATE INDEX IF NOT EXISTS helpdesk_account_assigned ON helpdesk (account_id, status, assigned_to, id);

-- Lists of deliveries by status and channel.
CREATE INDEX IF NOT EXISTS deliveries_listed ON deliveries (status, channel, id);
