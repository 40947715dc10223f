-- Deliveries with the same order key leave one after the other; what is held waits for a decision.
ALTER TABLE deliveries
  ADD COLUMN order_key varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  ADD COLUMN held tinyint NOT NULL DEFAULT 0,
  ADD KEY deliveries_order (order_key, status, id),
  ADD KEY deliveries_held (held, channel, id);

-- What is remembered of the failures of each channel.
CREATE TABLE IF NOT EXISTS outages (
  channel varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  version bigint unsigned NOT NULL DEFAULT 0,
  state longtext
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO outages (channel) SELECT 'email' WHERE NOT EXISTS (SELECT 1 FROM outages WHERE channel = 'email');
INSERT INTO outages (channel) SELECT 'teams' WHERE NOT EXISTS (SELECT 1 FROM outages WHERE channel = 'teams');
INSERT INTO outages (channel) SELECT 'push' WHERE NOT EXISTS (SELECT 1 FROM outages WHERE channel = 'push');
