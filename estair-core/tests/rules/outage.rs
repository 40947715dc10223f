//! Alerts during an outage: one by one at first, then together, and that it is over.

use estair_core::clock::Timestamp;
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::Notification;
use estair_core::notification::outage::{
    AlertDecision, ChannelAlerts, Grouping, HeldAlert, NAMED, OutageState, RUNS, decide,
};
use std::time::Duration;

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::json;

use crate::world::at;

const NOON: &str = "2025-10-21T12:00:00Z";

fn grouping(singles: u16, seconds: u64) -> Grouping {
    Grouping::new(singles, Duration::from_secs(seconds)).unwrap()
}

/// A channel of one process, whose messages fail and are delivered.
struct Line {
    now: Timestamp,
    grouping: Grouping,
    watch: OutageState,
    waiting: Vec<HeldAlert>,
    alerts: u64,
    delivered_at: Option<Timestamp>,
    released: Vec<(u64, Timestamp)>,
    grouped: Vec<u64>,
    told: Vec<(Timestamp, Notice, serde_json::Map<String, serde_json::Value>)>,
}

impl Line {
    fn new(grouping: Grouping) -> Self {
        Self {
            now: at(NOON),
            grouping,
            watch: OutageState::default(),
            waiting: Vec::new(),
            alerts: 0,
            delivered_at: None,
            released: Vec::new(),
            grouped: Vec::new(),
            told: Vec::new(),
        }
    }

    fn wait(&mut self, seconds: i64) {
        self.now += TimeDelta::seconds(seconds);
    }

    fn fails(&mut self, error: &str) {
        self.fails_of(error, json!(self.alerts + 1));
    }

    /// As [`Self::fails`], of this request or of none.
    fn fails_of(&mut self, error: &str, request: serde_json::Value) {
        self.alerts += 1;
        let uuid = format!("0199f1b2-6c3e-7d10-9a44-{:012}", self.alerts);
        let (name, trace) = ("n".repeat(10_000), json!({}));
        let params =
            json!({ "error": error, "requete_id": request, "name": name, "message_uuid": uuid, "trace": trace });
        let alert = Notification {
            fact: None,
            notice: Notice::MovementFailed,
            audience: Audience::Critical,
            channel: Channel::Email,
            user: None,
            recipient: String::new(),
            params: params.as_object().unwrap().clone(),
        };
        self.waiting.push(HeldAlert { id: self.alerts, at: self.now, alert });
    }

    fn is_delivered(&mut self) {
        self.delivered_at = Some(self.now);
    }

    fn look(&mut self) -> AlertDecision {
        let held = std::mem::take(&mut self.waiting);
        let (watch, delivered_at) = (self.watch.clone(), self.delivered_at);
        let seen = ChannelAlerts { channel: Channel::Email, version: 0, watch, held, delivered_at, failed: 3 };
        let decided = decide(seen, &self.grouping, self.now);
        // What is remembered is stored as text.
        let stored = serde_json::to_string(&decided.watch).unwrap();
        assert!(stored.len() < 120_000, "{}", stored.len());
        self.watch = serde_json::from_str(&stored).unwrap();
        assert_eq!(self.watch, decided.watch);
        self.released.extend(decided.released.iter().map(|id| (*id, self.now)));
        self.grouped.extend(&decided.grouped);
        for new in &decided.messages {
            self.told.push((self.now, new.notification.notice, new.notification.params.clone()));
        }
        decided
    }

    fn groups(&self) -> Vec<u64> {
        let groups = self.told.iter().filter(|(_, notice, _)| *notice == Notice::Outage);
        groups.map(|(.., params)| params["count"].as_u64().unwrap()).collect()
    }
}

/// Every failure of a storm is named, whatever its size, or counted where there is no room.
// rule: N11
#[test]
fn n11_a_group_names_each_failure() {
    let storm = |requests: &dyn Fn(u64) -> serde_json::Value, count: u64| {
        let mut line = Line::new(grouping(1, 600));
        for number in 0..count {
            line.fails_of("500", requests(number));
            if number % 200 == 0 {
                line.look();
            }
        }
        line.look();
        line.wait(600);
        line.look();
        let [(_, Notice::Outage, group)] = line.told.as_slice() else { panic!("{:?}", line.told) };
        assert_eq!(group["count"], json!(count - 1));
        let named = group["failures"].as_array().unwrap().len() as u64;
        let runs: Vec<(u64, u64)> = serde_json::from_value(group["requests"].clone()).unwrap();
        let by_number: u64 = runs.iter().map(|(first, last)| last - first + 1).sum();
        let by_uuid = group["messages"].as_array().unwrap().len() as u64;
        let more = group["more"].as_u64().unwrap();
        assert_eq!(named + by_number + by_uuid + more, count - 1, "each is named or counted");
        assert_eq!(named, NAMED as u64);
        (runs, by_uuid, more)
    };
    assert_eq!(storm(&|number| json!(number), 10_000), (vec![(21, 9_999)], 0, 0));
    // Every other one, told from both ends.
    let (runs, _, more) =
        storm(&|number| json!(if number % 2 == 0 { 2 * number } else { 2 * (3_000 - number) }), 1_500);
    assert_eq!((runs.len(), more), (1_479, 0));
    let (runs, _, more) = storm(&|number| json!(3 * number), 10_000);
    assert_eq!((runs.len(), more), (RUNS, 10_000 - 1 - (NAMED + RUNS) as u64), "too far apart: counted");
    let (_, by_uuid, more) = storm(&|_| json!(null), 600);
    assert_eq!((by_uuid, more), (500, 600 - 1 - NAMED as u64 - 500), "of no request");
}

// rule: N5
#[test]
fn n5_each_failure_of_ordinary_life_has_its_own_alert() {
    let mut line = Line::new(Grouping::default());
    for _ in 0..3 {
        for _ in 0..20 {
            line.fails("no answer");
            assert_eq!(line.look().released.len(), 1);
        }
        line.is_delivered();
        line.wait(600);
        assert!(line.look().is_nothing());
    }
    assert_eq!((line.released.len(), line.told.len(), line.watch.is_open()), (60, 0, false));
}

#[test]
fn one_too_many_opens_an_outage_that_is_told_by_groups_until_it_is_over() {
    let mut line = Line::new(grouping(5, 600));
    for number in 0..40 {
        line.fails(if number % 3 == 0 { "no answer" } else { "500" });
        line.look();
        line.wait(1);
    }
    assert_eq!((line.released.len(), line.grouped.len(), line.watch.is_open()), (5, 35, true));
    line.wait(564);
    line.look();
    assert!(line.told.is_empty(), "opened 599 s ago");
    line.wait(1);
    line.look();
    let (_, notice, group) = line.told[0].clone();
    assert_eq!(
        (notice, &group["group"], &group["count"], &group["failed"]),
        (Notice::Outage, &json!(1), &json!(35), &json!(40))
    );
    assert_eq!((&group["since"], &group["more"]), (&json!("2025-10-21T12:00:00Z"), &json!(0)));
    assert_eq!((&group["requests"], &group["messages"]), (&json!([[26, 40]]), &json!([])));
    let errors = [json!({ "error": "500", "count": 23 }), json!({ "error": "no answer", "count": 12 })];
    let mut found = group["errors"].as_array().unwrap().clone();
    found.sort_by_key(|one| one["error"].to_string());
    assert_eq!(found, errors);
    assert_eq!(group["failures"].as_array().unwrap().len(), NAMED);

    // More of them, while it lasts: no second group before a window has passed.
    line.fails("no answer");
    line.wait(599);
    line.look();
    assert_eq!(line.groups(), [35]);
    line.wait(1);
    let decided = line.look();
    assert_eq!((line.groups(), decided.messages[0].notification.params["group"].clone()), (vec![35, 1], json!(2)));

    // Calm, but nothing is delivered: it is not over.
    line.wait(6_000);
    assert!(line.look().is_nothing());
    line.is_delivered();
    let over = line.look();
    let params = &over.messages[0].notification.params;
    assert_eq!(over.messages[0].notification.notice, Notice::OutageOver);
    assert_eq!((&params["failed"], &params["still_failed"]), (&json!(41), &json!(3)));
    assert_eq!((&params["since"], &params["until"]), (&json!("2025-10-21T12:00:00Z"), &json!("2025-10-21T12:10:05Z")));
    assert!(!line.watch.is_open());
    line.fails("no answer");
    assert_eq!(line.look().released.len(), 1, "one by one again");
}

#[test]
fn errors_beyond_the_tenth_are_counted_together() {
    let mut line = Line::new(grouping(1, 60));
    for number in 0..30 {
        line.fails(&format!("error {number}"));
    }
    line.look();
    line.wait(60);
    line.look();
    let params = &line.told[0].2;
    assert_eq!((params["errors"].as_array().unwrap().len(), &params["other_errors"]), (10, &json!(19)));
}

#[test]
fn a_grouping_has_bounds() {
    let of = |singles, seconds| Grouping::new(singles, Duration::from_secs(seconds)).is_some();
    assert!(of(1, 1) && of(1_000, 86_400) && grouping(20, 600) == Grouping::default());
    assert!(!of(0, 60) && !of(1_001, 60) && !of(5, 0) && !of(5, 86_401));
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Fails(u8),
    IsDelivered,
    Waits(u8),
    Looks,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (1..12_u8).prop_map(Step::Fails),
        Just(Step::IsDelivered),
        (1..90_u8).prop_map(Step::Waits),
        Just(Step::Looks),
        Just(Step::Looks),
    ];
    proptest::collection::vec(step, 1..80)
}

proptest! {
    // Every alert is told once, one by one or in a group; groups and ends keep their distance; an end follows a group.
    #[test]
    fn no_alert_is_lost_and_no_window_has_two_messages(steps in steps(), singles in 1..6_u16) {
        let mut line = Line::new(grouping(singles, 60));
        let mut failed_at = Vec::new();
        for step in steps {
            match step {
                Step::Fails(count) => (0..count).for_each(|_| {
                    line.fails("x");
                    failed_at.push(line.now);
                }),
                Step::IsDelivered => line.is_delivered(),
                Step::Waits(seconds) => line.wait(seconds.into()),
                Step::Looks => drop(line.look()),
            }
        }
        line.look();
        line.wait(60);
        line.look();
        let mut told: Vec<u64> = line.released.iter().map(|(id, _)| *id).chain(line.grouped.iter().copied()).collect();
        told.sort_unstable();
        prop_assert_eq!(told, (1..=line.alerts).collect::<Vec<_>>());
        prop_assert_eq!(line.groups().iter().sum::<u64>(), line.grouped.len() as u64);
        let window = TimeDelta::seconds(60);
        for pair in line.told.windows(2) {
            prop_assert!(pair[1].0 - pair[0].0 >= window, "{:?}", pair);
            prop_assert!(pair[0].1 == Notice::Outage || pair[1].1 == Notice::Outage, "an end follows a group");
        }
        prop_assert!(line.told.first().is_none_or(|first| first.1 == Notice::Outage));
        // At most so many alerts of one window went out by themselves.
        let by_itself: Vec<_> = line.released.iter().map(|(id, _)| failed_at[usize::try_from(*id - 1).unwrap()]).collect();
        for (place, from) in by_itself.iter().enumerate() {
            let within = by_itself[place..].iter().filter(|at| **at - *from < window).count();
            prop_assert!(within <= singles.into());
        }
    }
}
