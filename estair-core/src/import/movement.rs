//! A movement of a former system.

use crate::actor;
use crate::category::Status;
use crate::clock::Timestamp;
use crate::decision::{Changes, Context, Decision, Known, LockSet, PendingAnswer, PostedAnswer, RequestLock, Snapshot};
use crate::id::{AccountId, RequestId};
use crate::import::Origin;
use crate::json::Json;
use crate::money::Amount;
use crate::movement::post::{Entry, OfRequest, post, written_fact};
use crate::movement_type::MovementType;
use crate::permission::{Permission, require};
use crate::refusal::Refusal;
use crate::row::{Details, Link, Movement, Request, name_for_reference, reference_of_expiry};
use crate::source::Source;

/// A movement of a former system: its table and number there are its reference here, so that it comes in once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedMovement {
    /// Its account.
    pub account: AccountId,
    /// What it is.
    pub kind: MovementType,
    /// Where the money came from.
    pub source: Source,
    /// Signed (M3).
    pub amount: Amount,
    /// The request that it becomes the movement of: of a credit that is still owed, so that it can be taken back here (R5). It is
    /// named after that then (R7).
    pub request: Option<RequestId>,
    /// Where it comes from; of the movement that takes a credit back at its expiry: where that credit does.
    pub from: Origin,
    /// What else is known of it.
    pub details: Details,
    /// The row as it came (G12).
    pub payload: Option<Json>,
    /// As of when it comes.
    pub at: Timestamp,
}

impl ImportedMovement {
    /// Its reference here.
    #[must_use]
    pub fn reference(&self) -> String {
        match self.kind {
            MovementType::CreditCancellation => reference_of_expiry(&self.from.reference),
            _ => self.from.reference.clone(),
        }
    }

    /// Its name, unless a request gives it one.
    #[must_use]
    pub fn name(&self) -> String {
        name_for_reference(self.source, &self.reference())
    }

    /// The name of the credit that it takes back.
    fn credit(&self) -> Option<String> {
        let takes_back = self.kind == MovementType::CreditCancellation;
        takes_back.then(|| name_for_reference(self.source, &self.from.reference))
    }

    pub(super) fn lock_set(&self) -> LockSet {
        let mut locks = LockSet { accounts: [self.account].into(), ..LockSet::default() };
        locks.movements.insert(self.name());
        locks.movements.extend(self.credit());
        let lock = RequestLock { account: Some(self.account), parent: false, credit: true };
        locks.requests.extend(self.request.map(|id| (id, lock)));
        locks
    }

    pub(super) fn decide(&self, context: &mut Context<'_>, snapshot: &Snapshot) -> Result<Decision, Refusal> {
        let account = snapshot.account(self.account).ok_or(Refusal::NotFound { what: "account" })?;
        let amount = self.amount.in_currency(account.currency());
        let amount = amount.map_err(|error| Refusal::amount("amount", error))?;
        require(context.actor, Permission::RunBook)?;
        let request = self.request_of(snapshot)?;
        let name = request.map_or_else(|| self.name(), |(_, request)| request.movement_name());
        if let Some(known) = snapshot.movements.get(&name) {
            if (known.row.account, known.row.amount, known.row.kind) != (self.account, amount, self.kind) {
                return Err(Refusal::invalid("reference", format_args!("{} is of another movement", self.reference())));
            }
            return Ok(self.answered(Changes::default(), false, known.id, known.row.uuid));
        }
        let entry = Entry {
            name,
            account: self.account,
            kind: self.kind,
            source: self.source,
            amount,
            message_uuid: None,
            request: request.map(|(id, request)| OfRequest { id, uuid: request.uuid, parent: None }),
            etatsdevente_id: None,
            helpdesk_id: None,
            reference: Some(self.reference()),
            payload: self.payload.clone(),
            details: self.details.clone(),
            triggered_by: None,
            origin: actor::Origin::default(),
        };
        let mut written = post(context, account, &entry, None, self.taken_back(snapshot)?)?;
        let mut fact = self.from.mark(written_fact(context, &written));
        if let Some((id, request)) = request {
            fact = fact.of_request(Link::Id(id)).with("status", request.status.name());
            let closed = Request { movement: Some(written.id), ..request.revised(request.updated_at) };
            written.changes.requests.put(request.uuid, Some(id), request.version, closed);
        }
        written.changes.facts.insert(0, fact);
        Ok(self.answered(written.changes, true, written.id, written.uuid))
    }

    /// The request whose movement it is: closed, of this movement's kind, and without one so far.
    fn request_of<'s>(&self, snapshot: &'s Snapshot) -> Result<Option<(RequestId, &'s Request)>, Refusal> {
        let Some(id) = self.request else { return Ok(None) };
        let request = snapshot.requests.get(&id).ok_or(Refusal::NotFound { what: "request" })?;
        let fits = request.account == self.account
            && request.status == Status::Closed
            && request.definition().movement == self.kind
            && request.definition().movement.signed(request.amount).amount() == self.amount;
        match fits {
            true => Ok(Some((id, request))),
            false => Err(Refusal::invalid("request", format_args!("{} is not that of this movement", request.name))),
        }
    }

    /// The credit that it takes back, which must still be there (F3).
    fn taken_back<'s>(&self, snapshot: &'s Snapshot) -> Result<Option<&'s Known<Movement>>, Refusal> {
        let Some(credit) = self.credit() else { return Ok(None) };
        match snapshot.movements.get(&credit) {
            Some(known) if known.row.is_active_credit() => Ok(Some(known)),
            _ => Err(Refusal::CreditAlreadyCancelled),
        }
    }

    fn answered(&self, changes: Changes, created: bool, id: Link<crate::id::MovementId>, uuid: uuid::Uuid) -> Decision {
        let answer = PostedAnswer { reference: self.reference(), created, id, uuid };
        Decision { changes, answer: PendingAnswer::Posted(vec![answer]) }
    }
}
