//! Writing what was decided, with every promise of the contract checked: versions, unique names, one live cancellation.

use crate::audit::Log;
use crate::decision::{Changes, Remembered};
use crate::fact::Fact;
use crate::id::{AccountId, CommentId, FactId, MovementId, RequestId, SupportId};
use crate::memory::tables::{NewEntry, Tables, View};
use crate::request::Request;
use crate::row::{Link, Numbers, OutboxEntry};
use crate::store::{StoreError, StoreErrorKind};
use std::collections::BTreeMap;

/// A transaction's rows on top of the committed ones, while it writes.
pub(super) struct Writing<'a> {
    pub(super) committed: &'a Tables,
    pub(super) written: &'a mut Tables,
}

/// Writes everything. After an error what was written is of no use any more.
pub(super) fn save(writing: &mut Writing<'_>, changes: &Changes) -> Result<Numbers, StoreError> {
    let mut numbers = Numbers::default();
    writing.accounts(changes, &mut numbers)?;
    writing.supports(changes, &mut numbers)?;
    writing.comments(changes, &mut numbers)?;
    writing.new_requests(changes, &mut numbers)?;
    writing.movements(changes, &mut numbers)?;
    writing.changed_requests(changes, &numbers)?;
    writing.logs(changes, &numbers)?;
    writing.facts(changes, &numbers)?;
    writing.outbox(changes, &numbers)?;
    for shadow in &changes.shadows {
        let id = next(&writing.committed.shadows, &writing.written.shadows, |id| id);
        writing.written.shadows.insert(id, shadow.clone());
    }
    Ok(numbers)
}

/// Keeps answers under keys that were not used before.
pub(super) fn remember(writing: &mut Writing<'_>, answers: &[Remembered]) -> Result<(), StoreError> {
    for Remembered { scope, key, fingerprint, answer, at: _ } in answers {
        let place = (scope.clone(), key.clone());
        if writing.view().answer(&place).is_some() {
            return Err(duplicate("idempotency key", key));
        }
        writing.written.answers.insert(place, (*fingerprint, answer.clone()));
    }
    Ok(())
}

fn duplicate(what: &str, name: impl std::fmt::Display) -> StoreError {
    StoreError::new(StoreErrorKind::Duplicate, format_args!("the {what} {name} exists already"))
}

fn conflict(what: &str, id: impl std::fmt::Display, version: u64) -> StoreError {
    StoreError::new(StoreErrorKind::VersionConflict, format_args!("{what} {id} is not at version {version}"))
}

/// The number after the last one.
fn next<K: Copy + Ord + From<u64>, V>(
    committed: &BTreeMap<K, V>,
    written: &BTreeMap<K, V>,
    number: impl Fn(K) -> u64,
) -> K {
    let last = |rows: &BTreeMap<K, V>| rows.last_key_value().map_or(0, |(key, _)| number(*key));
    K::from(last(committed).max(last(written)).saturating_add(1))
}

/// The number of a row that exists or was inserted just now.
fn resolved<I: Copy + From<u64>>(link: Link<I>, numbers: &Numbers) -> Result<I, StoreError> {
    link.resolve(numbers).ok_or_else(|| StoreError::corrupt("a row refers to one that was never inserted"))
}

impl Writing<'_> {
    fn view(&self) -> View<'_> {
        View { committed: self.committed, written: self.written }
    }

    /// Takes a name that must be new.
    fn take(&mut self, what: &'static str, name: impl ToString) -> Result<(), StoreError> {
        let name = (what, name.to_string());
        if self.committed.unique.contains(&name) || self.written.unique.contains(&name) {
            return Err(duplicate(what, name.1));
        }
        self.written.unique.insert(name);
        Ok(())
    }

    fn accounts(&mut self, changes: &Changes, numbers: &mut Numbers) -> Result<(), StoreError> {
        for account in changes.accounts.inserts() {
            self.take("account uuid", account.uuid)?;
            if let Some(reference) = &account.reference {
                self.take("account reference", &reference.name)?;
            }
            let kept = changes.numbers.get(&account.uuid).map(|number| AccountId(*number));
            if let Some(id) = kept.filter(|id| self.view().account(*id).is_some()) {
                return Err(duplicate("account", id));
            }
            let next = || next(&self.committed.accounts, &self.written.accounts, |id: AccountId| id.0);
            let id: AccountId = kept.unwrap_or_else(next);
            numbers.insert(account.uuid, id.0);
            self.written.accounts.insert(id, account.clone());
        }
        for (id, version, account) in changes.accounts.updates() {
            let found = self.view().account(id).is_some_and(|row| row.version == version);
            if !found {
                return Err(conflict("account", id, version));
            }
            self.written.accounts.insert(id, account.clone());
        }
        for (account, change) in &changes.limits {
            let account = resolved(*account, numbers)?;
            let id = next(&self.committed.limits, &self.written.limits, |id| id);
            self.written.limits.insert(id, (account, change.clone()));
        }
        for (account, change) in &changes.account_changes {
            let account = resolved(*account, numbers)?;
            let id = next(&self.committed.account_changes, &self.written.account_changes, |id| id);
            self.written.account_changes.insert(id, (account, change.clone()));
        }
        for closing in &changes.closings {
            self.take("closing", format_args!("{} of account {}", closing.state.day, closing.account))?;
            self.written.closings.insert((closing.account, closing.state.day), *closing);
        }
        Ok(())
    }

    fn supports(&mut self, changes: &Changes, numbers: &mut Numbers) -> Result<(), StoreError> {
        for support in changes.supports.inserts() {
            self.take("support request uuid", support.uuid)?;
            self.take("support request", &support.name)?;
            let kept = changes.numbers.get(&support.uuid).map(|number| SupportId(*number));
            if let Some(id) = kept.filter(|id| self.view().support(*id).is_some()) {
                return Err(duplicate("support request", id));
            }
            let next = || next(&self.committed.supports, &self.written.supports, |id: SupportId| id.0);
            let id: SupportId = kept.unwrap_or_else(next);
            numbers.insert(support.uuid, id.0);
            self.written.supports.insert(id, support.clone());
        }
        for (id, version, support) in changes.supports.updates() {
            let found = self.view().support(id).is_some_and(|row| row.version == version);
            if !found {
                return Err(conflict("support request", id, version));
            }
            self.written.supports.insert(id, support.clone());
        }
        Ok(())
    }

    fn comments(&mut self, changes: &Changes, numbers: &mut Numbers) -> Result<(), StoreError> {
        for comment in &changes.comments {
            self.take("comment uuid", comment.uuid)?;
            let id: CommentId = next(&self.committed.comments, &self.written.comments, |id| id.0);
            numbers.insert(comment.uuid, id.0);
            self.written.comments.insert(id, comment.clone());
        }
        Ok(())
    }

    fn new_requests(&mut self, changes: &Changes, numbers: &mut Numbers) -> Result<(), StoreError> {
        for request in changes.requests.inserts() {
            self.take("request uuid", request.uuid)?;
            self.take("request", &request.name)?;
            let kept = changes.numbers.get(&request.uuid).map(|number| RequestId(*number));
            if let Some(id) = kept.filter(|id| self.view().request(*id).is_some()) {
                return Err(duplicate("request", id));
            }
            let next = || next(&self.committed.requests, &self.written.requests, |id: RequestId| id.0);
            let id: RequestId = kept.unwrap_or_else(next);
            numbers.insert(request.uuid, id.0);
            if let Some(parent) = request.parent {
                self.child(parent, id, request)?;
            }
            self.written.requests.insert(id, request.clone());
        }
        Ok(())
    }

    /// One live cancellation for each parent (R5).
    fn child(&mut self, parent: RequestId, id: RequestId, request: &Request) -> Result<(), StoreError> {
        if !request.status.is_final() && self.view().is_being_cancelled(parent) {
            return Err(duplicate("live cancellation of request", parent));
        }
        let mut children = self.view().children(parent).cloned().unwrap_or_default();
        children.insert(id);
        self.written.children.insert(parent, children);
        Ok(())
    }

    fn movements(&mut self, changes: &Changes, numbers: &mut Numbers) -> Result<(), StoreError> {
        for movement in changes.movements.inserts() {
            self.take("movement uuid", movement.uuid)?;
            self.take("movement", &movement.name)?;
            let id: MovementId = next(&self.committed.movements, &self.written.movements, |id| id.0);
            numbers.insert(movement.uuid, id.0);
            self.written.names.insert(movement.name.clone(), id);
            self.written.movements.insert(id, movement.clone());
        }
        for (id, _, movement) in changes.movements.updates() {
            // A movement has no version of its own: its account's stands for it.
            let found = self.view().movement(id).is_some_and(|row| row.uuid == movement.uuid);
            if !found {
                return Err(conflict("movement", id, 0));
            }
            self.written.movements.insert(id, movement.clone());
        }
        Ok(())
    }

    fn changed_requests(&mut self, changes: &Changes, numbers: &Numbers) -> Result<(), StoreError> {
        for (id, version, request) in changes.requests.updates() {
            let found = self.view().request(id).is_some_and(|row| row.version == version);
            if !found {
                return Err(conflict("request", id, version));
            }
            let movement = request.movement.map(|link| resolved(link, numbers)).transpose()?.map(Link::Id);
            self.written.requests.insert(id, Request { movement, ..request.clone() });
        }
        Ok(())
    }

    fn logs(&mut self, changes: &Changes, numbers: &Numbers) -> Result<(), StoreError> {
        for log in &changes.logs {
            if let Some(link) = log.link() {
                self.take("audit link", format_args!("{} of account {}", link.version, log.account))?;
            }
            let movement = Link::Id(resolved(log.movement, numbers)?);
            let id = next(&self.committed.logs, &self.written.logs, |id| id);
            self.written.logs.insert(id, Log { movement, ..log.clone() });
        }
        Ok(())
    }

    fn facts(&mut self, changes: &Changes, numbers: &Numbers) -> Result<(), StoreError> {
        for fact in &changes.facts {
            let id: FactId = next(&self.committed.facts, &self.written.facts, |id| id.0);
            let account = resolved(fact.account, numbers)?;
            let seal = fact.seal.ok_or_else(|| StoreError::corrupt("a fact has no seal"))?;
            self.take("fact", format_args!("{} of account {account}", seal.sequence))?;
            self.written.places.insert((account, seal.sequence), id);
            let fact = Fact {
                account: Link::Id(account),
                request: fact.request.map(|link| resolved(link, numbers)).transpose()?.map(Link::Id),
                support: fact.support.map(|link| resolved(link, numbers)).transpose()?.map(Link::Id),
                movement: fact.movement.map(|link| resolved(link, numbers)).transpose()?.map(Link::Id),
                ..fact.clone()
            };
            self.written.pending.extend((!fact.notices.is_empty()).then_some(id));
            self.written.facts.insert(id, fact);
        }
        Ok(())
    }

    fn outbox(&mut self, changes: &Changes, numbers: &Numbers) -> Result<(), StoreError> {
        for new in &changes.outbox {
            self.take("outbox entry", format_args!("{}:{}", new.request_uuid, new.execution))?;
            let entry = OutboxEntry { request: resolved(new.request, numbers)?, execution: new.execution };
            self.written.outbox.push(NewEntry { account: new.account, entry, at: new.at });
        }
        Ok(())
    }
}
