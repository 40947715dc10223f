//! What an actor is told of what happened.

use estair_core::book::View;
use estair_core::clock::rfc3339;
use estair_core::fact::{Fact, FactKind};
use estair_core::id::FactId;
use estair_core::permission::Permission;
use estair_core::row::Row;
use serde_json::{Map, Value, json};

use super::journal::Change;

/// Something that an actor is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct News {
    /// `request`, `support`, `account`, `movement` or `message`; `reset` where the reader has to load its lists again.
    pub(crate) name: &'static str,
    /// The id, the new status and what else is worth saying.
    pub(crate) data: Value,
}

/// What a message's change tells who hears of messages.
pub(super) fn news_of_change(change: &Change) -> News {
    let data = json!({
        "id": change.id, "message_uuid": change.uuid, "status": change.status.name(),
        "type": change.kind, "retry_count": change.retry_count,
    });
    News { name: "message", data }
}

/// What a fact tells this actor (P1, P2).
pub(super) fn news_of_fact(view: &View, fact: &Row<FactId, Fact>) -> Vec<News> {
    let Some(subject) = subject_of(fact.kind).filter(|_| view.shows(fact)) else { return Vec::new() };
    let mut names = vec![subject];
    // A movement closes its request: that is news of both.
    let closes = fact.kind == FactKind::MovementWritten && fact.request.is_some();
    if closes && view.may(Permission::ReadRequests) {
        names.push("request");
    }
    names.into_iter().map(|name| News { name, data: data_of(name, fact) }).collect()
}

/// What a kind of fact is news of; nothing where only the seals of a chain change.
const fn subject_of(kind: FactKind) -> Option<&'static str> {
    Some(match kind {
        FactKind::ChainKeyed => return None,
        FactKind::AccountCreated | FactKind::AccountChanged | FactKind::LimitChanged | FactKind::ThresholdCrossed => {
            "account"
        }
        FactKind::RequestCreated
        | FactKind::RequestEdited
        | FactKind::RequestCommented
        | FactKind::RequestAssigned
        | FactKind::RequestMoved
        | FactKind::MessageSent => "request",
        FactKind::MovementWritten | FactKind::MovementFailed => "movement",
        FactKind::SupportCreated
        | FactKind::SupportMoved
        | FactKind::SupportAssigned
        | FactKind::SupportEdited
        | FactKind::SupportCommented => "support",
    })
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
        ("account", kind) if kind != FactKind::AccountChanged => None,
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
