//! Texts, days and instants as they come from outside.

use chrono::{Datelike, Timelike};
use estair_core::clock::{parse_day, parse_timestamp, rfc3339};
use estair_core::text::{MAX_LINE, MAX_TEXT, bounded, folded, is_blank, optional};
use proptest::prelude::*;

// rule: A5
#[test]
fn a5_a_text_is_found_whatever_its_case_and_accents() {
    for (text, looked_for) in [
        ("Évasion Voyages", "evasion"),
        ("Évasion Voyages", "ÉVASION"),
        ("É\u{301}vasion".trim_start_matches('É'), "vasion"),
        ("E\u{301}vasion", "évasion"),
        ("Œuvre d'Afrique", "oeuvre"),
        ("l'oeuvre", "Œuvre"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("ＡＧＥＮＣＥ", "agence"),
        ("ﬁn de mois", "fin"),
        ("500\u{a0}000", "500 000"),
        ("ÇÀ ET LÀ", "ca et la"),
        ("Agence №1", "no1"),
        ("مرحبا", "مرحبا"),
        ("東京", "東京"),
        ("100%_sûr!", "%_sur!"),
    ] {
        assert!(folded(text).contains(&folded(looked_for)), "{looked_for} in {text}: {}", folded(text));
    }
    assert!(!folded("Évasion").contains(&folded("evasions")));
}

proptest! {
    // rule: A5
    #[test]
    fn a5_folding_twice_is_folding_once_and_any_part_is_found(text in any::<String>(), from in 0..20_usize, length in 0..20_usize) {
        let once = folded(&text);
        prop_assert_eq!(folded(&once), once.clone());
        let part: String = text.chars().skip(from).take(length).collect();
        prop_assert!(once.contains(&folded(&part)), "{part:?} in {text:?}");
    }
}

#[test]
fn instants_lie_between_1900_and_9999_and_leap_seconds_are_none() {
    for (text, written) in [
        ("2025-10-21T18:00:00Z", "2025-10-21T18:00:00Z"),
        ("2025-10-21 18:00", "2025-10-21T18:00:00Z"),
        ("1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ("2025-10-21T20:00:00+02:00", "2025-10-21T18:00:00Z"),
    ] {
        assert_eq!(parse_timestamp(text).map(rfc3339).as_deref(), Ok(written), "{text}");
    }
    for text in [
        "1899-12-31T23:59:59Z",
        "1900-01-01T00:00:00+01:00",
        "9999-12-31T23:30:00-01:00",
        "10000-01-01T00:00:00Z",
        "+10000-01-01T00:00:00Z",
        "0000-00-00T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2016-12-31T23:59:60.5Z",
        "2025-10-21 23:59:60",
        "2025-02-30T00:00:00Z",
        "",
    ] {
        assert!(parse_timestamp(text).is_err(), "{text}");
    }
}

#[test]
fn days_lie_between_1900_and_9999_and_have_one_form() {
    for text in ["1900-01-01", "2024-02-29", "9999-12-31"] {
        assert_eq!(parse_day(text).unwrap().to_string(), text);
    }
    for text in
        ["1899-12-31", "10000-01-01", "+2025-01-01", "2025-1-1", "25-01-01", "2025-02-29", "2025-01-01 ", "-001-01-01"]
    {
        assert!(parse_day(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_read_as_an_instant_is_written_and_read_again(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](\\.[0-9]{1,9})?Z") {
        if let Ok(at) = parse_timestamp(&text) {
            prop_assert!((1900..=9999).contains(&at.year()) && at.nanosecond() < 1_000_000_000);
            prop_assert_eq!(parse_timestamp(&rfc3339(at)), Ok(at));
        }
    }
}

#[test]
fn a_text_that_shows_nothing_is_blank() {
    for nothing in [
        "",
        " ",
        "\t\n",
        "\u{a0}\u{3000}",
        "\u{200b}",
        " \u{200b}\u{feff} \u{2060}",
        "\u{ad}\u{34f}",
        "\u{2800}\u{3164}",
        "\u{e0020}",
        "\u{202e}\u{1}",
    ] {
        assert!(is_blank(nothing), "{nothing:?}");
        for max in [MAX_LINE, MAX_TEXT] {
            assert_eq!(bounded("name", nothing, max).unwrap_err().field, "name", "{nothing:?}");
        }
        assert_eq!(optional("description", Some(nothing), MAX_TEXT), Ok(None), "{nothing:?}");
    }
    for something in ["a", ".", "\u{200d}é", "👩\u{200d}✈\u{fe0f}", "ك\u{200c}ك"] {
        assert!(!is_blank(something), "{something:?}");
        assert_eq!(bounded("name", something, MAX_LINE).as_deref(), Ok(something), "what is seen is kept as it came");
    }
    // What a search line may not hold is told, not passed over.
    assert!(optional("q", Some("\u{1}"), MAX_LINE).is_err() && optional("q", Some("\u{200b}"), MAX_LINE) == Ok(None));
}
