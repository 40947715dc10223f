//! A request whose message is lost, or whose movement is: it is sent again (G14).

use crate::category::Status;
use crate::decision::{Changes, Context, Decision, PendingAnswer, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::permission::{Permission, require};
use crate::refusal::Refusal;
use crate::request::Sent;
use crate::request::pass::outbox_entry;
use crate::row::Link;

/// Decides what is stored when Messager does not know the message of a request that is under way, or has completed it while
/// the book has nothing of it: one of them was restored to another moment. The request is handed over once more, as its next
/// execution. Asked under the lock: a request that has moved on since is left alone. The earlier message, should it turn up
/// after all, is answered as superseded or with the movement (G2, W3).
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown request.
pub(crate) fn decide(context: &Context<'_>, snapshot: &Snapshot, lost: &Sent) -> Result<Decision, Refusal> {
    require(context.actor, Permission::RunBook)?;
    let request = snapshot.requests.get(&lost.request).ok_or(Refusal::NotFound { what: "request" })?;
    let is_as_it_was = request.status == Status::Processing
        && request.execution == lost.execution
        && request.message_uuid == Some(lost.message_uuid);
    // A credit whose time is over is the scheduler's (X1).
    if !is_as_it_was || request.has_expired(context.now) {
        return Ok(Decision { changes: Changes::default(), answer: PendingAnswer::Nothing });
    }
    let mut again = request.revised(context.now);
    again.execution = request.execution.saturating_add(1);
    again.message_uuid = None;
    let fact = Fact::new(FactKind::MessageLost, context.actor, context.now, Link::Id(request.account))
        .of_request(Link::Id(lost.request))
        .with("status", again.status.name())
        .with("message_uuid", lost.message_uuid.to_string());
    let mut changes = Changes { facts: vec![fact], ..Changes::default() };
    changes.outbox.push(outbox_entry(&again, Link::Id(lost.request), context.now));
    changes.requests.put(request.uuid, Some(lost.request), request.version, again);
    Ok(Decision { changes, answer: PendingAnswer::Nothing })
}
