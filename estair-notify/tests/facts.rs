//! The texts over the facts of a real book: each notice finds every particular it writes (N2, N4, N5).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod support;

use estair_core::account::{AccountDraft, AccountPatch, AccountStatus, LimitDraft};
use estair_core::actor::{Actor, ClientKind};
use estair_core::book::{Book, Submission};
use estair_core::category::{Category, Status};
use estair_core::clock::{Clock, Timestamp, parse_timestamp};
use estair_core::command::Command;
use estair_core::comment::CommentDraft;
use estair_core::decision::Answer;
use estair_core::id::{AccountId, RequestId, UserId};
use estair_core::memory::MemoryStore;
use estair_core::messager::{Message, critical_alerts};
use estair_core::money::{Amount, Currency};
use estair_core::notice::{Channel, Notice};
use estair_core::notification::PendingFacts;
use estair_core::notification::{Notification, params_of};
use estair_core::policy::Policy;
use estair_core::queue::{Lease, Leased, Report, Schedule};
use estair_core::request::{IncomingMessage, Payload, RequestDraft, RequestPatch};
use estair_core::store::RequestReader;
use estair_core::support::{SupportDraft, SupportPatch, SupportStatus};
use estair_core::testing::{ManualClock, SeededIds};
use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::Duration;
use estair_notify::Rendered;
use serde_json::json;
use uuid::Uuid;

const FINANCE: Actor = Actor::Finance(UserId(3));
const OPERATION: Actor = Actor::Operation(UserId(2));
const ADMIN: Actor = Actor::Admin(UserId(4));

struct World {
    store: MemoryStore,
    clock: Arc<ManualClock>,
    book: Book,
    account: AccountId,
}

fn morning() -> Timestamp {
    parse_timestamp("2025-10-21T10:42:00Z").unwrap()
}

fn units(units: i64) -> Amount {
    Amount::from_hundredths(units * 100).unwrap()
}

impl World {
    async fn new() -> Self {
        let (store, clock) = (MemoryStore::default(), Arc::new(ManualClock::new(morning())));
        let policy = Policy::default().thresholds(vec![50]);
        let book = Book::new(Arc::new(store.clone()), clock.clone(), Arc::new(SeededIds::new(7)), policy);
        let mut world = Self { store, clock, book, account: AccountId(0) };
        let draft = AccountDraft {
            name: Some("Agence Teranga".to_owned()),
            email: Some("agence@example.test".to_owned()),
            currency: Some(Currency::XOF),
            limit: Some(units(1_000_000)),
            ..AccountDraft::default()
        };
        let Answer::Account(row) = world.run(ADMIN, Command::CreateAccount(draft)).await else { panic!("no account") };
        world.account = row.id;
        world
    }

    async fn run(&self, actor: Actor, command: Command) -> Answer {
        self.book.run(Submission::new(actor, command)).await.unwrap().answer
    }

    fn client(&self) -> Actor {
        Actor::Client { user: UserId(9), account: self.account, kind: ClientKind::Agency }
    }

    async fn ask(&self, actor: Actor, category: Category, amount: i64) -> RequestId {
        let (category, amount, account) = (Some(category), Some(units(amount)), Some(self.account));
        let draft = RequestDraft { category, amount, account, ..RequestDraft::default() };
        let Answer::Request(row) = self.run(actor, Command::CreateRequest(draft)).await else { panic!("no request") };
        row.id
    }

    async fn credit(&self, amount: i64) -> RequestId {
        self.ask(self.client(), Category::DailyCredit, amount).await
    }

    async fn pass(&self, id: RequestId) {
        let patch = RequestPatch { status: Some(Status::ToTreat), ..RequestPatch::default() };
        self.run(FINANCE, Command::UpdateRequest(id, patch)).await;
    }

    /// Carries a request's message into the book.
    async fn deliver(&self, id: RequestId) {
        let request = self.store.request(id).await.unwrap().unwrap().0;
        let carried = IncomingMessage::carrying(Uuid::from_u128(u128::from(id.0)), id, &request, "Agence Teranga");
        self.run(Actor::System, Command::Receive(carried)).await;
    }

    /// Everything that people are told of, as notifications.
    async fn notifications(&self) -> Vec<Notification> {
        let facts = self.store.pending_facts(200).await.unwrap();
        let routes = facts.iter().flat_map(|pending| {
            let (fact, params) = (&pending.fact, params_of(pending));
            let notices = fact.notices.clone().into_iter().flat_map(|notice| {
                notice.routes().into_iter().map(move |(audience, channel)| (notice, audience, channel))
            });
            notices.map(move |(notice, audience, channel)| Notification {
                fact: Some(fact.id),
                notice,
                audience,
                channel,
                user: None,
                recipient: String::new(),
                params: params.clone(),
            })
        });
        routes.collect()
    }
}

/// All that a book tells of: every notice but the failure, which is Messager's.
async fn eventful() -> World {
    let world = World::new().await;
    let granted = world.credit(600_000).await; // crosses the threshold too
    world.deliver(granted).await;
    let waiting = world.credit(700_000).await;
    let raise =
        LimitDraft { limit: Some(units(2_000_000)), reason: Some("haute saison".to_owned()), ..LimitDraft::default() };
    world.run(FINANCE, Command::SetLimit(world.account, raise)).await;
    world.pass(waiting).await;
    world.deliver(waiting).await;
    for category in [Category::Load, Category::Unload] {
        let cash = world.ask(OPERATION, category, 50_000).await;
        world.pass(cash).await;
        world.deliver(cash).await;
    }
    let parent = RequestDraft {
        category: Some(Category::CancelCredit),
        account: Some(world.account),
        ..RequestDraft::default()
    };
    let cancel = Command::CreateRequest(RequestDraft { parent: Some(granted), ..parent });
    let Answer::Request(cancellation) = world.run(ADMIN, cancel).await else { panic!("no cancellation") };
    world.deliver(cancellation.id).await;
    let ticket = SupportDraft {
        subject: Some("Billet émis deux fois".to_owned()),
        description: Some("Merci de vérifier.".to_owned()),
        ..SupportDraft::default()
    };
    let Answer::Support(ticket) = world.run(world.client(), Command::CreateSupport(ticket)).await else {
        panic!("no ticket")
    };
    for status in [SupportStatus::InProgress, SupportStatus::Closed] {
        let patch = SupportPatch { status: Some(status), ..SupportPatch::default() };
        world.run(OPERATION, Command::UpdateSupport(ticket.id, patch)).await;
    }
    for (actor, body) in [(FINANCE, "Il manque le bordereau."), (world.client(), "Le voici.")] {
        let body = Some(body.to_owned());
        let comment = CommentDraft { body, ..CommentDraft::default() };
        let held = world.ask(OPERATION, Category::Load, 40_000).await;
        let (status, reason) = (Some(Status::Waiting), Some("bordereau".to_owned()));
        world
            .run(FINANCE, Command::UpdateRequest(held, RequestPatch { status, reason, ..RequestPatch::default() }))
            .await;
        world.run(actor, Command::CommentRequest(held, comment)).await;
    }
    // More than an account can hold: the last check sends it back (M4).
    let returned = world.ask(OPERATION, Category::Load, 9_999_999_999_999).await;
    world.pass(returned).await;
    world.deliver(returned).await;
    let expired = world.credit(1_999_999).await;
    world.clock.advance(Duration::hours(9));
    world.run(Actor::System, Command::Expire(expired)).await;
    for status in [AccountStatus::Suspended, AccountStatus::Active] {
        let (status, reason) = (Some(status), Some("impayés".to_owned()));
        let patch = AccountPatch { status, reason, ..AccountPatch::default() };
        world.run(FINANCE, Command::UpdateAccount(world.account, patch)).await;
    }
    world
}

#[tokio::test]
async fn n2_every_notice_finds_its_details_in_the_facts() {
    let world = eventful().await;
    let templates = support::texts();
    let mut told = BTreeSet::new();
    for notification in world.notifications().await {
        told.insert(notification.notice);
        let text = match templates.render(&notification).unwrap() {
            Rendered::Email { subject, html, text } => format!("{subject}\n{html}\n{text}"),
            Rendered::Teams { body } => body.to_string(),
            Rendered::Push { payload } => payload.to_string(),
        };
        let (notice, channel) = (notification.notice, notification.channel);
        assert!(!text.contains('—'), "{notice} by {channel} lacks a particular: {text}");
        assert!(text.contains("Agence Teranga") || notification.channel == Channel::Push, "{notice} by {channel}");
        assert!(!text.contains("credit_limit_exceeded") && !text.contains("daily_credit"), "codes are for machines");
    }
    // Messager tells of these, and of a day nothing that happened in it.
    let alerts = [Notice::MovementFailed, Notice::Outage, Notice::OutageOver, Notice::DailyReport];
    let all = Notice::ALL.iter().copied().filter(|notice| !alerts.contains(notice));
    assert_eq!(told, all.collect(), "the book told of everything");
}

#[tokio::test]
async fn n5_messager_s_own_alert_is_written_whole_in_mail_and_card() {
    let world = eventful().await;
    let id = RequestId(1);
    let request = world.store.request(id).await.unwrap().unwrap().0;
    let (kind, payload) = (request.definition().message, Payload::of(id, &request, "Agence Teranga").to_json());
    let uuid = Uuid::from_u128(0x0199_f1b2_6c3e_7d10_9a44_5f2b_8c1d_7e90);
    let message = Message { uuid, domain: "estair-helpdesk".to_owned(), kind: kind.to_owned(), payload };
    let lease = Lease { id: 1, token: Uuid::nil() };
    let leased = Leased { lease, attempts: 4, created_at: morning(), job: message };
    let report = Report::retry("storage_unavailable: no connection").with_status(503);
    let report = Report { result: Some(json!({ "code": "storage_unavailable" }).into()), ..report };
    let now = world.clock.now();
    let schedule = Schedule::messager();
    let settlement = schedule.settle(leased.attempts, report, now, 0);
    let alerts = critical_alerts(&leased, &schedule, &settlement, now);
    assert_eq!(alerts.len(), 2);
    for alert in alerts {
        let text = match support::texts().render(&alert.notification).unwrap() {
            Rendered::Email { text, .. } => text,
            Rendered::Teams { body } => body.to_string().replace("\\\\", ""),
            Rendered::Push { .. } => panic!("an alert is not pushed"),
        };
        let replay = format!("https://estair.example.test/console/messages/{uuid}");
        for part in [
            request.name.as_str(),
            "Crédit journalier",
            "Agence Teranga",
            "600 000 XOF",
            "no connection",
            "storage_unavailable",
            "21/10/2025 à 19h42",
            "3/3 après la première, 4 en tout",
            "503",
            replay.as_str(),
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains('—'));
    }
}
