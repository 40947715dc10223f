-- The tables of Messager's own database. Until the first tag they are one version, which is changed in place.
-- A run that was killed is run again: each statement does nothing when it was done before.
-- The index of a list ends in the order of the list: a page costs the same however long the history behind it is.

-- Whose messages are delivered; the row * stands for all of them, and holds their pause.
CREATE TABLE IF NOT EXISTS messager_domains (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0,
  changed_by TEXT,
  reason TEXT,
  changed_at TEXT,
  CONSTRAINT messager_domains_name UNIQUE (name)
) STRICT;

-- Messages, whole, and where they are (G5).
CREATE TABLE IF NOT EXISTS messager_messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uuid TEXT NOT NULL,
  domain TEXT NOT NULL,
  type TEXT NOT NULL,
  payload TEXT NOT NULL,
  idempotency_key TEXT,
  order_key TEXT,
  max_retries INTEGER NOT NULL,
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
