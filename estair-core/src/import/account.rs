//! An account of a former system.

use crate::account;
use crate::account::AccountDraft;
use crate::clock::Timestamp;
use crate::decision::{Context, Decision, PendingAnswer, Snapshot};
use crate::import::Origin;
use crate::money::{Amount, Currency};
use crate::permission::{Permission, require};
use crate::refusal::Refusal;
use crate::row::{Link, Rollout, Switched};

/// An account of a former system: it keeps its number, and works with that system until it is switched (L6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedAccount {
    /// Its number there, and here.
    pub id: u64,
    /// The agency's name.
    pub name: String,
    /// Where its mail goes.
    pub email: Option<String>,
    /// Its currency.
    pub currency: Currency,
    /// Its limit.
    pub limit: Amount,
    /// Where it comes from.
    pub from: Origin,
    /// As of when it comes: not after anything that comes on it.
    pub at: Timestamp,
}

impl ImportedAccount {
    pub(super) fn decide(&self, context: &mut Context<'_>) -> Result<Decision, Refusal> {
        require(context.actor, Permission::RunBook)?;
        let draft = AccountDraft {
            name: Some(self.name.clone()),
            email: self.email.clone(),
            currency: Some(self.currency),
            limit: Some(self.limit),
            ..AccountDraft::default()
        };
        let Decision { mut changes, answer } = account::create::new(context, &Snapshot::default(), &draft)?;
        let PendingAnswer::Account(link, mut account) = answer else { return Ok(Decision { changes, answer }) };
        account.rollout = Some(Switched { to: Rollout::Legacy, version: 0 });
        changes.accounts.put(account.uuid, None, 0, (*account).clone());
        changes.numbers.insert(account.uuid, self.id);
        for fact in &mut changes.facts {
            *fact = self.from.mark(fact.clone());
        }
        debug_assert!(matches!(link, Link::New(_)));
        Ok(Decision { changes, answer: PendingAnswer::Account(link, account) })
    }
}
