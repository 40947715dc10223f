//! The Teams channel against loopback servers: which webhook, and what each answer comes to (N1, N3, N6).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod support;

use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::Notifier;
use estair_core::queue::{AttemptOutcome, Report};
use std::sync::Arc;
use std::time::Duration;

use estair_notify::teams::{Teams, TeamsSettings, WebhookUrl};
use estair_notify::{Channels, sample};
use serde_json::json;
use support::{Fixed, HttpServer, certified, listen, texts};

fn channel(general: Option<&str>, finance: Option<&str>, operation: Option<&str>) -> Channels {
    let settings = TeamsSettings::parse(general, finance, operation).unwrap();
    Channels::new().with(Teams::new(settings, texts(), Arc::new(Fixed)).unwrap())
}

async fn send(channels: &Channels, notice: Notice, audience: Audience) -> Report {
    channels.send(1, &sample::notification(notice, audience, Channel::Teams)).await
}

async fn answer(status: &'static str, headers: &'static str, body: &'static str) -> (Report, HttpServer) {
    let server = HttpServer::start(status, headers, body).await;
    let url = server.url("/workflows/canary?sig=canary-secret");
    let report = send(&channel(Some(&url), None, None), Notice::CreditRequested, Audience::Finance).await;
    assert!(!format!("{report:?}").contains("canary"), "{report:?}");
    (report, server)
}

#[tokio::test]
async fn a_card_is_posted_and_202_is_accepted_not_shown() {
    let (report, server) = answer("202 Accepted", "", "").await;
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Done, Some(202)));
    assert!(report.result.unwrap().value()["accepted"].as_str().unwrap().contains("does not say"));
    let got = server.got();
    assert!(got[0].head.starts_with("POST /workflows/canary?sig=canary-secret HTTP/1.1"));
    assert_eq!(got[0].header("content-type").as_deref(), Some("application/json"));
    let body: serde_json::Value = serde_json::from_slice(&got[0].body).unwrap();
    assert_eq!(body["type"], "message");
    let attachment = &body["attachments"][0];
    assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
    assert_eq!(attachment["contentUrl"], json!(null));
    assert_eq!(attachment["content"]["msteams"]["width"], "Full");
    assert_eq!(attachment["content"]["lang"], "fr");
}

#[tokio::test]
async fn n3_answers_are_told_apart() {
    let (busy, _) = answer("429 Too Many Requests", "retry-after: 120\r\n", "").await;
    assert_eq!((busy.outcome, busy.retry_after), (AttemptOutcome::Retry, Some(Duration::from_secs(120))));
    let (until, _) = answer("503 Service Unavailable", "retry-after: Tue, 21 Oct 2025 10:05:00 GMT\r\n", "").await;
    assert_eq!((until.outcome, until.retry_after), (AttemptOutcome::Retry, Some(Duration::from_secs(300))));
    for status in ["408 Request Timeout", "500 Internal Server Error", "502 Bad Gateway"] {
        assert_eq!(answer(status, "", "").await.0.outcome, AttemptOutcome::Retry, "{status}");
    }
    for (status, told) in [
        ("401 Unauthorized", "Anyone"),
        ("404 Not Found", "make a new one"),
        ("400 Bad Request", "refuses the card"),
        ("302 Found", "redirect"),
    ] {
        let (report, _) = answer(status, "location: http://127.0.0.1:1/\r\n", "").await;
        assert_eq!(report.outcome, AttemptOutcome::Permanent, "{status}");
        assert!(report.error.unwrap().contains(told), "{status}");
    }
    let named = r#"{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"canary-secret"}}"#;
    assert!(answer("400 Bad Request", "", named).await.0.error.unwrap().contains("WorkflowTriggerIsNotEnabled"));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let target = HttpServer::start("202 Accepted", "", "").await;
    let location: &'static str = Box::leak(format!("location: {}\r\n", target.url("/")).into_boxed_str());
    let (report, _) = answer("307 Temporary Redirect", location, "").await;
    assert_eq!(report.outcome, AttemptOutcome::Permanent);
    assert!(target.got().is_empty());
}

#[tokio::test]
async fn n3_a_webhook_that_is_down_is_tried_again() {
    let (listener, port) = listen().await;
    drop(listener);
    let url = format!("http://127.0.0.1:{port}/canary?sig=canary-secret");
    let report = send(&channel(Some(&url), None, None), Notice::CreditRequested, Audience::Finance).await;
    assert_eq!(report.outcome, AttemptOutcome::Retry);
    assert!(!format!("{report:?}").contains("canary"));
    assert!(report.error.unwrap().starts_with("no connection: connection refused"));
}

// rule: N3
#[tokio::test]
async fn n3_a_certificate_that_is_not_trusted_is_named_as_the_cause() {
    let (listener, port) = listen().await;
    let (tls, _) = certified();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = tls.accept(stream).await;
        }
    });
    let url = format!("https://127.0.0.1:{port}/canary?sig=canary-secret");
    let report = send(&channel(Some(&url), None, None), Notice::CreditRequested, Audience::Finance).await;
    assert_eq!(report.outcome, AttemptOutcome::Retry, "a certificate gets mended");
    assert!(!format!("{report:?}").contains("canary"));
    assert_eq!(report.error.as_deref(), Some("no connection: invalid peer certificate: unknown issuer"));
}

#[tokio::test]
async fn n1_each_audience_has_its_channel_and_the_general_one_stands_in() {
    let general = HttpServer::start("202 Accepted", "", "").await;
    let finance = HttpServer::start("202 Accepted", "", "").await;
    let channels = channel(Some(&general.url("/g")), Some(&finance.url("/f")), None);
    assert!(channels.is_on(Channel::Teams) && !channels.is_on(Channel::Email));
    for (notice, audience) in [
        (Notice::CreditRequested, Audience::Finance),
        (Notice::SupportCreated, Audience::Operation),
        (Notice::MovementFailed, Audience::Critical),
    ] {
        assert_eq!(send(&channels, notice, audience).await.outcome, AttemptOutcome::Done);
    }
    assert_eq!((general.got().len(), finance.got().len()), (2, 1));
    let only_finance = channel(None, Some(&finance.url("/f")), None);
    let report = send(&only_finance, Notice::SupportCreated, Audience::Operation).await;
    assert_eq!(report.outcome, AttemptOutcome::Skipped);
    assert!(!channel(None, None, None).is_on(Channel::Teams));
}

#[test]
fn n6_webhooks_are_read_or_refused_with_what_to_do() {
    let read = |url| WebhookUrl::parse("TEAMS_WEBHOOK_URL", url);
    let good = read("https://prod-01.westeurope.logic.azure.com/workflows/canary/triggers/manual?sig=canary").unwrap();
    let shown = format!("{good:?}");
    assert!(!shown.contains("canary") && shown.contains("logic.azure.com"), "{shown}");
    for old in [
        "https://outlook.office.com/webhook/canary",
        "https://example.webhook.office.com/webhookb2/canary",
        "https://EXAMPLE.WEBHOOK.OFFICE.COM./webhookb2/canary",
    ] {
        let error = read(old).unwrap_err().to_string();
        assert!(error.contains("Send webhook alerts to a channel") && error.contains("May 2026"), "{error}");
        assert!(!error.contains("canary"));
    }
    for bad in ["http://example.test/hook", "example.test", "https://u:p@example.test/", "ftp://127.0.0.1/"] {
        assert!(read(bad).unwrap_err().to_string().starts_with("TEAMS_WEBHOOK_URL: "), "{bad}");
    }
}
