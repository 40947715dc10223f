//! What the alerts of [`MessagerStore`](crate::messager::MessagerStore) and the order of deliveries promise.

use crate::background::settle_alerts;
use crate::id::FactId;
use crate::messager;
use crate::messager::{Message, MessageFilter, NewMessage, Operator, OutgoingMessage};
use crate::notice::{Audience, Channel, Notice};
use crate::notification::outage::{Grouping, decide};
use crate::notification::{NewNotification, Notification, NotificationFilter, NotificationRecord};
use crate::queue::{Claim, JobStatus, Leased, Next, Queue, Report, Schedule, Settlement};
use crate::store::Page;
use crate::testing::Harness;
use std::time::Duration;

use serde_json::json;

use super::world::*;

fn messages(world: &World) -> &dyn Queue<Message> {
    world.stores.messager.as_ref()
}

/// One message a second, so many, each of an account of its own, all refused for good.
async fn fail(world: &World, count: u64) {
    for account in 1..=count {
        let submission = OutgoingMessage {
            domain: messager::DOMAIN.to_owned(),
            kind: "load_request".to_owned(),
            payload:
                json!({ "account_id": account, "requete_id": account, "requete_name": format!("REQ-{account} é") })
                    .into(),
            idempotency_key: None,
        };
        let new = NewMessage::new(submission, world.uuid(), &Schedule::messager(), world.now());
        world.stores.messager.accept(&new).await.unwrap();
    }
    end(world, || Report::permanent("payload_mismatch").with_status(409)).await;
}

async fn end(world: &World, report: impl Fn() -> Report) {
    for leased in messages(world).claim(&world.claim(1_000)).await.unwrap() {
        world.wait(chrono::Duration::seconds(1));
        let schedule = Schedule::messager();
        let settlement = schedule.settle(leased.attempts, report(), world.now(), 0);
        let settled = if settlement.next == Next::Failed {
            let alerts = messager::critical_alerts(&leased, &schedule, &settlement, world.now());
            world.stores.messager.bury(&leased.lease, &settlement, &alerts).await
        } else {
            messages(world).settle(&leased.lease, &settlement).await
        };
        assert!(settled.unwrap());
    }
}

/// Five alerts one by one in ten minutes.
fn few() -> Grouping {
    Grouping::new(5, Duration::from_secs(600)).expect("a grouping within its bounds")
}

/// Decides until there is nothing left to decide.
async fn decide_all(world: &World) {
    while settle_alerts(world.stores.messager.as_ref(), &few(), &world.worker()).await.unwrap() > 0 {}
}

/// Sends what is due.
async fn due(world: &World) -> Vec<Leased<Notification>> {
    let alerts: &dyn Queue<Notification> = world.stores.messager.as_ref();
    let leased = alerts.claim(&world.claim(1_000)).await.unwrap();
    for one in &leased {
        let sent = Settlement { at: world.now(), next: Next::Completed, report: Report::done(None) };
        assert!(alerts.settle(&one.lease, &sent).await.unwrap());
    }
    leased
}

/// Sends the mails that are due; the cards must be the same.
async fn mails(world: &World) -> Vec<Notification> {
    let (mails, cards): (Vec<_>, Vec<_>) =
        due(world).await.into_iter().map(|one| one.job).partition(|one| one.channel == Channel::Email);
    let params = |all: &[Notification]| all.iter().map(|one| (one.notice, one.params.clone())).collect::<Vec<_>>();
    assert_eq!(params(&mails), params(&cards));
    mails
}

async fn mail_records(world: &World) -> Vec<NotificationRecord> {
    let filter = NotificationFilter { channel: Some(Channel::Email), ..NotificationFilter::default() };
    world.stores.messager.notifications(&filter, Page { limit: 1_000, before: None }).await.unwrap().items
}

/// Nothing goes out before it is decided; a few failures are told as they are.
pub async fn n5_alerts_wait_for_a_decision_and_go_out_one_by_one(harness: &impl Harness) {
    let world = World::open(harness).await;
    fail(&world, 5).await;
    assert_eq!(due(&world).await, []);
    assert_eq!(mail_records(&world).await.iter().filter(|one| one.status == JobStatus::Pending).count(), 5);
    decide_all(&world).await;
    let told = mails(&world).await;
    assert!(told.iter().all(|one| one.notice == Notice::MovementFailed && one.params.contains_key("error")));
    assert_eq!(
        told.iter().map(|one| one.params["requete_id"].as_u64()).collect::<Vec<_>>(),
        (1..=5).map(Some).collect::<Vec<_>>()
    );
    world.wait(chrono::Duration::hours(1));
    decide_all(&world).await;
    let alerts: &dyn Queue<Notification> = world.stores.messager.as_ref();
    assert_eq!(alerts.depth(world.now()).await.unwrap().pending, 0, "no outage was opened, none ends");
}

/// Beyond the fifth they are held; a window later one message tells them all.
pub async fn alerts_of_an_outage_are_told_in_one_group_and_each_names_it(harness: &impl Harness) {
    let world = World::open(harness).await;
    fail(&world, 40).await;
    decide_all(&world).await;
    assert_eq!(mails(&world).await.len(), 5);
    let grouped: Vec<_> =
        mail_records(&world).await.into_iter().filter(|one| one.status == JobStatus::Skipped).collect();
    assert_eq!(grouped.len(), 35);
    assert!(grouped.iter().all(|one| one.error.as_deref() == Some("told in group 1") && one.completed_at.is_some()));
    world.wait(chrono::Duration::minutes(9));
    decide_all(&world).await;
    assert_eq!(mails(&world).await, [], "less than a window");
    world.wait(chrono::Duration::minutes(1));
    decide_all(&world).await;
    let [group] = mails(&world).await.try_into().unwrap();
    assert_eq!((group.notice, group.audience, group.fact), (Notice::Outage, Audience::Critical, None));
    assert_eq!(
        (&group.params["count"], &group.params["failed"], &group.params["more"]),
        (&json!(35), &json!(40), &json!(0))
    );
    // The first 20 with their particulars, the others by their requests.
    assert_eq!((&group.params["requests"], &group.params["messages"]), (&json!([[26, 40]]), &json!([])));
    assert_eq!(group.params["errors"], json!([{ "error": "payload_mismatch", "count": 35 }]));
    assert_eq!(group.params["failures"][0]["name"], json!("REQ-6 é"));
    world.wait(chrono::Duration::hours(1));
    decide_all(&world).await;
    assert_eq!(mails(&world).await, [], "nothing was delivered since: it is not over");
}

/// The version is the fence: who was slower writes nothing.
pub async fn of_two_who_decide_on_the_same_alerts_one_does(harness: &impl Harness) {
    let world = World::open(harness).await;
    let store = &world.stores.messager;
    fail(&world, 8).await;
    let seen = store.alerts(Channel::Email, 1_000).await.unwrap();
    assert_eq!((seen.held.len(), seen.held.is_sorted_by_key(|held| held.id)), (8, true));
    assert_eq!(store.alerts(Channel::Email, 3).await.unwrap().held, seen.held[..3]);
    let decided = decide(seen, &few(), world.now());
    let later = world.now() + chrono::Duration::minutes(10);
    let again = decide(store.alerts(Channel::Email, 1_000).await.unwrap(), &few(), later);
    assert_eq!(again.messages.len(), 1);
    assert!(store.settle_alerts(&decided).await.unwrap());
    assert!(!store.settle_alerts(&decided).await.unwrap());
    assert!(!store.settle_alerts(&again).await.unwrap());
    let seen = store.alerts(Channel::Email, 1_000).await.unwrap();
    assert_eq!((seen.held.len(), &seen.watch), (0, &decided.watch));
    assert_eq!(due(&world).await.len(), 5, "the cards wait for their own decision, the group was not written");
    assert_eq!(store.alerts(Channel::Teams, 1_000).await.unwrap().held.len(), 8);
}

/// After a group, a delivery and a calm window: one message, then alerts go out one by one again.
pub async fn an_outage_ends_when_messages_are_delivered_again(harness: &impl Harness) {
    let world = World::open(harness).await;
    fail(&world, 8).await;
    decide_all(&world).await;
    world.wait(chrono::Duration::minutes(10));
    decide_all(&world).await;
    assert_eq!(mails(&world).await.len(), 6);
    let operator = Operator { by: "finance:3".to_owned(), reason: "réparé".to_owned(), at: world.now() };
    let store = &world.stores.messager;
    let filter = MessageFilter { q: Some("REQ-1 é".to_owned()), ..messager::MessageFilter::default() };
    assert_eq!(store.replay_all(&filter, Some(&operator)).await.unwrap(), 1);
    end(&world, || Report::done(Some(json!({ "success": true }).into())).with_status(200)).await;
    decide_all(&world).await;
    assert_eq!(mails(&world).await, [], "calm for less than a window");
    world.wait(chrono::Duration::minutes(10));
    decide_all(&world).await;
    let [over] = mails(&world).await.try_into().unwrap();
    assert_eq!(
        (over.notice, &over.params["failed"], &over.params["still_failed"]),
        (Notice::OutageOver, &json!(8), &json!(7))
    );
    fail(&world, 1).await;
    decide_all(&world).await;
    assert_eq!(mails(&world).await[0].notice, Notice::MovementFailed);
    world.wait(chrono::Duration::hours(1));
    decide_all(&world).await;
    assert_eq!(mails(&world).await, []);
}

/// A retry of the first holds back what the same recipient gets by the same channel, and nothing else; neither does what
/// waits for the end of quiet hours, nor a critical alert.
pub async fn n2_what_waits_for_one_recipient_leaves_in_order(harness: &impl Harness) {
    let world = World::open(harness).await;
    let notifications = &world.stores.notifications;
    let new = |fact: u64, notice, recipient: &str| NewNotification {
        notification: Notification {
            fact: Some(FactId(fact)),
            notice,
            audience: Audience::Client,
            channel: Channel::Email,
            user: None,
            recipient: recipient.to_owned(),
            params: serde_json::Map::new(),
        },
        not_before: world.now(),
        skip: None,
        at: world.now(),
    };
    let (one, other) = ("a@example.test", "b@example.test");
    let queued = [
        new(1, Notice::SupportResolved, one),
        new(2, Notice::CreditApproved, one),
        new(3, Notice::CreditRefused, one),
        new(4, Notice::CreditApproved, other),
        new(5, Notice::MovementFailed, one),
        new(6, Notice::MovementFailed, one),
        new(7, Notice::MovementSucceeded, one),
    ];
    notifications.enqueue(&queued).await.unwrap();
    let claim = async || notifications.claim(&Claim { quiet: true, ..world.claim(100) }).await.unwrap();
    let facts = |leased: &[Leased<Notification>]| {
        let mut facts: Vec<_> = leased.iter().filter_map(|one| one.job.fact.map(|fact| fact.0)).collect();
        facts.sort_unstable();
        facts
    };
    let settle = async |leased: Leased<Notification>, next| {
        let report = Report::retry("connection refused");
        let settlement = Settlement { at: world.now(), next, report };
        assert!(notifications.settle(&leased.lease, &settlement).await.unwrap());
    };
    let leased = claim().await;
    assert_eq!(facts(&leased), [2, 4, 5, 6]);
    assert_eq!(facts(&claim().await), [0; 0], "the first is under way: those behind it wait");
    let first = leased.into_iter().find(|one| one.job.fact == Some(FactId(2))).unwrap();
    let at = world.now() + chrono::Duration::seconds(30);
    settle(first, Next::Retry { at }).await;
    assert_eq!(facts(&claim().await), [0; 0], "and while it waits for its retry");
    world.clock.set(at);
    for expected in [2, 3, 7] {
        let [leased] = claim().await.try_into().unwrap();
        assert_eq!(leased.job.fact, Some(FactId(expected)));
        settle(leased, Next::Completed).await;
    }
    let [quiet] = notifications.claim(&world.claim(100)).await.unwrap().try_into().unwrap();
    assert_eq!(quiet.job.fact, Some(FactId(1)), "when the quiet hours are over");
}
