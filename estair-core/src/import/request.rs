//! A financial request of a former system.

use crate::category::{Category, Desk, Status};
use crate::clock::Timestamp;
use crate::comment;
use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, RequestLock, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::id::{AccountId, RequestId, UserId};
use crate::import::{ImportedComment, Origin};
use crate::money::{Amount, Money};
use crate::permission::{Permission, require};
use crate::refusal::{FieldError, Refusal};
use crate::row::{Account, Link, Request, Thread, name_of};
use crate::text;

/// A financial request of a former system: it keeps its dates and its state, no limit and no cut-off is checked, nothing is
/// handed to Messager and nobody is told. One that is closed names no movement: its money comes from the tables of money, and the
/// mark of where it comes from tells that this is no fault (L3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedRequest {
    /// Its number there, and here; none where it had none and gets one.
    pub id: Option<RequestId>,
    /// Its name; one of ours where it has none that is free.
    pub name: Option<String>,
    /// Its account.
    pub account: AccountId,
    /// What is asked.
    pub category: Category,
    /// How much; positive (M3).
    pub amount: Amount,
    /// Why.
    pub description: Option<String>,
    /// Where it is; not under way: nothing carries it here.
    pub status: Status,
    /// The desk that holds it; the category's own where none is said.
    pub assigned_to: Option<Desk>,
    /// When it dies; the cut-off of its day where a credit says nothing.
    pub expiry_date: Option<Timestamp>,
    /// The credit request that it reverses (R5).
    pub parent: Option<RequestId>,
    /// The sale that caused a fee (R3).
    pub etatsdevente_id: Option<u64>,
    /// Who created it.
    pub created_by: Option<UserId>,
    /// What was said, in order; on one that keeps its number.
    pub comments: Vec<ImportedComment>,
    /// Where it comes from.
    pub from: Origin,
    /// When it was created.
    pub at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl ImportedRequest {
    pub(super) fn lock_set(&self) -> LockSet {
        let mut locks = LockSet { accounts: [self.account].into(), ..LockSet::default() };
        let lock = RequestLock { account: Some(self.account), ..RequestLock::default() };
        locks.requests.extend(self.id.map(|id| (id, lock)));
        locks.requests.extend(self.parent.map(|parent| (parent, RequestLock { credit: true, ..lock })));
        locks
    }

    /// Is this row of the book the one that came?
    #[must_use]
    pub fn is(&self, there: &Request) -> bool {
        there.account == self.account && there.category == self.category && there.created_at == self.at
    }

    pub(super) fn decide(&self, context: &mut Context<'_>, snapshot: &Snapshot) -> Result<Decision, Refusal> {
        require(context.actor, Permission::RunBook)?;
        let account = snapshot.account(self.account).ok_or(Refusal::NotFound { what: "account" })?;
        if let Some(there) = self.id.and_then(|id| snapshot.requests.get(&id)) {
            if !self.is(there) {
                return Err(Refusal::invalid("id", format_args!("is taken by {}", there.name)));
            }
            return Ok(Decision { changes: Changes::default(), answer: PendingAnswer::Nothing });
        }
        let amount = self.amount_of(account)?;
        self.check_parent(snapshot, amount)?;
        let request = self.row(context, amount)?;
        let mut changes = Changes::default();
        changes.facts.push(self.fact(context, FactKind::RequestCreated, &request, self.at));
        for said in &self.comments {
            let id = self.id.ok_or_else(|| Refusal::invalid("comments", "need a request that keeps its number"))?;
            let comment = said.said(context, Thread::Request(id))?;
            let fact = self.fact(context, FactKind::RequestCommented, &request, said.at);
            changes.facts.push(comment::told(fact, &comment));
            changes.comments.push(comment);
        }
        if request.status != Status::Open {
            let moved = self.fact(context, FactKind::RequestMoved, &request, self.updated_at);
            changes.facts.push(moved.with("from", Status::Open.name()).with("to", request.status.name()));
        }
        changes.numbers.extend(self.id.map(|id| (request.uuid, id.0)));
        changes.requests.put(request.uuid, None, 0, request.clone());
        Ok(Decision { changes, answer: PendingAnswer::Request(Link::New(request.uuid), Box::new(request)) })
    }

    fn amount_of(&self, account: &Account) -> Result<Money, Refusal> {
        let amount = self.amount.in_currency(account.currency());
        let amount = amount.map_err(|error| Refusal::amount("amount", error))?;
        match amount.is_positive() {
            true => Ok(amount),
            false => Err(Refusal::InvalidAmount(FieldError::new("amount", "must be more than 0"))),
        }
    }

    /// A cancellation names the credit of its account that it takes back in full, and of a credit one is live (R5).
    fn check_parent(&self, snapshot: &Snapshot, amount: Money) -> Result<(), Refusal> {
        let Some(id) = self.parent else {
            return match self.category.definition().reverses_parent {
                true => Err(Refusal::invalid("parent_id", "is needed")),
                false => Ok(()),
            };
        };
        if !self.category.definition().reverses_parent {
            return Err(Refusal::invalid("parent_id", format_args!("is not for a {}", self.category)));
        }
        let parent = snapshot.requests.get(&id).filter(|parent| parent.account == self.account);
        let parent = parent.filter(|parent| parent.definition().grants_credit()).ok_or(Refusal::InvalidParent)?;
        if parent.amount != amount {
            let message = format_args!("can only be the full {}", parent.amount);
            return Err(Refusal::InvalidAmount(FieldError::new("amount", message)));
        }
        if !self.status.is_final() && snapshot.live_cancellations.contains(&id) {
            return Err(Refusal::CancellationInProgress);
        }
        Ok(())
    }

    fn row(&self, context: &mut Context<'_>, amount: Money) -> Result<Request, Refusal> {
        let definition = self.category.definition();
        if matches!(self.status, Status::ToTreat | Status::Processing) {
            return Err(Refusal::invalid("status", format_args!("{}: nothing carries it here", self.status)));
        }
        let description = text::optional("description", self.description.as_deref(), text::MAX_TEXT)
            .map_err(|fault| Refusal::Invalid(vec![fault]))?;
        let expiry_date = definition.expiry.of(self.at, context.policy.cutoff);
        let uuid = context.ids.draw();
        Ok(Request {
            uuid,
            name: self.name.clone().unwrap_or_else(|| name_of(uuid, self.at)),
            account: self.account,
            category: self.category,
            amount,
            description,
            status: self.status,
            assigned_to: self.assigned_to.unwrap_or(definition.desk),
            draft: false,
            expiry_date: expiry_date.map(|cutoff| self.expiry_date.unwrap_or(cutoff)),
            parent: self.parent,
            etatsdevente_id: self.etatsdevente_id,
            helpdesk_id: None,
            movement: None,
            message_uuid: None,
            created_by: self.created_by,
            created_at: self.at,
            updated_at: self.updated_at,
            version: 1,
            execution: 0,
            passed: None,
            sent_back: None,
        })
    }

    fn fact(&self, context: &Context<'_>, kind: FactKind, request: &Request, at: Timestamp) -> Fact {
        let fact = Fact::new(kind, context.actor, at, Link::Id(self.account)).of_request(Link::New(request.uuid));
        self.from.mark(fact.with("status", request.status.name()))
    }
}
