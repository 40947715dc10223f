//! The background work as tasks of the host's runtime: sending the outbox, delivering messages, expiring credits,
//! telling people. A host starts them, watches them ([`Health`]) and stops them.
//!
//! What is to be done is decided by the core ([`estair_core::dispatch`]); here is only when. A loop that has nothing to
//! do looks again every [`POLL`], and at once when the [`Wake`] rings. Each queue runs at most [`PARALLEL`] jobs at a
//! time. A database that is down makes a loop back off, and go on when it is back. Several processes may run all of
//! them (G6, X4). Stopping finishes what was begun and gives back what was not.

mod explaining;
mod jobs;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use estair_core::Book;
use estair_core::book::Subscriber;
use estair_core::clock::{Clock, IdSource, Timestamp};
use estair_core::dispatch::{OutboxEntry, ROUND, Work, Worker, expire_due, settle_alerts, tell_facts, work};
use estair_core::fact::Fact;
use estair_core::messager::{Message, Messager, MessagerStore, Transport};
use estair_core::notify::{Delivery, Directory, Notifier, Outgoing};
use estair_core::outage::Grouping;
use estair_core::queue::{Depth, Leased, Queue, Schedule};
use estair_core::quiet::QuietHours;
use estair_core::read::Reader;
use estair_core::store::StoreError;
use futures::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::metrics;
pub use explaining::Explaining;
use jobs::{Delivering, Dispatching, Measured, Telling};

/// How often an idle loop looks.
pub const POLL: Duration = Duration::from_millis(250);

/// Jobs of one queue that run at the same time.
pub const PARALLEL: usize = 8;

/// Longest pause after trouble with the database.
const MAX_BACKOFF: Duration = Duration::from_secs(10);

/// How often a queue is measured.
const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// How long a loop may say nothing before it counts as stalled, in seconds: longer than a call that hangs.
const STALLED_AFTER_SECONDS: i64 = 60;

/// Rings when there may be something to do. Subscribed to a book, it rings with each fact (W8). Cheap to clone.
#[derive(Clone, Debug)]
pub struct Wake(watch::Sender<u64>);

impl Default for Wake {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Wake {
    /// Wakes all loops that listen, now or as soon as they have finished their round.
    pub fn ring(&self) {
        self.0.send_modify(|rings| *rings = rings.wrapping_add(1));
    }
}

impl Subscriber for Wake {
    fn on_fact(&self, _: &Fact) {
        self.ring();
    }
}

/// How a loop is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    /// When it last finished a round.
    pub last_round: Option<Timestamp>,
    /// What went wrong last, and when.
    pub last_error: Option<(Timestamp, String)>,
    /// Its last round went wrong.
    pub failing: bool,
    /// How full its queue was when it was last measured.
    pub depth: Option<Depth>,
}

/// How the loops are doing, by name. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<Mutex<BTreeMap<&'static str, Pulse>>>);

impl Health {
    /// Every loop's pulse.
    #[must_use]
    pub fn pulses(&self) -> BTreeMap<&'static str, Pulse> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The loops that fail, or have said nothing for a minute.
    #[must_use]
    pub fn stalled(&self, now: Timestamp) -> Vec<&'static str> {
        let silent = |pulse: &Pulse| {
            let seconds = pulse.last_round.map(|at| now.signed_duration_since(at).num_seconds());
            seconds.is_some_and(|seconds| seconds > STALLED_AFTER_SECONDS)
        };
        let pulses = self.pulses();
        let ill = pulses.into_iter().filter(|(_, pulse)| pulse.failing || silent(pulse));
        ill.map(|(name, _)| name).collect()
    }

    fn note(&self, name: &'static str, change: impl FnOnce(&mut Pulse)) {
        change(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default());
    }

    fn round(&self, name: &'static str, at: Timestamp) {
        self.note(name, |pulse| {
            pulse.last_round = Some(at);
            pulse.failing = false;
        });
    }

    fn trouble(&self, name: &'static str, at: Timestamp, error: &StoreError) {
        metrics::trouble(name);
        tracing::warn!(work = name, error = %error, "background work is in trouble");
        self.note(name, |pulse| {
            pulse.last_round = Some(at);
            pulse.last_error = Some((at, error.to_string()));
            pulse.failing = true;
        });
    }
}

/// The loops that a host wants, before they run.
#[derive(Clone)]
pub struct Workers {
    setting: Setting,
    loops: Vec<Loop>,
}

/// What all loops share.
#[derive(Clone)]
struct Setting {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    wake: Wake,
    health: Health,
    stop: CancellationToken,
}

impl Setting {
    fn worker(&self) -> Worker<'_> {
        Worker { clock: self.clock.as_ref(), ids: self.ids.as_ref() }
    }
}

type Round = Arc<dyn Fn(Setting) -> BoxFuture<'static, Result<usize, StoreError>> + Send + Sync>;

type Loop = Arc<dyn Fn(Setting) -> BoxFuture<'static, ()> + Send + Sync>;

impl Workers {
    /// No loop yet. The wake is subscribed to the book by the host, which makes both.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>, wake: Wake) -> Self {
        let setting = Setting { clock, ids, wake, health: Health::default(), stop: CancellationToken::new() };
        Self { setting, loops: Vec::new() }
    }

    /// Hands the outbox to Messager (G3).
    #[must_use]
    pub fn dispatching(
        self,
        book: Book,
        reader: Arc<dyn Reader>,
        outbox: Arc<dyn Queue<OutboxEntry>>,
        messager: Arc<dyn Messager>,
        schedule: Schedule,
    ) -> Self {
        let job = Arc::new(Dispatching { book, reader, messager, schedule: schedule.clone() });
        self.lane("outbox", outbox, job, schedule)
    }

    /// Delivers Messager's messages (section 5, point 4).
    #[must_use]
    pub fn delivering(self, store: Arc<dyn MessagerStore>, transport: Arc<dyn Transport>, schedule: Schedule) -> Self {
        let job = Arc::new(Delivering { transport, schedule: schedule.clone() });
        self.lane::<Message>("messages", store, job, schedule)
    }

    /// Lets due credits expire, at the start and then so often (X1).
    #[must_use]
    pub fn expiring(self, book: Book, reader: Arc<dyn Reader>, every: Duration) -> Self {
        self.with(move |setting| expiry(setting, book.clone(), Arc::clone(&reader), every))
    }

    /// Fans facts out and sends the book's notifications (N3); what is of low priority waits for the end of the quiet
    /// hours.
    #[must_use]
    pub fn telling(
        self,
        outgoing: Arc<dyn Outgoing>,
        directory: Arc<dyn Directory>,
        notifier: Arc<dyn Notifier>,
        schedule: Schedule,
        quiet: Option<QuietHours>,
    ) -> Self {
        let job = Arc::new(Telling { notifier: Arc::clone(&notifier), schedule: schedule.clone(), quiet });
        let queue = Arc::clone(&outgoing);
        self.round("fan_out", move |setting| {
            let (outgoing, directory, notifier) =
                (Arc::clone(&outgoing), Arc::clone(&directory), Arc::clone(&notifier));
            async move {
                let worker = setting.worker();
                tell_facts(outgoing.as_ref(), directory.as_ref(), notifier.as_ref(), quiet, &worker).await
            }
        })
        .lane::<Delivery>("notifications", queue, job, schedule)
    }

    /// Sends the alerts that Messager keeps in its own database (G1), those of an outage together
    /// ([`estair_core::outage`]). A host that holds the book too gives an [`Explaining`] notifier.
    #[must_use]
    pub fn alerting(
        self,
        store: Arc<dyn MessagerStore>,
        notifier: Arc<dyn Notifier>,
        schedule: Schedule,
        grouping: Grouping,
    ) -> Self {
        let job = Arc::new(Telling { notifier, schedule: schedule.clone(), quiet: None });
        let held = Arc::clone(&store);
        self.round("outages", move |setting| {
            let held = Arc::clone(&held);
            async move { settle_alerts(held.as_ref(), &grouping, &setting.worker()).await }
        })
        .lane::<Delivery>("alerts", store, job, schedule)
    }

    /// Starts them all on the present runtime.
    #[must_use]
    pub fn start(self) -> Running {
        let Self { setting, loops } = self;
        let mut tasks = JoinSet::new();
        for one in loops {
            tasks.spawn(supervised(one, setting.clone()));
        }
        Running { setting, tasks }
    }

    fn with<F>(mut self, run: impl Fn(Setting) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.loops.push(Arc::new(move |setting| Box::pin(run(setting))));
        self
    }

    fn round<F>(self, name: &'static str, round: impl Fn(Setting) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<usize, StoreError>> + Send + 'static,
    {
        let round: Round = Arc::new(move |setting| Box::pin(round(setting)));
        self.with(move |setting| rounds(setting, name, Arc::clone(&round)))
    }

    fn lane<T: Send + Sync + 'static>(
        self,
        name: &'static str,
        queue: Arc<dyn Queue<T>>,
        job: Arc<dyn Work<T>>,
        schedule: Schedule,
    ) -> Self {
        self.with(move |setting| {
            let job: Arc<dyn Work<T>> = Arc::new(Measured { name, job: Arc::clone(&job) });
            run_lane(Arc::new(Lane { name, queue: Arc::clone(&queue), job, schedule: schedule.clone(), setting }))
        })
    }
}

/// Loops that run.
pub struct Running {
    setting: Setting,
    tasks: JoinSet<()>,
}

impl Running {
    /// How they are doing.
    #[must_use]
    pub fn health(&self) -> Health {
        self.setting.health.clone()
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

/// A queue and what is done with its jobs.
struct Lane<T> {
    name: &'static str,
    queue: Arc<dyn Queue<T>>,
    job: Arc<dyn Work<T>>,
    schedule: Schedule,
    setting: Setting,
}

async fn run_lane<T: Send + Sync + 'static>(lane: Arc<Lane<T>>) {
    let Setting { wake, stop, .. } = &lane.setting;
    let mut bell = wake.0.subscribe();
    let mut jobs = JoinSet::new();
    let mut backoff = Backoff::default();
    let measuring = stop.run_until_cancelled(lane.measure());
    let working = async {
        while !stop.is_cancelled() {
            bell.mark_unchanged();
            let trouble = lane.begin(&mut jobs).await.err();
            match trouble {
                None => backoff.reset(),
                Some(error) => {
                    lane.setting.health.trouble(lane.name, lane.setting.clock.now(), &error);
                    pause(stop, backoff.next()).await;
                    continue;
                }
            }
            let full = jobs.len() >= PARALLEL;
            tokio::select! {
                () = stop.cancelled() => {}
                Some(_) = jobs.join_next() => while jobs.try_join_next().is_some() {},
                _ = bell.changed(), if !full => {}
                () = sleep(POLL), if !full => {}
            }
        }
        while jobs.join_next().await.is_some() {}
    };
    tokio::join!(measuring, working);
}

impl<T: Send + Sync + 'static> Lane<T> {
    /// Leases as many jobs as there is room for, and begins them.
    async fn begin(self: &Arc<Self>, jobs: &mut JoinSet<()>) -> Result<(), StoreError> {
        let Setting { clock, health, stop, .. } = &self.setting;
        let free = PARALLEL.saturating_sub(jobs.len());
        if free > 0 {
            let claim = self.setting.worker().claim(&self.schedule, u32::try_from(free).unwrap_or(ROUND));
            let leased = self.queue.claim(&claim).await?;
            if stop.is_cancelled() {
                let leases: Vec<_> = leased.iter().map(|leased| leased.lease).collect();
                return self.queue.release(&leases, clock.now()).await;
            }
            for leased in leased {
                let lane = Arc::clone(self);
                jobs.spawn(async move { lane.attempt(leased).await });
            }
        }
        health.round(self.name, clock.now());
        Ok(())
    }

    async fn attempt(&self, leased: Leased<T>) {
        let id = leased.lease.id;
        match work(self.queue.as_ref(), self.job.as_ref(), &leased, &self.schedule, &self.setting.worker()).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!(work = self.name, job = id, "the lease was lost before the outcome was kept"),
            // The lease runs out, the attempt is closed as unknown, and the job is done again.
            Err(error) => self.setting.health.trouble(self.name, self.setting.clock.now(), &error),
        }
    }

    async fn measure(&self) {
        loop {
            if let Ok(depth) = self.queue.depth(self.setting.clock.now()).await {
                metrics::depth(self.name, &depth);
                self.setting.health.note(self.name, |pulse| pulse.depth = Some(depth));
            }
            sleep(MEASURE_EVERY).await;
        }
    }
}

async fn expiry(setting: Setting, book: Book, reader: Arc<dyn Reader>, every: Duration) {
    let mut backoff = Backoff::default();
    while !setting.stop.is_cancelled() {
        let wait = match expire_due(&book, reader.as_ref()).await {
            Ok(seen) => {
                setting.health.round("expiry", setting.clock.now());
                backoff.reset();
                // A full round may have left some behind.
                if seen < ROUND as usize { every } else { POLL.min(every) }
            }
            Err(error) => {
                setting.health.trouble("expiry", setting.clock.now(), &error);
                backoff.next().min(every)
            }
        };
        pause_with_pulse(&setting, "expiry", wait).await;
    }
}

/// A long wait, during which the loop is alive.
async fn pause_with_pulse(setting: &Setting, name: &'static str, wait: Duration) {
    const BEAT: Duration = Duration::from_secs(20);
    let mut left = wait;
    while !left.is_zero() && !setting.stop.is_cancelled() {
        let beat = left.min(BEAT);
        pause(&setting.stop, beat).await;
        left = left.saturating_sub(beat);
        setting.health.note(name, |pulse| pulse.last_round = Some(setting.clock.now()));
    }
}

/// A round that is done again at once while it finds something, and otherwise when the bell rings or [`POLL`] has passed.
async fn rounds(setting: Setting, name: &'static str, round: Round) {
    let mut bell = setting.wake.0.subscribe();
    let mut backoff = Backoff::default();
    while !setting.stop.is_cancelled() {
        bell.mark_unchanged();
        match round(setting.clone()).await {
            Ok(done) => {
                backoff.reset();
                setting.health.round(name, setting.clock.now());
                if done > 0 {
                    setting.wake.ring();
                    continue;
                }
                tokio::select! {
                    () = setting.stop.cancelled() => {}
                    _ = bell.changed() => {}
                    () = sleep(POLL) => {}
                }
            }
            Err(error) => {
                setting.health.trouble(name, setting.clock.now(), &error);
                pause(&setting.stop, backoff.next()).await;
            }
        }
    }
}

async fn pause(stop: &CancellationToken, wait: Duration) {
    let _ = stop.run_until_cancelled(sleep(wait)).await;
}

/// Pauses after trouble: from [`POLL`], doubled each time, up to [`MAX_BACKOFF`].
#[derive(Default)]
struct Backoff {
    last: Option<Duration>,
}

impl Backoff {
    fn next(&mut self) -> Duration {
        let wait = self.last.map_or(POLL, |last| last.saturating_mul(2)).min(MAX_BACKOFF);
        self.last = Some(wait);
        wait
    }

    fn reset(&mut self) {
        self.last = None;
    }
}
