//! JSON as it came (G12).

use estair_core::json::Json;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn parsed(text: &str) -> Json {
    Json::parse(text).unwrap_or_else(|| panic!("no JSON: {text}"))
}

fn same(one: &str, other: &str) -> bool {
    let (one, other) = (parsed(one), parsed(other));
    assert_eq!(one.means_the_same_as(&other), other.means_the_same_as(&one));
    one.means_the_same_as(&other)
}

// rule: G12
#[test]
fn an_integer_counts_by_its_value() {
    use estair_core::json::integer;
    for (text, value) in [
        ("4", Some(4)),
        ("4.0", Some(4)),
        ("4.000", Some(4)),
        ("40e-1", Some(4)),
        ("0.4E+1", Some(4)),
        ("4e2", Some(400)),
        ("0", Some(0)),
        ("0.0", Some(0)),
        ("0e9", Some(0)),
        ("18446744073709551615", Some(u64::MAX)),
        ("18446744073709551616", None),
        ("1e20", None),
        ("1e99999999999999999999", None),
        ("4.5", None),
        ("45e-1", None),
        ("-4", None),
        ("\"4\"", None),
        ("true", None),
        ("null", None),
    ] {
        assert_eq!(integer(text), value, "{text}");
    }
}

#[test]
fn g12_a_text_is_kept_to_the_last_character() {
    for text in [
        "105.45986775050159",
        "1e400",
        "-0.0",
        "1.10",
        r#"{"z":1,"a":2,"z":3}"#,
        "{ \"a\" :\t[ 1 ,2 ]\n}",
        r#""\u00e9\/\ud83d\udeeb é""#,
        r#""\ud800""#,
        "null",
        "9007199254740993",
    ] {
        let json = parsed(text);
        assert_eq!((json.as_str(), json.to_string(), format!("{json:?}")), (text, text.to_owned(), text.to_owned()));
        let written = serde_json::to_string(&json).unwrap();
        assert_eq!(written, text, "written as it stands");
        assert_eq!(serde_json::from_str::<Json>(&written).unwrap(), json);
        let within = serde_json::to_string(&BTreeMap::from([("payload", &json)])).unwrap();
        assert_eq!(within, format!("{{\"payload\":{text}}}"));
    }
    assert_eq!(parsed("  {}\n").as_str(), "{}", "what stands around it is none of it");
}

// rule: G12
#[test]
fn g12_what_is_no_json_is_not_taken() {
    for text in
        ["", " ", "{", "{}{}", "{} x", "'a'", "{a:1}", "[1,]", "01", "+1", ".5", "1.", "1e", "NaN", "\"\n\"", "tru"]
    {
        assert_eq!(Json::parse(text), None, "{text:?}");
    }
}

// rule: G12
#[test]
fn g12_nesting_has_a_bound() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    for deep in [nested(32), objects(32)] {
        assert!(Json::parse(&deep).is_some() && serde_json::from_str::<Json>(&deep).is_ok());
        let _ = (parsed(&deep).value(), parsed(&deep).canonical());
    }
    for too_deep in [nested(33), objects(33), nested(100_000), "[".repeat(33)] {
        assert_eq!(Json::parse(&too_deep), None);
        assert!(serde_json::from_str::<Json>(&too_deep).is_err(), "whichever way it comes");
    }
    let siblings = format!("[{}]", vec!["[[]]"; 1_000].join(","));
    assert!(Json::parse(&siblings).is_some(), "side by side is not deep");
    let quoted = format!("[{}]", Value::from("[{\"".repeat(100)));
    assert!(Json::parse(&quoted).is_some(), "nor is what stands in a text");
}

// rule: G12
#[test]
fn g12_a_member_is_found_as_it_came() {
    let json = parsed(r#"{"a": 1.10, "b":{"c": [1e400]}, "a" : 2.50 }"#);
    let get = |key| json.get(key).map(|member| member.as_str().to_owned());
    assert_eq!(get("a").as_deref(), Some("2.50"), "the last of two");
    assert_eq!(get("b").as_deref(), Some(r#"{"c": [1e400]}"#));
    assert_eq!(get("c"), None);
    for other in ["[1]", "1", "\"a\"", "null"] {
        assert_eq!(parsed(other).get("a"), None);
    }
}

// rule: G12
#[test]
fn g12_two_are_the_same_when_their_values_are() {
    for (one, other) in [
        ("1", "1.0"),
        ("1.10", "1.1"),
        ("1", "1e0"),
        ("100", "1E+2"),
        ("0.01", "1e-2"),
        ("1e400", "10e399"),
        ("1e400", "0.1E+401"),
        ("-0.0", "0"),
        ("0e5", "0"),
        ("105.459867750501590", "105.45986775050159"),
        ("9007199254740993", "9007199254740993.0"),
        (r#""é""#, r#""\u00e9""#),
        (r#""/""#, r#""\/""#),
        (r#"{"a":1,"b":[2,{"c":null}]}"#, r#"{ "b": [2.0, {"c":null}], "a": 1 }"#),
        (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
        (r#"{"\u0061":1}"#, r#"{"a":1}"#),
        (r#"[{"a":{},"b":[],"c":true},[]]"#, r#"[{"c":true,"b":[],"a":{}},[]]"#),
    ] {
        assert!(same(one, other), "{one} {other}");
    }
    for (one, other) in [
        ("1", "\"1\""),
        ("1", "-1"),
        ("1", "10"),
        ("1e400", "1e401"),
        ("0.1", "0.10000000000000001"),
        ("9007199254740993", "9007199254740992"),
        ("null", "false"),
        ("[1,2]", "[2,1]"),
        ("[]", "{}"),
        ("{}", r#"{"a":null}"#),
        (r#"{"a":1,"a":2}"#, r#"{"a":1}"#),
        (r#""a""#, r#""A""#),
        (r#""\ud800""#, r#""\ud801""#),
        (r#"{"\ud800":1}"#, "{}"),
        (r#"{"\ud800":1}"#, r#"{"\ud800":2}"#),
    ] {
        assert!(!same(one, other), "{one} {other}");
    }
}

// rule: G12
#[test]
fn g12_a_value_is_shown_though_no_float_holds_it() {
    let json = parsed(r#"{"requete_id":7,"huge":[1e400,-1e400],"half":"\ud800","rate":105.45986775050159}"#);
    let value = json.value();
    assert_eq!(value["requete_id"], json!(7), "what can be shown is");
    assert!(value["rate"].to_string().starts_with("105.45986775050"), "{value}");
    assert_eq!(value["huge"], json!([f64::MAX, f64::MIN]));
    assert_eq!(value["half"], Value::Null);
    assert_eq!(Json::from(json!({ "a": 1 })).value(), json!({ "a": 1 }));
}

/// Values of which nothing is rounded.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-c\"\\\\é]{0,3}", inner, 0..6).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// The same value in a notation of somebody else's.
fn otherwise(value: &Value, dice: &mut u64) -> String {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let roll = (*dice >> 33) as usize;
    let blank = ["", " ", "\n\t"][roll % 3];
    match value {
        Value::Number(number) => match roll % 4 {
            0 => format!("{number}.0"),
            1 => format!("{number}e0"),
            2 => format!("{number}00E-2"),
            _ => number.to_string(),
        },
        Value::String(text) if roll.is_multiple_of(2) => {
            let units: String = text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
            format!("\"{units}\"")
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| otherwise(item, dice)).collect();
            format!("[{blank}{}{blank}]", items.join(&format!("{blank},")))
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map
                .iter()
                .flat_map(|(key, item)| {
                    let member = format!("{}{blank}:{}", Value::from(key.as_str()), otherwise(item, dice));
                    // The first of two with one key says nothing.
                    let doubled = roll.is_multiple_of(5).then(|| format!("{}:7", Value::from(key.as_str())));
                    [doubled, Some(member)]
                })
                .flatten()
                .collect();
            if !roll.is_multiple_of(5) {
                members.reverse();
            }
            format!("{{{blank}{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    // rule: G12
    #[test]
    fn g12_whatever_the_notation_a_value_means_the_same(value in value(), mut dice in any::<u64>()) {
        let (plain, other) = (Json::from(&value), parsed(&otherwise(&value, &mut dice)));
        prop_assert!(plain.means_the_same_as(&other), "{plain} {other}");
        prop_assert_eq!(plain.canonical(), other.canonical());
        let canonical = parsed(&plain.canonical());
        prop_assert_eq!(canonical.canonical(), plain.canonical());
        prop_assert_eq!(plain.value(), value);
    }

    // rule: G12
    #[test]
    fn g12_different_values_mean_something_else(one in value(), other in value()) {
        prop_assert_eq!(Json::from(&one).means_the_same_as(&Json::from(&other)), one == other);
    }

    // rule: G12
    #[test]
    fn g12_a_number_means_its_value(digits in "[1-9][0-9]{0,30}", power in -60_i64..60, shift in 0_usize..40) {
        let plain = format!("{digits}e{power}");
        let zeros = "0".repeat(shift);
        let padded = format!("{digits}{zeros}e{}", power - shift as i64);
        let small = format!("0.{zeros}{digits}e{}", power + (shift + digits.len()) as i64);
        prop_assert!(same(&plain, &padded), "{} {}", plain, padded);
        prop_assert!(same(&plain, &small), "{} {}", plain, small);
        let next = format!("{digits}1e{}", power - 1);
        prop_assert!(!same(&plain, &next));
        let negative = format!("-{plain}");
        prop_assert!(!same(&plain, &negative));
    }

    // rule: G12
    #[test]
    fn g12_any_text_is_taken_as_it_is_or_not_at_all(text in "[\\[\\]{}\",:0-9.eE+\\-a ]{0,40}") {
        if let Some(json) = Json::parse(&text) {
            prop_assert_eq!(json.as_str(), text.trim());
            prop_assert!(json.means_the_same_as(&json));
            prop_assert!(parsed(&json.canonical()).means_the_same_as(&json), "{}", json);
            let _ = json.value();
        }
    }
}
