//! What an actor is told of a piece of news.

use estair_core::actor::Actor;
use estair_core::clock::rfc3339;
use estair_core::fact::{Fact, FactKind};
use estair_core::id::{FactId, Row};
use estair_core::permission::{Permission, granted, sees};
use serde_json::{Map, Value, json};

use super::Event;
use super::hub::News;

/// The events of a piece of news that this actor may see (P1, P2).
pub(super) fn events_of(actor: &Actor, news: &News) -> Vec<Event> {
    match news {
        News::Fact(fact) => events_of_fact(actor, fact),
        News::Message { after, record } => {
            let data = json!({
                "id": record.id, "message_uuid": record.message.uuid, "status": record.status.name(),
                "type": record.message.kind, "retry_count": record.retry_count,
            });
            let event = Event { id: *after, name: "message", data };
            if may(actor, Permission::ReadMessages) { vec![event] } else { Vec::new() }
        }
    }
}

fn may(actor: &Actor, permission: Permission) -> bool {
    granted(actor.role(), permission).is_some()
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

/// The events of a fact that this actor may see (P1, P2).
pub(crate) fn events_of_fact(actor: &Actor, fact: &Row<FactId, Fact>) -> Vec<Event> {
    if fact.account.known().is_none_or(|account| !sees(actor, account)) {
        return Vec::new();
    }
    let subject = subject_of(fact.kind);
    let mut names = vec![subject];
    // A movement closes its request: that is news of both.
    if subject == "movement" && fact.request.is_some() && fact.kind == FactKind::MovementWritten {
        names.push("request");
    }
    let visible = names.into_iter().filter(|name| may(actor, permission_of(name)));
    visible.map(|name| Event { id: fact.id.0, name, data: data_of(name, fact) }).collect()
}

fn permission_of(name: &str) -> Permission {
    match name {
        "request" => Permission::ReadRequests,
        "support" => Permission::ReadSupport,
        _ => Permission::ReadAccounts,
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
