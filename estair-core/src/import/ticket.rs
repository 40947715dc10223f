//! A support request of a former system.

use crate::clock::Timestamp;
use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::id::{AccountId, SupportId, UserId};
use crate::import::{ImportedComment, Origin};
use crate::permission::{Permission, require};
use crate::refusal::{FieldError, Refusal};
use crate::row::{Assignee, LastComment, Link, Side, Support, SupportStatus, Thread};
use crate::support::name_of;
use crate::{comment, text};

/// A support request of a former system: it keeps its number, its dates and its state, and nobody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedTicket {
    /// Its number there, and here.
    pub id: SupportId,
    /// Its name; one of ours where it has none that is free.
    pub name: Option<String>,
    /// Its account.
    pub account: AccountId,
    /// In one line.
    pub subject: String,
    /// In full.
    pub description: String,
    /// Where it is.
    pub status: SupportStatus,
    /// Who holds it.
    pub assigned_to: Assignee,
    /// A sale it is about.
    pub etatsdevente_id: Option<u64>,
    /// Who created it.
    pub created_by: Option<UserId>,
    /// What was said, in order.
    pub comments: Vec<ImportedComment>,
    /// Where it comes from.
    pub from: Origin,
    /// When it was created.
    pub at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl ImportedTicket {
    pub(super) fn lock_set(&self) -> LockSet {
        LockSet { accounts: [self.account].into(), supports: [self.id].into(), ..LockSet::default() }
    }

    /// Is this row of the book the one that came?
    #[must_use]
    pub fn is(&self, there: &Support) -> bool {
        there.account == self.account && there.created_at == self.at
    }

    pub(super) fn decide(&self, context: &mut Context<'_>, snapshot: &Snapshot) -> Result<Decision, Refusal> {
        require(context.actor, Permission::RunBook)?;
        snapshot.account(self.account).ok_or(Refusal::NotFound { what: "account" })?;
        if let Some(there) = snapshot.supports.get(&self.id) {
            if !self.is(there) {
                return Err(Refusal::invalid("id", format_args!("is taken by {}", there.name)));
            }
            return Ok(Decision { changes: Changes::default(), answer: PendingAnswer::Nothing });
        }
        let support = self.row(context)?;
        let link = Link::New(support.uuid);
        let mut changes = Changes::default();
        changes.facts.push(self.fact(context, FactKind::SupportCreated, &support, self.at));
        for said in &self.comments {
            let comment = said.said(context, Thread::Support(self.id))?;
            let fact = self.fact(context, FactKind::SupportCommented, &support, said.at);
            changes.facts.push(comment::told(fact, &comment));
            changes.comments.push(comment);
        }
        if support.status != SupportStatus::Open {
            let moved = self.fact(context, FactKind::SupportMoved, &support, self.updated_at);
            changes.facts.push(moved.with("from", SupportStatus::Open.name()).with("to", support.status.name()));
        }
        changes.numbers.insert(support.uuid, self.id.0);
        changes.supports.put(support.uuid, None, 0, support.clone());
        Ok(Decision { changes, answer: PendingAnswer::Support(link, Box::new(support)) })
    }

    fn row(&self, context: &mut Context<'_>) -> Result<Support, Refusal> {
        let mut faults: Vec<FieldError> = Vec::new();
        let mut read = |field: &str, text: &str, max| {
            text::bounded(field, text, max).map_err(|fault| faults.push(fault)).unwrap_or_default()
        };
        let subject = read("subject", &self.subject, text::MAX_LINE);
        let description = read("description", &self.description, text::MAX_TEXT);
        if !faults.is_empty() {
            return Err(Refusal::Invalid(faults));
        }
        let uuid = context.ids.draw();
        let last = self.comments.last();
        Ok(Support {
            uuid,
            name: self.name.clone().unwrap_or_else(|| name_of(uuid, self.at)),
            account: self.account,
            subject,
            description,
            status: self.status,
            assigned_to: self.assigned_to,
            etatsdevente_id: self.etatsdevente_id,
            created_by: self.created_by,
            created_at: self.at,
            updated_at: self.updated_at,
            version: 1,
            follows: None,
            last_comment: last.map(|last| LastComment { at: last.at, by: Side::of(last.role) }),
        })
    }

    fn fact(&self, context: &Context<'_>, kind: FactKind, support: &Support, at: Timestamp) -> Fact {
        let fact = Fact::new(kind, context.actor, at, Link::Id(self.account)).of_support(Link::New(support.uuid));
        self.from.mark(fact.with("status", support.status.name()))
    }
}
