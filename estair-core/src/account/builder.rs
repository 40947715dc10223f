//! Making drafts in code: what cannot be an amount is an error at once.

use crate::account::{AccountDraft, AccountPatch, LimitDraft};
use crate::money::{Amount, Currency, MoneyError};
use crate::refusal::Refusal;
use crate::row::AccountStatus;

impl AccountDraft {
    /// An account of this name, with a limit of nothing.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// Where its mail goes.
    #[must_use]
    pub fn email(self, email: impl Into<String>) -> Self {
        Self { email: Some(email.into()), ..self }
    }

    /// The host's own name for it: created again with the same, it is the first one again (A7).
    #[must_use]
    pub fn reference(self, reference: impl Into<String>) -> Self {
        Self { reference: Some(reference.into()), ..self }
    }

    /// Its currency (M2).
    #[must_use]
    pub fn currency(self, currency: Currency) -> Self {
        Self { currency: Some(currency), ..self }
    }

    /// Its credit limit, such as `"1000000"`.
    ///
    /// # Errors
    /// [`Refusal::InvalidAmount`] for what is no amount (M1).
    pub fn limit<T>(self, limit: T) -> Result<Self, Refusal>
    where
        T: TryInto<Amount>,
        MoneyError: From<T::Error>,
    {
        Ok(Self { limit: Some(Refusal::or_amount("limit", limit)?), ..self })
    }
}

impl AccountPatch {
    /// Another name (A1).
    #[must_use]
    pub fn name(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// Active or suspended (A2).
    #[must_use]
    pub fn status(status: AccountStatus) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// Another address; none takes it away (A1).
    #[must_use]
    pub fn email(self, email: Option<String>) -> Self {
        Self { email: Some(email), ..self }
    }

    /// Why; needed to suspend it.
    #[must_use]
    pub fn reason(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }
}

impl LimitDraft {
    /// A new limit, such as `"2000000"`, and why.
    ///
    /// # Errors
    /// [`Refusal::InvalidAmount`] for what is no amount (M1).
    pub fn new<T>(limit: T, reason: impl Into<String>) -> Result<Self, Refusal>
    where
        T: TryInto<Amount>,
        MoneyError: From<T::Error>,
    {
        let limit = Some(Refusal::or_amount("limit", limit)?);
        Ok(Self { limit, reason: Some(reason.into()), ..Self::default() })
    }
}
