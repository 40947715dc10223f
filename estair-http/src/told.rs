//! What a client is told of what happened to its requests: everything but what is for staff, or for machines.

use estair_core::actor::{Actor, Role};
use estair_core::fact::{Fact, FactKind};
use estair_core::id::UserId;
use estair_core::row::Comment;

/// Who wrote a comment. Who of the staff answers is nothing to a client: the desk does.
pub(crate) fn author_of(actor: &Actor, comment: &Comment) -> Option<UserId> {
    comment.author.filter(|_| actor.role() != Role::Client || comment.role == Role::Client)
}

/// What a fact is to a client: that a message was sent is a step of the request like any other, and an attempt that failed is
/// nothing to it.
pub(crate) fn kind_to_client(fact: &Fact) -> Option<FactKind> {
    match fact.kind {
        FactKind::MovementFailed | FactKind::MessageLost => None,
        FactKind::MessageSent => fact.data.contains_key("from").then_some(FactKind::RequestMoved),
        kind => Some(kind),
    }
}
