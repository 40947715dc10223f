-- Lists answer as fast with many messages behind them, whatever the filter: each index ends in the order of its list.

-- Messages by status, by type, by domain, and of a time.
CREATE INDEX IF NOT EXISTS messages_listed ON messages (status, id);
CREATE INDEX IF NOT EXISTS messages_type ON messages (type, status, id);
CREATE INDEX IF NOT EXISTS messages_domain ON messages (domain, status, id);
CREATE INDEX IF NOT EXISTS messages_created ON messages (created_at, id);

-- Lists of deliveries by status and channel.
CREATE INDEX IF NOT EXISTS deliveries_listed ON deliveries (status, channel, id);

-- What waits in the queue of deliveries, what failed and what ended of late is counted without reading what ended before.
CREATE INDEX IF NOT EXISTS deliveries_completed ON deliveries (status, completed_at);
