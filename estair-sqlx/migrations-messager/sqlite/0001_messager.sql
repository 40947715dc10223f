-- The tables of Messager's own database. Until the first tag they are one version, which is changed in place.
-- A run that was killed is run again: each statement does nothing when it was done before.
-- The index of a list ends in the order of the list: a page costs the same however long the history behind it is.

-- Whose messages are delivered, where to, and what is shown for it: tokens by their SHA-256, the former one beside it during a
-- rotation, and the secrets that sign. The row * stands for all of them, and holds their pause.
CREATE TABLE IF NOT EXISTS messager_domains (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0,
  changed_by TEXT,
  reason TEXT,
  changed_at TEXT,
  url TEXT,
  token_hash TEXT,
  former_token_hash TEXT,
  secrets TEXT,
  CONSTRAINT messager_domains_name UNIQUE (name)
) STRICT;

-- Messages, whole, and where they are (G5).
CREATE TABLE IF NOT EXISTS messager_messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL,
  domain TEXT NOT NULL,
  type TEXT NOT NULL,
  payload TEXT NOT NULL,
  -- The uuid and the payload as they are searched (A5).
  folded TEXT NOT NULL,
  idempotency_key TEXT,
  order_key TEXT,
  max_retries INTEGER NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'skipped')),
  behind INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  attempts_total INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TEXT NOT NULL,
  -- It changed since it had its last number among the events.
  fresh INTEGER NOT NULL DEFAULT 1,
  lease_token TEXT,
  version INTEGER NOT NULL DEFAULT 0,
  last_error TEXT,
  result TEXT,
  replayed_by TEXT,
  replay_reason TEXT,
  created_at TEXT NOT NULL,
  completed_at TEXT,
  CONSTRAINT messager_messages_uuid UNIQUE (uuid),
  CONSTRAINT messager_messages_key UNIQUE (domain, idempotency_key)
) STRICT;
CREATE INDEX IF NOT EXISTS messager_messages_due ON messager_messages (status, behind, next_attempt_at, id);
CREATE INDEX IF NOT EXISTS messager_messages_order ON messager_messages (order_key, status, id);
-- What a queue holds is counted without reading what ended long ago.
CREATE INDEX IF NOT EXISTS messager_messages_completed ON messager_messages (status, completed_at);
-- Lists by status, by type, by domain, and of a time.
CREATE INDEX IF NOT EXISTS messager_messages_listed ON messager_messages (status, id);
CREATE INDEX IF NOT EXISTS messager_messages_type ON messager_messages (type, status, id);
CREATE INDEX IF NOT EXISTS messager_messages_domain ON messager_messages (domain, status, id);
CREATE INDEX IF NOT EXISTS messager_messages_created ON messager_messages (created_at, id);
-- What has no number among the events yet.
CREATE INDEX IF NOT EXISTS messager_messages_fresh ON messager_messages (fresh, id);

-- Every attempt to deliver a message (G5).
CREATE TABLE IF NOT EXISTS messager_attempts (
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
  CONSTRAINT messager_attempts_number UNIQUE (job_id, attempt_number)
) STRICT;

-- What became of messages, in the order of the numbers that readers of events follow; only the newest are kept.
CREATE TABLE IF NOT EXISTS messager_events (
  number INTEGER PRIMARY KEY,
  message_id INTEGER NOT NULL,
  uuid TEXT NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'skipped')),
  retry_count INTEGER NOT NULL,
  numbered_at TEXT NOT NULL
) STRICT;

-- Tokens of a Messager that runs apart, by the SHA-256 of their secret: of its own people, by role, and of consoles elsewhere,
-- which have none.
CREATE TABLE IF NOT EXISTS messager_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  role TEXT,
  secret_hash TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_used_at TEXT,
  withdrawn_at TEXT,
  CONSTRAINT messager_tokens_secret UNIQUE (secret_hash)
) STRICT;

-- Sessions on its own pages, by the SHA-256 of their secret; each ends with the token it was opened with.
CREATE TABLE IF NOT EXISTS messager_sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  secret_hash TEXT NOT NULL,
  token_id INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  CONSTRAINT messager_sessions_secret UNIQUE (secret_hash)
) STRICT;
CREATE INDEX IF NOT EXISTS messager_sessions_expiry ON messager_sessions (expires_at);
CREATE INDEX IF NOT EXISTS messager_sessions_token ON messager_sessions (token_id, id);

-- How often who has tried to sign in to its own pages, by the SHA-256 of what is counted: when as many are free again as at
-- first, in microseconds since 1970. Then the row says nothing and goes.
CREATE TABLE IF NOT EXISTS messager_sign_in_tries (
  caller TEXT NOT NULL PRIMARY KEY,
  full_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS messager_sign_in_tries_full ON messager_sign_in_tries (full_at);

-- What operators are told, one row for each recipient and channel (N2); what is held waits for a decision (N5).
CREATE TABLE IF NOT EXISTS messager_alerts (
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
  CONSTRAINT messager_alerts_dedup UNIQUE (dedup)
) STRICT;
CREATE INDEX IF NOT EXISTS messager_alerts_due ON messager_alerts (status, behind, low, next_attempt_at, id);
CREATE INDEX IF NOT EXISTS messager_alerts_request ON messager_alerts (request_id, id);
CREATE INDEX IF NOT EXISTS messager_alerts_order ON messager_alerts (order_key, status, id);
CREATE INDEX IF NOT EXISTS messager_alerts_held ON messager_alerts (held, channel, id);
-- Lists by status and channel.
CREATE INDEX IF NOT EXISTS messager_alerts_listed ON messager_alerts (status, channel, id);
-- What a queue holds is counted without reading what ended long ago.
CREATE INDEX IF NOT EXISTS messager_alerts_completed ON messager_alerts (status, completed_at);

-- Every attempt to send an alert (N3).
CREATE TABLE IF NOT EXISTS messager_alert_attempts (
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
  CONSTRAINT messager_alert_attempts_number UNIQUE (job_id, attempt_number)
) STRICT;

-- What is remembered of the failures of each channel.
CREATE TABLE IF NOT EXISTS messager_outages (
  channel TEXT PRIMARY KEY,
  version INTEGER NOT NULL DEFAULT 0,
  state TEXT
) STRICT;

INSERT INTO messager_domains (name, paused) SELECT '*', 0 WHERE NOT EXISTS (SELECT 1 FROM messager_domains WHERE name = '*');
INSERT INTO messager_outages (channel) SELECT 'email' WHERE NOT EXISTS (SELECT 1 FROM messager_outages WHERE channel = 'email');
INSERT INTO messager_outages (channel) SELECT 'teams' WHERE NOT EXISTS (SELECT 1 FROM messager_outages WHERE channel = 'teams');
INSERT INTO messager_outages (channel) SELECT 'push' WHERE NOT EXISTS (SELECT 1 FROM messager_outages WHERE channel = 'push');
