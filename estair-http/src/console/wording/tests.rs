//! The tables are complete: the same keys in both, every key that a page names, every name of the core.

use std::collections::BTreeSet;
use std::path::Path;

use estair_core::account;
use estair_core::actor::Role;
use estair_core::category::{Category, Desk, Status};
use estair_core::fact::FactKind;
use estair_core::movement::{MovementStatus, MovementType, Source};
use estair_core::notice::{Audience, Channel, Notice, Priority};
use estair_core::queue::{AttemptOutcome, JobStatus};
use estair_core::refusal::CATALOGUE;
use estair_core::support::{Assignee, SupportStatus};

use super::*;

fn lines(lang: Lang) -> impl Iterator<Item = &'static Line> {
    lang.tables().into_iter().flatten()
}

fn keys(lang: Lang) -> BTreeSet<&'static str> {
    lines(lang).map(|(key, _)| *key).collect()
}

#[test]
fn both_tables_have_the_same_keys_sorted_once_each_and_no_empty_words() {
    assert_eq!(keys(Lang::Fr).symmetric_difference(&keys(Lang::En)).collect::<Vec<_>>(), Vec::<&&str>::new());
    for lang in [Lang::Fr, Lang::En] {
        for pair in lang.tables().into_iter().flat_map(|table| table.windows(2)) {
            assert!(pair[0].0 < pair[1].0, "{:?} comes before {:?} in {}", pair[0].0, pair[1].0, lang.name());
        }
        assert_eq!(lines(lang).count(), keys(lang).len(), "a key is in both tables of {}", lang.name());
        assert!(lines(lang).all(|(_, words)| !words.trim().is_empty()));
    }
}

#[test]
fn what_one_language_fills_in_the_other_does_too() {
    let holes = |words: &str| words.matches('{').count();
    for (key, words) in lines(Lang::Fr) {
        assert_eq!(Some(holes(words)), Lang::En.find(key).map(holes), "{key}");
    }
}

#[test]
fn every_name_of_the_core_has_words() {
    let mut wanted = Vec::new();
    let mut all = |group: &str, names: Vec<&'static str>| {
        wanted.extend(names.into_iter().map(|name| format!("{group}.{name}")));
    };
    all("refusal", CATALOGUE.iter().map(|entry| entry.code).collect());
    all("role", Role::ALL.iter().map(|one| one.name()).collect());
    all("category", Category::ALL.iter().map(|one| one.name()).collect());
    all("status", Status::ALL.iter().map(|one| one.name()).collect());
    all("desk", Desk::ALL.iter().map(|one| one.name()).collect());
    all("fact", FactKind::ALL.iter().map(|one| one.name()).collect());
    all("type", MovementType::ALL.iter().map(|one| one.name()).collect());
    all("source", Source::ALL.iter().map(|one| one.name()).collect());
    all("movement_status", MovementStatus::ALL.iter().map(|one| one.name()).collect());
    all("notice", Notice::ALL.iter().map(|one| one.name()).collect());
    all("audience", Audience::ALL.iter().map(|one| one.name()).collect());
    all("channel", Channel::ALL.iter().map(|one| one.name()).collect());
    all("priority", Priority::ALL.iter().map(|one| one.name()).collect());
    all("job", JobStatus::ALL.iter().map(|one| one.name()).collect());
    all("outcome", AttemptOutcome::ALL.iter().map(|one| one.name()).collect());
    all("support_status", SupportStatus::ALL.iter().map(|one| one.name()).collect());
    all("assignee", Assignee::ALL.iter().map(|one| one.name()).collect());
    all("figure", account::FIGURES.to_vec());
    for lang in [Lang::Fr, Lang::En] {
        let missing: Vec<_> = wanted.iter().filter(|key| lang.find(key).is_none()).collect();
        assert_eq!(missing, Vec::<&String>::new(), "{}", lang.name());
    }
}

/// The keys that sources and templates name: `t("…")`, `count("…"` and the like.
fn named_in(text: &str) -> Vec<String> {
    let calls = [".t(\"", ".count(\"", "done=", "done(\""];
    let mut found = Vec::new();
    for call in calls {
        for rest in text.split(call).skip(1) {
            let key: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "._".contains(*c)).collect();
            let prefix = if call.starts_with("done") { "done." } else { "" };
            if !key.is_empty() {
                found.push(format!("{prefix}{key}"));
            }
        }
    }
    found
}

#[test]
fn every_key_that_a_page_names_has_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["templates", "src/console"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            files.push(entry.unwrap().path());
        }
    }
    let texts = files.iter().filter(|file| file.is_file()).map(|file| std::fs::read_to_string(file).unwrap());
    let named: BTreeSet<String> = texts.flat_map(|text| named_in(&text)).collect();
    assert!(named.len() > 150, "the pages name {} keys", named.len());
    let missing: Vec<_> = named.iter().filter(|key| Lang::Fr.find(key).is_none()).collect();
    assert_eq!(missing, Vec::<&String>::new());
}
