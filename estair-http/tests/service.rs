//! A service in one piece: it carries a credit round, nests in a host's state, and ends with streams open.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test fails by panicking

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::extract::State;
use axum::http::request::Parts;
use axum::routing::get;
use estair_core::clock::parse_timestamp;
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::outage::Grouping;
use estair_core::notification::{Directory, Notification, Notifier, Recipient};
use estair_core::prelude::*;
use estair_core::queue::Report;
use estair_core::store::{AuditReader, FactReader};
use estair_core::testing::{ManualClock, SeededIds};
use estair_core::{Handles, verify::verify};
use estair_http::host::Authenticate;
use estair_http::service::{NotStarted, ServiceBuilder};
use estair_http::{Options, Service};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Longest wait for anything here.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whoever asks is finance.
struct Finance;

#[async_trait]
impl Authenticate for Finance {
    async fn actor(&self, _: &Parts) -> Result<Option<Actor>, StoreError> {
        Ok(Some(Actor::Finance(UserId(3))))
    }
}

fn builder(store: &Arc<MemoryStore>) -> ServiceBuilder {
    builder_at(store, "2025-10-21T10:00:00Z")
}

fn builder_at(store: &Arc<MemoryStore>, at: &str) -> ServiceBuilder {
    let clock = Arc::new(ManualClock::new(parse_timestamp(at).unwrap()));
    Service::builder(Handles::of(Arc::clone(store)), Policy::default(), Arc::new(Finance))
        .time(clock, Arc::new(SeededIds::new(3)))
        .messager_here(Arc::new(MemoryMessager::new()))
}

async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    timeout(PATIENCE, work).await.unwrap_or_else(|_| panic!("not in time: {what}"))
}

/// Sends a request; gives the connection, and its answer until a text of it.
async fn ask(address: SocketAddr, path: &str, until: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()).await.unwrap();
    let (mut answer, mut buffer) = (String::new(), [0; 1024]);
    while !answer.contains(until) {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "{path} ended: {answer}");
        answer.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    (stream, answer)
}

#[tokio::test]
async fn w1_a_credit_goes_round_by_itself() {
    let store = Arc::new(MemoryStore::new());
    let service = builder(&store).start().unwrap();
    let agency = AccountDraft::named("Agence du Plateau").limit("1000000").unwrap();
    let account = service.book().ask(Actor::Admin(UserId(1)), agency).await.unwrap().id;
    let client = Actor::Client { user: UserId(2), account, kind: ClientKind::Agency };
    let credit = RequestDraft::new(Category::DailyCredit).amount("500000").unwrap();
    let request = service.book().ask(client, credit).await.unwrap().id;
    let closed = async {
        while store.request(request).await.unwrap().unwrap().0.status != Status::Closed {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    soon("the movement", closed).await;
    assert!(service.view(client).request(request).await.is_ok());
    soon("the end", service.shutdown()).await;
    let audit: &dyn AuditReader = store.as_ref();
    assert!(verify(audit, None).await.unwrap().is_clean());
}

#[tokio::test]
async fn it_ends_with_a_stream_open_in_whatever_state_it_is_nested() {
    let store = Arc::new(MemoryStore::new());
    let service = builder(&store).start().unwrap();
    let messager = service.messager(&[]).unwrap();
    let app = Router::new()
        .route("/", get(|State(greeting): State<&'static str>| async move { greeting }))
        .nest("/tickets", service.api(Options::default()).merge(service.health(None)))
        .nest("/messager", messager)
        .with_state("the host's own");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let ending = async move {
        let _ = stopped.await;
        service.shutdown().await;
    };
    let serving = axum::serve(listener, app).with_graceful_shutdown(ending);
    let serving = tokio::spawn(serving.into_future());

    let (_, own) = soon("the host's page", ask(address, "/", "the host's own")).await;
    assert!(own.starts_with("HTTP/1.1 200"), "{own}");
    let (_, ready) = soon("the probes", ask(address, "/tickets/readyz", "}]}")).await;
    assert!(ready.contains(r#""name":"storage","ok":true"#), "{ready}");
    let (mut news, head) = soon("the stream", ask(address, "/tickets/api/events", "\r\n\r\n")).await;
    assert!(head.contains("text/event-stream"), "{head}");
    let (_messages, head) = soon("Messager's stream", ask(address, "/messager/api/events", "\r\n\r\n")).await;
    assert!(head.contains("text/event-stream"), "{head}");

    stop.send(()).unwrap();
    let mut rest = Vec::new();
    soon("the end of the stream", news.read_to_end(&mut rest)).await.unwrap();
    soon("the end of the server", serving).await.unwrap().unwrap();
}

/// Each role has one person with an address; what is mailed is kept.
#[derive(Default)]
struct House(Mutex<Vec<Notification>>);

#[async_trait]
impl Directory for House {
    async fn recipients(
        &self,
        audience: Audience,
        _: Channel,
        _: Notice,
        _: Option<AccountId>,
    ) -> Result<Vec<Recipient>, StoreError> {
        let address = format!("{audience}@example.test");
        Ok(vec![Recipient { user: Some(UserId(3)), address, opted_out: false }])
    }
}

#[async_trait]
impl Notifier for House {
    fn is_on(&self, channel: Channel) -> bool {
        channel == Channel::Email
    }

    async fn send(&self, _: u64, notification: &Notification) -> Report {
        self.0.lock().unwrap().push(notification.clone());
        Report::done(None)
    }
}

// rule: L8
#[tokio::test]
async fn l8_of_two_servers_one_mails_the_report_of_the_day_that_is_over() {
    let (store, house) = (Arc::new(MemoryStore::new()), Arc::new(House::default()));
    let told = |builder: ServiceBuilder| {
        let house = house.clone();
        builder.notifications(house.clone(), house, None, Grouping::default()).start().unwrap()
    };
    let day = told(builder(&store));
    let agency = AccountDraft::named("Agence du Plateau").limit("1000000").unwrap();
    let account = day.book().ask(Actor::Admin(UserId(1)), agency).await.unwrap().id;
    let load = RequestDraft::new(Category::Load).account(account).amount("5000000").unwrap();
    day.book().ask(Actor::Operation(UserId(2)), load).await.unwrap();
    let numbered = async || store.event_range(parse_timestamp("2025-10-22T00:00:00Z").unwrap()).await.unwrap().last;
    let all_numbered = async {
        while numbered().await < 2 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    soon("the numbers of what happened", all_numbered).await;
    soon("the end of the day", day.shutdown()).await;

    let morning = [0, 1].map(|_| told(builder_at(&store, "2025-10-22T06:00:00Z")));
    let reports = || house.0.lock().unwrap().iter().filter(|one| one.notice == Notice::DailyReport).count();
    let looked = async {
        let done = |service: &Service| service.pulses().all().contains_key("daily_report");
        while reports() == 0 || !morning.iter().all(done) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    soon("the report", looked).await;
    for service in morning {
        soon("the end", service.shutdown()).await;
    }
    let kept = house.0.lock().unwrap();
    let reports: Vec<_> = kept.iter().filter(|one| one.notice == Notice::DailyReport).collect();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert_eq!(reports[0].recipient, "finance@example.test");
    assert_eq!((&reports[0].params["day"], &reports[0].params["failed_messages"]), (&json!("2025-10-21"), &json!(0)));
    assert_eq!(reports[0].params["requests"], json!([{ "status": "open", "age": "0-1d", "count": 1 }]));
}

#[test]
fn outside_a_runtime_it_says_so() {
    let started = builder(&Arc::new(MemoryStore::new())).start();
    assert_eq!(started.err(), Some(NotStarted::NoRuntime));
}
