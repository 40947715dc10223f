//! Support requests as one actor sees them (P2).

use crate::book::Error;
use crate::book::view::{View, known_place};
use crate::fact::Fact;
use crate::id::{CommentId, FactId, SupportId};
use crate::permission::{Permission, require_sight};
use crate::refusal::Refusal;
use crate::row::{Comment, Row, Support};
use crate::store::{Comments, Followers, Page, Slice, SupportFilter, Timeline};

impl View {
    /// Support requests, newest first.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], or the store's trouble.
    pub async fn supports(
        &self,
        mut filter: SupportFilter,
        page: Page,
    ) -> Result<Slice<Row<SupportId, Support>>, Error> {
        self.require(Permission::ReadSupport)?;
        if !self.narrow(&mut filter.account) {
            return Ok(Slice::empty());
        }
        if let Some(last) = self.last_of(page) {
            known_place(self.support(SupportId(last)).await)?;
        }
        Ok(self.reader.supports(&filter, page).await?)
    }

    /// One support request.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`], or the store's trouble.
    pub async fn support(&self, id: SupportId) -> Result<Row<SupportId, Support>, Error> {
        let found = self.reader.support(id).await?;
        Ok(self.seen(found, |row| row.account, "support request", Permission::ReadSupport)?)
    }

    /// Those that continue each of these support requests (S4).
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when one of them is foreign, [`Refusal::Forbidden`], or the store's trouble.
    pub async fn followers(&self, supports: &[Row<SupportId, Support>]) -> Result<Followers, Error> {
        let ids = self.seen_supports(supports)?;
        // What continues a ticket is of its account.
        Ok(self.reader.followers(&ids).await?)
    }

    /// The comments of a support request, newest first.
    ///
    /// # Errors
    /// As [`support`](Self::support).
    pub async fn comments(&self, id: SupportId, page: Page) -> Result<Slice<Row<CommentId, Comment>>, Error> {
        self.support(id).await?;
        Ok(self.reader.comments(id, page).await?)
    }

    /// The newest comments of each of these support requests, at most `limit` of each.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] when one of them is foreign, [`Refusal::Forbidden`], or the store's trouble.
    pub async fn newest_comments(&self, supports: &[Row<SupportId, Support>], limit: u32) -> Result<Comments, Error> {
        let ids = self.seen_supports(supports)?;
        Ok(self.reader.newest_comments(&ids, limit).await?)
    }

    /// The numbers of support requests that are all the actor's to see.
    fn seen_supports(&self, supports: &[Row<SupportId, Support>]) -> Result<Vec<SupportId>, Refusal> {
        self.require(Permission::ReadSupport)?;
        for support in supports {
            require_sight(&self.actor, support.account, "support request")?;
        }
        Ok(supports.iter().map(|support| support.id).collect())
    }

    /// What happened to a support request, newest first.
    ///
    /// # Errors
    /// As [`support`](Self::support).
    pub async fn support_timeline(&self, id: SupportId, page: Page) -> Result<Slice<Row<FactId, Fact>>, Error> {
        self.support(id).await?;
        Ok(self.reader.timeline(Timeline::Support(id), page).await?)
    }
}
