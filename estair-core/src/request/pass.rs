//! Passing a request: does it fit the limit, who is told, and the entry that sends it to Messager (C1, C2, G3).

use crate::category::Status;
use crate::clock::Timestamp;
use crate::decision::{Context, NewOutboxEntry};
use crate::fact::{Fact, FactKind};
use crate::id::RequestId;
use crate::money::Money;
use crate::notice::Notice;
use crate::row::{Account, Link, Request};

/// Who is told that a request has come to finance's desk: "credit requested", or "load or unload created".
pub(crate) fn announcement(request: &Request) -> Option<Notice> {
    use crate::category::Flow;
    match request.definition().flow {
        Flow::Credit => Some(Notice::CreditRequested),
        Flow::Cash => Some(Notice::RequestCreated),
        Flow::Cancellation => None,
    }
}

/// Auto-validation's transition, with its figures; a credit that waits is told to its client (C2).
pub(crate) fn validation_fact(
    context: &Context<'_>,
    request: &Request,
    link: Link<RequestId>,
    account: &Account,
) -> Fact {
    let refused = request.status == Status::Waiting;
    let fact = Fact::new(FactKind::RequestMoved, &crate::actor::Actor::System, context.now, Link::Id(request.account))
        .of_request(link)
        .with("status", request.status.name())
        .with("from", Status::Open.name())
        .with("to", request.status.name())
        .with("limit", account.limit.to_string())
        .with("active_credit", account.indicators.active_credit.to_string());
    if refused { fact.with("reason", "credit_limit_exceeded").telling([Notice::CreditRefused]) } else { fact }
}

/// Does the amount stay under the limit now (C1)?
pub(crate) fn fits(context: &Context<'_>, account: &Account, amount: Money) -> bool {
    context.policy.limit.allows(account.limit, account.indicators.active_credit, amount)
}

/// The entry that sends a request to Messager (G3).
pub(crate) fn outbox_entry(request: &Request, link: Link<RequestId>, at: Timestamp) -> NewOutboxEntry {
    let Request { account, uuid, execution, .. } = request;
    NewOutboxEntry { account: *account, request: link, request_uuid: *uuid, execution: *execution, at }
}
