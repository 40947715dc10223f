//! Editing a draft: what operation asks while it finalises it (R8).

use serde_json::Value;

use crate::decision::Snapshot;
use crate::id::SupportId;
use crate::money::Amount;
use crate::refusal::{FieldError, Refusal};
use crate::row::{Account, Request};
use crate::text;

/// What shall change of a draft; what is left out stays, and what holds nothing is emptied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftEdit {
    /// How much.
    pub amount: Option<Amount>,
    /// Why.
    pub description: Option<Option<String>>,
    /// The sale that caused a fee.
    pub etatsdevente_id: Option<Option<u64>>,
    /// The support request behind it.
    pub helpdesk_id: Option<Option<SupportId>>,
}

impl DraftEdit {
    /// Does it ask for nothing?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The request as it would be.
    ///
    /// # Errors
    /// A value that cannot be (M1 to M3, the bound of a text, a support request of another account).
    pub(super) fn applied(&self, snapshot: &Snapshot, account: &Account, was: &Request) -> Result<Request, Refusal> {
        let mut request = was.clone();
        if let Some(amount) = self.amount {
            let amount = amount.in_currency(account.currency()).map_err(|error| Refusal::amount("amount", error))?;
            if !amount.is_positive() {
                return Err(Refusal::InvalidAmount(FieldError::new("amount", "must be more than 0")));
            }
            request.amount = amount;
        }
        if let Some(description) = &self.description {
            request.description = text::optional("description", description.as_deref(), text::MAX_TEXT)
                .map_err(|fault| Refusal::Invalid(vec![fault]))?;
        }
        if let Some(sale) = self.etatsdevente_id {
            request.etatsdevente_id = sale;
        }
        if let Some(support) = self.helpdesk_id {
            check_support(snapshot, was, support)?;
            request.helpdesk_id = support;
        }
        Ok(request)
    }
}

/// The support request behind a request is of the same account.
pub(super) fn check_support(snapshot: &Snapshot, of: &Request, support: Option<SupportId>) -> Result<(), Refusal> {
    let fits = |id| snapshot.supports.get(&id).is_some_and(|row| row.account == of.account);
    if support.is_none_or(fits) {
        return Ok(());
    }
    Err(Refusal::invalid("helpdesk_id", "is no support request of this account"))
}

/// What differs, field by field: its name, what it was, what it is.
pub(super) fn differences(was: &Request, is: &Request) -> Vec<(&'static str, Value, Value)> {
    let number = |id: Option<SupportId>| id.map(|id| id.0);
    let fields: [(_, Value, Value); 4] = [
        ("amount", was.amount.to_string().into(), is.amount.to_string().into()),
        ("description", was.description.clone().into(), is.description.clone().into()),
        ("etatsdevente_id", was.etatsdevente_id.into(), is.etatsdevente_id.into()),
        ("helpdesk_id", number(was.helpdesk_id).into(), number(is.helpdesk_id).into()),
    ];
    fields.into_iter().filter(|(_, was, is)| was != is).collect()
}
