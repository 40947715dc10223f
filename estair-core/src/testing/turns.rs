//! What keeps a queue fair and alive: turns between order keys (G13), and clocks that were wrong (G11).

use super::world::*;
use crate::id::{AccountId, FactId, RequestId};
use crate::messager;
use crate::messager::{Message, NewMessage, Operator, OutgoingMessage, Replay};
use crate::notice::{Audience, Channel, Notice};
use crate::notification::{NewNotification, Notification};
use crate::queue::{Claim, Lease, Leased, Next, Queue, Report, Schedule, Settlement};
use crate::testing::Harness;

use chrono::Duration;
use serde_json::json;

/// So many requests of one account that wait to be sent.
async fn backlog(world: &World, account: AccountId, count: usize) -> Vec<RequestId> {
    let mut requests = Vec::new();
    for _ in 0..count {
        requests.push(world.credit(account, 1).await.id);
    }
    requests
}

async fn claim(world: &World, limit: u32) -> Vec<(Lease, RequestId, u32)> {
    claim_as(world, &world.claim(limit)).await
}

async fn claim_as(world: &World, claim: &Claim) -> Vec<(Lease, RequestId, u32)> {
    let leased = world.stores.outbox.claim(claim).await.unwrap();
    leased.into_iter().map(|one| (one.lease, one.job.request, one.attempts)).collect()
}

fn done(world: &World) -> Settlement {
    Settlement { at: world.now(), next: Next::Completed, report: Report::done(None) }
}

async fn finish(world: &World, lease: &Lease) {
    assert!(world.stores.outbox.settle(lease, &done(world)).await.unwrap());
}

async fn retry(world: &World, lease: &Lease, wait: Duration) {
    let next = Next::Retry { at: world.now() + wait };
    let settlement = Settlement { at: world.now(), next, report: Report::retry("connection refused") };
    assert!(world.stores.outbox.settle(lease, &settlement).await.unwrap());
}

/// One job at a time, until nothing is due, a second each.
async fn one_by_one(world: &World) -> Vec<RequestId> {
    let mut order = Vec::new();
    while let Some((lease, request, _)) = claim(world, 1).await.pop() {
        order.push(request);
        world.wait(Duration::seconds(1));
        finish(world, &lease).await;
    }
    order
}

/// Who comes later with one job waits for one job of the account that has ten, not for all of them.
pub async fn g13_a_backlog_of_one_account_holds_up_no_other(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (busy, other) = (world.account(1_000).await, world.account(1_000).await);
    let ten = backlog(&world, busy, 10).await;
    world.wait(Duration::milliseconds(500));
    let one = backlog(&world, other, 1).await;
    world.wait(Duration::milliseconds(500));
    assert_eq!(one_by_one(&world).await, [&ten[..1], &one, &ten[1..]].concat());
}

/// Two with a backlog take turns.
pub async fn g13_accounts_with_a_backlog_take_turns(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(1_000).await, world.account(1_000).await);
    let first = backlog(&world, one, 4).await;
    let second = backlog(&world, two, 4).await;
    world.wait(Duration::seconds(1));
    let turns: Vec<_> = first.iter().zip(&second).flat_map(|(one, two)| [*one, *two]).collect();
    assert_eq!(one_by_one(&world).await, turns);
}

/// Forty mails to one recipient, and one to another that was queued after them.
pub async fn g13_a_recipient_of_many_mails_holds_up_no_other(harness: &impl Harness) {
    let world = World::open(harness).await;
    let mail = |fact: u64, recipient: &str| NewNotification {
        notification: Notification {
            fact: Some(FactId(fact)),
            notice: Notice::CreditApproved,
            audience: Audience::Client,
            channel: Channel::Email,
            user: None,
            recipient: recipient.to_owned(),
            params: serde_json::Map::new(),
        },
        not_before: world.now(),
        skip: None,
        at: world.now(),
    };
    let queue = &world.stores.notifications;
    let many: Vec<_> = (1..=40).map(|fact| mail(fact, "many@example.test")).collect();
    queue.enqueue(&many).await.unwrap();
    world.wait(Duration::milliseconds(1));
    queue.enqueue(&[mail(41, "one@example.test")]).await.unwrap();
    let mut order = Vec::new();
    for _ in 0..3 {
        world.wait(Duration::seconds(1));
        let [leased] = queue.claim(&world.claim(1)).await.unwrap().try_into().unwrap();
        order.extend(leased.job.fact.map(|fact| fact.0));
        assert!(queue.settle(&leased.lease, &done(&world)).await.unwrap());
    }
    assert_eq!(order, [1, 41, 2]);
}

/// A replay may begin while a later message of its account is on its way: they do not go at the same time.
pub async fn g9_a_replay_waits_for_what_is_on_its_way(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    let queue: &dyn Queue<Message> = store.as_ref();
    let accept = async || store.accept(&message(&world, 1)).await.unwrap().0.message_uuid;
    let (first, second) = (accept().await, accept().await);
    let [leased] = queue.claim(&world.claim(10)).await.unwrap().try_into().unwrap();
    let failed = Settlement { at: world.now(), next: Next::Failed, report: Report::permanent("no") };
    assert!(queue.settle(&leased.lease, &failed).await.unwrap());
    let [later] = queue.claim(&world.claim(10)).await.unwrap().try_into().unwrap();
    assert_eq!(later.job.uuid, second);
    assert_eq!(store.replay(first, &operator(&world)).await.unwrap(), Replay::Begun);
    assert_eq!(queue.claim(&world.claim(10)).await.unwrap(), []);
    assert!(queue.settle(&later.lease, &done(&world)).await.unwrap());
    assert_eq!(claimed(&world, &world.claim(10)).await, [(first, 1)]);
}

pub(super) fn message(world: &World, account: u64) -> NewMessage {
    let submission = OutgoingMessage {
        domain: messager::DOMAIN.to_owned(),
        kind: "credit_request".to_owned(),
        payload: json!({ "account_id": account }).into(),
        idempotency_key: None,
    };
    NewMessage::new(submission, world.uuid(), &Schedule::messager(), world.now())
}

pub(super) fn operator(world: &World) -> Operator {
    Operator { by: "finance:3".to_owned(), reason: "encore".to_owned(), at: world.now() }
}

/// The messages that a claim leases, with their attempts.
async fn claimed(world: &World, claim: &Claim) -> Vec<(uuid::Uuid, u32)> {
    let leased: Vec<Leased<Message>> = world.stores.messager.claim(claim).await.unwrap();
    leased.into_iter().map(|one| (one.job.uuid, one.attempts)).collect()
}

/// What a clock that is an hour ahead writes, seen by one that is right.
async fn an_hour_ahead<T>(world: &World, then: impl AsyncFnOnce(&World) -> T) -> T {
    world.wait(Duration::hours(1));
    let done = then(world).await;
    world.wait(Duration::hours(-1));
    done
}

/// A job that was queued, or is to be tried again, later than its schedule's longest delay is due now.
pub async fn g11_no_job_waits_for_a_clock_that_was_ahead(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(1_000).await, world.account(1_000).await);
    let queued = an_hour_ahead(&world, async |world| backlog(world, one, 1).await).await;
    assert_eq!(claim(&world, 10).await.iter().map(|one| one.1).collect::<Vec<_>>(), queued);
    let retried = backlog(&world, two, 1).await;
    let (lease, ..) = claim(&world, 10).await[0];
    an_hour_ahead(&world, async |world| retry(world, &lease, Duration::minutes(1)).await).await;
    assert_eq!(claim(&world, 10).await.iter().map(|one| (one.1, one.2)).collect::<Vec<_>>(), [(retried[0], 2)]);
}

/// A lease that says it holds longer than any lease is over now; who held it changes nothing any more.
pub async fn g11_a_lease_of_a_clock_that_was_ahead_is_over(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let requests = backlog(&world, account, 2).await;
    let (late, ..) = an_hour_ahead(&world, async |world| claim(world, 10).await[0]).await;
    let (present, request, attempts) = claim(&world, 10).await[0];
    assert_eq!((request, attempts), (requests[0], 2), "the oldest of its account, and not the next one");
    assert!(!world.stores.outbox.settle(&late, &done(&world)).await.unwrap());
    assert!(claim(&world, 10).await.is_empty());
    finish(&world, &present).await;
    assert_eq!(claim(&world, 10).await.iter().map(|one| one.1).collect::<Vec<_>>(), requests[1..]);
}

/// Nor does such a lease hold back an earlier message of its account that is replayed meanwhile.
pub async fn g11_a_lease_of_a_clock_that_was_ahead_holds_back_nothing(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    let queue: &dyn Queue<Message> = store.as_ref();
    let mut accepted = Vec::new();
    for account in [1, 1, 2] {
        accepted.push(store.accept(&message(&world, account)).await.unwrap().0.message_uuid);
    }
    let leased = queue.claim(&world.claim(1)).await.unwrap().remove(0);
    let failed = Settlement { at: world.now(), next: Next::Failed, report: Report::permanent("no") };
    assert!(queue.settle(&leased.lease, &failed).await.unwrap());
    let ahead = an_hour_ahead(&world, async |world| claimed(world, &world.claim(10)).await).await;
    assert_eq!(ahead.len(), 2);
    assert_eq!(store.replay(accepted[0], &operator(&world)).await.unwrap(), Replay::Begun);
    let mut now = claimed(&world, &world.claim(10)).await;
    now.sort_unstable();
    let mut wanted = [(accepted[0], 1), (accepted[2], 2)];
    wanted.sort_unstable();
    assert_eq!(now, wanted, "the first of each account");
}

/// A message that failed, and one that was replayed, while the clock was ahead.
pub async fn g11_a_replay_works_whatever_clock_came_before(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    let queue: &dyn Queue<Message> = store.as_ref();
    let fail = async |world: &World| {
        let leased = queue.claim(&world.claim(1)).await.unwrap().remove(0);
        let failed = Settlement { at: world.now(), next: Next::Failed, report: Report::permanent("no") };
        assert!(queue.settle(&leased.lease, &failed).await.unwrap());
    };
    let uuid = store.accept(&message(&world, 1)).await.unwrap().0.message_uuid;
    an_hour_ahead(&world, async |world| fail(world).await).await;
    assert_eq!(store.replay(uuid, &operator(&world)).await.unwrap(), Replay::Begun);
    assert_eq!(claimed(&world, &world.claim(10)).await, [(uuid, 1)]);
    world.wait(Duration::minutes(2));
    fail(&world).await;
    an_hour_ahead(&world, async |world| {
        assert_eq!(store.replay(uuid, &operator(world)).await.unwrap(), Replay::Begun);
    })
    .await;
    assert_eq!(claimed(&world, &world.claim(10)).await, [(uuid, 1)]);
}

/// A clock that went back, by less or by more than the longest delay: what was due stays due, what waits waits no longer
/// than that delay.
pub async fn g11_a_clock_that_goes_back_holds_up_nothing_for_long(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    backlog(&world, account, 1).await;
    let (lease, ..) = claim(&world, 10).await[0];
    retry(&world, &lease, Duration::minutes(5)).await;
    world.wait(Duration::minutes(-5));
    assert!(claim(&world, 10).await.is_empty(), "ten minutes are no longer than a delay may be");
    world.wait(Duration::minutes(10));
    let (lease, ..) = claim(&world, 10).await[0];
    retry(&world, &lease, Duration::minutes(5)).await;
    world.wait(Duration::days(-3));
    assert_eq!(claim(&world, 10).await[0].2, 3);
}

/// A worker that read its clock a moment before another one leased the job, or whose clock is a little behind, steals no
/// lease and tries nothing before its time.
pub async fn g6_a_claim_that_was_held_up_steals_nothing(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    backlog(&world, account, 1).await;
    let held_up = world.claim(10);
    world.wait(Duration::seconds(2));
    let (lease, ..) = claim(&world, 10).await[0];
    assert_eq!(claim_as(&world, &held_up).await, []);
    let held_up = world.claim(10);
    world.wait(Duration::milliseconds(5));
    let longest = Duration::from_std(Schedule::messager().longest_delay()).expect("a delay");
    retry(&world, &lease, longest).await;
    assert_eq!(claim_as(&world, &held_up).await, []);
    world.wait(longest);
    assert_eq!(claim(&world, 10).await[0].2, 2);
}
