//! What the messages do to a request: marked as sent, and carried into the book (sections 4 and 5).
//!
//! Whatever the order in which things arrive (a webhook before the dispatcher's mark, twice, late, after an expiry), the
//! same message gets the same answer (W3, G2, G3).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::account::Account;
use crate::category::{Category, Flow, Status};
use crate::change::{Changes, Held, Known, Needs, RequestNeed};
use crate::clock::rfc3339;
use crate::command::{Context, Decision, Pending};
use crate::fact::{Fact, FactKind};
use crate::id::{AccountId, Link, MovementId, RequestId};
use crate::money::{Amount, Currency};
use crate::movement::{Details, Failure, Movement, MovementStatus, Source, named};
use crate::notification::Notice;
use crate::permission::{Permission, require};
use crate::posting::{self, Entry, post, written_fact};
use crate::refusal::{Explanation, Refusal};
use crate::request::Request;
use crate::request::expiry::expire;

/// What a message carries, read (section 5, point 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// The request's number.
    pub requete_id: RequestId,
    /// The request's uuid.
    pub requete_uuid: Uuid,
    /// The request's name.
    pub requete_name: String,
    /// Its account.
    pub account_id: AccountId,
    /// The type of the movement it becomes.
    pub kind: String,
    /// Unsigned.
    pub amount: Amount,
    /// Its currency.
    pub currency: Currency,
    /// The execution the message belongs to.
    pub execution: u32,
}

/// A message that Messager delivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The message.
    pub message_uuid: Uuid,
    /// The message's type.
    pub kind: String,
    /// The payload, read.
    pub payload: Payload,
    /// The payload as it came: kept with the movement.
    pub raw: Value,
}

named! {
    /// Business outcomes of a delivery that wrote no movement (G2).
    BusinessOutcome {
        /// Refused by a rule at the last check.
        Waiting = "waiting",
        /// The credit request has expired.
        Expired = "expired",
        /// The request was cancelled.
        Cancelled = "cancelled",
        /// The message belongs to an earlier execution.
        Superseded = "superseded",
        /// Nobody passed this request.
        NotReady = "not_ready",
    }
}

/// The answer to a delivery.
#[derive(Clone, Debug, PartialEq)]
pub enum DeliveryAnswer {
    /// The movement, written now or before.
    Written {
        /// Its number.
        id: Link<MovementId>,
        /// Its uuid.
        uuid: Uuid,
    },
    /// A business outcome: no failure, no movement.
    Outcome {
        /// Which.
        outcome: BusinessOutcome,
        /// The rule that refused, where one did.
        error: Option<Explanation>,
    },
}

/// The type of the message and the payload that carry a request to Messager, rendered when it is sent.
#[must_use]
pub fn render(id: RequestId, request: &Request, account_name: &str) -> (&'static str, Value) {
    let definition = request.definition();
    let payload = json!({
        "requete_id": id,
        "requete_uuid": request.uuid,
        "requete_name": request.name,
        "account_id": request.account,
        "account_name": account_name,
        "type": definition.movement.name(),
        "amount": request.amount.to_string(),
        "currency": request.amount.currency(),
        "expiry_date": request.expiry_date.map(rfc3339),
        "execution": request.execution,
    });
    (definition.message, payload)
}

/// Which categories travel in messages of this type.
#[must_use]
pub fn is_message_type(kind: &str) -> bool {
    Category::ALL.iter().any(|category| category.definition().message == kind)
}

pub(crate) fn needs(delivery: &Delivery) -> Needs {
    let payload = &delivery.payload;
    let mut needs = Needs::default();
    needs.accounts.insert(payload.account_id);
    let reverses = Category::ALL
        .iter()
        .map(|category| category.definition())
        .any(|definition| definition.message == delivery.kind && definition.reverses_parent);
    needs.requests.insert(
        payload.requete_id,
        RequestNeed { account: Some(payload.account_id), parent: reverses, credit: reverses },
    );
    needs.movements.insert(crate::movement::name_for_request(payload.requete_uuid));
    needs
}

/// Decides what a delivered message does.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown request, [`Refusal::PayloadMismatch`] when the message disagrees with it:
/// permanent failures both, nothing is written (G2).
pub fn deliver(context: &mut Context<'_>, held: &Held, delivery: &Delivery) -> Result<Decision, Refusal> {
    require(context.actor, Permission::RunBook)?;
    let id = delivery.payload.requete_id;
    let request = held.requests.get(&id).ok_or(Refusal::NotFound { what: "request" })?;
    let account = held.account(request.account).ok_or(Refusal::PayloadMismatch { field: "account_id" })?;
    check_agreement(request, delivery)?;
    let movement = held.movement_of(request).filter(|known| known.row.status == MovementStatus::Success);
    if let Some(known) = movement {
        return Ok(answer_only(DeliveryAnswer::Written { id: known.id, uuid: known.row.uuid }));
    }
    let execution = delivery.payload.execution;
    if execution > request.execution && request.execution > 0 {
        return Err(Refusal::PayloadMismatch { field: "execution" });
    }
    let outcome = |outcome| Ok(answer_only(DeliveryAnswer::Outcome { outcome, error: None }));
    match request.status {
        // Only expiry cancels a request (T3): the same message gets the same answer, whoever came first.
        Status::Cancelled if request.has_expired(context.now) => outcome(BusinessOutcome::Expired),
        Status::Cancelled => outcome(BusinessOutcome::Cancelled),
        _ if execution < request.execution => outcome(BusinessOutcome::Superseded),
        Status::Open => outcome(BusinessOutcome::NotReady),
        Status::Waiting if request.execution == 0 => outcome(BusinessOutcome::NotReady),
        Status::Waiting => outcome(BusinessOutcome::Waiting),
        _ if request.has_expired(context.now) => {
            let changes = expire(context, account, id, request);
            Ok(with_answer(changes, DeliveryAnswer::Outcome { outcome: BusinessOutcome::Expired, error: None }))
        }
        Status::ToTreat => Ok(write_early(context, held, delivery, account, request)),
        _ => Ok(write(context, held, delivery, account, request)),
    }
}

/// Records a technical failure (W2). A movement that was committed after all is the answer.
pub(crate) fn record_failure(
    context: &mut Context<'_>,
    held: &Held,
    delivery: &Delivery,
    failure: &Failure,
) -> Result<Decision, Refusal> {
    require(context.actor, Permission::RunBook)?;
    let request = held.requests.get(&delivery.payload.requete_id).ok_or(Refusal::NotFound { what: "request" })?;
    let entry = entry_of(delivery, request);
    let earlier = held.movements.get(&entry.name);
    if let Some(known) = earlier.filter(|known| known.row.status == MovementStatus::Success) {
        return Ok(answer_only(DeliveryAnswer::Written { id: known.id, uuid: known.row.uuid }));
    }
    let changes = posting::record_failure(context, &entry, earlier, failure.clone());
    Ok(Decision { changes, answer: Pending::Nothing })
}

/// The webhook came before the dispatcher's mark was stored (G3): the request takes that step now, then the next.
fn write_early(
    context: &mut Context<'_>,
    held: &Held,
    delivery: &Delivery,
    account: &Account,
    request: &Request,
) -> Decision {
    let (status, message_uuid) = (Status::Processing, Some(delivery.message_uuid));
    let sent = Request { status, message_uuid, ..request.clone() };
    let fact = sent_fact(context, account, delivery.payload.requete_id, request.status, &sent);
    let mut decision = write(context, held, delivery, account, &sent);
    decision.changes.facts.insert(0, fact);
    decision
}

fn answer_only(answer: DeliveryAnswer) -> Decision {
    with_answer(Changes::default(), answer)
}

fn with_answer(changes: Changes, answer: DeliveryAnswer) -> Decision {
    Decision { changes, answer: Pending::Delivered(answer) }
}

/// A message that says something else than its request is not carried out (G2).
fn check_agreement(request: &Request, delivery: &Delivery) -> Result<(), Refusal> {
    let payload = &delivery.payload;
    let definition = request.definition();
    let disagrees = [
        ("requete_uuid", payload.requete_uuid != request.uuid),
        ("requete_name", payload.requete_name != request.name),
        ("account_id", payload.account_id != request.account),
        ("type", delivery.kind != definition.message || payload.kind != definition.movement.name()),
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
    held: &Held,
    delivery: &Delivery,
    account: &Account,
    request: &Request,
) -> Decision {
    match written(context, held, delivery, account, request) {
        Ok(decision) => decision,
        Err(refusal) => {
            let changes = send_back(context, delivery, account, request, &refusal);
            let error = Some(refusal.explain());
            with_answer(changes, DeliveryAnswer::Outcome { outcome: BusinessOutcome::Waiting, error })
        }
    }
}

fn written(
    context: &mut Context<'_>,
    held: &Held,
    delivery: &Delivery,
    account: &Account,
    request: &Request,
) -> Result<Decision, Refusal> {
    let cancels = credit_to_cancel(held, request)?;
    let indicators = &account.indicators;
    let limited = request.definition().limited;
    if limited && !context.policy.limit.allows(account.limit, indicators.active_credit, request.amount) {
        return Err(Refusal::CreditLimitExceeded {
            limit: account.limit,
            active_credit: indicators.active_credit,
            amount: request.amount,
        });
    }
    let entry = entry_of(delivery, request);
    let mut written = post(context, account, &entry, held.movement_of(request), cancels)?;
    let id = delivery.payload.requete_id;
    let mut closed = request.revised(context.now);
    closed.status = Status::Closed;
    closed.movement = Some(written.movement.id);
    closed.message_uuid = Some(request.message_uuid.unwrap_or(delivery.message_uuid));

    let mut fact = written_fact(context, &written, context.now)
        .of_request(Link::Id(id))
        .with_all(closed.particulars(account))
        .with("from", request.status.name())
        .with("message_uuid", delivery.message_uuid.to_string())
        .telling(success_notice(request));
    if let Some(user) = entry.triggered_by {
        fact = fact.with("triggered_by", user.0);
    }
    let answer = DeliveryAnswer::Written { id: written.movement.id, uuid: written.movement.row.uuid };
    // What was written comes before what it crossed.
    written.changes.facts.insert(0, fact);
    written.changes.requests.put(request.uuid, Some(id), request.version, closed);
    Ok(with_answer(written.changes, answer))
}

/// The entry that a passed request becomes (R1).
#[must_use]
pub fn entry_of(delivery: &Delivery, request: &Request) -> Entry {
    let kind = request.definition().movement;
    Entry {
        name: request.movement_name(),
        account: request.account,
        kind,
        source: Source::Helpdesk,
        amount: kind.signed(request.amount),
        message_uuid: Some(delivery.message_uuid),
        request: Some(delivery.payload.requete_id),
        reference: None,
        payload: Some(delivery.raw.clone()),
        details: Details { description: request.description.clone(), ..Details::default() },
        triggered_by: request.passed.and_then(|pass| pass.by),
    }
}

/// The credit that a cancellation takes back, which must still be there (R5).
fn credit_to_cancel<'h>(held: &'h Held, request: &Request) -> Result<Option<&'h Known<Movement>>, Refusal> {
    if !request.definition().reverses_parent {
        return Ok(None);
    }
    let parent = request.parent.and_then(|parent| held.requests.get(&parent)).ok_or(Refusal::InvalidParent)?;
    match held.movement_of(parent) {
        Some(known) if known.row.is_active_credit() => Ok(Some(known)),
        _ => Err(Refusal::CreditAlreadyCancelled),
    }
}

/// Who is told that the movement is written (N2): credits by how they were passed; a cancellation that the system passed
/// itself has already been told as an expiry (X3).
fn success_notice(request: &Request) -> Option<Notice> {
    let by_hand = request.passed.is_some_and(|pass| pass.by_hand);
    match request.definition().flow {
        Flow::Credit if by_hand => Some(Notice::CreditApproved),
        Flow::Credit => Some(Notice::CreditAutoApproved),
        Flow::Cancellation if request.passed.is_some_and(|pass| pass.by.is_none()) => None,
        Flow::Cash | Flow::Cancellation => Some(Notice::MovementSucceeded),
    }
}

/// Back to `waiting`: finance decides again and the client is told (C4, N2).
fn send_back(
    context: &Context<'_>,
    delivery: &Delivery,
    account: &Account,
    request: &Request,
    refusal: &Refusal,
) -> Changes {
    let id = delivery.payload.requete_id;
    let mut waiting = request.revised(context.now);
    waiting.status = Status::Waiting;
    waiting.message_uuid = Some(request.message_uuid.unwrap_or(delivery.message_uuid));
    let mut fact = Fact::new(FactKind::RequestMoved, context.actor, context.now, Link::Id(request.account))
        .of_request(Link::Id(id))
        .with_all(waiting.particulars(account))
        .with("from", request.status.name())
        .with("to", Status::Waiting.name())
        .with("message_uuid", delivery.message_uuid.to_string())
        .with("reason", refusal.code())
        .with("detail", refusal.to_string())
        .with("limit", account.limit.to_string())
        .with("active_credit", account.indicators.active_credit.to_string())
        .with("decision_needed", true);
    if request.definition().flow == Flow::Credit {
        fact = fact.telling([Notice::CreditRequested, Notice::CreditRefused]);
    }
    let mut changes = Changes { facts: vec![fact], ..Changes::default() };
    changes.requests.put(request.uuid, Some(id), request.version, waiting);
    changes
}

/// A request's message, as the dispatcher reports it sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The request.
    pub request: RequestId,
    /// The execution that was sent.
    pub execution: u32,
    /// The message that carries it.
    pub message_uuid: Uuid,
}

/// Decides what is stored when Messager has taken a message: the request is `processing`, with the message's uuid. A
/// webhook that came first, an expiry or a later execution leaves nothing to do (G3).
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown request.
pub fn mark_sent(context: &Context<'_>, held: &Held, sent: &Sent) -> Result<Decision, Refusal> {
    require(context.actor, Permission::RunBook)?;
    let request = held.requests.get(&sent.request).ok_or(Refusal::NotFound { what: "request" })?;
    let account = held.account(request.account).ok_or(Refusal::NotFound { what: "request" })?;
    let under_way = matches!(request.status, Status::ToTreat | Status::Processing);
    let known = request.status == Status::Processing && request.message_uuid == Some(sent.message_uuid);
    if !under_way || request.execution != sent.execution || known {
        return Ok(Decision { changes: Changes::default(), answer: Pending::Nothing });
    }
    let mut marked = request.revised(context.now);
    marked.status = Status::Processing;
    marked.message_uuid = Some(sent.message_uuid);
    let fact = sent_fact(context, account, sent.request, request.status, &marked);
    let mut changes = Changes { facts: vec![fact], ..Changes::default() };
    changes.requests.put(request.uuid, Some(sent.request), request.version, marked);
    Ok(Decision { changes, answer: Pending::Nothing })
}

/// Messager has the message. A request that was released is `processing` already: then it takes no transition.
fn sent_fact(context: &Context<'_>, account: &Account, id: RequestId, from: Status, sent: &Request) -> Fact {
    let fact = Fact::new(FactKind::MessageSent, context.actor, context.now, Link::Id(sent.account))
        .of_request(Link::Id(id))
        .with_all(sent.particulars(account))
        .with("message_uuid", sent.message_uuid.map(|uuid| uuid.to_string()));
    if from == sent.status { fact } else { fact.with("from", from.name()).with("to", sent.status.name()) }
}
