//! Making drafts and patches in code: what cannot be an amount is an error at once.

use crate::category::{Category, Desk, Status};
use crate::clock::Timestamp;
use crate::id::{AccountId, RequestId, SupportId};
use crate::money::{Amount, Currency, MoneyError};
use crate::refusal::Refusal;
use crate::request::{RequestDraft, RequestPatch};

impl RequestDraft {
    /// A request of this category; of a client's own account unless [`account`](Self::account) says otherwise.
    #[must_use]
    pub fn new(category: Category) -> Self {
        Self { category: Some(category), ..Self::default() }
    }

    /// How much, such as `"500000"`: more than nothing (M3).
    ///
    /// # Errors
    /// [`Refusal::InvalidAmount`] for what is no amount (M1).
    pub fn amount<T>(self, amount: T) -> Result<Self, Refusal>
    where
        T: TryInto<Amount>,
        MoneyError: From<T::Error>,
    {
        Ok(Self { amount: Some(Refusal::or_amount("amount", amount)?), ..self })
    }

    /// Of which account.
    #[must_use]
    pub fn account(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// In the account's currency, where that is not XOF (M2).
    #[must_use]
    pub fn currency(self, currency: Currency) -> Self {
        Self { currency: Some(currency), ..self }
    }

    /// Why.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        Self { description: Some(description.into()), ..self }
    }

    /// The sale that caused a fee (R3).
    #[must_use]
    pub fn etatsdevente(self, id: u64) -> Self {
        Self { etatsdevente_id: Some(id), ..self }
    }

    /// The support request behind it.
    #[must_use]
    pub fn helpdesk(self, id: SupportId) -> Self {
        Self { helpdesk_id: Some(id), ..self }
    }

    /// The credit request to reverse (R5).
    #[must_use]
    pub fn parent(self, parent: RequestId) -> Self {
        Self { parent: Some(parent), ..self }
    }

    /// It waits for its release (R2).
    #[must_use]
    pub fn held(self) -> Self {
        Self { hold: Some(true), ..self }
    }

    /// The expiry date that the client believes in (R4).
    #[must_use]
    pub fn expiry_date(self, expiry: Timestamp) -> Self {
        Self { expiry_date: Some(expiry), ..self }
    }

    /// The desk that shall hold it (R2).
    #[must_use]
    pub fn assigned_to(self, desk: Desk) -> Self {
        Self { assigned_to: Some(desk), ..self }
    }
}

impl RequestPatch {
    /// It goes to this status (T1).
    #[must_use]
    pub fn to(status: Status) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// It passes to this desk (R2).
    #[must_use]
    pub fn assigned_to(self, desk: Desk) -> Self {
        Self { assigned_to: Some(desk), ..self }
    }

    /// Only if it still has the version that was read.
    #[must_use]
    pub fn version(self, version: u64) -> Self {
        Self { version: Some(version), ..self }
    }

    /// Why.
    #[must_use]
    pub fn reason(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }
}
