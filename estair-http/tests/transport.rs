//! From Messager to a webhook that answers something else: what is kept of it, and how much is read (G5).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test fails by panicking

use std::sync::Arc;
use std::time::Duration;

use estair_core::clock::System;
use estair_core::messager::{DOMAIN, Message, Transport, judge};
use estair_core::queue::{AttemptOutcome, Report};
use estair_http::client::MAX_ANSWER;
use estair_http::messager::transport::{Endpoint, HttpTransport};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use uuid::Uuid;

/// What an attempt comes to when the webhook sends these bytes and hangs up.
async fn answered(bytes: Vec<u8>) -> Report {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"load_request\"}") {
            stream.read_buf(&mut request).await.unwrap();
        }
        // The other side hangs up first when it has read enough.
        let _ = stream.write_all(&bytes).await;
    });
    let secrets = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".parse().unwrap();
    let endpoints = [(DOMAIN.to_owned(), Endpoint { url, secrets })];
    let transport = HttpTransport::new(endpoints, Duration::from_secs(5), Arc::new(System)).unwrap();
    let (domain, kind) = (DOMAIN.to_owned(), "load_request".to_owned());
    judge(
        transport.call(&Message { uuid: Uuid::nil(), domain, kind, payload: json!({ "requete_id": 1 }).into() }).await,
    )
}

fn http(status: &str, length: usize, body: impl AsRef<[u8]>) -> Vec<u8> {
    [format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n").as_bytes(), body.as_ref()].concat()
}

// rule: G5
#[tokio::test]
async fn g5_an_answer_that_is_not_json_is_kept_with_the_attempt() {
    let body = "boom <b>trace</b>";
    let report = answered(http("500 Internal Server Error", body.len(), body)).await;
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Retry, Some(500)));
    assert_eq!(report.error.as_deref(), Some("status 500: boom <b>trace</b>"));
    let latin = answered(http("502 Bad Gateway", 3, b"\xe9\x00!")).await;
    assert_eq!(
        latin.error.as_deref(),
        Some("status 502: \u{fffd}!"),
        "what is not UTF-8 is no reason to lose the rest"
    );
    let empty = answered(http("503 Service Unavailable", 0, "")).await;
    assert_eq!(empty.error.as_deref(), Some("status 503 with an empty answer"));
}

// rule: G5
#[tokio::test]
async fn g5_of_an_answer_that_is_too_long_or_breaks_off_the_beginning_is_kept() {
    let long = "<p>".repeat(MAX_ANSWER);
    let error = answered(http("502 Bad Gateway", long.len(), &long)).await.error.unwrap();
    assert!(error.starts_with("status 502: <p><p>") && error.ends_with("(the answer is longer than 65536 bytes)"));
    assert!(error.chars().count() < 1_100, "{}", error.len());
    let json = json!({ "success": true, "mouvement_id": 1, "mouvement_uuid": Uuid::nil() }).to_string();
    let broken = answered(http("200 OK", json.len() + 1, &json)).await;
    assert_eq!((broken.outcome, &broken.result), (AttemptOutcome::Retry, &None), "it is not known to be whole");
    assert!(broken.error.unwrap().starts_with(&format!("status 200: {json} (")));
    let gone = answered(Vec::new()).await;
    assert_eq!((gone.http_status, gone.error.unwrap().contains("error sending request")), (None, true));
}
