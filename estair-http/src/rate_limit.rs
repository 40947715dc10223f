//! How often one caller may ask: a token bucket each, filled by the injected clock.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use estair_core::clock::Timestamp;

/// Buckets kept before those that say nothing are thrown away.
const MAX_BUCKETS: usize = 10_000;
/// One request, in the unit of the buckets: so many a minute fill in a whole number each microsecond.
const TOKEN: i64 = 60_000_000;
/// A minute, in microseconds.
const MINUTE: i128 = 60_000_000;

/// The buckets of all callers.
#[derive(Debug)]
pub struct RateLimit {
    /// What a minute fills in; nothing is no limit.
    per_minute: i64,
    /// What a bucket holds.
    capacity: i64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: i64,
    filled_at: Timestamp,
}

impl RateLimit {
    /// So many requests a second and caller, twice as many at once; 0 is no limit.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        let each = i64::from(per_second).saturating_mul(TOKEN);
        Self { per_minute: each.saturating_mul(60), capacity: each.saturating_mul(2), buckets: Mutex::default() }
    }

    /// So many requests a minute and caller, all of them at once if need be; 0 is no limit.
    #[must_use]
    pub fn per_minute(times: u32) -> Self {
        let capacity = i64::from(times).saturating_mul(TOKEN);
        Self { per_minute: capacity, capacity, buckets: Mutex::default() }
    }

    /// So many requests of a caller at once, and then one in so many minutes; 0 at once is no limit.
    #[must_use]
    pub fn one_in(minutes: u32, at_once: u32) -> Self {
        let capacity = i64::from(at_once).saturating_mul(TOKEN);
        let per_minute = if at_once == 0 { 0 } else { TOKEN / i64::from(minutes.max(1)) };
        Self { per_minute, capacity, buckets: Mutex::default() }
    }

    /// Takes a token of this caller's bucket.
    ///
    /// # Errors
    /// The seconds after which there is one again.
    pub fn take(&self, caller: &str, now: Timestamp) -> Result<(), u64> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_BUCKETS && !buckets.contains_key(caller) {
            self.make_room(&mut buckets, now);
        }
        let full = Bucket { tokens: self.capacity, filled_at: now };
        let bucket = buckets.entry(caller.to_owned()).or_insert(full);
        *bucket = self.filled(*bucket, now);
        if bucket.tokens >= TOKEN {
            bucket.tokens -= TOKEN;
            return Ok(());
        }
        let missing = i128::from(TOKEN - bucket.tokens) * MINUTE;
        let micros = u64::try_from(missing / i128::from(self.per_minute)).unwrap_or(0);
        Err(micros.div_ceil(1_000_000).max(1))
    }

    /// Full buckets say nothing. When nearly all say something, somebody makes up callers: the half that was asked for
    /// longest ago goes, so that neither the memory nor the time grows with their number.
    fn make_room(&self, buckets: &mut HashMap<String, Bucket>, now: Timestamp) {
        buckets.retain(|_, bucket| self.filled(*bucket, now).tokens < self.capacity);
        if buckets.len() < MAX_BUCKETS / 2 {
            return;
        }
        let mut times: Vec<_> = buckets.values().map(|bucket| bucket.filled_at).collect();
        let middle = times.len() / 2;
        let (_, middle, _) = times.select_nth_unstable(middle);
        let middle = *middle;
        buckets.retain(|_, bucket| bucket.filled_at > middle);
    }

    /// A bucket at a later instant; a clock that steps back fills nothing.
    fn filled(&self, bucket: Bucket, now: Timestamp) -> Bucket {
        let passed = now.signed_duration_since(bucket.filled_at).num_microseconds().unwrap_or(i64::MAX).max(0);
        let gained = i128::from(passed) * i128::from(self.per_minute) / MINUTE;
        let gained = i64::try_from(gained).unwrap_or(i64::MAX);
        Bucket { tokens: bucket.tokens.saturating_add(gained).min(self.capacity), filled_at: now }
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
    fn so_many_a_minute_and_then_one_as_time_goes_by() {
        let limit = RateLimit::per_minute(20);
        assert!((0..20).all(|_| limit.take("a", at(0)).is_ok()));
        assert_eq!(limit.take("a", at(0)), Err(3));
        assert_eq!(limit.take("a", at(2_900)), Err(1));
        assert_eq!(limit.take("a", at(3_000)), Ok(()));
        assert_eq!(limit.take("a", at(3_000)), Err(3));
    }

    #[test]
    fn so_many_at_once_and_then_one_in_some_minutes() {
        let limit = RateLimit::one_in(3, 5);
        assert!((0..5).all(|_| limit.take("a", at(0)).is_ok()));
        assert_eq!(limit.take("a", at(0)), Err(180));
        assert_eq!(limit.take("a", at(179_500)), Err(1));
        // A third of a token a minute is rounded down.
        assert_eq!(limit.take("a", at(180_001)), Ok(()));
        assert_eq!(limit.take("a", at(180_001)), Err(180));
    }

    #[test]
    fn nothing_is_no_limit() {
        for limit in [RateLimit::new(0), RateLimit::per_minute(0), RateLimit::one_in(3, 0)] {
            assert!((0..1_000).all(|_| limit.take("a", at(0)).is_ok()));
        }
    }

    #[test]
    fn callers_that_are_made_up_take_a_bounded_room() {
        let limit = RateLimit::per_minute(1);
        for caller in 0..50_000_i64 {
            limit.take(&caller.to_string(), at(caller / 1_000)).unwrap();
        }
        assert!(limit.buckets.lock().unwrap().len() <= MAX_BUCKETS);
        assert_eq!(limit.take("49999", at(50)), Err(60), "who asked last is remembered");
        // All at the very same instant, too.
        let limit = RateLimit::per_minute(1);
        for caller in 0..50_000 {
            limit.take(&caller.to_string(), at(0)).unwrap();
        }
        assert!(limit.buckets.lock().unwrap().len() <= MAX_BUCKETS);
    }
}
