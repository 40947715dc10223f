//! What people choose not to be told.

use estair_core::id::UserId;
use estair_core::notice::{Channel, Notice};
use estair_core::notification::Subscriptions;
use serde_json::{Value, json};

use crate::world::{ADMIN, CLIENT, FINANCE, OPERATION, OTHER, SERVICE, World};

const PATH: &str = "/api/notifications/preferences";

impl World {
    async fn prefer(&self, who: &str, changes: Value) -> crate::world::Answer {
        self.call(who, "PUT", PATH, &[], &json!({ "preferences": changes }).to_string()).await
    }

    async fn preferences(&self, who: &str) -> Vec<(String, String, bool)> {
        let body = self.get(who, PATH).await.ok(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let list = body["preferences"].as_array().unwrap();
        list.iter().map(|one| (text(&one["notice"]), text(&one["channel"]), one["on"].as_bool().unwrap())).collect()
    }
}

// rule: N1
#[tokio::test]
async fn each_role_is_shown_what_reaches_its_people_and_all_is_on() {
    let world = World::new().await;
    for (who, count, sample) in [
        (CLIENT, 20, ("support_resolved", "email")),
        (FINANCE, 13, ("credit_requested", "push")),
        (OPERATION, 8, ("support_created", "email")),
        (ADMIN, 2, ("comment_received", "push")),
    ] {
        let list = world.preferences(who).await;
        assert_eq!(list.len(), count, "{who}: {list:?}");
        assert!(list.iter().all(|(notice, channel, on)| *on && channel != "teams" && notice != "movement_failed"));
        assert!(list.contains(&(sample.0.to_owned(), sample.1.to_owned(), true)), "{who}");
    }
    assert_eq!(world.preferences(SERVICE).await, []);
}

#[tokio::test]
async fn a_user_switches_off_and_on_for_itself_alone() {
    let world = World::new().await;
    let off = json!([{ "notice": "support_resolved", "channel": "email", "on": false }]);
    for _ in 0..2 {
        let answer = world.prefer(CLIENT, off.clone()).await.ok(200);
        let one = answer["preferences"].as_array().unwrap().iter().find(|one| one["on"] == false).unwrap().clone();
        assert_eq!(one, off[0]);
    }
    let outs = world.store.opt_outs(&[UserId(11), UserId(12)]).await.unwrap();
    assert_eq!(outs, [(UserId(11), Notice::SupportResolved, Channel::Email)]);
    assert!(world.preferences(OTHER).await.iter().all(|(.., on)| *on));
    let on = json!([
        { "notice": "support_resolved", "channel": "email", "on": true },
        { "notice": "credit_expired", "channel": "push", "on": false },
    ]);
    world.prefer(CLIENT, on).await.ok(200);
    let off: Vec<_> = world.preferences(CLIENT).await.into_iter().filter(|(.., on)| !on).collect();
    assert_eq!(off, [("credit_expired".to_owned(), "push".to_owned(), false)]);
}

#[tokio::test]
async fn critical_alerts_and_what_is_not_ones_own_are_not_switched_off() {
    let world = World::new().await;
    let good = json!({ "notice": "support_resolved", "channel": "email", "on": false });
    for (bad, field) in [
        (json!({ "notice": "movement_failed", "channel": "email", "on": false }), "preferences[1].on"),
        (json!({ "notice": "support_created", "channel": "email", "on": false }), "preferences[1].notice"),
        (json!({ "notice": "credit_expired", "channel": "teams", "on": false }), "preferences[1].notice"),
        (json!({ "notice": "credit", "channel": "push", "on": false }), "preferences[1].notice"),
        (json!({ "notice": "credit_expired", "channel": "fax", "on": false }), "preferences[1].channel"),
        (json!({ "notice": "credit_expired", "channel": "push", "on": "no" }), "preferences[1].on"),
        (json!({ "notice": "credit_expired", "channel": "push" }), "preferences[1].on"),
        (json!({ "notice": "credit_expired", "channel": "push", "on": true, "user": 1 }), "preferences[1].user"),
        (good.clone(), "preferences[1]"),
        (json!(5), "preferences[1]"),
    ] {
        world.prefer(CLIENT, json!([good.clone(), bad])).await.faulty(field);
    }
    world.prefer(CLIENT, json!({})).await.faulty("preferences");
    world.call(CLIENT, "PUT", PATH, &[], "{}").await.faulty("preferences");
    world.prefer(CLIENT, json!(null)).await.faulty("preferences");
    let nothing = json!([{ "notice": null, "channel": "email", "on": true }]);
    world.prefer(CLIENT, nothing).await.faulty("preferences[0].notice");
    world.call("nobody", "GET", PATH, &[], "").await.problem(401, "unauthenticated");
    assert_eq!(world.store.opt_outs(&[UserId(11)]).await.unwrap(), [], "all or nothing");
}
