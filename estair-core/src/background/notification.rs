//! Notifications: fanned out from facts, and sent (N3).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::id::AccountId;
use crate::notice::{Audience, Channel, Notice};
use crate::notification::{
    Directory, FannedOut, NOT_CONFIGURED, Notification, Notifications, Notifier, PendingFacts, QuietHours, Recipient,
    fan_out,
};
use crate::queue::{Claim, Leased, Queue, Report, Schedule, Work, Worker};
use crate::store::StoreError;

/// Sends notifications by their channels (N3).
#[derive(Clone)]
pub struct SendNotifications {
    /// Where they wait.
    pub queue: Arc<dyn Notifications>,
    /// The channels.
    pub notifier: Arc<dyn Notifier>,
    /// When one is tried again.
    pub schedule: Schedule,
    /// When what is of low priority waits.
    pub quiet: Option<QuietHours>,
}

#[async_trait]
impl Work<Notification> for SendNotifications {
    fn queue(&self) -> &dyn Queue<Notification> {
        self.queue.as_ref()
    }

    fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    async fn attempt(&self, leased: &Leased<Notification>) -> Report {
        if !self.notifier.is_on(leased.job.channel) {
            return Report::skipped(NOT_CONFIGURED);
        }
        self.notifier.send(leased.lease.id, &leased.job).await
    }

    fn claim(&self, limit: u32, worker: &Worker<'_>) -> Claim {
        let claim = worker.claim(&self.schedule, limit);
        Claim { quiet: self.quiet.is_some_and(|quiet| quiet.holds_at(claim.now)), ..claim }
    }
}

/// Facts that are fanned out in one transaction at most.
const FANNED_OUT_AT_ONCE: u32 = 128;

/// Fans out the facts whose notices are pending, many in one transaction. Gives how many there were.
///
/// # Errors
/// The store's or the directory's trouble; nothing is lost, the facts stay pending.
pub async fn fan_out_facts(
    pending: &dyn PendingFacts,
    directory: &dyn Directory,
    notifier: &dyn Notifier,
    worker: &Worker<'_>,
) -> Result<usize, StoreError> {
    let facts = pending.pending_facts(FANNED_OUT_AT_ONCE).await?;
    let directory = &AskedOnce::new(directory);
    let mut fanned_out = Vec::with_capacity(facts.len());
    for fact in &facts {
        let notifications = fan_out(fact, directory, notifier, worker.clock.now()).await?;
        fanned_out.push(FannedOut { fact: fact.fact.id, notifications });
    }
    if !fanned_out.is_empty() {
        pending.save_fan_out(&fanned_out).await?;
    }
    Ok(fanned_out.len())
}

/// What a directory has said in one round: it is asked once whom a notice about an account reaches by a
/// channel, however many facts tell it.
struct AskedOnce<'a> {
    directory: &'a dyn Directory,
    said: Mutex<Said>,
}

type Said = BTreeMap<(Audience, Channel, Notice, Option<AccountId>), Vec<Recipient>>;

impl<'a> AskedOnce<'a> {
    fn new(directory: &'a dyn Directory) -> Self {
        Self { directory, said: Mutex::default() }
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        // Every change of it is whole.
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Directory for AskedOnce<'_> {
    async fn recipients(
        &self,
        audience: Audience,
        channel: Channel,
        notice: Notice,
        account: Option<AccountId>,
    ) -> Result<Vec<Recipient>, StoreError> {
        // A host may know for each account who of its staff has to do with it.
        let asked = (audience, channel, notice, account);
        if let Some(said) = self.said().get(&asked) {
            return Ok(said.clone());
        }
        let recipients = self.directory.recipients(audience, channel, notice, account).await?;
        self.said().insert(asked, recipients.clone());
        Ok(recipients)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    /// Says nobody, and notes who was asked for.
    #[derive(Default)]
    struct Asked(Mutex<Vec<(Audience, Option<AccountId>)>>);

    #[async_trait]
    impl Directory for Asked {
        async fn recipients(
            &self,
            audience: Audience,
            _: Channel,
            _: Notice,
            account: Option<AccountId>,
        ) -> Result<Vec<Recipient>, StoreError> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push((audience, account));
            Ok(Vec::new())
        }
    }

    #[test]
    fn a_directory_is_asked_once_for_each_audience_and_account() {
        let (directory, [one, other]) = (Asked::default(), [AccountId(1), AccountId(2)].map(Some));
        let round = AskedOnce::new(&directory);
        for (audience, account) in
            [(Audience::Finance, one), (Audience::Finance, other), (Audience::Client, one), (Audience::Client, other)]
        {
            for _ in 0..2 {
                let said = round.recipients(audience, Channel::Email, Notice::CreditRequested, account);
                assert!(matches!(said.now_or_never(), Some(Ok(said)) if said.is_empty()));
            }
        }
        let asked = directory.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let each = [Audience::Finance, Audience::Client].map(|audience| [(audience, one), (audience, other)]);
        assert_eq!(asked, each.concat());
    }
}
