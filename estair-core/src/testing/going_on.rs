//! Going on with an order key: what ends the leases of its jobs leases the next ones in the same transaction (G9).

use std::sync::Mutex;

use chrono::Duration;

use super::turns::{message, operator};
use super::world::*;
use crate::id::{AccountId, RequestId};
use crate::messager::{Message, Replay};
use crate::queue::{AttemptOutcome, Lease, Leased, Next, Queue, Report, Settlement, WentOn};
use crate::row::OutboxEntry;
use crate::testing::Harness;

/// An account with so many requests that wait to be handed over, one a second.
async fn backlog(world: &World, count: usize) -> (AccountId, Vec<RequestId>) {
    let account = world.account(1_000).await;
    let mut requests = Vec::new();
    for _ in 0..count {
        requests.push(world.credit(account, 1).await.id);
        world.wait(Duration::seconds(1));
    }
    (account, requests)
}

fn done(world: &World) -> Settlement {
    Settlement { at: world.now(), next: Next::Completed, report: Report::done(None) }
}

fn retry(world: &World) -> Settlement {
    let next = Next::Retry { at: world.now() + Duration::minutes(1) };
    Settlement { at: world.now(), next, report: Report::retry("connection refused") }
}

async fn claim(world: &World) -> Vec<Leased<OutboxEntry>> {
    world.stores.outbox.claim(&world.claim(10)).await.unwrap()
}

async fn go_on(world: &World, ended: &[(Lease, Settlement)], limit: u32) -> WentOn<OutboxEntry> {
    world.stores.outbox.settle_and_go_on(ended, &world.claim(limit)).await.unwrap()
}

fn requests(leased: &[Leased<OutboxEntry>]) -> Vec<RequestId> {
    leased.iter().map(|leased| leased.job.request).collect()
}

fn all_done(world: &World, leased: &[Leased<OutboxEntry>]) -> Vec<(Lease, Settlement)> {
    leased.iter().map(|leased| (leased.lease, done(world))).collect()
}

/// In their order, no more than asked, each at its first attempt; nobody else gets them meanwhile, nor anything twice.
pub async fn g9_what_ends_leases_the_next_of_its_account(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (_, five) = backlog(&world, 5).await;
    let (_, other) = backlog(&world, 1).await;
    let first = claim(&world).await;
    assert_eq!(requests(&first), [five[0], other[0]]);
    let WentOn { settled, next } = go_on(&world, &all_done(&world, &first[..1]), 3).await;
    assert_eq!((settled, requests(&next)), (vec![true], five[1..4].to_vec()));
    assert!(next.iter().all(|leased| leased.attempts == 1));
    assert!(claim(&world).await.is_empty(), "the last one waits for those before it");
    let WentOn { settled, next } = go_on(&world, &all_done(&world, &next), 3).await;
    assert_eq!((settled, requests(&next)), (vec![true; 3], vec![five[4]]));
    let WentOn { settled, next } = go_on(&world, &all_done(&world, &next), 3).await;
    assert_eq!((settled, next), (vec![true], vec![]));
    let depth = world.stores.outbox.depth(world.now()).await.unwrap();
    assert_eq!((depth.pending, depth.processing, depth.completed), (0, 1, 5));
}

/// A claim of none is a settlement, and the next one is claimed as always.
pub async fn g9_who_asks_for_none_gets_none(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (_, two) = backlog(&world, 2).await;
    let first = claim(&world).await;
    let WentOn { settled, next } = go_on(&world, &all_done(&world, &first), 0).await;
    assert_eq!((settled, next), (vec![true], vec![]));
    assert_eq!(requests(&claim(&world).await), two[1..]);
}

/// One that is tried again holds back those behind it; it is not leased before its time.
pub async fn g9_nothing_goes_on_behind_a_retry(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (_, three) = backlog(&world, 3).await;
    let first = claim(&world).await;
    let WentOn { settled, next } = go_on(&world, &[(first[0].lease, retry(&world))], 3).await;
    assert_eq!((settled, next), (vec![true], vec![]));
    assert!(claim(&world).await.is_empty());
    world.wait(Duration::minutes(1));
    assert_eq!(requests(&claim(&world).await), three[..1]);
}

/// Who comes back late with a lease that somebody else has now ends nothing, and gets nothing.
pub async fn g6_who_lost_a_lease_gets_no_other(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (_, two) = backlog(&world, 2).await;
    let late = claim(&world).await;
    world.wait(Duration::seconds(61));
    let present = claim(&world).await;
    assert_eq!((requests(&present), present[0].attempts), (two[..1].to_vec(), 2));
    let WentOn { settled, next } = go_on(&world, &all_done(&world, &late), 3).await;
    assert_eq!((settled, next), (vec![false], vec![]));
    let WentOn { settled, next } = go_on(&world, &all_done(&world, &present), 3).await;
    assert_eq!((settled, requests(&next)), (vec![true], two[1..].to_vec()));
}

/// What was leased so and never called is as if never leased; what was leased by a worker that died is rescued, in its order.
pub async fn g6_what_was_leased_so_is_rescued(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (_, four) = backlog(&world, 4).await;
    let first = claim(&world).await;
    let WentOn { next, .. } = go_on(&world, &all_done(&world, &first), 3).await;
    world.stores.outbox.release(&[next[2].lease], world.now()).await.unwrap();
    assert!(claim(&world).await.is_empty(), "the two before it are on their way");
    let mut order = Vec::new();
    for attempts in [2, 2, 1] {
        world.wait(Duration::seconds(61));
        let rescued = claim(&world).await;
        assert_eq!(rescued.iter().map(|leased| leased.attempts).collect::<Vec<_>>(), [attempts]);
        order.extend(requests(&rescued));
        assert_eq!(go_on(&world, &all_done(&world, &rescued), 0).await.settled, [true]);
    }
    assert_eq!(order, four[1..]);
}

/// A replayed one is older than what comes next: it goes before it, and says who began it again (G4).
pub async fn g9_a_replay_goes_before_what_comes_next(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    let queue: &dyn Queue<Message> = store.as_ref();
    let accept = async || store.accept(&message(&world, 1)).await.unwrap().0.message_uuid;
    let (first, second, third) = (accept().await, accept().await, accept().await);
    let [leased] = queue.claim(&world.claim(10)).await.unwrap().try_into().unwrap();
    let failed = Settlement { at: world.now(), next: Next::Failed, report: Report::permanent("no") };
    assert!(queue.settle(&leased.lease, &failed).await.unwrap());
    let [leased] = queue.claim(&world.claim(10)).await.unwrap().try_into().unwrap();
    assert_eq!(leased.job.uuid, second);
    assert_eq!(store.replay(first, &operator(&world)).await.unwrap(), Replay::Begun);
    let WentOn { next, .. } = queue.settle_and_go_on(&[(leased.lease, done(&world))], &world.claim(1)).await.unwrap();
    assert_eq!(next.iter().map(|leased| (leased.job.uuid, leased.attempts)).collect::<Vec<_>>(), [(first, 1)]);
    let attempts = store.message(first).await.unwrap().unwrap().1;
    assert_eq!(attempts[1].replayed_by.as_deref(), Some("finance:3"));
    let WentOn { next, .. } = queue.settle_and_go_on(&[(next[0].lease, done(&world))], &world.claim(1)).await.unwrap();
    assert_eq!(next[0].job.uuid, third);
    let of_first: Vec<_> =
        store.message(first).await.unwrap().unwrap().1.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(of_first, [Some(AttemptOutcome::Permanent), Some(AttemptOutcome::Done)]);
}

/// Deliveries that are paused end what is on its way, and begin nothing.
pub async fn a_paused_queue_does_not_go_on(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    let queue: &dyn Queue<Message> = store.as_ref();
    for _ in 0..2 {
        store.accept(&message(&world, 1)).await.unwrap();
    }
    let [leased] = queue.claim(&world.claim(10)).await.unwrap().try_into().unwrap();
    store.set_paused(true, &operator(&world)).await.unwrap();
    let went_on = queue.settle_and_go_on(&[(leased.lease, done(&world))], &world.claim(1)).await.unwrap();
    assert_eq!(went_on, WentOn { settled: vec![true], next: vec![] });
    store.set_paused(false, &operator(&world)).await.unwrap();
    assert_eq!(queue.claim(&world.claim(10)).await.unwrap().len(), 1);
}

/// Each message is done once, in its order, by workers who go on at the same time.
pub async fn g6_workers_who_go_on_share_the_jobs(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (_, five) = backlog(&world, 5).await;
    let (_, four) = backlog(&world, 4).await;
    let worker = async |leased: Leased<OutboxEntry>| {
        let (mut run, mut order) = (vec![leased], Vec::new());
        while !run.is_empty() {
            order.extend(requests(&run));
            let WentOn { settled, next } = go_on(&world, &all_done(&world, &run), 2).await;
            assert!(!settled.contains(&false));
            run = next;
        }
        order
    };
    let [one, two] = claim(&world).await.try_into().unwrap();
    let (one, two) = futures::join!(worker(one), worker(two));
    assert_eq!((one, two), (five, four));
    let depth = world.stores.outbox.depth(world.now()).await.unwrap();
    assert_eq!((depth.completed, depth.pending, depth.processing), (9, 0, 0));
}

/// While others look for work and set aside what waits, an account's jobs are done in their order.
pub async fn g9_the_order_holds_while_others_claim(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (_, all) = backlog(&world, 24).await;
    let order = Mutex::new(Vec::new());
    let done_by = async |mut run: Vec<Leased<OutboxEntry>>| {
        while !run.is_empty() {
            order.lock().unwrap().extend(requests(&run));
            run = go_on(&world, &all_done(&world, &run), 3).await.next;
        }
    };
    let first = claim(&world).await;
    let other = async || {
        for _ in 0..12 {
            let leased = world.stores.outbox.claim(&world.claim(1)).await.unwrap();
            done_by(leased).await;
        }
    };
    futures::join!(done_by(first), other(), other(), other());
    assert_eq!(*order.lock().unwrap(), all);
}
