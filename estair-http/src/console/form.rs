//! A form, or the query of an address, read once into the core's types; what cannot be read is a fault.

use estair_core::clock::{BusinessDay, DayOffset, Timestamp};
use estair_core::money::Amount;
use estair_core::refusal::{FieldError, Refusal};
use estair_core::store::Page;
use estair_core::text;

use crate::caller::read_id;
use crate::instants;

/// Rows of a page.
pub(super) const ROWS: u32 = 50;

/// What an address says once, after something was done: what, how many, and what was refused.
const FLASH: [&str; 3] = ["done", "n", "refused"];

/// What forms carry beside what was typed: never part of an address.
const CARRIED: [&str; 2] = ["csrf", "key"];

/// Names and values, in the order in which they came. The last one of a name counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a query or the body of a form.
    pub(super) fn decode(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(k, v)| (decoded(k), decoded(v)))
                .collect(),
        )
    }

    /// Fields that came another way.
    #[cfg(feature = "payments")]
    pub(super) fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// A value that is not blank.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().rev().find(|(key, _)| key == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// A value as it was typed, for showing it again.
    pub(super) fn shown(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    /// Is this the value?
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == Some(value)
    }

    /// An owned value that is not blank.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// A text of one line within a bound, to look for.
    pub(super) fn line(&self, name: &str, faults: &mut Vec<FieldError>) -> Option<String> {
        text::optional(name, self.get(name), text::MAX_LINE).map_err(|fault| faults.push(fault)).ok().flatten()
    }

    /// Refuses what no field of ours holds and no database is to be asked with: control characters, but for the lines of a
    /// form's text.
    pub(super) fn check(&self, lines: bool) -> Result<(), Refusal> {
        let bad = |c: char| c.is_control() && !(lines && matches!(c, '\t' | '\r' | '\n'));
        let found = self.0.iter().find(|(name, value)| name.contains(char::is_control) || value.contains(bad));
        let fault = found.map(|(name, _)| {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
            FieldError::new(shown, "must not hold control characters")
        });
        accept(fault.into_iter().collect())
    }

    /// A value read as something; a fault when it cannot be.
    pub(super) fn read<T>(
        &self,
        name: &str,
        faults: &mut Vec<FieldError>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(name)?;
        let given = read(value);
        if given.is_none() {
            faults.push(FieldError::new(name, "cannot be read"));
        }
        given
    }

    /// A number of a row: no greater than a database has.
    pub(super) fn id<T: From<u64>>(&self, name: &str, faults: &mut Vec<FieldError>) -> Option<T> {
        self.read(name, faults, read_id)
    }

    /// An amount as people type it: digits in groups, a comma or a point before the decimals.
    pub(super) fn amount(&self, name: &str, faults: &mut Vec<FieldError>) -> Option<Amount> {
        let typed = self.get(name)?;
        let text: String =
            typed.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect();
        text.parse().map_err(|error| faults.push(FieldError::new(name, error))).ok()
    }

    /// An instant from which on; a day begins at its midnight, UTC.
    pub(super) fn since(&self, name: &str, faults: &mut Vec<FieldError>) -> Option<Timestamp> {
        self.read(name, faults, |text| instants::since(text).ok())
    }

    /// An instant before which; a day is there whole, and the last one there is bounds nothing.
    pub(super) fn until(&self, name: &str, faults: &mut Vec<FieldError>) -> Option<Timestamp> {
        self.read(name, faults, |text| instants::until(text).ok()).flatten()
    }

    /// A business day.
    pub(super) fn day(&self, name: &str, offset: DayOffset, faults: &mut Vec<FieldError>) -> Option<BusinessDay> {
        self.read(name, faults, |text| instants::day(text, offset).ok())
    }

    /// The page that is asked for.
    pub(super) fn page(&self, faults: &mut Vec<FieldError>) -> Page {
        Page { limit: ROWS, before: self.id("before", faults) }
    }

    /// The address of the same list with another value of one field; without the field when the value is empty.
    pub(super) fn address_with(&self, path: &str, name: &str, value: &str) -> String {
        let mut pairs: Vec<(&str, &str)> = self.0.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        pairs.retain(|(key, value)| {
            *key != name && !FLASH.contains(key) && !CARRIED.contains(key) && !value.trim().is_empty()
        });
        if !value.is_empty() {
            pairs.push((name, value));
        }
        address(path, &pairs)
    }

    /// Does the address filter its list?
    pub(super) fn is_filtered(&self) -> bool {
        let beside = |name: &str| matches!(name, "before" | "of") || FLASH.contains(&name) || CARRIED.contains(&name);
        self.0.iter().any(|(name, value)| !beside(name) && !value.trim().is_empty())
    }

    /// The pairs, for hidden fields.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

/// Refuses what could not be read.
pub(super) fn accept(faults: Vec<FieldError>) -> Result<(), Refusal> {
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

/// A path with a query.
pub(super) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let query: Vec<_> = pairs.iter().map(|(key, value)| format!("{}={}", encoded(key), encoded(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// A text as it stands in a query.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A text as it was before it was encoded; what is no UTF-8 shows as replacement characters.
fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        let hex = || tail.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        match byte {
            b'+' => out.push(b' '),
            b'%' => match hex() {
                Some(decoded) => {
                    out.push(decoded);
                    rest = tail.get(2..).unwrap_or_default();
                }
                None => out.push(b'%'),
            },
            other => out.push(*other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form::decode(address("", pairs).trim_start_matches('?'))
    }

    #[test]
    fn what_is_encoded_is_read_back() {
        let odd = "a&b=+%é\u{202f}<script>\"'";
        assert_eq!(decoded(&encoded(odd)), odd);
        assert_eq!(decoded("100%+%zz%4"), "100% %zz%4");
    }

    #[test]
    fn an_address_keeps_the_other_filters_and_encodes_them() {
        let list = form(&[("q", "a&b=<c> é"), ("before", "9"), ("status", ""), ("done", "moved")]);
        let next = list.address_with("/requests", "before", "3");
        assert_eq!(next, "/requests?q=a%26b%3D%3Cc%3E%20%C3%A9&before=3");
        assert_eq!(list.address_with("/requests", "before", ""), "/requests?q=a%26b%3D%3Cc%3E%20%C3%A9");
    }

    #[test]
    fn amounts_are_read_as_people_type_them() {
        let mut faults = Vec::new();
        let typed = form(&[("a", "500\u{202f}000"), ("b", "12,50"), ("c", "ten")]);
        assert_eq!(typed.amount("a", &mut faults), "500000".parse().ok());
        assert_eq!(typed.amount("b", &mut faults), "12.50".parse().ok());
        assert_eq!(typed.amount("c", &mut faults), None);
        assert_eq!(faults.len(), 1);
    }
}
