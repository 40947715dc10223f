//! The console, wired: its pages show the templates and send examples through the server's own channels.

use std::sync::Arc;

use estair_core::notification::{Channel, Notice};
use estair_core::notify::Notifier;
use estair_core::queue::AttemptOutcome;
use estair_http::console::{self, Preview, TestSend};
use estair_notify::{Rendered, Templates, sample};
use tokio_util::sync::CancellationToken;

/// Where the console is.
pub const PREFIX: &str = "/console";

/// What the console is told of the server; `public_url` where people reach it, if they were told one.
#[must_use]
pub fn options(
    public_url: Option<&str>,
    templates: &Templates,
    notifier: &Arc<dyn Notifier>,
    shutdown: CancellationToken,
) -> console::Options {
    console::Options {
        prefix: PREFIX.to_owned(),
        https: public_url.is_some_and(|url| url.starts_with("https://")),
        origin: public_url.map(origin_of),
        events: None,
        preview: Some(preview(templates.clone())),
        shutdown,
        test_send: Some(test_send(Arc::clone(notifier))),
    }
}

/// Scheme, host and port of a URL.
fn origin_of(url: &str) -> String {
    let end = url.match_indices('/').nth(2).map_or(url.len(), |(end, _)| end);
    url.get(..end).unwrap_or(url).to_owned()
}

fn preview(templates: Templates) -> Preview {
    Arc::new(move |notice, channel| templates.preview(notice, channel).ok().map(shown))
}

fn shown(rendered: Rendered) -> console::Rendered {
    let json = |value: &serde_json::Value| serde_json::to_string_pretty(value).ok();
    match rendered {
        Rendered::Email { subject, html, text } => {
            console::Rendered { subject: Some(subject), text, source: Some(html) }
        }
        Rendered::Teams { body } => console::Rendered { source: json(&body), ..console::Rendered::default() },
        Rendered::Push { payload } => {
            let text = |pointer| payload.pointer(pointer).and_then(|text| text.as_str()).map(str::to_owned);
            console::Rendered {
                subject: text("/notification/title"),
                text: text("/notification/body").unwrap_or_default(),
                source: json(&payload),
            }
        }
    }
}

/// Sends an example, marked as one, to an address of a channel.
pub fn test_send(notifier: Arc<dyn Notifier>) -> TestSend {
    Arc::new(move |notice: Notice, channel: Channel, to: String| {
        let notifier = Arc::clone(&notifier);
        Box::pin(async move {
            if !notifier.is_on(channel) {
                return Err("channel not configured".to_owned());
            }
            let route = notice.routes().into_iter().find(|(_, by)| *by == channel);
            let (audience, _) = route.ok_or("the notice does not go by this channel")?;
            let report = notifier.send(0, &sample::test_delivery(notice, audience, channel, &to)).await;
            match report.outcome {
                AttemptOutcome::Done => Ok(()),
                _ => Err(report.error.unwrap_or_else(|| "not delivered".to_owned())),
            }
        })
    })
}
