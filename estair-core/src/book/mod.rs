//! The book: load → decide → save, with bounded retry, in a transaction of its own or in the host's.
//!
//! Guarantees: everything a command decides is written, or nothing (W1); a command that is run again after a deadlock,
//! a lost connection or a lost answer has the effect of running once (W3); commands that share a transaction give what
//! they would give one after the other, and neither a refusal nor a technical error of one sinks the others (W7).

mod ask;
mod error;
mod submission;
mod view;

pub use error::Error;
pub use submission::{Accepted, DespiteRefusals, Joined, Reply, Submission, Subscriber};
pub use view::{AccountOn, News, View};

use std::sync::Arc;

use crate::actor::{Actor, Origin};
use crate::clock::{Clock, IdSource, Ids, Timestamp};
use crate::command::{Command, FailedEntry};
use crate::decision::{
    Answer, Changes, Committed, Context, Decision, IdempotencyKey, LockSet, PendingAnswer, Remembered, Snapshot,
};
use crate::fact::Fact;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::request::Preview;
use crate::request::create::RequestDraft;
use crate::row::{Failure, Link, Numbers};
use crate::store::{Store, StoreError, StoreErrorKind, Unit};

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
}

/// A submission with the instant and the seed of its ids, drawn once however often it is run.
struct Prepared {
    submission: Submission,
    now: Timestamp,
    seed: u128,
}

/// What one transaction decided.
struct Decided {
    outcomes: Vec<Result<PendingAnswer, Refusal>>,
    replayed: Vec<bool>,
    changes: Changes,
    /// There is something to commit.
    keeps: bool,
}

/// A commit whose answer was lost: what it answers if it happened.
struct InDoubt {
    /// The fact by which its transaction is known again.
    committed: Option<Committed>,
    replies: Vec<Result<Reply, Refusal>>,
    facts: Vec<Fact>,
}

impl Book {
    /// A book over a store, with a clock, an id source and a policy.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>, policy: Policy) -> Self {
        Self { store, clock, ids, policy: Arc::new(policy), subscribers: Arc::new([]) }
    }

    /// With somebody who hears of facts (W8).
    #[must_use]
    pub fn with_subscriber(mut self, subscriber: Arc<dyn Subscriber>) -> Self {
        self.subscribers = self.subscribers.iter().cloned().chain([subscriber]).collect();
        self
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
    /// it try again in parts (W7). One reply for each, in order.
    pub async fn run_all(&self, submissions: Vec<Submission>) -> Vec<Result<Reply, Error>> {
        let prepared: Vec<_> = submissions.into_iter().map(|submission| self.prepare(submission)).collect();
        let mut replies = Vec::with_capacity(prepared.len());
        let mut parts = vec![prepared.as_slice()];
        while let Some(part) = parts.pop() {
            match self.run_part(part).await {
                Ok(done) => replies.extend(done.into_iter().map(|reply| reply.map_err(Error::Refused))),
                Err(error) if part.len() > 1 && may_go_in_parts(&error) => {
                    let (first, second) = part.split_at(part.len() / 2);
                    parts.extend([second, first]);
                }
                Err(error) => {
                    for prepared in part {
                        replies.push(self.after_failure(prepared, &error).await);
                    }
                }
            }
        }
        replies
    }

    /// Runs commands inside a transaction that the host opened and will commit, together with what the host does there.
    /// After an error the host must roll back; after a refusal too, unless it wants what was not refused: it takes
    /// [`Joined::accepted`] before it commits, and publishes the facts after.
    ///
    /// # Errors
    /// The store's trouble; refusals are in what is given.
    pub async fn join(&self, unit: &mut dyn Unit, submissions: Vec<Submission>) -> Result<Joined, StoreError> {
        let prepared: Vec<_> = submissions.into_iter().map(|submission| self.prepare(submission)).collect();
        let mut snapshot = unit.load(&lock_set_of(&prepared)).await?;
        let mut decided = self.decide(&prepared, &mut snapshot);
        let facts = decided.changes.facts.clone();
        let (replies, numbers) = self.save(unit, &prepared, &mut decided).await?;
        Ok(Joined::new(replies, resolve_facts(facts, &numbers)))
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

    /// Has this actor used one of these keys for something else? Asked before a batch whose entries carry a key each, so
    /// that nothing of it is done when its keys belong to another batch (W3).
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn is_reused(&self, actor: &Actor, keys: &[IdempotencyKey]) -> Result<bool, StoreError> {
        let scope = actor.scope();
        let answers = keys.iter().map(|key| (scope.clone(), key.key.clone())).collect();
        let mut transaction = self.store.begin(0).await?;
        let snapshot = transaction.load(&LockSet { answers, ..LockSet::default() }).await?;
        transaction.rollback().await?;
        Ok(keys.iter().any(|key| matches!(recall(&snapshot, actor, key), Some(Err(_)))))
    }

    fn prepare(&self, submission: Submission) -> Prepared {
        Prepared { submission, now: self.clock.now(), seed: self.ids.seed() }
    }

    /// One transaction, tried again while that may help.
    async fn run_part(&self, part: &[Prepared]) -> Result<Vec<Result<Reply, Refusal>>, StoreError> {
        let mut last = StoreError::new(StoreErrorKind::Other, "no attempt was made");
        let mut in_doubt = None;
        for attempt in 0..MAX_ATTEMPTS {
            match self.try_part(part, attempt, &mut in_doubt).await {
                Ok(replies) => return Ok(replies),
                Err(error) => match error.kind() {
                    StoreErrorKind::Contention | StoreErrorKind::Duplicate | StoreErrorKind::VersionConflict => {
                        last = error;
                    }
                    StoreErrorKind::CommitUnknown => last = error,
                    // While a commit is in doubt the database may be restarting: ask again.
                    StoreErrorKind::Unavailable if in_doubt.is_some() => last = error,
                    _ => return Err(error),
                },
            }
        }
        match in_doubt {
            // Whether it is committed is still not known: nobody may try its parts as if it were not.
            Some(_) => Err(StoreError::new(StoreErrorKind::CommitUnknown, &last).caused_by(last)),
            None => Err(last),
        }
    }

    /// Load, decide, save, commit. `in_doubt` holds the replies of a commit whose answer was lost: if its mark is found,
    /// they are the answer.
    async fn try_part(
        &self,
        part: &[Prepared],
        attempt: u32,
        in_doubt: &mut Option<InDoubt>,
    ) -> Result<Vec<Result<Reply, Refusal>>, StoreError> {
        let mut locks = lock_set_of(part);
        locks.committed = in_doubt.as_ref().and_then(|doubt| doubt.committed);
        let mut transaction = self.store.begin(attempt).await?;
        let mut snapshot = transaction.load(&locks).await?;
        if snapshot.is_committed
            && let Some(InDoubt { replies, facts, .. }) = in_doubt.take()
        {
            transaction.rollback().await?;
            self.publish(&facts);
            return Ok(replies);
        }
        let mut decided = self.decide(part, &mut snapshot);
        let facts = decided.changes.facts.clone();
        let committed = facts.first().and_then(committed_by);
        let (replies, numbers) = self.save(transaction.as_mut(), part, &mut decided).await?;
        let facts = resolve_facts(facts, &numbers);
        if !decided.keeps {
            transaction.rollback().await?;
            return Ok(replies);
        }
        if let Err(error) = transaction.commit().await {
            *in_doubt =
                (error.kind() == StoreErrorKind::CommitUnknown).then_some(InDoubt { committed, replies, facts });
            return Err(error);
        }
        self.publish(&facts);
        Ok(replies)
    }

    /// Decides each command on what the ones before it left.
    fn decide(&self, part: &[Prepared], snapshot: &mut Snapshot) -> Decided {
        let mut decided = Decided {
            outcomes: Vec::with_capacity(part.len()),
            replayed: Vec::new(),
            changes: Changes::default(),
            keeps: false,
        };
        for Prepared { submission, now, seed } in part {
            let Submission { actor, origin, command, key } = submission;
            let again = key.as_ref().and_then(|key| recall(snapshot, actor, key));
            decided.replayed.push(matches!(again, Some(Ok(_))));
            let outcome = again.unwrap_or_else(|| {
                let mut ids = Ids::new(*now, *seed);
                let mut context = Context { actor, origin, now: *now, policy: &self.policy, ids: &mut ids };
                command.decide(&mut context, snapshot)
            });
            decided.outcomes.push(outcome.map(|Decision { mut changes, answer }| {
                changes.seal(snapshot, self.policy.audit_keys.as_ref());
                if part.len() > 1 {
                    snapshot.apply(&changes);
                }
                decided.changes.absorb(changes);
                answer
            }));
        }
        decided
    }

    /// Writes what was decided and gives the answers their numbers.
    async fn save(
        &self,
        unit: &mut dyn Unit,
        part: &[Prepared],
        decided: &mut Decided,
    ) -> Result<(Vec<Result<Reply, Refusal>>, Numbers), StoreError> {
        let mut numbers = Numbers::default();
        if !decided.changes.is_empty() {
            let began = part.iter().map(|one| one.now).min().unwrap_or_else(|| self.clock.now());
            let took = self.clock.now().signed_duration_since(began).num_milliseconds();
            decided.changes.took(u64::try_from(took).unwrap_or(0));
            numbers = unit.save(&decided.changes).await?;
        }
        let mut replies = Vec::with_capacity(part.len());
        let mut remembered = Vec::new();
        let outcomes = std::mem::take(&mut decided.outcomes);
        for ((one, outcome), replayed) in part.iter().zip(outcomes).zip(decided.replayed.iter().copied()) {
            let reply = match outcome {
                Ok(pending) => {
                    let answer = pending.resolve(&numbers);
                    let answer = answer.ok_or_else(|| StoreError::corrupt("an inserted row has no number"))?;
                    Ok(Reply { answer, replayed })
                }
                Err(refusal) => Err(refusal),
            };
            if let (Ok(Reply { answer, replayed: false }), Some(key)) = (&reply, &one.submission.key) {
                remembered.push(Remembered {
                    scope: one.submission.actor.scope(),
                    key: key.key.clone(),
                    fingerprint: key.fingerprint,
                    answer: answer.clone(),
                    at: one.now,
                });
            }
            replies.push(reply);
        }
        decided.keeps = !decided.changes.is_empty() || !remembered.is_empty();
        if !remembered.is_empty() {
            unit.remember(&remembered).await?;
        }
        Ok((replies, numbers))
    }

    /// A technical error remains. What would have been a movement is looked up under the lock, and recorded as failed if
    /// it is not there (W2). When even that fails, whoever delivers it again is the record.
    async fn after_failure(&self, prepared: &Prepared, error: &StoreError) -> Result<Reply, Error> {
        let failure = Failure {
            error_type: error.kind().name().to_owned(),
            message: shortened(error.to_string(), MAX_FAILURE),
            trace: Some(shortened(error.trace(), MAX_FAILURE)),
        };
        let failed = match &prepared.submission.command {
            Command::Receive(message) => FailedEntry::Message(message.clone(), failure),
            Command::Post(drafts) => FailedEntry::External(drafts.clone(), failure),
            _ => return Err(error.clone().into()),
        };
        if error.kind() == StoreErrorKind::Unavailable {
            return Err(error.clone().into());
        }
        let command = Command::RecordFailure(Box::new(failed));
        let record = self.prepare(Submission { command, key: None, ..prepared.submission.clone() });
        let mut replies = self.run_part(std::slice::from_ref(&record)).await.unwrap_or_default();
        match replies.pop() {
            Some(Ok(reply @ Reply { answer: Answer::Written { .. } | Answer::Posted(_), .. })) => Ok(reply),
            _ => Err(error.clone().into()),
        }
    }
}

/// Longest text that is kept of a failure, in bytes: every store has room for it, so that what is sealed is what is kept.
const MAX_FAILURE: usize = 60_000;

/// As much of a text as fits.
fn shortened(mut text: String, max: usize) -> String {
    text.truncate(text.floor_char_boundary(max));
    text
}

/// How a transaction is known again by its first fact.
fn committed_by(fact: &Fact) -> Option<Committed> {
    let seal = fact.seal?;
    Some(Committed { account: fact.account, sequence: seal.sequence, hash: seal.hash })
}

/// May a batch that ended in this error go again in halves (W7)? Not while the database is away, and not while the whole
/// may be committed after all.
fn may_go_in_parts(error: &StoreError) -> bool {
    !matches!(error.kind(), StoreErrorKind::Unavailable | StoreErrorKind::CommitUnknown)
}

fn lock_set_of(part: &[Prepared]) -> LockSet {
    let mut locks = LockSet::default();
    for Prepared { submission, .. } in part {
        locks.merge(submission.command.lock_set(&submission.actor));
        if let Some(key) = &submission.key {
            locks.answers.insert((submission.actor.scope(), key.key.clone()));
        }
    }
    locks
}

/// The answer that was given under this key, unless it was for something else.
fn recall(snapshot: &Snapshot, actor: &Actor, key: &IdempotencyKey) -> Option<Result<Decision, Refusal>> {
    let (fingerprint, answer) = snapshot.answers.get(&(actor.scope(), key.key.clone()))?;
    if *fingerprint != key.fingerprint {
        return Some(Err(Refusal::IdempotencyKeyReused));
    }
    Some(Ok(Decision { changes: Changes::default(), answer: PendingAnswer::Again(Box::new(answer.clone())) }))
}

fn resolve_facts(mut facts: Vec<Fact>, numbers: &Numbers) -> Vec<Fact> {
    use Link;
    for fact in &mut facts {
        fact.account = fact.account.resolve(numbers).map_or(fact.account, Link::Id);
        fact.request = fact.request.map(|link| link.resolve(numbers).map_or(link, Link::Id));
        fact.support = fact.support.map(|link| link.resolve(numbers).map_or(link, Link::Id));
        fact.movement = fact.movement.map(|link| link.resolve(numbers).map_or(link, Link::Id));
    }
    facts
}
