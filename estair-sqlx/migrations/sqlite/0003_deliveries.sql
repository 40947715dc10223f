-- Deliveries with the same order key leave one after the other; what is held waits for a decision.
ALTER TABLE deliveries ADD COLUMN order_key TEXT;
ALTER TABLE deliveries ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
CREATE INDEX IF NOT EXISTS deliveries_order ON deliveries (order_key, status, id);
