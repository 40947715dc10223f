//! The background work as tasks of the host's runtime: sending the outbox, delivering messages, expiring credits, sending
//! notifications. A host starts them, watches them ([`Pulses`]) and stops them.
//!
//! What is to be done is decided by the core ([`estair_core::background`]); here is only when. A loop that has nothing to
//! do looks again every [`POLL`], and at once when the [`Wake`] rings. Each queue runs at most [`PARALLEL`] jobs at a
//! time, those whose jobs end in the book [`PARALLEL_OF_BOOK`]. A database that is down makes a loop back off, and go on when it is back. Several processes may run all of
//! them: no job is done by two at once (G6), and each credit expires once (X4). Stopping finishes what was begun and gives
//! back what was not.

mod book_error;
mod lane;
mod pulse;
mod round;
mod setting;
mod wake;

pub use book_error::{BookErrors, WithBookError};
pub use lane::{PARALLEL, PARALLEL_OF_BOOK};
pub use pulse::{Pulse, Pulses};
pub use setting::POLL;
pub(crate) use wake::Topic;
pub use wake::Wake;

use std::sync::Arc;
use std::time::Duration;

use estair_core::Book;
use estair_core::background::{
    DeliverMessages, ReportDay, SendNotifications, SendOutbox, fan_out_facts, settle_alerts,
};
use estair_core::clock::{Clock, IdSource};
use estair_core::messager::MessagerView;
use estair_core::notification::outage::Grouping;
use estair_core::notification::{Directory, Entitled, Notifier, PendingFacts};
use estair_core::options;
use estair_core::queue::{Schedule, Work};
use estair_core::store::{Reader, StoreError};
use futures::future::BoxFuture;
use lane::Lane;
use round::Topics;
use setting::Setting;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// The loops that a host wants, before they run.
#[derive(Clone)]
pub struct Loops {
    setting: Setting,
    loops: Vec<Loop>,
}

options! {
    /// How Messager tells of messages that failed for good.
    #[derive(Clone)]
    pub struct Alerts {
        /// The channels.
        pub notifier: Arc<dyn Notifier>,
        /// When an alert is tried again.
        pub schedule: Schedule,
        /// How many go out one by one before they are told together.
        pub grouping: Grouping,
    }
}

impl Alerts {
    /// By these channels, tried again on this schedule; grouped as [`Grouping`] says by itself.
    #[must_use]
    pub fn new(notifier: Arc<dyn Notifier>, schedule: Schedule) -> Self {
        Self { notifier, schedule, grouping: Grouping::default() }
    }
}

type Loop = Arc<dyn Fn(Setting) -> BoxFuture<'static, ()> + Send + Sync>;

impl Loops {
    /// No loop yet. The wake is subscribed to the book by the host, which makes both.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>, wake: Wake) -> Self {
        Self { setting: Setting::new(clock, ids, wake), loops: Vec::new() }
    }

    /// Hands the outbox to Messager, which may be away for as long as it likes (G3).
    #[must_use]
    pub fn outbox(self, job: SendOutbox) -> Self {
        self.lane("outbox", Arc::new(job), PARALLEL_OF_BOOK, &[Topic::Book])
    }

    /// All that a Messager does by itself: it delivers messages to their webhooks (G1, G6), gives what becomes of them its
    /// numbers among its events, and sends the alerts of those that failed for good, which it keeps in its own database, those
    /// of an outage together (N11). A host that holds the book, or knows where it is, gives a notifier [`WithBookError`].
    #[must_use]
    pub fn messager(self, job: DeliverMessages, alerts: Alerts) -> Self {
        let Alerts { notifier, schedule, grouping } = alerts;
        let store = Arc::clone(&job.store);
        let (numbered, settled) = (Arc::clone(&store), Arc::clone(&store));
        let sending = SendNotifications { queue: store, notifier, schedule, quiet: None };
        self.lane("messages", Arc::new(job), PARALLEL_OF_BOOK, &[Topic::Messages])
            .with(move |setting| round::message_events(setting, Arc::clone(&numbered)))
            .rounds("outages", Topics { hears: &[Topic::Alerts], rings: Topic::Alerts }, move |setting| {
                let store = Arc::clone(&settled);
                async move { settle_alerts(store.as_ref(), &grouping, &setting.worker()).await }
            })
            .lane("alerts", Arc::new(sending), PARALLEL, &[Topic::Alerts])
    }

    /// Sends again what is lost where book and Messager were restored to different moments (G14), looking so often
    /// ([`look_for_lost_every`](estair_core::background::look_for_lost_every)).
    #[must_use]
    pub fn lost_messages(
        self,
        book: Book,
        reader: Arc<dyn Reader>,
        messager: Arc<dyn MessagerView>,
        every: Duration,
    ) -> Self {
        self.with(move |setting| round::lost(setting, book.clone(), Arc::clone(&reader), Arc::clone(&messager), every))
    }

    /// Lets due credits expire, at the start and then so often (X1).
    #[must_use]
    pub fn expiry(self, book: Book, reader: Arc<dyn Reader>, every: Duration) -> Self {
        self.with(move |setting| round::expiry(setting, book.clone(), Arc::clone(&reader), every))
    }

    /// Mails the report of each business day that is over (L8), looking so often whether one is.
    #[must_use]
    pub fn daily_report(self, job: ReportDay, every: Duration) -> Self {
        self.with(move |setting| round::report(setting, job.clone(), every))
    }

    /// Gives committed facts their numbers among the events: what event streams show (http.md). Every process that writes to
    /// the book may run it; at least one must.
    #[must_use]
    pub fn events(self, reader: Arc<dyn Reader>) -> Self {
        self.with(move |setting| round::events(setting, Arc::clone(&reader)))
    }

    /// Seals every account's chains with the book's key from now on, at the first start with it, and says every hour which are
    /// not sealed though others are (W4). Without a key it is in trouble where the book has been sealed: nothing can be written there.
    #[must_use]
    pub fn chains(self, book: Book, reader: Arc<dyn Reader>) -> Self {
        self.with(move |setting| round::chains(setting, book.clone(), Arc::clone(&reader)))
    }

    /// Fans facts out to the people in the directory, and sends the notifications (N3).
    #[must_use]
    pub fn notifications(
        self,
        pending: Arc<dyn PendingFacts>,
        directory: Arc<dyn Directory>,
        job: SendNotifications,
    ) -> Self {
        let notifier = Arc::clone(&job.notifier);
        let entitled: Arc<dyn Notifier> = Arc::new(Entitled::new(Arc::clone(&notifier), Arc::clone(&directory)));
        self.rounds("fan_out", Topics { hears: &[Topic::Book], rings: Topic::Notifications }, move |setting| {
            let (pending, directory, notifier) = (Arc::clone(&pending), Arc::clone(&directory), Arc::clone(&notifier));
            async move {
                let worker = setting.worker();
                fan_out_facts(pending.as_ref(), directory.as_ref(), notifier.as_ref(), &worker).await
            }
        })
        .lane(
            "notifications",
            Arc::new(SendNotifications { notifier: entitled, ..job }),
            PARALLEL,
            &[Topic::Notifications],
        )
    }

    /// Starts them all on the present runtime.
    #[must_use]
    pub fn start(self) -> RunningLoops {
        let Self { setting, loops } = self;
        let mut tasks = JoinSet::new();
        for one in loops {
            tasks.spawn(supervised(one, setting.clone()));
        }
        RunningLoops { setting, tasks }
    }

    fn with<F>(mut self, run: impl Fn(Setting) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.loops.push(Arc::new(move |setting| Box::pin(run(setting))));
        self
    }

    fn rounds<F>(self, name: &'static str, topics: Topics, round: impl Fn(Setting) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<usize, StoreError>> + Send + 'static,
    {
        let round: round::Round = Arc::new(move |setting| Box::pin(round(setting)));
        self.with(move |setting| round::repeat(setting, name, topics, Arc::clone(&round)))
    }

    fn lane<T: Send + Sync + 'static>(
        self,
        name: &'static str,
        job: Arc<dyn Work<T>>,
        parallel: usize,
        hears: &'static [Topic],
    ) -> Self {
        self.with(move |setting| lane::run(Arc::new(Lane::new(name, Arc::clone(&job), parallel, hears, setting))))
    }
}

/// Loops that run.
pub struct RunningLoops {
    setting: Setting,
    tasks: JoinSet<()>,
}

impl RunningLoops {
    /// How they are doing.
    #[must_use]
    pub fn pulses(&self) -> Pulses {
        self.setting.pulses.clone()
    }

    /// Stops them: nothing new is begun, what was begun is finished and written, for so long at most.
    pub async fn stop(mut self, grace: Duration) {
        self.setting.stop.cancel();
        let all_done = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(grace, all_done).await.is_err() {
            tracing::warn!("background work did not end in time; its leases will run out");
            self.tasks.shutdown().await;
        }
    }
}

/// Runs a loop until it is stopped; one that dies of a fault in the program begins again.
async fn supervised(one: Loop, setting: Setting) {
    loop {
        // A set of one: when this task is aborted, the loop goes with it.
        let mut set = JoinSet::new();
        set.spawn(one(setting.clone()));
        match set.join_next().await {
            Some(Err(error)) if error.is_panic() => tracing::error!("background work died and is begun again"),
            _ => return,
        }
        sleep(Duration::from_secs(1)).await;
    }
}
