//! The options of the channels, seen from outside: tests and previews by the program, quiet hours, the page of preferences.

use estair_core::clock::{Clock, System, Timestamp};
use estair_core::notice::{Channel, Notice};
use estair_core::notification::NotificationFilter;
use estair_core::queue::JobStatus;
use estair_core::store::Page;
use std::process::Output;
use std::time::Duration;

use chrono::{TimeDelta, Timelike};
use estair_tests::patience::output_of;
use serde_json::{Value, json};

use crate::notifications::{exactly, world};
use crate::processes::command;
use crate::sinks::Sinks;
use crate::submission::Submission;
use crate::world::{Scratch, World, eventually};

/// What the program says of `notify …`, in a directory of its own.
async fn notify(scratch: &Scratch, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let data = scratch.data();
    let mut command = command(scratch, &[&["notify"], arguments, &["--data-dir", &data]].concat(), environment);
    tokio::task::spawn_blocking(move || output_of(&mut command)).await.unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_arrives_at_a_mail_server_with_starttls_and_a_password() {
    let server = Submission::start("estair", "p@ss").await;
    let scratch = Scratch::new();
    let authority = scratch.0.join("authority.pem");
    std::fs::write(&authority, &server.authority).unwrap();
    let trust = authority.display().to_string();
    let url = |password: &str| format!("smtp://estair:{password}@{}?tls=required", server.address);
    let (right, wrong) = (url("p%40ss"), url("hunter2"));
    let sender = ("SMTP_FROM", "ESTAIR <no-reply@example.test>");
    let with = |url| [("SMTP_URL", url), sender, ("SSL_CERT_FILE", trust.as_str())];

    let arguments = ["test", "email", "somebody@example.test", "--notice", "credit_approved"];
    let sent = notify(&scratch, &arguments, &with(right.as_str())).await;
    assert!(sent.status.success() && said(&sent).contains("email: accepted"), "{}", said(&sent));
    let mails = server.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("no-reply@example.test", "somebody@example.test"));
    assert!(mail.subject.starts_with("[Essai] Crédit approuvé") && mail.text.contains("message d’essai"), "{mail:?}");

    let refused = notify(&scratch, &arguments, &with(wrong.as_str())).await;
    let said_no = said(&refused);
    assert!(!refused.status.success() && said_no.contains("credentials") && !said_no.contains("hunter2"), "{said_no}");
    let untrusted = notify(&scratch, &arguments, &[("SMTP_URL", right.as_str()), sender]).await;
    assert!(!untrusted.status.success() && !said(&untrusted).contains("p%40ss"), "{}", said(&untrusted));
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_arrives_in_a_teams_channel() {
    let sinks = Sinks::start().await;
    let scratch = Scratch::new();
    let url = format!("{}/general", sinks.teams);
    let sent = notify(&scratch, &["test", "teams"], &[("TEAMS_WEBHOOK_URL", url.as_str())]).await;
    assert!(sent.status.success() && said(&sent).contains("teams: accepted"), "{}", said(&sent));
    let cards = sinks.cards();
    assert_eq!((cards.len(), cards[0].channel.as_str()), (1, "general"));
    assert!(cards[0].body.to_string().contains("message d’essai"));
    let off = notify(&scratch, &["test", "teams"], &[]).await;
    assert!(!off.status.success() && said(&off).contains("not configured"), "{}", said(&off));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_template_is_previewed() {
    let scratch = Scratch::new();
    let public = [("PUBLIC_URL", "https://estair.example.test")];
    for notice in Notice::ALL {
        for channel in Channel::ALL {
            let output = notify(&scratch, &["preview", notice.name(), channel.name()], &public).await;
            let goes = notice.rule().channels.contains(channel);
            assert_eq!(output.status.success(), goes, "{notice} by {channel}: {}", said(&output));
            let text = String::from_utf8(output.stdout).unwrap();
            match channel {
                _ if !goes => assert!(text.is_empty()),
                Channel::Email => {
                    assert!(text.starts_with("<!doctype html>") && text.contains("https://estair.example.test"))
                }
                Channel::Teams => {
                    let card: Value = serde_json::from_str(&text).unwrap();
                    assert_eq!(card["attachments"][0]["content"]["type"], "AdaptiveCard");
                }
                Channel::Push | Channel::Other(_) => {
                    let push: Value = serde_json::from_str(&text).unwrap();
                    assert!(push["notification"]["title"].is_string());
                }
            }
        }
    }
}

/// Quiet hours from and until so many minutes from now.
fn span(from: i64, until: i64) -> String {
    let now = System.now();
    let minute = |minutes: i64| now + TimeDelta::minutes(minutes);
    let text = |at: Timestamp| format!("{:02}:{:02}", at.hour(), at.minute());
    format!("{}-{}", text(minute(from)), text(minute(until)))
}

/// A ticket of the first client, from its creation to its end.
async fn resolve(world: &World) -> String {
    let ticket = json!({ "subject": "Billet", "description": "Diop" });
    let ticket = world.call("client1", "POST", "/api/helpdesk", ticket).await.body;
    let path = format!("/api/helpdesk/{}", ticket["id"]);
    for status in ["in_progress", "closed"] {
        assert_eq!(world.call("operation", "PATCH", &path, json!({ "status": status })).await.status, 200);
    }
    ticket["name"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_quiet_hours_what_is_of_low_priority_waits_for_their_end_and_nothing_else_does() {
    let sinks = Sinks::start().await;
    let now = span(-60, 120);
    let quiet = world(&sinks, Scratch::new(), &[("ESTAIR_QUIET_HOURS", &now)]).await;
    let name = resolve(&quiet).await;
    let created = format!("mail operation@example.test: 🆕 Demande d’assistance {name} : Billet");
    let card = "teams operation: 🆕 Nouvelle demande d’assistance";
    exactly(&sinks, "the ticket is told, not its end", &[&created, card]).await;
    let stores = quiet.stores().await;
    let filter = NotificationFilter { status: Some(JobStatus::Pending), ..NotificationFilter::default() };
    let [waits] = stores.notifications.notifications(&filter, Page::default()).await.unwrap().items.try_into().unwrap();
    assert_eq!((waits.notification.notice, waits.attempts), (Notice::SupportResolved, 0), "it was not tried");
    quiet.end().await;

    let later = span(120, 240);
    let other = world(&sinks, Scratch::new(), &[("ESTAIR_QUIET_HOURS", &later)]).await;
    let name = resolve(&other).await;
    let created = format!("mail operation@example.test: 🆕 Demande d’assistance {name} : Billet");
    let resolved = format!("mail plateau@example.test: Votre demande d’assistance {name} est résolue");
    exactly(&sinks, "outside of the hours", &[&created, card, &resolved]).await;
    other.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_one_may_switch_off_names_the_page_where_one_does() {
    for page in [None, Some("https://front.example.test/preferences?lang=fr")] {
        let sinks = Sinks::start().await;
        let more: Vec<_> = page.map(|page| ("NOTIFICATION_PREFERENCES_URL", page)).into_iter().collect();
        let world = world(&sinks, Scratch::new(), &more).await;
        world.granted("client1", 5_000).await;
        eventually("client and finance are told", || async { (sinks.mails().len() == 2).then_some(()) }).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        for mail in sinks.mails() {
            let header = mail.text.lines().find_map(|line| line.strip_prefix("List-Unsubscribe: "));
            assert_eq!(header.map(str::trim), page.map(|page| format!("<{page}>")).as_deref(), "{}", mail.text);
        }
        world.end().await;
    }
}
