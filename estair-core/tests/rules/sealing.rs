//! Keys of the host's, and from where on a chain needs one (W4).

use estair_core::account::{Keyed, Trail};
use estair_core::actor::Role;
use estair_core::audit::{AuditKeys, Sealing};
use estair_core::command::Command;
use estair_core::fact::FactKind;
use estair_core::hash::Hash;
use estair_core::id::AccountId;
use estair_core::movement::MovementType;
use estair_core::testing::world::keys;
use uuid::Uuid;

use crate::audit::{check, evidence};
use crate::world::*;

// rule: W4
#[test]
fn w4_a_key_is_a_text_of_32_characters_without_a_space() {
    let long = "é".repeat(32);
    for good in [long.clone(), "x".repeat(33), format!("{long} {long}"), format!("  {long}\n{}\t", "y".repeat(64))] {
        assert!(good.parse::<AuditKeys>().is_ok(), "{good}");
    }
    for bad in [String::new(), "   ".into(), "é".repeat(31), format!("{long} {}", "x".repeat(31))] {
        let error = bad.parse::<AuditKeys>().unwrap_err();
        assert_eq!(error.given, "…", "what was given is a secret");
        assert!(bad.trim().is_empty() || !error.to_string().contains(bad.trim()));
    }
    assert_eq!(format!("{:?}", keys(&["one", "two"])), "AuditKeys(2 hidden)");
}

// rule: W4
#[test]
fn w4_the_first_key_seals_and_each_is_believed() {
    let text = b"evidence";
    let (old, new, both) = (keys(&["old"]), keys(&["new"]), keys(&["new", "old"]));
    assert_eq!(both.seal(text), new.seal(text));
    assert_ne!(old.seal(text), new.seal(text));
    for seal in [old.seal(text), new.seal(text)] {
        assert!(both.believe(text, seal) && !both.believe(b"evidence.", seal));
    }
    assert!(!new.believe(text, old.seal(text)) && !old.believe(text, new.seal(text)));
    let plain = Sealing::Plain.seal(text);
    assert_eq!(plain, Hash::of(text));
    assert!(Sealing::Plain.believe(text, plain) && !Sealing::Keyed(&both).believe(text, plain));
    assert!(!Sealing::Plain.believe(text, both.seal(text)));
    assert_eq!(Sealing::with(Some(&both)).seal(text), both.seal(text));
    assert_eq!(Sealing::with(None).seal(text), plain);
}

// rule: W4
#[test]
fn w4_a_seal_with_a_key_is_an_hmac() {
    // printf 'what do ya want for nothing?' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    let keys: AuditKeys = "0123456789abcdef0123456789abcdef".parse().unwrap();
    let seal = keys.seal(b"what do ya want for nothing?");
    assert_eq!(seal.to_string(), "137e6557c3c13a1ca5dc7e52a389a0f86be8cb4db4ae61c62396058b00acacd0");
}

fn post(world: &mut World, account: AccountId, reference: &str) {
    world.post(movement(account, MovementType::Payment, reference, "5")).unwrap();
}

/// A book with a key, and an account of two movements in it.
fn keyed_book() -> (World, AccountId) {
    let mut world = World::new();
    world.policy.audit_keys = Some(keys(&["one"]));
    let account = world.open("1000");
    post(&mut world, account, "1");
    post(&mut world, account, "2");
    (world, account)
}

// rule: W4
#[test]
fn w4_a_chain_that_was_made_without_the_key_does_not_pass() {
    let (world, account) = keyed_book();
    let (kept, one, two, both) = (world.account(account), keys(&["one"]), keys(&["two"]), keys(&["two", "one"]));
    let walk = |sealing| check(&evidence(&world, account), kept.last_hash, kept.version, sealing);
    assert_eq!(walk(Sealing::Keyed(&one)), Ok(()));
    assert_eq!(walk(Sealing::Keyed(&both)), Ok(()));
    assert!(walk(Sealing::Plain).is_err() && walk(Sealing::Keyed(&two)).is_err());

    // Everything hashed anew, as anybody can who writes the tables.
    let mut forged = evidence(&world, account);
    let mut previous = Hash::GENESIS;
    for one in &mut forged {
        one.link.previous_hash = previous;
        previous = one.sealed().hash_after(previous, Sealing::Plain);
        one.link.hash = previous;
    }
    assert_eq!(check(&forged, previous, kept.version, Sealing::Plain), Ok(()));
    assert!(check(&forged, previous, kept.version, Sealing::Keyed(&one)).is_err());
}

// rule: W4
#[test]
fn w4_an_account_of_a_host_with_a_key_needs_it_from_the_start() {
    let (world, account) = keyed_book();
    let (row, one, two) = (world.account(account), keys(&["one"]), keys(&["two"]));
    let keyed = row.keyed.unwrap();
    assert_eq!((keyed.version, keyed.facts), (0, 0));
    let believed = |keyed: Keyed, uuid, keys| keyed.is_believed(uuid, Hash::GENESIS, Hash::GENESIS, keys);
    assert!(believed(keyed, row.uuid, &one) && !believed(keyed, row.uuid, &two));
    assert!(!believed(keyed, Uuid::from_u128(7), &one), "of another account");
    assert!(!believed(Keyed { version: 1, ..keyed }, row.uuid, &one));
    assert!(!believed(Keyed { facts: 1, ..keyed }, row.uuid, &one));
    let plain = World::with_account("1000");
    assert_eq!(plain.0.account(plain.1).keyed, None);
}

// rule: W4
#[test]
fn w4_a_start_seals_from_where_the_chains_are() {
    let (mut world, account) = World::with_account("1000");
    post(&mut world, account, "1");
    post(&mut world, account, "2");
    let key_chain = Command::KeyChain(account);
    let facts = world.facts.len();
    world.run(SYSTEM, key_chain.clone()).unwrap();
    assert_eq!((world.account(account).keyed, world.facts.len()), (None, facts), "the host has no key");

    world.policy.audit_keys = Some(keys(&["one"]));
    // What comes before a start has sealed the account is sealed as what was before it.
    post(&mut world, account, "3");
    let before = world.account(account).clone();
    world.now += chrono::Duration::hours(1);
    world.run(SYSTEM, key_chain.clone()).unwrap();
    let after = world.account(account).clone();
    let keyed = after.keyed.unwrap();
    assert_eq!((keyed.version, keyed.facts), (3, before.trail.count));
    assert!(keyed.is_believed(before.uuid, before.last_hash, before.trail.hash, &keys(&["one"])));
    assert!(!keyed.is_believed(before.uuid, Hash::of("another end"), before.trail.hash, &keys(&["one"])));
    assert!(!keyed.is_believed(before.uuid, before.last_hash, Hash::of("another end"), &keys(&["one"])));
    assert_eq!((after.version, after.state(), after.updated_at), (3, before.state(), world.now));
    let fact = world.facts.last().unwrap();
    assert_eq!((fact.kind, fact.role, fact.user, fact.notices.len()), (FactKind::ChainKeyed, Role::System, None, 0));

    world.run(SYSTEM, key_chain).unwrap();
    assert_eq!((world.account(account).keyed, world.facts.len()), (Some(keyed), facts + 2), "once");
    post(&mut world, account, "4");
    let chain = evidence(&world, account);
    for one in &chain {
        let needs_it = one.link.version > keyed.version;
        let by = |sealing| one.sealed().is_sealed_by(one.link.hash, one.link.previous_hash, sealing);
        assert_eq!(
            (by(Sealing::Plain), by(Sealing::Keyed(&keys(&["one"])))),
            (!needs_it, needs_it),
            "{}",
            one.link.version
        );
    }
}

// rule: W4, P1
#[test]
fn w4_only_the_system_seals_and_only_what_is_there() {
    let (mut world, account) = World::with_account("1000");
    world.policy.audit_keys = Some(keys(&["one"]));
    for role in Role::ALL.into_iter().filter(|role| *role != Role::System) {
        assert_eq!(code(world.run(actor_of(role, account), Command::KeyChain(account))), "forbidden", "{role}");
    }
    assert_eq!(code(world.run(SYSTEM, Command::KeyChain(AccountId(999)))), "not_found");
    assert_eq!(Trail::EMPTY, Trail { count: 0, hash: Hash::GENESIS });
}
