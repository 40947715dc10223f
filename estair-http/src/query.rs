//! Reading the query of a list: filters, `limit` and `cursor`, each once, none unknown.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::http::Uri;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Days;
use estair_core::clock::{BusinessDay, DayOffset, Timestamp, parse_timestamp};
use estair_core::refusal::{FieldError, Refusal};
use estair_core::store::{MAX_PAGE, Page, Slice};
use estair_core::text;

use crate::body::MAX_ID;
use crate::problem::Problem;

/// Longest text that is searched for, in characters.
const MAX_QUESTION: usize = 100;

/// The parameters that were not taken yet, and what was wrong with those that were.
pub struct Params {
    given: BTreeMap<String, Vec<String>>,
    faults: Vec<FieldError>,
}

impl Params {
    /// Those of a request.
    #[must_use]
    pub fn of(uri: &Uri) -> Self {
        let mut params = Self { given: BTreeMap::new(), faults: Vec::new() };
        match Query::<Vec<(String, String)>>::try_from_uri(uri) {
            Ok(Query(pairs)) => {
                for (name, value) in pairs {
                    params.given.entry(name).or_default().push(value);
                }
            }
            Err(_) => params.faults.push(FieldError::new("query", "cannot be read")),
        }
        params
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// 422 with all that was wrong, unknown parameters among it.
    pub fn finish(mut self) -> Result<(), Problem> {
        for name in std::mem::take(&mut self.given).into_keys() {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
            self.faults.push(FieldError::new(shown, "is not known here"));
        }
        if self.faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(self.faults).into()) }
    }

    /// Is there a parameter of this name?
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// Notes what was wrong with values that were read.
    pub fn faults(&mut self, faults: impl IntoIterator<Item = FieldError>) {
        self.faults.extend(faults);
    }

    fn fault<T>(&mut self, name: &str, message: impl std::fmt::Display) -> Option<T> {
        self.faults.push(FieldError::new(name, message));
        None
    }

    fn one(&mut self, name: &str) -> Option<String> {
        let mut values = self.given.remove(name)?;
        if values.len() > 1 {
            return self.fault(name, "is there more than once");
        }
        values.pop()
    }

    /// One of a closed set of names.
    pub fn one_of<T>(&mut self, name: &str, read: fn(&str) -> Option<T>, names: &[&'static str]) -> Option<T> {
        let text = self.one(name)?;
        let value = read(&text);
        if value.is_none() {
            return self.fault(name, format_args!("must be one of {}", names.join(", ")));
        }
        value
    }

    /// Several of a closed set of names, separated by commas or given repeatedly.
    pub fn any_of<T>(&mut self, name: &str, read: fn(&str) -> Option<T>, names: &[&'static str]) -> Vec<T> {
        let given = self.given.remove(name).unwrap_or_default();
        let mut values = Vec::new();
        for text in given.iter().flat_map(|text| text.split(',')) {
            match read(text) {
                Some(value) => values.push(value),
                None => {
                    return self.fault(name, format_args!("must be one of {}", names.join(", "))).unwrap_or_default();
                }
            }
        }
        values
    }

    /// An id.
    pub fn id<T: From<u64>>(&mut self, name: &str) -> Option<T> {
        let text = self.one(name)?;
        let number = text.parse::<u64>().ok().filter(|number| *number <= MAX_ID);
        if number.is_none() {
            return self.fault(name, "must be an integer, not negative");
        }
        number.map(T::from)
    }

    /// A text within a bound; an empty one is the same as none.
    pub fn text(&mut self, name: &str, max: usize) -> Option<String> {
        let given = self.one(name)?;
        match text::optional(name, Some(&given), max) {
            Ok(text) => text,
            Err(error) => self.fault(name, error.message),
        }
    }

    /// A text to look for; an empty one is the same as none.
    pub fn question(&mut self) -> Option<String> {
        let text = self.one("q")?;
        match text::optional("q", Some(&text), MAX_QUESTION) {
            Ok(text) => text,
            Err(error) => self.fault("q", error.message),
        }
    }

    /// An instant from which on; a day begins at its midnight, UTC.
    pub fn from_instant(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.one(name)?;
        self.instant(name, &text, 0)
    }

    /// An instant before which; a day is there whole.
    pub fn to_instant(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.one(name)?;
        self.instant(name, &text, 1)
    }

    fn instant(&mut self, name: &str, text: &str, days: u64) -> Option<Timestamp> {
        if let Ok(day) = text.parse::<BusinessDay>() {
            let day = day.date().checked_add_days(Days::new(days))?;
            return Some(day.and_time(chrono::NaiveTime::MIN).and_utc());
        }
        match parse_timestamp(text) {
            Ok(at) => Some(at),
            Err(error) => self.fault(name, format_args!("must be a day or {}", error.expected)),
        }
    }

    /// A business day; an instant stands for the day it is in.
    pub fn day(&mut self, name: &str, offset: DayOffset) -> Option<BusinessDay> {
        let text = self.one(name)?;
        let day = text.parse::<BusinessDay>().ok();
        let day = day.or_else(|| parse_timestamp(&text).ok().map(|at| offset.day_of(at)));
        // Years of five digits are no dates to any database.
        let day = day.filter(|day| (1..=9999).contains(&chrono::Datelike::year(&day.date())));
        if day.is_none() {
            return self.fault(name, "must be a day such as 2025-10-21");
        }
        day
    }

    /// The page that is asked for of the list of this name.
    pub fn page(&mut self, list: &str) -> Page {
        let mut page = Page::default();
        if let Some(text) = self.one("limit") {
            match text.parse::<u32>().ok().filter(|limit| (1..=MAX_PAGE).contains(limit)) {
                Some(limit) => page.limit = limit,
                None => return self.fault("limit", format_args!("must be 1 to {MAX_PAGE}")).unwrap_or_default(),
            }
        }
        if let Some(text) = self.one("cursor") {
            page.before = read_cursor(list, &text);
            if page.before.is_none() {
                return self.fault("cursor", "is not one that this list gave").unwrap_or_default();
            }
        }
        page
    }
}

/// The cursor of the page after this one.
#[must_use]
pub fn cursor_after<T>(list: &str, slice: &Slice<T>) -> Option<String> {
    slice.next.map(|before| URL_SAFE_NO_PAD.encode(format!("{list}:{before}")))
}

fn read_cursor(list: &str, text: &str) -> Option<u64> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let (given, before) = text.split_once(':')?;
    before.parse().ok().filter(|before| given == list && *before <= MAX_ID)
}
