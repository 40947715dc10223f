//! The timeline of a financial request: what happened to it, its messages and their attempts, its notifications.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use chrono::DateTime;
use estair_core::actor::Actor;
use estair_core::book::{Error, View};
use estair_core::clock::{Timestamp, rfc3339};
use estair_core::comment;
use estair_core::fact::Fact;
use estair_core::id::{FactId, RequestId};
use estair_core::messager::MessageRecord;
use estair_core::notification::NotificationRecord;
use estair_core::queue::Attempt;
use estair_core::request::Request;
use estair_core::row::Row;
use estair_core::store::{MAX_COUNTED, MAX_PAGE, Page, Total};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::List;
use super::state::Api;
use crate::caller::{Caller, Id};
use crate::messager::MessagerAs;
use crate::problem::{Problem, in_order};
use crate::query::{Params, cursor_of};
use crate::told::kind_to_client;

/// The name under which the timeline's cursors are made.
const LIST: &str = "historique";
/// Pages of facts that are searched for messages.
const MESSAGE_PAGES: usize = 5;
/// Most messages whose attempts one timeline shows.
const MAX_MESSAGES: usize = 50;

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
pub(super) struct Entry {
    at: String,
    /// `request_created`, `request_edited`, `request_commented`, `request_assigned`, `request_moved`, `message_sent`, `message_lost`, `movement_written`, `movement_failed`,
    /// `message` (Messager took it), `message_attempt` or `notification`.
    #[schema(example = "request_moved")]
    kind: &'static str,
    /// By which role; null for what machines did.
    role: Option<&'static str>,
    /// By whom; null for the system.
    user_id: Option<u64>,
    mouvement_id: Option<u64>,
    /// The particulars: `from`, `to`, `status`, `reason`, amounts, figures, an attempt's answer, a notification's channel.
    #[schema(value_type = Object, example = json!({"from": "open", "to": "to_treat"}))]
    data: Map<String, Value>,
}

/// Shows what happened to a financial request, newest first.
///
/// To a client without what is told to others, without messages and attempts, errors and addresses.
#[utoipa::path(
    get, path = "/api/requetes-financieres/{id}/historique", operation_id = "getTimeline", tag = "requests",
    params(
        ("id" = u64, Path, description = "the request's number"),
        ("count" = Option<bool>, Query, description = "`true` adds `total`"),
        ("limit" = Option<u32>, Query, description = "1 to 200, 50 when left out"),
        ("cursor" = Option<String>, Query, description = "the `next_cursor` of the page before"),
    ),
    responses((
        status = 200, description = "Transitions, messages, attempts, movement and notifications", body = List<Entry>,
    )),
)]
pub(super) async fn of_request(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<RequestId>,
    uri: Uri,
) -> Result<Json<List<Entry>>, Problem> {
    let view = api.view(&caller);
    let mut params = Params::of(&uri);
    let ((limit, place), counts) = (params.page_after(LIST, Place::read), params.count());
    let ((row, _), ()) = in_order(view.request(id).await, params.finish())?;
    let place = place.unwrap_or_default();
    let page = page_of(after(&api, &view, &row, limit, place).await?, limit, place);
    let total = if counts { Some(Total::counted(count(&api, &view, &row).await?)) } else { None };
    Ok(Json(page.with_total(total)))
}

/// What every source has after a place: enough for a page.
async fn after(
    api: &Api,
    view: &View,
    row: &Row<RequestId, Request>,
    limit: u32,
    place: Place,
) -> Result<Vec<Moment>, Problem> {
    let mut moments = facts(view, row.id, limit, place).await?;
    moments.extend(notifications(api, view.actor(), row, limit, place).await?);
    if view.actor().role().reads_as_staff()
        && let Some(messager) = api.access.messager(*view.actor())
    {
        moments.extend(messages(&messager, view, row, place).await?);
    }
    Ok(moments)
}

/// How many entries there are, as far as lists are counted.
async fn count(api: &Api, view: &View, row: &Row<RequestId, Request>) -> Result<u64, Problem> {
    let (mut counted, mut place) = (0, Place::default());
    loop {
        let (moments, next) = cut(after(api, view, row, MAX_PAGE, place).await?, MAX_PAGE, place);
        counted += moments.len() as u64;
        match next {
            Some(next) if counted <= u64::from(MAX_COUNTED) => place = next,
            _ => return Ok(counted),
        }
    }
}

/// Where a page ends, source by source: what was shown of each is not shown again, whatever comes in meanwhile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    fact: Option<u64>,
    notification: Option<u64>,
    /// The last step of a message: when, and its order among those of the same instant.
    step: Option<(i64, u64)>,
}

impl Place {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| match part {
            "" => Some(None),
            digits => digits.parse::<i64>().ok().map(Some),
        });
        let mut next = || parts.next().flatten();
        let (fact, notification, at, order) = (next()?, next()?, next()?, next()?);
        if parts.next().is_some() || at.is_some() != order.is_some() {
            return None;
        }
        let number = |value: Option<i64>| value.map(u64::try_from).transpose().ok();
        let step = at.zip(number(order)?);
        Some(Self { fact: number(fact)?, notification: number(notification)?, step })
    }

    fn text(self) -> String {
        let shown = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
        let (at, order) = self.step.map(|(at, order)| (at.to_string(), order.to_string())).unwrap_or_default();
        format!("{}.{}.{at}.{order}", shown(self.fact), shown(self.notification))
    }
}

/// An entry, with its place in its source.
struct Moment {
    at: Timestamp,
    source: Source,
    entry: Entry,
}

/// Of one instant, what followed comes after what it followed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Fact(u64),
    Step(i64, u64),
    Notification(u64),
}

/// The newest entries, and how to go on.
fn page_of(moments: Vec<Moment>, limit: u32, place: Place) -> List<Entry> {
    let (moments, next) = cut(moments, limit, place);
    let next_cursor = next.map(|place| cursor_of(LIST, &place.text()));
    List::of(moments.into_iter().map(|moment| moment.entry).collect(), next_cursor)
}

/// The newest of what the sources gave, and the place after it where there is more. What a source gave is newest first, and
/// stays in the source's own order.
fn cut(mut moments: Vec<Moment>, limit: u32, mut place: Place) -> (Vec<Moment>, Option<Place>) {
    // A clock may have been set back: an entry is never older than those that its source has after it.
    for source in [0, 1, 2] {
        let mut latest = DateTime::<chrono::Utc>::MIN_UTC;
        for moment in moments.iter_mut().rev().filter(|moment| moment.source.rank() == source) {
            latest = latest.max(moment.at);
            moment.at = latest;
        }
    }
    moments.sort_by_key(|moment| Reverse((moment.at, moment.source)));
    let limit = limit as usize;
    let more = moments.len() > limit;
    moments.truncate(limit);
    for moment in &moments {
        match moment.source {
            Source::Fact(id) => place.fact = Some(id),
            Source::Notification(id) => place.notification = Some(id),
            Source::Step(at, order) => place.step = Some((at, order)),
        }
    }
    (moments, more.then_some(place))
}

impl Source {
    const fn rank(self) -> u8 {
        match self {
            Self::Fact(_) => 0,
            Self::Step(..) => 1,
            Self::Notification(_) => 2,
        }
    }
}

fn entry(at: Timestamp, kind: &'static str, data: Value) -> Entry {
    let data = match data {
        Value::Object(data) => data,
        _ => Map::new(),
    };
    Entry { at: rfc3339(at), kind, role: None, user_id: None, mouvement_id: None, data }
}

/// The facts after a place: one more than a page at least, where there are so many that this actor may see.
async fn facts(view: &View, id: RequestId, limit: u32, place: Place) -> Result<Vec<Moment>, Problem> {
    let staff = view.actor().role().reads_as_staff();
    let wanted = limit as usize + 1;
    let mut page = Page { limit: limit.saturating_add(1).min(MAX_PAGE), before: place.fact };
    let mut moments = Vec::new();
    while moments.len() < wanted {
        let slice = view.request_timeline(id, page).await?;
        let shown = slice.items.iter().filter_map(|fact| {
            let entry = if staff { of_fact(fact) } else { of_fact_to_client(fact)? };
            Some(Moment { at: fact.at, source: Source::Fact(fact.id.0), entry })
        });
        moments.extend(shown);
        page.before = slice.next;
        if page.before.is_none() {
            break;
        }
    }
    Ok(moments)
}

fn of_fact(fact: &Row<FactId, Fact>) -> Entry {
    let mut data = fact.data.data.clone();
    // An address is for the letter, a seal for verifying.
    for inside in ["client_email", "email", comment::HASH, comment::UUID, "log"] {
        data.remove(inside);
    }
    // A movement that closes its request is a step too.
    if let Some(status) = data.get("status").filter(|_| data.contains_key("from") && !data.contains_key("to")).cloned()
    {
        data.insert("to".to_owned(), status);
    }
    Entry {
        role: Some(fact.role.name()),
        user_id: fact.user.map(|user| user.0),
        mouvement_id: fact.movement.and_then(|link| link.known()).map(|id| id.0),
        ..entry(fact.at, fact.kind.name(), Value::Object(data))
    }
}

/// What a client is told of a fact.
fn of_fact_to_client(fact: &Row<FactId, Fact>) -> Option<Entry> {
    let mut shown = Entry { kind: kind_to_client(fact)?.name(), ..of_fact(fact) };
    let is_inside = |key: &str| {
        key.starts_with("error")
            || ["message_uuid", "payload", "triggered_by", "ip_address", "user_agent"].contains(&key)
    };
    shown.data.retain(|key, _| !is_inside(key));
    Some(shown)
}

/// The messages that carried it and every attempt, newest first, as far as Messager can be read.
async fn messages(
    messager: &MessagerAs,
    view: &View,
    request: &Row<RequestId, Request>,
    place: Place,
) -> Result<Vec<Moment>, Problem> {
    let mut moments = Vec::new();
    for uuid in messages_of(view, request).await? {
        let found = match messager.message_of(request, uuid).await {
            Ok(found) => found,
            // Messager has a database of its own: without it, the book still tells its part (G3).
            Err(Error::Store(error)) => {
                tracing::warn!(error = ?error.trace(), "messager cannot be read");
                break;
            }
            Err(refused) => return Err(refused.into()),
        };
        let Some((record, attempts)) = found else { continue };
        let step = |at: Timestamp, number: u32, entry| {
            // Message by message, attempt by attempt: an order that no later step changes.
            let order = record.id.saturating_mul(1 << 20).saturating_add(number.into());
            Moment { at, source: Source::Step(at.timestamp_micros(), order), entry }
        };
        moments.push(step(record.created_at, 0, of_message(&record)));
        moments
            .extend(attempts.iter().map(|attempt| step(attempt.started_at, attempt.number, of_attempt(uuid, attempt))));
    }
    let is_shown = |moment: &Moment| match (place.step, moment.source) {
        (Some(last), Source::Step(at, order)) => (at, order) < last,
        _ => true,
    };
    moments.retain(is_shown);
    moments.sort_by_key(|moment| Reverse(moment.source));
    Ok(moments)
}

/// The messages of a request: its present one, and those that its facts name.
async fn messages_of(view: &View, request: &Row<RequestId, Request>) -> Result<Vec<Uuid>, Problem> {
    let mut messages: BTreeSet<Uuid> = request.message_uuid.into_iter().collect();
    let mut page = Page { limit: MAX_PAGE, before: None };
    for _ in 0..MESSAGE_PAGES {
        let slice = view.request_timeline(request.id, page).await?;
        messages.extend(slice.items.iter().filter_map(message_of));
        page.before = slice.next;
        if page.before.is_none() {
            break;
        }
    }
    // A message's uuid begins with its time: the newest ones are last.
    Ok(messages.into_iter().rev().take(MAX_MESSAGES).collect())
}

fn message_of(fact: &Row<FactId, Fact>) -> Option<Uuid> {
    fact.data.data.get("message_uuid")?.as_str()?.parse().ok()
}

fn of_message(record: &MessageRecord) -> Entry {
    let data = json!({
        "message_uuid": record.message.uuid, "type": record.message.kind, "status": record.status.name(),
        "retry_count": record.retry_count, "max_retries": record.max_retries,
        "next_attempt_at": record.next_attempt_at.map(rfc3339), "completed_at": record.completed_at.map(rfc3339),
    });
    entry(record.created_at, "message", data)
}

fn of_attempt(uuid: Uuid, attempt: &Attempt) -> Entry {
    let data = json!({
        "message_uuid": uuid, "number": attempt.number, "duration_ms": attempt.duration_ms,
        "outcome": attempt.outcome.map(|outcome| outcome.name()), "http_status": attempt.http_status,
        "error": attempt.error, "replayed_by": attempt.replayed_by, "reason": attempt.reason,
    });
    entry(attempt.started_at, "message_attempt", data)
}

/// The notifications after a place: to a client those that are meant for it.
async fn notifications(
    api: &Api,
    actor: &Actor,
    request: &Row<RequestId, Request>,
    limit: u32,
    place: Place,
) -> Result<Vec<Moment>, Problem> {
    let wanted = limit as usize + 1;
    let mut page = Page { limit: limit.saturating_add(1).min(MAX_PAGE), before: place.notification };
    let mut moments = Vec::new();
    while moments.len() < wanted {
        let slice = api.access.notifications(*actor).of_request(request, page).await?;
        let shown = |record: &NotificationRecord| Moment {
            at: record.created_at,
            source: Source::Notification(record.id),
            entry: of_notification(actor, record),
        };
        moments.extend(slice.items.iter().map(shown));
        page.before = slice.next;
        if page.before.is_none() {
            break;
        }
    }
    Ok(moments)
}

/// A notification; why it failed, or was skipped, is for staff (N7).
fn of_notification(actor: &Actor, record: &NotificationRecord) -> Entry {
    let notification = &record.notification;
    let status = match record.status.name() {
        "processing" => "pending",
        status => status,
    };
    let mut data = json!({
        "id": record.id, "notice": notification.notice.name(), "channel": notification.channel.name(),
        "audience": notification.audience.name(), "status": status, "attempts": record.attempts,
        "completed_at": record.completed_at.map(rfc3339),
    });
    if let Some(data) = data.as_object_mut().filter(|_| actor.role().reads_as_staff()) {
        data.insert("error".into(), json!(record.error));
    }
    entry(record.created_at, "notification", data)
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        for place in [
            Place::default(),
            Place { fact: Some(3), ..Place::default() },
            Place { fact: Some(3), notification: Some(9), step: Some((-7, 5)) },
        ] {
            assert_eq!(Place::read(&place.text()), Some(place));
        }
        for bad in ["", "1", "1.2.3", "1.2.3.4.5", "x...", "-1...", "..1.", "...1"] {
            assert_eq!(Place::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_clock_that_went_back_loses_no_entry() {
        let at = |seconds| DateTime::UNIX_EPOCH + Duration::seconds(seconds);
        let moment = |seconds, source| Moment { at: at(seconds), source, entry: entry(at(seconds), "x", json!({})) };
        // Newest first, by their numbers: the clock of the newest fact was behind.
        let all = || {
            vec![
                moment(1, Source::Fact(3)),
                moment(9, Source::Fact(2)),
                moment(0, Source::Fact(1)),
                moment(5, Source::Notification(1)),
            ]
        };
        let page = page_of(all(), 2, Place::default());
        let kinds: Vec<_> = page.items.iter().map(|entry| entry.at.clone()).collect();
        assert_eq!(kinds, [rfc3339(at(1)), rfc3339(at(9))], "the source's own order");
        assert_eq!(page.next_cursor, Some(cursor_of(LIST, "2...")));
    }
}
