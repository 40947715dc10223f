//! JSON as it came: the exact text is kept, and what it means is compared (G12).

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// Deepest nesting that is read.
pub const MAX_DEPTH: u8 = 32;

/// A JSON text, exactly as it came: numbers, order of keys, repeated and unknown keys. Cheap to clone.
///
/// Equal are two whose texts are; [`means_the_same_as`](Self::means_the_same_as) compares what they say.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Json(Arc<str>);

impl Json {
    /// Takes a text that is one JSON value, nested at most 32 deep.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let raw: &RawValue = serde_json::from_str(text).ok()?;
        is_shallow(raw.get()).then(|| Self(raw.get().into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value; a number that no float holds, or that is beyond all of them, is one near it. For reading and for telling,
    /// never for money, nor where the text itself can be shown.
    #[must_use]
    pub fn value(&self) -> Value {
        near(&self.0)
    }

    /// A member of an object, as it came; the last one where a key stands twice.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Self> {
        let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&self.0).ok()?;
        members.get(key).map(|raw| Self(raw.get().into()))
    }

    /// Is a value the one that [`value`](Self::value) gave, as a database keeps it: numbers as near as floats are, keys in any
    /// order?
    #[must_use]
    pub fn has_value(&self, kept: &Value) -> bool {
        is_near(&self.value(), kept)
    }

    /// Do both say the same: the same keys with the same values in any order, and numbers that are equal whatever their
    /// notation? A key that stands twice counts as its last.
    #[must_use]
    pub fn means_the_same_as(&self, other: &Self) -> bool {
        self == other || self.canonical() == other.canonical()
    }

    /// One text for everything that says the same: sorted keys, no blanks, numbers by their value.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.canonical_by(|_, _| None)
    }

    /// As [`canonical`](Self::canonical), where some members say the same in more ways than JSON knows of: `by` is given the
    /// key and the text of each string and number that stands in an object, and may answer with another text for it.
    #[must_use]
    pub fn canonical_by(&self, by: impl Fn(&str, &str) -> Option<String>) -> String {
        let mut text = String::with_capacity(self.0.len());
        Reader { rest: &self.0 }.canonical(None, &by, &mut text);
        text
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        Self(value.to_string().into())
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self::from(&value)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(from)?;
        if !is_shallow(raw.get()) {
            return Err(serde::de::Error::custom(format_args!("nested deeper than {MAX_DEPTH}")));
        }
        Ok(Self(raw.get().into()))
    }
}

/// Is nothing nested deeper than is read? One pass over the text, which is JSON.
fn is_shallow(text: &str) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_u32, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth = depth.saturating_add(1);
                if depth > u32::from(MAX_DEPTH) {
                    return false;
                }
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    true
}

/// The value of a text of which not everything is one: a number beyond all floats, half a surrogate pair.
fn near(text: &str) -> Value {
    if let Ok(value) = serde_json::from_str(text) {
        return value;
    }
    match text.as_bytes().first() {
        Some(b'{') => {
            let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).unwrap_or_default();
            members.into_iter().map(|(key, raw)| (key, near(raw.get()))).collect()
        }
        Some(b'[') => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(text).unwrap_or_default();
            items.iter().map(|raw| near(raw.get())).collect()
        }
        Some(b'-' | b'0'..=b'9') => {
            text.parse::<f64>().map(|number| number.clamp(f64::MIN, f64::MAX).into()).unwrap_or_default()
        }
        _ => Value::Null,
    }
}

/// Are both the same value, numbers as floats?
fn is_near(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let same = |(key, value): (&String, &Value)| other.get(key).is_some_and(|other| is_near(value, other));
            one.len() == other.len() && one.iter().all(same)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_near(one, other))
        }
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        _ => one == other,
    }
}

/// What is left of a text that is JSON: it is read once, from its beginning to its end, whatever is nested in it.
struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    /// Writes the next value, which is the member `key` of an object if it is one. How deep it calls itself is bounded by
    /// [`MAX_DEPTH`].
    fn canonical(&mut self, key: Option<&str>, by: &impl Fn(&str, &str) -> Option<String>, to: &mut String) {
        self.skip_blanks();
        match self.rest.as_bytes().first() {
            Some(b'{') => self.canonical_object(by, to),
            Some(b'[') => self.canonical_array(by, to),
            _ => {
                let text = self.scalar();
                match key.and_then(|key| by(key, text)) {
                    Some(text) => to.push_str(&text),
                    None => to.push_str(&canonical_scalar(text)),
                }
            }
        }
    }

    fn canonical_object(&mut self, by: &impl Fn(&str, &str) -> Option<String>, to: &mut String) {
        let mut members = BTreeMap::new();
        self.take('{');
        let mut open = !self.take('}');
        while open {
            self.skip_blanks();
            let name = self.scalar();
            // A key that is half a surrogate pair has no form but its own.
            let key = serde_json::from_str(name).unwrap_or_else(|_| name.to_owned());
            self.take(':');
            let mut member = String::new();
            self.canonical(Some(&key), by, &mut member);
            members.insert(key, member);
            open = self.goes_on('}');
        }
        to.push('{');
        for (place, (key, member)) in members.iter().enumerate() {
            to.push_str(if place == 0 { "" } else { "," });
            let _ = write!(to, "{}:{member}", Value::from(key.as_str()));
        }
        to.push('}');
    }

    fn canonical_array(&mut self, by: &impl Fn(&str, &str) -> Option<String>, to: &mut String) {
        to.push('[');
        self.take('[');
        let mut open = !self.take(']');
        while open {
            self.canonical(None, by, to);
            open = self.goes_on(']');
            to.push_str(if open { "," } else { "" });
        }
        to.push(']');
    }

    /// The text of a string, a number or a word.
    fn scalar(&mut self) -> &'t str {
        let end = if self.rest.starts_with('"') {
            let mut escaped = false;
            let quote = self.rest.bytes().enumerate().skip(1).find(|(_, byte)| {
                let ends = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                ends
            });
            quote.map(|(place, _)| place.saturating_add(1))
        } else {
            self.rest.find([',', ']', '}', ' ', '\t', '\n', '\r'])
        };
        let end = end.unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        text
    }

    /// Is there another one after a comma? Takes the end where there is none.
    fn goes_on(&mut self, end: char) -> bool {
        let more = self.take(',');
        if !more {
            self.take(end);
        }
        more
    }

    /// Takes a mark, and the blanks before it.
    fn take(&mut self, mark: char) -> bool {
        self.skip_blanks();
        let rest = self.rest.strip_prefix(mark);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }
}

fn canonical_scalar(text: &str) -> String {
    match text.as_bytes().first() {
        Some(b'"') => {
            serde_json::from_str::<String>(text).map_or_else(|_| text.to_owned(), |text| Value::from(text).to_string())
        }
        Some(b'-' | b'0'..=b'9') => canonical_number(text),
        _ => text.to_owned(),
    }
}

/// A JSON number that is an integer by its value, whatever its notation: `4`, `4.0` and `40e-1` are the same one.
#[must_use]
pub fn integer(text: &str) -> Option<u64> {
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let value = canonical_number(text);
    let (digits, power) = value.split_once('e').unwrap_or((&value, "0"));
    digits.parse::<u64>().ok()?.checked_mul(10_u64.checked_pow(power.parse().ok()?)?)
}

/// A number by its value: its digits without zeros around them, and the power of ten of the last one.
fn canonical_number(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0').trim_end_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    // An exponent of more digits than this can be added to belongs to a number of its own notation.
    let Ok(exponent) = exponent.parse::<i64>() else { return text.to_owned() };
    let trailing = all.len() - all.trim_end_matches('0').len();
    let power = i128::from(exponent) + trailing as i128 - fraction.len() as i128;
    if power == 0 { format!("{sign}{digits}") } else { format!("{sign}{digits}e{power}") }
}
