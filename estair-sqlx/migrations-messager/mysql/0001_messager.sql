-- Whose messages are delivered; the row * stands for all of them, and holds their pause.
CREATE TABLE IF NOT EXISTS domains (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  paused tinyint NOT NULL DEFAULT 0,
  changed_by varchar(255),
  reason text,
  changed_at datetime(6) NULL,
  UNIQUE KEY domains_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Messages, whole, and where they are (G5).
CREATE TABLE IF NOT EXISTS messages (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  uuid varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  domain varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  type varchar(150) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  payload longtext NOT NULL,
  idempotency_key varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  order_key varchar(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  max_retries bigint unsigned NOT NULL,
  status enum('pending', 'processing', 'completed', 'failed', 'skipped') NOT NULL DEFAULT 'pending',
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
  UNIQUE KEY messages_uuid (uuid),
  UNIQUE KEY messages_key (domain, idempotency_key),
  KEY messages_due (status, next_attempt_at, id),
  KEY messages_order (order_key, status, id),
  KEY messages_completed (status, completed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every attempt to deliver a message (G5).
CREATE TABLE IF NOT EXISTS message_attempts (
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
  UNIQUE KEY message_attempts_number (job_id, attempt_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- What people are told, one row for each recipient and channel (N2).
CREATE TABLE IF NOT EXISTS deliveries (
  id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
  dedup varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  fact_id bigint unsigned,
  request_id bigint unsigned,
  notice varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  audience varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  channel varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  recipient text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  params longtext NOT NULL,
  status enum('pending', 'processing', 'completed', 'failed', 'skipped') NOT NULL DEFAULT 'pending',
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
  UNIQUE KEY deliveries_dedup (dedup),
  KEY deliveries_due (status, next_attempt_at, id),
  KEY deliveries_request (request_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

-- Every attempt to deliver (N3).
CREATE TABLE IF NOT EXISTS delivery_attempts (
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
  UNIQUE KEY delivery_attempts_number (job_id, attempt_number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO domains (name, paused) SELECT '*', 0 WHERE NOT EXISTS (SELECT 1 FROM domains WHERE name = '*');
