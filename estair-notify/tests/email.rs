//! The mail channel against a small SMTP server: what arrives, and what each fault of a server comes to (N3).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod support;

use estair_core::clock::Clock;
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{Notification, Notifier};
use estair_core::queue::{AttemptOutcome, Report};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use estair_notify::email::{Email, EmailSettings, Smtp};
use estair_notify::{Channels, sample};
use support::smtp::{Answer, Script, Secure, Seen, follow};
use support::{Fixed, certified, listen, texts};
use tokio_rustls::TlsAcceptor;

/// A server on loopback: each session follows its script, the last script goes on.
async fn server(scripts: impl IntoIterator<Item = Script>) -> (u16, Seen) {
    secured(scripts, None, Secure::Never).await
}

async fn secured(scripts: impl IntoIterator<Item = Script>, tls: Option<TlsAcceptor>, secure: Secure) -> (u16, Seen) {
    let (listener, port) = listen().await;
    let seen = Seen::default();
    let (saw, mut scripts) = (seen.clone(), scripts.into_iter().collect::<Vec<_>>());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let script = if scripts.len() > 1 { scripts.remove(0) } else { scripts[0].clone() };
            let (seen, tls, session) = (saw.clone(), tls.clone(), saw.begin());
            tokio::spawn(async move {
                if let (Secure::FromTheStart, Some(tls)) = (secure, &tls) {
                    follow(tls.accept(stream).await.ok()?, &script, &seen, session, secure).await;
                    return Some(());
                }
                let stream = follow(stream, &script, &seen, session, secure).await?;
                follow(tls?.accept(stream).await.ok()?, &script, &seen, session, Secure::Agreed).await;
                Some(())
            });
        }
    });
    (port, seen)
}

fn channel(url: &str, critical: Option<&str>) -> Channels {
    let settings = EmailSettings::parse(url, "ESTAIR <estair@example.test>", critical).unwrap();
    Channels::new().with(Email::new(settings, texts(), Arc::new(Fixed)).unwrap())
}

/// A channel that waits so long for the answer to a command, and to a mail.
fn hasty(port: u16, command: Duration, mail: Duration) -> Channels {
    let url = format!("smtp://127.0.0.1:{port}");
    let mut settings = EmailSettings::parse(&url, "estair@example.test", None).unwrap();
    settings.smtp = settings.smtp.with_timeout(command).with_patience(mail);
    Channels::new().with(Email::new(settings, texts(), Arc::new(Fixed)).unwrap())
}

fn to(recipient: &str) -> Notification {
    let notification = sample::notification(Notice::CreditApproved, Audience::Client, Channel::Email);
    Notification { recipient: recipient.to_owned(), ..notification }
}

async fn send(port: u16, notification: &Notification) -> Report {
    channel(&format!("smtp://127.0.0.1:{port}"), None).send(7, notification).await
}

fn header<'m>(mail: &'m str, name: &str) -> Option<&'m str> {
    let head = mail.split("\r\n\r\n").next().unwrap();
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test]
async fn a_mail_arrives_with_its_headers_and_both_parts() {
    let (port, seen) = server([Script::new()]).await;
    let report = send(port, &to("client@example.test")).await;
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Done, Some(250)), "{report:?}");
    let mails = seen.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert_eq!(header(mail, "To"), Some("client@example.test"));
    assert_eq!(header(mail, "From"), Some("ESTAIR <estair@example.test>"));
    assert_eq!(header(mail, "Auto-Submitted"), Some("auto-generated"));
    assert_eq!(header(mail, "Date"), Some("Tue, 21 Oct 2025 10:00:00 +0000"));
    assert!(mail.contains("multipart/alternative") && mail.contains("text/plain") && mail.contains("text/html"));
    assert!(mail.lines().all(|line| line.len() <= 998));
}

#[tokio::test]
async fn the_message_id_is_the_same_on_every_attempt_and_for_no_other_notification() {
    let (port, seen) = server([Script::new()]).await;
    let channels = channel(&format!("smtp://127.0.0.1:{port}"), None);
    for (job, recipient) in [(7, "a@example.test"), (7, "a@example.test"), (8, "a@example.test"), (7, "b@example.test")]
    {
        channels.send(job, &to(recipient)).await;
    }
    let ids: Vec<String> = seen.mails().iter().map(|mail| header(mail, "Message-ID").unwrap().to_owned()).collect();
    assert_eq!(ids[0], ids[1]);
    assert!(ids[0] != ids[2] && ids[0] != ids[3] && ids[2] != ids[3]);
    assert!(ids[0].ends_with("@example.test>"));
}

#[tokio::test]
async fn a_server_with_auth_takes_the_right_password_only_and_a_wrong_one_can_be_mended() {
    let (port, seen) = server([Script::new().with_auth("estair", "p@ss/word")]).await;
    let report =
        channel(&format!("smtp://estair:p%40ss%2Fword@127.0.0.1:{port}"), None).send(1, &to("a@example.test")).await;
    assert_eq!(report.outcome, AttemptOutcome::Done, "{report:?}");
    let report = channel(&format!("smtp://estair:sesame@127.0.0.1:{port}"), None).send(1, &to("a@example.test")).await;
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Retry, Some(535)));
    assert!(!format!("{report:?}").contains("sesame"));
    assert_eq!(seen.mails().len(), 1);
}

#[tokio::test]
async fn a_server_that_knows_login_alone_is_signed_in_to() {
    let script =
        || Script::new().with_auth("estair", "p@ss").on("EHLO", "250-test\r\n250-auth login cram-md5\r\n250 ok");
    let (port, seen) = server([script()]).await;
    let report = channel(&format!("smtp://estair:p%40ss@127.0.0.1:{port}"), None).send(1, &to("a@example.test")).await;
    assert_eq!((report.outcome, seen.mails().len()), (AttemptOutcome::Done, 1), "{report:?}");
    let report = channel(&format!("smtp://estair:sesame@127.0.0.1:{port}"), None).send(1, &to("a@example.test")).await;
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Retry, Some(535)));
    let (port, _) = server([script().on("EHLO", "250 test")]).await;
    let report = channel(&format!("smtp://estair:p%40ss@127.0.0.1:{port}"), None).send(1, &to("a@example.test")).await;
    assert_eq!(report.outcome, AttemptOutcome::Retry, "what a server offers gets mended");
    assert!(report.error.unwrap().contains("AUTH"));
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
    let (port, seen) = secured([Script::new().with_auth("u", "p")], Some(tls), Secure::FromTheStart).await;
    let url = format!("smtps://u:p@127.0.0.1:{port}");
    let report = trusting(&url, &authority).send(1, &to("a@example.test")).await;
    assert_eq!(report.outcome, AttemptOutcome::Done, "{report:?}");
    assert_eq!(channel(&url, None).send(1, &to("a@example.test")).await.outcome, AttemptOutcome::Retry);
    assert_eq!(seen.mails().len(), 1);
}

#[tokio::test]
async fn starttls_is_used_when_required_and_its_absence_sends_nothing() {
    let (tls, authority) = certified();
    let (port, seen) = secured([Script::new().with_auth("u", "p")], Some(tls), Secure::Offered).await;
    let url = format!("smtp://u:p@127.0.0.1:{port}?tls=required");

    let report = trusting(&url, &authority).send(1, &to("a@example.test")).await;
    assert_eq!(report.outcome, AttemptOutcome::Done, "{report:?}");

    let stranger = channel(&url, None).send(1, &to("a@example.test")).await;
    assert_eq!(stranger.outcome, AttemptOutcome::Retry, "an unknown authority is refused: {stranger:?}");
    assert!(stranger.error.unwrap().contains("invalid peer certificate"), "and the operator is told why");

    let (plain, plain_seen) = server([Script::new()]).await;
    let report = channel(&format!("smtp://127.0.0.1:{plain}?tls=required"), None).send(1, &to("a@example.test")).await;
    assert_eq!(report.outcome, AttemptOutcome::Retry);
    assert_eq!((seen.mails().len(), plain_seen.mails().len()), (1, 0));
}

/// What is sent in clear behind the answer to STARTTLS is nobody's answer (CVE-2011-0411 and its kind).
#[tokio::test]
async fn what_is_slipped_in_before_tls_is_not_read_after_it() {
    let (tls, authority) = certified();
    let slipped = Script::new().on("STARTTLS", "220 go ahead\r\n250-evil\r\n250 AUTH PLAIN");
    let (port, seen) = secured([slipped], Some(tls), Secure::Offered).await;
    let url = format!("smtp://u:canary@127.0.0.1:{port}?tls=required");
    let report = trusting(&url, &authority).send(1, &to("a@example.test")).await;
    assert_eq!(report.outcome, AttemptOutcome::Retry, "{report:?}");
    assert!(report.error.unwrap().contains("more than it was asked"));
    assert!(seen.mails().is_empty());
}

#[tokio::test]
async fn n3_a_server_that_is_down_slow_or_busy_is_tried_again() {
    let (listener, down) = listen().await;
    drop(listener);
    let (slow, _) = server([Script::new().on("GREETING", Answer::Nothing)]).await;
    let (busy, _) = server([Script::new().on("GREETING", "421 4.3.2 too busy")]).await;
    let (full, _) = server([Script::new().on("GREETING", "554 5.3.2 no more today")]).await;
    let (grey, _) = server([Script::new().on("RCPT", "451 4.7.1 greylisted")]).await;
    for (port, status) in [(down, None), (busy, Some(421)), (full, Some(554)), (grey, Some(451))] {
        let report = send(port, &to("a@example.test")).await;
        assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Retry, status), "{report:?}");
    }
    let soon = Duration::from_millis(200);
    let report = hasty(slow, soon, soon).send(1, &to("a@example.test")).await;
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Retry, None), "{report:?}");
}

#[tokio::test]
async fn n3_a_recipient_that_is_refused_for_good_is_not_tried_again() {
    let (port, seen) = server([Script::new().on("RCPT", "550 5.1.1 no such user")]).await;
    let report = send(port, &to("gone@example.test")).await;
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Permanent, Some(550)));
    assert!(report.error.unwrap().contains("no such user"));
    assert!(seen.mails().is_empty());
}

#[tokio::test]
async fn n3_a_server_that_takes_the_mail_and_hangs_up_is_tried_again_under_the_same_id() {
    let (port, seen) = server([Script::new().on(".", Answer::HangUp)]).await;
    for _ in 0..2 {
        let report = send(port, &to("a@example.test")).await;
        assert_eq!(report.outcome, AttemptOutcome::Retry, "{report:?}");
    }
    let mails = seen.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(header(&mails[0], "Message-ID"), header(&mails[1], "Message-ID"));
}

/// The answer to the first mail comes when its sender has given up; the second is refused.
// rule: N10
#[tokio::test]
async fn n10_a_mail_that_is_refused_is_not_settled_with_the_late_answer_to_another() {
    let late = Script::new().on(".", Answer::TooLate("250 2.0.0 queued".to_owned()));
    let (port, seen) = server([late, Script::new().on(".", "554 5.7.1 refused")]).await;
    let channels = hasty(port, Duration::from_secs(30), Duration::from_secs(2));
    let first = channels.send(1, &to("a@example.test")).await;
    assert_eq!((first.outcome, first.http_status), (AttemptOutcome::Retry, None), "{first:?}");
    for job in [2, 3] {
        let report = channels.send(job, &to("b@example.test")).await;
        assert_ne!(report.outcome, AttemptOutcome::Done, "{report:?}");
    }
    assert_eq!(seen.sessions().len(), 3, "no connection was used again");
}

// rule: N10
#[tokio::test]
async fn n10_a_bare_250_is_an_answer_and_354_is_none() {
    let (port, _) = server([Script::new().on(".", "250")]).await;
    let report = send(port, &to("a@example.test")).await;
    assert_eq!((report.outcome, report.http_status), (AttemptOutcome::Done, Some(250)), "{report:?}");
    let (port, _) = server([Script::new().on(".", "354 go on")]).await;
    let report = send(port, &to("a@example.test")).await;
    assert_eq!(report.outcome, AttemptOutcome::Retry, "{report:?}");
}

#[tokio::test]
async fn many_mails_over_one_channel_each_arrive_once() {
    let (tls, authority) = certified();
    let (port, seen) = secured([Script::new().with_auth("u", "p")], Some(tls), Secure::Offered).await;
    let channels = trusting(&format!("smtp://u:p@127.0.0.1:{port}?tls=required"), &authority);
    let sends: Vec<_> = (0..40)
        .map(|job| {
            let (channels, notification) = (channels.clone(), to(&format!("client-{job}@example.test")));
            tokio::spawn(async move { channels.send(job, &notification).await })
        })
        .collect();
    for one in sends {
        let report = one.await.unwrap();
        assert_eq!(report.outcome, AttemptOutcome::Done, "{report:?}");
    }
    let mails = seen.mails();
    for job in 0..40 {
        let address = format!("client-{job}@example.test");
        assert_eq!(mails.iter().filter(|mail| header(mail, "To") == Some(&address)).count(), 1);
    }
    assert!(seen.sessions().len() <= 4 && seen.most_handing_over() <= 2);
}

#[tokio::test]
async fn addresses_of_other_alphabets_go_out_in_ascii() {
    let (port, seen) = server([Script::new()]).await;
    let url = format!("smtp://127.0.0.1:{port}");
    let settings = EmailSettings::parse(&url, "Agence <estair@Étoile.example.test>", Some("nuit@sénégal.example.test"));
    let channels = Channels::new().with(Email::new(settings.unwrap(), texts(), Arc::new(Fixed)).unwrap());
    let alert = sample::notification(Notice::MovementFailed, Audience::Critical, Channel::Email);
    for notification in [to("client@bücher.example.test"), to("client@例え.テスト"), alert] {
        let report = channels.send(7, &notification).await;
        assert_eq!(report.outcome, AttemptOutcome::Done, "{report:?}");
    }
    let (mails, commands) = (seen.mails(), seen.sessions().concat());
    for (mail, sent) in mails.iter().zip([
        "client@xn--bcher-kva.example.test",
        "client@xn--r8jz45g.xn--zckzah",
        "nuit@xn--sngal-bsab.example.test",
    ]) {
        assert!(mail.is_ascii());
        assert_eq!(header(mail, "To"), Some(sent));
        assert_eq!(header(mail, "From"), Some("Agence <estair@xn--toile-9ra.example.test>"));
        assert!(header(mail, "Message-ID").unwrap().ends_with("@xn--toile-9ra.example.test>"));
        assert!(commands.contains(&format!("RCPT TO:<{sent}>")), "{commands:?}");
    }
    assert!(commands.contains(&"MAIL FROM:<estair@xn--toile-9ra.example.test>".to_owned()));
}

#[tokio::test]
async fn an_address_that_nobody_can_mail_is_given_up_with_the_reason() {
    let (port, seen) = server([Script::new()]).await;
    for (bad, told) in [
        ("nobody", "not an e-mail address"),
        ("a@", "not an e-mail address"),
        ("a..b@example.test", "not an e-mail address"),
        ("a@-bücher-.example.test", "not an e-mail address"),
        ("\"a\r\nRCPT TO:<b@example.test>\"@example.test", "not an e-mail address"),
        ("a@example.test\0", "not an e-mail address"),
        ("aminé@example.test", "SMTPUTF8"),
    ] {
        let report = send(port, &to(bad)).await;
        assert_eq!(report.outcome, AttemptOutcome::Permanent, "{bad}: {report:?}");
        assert!(report.error.unwrap().contains(told), "{bad}");
    }
    assert!(seen.mails().is_empty());
}

/// What a mail reader shows as the subject (RFC 2047): encoded words are decoded, the blanks between two of them belong to
/// neither.
fn shown_subject(mail: &str) -> String {
    let head = mail.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let subject = head.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap();
    let (mut shown, mut behind_a_word) = (String::new(), false);
    for word in subject.split(' ') {
        let decoded = decoded(word);
        let between_words = behind_a_word && decoded.is_some();
        if !shown.is_empty() && !between_words {
            shown.push(' ');
        }
        behind_a_word = decoded.is_some();
        shown.push_str(decoded.as_deref().unwrap_or(word));
    }
    shown
}

fn decoded(word: &str) -> Option<String> {
    let inner = word.strip_prefix("=?")?.strip_suffix("?=")?;
    let [charset, encoding, text] = inner.split('?').collect::<Vec<_>>()[..] else { return None };
    assert!(charset.eq_ignore_ascii_case("utf-8"));
    if encoding.eq_ignore_ascii_case("q") {
        return Some(format!("quoted: {text}"));
    }
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(text).ok()?).ok()
}

// rule: N4
#[tokio::test]
async fn n4_what_looks_like_an_encoded_word_is_shown_as_it_was_written() {
    let (port, seen) = server([Script::new()]).await;
    for written in ["=?utf-8?B?UGF5w6kh?=", "a =?utf-8?Q?Pay=C3=A9?= b", "é =?UTF-8?b?UGF5w6kh?= =?", "=?"] {
        let mut notification = sample::notification(Notice::SupportResolved, Audience::Client, Channel::Email);
        notification.recipient = "a@example.test".to_owned();
        notification.params.insert("name".to_owned(), written.into());
        assert_eq!(send(port, &notification).await.outcome, AttemptOutcome::Done);
        let mail = seen.mails().pop().unwrap();
        assert_eq!(shown_subject(&mail), format!("Votre demande d’assistance {written} est résolue"));
        assert!(mail.lines().all(|line| line.len() <= 78 || !line.starts_with("Subject")));
    }
}

#[tokio::test]
async fn the_server_is_greeted_with_the_name_that_is_set() {
    let (port, seen) = server([Script::new()]).await;
    for name in ["estair.example.test", "[192.0.2.1]", "[IPv6:2001:db8::1]"] {
        let url = format!("smtp://127.0.0.1:{port}");
        let mut settings = EmailSettings::parse(&url, "estair@example.test", None).unwrap();
        settings.smtp = settings.smtp.with_hello(name).unwrap();
        let channels = Channels::new().with(Email::new(settings, texts(), Arc::new(Fixed)).unwrap());
        assert_eq!(channels.send(1, &to("a@example.test")).await.outcome, AttemptOutcome::Done);
        assert_eq!(seen.sessions().last().unwrap()[0], format!("EHLO {name}"));
    }
    for bad in ["", "a b", "-a.example.test", "é.example.test", "x\r\nMAIL FROM:<>", "[1.2.3]", "a..b", "[IPv6:x]"] {
        let error = Smtp::from_url("smtp://127.0.0.1:25").unwrap().with_hello(bad).unwrap_err();
        assert!(error.to_string().starts_with("SMTP_HELLO: "), "{bad}");
    }
}

/// A stop of the process drops what does not end: nothing is left open, and nothing is settled.
#[tokio::test]
async fn a_send_that_is_dropped_hangs_up() {
    let (port, seen) = server([Script::new().on(".", Answer::Nothing)]).await;
    let channels = channel(&format!("smtp://127.0.0.1:{port}"), None);
    let sending = tokio::spawn(async move { channels.send(1, &to("a@example.test")).await });
    until(|| seen.mails().len() == 1).await;
    assert_eq!(seen.open(), 1);
    sending.abort();
    until(|| seen.open() == 0).await;
}

/// Waits for something that will be so, and not for ever.
async fn until(so: impl Fn() -> bool) {
    for _ in 0..3_000 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not come to be so");
}

#[tokio::test]
async fn n6_critical_alerts_go_to_the_configured_address_or_are_skipped_with_the_reason() {
    let (port, seen) = server([Script::new()]).await;
    let alert = sample::notification(Notice::MovementFailed, Audience::Critical, Channel::Email);
    let url = format!("smtp://127.0.0.1:{port}");
    let report = channel(&url, None).send(1, &alert).await;
    assert_eq!(report.outcome, AttemptOutcome::Skipped);
    assert!(report.error.unwrap().contains("CRITICAL_ALERT_EMAIL"));
    assert!(seen.mails().is_empty());
    assert_eq!(channel(&url, Some("astreinte@example.test")).send(1, &alert).await.outcome, AttemptOutcome::Done);
    assert_eq!(header(&seen.mails()[0], "To"), Some("astreinte@example.test"));
    assert_eq!(channel(&url, Some("astreinte@example.test")).send(1, &to("")).await.outcome, AttemptOutcome::Skipped);
}

#[tokio::test]
async fn no_header_can_be_injected() {
    let (port, seen) = server([Script::new()]).await;
    let mut notification = sample::notification(Notice::SupportCreated, Audience::Operation, Channel::Email);
    notification.recipient = "a@example.test".to_owned();
    for name in ["subject", "client", "name"] {
        notification.params.insert(name.to_owned(), "x\r\nBcc: victim@example.test\r\n\r\nbody".into());
    }
    assert_eq!(send(port, &notification).await.outcome, AttemptOutcome::Done);
    let mails = seen.mails();
    assert!(header(&mails[0], "Bcc").is_none());
    let injected = send(port, &to("a@example.test\r\nBcc: victim@example.test")).await;
    assert_eq!(injected.outcome, AttemptOutcome::Permanent);
    assert_eq!(seen.mails().len(), 1);
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
    let shown = format!("{:?}", Smtp::from_url("smtps://mail.bücher.example.test").unwrap());
    assert!(shown.contains("mail.xn--bcher-kva.example.test"), "{shown}");
    let refused = EmailSettings::parse("smtp://127.0.0.1:25", "estair@example.test\r\nBcc: x@example.test", None);
    assert!(refused.is_err());
    assert!(EmailSettings::parse("smtp://127.0.0.1:25", "estair@example.test", Some("a@b, c@d")).is_err());
}

#[tokio::test]
async fn a_test_message_goes_out_and_two_are_two() {
    let (port, seen) = server([Script::new()]).await;
    let channels = channel(&format!("smtp://127.0.0.1:{port}"), Some("astreinte@example.test"));
    for second in ["2025-10-21T10:00:00Z", "2025-10-21T10:00:01Z"] {
        let now = estair_core::clock::parse_timestamp(second).unwrap();
        let report = channels.test(Channel::Email, Audience::Critical, "", now).await;
        assert_eq!(report.outcome, AttemptOutcome::Done, "{report:?}");
    }
    let mails = seen.mails();
    assert_ne!(header(&mails[0], "Message-ID"), header(&mails[1], "Message-ID"));
    assert!(header(&mails[0], "Subject").is_some());
    let nothing = channels.test(Channel::Teams, Audience::Client, "", Fixed.now()).await;
    assert_eq!(nothing.outcome, AttemptOutcome::Skipped);
}

// rule: A6
#[tokio::test]
async fn a6_a_link_is_mailed_in_both_parts_under_an_id_that_does_not_give_it_away() {
    let (port, seen) = server([Script::new()]).await;
    let url = format!("smtp://127.0.0.1:{port}");
    let settings = EmailSettings::parse(&url, "ESTAIR <estair@example.test>", None).unwrap();
    let email = Email::new(settings, texts(), Arc::new(Fixed)).unwrap();
    let link = sample::sign_in_link();
    let report = email.send_sign_in_link("awa@example.test", &link, None).await;
    assert_eq!(report.outcome, AttemptOutcome::Done, "{report:?}");
    let mail = seen.mails().pop().unwrap();
    assert!(mail.contains("text/plain") && mail.contains("text/html"), "{mail}");
    assert_eq!(header(&mail, "To"), Some("awa@example.test"));
    assert!(header(&mail, "Message-ID").unwrap().contains("estair-sign-in-"));
    assert!(!header(&mail, "Message-ID").unwrap().contains(&link.secret));
    let nowhere = email.send_sign_in_link("a..b@example.test", &link, None).await;
    assert_eq!(nowhere.outcome, AttemptOutcome::Permanent);
}
