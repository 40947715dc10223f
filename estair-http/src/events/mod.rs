//! The event stream: what changed, as far as the actor may see it, read from the database and not from the memory of one
//! process.
//!
//! One [`Hub`] a process looks for news and serves every stream; it looks only while somebody listens. A stream that
//! names the last event it has seen is first given what came after it.

mod hub;
mod render;

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use estair_core::actor::Actor;
use estair_core::id::FactId;
use estair_core::read::FactFilter;
use estair_core::refusal::Refusal;
use futures::stream::{Stream, unfold};
use tokio::sync::broadcast::error::RecvError;

pub(crate) use hub::Hub;
use hub::{News, READ_AT_ONCE, Subscription};
use render::events_of;

use crate::actor::Caller;
use crate::api::Api;
use crate::problem::Problem;

/// Facts read from the database that a stream remembers, to drop them among the news.
const REMEMBERED: usize = 10_000;
/// How often a stream asks the host again who is listening.
const ASK_AGAIN_EVERY: std::time::Duration = std::time::Duration::from_secs(30);

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
    let last = match parts.headers.get("last-event-id") {
        None => None,
        Some(value) => {
            let number = value.to_str().ok().and_then(|text| text.trim().parse::<u64>().ok());
            let number = number.filter(|number| *number <= crate::body::MAX_ID);
            Some(number.ok_or_else(|| Refusal::invalid("Last-Event-ID", "must be the id of an event"))?)
        }
    };
    // Listen first, read what was missed after: nothing falls between the two.
    let subscription = api.hub.join().await?;
    let actor = caller.actor;
    let follower = Follower {
        api,
        actor,
        parts,
        ask_again: tokio::time::interval(ASK_AGAIN_EVERY),
        subscription,
        missed: last,
        sent: BTreeSet::new(),
        ready: VecDeque::new(),
    };
    Ok(Sse::new(follower.into_stream()).keep_alive(KeepAlive::default()).into_response())
}

/// One stream.
struct Follower {
    api: Api,
    actor: Actor,
    /// With which the host is asked again who this is.
    parts: Parts,
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
        let facts = self.api.host.reader.facts(FactFilter::After(FactId(last)), READ_AT_ONCE).await;
        // A reader that fails ends the stream: the browser comes back by itself, with the last id it has.
        let facts = facts.inspect_err(|error| tracing::warn!(error = ?error.trace(), "events cannot be read")).ok()?;
        self.missed = facts.last().filter(|_| facts.len() >= READ_AT_ONCE as usize).map(|fact| fact.id.0);
        for fact in facts {
            self.sent.insert(fact.id.0);
            self.ready.extend(events_of(&self.actor, &News::Fact(fact)));
        }
        // The news only repeat what is recent.
        while self.sent.len() > REMEMBERED {
            self.sent.pop_first();
        }
        Some(())
    }

    async fn hear(&mut self) -> Option<()> {
        let shutdown = self.api.options.shutdown.clone();
        let news = tokio::select! {
            () = shutdown.cancelled() => return None,
            _ = self.ask_again.tick() => None,
            news = self.subscription.recv() => Some(news),
        };
        match news {
            None => return self.is_still_welcome().await.then_some(()),
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

    /// Is this still the actor that began the stream? A token that was withdrawn ends it.
    async fn is_still_welcome(&self) -> bool {
        match self.api.host.authenticate.actor(&self.parts).await {
            Ok(actor) => actor == Some(self.actor),
            Err(_) => true,
        }
    }
}
