//! When to try again, and what follows an attempt (G1).

use std::time::Duration;

use crate::clock::Timestamp;
use crate::options;
use crate::queue::{AttemptOutcome, Next, Report, Settlement};

options! {
    /// When to try again, and for how long.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Schedule {
        /// The delay before each retry (G1).
        pub delays: Vec<Duration>,
        /// After the last delay: bury, or go on with that delay for ever.
        pub for_ever: bool,
        /// Jitter on top of a delay, in percent of it.
        pub jitter_percent: u32,
        /// How long a lease lasts: longer than any call.
        pub lease: Duration,
    }
}

impl Schedule {
    /// Messager's (G1): retries after 1, 5 and 15 minutes.
    #[must_use]
    pub fn messager() -> Self {
        Self::bounded([60, 300, 900])
    }

    /// The outbox's: never gives up, a minute between attempts at most (G3).
    #[must_use]
    pub fn outbox() -> Self {
        Self { for_ever: true, ..Self::bounded([1, 2, 5, 15, 30, 60]) }
    }

    /// Notifications': about a day, ten minutes between attempts at most: what waits behind the first one of a channel that
    /// is down leaves soon after it is back.
    #[must_use]
    pub fn notifications() -> Self {
        Self::bounded([30, 120].into_iter().chain([600; 144]))
    }

    fn bounded(seconds: impl IntoIterator<Item = u64>) -> Self {
        let delays = seconds.into_iter().map(Duration::from_secs).collect();
        Self { delays, for_ever: false, jitter_percent: 10, lease: Duration::from_secs(60) }
    }

    /// Retries after the first attempt; none when there is no bound.
    #[must_use]
    pub fn max_retries(&self) -> Option<u32> {
        (!self.for_ever).then(|| u32::try_from(self.delays.len()).unwrap_or(u32::MAX))
    }

    /// The longest delay before a retry, its jitter included: no job is due later than that (G11).
    #[must_use]
    pub fn longest_delay(&self) -> Duration {
        let longest = self.delays.iter().max().copied().unwrap_or_default();
        let millis = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(millis.saturating_add(millis.saturating_mul(self.jitter_percent.into()) / 100))
    }

    /// Has a job with so many attempts, the present one included, used up its schedule? A rescue counts as an attempt,
    /// or a poison message would loop.
    #[must_use]
    pub fn is_exhausted(&self, attempts: u32) -> bool {
        self.max_retries().is_some_and(|retries| attempts > retries.saturating_add(1))
    }

    /// When to try again after so many attempts; none when it is time to give up.
    fn retry_at(&self, attempts: u32, now: Timestamp, wanted: Option<Duration>, jitter: u32) -> Option<Timestamp> {
        let place = attempts.saturating_sub(1) as usize;
        let delay = match self.delays.get(place) {
            Some(delay) => *delay,
            None if self.for_ever => *self.delays.last()?,
            None => return None,
        };
        let percent = u64::from(jitter % self.jitter_percent.saturating_add(1));
        let millis = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        let delay = Duration::from_millis(millis.saturating_add(millis.saturating_mul(percent) / 100));
        let delay = wanted.map_or(delay, |wanted| wanted.min(self.longest_delay()).max(delay));
        now.checked_add_signed(chrono::Duration::from_std(delay).ok()?)
    }

    /// What follows an attempt: `attempts` counts those of this cycle, this one included; `jitter` is any number.
    #[must_use]
    pub fn settle(&self, attempts: u32, report: Report, now: Timestamp, jitter: u32) -> Settlement {
        let next = match &report.outcome {
            AttemptOutcome::Done => Next::Completed,
            AttemptOutcome::Skipped => Next::Skipped,
            AttemptOutcome::Permanent => Next::Failed,
            AttemptOutcome::Retry | AttemptOutcome::Unknown => {
                match self.retry_at(attempts, now, report.retry_after, jitter) {
                    Some(at) => Next::Retry { at },
                    None => Next::Failed,
                }
            }
        };
        Settlement { at: now, next, report }
    }
}
