//! The chain of an account: what it covers and what it finds (W4, W5).

use estair_core::account::State;
use estair_core::audit::{ChainLink, Sealed, changes};
use estair_core::clock::rfc3339;
use estair_core::hash::{Hash, canonical};
use estair_core::id::AccountId;
use estair_core::movement::{Failure, Movement, MovementStatus, MovementType};
use proptest::prelude::*;

use crate::world::*;

/// A link with the movement it names and its instant: what an auditor has before him.
type Evidence = (ChainLink, Movement, estair_core::clock::Timestamp);

fn evidence(world: &World, account: AccountId) -> Vec<Evidence> {
    let links = world.logs.iter().filter(|log| log.account == account).filter_map(|log| Some((log.link()?, log)));
    links
        .map(|(link, log)| {
            // The n-th movement of the account has the n-th place in its sequence.
            let of = |row: &Movement| row.account == account && row.posted.unwrap().sequence == link.version;
            let movement = world.snapshot.movements.values().map(|known| &known.row).find(|row| of(row)).unwrap();
            (link.clone(), movement.clone(), log.created_at)
        })
        .collect()
}

/// Walks a chain as W4 says it must be, up to the account's last hash and count.
fn check(chain: &[Evidence], last_hash: Hash, version: u64) -> Result<(), String> {
    let mut hash = Hash::GENESIS;
    let mut state = None;
    for (place, (link, movement, at)) in chain.iter().enumerate() {
        let (before, after) = (&link.before, &link.after);
        if link.version != place as u64 + 1 || link.previous_hash != hash {
            return Err(format!("link {place} does not follow"));
        }
        if state.is_some_and(|state| state != *before) {
            return Err(format!("link {place} begins elsewhere"));
        }
        let (uuid, name, kind, amount) = (movement.uuid, movement.name.as_str(), movement.kind, movement.amount);
        let sealed = Sealed { uuid, name, kind, amount, before, after, at: *at };
        if sealed.hash_after(hash) != link.hash {
            return Err(format!("link {place} has other content"));
        }
        (hash, state) = (link.hash, Some(*after));
    }
    if hash != last_hash || chain.len() as u64 != version {
        return Err("the account ends elsewhere".to_owned());
    }
    Ok(())
}

pub(crate) fn walk(world: &World, account: AccountId) -> Result<(), String> {
    let kept = world.account(account);
    check(&evidence(world, account), kept.last_hash, kept.version)
}

fn book(amounts: &[i64]) -> (World, AccountId) {
    let (mut world, account) = World::with_account("0");
    for (place, units) in amounts.iter().enumerate() {
        world.now += chrono::Duration::hours(9);
        world.post(movement(account, MovementType::Payment, &place.to_string(), &units.to_string())).unwrap();
    }
    (world, account)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    // rule: W4
    #[test]
    fn w4_a_change_an_insertion_or_a_removal_anywhere_is_found(
        amounts in prop::collection::vec(1_i64..1_000_000, 2..10), place in any::<prop::sample::Index>(), what in 0..10
    ) {
        let (world, account) = book(&amounts);
        let (hash, version) = (world.account(account).last_hash, world.account(account).version);
        let mut chain = evidence(&world, account);
        prop_assert_eq!(check(&chain, hash, version), Ok(()));
        let place = place.index(chain.len());
        match what {
            0 => chain[place].1.amount = chain[place].1.amount.checked_add(chain[place].1.amount).unwrap(),
            1 => chain[place].1.name.push('0'),
            2 => chain[place].1.uuid = uuid::Uuid::from_u128(7),
            3 => chain[place].1.kind = MovementType::Refund,
            4 => chain[place].2 += chrono::Duration::microseconds(1),
            5 => chain[place].0.after.indicators.active_credit = chain[place].1.amount,
            6 => chain[place].0.before.indicators.daily_credit = chain[place].1.amount,
            7 => drop(chain.remove(place)),
            8 => { chain.pop(); }
            _ => chain.insert(place, chain[place].clone()),
        }
        prop_assert!(check(&chain, hash, version).is_err());
    }

    // rule: W4
    #[test]
    fn w4_two_links_cannot_be_exchanged(amounts in prop::collection::vec(1_i64..1_000_000, 3..8)) {
        let (world, account) = book(&amounts);
        let kept = world.account(account);
        for place in 1..amounts.len() {
            let mut chain = evidence(&world, account);
            chain.swap(place - 1, place);
            prop_assert!(check(&chain, kept.last_hash, kept.version).is_err());
        }
    }
}

// rule: W4
#[test]
fn w4_the_hash_covers_this_very_text() {
    let (mut world, account) = World::with_account("1000");
    world.now = at("2025-10-21T10:00:00.25Z");
    let mut posted = movement(account, MovementType::Payment, "A \"quoted\"\u{e9}\\ reference", "500000");
    posted.details.description = Some("not covered".into());
    world.post(posted).unwrap();
    world.now = at("2025-10-22T10:00:00Z");
    world.post(movement(account, MovementType::Debit, "2", "-600000")).unwrap();
    let chain = evidence(&world, account);
    let (first, second) = (&chain[0], &chain[1]);
    let state = |text: &str| text.to_owned();
    let zero = state(
        r#"{"active_credit":"0","balance":"0","balance_previous_day":"0","daily_credit":"0","day":"2025-10-21","exposition":"0","outstanding":"0","version":0}"#,
    );
    let one = state(
        r#"{"active_credit":"0","balance":"500000","balance_previous_day":"0","daily_credit":"0","day":"2025-10-21","exposition":"500000","outstanding":"0","version":1}"#,
    );
    let two = state(
        r#"{"active_credit":"0","balance":"-100000","balance_previous_day":"500000","daily_credit":"0","day":"2025-10-22","exposition":"-200000","outstanding":"100000","version":2}"#,
    );
    let expected = |previous: Hash,
                    amount: &str,
                    at: &str,
                    uuid: uuid::Uuid,
                    name: &str,
                    after: &str,
                    before: &str,
                    kind: &str| {
        Hash::of(format!(
            r#"{previous}{}{{"amount":"{amount}","at":"{at}","currency":"XOF","movement":"{uuid}","name":"{name}","state_after":{after},"state_before":{before},"type":"{kind}"}}"#,
            "\n"
        ))
    };
    let name = r#"MVT-bsp-A \"quoted\"é\\ reference"#;
    let (uuid, at) = (first.1.uuid, "2025-10-21T10:00:00.250Z");
    assert_eq!(first.0.hash, expected(Hash::GENESIS, "500000.00", at, uuid, name, &one, &zero, "payment"));
    let (uuid, at) = (second.1.uuid, "2025-10-22T10:00:00Z");
    assert_eq!(second.0.hash, expected(first.0.hash, "-600000.00", at, uuid, "MVT-bsp-2", &two, &one, "debit"));
}

proptest! {
    // rule: W4
    #[test]
    fn w4_the_text_is_canonical_json_whatever_the_name(name in any::<String>(), amounts in prop::collection::vec(-1_000_000_i64..1_000_000, 1..4)) {
        let (mut world, account) = World::with_account("0");
        for (place, units) in amounts.iter().filter(|units| **units != 0).enumerate() {
            world.post(movement(account, MovementType::Adjustment, &place.to_string(), &units.to_string())).unwrap();
        }
        for (link, row, at) in evidence(&world, account) {
            let (uuid, kind, amount, before, after) = (row.uuid, row.kind, row.amount, &link.before, &link.after);
            let sealed = Sealed { uuid, name: &name, kind, amount, before, after, at };
            let text = canonical(&serde_json::json!({
                "amount": amount.amount().to_string(), "at": rfc3339(at), "currency": amount.currency(),
                "movement": uuid, "name": name, "type": kind.name(),
                "state_after": after.to_json(), "state_before": before.to_json(),
            }));
            let wanted = Hash::of(format!("{}\n{text}", link.previous_hash));
            prop_assert_eq!(sealed.hash_after(link.previous_hash), wanted);
            prop_assert_eq!(Hash::parse(&wanted.to_string()), Some(wanted));
        }
    }
}

// rule: W4
#[test]
fn w4_before_is_not_rolled_and_after_is() {
    let (world, account) = book(&[5, 7, 9]);
    for (link, ..) in evidence(&world, account) {
        assert_eq!(link.after.version, link.before.version + 1);
    }
    let last = &evidence(&world, account)[2].0;
    assert_eq!((last.before.day.to_string(), last.after.day.to_string()), ("2025-10-22".into(), "2025-10-22".into()));
    let second = &evidence(&world, account)[1].0;
    assert_eq!(
        (second.before.day.to_string(), second.after.day.to_string()),
        ("2025-10-21".into(), "2025-10-22".into())
    );
    assert_eq!(second.before.indicators.balance_previous_day.to_string(), "0");
    assert_eq!(second.after.indicators.balance_previous_day.to_string(), "5");
}

// rule: W4, C6
#[test]
fn w4_the_limit_is_not_part_of_a_state() {
    let (mut world, account) = book(&[5]);
    let before = world.account(account).state();
    world.set_limit(account, "77");
    assert_eq!(world.account(account).state(), before);
    walk(&world, account).unwrap();
}

// rule: W2, W4
#[test]
fn w4_a_failed_attempt_is_no_link() {
    use estair_core::command::{Command, FailedEntry};
    let (mut world, account) = book(&[5]);
    let failure = Failure { error_type: "other".into(), message: "disk full".into(), trace: None };
    let entry = FailedEntry::External(vec![movement(account, MovementType::Payment, "X", "1")], failure);
    world.run(SERVICE, Command::RecordFailure(Box::new(entry))).unwrap();
    assert_eq!(world.logs.len(), 2);
    assert_eq!(world.logs[1].status().name(), "failed");
    assert!(world.logs[1].link().is_none());
    let failed = world.snapshot.movements.values().find(|known| known.row.status == MovementStatus::Failed).unwrap();
    assert!(failed.row.posted.is_none());
    assert_eq!(world.account(account).version, 1);
}

// rule: W5
#[test]
fn w5_a_log_says_which_indicators_moved_with_both_values() {
    let (world, account) = book(&[5, 7]);
    let link = &evidence(&world, account)[1].0;
    let moved = changes(&link.before, &link.after);
    let wanted = serde_json::json!({
        "balance_previous_day": { "old": "0", "new": "5" },
        "balance": { "old": "5", "new": "12" },
        "exposition": { "old": "5", "new": "12" },
    });
    assert_eq!(moved, wanted);
}

// rule: W4
#[test]
fn w4_a_state_is_read_as_it_was_written() {
    let (world, account) = book(&[5, 7]);
    for (link, ..) in evidence(&world, account) {
        let read = State::from_json(&link.after.to_json(), world.account(account).currency());
        assert_eq!(read, Some(link.after));
    }
}
