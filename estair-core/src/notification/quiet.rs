//! Quiet hours: what is of low priority is not delivered in them; it waits for their end (N3).

use chrono::{Days, Duration, NaiveTime};
use std::str::FromStr;

use crate::clock::{ParseError, Timestamp, read_hours};
use crate::notice::Priority;

/// A span of each day, in UTC, from one time of day up to, not including, another; it may go past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: NaiveTime,
    until: NaiveTime,
}

impl QuietHours {
    /// The first instant, not before `at`, at which something of this priority may be delivered. Only what is of low
    /// priority ever waits.
    #[must_use]
    pub fn next_allowed(self, at: Timestamp, priority: Priority) -> Timestamp {
        if priority != Priority::Low || !self.holds(at.time()) {
            return at;
        }
        let end = at.date_naive().and_time(self.until).and_utc();
        if end > at { end } else { end.checked_add_days(Days::new(1)).unwrap_or(at) }
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
