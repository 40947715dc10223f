//! News: one event stream for each tab, fed from the facts of the database, and the same by polling.
//!
//! The stream speaks as the API's own: the event names a noun, its data the id. It ends when the session does.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use estair_core::fact::Fact;
use estair_core::id::{FactId, Row};
use estair_core::read::FactFilter;
use futures::stream::{self, StreamExt};
use serde_json::{Value, json};
use tokio::sync::OwnedSemaphorePermit;

use super::Console;
use super::failure::Failure;
use super::fields::Fields;
use super::frame::{Frame, Section};
use super::messages::stats_json;
use super::session::Visitor;

/// How often the database is asked.
const EVERY: Duration = Duration::from_secs(2);

/// Facts that are looked at again: their numbers are given before they are committed.
const LOOK_BACK: u64 = 32;

/// Facts that one look brings.
const BATCH: u32 = 200;

/// Looks between two checks that the session is still open.
const CHECK_EVERY: u32 = 15;

/// A fact as news: one for each noun that it is about.
fn news_of(fact: &Row<FactId, Fact>) -> Vec<(&'static str, u64)> {
    let nouns = [
        ("request", fact.request.and_then(|link| link.known()).map(|id| id.0)),
        ("support", fact.support.and_then(|link| link.known()).map(|id| id.0)),
        ("movement", fact.movement.and_then(|link| link.known()).map(|id| id.0)),
        ("account", fact.account.known().map(|id| id.0)),
    ];
    nouns.into_iter().filter_map(|(noun, id)| Some((noun, id?))).collect()
}

/// A reader that follows the end of the facts.
struct Follower {
    console: Console,
    visitor: Visitor,
    after: u64,
    seen: BTreeSet<u64>,
    looks: u32,
    with_stats: bool,
    last_stats: Value,
    _place: OwnedSemaphorePermit,
}

impl Follower {
    /// What is new since the last look; none when the stream is over.
    async fn look(&mut self) -> Option<Vec<Event>> {
        self.looks = self.looks.wrapping_add(1);
        if self.looks.is_multiple_of(CHECK_EVERY) && !self.is_signed_in().await {
            return None;
        }
        let from = FactId(self.after.saturating_sub(LOOK_BACK));
        let facts = self.console.host.reader.facts(FactFilter::After(from), BATCH).await.ok()?;
        let mut events = Vec::new();
        for fact in facts {
            if self.seen.insert(fact.id.0) {
                events.extend(news_of(&fact).into_iter().map(|(noun, id)| event(&fact, noun, id)));
            }
            self.after = self.after.max(fact.id.0);
        }
        self.seen.retain(|id| *id + LOOK_BACK >= self.after);
        events.extend(self.stats().await);
        Some(events)
    }

    async fn is_signed_in(&self) -> bool {
        matches!(self.console.sessions.actor(&self.visitor.secret).await, Ok(Some(actor)) if actor == self.visitor.actor)
    }

    /// The figures of Messager, when they changed.
    async fn stats(&mut self) -> Option<Event> {
        let messager = self.console.host.messager.as_ref().filter(|_| self.with_stats)?;
        let stats = messager.stats(self.console.host.clock.now()).await.ok()?;
        let json = stats_json(&Frame::of(&self.console, &self.visitor, Section::None), &stats);
        if json == self.last_stats {
            return None;
        }
        self.last_stats = json.clone();
        Some(Event::default().event("stats").data(json.to_string()))
    }
}

fn event(fact: &Row<FactId, Fact>, noun: &str, id: u64) -> Event {
    Event::default().id(fact.id.to_string()).event(noun).data(json!({ "id": id, "kind": fact.kind }).to_string())
}

/// Where a reader begins: after what the browser has seen last, or at the present end.
async fn beginning(console: &Console, headers: &HeaderMap, f: &Fields) -> Result<u64, Failure> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    match last.or_else(|| f.get("after").and_then(|text| text.parse().ok())) {
        Some(after) => Ok(after),
        None => Ok(console.host.reader.last_fact().await?.map_or(0, |fact| fact.0)),
    }
}

/// The stream.
pub(super) async fn stream(
    State(console): State<Console>,
    Extension(visitor): Extension<Visitor>,
    Extension(f): Extension<Fields>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let place = console.streams.clone().try_acquire_owned().map_err(|_| Failure::Busy)?;
    let after = beginning(&console, &headers, &f).await?;
    let with_stats = f.get("stats").is_some();
    // What was committed before the page was read is not news, even when it is looked at again.
    let seen = (after.saturating_sub(LOOK_BACK)..=after).collect();
    let follower =
        Follower { console, visitor, after, seen, looks: 0, with_stats, last_stats: Value::Null, _place: place };
    let shutdown = follower.console.options.shutdown.clone();
    let looks = stream::unfold(follower, |mut follower| async move {
        tokio::time::sleep(EVERY).await;
        let events = follower.look().await?;
        Some((stream::iter(events.into_iter().map(Ok::<_, Infallible>)), follower))
    });
    Ok(Sse::new(looks.flatten().take_until(shutdown.cancelled_owned()))
        .keep_alive(KeepAlive::default())
        .into_response())
}

/// The same for a browser that polls: `{after, news: [{noun, id}]}`.
pub(super) async fn news(
    State(console): State<Console>,
    Extension(_): Extension<Visitor>,
    Extension(f): Extension<Fields>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let after = beginning(&console, &headers, &f).await?;
    let facts = console.host.reader.facts(FactFilter::After(FactId(after)), BATCH).await?;
    let end = facts.last().map_or(after, |fact| fact.id.0);
    let news: Vec<_> = facts.iter().flat_map(news_of).map(|(noun, id)| json!({ "noun": noun, "id": id })).collect();
    Ok(Json(json!({ "after": end, "news": news })).into_response())
}
