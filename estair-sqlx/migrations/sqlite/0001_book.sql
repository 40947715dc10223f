-- The tables of the book. Until the first tag they are one version, which is changed in place.
-- A run that was killed is run again: each statement does nothing when it was done before.
-- An index of a column that is mostly empty holds the rows in which it is not: the others cost nothing to write.
-- The index of a list ends in the order of the list: a page costs the same however long the history behind it is.

-- Accounts with their indicators (F): reading them and checking the limit never sums history. The ends of both chains are
-- here (W4, V2), and from where on they need the host's key. reference is the host's own name for it (A7), folded what is
-- searched (A5).
CREATE TABLE IF NOT EXISTS estair_accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  reference TEXT,
  reference_content TEXT,
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  currency TEXT NOT NULL DEFAULT 'XOF',
  rollout TEXT CHECK (rollout IN ('legacy', 'shadow', 'live')),
  rollout_version INTEGER,
  credit_limit INTEGER NOT NULL,
  day TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 0,
  balance_previous_day INTEGER NOT NULL,
  balance INTEGER NOT NULL,
  daily_credit INTEGER NOT NULL,
  active_credit INTEGER NOT NULL,
  last_hash TEXT NOT NULL,
  fact_count INTEGER NOT NULL DEFAULT 0,
  last_fact_hash TEXT NOT NULL,
  keyed_version INTEGER,
  keyed_facts INTEGER,
  keyed_seal TEXT,
  folded TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT estair_accounts_uuid UNIQUE (uuid),
  CONSTRAINT estair_accounts_reference UNIQUE (reference)
) STRICT;
CREATE INDEX IF NOT EXISTS estair_accounts_status ON estair_accounts (status, id);

-- Every change of an account's name, address and status (A1, A2).
CREATE TABLE IF NOT EXISTS estair_account_changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL,
  changed_at TEXT NOT NULL,
  changed_by INTEGER,
  field TEXT NOT NULL,
  old_value TEXT,
  new_value TEXT,
  reason TEXT,
  CONSTRAINT estair_account_changes_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX IF NOT EXISTS estair_account_changes_account ON estair_account_changes (account_id, id);

-- Every change of a limit (C6).
CREATE TABLE IF NOT EXISTS estair_credit_limit_history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL,
  changed_at TEXT NOT NULL,
  changed_by INTEGER,
  old_limit INTEGER NOT NULL,
  new_limit INTEGER NOT NULL,
  reason TEXT NOT NULL,
  CONSTRAINT estair_credit_limit_history_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX IF NOT EXISTS estair_credit_limit_history_account ON estair_credit_limit_history (account_id, id);

-- The last state of each past day that had movements (F7).
CREATE TABLE IF NOT EXISTS estair_daily_closings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL,
  day TEXT NOT NULL,
  version INTEGER NOT NULL,
  balance_previous_day INTEGER NOT NULL,
  balance INTEGER NOT NULL,
  daily_credit INTEGER NOT NULL,
  active_credit INTEGER NOT NULL,
  CONSTRAINT estair_daily_closings_day UNIQUE (account_id, day),
  CONSTRAINT estair_daily_closings_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT
) STRICT;

-- Movements: one row for each, whatever it came from (W). payload_text and result_text are exact (G12).
CREATE TABLE IF NOT EXISTS mouvements (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL,
  name TEXT NOT NULL,
  message_uuid TEXT,
  type TEXT NOT NULL CHECK (type IN ('credit', 'debit', 'payment', 'refund', 'transfer', 'adjustment', 'credit_cancellation')),
  source TEXT NOT NULL CHECK (source IN ('helpdesk', 'bmp', 'wave', 'orange', 'spc', 'bsp', 'email_banking', 'manual')),
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'success', 'failed', 'cancelled')),
  retry_count INTEGER NOT NULL DEFAULT 0,
  max_retries INTEGER NOT NULL DEFAULT 3,
  created TEXT,
  subagent TEXT,
  action TEXT,
  credit_before INTEGER,
  credit_after INTEGER,
  total_operation INTEGER,
  currency_code TEXT DEFAULT 'XOF',
  state TEXT,
  terminal TEXT,
  recordlocator TEXT,
  office_sb TEXT,
  office_cn TEXT,
  document TEXT,
  first_passenger TEXT,
  first_segment TEXT,
  consolidator TEXT,
  requete_financiere_id INTEGER,
  payload TEXT,
  result TEXT,
  error_type TEXT,
  error_message TEXT,
  error_trace TEXT,
  account_id INTEGER,
  document_id INTEGER,
  approvisionnement_id INTEGER,
  external_id INTEGER,
  source_description TEXT,
  description TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  completed_at TEXT,
  modified_by INTEGER,
  is_deleted INTEGER NOT NULL DEFAULT 0,
  cancelled_at TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  folded TEXT,
  business_day TEXT,
  reference TEXT,
  account_version INTEGER,
  balance_after INTEGER,
  etatsdevente_id INTEGER,
  helpdesk_id INTEGER,
  payload_text TEXT,
  result_text TEXT,
  CONSTRAINT mouvements_uuid UNIQUE (uuid),
  CONSTRAINT mouvements_name UNIQUE (name),
  CONSTRAINT mouvements_sequence UNIQUE (account_id, account_version),
  CONSTRAINT mouvements_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX IF NOT EXISTS mouvements_message ON mouvements (message_uuid) WHERE message_uuid IS NOT NULL;
CREATE INDEX IF NOT EXISTS mouvements_status ON mouvements (status, created_at);
CREATE INDEX IF NOT EXISTS mouvements_source ON mouvements (source, status);
CREATE INDEX IF NOT EXISTS mouvements_account ON mouvements (account_id, status);
CREATE INDEX IF NOT EXISTS mouvements_requete ON mouvements (requete_financiere_id) WHERE requete_financiere_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS mouvements_document ON mouvements (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS mouvements_approvisionnement ON mouvements (approvisionnement_id) WHERE approvisionnement_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS mouvements_etatsdevente ON mouvements (etatsdevente_id) WHERE etatsdevente_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS mouvements_helpdesk ON mouvements (helpdesk_id) WHERE helpdesk_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS mouvements_credit ON mouvements (type, status, cancelled_at) WHERE type = 'credit';
-- Statements by type, by source, and by both.
CREATE INDEX IF NOT EXISTS mouvements_listed ON mouvements (account_id, type, source, account_version);
-- Lists of all movements, of a time and of an account; the money of a day.
CREATE INDEX IF NOT EXISTS mouvements_created ON mouvements (created_at, id);
CREATE INDEX IF NOT EXISTS mouvements_money ON mouvements (business_day, source);

-- The audit trail (W4, W5): rows are added, never changed; a movement with a trail cannot be deleted.
CREATE TABLE IF NOT EXISTS mouvement_logs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mouvement_id INTEGER NOT NULL,
  attempt_number INTEGER NOT NULL DEFAULT 1,
  status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'success', 'failed')),
  state_before TEXT,
  state_after TEXT,
  changes TEXT,
  duration_ms INTEGER,
  error_details TEXT,
  triggered_by INTEGER,
  ip_address TEXT,
  user_agent TEXT,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  account_id INTEGER NOT NULL,
  account_version INTEGER,
  previous_hash TEXT,
  hash TEXT,
  CONSTRAINT mouvement_logs_mouvement_id_fk FOREIGN KEY (mouvement_id) REFERENCES mouvements (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX IF NOT EXISTS mouvement_logs_attempt ON mouvement_logs (mouvement_id, attempt_number);
CREATE INDEX IF NOT EXISTS mouvement_logs_chain ON mouvement_logs (account_id, account_version, id);
-- The audit trail of all accounts: of one, of a person, of a status, of a time.
CREATE INDEX IF NOT EXISTS mouvement_logs_account ON mouvement_logs (account_id, id);
CREATE INDEX IF NOT EXISTS mouvement_logs_person ON mouvement_logs (triggered_by, id) WHERE triggered_by IS NOT NULL;
CREATE INDEX IF NOT EXISTS mouvement_logs_status ON mouvement_logs (status, id);
CREATE INDEX IF NOT EXISTS mouvement_logs_created ON mouvement_logs (created_at, id);

-- Financial requests (R). live_parent_id is parent_id until the request is final: one live cancellation a credit (R5).
-- draft: operation keeps it and nobody has passed it, staff's alone (R8).
-- passed_by_hand is empty until somebody, or the check, has passed it; from where is kept with it (W5).
CREATE TABLE IF NOT EXISTS requetes_financieres (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL,
  name TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  category TEXT NOT NULL CHECK (category IN ('load', 'unload', 'daily_credit', 'cancel_credit')),
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL DEFAULT 'XOF',
  description TEXT,
  status TEXT NOT NULL CHECK (status IN ('open', 'to_treat', 'processing', 'closed', 'cancelled', 'waiting')),
  assigned_to TEXT NOT NULL CHECK (assigned_to IN ('operation', 'finance', 'admin')),
  draft INTEGER NOT NULL DEFAULT 0,
  expiry_date TEXT,
  parent_id INTEGER,
  etatsdevente_id INTEGER,
  helpdesk_id INTEGER,
  mouvement_id INTEGER,
  message_uuid TEXT,
  created_by INTEGER,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  version INTEGER NOT NULL,
  execution INTEGER NOT NULL DEFAULT 0,
  passed_by INTEGER,
  passed_by_hand INTEGER,
  passed_ip TEXT,
  passed_agent TEXT,
  sent_back TEXT,
  live_parent_id INTEGER,
  folded TEXT NOT NULL,
  CONSTRAINT requetes_financieres_uuid UNIQUE (uuid),
  CONSTRAINT requetes_financieres_name UNIQUE (name),
  CONSTRAINT requetes_financieres_live_parent UNIQUE (live_parent_id),
  CONSTRAINT requetes_financieres_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT,
  CONSTRAINT requetes_financieres_mouvement_id_fk FOREIGN KEY (mouvement_id) REFERENCES mouvements (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX IF NOT EXISTS requetes_financieres_account ON requetes_financieres (account_id, id);
CREATE INDEX IF NOT EXISTS requetes_financieres_status ON requetes_financieres (status, expiry_date, id DESC);
CREATE INDEX IF NOT EXISTS requetes_financieres_amount ON requetes_financieres (status, amount, id);
CREATE INDEX IF NOT EXISTS requetes_financieres_listed ON requetes_financieres (status, id);
CREATE INDEX IF NOT EXISTS requetes_financieres_parent ON requetes_financieres (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS requetes_financieres_mouvement ON requetes_financieres (mouvement_id) WHERE mouvement_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS requetes_financieres_message ON requetes_financieres (message_uuid) WHERE message_uuid IS NOT NULL;
CREATE INDEX IF NOT EXISTS requetes_financieres_etatsdevente ON requetes_financieres (etatsdevente_id, id) WHERE etatsdevente_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS requetes_financieres_helpdesk ON requetes_financieres (helpdesk_id, id) WHERE helpdesk_id IS NOT NULL;
-- Queues and lists by status, desk and category, of everybody and of one account.
CREATE INDEX IF NOT EXISTS requetes_financieres_desk ON requetes_financieres (status, assigned_to, category, id);
CREATE INDEX IF NOT EXISTS requetes_financieres_account_desk ON requetes_financieres (account_id, status, assigned_to, category, id);
-- Requests of a time.
CREATE INDEX IF NOT EXISTS requetes_financieres_created ON requetes_financieres (created_at, id);
CREATE INDEX IF NOT EXISTS requetes_financieres_account_created ON requetes_financieres (account_id, created_at, id);

-- Support requests (S).
CREATE TABLE IF NOT EXISTS helpdesk (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL,
  name TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  category TEXT NOT NULL DEFAULT 'support' CHECK (category IN ('support')),
  subject TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'in_progress', 'waiting', 'closed', 'cancelled')),
  assigned_to TEXT NOT NULL CHECK (assigned_to IN ('operation', 'agency', 'agent')),
  etatsdevente_id INTEGER,
  created_by INTEGER,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  version INTEGER NOT NULL,
  folded TEXT NOT NULL,
  follows_id INTEGER,
  last_comment_at TEXT,
  last_comment_by TEXT,
  turn TEXT NOT NULL,
  CONSTRAINT helpdesk_uuid UNIQUE (uuid),
  CONSTRAINT helpdesk_name UNIQUE (name),
  CONSTRAINT helpdesk_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX IF NOT EXISTS helpdesk_account ON helpdesk (account_id, id);
CREATE INDEX IF NOT EXISTS helpdesk_status ON helpdesk (status, id);
CREATE INDEX IF NOT EXISTS helpdesk_etatsdevente ON helpdesk (etatsdevente_id) WHERE etatsdevente_id IS NOT NULL;
-- Lists by status and assignee.
CREATE INDEX IF NOT EXISTS helpdesk_assigned ON helpdesk (status, assigned_to, id);
CREATE INDEX IF NOT EXISTS helpdesk_account_assigned ON helpdesk (account_id, status, assigned_to, id);
-- Operation's queue (S5): the names of the turns sort as it does.
CREATE INDEX IF NOT EXISTS helpdesk_turn ON helpdesk (turn, id);
CREATE INDEX IF NOT EXISTS helpdesk_account_turn ON helpdesk (account_id, turn, id);
CREATE INDEX IF NOT EXISTS helpdesk_follows ON helpdesk (follows_id);

-- Comments on financial requests (R9) and on support requests (S1): each names one of the two.
CREATE TABLE IF NOT EXISTS estair_comments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL,
  request_id INTEGER,
  helpdesk_id INTEGER,
  author_id INTEGER,
  author_role TEXT NOT NULL,
  body TEXT NOT NULL,
  internal INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  CONSTRAINT estair_comments_uuid UNIQUE (uuid),
  CONSTRAINT estair_comments_request_id_fk FOREIGN KEY (request_id) REFERENCES requetes_financieres (id) ON DELETE RESTRICT,
  CONSTRAINT estair_comments_helpdesk_id_fk FOREIGN KEY (helpdesk_id) REFERENCES helpdesk (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX IF NOT EXISTS estair_comments_request ON estair_comments (request_id, id);
CREATE INDEX IF NOT EXISTS estair_comments_helpdesk ON estair_comments (helpdesk_id, id);

-- What happened: timelines, events, and what people are told of (W8, N3); each a link of its account's chain (V2).
-- event is its number among the events, given after the commit; pending says that its notices are not fanned out.
CREATE TABLE IF NOT EXISTS estair_facts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  happened_at TEXT NOT NULL,
  role TEXT NOT NULL,
  user_id INTEGER,
  account_id INTEGER NOT NULL,
  request_id INTEGER,
  support_id INTEGER,
  movement_id INTEGER,
  data TEXT NOT NULL,
  notices TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  subject_hash TEXT,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  event INTEGER,
  pending INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT estair_facts_place UNIQUE (account_id, sequence),
  CONSTRAINT estair_facts_event UNIQUE (event)
) STRICT;
CREATE INDEX IF NOT EXISTS estair_facts_pending ON estair_facts (pending, id) WHERE pending = 1;
CREATE INDEX IF NOT EXISTS estair_facts_request ON estair_facts (request_id, id) WHERE request_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS estair_facts_support ON estair_facts (support_id, id) WHERE support_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS estair_facts_movement ON estair_facts (movement_id, id) WHERE movement_id IS NOT NULL;

-- What is to be handed to Messager (G3).
CREATE TABLE IF NOT EXISTS estair_outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL,
  request_id INTEGER NOT NULL,
  request_uuid TEXT NOT NULL,
  execution INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'skipped')),
  behind INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  attempts_total INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TEXT NOT NULL,
  lease_token TEXT,
  version INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  result TEXT,
  replayed_by TEXT,
  replay_reason TEXT,
  created_at TEXT NOT NULL,
  completed_at TEXT,
  CONSTRAINT estair_outbox_execution UNIQUE (request_uuid, execution)
) STRICT;
CREATE INDEX IF NOT EXISTS estair_outbox_due ON estair_outbox (status, behind, next_attempt_at, id);
CREATE INDEX IF NOT EXISTS estair_outbox_account ON estair_outbox (account_id, status, id);
-- What a queue holds is counted without reading what ended long ago.
CREATE INDEX IF NOT EXISTS estair_outbox_completed ON estair_outbox (status, completed_at);

-- Every attempt to hand something over (G5).
CREATE TABLE IF NOT EXISTS estair_outbox_attempts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id INTEGER NOT NULL,
  attempt_number INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  duration_ms INTEGER,
  http_status INTEGER,
  outcome TEXT CHECK (outcome IN ('done', 'retry', 'permanent', 'skipped', 'unknown')),
  error TEXT,
  replayed_by TEXT,
  reason TEXT,
  CONSTRAINT estair_outbox_attempts_number UNIQUE (job_id, attempt_number)
) STRICT;

-- What people are told, one row for each recipient and channel (N2); what has the same order key leaves one after the other.
CREATE TABLE IF NOT EXISTS estair_notifications (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dedup TEXT,
  fact_id INTEGER,
  request_id INTEGER,
  notice TEXT NOT NULL,
  audience TEXT NOT NULL,
  channel TEXT NOT NULL,
  user_id INTEGER,
  recipient TEXT NOT NULL,
  params TEXT NOT NULL,
  order_key TEXT,
  held INTEGER NOT NULL DEFAULT 0,
  low INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'skipped')),
  behind INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  attempts_total INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TEXT NOT NULL,
  lease_token TEXT,
  version INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  result TEXT,
  replayed_by TEXT,
  replay_reason TEXT,
  created_at TEXT NOT NULL,
  completed_at TEXT,
  CONSTRAINT estair_notifications_dedup UNIQUE (dedup)
) STRICT;
CREATE INDEX IF NOT EXISTS estair_notifications_due ON estair_notifications (status, behind, low, next_attempt_at, id);
CREATE INDEX IF NOT EXISTS estair_notifications_request ON estair_notifications (request_id, id);
-- Lists by status and channel.
CREATE INDEX IF NOT EXISTS estair_notifications_listed ON estair_notifications (status, channel, id);
CREATE INDEX IF NOT EXISTS estair_notifications_order ON estair_notifications (order_key, status, id);
-- What a queue holds is counted without reading what ended long ago.
CREATE INDEX IF NOT EXISTS estair_notifications_completed ON estair_notifications (status, completed_at);

-- Every attempt to send a notification (N3).
CREATE TABLE IF NOT EXISTS estair_notification_attempts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id INTEGER NOT NULL,
  attempt_number INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  duration_ms INTEGER,
  http_status INTEGER,
  outcome TEXT CHECK (outcome IN ('done', 'retry', 'permanent', 'skipped', 'unknown')),
  error TEXT,
  replayed_by TEXT,
  reason TEXT,
  CONSTRAINT estair_notification_attempts_number UNIQUE (job_id, attempt_number)
) STRICT;

-- Browsers that may be pushed to; an endpoint is known by its SHA-256.
CREATE TABLE IF NOT EXISTS estair_push_subscriptions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  endpoint_hash TEXT NOT NULL,
  user_id INTEGER NOT NULL,
  endpoint TEXT NOT NULL,
  p256dh TEXT NOT NULL,
  auth TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT estair_push_subscriptions_endpoint UNIQUE (endpoint_hash)
) STRICT;
CREATE INDEX IF NOT EXISTS estair_push_subscriptions_user ON estair_push_subscriptions (user_id);

-- What people do not want to be told.
CREATE TABLE IF NOT EXISTS estair_preferences (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL,
  notice TEXT NOT NULL,
  channel TEXT NOT NULL,
  CONSTRAINT estair_preferences_choice UNIQUE (user_id, notice, channel)
) STRICT;

-- Which version of a request or ticket somebody was shown last.
CREATE TABLE IF NOT EXISTS estair_seen (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL,
  noun TEXT NOT NULL,
  noun_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  CONSTRAINT estair_seen_of UNIQUE (user_id, noun, noun_id)
) STRICT;

-- What both systems decided of the same request while an account is in shadow: no part of the book (L6).
CREATE TABLE IF NOT EXISTS estair_shadow_decisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL,
  account_id INTEGER NOT NULL,
  decided_at TEXT NOT NULL,
  day TEXT NOT NULL,
  category TEXT,
  amount INTEGER,
  draft TEXT NOT NULL,
  ours TEXT NOT NULL,
  code TEXT,
  credit_limit INTEGER NOT NULL,
  active_credit INTEGER NOT NULL,
  legacy TEXT NOT NULL,
  legacy_limit INTEGER,
  legacy_active_credit INTEGER,
  legacy_balance INTEGER,
  agree INTEGER NOT NULL,
  told_by INTEGER,
  created_at TEXT NOT NULL,
  CONSTRAINT estair_shadow_decisions_uuid UNIQUE (uuid),
  CONSTRAINT estair_shadow_decisions_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX IF NOT EXISTS estair_shadow_decisions_account ON estair_shadow_decisions (account_id, legacy, decided_at);
CREATE INDEX IF NOT EXISTS estair_shadow_decisions_agree ON estair_shadow_decisions (agree, id);

-- Answers given, kept for good in the transaction of their effect (W3).
CREATE TABLE IF NOT EXISTS estair_idempotency_keys (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  scope TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  answer TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT estair_idempotency_keys_key UNIQUE (scope, idempotency_key)
) STRICT;

-- People and services of a host that has no directory of its own (A4). Who is disabled stays here, and so do its deeds.
CREATE TABLE IF NOT EXISTS estair_users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL,
  role TEXT NOT NULL,
  account_id INTEGER,
  client_kind TEXT,
  name TEXT NOT NULL,
  email TEXT,
  -- The address in small letters, by which somebody is found.
  email_key TEXT,
  created_at TEXT NOT NULL,
  disabled_at TEXT,
  last_used_at TEXT,
  CONSTRAINT estair_users_uuid UNIQUE (uuid)
) STRICT;
CREATE INDEX IF NOT EXISTS estair_users_role ON estair_users (role, id);
CREATE INDEX IF NOT EXISTS estair_users_account ON estair_users (account_id, id);
CREATE INDEX IF NOT EXISTS estair_users_email ON estair_users (email_key);

-- Bearer tokens of people and services, by the SHA-256 of their secret; one that was withdrawn stays, so that it is known.
CREATE TABLE IF NOT EXISTS estair_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL,
  name TEXT,
  secret_hash TEXT NOT NULL,
  -- The only sources whose movements may be posted with it, parted by blanks; all where there are none.
  sources TEXT,
  created_at TEXT NOT NULL,
  last_used_at TEXT,
  withdrawn_at TEXT,
  CONSTRAINT estair_tokens_secret UNIQUE (secret_hash),
  CONSTRAINT estair_tokens_user_id_fk FOREIGN KEY (user_id) REFERENCES estair_users (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX IF NOT EXISTS estair_tokens_user ON estair_tokens (user_id, id);

-- Sessions of the console, by the SHA-256 of their secret. One that was opened with a token ends with it.
CREATE TABLE IF NOT EXISTS estair_sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  secret_hash TEXT NOT NULL,
  user_id INTEGER NOT NULL,
  token_id INTEGER,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  CONSTRAINT estair_sessions_secret UNIQUE (secret_hash),
  CONSTRAINT estair_sessions_user_id_fk FOREIGN KEY (user_id) REFERENCES estair_users (id) ON DELETE RESTRICT,
  CONSTRAINT estair_sessions_token_id_fk FOREIGN KEY (token_id) REFERENCES estair_tokens (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX IF NOT EXISTS estair_sessions_expiry ON estair_sessions (expires_at);
CREATE INDEX IF NOT EXISTS estair_sessions_user ON estair_sessions (user_id, id);
CREATE INDEX IF NOT EXISTS estair_sessions_token ON estair_sessions (token_id);

-- Links that sign in (A6), by the SHA-256 of their secret: good once, until they expire.
CREATE TABLE IF NOT EXISTS estair_sign_in_links (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  secret_hash TEXT NOT NULL,
  user_id INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  CONSTRAINT estair_sign_in_links_secret UNIQUE (secret_hash),
  CONSTRAINT estair_sign_in_links_user_id_fk FOREIGN KEY (user_id) REFERENCES estair_users (id) ON DELETE RESTRICT
) STRICT;
CREATE INDEX IF NOT EXISTS estair_sign_in_links_expiry ON estair_sign_in_links (expires_at);
CREATE INDEX IF NOT EXISTS estair_sign_in_links_user ON estair_sign_in_links (user_id, id);

-- How often who has tried to sign in or asked for a link, by the SHA-256 of what is counted: when as many are free again as at
-- first, in microseconds since 1970. Then the row says nothing and goes.
CREATE TABLE IF NOT EXISTS estair_sign_in_tries (
  caller TEXT NOT NULL PRIMARY KEY,
  full_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS estair_sign_in_tries_full ON estair_sign_in_tries (full_at);

-- Verifications of the whole book: when, and what was found (L8).
CREATE TABLE IF NOT EXISTS estair_verifications (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  verified_at TEXT NOT NULL,
  findings INTEGER NOT NULL
) STRICT;

-- Runs of an import (L3). Of one that was undone: what went with it, sealed (L5).
CREATE TABLE IF NOT EXISTS estair_import_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  undone_at TEXT,
  gone TEXT,
  seal TEXT
) STRICT;
