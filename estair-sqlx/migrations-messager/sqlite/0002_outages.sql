-- Deliveries with the same order key leave one after the other; what is held waits for a decision.
ALTER TABLE deliveries ADD COLUMN order_key TEXT;
ALTER TABLE deliveries ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
CREATE INDEX IF NOT EXISTS deliveries_order ON deliveries (order_key, status, id);
CREATE INDEX IF NOT EXISTS deliveries_held ON deliveries (held, channel, id);

-- What is remembered of the failures of each channel.
CREATE TABLE IF NOT EXISTS outages (
  channel TEXT PRIMARY KEY,
  version INTEGER NOT NULL DEFAULT 0,
  state TEXT
) STRICT;

INSERT INTO outages (channel) SELECT 'email' WHERE NOT EXISTS (SELECT 1 FROM outages WHERE channel = 'email');
INSERT INTO outages (channel) SELECT 'teams' WHERE NOT EXISTS (SELECT 1 FROM outages WHERE channel = 'teams');
INSERT INTO outages (channel) SELECT 'push' WHERE NOT EXISTS (SELECT 1 FROM outages WHERE channel = 'push');
