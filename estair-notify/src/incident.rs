//! Critical alerts during an outage: the first goes out, those that follow for the same reason are counted, and once it
//! is quiet again one message says that it is over.
//!
//! Pure: the host keeps an [`Incidents`] beside its worker, tells it of each alert before delivering it and asks now and
//! then what is over. What is held back is still in the queue and in the console; only the noise is spared.

use std::collections::BTreeMap;

use chrono::Duration;
use estair_core::clock::Timestamp;

use crate::escape::clip;

/// Incidents that are kept at most; beyond that every alert goes out.
const MAX_OPEN: usize = 1_000;
/// Longest error that tells incidents apart, in characters.
const MAX_ERROR: usize = 200;

/// What alerts of one incident have in common: where it fails, and how.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// Where: the endpoint, or the type of message.
    pub endpoint: String,
    /// How: the error, without what differs from one message to the next.
    pub error: String,
}

impl Cause {
    /// A cause; digits in the error count as one, so that ids and ports do not tell alerts apart.
    #[must_use]
    pub fn new(endpoint: &str, error: &str) -> Self {
        let mut same = String::new();
        for c in error.chars() {
            match c {
                '0'..='9' if same.ends_with('#') => {}
                '0'..='9' => same.push('#'),
                c => same.push(c),
            }
        }
        Self { endpoint: clip(endpoint, MAX_ERROR), error: clip(&same, MAX_ERROR) }
    }
}

/// What to do with an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Deliver it.
    Deliver,
    /// Hold it back: this many were held back before it in the same incident.
    HoldBack {
        /// How many before.
        held_back: u64,
    },
}

/// An incident that is over: what one message tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    /// What it was.
    pub cause: Cause,
    /// When its first alert came.
    pub began: Timestamp,
    /// When its last alert came.
    pub last: Timestamp,
    /// Alerts that were held back.
    pub held_back: u64,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    began: Timestamp,
    last: Timestamp,
    told: Timestamp,
    held_back: u64,
}

/// The incidents that are going on.
#[derive(Clone, Debug)]
pub struct Incidents {
    window: Duration,
    open: BTreeMap<Cause, Open>,
}

impl Incidents {
    /// Alerts of one cause within this window of the one that was delivered are held back; an incident without alerts
    /// for that long is over.
    #[must_use]
    pub const fn new(window: Duration) -> Self {
        Self { window, open: BTreeMap::new() }
    }

    /// An alert of this cause is due.
    pub fn alert(&mut self, cause: Cause, now: Timestamp) -> Verdict {
        if self.open.len() >= MAX_OPEN && !self.open.contains_key(&cause) {
            return Verdict::Deliver;
        }
        let window = self.window;
        let mut delivered = false;
        let incident = self.open.entry(cause).or_insert_with(|| {
            delivered = true;
            Open { began: now, last: now, told: now, held_back: 0 }
        });
        incident.last = incident.last.max(now);
        // A long outage is recalled once per window: nobody should think that it went away by itself.
        if delivered || now.signed_duration_since(incident.told) >= window {
            incident.told = now;
            return Verdict::Deliver;
        }
        let held_back = incident.held_back;
        incident.held_back = held_back.saturating_add(1);
        Verdict::HoldBack { held_back }
    }

    /// The incidents that are over by now, each told once.
    pub fn over(&mut self, now: Timestamp) -> Vec<Over> {
        let window = self.window;
        let mut over = Vec::new();
        self.open.retain(|cause, incident| {
            let quiet = now.signed_duration_since(incident.last) >= window;
            if quiet {
                let Open { began, last, held_back, .. } = *incident;
                over.push(Over { cause: cause.clone(), began, last, held_back });
            }
            !quiet
        });
        over
    }
}

impl Over {
    /// The message, in French: it tells how long it lasted and how many alerts were spared.
    #[must_use]
    pub fn message(&self) -> String {
        let (from, to) = (crate::french::date(self.began), crate::french::date(self.last));
        let held = match self.held_back {
            0 => "Aucune autre alerte n’a été retenue.".to_owned(),
            1 => "Une autre alerte de même cause a été retenue.".to_owned(),
            more => format!("{more} autres alertes de même cause ont été retenues."),
        };
        format!(
            "✅ Incident terminé\u{a0}: {} ({}). Première alerte le {from}, dernière le {to}. {held}",
            self.cause.endpoint, self.cause.error
        )
    }
}
