//! Movements from other sources: payments received, ticket sales, transfers (W6).

use crate::account::rollout::require_live;
use crate::actor::{Actor, Origin};
use crate::hash::Hash;
use crate::json::Json;
use std::collections::BTreeMap;

use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, PostedAnswer, Snapshot};
use crate::id::AccountId;
use crate::money::{Amount, Currency};
use crate::movement::post;
use crate::movement::post::{Entry, post, written_fact};
use crate::movement_type::MovementType;
use crate::notice::Notice;
use crate::permission::{Permission, granted, require, require_sight, require_source};
use crate::refusal::{FieldError, Refusal};
use crate::row::{Details, Failure, Movement, MovementStatus, name_for_reference};
use crate::source::Source;
use crate::text;

/// Movements one call may bring.
pub const MAX_BATCH: usize = 1_000;

/// A movement as a source brings it, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovementDraft {
    /// Where it comes from; not `helpdesk`.
    pub source: Option<Source>,
    /// The source's own reference: posted once, whatever happens (W3).
    pub reference: Option<String>,
    /// What it is; not of the credit family.
    pub kind: Option<MovementType>,
    /// Signed (M3).
    pub amount: Option<Amount>,
    /// Its currency, which is the account's; XOF when it is left out (M2).
    pub currency: Option<Currency>,
    /// Its account.
    pub account: Option<AccountId>,
    /// The sale that it comes from.
    pub etatsdevente_id: Option<u64>,
    /// The inherited columns.
    pub details: Details,
    /// The whole original request, as it came (G12).
    pub payload: Option<Json>,
    /// Where it stands in a file of payments (L7): then a person posts it, to whom it is ascribed.
    pub file: Option<FilePlace>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

/// A row of a file of payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilePlace {
    /// The file's SHA-256.
    pub sha256: Hash,
    /// The row, the header being row 1.
    pub row: u64,
}

impl MovementDraft {
    /// The name under which the movement is known, once source and reference are readable (R7).
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let reference = text::bounded("reference", self.reference.as_deref()?, text::MAX_REFERENCE).ok()?;
        Some(name_for_reference(self.source?, &reference))
    }

    pub(crate) fn lock_set(&self) -> LockSet {
        let mut locks = LockSet::default();
        locks.accounts.extend(self.account);
        locks.movements.extend(self.name());
        locks
    }

    /// The entry it becomes on its account.
    ///
    /// # Errors
    /// What P5 says of its values.
    pub fn entry(&self, snapshot: &Snapshot, actor: &Actor, origin: &Origin) -> Result<Entry, Refusal> {
        let account_id = self.account.ok_or_else(|| self.invalid("account_id", "is needed"))?;
        let account = snapshot.account(account_id).ok_or(Refusal::NotFound { what: "account" })?;
        if let Some(only) = self.faults.first().filter(|fault| self.faults.len() == 1 && fault.field == "amount") {
            return Err(Refusal::InvalidAmount(only.clone()));
        }
        if !self.faults.is_empty() {
            return Err(Refusal::Invalid(self.faults.clone()));
        }
        let source = self.source.filter(|source| *source != Source::Helpdesk);
        let source = source.ok_or_else(|| self.invalid("source", "is needed, and helpdesk is not posted this way"))?;
        let kind = self.kind.filter(|kind| !kind.rule().credit_family);
        let kind = kind.ok_or_else(|| self.invalid("type", "is needed, and credits are not posted this way"))?;
        let reference = self.reference.as_deref().unwrap_or_default();
        let reference = text::bounded("reference", reference, text::MAX_REFERENCE)
            .map_err(|fault| Refusal::Invalid(vec![fault]))?;
        account.require_currency(self.currency)?;
        let missing = || Refusal::InvalidAmount(FieldError::new("amount", "is needed"));
        let amount = self.amount.ok_or_else(missing)?;
        let amount = amount.in_currency(account.currency()).map_err(|error| Refusal::amount("amount", error))?;
        kind.check_sign(amount)?;
        Ok(Entry {
            name: name_for_reference(source, &reference),
            account: account_id,
            kind,
            source,
            amount,
            message_uuid: None,
            request: None,
            etatsdevente_id: self.etatsdevente_id,
            helpdesk_id: None,
            reference: Some(reference),
            payload: self.payload.clone(),
            details: self.details.clone(),
            triggered_by: self.file.and_then(|_| actor.user()),
            origin: origin.clone(),
        })
    }

    /// Who may post it: a trusted service what it brings, people what a file lists.
    fn require_right(&self, actor: &Actor) -> Result<(), Refusal> {
        require(actor, if self.file.is_some() { Permission::PostPayments } else { Permission::PostMovements })
    }

    fn invalid(&self, field: &str, message: &str) -> Refusal {
        let read = !self.faults.iter().any(|fault| fault.field == field);
        let missing = read.then(|| FieldError::new(field, message));
        Refusal::Invalid(self.faults.iter().cloned().chain(missing).collect())
    }
}

/// Decides one movement, or an atomic group: written whole or not at all (W6).
///
/// # Errors
/// The refusal of the one movement, or [`Refusal::AtomicGroupRefused`] with the first refusal of the group.
pub(crate) fn decide(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    drafts: &[MovementDraft],
) -> Result<Decision, Refusal> {
    let mut snapshot = std::borrow::Cow::Borrowed(snapshot);
    let mut all = Changes::default();
    let mut answers = Vec::with_capacity(drafts.len());
    for (place, draft) in drafts.iter().enumerate() {
        let (changes, answer) = decide_one(context, &snapshot, draft).map_err(|cause| match cause {
            // Who may not post at all is told just that, however many there are.
            cause if drafts.len() == 1 || granted(context.actor.role(), Permission::PostMovements).is_none() => cause,
            cause => Refusal::AtomicGroupRefused { place, cause: Box::new(cause) },
        })?;
        if drafts.len() > 1 {
            snapshot.to_mut().apply(&changes);
        }
        all.absorb(changes);
        answers.push(answer);
    }
    Ok(Decision { changes: all, answer: PendingAnswer::Posted(answers) })
}

/// Records a technical failure (W2), of each movement of a group: none of it was written. What was committed after all is the
/// answer.
pub(crate) fn record_failure(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    drafts: &[MovementDraft],
    failure: &Failure,
) -> Result<Decision, Refusal> {
    let mut failed = BTreeMap::new();
    for draft in drafts {
        draft.require_right(context.actor)?;
        let entry = draft.entry(snapshot, context.actor, context.origin)?;
        require_source(context.actor, entry.source)?;
        let earlier = snapshot.movements.get(&entry.name);
        if earlier.is_none_or(|known| known.row.status != MovementStatus::Success) {
            failed.insert(entry.name.clone(), (entry, earlier));
        }
    }
    if failed.is_empty() {
        return decide(context, snapshot, drafts);
    }
    let mut changes = Changes::default();
    for (entry, earlier) in failed.values() {
        changes.absorb(post::record_failure(context, entry, *earlier, failure.clone()));
    }
    Ok(Decision { changes, answer: PendingAnswer::Nothing })
}

pub(crate) fn lock_set(drafts: &[MovementDraft]) -> LockSet {
    let mut locks = LockSet::default();
    drafts.iter().for_each(|draft| locks.merge(draft.lock_set()));
    locks
}

fn decide_one(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    draft: &MovementDraft,
) -> Result<(Changes, PostedAnswer), Refusal> {
    if let Some(account) = draft.account {
        require_sight(context.actor, account, "account")?;
    }
    let entry = draft.entry(snapshot, context.actor, context.origin)?;
    draft.require_right(context.actor)?;
    require_source(context.actor, entry.source)?;
    let reference = entry.reference.clone().unwrap_or_default();
    let earlier = snapshot.movements.get(&entry.name);
    if let Some(known) = earlier.filter(|known| known.row.status == MovementStatus::Success) {
        // A file and a service describe the same payment in their own words: what they say of the money counts.
        let same = if draft.file.is_some() { same_money } else { same_content };
        if !same(&known.row, &entry) {
            return Err(Refusal::ReferenceReused { reference });
        }
        let answer = PostedAnswer { reference, created: false, id: known.id, uuid: known.row.uuid };
        return Ok((Changes::default(), answer));
    }
    let account = snapshot.account(entry.account).ok_or(Refusal::NotFound { what: "account" })?;
    require_live(context, entry.account, account)?;
    let mut written = post(context, account, &entry, earlier, None)?;
    let told = context.policy.told_types.contains(&entry.kind).then_some(Notice::MovementSucceeded);
    let mut fact = written_fact(context, &written).telling(told);
    if let Some(FilePlace { sha256, row }) = draft.file {
        fact = fact.with("file", sha256.to_string()).with("row", row);
    }
    written.changes.facts.insert(0, fact);
    let answer = PostedAnswer { reference, created: true, id: written.id, uuid: written.uuid };
    Ok((written.changes, answer))
}

/// The same reference must bring the same movement (W6).
fn same_content(movement: &Movement, entry: &Entry) -> bool {
    same_money(movement, entry)
        && movement.etatsdevente_id == entry.etatsdevente_id
        && movement.details == entry.details
}

fn same_money(movement: &Movement, entry: &Entry) -> bool {
    movement.account == entry.account && movement.kind == entry.kind && movement.amount == entry.amount
}
