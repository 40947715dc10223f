//! A book over a store that makes everybody wait, and a host whose tasks run when the test says so.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use estair_core::book::{Error, Groups, Reply, Submission, Subscriber};
use estair_core::decision::{Changes, LockSet, Remembered, Snapshot};
use estair_core::id::AccountId;
use estair_core::memory::MemoryStore;
use estair_core::policy::Policy;
use estair_core::row::Numbers;
use estair_core::store::{Store, StoreError, Transaction, Unit};
use estair_core::testing::Stores;
use estair_core::testing::world::World;
use futures::future::BoxFuture;

use crate::payment;

/// A store that makes everybody wait once at each step, and counts the transactions that it begins.
struct Slow {
    store: MemoryStore,
    begun: Arc<AtomicU32>,
}

struct SlowTransaction(Box<dyn Transaction>);

async fn wait_once() {
    let mut waited = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[async_trait]
impl Store for Slow {
    async fn begin(&self, attempt: u32) -> Result<Box<dyn Transaction>, StoreError> {
        wait_once().await;
        self.begun.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(SlowTransaction(self.store.begin(attempt).await?)))
    }
}

#[async_trait]
impl Unit for SlowTransaction {
    async fn load(&mut self, locks: &LockSet) -> Result<Snapshot, StoreError> {
        wait_once().await;
        let loaded = self.0.load(locks).await;
        wait_once().await;
        loaded
    }

    async fn save(&mut self, changes: &Changes) -> Result<Numbers, StoreError> {
        wait_once().await;
        let saved = self.0.save(changes).await;
        wait_once().await;
        saved
    }

    async fn remember(&mut self, answers: &[Remembered]) -> Result<(), StoreError> {
        wait_once().await;
        self.0.remember(answers).await
    }
}

#[async_trait]
impl Transaction for SlowTransaction {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        wait_once().await;
        let committed = self.0.commit().await;
        wait_once().await;
        committed
    }

    async fn rollback(self: Box<Self>) -> Result<(), StoreError> {
        self.0.rollback().await
    }
}

/// Tasks of a host that are polled when the test says so, and not before.
#[derive(Clone, Default)]
pub(crate) struct Tasks(pub(crate) Arc<Mutex<Vec<BoxFuture<'static, ()>>>>);

impl Tasks {
    pub(crate) fn poll(&self) {
        let mut tasks = std::mem::take(&mut *self.0.lock().unwrap());
        tasks.retain_mut(|task| task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        self.0.lock().unwrap().splice(0..0, tasks);
    }

    pub(crate) fn drop_all(&self) {
        let tasks = std::mem::take(&mut *self.0.lock().unwrap());
        drop(tasks);
    }
}

pub(crate) struct House {
    pub(crate) store: MemoryStore,
    pub(crate) world: World,
    begun: Arc<AtomicU32>,
    pub(crate) tasks: Tasks,
}

pub(crate) type Replies = Vec<Result<Reply, Error>>;
pub(crate) type Call = Pin<Box<dyn Future<Output = Replies>>>;

impl House {
    pub(crate) fn new(change: impl Fn(Groups) -> Groups) -> Self {
        Self::heard_by(change, None)
    }

    pub(crate) fn heard_by(change: impl Fn(Groups) -> Groups, subscriber: Option<Arc<dyn Subscriber>>) -> Self {
        let (store, begun, tasks) = (MemoryStore::new(), Arc::new(AtomicU32::new(0)), Tasks::default());
        let slow = Arc::new(Slow { store: store.clone(), begun: Arc::clone(&begun) });
        let stores = Stores { store: slow, ..Stores::in_memory(&store) };
        let begin = tasks.clone();
        let groups = Groups::new(move |work| begin.0.lock().unwrap().push(work));
        let mut world = World::over(stores, Policy::default()).in_groups(change(groups));
        if let Some(subscriber) = subscriber {
            world.book = world.book.with_subscriber(subscriber);
        }
        Self { store, world, begun, tasks }
    }

    pub(crate) fn call(&self, submissions: Vec<Submission>) -> Call {
        let book = self.world.book.clone();
        Box::pin(async move { book.run_all(submissions).await })
    }

    pub(crate) fn post(&self, account: AccountId, reference: &str) -> Call {
        self.call(vec![payment(account, reference)])
    }

    /// To its end, together with the host's tasks.
    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        for _ in 0..100_000 {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return output;
            }
            self.tasks.poll();
        }
        panic!("it never ends");
    }

    pub(crate) fn account(&self, limit: i64) -> AccountId {
        self.run(self.world.account(limit))
    }

    pub(crate) fn run_all(&self, calls: Vec<Call>) -> Vec<Replies> {
        self.run(futures::future::join_all(calls))
    }

    pub(crate) fn version(&self, account: AccountId) -> u64 {
        self.run(self.world.account_row(account)).version
    }

    pub(crate) fn begun(&self) -> u32 {
        self.begun.swap(0, Ordering::Relaxed)
    }
}
