//! The event stream: what changed, as far as the actor may see it, read from the database and not from the memory of one
//! process.
//!
//! One [`Hub`] of each router, the API's and the console's, looks for news and serves every stream; it looks only while
//! somebody listens. A stream that names the last event it has seen is first given what came after it.

mod hub;
mod render;

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use estair_core::actor::Actor;
use estair_core::id::FactId;
use estair_core::read::FactFilter;
use estair_core::refusal::Refusal;
use estair_core::store::StoreError;
use futures::future::BoxFuture;
use futures::stream::{Stream, unfold};
use tokio::sync::broadcast::error::RecvError;

pub(crate) use hub::Hub;
use hub::{News, READ_AT_ONCE, Subscription};
use render::events_of;
pub(crate) use render::events_of_fact;

use crate::actor::Caller;
use crate::api::Api;
use crate::problem::Problem;

/// Facts read from the database that a stream remembers, to drop them among the news.
const REMEMBERED: usize = 10_000;
/// How often a stream asks the host again who is listening.
const ASK_AGAIN_EVERY: std::time::Duration = std::time::Duration::from_secs(30);

/// Asks the host whether the actor of a stream is still who they were; when it cannot tell now, they are.
pub(crate) type StillWelcome = Box<dyn Fn() -> BoxFuture<'static, bool> + Send>;

/// An event of the stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    /// What `Last-Event-ID` gives back.
    pub(crate) id: u64,
    /// `request`, `support`, `account`, `movement` or `message`.
    pub(crate) name: &'static str,
    /// The id, the new status and what else is worth saying.
    pub(crate) data: serde_json::Value,
}

/// Follows what changes.
///
/// Events are `request`, `support`, `account`, `movement` and, for staff, `message`; `data` is a JSON object with the id
/// and the new status. A client hears of its own account, the service role of accounts and movements. An event may come
/// twice around a reconnection, never not at all.
#[utoipa::path(
    get, path = "/api/events", operation_id = "followEvents", tag = "events",
    params(("Last-Event-ID" = Option<u64>, Header, description = "go on after this event")),
    responses((
        status = 200, description = "Server-sent events, until one side hangs up", body = String,
        content_type = "text/event-stream",
        example = "id: 42\nevent: request\ndata: {\"id\":7,\"status\":\"to_treat\"}\n\n",
    )),
)]
pub(crate) async fn stream(State(api): State<Api>, caller: Caller, request: Request) -> Result<Response, Problem> {
    let (parts, _) = request.into_parts();
    let last = last_event(&parts.headers)?;
    let events = follow(&api.hub, caller.actor, last, by_credentials(&api, caller.actor, parts)).await?;
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

/// The event after which a browser that comes back goes on.
fn last_event(headers: &HeaderMap) -> Result<Option<u64>, Refusal> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.trim().parse::<u64>().ok());
    let number = number.filter(|number| *number <= crate::body::MAX_ID);
    number.map(Some).ok_or_else(|| Refusal::invalid("Last-Event-ID", "must be the id of an event"))
}

/// A token that was withdrawn ends its streams.
fn by_credentials(api: &Api, actor: Actor, parts: Parts) -> StillWelcome {
    let (authenticate, parts) = (Arc::clone(&api.host.authenticate), Arc::new(parts));
    Box::new(move || {
        let (authenticate, parts) = (Arc::clone(&authenticate), Arc::clone(&parts));
        Box::pin(async move { authenticate.actor(&parts).await.map_or(true, |now| now == Some(actor)) })
    })
}

/// What changes from now on, or since the event `last`, as far as the actor may see it. The stream ends when the actor
/// is not welcome any more, is too slow, or the host shuts down.
///
/// # Errors
/// When the database cannot say where it stands.
pub(crate) async fn follow(
    hub: &Hub,
    actor: Actor,
    last: Option<u64>,
    still_welcome: StillWelcome,
) -> Result<impl Stream<Item = Result<sse::Event, Infallible>> + Send + use<>, StoreError> {
    // Listen first, read what was missed after: nothing falls between the two.
    let subscription = hub.join().await?;
    let follower = Follower {
        hub: hub.clone(),
        actor,
        still_welcome,
        ask_again: tokio::time::interval(ASK_AGAIN_EVERY),
        subscription,
        missed: last,
        sent: BTreeSet::new(),
        ready: VecDeque::new(),
    };
    Ok(follower.into_stream())
}

/// One stream.
struct Follower {
    hub: Hub,
    actor: Actor,
    still_welcome: StillWelcome,
    ask_again: tokio::time::Interval,
    subscription: Subscription,
    /// Facts after this one are still to be read, before the news.
    missed: Option<u64>,
    /// Facts that were read that way: the news repeat some of them.
    sent: BTreeSet<u64>,
    ready: VecDeque<Event>,
}

impl Follower {
    fn into_stream(self) -> impl Stream<Item = Result<sse::Event, Infallible>> {
        unfold(self, async |mut follower| {
            let event = follower.next().await?;
            let event = sse::Event::default().id(event.id.to_string()).event(event.name).data(event.data.to_string());
            Some((Ok(event), follower))
        })
    }

    /// The next event that this actor may see; none when the stream ends.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            match self.missed {
                Some(last) => self.read_missed(last).await?,
                None => self.hear().await?,
            }
        }
    }

    async fn read_missed(&mut self, last: u64) -> Option<()> {
        let facts = self.hub.reader().facts(FactFilter::After(FactId(last)), READ_AT_ONCE).await;
        // A reader that fails ends the stream: the browser comes back by itself, with the last id it has.
        let facts = facts.inspect_err(|error| tracing::warn!(error = ?error.trace(), "events cannot be read")).ok()?;
        self.missed = facts.last().filter(|_| facts.len() >= READ_AT_ONCE as usize).map(|fact| fact.id.0);
        for fact in facts {
            self.sent.insert(fact.id.0);
            self.ready.extend(events_of_fact(&self.actor, &fact));
        }
        // The news only repeat what is recent.
        while self.sent.len() > REMEMBERED {
            self.sent.pop_first();
        }
        Some(())
    }

    async fn hear(&mut self) -> Option<()> {
        let news = tokio::select! {
            () = self.hub.ends() => return None,
            _ = self.ask_again.tick() => None,
            news = self.subscription.recv() => Some(news),
        };
        match news {
            None => return (self.still_welcome)().await.then_some(()),
            // Whoever is too slow for the news comes back and reads what was missed.
            Some(Err(RecvError::Lagged(_) | RecvError::Closed)) => return None,
            Some(Ok(news)) => self.take(&news),
        }
        Some(())
    }

    fn take(&mut self, news: &Arc<News>) {
        let repeated = matches!(news.as_ref(), News::Fact(fact) if self.sent.remove(&fact.id.0));
        if !repeated {
            self.ready.extend(events_of(&self.actor, news));
        }
    }
}
