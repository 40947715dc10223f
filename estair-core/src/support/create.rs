//! Creating a support request (S3), also one that continues another (S4).

use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, Snapshot};
use crate::fact::FactKind;
use crate::id::{AccountId, SupportId};
use crate::notice::Notice;
use crate::permission::{Permission, require, require_sight};
use crate::refusal::{FieldError, Refusal};
use crate::row::{Assignee, Link, Support, SupportStatus};
use crate::support::{fact, name_of};
use crate::text;

/// A support request to be created, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupportDraft {
    /// In one line.
    pub subject: Option<String>,
    /// In full.
    pub description: Option<String>,
    /// The account; a client's own when it is left out.
    pub account: Option<AccountId>,
    /// A sale it is about.
    pub etatsdevente_id: Option<u64>,
    /// The final one of the same account that it continues (S4).
    pub follows: Option<SupportId>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

impl SupportDraft {
    pub(crate) fn lock_set(&self, own: Option<AccountId>) -> LockSet {
        let accounts = self.account.or(own).into_iter().collect();
        LockSet { accounts, supports: self.follows.into_iter().collect(), ..LockSet::default() }
    }
}

/// Decides a new support request: assigned to operation, who is told (S3).
///
/// # Errors
/// [`Refusal::NotFound`], a value that cannot be, or [`Refusal::Forbidden`].
pub(crate) fn decide(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    draft: &SupportDraft,
) -> Result<Decision, Refusal> {
    let mut faults = draft.faults.clone();
    let Some(id) = draft.account.or(context.actor.account()) else {
        if !faults.iter().any(|fault| fault.field == "account_id") {
            faults.push(FieldError::new("account_id", "is needed"));
        }
        return Err(Refusal::Invalid(faults));
    };
    require_sight(context.actor, id, "account")?;
    snapshot.account(id).ok_or(Refusal::NotFound { what: "account" })?;
    let mut read = |field: &str, text: &Option<String>, max| {
        let text = text::bounded(field, text.as_deref().unwrap_or_default(), max);
        text.map_err(|fault| faults.push(fault)).unwrap_or_default()
    };
    let subject = read("subject", &draft.subject, text::MAX_LINE);
    let description = read("description", &draft.description, text::MAX_TEXT);
    let followed = draft.follows.map(|follows| snapshot.supports.get(&follows));
    if followed.is_some_and(|row| row.is_none_or(|row| row.account != id || !row.status.is_final())) {
        faults.push(FieldError::new("follows_id", "is no closed support request of this account"));
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    require(context.actor, Permission::CreateSupport)?;
    let uuid = context.ids.draw();
    let support = Support {
        uuid,
        name: name_of(uuid, context.now),
        account: id,
        subject,
        description,
        status: SupportStatus::Open,
        assigned_to: Assignee::Operation,
        etatsdevente_id: draft.etatsdevente_id,
        created_by: context.actor.user(),
        created_at: context.now,
        updated_at: context.now,
        version: 1,
        follows: draft.follows,
        last_comment: None,
    };
    let link = Link::New(uuid);
    let fact = fact(context, FactKind::SupportCreated, &support, link).telling([Notice::SupportCreated]);
    let mut changes = Changes { facts: vec![fact], ..Changes::default() };
    changes.supports.put(uuid, None, 0, support.clone());
    Ok(Decision { changes, answer: PendingAnswer::Support(link, Box::new(support)) })
}
