//! What all loops share, and how they wait.

use std::sync::Arc;
use std::time::Duration;

use estair_core::clock::{Clock, IdSource, Timestamp};
use estair_core::queue::Worker;
use estair_core::store::{StoreError, StoreErrorKind};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::pulse::Pulses;
use super::wake::Wake;

/// How often an idle loop looks.
pub const POLL: Duration = Duration::from_millis(250);

/// Longest pause after trouble with the database.
const MAX_BACKOFF: Duration = Duration::from_secs(10);

/// Longest pause while there is no database: as soon as it is back, so is the work, and the process says that it is ready. To ask
/// whether somebody listens costs little, and one asks for all who wait.
const MAX_WITHOUT_DATABASE: Duration = Duration::from_secs(1);

/// What all loops share.
#[derive(Clone)]
pub(super) struct Setting {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    /// Rings when there may be something to do.
    pub(super) wake: Wake,
    /// How they are doing.
    pub(super) pulses: Pulses,
    /// Set when they shall end.
    pub(super) stop: CancellationToken,
}

impl Setting {
    pub(super) fn new(clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>, wake: Wake) -> Self {
        Self { clock, ids, wake, pulses: Pulses::default(), stop: CancellationToken::new() }
    }

    pub(super) fn worker(&self) -> Worker<'_> {
        Worker { clock: self.clock.as_ref(), ids: self.ids.as_ref() }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Waits, unless the loops are stopped.
    pub(super) async fn pause(&self, wait: Duration) {
        let _ = self.stop.run_until_cancelled(sleep(wait)).await;
    }
}

/// Pauses after trouble: from [`POLL`], doubled each time, up to [`MAX_BACKOFF`], or [`MAX_WITHOUT_DATABASE`].
#[derive(Default)]
pub(super) struct Backoff {
    last: Option<Duration>,
}

impl Backoff {
    pub(super) fn after(&mut self, error: &StoreError) -> Duration {
        let most = match error.kind() {
            StoreErrorKind::Unavailable => MAX_WITHOUT_DATABASE,
            _ => MAX_BACKOFF,
        };
        let wait = self.last.map_or(POLL, |last| last.saturating_mul(2)).min(most);
        self.last = Some(wait);
        wait
    }

    pub(super) fn reset(&mut self) {
        self.last = None;
    }
}

/// How long after a round that found something the next one begins: what comes meanwhile shares its commit.
const GATHER: Duration = Duration::from_millis(20);

/// When rounds follow one another: one after a quiet time begins at once.
#[derive(Default)]
pub(super) struct Pace {
    busy_until: Option<Instant>,
}

impl Pace {
    /// A round has found something.
    pub(super) fn found(&mut self) {
        self.busy_until = Instant::now().checked_add(GATHER);
    }

    /// Waits for the time of the next round, unless the loops are stopped.
    pub(super) async fn next(&mut self, setting: &Setting) {
        if let Some(until) = self.busy_until.take() {
            let _ = setting.stop.run_until_cancelled(sleep_until(until)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_a_database_that_is_away_is_asked_for_every_second() {
        let pauses = |kind| {
            let (error, mut backoff) = (StoreError::new(kind, "trouble"), Backoff::default());
            (0..8).map(|_| backoff.after(&error).as_millis()).collect::<Vec<_>>()
        };
        assert_eq!(pauses(StoreErrorKind::Other), [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
        assert_eq!(pauses(StoreErrorKind::Unavailable), [250, 500, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
    }
}
