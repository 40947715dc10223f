//! The one reader of days and instants that come in a query, a form or a body: of the years 1900 to 9999, the same for the
//! API, the console, Messager and the webhook.

use chrono::{Datelike, NaiveTime};
use estair_core::clock::{BusinessDay, DayOffset, Timestamp, YEARS, parse_day, parse_timestamp};

/// What is expected of a bound.
pub(crate) const EXPECTED: &str = "must be a day or an instant such as 2025-10-21T18:00:00Z, of the years 1900 to 9999";

/// What is expected of a day.
pub(crate) const EXPECTED_DAY: &str = "must be a day such as 2025-10-21, of the years 1900 to 9999";

/// An instant from which on; a day begins at its midnight, UTC.
pub(crate) fn since(text: &str) -> Result<Timestamp, &'static str> {
    match parse_day(text) {
        Ok(day) => Ok(midnight(day)),
        Err(_) => parse_timestamp(text).map_err(|_| EXPECTED),
    }
}

/// An instant before which; a day is there whole. The last day there is bounds nothing.
pub(crate) fn until(text: &str) -> Result<Option<Timestamp>, &'static str> {
    match parse_day(text) {
        Ok(day) => {
            let next = day.date().succ_opt().map(BusinessDay::new).map(midnight);
            Ok(next.filter(|next| YEARS.contains(&next.year())))
        }
        Err(_) => parse_timestamp(text).map(Some).map_err(|_| EXPECTED),
    }
}

/// A business day; an instant stands for the day it is in.
pub(crate) fn day(text: &str, offset: DayOffset) -> Result<BusinessDay, &'static str> {
    let day = parse_day(text).or_else(|_| parse_timestamp(text).map(|at| offset.day_of(at)));
    day.ok().filter(|day| YEARS.contains(&day.date().year())).ok_or(EXPECTED_DAY)
}

fn midnight(day: BusinessDay) -> Timestamp {
    day.date().and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use estair_core::clock::rfc3339;

    use super::*;

    #[test]
    fn a_day_is_there_whole_and_the_last_one_bounds_nothing() {
        assert_eq!(since("2025-10-21").map(rfc3339), Ok("2025-10-21T00:00:00Z".to_owned()));
        assert_eq!(until("2025-10-21").unwrap().map(rfc3339), Some("2025-10-22T00:00:00Z".to_owned()));
        assert_eq!(until("9999-12-31"), Ok(None));
        assert_eq!(until("9999-12-30").unwrap().map(rfc3339), Some("9999-12-31T00:00:00Z".to_owned()));
        assert_eq!(since("1900-01-01").map(rfc3339), Ok("1900-01-01T00:00:00Z".to_owned()));
        let at = until("2025-10-21T18:00:00+02:00").unwrap();
        assert_eq!(at.map(rfc3339), Some("2025-10-21T16:00:00Z".to_owned()));
    }

    #[test]
    fn years_that_a_database_does_not_keep_are_refused() {
        let bad = [
            "",
            "x",
            "1899-12-31",
            "10000-01-01",
            "+10000-01-01",
            "0000-01-01",
            "-0001-01-01",
            "2025-02-30",
            "25-1-1",
            "1899-12-31T23:59:59Z",
            "9999-12-31T23:59:59-01:00",
            "2016-12-31T23:59:60Z",
        ];
        for text in bad {
            assert!(since(text).is_err() && until(text).is_err(), "{text}");
            assert!(day(text, DayOffset::default()).is_err(), "{text}");
        }
        let early: DayOffset = "-01:00".parse().unwrap();
        assert!(day("1900-01-01T00:30:00Z", early).is_err(), "the day it is in counts");
        assert_eq!(day("2025-10-21T00:30:00Z", early).unwrap().to_string(), "2025-10-20");
    }
}
