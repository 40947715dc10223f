//! The book: load → decide → save, with bounded retry, in a transaction of its own or in the host's.
//!
//! Guarantees: everything a command decides is written, or nothing (W1); a command that is run again after a deadlock,
//! a lost connection or a lost answer has the effect of running once (W3); commands that share a transaction give what
//! they would give one after the other, and neither a refusal nor a technical error of one sinks the others (W7).
//!
//! Callers who wait together may share transactions ([`Groups`]): the same cycle, run for all of them at once.

mod ask;
mod cycle;
mod error;
mod groups;
mod rehearsal;
mod spans;
mod submission;
mod view;

pub use error::Error;
pub use groups::{Groups, Spawn, Task};

pub use submission::{Accepted, DespiteRefusals, Joined, Reply, Submission, Subscriber};
pub use view::{AccountOn, DailyReport, Found, News, View};

use std::sync::Arc;

use crate::actor::{Actor, Origin};
use crate::book::spans::Telling;
use crate::clock::{Clock, IdSource, Ids, Timestamp};
use crate::decision::{Context, IdempotencyKey, LockSet};
use crate::fact::Fact;
use crate::policy::Policy;
use crate::request::Preview;
use crate::request::create::RequestDraft;
use crate::store::{Store, StoreError, StoreErrorKind, Unit};

pub(crate) use cycle::without_key;
use cycle::{lock_set_of, recall};
use groups::Lanes;

/// How often a transaction is tried before its trouble is given back.
pub const MAX_ATTEMPTS: u32 = 8;

/// The book. Cheap to clone.
#[derive(Clone)]
pub struct Book {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    policy: Arc<Policy>,
    subscribers: Arc<[Arc<dyn Subscriber>]>,
    /// Where callers wait for each other, if they do.
    lanes: Option<Arc<Lanes>>,
}

/// A submission with the instant and the seed of its ids, drawn once however often it is run.
struct Prepared {
    submission: Submission,
    now: Timestamp,
    seed: u128,
}

impl Book {
    /// A book over a store, with a clock, an id source and a policy.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>, policy: Policy) -> Self {
        Self { store, clock, ids, policy: Arc::new(policy), subscribers: Arc::new([]), lanes: None }
    }

    /// With somebody who hears of facts (W8).
    #[must_use]
    pub fn with_subscriber(mut self, subscriber: Arc<dyn Subscriber>) -> Self {
        self.subscribers = self.subscribers.iter().cloned().chain([subscriber]).collect();
        // Another book than its clones: who shares its transactions hears of the same facts.
        self.lanes = self.lanes.map(|lanes| Arc::new(lanes.anew()));
        self
    }

    /// With callers who wait together sharing transactions. Clones share them too.
    #[must_use]
    pub fn with_groups(self, groups: Groups) -> Self {
        Self { lanes: Some(Arc::new(Lanes::new(groups))), ..self }
    }

    /// The book's policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The book's clock.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Runs one command in a transaction of its own.
    ///
    /// # Errors
    /// [`Error::Refused`] when a rule says no, [`Error::Store`] when the database cannot.
    pub async fn run(&self, submission: Submission) -> Result<Reply, Error> {
        let mut replies = self.run_all(vec![submission]).await;
        replies.pop().unwrap_or_else(|| Err(StoreError::new(StoreErrorKind::Other, "no reply").into()))
    }

    /// Runs commands as if one after the other, in as few transactions as it takes: one, unless a technical error makes
    /// it try again in parts (W7). One reply for each, in order. Where callers share transactions ([`Groups`]) it may be
    /// one with others: each hears of its own commands alone.
    pub async fn run_all(&self, submissions: Vec<Submission>) -> Vec<Result<Reply, Error>> {
        let telling = Telling::of(&submissions, self.clock());
        let prepared: Vec<_> = submissions.into_iter().map(|submission| self.prepare(submission)).collect();
        let replies = telling.around(async {
            match &self.lanes {
                Some(lanes) => lanes.run(self, prepared).await,
                None => self.run_now(&prepared).await,
            }
        });
        let replies = replies.await;
        telling.end(&replies, self.clock());
        replies
    }

    /// Runs commands inside a transaction that the host opened and will commit, together with what the host does there.
    /// After an error the host must roll back; after a refusal too, unless it wants what was not refused: it takes
    /// [`Joined::accepted`] before it commits, and publishes the facts after.
    ///
    /// # Errors
    /// The store's trouble; refusals are in what is given.
    pub async fn join(&self, unit: &mut dyn Unit, submissions: Vec<Submission>) -> Result<Joined, StoreError> {
        let telling = Telling::of(&submissions, self.clock());
        let prepared: Vec<_> = submissions.into_iter().map(|submission| self.prepare(submission)).collect();
        let joined = telling.around(async {
            let mut snapshot = unit.load(&lock_set_of(&prepared)).await?;
            self.decide_and_save(unit, &prepared, &mut snapshot).await
        });
        let joined = joined.await.map(|(replies, facts)| Joined::new(replies, facts));
        telling.joined(joined.as_ref(), self.clock());
        joined
    }

    /// Tells the subscribers of facts that are committed (W8).
    pub fn publish(&self, facts: &[Fact]) {
        for fact in facts {
            self.subscribers.iter().for_each(|subscriber| subscriber.on_fact(fact));
        }
    }

    /// Would this request pass now, with which figures, and what would happen next? Decided by the same code; nothing is
    /// kept.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub async fn preview(&self, actor: Actor, draft: &RequestDraft) -> Result<Preview, Error> {
        let mut transaction = self.store.begin(0).await?;
        let snapshot = transaction.load(&draft.lock_set(actor.account())).await?;
        transaction.rollback().await?;
        let now = self.clock.now();
        let mut ids = Ids::new(now, self.ids.seed());
        let origin = Origin::default();
        let mut context = Context { actor: &actor, origin: &origin, now, policy: &self.policy, ids: &mut ids };
        Ok(draft.preview(&mut context, &snapshot)?)
    }

    /// Has this actor used a key for something else? Asked before a call of several entries, each with a key of its own
    /// ([`IdempotencyKey::of_entry`]), so that nothing of it is done when its key belongs to another call (W3). A call that is one
    /// command needs not ask: it is refused.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn is_reused(&self, actor: &Actor, key: &IdempotencyKey) -> Result<bool, StoreError> {
        let answers = [(actor.scope(), key.key.clone())].into();
        let mut transaction = self.store.begin(0).await?;
        let snapshot = transaction.load(&LockSet { answers, ..LockSet::default() }).await?;
        transaction.rollback().await?;
        Ok(matches!(recall(&snapshot, actor, key), Some(Err(_))))
    }

    fn prepare(&self, submission: Submission) -> Prepared {
        Prepared { submission, now: self.clock.now(), seed: self.ids.seed() }
    }
}
