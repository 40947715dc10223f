//! What an actor is told of what happened.

use estair_core::book::View;
use estair_core::clock::rfc3339;
use estair_core::fact::{Fact, FactKind};
use estair_core::id::FactId;
use estair_core::permission::Permission;
use estair_core::row::Row;
use serde_json::{Map, Value, json};

use super::hub::Happening;

/// An event of the stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    /// What `Last-Event-ID` gives back.
    pub(crate) id: u64,
    /// `request`, `support`, `account`, `movement` or `message`.
    pub(crate) name: &'static str,
    /// The id, the new status and what else is worth saying.
    pub(crate) data: Value,
}

/// The events of something that happened which this actor may see (P1, P2).
pub(super) fn events_of(view: &View, happening: &Happening) -> Vec<Event> {
    match happening {
        Happening::Fact(fact) => events_of_fact(view, fact),
        Happening::Message { after, record } => {
            let data = json!({
                "id": record.id, "message_uuid": record.message.uuid, "status": record.status.name(),
                "type": record.message.kind, "retry_count": record.retry_count,
            });
            let event = Event { id: *after, name: "message", data };
            if view.may(Permission::ReadMessages) { vec![event] } else { Vec::new() }
        }
    }
}

/// The events of a fact that this actor may see (P1, P2).
pub(crate) fn events_of_fact(view: &View, fact: &Row<FactId, Fact>) -> Vec<Event> {
    if !view.shows(fact) {
        return Vec::new();
    }
    let subject = subject_of(fact.kind);
    let mut names = vec![subject];
    // A movement closes its request: that is news of both.
    let closes = fact.kind == FactKind::MovementWritten && fact.request.is_some();
    if closes && view.may(Permission::ReadRequests) {
        names.push("request");
    }
    names.into_iter().map(|name| Event { id: fact.id.0, name, data: data_of(name, fact) }).collect()
}

/// What a kind of fact is an event of.
const fn subject_of(kind: FactKind) -> &'static str {
    match kind {
        FactKind::AccountCreated | FactKind::LimitChanged | FactKind::ThresholdCrossed => "account",
        FactKind::RequestCreated | FactKind::RequestAssigned | FactKind::RequestMoved | FactKind::MessageSent => {
            "request"
        }
        FactKind::MovementWritten | FactKind::MovementFailed => "movement",
        FactKind::SupportCreated
        | FactKind::SupportMoved
        | FactKind::SupportAssigned
        | FactKind::SupportEdited
        | FactKind::SupportCommented => "support",
    }
}

/// The id, the new status, the account, what happened and when.
fn data_of(name: &str, fact: &Row<FactId, Fact>) -> Value {
    let mut data = Map::new();
    let mut put = |key: &str, value: Value| data.insert(key.to_owned(), value);
    let account = fact.account.known().map(|id| id.0);
    let request = fact.request.and_then(|link| link.known()).map(|id| id.0);
    let movement = fact.movement.and_then(|link| link.known()).map(|id| id.0);
    let id = match name {
        "request" => request,
        "support" => fact.support.and_then(|link| link.known()).map(|id| id.0),
        "movement" => movement,
        _ => account,
    };
    put("id", json!(id));
    match (name, fact.kind) {
        ("movement", FactKind::MovementFailed) => put("status", json!("failed")),
        ("movement", _) => put("status", json!("success")),
        ("account", _) => None,
        _ => put("status", json!(fact.data.data.get("status"))),
    };
    put("account_id", json!(account));
    if name == "movement" {
        put("requete_id", json!(request));
    }
    if name == "request" && movement.is_some() {
        put("mouvement_id", json!(movement));
    }
    put("kind", json!(fact.kind.name()));
    put("at", json!(rfc3339(fact.at)));
    Value::Object(data)
}
