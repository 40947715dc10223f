//! The console, wired: its pages show the templates and send examples through the server's own channels.

use estair_core::notice::{Channel, Notice};
use estair_core::notification::Notifier;
use estair_core::queue::AttemptOutcome;
use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::response::Redirect;
use axum::routing::get;
use estair_http::console::{self, NotSent, Preview, TestSend};
use estair_notify::{Rendered, Templates, sample};

use crate::help;

/// Where the console is.
pub const PREFIX: &str = "/console";

/// What the console is told of the server; `public_url` where people reach it, if they were told one.
#[must_use]
pub fn options(public_url: Option<&str>, templates: &Templates, notifier: &Arc<dyn Notifier>) -> console::Options {
    console::Options::default()
        .prefix(PREFIX.to_owned())
        .https(public_url.is_some_and(|url| url.starts_with("https://")))
        .origin(public_url.map(origin_of))
        .help(Some(help::PATH.to_owned()))
        .preview(Some(preview(templates.clone())))
        .test_send(Some(test_send(Arc::clone(notifier))))
}

/// Where the links of messages lead ([`estair_notify::Links`]): agencies have a front end of their own, which this server is
/// not, so that its paths lead to the console.
pub fn linked() -> Router {
    let to = |page: &'static str| get(async move |Path(id): Path<u64>| Redirect::to(&format!("{PREFIX}/{page}/{id}")));
    Router::new()
        .route("/", get(async || Redirect::to(PREFIX)))
        .route("/console/", get(async || Redirect::to(PREFIX)))
        .route("/requetes/{id}", to("requests"))
        .route("/helpdesk/{id}", to("support"))
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
        Rendered::Teams { body } => {
            let mut lines = Vec::new();
            words_of(&body, &mut lines);
            console::Rendered { text: lines.join("\n"), source: json(&body), ..console::Rendered::default() }
        }
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

/// The words of a card, in their order: its texts and its facts.
fn words_of(card: &serde_json::Value, lines: &mut Vec<String>) {
    match card {
        serde_json::Value::Array(parts) => parts.iter().for_each(|part| words_of(part, lines)),
        serde_json::Value::Object(part) => {
            let text = |name: &str| part.get(name).and_then(|text| text.as_str());
            match (text("title"), text("value").or(text("url")), text("text")) {
                (Some(title), Some(value), _) => lines.push(format!("{title} : {value}")),
                (.., Some(text)) => lines.push(text.to_owned()),
                _ => {}
            }
            let inner = ["attachments", "content", "body", "items", "columns", "facts", "actions"];
            inner.iter().filter_map(|name| part.get(*name)).for_each(|part| words_of(part, lines));
        }
        _ => {}
    }
}

/// Sends an example, marked as one, to an address of a channel.
pub fn test_send(notifier: Arc<dyn Notifier>) -> TestSend {
    Arc::new(move |notice: Notice, channel: Channel, to: String| {
        let notifier = Arc::clone(&notifier);
        Box::pin(async move {
            if !notifier.is_on(channel) {
                return Err(NotSent::Off);
            }
            let route = notice.routes().into_iter().find(|(_, by)| *by == channel);
            let failed = |why: &str| NotSent::Failed(why.to_owned());
            let (audience, _) = route.ok_or_else(|| failed("the notice does not go by this channel"))?;
            let report = notifier.send(0, &sample::test_delivery(notice, audience, channel, &to)).await;
            match report.outcome {
                AttemptOutcome::Done => Ok(()),
                _ => Err(failed(report.error.as_deref().unwrap_or("not delivered"))),
            }
        })
    })
}
