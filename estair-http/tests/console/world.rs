//! A book with something of everything in it, behind the console.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request};
use chrono::{DateTime, Utc};
use estair_core::account::AccountDraft;
use estair_core::actor::{Actor, ClientKind};
use estair_core::book::Submission;
use estair_core::category::Category;
use estair_core::clock::{IdSource, Ids};
use estair_core::command::Command;
use estair_core::decision::Answer as Done;
use estair_core::id::{AccountId, RequestId, UserId};
use estair_core::memory::{MemoryMessager, MemoryStore};
use estair_core::messager::{Message, MessagerStore, NewMessage, OutgoingMessage, Stored};
use estair_core::movement::{MovementDraft, MovementType, Source};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{NewNotification, Notification};
use estair_core::policy::Policy;
use estair_core::queue::{AttemptOutcome, Claim, Queue, Report, Schedule};
use estair_core::request::{IncomingMessage, Payload, RequestDraft};
use estair_core::store::StoreError;
use estair_core::support::SupportDraft;
use estair_core::testing::{ManualClock, SeededIds};
use estair_core::{Book, messager};
use estair_http::EventKey;
use estair_http::console::{NotSent, Options, Rendered, router};
use estair_http::host::{Authenticate, Host, Sessions};
use tower::ServiceExt;
use uuid::Uuid;

use crate::shared_people::Folk;

pub(crate) const STAFF: [&str; 3] = ["operation", "finance", "admin"];

/// Where the console is mounted.
pub(crate) const PREFIX: &str = "/console";

/// The secret that the host stumbles over.
pub(crate) const PANIC: &str = "panic";
/// The secret that the host is never done with.
pub(crate) const FOR_EVER: &str = "for-ever";

/// Nobody asks the API here.
struct Nobody;

#[async_trait]
impl Authenticate for Nobody {
    async fn actor(&self, _: &Parts) -> Result<Option<Actor>, StoreError> {
        Ok(None)
    }
}

/// Tokens are the names of roles; secrets are counted.
#[derive(Default)]
pub(crate) struct Memory {
    open: Mutex<BTreeMap<String, Actor>>,
}

pub(crate) fn actor_of(token: &str) -> Option<Actor> {
    Some(match token {
        "operation" => Actor::Operation(UserId(21)),
        "finance" => Actor::Finance(UserId(22)),
        "admin" => Actor::Admin(UserId(23)),
        "service" => Actor::service(UserId(24)),
        "auditor" => Actor::Auditor(UserId(26)),
        "client" => Actor::Client { user: UserId(11), account: AccountId(1), kind: ClientKind::Agency },
        _ => return None,
    })
}

#[async_trait]
impl Sessions for Memory {
    async fn sign_in(&self, token: &str) -> Result<Option<String>, StoreError> {
        let Some(actor) = actor_of(token) else { return Ok(None) };
        let mut open = self.open.lock().unwrap();
        let secret = format!("secret-{}-{token}", open.len());
        open.insert(secret.clone(), actor);
        Ok(Some(secret))
    }

    async fn actor(&self, secret: &str) -> Result<Option<Actor>, StoreError> {
        match secret {
            PANIC => panic!("a host's own mistake"),
            FOR_EVER => std::future::pending().await,
            _ => {}
        }
        Ok(self.open.lock().unwrap().get(secret).copied())
    }

    async fn sign_out(&self, secret: &str) -> Result<(), StoreError> {
        self.open.lock().unwrap().remove(secret);
        Ok(())
    }
}

pub(crate) struct World {
    pub(crate) clock: Arc<ManualClock>,
    ids: Arc<SeededIds>,
    pub(crate) host: Host,
    pub(crate) messager: MemoryMessager,
    pub(crate) sessions: Arc<Memory>,
    router: Router,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.to_vec()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Checks the status and gives the page.
    #[track_caller]
    pub(crate) fn page(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        self.text()
    }

    /// Checks that it leads elsewhere, and gives where.
    #[track_caller]
    pub(crate) fn leads(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text());
        self.header("location").to_owned()
    }
}

/// Somebody's browser.
pub(crate) struct Browser<'w> {
    world: &'w World,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

impl World {
    /// Nine in the morning; account 1 with a limit of 1,000,000 XOF, account 2 with 250,000.
    pub(crate) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        Self::over(MemoryStore::new(), options, Policy::default()).await
    }

    /// The same in this store, with this policy.
    pub(crate) async fn over(store: MemoryStore, options: Options, policy: Policy) -> Self {
        Self::before(store, options, policy).opened().await
    }

    /// The same with these sessions.
    pub(crate) async fn with_sessions(sessions: Arc<Memory>, options: Options) -> Self {
        Self::around(MemoryStore::new(), options, Policy::default(), sessions).opened().await
    }

    async fn opened(self) -> Self {
        let world = self;
        for (name, limit) in [("Agence Un", "1000000"), ("Agence Deux", "250000")] {
            let draft = AccountDraft {
                name: Some(name.to_owned()),
                limit: Some(limit.parse().unwrap()),
                ..AccountDraft::default()
            };
            world.run(Actor::Admin(UserId(23)), Command::CreateAccount(draft)).await;
        }
        world
    }

    /// A console before whatever this store holds.
    pub(crate) fn before(store: MemoryStore, options: Options, policy: Policy) -> Self {
        Self::around(store, options, policy, Arc::new(Memory::default()))
    }

    fn around(store: MemoryStore, options: Options, policy: Policy, sessions: Arc<Memory>) -> Self {
        let messager = MemoryMessager::new();
        let clock = Arc::new(ManualClock::new(at("2025-10-21T09:00:00Z")));
        let ids = Arc::new(SeededIds::new(3));
        let book = Book::new(Arc::new(store.clone()), clock.clone(), ids.clone(), policy);
        let folk = Arc::new(Folk::default());
        let host = Host {
            book,
            reader: Arc::new(store.clone()),
            audit: Arc::new(store.clone()),
            notifications: Arc::new(store.clone()),
            subscriptions: Arc::new(store),
            messager: Some(Stored::of(Arc::new(messager.clone()))),
            authenticate: Arc::new(Nobody),
            names: Some(folk.clone()),
            people: Some(folk),
            clock: clock.clone(),
            ids: ids.clone(),
            event_key: EventKey::derived_from("a secret"),
        };
        let preview = |notice: Notice, channel: Channel| {
            let text = format!("{notice} by {channel} <b>500 000 XOF</b>");
            Some(Rendered { subject: Some(format!("Sujet {notice}")), text, source: Some("<html></html>".to_owned()) })
        };
        let origin = options.origin.clone().or(Some("https://estair.example.test".to_owned()));
        let options = options.prefix(PREFIX.to_owned()).origin(origin).preview(Some(Arc::new(preview))).test_send(
            Some(Arc::new(|_, channel, to| {
                Box::pin(async move {
                    if channel == Channel::Push {
                        Err(NotSent::Off)
                    } else if to.contains("refused") {
                        Err(NotSent::Failed("mailbox unknown".to_owned()))
                    } else {
                        Ok(())
                    }
                })
            })),
        );
        let console = router(host.clone(), sessions.clone(), options);
        let router = Router::new().nest(PREFIX, console);
        Self { clock, ids, host, messager, sessions, router }
    }

    pub(crate) async fn run(&self, actor: Actor, command: Command) -> Done {
        self.host.book.run(Submission::new(actor, command)).await.unwrap().answer
    }

    pub(crate) async fn request(
        &self,
        role: &str,
        category: Category,
        account: u64,
        amount: &str,
        why: &str,
    ) -> RequestId {
        let draft = RequestDraft {
            category: Some(category),
            account: Some(AccountId(account)),
            amount: Some(amount.parse().unwrap()),
            description: Some(why.to_owned()),
            ..RequestDraft::default()
        };
        match self.run(actor_of(role).unwrap(), Command::CreateRequest(draft)).await {
            Done::Request(request) => request.id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn ticket(&self, subject: &str, description: &str) -> u64 {
        let draft = SupportDraft {
            subject: Some(subject.to_owned()),
            description: Some(description.to_owned()),
            account: Some(AccountId(1)),
            etatsdevente_id: Some(77),
            ..SupportDraft::default()
        };
        match self.run(actor_of("operation").unwrap(), Command::CreateSupport(draft)).await {
            Done::Support(ticket) => ticket.id.0,
            other => panic!("{other:?}"),
        }
    }

    /// Carries a passed request into the book, as its message does.
    pub(crate) async fn deliver(&self, id: RequestId) {
        let (row, _) = self.host.reader.request(id).await.unwrap().unwrap();
        let account = self.host.reader.account(row.account).await.unwrap().unwrap();
        let payload = Payload::of(row.id, &row, &account.name);
        let (kind, raw) = (row.definition().message, payload.to_json());
        let message = IncomingMessage { message_uuid: self.uuid(), kind: kind.to_owned(), payload, raw };
        self.run(Actor::System, Command::Receive(message)).await;
    }

    pub(crate) fn uuid(&self) -> Uuid {
        Ids::new(self.host.clock.now(), self.ids.seed()).draw()
    }

    /// A payment received on account 1.
    pub(crate) async fn payment(&self, reference: &str, description: &str) {
        let mut draft = MovementDraft {
            source: Some(Source::Wave),
            reference: Some(reference.to_owned()),
            kind: Some(MovementType::Payment),
            amount: Some("400000".parse().unwrap()),
            account: Some(AccountId(1)),
            ..MovementDraft::default()
        };
        draft.details.description = Some(description.to_owned());
        self.run(Actor::service(UserId(24)), Command::Post(vec![draft])).await;
    }

    /// How many facts there are.
    pub(crate) async fn facts(&self) -> u64 {
        while self.host.reader.number_events(500).await.unwrap() > 0 {}
        self.host.reader.event_range(self.host.clock.now()).await.unwrap().last
    }

    /// A message of Messager that has failed for good.
    pub(crate) async fn failed_message(&self, error: &str) -> Uuid {
        let uuid = self.uuid();
        let message = OutgoingMessage {
            domain: messager::DOMAIN.to_owned(),
            kind: "credit_request".to_owned(),
            payload: serde_json::json!({ "requete_id": 1, "note": error }).into(),
            idempotency_key: None,
        };
        let now = self.host.clock.now();
        let message = NewMessage::new(message, uuid, &Schedule::messager(), now);
        self.messager.accept(&message).await.unwrap();
        let until = now + chrono::Duration::minutes(1);
        let token = self.uuid();
        let claim = Claim { limit: 10, now, until, latest_until: until, latest: until, quiet: false, token };
        for leased in Queue::<Message>::claim(&self.messager, &claim).await.unwrap() {
            let report = Report::failed(AttemptOutcome::Permanent, error).with_status(422);
            let settlement = Schedule::messager().settle(leased.attempts, report, now, 0);
            Queue::<Message>::settle(&self.messager, &leased.lease, &settlement).await.unwrap();
        }
        uuid
    }

    /// A notification to this address.
    pub(crate) async fn notification(&self, recipient: &str) {
        let notification = Notification {
            user: None,
            fact: None,
            notice: Notice::CreditRequested,
            audience: Audience::Finance,
            channel: Channel::Email,
            recipient: recipient.to_owned(),
            params: serde_json::Map::from_iter([("name".to_owned(), recipient.into())]),
        };
        let now = self.host.clock.now();
        let new =
            NewNotification { notification, not_before: now, skip: Some("channel not configured".to_owned()), at: now };
        self.host.notifications.enqueue(&[new]).await.unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 64 * 1024 * 1024).await.unwrap();
        Answer { status: parts.status.as_u16(), headers: parts.headers, bytes }
    }

    /// Signs in with a role's token.
    pub(crate) async fn browser(&self, role: &str) -> Browser<'_> {
        let answer = self.post_from("", "/sign-in", &[("token", role)], &SAME_ORIGIN).await;
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        assert!(cookie.contains("estair-console="), "{role} is signed in: {}", answer.text());
        let mut browser = Browser { world: self, cookie, csrf: String::new() };
        let page = browser.get("/support").await.page(200);
        browser.csrf = between(&page, "name=\"csrf\" value=\"", "\"").to_owned();
        browser
    }

    pub(crate) async fn get_from(&self, cookie: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(format!("{PREFIX}{path}"));
        if !cookie.is_empty() {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post_from(
        &self,
        cookie: &str,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::post(format!("{PREFIX}{path}"))
            .header("host", "estair.example.test")
            .header("content-type", "application/x-www-form-urlencoded");
        if !cookie.is_empty() {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.send(request.body(Body::from(body.join("&"))).unwrap()).await
    }
}

impl World {
    pub(crate) async fn upload_from(&self, cookie: &str, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        const BETWEEN: &str = "----between-the-parts";
        let field = |(name, value): &(&str, &str)| {
            format!("--{BETWEEN}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let mut body = fields.iter().map(field).collect::<String>().into_bytes();
        let head = "Content-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv";
        body.extend(format!("--{BETWEEN}\r\n{head}\r\n\r\n").into_bytes());
        body.extend(file);
        body.extend(format!("\r\n--{BETWEEN}--\r\n").into_bytes());
        let request = Request::post(format!("{PREFIX}{path}"))
            .header("host", "estair.example.test")
            .header("cookie", cookie)
            .header("content-type", format!("multipart/form-data; boundary={BETWEEN}"))
            .header(SAME_ORIGIN[0].0, SAME_ORIGIN[0].1);
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

/// What a browser says of a form on a page of the same origin.
pub(crate) const SAME_ORIGIN: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

impl Browser<'_> {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.world.get_from(&self.cookie, path, &[]).await
    }

    /// Sends a form of a page of this session that brings a file, as a browser without a script does.
    pub(crate) async fn upload(&self, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let all: Vec<_> = fields.iter().copied().chain([("csrf", self.csrf.as_str())]).collect();
        self.world.upload_from(&self.cookie, path, &all, file).await
    }

    /// Sends a form of a page of this session.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let all: Vec<_> = fields.iter().copied().chain([("csrf", self.csrf.as_str())]).collect();
        self.world.post_from(&self.cookie, path, &all, &SAME_ORIGIN).await
    }
}

/// The text between two others.
#[track_caller]
pub(crate) fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before:?} is not in {text}"));
    rest.split_once(after).unwrap_or_else(|| panic!("{after:?} is not in {rest}")).0
}

pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
