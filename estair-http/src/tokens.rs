//! A JSON text read once from its beginning to its end, whatever is nested in it: every number keeps its exact value (M1).

use rust_decimal::Decimal;
use serde_json::{Map, Number, Value};

/// A JSON text as a value in which every number is exact: what a float would round is a string of its own text. None when
/// it is nested deeper than `depth`, or no JSON.
pub(crate) fn exact_value(text: &str, depth: u8) -> Option<Value> {
    let mut tokens = Tokens { rest: text };
    let value = tokens.value(depth)?;
    tokens.skip_blanks();
    tokens.rest.is_empty().then_some(value)
}

/// A number as an integer when it is one, however it is written.
pub(crate) fn plain(number: &Number) -> Number {
    let decimal = if number.is_f64() { decimal(&number.to_string()) } else { None };
    let whole = decimal.map(|decimal| decimal.normalize()).filter(|decimal| decimal.scale() == 0);
    let whole = whole.map(|decimal| decimal.to_string());
    let integer =
        whole.and_then(|text| text.parse::<i64>().map(Number::from).or_else(|_| text.parse().map(u64::into)).ok());
    integer.unwrap_or_else(|| number.clone())
}

/// What is left of a text.
struct Tokens<'t> {
    rest: &'t str,
}

impl<'t> Tokens<'t> {
    /// The next value. How deep it calls itself is bounded.
    fn value(&mut self, depth: u8) -> Option<Value> {
        self.skip_blanks();
        match self.rest.as_bytes().first()? {
            b'{' => self.object(depth.checked_sub(1)?),
            b'[' => self.array(depth.checked_sub(1)?),
            b'"' => self.string().map(Value::String),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: u8) -> Option<Value> {
        let mut members = Map::new();
        self.take('{')?;
        if self.take('}').is_some() {
            return Some(Value::Object(members));
        }
        loop {
            self.skip_blanks();
            let name = self.string()?;
            self.take(':')?;
            members.insert(name, self.value(depth)?);
            if self.take(',').is_none() {
                break;
            }
        }
        self.take('}').map(|()| Value::Object(members))
    }

    fn array(&mut self, depth: u8) -> Option<Value> {
        let mut items = Vec::new();
        self.take('[')?;
        if self.take(']').is_some() {
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            if self.take(',').is_none() {
                break;
            }
        }
        self.take(']').map(|()| Value::Array(items))
    }

    fn string(&mut self) -> Option<String> {
        let mut escaped = false;
        let end = self.rest.bytes().enumerate().skip(1).find_map(|(place, byte)| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends.then_some(place + 1)
        });
        serde_json::from_str(self.split(end?)?).ok()
    }

    fn number(&mut self) -> Option<Value> {
        let end = self.rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
        let text = self.split(end.unwrap_or(self.rest.len()))?;
        text.parse::<f64>().ok()?;
        Some(match (text.parse::<i64>(), text.parse::<u64>()) {
            (Ok(number), _) => number.into(),
            (_, Ok(number)) => number.into(),
            _ => exact_float(text).map_or_else(|| text.into(), Value::Number),
        })
    }

    fn word(&mut self) -> Option<Value> {
        let end = self.rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(self.rest.len());
        serde_json::from_str(self.split(end)?).ok()
    }

    /// Takes a mark, and the blanks before it.
    fn take(&mut self, mark: char) -> Option<()> {
        self.skip_blanks();
        self.rest = self.rest.strip_prefix(mark)?;
        Some(())
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn split(&mut self, end: usize) -> Option<&'t str> {
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(text)
    }
}

/// A number as a float; none when the float stands for another value.
fn exact_float(text: &str) -> Option<Number> {
    let number = Number::from_f64(text.parse().ok()?)?;
    let (given, kept) = (decimal(text)?, decimal(&number.to_string())?);
    (given == kept).then_some(number)
}

fn decimal(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_keep_their_value() {
        let read = |text: &str| exact_value(text, 4);
        assert_eq!(read(" [1, -2, 18446744073709551615, 0.1, 5e2] "), Some(json!([1, -2, u64::MAX, 0.1, 500.0])));
        assert_eq!(read("105.45986775050159000001"), Some(json!("105.45986775050159000001")));
        assert_eq!(read("1e400"), Some(json!("1e400")));
        assert_eq!(plain(&Number::from_f64(500.0).unwrap()), Number::from(500));
        assert_eq!(plain(&Number::from_f64(0.5).unwrap()), Number::from_f64(0.5).unwrap());
    }

    #[test]
    fn what_is_no_json_or_nested_too_deep_is_nothing() {
        for bad in ["", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "nul", "\"", "[1}", "1 2", "{1:2}", "\"\\ud800\""] {
            assert_eq!(exact_value(bad, 4), None, "{bad}");
        }
        assert!(exact_value("[[[[]]]]", 4).is_some());
        assert_eq!(exact_value("[[[[[]]]]]", 4), None);
        assert_eq!(exact_value(&"[".repeat(1_000_000), 32), None);
    }

    #[test]
    fn the_time_grows_with_the_text_and_not_with_how_deep_it_is() {
        // A megabyte, nested as deep as is read: reading each level anew would be reading it 32 times.
        let inner = "\"0123456789\",".repeat(80_000) + "1";
        let text = format!("{}{inner}{}", "[".repeat(32), "]".repeat(32));
        let began = tokio::time::Instant::now();
        assert!(exact_value(&text, 32).is_some());
        assert!(began.elapsed() < std::time::Duration::from_secs(10), "{:?}", began.elapsed());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(".{0,4}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_value_is_read_as_it_was_written(value in any_json()) {
            prop_assert_eq!(exact_value(&value.to_string(), 32), Some(value.clone()));
            prop_assert_eq!(exact_value(&format!("{value:#}"), 32), Some(value));
        }
    }
}
