//! Reading bodies: one JSON object, field by field, with every number exact (M1).
//!
//! What cannot be read does not fail at once: it is noted as a fault, so that the core gives refusals in the order of P5.
//! Unknown and repeated fields are faults too. Only what is no JSON object at all, or too long, is refused here.

use std::collections::BTreeMap;
use std::fmt;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use estair_core::clock::{Timestamp, parse_timestamp};
use estair_core::json::{Json, MAX_DEPTH};
use estair_core::money::{Amount, Currency};
use estair_core::refusal::FieldError;
use estair_core::text;
use serde_json::value::RawValue;

use crate::arriving;
use crate::asked;
use crate::instants;
use crate::json;
use crate::json::Members;
use crate::problem::{Problem, UNREADABLE_JSON, UNSUPPORTED_MEDIA_TYPE};

/// Longest body, in bytes.
pub const MAX_BODY: usize = 64 * 1024;
/// Longest body where a batch is accepted, in bytes.
pub const MAX_BATCH_BODY: usize = 1024 * 1024;
/// Most faults that one answer lists.
const MAX_FAULTS: usize = 50;
/// Longest piece of a caller's field name that an answer repeats, in characters.
const MAX_NAME_SHOWN: usize = 64;
/// The largest id that every database holds.
pub const MAX_ID: u64 = i64::MAX as u64;

/// A body of at most `MAX` bytes. Whether it is a JSON object is asked by the handler, after it knows whether its object
/// exists (P5). A query beside it is one fault more of its fields: no call with a body has parameters.
pub struct Body<const MAX: usize = MAX_BODY> {
    bytes: Bytes,
    query: Vec<FieldError>,
}

impl<const MAX: usize> Body<MAX> {
    /// The fields of the object.
    ///
    /// # Errors
    /// 400 `unreadable_json`.
    pub fn fields(self) -> Result<Fields, Problem> {
        let mut fields = Fields::read(&self.bytes)?;
        fields.faults(self.query);
        Ok(fields)
    }

    /// The fields of the object; none when there is no body at all.
    ///
    /// # Errors
    /// 400 `unreadable_json`.
    pub fn fields_if_any(self) -> Result<Fields, Problem> {
        match self.bytes.is_empty() {
            true => Ok(Fields { faults: self.query, ..Fields::default() }),
            false => self.fields(),
        }
    }
}

impl<S: Send + Sync, const MAX: usize> FromRequest<S> for Body<MAX> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        require_json(&parts.headers)?;
        let bytes = arriving::whole(&parts.headers, body, MAX).await?;
        Ok(Self { bytes, query: asked::beyond_none(&parts.uri) })
    }
}

/// Refuses what says that it is no JSON in UTF-8 (415), so that no form of another site can send a body, and what is
/// compressed, so that nobody is made to unpack it. A body without a type is read as JSON.
pub(crate) fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let refused = |detail: &str| Err(Problem::http(&UNSUPPORTED_MEDIA_TYPE, detail));
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    if encodings.any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return refused("send it without a Content-Encoding");
    }
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    if kinds.any(|kind| !kind.to_str().is_ok_and(is_json)) {
        return refused("send application/json in UTF-8");
    }
    Ok(())
}

fn is_json(kind: &str) -> bool {
    let mut parts = kind.split(';').map(|part| part.trim().to_ascii_lowercase());
    let essence = parts.next().unwrap_or_default();
    let is_json = essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    is_json
        && parts.all(|parameter| {
            let charset = parameter.strip_prefix("charset=").map(|charset| charset.trim_matches('"').to_owned());
            charset.is_none_or(|charset| matches!(charset.as_str(), "utf-8" | "utf8" | "us-ascii"))
        })
}

/// The fields of a JSON object that were not taken yet, and what was wrong with those that were.
#[derive(Debug, Default)]
pub struct Fields {
    prefix: String,
    /// The object as it came.
    text: Box<str>,
    members: BTreeMap<String, Box<RawValue>>,
    faults: Vec<FieldError>,
}

impl Fields {
    /// Reads a JSON object.
    ///
    /// # Errors
    /// 400 `unreadable_json` when the text is something else.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let object = serde_json::from_slice::<Members>(bytes).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Problem::http(&UNREADABLE_JSON, format!("no JSON object: line {line}, column {column}"))
        })?;
        // What is JSON is UTF-8.
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        Ok(Self::of(String::new(), text, object))
    }

    /// Reads an object inside another; what is none is noted as a fault.
    #[must_use]
    pub fn nested(name: &str, raw: &RawValue) -> Self {
        match serde_json::from_str::<Members>(raw.get()) {
            Ok(object) if name.is_empty() => Self::of(String::new(), raw.get(), object),
            Ok(object) => Self::of(format!("{name}."), raw.get(), object),
            Err(_) => Self { faults: vec![FieldError::new(name, "must be an object")], ..Self::default() },
        }
    }

    /// The whole object, exactly as it came (G12); none when it is nested too deep.
    #[must_use]
    pub fn whole(&self) -> Option<Json> {
        Json::parse(&self.text)
    }

    fn of(prefix: String, text: &str, object: Members) -> Self {
        let mut fields = Self { prefix, text: text.into(), members: object.members, faults: Vec::new() };
        for name in object.repeated {
            fields.fault(&name, "is there more than once");
        }
        fields
    }

    /// Is there a field of this name?
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Notes it where a field is left out, or null.
    pub fn need(&mut self, name: &str) {
        if self.members.get(name).is_none_or(|raw| raw.get() == "null") {
            self.members.remove(name);
            self.fault(name, "is needed");
        }
    }

    /// Notes that something is wrong with a field.
    pub fn fault(&mut self, name: &str, message: impl fmt::Display) {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(MAX_NAME_SHOWN).collect();
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(FieldError::new(format!("{}{shown}", self.prefix), message));
        }
    }

    /// Adds what was wrong elsewhere.
    pub fn faults(&mut self, faults: impl IntoIterator<Item = FieldError>) {
        self.faults.extend(faults);
    }

    /// All that is wrong, fields that nobody took among it.
    #[must_use]
    pub fn finish(mut self) -> Vec<FieldError> {
        for name in std::mem::take(&mut self.members).into_keys() {
            self.fault(&name, "is not known here");
        }
        self.faults
    }

    /// A field as it stands; `null` is the same as left out.
    pub fn take(&mut self, name: &str) -> Option<Box<RawValue>> {
        self.members.remove(name).filter(|raw| raw.get() != "null")
    }

    /// What shall become of a field that may be empty: nothing where it is left out, empty where it is `null`.
    pub fn take_change<T>(&mut self, name: &str, read: impl FnOnce(&mut Self, &str) -> Option<T>) -> Option<Option<T>> {
        if self.take_null(name) { Some(None) } else { read(self, name).map(Some) }
    }

    /// Takes a field that is there and `null`: what empties it in a PATCH.
    pub fn take_null(&mut self, name: &str) -> bool {
        let is_null = self.members.get(name).is_some_and(|raw| raw.get() == "null");
        is_null && self.members.remove(name).is_some()
    }

    /// Notes which of these fields of a PATCH are `null`: they cannot be empty.
    pub fn refuse_null<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        for name in names {
            if self.take_null(name) {
                self.fault(name, "must not be null");
            }
        }
    }

    /// An amount: a JSON number or a string, by its exact text (M1).
    pub fn take_amount(&mut self, name: &str) -> Option<Amount> {
        let raw = self.take(name)?;
        let text = match Token::of(&raw) {
            Token::Number => Some(raw.get().to_owned()),
            Token::String => serde_json::from_str(raw.get()).ok(),
            Token::Other => None,
        };
        match text.map(|text| text.parse::<Amount>()) {
            Some(Ok(amount)) => Some(amount),
            Some(Err(error)) => self.none(name, error),
            None => self.none(name, "must be a number, or a string that holds one"),
        }
    }

    /// A text.
    pub fn take_string(&mut self, name: &str) -> Option<String> {
        let raw = self.take(name)?;
        let text = (Token::of(&raw) == Token::String).then(|| serde_json::from_str(raw.get()).ok()).flatten();
        if text.is_some() { text } else { self.none(name, "must be a string") }
    }

    /// A text within a bound; an empty one is the same as none.
    pub fn take_text(&mut self, name: &str, max: usize) -> Option<String> {
        let given = self.take_string(name)?;
        match text::optional(name, Some(&given), max) {
            Ok(text) => text,
            Err(error) => self.none(name, error.message),
        }
    }

    /// An id or a count: an integer by its value that every database can hold.
    pub fn take_u64(&mut self, name: &str) -> Option<u64> {
        let raw = self.take(name)?;
        let number = estair_core::json::integer(raw.get()).filter(|number| *number <= MAX_ID);
        if number.is_some() { number } else { self.none(name, "must be an integer, not negative") }
    }

    /// Yes or no.
    pub fn take_bool(&mut self, name: &str) -> Option<bool> {
        match self.take(name)?.get() {
            "true" => Some(true),
            "false" => Some(false),
            _ => self.none(name, "must be true or false"),
        }
    }

    /// One of a closed set of names.
    pub fn take_enum<T>(
        &mut self,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
        names: impl IntoIterator<Item = &'static str>,
    ) -> Option<T> {
        let text = self.take_string(name)?;
        let value = read(&text);
        if value.is_none() {
            let names: Vec<_> = names.into_iter().collect();
            return self.none(name, format_args!("must be one of {}", names.join(", ")));
        }
        value
    }

    /// An instant: RFC 3339, or `2025-10-21 18:00` in UTC.
    pub fn take_timestamp(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.take_string(name)?;
        match parse_timestamp(&text) {
            Ok(at) => Some(at),
            Err(error) => self.none(name, format_args!("must be {}", error.expected)),
        }
    }

    /// An instant from which on, or a day.
    pub fn take_since(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.take_string(name)?;
        instants::since(&text).map_err(|expected| self.fault(name, expected)).ok()
    }

    /// An instant before which, or a day that is there whole; the last day there is bounds nothing.
    pub fn take_until(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.take_string(name)?;
        instants::until(&text).map_err(|expected| self.fault(name, expected)).ok().flatten()
    }

    /// A currency of ISO 4217.
    pub fn take_currency(&mut self, name: &str) -> Option<Currency> {
        let text = self.take_string(name)?;
        match text.parse() {
            Ok(currency) => Some(currency),
            Err(error) => self.none(name, error),
        }
    }

    /// The elements of an array, as they stand.
    pub fn take_array(&mut self, name: &str) -> Option<Vec<Box<RawValue>>> {
        let raw = self.take(name)?;
        match serde_json::from_str(raw.get()) {
            Ok(items) => Some(items),
            Err(_) => self.none(name, "must be an array"),
        }
    }

    /// A JSON object of any content, exactly as it came (G12).
    pub fn take_object(&mut self, name: &str) -> Option<Json> {
        let raw = self.take(name)?;
        match Json::parse(raw.get()) {
            Some(object) if object.as_str().starts_with('{') => Some(object),
            _ => self.none(name, format_args!("must be an object, nested at most {MAX_DEPTH} deep")),
        }
    }

    fn none<T>(&mut self, name: &str, message: impl fmt::Display) -> Option<T> {
        self.fault(name, message);
        None
    }

    /// The body as a text that does not depend on notation, for fingerprints (W3). Asked before anything is taken.
    #[must_use]
    pub fn canonical(&self) -> String {
        json::canonical(&self.text)
    }
}

#[derive(PartialEq, Eq)]
enum Token {
    Number,
    String,
    Other,
}

impl Token {
    fn of(raw: &RawValue) -> Self {
        match raw.get().as_bytes().first() {
            Some(b'"') => Self::String,
            Some(b'-' | b'0'..=b'9') => Self::Number,
            _ => Self::Other,
        }
    }
}
