//! What [`Subscriptions`](crate::notification::Subscriptions) promises: devices, choices, what somebody was shown.

use futures::future::join_all;

use super::world::*;
use crate::decision::{IdempotencyKey, Once};
use crate::hash::Hash;
use crate::id::UserId;
use crate::notice::{Channel, Notice};
use crate::notification::{MAX_DEVICES, PushSubscription, Shown, Subscribed};
use crate::testing::Harness;

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
    assert_eq!(people.subscribe(one, &device("a", "a"), world.now(), None).await.unwrap(), Subscribed::Kept);
    assert_eq!(people.subscribe(one, &device("b", "b"), world.now(), None).await.unwrap(), Subscribed::Kept);
    for whoever in [one, two] {
        let other = people.subscribe(whoever, &device("a", "other"), world.now(), None).await.unwrap();
        assert_eq!(other, Subscribed::OfAnother);
    }
    assert_eq!(people.devices(&[two]).await.unwrap(), []);
    let padded = people.subscribe(two, &device("a", "a=="), world.now(), None).await.unwrap();
    assert_eq!(padded, Subscribed::Kept, "the same keys");
    let once =
        |key: &str, body: &str| Once { scope: "user:1".to_owned(), key: IdempotencyKey::new(key, Hash::of(body)) };
    let keyed = async |name: &str, keys: &str, once: Once| {
        people.subscribe(one, &device(name, keys), world.now(), Some(&once)).await.unwrap()
    };
    assert_eq!(keyed("a", "other", once("k", "a")).await, Subscribed::OfAnother, "a refusal burns no key");
    assert_eq!(keyed("c", "c", once("k", "c")).await, Subscribed::Kept);
    assert!(people.unsubscribe(one, &device("c", "c").endpoint).await.unwrap());
    assert_eq!(keyed("c", "c", once("k", "c")).await, Subscribed::Before, "the first answer, and nothing is done");
    assert_eq!(people.device(&device("c", "c").endpoint).await.unwrap(), None);
    assert_eq!(keyed("d", "d", once("k", "d")).await, Subscribed::KeyReused);
    assert_eq!(people.device(&endpoint).await.unwrap().map(|known| known.p256dh), Some(device("a", "a").p256dh));
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

/// Of two who send one endpoint at once, with keys of their own, one has the device; the other one is told so.
pub async fn n9_of_two_sign_ups_of_an_endpoint_one_wins(harness: &impl Harness) {
    let world = World::open(harness).await;
    let people = &world.stores.subscriptions;
    for round in 0..8_u32 {
        let device = |auth: &str| PushSubscription {
            endpoint: format!("https://push.example.test/{round}"),
            p256dh: "BNcRdreALRFXTkOOUHK1".to_owned(),
            auth: auth.to_owned(),
        };
        let (one, two) = (device("one"), device("two"));
        let (first, second) = futures::future::join(
            people.subscribe(UserId(1), &one, world.now(), None),
            people.subscribe(UserId(2), &two, world.now(), None),
        )
        .await;
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(first != second, "round {round}: {first:?} and {second:?}");
        let kept = if first == Subscribed::Kept { one } else { two };
        assert_eq!(people.device(&kept.endpoint).await.unwrap(), Some(kept), "round {round}");
    }
}

/// One device too many takes the place of the one that was not sent for longest.
pub async fn n9_one_device_too_many_replaces_the_one_longest_unused(harness: &impl Harness) {
    let world = World::open(harness).await;
    let people = &world.stores.subscriptions;
    let device = |number: usize| PushSubscription {
        endpoint: format!("https://push.example.test/{number:02}"),
        p256dh: "BNcRdreALRFXTkOOUHK1".to_owned(),
        auth: format!("{number}"),
    };
    let (one, two) = (UserId(1), UserId(2));
    let subscribe = async |user, number| {
        world.wait(chrono::Duration::seconds(1));
        assert_eq!(people.subscribe(user, &device(number), world.now(), None).await.unwrap(), Subscribed::Kept);
    };
    subscribe(two, 99).await;
    for number in 0..MAX_DEVICES {
        subscribe(one, number).await;
    }
    // The first one is used again, and the second one is the one longest unused now.
    subscribe(one, 0).await;
    assert_eq!(people.devices(&[one]).await.unwrap().len(), MAX_DEVICES);
    subscribe(one, MAX_DEVICES).await;
    let own = people.devices(&[one]).await.unwrap();
    let kept = |number| own.iter().any(|(_, known)| *known == device(number));
    assert_eq!(own.len(), MAX_DEVICES);
    assert!(kept(0) && kept(MAX_DEVICES) && !kept(1) && kept(2));
    // A device that passes to somebody counts among theirs.
    subscribe(one, 99).await;
    assert_eq!(people.devices(&[one]).await.unwrap().len(), MAX_DEVICES);
    assert_eq!(people.devices(&[two]).await.unwrap(), []);
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

/// By user, noun and id; two who show the same at once leave the newer one.
pub async fn what_was_shown_is_kept_for_each_person(harness: &impl Harness) {
    let world = World::open(harness).await;
    let people = &world.stores.subscriptions;
    let (one, two) = (UserId(1), UserId((1 << 53) + 1));
    let seen = async |user, what, ids: &[u64]| Vec::from_iter(people.seen(user, what, ids).await.unwrap());
    assert_eq!(seen(one, Shown::Request, &[1, 2]).await, []);
    people.set_seen(one, Shown::Request, 1, 3).await.unwrap();
    people.set_seen(one, Shown::Request, 2, 1).await.unwrap();
    people.set_seen(one, Shown::Support, 1, 7).await.unwrap();
    people.set_seen(two, Shown::Request, 1, 5).await.unwrap();
    assert_eq!(seen(one, Shown::Request, &[1, 2, 3]).await, [(1, 3), (2, 1)]);
    assert_eq!(seen(one, Shown::Support, &[1, 2]).await, [(1, 7)]);
    assert_eq!(seen(two, Shown::Request, &[1, 2]).await, [(1, 5)]);
    assert_eq!(seen(two, Shown::Request, &[]).await, []);
    people.set_seen(one, Shown::Request, 1, 2).await.unwrap();
    people.set_seen(one, Shown::Request, 2, 4).await.unwrap();
    assert_eq!(seen(one, Shown::Request, &[1, 2]).await, [(1, 3), (2, 4)], "never back");
    let at_once = [2, 1, 2].map(|version| people.set_seen(two, Shown::Support, 9, version));
    join_all(at_once).await.into_iter().for_each(|noted| noted.unwrap());
    assert_eq!(seen(two, Shown::Support, &[9]).await, [(9, 2)]);
}
