//! The simulated world: what can happen in it, what it settles to, and what must hold then.

mod asked;
mod check;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use chrono::{Duration, TimeZone, Utc};
use estair_core::Book;
use estair_core::account::AccountDraft;
use estair_core::actor::Actor;
use estair_core::background::DeliverMessages;
use estair_core::background::ROUND;
use estair_core::background::SendOutbox;
use estair_core::background::expire_due;
use estair_core::background::{SendNotifications, fan_out_facts};
use estair_core::book::{Error, Groups, Reply, Submission};
use estair_core::category::{Category, Status};
use estair_core::clock::Clock;
use estair_core::command::Command;
use estair_core::id::{RequestId, UserId};
use estair_core::memory::{FaultPlan, MemoryMessager, MemoryStore, Step};
use estair_core::messager::{Message, MessageFilter, MessagerStore, Operator};
use estair_core::money::Amount;
use estair_core::notification::{Notification, PendingFacts};
use estair_core::policy::Policy;
use estair_core::queue::{Depth, Queue, Schedule, Work, Worker, work, work_on};
use estair_core::row::OutboxEntry;
use estair_core::store::{Event, FactReader, Page, RequestFilter, RequestReader, StoreError, StoreErrorKind};
use estair_core::testing::world::keys;
use estair_core::testing::{ManualClock, SeededIds};
use estair_core::verify::{Anchor, make_anchor};
use futures::future::BoxFuture;

use crate::around::{Heard, People, Post, Wire};
use crate::met::{Dice, Met};

pub(crate) const ACCOUNTS: u64 = 3;

thread_local! {
    /// Groups that are under way.
    static TASKS: RefCell<Vec<BoxFuture<'static, ()>>> = const { RefCell::new(Vec::new()) };
}

/// Runs a future that never waits for anything outside: single-threaded, so that a seed replays exactly.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        let mut tasks = TASKS.take();
        tasks.retain_mut(|task| task.as_mut().poll(&mut context).is_pending());
        TASKS.with_borrow_mut(|begun| drop(begun.splice(0..0, tasks)));
    }
    panic!("a future waits for something that never comes");
}

fn keep(task: BoxFuture<'static, ()>) {
    TASKS.with_borrow_mut(|tasks| tasks.push(task));
}

pub(crate) struct World {
    dice: Dice,
    /// Workers go on with an account as long as they can.
    goes_on: bool,
    clock: Arc<ManualClock>,
    /// The second server's clock, which goes some seconds before the first one's.
    other_clock: Arc<ManualClock>,
    ids: Arc<SeededIds>,
    store: MemoryStore,
    messager: MemoryMessager,
    /// Servers of the one book: each shares transactions among its own callers.
    servers: [Book; 2],
    post: Arc<Post>,
    wire: Arc<Wire>,
    people: Arc<People>,
    heard: Arc<Heard>,
    loses: Arc<Mutex<(Dice, u64)>>,
    references: BTreeSet<(u64, u64)>,
    /// Comments that were taken, by request, and how many were tried.
    comments: Vec<(RequestId, String)>,
    tried: u64,
    /// What somebody has seen who follows the events.
    seen: Vec<Event>,
    /// The ends of all chains, now and then.
    anchors: Vec<Anchor>,
    faults: Arc<Mutex<Met>>,
    pub(crate) met: Met,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let clock = Arc::new(ManualClock::new(Utc.with_ymd_and_hms(2025, 10, 21, 8, 0, 0).unwrap()));
        let other_clock = Arc::new(ManualClock::new(clock.now() + Duration::seconds(7)));
        let ids = Arc::new(SeededIds::new(seed));
        let (store, messager) = (MemoryStore::new(), MemoryMessager::new());
        let heard = Arc::new(Heard::default());
        let audit_keys = seed.is_multiple_of(3).then(|| keys(&["one"]));
        let policy = Policy::default().cancel_expired(seed % 2 == 1).thresholds(vec![50, 90]).audit_keys(audit_keys);
        let servers = [&clock, &other_clock].map(|clock| {
            let book = Book::new(Arc::new(store.clone()), clock.clone(), ids.clone(), policy.clone());
            let book = book.with_subscriber(heard.clone());
            // Every other pair of seeds shares transactions.
            if seed & 2 == 0 { book } else { book.with_groups(Groups::new(keep)) }
        });
        let loses = Arc::new(Mutex::new((Dice(seed ^ 0xABCD), 8)));
        let post = Arc::new(Post {
            store: messager.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            schedule: Schedule::messager(),
            loses: loses.clone(),
        });
        let wire = Arc::new(Wire {
            book: servers[0].clone(),
            loses: loses.clone(),
            lost_answers: Mutex::default(),
            duplicates: Mutex::default(),
        });
        let people = Arc::new(People { told: Mutex::default(), loses: loses.clone() });
        let world = Self {
            dice: Dice(seed),
            goes_on: seed & 4 == 0,
            clock,
            other_clock,
            ids,
            store,
            messager,
            servers,
            post,
            wire,
            people,
            heard,
            loses,
            references: BTreeSet::new(),
            comments: Vec::new(),
            tried: 0,
            seen: Vec::new(),
            anchors: Vec::new(),
            faults: Arc::default(),
            met: Met::default(),
        };
        for place in 1..=ACCOUNTS {
            let draft = AccountDraft {
                name: Some(format!("Agence {place}")),
                email: Some(format!("agence{place}@example.test")),
                limit: Some(amount(place * 400)),
                ..AccountDraft::default()
            };
            run(world.servers[0].run(Submission::new(Actor::Admin(UserId(1)), Command::CreateAccount(draft)))).unwrap();
        }
        world.break_things(seed);
        world
    }

    /// From now on, steps of both stores fail now and then.
    fn break_things(&self, seed: u64) {
        let plan = |salt: u64| {
            let (mut dice, met) = (Dice(seed ^ salt), self.faults.clone());
            FaultPlan::by(move |step| {
                if dice.roll(25) != 0 {
                    return None;
                }
                let mut met = met.lock().unwrap();
                let kind = match (step, dice.roll(4)) {
                    (Step::AfterCommit | Step::BeforeCommit, 0 | 1) => {
                        met.commit_unknown += 1;
                        StoreErrorKind::CommitUnknown
                    }
                    (Step::Begin | Step::Read | Step::Queue, _) | (_, 0) => {
                        met.unavailable += 1;
                        StoreErrorKind::Unavailable
                    }
                    (_, 1) => StoreErrorKind::Other,
                    _ => {
                        met.contention += 1;
                        StoreErrorKind::Contention
                    }
                };
                Some(kind)
            })
        };
        self.store.fail(plan(0x1111));
        self.messager.fail(plan(0x2222));
    }

    /// Asks any of the servers.
    fn give(&mut self, actor: Actor, command: Command) -> Result<Reply, Error> {
        self.ask(Submission::new(actor, command))
    }

    fn ask(&mut self, submission: Submission) -> Result<Reply, Error> {
        let server = self.dice.roll(2) as usize;
        run(self.servers[server].run(submission))
    }

    fn requests(&self, status: Status) -> Vec<RequestId> {
        let filter = RequestFilter { status: vec![status], ..RequestFilter::default() };
        let page = run(self.store.requests(&filter, Page { limit: 200, before: None }));
        page.map(|slice| slice.items.iter().map(|row| row.id).collect()).unwrap_or_default()
    }

    fn pick(&mut self, status: Status) -> Option<RequestId> {
        let ids = self.requests(status);
        let place = self.dice.roll(ids.len().max(1) as u64) as usize;
        ids.get(place).copied()
    }

    pub(crate) fn step(&mut self) {
        match self.dice.roll(24) {
            0..=3 => self.ask_credit(),
            4 => self.ask_cash(Category::Load),
            5 => self.ask_cash(Category::Unload),
            6 | 7 => self.decide(),
            8 => self.change_limit(),
            9 => self.cancel_credit(),
            10 | 11 => self.post_payment(),
            12 => self.die_with_a_lease(),
            13 => self.let_time_pass(),
            14 => self.make_anchor(),
            15 => self.keep_draft(),
            16 => self.go_on_with_draft(),
            17 | 18 => self.comment(),
            _ => self.work(),
        }
        self.follow_events();
    }

    fn make_anchor(&mut self) {
        let keys = self.servers[0].policy().audit_keys.clone();
        self.anchors.extend(run(make_anchor(&self.store, keys.as_ref(), self.clock.now())));
    }

    /// Somebody who follows the events reads a few of them, whatever is numbered meanwhile.
    fn follow_events(&mut self) {
        if self.dice.roll(2) == 0 {
            let _ = run(self.store.number_events(3));
        }
        let last = self.seen.last().map_or(0, |event| event.number);
        self.seen.extend(run(self.store.events(last, 2)).unwrap_or_default());
    }

    /// A worker takes jobs and is never heard of again.
    fn die_with_a_lease(&mut self) {
        let worker = Worker { clock: self.clock.as_ref(), ids: self.ids.as_ref() };
        let claim = worker.claim(&Schedule::messager(), 3);
        let leased = run(Queue::<Message>::claim(&self.messager, &claim)).map_or(0, |leased| leased.len());
        self.met.dead_workers += u64::from(leased > 0);
        let claim = worker.claim(&Schedule::outbox(), 1);
        let _ = run(Queue::<OutboxEntry>::claim(&self.store, &claim));
    }

    fn let_time_pass(&mut self) {
        let by = match self.dice.roll(8) {
            0 => Duration::hours(9),
            1 => Duration::minutes(-5),
            2 => Duration::minutes(45),
            _ => Duration::seconds(self.dice.roll(400) as i64),
        };
        let day = self.clock.now().date_naive();
        self.advance(by);
        self.met.days += u64::from(self.clock.now().date_naive() != day);
    }

    fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.other_clock.advance(by);
    }

    /// One round of every worker.
    fn work(&mut self) {
        let worker = Worker { clock: self.clock.as_ref(), ids: self.ids.as_ref() };
        let store = Arc::new(self.store.clone());
        let outbox = SendOutbox {
            queue: store.clone(),
            book: self.servers[1].clone(),
            reader: store.clone(),
            messager: self.post.clone(),
            schedule: Schedule::outbox(),
        };
        round(&outbox, self.goes_on, &worker);
        let messages = DeliverMessages {
            store: Arc::new(self.messager.clone()),
            transport: self.wire.clone(),
            schedule: Schedule::messager(),
        };
        round(&messages, self.goes_on, &worker);
        let _ = run(expire_due(&self.servers[1], &self.store));
        let _ = run(fan_out_facts(&self.store, self.people.as_ref(), self.people.as_ref(), &worker));
        let notifications = SendNotifications {
            queue: store,
            notifier: self.people.clone(),
            schedule: Schedule::notifications(),
            quiet: None,
        };
        round(&notifications, self.goes_on, &worker);
    }
}

impl World {
    /// Everything works again: failed messages are replayed, and the world runs until nothing is left to do.
    pub(crate) fn settle(&mut self) {
        self.store.fail(FaultPlan::none());
        self.messager.fail(FaultPlan::none());
        self.loses.lock().unwrap().1 = 0;
        for _ in 0..400 {
            for _ in 0..4 {
                self.work();
            }
            let failed = MessageFilter::default();
            let operator = Operator { by: "admin:1".into(), reason: "mended".into(), at: self.clock.now() };
            self.met.failed_messages += run(self.messager.replay_all(&failed, Some(&operator))).unwrap();
            if self.is_quiet() {
                break;
            }
            self.advance(Duration::minutes(20));
        }
        assert!(self.is_quiet(), "the world never came to rest");
        let faults = self.faults.lock().unwrap().clone();
        self.met.add(&faults);
        self.met.lost_answers += *self.wire.lost_answers.lock().unwrap();
        self.met.duplicates += *self.wire.duplicates.lock().unwrap();
    }

    fn is_quiet(&self) -> bool {
        let now = self.clock.now();
        let depth = |depth: Result<Depth, StoreError>| depth.map(|d| d.pending + d.processing);
        let outbox = depth(run(Queue::<OutboxEntry>::depth(&self.store, now))).unwrap();
        let mails = depth(run(Queue::<Notification>::depth(&self.store, now))).unwrap();
        let messages = depth(run(Queue::<Message>::depth(&self.messager, now))).unwrap();
        let pending = run(self.store.pending_facts(1)).unwrap().len() as u64;
        outbox + mails + messages + pending == 0
    }
}

fn round<T: Send + Sync>(job: &dyn Work<T>, goes_on: bool, worker: &Worker<'_>) {
    let leased = run(job.queue().claim(&worker.claim(job.schedule(), ROUND))).unwrap_or_default();
    for one in leased {
        if goes_on {
            let _ = run(work_on(job, one, worker, &|| true));
        } else {
            let _ = run(work(job, &one, worker));
        }
    }
}

pub(crate) fn amount(units: u64) -> Amount {
    Amount::from_hundredths(i64::try_from(units * 100).unwrap()).unwrap()
}
