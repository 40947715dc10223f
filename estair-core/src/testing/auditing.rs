//! What [`AuditReader`](crate::store::AuditReader) shows: everything that is evidence, with what it belongs to, a few rows
//! at a time.

use super::world::*;
use crate::actor::Actor;
use crate::audit::{LogStatus, Outcome, changes, evidence};
use crate::category::{Category, Status};
use crate::command::{Command, FailedEntry};
use crate::decision::Changes;
use crate::id::{AccountId, MovementId, RequestId};
use crate::movement::{Failure, Movement, MovementStatus, MovementType, Posted};
use crate::request::{Request, RequestDraft, Sent};
use crate::row::{Link, Row};
use crate::store::{AuditedLog, AuditedRequest, Cancelled, RELATIONS};
use crate::support::CommentDraft;
use crate::testing::Harness;
use std::collections::BTreeMap;

fn failure() -> Failure {
    Failure { error_type: "storage".into(), message: "disk é".into(), trace: Some("caused by: x".into()) }
}

/// A load whose delivery failed for a technical reason, so many times.
async fn failed_load(world: &World, account: AccountId, times: u32) -> Row<RequestId, Request> {
    let load = world.cash(Category::Load, account, 5).await;
    for _ in 0..times {
        let failed = FailedEntry::Message(message_of(load.id, &load), failure());
        world.run(Actor::System, Command::RecordFailure(Box::new(failed))).await;
    }
    load
}

/// `verify` reads the links of a chain in bounded steps.
pub async fn the_links_of_a_chain_go_on_where_they_stopped(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (account, other) = (three_days(&world).await, world.account(0).await);
    world.post(posting(other, MovementType::Payment, units(1), "other")).await;
    failed_load(&world, account, 1).await;
    let reader = &world.stores.audit;
    let links = reader.audit_logs(account, (0, 0), 3).await.unwrap();
    let last = links.last().unwrap();
    let version = last.row.link().unwrap().version;
    assert_eq!((links.len(), version), (3, 3));
    let rest = reader.audit_logs(account, (version, last.row.id), 100).await.unwrap();
    assert_eq!(rest.iter().map(|one| one.row.link().unwrap().version).collect::<Vec<_>>(), [4, 5]);
    let named = |one: &AuditedLog| one.movement.as_ref().map(|row| Link::Id(row.id)) == Some(one.row.movement);
    assert!(links.iter().chain(&rest).all(named));
    assert_eq!(reader.audit_count(account).await.unwrap(), 5);
    assert_eq!(reader.audit_count(other).await.unwrap(), 1);
}

/// Request, parent, cancelled credit, answer, status and changes, as they are written.
pub async fn a_link_comes_with_everything_that_it_covers(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 100).await;
    world.post(posting(account, MovementType::Payment, units(7), "w")).await;
    let cancellation = world.cancellation(credit.id, account).await;
    world.wait(chrono::Duration::microseconds(17));
    world.deliver(cancellation.id).await;
    let links = world.stores.audit.audit_logs(account, (0, 0), 10).await.unwrap();
    let granted = world.movement_of(credit.id).await;
    for one in &links {
        let (link, movement) = (one.row.link().unwrap(), one.movement.as_ref().unwrap());
        assert_eq!((one.status, one.changes.clone()), (LogStatus::Success, Some(changes(&link.before, &link.after))));
        assert_eq!(one.result, movement.result().map(|result| result.to_string()));
    }
    let [first, second, third] = links.try_into().unwrap();
    let of_request = first.request.unwrap();
    assert_eq!((of_request.uuid, of_request.parent, of_request.movement), (credit.uuid, None, Some(granted.id)));
    assert_eq!((first.movement.as_ref(), first.cancelled), (Some(&granted), None), "as the movement is now");
    assert_eq!((second.request, second.cancelled), (None, None));
    let taken_back = third.request.unwrap();
    assert_eq!((taken_back.uuid, taken_back.parent), (cancellation.uuid, Some(credit.uuid)));
    let day = granted.posted.map(|posted| posted.day);
    let cancelled = Cancelled { uuid: granted.uuid, day, at: Some(world.now()), by: ADMIN.user() };
    assert_eq!(third.cancelled, Some(cancelled));
}

/// Successful movements that nothing tells of: counted first, then named.
pub async fn a_movement_without_its_link_is_named(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    world.granted(account, 100).await;
    let written = world.post(posting(account, MovementType::Payment, units(7), "w")).await;
    let reader = &world.stores.audit;
    assert_eq!(reader.unlinked_movements(account, 10).await.unwrap(), []);
    let row = world.stores.reader.movement(written).await.unwrap().unwrap().data;
    let posted = row.posted.map(|posted| Posted { sequence: 77, ..posted });
    let (name, reference) = ("MVT-wave-forged".to_owned(), Some("forged".to_owned()));
    let forged = Movement { uuid: world.uuid(), name, reference, posted, ..row };
    let mut changes = Changes::default();
    changes.movements.put(forged.uuid, None, 0, forged.clone());
    let numbers = world.save(&changes).await.unwrap();
    let id = MovementId(numbers.get(forged.uuid).expect("a number"));
    assert_eq!(reader.unlinked_movements(account, 10).await.unwrap(), [id]);
    assert_eq!(reader.audit_count(account).await.unwrap(), 3);
}

/// A failure's log row is no link of a chain; its movement is not written, and keeps what its last fact tells.
pub async fn w2_a_failure_is_a_loose_log_and_a_failed_row(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (account, other) = (world.account(1_000).await, world.account(0).await);
    let load = failed_load(&world, account, 3).await;
    let second = failed_load(&world, other, 1).await;
    let reader = &world.stores.audit;
    let loose = reader.loose_logs(account, None, 2).await.unwrap();
    let rest = reader.loose_logs(account, Some(loose[1].0.id), 10).await.unwrap();
    let all: Vec<_> = loose.iter().chain(&rest).map(|(log, status)| (log.attempt_number, *status)).collect();
    assert_eq!(all, [(1, LogStatus::Failed), (2, LogStatus::Failed), (3, LogStatus::Failed)]);
    let error = "disk é".to_owned();
    assert!(loose.iter().all(|(log, _)| log.outcome == Outcome::Failed { error: error.clone() }));
    assert!(reader.loose_logs(account, Some(rest[0].0.id), 10).await.unwrap().is_empty());

    let failures = reader.audit_failures(None, 10).await.unwrap();
    assert_eq!(failures.iter().map(|one| one.row.request).collect::<Vec<_>>(), [Some(load.id), Some(second.id)]);
    assert!(failures.iter().all(|one| one.subject == Some(evidence::of_failed_movement(&one.row))));
    assert!(failures.iter().all(|one| one.row.status == MovementStatus::Failed && one.row.failure == Some(failure())));
    let rest = reader.audit_failures(Some(failures[0].row.id), 1).await.unwrap();
    assert_eq!(rest, failures[1..]);
    world.deliver(load.id).await;
    assert_eq!(reader.audit_failures(None, 10).await.unwrap(), failures[1..], "what is written has not failed");
    assert_eq!(reader.loose_logs(account, None, 10).await.unwrap().len(), 3);
}

/// With its movement, its last fact, the credit that it takes back, and what carries it.
pub async fn a_request_comes_with_what_tells_of_it(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 100).await;
    let sent = world.credit(account, 2).await;
    let message_uuid = world.uuid();
    world.run(Actor::System, Command::MarkSent(Sent { request: sent.id, execution: 1, message_uuid })).await;
    let held = RequestDraft { hold: Some(true), ..cancellation_draft(credit.id, account) };
    let held = world.create(ADMIN, held).await;
    let waits = world.credit(account, 5_000).await;
    failed_load(&world, account, 1).await;
    let reader = &world.stores.audit;
    let all = reader.audit_requests(None, 100).await.unwrap();
    let subject = |one: &AuditedRequest| {
        let movement = one.movement.as_ref().map(|movement| movement.uuid);
        Some(evidence::of_request(&one.row, movement))
    };
    assert!(all.iter().all(|one| one.subject == subject(one)), "a failed attempt changes no request");
    let of = |id| all.iter().find(|one| one.row.id == id).expect("the request");
    assert_eq!(of(credit.id).movement, Some(world.movement_of(credit.id).await));
    assert_eq!((of(credit.id).live_parent, of(held.id).live_parent), (None, Some(credit.id)));
    assert_eq!((of(sent.id).in_outbox, of(sent.id).row.message_uuid), (true, Some(message_uuid)));
    assert_eq!((of(waits.id).in_outbox, of(waits.id).row.status), (false, Status::Waiting));
    assert!(!of(held.id).in_outbox);
    for job in world.stores.outbox.claim(&world.claim(10)).await.unwrap() {
        use crate::queue::{Next, Report, Settlement};
        let settlement = Settlement { at: world.now(), next: Next::Completed, report: Report::done(None) };
        assert!(world.stores.outbox.settle(&job.lease, &settlement).await.unwrap());
    }
    let again = reader.audit_requests(None, 100).await.unwrap();
    assert_eq!(again, all, "an entry that is done is there too");
    let rest = reader.audit_requests(Some(all[1].row.id), 2).await.unwrap();
    assert_eq!(rest, all[2..4]);
}

/// With its last fact, its comments and what its facts keep of them, each its own.
pub async fn a_support_request_comes_with_its_comments(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(0).await;
    let (first, second) = (world.support(account, "un").await, world.support(account, "deux").await);
    for (support, body) in [(first, "a"), (second, "b 🛫"), (first, "c")] {
        let body = CommentDraft { body: Some(body.to_owned()), ..CommentDraft::default() };
        world.run(OPERATION, Command::CommentSupport(support, body)).await;
    }
    let reader = &world.stores.audit;
    let all = reader.audit_supports(None, 10).await.unwrap();
    assert_eq!(all.iter().map(|one| one.row.id).collect::<Vec<_>>(), [first, second]);
    for (one, bodies) in all.iter().zip([&["a", "c"][..], &["b 🛫"]]) {
        assert_eq!(one.comments.iter().map(|row| row.body.as_str()).collect::<Vec<_>>(), bodies);
        let kept: Vec<_> = one.comments.iter().map(|row| evidence::of_comment(row).to_string()).collect();
        assert_eq!((&one.told, one.subject), (&kept, Some(evidence::of_support(&one.row))));
    }
    assert_eq!(reader.audit_supports(Some(first), 10).await.unwrap(), all[1..]);
    assert_eq!(reader.audit_supports(None, 1).await.unwrap(), all[..1]);
}

/// All changes of a limit, oldest first, whatever the pages of its history.
pub async fn c6_all_changes_of_a_limit_are_read_oldest_first(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (account, other) = (world.account(0).await, world.account(0).await);
    world.limit(other, 9, "ailleurs").await;
    for limit in 1..=3 {
        world.limit(account, limit, "encore é").await;
        world.wait(chrono::Duration::microseconds(1));
    }
    let changes = world.stores.audit.audit_limits(account).await.unwrap();
    let limits: Vec<_> = changes.iter().map(|one| (one.old.amount(), one.new.amount())).collect();
    assert_eq!(limits, [(units(0), units(1)), (units(1), units(2)), (units(2), units(3))]);
    let last = &changes[2];
    assert_eq!((last.by, last.reason.as_str()), (FINANCE.user(), "encore é"));
    assert_eq!(last.at, morning() + chrono::Duration::microseconds(2));
}

/// By the message that carried them, written or failed, and by their own uuids.
pub async fn movements_are_found_by_their_messages_and_uuids(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 10).await;
    let load = failed_load(&world, account, 1).await;
    world.granted(account, 20).await;
    let posted = world.post(posting(account, MovementType::Payment, units(1), "w")).await;
    let posted = world.stores.reader.movement(posted).await.unwrap().unwrap();
    let by = [
        message_of(credit.id, &credit).message_uuid,
        message_of(load.id, &load).message_uuid,
        posted.uuid,
        world.uuid(),
    ];
    let mut found = world.stores.audit.movements_of(&by).await.unwrap();
    found.sort_by_key(|movement| movement.id);
    let names: Vec<_> = found.iter().map(|movement| movement.name.clone()).collect();
    assert_eq!(names, [credit.movement_name(), load.movement_name(), posted.name.clone()]);
    assert_eq!(world.stores.audit.movements_of(&[]).await.unwrap(), []);
}

/// The seal of the link, and of the fact, at a place of their chains.
pub async fn seals_are_found_at_their_places(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = three_days(&world).await;
    let reader = &world.stores.audit;
    let links = reader.audit_logs(account, (0, 0), 100).await.unwrap();
    let facts = reader.audit_facts(account, 0, 100).await.unwrap();
    for (place, link) in (1..).zip(&links) {
        let hash = link.row.link().map(|link| link.hash);
        assert_eq!(reader.seals_at(account, place, 0).await.unwrap(), (hash, None));
    }
    for (place, fact) in (1..).zip(&facts) {
        let hash = fact.row.seal.map(|seal| seal.hash);
        assert_eq!(reader.seals_at(account, 0, place).await.unwrap(), (None, hash));
    }
    let row = world.account_row(account).await;
    let ends = reader.seals_at(account, row.version, row.trail.count).await.unwrap();
    assert_eq!(ends, (Some(row.last_hash), Some(row.trail.hash)));
    assert_eq!(reader.seals_at(AccountId(4_000), 1, 1).await.unwrap(), (None, None));
}

/// Every table whose rows are only ever added.
pub async fn v3_every_table_that_only_grows_is_counted(harness: &impl Harness) {
    let world = World::open(harness).await;
    let counts = async || {
        let counts = world.stores.audit.audit_counts().await.unwrap();
        counts.into_iter().filter(|(_, count)| *count > 0).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(counts().await, BTreeMap::new());
    let account = three_days(&world).await;
    world.limit(account, 1, "moins").await;
    let support = world.support(account, "un").await;
    world.comment(support, account, "deux").await;
    failed_load(&world, account, 2).await;
    let wanted = [
        ("estair_accounts", 1),
        ("estair_comments", 1),
        ("estair_credit_limit_history", 1),
        ("estair_daily_closings", 2),
        ("estair_facts", world.account_row(account).await.trail.count),
        ("helpdesk", 1),
        ("mouvement_logs", 7),
        ("mouvements", 6),
        ("requetes_financieres", 2),
    ];
    assert_eq!(counts().await, wanted.into());
}

/// What only the book wrote names nothing that is not there (V1).
pub async fn v1_a_book_has_no_orphans(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = three_days(&world).await;
    let support = world.support(account, "un").await;
    world.comment(support, account, "deux").await;
    world.limit(account, 2_000, "plus").await;
    failed_load(&world, account, 1).await;
    let fee = RequestDraft {
        category: Some(Category::Unload),
        account: Some(account),
        amount: Some(units(3)),
        helpdesk_id: Some(support),
        ..RequestDraft::default()
    };
    world.create(OPERATION, fee).await;
    let credit = world.granted(account, 10).await;
    world.cancellation(credit.id, account).await;
    for relation in &RELATIONS {
        assert_eq!(world.stores.audit.orphans(relation, 10).await.unwrap(), [0; 0], "{relation:?}");
    }
}
