//! The categories, and the proof that each is defined in one place (R1).

use estair_core::category::{Category, DEFINITIONS, Desk, Expiry, Flow, Status, TRANSITIONS, transitions_from};
use estair_core::movement::MovementType;
use estair_core::permission::{MATRIX, Permission};
use estair_core::request::is_message_type;
use std::path::Path;

/// Files that may name a category: its own, and the matrix that says whose it is.
const HOMES: [&str; 2] = ["category.rs", "permission.rs"];

/// What the rest may say of a category by name: the cancellation of a credit is a mechanism (X3, P4), it is asked for
/// and offered by the core itself.
const MECHANISM: &str = "Category::CancelCredit";

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The code of a file, without its tests, its suites for stores and its comments.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

// rule: R1, T1
#[test]
fn r1_no_rule_asks_which_category_it_is_but_the_categorys_own_definition() {
    let mut files = Vec::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(&src).unwrap() {
        let path = entry.unwrap().path();
        // Generators and suites for stores ask for requests of every kind.
        if path.is_dir() && !path.ends_with("testing") {
            sources(&path, &mut files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(files.len() > 25, "the sources were not found");
    for (name, text) in files.iter().filter(|(name, _)| !HOMES.contains(&name.as_str())) {
        let code = code_of(text).replace(MECHANISM, "");
        for category in ["Category::Load", "Category::Unload", "Category::DailyCredit", "Category::CancelCredit"] {
            assert!(!code.contains(category), "{name} asks for {category}: its definition must say what sets it apart");
        }
        assert!(!code.contains("\"daily_credit\" =>"), "{name} decides by a category's name");
    }
}

// rule: R1
#[test]
fn r1_every_category_is_defined_once_and_becomes_its_movement() {
    let becomes = [
        (Category::Load, MovementType::Payment, "load_request"),
        (Category::Unload, MovementType::Debit, "unload_request"),
        (Category::DailyCredit, MovementType::Credit, "credit_request"),
        (Category::CancelCredit, MovementType::CreditCancellation, "cancel_credit_request"),
    ];
    assert_eq!(DEFINITIONS.len(), Category::ALL.len());
    for (category, movement, message) in becomes {
        let definition = category.definition();
        assert_eq!((definition.category, definition.movement, definition.message), (category, movement, message));
        assert_eq!(DEFINITIONS.iter().filter(|line| line.category == category).count(), 1);
        assert!(is_message_type(message));
    }
    assert!(!is_message_type("payment"));
}

// rule: T1, P1
#[test]
fn t1_whatever_a_definition_says_the_tables_know() {
    for definition in &DEFINITIONS {
        let category = definition.category;
        // A new category without its transitions or its rights would be dead: both tables must speak of it.
        assert!(transitions_from(definition.flow, definition.starts).next().is_some(), "{category} goes nowhere");
        for permission in [Permission::CreateRequest(category), Permission::MoveRequest(category)] {
            assert!(MATRIX.iter().any(|(_, _, row)| row.contains(&permission)), "nobody may {}", permission.name());
        }
        let named = Permission::CreateRequest(category).name();
        assert!(named.ends_with(category.name()), "{named}");
        // What a definition combines must make sense together.
        let dies = transitions_from(definition.flow, Status::Waiting).any(|row| row.to == Status::Cancelled);
        assert_eq!(definition.expiry != Expiry::Never, dies, "{category} expires where the table can cancel it");
        assert_eq!(definition.limited, definition.movement == MovementType::Credit, "{category}");
        let reverses = definition.movement == MovementType::CreditCancellation;
        assert_eq!(definition.reverses_parent, reverses, "{category}");
        assert_eq!(definition.may_be_kept, definition.starts == Status::Open, "{category}");
    }
}

// rule: T1
#[test]
fn t1_no_transition_leaves_a_final_status_and_every_status_can_be_left_or_is_final() {
    for row in &TRANSITIONS {
        assert!(!row.from.is_final(), "{} to {}", row.from, row.to);
    }
    for flow in [Flow::Credit, Flow::Cash, Flow::Cancellation] {
        for status in [Status::ToTreat, Status::Processing, Status::Waiting] {
            assert!(transitions_from(flow, status).next().is_some(), "{flow:?} is stuck in {status}");
        }
    }
}

// rule: R1
#[test]
fn r1_credit_is_another_name_for_daily_credit() {
    assert_eq!(Category::from_caller("credit"), Some(Category::DailyCredit));
    assert_eq!(Category::from_caller("daily_credit"), Some(Category::DailyCredit));
    assert_eq!(Category::from_caller("weekly_credit"), None);
    assert_eq!(Desk::ALL.len(), 3);
}
