//! A Messager elsewhere, seen through its API: the same as over its store (G10).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test fails by panicking

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::http::request::Parts;
use estair_core::actor::Actor;
use estair_core::background::settle_alerts;
use estair_core::clock::{Clock, System};
use estair_core::id::UserId;
use estair_core::json::Json;
use estair_core::memory::MemoryMessager;
use estair_core::messager::{
    DOMAIN, Message, MessageFilter, MessagerStore, MessagerView, NewMessage, Operator, OutgoingMessage, Replay, Stored,
    critical_alerts,
};
use estair_core::notification::outage::Grouping;
use estair_core::notification::{Notification, NotificationFilter, Resend};
use estair_core::queue::{JobStatus, Next, Queue, Report, Schedule, Settlement, Worker};
use estair_core::store::{Page, StoreError, StoreErrorKind};
use estair_http::EventKey;
use estair_http::host::Authenticate;
use estair_http::limits::Limits;
use estair_http::loops::Wake;
use estair_http::messager::domain::Domains;
use estair_http::messager::{MessagerHost, RemoteMessager, api, console_token};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const FINANCE: Actor = Actor::Finance(UserId(3));
const ADMIN: Actor = Actor::Admin(UserId(4));
const SERVICE: Actor = Actor::service(UserId(5));

fn new_uuid() -> Uuid {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    Uuid::from_u128(NEXT.fetch_add(1, Ordering::SeqCst).into())
}

/// Whoever shows the console's token asks for whom it says.
struct Console;

#[async_trait]
impl Authenticate for Console {
    async fn actor(&self, parts: &Parts) -> Result<Option<Actor>, StoreError> {
        let shown = parts.headers.get("authorization").is_some_and(|value| value == "Bearer the-console-token");
        Ok(if shown { console_token::actor_of(parts) } else { None })
    }
}

/// The store, and both ways to see it.
struct Both {
    store: MemoryMessager,
    here: Arc<dyn MessagerView>,
    elsewhere: RemoteMessager,
    base: String,
}

async fn both() -> Both {
    let store = MemoryMessager::new();
    let host = MessagerHost {
        store: Arc::new(store.clone()),
        schedule: Schedule::messager(),
        domains: Domains::default(),
        authenticate: Arc::new(Console),
        clock: Arc::new(System),
        ids: Arc::new(System),
        wake: Wake::default(),
        event_key: EventKey::derived_from("a secret"),
        events_interval: Duration::from_millis(5),
        shutdown: CancellationToken::new(),
        limits: Limits::default(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/api", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, api::router(host)).await });
    let elsewhere = remote(&base, "the-console-token");
    Both { here: Stored::of(Arc::new(store.clone())), store, elsewhere, base }
}

fn remote(base: &str, token: &str) -> RemoteMessager {
    RemoteMessager::new(base, token.to_owned(), Arc::new(System)).unwrap()
}

impl Both {
    async fn take(&self, account: u64) -> Uuid {
        let payload =
            Json::parse(&format!(r#"{{ "account_id":{account} ,"rate":105.45986775050159, "a":1.00,"é":"ü" }}"#));
        let message = OutgoingMessage {
            domain: DOMAIN.to_owned(),
            kind: "load_request".to_owned(),
            payload: payload.unwrap(),
            idempotency_key: None,
        };
        let new = NewMessage::new(message, new_uuid(), &Schedule::messager(), System.now());
        self.store.accept(&new).await.unwrap().0.message_uuid
    }

    /// Delivers what is due with this outcome.
    async fn settle(&self, next: Next, report: Report) {
        let worker = Worker { clock: &System, ids: &System };
        let queue: &dyn Queue<Message> = &self.store;
        for leased in queue.claim(&worker.claim(&Schedule::messager(), 1)).await.unwrap() {
            let settlement = Settlement { at: System.now(), next: next.clone(), report: report.clone() };
            let alerts = critical_alerts(&leased, &Schedule::messager(), &settlement, System.now());
            match &next {
                Next::Failed => self.store.bury(&leased.lease, &settlement, &alerts).await.unwrap(),
                _ => queue.settle(&leased.lease, &settlement).await.unwrap(),
            };
        }
    }

    /// Every alert that waits fails for good.
    async fn fail_alerts(&self) {
        let worker = Worker { clock: &System, ids: &System };
        let alerts: &dyn Queue<Notification> = &self.store;
        settle_alerts(&self.store, &Grouping::default(), &worker).await.unwrap();
        for leased in alerts.claim(&worker.claim(&Schedule::notifications(), 100)).await.unwrap() {
            let report = Report::permanent("no such address");
            alerts.settle(&leased.lease, &Settlement { at: System.now(), next: Next::Failed, report }).await.unwrap();
        }
    }

    /// Both ways show the same.
    async fn agree(&self) {
        let (here, elsewhere, now) = (self.here.as_ref(), &self.elsewhere, System.now());
        for status in [None, Some(JobStatus::Failed), Some(JobStatus::Pending)] {
            let filter = MessageFilter { status, q: Some("105.4598".to_owned()), ..MessageFilter::default() };
            let mut page = Page { limit: 2, before: None };
            loop {
                let [one, other] = [
                    here.messages(&FINANCE, &filter, page).await.unwrap(),
                    elsewhere.messages(&FINANCE, &filter, page).await.unwrap(),
                ];
                assert_eq!(one, other);
                page.before = one.next;
                for record in &one.items {
                    let uuid = record.message.uuid;
                    let found = elsewhere.message(&FINANCE, uuid).await.unwrap();
                    assert_eq!(here.message(&FINANCE, uuid).await.unwrap(), found);
                    assert_eq!(found.unwrap().0.message.payload.as_str(), record.message.payload.as_str(), "rule: G12");
                }
                if page.before.is_none() {
                    break;
                }
            }
        }
        assert_eq!(elsewhere.message(&FINANCE, new_uuid()).await.unwrap(), None);
        let [one, other] = [here.stats(&FINANCE, now).await.unwrap(), elsewhere.stats(&FINANCE, now).await.unwrap()];
        assert_eq!(
            (one.pending, one.completed, one.failed, one.paused),
            (other.pending, other.completed, other.failed, other.paused)
        );
        assert_eq!(here.pause(&FINANCE).await.unwrap(), elsewhere.pause(&FINANCE).await.unwrap());
        let from = now - chrono::Duration::minutes(3);
        assert_eq!(
            here.delivered(&FINANCE, from, 5).await.unwrap(),
            elsewhere.delivered(&FINANCE, from, 5).await.unwrap()
        );
        let (filter, page) = (NotificationFilter::default(), Page { limit: 1, before: None });
        let alerts = here.alerts(&FINANCE, &filter, page).await.unwrap();
        assert_eq!(alerts, elsewhere.alerts(&FINANCE, &filter, page).await.unwrap());
        for alert in &alerts.items {
            let attempts = here.alert_attempts(&FINANCE, alert.id).await.unwrap();
            assert_eq!(attempts, elsewhere.alert_attempts(&FINANCE, alert.id).await.unwrap());
        }
        let depth = here.alert_depth(&FINANCE, now).await.unwrap();
        assert_eq!(depth.pending, elsewhere.alert_depth(&FINANCE, now).await.unwrap().pending);
        // Numbered where it runs, when it is asked.
        let events = elsewhere.events(0, 500).await.unwrap();
        assert_eq!(here.events(0, 500).await.unwrap(), events);
        let since = now - chrono::Duration::hours(24);
        let range = here.event_range(since).await.unwrap();
        assert_eq!(range, elsewhere.event_range(since).await.unwrap());
        assert_eq!(events.len() as u64, range.last - range.before_first);
    }
}

// rule: G10
#[tokio::test]
async fn g10_a_messager_elsewhere_shows_what_its_store_has() {
    let both = both().await;
    both.agree().await;
    for account in 1..=5 {
        both.take(account).await;
    }
    both.agree().await;
    both.settle(Next::Failed, Report::permanent("a «bad» payload").with_status(422)).await;
    both.settle(
        Next::Completed,
        Report::done(Json::parse(r#"{ "success":true ,"mouvement_id":12345678901234567890 }"#)),
    )
    .await;
    both.settle(Next::Retry { at: System.now() + chrono::Duration::minutes(1) }, Report::retry("timeout")).await;
    both.agree().await;
}

// rule: G10, G4
#[tokio::test]
async fn g10_what_is_done_elsewhere_is_done_in_the_persons_name() {
    let both = both().await;
    let uuid = both.take(1).await;
    let operator = |by: Actor| Operator { by: by.scope(), reason: "encore é".to_owned(), at: System.now() };
    let elsewhere = &both.elsewhere;
    let refused = elsewhere.replay(&FINANCE, uuid, &operator(FINANCE)).await.unwrap();
    assert_eq!(refused, Replay::NotFailed(JobStatus::Pending));
    assert_eq!(elsewhere.replay(&FINANCE, new_uuid(), &operator(FINANCE)).await.unwrap(), Replay::Unknown);
    both.settle(Next::Failed, Report::permanent("422")).await;
    let filter = MessageFilter::default();
    let nobody = Operator { reason: String::new(), ..operator(FINANCE) };
    assert_eq!(elsewhere.replay_all(&FINANCE, &filter, &nobody, false).await.unwrap(), 1);
    let other = MessageFilter { domain: Some("another".to_owned()), ..MessageFilter::default() };
    assert_eq!(elsewhere.replay_all(&FINANCE, &other, &operator(FINANCE), true).await.unwrap(), 0);
    assert_eq!(elsewhere.replay(&FINANCE, uuid, &operator(FINANCE)).await.unwrap(), Replay::Begun);
    both.settle(Next::Failed, Report::permanent("422")).await;
    let (_, attempts) = both.store.message(uuid).await.unwrap().unwrap();
    assert_eq!(
        (attempts[1].replayed_by.as_deref(), attempts[1].reason.as_deref()),
        (Some("finance:3"), Some("encore é"))
    );
    assert_eq!(elsewhere.replay_all(&ADMIN, &filter, &operator(ADMIN), true).await.unwrap(), 1);
    elsewhere.set_paused(&ADMIN, true, &operator(ADMIN)).await.unwrap();
    let pause = both.store.pause().await.unwrap();
    assert_eq!((pause.paused, pause.by.as_deref()), (true, Some("admin:4")));
    // The API asks again what the person may.
    let refused = elsewhere.set_paused(&FINANCE, false, &operator(FINANCE)).await;
    assert_eq!(refused.unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert!(both.store.pause().await.unwrap().paused);
}

// rule: G10
#[tokio::test]
async fn g10_a_messager_that_is_away_costs_one_bounded_wait() {
    let both = both().await;
    let bounded = async |messager: &RemoteMessager| {
        let asked = tokio::time::timeout(Duration::from_secs(20), messager.stats(&FINANCE, System.now()));
        asked.await.expect("an answer in time").unwrap_err()
    };
    // It takes the call, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let messager = remote(&format!("http://{}/api", silent.local_addr().unwrap()), "the-console-token");
    assert_eq!(bounded(&messager).await.kind(), StoreErrorKind::Unavailable);
    let again = bounded(&messager).await;
    assert!(again.to_string().contains("a moment ago"), "it is left alone: {again}");
    // Whoever answers for it without knowing it says nothing of messages.
    let wrong = remote(&both.base, "another-token");
    assert_eq!(bounded(&wrong).await.kind(), StoreErrorKind::Unavailable);
    let elsewhere = remote(&both.base.replace("/api", "/nothing"), "the-console-token");
    let unknown = elsewhere.message(&FINANCE, new_uuid()).await;
    assert_eq!(unknown.unwrap_err().kind(), StoreErrorKind::Unavailable, "another server's 404 is no lost message");
}

// rule: G10, N3
#[tokio::test]
async fn g10_an_alert_is_sent_again_where_messager_runs() {
    let both = both().await;
    both.take(1).await;
    both.settle(Next::Failed, Report::permanent("422")).await;
    let page = Page { limit: 1, before: None };
    let listed = both.here.alerts(&ADMIN, &NotificationFilter::default(), page).await.unwrap();
    let id = listed.items[0].id;
    let again = async |by: &Actor, id| both.elsewhere.resend_alert(by, id, System.now()).await;
    assert_eq!(again(&ADMIN, id).await.unwrap(), Resend::NotEnded(JobStatus::Pending));
    assert_eq!(again(&ADMIN, 4_000).await.unwrap(), Resend::Unknown);
    both.fail_alerts().await;
    // The API asks again what the person may.
    assert_eq!(again(&SERVICE, id).await.unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert_eq!(again(&ADMIN, id).await.unwrap(), Resend::Begun);
    both.fail_alerts().await;
    let attempts = both.here.alert_attempts(&ADMIN, id).await.unwrap();
    assert_eq!(attempts.last().unwrap().replayed_by.as_deref(), Some("admin:4"));
    both.agree().await;
}
