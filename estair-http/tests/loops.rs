//! The background loops: prompt, alive through trouble, stopped cleanly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test fails by panicking

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use estair_core::Book;
use estair_core::account::AccountDraft;
use estair_core::actor::{Actor, ClientKind};
use estair_core::background::{SendNotifications, SendOutbox};
use estair_core::book::Submission;
use estair_core::category::{Category, Status};
use estair_core::clock::Clock;
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::id::{AccountId, RequestId, UserId};
use estair_core::memory::{FaultPlan, MemoryMessager, MemoryStore, Step};
use estair_core::messager::MessagerStore;
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{Directory, Notification, NotificationFilter, Notifications, Notifier, Recipient};
use estair_core::policy::Policy;
use estair_core::queue::{AttemptOutcome, Report, Schedule};
use estair_core::request::RequestDraft;
use estair_core::store::{AccountReader, FactReader, Page, RequestReader, StoreError, StoreErrorKind};
use estair_core::testing::{ManualClock, SeededIds};
use estair_http::loops::{Loops, Wake, WithBookError};
use estair_http::messager::embedded::Embedded;

struct World {
    store: MemoryStore,
    messager: MemoryMessager,
    book: Book,
    clock: Arc<ManualClock>,
    ids: Arc<SeededIds>,
    wake: Wake,
}

impl World {
    async fn new() -> Self {
        let store = MemoryStore::new();
        let now = chrono::DateTime::parse_from_rfc3339("2025-10-21T09:00:00Z").unwrap().to_utc();
        let clock = Arc::new(ManualClock::new(now));
        let ids = Arc::new(SeededIds::new(11));
        let wake = Wake::default();
        let book = Book::new(Arc::new(store.clone()), clock.clone(), ids.clone(), Policy::default())
            .with_subscriber(Arc::new(wake.clone()));
        let world = Self { store, messager: MemoryMessager::new(), book, clock, ids, wake };
        let draft = AccountDraft {
            name: Some("Agence du Plateau".into()),
            email: Some("plateau@example.test".into()),
            limit: Some("1000000".parse().unwrap()),
            ..AccountDraft::default()
        };
        world.run(Actor::Admin(UserId(9)), Command::CreateAccount(draft)).await;
        world
    }

    async fn run(&self, actor: Actor, command: Command) -> Answer {
        self.book.run(Submission::new(actor, command)).await.unwrap().answer
    }

    async fn credit(&self) -> RequestId {
        let client = Actor::Client { user: UserId(1), account: AccountId(1), kind: ClientKind::Agency };
        let amount = Some("1000".parse().unwrap());
        let draft = RequestDraft { category: Some(Category::DailyCredit), amount, ..RequestDraft::default() };
        let Answer::Request(row) = self.run(client, Command::CreateRequest(draft)).await else { panic!("a request") };
        row.id
    }

    fn loops(&self) -> Loops {
        let clock: Arc<dyn Clock> = self.clock.clone();
        let embedded = Embedded {
            store: Arc::new(self.messager.clone()),
            schedule: Schedule::messager(),
            clock: clock.clone(),
            ids: self.ids.clone(),
            wake: self.wake.clone(),
        };
        let store = Arc::new(self.store.clone());
        let outbox = SendOutbox {
            queue: store.clone(),
            book: self.book.clone(),
            reader: store.clone(),
            messager: Arc::new(embedded),
            schedule: Schedule::outbox(),
        };
        let notifications = SendNotifications {
            queue: store.clone(),
            notifier: Arc::new(MailOnly),
            schedule: Schedule::notifications(),
            quiet: None,
        };
        Loops::new(clock, self.ids.clone(), self.wake.clone())
            .outbox(outbox)
            .expiry(self.book.clone(), store.clone(), Duration::from_millis(50))
            .notifications(store, Arc::new(Everybody), notifications)
    }

    async fn becomes(&self, id: RequestId, status: Status) {
        for _ in 0..500 {
            if self.store.request(id).await.is_ok_and(|row| row.unwrap().0.status == status) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{id} never became {status}");
    }
}

struct Everybody;

#[async_trait]
impl Directory for Everybody {
    async fn recipients(
        &self,
        _: Audience,
        _: Channel,
        _: Notice,
        _: Option<AccountId>,
    ) -> Result<Vec<Recipient>, StoreError> {
        Ok(vec![Recipient { user: None, address: "somebody@example.test".into(), opted_out: false }])
    }
}

/// What is committed gets its number at once, and a database that was away is asked again.
#[tokio::test]
async fn events_are_numbered_after_the_commit() {
    let world = World::new().await;
    let store = Arc::new(world.store.clone());
    let running = Loops::new(world.clock.clone(), world.ids.clone(), world.wake.clone()).events(store).start();
    world.credit().await;
    let last = async || world.store.event_range(world.clock.now()).await.unwrap().last;
    for _ in 0..200 {
        if last().await == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(last().await, 3, "the account, the credit, its check");
    assert!(running.pulses().all().contains_key("events"));
    running.stop(Duration::from_secs(1)).await;
}

// rule: W4
#[tokio::test]
async fn w4_chains_are_sealed_with_the_key_when_a_host_starts() {
    let world = World::new().await;
    let policy = Policy::default().audit_keys(Some("k".repeat(32).parse().unwrap()));
    let keyed = Book::new(Arc::new(world.store.clone()), world.clock.clone(), world.ids.clone(), policy);
    let loops = |book| {
        let store = Arc::new(world.store.clone());
        Loops::new(world.clock.clone(), world.ids.clone(), world.wake.clone()).chains(book, store).start()
    };
    let is_sealed = async || world.store.account(AccountId(1)).await.unwrap().unwrap().keyed.is_some();
    let without = loops(world.book.clone());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!is_sealed().await && without.pulses().stalled().is_empty(), "nothing to do without a key");
    let running = loops(keyed);
    for _ in 0..200 {
        if is_sealed().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(is_sealed().await);
    assert!(running.pulses().all().contains_key("chains"));
    running.stop(Duration::from_secs(1)).await;
    without.stop(Duration::from_secs(1)).await;

    let without = loops(world.book.clone());
    for _ in 0..200 {
        if !without.pulses().stalled().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(without.pulses().stalled(), ["chains"], "a host that has lost the key is not ready");
    without.stop(Duration::from_secs(1)).await;
}

/// Mail goes out, the other channels are off.
struct MailOnly;

#[async_trait]
impl Notifier for MailOnly {
    fn is_on(&self, channel: Channel) -> bool {
        channel == Channel::Email
    }

    async fn send(&self, _: u64, _: &Notification) -> Report {
        Report::failed(AttemptOutcome::Done, "")
    }
}

/// Keeps what it is given to send.
#[derive(Default)]
struct Kept(Mutex<Vec<Notification>>);

#[async_trait]
impl Notifier for Kept {
    fn is_on(&self, channel: Channel) -> bool {
        channel == Channel::Email
    }

    async fn send(&self, _: u64, notification: &Notification) -> Report {
        self.0.lock().unwrap().push(notification.clone());
        Report::done(None)
    }
}

// rule: N5
#[tokio::test]
async fn n5_an_alert_goes_out_as_it_is_when_the_book_is_down_or_knows_nothing() {
    let store = MemoryStore::new();
    let kept = Arc::new(Kept::default());
    let notifier = WithBookError::new(kept.clone(), Arc::new(store.clone()));
    assert!(notifier.is_on(Channel::Email) && !notifier.is_on(Channel::Teams));
    let params = serde_json::json!({ "requete_id": 1, "message_uuid": uuid::Uuid::nil(), "error": "no answer" });
    let alert = Notification {
        user: None,
        fact: None,
        notice: Notice::MovementFailed,
        audience: Audience::Critical,
        channel: Channel::Email,
        recipient: String::new(),
        params: params.as_object().unwrap().clone(),
    };
    for plan in [FaultPlan::none(), FaultPlan::down()] {
        store.fail(plan);
        assert_eq!(notifier.send(1, &alert).await, Report::done(None));
    }
    assert_eq!(*kept.0.lock().unwrap(), [alert.clone(), alert]);
}

// rule: W8
#[tokio::test]
async fn w8_a_fact_wakes_the_dispatcher_long_before_it_would_look() {
    let world = World::new().await;
    let running = world.loops().start();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut quickest = Duration::MAX;
    for _ in 0..5 {
        #[allow(clippy::disallowed_methods)] // a test of how long it takes
        let began = Instant::now();
        let id = world.credit().await;
        world.becomes(id, Status::Processing).await;
        quickest = quickest.min(began.elapsed());
    }
    assert!(quickest < Duration::from_millis(100), "{quickest:?}");
    running.stop(Duration::from_secs(5)).await;
}

// rule: G3
#[tokio::test]
async fn g3_a_database_that_is_down_is_waited_for_and_told_of() {
    let world = World::new().await;
    let running = world.loops().start();
    let pulses = running.pulses();
    world
        .store
        .fail(FaultPlan::by(|step| matches!(step, Step::Queue | Step::Read).then_some(StoreErrorKind::Unavailable)));
    tokio::time::sleep(Duration::from_millis(400)).await;
    let stalled = pulses.stalled();
    assert!(stalled.contains(&"outbox") && stalled.contains(&"expiry"), "{stalled:?}");
    assert!(pulses.all()["outbox"].last_error.is_some());
    world.store.fail(FaultPlan::none());
    let id = world.credit().await;
    world.becomes(id, Status::Processing).await;
    assert!(!pulses.stalled().contains(&"outbox"));
    assert_eq!(world.messager.stats(world.clock.now()).await.unwrap().pending, 1);
    running.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_clock_that_is_set_makes_no_loop_silent() {
    let world = World::new().await;
    let running = world.loops().start();
    let pulses = running.pulses();
    let id = world.credit().await;
    world.becomes(id, Status::Processing).await;
    world.clock.advance(chrono::Duration::hours(5));
    assert_eq!(pulses.stalled(), Vec::<&str>::new());
    world.clock.advance(-chrono::Duration::hours(10));
    assert_eq!(pulses.stalled(), Vec::<&str>::new());
    running.stop(Duration::from_secs(5)).await;
}

// rule: X1
#[tokio::test]
async fn x1_credits_expire_by_themselves_and_people_are_told() {
    let world = World::new().await;
    let id = world.credit().await;
    let running = world.loops().start();
    world.becomes(id, Status::Processing).await;
    world.clock.advance(chrono::Duration::hours(9));
    world.becomes(id, Status::Cancelled).await;
    // rule: N3
    for _ in 0..100 {
        let sent = world.store.notifications(&NotificationFilter::default(), Page::default()).await.unwrap().items;
        let expired: Vec<_> = sent.iter().filter(|one| one.notification.notice == Notice::CreditExpired).collect();
        if expired.iter().any(|one| one.status.name() == "completed") {
            assert!(expired.iter().any(|one| one.status.name() == "skipped"), "channels that are off are recorded");
            running.stop(Duration::from_secs(5)).await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nobody was told");
}

// rule: X4
#[tokio::test]
async fn x4_doubled_workers_do_each_thing_once() {
    let world = World::new().await;
    let (one, other) = (world.loops().start(), world.loops().start());
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(world.credit().await);
    }
    for id in &ids {
        world.becomes(*id, Status::Processing).await;
    }
    assert_eq!(world.messager.stats(world.clock.now()).await.unwrap().pending, 20, "each message once");
    world.clock.advance(chrono::Duration::hours(9));
    for id in &ids {
        world.becomes(*id, Status::Cancelled).await;
    }
    let (row, _) = world.store.request(ids[0]).await.unwrap().unwrap();
    assert_eq!(row.version, 3, "created, sent, cancelled once");
    tokio::join!(one.stop(Duration::from_secs(5)), other.stop(Duration::from_secs(5)));
}
