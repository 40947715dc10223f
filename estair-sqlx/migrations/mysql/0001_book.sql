-- The tables of the book. Until the first tag they are one version, which is changed in place.
-- A run that was killed is run again: each statement does nothing when it was done before.
-- The index of a list ends in the order of the list: a page costs the same however long the history behind it is.

-- Accounts with their indicators (F): reading them and checking the limit never sums history. The ends of both chains are
-- here (W4, V2), and from where on they need the host's key. reference is the host's own name for it (A7), folded what is
-- searched (A5).
CREATE TABLE IF NOT EXISTS estair_accounts (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  name varchar(255) NOT NULL,
  email varchar(255),
  reference varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  reference_content varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  status enum('active', 'suspended') NOT NULL DEFAULT 'active',
  currency varchar(3) NOT NULL DEFAULT 'XOF',
  rollout enum('legacy', 'shadow', 'live'),
  rollout_version bigint unsigned,
  credit_limit decimal(15,2) NOT NULL,
  day date NOT NULL,
  version bigint unsigned NOT NULL DEFAULT 0,
  balance_previous_day decimal(15,2) NOT NULL,
  balance decimal(15,2) NOT NULL,
  daily_credit decimal(15,2) NOT NULL,
  active_credit decimal(15,2) NOT NULL,
  last_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  fact_count bigint unsigned NOT NULL DEFAULT 0,
  last_fact_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  keyed_version bigint unsigned,
  keyed_facts bigint unsigned,
  keyed_seal varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  folded mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  UNIQUE KEY estair_accounts_uuid (uuid),
  UNIQUE KEY estair_accounts_reference (reference),
  KEY estair_accounts_status (status, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every change of an account's name, address and status (A1, A2).
CREATE TABLE IF NOT EXISTS estair_account_changes (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  account_id bigint unsigned NOT NULL,
  changed_at datetime(6) NOT NULL,
  changed_by bigint unsigned,
  field varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  old_value varchar(255),
  new_value varchar(255),
  reason text,
  KEY estair_account_changes_account (account_id, id),
  CONSTRAINT estair_account_changes_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every change of a limit (C6).
CREATE TABLE IF NOT EXISTS estair_credit_limit_history (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  account_id bigint unsigned NOT NULL,
  changed_at datetime(6) NOT NULL,
  changed_by bigint unsigned,
  old_limit decimal(15,2) NOT NULL,
  new_limit decimal(15,2) NOT NULL,
  reason text NOT NULL,
  KEY estair_credit_limit_history_account (account_id, id),
  CONSTRAINT estair_credit_limit_history_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The last state of each past day that had movements (F7).
CREATE TABLE IF NOT EXISTS estair_daily_closings (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  account_id bigint unsigned NOT NULL,
  day date NOT NULL,
  version bigint unsigned NOT NULL,
  balance_previous_day decimal(15,2) NOT NULL,
  balance decimal(15,2) NOT NULL,
  daily_credit decimal(15,2) NOT NULL,
  active_credit decimal(15,2) NOT NULL,
  UNIQUE KEY estair_daily_closings_day (account_id, day),
  CONSTRAINT estair_daily_closings_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Movements: one row for each, whatever it came from (W). payload_text and result_text are exact (G12).
CREATE TABLE IF NOT EXISTS mouvements (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  name varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  message_uuid varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  type enum('credit', 'debit', 'payment', 'refund', 'transfer', 'adjustment', 'credit_cancellation') NOT NULL,
  source enum('helpdesk', 'bmp', 'wave', 'orange', 'spc', 'bsp', 'email_banking', 'manual') NOT NULL,
  status enum('pending', 'processing', 'success', 'failed', 'cancelled') NOT NULL DEFAULT 'pending',
  retry_count int NOT NULL DEFAULT 0,
  max_retries int NOT NULL DEFAULT 3,
  created datetime(6) NULL,
  subagent varchar(255),
  action varchar(255),
  credit_before decimal(15,2),
  credit_after decimal(15,2),
  total_operation decimal(15,2),
  currency_code varchar(3) DEFAULT 'XOF',
  state varchar(255),
  terminal varchar(255),
  recordlocator varchar(255),
  office_sb varchar(255),
  office_cn varchar(255),
  document varchar(255),
  first_passenger varchar(255),
  first_segment varchar(255),
  consolidator varchar(255),
  requete_financiere_id bigint unsigned,
  payload json,
  result json,
  error_type varchar(255),
  error_message text,
  error_trace text,
  account_id bigint unsigned,
  document_id bigint unsigned,
  approvisionnement_id bigint unsigned,
  external_id bigint unsigned,
  source_description text,
  description text,
  created_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  completed_at datetime(6) NULL,
  modified_by bigint unsigned,
  is_deleted tinyint NOT NULL DEFAULT 0,
  cancelled_at datetime(6) NULL,
  attempts int NOT NULL DEFAULT 0,
  folded mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  business_day date,
  reference varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  account_version bigint unsigned,
  balance_after decimal(15,2),
  etatsdevente_id bigint unsigned,
  helpdesk_id bigint unsigned,
  payload_text longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  result_text longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  UNIQUE KEY mouvements_uuid (uuid),
  UNIQUE KEY mouvements_name (name),
  KEY mouvements_message (message_uuid),
  KEY mouvements_status (status, created_at),
  KEY mouvements_source (source, status),
  KEY mouvements_account (account_id, status),
  KEY mouvements_requete (requete_financiere_id),
  KEY mouvements_document (document_id),
  KEY mouvements_approvisionnement (approvisionnement_id),
  KEY mouvements_etatsdevente (etatsdevente_id),
  KEY mouvements_helpdesk (helpdesk_id),
  UNIQUE KEY mouvements_sequence (account_id, account_version),
  KEY mouvements_credit (type, status, cancelled_at),
  -- Statements by type, by source, and by both.
  KEY mouvements_listed (account_id, type, source, account_version),
  -- Lists of all movements, of a time and of an account; the money of a day.
  KEY mouvements_created (created_at, id),
  KEY mouvements_money (business_day, source),
  CONSTRAINT mouvements_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- The audit trail (W4, W5): rows are added, never changed; a movement with a trail cannot be deleted.
CREATE TABLE IF NOT EXISTS mouvement_logs (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  mouvement_id bigint unsigned NOT NULL,
  attempt_number int NOT NULL DEFAULT 1,
  status enum('pending', 'processing', 'success', 'failed') NOT NULL,
  state_before json,
  state_after json,
  changes json,
  duration_ms int,
  error_details text,
  triggered_by bigint unsigned,
  ip_address varchar(45),
  user_agent varchar(512),
  created_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  account_id bigint unsigned NOT NULL,
  account_version bigint unsigned,
  previous_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  KEY mouvement_logs_attempt (mouvement_id, attempt_number),
  KEY mouvement_logs_chain (account_id, account_version, id),
  -- The audit trail of all accounts: of one, of a person, of a status, of a time.
  KEY mouvement_logs_account (account_id, id),
  KEY mouvement_logs_person (triggered_by, id),
  KEY mouvement_logs_status (status, id),
  KEY mouvement_logs_created (created_at, id),
  CONSTRAINT mouvement_logs_mouvement_id_fk FOREIGN KEY (mouvement_id) REFERENCES mouvements (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Financial requests (R). live_parent_id is parent_id until the request is final: one live cancellation a credit (R5).
-- draft: operation keeps it and nobody has passed it, staff's alone (R8).
-- passed_by_hand is empty until somebody, or the check, has passed it; from where is kept with it (W5).
CREATE TABLE IF NOT EXISTS requetes_financieres (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  name varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  account_id bigint unsigned NOT NULL,
  category enum('load', 'unload', 'daily_credit', 'cancel_credit') NOT NULL,
  amount decimal(15,2) NOT NULL,
  currency varchar(3) NOT NULL DEFAULT 'XOF',
  description text,
  status enum('open', 'to_treat', 'processing', 'closed', 'cancelled', 'waiting') NOT NULL,
  assigned_to enum('operation', 'finance', 'admin') NOT NULL,
  draft tinyint NOT NULL DEFAULT 0,
  expiry_date datetime(6) NULL,
  parent_id bigint unsigned,
  etatsdevente_id bigint unsigned,
  helpdesk_id bigint unsigned,
  mouvement_id bigint unsigned,
  message_uuid varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  created_by bigint unsigned,
  created_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  version bigint unsigned NOT NULL,
  execution int NOT NULL DEFAULT 0,
  passed_by bigint unsigned,
  passed_by_hand tinyint,
  passed_ip varchar(45),
  passed_agent varchar(512),
  sent_back text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  live_parent_id bigint unsigned,
  folded mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  UNIQUE KEY requetes_financieres_uuid (uuid),
  UNIQUE KEY requetes_financieres_name (name),
  UNIQUE KEY requetes_financieres_live_parent (live_parent_id),
  KEY requetes_financieres_account (account_id, id),
  KEY requetes_financieres_status (status, expiry_date, id DESC),
  KEY requetes_financieres_listed (status, id),
  KEY requetes_financieres_amount (status, amount, id),
  KEY requetes_financieres_parent (parent_id),
  KEY requetes_financieres_mouvement (mouvement_id),
  KEY requetes_financieres_message (message_uuid),
  KEY requetes_financieres_etatsdevente (etatsdevente_id, id),
  KEY requetes_financieres_helpdesk (helpdesk_id, id),
  -- Queues and lists by status, desk and category, of everybody and of one account.
  KEY requetes_financieres_desk (status, assigned_to, category, id),
  KEY requetes_financieres_account_desk (account_id, status, assigned_to, category, id),
  -- Requests of a time.
  KEY requetes_financieres_created (created_at, id),
  KEY requetes_financieres_account_created (account_id, created_at, id),
  CONSTRAINT requetes_financieres_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT,
  CONSTRAINT requetes_financieres_mouvement_id_fk FOREIGN KEY (mouvement_id) REFERENCES mouvements (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Support requests (S).
CREATE TABLE IF NOT EXISTS helpdesk (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  name varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  account_id bigint unsigned NOT NULL,
  category enum('support') NOT NULL DEFAULT 'support',
  subject varchar(255) NOT NULL,
  description text NOT NULL,
  status enum('open', 'in_progress', 'waiting', 'closed', 'cancelled') NOT NULL,
  assigned_to enum('operation', 'agency', 'agent') NOT NULL,
  etatsdevente_id bigint unsigned,
  created_by bigint unsigned,
  created_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  updated_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  version bigint unsigned NOT NULL,
  folded mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  follows_id bigint unsigned,
  last_comment_at datetime(6),
  last_comment_by varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  turn varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  UNIQUE KEY helpdesk_uuid (uuid),
  UNIQUE KEY helpdesk_name (name),
  KEY helpdesk_account (account_id, id),
  KEY helpdesk_status (status, id),
  KEY helpdesk_etatsdevente (etatsdevente_id),
  -- Lists by status and assignee.
  KEY helpdesk_assigned (status, assigned_to, id),
  KEY helpdesk_account_assigned (account_id, status, assigned_to, id),
  -- Operation's queue (S5): the names of the turns sort as it does.
  KEY helpdesk_turn (turn, id),
  KEY helpdesk_account_turn (account_id, turn, id),
  KEY helpdesk_follows (follows_id),
  CONSTRAINT helpdesk_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Comments on financial requests (R9) and on support requests (S1): each names one of the two.
CREATE TABLE IF NOT EXISTS estair_comments (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  request_id bigint unsigned,
  helpdesk_id bigint unsigned,
  author_id bigint unsigned,
  author_role varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  body text NOT NULL,
  internal tinyint NOT NULL DEFAULT 0,
  created_at datetime(6) NOT NULL,
  UNIQUE KEY estair_comments_uuid (uuid),
  KEY estair_comments_request (request_id, id),
  KEY estair_comments_helpdesk (helpdesk_id, id),
  CONSTRAINT estair_comments_request_id_fk FOREIGN KEY (request_id) REFERENCES requetes_financieres (id) ON DELETE RESTRICT,
  CONSTRAINT estair_comments_helpdesk_id_fk FOREIGN KEY (helpdesk_id) REFERENCES helpdesk (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What happened: timelines, events, and what people are told of (W8, N3); each a link of its account's chain (V2).
-- event is its number among the events, given after the commit; pending says that its notices are not fanned out.
CREATE TABLE IF NOT EXISTS estair_facts (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  kind varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  happened_at datetime(6) NOT NULL,
  role varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  user_id bigint unsigned,
  account_id bigint unsigned NOT NULL,
  request_id bigint unsigned,
  support_id bigint unsigned,
  movement_id bigint unsigned,
  data longtext NOT NULL,
  notices text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  sequence bigint unsigned NOT NULL,
  subject_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  previous_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  event bigint unsigned,
  pending tinyint NOT NULL DEFAULT 0,
  UNIQUE KEY estair_facts_place (account_id, sequence),
  UNIQUE KEY estair_facts_event (event),
  KEY estair_facts_pending (pending, id),
  KEY estair_facts_request (request_id, id),
  KEY estair_facts_support (support_id, id),
  KEY estair_facts_movement (movement_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What is to be handed to Messager (G3).
CREATE TABLE IF NOT EXISTS estair_outbox (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  account_id bigint unsigned NOT NULL,
  request_id bigint unsigned NOT NULL,
  request_uuid varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  execution int NOT NULL,
  status enum('pending', 'processing', 'completed', 'failed', 'skipped') NOT NULL DEFAULT 'pending',
  behind tinyint NOT NULL DEFAULT 0,
  attempts int NOT NULL DEFAULT 0,
  attempts_total int NOT NULL DEFAULT 0,
  next_attempt_at datetime(6) NOT NULL,
  lease_token varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  version bigint unsigned NOT NULL DEFAULT 0,
  last_error longtext,
  result longtext,
  replayed_by varchar(255),
  replay_reason text,
  created_at datetime(6) NOT NULL,
  completed_at datetime(6) NULL,
  UNIQUE KEY estair_outbox_execution (request_uuid, execution),
  KEY estair_outbox_due (status, behind, next_attempt_at, id),
  KEY estair_outbox_account (account_id, status, id),
  -- What a queue holds is counted without reading what ended long ago.
  KEY estair_outbox_completed (status, completed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every attempt to hand something over (G5).
CREATE TABLE IF NOT EXISTS estair_outbox_attempts (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  job_id bigint unsigned NOT NULL,
  attempt_number int NOT NULL,
  started_at datetime(6) NOT NULL,
  duration_ms bigint unsigned,
  http_status int,
  outcome enum('done', 'retry', 'permanent', 'skipped', 'unknown'),
  error longtext,
  replayed_by varchar(255),
  reason text,
  UNIQUE KEY estair_outbox_attempts_number (job_id, attempt_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What people are told, one row for each recipient and channel (N2); what has the same order key leaves one after the other.
CREATE TABLE IF NOT EXISTS estair_notifications (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  dedup varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  fact_id bigint unsigned,
  request_id bigint unsigned,
  notice varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  audience varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  channel varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  user_id bigint unsigned,
  recipient text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  params longtext NOT NULL,
  order_key varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  held tinyint NOT NULL DEFAULT 0,
  low tinyint NOT NULL DEFAULT 0,
  status enum('pending', 'processing', 'completed', 'failed', 'skipped') NOT NULL DEFAULT 'pending',
  behind tinyint NOT NULL DEFAULT 0,
  attempts int NOT NULL DEFAULT 0,
  attempts_total int NOT NULL DEFAULT 0,
  next_attempt_at datetime(6) NOT NULL,
  lease_token varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  version bigint unsigned NOT NULL DEFAULT 0,
  last_error longtext,
  result longtext,
  replayed_by varchar(255),
  replay_reason text,
  created_at datetime(6) NOT NULL,
  completed_at datetime(6) NULL,
  UNIQUE KEY estair_notifications_dedup (dedup),
  KEY estair_notifications_due (status, behind, low, next_attempt_at, id),
  KEY estair_notifications_request (request_id, id),
  -- Lists by status and channel.
  KEY estair_notifications_listed (status, channel, id),
  KEY estair_notifications_order (order_key, status, id),
  -- What a queue holds is counted without reading what ended long ago.
  KEY estair_notifications_completed (status, completed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every attempt to send a notification (N3).
CREATE TABLE IF NOT EXISTS estair_notification_attempts (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  job_id bigint unsigned NOT NULL,
  attempt_number int NOT NULL,
  started_at datetime(6) NOT NULL,
  duration_ms bigint unsigned,
  http_status int,
  outcome enum('done', 'retry', 'permanent', 'skipped', 'unknown'),
  error longtext,
  replayed_by varchar(255),
  reason text,
  UNIQUE KEY estair_notification_attempts_number (job_id, attempt_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Browsers that may be pushed to; an endpoint is known by its SHA-256.
CREATE TABLE IF NOT EXISTS estair_push_subscriptions (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  endpoint_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  user_id bigint unsigned NOT NULL,
  endpoint text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  p256dh varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  auth varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  created_at datetime(6) NOT NULL,
  UNIQUE KEY estair_push_subscriptions_endpoint (endpoint_hash),
  KEY estair_push_subscriptions_user (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What people do not want to be told.
CREATE TABLE IF NOT EXISTS estair_preferences (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id bigint unsigned NOT NULL,
  notice varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  channel varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  UNIQUE KEY estair_preferences_choice (user_id, notice, channel)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Which version of a request or ticket somebody was shown last.
CREATE TABLE IF NOT EXISTS estair_seen (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id bigint unsigned NOT NULL,
  noun varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  noun_id bigint unsigned NOT NULL,
  version bigint unsigned NOT NULL,
  UNIQUE KEY estair_seen_of (user_id, noun, noun_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What both systems decided of the same request while an account is in shadow: no part of the book (L6).
CREATE TABLE IF NOT EXISTS estair_shadow_decisions (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  account_id bigint unsigned NOT NULL,
  decided_at datetime(6) NOT NULL,
  day date NOT NULL,
  category varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  amount decimal(15,2),
  draft longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  ours varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  code varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  credit_limit decimal(15,2) NOT NULL,
  active_credit decimal(15,2) NOT NULL,
  legacy varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  legacy_limit decimal(15,2),
  legacy_active_credit decimal(15,2),
  legacy_balance decimal(15,2),
  agree tinyint NOT NULL,
  told_by bigint unsigned,
  created_at datetime(6) NOT NULL,
  UNIQUE KEY estair_shadow_decisions_uuid (uuid),
  KEY estair_shadow_decisions_account (account_id, legacy, decided_at),
  KEY estair_shadow_decisions_agree (agree, id),
  CONSTRAINT estair_shadow_decisions_account_id_fk FOREIGN KEY (account_id) REFERENCES estair_accounts (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Answers given, kept for good in the transaction of their effect (W3).
CREATE TABLE IF NOT EXISTS estair_idempotency_keys (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  scope varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  idempotency_key varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  fingerprint varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  answer longtext NOT NULL,
  created_at datetime(6) NOT NULL,
  UNIQUE KEY estair_idempotency_keys_key (scope, idempotency_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- People and services of a host that has no directory of its own (A4). Who is disabled stays here, and so do its deeds.
CREATE TABLE IF NOT EXISTS estair_users (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  role varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  account_id bigint unsigned,
  client_kind varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  name varchar(255) NOT NULL,
  email varchar(255),
  -- The address in small letters, by which somebody is found.
  email_key varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  created_at datetime(6) NOT NULL,
  disabled_at datetime(6) NULL,
  last_used_at datetime(6) NULL,
  UNIQUE KEY estair_users_uuid (uuid),
  KEY estair_users_role (role, id),
  KEY estair_users_account (account_id, id),
  KEY estair_users_email (email_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Bearer tokens of people and services, by the SHA-256 of their secret; one that was withdrawn stays, so that it is known.
CREATE TABLE IF NOT EXISTS estair_tokens (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id bigint unsigned NOT NULL,
  name varchar(255),
  secret_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  -- The only sources whose movements may be posted with it, parted by blanks; all where there are none.
  sources varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  created_at datetime(6) NOT NULL,
  last_used_at datetime(6) NULL,
  withdrawn_at datetime(6) NULL,
  UNIQUE KEY estair_tokens_secret (secret_hash),
  KEY estair_tokens_user (user_id, id),
  CONSTRAINT estair_tokens_user_id_fk FOREIGN KEY (user_id) REFERENCES estair_users (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Sessions of the console, by the SHA-256 of their secret. One that was opened with a token ends with it.
CREATE TABLE IF NOT EXISTS estair_sessions (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  secret_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  user_id bigint unsigned NOT NULL,
  token_id bigint unsigned,
  created_at datetime(6) NOT NULL,
  expires_at datetime(6) NOT NULL,
  UNIQUE KEY estair_sessions_secret (secret_hash),
  KEY estair_sessions_expiry (expires_at),
  KEY estair_sessions_user (user_id, id),
  KEY estair_sessions_token (token_id),
  CONSTRAINT estair_sessions_user_id_fk FOREIGN KEY (user_id) REFERENCES estair_users (id) ON DELETE RESTRICT,
  CONSTRAINT estair_sessions_token_id_fk FOREIGN KEY (token_id) REFERENCES estair_tokens (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Links that sign in (A6), by the SHA-256 of their secret: good once, until they expire.
CREATE TABLE IF NOT EXISTS estair_sign_in_links (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  secret_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  user_id bigint unsigned NOT NULL,
  created_at datetime(6) NOT NULL,
  expires_at datetime(6) NOT NULL,
  UNIQUE KEY estair_sign_in_links_secret (secret_hash),
  KEY estair_sign_in_links_expiry (expires_at),
  KEY estair_sign_in_links_user (user_id, id),
  CONSTRAINT estair_sign_in_links_user_id_fk FOREIGN KEY (user_id) REFERENCES estair_users (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- How often who has tried to sign in or asked for a link, by the SHA-256 of what is counted: when as many are free again as at
-- first, in microseconds since 1970. Then the row says nothing and goes.
CREATE TABLE IF NOT EXISTS estair_sign_in_tries (
  caller varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  full_at bigint unsigned NOT NULL,
  KEY estair_sign_in_tries_full (full_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Verifications of the whole book: when, and what was found (L8).
CREATE TABLE IF NOT EXISTS estair_verifications (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  verified_at datetime(6) NOT NULL,
  findings bigint unsigned NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Runs of an import (L3). Of one that was undone: what went with it, sealed (L5).
CREATE TABLE IF NOT EXISTS estair_import_runs (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  source text NOT NULL,
  fingerprint varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  started_at datetime(6) NOT NULL,
  finished_at datetime(6) NULL,
  undone_at datetime(6) NULL,
  gone longtext,
  seal varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
