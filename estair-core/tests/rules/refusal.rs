//! Refusals: a code for each, and which of two is given (P3, P5).

use std::collections::BTreeSet;

use estair_core::category::{Category, Status};
use estair_core::command::Command;
use estair_core::id::{AccountId, RequestId};
use estair_core::refusal::{CATALOGUE, FieldError, Refusal};
use estair_core::request::{RequestDraft, RequestPatch};

use crate::world::*;

// rule: P3
#[test]
fn p3_every_refusal_has_a_code_of_its_own_and_a_rule() {
    let codes: BTreeSet<_> = CATALOGUE.iter().map(|entry| entry.code).collect();
    assert_eq!(codes.len(), CATALOGUE.len());
    let rules = include_str!("../../../docs/rules.md");
    for entry in CATALOGUE {
        assert!(entry.code.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", entry.code);
        let stands = format!("- **{}** ", entry.rule);
        assert!(rules.lines().any(|line| line.starts_with(&stands)), "{}: {}", entry.code, entry.rule);
        assert!(!entry.title.is_empty());
    }
    let explained = Refusal::StaleVersion { given: 1, current: 2 }.explain();
    assert_eq!((explained.code, explained.rule), ("stale_version", "P5"));
    assert_eq!(explained.figures["current"], 2);
}

/// What can be wrong with a change of a request, in the order of P5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Problem {
    NotFound,
    Invalid,
    Forbidden,
    Immutable,
    Stale,
    NoTransition,
    OthersTransition,
    Limit,
}

impl Problem {
    const ALL: [Self; 8] = [
        Self::NotFound,
        Self::Invalid,
        Self::Forbidden,
        Self::Immutable,
        Self::Stale,
        Self::NoTransition,
        Self::OthersTransition,
        Self::Limit,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Invalid => "invalid_value",
            Self::Forbidden => "forbidden",
            Self::Immutable => "immutable",
            Self::Stale => "stale_version",
            Self::NoTransition => "transition_not_allowed",
            Self::OthersTransition => "transition_forbidden",
            Self::Limit => "credit_limit_exceeded",
        }
    }
}

/// A change of a waiting credit with these problems; none where they exclude each other.
fn change_with(problems: &[Problem]) -> Option<Refusal> {
    let has = |problem| problems.contains(&problem);
    if has(Problem::NoTransition) && (has(Problem::OthersTransition) || has(Problem::Limit)) {
        return None;
    }
    let (mut world, account) = World::with_account("100");
    let credit = world.ask_credit(account, "100");
    assert_eq!(world.status(credit), Status::Waiting);
    if !has(Problem::Limit) {
        world.set_limit(account, "1000");
    }
    if has(Problem::Immutable) {
        world.snapshot.requests.get_mut(&credit).unwrap().status = Status::Closed;
    }
    let patch = RequestPatch {
        status: Some(if has(Problem::NoTransition) { Status::Open } else { Status::ToTreat }),
        version: has(Problem::Stale).then_some(77),
        faults: if has(Problem::Invalid) { vec![FieldError::new("assigned_to", "is no desk")] } else { Vec::new() },
        ..RequestPatch::default()
    };
    let actor = match () {
        () if has(Problem::Forbidden) && has(Problem::NotFound) => client(AccountId(account.0 + 1000)),
        () if has(Problem::Forbidden) => SERVICE,
        () if has(Problem::OthersTransition) => OPERATION,
        () => FINANCE,
    };
    let id = if has(Problem::NotFound) && actor == FINANCE { RequestId(424_242) } else { credit };
    let id = if has(Problem::NotFound) && actor == OPERATION { RequestId(424_242) } else { id };
    world.decide(actor, &Command::UpdateRequest(id, patch)).err()
}

// rule: P5
#[test]
fn p5_of_two_refusals_the_first_of_the_order_is_given() {
    let mut pairs = 0;
    for (place, first) in Problem::ALL.into_iter().enumerate() {
        assert_eq!(change_with(&[first]).unwrap().code(), first.code(), "{first:?} alone");
        for second in Problem::ALL.into_iter().skip(place + 1) {
            if let Some(refusal) = change_with(&[first, second]) {
                assert_eq!(refusal.code(), first.code(), "{first:?} before {second:?}");
                pairs += 1;
            }
        }
    }
    assert_eq!(pairs, 26, "all pairs but the two that exclude each other");
}

// rule: P5
#[test]
fn p5_creation_says_not_found_then_value_then_role_then_state() {
    let (mut world, account) = World::with_account("0");
    let other = world.open("0");
    let bad = |account| draft(Category::Load, account, "0");
    assert_eq!(code(world.create(client(account), bad(other))), "not_found", "before the value and the role");
    assert_eq!(code(world.create(client(account), bad(account))), "invalid_amount", "before the role");
    assert_eq!(code(world.create(FINANCE, draft(Category::Load, account, "5"))), "forbidden");
    world.now = at("2025-10-21T18:00:00Z");
    let credit = draft(Category::DailyCredit, account, "5");
    assert_eq!(code(world.create(FINANCE, credit.clone())), "forbidden", "before the cut-off");
    let unread = RequestDraft { expiry_date: Some(at("2025-10-22T18:00:00Z")), ..credit.clone() };
    assert_eq!(code(world.create(FINANCE, unread.clone())), "invalid_expiry", "a value, before the role");
    assert_eq!(code(world.create(client(account), unread)), "invalid_expiry", "and before the cut-off");
    assert_eq!(code(world.create(client(account), credit.clone())), "credit_cutoff_passed");
    assert_eq!(code(world.create(OPERATION, credit)), "credit_cutoff_passed");
}
