//! What a key of the host's adds to a chain (W4): who can write the tables but has not the key cannot make one that passes.

use super::world::*;
use crate::account::{Account, Keyed, LimitDraft};
use crate::actor::Actor;
use crate::background::{KeyedChains, key_chains, key_left_chains};
use crate::book::Submission;
use crate::command::Command;
use crate::decision::Changes;
use crate::fact::FactKind;
use crate::money::{Currency, Money};
use crate::movement::MovementType;
use crate::policy::Policy;
use crate::testing::Harness;
use crate::verify::needs_a_key;

/// A policy with these keys.
pub(super) fn keyed(names: &[&str]) -> Policy {
    Policy::default().audit_keys(Some(keys(names)))
}

/// Another limit than any in these cases.
fn francs() -> Money {
    units(3).in_currency(Currency::XOF).expect("whole francs")
}

/// With its key nothing is found; with another one, and with none that it could be judged by, it is said.
pub async fn w4_a_keyed_book_is_believed_with_its_key_alone(harness: &impl Harness) {
    let world = World::under(harness, keyed(&["one"])).await;
    let account = three_days(&world).await;
    world.account(0).await;
    world.assert_healthy().await;
    let audit = world.stores.audit.as_ref();
    assert!(needs_a_key(audit).await.unwrap());
    let keyed = world.account_row(account).await.keyed.expect("it is keyed from the start");
    assert_eq!((keyed.version, keyed.facts), (0, 0));
    let other = keys(&["two"]);
    let found = world.findings(Some(&other)).await;
    assert!(found.iter().any(|problem| problem.contains("broken at link 1")), "{found:?}");
    assert!(found.iter().any(|problem| problem.contains("the facts are broken at number 1")), "{found:?}");
    assert_eq!(world.findings(None).await, [""; 0], "without a key the seals are not judged, the rest is");
    let mut forged = Changes::default();
    let row = world.account_row(account).await;
    forged.accounts.put(row.uuid, Some(account), row.version, Account { limit: francs(), ..row });
    world.save(&forged).await.unwrap();
    assert_ne!(world.findings(None).await, [""; 0]);
}

/// A book with a key that no start has sealed is a finding for each account.
pub async fn w4_a_key_on_a_book_that_no_start_has_sealed_is_a_finding(harness: &impl Harness) {
    let world = World::open(harness).await;
    three_days(&world).await;
    world.account(0).await;
    assert!(!needs_a_key(world.stores.audit.as_ref()).await.unwrap());
    let found = world.findings(Some(&keys(&["one"]))).await;
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|problem| problem.ends_with("its chains are not sealed with a key")), "{found:?}");
}

/// A start seals each account once, from where its chains are: what came before needs no key, what comes after does.
pub async fn w4_a_start_seals_chains_from_now_on(harness: &impl Harness) {
    let plain = World::open(harness).await;
    let account = three_days(&plain).await;
    let other = plain.account(0).await;
    let world = plain.as_under(keyed(&["one"]));
    let reader = world.stores.reader.as_ref();
    let sealed = |sealed| KeyedChains { sealed, left: Vec::new() };
    assert_eq!(key_chains(&plain.book, reader).await.unwrap(), sealed(0), "a book without a key");
    assert_eq!(key_chains(&world.book, reader).await.unwrap(), sealed(2));
    assert_eq!(key_chains(&world.book, reader).await.unwrap(), sealed(0), "once");
    let row = world.account_row(account).await;
    let (keyed, facts) = (row.keyed.expect("it is sealed"), row.trail.count - 1);
    assert_eq!((keyed.version, keyed.facts), (5, facts));
    let told = world.facts().await;
    let told: Vec<_> = told.iter().filter(|fact| fact.kind == FactKind::ChainKeyed).collect();
    assert!(told.len() == 2 && told[0].role == Actor::System.role() && told[0].notices.is_empty());
    world.assert_healthy().await;
    world.post(posting(account, MovementType::Payment, units(7), "keyed")).await;
    world.granted(account, 10).await;
    world.post(posting(other, MovementType::Payment, units(7), "first")).await;
    world.account(0).await;
    world.assert_healthy().await;
    let other_key = world.findings(Some(&keys(&["two"]))).await;
    assert!(other_key.iter().any(|problem| problem.contains("broken at link 6")), "{other_key:?}");

    // Whoever moves the border has no key for it.
    let mut moved = Changes::default();
    let row = world.account_row(account).await;
    let keyed = Keyed { version: 7, facts: row.trail.count, ..keyed };
    moved.accounts.put(row.uuid, Some(account), row.version, Account { keyed: Some(keyed), ..row });
    world.save(&moved).await.unwrap();
    assert_ne!(world.findings(Some(&keys(&["one"]))).await, [""; 0]);
}

/// A book without the key writes nothing where the chain needs it, and says why; with the key it goes on as if nothing had been.
pub async fn w4_a_sealed_account_takes_nothing_without_the_key(harness: &impl Harness) {
    let world = World::under(harness, keyed(&["one"])).await;
    let account = three_days(&world).await;
    let before = world.account_row(account).await;
    let without = world.as_under(Policy::default());
    let payment = Command::Post(vec![posting(account, MovementType::Payment, units(7), "late")]);
    let limit = LimitDraft { limit: Some(units(9_999)), reason: Some("late".to_owned()), faults: Vec::new() };
    for (actor, command) in [(SERVICE, payment.clone()), (FINANCE, Command::SetLimit(account, limit))] {
        let error = without.book.run(Submission::new(actor, command)).await.unwrap_err();
        assert!(error.to_string().ends_with("is sealed with an audit key, and the policy has none"), "{error}");
    }
    let error = key_chains(&without.book, without.stores.reader.as_ref()).await.unwrap_err();
    assert!(error.to_string().ends_with("the book is sealed with an audit key, and the policy has none"), "{error}");
    assert_eq!(world.account_row(account).await, before);
    world.run(SERVICE, payment).await;
    world.assert_healthy().await;
}

/// A link, or a fact, that was made without the key where the chain needs it, by somebody who took the mark away meanwhile.
pub async fn w4_what_was_made_without_the_key_does_not_pass(harness: &impl Harness) {
    for what in ["a link", "a fact"] {
        let world = World::under(harness, keyed(&["one"])).await;
        let account = three_days(&world).await;
        world.assert_healthy().await;
        let mark = async |keyed| {
            let mut marked = Changes::default();
            let row = world.account_row(account).await;
            marked.accounts.put(row.uuid, Some(account), row.version, Account { keyed, ..row });
            world.save(&marked).await.unwrap();
        };
        let keyed = world.account_row(account).await.keyed;
        mark(None).await;
        let without = world.as_under(Policy::default());
        if what == "a link" {
            without.post(posting(account, MovementType::Payment, units(7), "forged")).await;
        } else {
            without.limit(account, 9_999, "forged").await;
        }
        mark(keyed).await;
        assert_ne!(world.findings(Some(&keys(&["one"]))).await, [""; 0], "{what}");
    }
}

/// What a host with a key writes before a start has sealed the account stays believed afterwards.
pub async fn w4_what_came_before_the_seal_stays_believed(harness: &impl Harness) {
    let plain = World::open(harness).await;
    let account = plain.account(1_000).await;
    let world = plain.as_under(keyed(&["one"]));
    world.granted(account, 10).await;
    world.limit(account, 2_000, "plus").await;
    let found = world.findings(Some(&keys(&["one"]))).await;
    assert!(found.len() == 1 && found[0].ends_with("its chains are not sealed with a key"), "{found:?}");
    assert_eq!(key_chains(&world.book, world.stores.reader.as_ref()).await.unwrap().sealed, 1);
    world.granted(account, 20).await;
    world.assert_healthy().await;
}

/// Who writes an account's past anew and takes its mark away gets no seal for it from the next start: it is left, and found. Who
/// knows why an account has none seals it by hand.
pub async fn w4_a_past_whose_mark_was_taken_away_is_not_sealed_again(harness: &impl Harness) {
    let world = World::under(harness, keyed(&["one"])).await;
    let account = three_days(&world).await;
    world.account(0).await;
    world.assert_healthy().await;
    let reader = world.stores.reader.as_ref();
    let mut unmarked = Changes::default();
    let row = world.account_row(account).await;
    unmarked.accounts.put(row.uuid, Some(account), row.version, Account { keyed: None, ..row });
    world.save(&unmarked).await.unwrap();
    let left = KeyedChains { sealed: 0, left: vec![account] };
    assert_eq!(key_chains(&world.book, reader).await.unwrap(), left);
    assert_eq!(world.account_row(account).await.keyed, None);
    assert_ne!(world.findings(Some(&keys(&["one"]))).await, [""; 0]);

    // An account that a process without the key has made is left in the same way, until somebody seals it.
    let world = World::under(harness, keyed(&["one"])).await;
    world.account(0).await;
    let without = world.as_under(Policy::default());
    let young = without.account(500).await;
    let reader = world.stores.reader.as_ref();
    assert_eq!(key_chains(&world.book, reader).await.unwrap().left, [young]);
    let found = world.findings(Some(&keys(&["one"]))).await;
    assert!(found.len() == 1 && found[0].ends_with("its chains are not sealed with a key"), "{found:?}");
    assert_eq!(key_left_chains(&world.book, reader).await.unwrap(), 1);
    world.granted(young, 10).await;
    world.assert_healthy().await;
}

/// The first of several keys seals, each of them is believed.
pub async fn w4_keys_are_rotated(harness: &impl Harness) {
    let old = World::under(harness, keyed(&["old"])).await;
    let account = three_days(&old).await;
    let new = old.as_under(keyed(&["new", "old"]));
    new.assert_healthy().await;
    new.post(posting(account, MovementType::Payment, units(7), "rotated")).await;
    let young = new.account(500).await;
    new.granted(young, 10).await;
    new.assert_healthy().await;
    assert_eq!(key_chains(&new.book, new.stores.reader.as_ref()).await.unwrap(), KeyedChains::default());
    let both = |first, second| keys(&[first, second]);
    assert_eq!(new.findings(Some(&both("old", "new"))).await, [""; 0]);
    let found = new.findings(Some(&keys(&["old"]))).await;
    assert!(found.iter().any(|problem| problem.contains("broken at link 6")), "{found:?}");
    let found = new.findings(Some(&keys(&["new"]))).await;
    assert!(found.iter().any(|problem| problem.contains("broken at link 1")), "{found:?}");
    assert!(!found.iter().any(|problem| problem.starts_with(&format!("account {young}"))), "{found:?}");
}
