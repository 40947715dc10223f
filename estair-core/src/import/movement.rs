//! A movement of a former system.

use crate::actor::Origin;
use crate::clock::Timestamp;
use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, PostedAnswer, Snapshot};
use crate::id::AccountId;
use crate::import::IMPORTED;
use crate::json::Json;
use crate::money::Amount;
use crate::movement::post::{Entry, post, written_fact};
use crate::movement_type::MovementType;
use crate::permission::{Permission, require};
use crate::refusal::Refusal;
use crate::row::{Details, name_for_reference};
use crate::source::Source;

/// A movement of a former system: its table and number there are its reference here, so that it comes in once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedMovement {
    /// Its account.
    pub account: AccountId,
    /// What it is; not of the credit family.
    pub kind: MovementType,
    /// Where the money came from.
    pub source: Source,
    /// Signed (M3).
    pub amount: Amount,
    /// Table and number: `factures-17`.
    pub reference: String,
    /// What else is known of it.
    pub details: Details,
    /// The row as it came (G12).
    pub payload: Option<Json>,
    /// As of when it comes.
    pub at: Timestamp,
}

impl ImportedMovement {
    fn name(&self) -> String {
        name_for_reference(self.source, &self.reference)
    }

    pub(super) fn lock_set(&self) -> LockSet {
        LockSet { accounts: [self.account].into(), movements: [self.name()].into(), ..LockSet::default() }
    }

    pub(super) fn decide(&self, context: &mut Context<'_>, snapshot: &Snapshot) -> Result<Decision, Refusal> {
        let account = snapshot.account(self.account).ok_or(Refusal::NotFound { what: "account" })?;
        if self.kind.rule().credit_family {
            return Err(Refusal::invalid("type", "a credit does not come in this way"));
        }
        let amount = self.amount.in_currency(account.currency());
        let amount = amount.map_err(|error| Refusal::amount("amount", error))?;
        require(context.actor, Permission::RunBook)?;
        if let Some(known) = snapshot.movements.get(&self.name()) {
            let answer =
                PostedAnswer { reference: self.reference.clone(), created: false, id: known.id, uuid: known.row.uuid };
            return Ok(Decision { changes: Changes::default(), answer: PendingAnswer::Posted(vec![answer]) });
        }
        let entry = Entry {
            name: self.name(),
            account: self.account,
            kind: self.kind,
            source: self.source,
            amount,
            message_uuid: None,
            request: None,
            etatsdevente_id: None,
            helpdesk_id: None,
            reference: Some(self.reference.clone()),
            payload: self.payload.clone(),
            details: self.details.clone(),
            triggered_by: None,
            origin: Origin::default(),
        };
        let mut written = post(context, account, &entry, None, None)?;
        let fact = written_fact(context, &written).with(IMPORTED, self.reference.clone());
        written.changes.facts.insert(0, fact);
        let answer =
            PostedAnswer { reference: self.reference.clone(), created: true, id: written.id, uuid: written.uuid };
        Ok(Decision { changes: written.changes, answer: PendingAnswer::Posted(vec![answer]) })
    }
}
