//! Making drafts in code: what cannot be an amount is an error at once.

use crate::id::AccountId;
use crate::money::{Amount, Currency, MoneyError};
use crate::movement::MovementDraft;
use crate::movement_type::MovementType;
use crate::refusal::Refusal;
use crate::row::Details;
use crate::source::Source;

impl MovementDraft {
    /// A movement of an account, under the source's own reference: posted once, whatever happens (W3).
    #[must_use]
    pub fn new(source: Source, reference: impl Into<String>, kind: MovementType, account: AccountId) -> Self {
        Self {
            source: Some(source),
            reference: Some(reference.into()),
            kind: Some(kind),
            account: Some(account),
            ..Self::default()
        }
    }

    /// How much, such as `"-45000"`: with the sign of its type (M3).
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

    /// In the account's currency, where that is not XOF (M2).
    #[must_use]
    pub fn currency(self, currency: Currency) -> Self {
        Self { currency: Some(currency), ..self }
    }

    /// The sale that it comes from.
    #[must_use]
    pub fn etatsdevente(self, id: u64) -> Self {
        Self { etatsdevente_id: Some(id), ..self }
    }

    /// With the inherited columns.
    #[must_use]
    pub fn details(self, details: Details) -> Self {
        Self { details, ..self }
    }
}
