//! What hostile text cannot do (N4).

use estair_core::notice::Channel;
use estair_core::notification::Notification;
use serde_json::{Value, json};

use crate::{card, mail, push, routes, strings};

pub(crate) const EVIL: &str = "<script>alert(1)</script> [x](http://evil.example.test) **gras** &lt;b&gt; {{DATE(2025-10-21T18:00:00Z, SHORT)}} \" \\ {{ 7*7 }} {% raw %}\r\nBcc: all@example.test\u{202e}\u{0}";

fn hostile(mut notification: Notification) -> Notification {
    notification.params.insert("reason".to_owned(), json!(EVIL));
    replaced(&mut notification.params, EVIL);
    notification
}

/// The details that somebody wrote, or another machine.
const WRITTEN: [&str; 11] =
    ["body", "client", "subject", "reason", "error", "name", "trace", "detail", "category", "book_error", "book_trace"];

/// Every text that somebody wrote becomes this one, in lists too.
pub(crate) fn replaced(params: &mut serde_json::Map<String, Value>, text: &str) {
    for (name, value) in params {
        match value {
            Value::Array(items) => {
                items.iter_mut().filter_map(Value::as_object_mut).for_each(|item| replaced(item, text));
            }
            _ if WRITTEN.contains(&name.as_str()) => *value = json!(text),
            _ => {}
        }
    }
}

#[test]
fn n4_hostile_text_stays_text_in_mails() {
    for notification in routes().filter(|notification| notification.channel == Channel::Email) {
        let (subject, html, text) = mail(&hostile(notification));
        assert!(!html.contains("<script") && !html.contains("href=\"http://evil"));
        assert!(!subject.contains(['\r', '\n', '\u{0}', '\u{202e}']));
        assert!(!html.contains('\u{202e}') && !text.contains(['\u{202e}', '\u{0}', '\r']));
        assert!(!html.contains("49 {%"), "user text is no template");
    }
}

#[test]
fn n4_hostile_text_stays_text_in_cards() {
    for notification in routes().filter(|notification| notification.channel == Channel::Teams) {
        let body = card(&hostile(notification.clone()));
        assert_eq!(shape(&body), shape(&card(&notification)), "the card's structure is the same");
        assert!(!body["attachments"][0]["content"]["fallbackText"].as_str().unwrap().is_empty());
        for text in strings(&body) {
            let live = text.replace("\\[", "").replace("\\*", "").replace("\\<", "");
            assert!(!live.contains("[x") && !live.contains('*') && !live.contains("<script"), "{text}");
            assert!(!live.contains("&lt;") && !live.contains("{{DATE"), "no entity, no function of cards: {text}");
        }
    }
}

/// The structure of a card, without its texts.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) => json!("…"),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), shape(value))).collect(),
        other => other.clone(),
    }
}

#[test]
fn n4_hostile_text_stays_text_in_pushes() {
    for notification in routes().filter(|notification| notification.channel == Channel::Push) {
        let payload = push(&hostile(notification.clone()));
        assert_eq!(shape(&payload), shape(&push(&notification)));
    }
}
