//! The subcommand `notify`: a template with made-up particulars, and a message to see whether a channel works.

use estair_core::clock::{Clock, System};
use estair_core::notice::{Channel, Notice};
use estair_core::notification::Notifier;
use std::sync::Arc;

use estair_http::console::NotSent;
use estair_notify::Rendered;

use crate::channels::{self, Around};
use crate::error::StartError;
use crate::options::Options;
use crate::pages::test_send;
use crate::secrets::DataDir;
use crate::stores::Stores;

/// A message as its channel gets it: the HTML of a mail, the JSON of a card or a push.
///
/// # Errors
/// When the notice does not go by the channel.
pub fn preview(options: &Options, notice: Notice, channel: Channel) -> Result<String, StartError> {
    by(notice, channel)?;
    let local = format!("http://{}", options.listen);
    let pretty = |json| serde_json::to_string_pretty(&json).map_err(StartError::new);
    match channels::templates(options, &local)?.preview(notice, channel)? {
        Rendered::Email { html, .. } => Ok(html),
        Rendered::Teams { body } => pretty(body),
        Rendered::Push { payload } => pretty(payload),
    }
}

/// Sends an example, marked as one, through the channel as it is configured. Without an address it goes where the channel
/// itself knows: the address for critical alerts, the general Teams channel.
///
/// # Errors
/// When the channel is not configured, needs an address, or says no.
pub async fn test(
    options: &Options,
    notice: Notice,
    channel: Channel,
    address: Option<String>,
) -> Result<(), StartError> {
    by(notice, channel)?;
    let (data, _) = DataDir::open(&options.data_dir)?;
    let stores = Stores::open(options, &data).await?;
    let templates = channels::templates(options, &format!("http://{}", options.listen))?;
    let clock: Arc<dyn Clock> = Arc::new(System);
    let around = Around {
        mail: channels::mail(options, &templates, &clock)?,
        templates,
        vapid: channels::vapid(options, &data, &System)?,
        subscriptions: stores.subscriptions,
        clock,
        ids: Arc::new(System),
    };
    let notifier: Arc<dyn Notifier> = Arc::new(channels::channels(options, around)?);
    let sent = test_send(notifier)(notice, channel, address.unwrap_or_default()).await;
    sent.map_err(|error| match error {
        NotSent::Off => StartError::new(format_args!("{channel}: channel not configured")),
        NotSent::Failed(why) => StartError::new(format_args!("{channel}: {why}")),
    })
}

/// The notice that tests a channel when none is named: one that the channel can send without knowing anybody.
#[must_use]
pub fn usual(channel: Channel) -> Notice {
    // What is critical goes to an address that the channel itself knows.
    if by(Notice::MovementFailed, channel).is_ok() { Notice::MovementFailed } else { Notice::CreditApproved }
}

fn by(notice: Notice, channel: Channel) -> Result<(), StartError> {
    if notice.rule().channels.contains(&channel) {
        return Ok(());
    }
    Err(StartError::new(format_args!("{notice} does not go by {channel}")))
}
