//! The chain of an account's movements: each link is sealed over what it covers, and the formulas over its movements give
//! the figures that are kept (F1 to F5, F8, W4).

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::audit::{AuditKeys, ChainLink, LogStatus, Sealed, Sealing, changes};
use crate::clock::BusinessDay;
use crate::hash::Hash;
use crate::id::{AccountId, MovementId};
use crate::money::{Money, MoneyError};
use crate::movement_type::MovementType;
use crate::row::{Account, Movement, MovementStatus, Posted, Row, State};
use crate::store::{AuditReader, AuditedLog, StoreError};
use crate::verify::{BATCH, Finding, Report};

/// What a whole chain says.
pub(super) struct Chain {
    /// The last state of each day that it left behind.
    pub(super) closed: BTreeMap<BusinessDay, State>,
    /// The seal of the last link that may be without the host's key.
    pub(super) at_keyed: Hash,
}

/// Walks the chain of an account and stops at its first broken link; nothing when it is broken.
pub(super) async fn walk(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    keys: Option<&AuditKeys>,
    report: &mut Report,
) -> Result<Option<Chain>, StoreError> {
    let mut walk = Walk::new(stored, keys);
    let (mut after, mut beyond) = ((0, 0), None);
    'pages: loop {
        let batch = reader.audit_logs(stored.id, after, BATCH).await?;
        for log in &batch {
            let version = log.row.link().map_or(0, |link| link.version);
            after = (version, log.row.id);
            if version > stored.version {
                beyond = Some((version, log.movement.as_ref().map(|movement| movement.id)));
                break 'pages;
            }
            report.links = report.links.saturating_add(1);
            let movement = log.movement.as_ref().map(|movement| movement.id);
            if let Err(problem) = walk.step(stored, log) {
                let problem = format!("the chain is broken at link {version}: {problem}");
                report.find(Finding::on_account(stored.id, problem).with_movement(movement));
                return Ok(None);
            }
            for problem in walk.beside(log) {
                report.find(Finding::on_account(stored.id, problem).with_movement(movement));
            }
        }
        if batch.len() < BATCH as usize {
            break;
        }
    }
    if let Some((version, movement)) = beyond {
        check_beyond(reader, stored.id, version, movement, report).await?;
    }
    walk.compare(stored, report);
    check_marked(reader, stored, &walk.marked, report).await?;
    check_unlinked(reader, stored, report).await?;
    Ok(Some(Chain { closed: walk.closed, at_keyed: walk.at_keyed }))
}

/// What has a place beyond the account's version was written since the account was read, or put there by hand: a link, its
/// movement and the account's version are committed together.
async fn check_beyond(
    reader: &dyn AuditReader,
    id: AccountId,
    version: u64,
    movement: Option<MovementId>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let now = reader.account(id).await?.map_or(0, |now| now.version);
    if now < version {
        let problem = format!("place {version} is beyond the account's version, {now}");
        report.find(Finding::on_account(id, problem).with_movement(movement));
    }
    Ok(())
}

/// A credit is marked as cancelled by the movement that takes it back (F3).
async fn check_marked(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    marked: &BTreeMap<Uuid, MovementId>,
    report: &mut Report,
) -> Result<(), StoreError> {
    // What was taken back since the account was read is told by a link that was not looked at.
    if marked.is_empty() || reader.account(stored.id).await?.is_some_and(|now| now.version != stored.version) {
        return Ok(());
    }
    for movement in marked.values() {
        let problem = "is a credit that is marked as cancelled and that nothing takes back";
        report.find(Finding::on_account(stored.id, problem).with_movement(Some(*movement)));
    }
    Ok(())
}

/// Every successful movement has its link. Counted first: naming those that have none reads the whole history.
async fn check_unlinked(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let count = reader.audit_count(stored.id).await?;
    let now = reader.account(stored.id).await?.map_or(0, |now| now.version);
    if (stored.version..=now).contains(&count) {
        return Ok(());
    }
    for movement in reader.unlinked_movements(stored.id, BATCH).await? {
        let problem = "is a success that no link of the chain names";
        report.find(Finding::on_account(stored.id, problem).with_movement(Some(movement)));
    }
    if count < stored.version {
        let problem = format!("{count} movements are written, the account's version is {}", stored.version);
        report.find(Finding::on_account(stored.id, problem));
    }
    Ok(())
}

struct Walk<'a> {
    keys: Option<&'a AuditKeys>,
    keyed_after: Option<u64>,
    version: u64,
    hash: Hash,
    at_keyed: Hash,
    last: Option<State>,
    closed: BTreeMap<BusinessDay, State>,
    /// Credits that are marked as cancelled and of whose cancellation no link has told yet.
    marked: BTreeMap<Uuid, MovementId>,
    sums: Sums,
}

impl<'a> Walk<'a> {
    fn new(stored: &Account, keys: Option<&'a AuditKeys>) -> Self {
        Self {
            keys,
            keyed_after: stored.keyed.map(|keyed| keyed.version),
            version: 0,
            hash: Hash::GENESIS,
            at_keyed: Hash::GENESIS,
            last: None,
            closed: BTreeMap::new(),
            marked: BTreeMap::new(),
            sums: Sums::new(stored),
        }
    }

    /// What must be true of a link, so that the next one can be looked at.
    fn step(&mut self, stored: &Account, log: &AuditedLog) -> Result<(), String> {
        let link = log.row.link().ok_or("it is no link")?;
        if link.version != self.version.saturating_add(1) {
            return Err(format!("link {} is expected", self.version.saturating_add(1)));
        }
        if link.previous_hash != self.hash {
            return Err("it does not name the hash of the link before".to_owned());
        }
        if self.last.is_some_and(|last| last != link.before) {
            return Err("it does not begin where the link before ended".to_owned());
        }
        let movement = log.movement.as_ref().ok_or("its movement is gone")?;
        // Without the key nothing can be said of what is sealed with it.
        let keyed = self.keyed_after.is_some_and(|after| link.version > after);
        let sealing = Sealing::with(self.keys.filter(|_| keyed));
        let judged = !keyed || self.keys.is_some();
        if judged && !sealed(stored, log, link, movement).is_sealed_by(link.hash, self.hash, sealing) {
            return Err("its content does not give its hash".to_owned());
        }
        self.sums
            .add(movement, link.after.day, log.cancelled.and_then(|credit| credit.day))
            .map_err(|e| e.to_string())?;
        match log.cancelled {
            Some(credit) => drop(self.marked.remove(&credit.uuid)),
            None if movement.cancelled_at.is_some() => drop(self.marked.insert(movement.uuid, movement.id)),
            None => {}
        }
        if link.before.day != link.after.day && self.version > 0 {
            self.closed.insert(link.before.day, link.before);
        }
        (self.version, self.hash, self.last) = (link.version, link.hash, Some(link.after));
        if self.keyed_after == Some(link.version) {
            self.at_keyed = link.hash;
        }
        Ok(())
    }

    /// What else must be true of a link's rows: what follows from what is sealed.
    fn beside(&self, log: &AuditedLog) -> Vec<String> {
        let (Some(link), Some(movement)) = (log.row.link(), &log.movement) else { return Vec::new() };
        let cancelled = movement.cancelled_at.is_some() && movement.kind != MovementType::Credit;
        let expected = [
            (movement.status == MovementStatus::Success, format!("its movement is {}", movement.status)),
            (!movement.is_deleted, "its movement is marked as deleted".to_owned()),
            (log.status == LogStatus::Success, format!("its log's status is {}", log.status)),
            (
                log.changes.as_ref() == Some(&changes(&link.before, &link.after)),
                "its changes are not those of its states".to_owned(),
            ),
            (movement.posted == Some(posted(link)), "its movement keeps other figures or another day".to_owned()),
            (movement.failure.is_none(), "its movement keeps an error".to_owned()),
            (
                movement.completed_at == Some(log.row.created_at),
                "its movement was completed at another instant".to_owned(),
            ),
            (
                movement.attempts == log.row.attempt_number
                    && movement.retry_count == Movement::retries_of(movement.attempts, movement.max_retries),
                "its movement counts other attempts".to_owned(),
            ),
            (
                log.result.as_deref() == movement.result().as_ref().map(|result| result.as_str()),
                "its movement keeps another answer".to_owned(),
            ),
            (log.has_its_values, "its movement shows another payload or answer than it keeps".to_owned()),
            (!cancelled, "its movement is no credit and is marked as cancelled".to_owned()),
            (
                movement.cancelled_at.is_some() || movement.modified_by == log.row.triggered_by,
                "its movement names another person".to_owned(),
            ),
            (
                log.request.is_none_or(|request| request.movement == Some(movement.id)),
                "its movement's request names another movement".to_owned(),
            ),
            (movement.request.is_none() || log.request.is_some(), "the request of its movement is gone".to_owned()),
            (
                log.cancelled.is_none_or(|credit| credit.at == Some(log.row.created_at)),
                "the credit that it takes back is not marked as cancelled then".to_owned(),
            ),
            (
                log.cancelled.is_none_or(|credit| credit.by == log.row.triggered_by),
                "the credit that it takes back names another person".to_owned(),
            ),
        ];
        expected.into_iter().filter(|(holds, _)| !holds).map(|(_, problem)| problem).collect()
    }

    /// What the chain came to, against what the account keeps.
    fn compare(&self, stored: &Row<AccountId, Account>, report: &mut Report) {
        let mut differs = |problem: String| report.find(Finding::on_account(stored.id, problem));
        if self.version != stored.version || self.hash != stored.last_hash {
            let (have, want) = (self.version, stored.version);
            differs(format!(
                "the chain ends at link {have} with {}, the account keeps {want} with {}",
                self.hash, stored.last_hash
            ));
        }
        if let Some(last) = self.last.filter(|last| *last != stored.state()) {
            differs(format!("the chain ends in {}, the account is {}", last.to_json(), stored.state().to_json()));
        }
        let (kept, sums) = (&stored.indicators, &self.sums);
        for (name, kept, computed) in [
            ("balance_previous_day", kept.balance_previous_day, sums.balance_previous_day),
            ("balance", kept.balance, sums.balance),
            ("daily_credit", kept.daily_credit, sums.daily_credit),
            ("active_credit", kept.active_credit, sums.active_credit),
        ] {
            if kept != computed {
                differs(format!("{name} is {kept}, the movements give {computed}"));
            }
        }
    }
}

fn sealed<'a>(stored: &Account, log: &'a AuditedLog, link: &'a ChainLink, movement: &'a Movement) -> Sealed<'a> {
    Sealed {
        account: stored.uuid,
        movement,
        request: log.request.map(|request| request.uuid),
        parent: log.request.and_then(|request| request.parent),
        cancels: log.cancelled.map(|credit| credit.uuid),
        attempt: log.row.attempt_number,
        triggered_by: log.row.triggered_by,
        ip_address: log.row.ip_address.as_deref(),
        user_agent: log.row.user_agent.as_deref(),
        before: &link.before,
        after: &link.after,
        at: log.row.created_at,
    }
}

/// What a movement keeps of the link that wrote it.
fn posted(link: &ChainLink) -> Posted {
    let (before, after) = (link.before.indicators, link.after.indicators);
    Posted {
        day: link.after.day,
        sequence: link.version,
        exposition_before: before.stored_exposition(),
        exposition_after: after.stored_exposition(),
        balance_after: after.balance,
    }
}

/// The formulas over the movements of an account (F1 to F5).
struct Sums {
    day: BusinessDay,
    balance_previous_day: Money,
    balance: Money,
    daily_credit: Money,
    active_credit: Money,
}

impl Sums {
    fn new(account: &Account) -> Self {
        let zero = Money::zero(account.currency());
        Self { day: account.day, balance_previous_day: zero, balance: zero, daily_credit: zero, active_credit: zero }
    }

    /// `granted_on` is the day of the credit that the movement takes back.
    fn add(
        &mut self,
        movement: &Movement,
        day: BusinessDay,
        granted_on: Option<BusinessDay>,
    ) -> Result<(), MoneyError> {
        let amount = movement.amount;
        if movement.kind.rule().credit_family {
            // A cancellation's amount is negative: it takes its credit out of both.
            let credited_on = if movement.kind == MovementType::Credit { Some(day) } else { granted_on };
            self.active_credit = self.active_credit.checked_add(amount)?;
            if credited_on == Some(self.day) {
                self.daily_credit = self.daily_credit.checked_add(amount)?;
            }
        } else {
            self.balance = self.balance.checked_add(amount)?;
            if day < self.day {
                self.balance_previous_day = self.balance_previous_day.checked_add(amount)?;
            }
        }
        Ok(())
    }
}
