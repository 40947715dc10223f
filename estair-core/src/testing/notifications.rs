//! What [`Notifications`](crate::notification::Notifications), [`PendingFacts`](crate::notification::PendingFacts) and
//! [`Subscriptions`](crate::notification::Subscriptions) promise.

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::join_all;
use serde_json::json;
use uuid::Uuid;

use super::world::*;
use crate::actor::Actor;
use crate::background::ReportDay;
use crate::category::Category;
use crate::clock::{BusinessDay, Timestamp};
use crate::command::{Command, FailedEntry};
use crate::fact::FactKind;
use crate::id::{AccountId, FactId, UserId};
use crate::messager::Stored;
use crate::movement::{Failure, MovementType};
use crate::notice::{Audience, Channel, Notice};
use crate::notification::alert::explained;
use crate::notification::{
    Directory, FannedOut, NewNotification, Notification, NotificationFilter, NotificationRecord, Notifier, PendingFact,
    Recipient, Resend,
};
use crate::queue::{AttemptOutcome, Claim, JobStatus, Leased, Next, Report, Settlement};
use crate::store::{Page, StoreError};
use crate::testing::Harness;

fn notification(world: &World, fact: Option<FactId>, channel: Channel, recipient: &str) -> NewNotification {
    let params = [("client".to_owned(), json!("Agence 🛫 مرحبا")), ("amount".to_owned(), json!("500000"))];
    let notification = Notification {
        fact,
        notice: Notice::CreditRequested,
        audience: Audience::Finance,
        channel,
        user: None,
        recipient: recipient.to_owned(),
        params: params.into_iter().collect(),
    };
    NewNotification { notification, not_before: world.now(), skip: None, at: world.now() }
}

fn fanned_out(fact: FactId, notifications: &[NewNotification]) -> FannedOut {
    FannedOut { fact, notifications: notifications.to_vec() }
}

async fn claim(world: &World) -> Vec<Leased<Notification>> {
    world.stores.notifications.claim(&world.claim(100)).await.unwrap()
}

/// A fact with notices, and its number.
async fn told_fact(world: &World) -> FactId {
    let account = world.account(1_000).await;
    world.credit(account, 10).await;
    world.stores.pending.pending_facts(100).await.unwrap().last().expect("a fact with notices").fact.id
}

/// Facts with notices, oldest first, until they are told; facts without are never there.
pub async fn n3_what_was_not_told_is_found_until_it_is(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(15).await;
    world.credit(account, 10).await;
    world.credit(account, 20).await;
    let store = &world.stores.pending;
    let pending = store.pending_facts(100).await.unwrap();
    let notices: Vec<_> = pending.iter().map(|one| one.fact.notices.clone()).collect();
    assert_eq!(notices, [vec![Notice::CreditRequested], vec![Notice::CreditRequested], vec![Notice::CreditRefused]]);
    assert!(pending.is_sorted_by_key(|one| one.fact.id));
    assert_eq!(store.pending_facts(2).await.unwrap(), pending[..2]);
    let [first, second] = [&pending[0], &pending[1]].map(|one| one.fact.id);
    let told = notification(&world, Some(first), Channel::Teams, "");
    store.save_fan_out(&[fanned_out(first, &[told]), fanned_out(second, &[])]).await.unwrap();
    assert_eq!(store.pending_facts(100).await.unwrap(), pending[2..]);
    assert_eq!(claim(&world).await.len(), 1);
}

/// One fact, notice, channel and recipient: one delivery, however often it is told.
pub async fn n2_a_delivery_is_queued_once(harness: &impl Harness) {
    let world = World::open(harness).await;
    let fact = told_fact(&world).await;
    let both = [
        notification(&world, Some(fact), Channel::Email, "a@example.test"),
        notification(&world, Some(fact), Channel::Email, "b@example.test"),
    ];
    world.stores.pending.save_fan_out(&[fanned_out(fact, &both[..1])]).await.unwrap();
    world.stores.pending.save_fan_out(&[fanned_out(fact, &both)]).await.unwrap();
    world.stores.pending.save_fan_out(&[fanned_out(fact, &both)]).await.unwrap();
    let leased = claim(&world).await;
    assert_eq!(leased.iter().map(|one| one.job.clone()).collect::<Vec<_>>(), both.map(|one| one.notification));
}

/// Facts that are told together: each delivery is queued once, at the request of its own fact, though one of them was told
/// before and one is named twice.
pub async fn n2_facts_told_together_queue_each_delivery_once(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    world.credit(account, 10).await;
    world.credit(account, 20).await;
    let pending = world.stores.pending.pending_facts(100).await.unwrap();
    let told = |one: &PendingFact, to: &str| {
        fanned_out(one.fact.id, &[notification(&world, Some(one.fact.id), Channel::Email, to)])
    };
    let (first, last) = (&pending[0], pending.last().unwrap());
    assert_ne!(first.fact.request, last.fact.request);
    world.stores.pending.save_fan_out(&[told(first, "a@example.test")]).await.unwrap();
    let together = [told(first, "a@example.test"), told(last, "b@example.test"), told(last, "b@example.test")];
    world.stores.pending.save_fan_out(&together).await.unwrap();
    let leased = claim(&world).await;
    let reached: Vec<_> = leased.iter().map(|one| (one.job.fact, one.job.recipient.as_str())).collect();
    let wanted = [(Some(first.fact.id), "a@example.test"), (Some(last.fact.id), "b@example.test")];
    assert_eq!(reached, wanted);
    for one in [first, last] {
        let request = one.request.as_ref().map(|request| request.id);
        let filter = NotificationFilter { request, ..NotificationFilter::default() };
        let found = world.stores.notifications.notifications(&filter, Page::default()).await.unwrap();
        let facts: Vec<_> = found.items.iter().map(|record| record.notification.fact).collect();
        assert_eq!(facts, [Some(one.fact.id)]);
    }
}

/// A channel that is off leaves a trace and no job.
pub async fn n3_a_skipped_delivery_is_recorded_and_not_sent(harness: &impl Harness) {
    let world = World::open(harness).await;
    let skip = NewNotification {
        skip: Some("channel not configured".to_owned()),
        ..notification(&world, None, Channel::Push, "device")
    };
    world.stores.notifications.enqueue(&[skip]).await.unwrap();
    assert!(claim(&world).await.is_empty());
    let found =
        world.stores.notifications.notifications(&NotificationFilter::default(), Page::default()).await.unwrap();
    let record = &found.items[0];
    assert_eq!((record.status, record.attempts), (JobStatus::Skipped, 0));
    assert_eq!(record.error.as_deref(), Some("channel not configured"));
}

/// Not before its time, as long as an honest clock can have written it.
pub async fn a_delivery_waits_for_its_time(harness: &impl Harness) {
    let world = World::open(harness).await;
    let not_before = world.now() + chrono::Duration::minutes(8);
    let late = NewNotification { not_before, ..notification(&world, None, Channel::Email, "a@example.test") };
    world.stores.notifications.enqueue(&[late]).await.unwrap();
    assert!(claim(&world).await.is_empty());
    world.clock.set(not_before);
    assert_eq!(claim(&world).await.len(), 1);
}

/// In quiet hours what is of low priority waits, however often it is asked for, and uses up no attempt; the rest goes out.
pub async fn n3_in_quiet_hours_what_is_of_low_priority_waits(harness: &impl Harness) {
    let world = World::open(harness).await;
    let notifications = &world.stores.notifications;
    let of = |notice, recipient: &str| {
        let mut new = notification(&world, None, Channel::Email, recipient);
        new.notification.notice = notice;
        new
    };
    let resolved = of(Notice::SupportResolved, "a@example.test");
    let medium = of(Notice::CreditApproved, "a@example.test");
    let critical = of(Notice::MovementFailed, "");
    notifications.enqueue(&[resolved.clone(), medium.clone(), critical.clone()]).await.unwrap();
    let quiet = async || {
        let leased = notifications.claim(&Claim { quiet: true, ..world.claim(100) }).await.unwrap();
        leased.into_iter().map(|one| one.job).collect::<Vec<_>>()
    };
    assert_eq!(quiet().await, [medium.notification, critical.notification]);
    world.wait(chrono::Duration::seconds(30));
    assert_eq!(quiet().await, []);
    let leased = claim(&world).await;
    assert_eq!(leased.iter().map(|one| (&one.job, one.attempts)).collect::<Vec<_>>(), [(&resolved.notification, 1)]);
    let at = world.now() + chrono::Duration::seconds(10);
    let retry = Settlement { at: world.now(), next: Next::Retry { at }, report: Report::retry("down") };
    assert!(notifications.settle(&leased[0].lease, &retry).await.unwrap());
    world.clock.set(at);
    assert_eq!(quiet().await, [], "its retry waits too");
    assert_eq!(claim(&world).await[0].attempts, 2);
}

/// Whose it is comes back with it (N9).
pub async fn n9_a_notification_says_whose_it_is(harness: &impl Harness) {
    let world = World::open(harness).await;
    let mut own = notification(&world, None, Channel::Push, "https://push.example.test/a");
    own.notification.user = Some(UserId((1 << 53) + 1));
    let nobodys = notification(&world, None, Channel::Push, "https://push.example.test/b");
    world.stores.notifications.enqueue(&[own.clone(), nobodys.clone()]).await.unwrap();
    let list = world.stores.notifications.notifications(&NotificationFilter::default(), Page::default()).await.unwrap();
    let users: Vec<_> = list.items.iter().map(|one| one.notification.user).collect();
    assert_eq!(users, [None, own.notification.user], "newest first");
    let leased: Vec<_> = claim(&world).await.into_iter().map(|one| one.job).collect();
    assert_eq!(leased, [own.notification, nobodys.notification]);
}

/// With the fact come the rows that it is about, as they are now.
pub async fn n3_a_pending_fact_brings_its_rows(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let credit = world.granted(account, 10).await;
    let support = world.support(account, "sujet 🛫").await;
    let payment = world.post(posting(account, MovementType::Payment, units(7), "w")).await;
    let pending = world.stores.pending.pending_facts(100).await.unwrap();
    let of = |kind| pending.iter().find(|one| one.fact.kind == kind).expect("a pending fact");
    let row = world.account_row(account).await;
    assert!(pending.iter().all(|one| one.account.id == account && one.account.data == row));
    let asked = of(FactKind::RequestCreated);
    assert_eq!((asked.request.as_ref(), asked.movement.as_ref()), (Some(&credit), None), "as the request is now");
    let written = of(FactKind::MovementWritten);
    assert_eq!(written.request.as_ref(), Some(&credit));
    assert_eq!(written.movement, Some(world.movement_of(credit.id).await));
    let ticket = of(FactKind::SupportCreated);
    assert_eq!((ticket.support.as_ref().map(|row| row.id), ticket.request.as_ref()), (Some(support), None));
    let posted = pending.last().expect("a pending fact");
    assert_eq!((posted.movement.as_ref().map(|row| row.id), posted.request.as_ref()), (Some(payment), None));
}

/// When, how long, which status, what went wrong.
pub async fn n3_each_attempt_of_a_delivery_is_kept(harness: &impl Harness) {
    let world = World::open(harness).await;
    let notifications = &world.stores.notifications;
    notifications.enqueue(&[notification(&world, None, Channel::Email, "a@example.test")]).await.unwrap();
    let leased = claim(&world).await;
    world.wait(chrono::Duration::milliseconds(250));
    let at = world.now() + chrono::Duration::seconds(30);
    let report = Report::retry("boîte pleine").with_status(452);
    let retry = Settlement { at: world.now(), next: Next::Retry { at }, report };
    assert!(notifications.settle(&leased[0].lease, &retry).await.unwrap());
    world.clock.set(at);
    let leased = claim(&world).await;
    let sent = Settlement { at, next: Next::Completed, report: Report::done(None) };
    assert!(notifications.settle(&leased[0].lease, &sent).await.unwrap());
    let attempts = notifications.notification_attempts(leased[0].lease.id).await.unwrap();
    let kept: Vec<_> = attempts.iter().map(|one| (one.number, one.duration_ms, one.http_status, one.outcome)).collect();
    assert_eq!(
        kept,
        [(1, Some(250), Some(452), Some(AttemptOutcome::Retry)), (2, Some(0), None, Some(AttemptOutcome::Done))]
    );
    assert_eq!((attempts[0].started_at, attempts[0].error.as_deref()), (morning(), Some("boîte pleine")));
    let found = notifications.notifications(&NotificationFilter::default(), Page::default()).await.unwrap();
    assert_eq!((found.items[0].status, found.items[0].attempts), (JobStatus::Completed, 2));
    assert_eq!(found.items[0].completed_at, Some(at));
}

/// By status, channel and financial request; newest first, page by page.
pub async fn deliveries_are_filtered(harness: &impl Harness) {
    let world = World::open(harness).await;
    let fact = told_fact(&world).await;
    let notifications = &world.stores.notifications;
    let request = world.stores.pending.pending_facts(1).await.unwrap()[0].request.as_ref().unwrap().id;
    world
        .stores
        .pending
        .save_fan_out(&[fanned_out(fact, &[notification(&world, Some(fact), Channel::Email, "a@example.test")])])
        .await
        .unwrap();
    notifications.enqueue(&[notification(&world, None, Channel::Teams, "")]).await.unwrap();
    let skip = NewNotification { skip: Some("off".to_owned()), ..notification(&world, None, Channel::Push, "x") };
    notifications.enqueue(&[skip]).await.unwrap();
    let list = async |filter: NotificationFilter, page| {
        let found = notifications.notifications(&filter, page).await.unwrap();
        (found.items.iter().map(|one| one.notification.channel).collect::<Vec<_>>(), found.next)
    };
    let none = NotificationFilter::default();
    let (all, more) = list(none.clone(), Page::default()).await;
    assert_eq!((all, more), (vec![Channel::Push, Channel::Teams, Channel::Email], None));
    let pending = NotificationFilter { status: Some(JobStatus::Pending), ..none.clone() };
    assert_eq!(list(pending, Page::default()).await.0, [Channel::Teams, Channel::Email]);
    let teams = NotificationFilter { channel: Some(Channel::Teams), ..none.clone() };
    assert_eq!(list(teams, Page::default()).await.0, [Channel::Teams]);
    let of_notice = NotificationFilter { notice: Some(Notice::CreditRequested), ..none.clone() };
    assert_eq!(list(of_notice, Page::default()).await.0.len(), 3);
    let of_another = NotificationFilter { notice: Some(Notice::CreditRefused), ..none.clone() };
    assert!(list(of_another, Page::default()).await.0.is_empty());
    let of_request = NotificationFilter { request: Some(request), ..none.clone() };
    assert_eq!(list(of_request, Page::default()).await.0, [Channel::Email]);
    let (first, next) = list(none.clone(), Page { limit: 2, before: None }).await;
    let (rest, end) = list(none, Page { limit: 2, before: next }).await;
    assert_eq!((first, rest, end), (vec![Channel::Push, Channel::Teams], vec![Channel::Email], None));
}

/// Two failures are two alerts, though they look the same.
pub async fn alerts_without_a_fact_are_never_merged(harness: &impl Harness) {
    let world = World::open(harness).await;
    let mut alert = notification(&world, None, Channel::Email, "");
    alert.notification.notice = Notice::MovementFailed;
    world.stores.notifications.enqueue(&[alert.clone(), alert.clone()]).await.unwrap();
    world.stores.notifications.enqueue(&[alert]).await.unwrap();
    assert_eq!(claim(&world).await.len(), 3);
}

/// By request and message, as long as the movement is not written; nothing else is told to anybody else.
pub async fn n5_an_alert_tells_the_book_s_own_error(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(1_000).await;
    let load = world.cash(Category::Load, account, 500).await;
    let message = message_of(load.id, &load);
    let alert = |notice, message: Uuid| {
        let params = json!({ "requete_id": load.id, "message_uuid": message, "error": "internal" });
        let params = params.as_object().cloned().unwrap_or_default();
        let (audience, channel) = (Audience::Critical, Channel::Email);
        Notification { fact: None, notice, audience, channel, user: None, recipient: String::new(), params }
    };
    let told = async |alert: &Notification| explained(alert, world.stores.reader.as_ref()).await.unwrap();
    let of_load = alert(Notice::MovementFailed, message.message_uuid);
    assert_eq!(told(&of_load).await, None, "nothing has failed");
    for trace in ["x".to_owned(), "caused by: é\n".repeat(2_000)] {
        let failure =
            Failure { error_type: "storage".into(), message: "storage: no\nspace".into(), trace: Some(trace) };
        let failed = FailedEntry::Message(message.clone(), failure);
        world.run(Actor::System, Command::RecordFailure(Box::new(failed))).await;
        world.wait(chrono::Duration::minutes(1));
    }
    let params = told(&of_load).await.expect("the book's error").params;
    let failed_at = world.now() - chrono::Duration::minutes(1);
    assert_eq!((&params["error"], &params["book_error"]), (&json!("internal"), &json!("storage: no space")));
    assert_eq!(params["book_at"], json!(crate::clock::rfc3339(failed_at)));
    let trace = params["book_trace"].as_str().expect("a trace");
    assert!(trace.starts_with("caused by: é\ncaused by: é\n") && trace.chars().count() == 4_000, "{trace}");
    assert_eq!(told(&alert(Notice::MovementFailed, world.uuid())).await, None, "of another message");
    assert_eq!(told(&alert(Notice::CreditRequested, message.message_uuid)).await, None, "no alert");
    world.deliver(load.id).await;
    assert_eq!(told(&of_load).await, None, "it is written");
}

/// What failed or was skipped is sent again by hand: a new cycle, to an address where there was none (N3).
pub async fn n3_what_failed_or_was_skipped_is_sent_again_by_hand(harness: &impl Harness) {
    let world = World::open(harness).await;
    let notifications = &world.stores.notifications;
    let why = Some("the account has no e-mail address".to_owned());
    let skipped = NewNotification { skip: why, ..notification(&world, None, Channel::Email, "") };
    notifications.enqueue(&[skipped]).await.unwrap();
    notifications.enqueue(&[notification(&world, None, Channel::Email, "b@example.test")]).await.unwrap();
    let leased = claim(&world).await.remove(0);
    let resend = async |id, to| notifications.resend(id, to, "finance:12", world.now()).await.unwrap();
    assert_eq!(resend(leased.lease.id, None).await, Resend::NotEnded(JobStatus::Processing));
    assert_eq!(resend(4_000, None).await, Resend::Unknown);
    let failed = Settlement { at: world.now(), next: Next::Failed, report: Report::permanent("550 no such user") };
    assert!(notifications.settle(&leased.lease, &failed).await.unwrap());
    let ids: Vec<_> = {
        let found = notifications.notifications(&NotificationFilter::default(), Page::default()).await.unwrap();
        found.items.iter().map(|one| one.id).collect()
    };
    assert_eq!(resend(ids[0], Some("other@example.test")).await, Resend::Begun);
    assert_eq!(resend(ids[1], Some("agence@example.test")).await, Resend::Begun);
    assert_eq!(resend(ids[0], None).await, Resend::NotEnded(JobStatus::Pending));
    let mut again = claim(&world).await;
    again.sort_by_key(|one| one.lease.id);
    let told: Vec<_> = again.iter().map(|one| (one.job.recipient.as_str(), one.attempts)).collect();
    assert_eq!(told, [("agence@example.test", 1), ("b@example.test", 1)], "an address that is there stays");
    let attempts = notifications.notification_attempts(ids[0]).await.unwrap();
    assert_eq!((attempts.len(), attempts[1].replayed_by.as_deref()), (2, Some("finance:12")));
    for one in &again {
        let done = Settlement { at: world.now(), next: Next::Completed, report: Report::done(None) };
        assert!(notifications.settle(&one.lease, &done).await.unwrap());
    }
    assert_eq!(resend(ids[1], None).await, Resend::NotEnded(JobStatus::Completed));
}

/// Every audience has two people with an address, and every channel is on.
struct Desks;

#[async_trait]
impl Directory for Desks {
    async fn recipients(
        &self,
        audience: Audience,
        _: Channel,
        _: Notice,
        _: Option<AccountId>,
    ) -> Result<Vec<Recipient>, StoreError> {
        let person = |number| Recipient {
            user: Some(UserId(number)),
            address: format!("{audience}-{number}@example.test"),
            opted_out: false,
        };
        Ok(vec![person(1), person(2)])
    }
}

#[async_trait]
impl Notifier for Desks {
    fn is_on(&self, _: Channel) -> bool {
        true
    }

    async fn send(&self, _: u64, _: &Notification) -> Report {
        Report::done(None)
    }
}

/// The report of a day reaches each of finance once, and nobody else, however many servers look and however often they start.
pub async fn l8_a_day_is_reported_once_whoever_comes_first(harness: &impl Harness) {
    let world = World::open(harness).await;
    let server = || ReportDay {
        book: world.book.clone(),
        reader: world.stores.reader.clone(),
        messager: Some(Stored::of(world.stores.messager.clone())),
        queue: world.stores.notifications.clone(),
        directory: Arc::new(Desks),
        notifier: Arc::new(Desks),
    };
    let mails = async || {
        let filter = NotificationFilter { notice: Some(Notice::DailyReport), ..NotificationFilter::default() };
        let page = Page { limit: 100, before: None };
        let listed = world.stores.notifications.notifications(&filter, page).await.unwrap().items;
        let told = |record: NotificationRecord| (record.notification.recipient, record.notification.params);
        listed.into_iter().rev().map(told).collect::<Vec<_>>()
    };
    let day = |text: &str| Some(text.parse::<BusinessDay>().unwrap());
    // Of a day before the book there is nothing to report.
    assert_eq!(server().run(None).await.unwrap(), day("2025-10-20"));
    let account = world.account(1_000).await;
    world.post(posting(account, MovementType::Payment, units(42), "w-1")).await;
    world.granted(account, 100).await;
    world.credit(account, 5_000).await;
    while world.stores.reader.number_events(100).await.unwrap() > 0 {}
    world.wait("2025-10-22T05:59:59Z".parse::<Timestamp>().unwrap() - world.now());
    assert_eq!(server().run(None).await.unwrap(), day("2025-10-20"));
    assert_eq!(mails().await, []);

    world.wait(chrono::Duration::seconds(1));
    let racing = join_all((0..4).map(|_| async { server().run(day("2025-10-20")).await.unwrap() })).await;
    assert_eq!(racing, [day("2025-10-21"); 4]);
    assert_eq!(server().run(None).await.unwrap(), day("2025-10-21"), "one that starts later");
    let told = mails().await;
    let addresses: Vec<_> = told.iter().map(|(address, _)| address.as_str()).collect();
    assert_eq!(addresses, ["finance-1@example.test", "finance-2@example.test"]);
    for (_, figures) in &told {
        assert_eq!(figures["day"], "2025-10-21");
        assert_eq!(figures["requests"], json!([{ "status": "waiting", "age": "0-1d", "count": 1 }]));
        let money = json!([{ "source": "wave", "currency": "XOF", "money_in": "42", "money_out": "0" }]);
        assert_eq!(figures["money"], money);
        assert_eq!(figures["expired_credits"], json!([{ "count": 1, "currency": "XOF", "amount": "100" }]));
        assert_eq!((&figures["failed_messages"], &figures["verified_at"]), (&json!(0), &json!(null)));
    }

    world.wait(chrono::Duration::hours(24));
    join_all((0..2).map(|_| async { server().run(day("2025-10-21")).await.unwrap() })).await;
    let told = mails().await;
    assert_eq!(told.len(), 4, "one more each day");
    assert_eq!(told[3].1["day"], "2025-10-22");
    // They are mails like any other, each person's in their order.
    assert_eq!(claim(&world).await.len(), 2);
}
