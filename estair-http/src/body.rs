//! Reading bodies: one JSON object, field by field, with every number exact (M1).
//!
//! What cannot be read does not fail at once: it is noted as a fault, so that the core gives refusals in the order of P5.
//! Unknown and repeated fields are faults too. Only what is no JSON object at all, or too long, is refused here.

use std::collections::BTreeMap;
use std::fmt;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use estair_core::clock::{Timestamp, parse_timestamp};
use estair_core::money::{Amount, Currency};
use estair_core::refusal::FieldError;
use estair_core::text;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::json;
use crate::json::{MAX_DEPTH, Members, exact_value};
use crate::problem::{BODY_TOO_LARGE, Problem, UNREADABLE_JSON, UNSUPPORTED_MEDIA_TYPE};

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
/// exists (P5).
pub struct Body<const MAX: usize = MAX_BODY>(Result<Fields, Problem>);

impl<const MAX: usize> Body<MAX> {
    /// The fields of the object.
    ///
    /// # Errors
    /// 400 `unreadable_json`.
    pub fn fields(self) -> Result<Fields, Problem> {
        self.0
    }
}

impl<S: Send + Sync, const MAX: usize> FromRequest<S> for Body<MAX> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !may_be_json(request.headers()) {
            return Err(Problem::http(&UNSUPPORTED_MEDIA_TYPE, "send application/json"));
        }
        let too_large = || Problem::http(&BODY_TOO_LARGE, format!("at most {MAX} bytes are read"));
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        if announced.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > MAX) {
            return Err(too_large());
        }
        let bytes = axum::body::to_bytes(request.into_body(), MAX).await.map_err(|error| {
            let cause = std::error::Error::source(&error);
            let cut = cause.is_some_and(|cause| cause.to_string().contains("length limit"));
            if cut { too_large() } else { Problem::http(&UNREADABLE_JSON, "the body broke off") }
        })?;
        Ok(Self(Fields::read(&bytes)))
    }
}

/// A body without a type is read as JSON; one that says it is something else is not, so that no form of another site can
/// send one.
fn may_be_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return true };
    let essence = kind.to_str().ok().and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The fields of a JSON object that were not taken yet, and what was wrong with those that were.
#[derive(Debug, Default)]
pub struct Fields {
    prefix: String,
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
        Ok(Self::of(String::new(), object))
    }

    /// Reads an object inside another; what is none is noted as a fault.
    #[must_use]
    pub fn nested(name: &str, raw: &RawValue) -> Self {
        match serde_json::from_str::<Members>(raw.get()) {
            Ok(object) if name.is_empty() => Self::of(String::new(), object),
            Ok(object) => Self::of(format!("{name}."), object),
            Err(_) => Self { faults: vec![FieldError::new(name, "must be an object")], ..Self::default() },
        }
    }

    /// The whole object with every number exact (a string of its own text where a float would round); none when it is nested too deep. Asked before
    /// anything is taken.
    #[must_use]
    pub fn to_value(&self) -> Option<Value> {
        let members = self.members.iter().map(|(name, raw)| Some((name.clone(), exact_value(raw)?)));
        members.collect::<Option<serde_json::Map<_, _>>>().map(Value::Object)
    }

    fn of(prefix: String, object: Members) -> Self {
        let mut fields = Self { prefix, members: object.members, faults: Vec::new() };
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

    /// An id or a count: a JSON integer that every database can hold.
    pub fn take_u64(&mut self, name: &str) -> Option<u64> {
        let raw = self.take(name)?;
        let number = raw.get().parse::<u64>().ok().filter(|number| *number <= MAX_ID);
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

    /// A JSON object of any content, with every number exact (a string of its own text where a float would round).
    pub fn take_object(&mut self, name: &str) -> Option<Value> {
        let raw = self.take(name)?;
        match exact_value(&raw) {
            Some(value) if value.is_object() => Some(value),
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
        json::canonical(&self.members)
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
