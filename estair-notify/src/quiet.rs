//! Quiet hours: what can wait is not delivered at night.
//!
//! Pure: the host asks when a delivery may go out and sets its `not_before` accordingly. Only low priority waits; a
//! critical alert never does.

use std::str::FromStr;

use chrono::{Days, Duration, NaiveTime};
use estair_core::clock::Timestamp;
use estair_core::notification::Priority;

use crate::config::ConfigError;

const SETTING: &str = "quiet hours";

/// A span of each day, in UTC, from one time up to another; it may go past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: NaiveTime,
    until: NaiveTime,
}

impl FromStr for QuietHours {
    type Err = ConfigError;

    /// Reads `20:00-07:00`.
    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let fail = || ConfigError::new(SETTING, "give a span such as 20:00-07:00, in UTC");
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").map_err(|_| fail());
        let (from, until) = text.split_once('-').ok_or_else(fail)?;
        let (from, until) = (time(from)?, time(until)?);
        if from == until { Err(fail()) } else { Ok(Self { from, until }) }
    }
}

impl QuietHours {
    /// The first instant, not before `at`, at which something of this priority may be delivered.
    #[must_use]
    pub fn next_allowed(self, at: Timestamp, priority: Priority) -> Timestamp {
        if priority != Priority::Low || !self.holds(at.time()) {
            return at;
        }
        let today = at.date_naive().and_time(self.until).and_utc();
        if today > at {
            return today;
        }
        today.checked_add_days(Days::new(1)).unwrap_or(at)
    }

    fn holds(self, time: NaiveTime) -> bool {
        if self.from < self.until {
            return self.from <= time && time < self.until;
        }
        time >= self.from || time < self.until
    }

    /// How long the span is.
    #[must_use]
    pub fn length(self) -> Duration {
        let span = self.until.signed_duration_since(self.from);
        if span > Duration::zero() { span } else { span + Duration::days(1) }
    }
}
