//! What templates may use: the details of each notice, and the links made from them.
//!
//! A template that names anything else fails (strict mode): a typing error shows when the templates are loaded, not in
//! a mail. A particular that a fact does not have is `none`, written `—`.

use estair_core::clock::BusinessDay;
use estair_core::id::{RequestId, SupportId};
use estair_core::notice::Notice;
use estair_core::notification::{Notification, report};
use std::collections::BTreeMap;

use minijinja::Value;

use crate::escape::{clean, clip};
use crate::links::{Link, Links, Page};

const REQUEST: &[&str] =
    &["requete_id", "name", "category", "amount", "currency", "client", "account_id", "expiry_date", "at"];
const SUPPORT: &[&str] = &["helpdesk_id", "name", "subject", "client", "account_id", "at"];
const ACCOUNT: &[&str] = &["account_id", "client", "currency", "at"];
const CREDIT: &[&str] = &["reason", "detail", "limit", "active_credit"];
/// What Messager knows, what the book has added ([`estair_core::notification::alert`]), and what follows from it: retries
/// are the attempts after the first, `attempts_in_all` counts those before a replay too where that is known.
const FAILURE: &[&str] = &[
    "message_type",
    "message_uuid",
    "error",
    "http_status",
    "trace",
    "attempts",
    "attempts_allowed",
    "attempts_in_all",
    "retries",
    "retries_allowed",
    "gave_up_early",
    "started_at",
    "book_error",
    "book_trace",
    "book_at",
];
const OUTAGE: &[&str] = &["group", "count", "failed", "since", "other_errors", "more", "at"];
/// The lists of an outage: `errors` of `error` and `count`; `failures` of `requete_id`, `name`, `client`, `amount`,
/// `currency`, `message_uuid` and `replay_url`; the other failures by `requests`, of `first` and `last` number (none where it is one
/// alone), and by `messages`, texts. `more` is how many are in none of them.
const LISTS: &[&str] = &["errors", "failures", REQUESTS, MESSAGES];
const REQUESTS: &str = "requests";
const MESSAGES: &str = "messages";
const REPORT: &[&str] = &["day", "at", "failed_messages", "verified_at", "findings"];
/// The lists of a day's report: `requests` of `status`, `age` and `count`; `money` of `source`, `currency`, `money_in` and `money_out`;
/// `expired_credits` of `count`, `currency` and `amount`.
const REPORT_LISTS: &[&str] = &["requests", "money", "expired_credits"];

/// Which particulars of a notice are lists.
const fn lists(notice: Notice) -> &'static [&'static str] {
    match notice {
        Notice::Outage => LISTS,
        Notice::DailyReport => REPORT_LISTS,
        _ => &[],
    }
}

/// The names that the templates of a notice can count on, besides `notice`, `audience`, `test`, `redirected_from`, `home_url`, `home_path`,
/// `request_url`, `request_path`, `support_url`, `support_path`, `replay_url`, `failed_url` and `report_url`.
#[must_use]
pub fn vocabulary(notice: Notice) -> [&'static [&'static str]; 2] {
    match notice {
        Notice::CreditRequested => [REQUEST, &["decision_needed", "reason", "detail", "limit", "active_credit"]],
        Notice::CreditRefused | Notice::CreditExpired => [REQUEST, CREDIT],
        Notice::CreditAutoApproved | Notice::CreditApproved | Notice::MovementSucceeded => {
            let own = &["type", "total_operation", "balance", "mouvement_id", "message_uuid", "source", "reference"];
            [REQUEST, own]
        }
        Notice::RequestCreated => [REQUEST, &[]],
        Notice::MovementFailed => [REQUEST, FAILURE],
        Notice::SupportCreated => [SUPPORT, &[]],
        Notice::SupportResolved => [SUPPORT, &["body"]],
        Notice::RequestHeld | Notice::RequestReturned => [REQUEST, CREDIT],
        Notice::CommentAdded | Notice::CommentReceived => [REQUEST, &["helpdesk_id", "subject", "body"]],
        Notice::AccountSuspended | Notice::AccountActive => [ACCOUNT, &[]],
        Notice::CreditThreshold => [ACCOUNT, &["threshold", "limit", "active_credit"]],
        Notice::Outage => [OUTAGE, LISTS],
        Notice::DailyReport => [REPORT, REPORT_LISTS],
        Notice::OutageOver => [&["failed", "since", "until", "still_failed", "at"], &[]],
    }
}

/// The context that a notification's templates are rendered with; no text of it is longer than `longest` characters.
pub(crate) fn context(notification: &Notification, links: &Links, longest: usize) -> BTreeMap<String, Value> {
    let mut context = BTreeMap::new();
    for name in vocabulary(notification.notice).into_iter().flatten() {
        context.insert((*name).to_owned(), Value::from(()));
    }
    for (name, value) in &notification.params {
        context.insert(name.clone(), value_of(value, longest));
    }
    for name in lists(notification.notice) {
        context.insert((*name).to_owned(), list_of(notification, name, links, longest));
    }
    if notification.notice == Notice::Outage {
        name_the_others(&mut context, &notification.params, longest);
    }
    if notification.notice == Notice::MovementFailed {
        tries(&mut context, &notification.params);
    }
    context.entry(REDIRECTED.to_owned()).or_insert_with(|| Value::from(()));
    context.insert("notice".to_owned(), notification.notice.name().into());
    context.insert("audience".to_owned(), notification.audience.name().into());
    context.insert("test".to_owned(), is_test(notification).into());
    let number = |name: &str| notification.params.get(name).and_then(serde_json::Value::as_u64);
    for (name, page) in [
        ("home", Page::Home),
        ("request", number("requete_id").map_or(Page::Home, |id| Page::Request(RequestId(id)))),
        ("support", number("helpdesk_id").map_or(Page::Home, |id| Page::Support(SupportId(id)))),
        ("replay", replay_page(&notification.params)),
        ("failed", Page::FailedMessages),
        ("report", day_of(notification).map_or(Page::Home, Page::Report)),
    ] {
        let Link { url, path } = links.link(notification.audience, page);
        context.insert(format!("{name}_url"), Value::from_safe_string(url));
        context.insert(format!("{name}_path"), Value::from_safe_string(path));
    }
    context
}

/// What is told of the attempts at a message (N5).
fn tries(context: &mut BTreeMap<String, Value>, params: &serde_json::Map<String, serde_json::Value>) {
    let count = |name: &str| params.get(name).and_then(serde_json::Value::as_u64);
    let (attempts, allowed) = (count("attempts"), count("attempts_allowed"));
    let retries = |attempts: Option<u64>| attempts.map(|attempts| attempts.saturating_sub(1));
    let early = attempts.zip(allowed).is_some_and(|(attempts, allowed)| attempts < allowed);
    context.insert("retries".to_owned(), retries(attempts).into());
    context.insert("retries_allowed".to_owned(), retries(allowed).into());
    context.insert("attempts_in_all".to_owned(), count("attempts_in_all").or(attempts).into());
    context.insert("gave_up_early".to_owned(), early.into());
}

fn replay_page(params: &serde_json::Map<String, serde_json::Value>) -> Page {
    let message = params.get("message_uuid").and_then(|uuid| uuid.as_str()?.parse().ok());
    message.map_or(Page::Home, Page::Message)
}

/// The day that a report is of.
fn day_of(notification: &Notification) -> Option<BusinessDay> {
    notification.params.get(report::DAY)?.as_str()?.parse().ok()
}

/// A list of a notification; what is no list is an empty one.
fn list_of(notification: &Notification, name: &str, links: &Links, longest: usize) -> Value {
    let list = notification.params.get(name);
    let items = list.and_then(|list| list.as_array()).into_iter().flatten().filter_map(|item| item.as_object());
    let item = |item: &serde_json::Map<String, serde_json::Value>| {
        let replay = Value::from_safe_string(links.link(notification.audience, replay_page(item)).url);
        let given = item.iter().map(|(name, value)| (name.clone(), value_of(value, longest)));
        Value::from_pairs(given.chain([("replay_url".to_owned(), replay)]))
    };
    items.map(item).collect()
}

/// The failures of an outage that are named by numbers of requests and by messages: as many as fit in a text about so long, and how
/// many more there are.
fn name_the_others(
    context: &mut BTreeMap<String, Value>,
    params: &serde_json::Map<String, serde_json::Value>,
    longest: usize,
) {
    let list = |name: &str| params.get(name).and_then(|list| list.as_array()).map(Vec::as_slice).unwrap_or_default();
    let runs = list(REQUESTS).iter().filter_map(|run| Some((run.get(0)?.as_u64()?, run.get(1)?.as_u64()?)));
    let runs: Vec<(u64, u64)> = runs.collect();
    let (runs, left) = runs.split_at(runs.len().min(longest / CHARACTERS_OF_A_RUN));
    let left: u64 = left.iter().map(|(first, last)| last.saturating_sub(*first).saturating_add(1)).sum();
    let messages: Vec<_> = list(MESSAGES).iter().filter_map(|message| message.as_str()).collect();
    let (messages, unsaid) = messages.split_at(messages.len().min(longest / CHARACTERS_OF_A_MESSAGE));
    let run = |&(first, last): &(u64, u64)| {
        Value::from_pairs([("first", Value::from(first)), ("last", (last > first).then_some(last).into())])
    };
    let unnamed = params.get("more").and_then(serde_json::Value::as_u64).unwrap_or(0);
    context.insert(REQUESTS.to_owned(), runs.iter().map(run).collect());
    context.insert(MESSAGES.to_owned(), messages.iter().map(|message| clip(&clean(message), longest)).collect());
    context.insert("more".to_owned(), unnamed.saturating_add(left).saturating_add(unsaid.len() as u64).into());
}

/// So long a text has one run of numbers, or one message: a mail has room for all that a group names, a card for hundreds.
const CHARACTERS_OF_A_RUN: usize = 4;
const CHARACTERS_OF_A_MESSAGE: usize = 24;

/// The particular that names, on a trial system, for whom a message was meant (N12).
pub(crate) const REDIRECTED: &str = "redirected_from";

/// The particular that marks a message as a test.
pub(crate) const TEST: &str = "test";

pub(crate) fn is_test(notification: &Notification) -> bool {
    notification.params.get(TEST).and_then(serde_json::Value::as_bool).unwrap_or(false)
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
