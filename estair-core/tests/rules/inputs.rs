// What every target of `fuzz/` does with its bytes, and `input.rs` beside this file on the stable toolchain. Each checks what
// must hold of whatever was accepted, and that nothing panics.

use estair_core::clock::{CutOff, DayOffset, Timestamp, parse_timestamp, rfc3339};
use estair_core::json::Json;
use estair_core::messager::{NewMessage, OutgoingMessage, WebhookResponse, judge};
use estair_core::money::{Amount, Currency, MAX_HUNDREDTHS, Money};
use estair_core::queue::{AttemptOutcome, Schedule};
use estair_core::request::Payload;
use serde_json::Value;

/// Amounts, currencies, and money as it is kept (M1, M2).
pub(crate) fn amount(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(amount) = text.parse::<Amount>() {
        assert!(amount.hundredths().abs() <= MAX_HUNDREDTHS);
        assert_eq!(amount.to_string().parse::<Amount>(), Ok(amount));
        if let Ok(francs) = amount.in_currency(Currency::XOF) {
            assert_eq!(francs.hundredths() % 100, 0);
        }
    }
    if let Ok(currency) = text.parse::<Currency>() {
        assert_eq!(currency.code(), text);
    }
    if let Ok(money) = serde_json::from_value::<Money>(Value::from(text)) {
        assert_eq!(serde_json::to_value(money).and_then(serde_json::from_value::<Money>).ok(), Some(money));
    }
}

/// Instants, times of day, offsets (R4, F6).
pub(crate) fn date(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let offset = text.parse::<DayOffset>().unwrap_or_default();
    let cutoff = text.parse::<CutOff>().unwrap_or_default();
    if let Ok(at) = parse_timestamp(text) {
        assert_eq!(parse_timestamp(&rfc3339(at)), Ok(at), "{text}");
        let _ = offset.day_of(at);
        assert!(cutoff.on_day_of(at) >= at.date_naive().and_time(chrono::NaiveTime::MIN).and_utc());
    }
}

/// Idempotency keys (W3).
pub(crate) fn idempotency_key(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(key) = estair_core::text::idempotency_key(text) {
        assert!(key == text && (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()));
    }
}

/// What Messager is given, and what a webhook answers (G2, G9).
pub(crate) fn payload(data: &[u8]) {
    let body = std::str::from_utf8(data).ok().and_then(Json::parse);
    if let Some(json) = &body {
        assert_eq!(Json::parse(json.as_str()).as_ref(), Some(json));
        assert!(Json::parse(&json.canonical()).is_some_and(|canonical| canonical.means_the_same_as(json)), "{json}");
        let _ = (json.value(), Payload::from_json(json));
    }
    let payload = body.clone().unwrap_or_else(|| Json::from(Value::Null));
    let submission = OutgoingMessage { domain: "d".into(), kind: "k".into(), payload, idempotency_key: None };
    let message = NewMessage::new(submission, uuid::Uuid::nil(), &Schedule::messager(), Timestamp::UNIX_EPOCH);
    if let Some(key) = message.order_key {
        assert!(key.strip_prefix("d:").is_some_and(|account| account.parse::<u64>().is_ok()));
    }
    let status = data.first().map(|byte| u16::from(*byte) * 2 + 100);
    let report = judge(WebhookResponse { status, body, ..WebhookResponse::default() });
    assert_eq!(report.error.is_none(), report.outcome == AttemptOutcome::Done);
    assert!(report.outcome != AttemptOutcome::Done || report.result.is_some());
}
