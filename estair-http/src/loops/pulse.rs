//! How the loops are doing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use estair_core::clock::Timestamp;
use estair_core::queue::Depth;
use estair_core::store::StoreError;
use tokio::time::Instant;

use crate::metrics;

/// How long a loop may say nothing before it counts as stalled: longer than a call that hangs.
const STALLED_AFTER: Duration = Duration::from_secs(60);

/// How a loop is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    /// When it last finished a round.
    pub last_round: Option<Timestamp>,
    /// What went wrong last, and when.
    pub last_error: Option<(Timestamp, String)>,
    /// Its last round went wrong.
    pub failing: bool,
    /// How full its queue was when it was last measured.
    pub depth: Option<Depth>,
}

/// How the loops are doing, by name. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Pulses(Arc<Mutex<BTreeMap<&'static str, Heard>>>);

/// A loop's pulse, and when it was heard: by a clock that nobody sets.
#[derive(Clone, Debug, Default)]
struct Heard {
    pulse: Pulse,
    at: Option<Instant>,
}

impl Pulses {
    /// Every loop's pulse.
    #[must_use]
    pub fn all(&self) -> BTreeMap<&'static str, Pulse> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.iter().map(|(name, heard)| (*name, heard.pulse.clone())).collect()
    }

    /// The loops that fail, or have said nothing for a minute; a clock that is set, forwards or back, makes none of them silent.
    #[must_use]
    pub fn stalled(&self) -> Vec<&'static str> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ill = heard
            .iter()
            .filter(|(_, heard)| heard.pulse.failing || heard.at.is_some_and(|at| at.elapsed() > STALLED_AFTER));
        ill.map(|(name, _)| *name).collect()
    }

    /// A loop has finished a round.
    pub(super) fn round(&self, name: &'static str, at: Timestamp) {
        self.hear(name, |pulse| {
            pulse.last_round = Some(at);
            pulse.failing = false;
        });
    }

    /// A loop that waits long is alive.
    pub(super) fn beat(&self, name: &'static str, at: Timestamp) {
        self.hear(name, |pulse| pulse.last_round = Some(at));
    }

    /// A loop could not do its round.
    pub(super) fn trouble(&self, name: &'static str, at: Timestamp, error: &StoreError) {
        metrics::trouble(name);
        let mut is_news = true;
        self.hear(name, |pulse| {
            let (was_failing, text) = (pulse.failing, error.to_string());
            is_news = !was_failing || pulse.last_error.as_ref().is_none_or(|(_, last)| *last != text);
            pulse.last_round = Some(at);
            pulse.last_error = Some((at, text));
            pulse.failing = true;
        });
        // While a database is away each loop asks for it every second: the log says so once.
        if is_news {
            tracing::warn!(work = name, error = %error, "background work is in trouble");
        } else {
            tracing::debug!(work = name, error = %error, "background work is still in trouble");
        }
    }

    /// A loop's queue was measured.
    pub(super) fn depth(&self, name: &'static str, depth: Depth) {
        metrics::depth(name, &depth);
        self.note(name, |heard| heard.pulse.depth = Some(depth));
    }

    /// A loop has said something of its rounds.
    fn hear(&self, name: &'static str, change: impl FnOnce(&mut Pulse)) {
        self.note(name, |heard| {
            heard.at = Some(Instant::now());
            change(&mut heard.pulse);
        });
    }

    fn note(&self, name: &'static str, change: impl FnOnce(&mut Heard)) {
        change(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default());
    }
}
