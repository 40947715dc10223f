//! A clock that tests set, and ids that are the same in every run.

use crate::clock::{Clock, IdSource, Timestamp, to_micros};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::Duration;

/// A clock that stands still until it is moved, in either direction.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Timestamp>,
}

impl ManualClock {
    /// A clock that shows this instant.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { now: Mutex::new(to_micros(now)) }
    }

    /// Sets it.
    pub fn set(&self, now: Timestamp) {
        *locked(&self.now) = to_micros(now);
    }

    /// Moves it; backwards by a negative duration.
    pub fn advance(&self, by: Duration) {
        let mut now = locked(&self.now);
        *now = now.checked_add_signed(by).map_or(*now, to_micros);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *locked(&self.now)
    }
}

/// Ids that look random and follow from a seed.
#[derive(Debug)]
pub struct SeededIds {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededIds {
    /// The sequence of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, drawn: AtomicU64::new(0) }
    }
}

impl IdSource for SeededIds {
    fn seed(&self) -> u128 {
        let place = self.drawn.fetch_add(1, Ordering::Relaxed);
        let word =
            |half: u64| u128::from(mixed(mixed(self.seed).wrapping_add(place.wrapping_mul(2).wrapping_add(half))));
        (word(0) << 64) | word(1)
    }
}

/// The SplitMix64 finaliser: neighbouring numbers become unlike ones.
const fn mixed(number: u64) -> u64 {
    let word = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

/// Locks the instant: a thread that panicked with it left a whole one behind.
fn locked(now: &Mutex<Timestamp>) -> MutexGuard<'_, Timestamp> {
    now.lock().unwrap_or_else(PoisonError::into_inner)
}
