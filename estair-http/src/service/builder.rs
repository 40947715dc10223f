//! Putting a service together.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use estair_core::background::{ReportDay, SendNotifications, SendOutbox, look_for_lost_every};
use estair_core::book::{Groups, Subscriber};
use estair_core::clock::{Clock, IdSource, System};
use estair_core::messager::{Messager, MessagerStore, MessagerView, Stored, Transport};
use estair_core::notice::Channel;
use estair_core::notification::outage::Grouping;
use estair_core::notification::{Directory, Notification, Notifier, QuietHours};
use estair_core::queue::{Report, Schedule};
use estair_core::{Book, Handles, Policy};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::Service;
use super::carrier::{Carrier, Here};
use crate::events::EventKey;
use crate::host::{Authenticate, Host};
use crate::limits::Limits;
use crate::loops::{Alerts, Loops, Wake, WithBookError};
use crate::messager::embedded::Embedded;
use crate::metrics::CountedStore;
use crate::people::Names;

/// How often due credits are looked for (X1), unless a host says otherwise.
const EXPIRY_EVERY: Duration = Duration::from_secs(60);

/// How often it is looked whether a day is over that has no report yet (L8).
const REPORT_EVERY: Duration = Duration::from_secs(60);

/// How long a notification is a sender's own: longer than the longest send, so that a slow answer sends no mail twice.
pub const NOTIFICATION_LEASE: Duration = Duration::from_secs(15 * 60);

/// How long a message is a worker's own: twice the longest call, so that a process that was killed is soon replaced (G6).
pub const MESSAGE_LEASE: Duration = Duration::from_secs(30);

/// Why a service did not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotStarted {
    /// It was started outside a runtime of tokio, which its loops need.
    NoRuntime,
}

impl fmt::Display for NotStarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRuntime => f.write_str("a service is started inside a runtime of tokio: its loops are tasks"),
        }
    }
}

impl std::error::Error for NotStarted {}

/// People who are told, and by what.
#[derive(Clone)]
struct People {
    directory: Arc<dyn Directory>,
    notifier: Arc<dyn Notifier>,
    quiet: Option<QuietHours>,
    grouping: Grouping,
}

/// What a service is made from. What is not said has a default: the system's clock and randomness, no Messager, nobody told.
#[derive(Clone)]
#[must_use = "a builder does nothing until `start`"]
pub struct ServiceBuilder {
    handles: Handles,
    policy: Policy,
    authenticate: Arc<dyn Authenticate>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    event_key: Option<EventKey>,
    limits: Limits,
    subscribers: Vec<Arc<dyn Subscriber>>,
    groups: Option<Groups>,
    carrier: Option<Carrier>,
    shown: Option<(Arc<dyn MessagerView>, Schedule)>,
    people: Option<People>,
    names: Option<Arc<dyn Names>>,
    managed: Option<Arc<dyn crate::people::People>>,
    expiry_every: Duration,
}

impl ServiceBuilder {
    pub(super) fn new(handles: Handles, policy: Policy, authenticate: Arc<dyn Authenticate>) -> Self {
        Self {
            handles,
            policy,
            authenticate,
            clock: Arc::new(System),
            ids: Arc::new(System),
            event_key: None,
            limits: Limits::default(),
            subscribers: Vec::new(),
            groups: None,
            carrier: None,
            shown: None,
            people: None,
            names: None,
            managed: None,
            expiry_every: EXPIRY_EVERY,
        }
    }

    /// Another clock and source of ids than the system's.
    pub fn time(self, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>) -> Self {
        Self { clock, ids, ..self }
    }

    /// What seals the ids of events: the same on every node, or readers who come to another one are sent `reset`. Drawn
    /// anew at each start where it is not said.
    pub fn event_key(self, key: EventKey) -> Self {
        Self { event_key: Some(key), ..self }
    }

    /// What callers may take, whichever router they ask.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Somebody who hears of facts after their commit (W8).
    pub fn subscriber(mut self, subscriber: Arc<dyn Subscriber>) -> Self {
        self.subscribers.push(subscriber);
        self
    }

    /// Callers who wait together share transactions.
    pub fn groups(self, groups: Groups) -> Self {
        Self { groups: Some(groups), ..self }
    }

    /// What the host's people are called; without it they are told by their numbers.
    pub fn names(self, names: Arc<dyn Names>) -> Self {
        Self { names: Some(names), ..self }
    }

    /// The host's people, where they are managed here: without it there are no routes and no pages for that (A4).
    pub fn people(self, people: Arc<dyn crate::people::People>) -> Self {
        Self { managed: Some(people), ..self }
    }

    /// How often due credits are looked for (X1).
    pub fn expiry_every(self, every: Duration) -> Self {
        Self { expiry_every: every, ..self }
    }

    /// Messager in this process, over this store. Its messages go straight into the book, without HTTP.
    pub fn messager_here(self, store: Arc<dyn MessagerStore>) -> Self {
        let schedule = Schedule::messager().lease(MESSAGE_LEASE);
        Self { carrier: Some(Carrier::Here(Here { store, schedule, transport: None })), ..self }
    }

    /// Messager in this process, over this store, on this schedule; its messages go by this way:
    /// [`HttpTransport`](crate::messager::transport::HttpTransport) to a webhook, say.
    pub fn messager_here_by(
        self,
        store: Arc<dyn MessagerStore>,
        schedule: Schedule,
        transport: Arc<dyn Transport>,
    ) -> Self {
        Self { carrier: Some(Carrier::Here(Here { store, schedule, transport: Some(transport) })), ..self }
    }

    /// A Messager elsewhere: it delivers to [`Service::webhook`].
    pub fn messager(self, messager: Arc<dyn Messager>) -> Self {
        Self { carrier: Some(Carrier::Elsewhere(messager)), ..self }
    }

    /// Shows and works a Messager elsewhere through this, and sends again what is lost between the two, no later than the longest
    /// delay of its schedule (G14).
    pub fn shows_messager(self, messager: Arc<dyn MessagerView>, schedule: &Schedule) -> Self {
        Self { shown: Some((messager, schedule.clone())), ..self }
    }

    /// People of this directory are told by these channels (N); what is of low priority waits in quiet hours, alerts of one
    /// outage are told together (N11).
    pub fn notifications(
        self,
        directory: Arc<dyn Directory>,
        notifier: Arc<dyn Notifier>,
        quiet: Option<QuietHours>,
        grouping: Grouping,
    ) -> Self {
        Self { people: Some(People { directory, notifier, quiet, grouping }), ..self }
    }

    /// Starts the loops on the present runtime.
    ///
    /// # Errors
    /// [`NotStarted::NoRuntime`] outside a runtime of tokio.
    pub fn start(self) -> Result<Service, NotStarted> {
        Handle::try_current().map_err(|_| NotStarted::NoRuntime)?;
        let wake = Wake::default();
        let book = self.book(&wake);
        let loops = self.loops(&book, &wake);
        let here = match &self.carrier {
            Some(Carrier::Here(here)) => Some(here.clone()),
            _ => None,
        };
        let shown = self.shown();
        let host = Host {
            book,
            reader: self.handles.reader,
            audit: self.handles.audit,
            notifications: self.handles.notifications,
            subscriptions: self.handles.subscriptions,
            messager: shown.map(|(messager, _)| messager),
            authenticate: self.authenticate,
            names: self.names,
            people: self.managed,
            event_key: self.event_key.unwrap_or_else(|| EventKey::random(self.ids.as_ref())),
            clock: self.clock,
            ids: self.ids,
        };
        let (work, shutdown) = (loops.start(), CancellationToken::new());
        Ok(Service { host, limits: self.limits, here, work, wake, shutdown })
    }

    fn book(&self, wake: &Wake) -> Book {
        let store = Arc::new(CountedStore(Arc::clone(&self.handles.store)));
        let book = Book::new(store, Arc::clone(&self.clock), Arc::clone(&self.ids), self.policy.clone());
        let book = book.with_subscriber(Arc::new(wake.clone()));
        let book = self.subscribers.iter().fold(book, |book, one| book.with_subscriber(Arc::clone(one)));
        match &self.groups {
            Some(groups) => book.with_groups(groups.clone()),
            None => book,
        }
    }

    fn loops(&self, book: &Book, wake: &Wake) -> Loops {
        let Handles { reader, outbox, .. } = &self.handles;
        let loops = Loops::new(Arc::clone(&self.clock), Arc::clone(&self.ids), wake.clone())
            .expiry(book.clone(), Arc::clone(reader), self.expiry_every)
            .events(Arc::clone(reader))
            .chains(book.clone(), Arc::clone(reader));
        let loops = match self.messenger(wake) {
            Some(messager) => loops.outbox(SendOutbox {
                queue: Arc::clone(outbox),
                book: book.clone(),
                reader: Arc::clone(reader),
                messager,
                schedule: Schedule::outbox().lease(MESSAGE_LEASE),
            }),
            None => loops,
        };
        let loops = self.telling(loops, book);
        let loops = match self.shown() {
            Some((messager, schedule)) => {
                loops.lost_messages(book.clone(), Arc::clone(reader), messager, look_for_lost_every(&schedule))
            }
            None => loops,
        };
        match &self.carrier {
            Some(Carrier::Here(here)) => loops.messager(here.deliveries(book), self.alerts()),
            _ => loops,
        }
    }

    /// Messager as it is shown and worked, with the schedule of its deliveries.
    fn shown(&self) -> Option<(Arc<dyn MessagerView>, Schedule)> {
        match &self.carrier {
            Some(Carrier::Here(here)) => Some((Stored::of(Arc::clone(&here.store)), here.schedule.clone())),
            _ => self.shown.clone(),
        }
    }

    /// The Messager that the outbox hands its messages to.
    fn messenger(&self, wake: &Wake) -> Option<Arc<dyn Messager>> {
        Some(match self.carrier.as_ref()? {
            Carrier::Elsewhere(messager) => Arc::clone(messager),
            Carrier::Here(Here { store, schedule, .. }) => Arc::new(Embedded {
                store: Arc::clone(store),
                schedule: schedule.clone(),
                clock: Arc::clone(&self.clock),
                ids: Arc::clone(&self.ids),
                wake: wake.clone(),
            }),
        })
    }

    fn telling(&self, loops: Loops, book: &Book) -> Loops {
        let Some(people) = &self.people else { return loops };
        let job = SendNotifications {
            queue: Arc::clone(&self.handles.notifications),
            notifier: Arc::clone(&people.notifier),
            schedule: notification_schedule(),
            quiet: people.quiet,
        };
        let report = ReportDay {
            book: book.clone(),
            reader: Arc::clone(&self.handles.reader),
            messager: self.shown().map(|(messager, _)| messager),
            queue: Arc::clone(&self.handles.notifications),
            directory: Arc::clone(&people.directory),
            notifier: Arc::clone(&people.notifier),
        };
        loops
            .notifications(Arc::clone(&self.handles.pending), Arc::clone(&people.directory), job)
            .daily_report(report, REPORT_EVERY)
    }

    /// How Messager tells of what failed for good: nobody, where nobody is told anything.
    fn alerts(&self) -> Alerts {
        let schedule = notification_schedule();
        match &self.people {
            Some(people) => {
                let notifier = WithBookError::new(Arc::clone(&people.notifier), Arc::clone(&self.handles.reader));
                Alerts::new(Arc::new(notifier), schedule).grouping(people.grouping)
            }
            None => Alerts::new(Arc::new(Nobody), schedule),
        }
    }
}

/// No channel is on: alerts are recorded as skipped.
struct Nobody;

#[async_trait]
impl Notifier for Nobody {
    fn is_on(&self, _: Channel) -> bool {
        false
    }

    async fn send(&self, _: u64, _: &Notification) -> Report {
        Report::skipped("nobody is told")
    }
}

fn notification_schedule() -> Schedule {
    Schedule::notifications().lease(NOTIFICATION_LEASE)
}
