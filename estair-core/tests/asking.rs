//! Asking the book for something and having just that; Messager in the same process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use std::sync::Arc;

use chrono::Duration;
use estair_core::background::LocalTransport;
use estair_core::clock::parse_timestamp;
use estair_core::json::Json;
use estair_core::messager::{Message, MessageFilter, MessageRecord, MessagerStore, Transport, judge};
use estair_core::prelude::*;
use estair_core::queue::{AttemptOutcome, JobStatus};
use estair_core::testing::{ManualClock, SeededIds};
use estair_core::verify::verify;
use uuid::Uuid;

const ADMIN: Actor = Actor::Admin(UserId(1));
const FINANCE: Actor = Actor::Finance(UserId(3));

/// A book on a clock that is moved by hand, and its Messager beside it.
struct World {
    store: Arc<MemoryStore>,
    messager: Arc<MemoryMessager>,
    clock: Arc<ManualClock>,
    book: Book,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(parse_timestamp("2025-10-21T10:00:00Z").unwrap()));
        let store = Arc::new(MemoryStore::new());
        let book = Book::new(store.clone(), clock.clone(), Arc::new(SeededIds::new(7)), Policy::default());
        Self { store, messager: Arc::new(MemoryMessager::new()), clock, book }
    }

    fn in_process(&self) -> InProcess {
        InProcess::new(&self.book, Arc::clone(&self.store), self.messager.clone())
    }

    async fn account(&self) -> AccountId {
        let agency = AccountDraft::named("Agence du Plateau").email("agence@example.test").limit("1000000").unwrap();
        self.book.ask(ADMIN, agency).await.unwrap().id
    }
}

fn client(account: AccountId) -> Actor {
    Actor::Client { user: UserId(2), account, kind: ClientKind::Agency }
}

fn credit(amount: &str) -> RequestDraft {
    RequestDraft::new(Category::DailyCredit).amount(amount).unwrap()
}

#[tokio::test]
async fn each_draft_is_answered_with_what_it_asks_for() {
    let world = World::new();
    let id = world.account().await;
    let account = world.book.ask(FINANCE, (id, LimitDraft::new("2000000", "good payer").unwrap())).await.unwrap();
    assert_eq!((account.name.as_str(), account.limit.to_string().as_str()), ("Agence du Plateau", "2000000"));

    let waiting = world.book.ask(client(id), credit("5000000")).await.unwrap();
    assert_eq!(waiting.status, Status::Waiting);
    let refused =
        world.book.ask(FINANCE, (waiting.id, RequestPatch::to(Status::ToTreat).version(waiting.version))).await;
    assert!(matches!(refused, Err(Error::Refused(refusal)) if refusal.code() == "credit_limit_exceeded"));

    let ticket = world.book.ask(client(id), SupportDraft::new("Billet", "Au mauvais nom")).await.unwrap();
    let (ticket, _) = world.book.ask(client(id), (ticket.id, CommentDraft::new("Urgent"))).await.unwrap();
    let taken = SupportPatch::to(SupportStatus::InProgress);
    let ticket = world.book.ask(Actor::Operation(UserId(4)), (ticket.id, taken)).await.unwrap();
    assert_eq!(ticket.status, SupportStatus::InProgress);

    let payment = MovementDraft::new(Source::Wave, "W-1", MovementType::Payment, id).amount("2500").unwrap();
    let posted = world.book.ask(Actor::service(UserId(5)), payment.clone()).await.unwrap();
    assert!(posted.created && posted.reference == "W-1");
    let again = world.book.ask(Actor::service(UserId(5)), vec![payment]).await.unwrap();
    assert!(!again[0].created, "known before");
}

/// rule: M1: what is no amount is an error where it is written, never nothing.
#[tokio::test]
async fn m1_a_text_that_is_no_amount_makes_no_draft() {
    for text in ["", "1,000", "a lot", "1.005", "99999999999999", "NaN"] {
        let refusal = AccountDraft::named("Agence").limit(text).unwrap_err();
        assert_eq!(refusal.code(), "invalid_amount", "{text}");
        assert!(RequestDraft::new(Category::Load).amount(text).is_err(), "{text}");
        assert!(LimitDraft::new(text, "why").is_err(), "{text}");
        assert!(
            MovementDraft::new(Source::Wave, "1", MovementType::Payment, AccountId(1)).amount(text).is_err(),
            "{text}"
        );
    }
    let amount = Amount::from_hundredths(100_000_000).unwrap();
    assert_eq!(AccountDraft::named("A").limit(amount).unwrap(), AccountDraft::named("A").limit("1000000").unwrap());
}

/// rules: G2, G3, W3: in one process a credit goes the same way as over HTTP, once.
#[tokio::test]
async fn g3_a_credit_goes_through_messager_in_one_process() {
    let world = World::new();
    let id = world.account().await;
    let request = world.book.ask(client(id), credit("500000")).await.unwrap();
    assert_eq!(request.status, Status::ToTreat);
    let in_process = world.in_process();
    assert_eq!(in_process.round().await.unwrap(), 2);
    assert_eq!(in_process.round().await.unwrap(), 0);

    let account = world.store.account(id).await.unwrap().unwrap();
    assert_eq!(account.indicators.active_credit.to_string(), "500000");
    let (closed, _) = world.store.request(request.id).await.unwrap().unwrap();
    assert_eq!(closed.status, Status::Closed);
    let message = world.messager.message(closed.message_uuid.unwrap()).await.unwrap().unwrap().0;
    assert_eq!(message.status, JobStatus::Completed);
    let result = message.result.unwrap();
    assert_eq!(result.get("success").unwrap().as_str(), "true");
    assert_eq!(result.get("mouvement_id").unwrap().as_str(), "1");

    // The same message again has the same answer, and does nothing.
    let again = LocalTransport { book: world.book.clone() }.call(&message.message).await;
    assert_eq!(again.body, Some(result));
    assert_eq!(world.store.account(id).await.unwrap().unwrap().version, 1);
    assert!(verify(world.store.as_ref(), None).await.unwrap().is_clean());
}

/// rule: G2: a business outcome is no failure; what cannot be carried fails for good.
#[tokio::test]
async fn g2_outcomes_and_failures_are_told_apart_without_http_too() {
    let world = World::new();
    let id = world.account().await;
    world.book.ask(client(id), credit("500000")).await.unwrap();
    world.clock.advance(Duration::hours(9));
    assert_eq!(world.in_process().round().await.unwrap(), 2);
    let message = only_message(&world).await;
    assert_eq!(message.status, JobStatus::Completed);
    assert_eq!(message.result.unwrap().get("outcome").unwrap().as_str(), r#""expired""#);

    let transport = LocalTransport { book: world.book.clone() };
    let unreadable =
        Message { uuid: Uuid::nil(), payload: Json::parse(r#"{"requete_id":1}"#).unwrap(), ..message.message };
    let report = judge(transport.call(&unreadable).await);
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Permanent, Some(422)));
    assert!(report.error.unwrap().starts_with("malformed_payload: "));
}

async fn only_message(world: &World) -> MessageRecord {
    let messages = world.messager.messages(&MessageFilter::default(), Page::default()).await.unwrap().items;
    assert_eq!(messages.len(), 1);
    messages.into_iter().next().unwrap()
}
