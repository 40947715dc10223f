//! What [`Queue`](crate::queue::Queue) promises, on the outbox: its jobs are requests on their way, ordered by account.

use crate::id::{AccountId, RequestId};
use crate::queue::{AttemptOutcome, Depth, Lease, Next, Report, Settlement};
use crate::row::OutboxEntry;
use crate::testing::Harness;
use std::collections::BTreeSet;

use super::world::*;

fn done(world: &World) -> Settlement {
    Settlement { at: world.now(), next: Next::Completed, report: Report::done(None) }
}

fn retry_in(world: &World, wait: chrono::Duration) -> Settlement {
    let report = Report::retry("connection refused");
    Settlement { at: world.now(), next: Next::Retry { at: world.now() + wait }, report }
}

fn ended(world: &World, next: Next, outcome: AttemptOutcome) -> Settlement {
    Settlement { at: world.now(), next, report: Report::failed(outcome, "no") }
}

/// So many jobs, each of an account of its own.
async fn jobs(world: &World, count: usize) -> Vec<RequestId> {
    let mut requests = Vec::new();
    for _ in 0..count {
        let account = world.account(1_000).await;
        requests.push(world.credit(account, 10).await.id);
    }
    requests
}

async fn claim(world: &World, limit: u32) -> Vec<(Lease, RequestId, u32)> {
    let leased = world.stores.outbox.claim(&world.claim(limit)).await.unwrap();
    leased.into_iter().map(|one| (one.lease, one.job.request, one.attempts)).collect()
}

/// What is leased is what was queued, at its first attempt.
pub async fn g5_a_claim_leases_and_counts_the_attempt(harness: &impl Harness) {
    let world = World::open(harness).await;
    let request = jobs(&world, 1).await[0];
    world.wait(chrono::Duration::seconds(3));
    let wish = world.claim(10);
    let leased = world.stores.outbox.claim(&wish).await.unwrap();
    assert_eq!(leased.len(), 1);
    assert_eq!(leased[0].job, OutboxEntry { request, execution: 1 });
    assert_eq!((leased[0].attempts, leased[0].lease.token, leased[0].created_at), (1, wish.token, morning()));
    let depth = world.stores.outbox.depth(world.now()).await.unwrap();
    assert_eq!((depth.pending, depth.processing), (0, 1));
}

/// While the lease holds, and after the job is done.
pub async fn g6_a_leased_job_is_not_claimed_again(harness: &impl Harness) {
    let world = World::open(harness).await;
    jobs(&world, 1).await;
    let (lease, ..) = claim(&world, 10).await[0];
    world.wait(chrono::Duration::seconds(59));
    assert!(claim(&world, 10).await.is_empty());
    assert!(world.stores.outbox.settle(&lease, &done(&world)).await.unwrap());
    world.wait(chrono::Duration::hours(1));
    assert!(claim(&world, 10).await.is_empty());
}

/// Whoever comes back with an old token settles nothing; nor does the same settlement twice.
pub async fn g6_a_late_worker_changes_nothing(harness: &impl Harness) {
    let world = World::open(harness).await;
    jobs(&world, 1).await;
    let (late, ..) = claim(&world, 10).await[0];
    world.wait(chrono::Duration::seconds(61));
    let (present, _, attempts) = claim(&world, 10).await[0];
    assert_eq!((attempts, late.id), (2, present.id));
    let outbox = &world.stores.outbox;
    assert!(!outbox.settle(&late, &done(&world)).await.unwrap());
    outbox.release(&[late], world.now()).await.unwrap();
    assert_eq!(outbox.depth(world.now()).await.unwrap().processing, 1);
    assert!(outbox.settle(&present, &done(&world)).await.unwrap());
    assert!(!outbox.settle(&present, &done(&world)).await.unwrap());
    assert_eq!(outbox.depth(world.now()).await.unwrap().completed, 1);
}

/// A worker that dies leaves its job to another; its attempt counts, or a poison message would loop.
pub async fn g6_a_lease_that_ran_out_is_rescued(harness: &impl Harness) {
    let world = World::open(harness).await;
    jobs(&world, 1).await;
    for attempt in 1..=3 {
        let leased = claim(&world, 10).await;
        assert_eq!(leased.iter().map(|one| one.2).collect::<Vec<_>>(), [attempt]);
        world.wait(chrono::Duration::seconds(61));
    }
    // A lease that ran out and that nobody took over is still its worker's.
    let (lease, ..) = claim(&world, 10).await[0];
    world.wait(chrono::Duration::seconds(61));
    assert!(world.stores.outbox.settle(&lease, &done(&world)).await.unwrap());
}

async fn two_of_one_account(world: &World) -> (AccountId, [RequestId; 2]) {
    let account = world.account(1_000).await;
    let first = world.credit(account, 10).await.id;
    world.wait(chrono::Duration::seconds(1));
    (account, [first, world.credit(account, 20).await.id])
}

/// The second of an account follows when the first is done; other accounts do not wait.
pub async fn g9_only_the_oldest_of_an_account_is_due(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (_, [first, second]) = two_of_one_account(&world).await;
    let other = jobs(&world, 1).await[0];
    let leased = claim(&world, 10).await;
    assert_eq!(leased.iter().map(|one| one.1).collect::<BTreeSet<_>>(), BTreeSet::from([first, other]));
    assert!(claim(&world, 10).await.is_empty(), "the first is under way: the second waits");
    for (lease, ..) in leased {
        assert!(world.stores.outbox.settle(&lease, &done(&world)).await.unwrap());
    }
    assert_eq!(claim(&world, 10).await.iter().map(|one| one.1).collect::<Vec<_>>(), [second]);
}

/// A retry that waits holds the account back; one that was given up does not.
pub async fn g9_a_retry_holds_back_the_later_ones(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (_, [first, second]) = two_of_one_account(&world).await;
    let (lease, ..) = claim(&world, 10).await[0];
    let wait = retry_in(&world, chrono::Duration::minutes(5));
    assert!(world.stores.outbox.settle(&lease, &wait).await.unwrap());
    assert!(claim(&world, 10).await.is_empty());
    world.wait(chrono::Duration::minutes(5));
    let (lease, request, attempts) = claim(&world, 10).await[0];
    assert_eq!((request, attempts), (first, 2));
    let failed = ended(&world, Next::Failed, AttemptOutcome::Permanent);
    assert!(world.stores.outbox.settle(&lease, &failed).await.unwrap());
    assert_eq!(claim(&world, 10).await.iter().map(|one| one.1).collect::<Vec<_>>(), [second]);
}

/// Not a microsecond before its time.
pub async fn g1_a_retry_waits_for_its_time(harness: &impl Harness) {
    let world = World::open(harness).await;
    jobs(&world, 1).await;
    let (lease, ..) = claim(&world, 10).await[0];
    let wait = chrono::Duration::microseconds(60_000_001);
    assert!(world.stores.outbox.settle(&lease, &retry_in(&world, wait)).await.unwrap());
    world.wait(wait - chrono::Duration::microseconds(1));
    assert!(claim(&world, 10).await.is_empty());
    world.wait(chrono::Duration::microseconds(1));
    assert_eq!(claim(&world, 10).await[0].2, 2);
}

/// What was never called uses up no attempt.
pub async fn a_released_job_is_as_if_never_claimed(harness: &impl Harness) {
    let world = World::open(harness).await;
    jobs(&world, 2).await;
    let leases: Vec<_> = claim(&world, 10).await.into_iter().map(|one| one.0).collect();
    world.stores.outbox.release(&leases, world.now()).await.unwrap();
    world.stores.outbox.release(&[], world.now()).await.unwrap();
    assert_eq!(world.stores.outbox.depth(world.now()).await.unwrap().pending, 2);
    assert!(!world.stores.outbox.settle(&leases[0], &done(&world)).await.unwrap());
    assert_eq!(claim(&world, 10).await.iter().map(|one| one.2).collect::<Vec<_>>(), [1, 1]);
}

/// Oldest first, no more than asked.
pub async fn a_claim_takes_no_more_than_its_limit(harness: &impl Harness) {
    let world = World::open(harness).await;
    let mut requests = Vec::new();
    for _ in 0..3 {
        requests.extend(jobs(&world, 1).await);
        world.wait(chrono::Duration::seconds(1));
    }
    let first: Vec<_> = claim(&world, 2).await.iter().map(|one| one.1).collect();
    let rest: Vec<_> = claim(&world, 2).await.iter().map(|one| one.1).collect();
    assert_eq!((first, rest), (requests[..2].to_vec(), requests[2..].to_vec()));
}

/// Every status, and the age of the oldest that waits.
pub async fn the_depth_counts_every_status(harness: &impl Harness) {
    let world = World::open(harness).await;
    assert_eq!(world.stores.outbox.depth(world.now()).await.unwrap(), Depth::default());
    jobs(&world, 6).await;
    world.wait(chrono::Duration::seconds(90));
    let leases = claim(&world, 4).await;
    let ends = [
        done(&world),
        ended(&world, Next::Failed, AttemptOutcome::Permanent),
        ended(&world, Next::Skipped, AttemptOutcome::Skipped),
    ];
    for ((lease, ..), end) in leases.iter().zip(&ends) {
        assert!(world.stores.outbox.settle(lease, end).await.unwrap());
    }
    let depth = world.stores.outbox.depth(world.now()).await.unwrap();
    assert_eq!((depth.pending, depth.processing, depth.completed), (2, 1, 1));
    assert_eq!((depth.failed, depth.skipped, depth.oldest_pending_age_seconds), (1, 1, Some(90)));
}

/// What ended hours ago, an hour ago and just now: each is counted, once, however often and whenever it is asked.
pub async fn the_depth_is_exact_over_hours(harness: &impl Harness) {
    let world = World::open(harness).await;
    jobs(&world, 9).await;
    let leases = claim(&world, 9).await;
    let ended_so_far = async || {
        let depth = world.stores.outbox.depth(world.now()).await.unwrap();
        assert_eq!(depth.pending + depth.processing, 9 - depth.completed - depth.failed - depth.skipped);
        (depth.completed, depth.failed, depth.skipped)
    };
    for (round, three) in (1..).zip(leases.chunks(3)) {
        let ends = [
            done(&world),
            ended(&world, Next::Skipped, AttemptOutcome::Skipped),
            ended(&world, Next::Failed, AttemptOutcome::Permanent),
        ];
        for ((lease, ..), end) in three.iter().zip(&ends) {
            assert!(world.stores.outbox.settle(lease, end).await.unwrap());
        }
        for minutes in [0, 0, 20, 39, 1, 0, 1, 120] {
            world.wait(chrono::Duration::minutes(minutes));
            assert_eq!(ended_so_far().await, (round, round, round), "after {minutes} minutes more");
        }
    }
}

/// Jobs that end by a clock that was behind: by less than an hour, and, when the clock itself goes back, by more.
pub async fn the_depth_is_exact_when_clocks_differ(harness: &impl Harness) {
    let world = World::open(harness).await;
    jobs(&world, 3).await;
    let leases = claim(&world, 3).await;
    let outbox = &world.stores.outbox;
    let ends = [
        done(&world),
        ended(&world, Next::Skipped, AttemptOutcome::Skipped),
        ended(&world, Next::Completed, AttemptOutcome::Done),
    ];
    let ahead = world.now() + chrono::Duration::minutes(59);
    assert_eq!(outbox.depth(ahead).await.unwrap().processing, 3);
    assert!(outbox.settle(&leases[0].0, &ends[0]).await.unwrap());
    assert_eq!(outbox.depth(ahead).await.unwrap().completed, 1);
    let far_ahead = world.now() + chrono::Duration::hours(5);
    assert_eq!(outbox.depth(far_ahead).await.unwrap().completed, 1);
    assert!(outbox.settle(&leases[1].0, &ends[1]).await.unwrap());
    assert!(outbox.settle(&leases[2].0, &ends[2]).await.unwrap());
    for now in [world.now(), ahead, far_ahead] {
        let depth = outbox.depth(now).await.unwrap();
        assert_eq!((depth.completed, depth.skipped, depth.processing), (2, 1, 0), "at {now}");
    }
}

/// Several workers: every job leased once.
pub async fn g6_claims_at_the_same_time_share_the_jobs(harness: &impl Harness) {
    let world = World::open(harness).await;
    let requests = jobs(&world, 12).await;
    let workers = (0..6).map(|_| claim(&world, 4));
    let mut leased: Vec<_> = futures::future::join_all(workers).await.concat();
    leased.extend(claim(&world, 12).await);
    let mut seen: Vec<_> = leased.iter().map(|one| one.1).collect();
    seen.sort();
    assert_eq!(seen, requests);
}
