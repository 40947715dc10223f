//! How the loops are doing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use estair_core::clock::Timestamp;
use estair_core::queue::Depth;
use estair_core::store::StoreError;

use crate::metrics;

/// How long a loop may say nothing before it counts as stalled, in seconds: longer than a call that hangs.
const STALLED_AFTER_SECONDS: i64 = 60;

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
pub struct Pulses(Arc<Mutex<BTreeMap<&'static str, Pulse>>>);

impl Pulses {
    /// Every loop's pulse.
    #[must_use]
    pub fn all(&self) -> BTreeMap<&'static str, Pulse> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The loops that fail, or have said nothing for a minute.
    #[must_use]
    pub fn stalled(&self, now: Timestamp) -> Vec<&'static str> {
        let silent = |pulse: &Pulse| {
            let seconds = pulse.last_round.map(|at| now.signed_duration_since(at).num_seconds());
            seconds.is_some_and(|seconds| seconds > STALLED_AFTER_SECONDS)
        };
        let ill = self.all().into_iter().filter(|(_, pulse)| pulse.failing || silent(pulse));
        ill.map(|(name, _)| name).collect()
    }

    /// A loop has finished a round.
    pub(super) fn round(&self, name: &'static str, at: Timestamp) {
        self.note(name, |pulse| {
            pulse.last_round = Some(at);
            pulse.failing = false;
        });
    }

    /// A loop that waits long is alive.
    pub(super) fn beat(&self, name: &'static str, at: Timestamp) {
        self.note(name, |pulse| pulse.last_round = Some(at));
    }

    /// A loop could not do its round.
    pub(super) fn trouble(&self, name: &'static str, at: Timestamp, error: &StoreError) {
        metrics::trouble(name);
        tracing::warn!(work = name, error = %error, "background work is in trouble");
        self.note(name, |pulse| {
            pulse.last_round = Some(at);
            pulse.last_error = Some((at, error.to_string()));
            pulse.failing = true;
        });
    }

    /// A loop's queue was measured.
    pub(super) fn depth(&self, name: &'static str, depth: Depth) {
        metrics::depth(name, &depth);
        self.note(name, |pulse| pulse.depth = Some(depth));
    }

    fn note(&self, name: &'static str, change: impl FnOnce(&mut Pulse)) {
        change(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default());
    }
}
