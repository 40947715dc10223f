//! What a fact covers, and the hashes of rows that it keeps (V2): every column of them, each by itself.

use estair_core::account::Account;
use estair_core::actor::{Origin, Role};
use estair_core::audit::evidence::{of_account, of_comment, of_failed_movement, of_failure, of_request, of_support};
use estair_core::audit::{Log, Outcome, Sealing};
use estair_core::category::{Category, Desk, Status};
use estair_core::command::{Command, FailedEntry};
use estair_core::fact::{Fact, FactKind, FactSeal, FactUuids};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, MovementId, RequestId, SupportId, UserId};
use estair_core::json::Json;
use estair_core::movement::{Failure, Movement, MovementType, Source};
use estair_core::notice::Notice;
use estair_core::request::{Request, RequestDraft};
use estair_core::row::Link;
use estair_core::support::{Assignee, Comment, CommentDraft, Support, SupportStatus};
use estair_core::testing::world::keys;
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::world::*;

type Forge<T> = (&'static str, fn(&mut T));

/// Each change of a row gives a hash of its own.
fn each_is_covered<T: Clone>(row: &T, hash: impl Fn(&T) -> Hash, forges: &[Forge<T>]) {
    let mut seen = BTreeMap::from([(hash(row).to_string(), "unchanged")]);
    for (field, forge) in forges {
        let mut forged = row.clone();
        forge(&mut forged);
        assert_eq!(seen.insert(hash(&forged).to_string(), field), None, "{field}");
    }
}

/// None of these changes is covered.
fn none_is_covered<T: Clone>(row: &T, hash: impl Fn(&T) -> Hash, changes: &[Forge<T>]) {
    for (field, change) in changes {
        let mut changed = row.clone();
        change(&mut changed);
        assert_eq!(hash(&changed), hash(row), "{field}");
    }
}

fn later(at: &mut estair_core::clock::Timestamp) {
    *at += chrono::Duration::microseconds(1);
}

// rule: V2
#[test]
fn v2_every_column_of_a_request_is_covered() {
    let (mut world, account) = World::with_account("1000");
    world.origin = Origin::new(Some("192.0.2.7"), Some("navigateur"));
    let described = RequestDraft { description: Some("été".into()), ..draft(Category::DailyCredit, account, "300") };
    let credit = world.create(client(account), described).unwrap();
    world.written(credit);
    let mut row = world.request(credit).clone();
    (row.etatsdevente_id, row.helpdesk_id, row.parent) = (Some(1), Some(SupportId(2)), Some(RequestId(3)));
    let movement = world.movement(credit).unwrap().row.uuid;
    let forges: [Forge<Request>; 31] = [
        ("account", |row| row.account = AccountId(77)),
        ("amount", |row| row.amount = row.amount.negated()),
        ("assigned_to", |row| row.assigned_to = Desk::Admin),
        ("category", |row| row.category = Category::Load),
        ("created_at", |row| later(&mut row.created_at)),
        ("created_by", |row| row.created_by = Some(UserId(77))),
        ("no created_by", |row| row.created_by = None),
        ("currency", |row| row.amount = row.amount.amount().in_currency("EUR".parse().unwrap()).unwrap()),
        ("description", |row| row.description = Some("hiver".into())),
        ("no description", |row| row.description = None),
        ("draft", |row| row.draft ^= true),
        ("etatsdevente_id", |row| row.etatsdevente_id = Some(77)),
        ("execution", |row| row.execution += 1),
        ("expiry_date", |row| later(row.expiry_date.as_mut().unwrap())),
        ("no expiry_date", |row| row.expiry_date = None),
        ("helpdesk_id", |row| row.helpdesk_id = Some(SupportId(77))),
        ("message_uuid", |row| row.message_uuid = Some(Uuid::from_u128(7))),
        ("no message_uuid", |row| row.message_uuid = None),
        ("name", |row| row.name.push('0')),
        ("parent", |row| row.parent = Some(RequestId(77))),
        ("no pass", |row| row.passed = None),
        ("passed by hand", |row| row.passed.as_mut().unwrap().by_hand ^= true),
        ("passed by", |row| row.passed.as_mut().unwrap().by = Some(UserId(77))),
        ("passed by nobody", |row| row.passed.as_mut().unwrap().by = None),
        ("passed from", |row| row.passed.as_mut().unwrap().origin = Origin::new(Some("192.0.2.8"), Some("navigateur"))),
        ("passed with", |row| row.passed.as_mut().unwrap().origin = Origin::new(Some("192.0.2.7"), None)),
        ("sent_back", |row| row.sent_back = Some("{}".to_owned())),
        ("status", |row| row.status = Status::Cancelled),
        ("updated_at", |row| later(&mut row.updated_at)),
        ("uuid", |row| row.uuid = Uuid::from_u128(7)),
        ("version", |row| row.version += 1),
    ];
    each_is_covered(&row, |row| of_request(row, Some(movement)), &forges);
    assert_ne!(of_request(&row, Some(movement)), of_request(&row, None));
    assert_ne!(of_request(&row, Some(movement)), of_request(&row, Some(Uuid::from_u128(7))));
    let number: [Forge<Request>; 1] = [("movement", |row| row.movement = Some(Link::Id(MovementId(77))))];
    none_is_covered(&row, |row| of_request(row, Some(movement)), &number);
}

// rule: V2
#[test]
fn v2_every_column_of_a_ticket_and_of_a_comment_is_covered() {
    let (mut world, account) = World::with_account("0");
    let id = ticket(&mut world, account);
    let mut row = world.support(id).clone();
    row.etatsdevente_id = Some(1);
    let forges: [Forge<Support>; 13] = [
        ("account", |row| row.account = AccountId(77)),
        ("assigned_to", |row| row.assigned_to = Assignee::Agent),
        ("created_at", |row| later(&mut row.created_at)),
        ("created_by", |row| row.created_by = Some(UserId(77))),
        ("no created_by", |row| row.created_by = None),
        ("description", |row| row.description.push('x')),
        ("etatsdevente_id", |row| row.etatsdevente_id = None),
        ("name", |row| row.name.push('x')),
        ("status", |row| row.status = SupportStatus::Closed),
        ("subject", |row| row.subject.push('x')),
        ("updated_at", |row| later(&mut row.updated_at)),
        ("uuid", |row| row.uuid = Uuid::from_u128(7)),
        ("version", |row| row.version += 1),
    ];
    each_is_covered(&row, of_support, &forges);
    let body = CommentDraft { body: Some("Merci".into()), ..CommentDraft::default() };
    world.run(OPERATION, Command::CommentSupport(id, body)).unwrap();
    let comment = world.comments[0].clone();
    let forges: [Forge<Comment>; 7] = [
        ("author", |row| row.author = Some(UserId(77))),
        ("no author", |row| row.author = None),
        ("body", |row| row.body.push(' ')),
        ("created_at", |row| later(&mut row.created_at)),
        ("internal", |row| row.internal = true),
        ("role", |row| row.role = Role::Finance),
        ("uuid", |row| row.uuid = Uuid::from_u128(7)),
    ];
    each_is_covered(&comment, of_comment, &forges);
    assert_eq!(world.facts.last().unwrap().data["comment"], of_comment(&comment).to_string());
}

// rule: V2
#[test]
fn v2_what_people_decide_of_an_account_is_covered_and_its_figures_by_its_movements() {
    let (world, account) = World::with_account("1000");
    let row = world.account(account).clone();
    let forges: [Forge<Account>; 7] = [
        ("created_at", |row| later(&mut row.created_at)),
        ("currency", |row| row.limit = row.limit.amount().in_currency("EUR".parse().unwrap()).unwrap()),
        ("email", |row| row.email = Some("autre@example.test".into())),
        ("no email", |row| row.email = None),
        ("limit", |row| row.limit = row.limit.checked_add(row.limit).unwrap()),
        ("name", |row| row.name.push('x')),
        ("uuid", |row| row.uuid = Uuid::from_u128(7)),
    ];
    each_is_covered(&row, of_account, &forges);
    let figures: [Forge<Account>; 4] = [
        ("balance", |row| row.indicators.balance = row.limit),
        ("version", |row| row.version += 1),
        ("day", |row| row.day = "2025-10-22".parse().unwrap()),
        ("updated_at", |row| later(&mut row.updated_at)),
    ];
    none_is_covered(&row, of_account, &figures);
}

// rule: V2, W2
#[test]
fn v2_every_column_of_a_failed_attempt_is_covered() {
    let (mut world, account) = World::with_account("1000");
    world.origin = Origin::new(Some("192.0.2.7"), Some("navigateur"));
    let credit = world.ask_credit(account, "300");
    let (error_type, message, trace) = ("storage".to_owned(), "disk".to_owned(), Some("caused by: x".to_owned()));
    let failed = FailedEntry::Message(world.message(credit), Failure { error_type, message, trace });
    world.run(SYSTEM, Command::RecordFailure(Box::new(failed))).unwrap();
    let log = world.logs[0].clone();
    let forges: [Forge<Log>; 10] = [
        ("account", |row| row.account = AccountId(77)),
        ("attempt", |row| row.attempt_number += 1),
        ("at", |row| later(&mut row.created_at)),
        ("error", |row| row.outcome = Outcome::Failed { error: "x".into() }),
        ("ip_address", |row| row.ip_address = Some("192.0.2.8".into())),
        ("no ip_address", |row| row.ip_address = None),
        ("triggered_by", |row| row.triggered_by = Some(UserId(77))),
        ("no triggered_by", |row| row.triggered_by = None),
        ("user_agent", |row| row.user_agent = Some("x".into())),
        ("no user_agent", |row| row.user_agent = None),
    ];
    each_is_covered(&log, of_failure, &forges);
    let fact = world.facts.last().unwrap();
    assert_eq!((fact.kind, &fact.data["log"]), (FactKind::MovementFailed, &of_failure(&log).to_string().into()));

    let mut row = world.movement(credit).unwrap().row.clone();
    (row.etatsdevente_id, row.helpdesk_id, row.reference) = (Some(1), Some(SupportId(2)), Some("r".into()));
    let forges: [Forge<Movement>; 21] = [
        ("account", |row| row.account = AccountId(77)),
        ("amount", |row| row.amount = row.amount.negated()),
        ("created_at", |row| later(&mut row.created_at)),
        ("currency", |row| row.amount = row.amount.amount().in_currency("EUR".parse().unwrap()).unwrap()),
        ("error_message", |row| row.failure.as_mut().unwrap().message.push('x')),
        ("error_trace", |row| row.failure.as_mut().unwrap().trace = None),
        ("error_type", |row| row.failure.as_mut().unwrap().error_type.push('x')),
        ("no error", |row| row.failure = None),
        ("etatsdevente_id", |row| row.etatsdevente_id = None),
        ("helpdesk_id", |row| row.helpdesk_id = None),
        ("message_uuid", |row| row.message_uuid = None),
        ("modified_by", |row| row.modified_by = Some(UserId(77))),
        ("name", |row| row.name.push('x')),
        ("payload", |row| row.payload = Json::parse("{}")),
        ("reference", |row| row.reference = None),
        ("request", |row| row.request = None),
        ("attempts", |row| row.attempts += 1),
        ("retry_count", |row| row.retry_count += 1),
        ("source", |row| row.source = Source::Manual),
        ("type", |row| row.kind = MovementType::Debit),
        ("uuid", |row| row.uuid = Uuid::from_u128(7)),
    ];
    each_is_covered(&row, of_failed_movement, &forges);
}

/// A fact with something in everything, its uuids and its seal.
#[derive(Clone)]
struct Sealed {
    fact: Fact,
    uuids: FactUuids,
    seal: FactSeal,
}

// rule: V2
#[test]
fn v2_everything_of_a_fact_is_covered_by_its_seal() {
    let (mut world, account) = World::with_account("1000");
    let credit = world.ask_credit(account, "300");
    world.written(credit);
    let mut fact = world.facts.last().unwrap().clone();
    (fact.user, fact.support) = (Some(UserId(1)), Some(Link::Id(SupportId(1))));
    let uuid = |number| Some(Uuid::from_u128(number));
    let uuids = FactUuids { account: Uuid::from_u128(1), request: uuid(2), support: uuid(3), movement: uuid(4) };
    let (previous, sequence, subject) = (Hash::of("before"), 5, Some(Hash::of("row")));
    let text = fact.text_after(previous, sequence, subject, &uuids);
    let whole = Sealed { seal: FactSeal { sequence, subject, previous, hash: Hash::of(text) }, fact, uuids };
    let passes = |one: &Sealed| one.fact.is_sealed_by(&one.seal, &one.uuids, Sealing::Plain);
    assert!(passes(&whole) && !whole.fact.is_sealed_by(&whole.seal, &whole.uuids, Sealing::Keyed(&keys(&["one"]))));
    let forges: [Forge<Sealed>; 21] = [
        ("kind", |one| one.fact.kind = FactKind::MessageSent),
        ("at", |one| later(&mut one.fact.at)),
        ("role", |one| one.fact.role = Role::Admin),
        ("user", |one| one.fact.user = Some(UserId(77))),
        ("no user", |one| one.fact.user = None),
        ("a particular", |one| drop(one.fact.data.insert("from".into(), "open".into()))),
        ("one particular less", |one| drop(one.fact.data.remove("from"))),
        ("one particular more", |one| drop(one.fact.data.insert("reason".into(), "x".into()))),
        ("a notice less", |one| one.fact.notices.clear()),
        ("a notice more", |one| one.fact.notices.push(Notice::CreditExpired)),
        ("account", |one| one.uuids.account = Uuid::from_u128(7)),
        ("request", |one| one.uuids.request = Some(Uuid::from_u128(7))),
        ("no request", |one| one.uuids.request = None),
        ("support", |one| one.uuids.support = None),
        ("movement", |one| one.uuids.movement = None),
        ("uuids that change places", |one| std::mem::swap(&mut one.uuids.request, &mut one.uuids.movement)),
        ("sequence", |one| one.seal.sequence += 1),
        ("subject", |one| one.seal.subject = Some(Hash::of("another row"))),
        ("no subject", |one| one.seal.subject = None),
        ("previous", |one| one.seal.previous = Hash::GENESIS),
        ("hash", |one| one.seal.hash = Hash::GENESIS),
    ];
    for (field, forge) in forges {
        let mut forged = whole.clone();
        forge(&mut forged);
        assert!(!passes(&forged), "{field}");
    }
    let mut numbers = whole.clone();
    numbers.fact.request = Some(Link::Id(RequestId(777)));
    numbers.fact.account = Link::Id(AccountId(777));
    assert!(passes(&numbers), "numbers of the database are no evidence: uuids are");
}
