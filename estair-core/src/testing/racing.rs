//! What holds whoever comes first: many commands at the same time, on whatever concurrency the store has.

use crate::actor::Actor;
use crate::book::{Error, Submission};
use crate::category::Status;
use crate::command::Command;
use crate::comment::CommentDraft;
use crate::decision::{Answer, IdempotencyKey};
use crate::fact::FactKind;
use crate::hash::Hash;
use crate::messager;
use crate::messager::{Message, NewMessage, Operator, OutgoingMessage, Replay};
use crate::movement::MovementType;
use crate::queue::{Next, Queue, Report, Schedule, Settlement};
use crate::refusal::Refusal;
use crate::row::Link;
use crate::store::{Event, Page, RequestFilter, Timeline};
use crate::testing::Harness;
use futures::future::{join, join_all, join3};
use serde_json::json;

use super::world::*;

/// 64 credits of 100 under a limit of 1,000: each fits, nine of them together (strictly less). Every one passes, all
/// are delivered at once, nine are written and the others wait.
pub async fn c4_of_sixty_four_racing_credits_nine_are_written(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let asked = (0..64).map(|_| world.credit(account, 100));
    let credits = join_all(asked).await;
    assert!(credits.iter().all(|credit| credit.status == Status::ToTreat));
    join_all(credits.iter().map(|credit| world.deliver(credit.id))).await;
    let count = async |status| {
        let filter = RequestFilter { status: vec![status], ..RequestFilter::default() };
        world.stores.reader.requests(&filter, Page { limit: 100, before: None }).await.unwrap().items.len()
    };
    assert_eq!((count(Status::Closed).await, count(Status::Waiting).await), (9, 55));
    let row = world.account_row(account).await;
    assert_eq!((row.version, row.indicators.active_credit.amount()), (9, units(900)));
    world.assert_healthy().await;
}

/// One movement, one answer for all.
pub async fn w3_a_message_delivered_many_times_at_once_is_one_movement(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.credit(account, 100).await;
    let answers = join_all((0..16).map(|_| world.deliver(credit.id))).await;
    assert!(matches!(answers[0], Answer::Written { .. }));
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(world.account_row(account).await.version, 1);
}

/// One request, one answer for all.
pub async fn w3_a_key_used_many_times_at_once_is_one_request(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let submit = || {
        let key = Some(IdempotencyKey::new("same", Hash::of("body")));
        let command = Command::CreateRequest(credit_draft(10));
        world.book.run(Submission { key, ..Submission::new(client(account), command) })
    };
    let replies = join_all((0..16).map(|_| submit())).await;
    let answers: Vec<_> = replies.into_iter().map(|reply| reply.unwrap()).collect();
    assert!(answers.iter().all(|reply| reply.answer == answers[0].answer));
    assert_eq!(answers.iter().filter(|reply| !reply.replayed).count(), 1);
    let requests = world.stores.reader.requests(&RequestFilter::default(), Page::default()).await.unwrap();
    assert_eq!(requests.items.len(), 1);
}

/// One is created, the others are refused.
pub async fn r5_racing_cancellations_of_one_credit_are_one(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 100).await;
    let ask = || Submission::new(ADMIN, Command::CreateRequest(cancellation_draft(credit.id, account)));
    let replies = join_all((0..8).map(|_| world.book.run(ask()))).await;
    assert_eq!(replies.iter().filter(|reply| reply.is_ok()).count(), 1);
}

/// Doubled schedulers, and a webhook between them: one cancellation, told once.
pub async fn x4_racing_schedulers_expire_a_credit_once(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.credit(account, 100).await;
    let message = Command::Receive(message_of(credit.id, &credit));
    world.wait(chrono::Duration::hours(12));
    let race = (0..8).map(|i| {
        let command = if i % 2 == 0 { Command::Expire(credit.id) } else { message.clone() };
        world.run(Actor::System, command)
    });
    join_all(race).await;
    assert_eq!(
        (world.request(credit.id).await.status, world.account_row(account).await.version),
        (Status::Cancelled, 0)
    );
    let facts = world.timeline(Timeline::Request(credit.id)).await;
    assert_eq!(facts.iter().filter(|fact| fact.data.data.get("to") == Some(&json!("cancelled"))).count(), 1);
    world.assert_healthy().await;
}

/// Two accounts, transfers both ways at once: accounts are locked in one order, and the sums hold.
pub async fn w6_transfers_in_both_directions_lose_nothing(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(0).await, world.account(0).await);
    let transfer = |i: i64| {
        let (from, to) = if i % 2 == 0 { (one, two) } else { (two, one) };
        let leg =
            |account, amount, side| posting(account, MovementType::Transfer, units(amount), &format!("{i}-{side}"));
        world.run(SERVICE, Command::Post(vec![leg(from, -(10 + i), "out"), leg(to, 10 + i, "in")]))
    };
    join_all((0..16).map(transfer)).await;
    let (first, second) = (world.account_row(one).await, world.account_row(two).await);
    assert_eq!((first.version, second.version), (16, 16));
    assert_eq!(first.indicators.balance, second.indicators.balance.negated());
    assert_eq!(first.indicators.balance.amount(), units(8));
    world.assert_healthy().await;
}

/// Everybody presses the button: one cycle begins.
pub async fn g4_racing_replays_are_one(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    let submission = OutgoingMessage {
        domain: messager::DOMAIN.to_owned(),
        kind: "credit_request".to_owned(),
        payload: json!({ "account_id": 1 }).into(),
        idempotency_key: None,
    };
    let new = NewMessage::new(submission, world.uuid(), &Schedule::messager(), world.now());
    let uuid = store.accept(&new).await.unwrap().0.message_uuid;
    let queue: &dyn Queue<Message> = store.as_ref();
    let leased = queue.claim(&world.claim(1)).await.unwrap();
    let report = Report::permanent("no");
    let failed = Settlement { at: world.now(), next: Next::Failed, report };
    assert!(queue.settle(&leased[0].lease, &failed).await.unwrap());
    let operator = Operator { by: "finance:3".to_owned(), reason: "encore".to_owned(), at: world.now() };
    let replays = join_all((0..8).map(|_| store.replay(uuid, &operator))).await;
    assert_eq!(replays.into_iter().filter(|one| matches!(one, Ok(Replay::Begun))).count(), 1);
}

/// Somebody who follows the events while they come.
#[derive(Default)]
struct Follower {
    seen: Vec<Event>,
}

impl Follower {
    async fn look(&mut self, world: &World) {
        let last = self.seen.last().map_or(0, |event| event.number);
        let news = world.stores.reader.events(last, 3).await.unwrap();
        for (place, event) in (1..).zip(&news) {
            assert_eq!(event.number, last + place, "a number became visible before one below it");
        }
        self.seen.extend(news);
    }

    /// Reads what is left: nothing was skipped, nothing came twice.
    async fn finish(mut self, world: &World) {
        let all = world.events().await;
        while self.seen.len() < all.len() {
            self.look(world).await;
        }
        assert_eq!(self.seen, all);
        let mut facts: Vec<_> = all.iter().map(|event| event.fact.id).collect();
        facts.sort_unstable();
        facts.dedup();
        let written: u64 = world
            .stores
            .audit
            .audit_counts()
            .await
            .unwrap()
            .into_iter()
            .filter_map(|(table, count)| (table == "estair_facts").then_some(count))
            .sum();
        assert_eq!((facts.len(), facts.len() as u64), (all.len(), written));
    }
}

/// A transaction that writes first and commits last, while another one commits and events are numbered: its facts have no
/// number before it is committed, and a reader who follows along gets them.
pub async fn events_that_commit_late_are_missed_by_nobody(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(1_000).await, world.account(1_000).await);
    let mut follower = Follower::default();
    world.events().await;
    follower.look(&world).await;
    let changes = world.decided(client(one), &Command::CreateRequest(credit_draft(10))).await;
    let mut late = world.stores.store.begin(0).await.unwrap();
    late.save(&changes).await.unwrap();
    // A store with one writer lets the others wait until the late one is done.
    let other = world.credit(two, 20);
    let numbering = world.stores.reader.number_events(100);
    let commits_late = async {
        for _ in 0..20 {
            follower.look(&world).await;
        }
        let early = follower.seen.iter().filter(|event| event.fact.kind == FactKind::RequestCreated);
        assert!(early.clone().all(|event| event.fact.account == Link::Id(two)), "it is not committed");
        late.commit().await.unwrap();
    };
    let (_, numbered, ()) = join3(other, numbering, commits_late).await;
    numbered.unwrap();
    follower.finish(&world).await;
}

/// Many writers on several accounts, several who number, one who reads.
pub async fn a_reader_misses_no_event_of_many_at_once(harness: &impl Harness) {
    let world = World::open(harness).await;
    let mut accounts = Vec::new();
    for _ in 0..3 {
        accounts.push(world.account(1_000).await);
    }
    let writers = join_all((0..24).map(|i| world.credit(accounts[i % 3], 1)));
    let numbering = join_all((0..2).map(|_| async {
        for _ in 0..10 {
            world.stores.reader.number_events(4).await.unwrap();
        }
    }));
    let mut follower = Follower::default();
    let reading = async {
        for _ in 0..30 {
            follower.look(&world).await;
        }
    };
    join3(writers, numbering, reading).await;
    follower.finish(&world).await;
    world.assert_healthy().await;
}

/// Verifying a book that is in use: what changes between its reads is no finding (F8).
pub async fn f8_nothing_is_found_while_the_book_is_in_use(harness: &impl Harness) {
    let world = World::open(harness).await;
    let (one, two) = (world.account(1_000).await, world.account(1_000).await);
    let life = async |account, number: i64| {
        let credit = world.granted(account, 1).await;
        world.post(posting(account, MovementType::Payment, units(number), &format!("p-{number}"))).await;
        world.limit(account, 1_000 + number, "encore").await;
        let support = world.support(account, "sujet").await;
        world.comment(support, account, "bonjour").await;
        let cancellation = world.cancellation(credit.id, account).await;
        world.deliver(cancellation.id).await;
    };
    let lives = join_all((1..=12).map(|number| life(if number % 2 == 0 { one } else { two }, number)));
    let verifying = async {
        for _ in 0..6 {
            world.assert_healthy().await;
        }
    };
    join(lives, verifying).await;
    world.assert_healthy().await;
}

/// What changes a request and what is only said of it, at once: what was said is sealed over the request as it is then, so
/// that nothing looks changed by hand (F8, R9).
pub async fn f8_a_comment_is_sealed_over_the_request_as_it_is(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(100_000).await;
    let credits = join_all((0..12).map(|_| world.credit(account, 100))).await;
    let said = |id| {
        let draft = CommentDraft { internal: Some(true), ..CommentDraft::new("vu") };
        world.book.run(Submission::new(FINANCE, Command::CommentRequest(id, draft)))
    };
    let both = credits.iter().map(|credit| join3(said(credit.id), world.deliver(credit.id), said(credit.id)));
    for (first, _, second) in join_all(both).await {
        for said in [first, second] {
            // It may come when the request is final already.
            assert!(said.is_ok() || matches!(said, Err(Error::Refused(Refusal::Immutable { .. }))), "{said:?}");
        }
    }
    assert!(
        join_all(credits.iter().map(|credit| world.request(credit.id))).await.iter().all(|one| one.movement.is_some())
    );
    world.assert_healthy().await;
}
