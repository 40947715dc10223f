//! Credits whose time is over: cancelled when they were not granted, taken back when the policy says so (X1 to X4).

use crate::actor::Origin;
use crate::category::{Category, Status, transition};
use crate::decision::{Changes, Context, Decision, LockSet, PendingAnswer, RequestLock, Snapshot};
use crate::fact::{Fact, FactKind};
use crate::id::RequestId;
use crate::notice::Notice;
use crate::permission::{Permission, require};
use crate::refusal::Refusal;
use crate::request::pass::outbox_entry;
use crate::row::{Link, Movement, Pass, Request, name_of};

/// Cancels a credit request whose time has passed: the transition to `cancelled`, told to client and finance (X1); a draft dies
/// in silence (R8).
pub(crate) fn expire(context: &Context<'_>, id: RequestId, request: &Request) -> Changes {
    let mut cancelled = request.revised(context.now);
    cancelled.status = Status::Cancelled;
    let fact = Fact::new(FactKind::RequestMoved, context.actor, context.now, Link::Id(request.account))
        .of_request(Link::Id(id))
        .with("status", cancelled.status.name())
        .with("from", request.status.name())
        .with("to", Status::Cancelled.name())
        .with("reason", "expired")
        .internal(request.draft)
        .telling((!request.draft).then_some(Notice::CreditExpired));
    let mut changes = Changes { facts: vec![fact], ..Changes::default() };
    changes.requests.put(request.uuid, Some(id), request.version, cancelled);
    changes
}

pub(crate) fn lock_set(id: RequestId) -> LockSet {
    let mut locks = LockSet::default();
    locks.requests.insert(id, RequestLock { parent: true, credit: true, ..RequestLock::default() });
    locks
}

/// Decides the expiry of one request that the scheduler found due. It looks again, under the lock: what was granted,
/// cancelled or never expires is left alone, so that a late, doubled or restarted scheduler does nothing twice (X4).
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown request.
pub(crate) fn decide(context: &mut Context<'_>, snapshot: &Snapshot, id: RequestId) -> Result<Decision, Refusal> {
    require(context.actor, Permission::RunBook)?;
    let request = snapshot.requests.get(&id).ok_or(Refusal::NotFound { what: "request" })?;
    let past = request.expiry_date.is_some_and(|expiry| context.now >= expiry);
    let dies = transition(request.definition().flow, request.status, Status::Cancelled).is_some();
    let changes = match request.status {
        _ if request.is_held() => release_held(context, snapshot, id, request),
        _ if !past => Changes::default(),
        Status::Closed if context.policy.cancel_expired => cancel_granted(context, snapshot, id, request),
        _ if dies => expire(context, id, request),
        _ => Changes::default(),
    };
    Ok(Decision { changes, answer: PendingAnswer::Nothing })
}

/// The policy `Cancel`: the system itself asks for the cancellation of a granted credit that has expired (X3).
fn cancel_granted(context: &mut Context<'_>, snapshot: &Snapshot, id: RequestId, credit: &Request) -> Changes {
    let active = snapshot.movement_of(credit).is_some_and(|known| Movement::is_active_credit(&known.row));
    if !active || snapshot.live_cancellations.contains(&id) {
        return Changes::default();
    }
    let definition = Category::CancelCredit.definition();
    let uuid = context.ids.draw();
    let cancellation = Request {
        uuid,
        name: name_of(uuid, context.now),
        account: credit.account,
        category: definition.category,
        amount: credit.amount,
        description: None,
        status: definition.starts,
        assigned_to: definition.desk,
        draft: false,
        expiry_date: None,
        parent: Some(id),
        etatsdevente_id: None,
        helpdesk_id: None,
        movement: None,
        message_uuid: None,
        created_by: None,
        created_at: context.now,
        updated_at: context.now,
        version: 1,
        execution: 1,
        passed: Some(Pass { by: None, by_hand: false, origin: Origin::default() }),
        sent_back: None,
    };
    let link = Link::New(uuid);
    let created = Fact::new(FactKind::RequestCreated, context.actor, context.now, Link::Id(credit.account))
        .of_request(link)
        .with("status", cancellation.status.name())
        .with("reason", "expired");
    let expired = expired_fact(context, id, credit);
    let mut changes = Changes { facts: vec![created, expired], ..Changes::default() };
    changes.outbox.push(outbox_entry(&cancellation, link, context.now));
    changes.requests.put(uuid, None, 0, cancellation);
    changes
}

/// Told as what it is to the client: this credit has expired. It is the credit's fact, not the cancellation's.
fn expired_fact(context: &Context<'_>, id: RequestId, credit: &Request) -> Fact {
    Fact::new(FactKind::RequestMoved, context.actor, context.now, Link::Id(credit.account))
        .of_request(Link::Id(id))
        .with("status", credit.status.name())
        .with("reason", "granted_credit_expired")
        .telling([Notice::CreditExpired])
}

/// Under the same policy the system releases the cancellation that an admin holds back (R2): its credit has expired.
fn release_held(context: &Context<'_>, snapshot: &Snapshot, id: RequestId, cancellation: &Request) -> Changes {
    let credit = cancellation.parent.and_then(|parent| Some((parent, snapshot.requests.get(&parent)?)));
    let expired = |credit: &Request| credit.expiry_date.is_some_and(|expiry| context.now >= expiry);
    let Some((parent, credit)) = credit.filter(|(_, credit)| context.policy.cancel_expired && expired(credit)) else {
        return Changes::default();
    };
    let pass = Pass { by: None, by_hand: false, origin: Origin::default() };
    let released = cancellation.revised(context.now).passed(Status::Processing, pass);
    let moved = Fact::new(FactKind::RequestMoved, context.actor, context.now, Link::Id(released.account))
        .of_request(Link::Id(id))
        .with("status", released.status.name())
        .with("from", cancellation.status.name())
        .with("to", released.status.name())
        .with("reason", "expired");
    let mut changes = Changes { facts: vec![moved, expired_fact(context, parent, credit)], ..Changes::default() };
    changes.outbox.push(outbox_entry(&released, Link::Id(id), context.now));
    changes.requests.put(released.uuid, Some(id), cancellation.version, released);
    changes
}
