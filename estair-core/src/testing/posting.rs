//! What a written movement leaves behind, through the whole cycle of [`Book`](crate::Book).

use super::world::*;
use crate::actor::{Actor, Origin};
use crate::book::Submission;
use crate::category::{Category, Status};
use crate::clock::BusinessDay;
use crate::command::{Command, FailedEntry};
use crate::decision::{Answer, LockSet};
use crate::id::{AccountId, UserId};
use crate::money::{Amount, Currency, MAX_HUNDREDTHS};
use crate::movement::{Failure, MovementDraft, MovementStatus, MovementType};
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::request::{RequestDraft, RequestPatch};
use crate::row::Link;
use crate::store::Page;
use crate::testing::Harness;

/// Movement, account, log and request, each with the others' numbers.
pub async fn w1_a_movement_is_written_whole(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let load = world.cash(Category::Load, account, 500).await;
    world.wait(chrono::Duration::microseconds(1_000_001));
    let answer = world.deliver(load.id).await;
    let closed = world.request(load.id).await;
    let movement = world.movement_of(load.id).await;
    assert_eq!(answer, Answer::Written { id: movement.id, uuid: movement.uuid });
    assert_eq!((closed.status, closed.version), (Status::Closed, load.version + 1));
    assert_eq!((movement.status, movement.request), (MovementStatus::Success, Some(load.id)));
    assert_eq!(movement.completed_at, Some(world.now()));
    let row = world.account_row(account).await;
    assert_eq!((row.version, row.indicators.balance.amount()), (1, units(500)));
    let logs = world.stores.reader.logs(movement.id, Page::default()).await.unwrap().items;
    let link = logs[0].link().expect("a link of the chain");
    assert_eq!((logs.len(), link.hash, link.after), (1, row.last_hash, row.state()));
    assert_eq!(logs[0].movement, Link::Id(movement.id));
    world.assert_healthy().await;
}

/// A failure leaves its row and its log and enters no sum; the success turns the same row.
pub async fn w2_a_failed_row_becomes_the_movement(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let load = world.cash(Category::Load, account, 500).await;
    let failure = Failure {
        error_type: "contention".to_owned(),
        message: "deadlock é".to_owned(),
        trace: Some("caused by: a lock".to_owned()),
    };
    let failed = FailedEntry::Message(message_of(load.id, &load), failure.clone());
    world.run(Actor::System, Command::RecordFailure(Box::new(failed))).await;
    let snapshot = world.snapshot(&LockSet { movements: [load.movement_name()].into(), ..LockSet::default() }).await;
    let row = &snapshot.movements[&load.movement_name()];
    assert_eq!((row.row.status, row.row.attempts, row.row.retry_count), (MovementStatus::Failed, 1, 0));
    assert_eq!((row.row.failure.clone(), row.row.posted), (Some(failure), None));
    assert_eq!(world.account_row(account).await.version, 0);
    world.deliver(load.id).await;
    let movement = world.movement_of(load.id).await;
    assert_eq!((Link::Id(movement.id), movement.status), (row.id, MovementStatus::Success));
    assert_eq!((movement.uuid, movement.failure.clone()), (row.row.uuid, None));
    assert_eq!((movement.attempts, movement.retry_count), (2, 1));
    let logs = world.stores.reader.logs(movement.id, Page::default()).await.unwrap().items;
    assert_eq!(
        logs.iter().map(|log| (log.attempt_number, log.link().is_some())).collect::<Vec<_>>(),
        [(2, true), (1, false)],
        "newest first"
    );
    world.assert_healthy().await;
}

/// The second delivery has the first one's answer and writes nothing.
pub async fn w3_the_same_message_twice_is_one_movement(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let load = world.cash(Category::Load, account, 500).await;
    let message = Command::Receive(message_of(load.id, &load));
    let first = world.run(Actor::System, message.clone()).await;
    let facts = world.facts().await;
    assert_eq!(world.run(Actor::System, message).await, first);
    assert_eq!(world.facts().await, facts);
    assert_eq!(world.account_row(account).await.version, 1);
}

/// Many movements over several days: `verify` finds nothing.
pub async fn w4_the_chain_of_an_account_is_whole(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(1_000).await, world.account(0).await);
    for day in 0..3 {
        world.post(posting(one, MovementType::Payment, units(100), &format!("p{day}"))).await;
        world.post(posting(two, MovementType::Debit, units(-30), &format!("d{day}"))).await;
        world.granted(one, 50).await;
        world.wait(chrono::Duration::days(1));
    }
    let links = world.stores.audit.audit_logs(one, (0, 0), 100).await.unwrap();
    let chain: Vec<_> = links.iter().filter_map(|link| link.row.link()).collect();
    assert_eq!(chain.iter().map(|link| link.version).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert!(chain.windows(2).all(|pair| pair[0].after == pair[1].before && pair[0].hash == pair[1].previous_hash));
    world.assert_healthy().await;
}

/// Who passed it, from where that person did, and how long it took; nothing of the machine that delivered the message.
pub async fn w5_a_log_says_who_and_from_where(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let from = async |address, program, actor, command| {
        let origin = Origin::new(Some(address), Some(program));
        world.book.run(Submission { origin, ..Submission::new(actor, command) }).await.unwrap().answer
    };
    let load = RequestDraft {
        category: Some(Category::Load),
        account: Some(account),
        amount: Some(units(500)),
        ..Default::default()
    };
    let Answer::Request(load) = from("192.0.2.1", "operation", OPERATION, Command::CreateRequest(load)).await else {
        panic!("no request")
    };
    let pass = RequestPatch { status: Some(Status::ToTreat), ..RequestPatch::default() };
    from("2001:db8::1", "navigateur/1.0 é", FINANCE, Command::UpdateRequest(load.id, pass)).await;
    let credit = Command::CreateRequest(credit_draft(10));
    let Answer::Request(credit) = from("192.0.2.7", "téléphone", client(account), credit).await else {
        panic!("no request")
    };
    let kept = world.request(load.id).await.data.passed.expect("it was passed");
    assert_eq!((kept.origin.ip_address(), kept.origin.user_agent()), (Some("2001:db8::1"), Some("navigateur/1.0 é")));
    for id in [load.id, credit.id] {
        let message = message_of(id, &world.request(id).await.data);
        from("198.51.100.9", "messager", Actor::System, Command::Receive(message)).await;
    }
    let log = async |id| {
        let movement = world.movement_of(id).await;
        assert_eq!(movement.modified_by, world.request(id).await.data.passed.and_then(|pass| pass.by));
        world.stores.reader.logs(movement.id, Page::default()).await.unwrap().items.remove(0).data
    };
    let by_finance = log(load.id).await;
    assert_eq!((by_finance.triggered_by, by_finance.duration_ms), (FINANCE.user(), Some(0)));
    assert_eq!(by_finance.ip_address.as_deref(), Some("2001:db8::1"));
    assert_eq!(by_finance.user_agent.as_deref(), Some("navigateur/1.0 é"));
    assert_eq!(by_finance.created_at, world.now());
    let by_the_check = log(credit.id).await;
    assert_eq!(by_the_check.triggered_by, client(account).user(), "its author, where the check passed it");
    assert_eq!(
        (by_the_check.ip_address.as_deref(), by_the_check.user_agent.as_deref()),
        (Some("192.0.2.7"), Some("téléphone"))
    );
    world.assert_healthy().await;
}

fn transfer(from: AccountId, to: AccountId, amount: i64, name: &str) -> Command {
    Command::Post(vec![
        posting(from, MovementType::Transfer, units(-amount), &format!("{name}-out")),
        posting(to, MovementType::Transfer, units(amount), &format!("{name}-in")),
    ])
}

/// The two legs of a transfer.
pub async fn w6_an_atomic_group_is_written_whole_or_not_at_all(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(0).await, world.account(0).await);
    world.run(SERVICE, transfer(one, two, 40, "a")).await;
    let Command::Post(mut legs) = transfer(one, two, 5, "b") else { unreachable!() };
    legs[1].kind = Some(MovementType::Debit);
    assert!(matches!(world.refused(SERVICE, Command::Post(legs)).await, Refusal::AtomicGroupRefused { .. }));
    for (account, balance) in [(one, -40), (two, 40)] {
        let row = world.account_row(account).await;
        assert_eq!((row.version, row.indicators.balance.amount()), (1, units(balance)));
    }
    world.assert_healthy().await;
}

/// The same reference and content again: known; other content: refused.
pub async fn w6_the_same_reference_is_one_movement(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(0).await;
    let first = world.post(posting(account, MovementType::Payment, units(5), "r")).await;
    assert_eq!(world.post(posting(account, MovementType::Payment, units(5), "r")).await, first);
    let other = Command::Post(vec![posting(account, MovementType::Payment, units(6), "r")]);
    assert!(matches!(world.refused(SERVICE, other).await, Refusal::ReferenceReused { .. }));
    world.post(posting(account, MovementType::Payment, units(5), "R")).await;
    assert_eq!(world.account_row(account).await.version, 2, "references differ by their case");
}

/// A batch with a refusal in the middle, against the same commands one after the other.
pub async fn w7_a_batch_gives_what_one_by_one_gives(harness: &impl Harness) {
    let mut outcomes = Vec::new();
    for together in [true, false] {
        let world = World::open(harness).await;
        let (one, two) = (world.account(0).await, world.account(0).await);
        let mut submissions: Vec<_> = (0..12)
            .map(|i| {
                let account = if i % 3 == 0 { two } else { one };
                let draft = posting(account, MovementType::Payment, units(i), &format!("ref-{}", i % 10));
                Submission::new(SERVICE, Command::Post(vec![draft]))
            })
            .collect();
        submissions.push(Submission::new(SERVICE, transfer(one, two, 7, "t")));
        let mut refusals = Vec::new();
        if together {
            let replies = world.book.run_all(submissions).await;
            refusals.extend(replies.into_iter().map(|reply| reply.err().map(|error| error.to_string())));
        } else {
            for submission in submissions {
                refusals.push(world.book.run(submission).await.err().map(|error| error.to_string()));
            }
        }
        let figures =
            [world.account_row(one).await, world.account_row(two).await].map(|row| (row.version, row.indicators));
        world.assert_healthy().await;
        outcomes.push((refusals, figures));
    }
    assert_eq!(outcomes[0], outcomes[1]);
    assert!(outcomes[0].0.iter().any(Option::is_some), "one of them is refused");
}

/// The credit keeps `success`, is marked, and leaves both sums; its trace enters none.
pub async fn f3_a_cancelled_credit_is_marked(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 100).await;
    world.granted(account, 30).await;
    let cancellation = world.cancellation(credit.id, account).await;
    world.wait(chrono::Duration::microseconds(17));
    world.deliver(cancellation.id).await;
    let (credit, trace) = (world.movement_of(credit.id).await, world.movement_of(cancellation.id).await);
    assert_eq!((credit.status, credit.cancelled_at), (MovementStatus::Success, Some(world.now())));
    assert_eq!((credit.modified_by, trace.modified_by), (ADMIN.user(), ADMIN.user()), "who passed the cancellation");
    assert_eq!((trace.kind, trace.amount.amount()), (MovementType::CreditCancellation, units(-100)));
    let indicators = world.account_row(account).await.indicators;
    assert_eq!((indicators.daily_credit.amount(), indicators.active_credit.amount()), (units(30), units(30)));
    world.assert_healthy().await;
}

/// The roll to a later day writes the closing of the last one that had movements, whatever number of days went by.
pub async fn f7_a_day_that_ends_leaves_its_closing(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    world.post(posting(account, MovementType::Payment, units(100), "a")).await;
    world.granted(account, 60).await;
    let first = world.account_row(account).await;
    world.wait(chrono::Duration::days(40));
    world.post(posting(account, MovementType::Debit, units(-10), "b")).await;
    let days: (BusinessDay, BusinessDay) = ("2000-01-01".parse().unwrap(), "2100-01-01".parse().unwrap());
    let closings = world.stores.reader.closings(account, days.0, days.1).await.unwrap();
    assert_eq!(closings.iter().map(|closing| closing.state).collect::<Vec<_>>(), [first.state()]);
    let now = world.account_row(account).await.indicators;
    assert_eq!((now.balance_previous_day.amount(), now.balance.amount()), (units(100), units(90)));
    assert_eq!((now.daily_credit.amount(), now.active_credit.amount()), (units(0), units(60)));
    world.assert_healthy().await;
}

/// A movement in euros from elsewhere.
fn euros(account: AccountId, kind: MovementType, amount: Amount, reference: &str) -> MovementDraft {
    MovementDraft { currency: "EUR".parse().ok(), ..posting(account, kind, amount, reference) }
}

/// 13 digits before the point, 2 after, on both sides of nothing.
pub async fn m1_the_edges_of_the_decimal_are_kept(harness: &impl Harness) {
    let world = World::open(harness).await;
    let euro: Currency = "EUR".parse().unwrap();
    let edge = Amount::from_hundredths(MAX_HUNDREDTHS).unwrap();
    let cent = Amount::from_hundredths(1).unwrap();
    let account = world.account_of("Bord", euro, 9_999_999_999_999).await;
    world.post(euros(account, MovementType::Payment, edge, "edge")).await;
    assert_eq!(world.account_row(account).await.indicators.balance.amount(), edge);
    let minus = Amount::from_hundredths(-MAX_HUNDREDTHS).unwrap();
    let movement = world.post(euros(account, MovementType::Adjustment, minus, "back")).await;
    let row = world.stores.reader.movement(movement).await.unwrap().unwrap();
    assert_eq!((row.amount.amount(), row.amount.currency()), (minus, euro));
    world.post(euros(account, MovementType::Payment, cent, "cent")).await;
    let indicators = world.account_row(account).await.indicators;
    assert_eq!(indicators.balance.to_string(), "0.01");
    world.assert_healthy().await;
}

/// One hundredth more than the edge: refused, nothing written.
pub async fn m4_a_sum_beyond_the_edge_is_refused(harness: &impl Harness) {
    let world = World::open(harness).await;
    let edge = Amount::from_hundredths(MAX_HUNDREDTHS).unwrap();
    let account = world.account_of("Bord", "EUR".parse().unwrap(), 0).await;
    world.post(euros(account, MovementType::Payment, edge, "edge")).await;
    let cent = Amount::from_hundredths(1).unwrap();
    let more = Command::Post(vec![euros(account, MovementType::Payment, cent, "cent")]);
    assert!(matches!(world.refused(SERVICE, more).await, Refusal::AmountOutOfRange { figure: "balance" }));
    assert_eq!(world.account_row(account).await.version, 1);
}

/// Who, when, old, new, why; newest first.
pub async fn c6_each_change_of_a_limit_is_kept(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    world.limit(account, 2_000, "saison haute é").await;
    world.wait(chrono::Duration::hours(1));
    world.limit(account, 500, "retour").await;
    let history = world.stores.reader.limit_history(account, Page::default()).await.unwrap().items;
    let kept: Vec<_> =
        history.iter().map(|one| (one.old.amount(), one.new.amount(), one.reason.as_str(), one.by)).collect();
    let by = Some(UserId(3));
    assert_eq!(kept, [(units(2_000), units(500), "retour", by), (units(1_000), units(2_000), "saison haute é", by)]);
    assert_eq!((history[1].at, history[0].at), (morning(), world.now()));
    assert_eq!(world.account_row(account).await.limit.amount(), units(500));
}

/// At its expiry a credit that was not granted is cancelled; again changes nothing.
pub async fn x1_an_expired_credit_is_cancelled_once(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.credit(account, 10).await;
    world.wait(chrono::Duration::hours(12));
    for _ in 0..2 {
        world.run(Actor::System, Command::Expire(credit.id)).await;
    }
    let cancelled = world.request(credit.id).await;
    assert_eq!((cancelled.status, cancelled.version), (Status::Cancelled, 2));
    assert_eq!(world.account_row(account).await.version, 0);
}

/// Under the policy `Cancel` the system asks for the cancellation itself, once.
pub async fn x3_a_granted_credit_is_cancelled_at_its_expiry(harness: &impl Harness) {
    let world = World::under(harness, Policy::default().cancel_expired(true)).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 100).await;
    world.wait(chrono::Duration::hours(12));
    for _ in 0..2 {
        world.run(Actor::System, Command::Expire(credit.id)).await;
    }
    let all = world.stores.reader.requests(&Default::default(), Default::default()).await.unwrap().items;
    assert_eq!((all.len(), all[0].parent, all[0].created_by), (2, Some(credit.id), None));
    world.deliver(all[0].id).await;
    assert!(world.account_row(account).await.indicators.active_credit.is_zero());
    world.assert_healthy().await;
}
