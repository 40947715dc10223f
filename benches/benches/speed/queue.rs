//! The queue of messages, whose work is nothing: taken in, claimed, acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use estair_core::clock::{Clock, System};
use estair_core::json::Json;
use estair_core::messager::{DOMAIN, Message, MessagerStore, NewMessage, OutgoingMessage};
use estair_core::queue::{Queue, Report, Schedule, Worker};
use estair_sqlx::{Options, migrate_messager, open_messager};
use futures::future::join_all;
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::contest::WORKERS;

/// Messages that a worker claims at a time.
const CLAIMED: u32 = 64;

/// Messages per second that are taken in by 8 callers, and that one worker claims and acknowledges.
pub(crate) async fn no_ops(url: &str, time: Duration) -> (f64, f64) {
    migrate_messager(url, &Options::default()).await.unwrap();
    let store = open_messager(url, &Options::default()).await.unwrap();
    let (begun, next) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let mut tasks = JoinSet::new();
    for _ in 0..WORKERS {
        let (store, next) = (Arc::clone(&store), Arc::clone(&next));
        tasks.spawn(async move {
            while begun.elapsed() < time {
                take_in(store.as_ref(), next.fetch_add(1, Ordering::Relaxed)).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let count = next.load(Ordering::Relaxed) as f64;
    let taken_in = count / begun.elapsed().as_secs_f64();

    let (begun, schedule, worker) = (Instant::now(), Schedule::messager(), Worker { clock: &System, ids: &System });
    let mut done = 0_usize;
    let queue: &dyn Queue<Message> = store.as_ref();
    loop {
        let leased = queue.claim(&worker.claim(&schedule, CLAIMED)).await.unwrap();
        if leased.is_empty() {
            break;
        }
        let ends = leased.iter().map(|one| {
            let settlement = schedule.settle(one.attempts, Report::done(None), System.now(), 0);
            async move { assert!(queue.settle(&one.lease, &settlement).await.unwrap()) }
        });
        done += join_all(ends).await.len();
    }
    assert_eq!(done as f64, count, "each message is done once");
    (taken_in, count / begun.elapsed().as_secs_f64())
}

async fn take_in(store: &dyn MessagerStore, number: u64) {
    let message = OutgoingMessage {
        domain: DOMAIN.to_owned(),
        kind: "credit_request".to_owned(),
        payload: Json::from(json!({ "account_id": number, "amount": "100.00" })),
        idempotency_key: Some(format!("message-{number}")),
    };
    let message = NewMessage::new(message, Uuid::from_u128(u128::from(number)), &Schedule::messager(), System.now());
    assert!(store.accept(&message).await.unwrap().1);
}
