//! Creating a request (R2 to R5, C2, C8).

use crate::category::{Category, Desk, Status};
use crate::clock::Timestamp;
use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, RequestLock, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::id::{AccountId, RequestId, SupportId};
use crate::money::{Amount, Currency};
use crate::refusal::{FieldError, Refusal};
use crate::request::pass::{announcement, outbox_entry, validation_fact};
use crate::row::{Account, Link, Request};

use super::plan::{Plan, find_account};

/// What is asked, as far as it could be read; `faults` are the fields that could not (P5 says when they matter).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestDraft {
    /// The category.
    pub category: Option<Category>,
    /// The account; a client's own when it is left out.
    pub account: Option<AccountId>,
    /// The amount; may be left out where it follows from the parent (R5).
    pub amount: Option<Amount>,
    /// The currency, which is the account's; XOF when it is left out (M2).
    pub currency: Option<Currency>,
    /// Why.
    pub description: Option<String>,
    /// The sale that caused a fee (R3).
    pub etatsdevente_id: Option<u64>,
    /// The support request behind it.
    pub helpdesk_id: Option<SupportId>,
    /// The credit request to reverse (R5).
    pub parent: Option<RequestId>,
    /// Create a cancellation that waits for its release (R2).
    pub hold: Option<bool>,
    /// The expiry date the client believes in (R4).
    pub expiry_date: Option<Timestamp>,
    /// The desk that shall hold it (R2).
    pub assigned_to: Option<Desk>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

impl RequestDraft {
    pub(crate) fn lock_set(&self, actor_account: Option<AccountId>) -> LockSet {
        let mut locks = LockSet::default();
        locks.accounts.extend(self.account.or(actor_account));
        if let Some(parent) = self.parent {
            locks.requests.insert(parent, RequestLock { account: None, parent: false, credit: true });
        }
        locks.supports.extend(self.helpdesk_id);
        locks
    }
}

/// Decides a new request.
///
/// # Errors
/// Any refusal of creation, in the order of P5.
pub(crate) fn decide(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    draft: &RequestDraft,
) -> Result<Decision, Refusal> {
    let (account_id, account) = find_account(context, snapshot, draft)?;
    let plan = Plan::of(context, snapshot, draft, account_id, account)?;
    let uuid = context.ids.draw();
    let (request, facts) = plan.into_request(context, uuid);
    let link = Link::New(request.uuid);
    let mut changes = Changes { facts, ..Changes::default() };
    if request.status == Status::ToTreat {
        changes.outbox.push(outbox_entry(&request, link, context.now));
    }
    changes.requests.put(request.uuid, None, 0, request.clone());
    Ok(Decision { changes, answer: PendingAnswer::Request(link, Box::new(request)) })
}

/// What creation says: the request is there (of a draft to staff alone, R8), and where the automatic check took it (C2).
pub(super) fn creation_facts(context: &Context<'_>, request: &Request, account: &Account, checked: bool) -> Vec<Fact> {
    let link = Link::New(request.uuid);
    let mut created = Fact::new(FactKind::RequestCreated, context.actor, context.now, Link::Id(request.account))
        .of_request(link)
        .with("status", request.status.name())
        .internal(request.draft);
    if !request.draft {
        created = created.telling(announcement(request));
    }
    if !checked {
        return vec![created];
    }
    // The request was open for no longer than the check took: the timeline says so all the same.
    created = created.with("decision_needed", request.status == Status::Waiting);
    let moved = validation_fact(context, request, link, account);
    vec![created.with("status", Status::Open.name()), moved]
}
