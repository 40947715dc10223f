//! Messager has taken a request's message: the request is `processing` (G3).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::category::Status;
use crate::decision::{Changes, Context, Decision, PendingAnswer, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::id::RequestId;
use crate::permission::{Permission, require};
use crate::refusal::Refusal;
use crate::row::{Link, Request};

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
pub(crate) fn decide(context: &Context<'_>, snapshot: &Snapshot, sent: &Sent) -> Result<Decision, Refusal> {
    require(context.actor, Permission::RunBook)?;
    let request = snapshot.requests.get(&sent.request).ok_or(Refusal::NotFound { what: "request" })?;
    let under_way = matches!(request.status, Status::ToTreat | Status::Processing);
    let known = request.status == Status::Processing && request.message_uuid == Some(sent.message_uuid);
    if !under_way || request.execution != sent.execution || known {
        return Ok(Decision { changes: Changes::default(), answer: PendingAnswer::Nothing });
    }
    let mut marked = request.revised(context.now);
    marked.status = Status::Processing;
    marked.message_uuid = Some(sent.message_uuid);
    let fact = sent_fact(context, sent.request, request.status, &marked);
    let mut changes = Changes { facts: vec![fact], ..Changes::default() };
    changes.requests.put(request.uuid, Some(sent.request), request.version, marked);
    Ok(Decision { changes, answer: PendingAnswer::Nothing })
}

/// Messager has the message. A request that was released is `processing` already: then it takes no transition.
pub(super) fn sent_fact(context: &Context<'_>, id: RequestId, from: Status, sent: &Request) -> Fact {
    let fact = Fact::new(FactKind::MessageSent, context.actor, context.now, Link::Id(sent.account))
        .of_request(Link::Id(id))
        .with("status", sent.status.name())
        .with("message_uuid", sent.message_uuid.map(|uuid| uuid.to_string()));
    if from == sent.status { fact } else { fact.with("from", from.name()).with("to", sent.status.name()) }
}
