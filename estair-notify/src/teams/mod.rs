//! Teams: an Adaptive Card to the Workflows webhook of an audience (N1).
//!
//! The whole URL is a secret (its `sig` parameter lets anybody post): it is never shown. A 202 says that the flow was
//! started, not that the card was seen.

mod settings;

use estair_core::clock::Clock;
use estair_core::notice::{Audience, Channel};
use estair_core::notification::Notification;
use estair_core::queue::Report;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::channels::ChannelSender;
use crate::config::ConfigError;
use crate::http;
use crate::templates::{Rendered, Templates};

pub use settings::{TeamsSettings, WebhookUrl};

/// Between two requests: at most 4 a second.
const INTERVAL: Duration = Duration::from_millis(250);
/// Longest wait for one's turn; after that the queue waits instead.
const LONGEST_TURN: Duration = Duration::from_secs(10);

/// The channel.
pub struct Teams {
    settings: TeamsSettings,
    client: reqwest::Client,
    templates: Templates,
    clock: Arc<dyn Clock>,
    turns: Turns,
}

impl Teams {
    /// Cards to these webhooks. Nothing is contacted yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(settings: TeamsSettings, templates: Templates, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let client = http::build(settings::GENERAL, http::client(settings::GENERAL)?)?;
        Ok(Self { settings, client, templates, clock, turns: Turns::default() })
    }

    /// The audience's own channel, or the general one.
    fn webhook(&self, audience: Audience) -> Option<&WebhookUrl> {
        let own = match audience {
            Audience::Finance => self.settings.finance.as_ref(),
            Audience::Operation => self.settings.operation.as_ref(),
            Audience::Admin | Audience::Critical | Audience::Client => None,
        };
        own.or(self.settings.general.as_ref())
    }

    async fn attempt(&self, notification: &Notification) -> Result<Report, Report> {
        let webhook = self.webhook(notification.audience);
        let webhook = webhook.ok_or_else(|| Report::skipped("no Teams channel is configured for this audience"))?;
        let rendered = self.templates.render(notification).map_err(|error| Report::permanent(error.to_string()))?;
        let Rendered::Teams { body } = rendered else {
            return Err(Report::permanent("not a card"));
        };
        self.turns.next().await?;
        let call = self.client.post(webhook.url().clone()).json(&body).send().await;
        let response = call.map_err(|error| Report::retry(http::unreached(error)))?;
        Ok(self.judge(response).await)
    }

    async fn judge(&self, response: reqwest::Response) -> Report {
        let status = response.status().as_u16();
        let retry_after = http::retry_after(response.headers(), self.clock.now());
        let why = match status {
            200..=299 => return accepted(status),
            401 | 403 => "the flow refuses the call: set its trigger to \"Anyone\" and take its URL again",
            404 | 410 => "the flow does not exist any more: make a new one and configure its URL",
            300..=399 => "the flow answers with a redirect, which is not followed",
            408 | 429 => "the flow asks for patience",
            400..=499 => "the flow refuses the card",
            _ => "the flow is in trouble",
        };
        let name = http::error_name(response).await.map(|name| format!(" ({name})")).unwrap_or_default();
        let why = format!("{why}{name}");
        let report = match status {
            408 | 429 | 500..=599 => Report::retry(why),
            _ => Report::permanent(why),
        };
        Report { retry_after, ..report.with_status(status) }
    }
}

/// The turns of the requests.
#[derive(Default)]
struct Turns(Mutex<Option<Instant>>);

impl Turns {
    /// Waits for the next turn; when that would take too long, says how long instead.
    async fn next(&self) -> Result<(), Report> {
        let mut next = self.0.lock().await;
        let now = Instant::now();
        let turn = next.map_or(now, |next| next.max(now));
        let wait = turn.saturating_duration_since(now);
        if wait > LONGEST_TURN {
            let report = Report::retry("too many cards at once: at most 4 a second go to Teams");
            return Err(Report { retry_after: Some(wait), ..report });
        }
        *next = turn.checked_add(INTERVAL);
        drop(next);
        tokio::time::sleep_until(turn).await;
        Ok(())
    }
}

fn accepted(status: u16) -> Report {
    let accepted = json!({ "accepted": "the flow was started; whether the card is shown, it does not say" });
    Report::done(Some(accepted.into())).with_status(status)
}

#[async_trait]
impl ChannelSender for Teams {
    fn serves(&self, channel: Channel) -> bool {
        channel == Channel::Teams && self.settings.is_on()
    }

    async fn send(&self, _: u64, notification: &Notification) -> Report {
        self.attempt(notification).await.unwrap_or_else(|report| report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn at_most_four_cards_a_second_and_what_would_wait_long_goes_back_to_its_queue() {
        let turns = Arc::new(Turns::default());
        let began = Instant::now();
        let waiting: Vec<_> = (0..60)
            .map(|_| {
                let turns = Arc::clone(&turns);
                tokio::spawn(async move { (turns.next().await.err(), began.elapsed()) })
            })
            .collect();
        for (place, one) in (0..).zip(waiting) {
            let (refused, at) = one.await.unwrap();
            let turn = INTERVAL * place;
            if turn <= LONGEST_TURN {
                assert_eq!((refused, at), (None, turn));
            } else {
                let wanted = refused.unwrap().retry_after.unwrap();
                assert!(wanted > LONGEST_TURN && at == Duration::ZERO, "{wanted:?} {at:?}");
            }
        }
    }
}
