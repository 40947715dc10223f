//! Two or more who do the same: in turns, round by round, so that what else the machine does meets all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::task::JoinSet;

pub(crate) const ACCOUNTS: u64 = 1_000;
pub(crate) const WORKERS: usize = 8;
pub(crate) const BATCH: usize = 64;

/// How long one round lasts, and how many there are.
#[derive(Clone, Copy)]
pub(crate) struct Rounds {
    pub(crate) each: Duration,
    pub(crate) count: usize,
}

/// Somebody who writes movements.
#[async_trait]
pub(crate) trait Contestant: Send + Sync + 'static {
    /// Makes what so many movements over so many accounts need, outside the time that is measured. What was left is forgotten.
    async fn prepare(&self, count: u64, accounts: u64);

    /// Writes so many movements in one transaction; false when what was prepared is used up.
    async fn post(&self, worker: usize, batch: usize) -> bool;
}

/// How movements are written.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    pub(crate) workers: usize,
    pub(crate) batch: usize,
    pub(crate) accounts: u64,
}

/// What each made, movements per second, in each round.
pub(crate) async fn compare(contestants: &[(Arc<dyn Contestant>, Way)], rounds: Rounds) -> Vec<Vec<f64>> {
    let mut made = vec![Vec::new(); contestants.len()];
    let mut rates = vec![0.0; contestants.len()];
    // What comes first is not counted: statements are prepared, connections opened, and it says how much is to be prepared.
    for ((one, way), rate) in contestants.iter().zip(&mut rates) {
        one.prepare((way.workers * way.batch * 4) as u64, way.accounts).await;
        *rate = round(one, *way, Duration::from_secs(10)).await;
    }
    for _ in 0..rounds.count {
        for (place, (one, way)) in contestants.iter().enumerate() {
            let wanted = rates[place] * 1.4 * rounds.each.as_secs_f64();
            one.prepare(wanted as u64 + (way.workers * way.batch) as u64 * 2, way.accounts).await;
            let rate = round(one, *way, rounds.each).await;
            rates[place] = rates[place].max(rate);
            made[place].push(rate);
        }
    }
    made
}

/// Movements per second that these workers write, each in a task of its own, until the time is over.
async fn round(one: &Arc<dyn Contestant>, way: Way, time: Duration) -> f64 {
    let (begun, posted) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let mut tasks = JoinSet::new();
    for worker in 0..way.workers {
        let (one, posted) = (Arc::clone(one), Arc::clone(&posted));
        tasks.spawn(async move {
            while begun.elapsed() < time && one.post(worker, way.batch).await {
                posted.fetch_add(way.batch as u64, Ordering::Relaxed);
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    posted.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The median of what one made in each round for what the other made in the round beside it.
pub(crate) fn ratio(ours: &[f64], floor: &[f64]) -> f64 {
    median(ours.iter().zip(floor).map(|(ours, floor)| ours / floor).collect())
}
