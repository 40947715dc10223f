//! The mail channel against a small SMTP server: what arrives, and what each fault of a server comes to (N3).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use estair_core::clock::Clock;
use estair_core::notification::{Audience, Channel, Notice};
use estair_core::notify::{Delivery, Notifier};
use estair_core::queue::{AttemptOutcome, Report};
use estair_notify::email::{Email, EmailSettings, Smtp};
use estair_notify::{Channels, sample};
use support::{Fixed, certified, listen, texts};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

/// How a server behaves.
#[derive(Clone, Default)]
struct Behaviour {
    auth: Option<(&'static str, &'static str)>,
    tls: Option<tokio_rustls::TlsAcceptor>,
    tls_from_the_start: bool,
    silent: bool,
    greeting: Option<&'static str>,
    recipient: Option<&'static str>,
    hangs_up_after_data: bool,
}

#[derive(Clone, Default)]
struct Inbox(Arc<Mutex<Vec<String>>>);

impl Inbox {
    fn mails(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

async fn server(behaviour: Behaviour) -> (u16, Inbox) {
    let (listener, port) = listen().await;
    let inbox = Inbox::default();
    let kept = inbox.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (behaviour, kept) = (behaviour.clone(), kept.clone());
            tokio::spawn(async move {
                if behaviour.silent {
                    tokio::time::sleep(Duration::from_secs(30)).await;
                    return;
                }
                if let (true, Some(tls)) = (behaviour.tls_from_the_start, behaviour.tls.clone()) {
                    if let Ok(stream) = tls.accept(stream).await {
                        let mut stream = BufReader::new(stream);
                        say(&mut stream, "220 test ESMTP").await;
                        talk(&mut stream, &behaviour, &kept, true).await;
                    }
                    return;
                }
                let mut stream = BufReader::new(stream);
                let greeting = behaviour.greeting.unwrap_or("220 test ESMTP");
                say(&mut stream, greeting).await;
                let upgraded = talk(&mut stream, &behaviour, &kept, false).await;
                if let (true, Some(tls)) = (upgraded, behaviour.tls.clone())
                    && let Ok(stream) = tls.accept(stream.into_inner()).await
                {
                    talk(&mut BufReader::new(stream), &behaviour, &kept, true).await;
                }
            });
        }
    });
    (port, inbox)
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, line: &str) {
    stream.write_all(format!("{line}\r\n").as_bytes()).await.ok();
    stream.flush().await.ok();
}

/// One conversation; true when the client asks for TLS.
async fn talk<S>(stream: &mut BufReader<S>, behaviour: &Behaviour, inbox: &Inbox, secure: bool) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut signed_in = behaviour.auth.is_none();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return false;
        }
        let line = line.trim_end();
        let verb = line.split(' ').next().unwrap_or("").to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                let tls = if behaviour.tls.is_some() && !secure { "250-STARTTLS\r\n" } else { "" };
                let auth = if behaviour.auth.is_some() { "250-AUTH PLAIN\r\n" } else { "" };
                say(stream, &format!("250-test\r\n{tls}{auth}250 8BITMIME")).await;
            }
            "STARTTLS" => {
                say(stream, "220 go ahead").await;
                return true;
            }
            "AUTH" => {
                let given = line.rsplit(' ').next().unwrap_or("");
                let (user, password) = behaviour.auth.unwrap_or_default();
                let wanted = base64::engine::general_purpose::STANDARD.encode(format!("\0{user}\0{password}"));
                signed_in = given == wanted;
                say(stream, if signed_in { "235 welcome" } else { "535 5.7.8 bad credentials" }).await;
            }
            "MAIL" if !signed_in => say(stream, "530 5.7.0 authentication required").await,
            "RCPT" => say(stream, behaviour.recipient.unwrap_or("250 ok")).await,
            "DATA" => {
                say(stream, "354 go on").await;
                let mut mail = String::new();
                while !mail.ends_with("\r\n.\r\n") {
                    if stream.read_line(&mut mail).await.unwrap_or(0) == 0 {
                        return false;
                    }
                }
                inbox.0.lock().unwrap().push(mail);
                if behaviour.hangs_up_after_data {
                    return false;
                }
                say(stream, "250 2.0.0 queued as 42").await;
            }
            "QUIT" => {
                say(stream, "221 bye").await;
                return false;
            }
            _ => say(stream, "250 ok").await,
        }
    }
}

fn channel(url: &str, critical: Option<&str>) -> Channels {
    let mut settings = EmailSettings::parse(url, "ESTAIR <estair@example.test>", critical).unwrap();
    settings.smtp = settings.smtp.with_timeout(Duration::from_millis(700));
    Channels::new().with(Email::new(settings, texts(), Arc::new(Fixed)).unwrap())
}

fn to(recipient: &str) -> Delivery {
    let delivery = sample::delivery(Notice::CreditApproved, Audience::Client, Channel::Email);
    Delivery { recipient: recipient.to_owned(), ..delivery }
}

async fn send(port: u16, delivery: &Delivery) -> Report {
    channel(&format!("smtp://127.0.0.1:{port}"), None).send(7, delivery).await
}

fn header<'m>(mail: &'m str, name: &str) -> Option<&'m str> {
    let head = mail.split("\r\n\r\n").next().unwrap();
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test]
async fn a_mail_arrives_with_its_headers_and_both_parts() {
    let (port, inbox) = server(Behaviour::default()).await;
    let report = send(port, &to("client@example.test")).await;
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Done, Some(250)), "{report:?}");
    let mails = inbox.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert_eq!(header(mail, "To"), Some("client@example.test"));
    assert_eq!(header(mail, "From"), Some("ESTAIR <estair@example.test>"));
    assert_eq!(header(mail, "Auto-Submitted"), Some("auto-generated"));
    assert_eq!(header(mail, "Date"), Some("Tue, 21 Oct 2025 10:00:00 +0000"));
    assert!(mail.contains("multipart/alternative") && mail.contains("text/plain") && mail.contains("text/html"));
    assert!(mail.lines().all(|line| line.len() <= 998));
}

#[tokio::test]
async fn the_message_id_is_the_same_on_every_attempt_and_for_no_other_delivery() {
    let (port, inbox) = server(Behaviour::default()).await;
    let channels = channel(&format!("smtp://127.0.0.1:{port}"), None);
    for (job, recipient) in [(7, "a@example.test"), (7, "a@example.test"), (8, "a@example.test"), (7, "b@example.test")]
    {
        channels.send(job, &to(recipient)).await;
    }
    let ids: Vec<String> = inbox.mails().iter().map(|mail| header(mail, "Message-ID").unwrap().to_owned()).collect();
    assert_eq!(ids[0], ids[1]);
    assert!(ids[0] != ids[2] && ids[0] != ids[3] && ids[2] != ids[3]);
    assert!(ids[0].ends_with("@example.test>"));
}

#[tokio::test]
async fn a_server_with_auth_takes_the_right_password_only_and_a_wrong_one_can_be_mended() {
    let (port, inbox) = server(Behaviour { auth: Some(("estair", "p@ss/word")), ..Behaviour::default() }).await;
    let report =
        channel(&format!("smtp://estair:p%40ss%2Fword@127.0.0.1:{port}"), None).send(1, &to("a@example.test")).await;
    assert_eq!(report.outcome, AttemptOutcome::Done, "{report:?}");
    let report = channel(&format!("smtp://estair:sesame@127.0.0.1:{port}"), None).send(1, &to("a@example.test")).await;
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Retry, Some(535)));
    assert!(!format!("{report:?}").contains("sesame"));
    assert_eq!(inbox.mails().len(), 1);
}

/// A channel that trusts this authority too.
fn trusting(url: &str, authority: &str) -> Channels {
    let mut settings = EmailSettings::parse(url, "estair@example.test", None).unwrap();
    settings.smtp = settings.smtp.with_root_certificate(authority.as_bytes()).unwrap();
    Channels::new().with(Email::new(settings, texts(), Arc::new(Fixed)).unwrap())
}

#[tokio::test]
async fn smtps_is_tls_from_the_first_byte() {
    let (tls, authority) = certified();
    let auth = Some(("u", "p"));
    let (port, inbox) =
        server(Behaviour { tls: Some(tls), tls_from_the_start: true, auth, ..Behaviour::default() }).await;
    let url = format!("smtps://u:p@127.0.0.1:{port}");
    let report = trusting(&url, &authority).send(1, &to("a@example.test")).await;
    assert_eq!(report.outcome, AttemptOutcome::Done, "{report:?}");
    assert_eq!(channel(&url, None).send(1, &to("a@example.test")).await.outcome, AttemptOutcome::Retry);
    assert_eq!(inbox.mails().len(), 1);
}

#[tokio::test]
async fn starttls_is_used_when_required_and_its_absence_sends_nothing() {
    let (tls, authority) = certified();
    let tls = Some(tls);
    let (port, inbox) = server(Behaviour { tls, auth: Some(("u", "p")), ..Behaviour::default() }).await;
    let url = format!("smtp://u:p@127.0.0.1:{port}?tls=required");

    let report = trusting(&url, &authority).send(1, &to("a@example.test")).await;
    assert_eq!(report.outcome, AttemptOutcome::Done, "{report:?}");

    let stranger = channel(&url, None).send(1, &to("a@example.test")).await;
    assert_eq!(stranger.outcome, AttemptOutcome::Retry, "an unknown authority is refused: {stranger:?}");
    assert!(stranger.error.unwrap().contains("invalid peer certificate"), "and the operator is told why");

    let (plain, plain_inbox) = server(Behaviour::default()).await;
    let report = channel(&format!("smtp://127.0.0.1:{plain}?tls=required"), None).send(1, &to("a@example.test")).await;
    assert_eq!(report.outcome, AttemptOutcome::Retry);
    assert_eq!((inbox.mails().len(), plain_inbox.mails().len()), (1, 0));
}

#[tokio::test]
async fn n3_a_server_that_is_down_slow_or_busy_is_tried_again() {
    let (listener, down) = listen().await;
    drop(listener);
    let (slow, _) = server(Behaviour { silent: true, ..Behaviour::default() }).await;
    let (busy, _) = server(Behaviour { greeting: Some("421 4.3.2 too busy"), ..Behaviour::default() }).await;
    let (grey, _) = server(Behaviour { recipient: Some("451 4.7.1 greylisted"), ..Behaviour::default() }).await;
    for (port, status) in [(down, None), (slow, None), (busy, Some(421)), (grey, Some(451))] {
        let began = tokio::time::Instant::now();
        let report = send(port, &to("a@example.test")).await;
        assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Retry, status), "{report:?}");
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn n3_a_recipient_that_is_refused_for_good_is_not_tried_again() {
    let (port, inbox) = server(Behaviour { recipient: Some("550 5.1.1 no such user"), ..Behaviour::default() }).await;
    let report = send(port, &to("gone@example.test")).await;
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Permanent, Some(550)));
    assert!(report.error.unwrap().contains("no such user"));
    assert!(inbox.mails().is_empty());
}

#[tokio::test]
async fn n3_a_server_that_takes_the_mail_and_hangs_up_is_tried_again_under_the_same_id() {
    let (port, inbox) = server(Behaviour { hangs_up_after_data: true, ..Behaviour::default() }).await;
    for _ in 0..2 {
        let report = send(port, &to("a@example.test")).await;
        assert_eq!(report.outcome, AttemptOutcome::Retry, "{report:?}");
    }
    let mails = inbox.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(header(&mails[0], "Message-ID"), header(&mails[1], "Message-ID"));
}

#[tokio::test]
async fn n6_critical_alerts_go_to_the_configured_address_or_are_skipped_with_the_reason() {
    let (port, inbox) = server(Behaviour::default()).await;
    let alert = sample::delivery(Notice::MovementFailed, Audience::Critical, Channel::Email);
    let url = format!("smtp://127.0.0.1:{port}");
    let report = channel(&url, None).send(1, &alert).await;
    assert_eq!(report.outcome, AttemptOutcome::Skipped);
    assert!(report.error.unwrap().contains("CRITICAL_ALERT_EMAIL"));
    assert!(inbox.mails().is_empty());
    assert_eq!(channel(&url, Some("astreinte@example.test")).send(1, &alert).await.outcome, AttemptOutcome::Done);
    assert_eq!(header(&inbox.mails()[0], "To"), Some("astreinte@example.test"));
    assert_eq!(channel(&url, Some("astreinte@example.test")).send(1, &to("")).await.outcome, AttemptOutcome::Skipped);
}

#[tokio::test]
async fn no_header_can_be_injected() {
    let (port, inbox) = server(Behaviour::default()).await;
    let mut delivery = sample::delivery(Notice::SupportCreated, Audience::Operation, Channel::Email);
    delivery.recipient = "a@example.test".to_owned();
    for name in ["subject", "client", "name"] {
        delivery.params.insert(name.to_owned(), "x\r\nBcc: victim@example.test\r\n\r\nbody".into());
    }
    assert_eq!(send(port, &delivery).await.outcome, AttemptOutcome::Done);
    let mails = inbox.mails();
    assert!(header(&mails[0], "Bcc").is_none());
    let injected = send(port, &to("a@example.test\r\nBcc: victim@example.test")).await;
    assert_eq!(injected.outcome, AttemptOutcome::Permanent);
    assert_eq!(inbox.mails().len(), 1);
}

#[test]
fn n6_smtp_urls_are_read_or_refused_with_what_to_do() {
    for good in [
        "smtps://user:pass@mail.example.test",
        "smtp://127.0.0.1:2525",
        "smtp://relay.example.test:25",
        "smtp://user:pass@mail.example.test?tls=required",
    ] {
        Smtp::from_url(good).unwrap();
    }
    for (bad, told) in [
        ("mail.example.test", "smtps://"),
        ("http://mail.example.test", "must begin with"),
        ("smtp://user:canary@mail.example.test", "in clear"),
        ("smtp://mail.example.test?tls=opportunistic", "tls=required"),
        ("smtp://mail.example.test?pool=3", "no other parameter"),
        ("smtps://user@mail.example.test", "no password"),
        ("smtps://mail.example.test/inbox", "after the host"),
    ] {
        let error = Smtp::from_url(bad).unwrap_err().to_string();
        assert!(error.contains(told) && error.starts_with("SMTP_URL") && !error.contains("canary"), "{error}");
    }
    let shown = format!("{:?}", Smtp::from_url("smtps://canary-user:canary-pass@mail.example.test").unwrap());
    assert!(!shown.contains("canary") && shown.contains("mail.example.test"), "{shown}");
    let refused = EmailSettings::parse("smtp://127.0.0.1:25", "estair@example.test\r\nBcc: x@example.test", None);
    assert!(refused.is_err());
    assert!(EmailSettings::parse("smtp://127.0.0.1:25", "estair@example.test", Some("a@b, c@d")).is_err());
}

#[tokio::test]
async fn a_test_message_goes_out_and_two_are_two() {
    let (port, inbox) = server(Behaviour::default()).await;
    let channels = channel(&format!("smtp://127.0.0.1:{port}"), Some("astreinte@example.test"));
    for second in ["2025-10-21T10:00:00Z", "2025-10-21T10:00:01Z"] {
        let now = estair_core::clock::parse_timestamp(second).unwrap();
        let report = channels.test(Channel::Email, Audience::Critical, "", now).await;
        assert_eq!(report.outcome, AttemptOutcome::Done, "{report:?}");
    }
    let mails = inbox.mails();
    assert_ne!(header(&mails[0], "Message-ID"), header(&mails[1], "Message-ID"));
    assert!(header(&mails[0], "Subject").is_some());
    let nothing = channels.test(Channel::Teams, Audience::Client, "", Fixed.now()).await;
    assert_eq!(nothing.outcome, AttemptOutcome::Skipped);
}
