//! JSON as it stands in a text: members in their own words, numbers exact (M1), and one text for what means the same.

use std::collections::BTreeMap;
use std::fmt;

use estair_core::hash;
use estair_core::money::Amount;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::tokens;

/// Deepest nesting that is kept of a value.
pub(crate) const MAX_DEPTH: u8 = 32;

/// The members of a JSON object as they stand in the text; names that come twice are noted.
pub(crate) struct Members {
    /// By name; of a name that comes twice, the last.
    pub(crate) members: BTreeMap<String, Box<RawValue>>,
    /// The names that come more than once.
    pub(crate) repeated: Vec<String>,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut object = Members { members: BTreeMap::new(), repeated: Vec::new() };
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    if object.members.insert(name.clone(), value).is_some() {
                        object.repeated.push(name);
                    }
                }
                Ok(object)
            }
        }
        from.deserialize_map(Object)
    }
}

/// A JSON text as a value in which every number is exact: what a float would round is a string of its own text. None when
/// it is nested too deep.
pub(crate) fn exact_value(raw: &RawValue) -> Option<Value> {
    tokens::exact_value(raw.get(), MAX_DEPTH)
}

/// An object as a text that does not depend on notation: sorted names, no blanks, numbers and amounts by their value.
pub(crate) fn canonical(members: &BTreeMap<String, Box<RawValue>>) -> String {
    let value = members.iter().map(|(name, raw)| {
        // What is nested too deep is refused later; its own text stands for it here.
        (name.clone(), exact_value(raw).unwrap_or_else(|| raw.get().into()))
    });
    let mut value = Value::Object(value.collect());
    amounts_by_value(&mut value);
    hash::canonical(&value)
}

/// The members that hold amounts, wherever they are in a body.
const AMOUNTS: [&str; 2] = ["amount", "limit"];

fn amounts_by_value(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let text =
                    member.as_str().map(str::to_owned).or_else(|| member.is_number().then(|| member.to_string()));
                let amount =
                    text.filter(|_| AMOUNTS.contains(&name.as_str())).and_then(|text| text.parse::<Amount>().ok());
                match amount {
                    Some(amount) => *member = amount.to_string().into(),
                    None => amounts_by_value(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(amounts_by_value),
        // `5e2` says what `500` says.
        Value::Number(number) => *number = tokens::plain(number),
        _ => {}
    }
}
