//! The book's queues, notifications, devices and choices.

use crate::clock::Timestamp;
use crate::comment;
use crate::decision::{Answer, Once};
use crate::id::{FactId, UserId};
use crate::memory::jobs::{JobTable, NewJob};
use crate::memory::read::row;
use crate::memory::tables::Tables;
use crate::memory::{MemoryStore, Step};
use crate::messager::Operator;
use crate::notice::{Channel, Notice, Priority};
use crate::notification::{
    FannedOut, MAX_DEVICES, NewNotification, Notification, NotificationFilter, NotificationRecord, Notifications,
    PendingFact, PendingFacts, PushSubscription, Resend, Shown, Subscribed, Subscriptions,
};
use crate::queue::{Attempt, Claim, Depth, JobStatus, Lease, Leased, Queue, Settlement, WentOn};
use crate::row::{Link, OutboxEntry};
use crate::store::{Page, Slice, StoreError};
use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

/// NotificationTable: a queue of their own, in the book's database and in Messager's.
#[derive(Default)]
pub(super) struct NotificationTable {
    pub(super) jobs: JobTable<Notification>,
}

impl NotificationTable {
    /// Queues notifications; what has a unique name once, ever (N2).
    pub(super) fn enqueue(&mut self, notifications: &[NewNotification]) {
        self.insert(notifications, false);
    }

    /// Queues alerts, which wait for a decision.
    pub(super) fn hold(&mut self, alerts: &[NewNotification]) {
        self.insert(alerts, true);
    }

    fn insert(&mut self, notifications: &[NewNotification], held: bool) {
        for NewNotification { notification, not_before, skip, at } in notifications {
            self.jobs.insert(NewJob {
                unique: notification.unique_name(),
                order_key: notification.order_key(),
                held,
                low: notification.priority() == Priority::Low,
                not_before: *not_before,
                skip: skip.clone(),
                ..NewJob::new(notification.clone(), *at)
            });
        }
    }

    /// The notifications that fit, whose fact is one of those that count.
    pub(super) fn list(
        &self,
        filter: &NotificationFilter,
        page: Page,
        counts: impl Fn(Option<FactId>) -> bool,
    ) -> Slice<NotificationRecord> {
        let records = self.jobs.newest(page.before).filter(|(_, job)| {
            filter.status.is_none_or(|status| job.status == status)
                && filter.channel.is_none_or(|channel| job.job.channel == channel)
                && filter.notice.is_none_or(|notice| job.job.notice == notice)
                && counts(job.job.fact)
        });
        let records = records.map(|(id, job)| NotificationRecord {
            id,
            notification: job.job.clone(),
            status: job.status,
            attempts: u32::try_from(job.log.len()).unwrap_or(u32::MAX),
            next_attempt_at: job.next_attempt_at,
            created_at: job.created_at,
            completed_at: job.completed_at,
            error: job.error.clone(),
        });
        let surplus = (page.limit as usize).saturating_add(1);
        Slice::of(records.take(surplus).collect(), page.limit, |record| record.id)
    }

    /// Begins a new cycle of what failed or was skipped, to this address where there was none (N3).
    pub(super) fn resend(&mut self, id: u64, to: Option<&str>, by: &str, at: Timestamp) -> Resend {
        let operator = Operator { by: by.to_owned(), reason: String::new(), at };
        if let Err(status) = self.jobs.begin_again(id, &operator, &[JobStatus::Failed, JobStatus::Skipped]) {
            return Resend::NotEnded(status);
        }
        let Some(job) = self.jobs.get_mut(id) else { return Resend::Unknown };
        if let Some(to) = to.filter(|_| job.job.recipient.is_empty()) {
            to.clone_into(&mut job.job.recipient);
            job.order_key = job.job.order_key();
        }
        Resend::Begun
    }

    pub(super) fn attempts(&self, id: u64) -> Vec<Attempt> {
        self.jobs.get(id).map(|job| job.log.clone()).unwrap_or_default()
    }
}

impl Tables {
    /// A fact with the rows that it is about.
    fn pending_fact(&self, id: FactId) -> Option<PendingFact> {
        let fact = self.facts.get_key_value(&id).map(row)?;
        Some(PendingFact {
            account: self.accounts.get_key_value(&fact.account.known()?).map(row)?,
            request: fact.request.and_then(Link::known).and_then(|id| self.requests.get_key_value(&id)).map(row),
            support: fact.support.and_then(Link::known).and_then(|id| self.supports.get_key_value(&id)).map(row),
            movement: fact.movement.and_then(Link::known).and_then(|id| self.movements.get_key_value(&id)).map(row),
            comment: comment::told_by(&fact)
                .and_then(|uuid| self.comments.iter().find(|(_, comment)| comment.uuid == uuid))
                .map(row),
            fact,
        })
    }
}

/// Devices by endpoint, what people do not want to be told, and which version of what each was shown.
#[derive(Default)]
pub(super) struct People {
    devices: BTreeMap<String, (UserId, PushSubscription, Timestamp)>,
    opt_outs: BTreeSet<(UserId, Notice, Channel)>,
    seen: BTreeMap<(UserId, Shown, u64), u64>,
}

#[async_trait]
impl Queue<OutboxEntry> for MemoryStore {
    async fn claim(&self, claim: &Claim) -> Result<Vec<Leased<OutboxEntry>>, StoreError> {
        self.reach(Step::Queue)?;
        Ok(self.state().outbox.claim(claim))
    }

    async fn settle(&self, lease: &Lease, settlement: &Settlement) -> Result<bool, StoreError> {
        self.reach(Step::Queue)?;
        Ok(self.state().outbox.settle(lease, settlement))
    }

    async fn settle_and_go_on(
        &self,
        ended: &[(Lease, Settlement)],
        claim: &Claim,
    ) -> Result<WentOn<OutboxEntry>, StoreError> {
        self.reach(Step::Queue)?;
        Ok(self.state().outbox.settle_and_go_on(ended, claim))
    }

    async fn release(&self, leases: &[Lease], _now: Timestamp) -> Result<(), StoreError> {
        self.reach(Step::Queue)?;
        self.state().outbox.release(leases);
        Ok(())
    }

    async fn depth(&self, now: Timestamp) -> Result<Depth, StoreError> {
        self.reach(Step::Queue)?;
        Ok(self.state().outbox.depth(now))
    }
}

#[async_trait]
impl Queue<Notification> for MemoryStore {
    async fn claim(&self, claim: &Claim) -> Result<Vec<Leased<Notification>>, StoreError> {
        self.reach(Step::Queue)?;
        Ok(self.state().notifications.jobs.claim(claim))
    }

    async fn settle(&self, lease: &Lease, settlement: &Settlement) -> Result<bool, StoreError> {
        self.reach(Step::Queue)?;
        Ok(self.state().notifications.jobs.settle(lease, settlement))
    }

    async fn settle_and_go_on(
        &self,
        ended: &[(Lease, Settlement)],
        claim: &Claim,
    ) -> Result<WentOn<Notification>, StoreError> {
        self.reach(Step::Queue)?;
        Ok(self.state().notifications.jobs.settle_and_go_on(ended, claim))
    }

    async fn release(&self, leases: &[Lease], _now: Timestamp) -> Result<(), StoreError> {
        self.reach(Step::Queue)?;
        self.state().notifications.jobs.release(leases);
        Ok(())
    }

    async fn depth(&self, now: Timestamp) -> Result<Depth, StoreError> {
        self.reach(Step::Queue)?;
        Ok(self.state().notifications.jobs.depth(now))
    }
}

#[async_trait]
impl PendingFacts for MemoryStore {
    async fn pending_facts(&self, limit: u32) -> Result<Vec<PendingFact>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let pending = state.tables.pending.iter().filter_map(|id| state.tables.pending_fact(*id));
        Ok(pending.take(limit as usize).collect())
    }

    async fn save_fan_out(&self, fanned_out: &[FannedOut]) -> Result<(), StoreError> {
        self.reach(Step::Queue)?;
        let mut state = self.state();
        for FannedOut { fact, notifications } in fanned_out {
            state.notifications.enqueue(notifications);
            state.tables.pending.remove(fact);
        }
        Ok(())
    }
}

#[async_trait]
impl Notifications for MemoryStore {
    async fn enqueue(&self, notifications: &[NewNotification]) -> Result<(), StoreError> {
        self.reach(Step::Queue)?;
        self.state().notifications.enqueue(notifications);
        Ok(())
    }

    async fn notifications(
        &self,
        filter: &NotificationFilter,
        page: Page,
    ) -> Result<Slice<NotificationRecord>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let is_of = |fact: FactId, request| {
            state.tables.facts.get(&fact).is_some_and(|fact| fact.request == Some(Link::Id(request)))
        };
        let counts =
            |fact: Option<FactId>| filter.request.is_none_or(|request| fact.is_some_and(|fact| is_of(fact, request)));
        Ok(state.notifications.list(filter, page, counts))
    }

    async fn resend(&self, id: u64, to: Option<&str>, by: &str, at: Timestamp) -> Result<Resend, StoreError> {
        self.reach(Step::Queue)?;
        Ok(self.state().notifications.resend(id, to, by, at))
    }

    async fn notification_attempts(&self, id: u64) -> Result<Vec<Attempt>, StoreError> {
        self.reach(Step::Read)?;
        Ok(self.state().notifications.attempts(id))
    }
}

#[async_trait]
impl Subscriptions for MemoryStore {
    async fn subscribe(
        &self,
        user: UserId,
        device: &PushSubscription,
        at: Timestamp,
        once: Option<&Once>,
    ) -> Result<Subscribed, StoreError> {
        self.reach(Step::Queue)?;
        let mut state = self.state();
        let place = once.map(|once| (once.scope.clone(), once.key.key.clone()));
        let first = place.as_ref().and_then(|place| state.tables.answers.get(place));
        if let (Some(once), Some((fingerprint, _))) = (once, first) {
            return Ok(if *fingerprint == once.key.fingerprint { Subscribed::Before } else { Subscribed::KeyReused });
        }
        let devices = &mut state.people.devices;
        if devices.get(&device.endpoint).is_some_and(|(_, known, _)| !known.has_keys_of(device)) {
            return Ok(Subscribed::OfAnother);
        }
        devices.insert(device.endpoint.clone(), (user, device.clone(), at));
        let own = devices.iter().filter(|(_, (owner, ..))| *owner == user);
        let mut own: Vec<_> = own.map(|(endpoint, (.., at))| (*at, endpoint.clone())).collect();
        own.sort_unstable();
        for (_, endpoint) in own.iter().rev().skip(MAX_DEVICES) {
            devices.remove(endpoint);
        }
        if let (Some(once), Some(place)) = (once, place) {
            state.tables.answers.insert(place, (once.key.fingerprint, Answer::OfHost(().into())));
        }
        Ok(Subscribed::Kept)
    }

    async fn unsubscribe(&self, user: UserId, endpoint: &str) -> Result<bool, StoreError> {
        self.reach(Step::Queue)?;
        let devices = &mut self.state().people.devices;
        let has = devices.get(endpoint).is_some_and(|(owner, ..)| *owner == user);
        Ok(has && devices.remove(endpoint).is_some())
    }

    async fn devices(&self, users: &[UserId]) -> Result<Vec<(UserId, PushSubscription)>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let own = state.people.devices.values().filter(|(user, ..)| users.contains(user));
        Ok(own.map(|(user, device, _)| (*user, device.clone())).collect())
    }

    async fn device(&self, endpoint: &str) -> Result<Option<PushSubscription>, StoreError> {
        self.reach(Step::Read)?;
        Ok(self.state().people.devices.get(endpoint).map(|(_, device, _)| device.clone()))
    }

    async fn forget(&self, endpoint: &str) -> Result<(), StoreError> {
        self.reach(Step::Queue)?;
        self.state().people.devices.remove(endpoint);
        Ok(())
    }

    async fn opt_outs(&self, users: &[UserId]) -> Result<Vec<(UserId, Notice, Channel)>, StoreError> {
        self.reach(Step::Read)?;
        Ok(self.state().people.opt_outs.iter().filter(|(user, ..)| users.contains(user)).copied().collect())
    }

    async fn set_opt_out(&self, user: UserId, notice: Notice, channel: Channel, out: bool) -> Result<(), StoreError> {
        self.reach(Step::Queue)?;
        let choices = &mut self.state().people.opt_outs;
        if out {
            choices.insert((user, notice, channel));
        } else {
            choices.remove(&(user, notice, channel));
        }
        Ok(())
    }

    async fn seen(&self, user: UserId, what: Shown, ids: &[u64]) -> Result<BTreeMap<u64, u64>, StoreError> {
        self.reach(Step::Read)?;
        let state = self.state();
        let version = |id: &u64| Some((*id, *state.people.seen.get(&(user, what, *id))?));
        Ok(ids.iter().filter_map(version).collect())
    }

    async fn set_seen(&self, user: UserId, what: Shown, id: u64, version: u64) -> Result<(), StoreError> {
        self.reach(Step::Queue)?;
        let mut state = self.state();
        let seen = state.people.seen.entry((user, what, id)).or_default();
        *seen = version.max(*seen);
        Ok(())
    }
}
