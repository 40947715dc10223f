//! A delivered message: the request it carries is written into the book, or answered with a business outcome (W1, G2).
//!
//! Whatever the order in which things arrive (a webhook before the dispatcher's mark, twice, late, after an expiry), the
//! same message gets the same answer (W3, G2, G3).

use crate::json::Json;
use uuid::Uuid;

use crate::account::rollout::require_live;
use crate::category::{Category, Flow, Status};
use crate::decision::{
    BusinessOutcome, Changes, Context, Decision, IncomingAnswer, Known, LockSet, PendingAnswer, RequestLock, Snapshot,
};
use crate::fact::{Fact, FactKind};
use crate::id::RequestId;
use crate::movement::post;
use crate::movement::post::{Entry, OfRequest, post, written_fact};
use crate::notice::Notice;
use crate::permission::{Permission, require};
use crate::refusal::{Explanation, FieldError, Refusal};
use crate::request::expiry::expire;
use crate::request::payload::{Payload, is_message_type};
use crate::request::sent::sent_fact;
use crate::row;
use crate::row::{Account, Details, Failure, Link, Movement, MovementStatus, Request};
use crate::source::Source;

/// A message that Messager delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingMessage {
    /// The message.
    pub message_uuid: Uuid,
    /// The message's type.
    pub kind: String,
    /// The payload, read.
    pub payload: Payload,
    /// The payload as it came: kept with the movement.
    pub raw: Json,
}

impl IncomingMessage {
    /// Reads a delivered message from its type and the payload as it came.
    ///
    /// # Errors
    /// Each part that is missing or cannot be read: such a message fails for good (G2).
    pub fn read(message_uuid: Uuid, kind: &str, raw: Json) -> Result<Self, Vec<FieldError>> {
        let payload = Payload::from_json(&raw);
        let unknown = (!is_message_type(kind)).then(|| FieldError::new("type", "is missing or unreadable"));
        match (payload, unknown) {
            (Ok(payload), None) => Ok(Self { message_uuid, kind: kind.to_owned(), payload, raw }),
            (payload, unknown) => Err(unknown.into_iter().chain(payload.err().unwrap_or_default()).collect()),
        }
    }

    /// The message that carries a request's present execution, as Messager would deliver it.
    #[must_use]
    pub fn carrying(message_uuid: Uuid, id: RequestId, request: &Request, account_name: &str) -> Self {
        let payload = Payload::of(id, request, account_name);
        let raw = payload.to_json();
        Self { message_uuid, kind: request.definition().message.to_owned(), payload, raw }
    }
}

pub(crate) fn lock_set(message: &IncomingMessage) -> LockSet {
    let payload = &message.payload;
    let mut locks = LockSet::default();
    locks.accounts.insert(payload.account_id);
    let reverses = Category::ALL
        .iter()
        .map(|category| category.definition())
        .any(|definition| definition.message == message.kind && definition.reverses_parent);
    locks.requests.insert(
        payload.requete_id,
        RequestLock { account: Some(payload.account_id), parent: reverses, credit: reverses },
    );
    locks.movements.insert(row::name_for_request(payload.requete_uuid));
    locks
}

/// Decides what a delivered message does.
///
/// # Errors
/// [`Refusal::PayloadMismatch`] when the message names no request that exists, or disagrees with it: a permanent failure,
/// nothing is written (G2).
pub(crate) fn decide(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    message: &IncomingMessage,
) -> Result<Decision, Refusal> {
    require(context.actor, Permission::RunBook)?;
    let id = message.payload.requete_id;
    // A message of a request that does not exist will not be carried out later either (G2).
    let request = snapshot.requests.get(&id).ok_or(Refusal::PayloadMismatch { field: "requete_id" })?;
    let account = snapshot.account(request.account).ok_or(Refusal::PayloadMismatch { field: "account_id" })?;
    check_agreement(request, message)?;
    let movement = snapshot.movement_of(request).filter(|known| known.row.status == MovementStatus::Success);
    if let Some(known) = movement {
        return Ok(answer_only(IncomingAnswer::Written { id: known.id, uuid: known.row.uuid }));
    }
    let execution = message.payload.execution;
    if execution > request.execution && request.execution > 0 {
        return Err(Refusal::PayloadMismatch { field: "execution" });
    }
    let outcome = |outcome| Ok(answer_only(IncomingAnswer::Outcome { outcome, error: None }));
    match request.status {
        // Only expiry cancels a request (T3): the same message gets the same answer, whoever came first and whatever the
        // clock of the one who asks says.
        Status::Cancelled if request.expiry_date.is_some() => outcome(BusinessOutcome::Expired),
        Status::Cancelled => outcome(BusinessOutcome::Cancelled),
        _ if execution < request.execution => outcome(BusinessOutcome::Superseded),
        Status::Open => outcome(BusinessOutcome::NotReady),
        Status::Waiting if request.execution == 0 => outcome(BusinessOutcome::NotReady),
        Status::Waiting => {
            let error = request.sent_back.as_deref().and_then(Explanation::from_text);
            Ok(answer_only(IncomingAnswer::Outcome { outcome: BusinessOutcome::Waiting, error }))
        }
        _ if request.has_expired(context.now) => {
            let changes = expire(context, id, request);
            Ok(with_answer(changes, IncomingAnswer::Outcome { outcome: BusinessOutcome::Expired, error: None }))
        }
        Status::ToTreat => Ok(write_early(context, snapshot, message, account, request)),
        _ => Ok(write(context, snapshot, message, account, request)),
    }
}

/// Records a technical failure (W2). A movement that was committed after all is the answer.
pub(crate) fn record_failure(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    message: &IncomingMessage,
    failure: &Failure,
) -> Result<Decision, Refusal> {
    require(context.actor, Permission::RunBook)?;
    let request = snapshot.requests.get(&message.payload.requete_id).ok_or(Refusal::NotFound { what: "request" })?;
    let entry = entry_of(message, request, parent_of(snapshot, request));
    let earlier = snapshot.movements.get(&entry.name);
    if let Some(known) = earlier.filter(|known| known.row.status == MovementStatus::Success) {
        return Ok(answer_only(IncomingAnswer::Written { id: known.id, uuid: known.row.uuid }));
    }
    let changes = post::record_failure(context, &entry, earlier, failure.clone());
    Ok(Decision { changes, answer: PendingAnswer::Nothing })
}

/// The webhook came before the dispatcher's mark was stored (G3): the request takes that step now, then the next.
fn write_early(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    message: &IncomingMessage,
    account: &Account,
    request: &Request,
) -> Decision {
    let (status, message_uuid) = (Status::Processing, Some(message.message_uuid));
    let sent = Request { status, message_uuid, ..request.clone() };
    let fact = sent_fact(context, message.payload.requete_id, request.status, &sent);
    let mut decision = write(context, snapshot, message, account, &sent);
    decision.changes.facts.insert(0, fact);
    decision
}

fn answer_only(answer: IncomingAnswer) -> Decision {
    with_answer(Changes::default(), answer)
}

fn with_answer(changes: Changes, answer: IncomingAnswer) -> Decision {
    Decision { changes, answer: PendingAnswer::Delivered(answer) }
}

/// A message that says something else than its request is not carried out (G2).
fn check_agreement(request: &Request, message: &IncomingMessage) -> Result<(), Refusal> {
    let payload = &message.payload;
    let definition = request.definition();
    let disagrees = [
        ("requete_uuid", payload.requete_uuid != request.uuid),
        ("requete_name", payload.requete_name != request.name),
        ("account_id", payload.account_id != request.account),
        ("type", message.kind != definition.message || payload.kind != definition.movement.name()),
        ("amount", payload.amount != request.amount.amount()),
        ("currency", payload.currency != request.amount.currency()),
    ];
    match disagrees.into_iter().find(|(_, wrong)| *wrong) {
        Some((field, _)) => Err(Refusal::PayloadMismatch { field }),
        None => Ok(()),
    }
}

/// Writes the movement and closes the request, or sends the request back to wait when a rule refuses now (W1, C4).
fn write(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    message: &IncomingMessage,
    account: &Account,
    request: &Request,
) -> Decision {
    match written(context, snapshot, message, account, request) {
        Ok(decision) => decision,
        Err(refusal) => {
            let changes = send_back(context, message, account, request, &refusal);
            let error = Some(refusal.explain());
            with_answer(changes, IncomingAnswer::Outcome { outcome: BusinessOutcome::Waiting, error })
        }
    }
}

fn written(
    context: &mut Context<'_>,
    snapshot: &Snapshot,
    message: &IncomingMessage,
    account: &Account,
    request: &Request,
) -> Result<Decision, Refusal> {
    // An account that was taken back to the former system while its request was under way: that one decides on it (L6).
    require_live(context, request.account, account)?;
    let cancels = credit_to_cancel(snapshot, request)?;
    let indicators = &account.indicators;
    let limited = request.definition().limited;
    if limited && !context.policy.limit.allows(account.limit, indicators.active_credit, request.amount) {
        return Err(Refusal::CreditLimitExceeded {
            limit: account.limit,
            active_credit: indicators.active_credit,
            amount: request.amount,
        });
    }
    let entry = entry_of(message, request, parent_of(snapshot, request));
    let mut written = post(context, account, &entry, snapshot.movement_of(request), cancels)?;
    let id = message.payload.requete_id;
    let mut closed = request.revised(context.now);
    closed.status = Status::Closed;
    closed.movement = Some(written.id);
    closed.message_uuid = Some(request.message_uuid.unwrap_or(message.message_uuid));

    let fact = written_fact(context, &written)
        .of_request(Link::Id(id))
        .with("from", request.status.name())
        .with("status", closed.status.name())
        .telling(success_notice(request));
    let answer = IncomingAnswer::Written { id: written.id, uuid: written.uuid };
    // What was written comes before what it crossed.
    written.changes.facts.insert(0, fact);
    written.changes.requests.put(request.uuid, Some(id), request.version, closed);
    Ok(with_answer(written.changes, answer))
}

/// The entry that a passed request becomes (R1).
#[must_use]
pub(crate) fn entry_of(message: &IncomingMessage, request: &Request, parent: Option<Uuid>) -> Entry {
    let kind = request.definition().movement;
    Entry {
        name: request.movement_name(),
        account: request.account,
        kind,
        source: Source::Helpdesk,
        amount: kind.signed(request.amount),
        message_uuid: Some(message.message_uuid),
        request: Some(OfRequest { id: message.payload.requete_id, uuid: request.uuid, parent }),
        etatsdevente_id: request.etatsdevente_id,
        helpdesk_id: request.helpdesk_id,
        reference: None,
        payload: Some(message.raw.clone()),
        details: Details { description: request.description.clone(), ..Details::default() },
        triggered_by: request.passed.as_ref().and_then(|pass| pass.by),
        origin: request.passed.as_ref().map(|pass| pass.origin.clone()).unwrap_or_default(),
    }
}

/// The uuid of a request's parent.
fn parent_of(snapshot: &Snapshot, request: &Request) -> Option<Uuid> {
    request.parent.and_then(|parent| snapshot.requests.get(&parent)).map(|parent| parent.uuid)
}

/// The credit that a cancellation takes back, which must still be there (R5).
fn credit_to_cancel<'s>(snapshot: &'s Snapshot, request: &Request) -> Result<Option<&'s Known<Movement>>, Refusal> {
    if !request.definition().reverses_parent {
        return Ok(None);
    }
    let parent = request.parent.and_then(|parent| snapshot.requests.get(&parent)).ok_or(Refusal::InvalidParent)?;
    match snapshot.movement_of(parent) {
        Some(known) if known.row.is_active_credit() => Ok(Some(known)),
        _ => Err(Refusal::CreditAlreadyCancelled),
    }
}

/// Who is told that the movement is written (N2): credits by how they were passed; a cancellation that the system passed
/// itself has already been told as an expiry (X3).
fn success_notice(request: &Request) -> Option<Notice> {
    let by_hand = request.passed.as_ref().is_some_and(|pass| pass.by_hand);
    match request.definition().flow {
        Flow::Credit if by_hand => Some(Notice::CreditApproved),
        Flow::Credit => Some(Notice::CreditAutoApproved),
        Flow::Cancellation if request.passed.as_ref().is_some_and(|pass| pass.by.is_none()) => None,
        Flow::Cash | Flow::Cancellation => Some(Notice::MovementSucceeded),
    }
}

/// Back to `waiting`: finance decides again, and of a credit the client is told (C4, N2), of a load or unload operation.
fn send_back(
    context: &Context<'_>,
    message: &IncomingMessage,
    account: &Account,
    request: &Request,
    refusal: &Refusal,
) -> Changes {
    let id = message.payload.requete_id;
    let mut waiting = request.revised(context.now);
    waiting.status = Status::Waiting;
    waiting.sent_back = Some(refusal.explain().to_text());
    waiting.message_uuid = Some(request.message_uuid.unwrap_or(message.message_uuid));
    let mut fact = Fact::new(FactKind::RequestMoved, context.actor, context.now, Link::Id(request.account))
        .of_request(Link::Id(id))
        .with("status", waiting.status.name())
        .with("from", request.status.name())
        .with("to", Status::Waiting.name())
        .with("reason", refusal.code())
        .with("detail", refusal.to_string())
        .with("limit", account.limit.to_string())
        .with("active_credit", account.indicators.active_credit.to_string())
        .with("decision_needed", true);
    fact = match request.definition().flow {
        Flow::Credit => fact.telling([Notice::CreditRequested, Notice::CreditRefused]),
        Flow::Cash => fact.telling([Notice::RequestReturned]),
        Flow::Cancellation => fact,
    };
    let mut changes = Changes { facts: vec![fact], ..Changes::default() };
    changes.requests.put(request.uuid, Some(id), request.version, waiting);
    changes
}
