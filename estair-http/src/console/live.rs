//! News for the pages: the same events as the API's stream, one stream for each tab, and the same by polling.
//!
//! A stream ends when its session does.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use estair_core::id::FactId;
use estair_core::read::FactFilter;
use futures::stream::StreamExt;
use serde_json::json;

use super::Console;
use super::failure::Failure;
use super::fields::Fields;
use super::session::Visitor;
use crate::events::{StillWelcome, events_of_fact, follow};

/// Facts that a poll brings at most; the next one goes on after them.
const BATCH: u32 = 200;

/// The last event that the browser has seen: what it says when it comes back, or what its page was read with.
fn last_seen(headers: &HeaderMap, f: &Fields) -> Option<u64> {
    let again = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    again.or_else(|| f.get("after").and_then(|text| text.parse().ok()))
}

/// Who signs out ends the streams of every tab.
fn by_session(console: &Console, visitor: &Visitor) -> StillWelcome {
    let (sessions, visitor) = (console.sessions.clone(), visitor.clone());
    Box::new(move || {
        let (sessions, visitor) = (sessions.clone(), visitor.clone());
        Box::pin(
            async move { sessions.actor(&visitor.secret).await.map_or(true, |actor| actor == Some(visitor.actor)) },
        )
    })
}

/// The stream.
pub(super) async fn stream(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let place = console.streams.clone().try_acquire_owned().map_err(|_| Failure::Busy)?;
    let welcome = by_session(&console, &visitor);
    let events = follow(&console.hub, visitor.actor, last_seen(&headers, &f), welcome).await?;
    let events = events.inspect(move |_| {
        // The place is taken as long as the stream lives.
        let _ = &place;
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

/// The same for a browser that polls: `{after, news: [{noun, data}]}`.
pub(super) async fn news(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let reader = &console.host.reader;
    let after = match last_seen(&headers, &f) {
        Some(after) => after,
        None => reader.last_fact().await?.map_or(0, |fact| fact.0),
    };
    let facts = reader.facts(FactFilter::After(FactId(after)), BATCH).await?;
    let end = facts.last().map_or(after, |fact| fact.id.0);
    let events = facts.iter().flat_map(|fact| events_of_fact(&visitor.actor, fact));
    let news: Vec<_> = events.map(|event| json!({ "noun": event.name, "data": event.data })).collect();
    Ok(Json(json!({ "after": end, "news": news })).into_response())
}
