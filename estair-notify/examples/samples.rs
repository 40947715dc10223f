//! Every message with made-up details, through the real channels: to look at, and for checks by other software.
//!
//! ```text
//! samples cards                                            cards for Teams, as a JSON array
//! samples mail SMTP_URL ROOT_CERTIFICATE ADDRESS           mails, over TLS that this authority vouches for
//! samples push VAPID_PRIVATE_KEY ENDPOINT P256DH AUTH      pushes to one device, of a push service on this machine
//! ```
//!
//! What was sent, and what became of it, is printed as JSON. Names in the messages are hostile on purpose: markup, a line
//! break with a header after it, a link.

use estair_core::clock::{Clock, System};
use estair_core::id::UserId;
use estair_core::memory::MemoryStore;
use estair_core::notice::{Channel, Notice};
use estair_core::notification::{Notification, Notifier, PushSubscription, Subscriptions};
use std::error::Error;
use std::io::Write;
use std::sync::Arc;

use estair_notify::email::{Email, EmailSettings};
use estair_notify::push::{EndpointRules, Push, PushSettings, VapidKey, VapidSubject};
use estair_notify::{Channels, Links, Rendered, Templates, sample};
use serde_json::{Value, json};

const HOSTILE: &str = "Agence <b>Étoile</b>\r\nBcc: evil@example.test\r\n[x](http://evil.example.test)";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let templates = Templates::french(Links::parse("https://estair.example.test")?)?;
    let sent = match arguments.as_slice() {
        ["cards"] => cards(&templates)?,
        ["mail", url, root, address] => mail(templates, url, root, address).await?,
        ["push", key, endpoint, p256dh, auth] => {
            let device = PushSubscription {
                endpoint: (*endpoint).to_owned(),
                p256dh: (*p256dh).to_owned(),
                auth: (*auth).to_owned(),
            };
            push(templates, key, device).await?
        }
        _ => return Err("give cards, mail or push, and what they need: see the head of this file".into()),
    };
    Ok(writeln!(std::io::stdout(), "{}", Value::Array(sent))?)
}

fn cards(templates: &Templates) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut cards = Vec::new();
    for notification in notifications(Channel::Teams, "") {
        let Rendered::Teams { body } = templates.render(&notification)? else { return Err("not a card".into()) };
        cards.push(json!({ "notice": notification.notice, "body": body }));
    }
    Ok(cards)
}

async fn mail(templates: Templates, url: &str, root: &str, address: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut settings = EmailSettings::parse(url, "ESTAIR <estair@example.test>", None)?;
    settings.smtp = settings.smtp.with_root_certificate(&std::fs::read(root)?)?;
    let channels = Channels::new().with(Email::new(settings, templates, Arc::new(System))?);
    Ok(send(&channels, notifications(Channel::Email, address)).await)
}

async fn push(templates: Templates, key: &str, device: PushSubscription) -> Result<Vec<Value>, Box<dyn Error>> {
    let devices = MemoryStore::new();
    devices.subscribe(UserId(1), &device, System.now(), None).await?;
    let (key, subject) = (VapidKey::parse(key)?, VapidSubject::parse("mailto:support@example.test")?);
    let settings = PushSettings::new(key, subject).endpoints(EndpointRules::default().and_loopback());
    let (ids, clock) = (Arc::new(System), Arc::new(System));
    let push = Push::new(settings, templates.clone(), Arc::new(devices.clone()), clock, ids)?;
    let notifications = notifications(Channel::Push, &device.endpoint);
    let mut sent = send(&Channels::new().with(push), notifications.clone()).await;
    for (one, notification) in sent.iter_mut().zip(&notifications) {
        if let (Rendered::Push { payload }, Some(one)) = (templates.render(notification)?, one.as_object_mut()) {
            one.insert("payload".to_owned(), payload);
        }
    }
    sent.push(json!({ "device_kept": devices.device(&device.endpoint).await?.is_some() }));
    Ok(sent)
}

/// One for each notice that goes by the channel.
fn notifications(channel: Channel, recipient: &str) -> Vec<Notification> {
    let routes = Notice::ALL.iter().filter_map(|notice| {
        let (audience, _) = notice.routes().into_iter().find(|(_, by)| *by == channel)?;
        Some((*notice, audience))
    });
    let notification = |(notice, audience)| {
        let mut notification = sample::notification(notice, audience, channel);
        notification.recipient = recipient.to_owned();
        notification.params.insert("client".to_owned(), HOSTILE.into());
        notification
    };
    routes.map(notification).collect()
}

async fn send(channels: &Channels, notifications: Vec<Notification>) -> Vec<Value> {
    let mut sent = Vec::new();
    for (job, notification) in (1..).zip(notifications) {
        let report = channels.send(job, &notification).await;
        let (outcome, status) = (report.outcome.name(), report.http_status);
        sent.push(json!({
            "notice": notification.notice, "outcome": outcome, "http_status": status, "error": report.error,
        }));
    }
    sent
}
