//! Messager's own database, in memory.

use crate::clock::Timestamp;
use crate::memory::fault::{FaultPlan, Step};
use crate::memory::jobs::{Job, JobTable, NewJob};
use crate::memory::locked;
use crate::memory::notifications::NotificationTable;
use crate::messager::{
    MAX_MINUTES, Message, MessageEvent, MessageFilter, MessageRecord, MessagerStore, NewMessage, Operator, Pause,
    Receipt, Replay, Stats,
};
use crate::notice::Channel;
use crate::notification::outage::{AlertDecision, ChannelAlerts, HeldAlert, OutageState};
use crate::notification::{
    NewNotification, Notification, NotificationFilter, NotificationRecord, Notifications, Resend,
};
use crate::queue::{Attempt, Claim, Depth, JobStatus, Lease, Leased, Queue, Settlement, WentOn};
use crate::store::{EventRange, MAX_EVENTS, Page, Slice, StoreError};
use crate::text::holds;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use uuid::Uuid;

/// Most messages that one replay by filter begins again.
const MAX_REPLAYS: usize = 10_000;

/// Messager in memory: a [`MessagerStore`]. Clones share it.
#[derive(Clone, Default)]
pub struct MemoryMessager {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    faults: Mutex<FaultPlan>,
}

#[derive(Default)]
struct State {
    messages: JobTable<Kept>,
    /// Messages that changed since they were numbered last.
    fresh: BTreeSet<u64>,
    /// The last number that was given, and what is kept of the events.
    last_event: u64,
    events: VecDeque<MessageEvent>,
    alerts: NotificationTable,
    /// By channel, each with its version.
    watches: BTreeMap<Channel, (u64, OutageState)>,
    pause: Pause,
}

/// A message with what only this store needs of it.
#[derive(Clone)]
struct Kept {
    message: Message,
    max_retries: u32,
}

impl MemoryMessager {
    /// An empty Messager.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on, reads and queue steps fail as the plan says; [`FaultPlan::none`] ends it.
    pub fn fail(&self, plan: FaultPlan) {
        *locked(&self.shared.faults) = plan;
    }

    fn reach(&self, step: Step) -> Result<MutexGuard<'_, State>, StoreError> {
        locked(&self.shared.faults).reach(step)?;
        Ok(locked(&self.shared.state))
    }
}

impl State {
    fn record(&self, id: u64, job: &Job<Kept>) -> MessageRecord {
        let open = matches!(job.status, JobStatus::Pending | JobStatus::Processing);
        MessageRecord {
            id,
            message: job.job.message.clone(),
            status: job.status,
            retry_count: job.attempts.saturating_sub(1),
            max_retries: job.job.max_retries,
            next_attempt_at: open.then_some(job.next_attempt_at),
            created_at: job.created_at,
            completed_at: job.completed_at.filter(|_| job.status == JobStatus::Completed),
            result: job.result.clone(),
            blocked_by: self.messages.blocker(id).map(|blocker| blocker.job.message.uuid),
        }
    }

    /// Gives the state of a message the next number.
    /// Messages that were just leased.
    fn on_their_way(&mut self, leased: Vec<Leased<Kept>>) -> Vec<Leased<Message>> {
        self.fresh.extend(leased.iter().map(|leased| leased.lease.id));
        let message = |leased: Leased<Kept>| {
            let Leased { lease, attempts, created_at, job } = leased;
            Leased { lease, attempts, created_at, job: job.message }
        };
        leased.into_iter().map(message).collect()
    }

    fn number(&mut self, id: u64, at: Timestamp) {
        self.fresh.remove(&id);
        let Some(job) = self.messages.get(id) else { return };
        let (message, status) = (&job.job.message, job.status);
        let (uuid, kind, retry_count) = (message.uuid, message.kind.clone(), job.attempts.saturating_sub(1));
        self.last_event = self.last_event.saturating_add(1);
        let number = self.last_event;
        self.events.push_back(MessageEvent { number, id, uuid, kind, status, retry_count, at });
        while self.events.len() as u64 > MAX_EVENTS {
            self.events.pop_front();
        }
    }

    fn find(&self, uuid: Uuid) -> Option<(u64, &Job<Kept>)> {
        self.messages.newest(None).find(|(_, job)| job.job.message.uuid == uuid)
    }

    /// The failed messages that a filter finds, its status aside, oldest first.
    fn failed(&self, filter: &MessageFilter) -> Vec<u64> {
        let failed = self.messages.newest(None).filter(|(_, job)| job.status == JobStatus::Failed && fits(filter, job));
        let mut ids: Vec<_> = failed.map(|(id, _)| id).collect();
        ids.reverse();
        ids
    }
}

/// Everything of a filter but its status.
fn fits(filter: &MessageFilter, job: &Job<Kept>) -> bool {
    let MessageFilter { status: _, kind, domain, from, to, q } = filter;
    let message = &job.job.message;
    kind.as_ref().is_none_or(|kind| *kind == message.kind)
        && domain.as_ref().is_none_or(|domain| *domain == message.domain)
        && from.is_none_or(|from| job.created_at >= from)
        && to.is_none_or(|to| job.created_at < to)
        && holds(q.as_deref(), &[&message.uuid.to_string(), &message.payload.to_string()])
}

#[async_trait]
impl MessagerStore for MemoryMessager {
    async fn accept(&self, new: &NewMessage) -> Result<(Receipt, bool), StoreError> {
        let mut state = self.reach(Step::Queue)?;
        let NewMessage { message, idempotency_key, order_key, max_retries, at } = new;
        let kept = Kept { message: message.clone(), max_retries: *max_retries };
        let unique = idempotency_key.as_ref().map(|key| format!("{} {key}", message.domain));
        let (id, created) =
            state.messages.insert(NewJob { unique, order_key: order_key.clone(), ..NewJob::new(kept, *at) });
        if created {
            state.fresh.insert(id);
        }
        let message_uuid = state.messages.get(id).map_or(message.uuid, |job| job.job.message.uuid);
        Ok((Receipt { message_uuid, message_id: id }, created))
    }

    async fn bury(
        &self,
        lease: &Lease,
        settlement: &Settlement,
        alerts: &[NewNotification],
    ) -> Result<bool, StoreError> {
        let mut state = self.reach(Step::Queue)?;
        let settled = state.messages.settle(lease, settlement);
        if settled {
            state.fresh.insert(lease.id);
            state.alerts.hold(alerts);
        }
        Ok(settled)
    }

    async fn messages(&self, filter: &MessageFilter, page: Page) -> Result<Slice<MessageRecord>, StoreError> {
        let state = self.reach(Step::Read)?;
        let fitting = state
            .messages
            .newest(page.before)
            .filter(|(_, job)| filter.status.is_none_or(|status| job.status == status) && fits(filter, job));
        let surplus = (page.limit as usize).saturating_add(1);
        let records = fitting.take(surplus).map(|(id, job)| state.record(id, job)).collect();
        Ok(Slice::of(records, page.limit, |record| record.id))
    }

    async fn message(&self, uuid: Uuid) -> Result<Option<(MessageRecord, Vec<Attempt>)>, StoreError> {
        let state = self.reach(Step::Read)?;
        Ok(state.find(uuid).map(|(id, job)| (state.record(id, job), job.log.clone())))
    }

    async fn replay(&self, uuid: Uuid, operator: &Operator) -> Result<Replay, StoreError> {
        let mut state = self.reach(Step::Queue)?;
        let Some(id) = state.find(uuid).map(|(id, _)| id) else { return Ok(Replay::Unknown) };
        Ok(match state.messages.replay(id, operator) {
            Ok(()) => {
                state.fresh.insert(id);
                Replay::Begun
            }
            Err(status) => Replay::NotFailed(status),
        })
    }

    async fn replay_all(&self, filter: &MessageFilter, operator: Option<&Operator>) -> Result<u64, StoreError> {
        let mut state = self.reach(Step::Queue)?;
        let failed = state.failed(filter);
        let Some(operator) = operator else { return Ok(failed.len() as u64) };
        let mut begun = failed;
        begun.truncate(MAX_REPLAYS);
        begun.retain(|id| state.messages.replay(*id, operator).is_ok());
        state.fresh.extend(&begun);
        Ok(begun.len() as u64)
    }

    async fn set_paused(&self, paused: bool, operator: &Operator) -> Result<(), StoreError> {
        let Operator { by, reason, at } = operator.clone();
        self.reach(Step::Queue)?.pause = Pause { paused, by: Some(by), reason: Some(reason), at: Some(at) };
        Ok(())
    }

    async fn pause(&self) -> Result<Pause, StoreError> {
        Ok(self.reach(Step::Read)?.pause.clone())
    }

    async fn alerts(&self, channel: Channel, limit: u32) -> Result<ChannelAlerts, StoreError> {
        let state = self.reach(Step::Read)?;
        let (version, watch) = state.watches.get(&channel).cloned().unwrap_or_default();
        let held = state.alerts.jobs.held().filter(|(_, job)| job.job.channel == channel);
        let held = held.map(|(id, job)| HeldAlert { id, at: job.created_at, alert: job.job.clone() });
        let held = held.take(limit as usize).collect();
        let messages = || state.messages.newest(None).map(|(_, job)| job);
        let delivered = messages().filter(|job| job.status == JobStatus::Completed);
        let delivered_at = delivered.filter_map(|job| job.completed_at).max();
        let failed = messages().filter(|job| job.status == JobStatus::Failed).count() as u64;
        Ok(ChannelAlerts { channel, version, watch, held, delivered_at, failed })
    }

    async fn settle_alerts(&self, decided: &AlertDecision) -> Result<bool, StoreError> {
        let mut state = self.reach(Step::Queue)?;
        let kept = state.watches.entry(decided.channel).or_default();
        if kept.0 != decided.version {
            return Ok(false);
        }
        *kept = (decided.version.saturating_add(1), decided.watch.clone());
        state.alerts.jobs.let_go(&decided.released, None);
        state.alerts.jobs.let_go(&decided.grouped, Some((&decided.reason, decided.at)));
        state.alerts.enqueue(&decided.messages);
        Ok(true)
    }

    async fn stats(&self, now: Timestamp) -> Result<Stats, StoreError> {
        let state = self.reach(Step::Read)?;
        let depth = state.messages.depth(now);
        let minute = chrono::Duration::minutes(1);
        let recent = |job: &Job<Kept>| {
            let completed = job.completed_at.filter(|_| job.status == JobStatus::Completed);
            completed.is_some_and(|at| at <= now && now.signed_duration_since(at) < minute)
        };
        Ok(Stats {
            pending: depth.pending,
            processing: depth.processing,
            completed: depth.completed,
            failed: depth.failed,
            oldest_pending_age_seconds: depth.oldest_pending_age_seconds,
            per_minute: state.messages.newest(None).filter(|(_, job)| recent(job)).count() as u64,
            paused: state.pause.paused,
        })
    }

    async fn delivered(&self, from: Timestamp, minutes: u32) -> Result<Vec<u64>, StoreError> {
        let state = self.reach(Step::Read)?;
        let mut counts = vec![0; minutes.clamp(1, MAX_MINUTES) as usize];
        let delivered = state.messages.newest(None).map(|(_, job)| job);
        let delivered = delivered.filter(|job| job.status == JobStatus::Completed).filter_map(|job| job.completed_at);
        for at in delivered.filter(|at| *at >= from) {
            let minute = usize::try_from(at.signed_duration_since(from).num_minutes());
            if let Some(count) = minute.ok().and_then(|minute| counts.get_mut(minute)) {
                *count += 1;
            }
        }
        Ok(counts)
    }

    async fn events(&self, after: u64, limit: u32) -> Result<Vec<MessageEvent>, StoreError> {
        let state = self.reach(Step::Read)?;
        Ok(state.events.iter().filter(|event| event.number > after).take(limit as usize).cloned().collect())
    }

    async fn event_range(&self, since: Timestamp) -> Result<EventRange, StoreError> {
        let state = self.reach(Step::Read)?;
        let last = state.last_event;
        let first = state.events.iter().find(|event| event.at >= since);
        let before_first = first.map_or(last, |first| first.number.saturating_sub(1));
        Ok(EventRange { before_first: before_first.max(last.saturating_sub(MAX_EVENTS)), last })
    }

    async fn number_events(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let mut state = self.reach(Step::Queue)?;
        let fresh: Vec<_> = state.fresh.iter().copied().take(limit as usize).collect();
        for id in &fresh {
            state.number(*id, now);
        }
        Ok(fresh.len() as u64)
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.reach(Step::Read).map(|_| ())
    }
}

#[async_trait]
impl Queue<Message> for MemoryMessager {
    async fn claim(&self, claim: &Claim) -> Result<Vec<Leased<Message>>, StoreError> {
        let mut state = self.reach(Step::Queue)?;
        if state.pause.paused {
            return Ok(Vec::new());
        }
        let leased = state.messages.claim(claim);
        Ok(state.on_their_way(leased))
    }

    async fn settle_and_go_on(
        &self,
        ended: &[(Lease, Settlement)],
        claim: &Claim,
    ) -> Result<WentOn<Message>, StoreError> {
        let mut state = self.reach(Step::Queue)?;
        // Paused deliveries lease nothing.
        let limit = if state.pause.paused { 0 } else { claim.limit };
        let WentOn { settled, next } = state.messages.settle_and_go_on(ended, &Claim { limit, ..*claim });
        let done = ended.iter().zip(&settled).filter(|(_, settled)| **settled);
        let done: Vec<_> = done.map(|((lease, _), _)| lease.id).collect();
        state.fresh.extend(done);
        Ok(WentOn { settled, next: state.on_their_way(next) })
    }

    async fn settle(&self, lease: &Lease, settlement: &Settlement) -> Result<bool, StoreError> {
        let mut state = self.reach(Step::Queue)?;
        let settled = state.messages.settle(lease, settlement);
        if settled {
            state.fresh.insert(lease.id);
        }
        Ok(settled)
    }

    async fn release(&self, leases: &[Lease], _now: Timestamp) -> Result<(), StoreError> {
        let mut state = self.reach(Step::Queue)?;
        state.messages.release(leases);
        state.fresh.extend(leases.iter().map(|lease| lease.id));
        Ok(())
    }

    async fn depth(&self, now: Timestamp) -> Result<Depth, StoreError> {
        Ok(self.reach(Step::Queue)?.messages.depth(now))
    }
}

#[async_trait]
impl Queue<Notification> for MemoryMessager {
    async fn claim(&self, claim: &Claim) -> Result<Vec<Leased<Notification>>, StoreError> {
        Ok(self.reach(Step::Queue)?.alerts.jobs.claim(claim))
    }

    async fn settle(&self, lease: &Lease, settlement: &Settlement) -> Result<bool, StoreError> {
        Ok(self.reach(Step::Queue)?.alerts.jobs.settle(lease, settlement))
    }

    async fn settle_and_go_on(
        &self,
        ended: &[(Lease, Settlement)],
        claim: &Claim,
    ) -> Result<WentOn<Notification>, StoreError> {
        Ok(self.reach(Step::Queue)?.alerts.jobs.settle_and_go_on(ended, claim))
    }

    async fn release(&self, leases: &[Lease], _now: Timestamp) -> Result<(), StoreError> {
        self.reach(Step::Queue)?.alerts.jobs.release(leases);
        Ok(())
    }

    async fn depth(&self, now: Timestamp) -> Result<Depth, StoreError> {
        Ok(self.reach(Step::Queue)?.alerts.jobs.depth(now))
    }
}

#[async_trait]
impl Notifications for MemoryMessager {
    async fn enqueue(&self, notifications: &[NewNotification]) -> Result<(), StoreError> {
        self.reach(Step::Queue)?.alerts.enqueue(notifications);
        Ok(())
    }

    async fn notifications(
        &self,
        filter: &NotificationFilter,
        page: Page,
    ) -> Result<Slice<NotificationRecord>, StoreError> {
        let state = self.reach(Step::Read)?;
        Ok(state.alerts.list(filter, page, |_| filter.request.is_none()))
    }

    async fn resend(&self, id: u64, to: Option<&str>, by: &str, at: Timestamp) -> Result<Resend, StoreError> {
        Ok(self.reach(Step::Queue)?.alerts.resend(id, to, by, at))
    }

    async fn notification_attempts(&self, id: u64) -> Result<Vec<Attempt>, StoreError> {
        Ok(self.reach(Step::Read)?.alerts.attempts(id))
    }
}
