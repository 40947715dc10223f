//! How often one actor may ask: a token bucket each, filled by the injected clock.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use estair_core::clock::Timestamp;

/// Buckets kept before the full ones are thrown away.
const MAX_BUCKETS: usize = 10_000;
/// One request, in the unit of the buckets.
const TOKEN: i64 = 1_000_000;

/// The buckets of all actors.
#[derive(Debug)]
pub struct RateLimit {
    /// Requests a second; none is no limit.
    per_second: i64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: i64,
    filled_at: Timestamp,
}

impl RateLimit {
    /// So many requests a second and actor, twice as many at once; 0 is no limit.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        Self { per_second: per_second.into(), buckets: Mutex::default() }
    }

    /// Takes a token of this actor's bucket.
    ///
    /// # Errors
    /// The seconds after which there is one again.
    pub fn take(&self, actor: &str, now: Timestamp) -> Result<(), u64> {
        if self.per_second == 0 {
            return Ok(());
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_BUCKETS {
            buckets.retain(|_, bucket| self.filled(*bucket, now).tokens < self.capacity());
        }
        let full = Bucket { tokens: self.capacity(), filled_at: now };
        let bucket = buckets.entry(actor.to_owned()).or_insert(full);
        *bucket = self.filled(*bucket, now);
        if bucket.tokens >= TOKEN {
            bucket.tokens -= TOKEN;
            return Ok(());
        }
        let missing = TOKEN - bucket.tokens;
        let micros = u64::try_from(missing / self.per_second).unwrap_or(0);
        Err(micros.div_ceil(1_000_000).max(1))
    }

    fn capacity(&self) -> i64 {
        self.per_second.saturating_mul(2).saturating_mul(TOKEN)
    }

    /// A bucket at a later instant; a clock that steps back fills nothing.
    fn filled(&self, bucket: Bucket, now: Timestamp) -> Bucket {
        let passed = now.signed_duration_since(bucket.filled_at).num_microseconds().unwrap_or(i64::MAX).max(0);
        let gained = passed.saturating_mul(self.per_second);
        Bucket { tokens: bucket.tokens.saturating_add(gained).min(self.capacity()), filled_at: now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        chrono::DateTime::from_timestamp_millis(1_700_000_000_000 + millis).unwrap()
    }

    #[test]
    fn twice_the_rate_at_once_then_the_rate() {
        let limit = RateLimit::new(2);
        assert!((0..4).all(|_| limit.take("a", at(0)).is_ok()));
        assert_eq!(limit.take("a", at(0)), Err(1));
        assert_eq!(limit.take("b", at(0)), Ok(()), "another actor has its own");
        assert_eq!(limit.take("a", at(499)), Err(1));
        assert_eq!(limit.take("a", at(500)), Ok(()));
        assert_eq!(limit.take("a", at(0)), Err(1), "a clock that steps back gives nothing");
    }

    #[test]
    fn nothing_is_no_limit() {
        let limit = RateLimit::new(0);
        assert!((0..1_000).all(|_| limit.take("a", at(0)).is_ok()));
    }
}
