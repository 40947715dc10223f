//! One transaction after the other: load, decide, save, commit; again while that may help, in parts where it may not.

use std::collections::BTreeSet;

use crate::actor::Actor;
use crate::book::{Book, Error, MAX_ATTEMPTS, Prepared, Reply, Submission};
use crate::clock::Ids;
use crate::command::{Command, FailedEntry};
use crate::decision::{
    Answer, Changes, Committed, Context, Decision, IdempotencyKey, LockSet, PendingAnswer, Remembered, Snapshot,
};
use crate::fact::Fact;
use crate::hash::Hash;
use crate::refusal::Refusal;
use crate::row::{Failure, Link, Numbers};
use crate::store::{StoreError, StoreErrorKind, Unfinished, Unit};

/// What one transaction decided.
struct Decided {
    outcomes: Vec<Result<PendingAnswer, Refusal>>,
    replayed: Vec<bool>,
    changes: Changes,
}

/// A commit whose answer was lost: what it answers if it happened.
struct InDoubt {
    /// The fact by which its transaction is known again.
    committed: Option<Committed>,
    replies: Vec<Result<Reply, Refusal>>,
    facts: Vec<Fact>,
}

impl Decided {
    /// Is an answer among them that is to be kept under its caller's key?
    fn has_answers_to_keep(&self, part: &[Prepared]) -> bool {
        let outcomes = self.outcomes.iter().zip(&self.replayed);
        part.iter()
            .zip(outcomes)
            .any(|(one, (outcome, again))| one.submission.key.is_some() && outcome.is_ok() && !again)
    }

    /// The replies, once the rows have their numbers.
    fn replies(&mut self, numbers: &Numbers) -> Result<Vec<Result<Reply, Refusal>>, StoreError> {
        let outcomes = std::mem::take(&mut self.outcomes).into_iter().zip(self.replayed.iter().copied());
        let reply = |(outcome, replayed): (Result<PendingAnswer, Refusal>, bool)| {
            let pending = match outcome {
                Ok(pending) => pending,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let answer = pending.resolve(numbers);
            let answer = answer.ok_or_else(|| StoreError::corrupt("an inserted row has no number"))?;
            Ok(Ok(Reply { answer, replayed }))
        };
        outcomes.map(reply).collect()
    }

    /// What happened, with the numbers of its rows.
    fn facts(&mut self, numbers: &Numbers) -> Vec<Fact> {
        resolve_facts(std::mem::take(&mut self.changes.facts), numbers)
    }
}

/// The trouble of a book that is sealed with a key which its policy lacks.
pub(crate) fn without_key(what: impl std::fmt::Display) -> StoreError {
    StoreError::new(StoreErrorKind::Other, format_args!("{what} sealed with an audit key, and the policy has none"))
}

impl Book {
    /// Runs what was submitted, in one transaction or in parts. One reply for each, in order.
    pub(super) async fn run_now(&self, prepared: &[Prepared]) -> Vec<Result<Reply, Error>> {
        let mut replies = Vec::with_capacity(prepared.len());
        let mut parts = vec![prepared];
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

    /// One transaction, tried again while that may help.
    async fn run_part(&self, part: &[Prepared]) -> Result<Vec<Result<Reply, Refusal>>, StoreError> {
        let mut last = StoreError::new(StoreErrorKind::Other, "no attempt was made");
        let mut in_doubt = None;
        for attempt in 0..MAX_ATTEMPTS {
            // A name that is there already is there the next time too, unless it was read too early: it concerns one of them.
            let shared = part.len() > 1 && attempt > 1;
            match self.try_part(part, attempt, &mut in_doubt).await {
                Ok(replies) => return Ok(replies),
                Err(error) => match error.kind() {
                    StoreErrorKind::Duplicate if shared => {
                        last = error;
                        break;
                    }
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
        let mut decided = self.decide(part, &mut snapshot)?;
        let committed = decided.changes.facts.first().and_then(committed_by);
        let (replies, numbers, ended) = if decided.has_answers_to_keep(part) {
            let numbers = self.save(transaction.as_mut(), &mut decided).await?;
            let replies = decided.replies(&numbers)?;
            transaction.remember(&remembered(&snapshot, part, &decided.replayed, &replies)).await?;
            (replies, numbers, transaction.commit().await)
        } else if decided.changes.is_empty() {
            let replies = decided.replies(&Numbers::default())?;
            transaction.rollback().await?;
            return Ok(replies);
        } else {
            decided.changes.took(self.clock.now());
            let (numbers, ended) = match transaction.finish(&decided.changes).await {
                Ok(numbers) => (numbers, Ok(())),
                Err(Unfinished { error, numbers }) if error.kind() == StoreErrorKind::CommitUnknown => {
                    (numbers, Err(error))
                }
                Err(Unfinished { error, .. }) => return Err(error),
            };
            (decided.replies(&numbers)?, numbers, ended)
        };
        let facts = decided.facts(&numbers);
        if let Err(error) = ended {
            *in_doubt =
                (error.kind() == StoreErrorKind::CommitUnknown).then_some(InDoubt { committed, replies, facts });
            return Err(error);
        }
        self.publish(&facts);
        Ok(replies)
    }

    /// As in a transaction of its own, up to the commit, which is somebody else's.
    pub(super) async fn decide_and_save(
        &self,
        unit: &mut dyn Unit,
        part: &[Prepared],
        snapshot: &mut Snapshot,
    ) -> Result<(Vec<Result<Reply, Refusal>>, Vec<Fact>), StoreError> {
        let mut decided = self.decide(part, snapshot)?;
        let keeps_answers = decided.has_answers_to_keep(part);
        let numbers = self.save(unit, &mut decided).await?;
        let replies = decided.replies(&numbers)?;
        if keeps_answers {
            unit.remember(&remembered(snapshot, part, &decided.replayed, &replies)).await?;
        }
        Ok((replies, decided.facts(&numbers)))
    }

    /// Decides each command on what the ones before it left.
    fn decide(&self, part: &[Prepared], snapshot: &mut Snapshot) -> Result<Decided, StoreError> {
        let mut decided =
            Decided { outcomes: Vec::with_capacity(part.len()), replayed: Vec::new(), changes: Changes::default() };
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
        self.require_key(&decided.changes)?;
        Ok(decided)
    }

    /// A chain that needs the host's key grows with it alone: a link without it would be a finding for ever (W4).
    fn require_key(&self, changes: &Changes) -> Result<(), StoreError> {
        let sealed = changes.accounts.updates().find(|(_, _, account)| account.keyed.is_some());
        match sealed.filter(|_| self.policy.audit_keys.is_none()) {
            Some((id, ..)) => Err(without_key(format_args!("account {id} is"))),
            None => Ok(()),
        }
    }

    /// Writes what was decided.
    async fn save(&self, unit: &mut dyn Unit, decided: &mut Decided) -> Result<Numbers, StoreError> {
        if decided.changes.is_empty() {
            return Ok(Numbers::default());
        }
        decided.changes.took(self.clock.now());
        unit.save(&decided.changes).await
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

pub(super) fn lock_set_of(part: &[Prepared]) -> LockSet {
    let mut locks = LockSet::default();
    for Prepared { submission, .. } in part {
        locks.merge(submission.command.lock_set(&submission.actor));
        if let Some(key) = &submission.key {
            let keys = std::iter::once(&key.key).chain(&key.call);
            locks.answers.extend(keys.map(|key| (submission.actor.scope(), key.clone())));
        }
    }
    locks
}

/// The answer that was given under this key, unless it was for something else.
pub(super) fn recall(snapshot: &Snapshot, actor: &Actor, key: &IdempotencyKey) -> Option<Result<Decision, Refusal>> {
    let kept = |key: &String| snapshot.answers.get(&(actor.scope(), key.clone()));
    let is_of_another_call = |(fingerprint, _): &(Hash, Answer)| *fingerprint != key.fingerprint;
    let answer = kept(&key.key);
    if answer.is_some_and(is_of_another_call) || key.call.as_ref().and_then(kept).is_some_and(is_of_another_call) {
        return Some(Err(Refusal::IdempotencyKeyReused));
    }
    let (_, answer) = answer?;
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

/// The answers that are to be given again under their callers' keys, and the keys of whole calls that are taken with them (W3).
fn remembered(
    snapshot: &Snapshot,
    part: &[Prepared],
    replayed: &[bool],
    replies: &[Result<Reply, Refusal>],
) -> Vec<Remembered> {
    let mut taken = BTreeSet::new();
    let given = part.iter().zip(replayed).zip(replies);
    let kept = given.filter_map(|((one, again), reply)| {
        let key = one.submission.key.as_ref().filter(|_| !again)?;
        Some((one, key, reply.as_ref().ok()?))
    });
    let mut all = Vec::new();
    for (one, IdempotencyKey { key, fingerprint, call }, reply) in kept {
        let remember = |key: &str, answer| {
            let (scope, fingerprint) = (one.submission.actor.scope(), *fingerprint);
            Remembered { scope, key: key.to_owned(), fingerprint, answer, at: one.now }
        };
        if let Some(call) = call {
            let place = (one.submission.actor.scope(), call.clone());
            if !snapshot.answers.contains_key(&place) && taken.insert(place) {
                all.push(remember(call, Answer::OfHost(().into())));
            }
        }
        all.push(remember(key, reply.answer.clone()));
    }
    all
}
