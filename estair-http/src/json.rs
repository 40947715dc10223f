//! JSON as it stands in a text: members in their own words, numbers exact (M1), and one text for what means the same.

use std::collections::BTreeMap;
use std::fmt;

use estair_core::json::Json;
use estair_core::money::Amount;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

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

/// The members that hold amounts, wherever they are in a body.
const AMOUNTS: [&str; 2] = ["amount", "limit"];

/// An object as a text that does not depend on notation: sorted names, no blanks, numbers and amounts by their value. What is
/// nested too deep is refused later; its own text stands for it here.
pub(crate) fn canonical(text: &str) -> String {
    let amount = |name: &str, text: &str| {
        let amount = AMOUNTS.contains(&name).then(|| text.trim_matches('"').parse::<Amount>().ok())?;
        amount.map(|amount| amount.to_string())
    };
    Json::parse(text).map_or_else(|| text.to_owned(), |json| json.canonical_by(amount))
}
