//! Outages: when many movements fail for good at once, the operator gets a few messages, not hundreds.
//!
//! Ordinary life is the matrix to the letter: each failure gives its own full alert, at once (N5). What comes beyond a
//! [`Grouping`] (20 in 10 minutes by default) opens an outage on the channel: its further alerts are held and told together,
//! at most one message a window. When messages are delivered again and none has failed for a window, one message says that
//! it is over, and alerts go out one by one again. An outage that was never opened ends in silence.
//!
//! A group names each failure: the first ones with their particulars, the others by the numbers of their requests, in runs ("21 to
//! 140"), or by the uuid of a message that has none. Of a storm whose numbers lie so far apart that there are more than [`RUNS`] of
//! them, or [`MESSAGES`] of no request, it says how many it does not name; each of those is among the notifications with the
//! group's number all the same.
//!
//! Guarantees: each alert is either sent by itself or told in one group, whose number its notification then carries; the counts
//! of the groups are those of the alerts. Each channel has an [`OutageState`] of its own. [`decide`] is pure: a store shows what is
//! [`ChannelAlerts`], and saves what was [`AlertDecision`] whole, or not at all when somebody else was faster.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::Duration;

use crate::clock::{Timestamp, rfc3339};
use crate::notice::{Audience, Channel, Notice};
use crate::notification::{NewNotification, Notification};
use crate::text::clipped;

/// Failures that a group tells with their particulars; the others it names by the numbers of their requests.
pub const NAMED: usize = 20;

/// Runs of numbers one after the other by which a group names requests: what is remembered of a storm has a bound.
pub const RUNS: usize = 2_000;

/// Messages of no request that a group names, beyond the first ones, by their uuid.
pub const MESSAGES: usize = 500;

/// Different errors that a group counts by themselves.
pub const ERRORS: usize = 10;

/// Longest text of a failure that a group keeps, in characters.
const LONGEST: usize = 200;

/// What a group says of each failure it names.
const PARTICULARS: [&str; 6] = ["requete_id", "name", "client", "amount", "currency", "message_uuid"];

/// How many alerts of a channel go out one by one, and in which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grouping {
    singles: usize,
    window: TimeDelta,
}

impl Grouping {
    /// At most so many alerts one by one in a window, and one group a window. None unless it is 1 to 1,000 alerts and a
    /// second to a day.
    #[must_use]
    pub fn new(singles: u16, window: Duration) -> Option<Self> {
        let fits = (1..=1_000).contains(&singles) && (1..=86_400).contains(&window.as_secs());
        let window = TimeDelta::from_std(window).ok().filter(|_| fits)?;
        Some(Self { singles: singles.into(), window })
    }

    /// Is a window over that began then?
    fn has_passed(&self, since: Timestamp, now: Timestamp) -> bool {
        now.signed_duration_since(since) >= self.window
    }
}

impl Default for Grouping {
    /// 20 alerts in 10 minutes: more than that within such a time have one cause.
    fn default() -> Self {
        Self { singles: 20, window: TimeDelta::minutes(10) }
    }
}

/// What is remembered of the failures of a channel. Its size is bounded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutageState {
    /// When alerts went out one by one, within the last window.
    singles: Vec<Timestamp>,
    /// The number of the last group.
    groups: u64,
    outage: Option<Outage>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Outage {
    /// The first failure, and the last; those told one by one count.
    since: Timestamp,
    last: Timestamp,
    failed: u64,
    /// When it was opened, or its last group was told.
    told_at: Timestamp,
    /// What is held.
    group: Option<Group>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Group {
    failed: u64,
    errors: Vec<(String, u64)>,
    /// Failures whose error is none of those.
    other_errors: u64,
    named: Vec<Map<String, Value>>,
    /// The requests of the others, as the first and the last number of each run, in order.
    #[serde(default)]
    requests: Vec<(u64, u64)>,
    /// The messages of those that have no request.
    #[serde(default)]
    messages: Vec<String>,
    /// Failures that are named in none of these ways.
    #[serde(default)]
    unnamed: u64,
}

/// An alert that waits for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldAlert {
    /// The number of its notification.
    pub id: u64,
    /// When the movement failed.
    pub at: Timestamp,
    /// The alert.
    pub alert: Notification,
}

/// A channel, as a store shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelAlerts {
    /// Which.
    pub channel: Channel,
    /// The watch's version: whoever saves names it.
    pub version: u64,
    /// What is remembered.
    pub watch: OutageState,
    /// Alerts without a decision, oldest first.
    pub held: Vec<HeldAlert>,
    /// When a message was last delivered; needed while an outage is open.
    pub delivered_at: Option<Timestamp>,
    /// Messages that are failed now; needed while an outage is open.
    pub failed: u64,
}

/// What becomes of a channel's alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertDecision {
    /// Which channel.
    pub channel: Channel,
    /// The version of the watch that this was decided on.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// What is remembered from now on.
    pub watch: OutageState,
    /// Alerts that go out by themselves, now.
    pub released: Vec<u64>,
    /// Alerts that a group tells: their notifications end as skipped, for this reason.
    pub grouped: Vec<u64>,
    /// Why.
    pub reason: String,
    /// The messages of the outage: a group, or that it is over.
    pub messages: Vec<NewNotification>,
}

impl AlertDecision {
    /// Is there nothing to save?
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.released.is_empty() && self.grouped.is_empty() && self.messages.is_empty()
    }
}

/// Decides what becomes of the alerts of a channel.
#[must_use]
pub fn decide(seen: ChannelAlerts, grouping: &Grouping, now: Timestamp) -> AlertDecision {
    let ChannelAlerts { channel, version, mut watch, held, delivered_at, failed } = seen;
    let (mut released, mut grouped) = (Vec::new(), Vec::new());
    let reason = format!("told in group {}", watch.groups.saturating_add(1));
    for alert in &held {
        if watch.lets_go(alert.at, grouping) {
            released.push(alert.id);
        } else {
            watch.hold(alert);
            grouped.push(alert.id);
        }
    }
    let told = watch.group(grouping, now).or_else(|| watch.end(grouping, now, delivered_at, failed));
    let messages = told.map(|(notice, params)| message(notice, channel, params, now)).into_iter().collect();
    AlertDecision { channel, version, at: now, watch, released, grouped, reason, messages }
}

fn message(notice: Notice, channel: Channel, params: Value, now: Timestamp) -> NewNotification {
    let params = params.as_object().cloned().unwrap_or_default();
    let notification = Notification {
        fact: None,
        notice,
        audience: Audience::Critical,
        channel,
        user: None,
        recipient: String::new(),
        params,
    };
    NewNotification { notification, not_before: now, skip: None, at: now }
}

impl OutageState {
    /// Is an outage open?
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.outage.is_some()
    }

    /// May the alert of a failure at this instant go out by itself?
    fn lets_go(&mut self, at: Timestamp, grouping: &Grouping) -> bool {
        self.singles.retain(|single| !grouping.has_passed(*single, at));
        let may = self.outage.is_none() && self.singles.len() < grouping.singles;
        if may {
            self.singles.push(at);
        }
        may
    }

    /// Adds an alert to the group; the first one opens the outage, to which those before it belong.
    fn hold(&mut self, alert: &HeldAlert) {
        let (singles, at) = (&self.singles, alert.at);
        let outage = self.outage.get_or_insert_with(|| Outage {
            since: singles.iter().copied().min().unwrap_or(at),
            last: at,
            failed: singles.len() as u64,
            told_at: at,
            group: None,
        });
        outage.last = outage.last.max(at);
        outage.failed = outage.failed.saturating_add(1);
        outage.group.get_or_insert_default().add(&alert.alert.params);
    }

    /// The group that is due: a window after the opening, or after the group before it.
    fn group(&mut self, grouping: &Grouping, now: Timestamp) -> Option<(Notice, Value)> {
        let outage = self.outage.as_mut().filter(|outage| grouping.has_passed(outage.told_at, now))?;
        let Group { failed, errors, other_errors, named, requests, messages, unnamed } = outage.group.take()?;
        outage.told_at = now;
        self.groups = self.groups.saturating_add(1);
        let errors: Vec<_> =
            errors.into_iter().map(|(error, count)| json!({ "error": error, "count": count })).collect();
        let params = json!({
            "group": self.groups,
            "count": failed,
            "failed": outage.failed,
            "since": rfc3339(outage.since),
            "errors": errors,
            "other_errors": other_errors,
            "failures": named,
            "requests": requests,
            "messages": messages,
            "more": unnamed,
            "at": rfc3339(now),
        });
        Some((Notice::Outage, params))
    }

    /// Closes the outage when everything was told, messages are delivered again, and for a window none has failed and
    /// nothing was told.
    fn end(
        &mut self,
        grouping: &Grouping,
        now: Timestamp,
        delivered_at: Option<Timestamp>,
        failed: u64,
    ) -> Option<(Notice, Value)> {
        let is_over = |outage: &Outage| {
            let calm = grouping.has_passed(outage.last.max(outage.told_at), now);
            calm && outage.group.is_none() && delivered_at.is_some_and(|at| at > outage.last)
        };
        let outage = self.outage.take_if(|outage| is_over(outage))?;
        let params = json!({
            "failed": outage.failed,
            "since": rfc3339(outage.since),
            "until": rfc3339(outage.last),
            "still_failed": failed,
            "at": rfc3339(now),
        });
        Some((Notice::OutageOver, params))
    }
}

impl Group {
    fn add(&mut self, params: &Map<String, Value>) {
        self.failed = self.failed.saturating_add(1);
        let error =
            params.get("error").and_then(Value::as_str).map(|error| clipped(error, LONGEST)).unwrap_or_default();
        let has_room = self.errors.len() < ERRORS;
        match self.errors.iter_mut().find(|(known, _)| *known == error) {
            Some((_, count)) => *count = count.saturating_add(1),
            None if has_room => self.errors.push((error, 1)),
            None => self.other_errors = self.other_errors.saturating_add(1),
        }
        if self.named.len() < NAMED {
            let particular = |name: &str| (name.to_owned(), short(params.get(name)));
            self.named.push(PARTICULARS.into_iter().map(particular).collect());
        } else if !self.names_shortly(params) {
            self.unnamed = self.unnamed.saturating_add(1);
        }
    }

    /// Names a failure by the number of its request, or else by its message; false where there is no room.
    fn names_shortly(&mut self, params: &Map<String, Value>) -> bool {
        if let Some(request) = params.get("requete_id").and_then(Value::as_u64) {
            return add_to(&mut self.requests, request);
        }
        let message = params.get("message_uuid").and_then(Value::as_str).filter(|_| self.messages.len() < MESSAGES);
        message.map(|message| self.messages.push(clipped(message, LONGEST))).is_some()
    }
}

/// Adds a number to runs of numbers; false where that would be a run too many.
fn add_to(runs: &mut Vec<(u64, u64)>, number: u64) -> bool {
    // The first run that holds it, ends just before it, or begins after it.
    let place = runs.partition_point(|(_, last)| last.saturating_add(1) < number);
    let (next, has_room) = (runs.get(place.saturating_add(1)).copied(), runs.len() < RUNS);
    match runs.get_mut(place) {
        Some((first, last)) if *first <= number.saturating_add(1) => {
            *first = number.min(*first);
            *last = number.max(*last);
            if let Some((_, end)) = next.filter(|(first, _)| *first == last.saturating_add(1)) {
                *last = end;
                runs.remove(place.saturating_add(1));
            }
            true
        }
        _ if has_room => {
            runs.insert(place, (number, number));
            true
        }
        _ => false,
    }
}

/// A particular that fits into a list: a number, or a short text.
fn short(value: Option<&Value>) -> Value {
    match value {
        Some(Value::String(text)) => clipped(text, LONGEST).into(),
        Some(Value::Number(number)) => number.clone().into(),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_are_in_order_apart_and_hold_what_was_added(numbers in proptest::collection::vec(0..60_u64, 0..120)) {
            let mut runs = Vec::new();
            for number in &numbers {
                prop_assert!(add_to(&mut runs, *number));
            }
            let held: Vec<_> = runs.iter().flat_map(|(first, last)| *first..=*last).collect();
            let wanted: Vec<_> = numbers.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            prop_assert_eq!(held, wanted);
            prop_assert!(runs.windows(2).all(|two| two[0].1 + 1 < two[1].0), "{:?}", runs);
        }
    }

    #[test]
    fn runs_have_a_bound() {
        let mut runs = Vec::new();
        assert!((1..=RUNS as u64).all(|number| add_to(&mut runs, 2 * number)));
        assert!(!add_to(&mut runs, 1_000_000) && add_to(&mut runs, 5) && add_to(&mut runs, u64::MAX));
        assert_eq!(runs.len(), RUNS, "what joins two made room for one");
    }
}
