//! Verifying a book: everything that is kept is computed again from the movements, and compared (F8, W4).
//!
//! Guarantees: on a book that only this crate wrote, there is no finding. A changed, added or removed movement, log row,
//! closing or indicator is found, with its ids; of a broken chain the first broken link is told. It reads in pages and
//! keeps one account in memory: a million movements need no more than a thousand.

use std::collections::BTreeMap;
use std::fmt;

use crate::audit::{ChainLink, LogStatus, Sealed, changes};
use crate::category::Status;
use crate::clock::BusinessDay;
use crate::hash::Hash;
use crate::id::{AccountId, MovementId, RequestId};
use crate::money::{Money, MoneyError};
use crate::movement_type::MovementType;
use crate::row::{Account, Closing, Link, Movement, MovementStatus, Posted, Row, State};
use crate::store::{AccountFilter, AuditReader, AuditedLog, MAX_PAGE, NamedMovement, Page, StoreError, StoreErrorKind};

/// Rows that one read brings.
const BATCH: u32 = 1_000;

/// Findings that a report keeps; more are only counted.
const MAX_FINDINGS: usize = 10_000;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// On which account.
    pub account: Option<AccountId>,
    /// With which movement.
    pub movement: Option<MovementId>,
    /// With which financial request.
    pub request: Option<RequestId>,
    /// What is off, with both values.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids = [
            self.account.map(|id| format!("account {id}")),
            self.movement.map(|id| format!("movement {id}")),
            self.request.map(|id| format!("request {id}")),
        ];
        let ids: Vec<_> = ids.into_iter().flatten().collect();
        write!(f, "{}: {}", ids.join(", "), self.problem)
    }
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Accounts that were computed again.
    pub accounts: u64,
    /// Movements that were summed.
    pub movements: u64,
    /// Links whose hash was computed again.
    pub links: u64,
    /// What is off, at most 10,000.
    pub findings: Vec<Finding>,
    /// How many findings there were in all.
    pub found: u64,
}

impl Report {
    /// Is all as it must be?
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.found == 0
    }

    fn find(&mut self, finding: Finding) {
        self.found = self.found.saturating_add(1);
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        }
    }

    fn on_request(&mut self, request: Option<RequestId>, movement: Option<MovementId>, problem: impl fmt::Display) {
        self.find(Finding { account: None, movement, request, problem: problem.to_string() });
    }

    fn on_account(&mut self, id: AccountId, movement: Option<MovementId>, problem: impl fmt::Display) {
        let problem = problem.to_string();
        self.find(Finding { account: Some(id), movement, request: None, problem });
    }
}

/// Verifies the whole book: each account's figures, chain and closings, and the pairing of requests and movements.
///
/// # Errors
/// The store's trouble: nothing is known then.
pub async fn verify(reader: &dyn AuditReader) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let mut page = Page { limit: MAX_PAGE, before: None };
    loop {
        let slice = reader.accounts(&AccountFilter::default(), page).await?;
        for account in &slice.items {
            match verify_account(reader, account, &mut report).await {
                // What cannot be read is a finding; the other accounts are looked at all the same.
                Err(error) if error.kind() == StoreErrorKind::Corrupt => report.on_account(account.id, None, error),
                outcome => outcome?,
            }
        }
        page.before = slice.next;
        if page.before.is_none() {
            break;
        }
    }
    verify_pairing(reader, &mut report).await?;
    Ok(report)
}

/// Verifies one account, as it was when it was read.
///
/// # Errors
/// The store's trouble.
pub async fn verify_account(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    report: &mut Report,
) -> Result<(), StoreError> {
    report.accounts = report.accounts.saturating_add(1);
    // Movements may be written while we read: what came after the account was read is left out by its sequence.
    let sums = sum_movements(reader, stored, report).await?;
    compare_figures(stored, sums, report);
    match check_chain(reader, stored, report).await? {
        Some(closed) => check_closings(reader, stored, &closed, report).await,
        // What a broken chain says about closings is worth nothing.
        None => Ok(()),
    }
}

async fn sum_movements(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    report: &mut Report,
) -> Result<Sums, StoreError> {
    let mut sums = Sums::new(stored);
    let (mut after, mut last) = (None, None);
    loop {
        let batch = reader.audit_movements(stored.id, after, BATCH).await?;
        after = batch.last().map(|movement| movement.id);
        for movement in &batch {
            report.movements = report.movements.saturating_add(1);
            if let Err(problem) = sums.add(stored, movement) {
                report.on_account(stored.id, Some(movement.id), problem);
            }
            let place = movement.posted.map_or(0, |posted| posted.sequence);
            if last.is_none_or(|(furthest, _)| place > furthest) {
                last = Some((place, movement.id));
            }
        }
        if batch.len() < BATCH as usize {
            break;
        }
    }
    if let Some((place, movement)) = last.filter(|(place, _)| *place > stored.version) {
        check_beyond(reader, stored.id, place, Some(movement), report).await?;
    }
    Ok(sums)
}

/// The formulas of the indicators (F1) over all movements of an account, in any order.
struct Sums {
    day: BusinessDay,
    balance_previous_day: Money,
    balance: Money,
    daily_credit: Money,
    active_credit: Money,
    count: u64,
}

impl Sums {
    fn new(account: &Account) -> Self {
        let zero = Money::zero(account.currency());
        let day = account.day;
        Self { day, balance_previous_day: zero, balance: zero, daily_credit: zero, active_credit: zero, count: 0 }
    }

    fn add(&mut self, account: &Account, movement: &Movement) -> Result<(), String> {
        let Some(posted) = movement.posted else {
            if movement.is_deleted {
                return Ok(()); // old data that never had a place: it counts in no sum
            }
            return Err("is a success without a day and a place in the account's sequence".to_owned());
        };
        if posted.sequence > account.version {
            return Ok(());
        }
        self.count = self.count.saturating_add(1);
        if movement.is_deleted {
            return Ok(());
        }
        self.sum(movement.kind, movement.amount, posted.day, movement.cancelled_at.is_some())
            .map_err(|error| error.to_string())
    }

    fn sum(&mut self, kind: MovementType, amount: Money, day: BusinessDay, cancelled: bool) -> Result<(), MoneyError> {
        if kind == MovementType::Credit && !cancelled {
            self.active_credit = self.active_credit.checked_add(amount)?;
            if day == self.day {
                self.daily_credit = self.daily_credit.checked_add(amount)?;
            }
        }
        if !kind.rule().credit_family {
            self.balance = self.balance.checked_add(amount)?;
            if day < self.day {
                self.balance_previous_day = self.balance_previous_day.checked_add(amount)?;
            }
        }
        Ok(())
    }
}

fn compare_figures(stored: &Row<AccountId, Account>, sums: Sums, report: &mut Report) {
    let kept = &stored.indicators;
    let figures = [
        ("balance_previous_day", kept.balance_previous_day, sums.balance_previous_day),
        ("balance", kept.balance, sums.balance),
        ("daily_credit", kept.daily_credit, sums.daily_credit),
        ("active_credit", kept.active_credit, sums.active_credit),
    ];
    for (name, kept, computed) in figures {
        if kept != computed {
            report.on_account(stored.id, None, format_args!("{name} is {kept}, the movements give {computed}"));
        }
    }
    if stored.version != sums.count {
        let problem = format!("version is {}, the movements are {}", stored.version, sums.count);
        report.on_account(stored.id, None, problem);
    }
}

/// Walks the chain of an account and stops at its first broken link. Gives the last state of each day that the chain
/// left behind; none when it is broken.
async fn check_chain(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    report: &mut Report,
) -> Result<Option<BTreeMap<BusinessDay, State>>, StoreError> {
    let mut walk = Walk { version: 0, hash: Hash::GENESIS, last: None, closed: BTreeMap::new() };
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
            if let Err(problem) = walk.step(log) {
                let movement = log.movement.as_ref().map(|movement| movement.id);
                let problem = format!("the chain is broken at link {version}: {problem}");
                report.on_account(stored.id, movement, problem);
                return Ok(None);
            }
        }
        if batch.len() < BATCH as usize {
            break;
        }
    }
    if let Some((version, movement)) = beyond {
        check_beyond(reader, stored.id, version, movement, report).await?;
    }
    if walk.version != stored.version || walk.hash != stored.last_hash {
        let (have, want) = (walk.version, stored.version);
        let problem = format!(
            "the chain ends at link {have} with {}, the account keeps {want} with {}",
            walk.hash, stored.last_hash
        );
        report.on_account(stored.id, None, problem);
    }
    if let Some(last) = walk.last.filter(|last| *last != stored.state()) {
        let problem = format!("the chain ends in {}, the account is {}", last.to_json(), stored.state().to_json());
        report.on_account(stored.id, None, problem);
    }
    Ok(Some(walk.closed))
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
        report.on_account(id, movement, format_args!("place {version} is beyond the account's version, {now}"));
    }
    Ok(())
}

struct Walk {
    version: u64,
    hash: Hash,
    last: Option<State>,
    closed: BTreeMap<BusinessDay, State>,
}

impl Walk {
    fn step(&mut self, log: &AuditedLog) -> Result<(), String> {
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
        let sealed = Sealed {
            uuid: movement.uuid,
            name: &movement.name,
            kind: movement.kind,
            amount: movement.amount,
            before: &link.before,
            after: &link.after,
            at: log.row.created_at,
        };
        if sealed.hash_after(self.hash) != link.hash {
            return Err("its content does not give its hash".to_owned());
        }
        if movement.status != MovementStatus::Success {
            return Err(format!("its movement is {}", movement.status));
        }
        if log.status != LogStatus::Success {
            return Err(format!("its status is {}", log.status));
        }
        if log.changes.as_ref() != Some(&changes(&link.before, &link.after)) {
            return Err("its changes are not those of its states".to_owned());
        }
        if movement.posted != Some(posted(link)) {
            return Err("its movement keeps other figures or another day".to_owned());
        }
        if link.before.day != link.after.day && self.version > 0 {
            self.closed.insert(link.before.day, link.before);
        }
        (self.version, self.hash, self.last) = (link.version, link.hash, Some(link.after));
        Ok(())
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

/// Each day that the chain left behind has its closing, and no other day has one (F7).
async fn check_closings(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    closed: &BTreeMap<BusinessDay, State>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let first = BusinessDay::new(chrono::NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default());
    let kept = reader.closings(stored.id, first, stored.day).await?;
    let kept: BTreeMap<_, _> = kept.iter().map(|Closing { state, .. }| (state.day, *state)).collect();
    for day in closed.keys().chain(kept.keys()).collect::<std::collections::BTreeSet<_>>() {
        let problem = match (closed.get(day), kept.get(day)) {
            (Some(chain), Some(kept)) if chain == kept => continue,
            (Some(_), Some(_)) => "differs from the chain",
            (Some(_), None) => "is missing",
            (None, _) => "is of a day that had no movements",
        };
        report.on_account(stored.id, None, format_args!("the closing of {day} {problem}"));
    }
    Ok(())
}

/// Closed requests and movements belong together, and what is under way has its outbox entry (W1, G3).
async fn verify_pairing(reader: &dyn AuditReader, report: &mut Report) -> Result<(), StoreError> {
    let mut last = None;
    loop {
        let batch = reader.named_movements(last, BATCH).await?;
        last = batch.last().map(|pair| pair.request.id);
        for pair in &batch {
            if let Some(problem) = problem_of_named(pair) {
                let movement = pair.request.movement.and_then(Link::known);
                report.on_request(Some(pair.request.id), movement, problem);
            }
        }
        if batch.len() < BATCH as usize {
            break;
        }
    }
    verify_named_requests(reader, report).await?;
    verify_loose_logs(reader, report).await?;
    verify_under_way(reader, report).await
}

/// What is wrong between a request that is closed or names a movement, and that movement.
fn problem_of_named(pair: &NamedMovement) -> Option<&'static str> {
    let request = &pair.request;
    if request.status != Status::Closed {
        return Some("the request names a movement and is not closed");
    }
    let Some(movement) = &pair.movement else { return Some("the request is closed without a movement") };
    let same_money = movement.account == request.account && movement.amount.magnitude() == request.amount;
    match () {
        () if movement.request != Some(request.id) => Some("its movement belongs to another request"),
        () if !movement.counts() => Some("its movement is not written"),
        () if !same_money => Some("its movement is of another account or amount"),
        () if movement.kind != request.definition().movement => Some("its movement is of another type"),
        () => None,
    }
}

async fn verify_named_requests(reader: &dyn AuditReader, report: &mut Report) -> Result<(), StoreError> {
    let mut last = None;
    loop {
        let batch = reader.named_requests(last, BATCH).await?;
        last = batch.last().map(|pair| pair.movement);
        for pair in batch.iter().filter(|pair| pair.names != Some(pair.movement)) {
            let problem = "the movement is written and its request does not name it";
            report.on_request(pair.request, Some(pair.movement), problem);
        }
        if batch.len() < BATCH as usize {
            return Ok(());
        }
    }
}

/// A log row that is no link of a chain tells of a failure, and of nothing else (W4).
async fn verify_loose_logs(reader: &dyn AuditReader, report: &mut Report) -> Result<(), StoreError> {
    let mut last = None;
    loop {
        let batch = reader.loose_logs(last, BATCH).await?;
        last = batch.last().map(|log| log.id);
        for log in batch.iter().filter(|log| log.status != LogStatus::Failed) {
            let problem = format!("log {} tells of no failure and is no link of a chain", log.id);
            report.on_request(None, Some(log.movement), problem);
        }
        if batch.len() < BATCH as usize {
            return Ok(());
        }
    }
}

async fn verify_under_way(reader: &dyn AuditReader, report: &mut Report) -> Result<(), StoreError> {
    let mut last = None;
    loop {
        let batch = reader.under_way(last, BATCH).await?;
        last = batch.last().map(|one| one.request);
        for one in batch.iter().filter(|one| !one.in_outbox) {
            let problem = format!("execution {} has no outbox entry", one.execution);
            report.on_request(Some(one.request), None, problem);
        }
        if batch.len() < BATCH as usize {
            return Ok(());
        }
    }
}
