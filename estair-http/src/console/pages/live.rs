//! News for the pages: the same events as the API's stream, one stream for each tab, and the same by polling; and how much waits
//! for whoever is signed in.
//!
//! A stream ends when its session does.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use futures::stream::StreamExt;
use serde_json::json;

use super::queue::{count_tickets, count_waiting};
use crate::console::failure::Failure;
use crate::console::form::Form;
use crate::console::state::Console;
use crate::console::visitor::Visitor;
use crate::events::{Listener, StillWelcome, answer, follow, last_event};

/// The event after which to go on: the last that the browser has heard, or the one with which its page was read.
fn last_seen(headers: &HeaderMap, f: &Form) -> Option<String> {
    last_event(headers).or_else(|| f.text("after"))
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
    let place = console.stream_place(&visitor)?;
    let welcome = by_session(&console, &visitor);
    let listener = Listener::to_book(console.view(&visitor));
    let events = follow(&console.hub, listener, last_seen(&headers, &f).as_deref(), welcome).await?;
    let events = events.inspect(move |_| {
        // The place is taken as long as the stream lives.
        let _ = &place;
    });
    Ok(answer(events))
}

/// The same for a browser that polls: `{after, news: [{noun, data}]}`.
pub(super) async fn news(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Form>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let listener = Listener::to_book(console.view(&visitor));
    let (news, after) = crate::events::news(&console.hub, listener, last_seen(&headers, &f).as_deref()).await?;
    let news: Vec<_> = news.into_iter().map(|one| json!({ "noun": one.name, "data": one.data })).collect();
    Ok(Json(json!({ "after": after, "news": news })).into_response())
}

/// The most that is counted: beyond it nobody reads the number.
const MOST: usize = 99;

/// What the menu shows beside its lines, and the title of the tab: `{queue, support, messages, title}`. Only what is there is
/// counted, and no more than a page of each.
pub(super) async fn counts(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
) -> Result<Response, Failure> {
    let view = console.view(&visitor);
    let (queue, support) = match console.is_apart() {
        true => (0, 0),
        false => (count_waiting(&view, MOST_READ).await?, count_tickets(&view, MOST_READ).await?),
    };
    let failed = match console.access.messager(visitor.actor) {
        // A Messager that is away counts nothing; its own pages say so.
        Some(messager) => messager.stats().await.map_or(0, |stats| usize::try_from(stats.failed).unwrap_or(MOST)),
        None => 0,
    };
    let title = if console.is_apart() { failed } else { queue.saturating_add(support) };
    let counts = [("queue", queue), ("support", support), ("messages", failed), ("title", title)];
    let shown: BTreeMap<_, _> = counts.into_iter().map(|(name, count)| (name, shown(count))).collect();
    Ok(Json(shown).into_response())
}

/// Rows that are read to count them: one more than is shown.
const MOST_READ: u32 = 100;

/// A count as it is shown: nothing for none.
fn shown(count: usize) -> String {
    match count {
        0 => String::new(),
        count if count > MOST => format!("{MOST}+"),
        count => count.to_string(),
    }
}
