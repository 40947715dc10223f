//! Quiet hours: what is of low priority is not delivered in them; it waits for their end (N3).

use chrono::{Duration, NaiveTime};
use std::str::FromStr;

use crate::clock::{ParseError, Timestamp, read_hours};

/// A span of each day, in UTC, from one time of day up to, not including, another; it may go past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: NaiveTime,
    until: NaiveTime,
}

impl QuietHours {
    /// Does what is of low priority wait at this instant?
    #[must_use]
    pub fn holds_at(self, at: Timestamp) -> bool {
        self.holds(at.time())
    }

    fn holds(self, time: NaiveTime) -> bool {
        if self.from < self.until {
            return self.from <= time && time < self.until;
        }
        time >= self.from || time < self.until
    }
}

impl FromStr for QuietHours {
    type Err = ParseError;

    /// Reads `20:00-07:00`; `24:00` is midnight.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let fail = || ParseError { given: text.to_owned(), expected: "a span of the day such as 20:00-07:00, in UTC" };
        let (from, until) = text.split_once('-').ok_or_else(fail)?;
        let (from, until) = (time(from).ok_or_else(fail)?, time(until).ok_or_else(fail)?);
        if from == until { Err(fail()) } else { Ok(Self { from, until }) }
    }
}

fn time(text: &str) -> Option<NaiveTime> {
    let (hours, minutes) = read_hours(text.trim())?;
    let minutes = hours * 60 + minutes;
    // Past midnight a clock begins again.
    (minutes <= 24 * 60).then(|| NaiveTime::MIN.overflowing_add_signed(Duration::minutes(minutes.into())).0)
}
