//! Financial requests as one actor sees them: what narrows them hides drafts from clients (P2, R8).

use std::collections::BTreeMap;

use crate::action::Action;
use crate::actor::Role;
use crate::book::Error;
use crate::book::view::{View, known_place};
use crate::fact::Fact;
use crate::id::{CommentId, FactId, RequestId, SupportId};
use crate::permission::{Permission, require_sight};
use crate::refusal::Refusal;
use crate::request::{allowed_actions, is_visible};
use crate::row::{Comment, GrantedCredit, Request, Rollout, Row, Standing, Support};
use crate::store::{Page, RequestFilter, Slice, Timeline, Total};

impl View {
    /// Narrows a filter to the requests that the actor sees: a client sees no draft (R8). False when that leaves nothing.
    fn narrow_requests(&self, filter: &mut RequestFilter) -> Result<bool, Refusal> {
        self.require(Permission::ReadRequests)?;
        let mut left = self.narrow(&mut filter.account);
        if self.actor.role() == Role::Client {
            left &= filter.draft != Some(true);
            filter.draft = Some(false);
        }
        Ok(left)
    }

    /// A page of financial requests, in the filter's order.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], or the store's trouble.
    pub async fn requests(
        &self,
        mut filter: RequestFilter,
        page: Page,
    ) -> Result<Slice<Row<RequestId, Request>>, Error> {
        if !self.narrow_requests(&mut filter)? {
            return Ok(Slice::empty());
        }
        if let Some(last) = self.last_of(page) {
            known_place(self.request(RequestId(last)).await)?;
        }
        Ok(self.reader.requests(&filter, page).await?)
    }

    /// How many financial requests there are, and what they come to.
    ///
    /// # Errors
    /// As [`requests`](Self::requests).
    pub async fn count_requests(&self, mut filter: RequestFilter) -> Result<Total, Error> {
        if !self.narrow_requests(&mut filter)? {
            return Ok(Total::of([]));
        }
        Ok(self.reader.count_requests(&filter).await?)
    }

    /// One financial request, with what has become of the credit it granted.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`], or the store's trouble.
    pub async fn request(&self, id: RequestId) -> Result<(Row<RequestId, Request>, GrantedCredit), Error> {
        let found = self.reader.request(id).await?.filter(|(row, _)| is_visible(&self.actor, row));
        Ok(self.seen(found, |(row, _)| row.account, "request", Permission::ReadRequests)?)
    }

    /// What the actor may do with a financial request now (P4). Its account is asked where it may stand in the way (A2).
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn request_actions(
        &self,
        row: &Row<RequestId, Request>,
        credit: GrantedCredit,
    ) -> Result<Vec<Action>, Error> {
        let offered = |standing: Standing| allowed_actions(&self.actor, row, credit, standing);
        let actions = offered(Standing::Works);
        if actions == offered(Standing::Suspended) && actions == offered(Standing::Elsewhere) {
            return Ok(actions);
        }
        let Some(account) = self.reader.account(row.account).await? else { return Ok(actions) };
        Ok(match self.rollout_of(&account) {
            Rollout::Live => offered(account.status.into()),
            Rollout::Legacy | Rollout::Shadow => offered(Standing::Elsewhere),
        })
    }

    /// What happened to a financial request, newest first. What is for staff alone is left out for a client: a page may hold
    /// fewer than its limit, and still go on.
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub async fn request_timeline(&self, id: RequestId, page: Page) -> Result<Slice<Row<FactId, Fact>>, Error> {
        self.request(id).await?;
        let mut slice = self.reader.timeline(Timeline::Request(id), page).await?;
        slice.items.retain(|fact| self.shows(fact));
        Ok(slice)
    }

    /// The financial requests behind each of these support requests, newest first (R10); to a client without drafts.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when one of them is foreign, [`Refusal::Forbidden`], or the store's trouble.
    pub async fn requests_behind(
        &self,
        supports: &[Row<SupportId, Support>],
    ) -> Result<BTreeMap<SupportId, Vec<Row<RequestId, Request>>>, Error> {
        self.require(Permission::ReadRequests)?;
        for support in supports {
            require_sight(&self.actor, support.account, "support request")?;
        }
        let ids: Vec<_> = supports.iter().map(|support| support.id).collect();
        let mut behind: BTreeMap<SupportId, Vec<_>> = BTreeMap::new();
        for row in self.reader.requests_behind(&ids, self.actor.role() != Role::Client).await? {
            if let Some(support) = row.helpdesk_id {
                behind.entry(support).or_default().push(row);
            }
        }
        Ok(behind)
    }

    /// The comments of a financial request, newest first; to a client without those for staff alone (R9).
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub async fn request_comments(&self, id: RequestId, page: Page) -> Result<Slice<Row<CommentId, Comment>>, Error> {
        self.request(id).await?;
        Ok(self.reader.request_comments(id, self.actor.role() != Role::Client, page).await?)
    }
}
