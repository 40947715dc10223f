//! What happens: the report of a day, what both systems decided, the stream of events.

use crate::book::Error;
use crate::book::view::View;
use crate::clock::{BusinessDay, Timestamp};
use crate::id::AccountId;
use crate::permission::Permission;
use crate::row::{Row, ShadowDecision};
use crate::store::{
    Event, EventRange, ExpiredCredits, LastVerification, MoneyMoved, Page, Reader, RequestCount, ShadowCounts,
    ShadowFilter, Slice, StoreError,
};

/// The book's part of a daily report (L8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyReport {
    /// The business day.
    pub day: BusinessDay,
    /// The requests that are not final, as of now.
    pub requests: Vec<RequestCount>,
    /// The money of the day by source.
    pub money: Vec<MoneyMoved>,
    /// Granted credits past their expiry, as of now.
    pub expired_credits: Vec<ExpiredCredits>,
    /// When the whole book was last verified, and what was found.
    pub verified: Option<LastVerification>,
}

impl DailyReport {
    /// Reads the figures of a day, for whoever may have them: who holds the reader. What waits is counted as of now.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn read(reader: &dyn Reader, day: BusinessDay, now: Timestamp) -> Result<Self, StoreError> {
        Ok(Self {
            day,
            requests: reader.request_counts(now).await?,
            money: reader.money_moved(day).await?,
            expired_credits: reader.expired_credits(now).await?,
            verified: reader.last_verification().await?,
        })
    }
}

/// What happened after an event, as far as the actor may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The events, oldest first.
    pub events: Vec<Event>,
    /// The number of the last event that was looked at, shown or not; none when nothing happened.
    pub last: Option<u64>,
}

impl View {
    /// The book's part of the report of a day (L8); what waits is counted as of now.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`](crate::refusal::Refusal::Forbidden), or the store's trouble.
    pub async fn daily_report(&self, day: BusinessDay, now: Timestamp) -> Result<DailyReport, Error> {
        self.require(Permission::ReadReport)?;
        Ok(DailyReport::read(self.reader.as_ref(), day, now).await?)
    }

    /// What both systems decided, newest first (L6).
    ///
    /// # Errors
    /// [`Refusal::Forbidden`](crate::refusal::Refusal::Forbidden), or the store's trouble.
    pub async fn shadows(&self, filter: &ShadowFilter, page: Page) -> Result<Slice<Row<u64, ShadowDecision>>, Error> {
        self.require(Permission::ReadShadow)?;
        Ok(self.reader.shadows(filter, page).await?)
    }

    /// How often both systems agreed, of one account or of all (L6).
    ///
    /// # Errors
    /// As [`shadows`](Self::shadows).
    pub async fn shadow_counts(&self, account: Option<AccountId>) -> Result<ShadowCounts, Error> {
        self.require(Permission::ReadShadow)?;
        Ok(self.reader.shadow_counts(account).await?)
    }

    /// Which events can be read again: where a reader of news begins.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn event_range(&self, since: Timestamp) -> Result<EventRange, Error> {
        Ok(self.reader.event_range(since).await?)
    }

    /// What happened after an event, of at most `limit` events.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn news(&self, after: u64, limit: u32) -> Result<News, Error> {
        let mut events = self.reader.events(after, limit).await?;
        let last = events.last().map(|event| event.number);
        events.retain(|event| self.shows(&event.fact));
        Ok(News { events, last })
    }
}
