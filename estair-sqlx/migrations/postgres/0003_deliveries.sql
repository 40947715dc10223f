-- Deliveries with the same order key leave one after the other; what is held waits for a decision.
ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS order_key text;
ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS held smallint NOT NULL DEFAULT 0;
CREATE INDEX IF NOT EXISTS deliveries_order ON deliveries (order_key, status, id);
