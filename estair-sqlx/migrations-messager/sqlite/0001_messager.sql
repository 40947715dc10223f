-- Whose messages are delivered; the row * stands for all of them, and holds their pause.
CREATE TABLE IF NOT EXISTS domains (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0,
  changed_by TEXT,
  reason TEXT,
  changed_at TEXT,
  CONSTRAINT domains_name UNIQUE (name)
) STRICT;

-- Messages, whole, and where they are (G5).
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL,
  domain TEXT NOT NULL,
  type TEXT NOT NULL,
  payload TEXT NOT NULL,
  idempotency_key TEXT,
  order_key TEXT,
  max_retries INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'skipped')),
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
  CONSTRAINT messages_uuid UNIQUE (uuid),
  CONSTRAINT messages_key UNIQUE (domain, idempotency_key)
) STRICT;
CREATE INDEX IF NOT EXISTS messages_due ON messages (status, next_attempt_at, id);
CREATE INDEX IF NOT EXISTS messages_order ON messages (order_key, status, id);
CREATE INDEX IF NOT EXISTS messages_completed ON messages (status, completed_at);

-- Every attempt to deliver a message (G5).
CREATE TABLE IF NOT EXISTS message_attempts (
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
  CONSTRAINT message_attempts_number UNIQUE (job_id, attempt_number)
) STRICT;

-- What people are told, one row for each recipient and channel (N2).
CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dedup TEXT,
  fact_id INTEGER,
  request_id INTEGER,
  notice TEXT NOT NULL,
  audience TEXT NOT NULL,
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  params TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'skipped')),
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
  CONSTRAINT deliveries_dedup UNIQUE (dedup)
) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (status, next_attempt_at, id);
CREATE INDEX IF NOT EXISTS deliveries_request ON deliveries (request_id, id);

-- Every attempt to deliver (N3).
CREATE TABLE IF NOT EXISTS delivery_attempts (
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
  CONSTRAINT delivery_attempts_number UNIQUE (job_id, attempt_number)
) STRICT;

INSERT INTO domains (name, paused) SELECT '*', 0 WHERE NOT EXISTS (SELECT 1 FROM domains WHERE name = '*');
