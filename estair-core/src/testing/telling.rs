//! What [`Outgoing`](crate::notify::Outgoing) and [`Subscriptions`](crate::notify::Subscriptions) promise.

use serde_json::json;
use uuid::Uuid;

use super::Harness;
use super::world::*;
use crate::actor::Actor;
use crate::alert::explained;
use crate::category::Category;
use crate::command::{Command, FailedEntry};
use crate::id::{FactId, UserId};
use crate::movement::Failure;
use crate::notification::{Audience, Channel, Notice};
use crate::notify::{Delivery, DeliveryFilter, NewDelivery, PushSubscription};
use crate::queue::{AttemptOutcome, JobStatus, Leased, Next, Report, Settlement};
use crate::read::Page;

fn delivery(world: &World, fact: Option<FactId>, channel: Channel, recipient: &str) -> NewDelivery {
    let params = [("client".to_owned(), json!("Agence 🛫 مرحبا")), ("amount".to_owned(), json!("500000"))];
    let delivery = Delivery {
        fact,
        notice: Notice::CreditRequested,
        audience: Audience::Finance,
        channel,
        recipient: recipient.to_owned(),
        params: params.into_iter().collect(),
    };
    NewDelivery { delivery, not_before: world.now(), skip: None, at: world.now() }
}

async fn claim(world: &World) -> Vec<Leased<Delivery>> {
    world.stores.outgoing.claim(&world.claim(100)).await.unwrap()
}

/// A fact with notices, and its number.
async fn told_fact(world: &World) -> FactId {
    let account = world.account(1_000).await;
    world.credit(account, 10).await;
    world.stores.outgoing.untold(100).await.unwrap().last().expect("a fact with notices").id
}

/// Facts with notices, oldest first, until they are told; facts without are never there.
pub async fn n3_what_was_not_told_is_found_until_it_is(harness: &impl Harness) {
    let world = World::open(harness).await;
    let account = world.account(15).await;
    world.credit(account, 10).await;
    world.credit(account, 20).await;
    let outgoing = &world.stores.outgoing;
    let untold = outgoing.untold(100).await.unwrap();
    let notices: Vec<_> = untold.iter().map(|fact| fact.notices.clone()).collect();
    assert_eq!(notices, [vec![Notice::CreditRequested], vec![Notice::CreditRequested], vec![Notice::CreditRefused]]);
    assert!(untold.is_sorted_by_key(|fact| fact.id));
    assert_eq!(outgoing.untold(2).await.unwrap(), untold[..2]);
    outgoing.tell(untold[0].id, &[delivery(&world, Some(untold[0].id), Channel::Teams, "")]).await.unwrap();
    outgoing.tell(untold[1].id, &[]).await.unwrap();
    assert_eq!(outgoing.untold(100).await.unwrap(), untold[2..]);
    assert_eq!(claim(&world).await.len(), 1);
}

/// One fact, notice, channel and recipient: one delivery, however often it is told.
pub async fn n2_a_delivery_is_queued_once(harness: &impl Harness) {
    let world = World::open(harness).await;
    let fact = told_fact(&world).await;
    let both = [
        delivery(&world, Some(fact), Channel::Email, "a@example.test"),
        delivery(&world, Some(fact), Channel::Email, "b@example.test"),
    ];
    let outgoing = &world.stores.outgoing;
    outgoing.tell(fact, &both[..1]).await.unwrap();
    outgoing.tell(fact, &both).await.unwrap();
    outgoing.tell(fact, &both).await.unwrap();
    let leased = claim(&world).await;
    assert_eq!(leased.iter().map(|one| one.job.clone()).collect::<Vec<_>>(), both.map(|one| one.delivery));
}

/// A channel that is off leaves a trace and no job.
pub async fn n3_a_skipped_delivery_is_recorded_and_not_sent(harness: &impl Harness) {
    let world = World::open(harness).await;
    let skip = NewDelivery {
        skip: Some("channel not configured".to_owned()),
        ..delivery(&world, None, Channel::Push, "device")
    };
    world.stores.outgoing.enqueue(&[skip]).await.unwrap();
    assert!(claim(&world).await.is_empty());
    let found = world.stores.outgoing.deliveries(&DeliveryFilter::default(), Page::default()).await.unwrap();
    let record = &found.items[0];
    assert_eq!((record.status, record.attempts), (JobStatus::Skipped, 0));
    assert_eq!(record.error.as_deref(), Some("channel not configured"));
}

/// Quiet hours.
pub async fn a_delivery_waits_for_its_time(harness: &impl Harness) {
    let world = World::open(harness).await;
    let not_before = world.now() + chrono::Duration::hours(8);
    let late = NewDelivery { not_before, ..delivery(&world, None, Channel::Email, "a@example.test") };
    world.stores.outgoing.enqueue(&[late]).await.unwrap();
    assert!(claim(&world).await.is_empty());
    world.clock.set(not_before);
    assert_eq!(claim(&world).await.len(), 1);
}

/// When, how long, which status, what went wrong.
pub async fn n3_each_attempt_of_a_delivery_is_kept(harness: &impl Harness) {
    let world = World::open(harness).await;
    let outgoing = &world.stores.outgoing;
    outgoing.enqueue(&[delivery(&world, None, Channel::Email, "a@example.test")]).await.unwrap();
    let leased = claim(&world).await;
    world.wait(chrono::Duration::milliseconds(250));
    let at = world.now() + chrono::Duration::seconds(30);
    let report = Report::failed(AttemptOutcome::Retry, "boîte pleine").with_status(452);
    let retry = Settlement { at: world.now(), next: Next::Retry { at }, report, alerts: Vec::new() };
    assert!(outgoing.settle(&leased[0].lease, &retry).await.unwrap());
    world.clock.set(at);
    let leased = claim(&world).await;
    let sent = Settlement { at, next: Next::Completed, report: Report::done(None), alerts: Vec::new() };
    assert!(outgoing.settle(&leased[0].lease, &sent).await.unwrap());
    let attempts = outgoing.delivery_attempts(leased[0].lease.id).await.unwrap();
    let kept: Vec<_> = attempts.iter().map(|one| (one.number, one.duration_ms, one.http_status, one.outcome)).collect();
    assert_eq!(
        kept,
        [(1, Some(250), Some(452), Some(AttemptOutcome::Retry)), (2, Some(0), None, Some(AttemptOutcome::Done))]
    );
    assert_eq!((attempts[0].started_at, attempts[0].error.as_deref()), (morning(), Some("boîte pleine")));
    let found = outgoing.deliveries(&DeliveryFilter::default(), Page::default()).await.unwrap();
    assert_eq!((found.items[0].status, found.items[0].attempts), (JobStatus::Completed, 2));
    assert_eq!(found.items[0].completed_at, Some(at));
}

/// By status, channel and financial request; newest first, page by page.
pub async fn deliveries_are_filtered(harness: &impl Harness) {
    let world = World::open(harness).await;
    let fact = told_fact(&world).await;
    let outgoing = &world.stores.outgoing;
    let request = outgoing.untold(1).await.unwrap()[0].request.and_then(|link| link.known()).unwrap();
    outgoing.tell(fact, &[delivery(&world, Some(fact), Channel::Email, "a@example.test")]).await.unwrap();
    outgoing.enqueue(&[delivery(&world, None, Channel::Teams, "")]).await.unwrap();
    let skip = NewDelivery { skip: Some("off".to_owned()), ..delivery(&world, None, Channel::Push, "x") };
    outgoing.enqueue(&[skip]).await.unwrap();
    let list = async |filter: DeliveryFilter, page| {
        let found = outgoing.deliveries(&filter, page).await.unwrap();
        (found.items.iter().map(|one| one.delivery.channel).collect::<Vec<_>>(), found.next)
    };
    let none = DeliveryFilter::default();
    let (all, more) = list(none.clone(), Page::default()).await;
    assert_eq!((all, more), (vec![Channel::Push, Channel::Teams, Channel::Email], None));
    let pending = DeliveryFilter { status: Some(JobStatus::Pending), ..none.clone() };
    assert_eq!(list(pending, Page::default()).await.0, [Channel::Teams, Channel::Email]);
    let teams = DeliveryFilter { channel: Some(Channel::Teams), ..none.clone() };
    assert_eq!(list(teams, Page::default()).await.0, [Channel::Teams]);
    let of_request = DeliveryFilter { request: Some(request), ..none.clone() };
    assert_eq!(list(of_request, Page::default()).await.0, [Channel::Email]);
    let (first, next) = list(none.clone(), Page { limit: 2, before: None }).await;
    let (rest, end) = list(none, Page { limit: 2, before: next }).await;
    assert_eq!((first, rest, end), (vec![Channel::Push, Channel::Teams], vec![Channel::Email], None));
}

/// Two failures are two alerts, though they look the same.
pub async fn alerts_without_a_fact_are_never_merged(harness: &impl Harness) {
    let world = World::open(harness).await;
    let mut alert = delivery(&world, None, Channel::Email, "");
    alert.delivery.notice = Notice::MovementFailed;
    world.stores.outgoing.enqueue(&[alert.clone(), alert.clone()]).await.unwrap();
    world.stores.outgoing.enqueue(&[alert]).await.unwrap();
    assert_eq!(claim(&world).await.len(), 3);
}

/// One device for each endpoint, whoever uses it now.
pub async fn a_device_is_kept_replaced_and_forgotten(harness: &impl Harness) {
    let world = World::open(harness).await;
    let people = &world.stores.subscriptions;
    let device = |endpoint: &str, auth: &str| PushSubscription {
        endpoint: format!("https://push.example.test/{endpoint}"),
        p256dh: "BNcRdreALRFXTkOOUHK1".to_owned(),
        auth: auth.to_owned(),
    };
    let (one, two) = (UserId(1), UserId(2));
    let endpoint = device("a", "").endpoint;
    people.subscribe(one, &device("a", "old"), world.now()).await.unwrap();
    people.subscribe(one, &device("b", "b"), world.now()).await.unwrap();
    people.subscribe(two, &device("a", "new"), world.now()).await.unwrap();
    assert_eq!(people.device(&endpoint).await.unwrap(), Some(device("a", "new")));
    assert_eq!(people.devices(&[one]).await.unwrap(), [(one, device("b", "b"))]);
    assert_eq!(people.devices(&[]).await.unwrap(), []);
    assert_eq!(people.devices(&[one, two]).await.unwrap().len(), 2);
    assert!(!people.unsubscribe(one, &endpoint).await.unwrap(), "it is somebody else's");
    assert!(people.unsubscribe(two, &endpoint).await.unwrap());
    assert!(!people.unsubscribe(two, &endpoint).await.unwrap());
    people.forget(&device("b", "").endpoint).await.unwrap();
    people.forget(&device("b", "").endpoint).await.unwrap();
    assert_eq!(people.devices(&[one, two]).await.unwrap(), []);
    assert_eq!(people.device(&endpoint).await.unwrap(), None);
}

/// By user, notice and channel.
pub async fn choices_are_kept_and_taken_back(harness: &impl Harness) {
    let world = World::open(harness).await;
    let people = &world.stores.subscriptions;
    let (one, two) = (UserId(1), UserId((1 << 53) + 1));
    let choices = async |users: &[UserId]| {
        let mut found = people.opt_outs(users).await.unwrap();
        found.sort();
        found
    };
    for _ in 0..2 {
        people.set_opt_out(one, Notice::SupportResolved, Channel::Email, true).await.unwrap();
    }
    people.set_opt_out(two, Notice::SupportResolved, Channel::Push, true).await.unwrap();
    assert_eq!(choices(&[one]).await, [(one, Notice::SupportResolved, Channel::Email)]);
    assert_eq!(choices(&[one, two]).await.len(), 2);
    assert_eq!(choices(&[]).await, []);
    people.set_opt_out(one, Notice::SupportResolved, Channel::Push, false).await.unwrap();
    people.set_opt_out(one, Notice::SupportResolved, Channel::Email, false).await.unwrap();
    assert_eq!(choices(&[one, two]).await, [(two, Notice::SupportResolved, Channel::Push)]);
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
        Delivery { fact: None, notice, audience, channel, recipient: String::new(), params }
    };
    let told = async |alert: &Delivery| explained(alert, world.stores.reader.as_ref()).await.unwrap();
    let of_load = alert(Notice::MovementFailed, message.message_uuid);
    assert_eq!(told(&of_load).await, None, "nothing has failed");
    for trace in ["x".to_owned(), "caused by: é\n".repeat(2_000)] {
        let failure =
            Failure { error_type: "storage".into(), message: "storage: no\nspace".into(), trace: Some(trace) };
        let failed = FailedEntry::Delivery(message.clone(), failure);
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
