//! News for the pages: the same events as the API's stream, one stream for each tab, and the same by polling.
//!
//! A stream ends when its session does.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use estair_core::id::FactId;
use futures::stream::StreamExt;
use serde_json::json;

use crate::console::failure::Failure;
use crate::console::form::Form;
use crate::console::state::Console;
use crate::console::visitor::Visitor;
use crate::events::{StillWelcome, events_of_fact, follow};

/// Facts that a poll brings at most; the next one goes on after them.
const BATCH: u32 = 200;

/// The last event that the browser has seen: what it says when it comes back, or what its page was read with.
fn last_seen(headers: &HeaderMap, f: &Form) -> Option<u64> {
    let again = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    again.or_else(|| f.get("after").and_then(|text| text.parse().ok()))
}

/// Who signs out ends the streams of every tab.
fn by_session(console: &Console, visitor: &Visitor) -> StillWelcome {
    let (sessions, visitor) = (Arc::clone(&console.sessions), visitor.clone());
    Box::new(move || {
        let (sessions, visitor) = (Arc::clone(&sessions), visitor.clone());
        Box::pin(
            async move { sessions.actor(&visitor.secret).await.map_or(true, |actor| actor == Some(visitor.actor)) },
        )
    })
}

/// The stream.
pub(super) async fn stream(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let place = console.stream_place()?;
    let welcome = by_session(&console, &visitor);
    let events = follow(&console.hub, console.view(&visitor), last_seen(&headers, &f), welcome).await?;
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
    Extension(f): Extension<Form>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let view = console.view(&visitor);
    let after = match last_seen(&headers, &f) {
        Some(after) => FactId(after),
        None => view.last_fact().await?,
    };
    let came = view.news(after, BATCH).await?;
    let end = came.last.unwrap_or(after).0;
    let events = came.facts.iter().flat_map(|fact| events_of_fact(&view, fact));
    let news: Vec<_> = events.map(|event| json!({ "noun": event.name, "data": event.data })).collect();
    Ok(Json(json!({ "after": end, "news": news })).into_response())
}
