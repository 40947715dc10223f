//! The chain of an account: what it covers and what it finds (W4, W5).

use estair_core::account::State;
use estair_core::actor::Origin;
use estair_core::audit::{ChainLink, Log, Sealed, Sealing, changes};
use estair_core::category::{Category, Status};
use estair_core::clock::rfc3339;
use estair_core::hash::{Hash, canonical};
use estair_core::id::{AccountId, MovementId, RequestId, SupportId, UserId};
use estair_core::json::Json;
use estair_core::movement::{
    DetailColumn, DetailField, Details, Failure, Movement, MovementStatus, MovementType, Source,
};
use estair_core::row::Link;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::*;

/// A link with everything that it covers: what an auditor has before him.
#[derive(Clone)]
pub(crate) struct Evidence {
    pub(crate) link: ChainLink,
    pub(crate) log: Log,
    pub(crate) movement: Movement,
    pub(crate) account: Uuid,
    pub(crate) request: Option<Uuid>,
    pub(crate) parent: Option<Uuid>,
    pub(crate) cancels: Option<Uuid>,
}

impl Evidence {
    pub(crate) fn sealed(&self) -> Sealed<'_> {
        Sealed {
            account: self.account,
            movement: &self.movement,
            request: self.request,
            parent: self.parent,
            cancels: self.cancels,
            attempt: self.log.attempt_number,
            triggered_by: self.log.triggered_by,
            ip_address: self.log.ip_address.as_deref(),
            user_agent: self.log.user_agent.as_deref(),
            before: &self.link.before,
            after: &self.link.after,
            at: self.log.created_at,
        }
    }

    fn hash(&self) -> Hash {
        self.sealed().hash_after(self.link.previous_hash, Sealing::Plain)
    }
}

pub(crate) fn evidence(world: &World, account: AccountId) -> Vec<Evidence> {
    let of_account = world.logs.iter().filter(|log| log.account == account);
    of_account
        .filter_map(|log| {
            let movement = world.movement_row(log.movement.known().unwrap()).clone();
            let request = movement.request.map(|id| world.request(id));
            let parent = request.and_then(|request| request.parent).map(|id| world.request(id));
            let takes_back = movement.kind == MovementType::CreditCancellation;
            let credit = parent.filter(|_| takes_back).and_then(|parent| world.snapshot.movement_of(parent));
            Some(Evidence {
                link: log.link()?.clone(),
                log: log.clone(),
                account: world.account(account).uuid,
                request: request.map(|request| request.uuid),
                parent: parent.map(|parent| parent.uuid),
                cancels: credit.map(|credit| credit.row.uuid),
                movement,
            })
        })
        .collect()
}

/// Walks a chain as W4 says it must be, up to the account's last hash and count.
pub(crate) fn check(chain: &[Evidence], last_hash: Hash, version: u64, sealing: Sealing<'_>) -> Result<(), String> {
    let mut hash = Hash::GENESIS;
    let mut state = None;
    for (place, one) in chain.iter().enumerate() {
        let link = &one.link;
        if link.version != place as u64 + 1 || link.previous_hash != hash {
            return Err(format!("link {place} does not follow"));
        }
        if state.is_some_and(|state| state != link.before) {
            return Err(format!("link {place} begins elsewhere"));
        }
        if !one.sealed().is_sealed_by(link.hash, hash, sealing) {
            return Err(format!("link {place} has other content"));
        }
        (hash, state) = (link.hash, Some(link.after));
    }
    if hash != last_hash || chain.len() as u64 != version {
        return Err("the account ends elsewhere".to_owned());
    }
    Ok(())
}

pub(crate) fn walk(world: &World, account: AccountId) -> Result<(), String> {
    let kept = world.account(account);
    check(&evidence(world, account), kept.last_hash, kept.version, Sealing::Plain)
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
        prop_assert_eq!(check(&chain, hash, version, Sealing::Plain), Ok(()));
        let place = place.index(chain.len());
        let amount = chain[place].movement.amount;
        match what {
            0 => chain[place].movement.amount = amount.checked_add(amount).unwrap(),
            1 => chain[place].movement.name.push('0'),
            2 => chain[place].movement.uuid = Uuid::from_u128(7),
            3 => chain[place].movement.kind = MovementType::Refund,
            4 => chain[place].log.created_at += chrono::Duration::microseconds(1),
            5 => chain[place].link.after.indicators.active_credit = amount,
            6 => chain[place].link.before.indicators.daily_credit = amount,
            7 => drop(chain.remove(place)),
            8 => { chain.pop(); }
            _ => chain.insert(place, chain[place].clone()),
        }
        prop_assert!(check(&chain, hash, version, Sealing::Plain).is_err());
    }

    // rule: W4
    #[test]
    fn w4_two_links_cannot_be_exchanged(amounts in prop::collection::vec(1_i64..1_000_000, 3..8)) {
        let (world, account) = book(&amounts);
        let kept = world.account(account);
        for place in 1..amounts.len() {
            let mut chain = evidence(&world, account);
            chain.swap(place - 1, place);
            prop_assert!(check(&chain, kept.last_hash, kept.version, Sealing::Plain).is_err());
        }
    }
}

// rule: W4
#[test]
fn w4_the_hash_covers_this_very_text() {
    let (mut world, account) = World::with_account("1000");
    world.now = at("2025-10-21T10:00:00.25Z");
    let mut posted = movement(account, MovementType::Payment, "A \"quoted\"\u{e9}\\ reference", "500000");
    posted.details.description = Some("billets".into());
    posted.etatsdevente_id = Some(77);
    world.post(posted).unwrap();
    world.now = at("2025-10-22T10:00:00Z");
    world.post(movement(account, MovementType::Debit, "2", "-600000")).unwrap();
    world.origin = Origin::new(Some("192.0.2.2"), Some("navigateur"));
    let load = world.ask(Category::Load, account, "5");
    world.go(FINANCE, load, Status::ToTreat).unwrap();
    world.written(load);
    let chain = evidence(&world, account);
    let [first, second, third] = chain.as_slice() else { panic!("three links") };
    let state = |balance: &str, previous: &str, day: &str, exposition: &str, outstanding: &str, version: u64| {
        format!(
            r#"{{"active_credit":"0","balance":"{balance}","balance_previous_day":"{previous}","daily_credit":"0","day":"{day}","exposition":"{exposition}","outstanding":"{outstanding}","version":{version}}}"#
        )
    };
    let zero = state("0", "0", "2025-10-21", "0", "0", 0);
    let one = state("500000", "0", "2025-10-21", "500000", "0", 1);
    let two = state("-100000", "500000", "2025-10-22", "-200000", "100000", 2);
    let three = state("-99995", "500000", "2025-10-22", "-199990", "99995", 3);
    let (of, uuid) = (world.account(account).uuid, |one: &Evidence| one.movement.uuid);
    let text = |one: &Evidence| one.sealed().text_after(one.link.previous_hash);
    let wanted = format!(
        r#"{}{}{{"account":"{of}","amount":"500000.00","at":"2025-10-21T10:00:00.250Z","attempt":1,"created_at":"2025-10-21T10:00:00.250Z","currency":"XOF","description":"billets","etatsdevente_id":77,"max_retries":3,"movement":"{}","name":"MVT-bsp-A \"quoted\"é\\ reference","reference":"A \"quoted\"é\\ reference","source":"bsp","state_after":{one},"state_before":{zero},"type":"payment"}}"#,
        Hash::GENESIS,
        "\n",
        uuid(first)
    );
    assert_eq!(text(first), wanted);
    assert_eq!(first.link.hash, Hash::of(wanted));
    let wanted = format!(
        r#"{}{}{{"account":"{of}","amount":"-600000.00","at":"2025-10-22T10:00:00Z","attempt":1,"created_at":"2025-10-22T10:00:00Z","currency":"XOF","max_retries":3,"movement":"{}","name":"MVT-bsp-2","reference":"2","source":"bsp","state_after":{two},"state_before":{one},"type":"debit"}}"#,
        first.link.hash,
        "\n",
        uuid(second)
    );
    assert_eq!(text(second), wanted);
    assert_eq!(second.link.hash, Hash::of(wanted));
    let (request, message) = (world.request(load), world.message(load));
    let wanted = format!(
        r#"{}{}{{"account":"{of}","amount":"5.00","at":"2025-10-22T10:00:00Z","attempt":1,"created_at":"2025-10-22T10:00:00Z","currency":"XOF","ip_address":"192.0.2.2","max_retries":3,"message_uuid":"{}","movement":"{}","name":"MVT-{}","payload":"{}","request":"{}","source":"helpdesk","state_after":{three},"state_before":{two},"triggered_by":12,"type":"payment","user_agent":"navigateur"}}"#,
        second.link.hash,
        "\n",
        message.message_uuid,
        uuid(third),
        request.uuid,
        Hash::of(message.raw.as_str()),
        request.uuid
    );
    assert_eq!(text(third), wanted);
    assert_eq!(third.link.hash, Hash::of(wanted));
}

/// A cancellation with something in every column.
fn full() -> Evidence {
    let (mut world, account) = World::with_account("1000");
    world.origin = Origin::new(Some("192.0.2.7"), Some("navigateur"));
    let credit = world.granted(account, "300");
    let cancellation = world.cancellation(credit, false).unwrap();
    world.written(cancellation);
    let mut full = evidence(&world, account).pop().unwrap();
    full.movement.etatsdevente_id = Some(1);
    full.movement.helpdesk_id = Some(SupportId(2));
    full.movement.reference = Some("reference".to_owned());
    for (number, DetailColumn { name, field }) in (3_u64..).zip(Details::COLUMNS) {
        let details = &mut full.movement.details;
        match field {
            DetailField::Text { set, .. } => *set(details) = Some((*name).to_owned()),
            DetailField::Number { set, .. } => *set(details) = Some(number),
            DetailField::Instant { set, .. } => *set(details) = Some(at("2025-10-20T08:00:00Z")),
        }
    }
    full
}

type Forge = (&'static str, fn(&mut Evidence));

/// What somebody may have done to a column of the former table: changed it, or taken it away.
fn forged_details(whole: &Details) -> Vec<(String, Details)> {
    let forged = |column: &DetailColumn, is_there: bool| {
        let mut details = whole.clone();
        match column.field {
            DetailField::Text { set, .. } => *set(&mut details) = is_there.then(|| "x".to_owned()),
            DetailField::Number { set, .. } => *set(&mut details) = is_there.then_some(777),
            DetailField::Instant { set, .. } => *set(&mut details) = is_there.then(|| at("2025-10-19T08:00:00Z")),
        }
        (format!("{}{}", if is_there { "" } else { "no " }, column.name), details)
    };
    Details::COLUMNS.iter().flat_map(|column| [true, false].map(|is_there| forged(column, is_there))).collect()
}

/// Every other field that W4 names, changed; those that may be missing, taken away.
const FORGES: [Forge; 51] = [
    ("account", |e| e.account = Uuid::from_u128(7)),
    ("amount", |e| e.movement.amount = e.movement.amount.negated()),
    ("at", |e| e.log.created_at += chrono::Duration::microseconds(1)),
    ("attempt", |e| e.log.attempt_number += 1),
    ("cancels", |e| e.cancels = Some(Uuid::from_u128(7))),
    ("no cancels", |e| e.cancels = None),
    ("created_at", |e| e.movement.created_at += chrono::Duration::microseconds(1)),
    ("currency", |e| e.movement.amount = e.movement.amount.amount().in_currency("EUR".parse().unwrap()).unwrap()),
    ("etatsdevente_id", |e| e.movement.etatsdevente_id = Some(7)),
    ("no etatsdevente_id", |e| e.movement.etatsdevente_id = None),
    ("helpdesk_id", |e| e.movement.helpdesk_id = Some(SupportId(7))),
    ("no helpdesk_id", |e| e.movement.helpdesk_id = None),
    ("ip_address", |e| e.log.ip_address = Some("x".into())),
    ("no ip_address", |e| e.log.ip_address = None),
    ("max_retries", |e| e.movement.max_retries += 1),
    ("message_uuid", |e| e.movement.message_uuid = Some(Uuid::from_u128(7))),
    ("no message_uuid", |e| e.movement.message_uuid = None),
    ("movement", |e| e.movement.uuid = Uuid::from_u128(7)),
    ("name", |e| e.movement.name.push('0')),
    ("parent", |e| e.parent = Some(Uuid::from_u128(7))),
    ("no parent", |e| e.parent = None),
    ("payload", |e| e.movement.payload = Json::parse("{}")),
    ("payload, another notation", |e| {
        let raw = e.movement.payload.take().unwrap();
        e.movement.payload = Json::parse(&raw.as_str().replacen(':', ": ", 1));
    }),
    ("no payload", |e| e.movement.payload = None),
    ("previous hash", |e| e.link.previous_hash = Hash::of("x")),
    ("reference", |e| e.movement.reference = Some("x".into())),
    ("no reference", |e| e.movement.reference = None),
    ("request", |e| e.request = Some(Uuid::from_u128(7))),
    ("no request", |e| e.request = None),
    ("source", |e| e.movement.source = Source::Manual),
    ("day after", |e| e.link.after.day = "2025-10-22".parse().unwrap()),
    ("day before", |e| e.link.before.day = "2025-10-20".parse().unwrap()),
    ("version after", |e| e.link.after.version += 1),
    ("version before", |e| e.link.before.version += 1),
    ("balance_previous_day after", |e| e.link.after.indicators.balance_previous_day = e.movement.amount),
    ("balance_previous_day before", |e| e.link.before.indicators.balance_previous_day = e.movement.amount),
    ("balance after", |e| e.link.after.indicators.balance = e.movement.amount),
    ("balance before", |e| e.link.before.indicators.balance = e.movement.amount),
    ("daily_credit after", |e| e.link.after.indicators.daily_credit = e.movement.amount),
    ("daily_credit before", |e| e.link.before.indicators.daily_credit = e.movement.amount),
    ("active_credit after", |e| e.link.after.indicators.active_credit = e.movement.amount),
    ("active_credit before", |e| e.link.before.indicators.active_credit = e.movement.amount),
    ("triggered_by", |e| e.log.triggered_by = Some(UserId(7))),
    ("no triggered_by", |e| e.log.triggered_by = None),
    ("type", |e| e.movement.kind = MovementType::Debit),
    ("user_agent", |e| e.log.user_agent = Some("x".into())),
    ("no user_agent", |e| e.log.user_agent = None),
    ("texts that change places", |e| {
        let details = &mut e.movement.details;
        std::mem::swap(&mut details.office_cn, &mut details.office_sb);
    }),
    ("an empty text", |e| e.movement.details.document = Some(String::new())),
    ("a quote", |e| e.movement.details.document = Some("document\",\"document_id\":9".into())),
    ("a blank", |e| e.movement.details.description = Some(" description".into())),
];

// rule: W4
#[test]
fn w4_each_field_that_is_evidence_gives_another_hash() {
    let (whole, mut seen) = (full(), std::collections::BTreeMap::new());
    seen.insert(whole.hash().to_string(), "unchanged".to_owned());
    let others = FORGES.iter().map(|(field, forge)| {
        let mut forged = whole.clone();
        forge(&mut forged);
        ((*field).to_owned(), forged)
    });
    let details = forged_details(&whole.movement.details).into_iter().map(|(field, details)| {
        let movement = Movement { details, ..whole.movement.clone() };
        (field, Evidence { movement, ..whole.clone() })
    });
    for (field, forged) in others.chain(details) {
        let same = seen.insert(forged.hash().to_string(), field.clone());
        assert_eq!(same, None, "{field}");
    }
}

// rule: W4
#[test]
fn w4_numbers_of_the_database_and_durations_are_no_evidence() {
    let whole = full();
    let others: [Forge; 9] = [
        ("account", |e| e.movement.account = AccountId(777)),
        ("request", |e| e.movement.request = Some(RequestId(777))),
        ("movement", |e| e.log.movement = Link::Id(MovementId(777))),
        ("account of the log", |e| e.log.account = AccountId(777)),
        ("duration", |e| e.log.duration_ms = Some(777)),
        ("updated_at", |e| e.movement.updated_at += chrono::Duration::days(1)),
        ("cancelled_at, which its own link tells", |e| e.movement.cancelled_at = Some(e.log.created_at)),
        ("attempts, which the attempt tells", |e| e.movement.attempts += 1),
        ("retry_count, which the attempt tells", |e| e.movement.retry_count += 1),
    ];
    for (field, change) in others {
        let mut changed = whole.clone();
        change(&mut changed);
        assert_eq!(changed.hash(), whole.hash(), "{field}");
    }
}

proptest! {
    // rule: W4
    #[test]
    fn w4_the_text_is_canonical_json_whatever_it_holds(
        name in any::<String>(), text in any::<String>(), agent in prop::option::of(any::<String>()),
        amounts in prop::collection::vec(-1_000_000_i64..1_000_000, 1..4)
    ) {
        let (mut world, account) = World::with_account("0");
        for (place, units) in amounts.iter().filter(|units| **units != 0).enumerate() {
            world.post(movement(account, MovementType::Adjustment, &place.to_string(), &units.to_string())).unwrap();
        }
        for mut one in evidence(&world, account) {
            one.movement.name.clone_from(&name);
            one.movement.details.description = Some(text.clone());
            one.log.user_agent.clone_from(&agent);
            let row = &one.movement;
            let mut object = json!({
                "account": one.account, "amount": row.amount.amount().to_string(), "at": rfc3339(one.log.created_at),
                "attempt": 1, "created_at": rfc3339(row.created_at), "currency": row.amount.currency(),
                "description": text, "max_retries": 3, "movement": row.uuid, "name": name, "reference": row.reference,
                "source": "bsp", "type": row.kind.name(), "user_agent": agent,
                "state_after": one.link.after.to_json(), "state_before": one.link.before.to_json(),
            });
            object.as_object_mut().unwrap().retain(|_, value| *value != Value::Null);
            let wanted = format!("{}\n{}", one.link.previous_hash, canonical(&object));
            prop_assert_eq!(one.sealed().text_after(one.link.previous_hash), wanted.clone());
            prop_assert_eq!(one.hash(), Hash::of(wanted));
            prop_assert_eq!(Hash::parse(&one.hash().to_string()), Some(one.hash()));
        }
    }
}

// rule: W4
#[test]
fn w4_before_is_not_rolled_and_after_is() {
    let (world, account) = book(&[5, 7, 9]);
    for Evidence { link, .. } in evidence(&world, account) {
        assert_eq!(link.after.version, link.before.version + 1);
    }
    let last = &evidence(&world, account)[2].link;
    assert_eq!((last.before.day.to_string(), last.after.day.to_string()), ("2025-10-22".into(), "2025-10-22".into()));
    let second = &evidence(&world, account)[1].link;
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
    let link = &evidence(&world, account)[1].link;
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
    for Evidence { link, .. } in evidence(&world, account) {
        let read = State::from_json(&link.after.to_json(), world.account(account).currency());
        assert_eq!(read, Some(link.after));
    }
}
