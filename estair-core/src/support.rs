//! Support requests: the table `helpdesk` (section 6).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::account::Account;
use crate::actor::{Actor, Role};
use crate::change::{Changes, Held, Needs};
use crate::clock::Timestamp;
use crate::command::{Context, Decision, Pending};
use crate::fact::{Fact, FactKind};
use crate::id::{AccountId, Link, SupportId, UserId};
use crate::movement::named;
use crate::notification::Notice;
use crate::permission::{Permission, granted, require, require_sight, sees};
use crate::refusal::{FieldError, Refusal};
use crate::request::Action;
use crate::text;

named! {
    /// Where a support request is.
    SupportStatus {
        /// Created.
        Open = "open",
        /// Somebody works on it.
        InProgress = "in_progress",
        /// It waits for the client.
        Waiting = "waiting",
        /// Solved. Final.
        Closed = "closed",
        /// Given up. Final.
        Cancelled = "cancelled",
    }
}

named! {
    /// Who holds a support request.
    Assignee {
        /// Operation.
        Operation = "operation",
        /// The client, an agency.
        Agency = "agency",
        /// The client, an agent.
        Agent = "agent",
    }
}

impl SupportStatus {
    /// Does nothing change any more (S2)?
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }
}

/// The table of section 6. All of it is operation's; admin does the same but cancels nothing (S1).
pub const TRANSITIONS: [(SupportStatus, SupportStatus); 5] = [
    (SupportStatus::Open, SupportStatus::InProgress),
    (SupportStatus::Open, SupportStatus::Waiting),
    (SupportStatus::Waiting, SupportStatus::InProgress),
    (SupportStatus::InProgress, SupportStatus::Closed),
    (SupportStatus::Open, SupportStatus::Cancelled),
];

/// May this role take a support request to this status, where the table has it?
#[must_use]
pub fn may_move(role: Role, to: SupportStatus) -> bool {
    let granted = granted(role, Permission::MoveSupport).is_some();
    granted && (role == Role::Operation || to != SupportStatus::Cancelled)
}

/// A support request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// Its uuid.
    pub uuid: Uuid,
    /// The reference that people read.
    pub name: String,
    /// The account it is about.
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
    /// When.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// How often it changed: 1 when new.
    pub version: u64,
}

/// A comment on a support request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Who wrote it.
    pub author: Option<UserId>,
    /// In which role.
    pub role: Role,
    /// What.
    pub body: String,
    /// When.
    pub created_at: Timestamp,
}

/// A support request to be created, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// In one line.
    pub subject: Option<String>,
    /// In full.
    pub description: Option<String>,
    /// The account; a client's own when it is left out.
    pub account: Option<AccountId>,
    /// A sale it is about.
    pub etatsdevente_id: Option<u64>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

/// What shall change of a support request, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// The status wanted.
    pub status: Option<SupportStatus>,
    /// Who shall hold it.
    pub assigned_to: Option<Assignee>,
    /// The new subject.
    pub subject: Option<String>,
    /// The new description.
    pub description: Option<String>,
    /// The version the caller has read.
    pub version: Option<u64>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

impl Draft {
    pub(crate) fn needs(&self, own: Option<AccountId>) -> Needs {
        Needs { accounts: self.account.or(own).into_iter().collect(), ..Needs::default() }
    }
}

/// Decides a new support request: assigned to operation, who is told (S3).
///
/// # Errors
/// [`Refusal::NotFound`], a value that cannot be, or [`Refusal::Forbidden`].
pub fn create(context: &mut Context<'_>, held: &Held, draft: &Draft) -> Result<Decision, Refusal> {
    let mut faults = draft.faults.clone();
    let Some(id) = draft.account.or(context.actor.account()) else {
        if !faults.iter().any(|fault| fault.field == "account_id") {
            faults.push(FieldError::new("account_id", "is needed"));
        }
        return Err(Refusal::Invalid(faults));
    };
    require_sight(context.actor, id, "account")?;
    let account = held.account(id).ok_or(Refusal::NotFound { what: "account" })?;
    let mut read = |field: &str, text: &Option<String>, max| {
        let text = text::bounded(field, text.as_deref().unwrap_or_default(), max);
        text.map_err(|fault| faults.push(fault)).unwrap_or_default()
    };
    let subject = read("subject", &draft.subject, text::MAX_LINE);
    let description = read("description", &draft.description, text::MAX_TEXT);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    require(context.actor, Permission::CreateSupport)?;
    let uuid = context.ids.draw();
    let support = Support {
        uuid,
        name: format!("SUP-{}-{:012X}", context.now.format("%Y%m%d"), uuid.as_u128() & 0xFFFF_FFFF_FFFF),
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
    };
    let link = Link::New(uuid);
    let fact = fact(context, FactKind::SupportCreated, &support, link, account).telling([Notice::SupportCreated]);
    let mut changes = Changes { facts: vec![fact], ..Changes::default() };
    changes.supports.put(uuid, None, 0, support.clone());
    Ok(Decision { changes, answer: Pending::Support(link, Box::new(support)) })
}

fn fact(context: &Context<'_>, kind: FactKind, support: &Support, link: Link<SupportId>, account: &Account) -> Fact {
    Fact::new(kind, context.actor, context.now, Link::Id(support.account))
        .of_support(link)
        .with("uuid", support.uuid.to_string())
        .with("name", support.name.clone())
        .with("subject", support.subject.clone())
        .with("status", support.status.name())
        .with("client", account.name.clone())
        .with("client_email", account.email.clone())
}

/// A support request and its account; a foreign one is not found (P2).
fn find<'h>(context: &Context<'_>, held: &'h Held, id: SupportId) -> Result<(&'h Support, &'h Account), Refusal> {
    let unknown = || Refusal::NotFound { what: "support request" };
    let support = held.supports.get(&id).ok_or_else(unknown)?;
    require_sight(context.actor, support.account, "support request")?;
    let account = held.account(support.account).ok_or_else(unknown)?;
    Ok((support, account))
}

/// Decides a change of texts, of hands, of status, or of several at once.
///
/// # Errors
/// Any refusal of P5, in that order.
pub fn update(context: &Context<'_>, held: &Held, id: SupportId, patch: &Patch) -> Result<Decision, Refusal> {
    let (was, account) = find(context, held, id)?;
    let (subject, description) = check_texts(was, patch)?;
    check_roles(context, patch)?;
    if was.status.is_final() {
        return Err(Refusal::Immutable { status: was.status.name() });
    }
    if let Some(given) = patch.version.filter(|given| *given != was.version) {
        return Err(Refusal::StaleVersion { given, current: was.version });
    }
    if let Some(to) = patch.status {
        check_transition(context.actor.role(), was.status, to)?;
    }
    if patch.assigned_to == Some(was.assigned_to) {
        return Err(Refusal::AssignmentNotAllowed { status: was.status.name(), assigned_to: was.assigned_to.name() });
    }
    let support = Support {
        subject,
        description,
        status: patch.status.unwrap_or(was.status),
        assigned_to: patch.assigned_to.unwrap_or(was.assigned_to),
        version: was.version.saturating_add(1),
        updated_at: context.now,
        ..was.clone()
    };
    let of = |kind| fact(context, kind, &support, Link::Id(id), account);
    let mut changes = Changes::default();
    if support.subject != was.subject || support.description != was.description {
        changes.facts.push(of(FactKind::SupportEdited));
    }
    if support.assigned_to != was.assigned_to {
        let (from, to) = (was.assigned_to.name(), support.assigned_to.name());
        changes.facts.push(of(FactKind::SupportAssigned).with("from", from).with("to", to));
    }
    if support.status != was.status {
        let moved = of(FactKind::SupportMoved).with("from", was.status.name()).with("to", support.status.name());
        let resolved = support.status == SupportStatus::Closed;
        changes.facts.push(moved.telling(resolved.then_some(Notice::SupportResolved)));
    }
    if !changes.facts.is_empty() {
        changes.supports.put(was.uuid, Some(id), was.version, support.clone());
        return Ok(Decision { changes, answer: Pending::Support(Link::Id(id), Box::new(support)) });
    }
    // The same texts again: nothing happened.
    Ok(Decision { changes, answer: Pending::Support(Link::Id(id), Box::new(was.clone())) })
}

fn check_texts(was: &Support, patch: &Patch) -> Result<(String, String), Refusal> {
    let mut faults = patch.faults.clone();
    let mut read = |field: &str, given: &Option<String>, was: &str, max| match given {
        None => was.to_owned(),
        Some(text) => text::bounded(field, text, max).map_err(|fault| faults.push(fault)).unwrap_or_default(),
    };
    let subject = read("subject", &patch.subject, &was.subject, text::MAX_LINE);
    let description = read("description", &patch.description, &was.description, text::MAX_TEXT);
    let nothing =
        patch.status.is_none() && patch.assigned_to.is_none() && patch.subject.is_none() && patch.description.is_none();
    if nothing && faults.is_empty() {
        faults.push(FieldError::new("status", "status, assigned_to, subject or description is needed"));
    }
    if faults.is_empty() { Ok((subject, description)) } else { Err(Refusal::Invalid(faults)) }
}

/// Each field is some roles' own (S1). Which transition is whose, among the roles that move requests, is decided later: it is
/// the table's.
fn check_roles(context: &Context<'_>, patch: &Patch) -> Result<(), Refusal> {
    if patch.subject.is_some() || patch.description.is_some() {
        require(context.actor, Permission::EditSupport)?;
    }
    if patch.assigned_to.is_some() {
        require(context.actor, Permission::AssignSupport)?;
    }
    if patch.status.is_some() {
        require(context.actor, Permission::MoveSupport)?;
    }
    Ok(())
}

fn check_transition(role: Role, from: SupportStatus, to: SupportStatus) -> Result<(), Refusal> {
    if !TRANSITIONS.contains(&(from, to)) {
        let allowed = TRANSITIONS.iter().filter(|(start, _)| *start == from).map(|(_, end)| end.name()).collect();
        return Err(Refusal::TransitionNotAllowed { from: from.name(), to: to.name(), allowed });
    }
    if !may_move(role, to) {
        let by = Role::ALL.into_iter().filter(|role| may_move(*role, to)).collect();
        return Err(Refusal::TransitionForbidden { from: from.name(), to: to.name(), role, by });
    }
    Ok(())
}

/// Decides a comment, by whoever may update the request while it is not final (S1).
///
/// # Errors
/// Any refusal of P5, in that order.
pub fn comment(context: &Context<'_>, held: &Held, id: SupportId, body: &CommentDraft) -> Result<Decision, Refusal> {
    let (was, account) = find(context, held, id)?;
    if !body.faults.is_empty() {
        return Err(Refusal::Invalid(body.faults.clone()));
    }
    let text = text::bounded("body", body.body.as_deref().unwrap_or_default(), text::MAX_TEXT)
        .map_err(|fault| Refusal::Invalid(vec![fault]))?;
    require(context.actor, Permission::CommentSupport)?;
    if was.status.is_final() {
        return Err(Refusal::Immutable { status: was.status.name() });
    }
    let actor = context.actor;
    let comment = Comment { author: actor.user(), role: actor.role(), body: text, created_at: context.now };
    let support = Support { version: was.version.saturating_add(1), updated_at: context.now, ..was.clone() };
    let mut changes = Changes {
        facts: vec![fact(context, FactKind::SupportCommented, &support, Link::Id(id), account)],
        comments: vec![(id, comment)],
        ..Changes::default()
    };
    changes.supports.put(was.uuid, Some(id), was.version, support.clone());
    Ok(Decision { changes, answer: Pending::Support(Link::Id(id), Box::new(support)) })
}

/// A comment to be added, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommentDraft {
    /// What.
    pub body: Option<String>,
    /// What could not be read.
    pub faults: Vec<FieldError>,
}

/// What this actor may do with this support request now (P4).
#[must_use]
pub fn allowed_actions(actor: &Actor, support: &Support) -> Vec<Action> {
    let role = actor.role();
    if support.status.is_final() || !sees(actor, support.account) {
        return Vec::new();
    }
    let may = |permission| granted(role, permission).is_some();
    let mut actions = Vec::new();
    let moves = TRANSITIONS.iter().filter(|(from, to)| *from == support.status && may_move(role, *to));
    actions.extend(moves.map(|(_, to)| Action::Transition(to.name())));
    if may(Permission::AssignSupport) {
        let others = Assignee::ALL.iter().filter(|one| **one != support.assigned_to);
        actions.extend(others.map(|one| Action::Assign(one.name())));
    }
    actions.extend(may(Permission::EditSupport).then_some(Action::Edit));
    actions.extend(may(Permission::CommentSupport).then_some(Action::Comment));
    actions
}
