//! What the events of [`MessagerStore`](crate::messager::MessagerStore) promise: whoever follows their numbers misses nothing
//! that a connected reader got.

use crate::messager;
use crate::messager::{Message, MessageEvent, NewMessage, Operator, OutgoingMessage};
use crate::queue::{JobStatus, Leased, Next, Queue, Report, Schedule, Settlement};
use crate::store::{EventRange, MAX_EVENTS};
use crate::testing::Harness;

use futures::future::{join_all, join3};
use serde_json::json;
use uuid::Uuid;

use super::world::*;

/// Messages of an account each.
async fn accept(world: &World, accounts: std::ops::RangeInclusive<u64>) -> Vec<Uuid> {
    let mut taken = Vec::new();
    for account in accounts {
        let message = OutgoingMessage {
            domain: messager::DOMAIN.to_owned(),
            kind: "load_request".to_owned(),
            payload: json!({ "account_id": account }).into(),
            idempotency_key: None,
        };
        let new = NewMessage::new(message, world.uuid(), &Schedule::messager(), world.now());
        taken.push(world.stores.messager.accept(&new).await.unwrap().0.message_uuid);
    }
    taken
}

fn messages(world: &World) -> &dyn Queue<Message> {
    world.stores.messager.as_ref()
}

async fn claim(world: &World, limit: u32) -> Vec<Leased<Message>> {
    messages(world).claim(&world.claim(limit)).await.unwrap()
}

async fn settle(world: &World, leased: &Leased<Message>, next: Next, report: Report) {
    let settlement = Settlement { at: world.now(), next, report };
    assert!(messages(world).settle(&leased.lease, &settlement).await.unwrap());
}

async fn number(world: &World, limit: u32) -> u64 {
    world.stores.messager.number_events(world.now(), limit).await.unwrap()
}

/// The events after a number, all of them.
async fn events(world: &World, after: u64) -> Vec<MessageEvent> {
    world.stores.messager.events(after, 1_000).await.unwrap()
}

fn numbers(events: &[MessageEvent]) -> Vec<u64> {
    events.iter().map(|event| event.number).collect()
}

/// Taken, leased, to be tried again, given back, failed, replayed and delivered: each is told, with its number, in order.
pub async fn each_step_of_a_message_is_told_in_order(harness: &impl Harness) {
    let world = World::open(harness).await;
    let uuid = accept(&world, 7..=7).await[0];
    assert_eq!(events(&world, 0).await, [], "it has no number yet");
    let mut told = 0;
    let mut tells = async |status: JobStatus, retries: u32| {
        assert_eq!(number(&world, 100).await, 1);
        assert_eq!(number(&world, 100).await, 0, "each change once");
        let news = events(&world, told).await;
        told += 1;
        assert_eq!((numbers(&news), news[0].uuid, news[0].status), (vec![told], uuid, status));
        assert_eq!((news[0].retry_count, news[0].kind.as_str(), news[0].at), (retries, "load_request", world.now()));
    };
    tells(JobStatus::Pending, 0).await;
    let leased = claim(&world, 1).await.remove(0);
    tells(JobStatus::Processing, 0).await;
    messages(&world).release(&[leased.lease], world.now()).await.unwrap();
    tells(JobStatus::Pending, 0).await;
    let leased = claim(&world, 1).await.remove(0);
    tells(JobStatus::Processing, 0).await;
    settle(&world, &leased, Next::Retry { at: world.now() }, Report::retry("timeout")).await;
    tells(JobStatus::Pending, 0).await;
    let leased = claim(&world, 1).await.remove(0);
    tells(JobStatus::Processing, 1).await;
    settle(&world, &leased, Next::Failed, Report::permanent("422")).await;
    tells(JobStatus::Failed, 1).await;
    let operator = Operator { by: "finance:3".to_owned(), reason: "encore".to_owned(), at: world.now() };
    world.stores.messager.replay(uuid, &operator).await.unwrap();
    tells(JobStatus::Pending, 0).await;
    let leased = claim(&world, 1).await.remove(0);
    tells(JobStatus::Processing, 0).await;
    settle(&world, &leased, Next::Completed, Report::done(Some(json!({ "success": true }).into()))).await;
    tells(JobStatus::Completed, 0).await;
    let all = events(&world, 0).await;
    assert_eq!(numbers(&all), (1..=10).collect::<Vec<_>>());
    assert_eq!(world.stores.messager.events(3, 2).await.unwrap(), all[3..5]);
    assert_eq!(world.stores.messager.events(u64::MAX >> 1, 2).await.unwrap(), []);
}

/// However many number at the same time: each change gets one number, no more than asked, and there is no hole.
pub async fn message_events_are_numbered_once_by_many_at_once(harness: &impl Harness) {
    let world = World::open(harness).await;
    let mut taken = accept(&world, 1..=21).await;
    let mut numbered = 0;
    while let more @ 1.. = join_all((0..4).map(|_| number(&world, 3))).await.into_iter().sum::<u64>() {
        numbered += more;
    }
    let all = events(&world, 0).await;
    assert_eq!((numbered, numbers(&all)), (21, (1..=21).collect::<Vec<_>>()));
    let mut told: Vec<_> = all.iter().map(|event| event.uuid).collect();
    told.sort_unstable();
    taken.sort_unstable();
    assert_eq!(told, taken);
}

/// Those of the last day are kept, ten thousand at most.
pub async fn message_events_are_kept_for_a_day_and_ten_thousand(harness: &impl Harness) {
    let world = World::open(harness).await;
    let messager = &world.stores.messager;
    let range = async || messager.event_range(world.now() - chrono::Duration::hours(24)).await.unwrap();
    accept(&world, 1..=4).await;
    assert_eq!(range().await, EventRange::default(), "what has no number is no event");
    number(&world, 100).await;
    assert_eq!(range().await, EventRange { before_first: 0, last: 4 });
    world.wait(chrono::Duration::hours(24));
    assert_eq!(range().await, EventRange { before_first: 0, last: 4 }, "a day to the instant");
    world.wait(chrono::Duration::microseconds(1));
    assert_eq!(range().await, EventRange { before_first: 4, last: 4 });
    accept(&world, 5..=6).await;
    number(&world, 100).await;
    assert_eq!(range().await, EventRange { before_first: 4, last: 6 });
    // A hundred messages that are taken and given back again and again.
    accept(&world, 7..=106).await;
    let mut last = 6;
    while last < MAX_EVENTS + 6 {
        let leases: Vec<_> = claim(&world, 200).await.iter().map(|leased| leased.lease).collect();
        last += number(&world, 200).await;
        messages(&world).release(&leases, world.now()).await.unwrap();
        last += number(&world, 200).await;
    }
    assert_eq!(range().await, EventRange { before_first: last - MAX_EVENTS, last });
    let kept = messager.events(last - MAX_EVENTS, 20_000).await.unwrap();
    assert_eq!((kept.len() as u64, kept[0].number), (MAX_EVENTS, last - MAX_EVENTS + 1));
    assert_eq!(kept.last().map(|event| event.number), Some(last));
}

/// Many that take messages and deliver them, several that number, one reader that is cut off again and again and goes on after
/// the last number it saw: it gets what a reader gets who asks once at the end, and the last it hears of each message is
/// where that is.
pub async fn a_reader_that_is_cut_off_misses_no_change_of_a_message(harness: &impl Harness) {
    let world = World::open(harness).await;
    let working = join_all((0..6_u64).map(|worker| {
        let world = &world;
        async move {
            accept(world, worker * 10 + 1..=worker * 10 + 4).await;
            for leased in claim(world, 4).await {
                let next = if leased.lease.id % 3 == 0 { Next::Failed } else { Next::Completed };
                settle(world, &leased, next, Report::retry("said")).await;
            }
        }
    }));
    let numbering = join_all((0..3).map(|_| async {
        for _ in 0..12 {
            number(&world, 5).await;
        }
    }));
    let mut seen: Vec<MessageEvent> = Vec::new();
    let reading = async {
        for look in 0..40 {
            let after = seen.last().map_or(0, |event| event.number);
            seen.extend(world.stores.messager.events(after, 1 + look % 4).await.unwrap());
        }
    };
    join3(working, numbering, reading).await;
    while number(&world, 100).await > 0 {}
    let after = seen.last().map_or(0, |event| event.number);
    seen.extend(events(&world, after).await);
    assert_eq!(seen, events(&world, 0).await, "what was seen on the way is what there is");
    assert_eq!(numbers(&seen), (1..=seen.len() as u64).collect::<Vec<_>>());
    let uuids: std::collections::BTreeSet<_> = seen.iter().map(|event| event.uuid).collect();
    assert_eq!(uuids.len(), 24);
    for uuid in uuids {
        let (record, _) = world.stores.messager.message(uuid).await.unwrap().unwrap();
        let last = seen.iter().rfind(|event| event.uuid == uuid).unwrap();
        assert_eq!((last.status, last.retry_count), (record.status, record.retry_count));
    }
}
