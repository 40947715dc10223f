//! What [`verify`](mod@crate::verify) finds, and what it does not: nothing on a book that only the book wrote, whatever was done
//! to it; whatever else was changed or added (V1, V2).

use uuid::Uuid;

use super::world::*;
use crate::account::{Account, AccountStatus, Closing, LimitChange, Reference, State};
use crate::audit::{Log, Outcome};
use crate::category::{Category, Desk, Status};
use crate::decision::Changes;
use crate::fact::FactKind;
use crate::hash::Hash;
use crate::id::{AccountId, SupportId, UserId};
use crate::json::Json;
use crate::money::{Currency, Money};
use crate::movement::{Movement, MovementStatus, MovementType, Posted};
use crate::policy::Policy;
use crate::request::Request;
use crate::row::{Link, Thread};
use crate::support::{Assignee, Comment, LastComment, Side, Support, SupportStatus};
use crate::testing::Harness;
use crate::testing::every_kind::{KINDS, every_kind, failure};

/// Another amount than any in these cases.
fn francs() -> Money {
    units(3).in_currency(Currency::XOF).expect("whole francs")
}

/// Under every policy that writes something of its own.
pub async fn f8_nothing_is_found_after_any_kind_of_command(harness: &impl Harness) {
    let cancels = Policy::default().cancel_expired(true).thresholds(vec![50, 90]);
    for policy in [Policy::default(), cancels.audit_keys(Some(keys(&["one"])))] {
        let world = World::under(harness, policy).await;
        assert_eq!(every_kind(&world).await.len(), KINDS);
        let facts = world.facts().await;
        let thresholds = facts.iter().filter(|fact| fact.kind == FactKind::ThresholdCrossed).count();
        assert_eq!(thresholds > 0, !world.book.policy().thresholds.is_empty());
    }
}

/// A row that somebody changes by hand, without a fact: put back, nothing is found again.
async fn by_hand(world: &World, what: &str, change: impl Fn(bool) -> Changes) {
    world.save(&change(true)).await.unwrap();
    assert_ne!(world.findings(None).await, [""; 0], "{what}");
    world.save(&change(false)).await.unwrap();
    assert_eq!(world.findings(None).await, [""; 0], "{what}, put back");
}

type Forge<T> = (&'static str, fn(&mut T));

/// Every column of a request that says what was asked and decided (V2).
pub async fn v2_a_request_that_was_changed_by_hand_is_found(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let closed = world.granted(account, 100).await;
    let (waits, other) = (world.credit(account, 5_000).await, world.account(0).await);
    let forges: [Forge<Request>; 17] = [
        ("account", |row| row.account = AccountId(row.account.0 + 1)),
        ("amount", |row| row.amount = francs()),
        ("assigned_to", |row| row.assigned_to = Desk::Operation),
        ("category", |row| row.category = Category::Load),
        ("created_at", |row| row.created_at += chrono::Duration::microseconds(1)),
        ("created_by", |row| row.created_by = Some(UserId(77))),
        ("description", |row| row.description = Some("autre".to_owned())),
        ("etatsdevente_id", |row| row.etatsdevente_id = Some(77)),
        ("execution", |row| row.execution += 1),
        ("expiry_date", |row| row.expiry_date = row.expiry_date.map(|at| at + chrono::Duration::microseconds(1))),
        ("message_uuid", |row| row.message_uuid = Some(Uuid::from_u128(7))),
        ("name", |row| row.name.push('0')),
        ("passed", |row| row.passed = None),
        ("sent_back", |row| row.sent_back = Some("{}".to_owned())),
        ("status", |row| row.status = Status::Cancelled),
        ("updated_at", |row| row.updated_at += chrono::Duration::microseconds(1)),
        ("movement", |row| row.movement = None),
    ];
    assert_eq!(other.0, account.0 + 1, "the account next door");
    for request in [&closed, &waits] {
        for (column, forge) in &forges {
            let mut forged = request.data.clone();
            forge(&mut forged);
            if forged == request.data {
                continue;
            }
            by_hand(&world, &format!("{column} of {}", request.id), |changed| {
                let row = if changed { forged.clone() } else { request.data.clone() };
                let mut changes = Changes::default();
                changes.requests.put(request.uuid, Some(request.id), request.version, row);
                changes
            })
            .await;
        }
    }
}

/// Every column of a support request, and of an account what people decide.
pub async fn v2_a_ticket_or_an_account_that_was_changed_by_hand_is_found(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let ticket = world.support(account, "sujet").await;
    let was = world.stores.reader.support(ticket).await.unwrap().unwrap();
    let forges: [Forge<Support>; 10] = [
        ("assigned_to", |row| row.assigned_to = Assignee::Agent),
        ("created_at", |row| row.created_at += chrono::Duration::microseconds(1)),
        ("created_by", |row| row.created_by = None),
        ("description", |row| row.description.push('x')),
        ("etatsdevente_id", |row| row.etatsdevente_id = Some(77)),
        ("follows", |row| row.follows = Some(crate::id::SupportId(1))),
        ("last_comment", |row| row.last_comment = Some(LastComment { at: row.created_at, by: Side::Staff })),
        ("status", |row| row.status = SupportStatus::Closed),
        ("subject", |row| row.subject.push('x')),
        ("updated_at", |row| row.updated_at += chrono::Duration::microseconds(1)),
    ];
    for (column, forge) in forges {
        let mut forged = was.data.clone();
        forge(&mut forged);
        by_hand(&world, column, |changed| {
            let row = if changed { forged.clone() } else { was.data.clone() };
            let mut changes = Changes::default();
            changes.supports.put(was.uuid, Some(ticket), was.version, row);
            changes
        })
        .await;
    }
    world.post(posting(account, MovementType::Payment, units(7), "w")).await;
    let was = world.account_row(account).await;
    let forges: [Forge<Account>; 11] = [
        ("name", |row| row.name.push('x')),
        ("email", |row| row.email = Some("voleur@example.test".to_owned())),
        ("no email", |row| row.email = None),
        ("status", |row| row.status = AccountStatus::Suspended),
        ("reference", |row| {
            row.reference = Some(Reference { name: "AG-1".to_owned(), content: Hash::of("x") });
        }),
        ("limit", |row| row.limit = francs()),
        ("balance", |row| row.indicators.balance = francs()),
        ("active_credit", |row| row.indicators.active_credit = francs()),
        ("last_hash", |row| row.last_hash = Hash::of("x")),
        ("trail.hash", |row| row.trail.hash = Hash::of("x")),
        ("trail.count", |row| row.trail.count -= 1),
    ];
    for (column, forge) in forges {
        let mut forged = was.clone();
        forge(&mut forged);
        by_hand(&world, column, |changed| {
            let row = if changed { forged.clone() } else { was.clone() };
            let mut changes = Changes::default();
            changes.accounts.put(was.uuid, Some(account), was.version, row);
            changes
        })
        .await;
    }
}

/// A written movement: what its link covers, what follows from it, and the mark of a credit that is taken back.
pub async fn w4_a_movement_that_was_changed_by_hand_is_found(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 100).await;
    let second = world.granted(account, 100).await;
    let cancellation = world.cancellation(credit.id, account).await;
    world.deliver(cancellation.id).await;
    let mut payment = posting(account, MovementType::Payment, units(7), "w");
    payment.etatsdevente_id = Some(7);
    let posted = world.stores.reader.movement(world.post(payment).await).await.unwrap().unwrap();
    let (marked, unmarked) = (world.movement_of(credit.id).await, world.movement_of(second.id).await);
    let forges: [Forge<Movement>; 23] = [
        ("amount", |row| row.amount = row.amount.negated()),
        ("cancelled_at, taken away", |row| row.cancelled_at = None),
        ("cancelled_at, given", |row| row.cancelled_at = Some(row.created_at)),
        ("completed_at", |row| row.completed_at = None),
        ("created_at", |row| row.created_at += chrono::Duration::microseconds(1)),
        ("description", |row| row.details.description = Some("autre".to_owned())),
        ("etatsdevente_id", |row| row.etatsdevente_id = Some(8)),
        ("external_id", |row| row.details.external_id = Some(8)),
        ("failure", |row| row.failure = Some(failure())),
        ("is_deleted", |row| row.is_deleted = true),
        ("kind", |row| row.kind = MovementType::Refund),
        ("max_retries", |row| row.max_retries += 1),
        ("message_uuid", |row| row.message_uuid = Some(Uuid::from_u128(7))),
        ("modified_by", |row| row.modified_by = Some(UserId(77))),
        ("payload", |row| row.payload = Json::parse("{}")),
        ("posted", |row| row.posted = row.posted.map(|posted| Posted { balance_after: francs(), ..posted })),
        ("reference", |row| row.reference = Some("autre".to_owned())),
        ("request", |row| row.request = None),
        ("attempts", |row| row.attempts += 1),
        ("retry_count", |row| row.retry_count += 1),
        ("source", |row| row.source = crate::movement::Source::Manual),
        ("source_description", |row| row.details.source_description = Some("x".to_owned())),
        ("status", |row| row.status = MovementStatus::Failed),
    ];
    for row in [&marked, &unmarked, &posted] {
        for (column, forge) in &forges {
            let mut forged = row.data.clone();
            forge(&mut forged);
            if forged == row.data {
                continue;
            }
            by_hand(&world, &format!("{column} of {}", row.name), |changed| {
                let data = if changed { forged.clone() } else { row.data.clone() };
                let mut changes = Changes::default();
                changes.movements.put(row.uuid, Some(row.id), 0, data);
                changes
            })
            .await;
        }
    }
}

/// Rows that nobody decided: each more is found (V1, V2).
pub async fn v1_a_row_that_nobody_decided_is_found(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let ticket: SupportId = world.support(account, "sujet").await;
    let credit = world.granted(account, 100).await;
    let written = world.movement_of(credit.id).await;
    let mut known = 0;
    let mut add = async |what: &str, changes: Changes| {
        world.save(&changes).await.unwrap();
        let found = world.findings(None).await.len();
        assert!(found > known, "{what}");
        known = found;
    };
    let body = Comment {
        uuid: world.uuid(),
        thread: Thread::Support(ticket),
        author: Some(UserId(3)),
        role: FINANCE.role(),
        body: "jamais dit".to_owned(),
        internal: false,
        created_at: world.now(),
    };
    let of_request = Comment { uuid: world.uuid(), thread: Thread::Request(credit.id), ..body.clone() };
    add("a comment", Changes { comments: vec![body], ..Changes::default() }).await;
    add("a comment on a request", Changes { comments: vec![of_request], ..Changes::default() }).await;
    let (old, new) = (world.account_row(account).await.limit, francs());
    let change = LimitChange { at: world.now(), by: Some(UserId(3)), old, new, reason: "jamais décidé".to_owned() };
    add("a limit change", Changes { limits: vec![(Link::Id(account), change)], ..Changes::default() }).await;
    let row = world.account_row(account).await;
    for (version, on) in [(0, "2025-10-01"), (row.version, "2025-10-02"), (u64::MAX >> 1, "2025-11-30")] {
        let state = State { day: day(on), version, ..row.state() };
        add("a closing", Changes { closings: vec![Closing { account, state }], ..Changes::default() }).await;
    }
    let log = Log {
        movement: Link::Id(written.id),
        account,
        attempt_number: 7,
        outcome: Outcome::Failed { error: "jamais arrivé".to_owned() },
        duration_ms: None,
        triggered_by: None,
        ip_address: None,
        user_agent: None,
        created_at: world.now(),
    };
    add("a failed attempt", Changes { logs: vec![log], ..Changes::default() }).await;
    let forged = |name: &str| Movement {
        uuid: world.uuid(),
        name: name.to_owned(),
        message_uuid: None,
        request: None,
        reference: Some(name.to_owned()),
        ..written.data.clone()
    };
    let mut failed = Changes::default();
    let row =
        Movement { status: MovementStatus::Failed, posted: None, completed_at: None, ..forged("MVT-wave-failed") };
    failed.movements.put(row.uuid, None, 0, row);
    add("a failed movement", failed).await;
    let mut success = Changes::default();
    let posted = written.posted.map(|posted| Posted { sequence: 77, ..posted });
    let row = Movement { posted, ..forged("MVT-wave-success") };
    success.movements.put(row.uuid, None, 0, row);
    add("a written movement", success).await;
    let mut request = Changes::default();
    let (uuid, name) = (world.uuid(), "REQ-forged".to_owned());
    let row = Request { uuid, name, movement: None, status: Status::Open, version: 1, ..credit.data.clone() };
    request.requests.put(uuid, None, 0, row);
    add("a request", request).await;
    let mut support = Changes::default();
    let was = world.stores.reader.support(ticket).await.unwrap().unwrap().data;
    let row = Support { uuid: world.uuid(), name: "SUP-forged".to_owned(), ..was };
    support.supports.put(row.uuid, None, 0, row);
    add("a support request", support).await;
}
