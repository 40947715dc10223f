//! One stream: first what was missed, then what happens.

use std::collections::{BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse;
use estair_core::book::View;
use estair_core::id::FactId;
use estair_core::store::StoreError;
use futures::future::BoxFuture;
use futures::stream::{Stream, unfold};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, interval};

use super::event::{Event, events_of, events_of_fact};
use super::hub::{Happening, Hub, READ_AT_ONCE, Subscription};

/// Facts read from the database that a stream remembers, to drop them among what happens.
const REMEMBERED: usize = 10_000;
/// How often a stream asks the host again who is listening.
const ASK_AGAIN_EVERY: Duration = Duration::from_secs(30);

/// Asks the host whether the actor of a stream is still who they were; when it cannot tell now, they are.
pub(crate) type StillWelcome = Box<dyn Fn() -> BoxFuture<'static, bool> + Send>;

/// What changes from now on, or since the event `last`, as far as the view shows it. The stream ends when its actor is not
/// welcome any more, is too slow, or the host shuts down.
///
/// # Errors
/// When the database cannot say where it stands.
pub(crate) async fn follow(
    hub: &Hub,
    view: View,
    last: Option<u64>,
    still_welcome: StillWelcome,
) -> Result<impl Stream<Item = Result<sse::Event, Infallible>> + Send + use<>, StoreError> {
    // Listen first, read what was missed after: nothing falls between the two.
    let subscription = hub.join().await?;
    let follower = Follower {
        hub: hub.clone(),
        view,
        still_welcome,
        ask_again: interval(ASK_AGAIN_EVERY),
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
    view: View,
    still_welcome: StillWelcome,
    ask_again: Interval,
    subscription: Subscription,
    /// Facts after this one are still to be read, before what happens.
    missed: Option<u64>,
    /// Facts that were read that way: what happens repeats some of them.
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
        let news = self.view.news(FactId(last), READ_AT_ONCE).await;
        // A reader that fails ends the stream: the browser comes back by itself, with the last id it has.
        let news = news.inspect_err(|error| tracing::warn!(%error, "events cannot be read")).ok()?;
        self.missed = news.last.map(|fact| fact.0);
        for fact in news.facts {
            self.sent.insert(fact.id.0);
            self.ready.extend(events_of_fact(&self.view, &fact));
        }
        // What happens only repeats what is recent.
        while self.sent.len() > REMEMBERED {
            self.sent.pop_first();
        }
        Some(())
    }

    async fn hear(&mut self) -> Option<()> {
        let heard = tokio::select! {
            () = self.hub.ends() => return None,
            _ = self.ask_again.tick() => None,
            heard = self.subscription.recv() => Some(heard),
        };
        match heard {
            None => return (self.still_welcome)().await.then_some(()),
            // Whoever is too slow comes back and reads what was missed.
            Some(Err(RecvError::Lagged(_) | RecvError::Closed)) => return None,
            Some(Ok(happening)) => self.take(&happening),
        }
        Some(())
    }

    fn take(&mut self, happening: &Arc<Happening>) {
        let repeated = matches!(happening.as_ref(), Happening::Fact(fact) if self.sent.remove(&fact.id.0));
        if !repeated {
            self.ready.extend(events_of(&self.view, happening));
        }
    }
}
