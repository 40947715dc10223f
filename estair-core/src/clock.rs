//! Time and identity come from outside: a [`Clock`] and an [`IdSource`], read once per command.
//!
//! The business day (F6) and the daily cut-off of credits (R4) are computed here from an instant that is given.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Timelike, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An instant in UTC, with microseconds.
pub type Timestamp = DateTime<Utc>;

/// Tells the time. The only way the core learns what time it is.
pub trait Clock: Send + Sync {
    /// The present instant, cut to microseconds: what every database keeps.
    fn now(&self) -> Timestamp;
}

/// Gives the randomness from which the ids of one command are drawn.
pub trait IdSource: Send + Sync {
    /// 128 random bits, new at each call.
    fn seed(&self) -> u128;
}

/// The ids of one command: UUIDs v7, all derived from one instant and one random seed, so that a command that is run
/// again after a deadlock draws the same ones (see [`Book`](crate::Book)).
#[derive(Clone, Debug)]
pub struct Ids {
    millis: u64,
    state: u128,
}

impl Ids {
    /// The sequence for a command decided at `now`.
    #[must_use]
    pub fn new(now: Timestamp, seed: u128) -> Self {
        Self { millis: u64::try_from(now.timestamp_millis()).unwrap_or(0), state: seed }
    }

    /// The next UUID v7 of the sequence.
    pub fn draw(&mut self) -> Uuid {
        let high = self.next_word();
        let low = self.next_word();
        let mut random = [0_u8; 10];
        for (to, from) in random.iter_mut().zip(high.to_be_bytes().into_iter().chain(low.to_be_bytes())) {
            *to = from;
        }
        uuid::Builder::from_unix_timestamp_millis(self.millis, &random).into_uuid()
    }

    /// One step of a 128-bit counter through the SplitMix64 finaliser: distinct seeds give distinct sequences.
    fn next_word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C834);
        let mut word = (self.state as u64) ^ ((self.state >> 64) as u64).rotate_left(23);
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }
}

/// A business day: a calendar day at the book's offset (F6).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BusinessDay(NaiveDate);

impl BusinessDay {
    /// A calendar day as a business day.
    #[must_use]
    pub const fn new(date: NaiveDate) -> Self {
        Self(date)
    }

    /// The calendar day.
    #[must_use]
    pub const fn date(self) -> NaiveDate {
        self.0
    }
}

impl fmt::Display for BusinessDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for BusinessDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for BusinessDay {
    type Err = chrono::ParseError;

    /// Reads `2025-10-21`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self)
    }
}

/// The fixed offset from UTC at which business days begin (F6); UTC by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayOffset {
    minutes: i32,
}

impl DayOffset {
    /// The business day of an instant.
    #[must_use]
    pub fn day_of(self, at: Timestamp) -> BusinessDay {
        let shifted = at.checked_add_signed(Duration::minutes(self.minutes.into())).unwrap_or(at);
        BusinessDay(shifted.date_naive())
    }

    /// The instant at which a business day is over: the first one of the next day.
    #[must_use]
    pub fn end_of(self, day: BusinessDay) -> Timestamp {
        let next = day.0.succ_opt().unwrap_or(day.0).and_time(NaiveTime::MIN).and_utc();
        next.checked_sub_signed(Duration::minutes(self.minutes.into())).unwrap_or(next)
    }
}

/// What an option could not be read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The text that was given.
    pub given: String,
    /// What was expected.
    pub expected: &'static str,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not {}: {:?}", self.expected, self.given)
    }
}

impl std::error::Error for ParseError {}

impl FromStr for DayOffset {
    type Err = ParseError;

    /// Reads `+00:00`, `-05:30`, `+14:00`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let fail = || ParseError { given: text.to_owned(), expected: "an offset such as +01:00, within 14 hours" };
        let (sign, rest) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
            (Some(rest), _) => (1, rest),
            (_, Some(rest)) => (-1, rest),
            _ => return Err(fail()),
        };
        let (hours, minutes) = read_hours(rest).ok_or_else(fail)?;
        let minutes = hours * 60 + minutes;
        if minutes > 14 * 60 {
            return Err(fail());
        }
        Ok(Self { minutes: sign * minutes })
    }
}

/// The time of day, UTC, at which credits of the day expire (R4); 18:00 by default, up to 24:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutOff {
    minutes: i32,
}

impl Default for CutOff {
    fn default() -> Self {
        Self { minutes: 18 * 60 }
    }
}

impl CutOff {
    /// The cut-off of the UTC day in which `at` lies; 24:00 is the next day's midnight.
    #[must_use]
    pub fn on_day_of(self, at: Timestamp) -> Timestamp {
        let midnight = at.date_naive().and_time(NaiveTime::MIN).and_utc();
        midnight.checked_add_signed(Duration::minutes(self.minutes.into())).unwrap_or(midnight)
    }
}

impl FromStr for CutOff {
    type Err = ParseError;

    /// Reads `18:00`; `24:00` is the end of the day.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let fail = || ParseError { given: text.to_owned(), expected: "a time of day such as 18:00, at most 24:00" };
        let (hours, minutes) = read_hours(text).ok_or_else(fail)?;
        let minutes = hours * 60 + minutes;
        if minutes > 24 * 60 {
            return Err(fail());
        }
        Ok(Self { minutes })
    }
}

/// Reads `18:00` as hours and minutes, each of two digits; the minutes are fewer than 60.
pub(crate) fn read_hours(text: &str) -> Option<(i32, i32)> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60).then_some((hours, minutes))
}

/// The years that instants and days from outside may lie in: what every database keeps.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=9999;

/// Reads an instant: RFC 3339, or `2025-10-21 18:00` in UTC; of the years 1900 to 9999 in UTC. A leap second is no instant
/// that every database keeps: it is refused.
///
/// # Errors
/// [`ParseError`] for anything else.
pub fn parse_timestamp(text: &str) -> Result<Timestamp, ParseError> {
    let expected = "an instant such as 2025-10-21T18:00:00Z, of the years 1900 to 9999";
    let fail = || ParseError { given: text.chars().take(40).collect(), expected };
    let plain = |format: &&str| NaiveDateTime::parse_from_str(text, format).ok();
    DateTime::parse_from_rfc3339(text)
        .map(|instant| instant.with_timezone(&Utc))
        .ok()
        .or_else(|| ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"].iter().find_map(plain).map(|naive| naive.and_utc()))
        // A nanosecond beyond a second is how chrono writes a leap second.
        .filter(|at| YEARS.contains(&at.year()) && at.nanosecond() < 1_000_000_000)
        .map(to_micros)
        .ok_or_else(fail)
}

/// Reads a calendar day such as `2025-10-21`, of the years 1900 to 9999, written with four, two and two digits.
///
/// # Errors
/// [`ParseError`] for anything else.
pub fn parse_day(text: &str) -> Result<BusinessDay, ParseError> {
    let fail = || ParseError {
        given: text.chars().take(40).collect(),
        expected: "a day such as 2025-10-21, of the years 1900 to 9999",
    };
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|date| shaped && YEARS.contains(&date.year()));
    date.map(BusinessDay).ok_or_else(fail)
}

/// Cuts an instant to the microseconds that every store keeps.
#[must_use]
pub fn to_micros(at: Timestamp) -> Timestamp {
    at.trunc_subsecs(6)
}

/// Writes an instant as RFC 3339 in UTC with just the digits it needs: `2025-10-21T18:00:00Z`.
#[must_use]
pub fn rfc3339(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// The machine's own clock and randomness: the one place where they are read.
#[cfg(feature = "system")]
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

#[cfg(feature = "system")]
impl Clock for System {
    #[allow(clippy::disallowed_methods)] // the home of the clock
    fn now(&self) -> Timestamp {
        to_micros(Utc::now())
    }
}

#[cfg(feature = "system")]
impl IdSource for System {
    #[allow(clippy::disallowed_methods)] // the home of randomness
    fn seed(&self) -> u128 {
        // A v4 UUID has 122 random bits; two of them fill 128 with room to spare.
        Uuid::new_v4().as_u128() ^ Uuid::new_v4().as_u128().rotate_left(64)
    }
}
