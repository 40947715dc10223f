//! The daily report by mail (L8): once for each business day that is over.

use std::sync::Arc;

use chrono::Duration;

use crate::actor::Actor;
use crate::book::{Book, DailyReport};
use crate::clock::{BusinessDay, DayOffset, Timestamp};
use crate::messager::MessagerView;
use crate::notice::Notice;
use crate::notification::{Directory, NotificationFilter, Notifications, Notifier, Told, report, tell};
use crate::store::{Page, Reader, StoreError};

/// How long after the end of its day a report is due: credits have expired, the night's verification is done, and finance
/// has it when it begins. Six in the morning, UTC, where days are UTC's.
const DUE_AFTER: Duration = Duration::hours(6);

/// Queues the report of each day for the people who get it. Of several servers whoever comes first does.
#[derive(Clone)]
pub struct ReportDay {
    /// The book.
    pub book: Book,
    /// Its figures.
    pub reader: Arc<dyn Reader>,
    /// Messager, which knows what it gave up; without it that figure is left out.
    pub messager: Option<Arc<dyn MessagerView>>,
    /// Where the mails wait.
    pub queue: Arc<dyn Notifications>,
    /// Who gets them.
    pub directory: Arc<dyn Directory>,
    /// The channels.
    pub notifier: Arc<dyn Notifier>,
}

impl ReportDay {
    /// Queues the report of the last day that is due, unless it is `done` or was queued before, by anybody. Gives the day that
    /// is done now: none before the first one is due.
    ///
    /// # Errors
    /// The trouble of the store or of the directory; the report stays due.
    pub async fn run(&self, done: Option<BusinessDay>) -> Result<Option<BusinessDay>, StoreError> {
        let (now, offset) = (self.book.clock().now(), self.book.policy().day_offset);
        let Some(day) = last_due(now, offset) else { return Ok(done) };
        if done == Some(day) {
            return Ok(done);
        }
        if self.was_there(offset.end_of(day)).await? && !self.is_queued(day).await? {
            self.queue_report(day, now).await?;
        }
        Ok(Some(day))
    }

    /// Had anything happened in the book by then? A day before the first one has no report.
    async fn was_there(&self, end: Timestamp) -> Result<bool, StoreError> {
        Ok(self.reader.event_range(end).await?.before_first > 0)
    }

    /// Is this day's report, or a later one's, among the notifications? Whoever has joined since gets the next one.
    async fn is_queued(&self, day: BusinessDay) -> Result<bool, StoreError> {
        let filter = NotificationFilter { notice: Some(Notice::DailyReport), ..NotificationFilter::default() };
        let newest = self.queue.notifications(&filter, Page { limit: 1, before: None }).await?.items.pop();
        let told = newest.and_then(|record| record.notification.params.get(report::DAY)?.as_str()?.parse().ok());
        Ok(told.is_some_and(|told: BusinessDay| told >= day))
    }

    async fn queue_report(&self, day: BusinessDay, now: Timestamp) -> Result<(), StoreError> {
        let failed = match &self.messager {
            // Messager has a database of its own: without it, the book tells its part.
            Some(messager) => messager.stats(&Actor::System, now).await.map(|stats| stats.failed).ok(),
            None => None,
        };
        let figures = DailyReport::read(self.reader.as_ref(), day, now).await?;
        let params = report::params_of(&figures, failed, now);
        let told = Told { notice: Notice::DailyReport, fact: None, account: None, desk: None, params: &params };
        let mails = tell(&told, self.directory.as_ref(), self.notifier.as_ref(), now).await?;
        self.queue.enqueue(&mails).await
    }
}

/// The last business day whose report is due.
fn last_due(now: Timestamp, offset: DayOffset) -> Option<BusinessDay> {
    let within = offset.day_of(now.checked_sub_signed(DUE_AFTER)?);
    within.date().pred_opt().map(BusinessDay::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::parse_timestamp;

    #[test]
    fn l8_a_day_is_reported_six_hours_after_its_end() {
        let due = |at: &str, offset: &str| {
            last_due(parse_timestamp(at).unwrap(), offset.parse().unwrap()).unwrap().to_string()
        };
        assert_eq!(due("2025-10-22T05:59:59Z", "+00:00"), "2025-10-20");
        assert_eq!(due("2025-10-22T06:00:00Z", "+00:00"), "2025-10-21");
        assert_eq!(due("2025-10-22T04:59:59Z", "+01:00"), "2025-10-20");
        assert_eq!(due("2025-10-22T05:00:00Z", "+01:00"), "2025-10-21");
    }
}
