//! What templates may use: the particulars of each notice, and the links made from them.
//!
//! A template that names anything else fails (strict mode): a typing error shows when the templates are loaded, not in
//! a mail. A particular that a fact does not have is `none`, written `—`.

use std::collections::BTreeMap;

use estair_core::id::{RequestId, SupportId};
use estair_core::notification::Notice;
use estair_core::notify::Delivery;
use minijinja::Value;

use crate::escape::{clean, clip};
use crate::links::Links;

const REQUEST: &[&str] =
    &["requete_id", "name", "category", "amount", "currency", "client", "account_id", "expiry_date", "at"];
const SUPPORT: &[&str] = &["helpdesk_id", "name", "subject", "client", "account_id", "at"];
const ACCOUNT: &[&str] = &["account_id", "client", "currency", "at"];
const CREDIT: &[&str] = &["reason", "detail", "limit", "active_credit"];
/// What Messager knows, and what the book has added ([`estair_core::alert`]).
const FAILURE: &[&str] = &[
    "message_type",
    "message_uuid",
    "error",
    "http_status",
    "trace",
    "attempts",
    "attempts_allowed",
    "started_at",
    "book_error",
    "book_trace",
    "book_at",
];
const OUTAGE: &[&str] = &["group", "count", "failed", "since", "other_errors", "more", "at"];
/// The lists of an outage: `errors` of `error` and `count`; `failures` of `requete_id`, `name`, `client`, `amount`,
/// `currency`, `message_uuid` and `replay_url`.
const LISTS: &[&str] = &["errors", "failures"];

/// The names that the templates of a notice can count on, besides `notice`, `audience`, `test`, `home_url`, `home_path`,
/// `request_url`, `request_path`, `support_url`, `support_path`, `replay_url` and `failed_url`.
#[must_use]
pub fn vocabulary(notice: Notice) -> [&'static [&'static str]; 2] {
    match notice {
        Notice::CreditRequested => [REQUEST, &["decision_needed", "reason", "detail", "limit", "active_credit"]],
        Notice::CreditRefused | Notice::CreditExpired => [REQUEST, CREDIT],
        Notice::CreditAutoApproved | Notice::CreditApproved | Notice::MovementSucceeded => {
            [REQUEST, &["type", "total_operation", "balance", "mouvement_id", "message_uuid"]]
        }
        Notice::RequestCreated => [REQUEST, &[]],
        Notice::MovementFailed => [REQUEST, FAILURE],
        Notice::SupportCreated | Notice::SupportResolved => [SUPPORT, &[]],
        Notice::CreditThreshold => [ACCOUNT, &["threshold", "limit", "active_credit"]],
        Notice::Outage => [OUTAGE, LISTS],
        Notice::OutageOver => [&["failed", "since", "until", "still_failed", "at"], &[]],
    }
}

/// The context that a delivery's templates are rendered with; no text of it is longer than `longest` characters.
pub(crate) fn context(delivery: &Delivery, links: &Links, longest: usize) -> BTreeMap<String, Value> {
    let mut context = BTreeMap::new();
    for name in vocabulary(delivery.notice).into_iter().flatten() {
        context.insert((*name).to_owned(), Value::from(()));
    }
    for (name, value) in &delivery.params {
        context.insert(name.clone(), value_of(value, longest));
    }
    if delivery.notice == Notice::Outage {
        for name in LISTS {
            context.insert((*name).to_owned(), list_of(delivery.params.get(*name), links, longest));
        }
    }
    context.insert("notice".to_owned(), delivery.notice.name().into());
    context.insert("audience".to_owned(), delivery.audience.name().into());
    context.insert("test".to_owned(), is_test(delivery).into());
    let mut link = |name: &str, path: String| {
        context.insert(format!("{name}_url"), Value::from_safe_string(links.to(&path)));
        context.insert(format!("{name}_path"), Value::from_safe_string(path));
    };
    let number = |name: &str| delivery.params.get(name).and_then(serde_json::Value::as_u64);
    link("home", Links::home_path());
    link("request", number("requete_id").map_or_else(Links::home_path, |id| Links::request_path(RequestId(id))));
    link("support", number("helpdesk_id").map_or_else(Links::home_path, |id| Links::support_path(SupportId(id))));
    link("replay", replay_path(&delivery.params));
    link("failed", Links::failed_path());
    context
}

fn replay_path(params: &serde_json::Map<String, serde_json::Value>) -> String {
    let message = params.get("message_uuid").and_then(|uuid| uuid.as_str()?.parse().ok());
    message.map_or_else(Links::home_path, Links::message_path)
}

/// A list of an outage; what is no list is an empty one.
fn list_of(list: Option<&serde_json::Value>, links: &Links, longest: usize) -> Value {
    let items = list.and_then(|list| list.as_array()).into_iter().flatten().filter_map(|item| item.as_object());
    let item = |item: &serde_json::Map<String, serde_json::Value>| {
        let replay = Value::from_safe_string(links.to(&replay_path(item)));
        let given = item.iter().map(|(name, value)| (name.clone(), value_of(value, longest)));
        Value::from_pairs(given.chain([("replay_url".to_owned(), replay)]))
    };
    items.map(item).collect()
}

/// The particular that marks a message as a test.
pub(crate) const TEST: &str = "test";

pub(crate) fn is_test(delivery: &Delivery) -> bool {
    delivery.params.get(TEST).and_then(serde_json::Value::as_bool).unwrap_or(false)
}

fn value_of(value: &serde_json::Value, longest: usize) -> Value {
    match value {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(flag) => Value::from(*flag),
        serde_json::Value::Number(number) => match number.as_u64() {
            Some(number) => Value::from(number),
            None => Value::from(number.to_string()),
        },
        serde_json::Value::String(text) => Value::from(clip(&clean(text), longest)),
        // An answer kept whole (G5): as text, for it is read by people.
        other => Value::from(clip(&clean(&format!("{other:#}")), longest)),
    }
}
