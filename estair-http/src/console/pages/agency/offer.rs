//! The credit that an agency can have now, and until when: foreseen by the decision of asking for it (C9).

use estair_core::account::Account;
use estair_core::book::Error;
use estair_core::category::{Category, Status};
use estair_core::clock::Timestamp;
use estair_core::id::AccountId;
use estair_core::money::Money;
use estair_core::request::{Preview, RequestDraft};
use estair_core::row::Row;

use crate::console::failure::{Failure, Trouble};
use crate::console::frame::Frame;
use crate::console::state::Console;
use crate::console::visitor::Visitor;

/// The credit that can be had now.
pub(super) struct Offer {
    /// The greatest amount that passes.
    pub(super) available: Money,
    /// The cut-off (R4): of today, or of tomorrow where today's is over.
    pub(super) until: Timestamp,
    /// Does it pass without anybody's decision?
    pub(super) by_itself: bool,
    /// Why no credit can be asked for now.
    pub(super) refused: Option<Trouble>,
}

impl Offer {
    /// What this account is offered now.
    pub(super) async fn of(
        console: &Console,
        visitor: &Visitor,
        p: &Frame,
        account: &Row<AccountId, Account>,
    ) -> Result<Self, Failure> {
        let policy = console.access.book().policy();
        let available = policy.limit.available(account.limit, account.indicators.active_credit);
        // The smallest amount tells whether credits are given now at all.
        let asked = if available.is_positive() { available } else { Money::smallest(account.currency()) };
        let asked = RequestDraft { amount: Some(asked.amount()), ..credit(account) };
        let foreseen = foresee(console, visitor, &asked, p).await?;
        let (by_itself, refused) = match foreseen {
            Ok(preview) => match preview.outcome {
                Ok(status) => (status == Status::ToTreat, None),
                Err(refusal) => (false, Some(Failure::Refused(refusal).trouble(p))),
            },
            Err(trouble) => (false, Some(trouble)),
        };
        Ok(Self { available, until: policy.cutoff.on_day_of(console.access.now()), by_itself, refused })
    }

    /// Is there a credit that passes now?
    pub(super) fn passes(&self) -> bool {
        self.refused.is_none() && self.by_itself && self.available.is_positive()
    }
}

/// A credit in the account's currency, its amount still to be said.
pub(super) fn credit(account: &Account) -> RequestDraft {
    RequestDraft {
        category: Some(Category::DailyCredit),
        currency: Some(account.currency()),
        ..RequestDraft::default()
    }
}

/// What asking would come to; what is wrong with the question itself in words.
pub(super) async fn foresee(
    console: &Console,
    visitor: &Visitor,
    draft: &RequestDraft,
    p: &Frame,
) -> Result<Result<Preview, Trouble>, Failure> {
    match console.access.book().preview(visitor.actor, draft).await {
        Ok(preview) => Ok(Ok(preview)),
        Err(Error::Refused(refusal)) => Ok(Err(Failure::Refused(refusal).trouble(p))),
        Err(Error::Store(error)) => Err(error.into()),
    }
}
