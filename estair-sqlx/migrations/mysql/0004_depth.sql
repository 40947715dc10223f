-- What waits in a queue, what failed and what ended of late is counted without reading what ended before.
-- MySQL has no CREATE INDEX IF NOT EXISTS, and commits each of these by itself: one that is there already (error 1061) was made
-- by a run of this step that did not come to its end, and is taken as done.
CREATE INDEX outbox_completed ON outbox (status, completed_at);
CREATE INDEX deliveries_completed ON deliveries (status, completed_at);
