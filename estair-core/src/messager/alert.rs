//! The critical alert of a message whose delivery has failed for good (G1, N5).

use serde_json::{Map, Value, json};

use crate::category::DEFINITIONS;
use crate::clock::{Timestamp, rfc3339};
use crate::json::Json;
use crate::messager::Message;
use crate::notice::Notice;
use crate::notification::{NewNotification, Notification};
use crate::queue::{Leased, Schedule, Settlement};

/// The critical alerts of a message whose delivery has failed for good (G1, N5), for the critical address and the general
/// Teams channel: the channels know both. `began` is when the last attempt did.
#[must_use]
pub fn critical_alerts(
    leased: &Leased<Message>,
    schedule: &Schedule,
    settlement: &Settlement,
    began: Timestamp,
) -> Vec<NewNotification> {
    let (message, report, now) = (&leased.job, &settlement.report, settlement.at);
    let attempts = leased.attempts.min(schedule.max_retries().map_or(u32::MAX, |retries| retries.saturating_add(1)));
    let mut params = Map::new();
    if let Value::Object(payload) = message.payload.value() {
        for (to, from) in [
            ("requete_id", "requete_id"),
            ("name", "requete_name"),
            ("account_id", "account_id"),
            ("client", "account_name"),
            ("amount", "amount"),
            ("currency", "currency"),
        ] {
            params.insert(to.to_owned(), payload.get(from).cloned().unwrap_or(Value::Null));
        }
    }
    let definition = DEFINITIONS.iter().find(|definition| definition.message == message.kind);
    params.insert("category".into(), json!(definition.map(|definition| definition.category.name())));
    params.insert("message_type".into(), json!(message.kind));
    params.insert("message_uuid".into(), json!(message.uuid));
    params.insert("error".into(), json!(report.error));
    params.insert("http_status".into(), json!(report.http_status));
    params.insert("trace".into(), json!(report.result.as_ref().map(Json::value)));
    params.insert("attempts".into(), json!(attempts));
    params.insert("attempts_allowed".into(), json!(schedule.max_retries().map(|retries| retries.saturating_add(1))));
    params.insert("started_at".into(), json!(rfc3339(began)));
    params.insert("at".into(), json!(rfc3339(now)));
    let notice = Notice::MovementFailed;
    let routes = notice.routes().into_iter();
    let notification = |(audience, channel)| Notification {
        fact: None,
        notice,
        audience,
        channel,
        user: None,
        recipient: String::new(),
        params: params.clone(),
    };
    routes
        .map(|route| NewNotification { notification: notification(route), not_before: now, skip: None, at: now })
        .collect()
}
