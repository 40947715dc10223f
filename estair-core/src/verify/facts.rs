//! The chain of an account's facts: everything that was decided about it, or about what belongs to it, in order (V2).

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::{AuditKeys, Log, LogStatus, Sealing, evidence};
use crate::fact::{Fact, FactKind};
use crate::hash::Hash;
use crate::id::{AccountId, MovementId};
use crate::money::Money;
use crate::row::{Account, AccountChange, AccountField, LimitChange, Link, Row};
use crate::store::{AuditReader, AuditedFact, StoreError};
use crate::verify::{BATCH, Finding, Report};

/// What a whole chain says.
pub(super) struct Facts {
    /// The seal of the last fact that may be without the host's key.
    pub(super) at_keyed: Hash,
}

/// Walks the facts of an account and stops at the first broken one; nothing when the chain is broken.
pub(super) async fn walk(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    keys: Option<&AuditKeys>,
    report: &mut Report,
) -> Result<Option<Facts>, StoreError> {
    let mut walk = Walk {
        keys,
        keyed_after: stored.keyed.map(|keyed| keyed.facts),
        count: 0,
        hash: Hash::GENESIS,
        at_keyed: Hash::GENESIS,
        subject: None,
        limits: Vec::new(),
        changes: Vec::new(),
        failures: BTreeMap::new(),
        written: 0,
    };
    'pages: loop {
        let batch = reader.audit_facts(stored.id, walk.count, BATCH).await?;
        for fact in &batch {
            let place = fact.row.seal.map_or(0, |seal| seal.sequence);
            if place > stored.trail.count {
                let now = reader.account(stored.id).await?.map_or(0, |now| now.trail.count);
                if now < place {
                    let problem = format!("fact {place} is beyond the facts that the account counts, {now}");
                    report.find(Finding::on_account(stored.id, problem));
                }
                break 'pages;
            }
            report.facts = report.facts.saturating_add(1);
            if let Err(problem) = walk.step(stored, fact) {
                let problem = format!("the facts are broken at number {place}: {problem}");
                report.find(Finding::on_account(stored.id, problem).with_movement(movement_of(&fact.row)));
                return Ok(None);
            }
        }
        if batch.len() < BATCH as usize {
            break;
        }
    }
    walk.compare(stored, report);
    check_limits(reader, stored, &walk.limits, report).await?;
    check_changes(reader, stored, &walk.changes, report).await?;
    check_failures(reader, stored, walk.failures, report).await?;
    Ok(Some(Facts { at_keyed: walk.at_keyed }))
}

fn movement_of(fact: &Fact) -> Option<MovementId> {
    fact.movement.and_then(Link::known)
}

struct Walk<'a> {
    keys: Option<&'a AuditKeys>,
    keyed_after: Option<u64>,
    count: u64,
    hash: Hash,
    at_keyed: Hash,
    /// What the last fact about the account itself keeps of it.
    subject: Option<Hash>,
    limits: Vec<Told>,
    changes: Vec<AccountChange>,
    /// What the failed attempts were, by movement and attempt.
    failures: BTreeMap<(MovementId, u64), String>,
    written: u64,
}

/// A change of the limit, as its fact tells it.
type Told = (Option<crate::id::UserId>, crate::clock::Timestamp, String, String, String);

impl Walk<'_> {
    fn step(&mut self, stored: &Account, audited: &AuditedFact) -> Result<(), String> {
        let fact = &audited.row;
        let seal = fact.seal.ok_or("it has no place")?;
        if seal.sequence != self.count.saturating_add(1) {
            return Err(format!("number {} is expected", self.count.saturating_add(1)));
        }
        if seal.previous != self.hash {
            return Err("it does not name the seal of the fact before".to_owned());
        }
        let gone = [
            (fact.request.is_some() && audited.uuids.request.is_none(), "its request is gone"),
            (fact.support.is_some() && audited.uuids.support.is_none(), "its support request is gone"),
            (fact.movement.is_some() && audited.uuids.movement.is_none(), "its movement is gone"),
        ];
        if let Some((_, problem)) = gone.into_iter().find(|(is_gone, _)| *is_gone) {
            return Err(problem.to_owned());
        }
        let keyed = self.keyed_after.is_some_and(|after| seal.sequence > after);
        let judged = !keyed || self.keys.is_some();
        let uuids = crate::fact::FactUuids { account: stored.uuid, ..audited.uuids };
        if judged && !fact.is_sealed_by(&seal, &uuids, Sealing::with(self.keys.filter(|_| keyed))) {
            return Err("its content does not give its seal".to_owned());
        }
        self.note(fact, seal.subject);
        (self.count, self.hash) = (seal.sequence, seal.hash);
        if self.keyed_after == Some(seal.sequence) {
            self.at_keyed = seal.hash;
        }
        Ok(())
    }

    fn note(&mut self, fact: &Fact, subject: Option<Hash>) {
        let text = |key: &str| fact.data.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        match fact.kind {
            FactKind::AccountCreated | FactKind::ChainKeyed => self.subject = subject,
            FactKind::AccountChanged => {
                self.subject = subject;
                self.changes.extend(change_of(fact));
            }
            FactKind::LimitChanged => {
                self.subject = subject;
                self.limits.push((fact.user, fact.at, text("old"), text("new"), text("reason")));
            }
            FactKind::MovementFailed => {
                let attempt = fact.data.get("attempt").and_then(serde_json::Value::as_u64).unwrap_or_default();
                if let Some(movement) = movement_of(fact) {
                    self.failures.insert((movement, attempt), text("log"));
                }
            }
            FactKind::MovementWritten => self.written = self.written.saturating_add(1),
            _ => {}
        }
    }

    fn compare(&self, stored: &Row<AccountId, Account>, report: &mut Report) {
        let mut differs = |problem: String| report.find(Finding::on_account(stored.id, problem));
        if (self.count, self.hash) != (stored.trail.count, stored.trail.hash) {
            differs(format!("{} facts lead to {}, the account keeps {:?}", self.count, self.hash, stored.trail));
        }
        if self.subject != Some(evidence::of_account(stored)) {
            differs("its name, address, limit or state is not what its history ends in".to_owned());
        }
        if self.written != stored.version {
            differs(format!("its facts tell of {} movements, {} are written", self.written, stored.version));
        }
    }
}

/// The history of the limit is what the facts tell, change by change (C6).
async fn check_limits(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    told: &[Told],
    report: &mut Report,
) -> Result<(), StoreError> {
    let kept = reader.audit_limits(stored.id).await?;
    let row = |change: &LimitChange| {
        let text = |money: Money| money.to_string();
        (change.by, change.at, text(change.old), text(change.new), change.reason.clone())
    };
    let same = kept.iter().map(row).take(told.len()).eq(told.iter().cloned());
    // A change that came since the account was read is not told yet.
    if !same
        || (kept.len() > told.len() && reader.account(stored.id).await?.is_some_and(|now| now.trail == stored.trail))
    {
        report.find(Finding::on_account(stored.id, "the history of its limit is not what its facts tell"));
    }
    Ok(())
}

/// A change of an account, as its fact tells it; none where it names nothing that changes.
fn change_of(fact: &Fact) -> Option<AccountChange> {
    let text = |key: &str| fact.data.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    let field = AccountField::from_name(&text("field")?)?;
    let (old, new, reason) = (text("old"), text("new"), text("reason"));
    Some(AccountChange { at: fact.at, by: fact.user, field, old, new, reason })
}

/// The history of an account is what the facts tell, change by change (A1, A2).
async fn check_changes(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    told: &[AccountChange],
    report: &mut Report,
) -> Result<(), StoreError> {
    let kept = reader.audit_changes(stored.id).await?;
    // As with limits: what came since the account was read is not told yet.
    if !kept.iter().take(told.len()).eq(told)
        || (kept.len() > told.len() && reader.account(stored.id).await?.is_some_and(|now| now.trail == stored.trail))
    {
        report.find(Finding::on_account(
            stored.id,
            "the history of its name, address and state is not what its facts tell",
        ));
    }
    Ok(())
}

/// Each failed attempt has its log row, and each log row that is no link its failed attempt (W2).
async fn check_failures(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    mut told: BTreeMap<(MovementId, u64), String>,
    report: &mut Report,
) -> Result<(), StoreError> {
    // A failure that came since the account was read is told by a fact that was not looked at.
    let (mut last, mut seen, mut untold) = (None, BTreeSet::new(), Vec::new());
    loop {
        let batch = reader.loose_logs(stored.id, last, BATCH).await?;
        last = batch.last().map(|(log, _)| log.id);
        for (log, status) in &batch {
            if let Some(problem) = problem_of(log, *status, &mut told, &mut seen) {
                let finding = Finding::on_account(stored.id, format_args!("log {}: {problem}", log.id));
                let finding = finding.with_movement(log.movement.known());
                if problem == UNTOLD { untold.push(finding) } else { report.find(finding) }
            }
        }
        if batch.len() < BATCH as usize {
            break;
        }
    }
    if reader.account(stored.id).await?.is_some_and(|now| now.trail == stored.trail) {
        untold.into_iter().for_each(|finding| report.find(finding));
    }
    for (movement, attempt) in told.into_keys() {
        let problem = format!("the log of failed attempt {attempt} is gone");
        report.find(Finding::on_account(stored.id, problem).with_movement(Some(movement)));
    }
    Ok(())
}

/// A log without its fact.
const UNTOLD: &str = "no fact tells of the failed attempt";

fn problem_of(
    log: &Log,
    status: LogStatus,
    told: &mut BTreeMap<(MovementId, u64), String>,
    seen: &mut BTreeSet<(MovementId, u64)>,
) -> Option<&'static str> {
    if status != LogStatus::Failed {
        return Some("it tells of no failure and is no link of a chain");
    }
    let key = (log.movement.known()?, u64::from(log.attempt_number));
    if !seen.insert(key) {
        return Some("the failed attempt has another log");
    }
    match told.remove(&key) {
        None => Some(UNTOLD),
        Some(hash) if hash != evidence::of_failure(log).to_string() => Some("it is not what its fact tells"),
        Some(_) => None,
    }
}
