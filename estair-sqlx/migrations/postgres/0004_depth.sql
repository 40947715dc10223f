-- What waits in a queue, what failed and what ended of late is counted without reading what ended before.
CREATE INDEX IF NOT EXISTS outbox_completed ON outbox (status, completed_at);
CREATE INDEX IF NOT EXISTS deliveries_completed ON deliveries (status, completed_at);
