//! Reading financial requests.

use async_trait::async_trait;

use crate::category::{Category, Desk, Status};
use crate::clock::Timestamp;
use crate::id::{AccountId, CommentId, RequestId, SupportId};
use crate::money::Amount;
use crate::row::{Comment, GrantedCredit, Request, Row};
use crate::store::{Page, Slice, StoreError, Total};
use crate::text::folded;

/// Which financial requests, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestFilter {
    /// In one of these statuses; in any when empty.
    pub status: Vec<Status>,
    /// Of this category.
    pub category: Option<Category>,
    /// Of this account.
    pub account: Option<AccountId>,
    /// Held by this desk.
    pub assigned_to: Option<Desk>,
    /// Created at or after.
    pub created_from: Option<Timestamp>,
    /// Created before.
    pub created_to: Option<Timestamp>,
    /// Of this sale operation (R10).
    pub etatsdevente_id: Option<u64>,
    /// Of this support request (R10).
    pub helpdesk_id: Option<SupportId>,
    /// Whose granted credit is in this state.
    pub credit: Option<CreditState>,
    /// Drafts alone, expired ones too, or all but drafts (R8).
    pub draft: Option<bool>,
    /// In which this is found ([`Question`]).
    pub q: Option<String>,
    /// In which order.
    pub order: RequestOrder,
}

impl RequestFilter {
    /// Does a request fit? Its account's name is searched too; `is_active` says whether the credit that it granted still is.
    pub(crate) fn fits(&self, request: &Request, account_name: &str, is_active: impl FnOnce() -> bool) -> bool {
        let Self {
            status,
            category,
            account,
            assigned_to,
            created_from,
            created_to,
            etatsdevente_id,
            helpdesk_id,
            credit,
            draft,
            q,
            order: _,
        } = self;
        (status.is_empty() || status.contains(&request.status))
            && category.is_none_or(|category| category == request.category)
            && account.is_none_or(|account| account == request.account)
            && assigned_to.is_none_or(|desk| desk == request.assigned_to)
            && created_from.is_none_or(|from| request.created_at >= from)
            && created_to.is_none_or(|to| request.created_at < to)
            && etatsdevente_id.is_none_or(|sale| request.etatsdevente_id == Some(sale))
            && helpdesk_id.is_none_or(|support| request.helpdesk_id == Some(support))
            && draft.is_none_or(|draft| draft == request.draft)
            && credit.is_none_or(|state| state.fits(request) && is_active())
            && Question::of(q.as_deref()).is_none_or(|question| question.is_answered_by(request, account_name))
    }
}

/// What has become of a credit that was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditState {
    /// It is not cancelled.
    Active,
    /// It is not cancelled, and was past its expiry at this instant (X5).
    Expired(Timestamp),
}

impl CreditState {
    /// May the credit of a request be in this state, if it is not cancelled?
    fn fits(self, request: &Request) -> bool {
        let is_past = match self {
            Self::Active => true,
            Self::Expired(now) => request.expiry_date.is_some_and(|expiry| now >= expiry),
        };
        is_past && request.status == Status::Closed
    }
}

/// In which order financial requests are listed. `page.before` is the number of the row that the page before ended with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RequestOrder {
    /// Newest first: by number, and by creation (then number) where the filter names a time, so that a list begins where its
    /// time ends.
    #[default]
    Newest,
    /// The other way round.
    Oldest,
    /// Soonest to expire first; those without an expiry last; of the same instant newest first.
    Expiry,
    /// Greatest amount first, whatever the currency; of the same amount newest first. With the amount that the last row of the
    /// page before had, as a draft's may have changed since; what it has now where that is not given.
    Amount(Option<Amount>),
}

/// What is looked for in financial requests: in name, uuid, description and the account's name, whatever case and accents
/// (A5); or it is the whole amount, or the number of the sale operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// As it is searched in texts.
    pub folded: String,
    /// As an amount, where it is one: `500000`, `500 000`, `12,50`.
    pub amount: Option<Amount>,
    /// As a number, where it is one.
    pub number: Option<u64>,
}

impl Question {
    /// Reads what somebody typed; none where that is nothing.
    #[must_use]
    pub fn of(typed: Option<&str>) -> Option<Self> {
        let folded = folded(typed?.trim());
        let plain: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
        let is_amount = plain.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',');
        let amount = is_amount.then(|| plain.replace(',', ".").parse().ok()).flatten();
        // A number of a row is no more than every database holds.
        let number = plain.parse().ok().filter(|number| i64::try_from(*number).is_ok());
        (!folded.is_empty()).then_some(Self { folded, amount, number })
    }

    /// Is this found in a request of the account with this name?
    fn is_answered_by(&self, request: &Request, account_name: &str) -> bool {
        let uuid = request.uuid.to_string();
        let texts = [request.name.as_str(), &uuid, request.description.as_deref().unwrap_or_default(), account_name];
        texts.iter().any(|text| folded(text).contains(&self.folded))
            || self.amount == Some(request.amount.amount())
            || (self.number.is_some() && self.number == request.etatsdevente_id)
    }
}

/// Financial requests that support requests show of theirs, in all.
pub const MAX_BEHIND: u32 = 1_000;

/// Reads financial requests.
#[async_trait]
pub trait RequestReader: Send + Sync {
    /// A page of financial requests, in the filter's order.
    async fn requests(&self, filter: &RequestFilter, page: Page) -> Result<Slice<Row<RequestId, Request>>, StoreError>;

    /// How many there are, and what they come to; the order is nothing to it.
    async fn count_requests(&self, filter: &RequestFilter) -> Result<Total, StoreError>;

    /// One financial request, with what has become of the credit it granted.
    async fn request(&self, id: RequestId) -> Result<Option<(Row<RequestId, Request>, GrantedCredit)>, StoreError>;

    /// The financial requests behind each of these support requests (R10), with or without drafts, newest first: at most
    /// [`MAX_BEHIND`] in all.
    async fn requests_behind(
        &self,
        supports: &[SupportId],
        drafts: bool,
    ) -> Result<Vec<Row<RequestId, Request>>, StoreError>;

    /// The comments of a financial request, newest first, with or without those for staff alone (R9).
    async fn request_comments(
        &self,
        id: RequestId,
        internal: bool,
        page: Page,
    ) -> Result<Slice<Row<CommentId, Comment>>, StoreError>;

    /// Credit requests whose expiry has passed and that are not final (X1), oldest first; with `granted`, also closed
    /// ones whose credit is active and not being cancelled (X3).
    async fn due(&self, now: Timestamp, granted: bool, limit: u32) -> Result<Vec<RequestId>, StoreError>;
}
