//! The daily report from the command line (L8).

use std::sync::Arc;

use estair_core::actor::Actor;
use estair_core::book::DailyReport;
use estair_core::clock::{BusinessDay, Clock, System};
use estair_core::messager::{MessagerView, Stored};
use estair_core::notification::report::params_of;
use estair_http::daily_report;
use estair_http::messager::RemoteMessager;

use crate::channels::templates;
use crate::error::StartError;
use crate::options::Options;
use crate::stores::Stores;

/// Which report, and how it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTask {
    /// The business day; today when none is named.
    pub day: Option<BusinessDay>,
    /// As the API answers it, not as the mail tells it.
    pub json: bool,
}

/// Prints the report of a day. It never verifies the book.
///
/// # Errors
/// A book that is not there, or its trouble.
pub async fn run(
    options: &Options,
    task: &ReportTask,
    mut print: impl FnMut(&str) -> Result<bool, StartError>,
) -> Result<bool, StartError> {
    let stores = Stores::of_a_book(options).await?;
    let now = System.now();
    let day = task.day.unwrap_or_else(|| options.policy.day_offset.day_of(now));
    let report = DailyReport::read(stores.reader.as_ref(), day, now).await?;
    let failed = match messager(options, &stores)? {
        // Messager has a database of its own: without it, the book tells its part.
        Some(messager) => messager.stats(&Actor::System, now).await.map(|stats| stats.failed).ok(),
        None => None,
    };
    if task.json {
        return print(&serde_json::to_string_pretty(&daily_report(&report, failed)).map_err(StartError::new)?);
    }
    let texts = templates(options, &format!("http://{}", options.listen))?;
    print(&texts.daily_report(params_of(&report, failed, now))?)
}

/// Messager as it can be read from here: one apart only with a token of its console.
fn messager(options: &Options, stores: &Stores) -> Result<Option<Arc<dyn MessagerView>>, StartError> {
    Ok(match (&options.messager_api_url, &options.console_token) {
        (None, _) => Some(Stored::of(Arc::clone(&stores.messager))),
        (Some(url), Some(token)) => Some(Arc::new(RemoteMessager::new(url, token.clone(), Arc::new(System))?)),
        (Some(_), None) => None,
    })
}
