//! Signatures of webhooks (G7).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test fails by panicking

use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, Duration};
use estair_core::clock::{System, Timestamp};
use estair_http::signature::{ID, SIGNATURE, SecretError, Secrets, SignatureError, TIMESTAMP, generate};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const MESSAGE: &str = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk";
const BODY: &[u8] = br#"{"email":"test@example.com","username":"test_user"}"#;
const KNOWN: &str = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";

fn at(seconds: i64) -> Timestamp {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn sent() -> Timestamp {
    at(1_649_367_553)
}

fn headers(id: &str, timestamp: &str, signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [(ID, id), (TIMESTAMP, timestamp), (SIGNATURE, signature)] {
        headers.insert(name, HeaderValue::from_str(value).unwrap());
    }
    headers
}

fn known() -> HeaderMap {
    headers(MESSAGE, "1649367553", KNOWN)
}

// rule: G7
#[test]
fn g7_the_vector_of_the_standard_holds_both_ways() {
    let secrets: Secrets = SECRET.parse().unwrap();
    assert_eq!(secrets.sign(MESSAGE, sent(), BODY), KNOWN);
    assert_eq!(secrets.verify(&known(), BODY, sent()), Ok(MESSAGE));
}

#[test]
fn g7_a_changed_body_id_or_timestamp_does_not_match() {
    let secrets: Secrets = SECRET.parse().unwrap();
    let refused = Err(SignatureError::Mismatch);
    assert_eq!(secrets.verify(&known(), &BODY[1..], sent()), refused);
    assert_eq!(secrets.verify(&headers("msg_other", "1649367553", KNOWN), BODY, sent()), refused);
    assert_eq!(secrets.verify(&headers(MESSAGE, "1649367554", KNOWN), BODY, sent()), refused);
    for signature in ["v1,", "v2,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=", "", "v1,!!"] {
        assert_eq!(secrets.verify(&headers(MESSAGE, "1649367553", signature), BODY, sent()), refused, "{signature}");
    }
}

#[test]
fn g7_a_stale_timestamp_is_refused_on_both_sides() {
    let secrets: Secrets = SECRET.parse().unwrap();
    let sent_headers = known();
    let seen_after = |seconds| secrets.verify(&sent_headers, BODY, sent() + Duration::seconds(seconds));
    assert!(seen_after(300).is_ok());
    assert!(seen_after(-300).is_ok());
    assert_eq!(seen_after(301), Err(SignatureError::Stale));
    assert_eq!(seen_after(-301), Err(SignatureError::Stale));
    let absurd = headers(MESSAGE, "-9223372036854775808", KNOWN);
    assert_eq!(secrets.verify(&absurd, BODY, sent()), Err(SignatureError::Stale));
}

#[test]
fn g7_missing_doubled_and_dotted_headers_are_refused() {
    let secrets: Secrets = SECRET.parse().unwrap();
    for name in [ID, TIMESTAMP, SIGNATURE] {
        let mut without = known();
        without.remove(name);
        assert_eq!(secrets.verify(&without, BODY, sent()), Err(SignatureError::Header(name)));
        let mut doubled = known();
        doubled.append(name, doubled[name].clone());
        assert_eq!(secrets.verify(&doubled, BODY, sent()), Err(SignatureError::Header(name)));
    }
    let dotted = headers("msg.1", "1649367553", KNOWN);
    assert_eq!(secrets.verify(&dotted, BODY, sent()), Err(SignatureError::Header(ID)));
}

#[test]
fn g7_during_a_rotation_either_secret_is_accepted() {
    let (old, new) = (generate(&System), generate(&System));
    let both: Secrets = format!("{new} {old}").parse().unwrap();
    let signed = both.sign("m1", sent(), BODY);
    assert_eq!(signed.split(' ').count(), 2);
    for one in [&old, &new] {
        let receiver: Secrets = one.parse().unwrap();
        assert!(receiver.verify(&headers("m1", "1649367553", &signed), BODY, sent()).is_ok());
        let single = receiver.sign("m1", sent(), BODY);
        assert!(both.verify(&headers("m1", "1649367553", &single), BODY, sent()).is_ok());
    }
    let stranger: Secrets = generate(&System).parse().unwrap();
    assert!(stranger.verify(&headers("m1", "1649367553", &signed), BODY, sent()).is_err());
}

#[test]
fn g7_short_secrets_are_refused_and_none_is_shown() {
    let refusal = |text: &str| text.parse::<Secrets>().map(|_| ()).unwrap_err();
    assert_eq!(refusal(""), SecretError::Missing);
    assert_eq!(refusal("whsec_"), SecretError::Length(0));
    assert_eq!(refusal("whsec_c2hvcnQ="), SecretError::Length(5));
    assert_eq!(refusal("C2FVsBQIhrscChlQIMV+b5sSYspob7oD"), SecretError::Malformed);
    assert_eq!(refusal(&format!("{SECRET} whsec_c2hvcnQ=")), SecretError::Length(5));
    let shown = format!("{:?}", SECRET.parse::<Secrets>().unwrap());
    assert!(!shown.contains("C2FV"), "{shown}");
}
