//! Book and Messager that were restored to different moments find together again by themselves (G14).

use std::time::Duration;

use crate::actor::Actor;
use crate::background::trouble::Trouble;
use crate::book::{Book, Error, Submission};
use crate::category::Status;
use crate::command::Command;
use crate::messager::MessagerView;
use crate::queue::{JobStatus, Schedule};
use crate::request::{Request, Sent};
use crate::row::Row;
use crate::store::{MAX_PAGE, Page, Reader, RequestFilter, StoreError};

/// Looks within the longest delay of a schedule: what is lost is found within two of them.
const LOOKS: u32 = 3;

/// The longest and the shortest time between two looks.
const BETWEEN: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(60));

/// How often it is to be looked for what is lost, so that it is sent again no later than the longest delay (G14).
#[must_use]
pub fn look_for_lost_every(schedule: &Schedule) -> Duration {
    let every = schedule.longest_delay().checked_div(LOOKS).unwrap_or(BETWEEN.1);
    every.clamp(BETWEEN.0, BETWEEN.1)
}

/// Hands over once more what was handed over and is lost: requests under way whose message Messager does not know, or has
/// completed while the book has nothing of it (G14). What changed less than `settled` ago is left for the next time: it is on
/// its way. Gives how many were sent again.
///
/// # Errors
/// The trouble of the book or of Messager; what is lost is found the next time.
pub async fn send_lost_again(
    book: &Book,
    reader: &dyn Reader,
    messager: &dyn MessagerView,
    settled: Duration,
) -> Result<usize, StoreError> {
    let filter = RequestFilter { status: vec![Status::Processing], ..RequestFilter::default() };
    let mut page = Page { limit: MAX_PAGE, before: None };
    let mut sent = 0;
    let mut trouble = Trouble::default();
    loop {
        let slice = reader.requests(&filter, page).await?;
        for request in &slice.items {
            if let Some(lost) = lost(book, messager, settled, request).await? {
                match book.run(Submission::new(Actor::System, Command::SendAgain(lost))).await {
                    Ok(_) => sent += 1,
                    Err(Error::Refused(_)) => {}
                    Err(Error::Store(error)) => trouble.of_one(error)?,
                }
            }
        }
        page.before = slice.next;
        if page.before.is_none() {
            return trouble.none_or(sent);
        }
    }
}

/// The message of a request that is lost, as the request was read.
async fn lost(
    book: &Book,
    messager: &dyn MessagerView,
    settled: Duration,
    request: &Row<crate::id::RequestId, Request>,
) -> Result<Option<Sent>, StoreError> {
    let Some(message_uuid) = request.message_uuid else { return Ok(None) };
    // A change that lies ahead was written by a clock that was ahead (G11).
    let since = book.clock().now().signed_duration_since(request.updated_at).to_std();
    if since.is_ok_and(|since| since < settled) {
        return Ok(None);
    }
    let is_lost = match messager.message(&Actor::System, message_uuid).await? {
        // What completed it is committed before: the book says so when it is asked under the lock.
        Some((record, _)) => record.status == JobStatus::Completed,
        None => true,
    };
    Ok(is_lost.then_some(Sent { request: request.id, execution: request.execution, message_uuid }))
}
