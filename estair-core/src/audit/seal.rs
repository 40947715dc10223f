//! What a link of an account's chain covers (W4).

use std::fmt;

use uuid::Uuid;

use crate::audit::key::Sealing;
use crate::audit::text::ObjectText;
use crate::clock::Timestamp;
use crate::hash::Hash;
use crate::id::UserId;
use crate::row::{Movement, State};

/// Everything that is evidence of a written movement: the row, what it belongs to, who triggered it and from where, the
/// account before and after. No number that the database made, no duration.
#[derive(Clone, Copy, Debug)]
pub struct Sealed<'a> {
    /// The account.
    pub account: Uuid,
    /// The movement's row, as it was written.
    pub movement: &'a Movement,
    /// The request it came from.
    pub request: Option<Uuid>,
    /// That request's parent.
    pub parent: Option<Uuid>,
    /// The credit that it takes back.
    pub cancels: Option<Uuid>,
    /// Which attempt it was.
    pub attempt: u32,
    /// Who triggered it.
    pub triggered_by: Option<UserId>,
    /// From where.
    pub ip_address: Option<&'a str>,
    /// With which program.
    pub user_agent: Option<&'a str>,
    /// The account before.
    pub before: &'a State,
    /// The account after.
    pub after: &'a State,
    /// When.
    pub at: Timestamp,
}

impl Sealed<'_> {
    /// The hash of the link that holds this content and follows `previous`.
    #[must_use]
    pub fn hash_after(&self, previous: Hash, sealing: Sealing<'_>) -> Hash {
        // Written first and hashed whole: a digest that is fed piece by piece costs more than the text.
        sealing.seal(self.text_after(previous).as_bytes())
    }

    /// Is this the hash of the link that holds this content and follows `previous`?
    #[must_use]
    pub fn is_sealed_by(&self, hash: Hash, previous: Hash, sealing: Sealing<'_>) -> bool {
        sealing.believe(self.text_after(previous).as_bytes(), hash)
    }

    /// The previous hash and the canonical text.
    #[must_use]
    pub fn text_after(&self, previous: Hash) -> String {
        let movement = self.movement;
        ObjectText::after(previous, 1_280)
            .among(&movement.details)
            .show("account", Some(self.account))
            .show("amount", Some(movement.amount.amount()))
            .at("at", Some(self.at))
            .number("attempt", Some(self.attempt.into()))
            .show("cancels", self.cancels)
            .at("created_at", Some(movement.created_at))
            .show("currency", Some(movement.amount.currency()))
            .number("etatsdevente_id", movement.etatsdevente_id)
            .number("helpdesk_id", movement.helpdesk_id.map(|id| id.0))
            .text("ip_address", self.ip_address)
            .number("max_retries", Some(movement.max_retries.into()))
            .show("message_uuid", movement.message_uuid)
            .show("movement", Some(movement.uuid))
            .text("name", Some(&movement.name))
            .show("parent", self.parent)
            .show("payload", movement.payload.as_ref().map(|payload| Hash::of(payload.as_str())))
            .text("reference", movement.reference.as_deref())
            .show("request", self.request)
            .show("source", Some(movement.source))
            .json("state_after", StateText(self.after))
            .json("state_before", StateText(self.before))
            .number("triggered_by", self.triggered_by.map(|user| user.0))
            .show("type", Some(movement.kind))
            .text("user_agent", self.user_agent)
            .end()
    }
}

/// A state as sorted JSON: the text of what [`State::to_json`] gives, without the tree.
struct StateText<'a>(&'a State);

impl fmt::Display for StateText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(state) = self;
        let i = &state.indicators;
        write!(
            f,
            r#"{{"active_credit":"{}","balance":"{}","balance_previous_day":"{}","daily_credit":"{}","#,
            i.active_credit, i.balance, i.balance_previous_day, i.daily_credit
        )?;
        write!(
            f,
            r#""day":"{}","exposition":"{}","outstanding":"{}","version":{}}}"#,
            state.day,
            i.stored_exposition(),
            i.outstanding(),
            state.version
        )
    }
}
