-- The tables of Messager's own database. Until the first tag they are one version, which is changed in place.
-- A run that was killed is run again: each statement does nothing when it was done before.
-- The index of a list ends in the order of the list: a page costs the same however long the history behind it is.

-- Whose messages are delivered, where to, and what is shown for it: tokens by their SHA-256, the former one beside it during a
-- rotation, and the secrets that sign. The row * stands for all of them, and holds their pause.
CREATE TABLE IF NOT EXISTS messager_domains (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  paused tinyint NOT NULL DEFAULT 0,
  changed_by varchar(255),
  reason text,
  changed_at datetime(6) NULL,
  url text,
  token_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  former_token_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  secrets text,
  UNIQUE KEY messager_domains_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Messages, whole, and where they are (G5).
CREATE TABLE IF NOT EXISTS messager_messages (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  domain varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  type varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  payload longtext NOT NULL,
  -- The uuid and the payload as they are searched (A5).
  folded longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  idempotency_key varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  order_key varchar(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  max_retries bigint unsigned NOT NULL,
  status enum('pending', 'processing', 'completed', 'failed', 'skipped') NOT NULL DEFAULT 'pending',
  behind tinyint NOT NULL DEFAULT 0,
  attempts int NOT NULL DEFAULT 0,
  attempts_total int NOT NULL DEFAULT 0,
  next_attempt_at datetime(6) NOT NULL,
  -- It changed since it had its last number among the events.
  fresh tinyint NOT NULL DEFAULT 1,
  lease_token varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  version bigint unsigned NOT NULL DEFAULT 0,
  last_error longtext,
  result longtext,
  replayed_by varchar(255),
  replay_reason text,
  created_at datetime(6) NOT NULL,
  completed_at datetime(6) NULL,
  UNIQUE KEY messager_messages_uuid (uuid),
  UNIQUE KEY messager_messages_key (domain, idempotency_key),
  KEY messager_messages_due (status, behind, next_attempt_at, id),
  KEY messager_messages_order (order_key, status, id),
  KEY messager_messages_completed (status, completed_at),
  -- Lists by status, by type, by domain, and of a time.
  KEY messager_messages_listed (status, id),
  KEY messager_messages_type (type, status, id),
  KEY messager_messages_domain (domain, status, id),
  KEY messager_messages_created (created_at, id),
  -- What has no number among the events yet.
  KEY messager_messages_fresh (fresh, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every attempt to deliver a message (G5).
CREATE TABLE IF NOT EXISTS messager_attempts (
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
  UNIQUE KEY messager_attempts_number (job_id, attempt_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What became of messages, in the order of the numbers that readers of events follow; only the newest are kept.
CREATE TABLE IF NOT EXISTS messager_events (
  number bigint unsigned NOT NULL PRIMARY KEY,
  message_id bigint unsigned NOT NULL,
  uuid varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  type varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  status enum('pending', 'processing', 'completed', 'failed', 'skipped') NOT NULL,
  retry_count int NOT NULL,
  numbered_at datetime(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Tokens of a Messager that runs apart, by the SHA-256 of their secret: of its own people, by role, and of consoles elsewhere,
-- which have none.
CREATE TABLE IF NOT EXISTS messager_tokens (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(255) NOT NULL,
  role varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  secret_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  created_at datetime(6) NOT NULL,
  last_used_at datetime(6) NULL,
  withdrawn_at datetime(6) NULL,
  UNIQUE KEY messager_tokens_secret (secret_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Sessions on its own pages, by the SHA-256 of their secret; each ends with the token it was opened with.
CREATE TABLE IF NOT EXISTS messager_sessions (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  secret_hash varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  token_id bigint unsigned NOT NULL,
  created_at datetime(6) NOT NULL,
  expires_at datetime(6) NOT NULL,
  UNIQUE KEY messager_sessions_secret (secret_hash),
  KEY messager_sessions_expiry (expires_at),
  KEY messager_sessions_token (token_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- How often who has tried to sign in to its own pages, by the SHA-256 of what is counted: when as many are free again as at
-- first, in microseconds since 1970. Then the row says nothing and goes.
CREATE TABLE IF NOT EXISTS messager_sign_in_tries (
  caller varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  full_at bigint unsigned NOT NULL,
  KEY messager_sign_in_tries_full (full_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What operators are told, one row for each recipient and channel (N2); what is held waits for a decision (N5).
CREATE TABLE IF NOT EXISTS messager_alerts (
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
  UNIQUE KEY messager_alerts_dedup (dedup),
  KEY messager_alerts_due (status, behind, low, next_attempt_at, id),
  KEY messager_alerts_request (request_id, id),
  KEY messager_alerts_order (order_key, status, id),
  KEY messager_alerts_held (held, channel, id),
  -- Lists by status and channel.
  KEY messager_alerts_listed (status, channel, id),
  -- What a queue holds is counted without reading what ended long ago.
  KEY messager_alerts_completed (status, completed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every attempt to send an alert (N3).
CREATE TABLE IF NOT EXISTS messager_alert_attempts (
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
  UNIQUE KEY messager_alert_attempts_number (job_id, attempt_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What is remembered of the failures of each channel.
CREATE TABLE IF NOT EXISTS messager_outages (
  channel varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  version bigint unsigned NOT NULL DEFAULT 0,
  state longtext
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO messager_domains (name, paused) SELECT '*', 0 WHERE NOT EXISTS (SELECT 1 FROM messager_domains WHERE name = '*');
INSERT INTO messager_outages (channel) SELECT 'email' WHERE NOT EXISTS (SELECT 1 FROM messager_outages WHERE channel = 'email');
INSERT INTO messager_outages (channel) SELECT 'teams' WHERE NOT EXISTS (SELECT 1 FROM messager_outages WHERE channel = 'teams');
INSERT INTO messager_outages (channel) SELECT 'push' WHERE NOT EXISTS (SELECT 1 FROM messager_outages WHERE channel = 'push');
