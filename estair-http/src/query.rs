//! Reading the query of a list: filters, `limit` and `cursor`, each once, none unknown.

use std::collections::BTreeMap;

use axum::http::Uri;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use estair_core::clock::{BusinessDay, DayOffset, Timestamp};
use estair_core::refusal::{FieldError, Refusal};
use estair_core::store::{MAX_PAGE, Page, Slice};
use estair_core::text;

use crate::asked;
use crate::body::MAX_ID;
use crate::instants;
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
        match asked::pairs(uri) {
            Ok(pairs) => {
                for (name, value) in pairs {
                    // Whatever a filter does with it: no database is asked with such a text.
                    if value.contains(char::is_control) {
                        params.fault::<()>(&asked::shown(&name), "must not hold control characters");
                    } else {
                        params.given.entry(name).or_default().push(value);
                    }
                }
            }
            Err(fault) => params.faults.push(fault),
        }
        params
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// 422 with all that was wrong, unknown parameters among it.
    pub fn finish(mut self) -> Result<(), Problem> {
        for name in std::mem::take(&mut self.given).into_keys() {
            self.faults.push(asked::unknown(&name));
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

    /// Yes or no; no when it is left out.
    pub fn yes(&mut self, name: &str) -> bool {
        match self.one(name).as_deref() {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => self.fault(name, "must be true or false").unwrap_or_default(),
        }
    }

    /// Is something wrong with a parameter of this name?
    #[must_use]
    pub fn has_fault(&self, name: &str) -> bool {
        self.faults.iter().any(|fault| fault.field == name)
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

    /// Is it to be said how many rows the list has?
    pub fn count(&mut self) -> bool {
        let read = |text: &str| ["true", "false"].contains(&text).then_some(text == "true");
        self.one_of("count", read, &["true", "false"]).unwrap_or(false)
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
        instants::since(&text).map_err(|expected| self.fault::<()>(name, expected)).ok()
    }

    /// An instant before which; a day is there whole, and the last one there is bounds nothing.
    pub fn to_instant(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.one(name)?;
        instants::until(&text).map_err(|expected| self.fault::<()>(name, expected)).ok().flatten()
    }

    /// A business day; an instant stands for the day it is in.
    pub fn day(&mut self, name: &str, offset: DayOffset) -> Option<BusinessDay> {
        let text = self.one(name)?;
        instants::day(&text, offset).map_err(|expected| self.fault::<()>(name, expected)).ok()
    }

    /// The page that is asked for of the list of this name.
    pub fn page(&mut self, list: &str) -> Page {
        let (limit, before) = self.page_after(list, |text| text.parse().ok().filter(|before| *before <= MAX_ID));
        Page { limit, before }
    }

    /// The same for a list whose cursors hold more than a number: how many rows, and after which place.
    pub fn page_after<T>(&mut self, list: &str, read: impl FnOnce(&str) -> Option<T>) -> (u32, Option<T>) {
        let mut limit = Page::default().limit;
        if let Some(text) = self.one("limit") {
            match text.parse::<u32>().ok().filter(|limit| (1..=MAX_PAGE).contains(limit)) {
                Some(given) => limit = given,
                None => return (limit, self.fault("limit", format_args!("must be 1 to {MAX_PAGE}"))),
            }
        }
        let Some(text) = self.one("cursor") else { return (limit, None) };
        let place = read_cursor(list, &text).and_then(|text| read(&text));
        if place.is_none() {
            return (limit, self.fault("cursor", "is not one that this list gave"));
        }
        (limit, place)
    }
}

/// The cursor of the page after this one.
#[must_use]
pub fn cursor_after<T>(list: &str, slice: &Slice<T>) -> Option<String> {
    slice.next.map(|before| cursor_of(list, &before.to_string()))
}

/// The cursor of a place in a list.
#[must_use]
pub fn cursor_of(list: &str, place: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}:{place}"))
}

fn read_cursor(list: &str, text: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let (given, place) = text.split_once(':')?;
    (given == list).then(|| place.to_owned())
}
