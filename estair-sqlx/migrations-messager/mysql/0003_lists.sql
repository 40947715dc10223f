-- Lists answer as fast with many messages behind them, whatever the filter: each index ends in the order of its list.
-- MySQL has no CREATE INDEX IF NOT EXISTS, and commits each of these by itself: one that is there already (error 1061) was made
-- by a run of this step that did not come to its end, and is taken as done.

-- Messages by status, by type, by domain, and of a time.
CREATE INDEX messages_listed ON messages (status, id);
CREATE INDEX messages_type ON messages (type, status, id);
CREATE INDEX messages_domain ON messages (domain, status, id);
CREATE INDEX messages_created ON messages (created_at, id);

-- Lists of deliveries by status and channel.
CREATE INDEX deliveries_listed ON deliveries (status, channel, id);

-- What waits in the queue of deliveries, what failed and what ended of late is counted without reading what ended before.
CREATE INDEX deliveries_completed ON deliveries (status, completed_at);
