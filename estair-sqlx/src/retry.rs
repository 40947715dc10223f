//! Running again what met contention: how often, and after which wait.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// How often an operation of a store's own is tried again.
pub(crate) const MAX_RETRIES: u32 = 6;

/// Runs an operation again while it meets contention.
macro_rules! again {
    ($operation:expr) => {{
        let mut attempt = 0;
        loop {
            match $operation {
                Err(error)
                    if error.kind() == estair_core::store::StoreErrorKind::Contention
                        && attempt < $crate::retry::MAX_RETRIES =>
                {
                    attempt += 1;
                    tokio::time::sleep($crate::retry::backoff(attempt)).await;
                }
                done => break done,
            }
        }
    }};
}
pub(crate) use again;

/// A little longer before each retry, and never the same for two who met: 5 to 10 ms, doubling up to half a second.
pub(crate) fn backoff(attempt: u32) -> Duration {
    let most = 10_u64.saturating_mul(1 << attempt.saturating_sub(1).min(6)).min(500);
    // A hasher's random keys are all the randomness that jitter needs.
    let jitter = RandomState::new().build_hasher().finish() % (most / 2).max(1);
    Duration::from_millis(most / 2 + jitter)
}
