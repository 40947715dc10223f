-- Deliveries with the same order key leave one after the other; what is held waits for a decision.
ALTER TABLE deliveries
  ADD COLUMN order_key varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  ADD COLUMN held tinyint NOT NULL DEFAULT 0,
  ADD KEY deliveries_order (order_key, status, id);
