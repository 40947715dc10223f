//! One stream: first what was missed, then what happens.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use estair_core::actor::Actor;
use estair_core::book::{Error, View};
use estair_core::messager::MessageEvent;
use estair_core::permission::{Permission, granted};
use estair_core::store::{Event, StoreError};
use futures::future::{BoxFuture, FutureExt};
use futures::stream::{Stream, unfold};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::event::{News, news_of_fact, news_of_message};
use super::hub::{Happening, Hub, Looking, READ_AT_ONCE, Subscription};
use super::key::Place;

/// How often a stream asks the host again who is listening: who is shut out is out within a second.
const ASK_AGAIN_EVERY: Duration = Duration::from_millis(800);

/// Asks the host whether the actor of a stream is still who they were; when it cannot tell now, they are.
pub(crate) type StillWelcome = Box<dyn Fn() -> BoxFuture<'static, bool> + Send>;

/// Who listens, and to what.
pub(crate) struct Listener {
    /// The book as they see it; none for Messager's own stream.
    view: Option<View>,
    /// Do they hear of messages?
    messages: bool,
    /// Whom their ids belong to.
    name: String,
}

impl Listener {
    /// Who listens to the book, and to messages as far as they may.
    pub(crate) fn to_book(view: View) -> Self {
        let (messages, name) = (view.may(Permission::ReadMessages), view.actor().scope());
        Self { view: Some(view), messages, name }
    }

    /// Who listens to Messager alone.
    pub(crate) fn to_messager(actor: &Actor) -> Self {
        let messages = granted(actor.role(), Permission::ReadMessages).is_some();
        Self { view: None, messages, name: format!("messager {}", actor.scope()) }
    }
}

/// What changes from now on, or since the event with the id `last`, as far as the listener may see it. Where that cannot be
/// told any more, the stream begins with one event `reset`. It ends when its listener is not welcome any more, or the host
/// shuts down.
///
/// # Errors
/// When a database cannot say where it stands.
pub(crate) async fn follow(
    hub: &Hub,
    listener: Listener,
    last: Option<&str>,
    still_welcome: StillWelcome,
) -> Result<impl Stream<Item = Result<sse::Event, Infallible>> + Send + use<>, StoreError> {
    let follower = Follower::begin(hub, listener, last).await?;
    let mut ask_again = interval(ASK_AGAIN_EVERY);
    ask_again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stream = LiveStream { follower, still_welcome, ask_again, greeted: last.is_some() };
    Ok(unfold(stream, async |mut stream| {
        let frame = stream.next().await?;
        Some((Ok(frame), stream))
    }))
}

/// A stream as it is answered: no proxy holds it back.
pub(crate) fn answer(events: impl Stream<Item = Result<sse::Event, Infallible>> + Send + 'static) -> Response {
    let mut response = Sse::new(events).keep_alive(KeepAlive::default()).into_response();
    let buffering = HeaderName::from_static("x-accel-buffering");
    response.headers_mut().insert(buffering, HeaderValue::from_static("no"));
    response
}

/// The event after which a reader that comes back goes on; an empty one is none.
pub(crate) fn last_event(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("last-event-id")?;
    // What is no text is no id that was given either.
    let text = value.to_str().map_or("?", str::trim);
    (!text.is_empty()).then(|| text.to_owned())
}

/// The id after which a page that is read now wants to hear.
///
/// # Errors
/// As [`follow`].
#[cfg(feature = "console")]
pub(crate) async fn here(hub: &Hub, listener: Listener) -> Result<String, StoreError> {
    Ok(Follower::begin(hub, listener, None).await?.id())
}

/// What happened since an id, and the id to go on after: for who asks again and again.
///
/// # Errors
/// As [`follow`], or when what was missed cannot be read.
#[cfg(feature = "console")]
pub(crate) async fn news(hub: &Hub, listener: Listener, last: Option<&str>) -> Result<(Vec<News>, String), Error> {
    let mut follower = Follower::begin(hub, listener, last).await?;
    follower.read_missed().await?;
    let news = follower.ready.drain(..).map(|(news, _)| news).collect();
    Ok((news, follower.id()))
}

/// One reader of what happens.
struct Follower {
    hub: Hub,
    looking: Arc<Looking>,
    listener: Listener,
    subscription: Subscription,
    /// Everything up to here was given, or waits in `ready`.
    place: Place,
    /// There may be more in the databases than was heard of.
    behind: bool,
    /// Messager could not be asked for what was missed of it: it is to be asked again.
    asks_messager_again: bool,
    /// How often Messager's numbers had been set back when it last looked.
    set_back: u32,
    ready: VecDeque<(News, Place)>,
}

impl Follower {
    async fn begin(hub: &Hub, listener: Listener, last: Option<&str>) -> Result<Self, StoreError> {
        // Listen first, read what was missed after: nothing falls between the two.
        let (looking, subscription, here) = hub.join().await?;
        let here = Place { messages: here.messages.filter(|_| listener.messages), ..here };
        let last = last.map(|id| hub.key().open(&listener.name, id));
        let mut follower = Self {
            hub: hub.clone(),
            set_back: looking.set_back(),
            looking,
            listener,
            subscription,
            place: here,
            behind: false,
            asks_messager_again: false,
            ready: VecDeque::new(),
        };
        match last {
            None => {}
            Some(Some(last)) if follower.can_go_on_after(last).await? => {
                follower.place = last;
                follower.behind = true;
            }
            Some(_) => follower.reset(here),
        }
        Ok(follower)
    }

    /// Is everything after this place still kept?
    async fn can_go_on_after(&self, place: Place) -> Result<bool, StoreError> {
        if self.listener.view.is_some() {
            let range = self.hub.range().await?;
            // A number that was not given yet comes from a database that was set back.
            if place.number < range.before_first || place.number > range.last {
                return Ok(false);
            }
        }
        match (place.messages, self.hub.range_of_messages().await) {
            (Some(number), Ok(Some(range))) => Ok((range.before_first..=range.last).contains(&number)),
            // Messager is away: what was missed of it is told when it is back.
            (Some(_), Err(_)) => Ok(true),
            (Some(_), Ok(None)) => Ok(false),
            (None, _) => Ok(!(self.listener.messages && self.hub.has_messages())),
        }
    }

    /// Tells the reader to load its lists again.
    fn reset(&mut self, here: Place) {
        self.place = here;
        self.ready.push_back((News { name: "reset", data: json!({}) }, here));
    }

    /// The id of where it stands.
    fn id(&self) -> String {
        self.hub.key().seal(&self.listener.name, self.place)
    }

    async fn read_missed(&mut self) -> Result<(), Error> {
        let more = self.read_missed_facts().await?;
        let more = more || self.read_missed_messages().await?;
        // Last: whoever gives up waiting for this reads it again.
        self.behind = more;
        Ok(())
    }

    /// Reads what became of messages that was missed. True when there may be more.
    async fn read_missed_messages(&mut self) -> Result<bool, Error> {
        let Some(after) = self.place.messages else { return Ok(false) };
        let events = match self.hub.messages_after(after).await {
            Ok(events) => events,
            Err(error) => {
                tracing::debug!(error = ?error.trace(), "messager cannot be read");
                self.asks_messager_again = true;
                return Ok(false);
            }
        };
        self.asks_messager_again = false;
        // It was away for so long, or so slow, that they are not kept any more.
        if events.first().is_some_and(|first| first.number > after.saturating_add(1)) {
            let here = self.hub.join().await?.2;
            self.reset(here);
            return Ok(false);
        }
        let more = events.len() >= READ_AT_ONCE as usize;
        events.iter().for_each(|event| self.take_message(event));
        Ok(more)
    }

    /// Messager may be back after it could not be asked.
    fn looks_for_messager(&mut self) {
        self.behind |= self.asks_messager_again;
        let times = self.looking.set_back();
        let set_back = std::mem::replace(&mut self.set_back, times) != times;
        let last = self.looking.last_of_messages().filter(|_| self.listener.messages);
        match (self.place.messages, last) {
            // Where it stood when this began is not known: the reader loads its lists again.
            (None, Some(last)) => self.reset(Place { messages: Some(last), ..self.place }),
            (Some(at), Some(last)) if at > last && set_back => self.reset(Place { messages: Some(last), ..self.place }),
            _ => {}
        }
    }

    /// Reads facts that were missed. True when there may be more.
    async fn read_missed_facts(&mut self) -> Result<bool, Error> {
        let Some(view) = &self.listener.view else { return Ok(false) };
        // An event of which only some news were given is read again.
        let after = if self.place.part > 0 { self.place.number.saturating_sub(1) } else { self.place.number };
        let came = view.news(after, READ_AT_ONCE).await?;
        let Some(last) = came.last else { return Ok(false) };
        came.events.iter().for_each(|event| self.take_fact(event));
        self.place = Place { number: last.max(self.place.number), part: 0, ..self.place };
        // As many events have at least as many numbers.
        Ok(last.saturating_sub(after) >= u64::from(READ_AT_ONCE))
    }

    fn hear(&mut self, happening: &Happening) {
        match happening {
            // Numbers follow each other: whatever lies between was not heard.
            Happening::Fact(event) if event.number > self.place.number.saturating_add(1) => self.behind = true,
            Happening::Fact(event) if event.number > self.place.number => {
                self.take_fact(event);
                self.place = Place { number: event.number, part: 0, ..self.place };
            }
            Happening::Message(event) => match self.place.messages {
                Some(at) if event.number > at.saturating_add(1) => self.behind = true,
                Some(at) if event.number > at => self.take_message(event),
                _ => {}
            },
            Happening::Fact(_) => {}
        }
    }

    fn take_fact(&mut self, event: &Event) {
        let Some(view) = &self.listener.view else { return };
        let given = if event.number == self.place.number { self.place.part } else { 0 };
        for (part, news) in (1_u8..).zip(news_of_fact(view, &event.fact)) {
            if part > given {
                self.place = Place { number: event.number, part, ..self.place };
                self.ready.push_back((news, self.place));
            }
        }
    }

    fn take_message(&mut self, event: &MessageEvent) {
        self.place.messages = Some(event.number);
        self.ready.push_back((news_of_message(event), self.place));
    }
}

/// A stream on its way to a browser.
struct LiveStream {
    follower: Follower,
    still_welcome: StillWelcome,
    ask_again: Interval,
    /// Does the reader know where it began?
    greeted: bool,
}

impl LiveStream {
    async fn next(&mut self) -> Option<sse::Event> {
        if !self.greeted {
            // An id without data is no event; it says where to go on to who is cut off before the first one.
            self.greeted = true;
            return Some(sse::Event::default().id(self.follower.id()));
        }
        loop {
            if let Some((news, place)) = self.follower.ready.pop_front() {
                let id = self.follower.hub.key().seal(&self.follower.listener.name, place);
                return Some(sse::Event::default().id(id).event(news.name).data(news.data.to_string()));
            }
            let hub = self.follower.hub.clone();
            if self.follower.behind {
                if self.ask_again.tick().now_or_never().is_some() && !(self.still_welcome)().await {
                    return None;
                }
                let read = tokio::select! {
                    () = hub.ends() => return None,
                    read = self.follower.read_missed() => read,
                };
                // A reader that fails ends the stream: the browser comes back by itself, with the last id it has.
                read.inspect_err(|error| tracing::warn!(%error, "events cannot be read")).ok()?;
                continue;
            }
            tokio::select! {
                () = hub.ends() => return None,
                _ = self.ask_again.tick() => {
                    if !(self.still_welcome)().await {
                        return None;
                    }
                    self.follower.looks_for_messager();
                }
                heard = self.follower.subscription.recv() => match heard {
                    Ok(happening) => self.follower.hear(&happening),
                    Err(RecvError::Lagged(_)) => self.follower.behind = true,
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }
}
