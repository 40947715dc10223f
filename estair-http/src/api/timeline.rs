//! The timeline of a financial request: what happened to it, its messages and their attempts, its notifications.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use estair_core::actor::Actor;
use estair_core::book::Error;
use estair_core::clock::{Timestamp, rfc3339};
use estair_core::fact::Fact;
use estair_core::id::{FactId, RequestId};
use estair_core::messager::MessageRecord;
use estair_core::notification::NotificationRecord;
use estair_core::queue::Attempt;
use estair_core::request::Request;
use estair_core::row::Row;
use estair_core::store::MAX_PAGE;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::state::Api;
use crate::caller::{Caller, Id};
use crate::messager::MessagerView;
use crate::problem::Problem;

/// Most facts that one timeline shows.
const MAX_FACTS: u32 = 1_000;
/// Most messages whose attempts one timeline shows.
const MAX_MESSAGES: usize = 20;

/// The timeline of a financial request, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Timeline {
    items: Vec<Entry>,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
struct Entry {
    at: String,
    /// `request_created`, `request_assigned`, `request_moved`, `message_sent`, `movement_written`, `movement_failed`,
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

/// Shows what happened to a financial request.
#[utoipa::path(
    get, path = "/api/requetes-financieres/{id}/historique", operation_id = "getTimeline", tag = "requests",
    params(("id" = u64, Path, description = "the request's number")),
    responses((status = 200, description = "Transitions, messages, attempts, movement and notifications", body = Timeline)),
)]
pub(super) async fn of_request(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<RequestId>,
) -> Result<Json<Timeline>, Problem> {
    let view = api.view(&caller);
    let (row, _) = view.request(id).await?;
    let facts = view.request_facts(id, MAX_FACTS).await?;
    let mut messages: BTreeSet<Uuid> = row.message_uuid.into_iter().collect();
    messages.extend(facts.iter().filter_map(message_of));
    let mut entries: Vec<(Timestamp, Entry)> = facts.iter().map(|fact| (fact.at, of_fact(fact))).collect();
    if let Some(messager) = api.access.messager(caller.actor) {
        entries.extend(of_messages(&messager, &caller.actor, &row, messages).await?);
    }
    let notifications = api.access.notifications(caller.actor).of_request(&row, MAX_PAGE).await?;
    entries.extend(notifications.iter().map(|record| (record.created_at, of_notification(&caller.actor, record))));
    // A stable sort: facts of one instant keep their order, and come before what followed from them.
    entries.sort_by_key(|(at, _)| *at);
    Ok(Json(Timeline { items: entries.into_iter().map(|(_, entry)| entry).collect() }))
}

fn message_of(fact: &Row<FactId, Fact>) -> Option<Uuid> {
    fact.data.data.get("message_uuid")?.as_str()?.parse().ok()
}

fn entry(at: Timestamp, kind: &'static str, data: Value) -> Entry {
    let data = match data {
        Value::Object(data) => data,
        _ => Map::new(),
    };
    Entry { at: rfc3339(at), kind, role: None, user_id: None, mouvement_id: None, data }
}

fn of_fact(fact: &Row<FactId, Fact>) -> Entry {
    let mut data = fact.data.data.clone();
    // An address is for the letter, not for the timeline.
    data.remove("client_email");
    Entry {
        role: Some(fact.role.name()),
        user_id: fact.user.map(|user| user.0),
        mouvement_id: fact.movement.and_then(|link| link.known()).map(|id| id.0),
        ..entry(fact.at, fact.kind.name(), Value::Object(data))
    }
}

/// The messages that carried it, as far as Messager can be read.
async fn of_messages(
    messager: &MessagerView,
    actor: &Actor,
    request: &Row<RequestId, Request>,
    messages: BTreeSet<Uuid>,
) -> Result<Vec<(Timestamp, Entry)>, Problem> {
    let mut entries = Vec::new();
    for uuid in messages.into_iter().take(MAX_MESSAGES) {
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
        entries.push((record.created_at, of_message(&record)));
        entries.extend(attempts.iter().map(|attempt| (attempt.started_at, of_attempt(actor, uuid, attempt))));
    }
    Ok(entries)
}

fn of_message(record: &MessageRecord) -> Entry {
    let data = json!({
        "message_uuid": record.message.uuid, "type": record.message.kind, "status": record.status.name(),
        "retry_count": record.retry_count, "max_retries": record.max_retries,
        "next_attempt_at": record.next_attempt_at.map(rfc3339), "completed_at": record.completed_at.map(rfc3339),
    });
    entry(record.created_at, "message", data)
}

fn of_attempt(actor: &Actor, uuid: Uuid, attempt: &Attempt) -> Entry {
    let mut data = json!({
        "message_uuid": uuid, "number": attempt.number, "duration_ms": attempt.duration_ms,
        "outcome": attempt.outcome.map(|outcome| outcome.name()),
    });
    if let Some(data) = data.as_object_mut().filter(|_| actor.role().is_staff()) {
        data.insert("http_status".into(), json!(attempt.http_status));
        data.insert("error".into(), json!(attempt.error));
        data.insert("replayed_by".into(), json!(attempt.replayed_by));
        data.insert("reason".into(), json!(attempt.reason));
    }
    entry(attempt.started_at, "message_attempt", data)
}

/// A notification; why it failed, or was skipped, is for staff.
fn of_notification(actor: &Actor, record: &NotificationRecord) -> Entry {
    let notification = &record.notification;
    let mut data = json!({
        "notice": notification.notice.name(), "audience": notification.audience.name(),
        "channel": notification.channel.name(), "status": record.status.name(), "attempts": record.attempts,
        "completed_at": record.completed_at.map(rfc3339),
    });
    if let Some(data) = data.as_object_mut().filter(|_| actor.role().is_staff()) {
        data.insert("error".into(), json!(record.error));
    }
    entry(record.created_at, "notification", data)
}
