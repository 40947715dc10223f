//! E-mail over SMTP: one mail a delivery, HTML with a plain text written for it.
//!
//! Guarantees: the `Message-ID` is the same on every attempt, so that a mail that was taken but not acknowledged is
//! recognised; names, subjects and addresses go through the library's types, which makes header injection impossible;
//! a lasting refusal of the mail is permanent, everything else is tried again.

mod settings;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use estair_core::clock::{Clock, Timestamp};
use estair_core::notification::{Audience, Channel};
use estair_core::notify::Delivery;
use estair_core::queue::{AttemptOutcome, Report};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError, PoolConfig};
use lettre::{Address, AsyncTransport, Tokio1Executor};
use serde_json::json;
use sha2::{Digest, Sha256};
use url::Url;

use crate::channels::ChannelSender;
use crate::config::ConfigError;
use crate::escape::{clean, clip, one_line};
use crate::templates::{Rendered, Templates};
use crate::verdict::{later, never, skipped};

pub use settings::{EmailSettings, Smtp};

/// Connections kept to the server.
const CONNECTIONS: u32 = 4;

/// Refusals of the connection, not of the mail: credentials and policies get mended.
const OURS_TO_MEND: [u16; 5] = [454, 530, 534, 535, 538];

/// The channel.
pub struct Email {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    critical: Option<Address>,
    preferences: Option<Url>,
    templates: Templates,
    clock: Arc<dyn Clock>,
    deadline: Duration,
}

impl Email {
    /// Mail over this server. Nothing is contacted yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(settings: EmailSettings, templates: Templates, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let EmailSettings { smtp, from, critical, preferences } = settings;
        let deadline = smtp.deadline();
        let transport = smtp.builder()?.pool_config(PoolConfig::new().max_size(CONNECTIONS)).build();
        Ok(Self { transport, from, critical, preferences, templates, clock, deadline })
    }

    /// The delivery's own address, or the critical one where the channel is to know it (N6).
    fn recipient(&self, delivery: &Delivery) -> Result<Address, Report> {
        if !delivery.recipient.is_empty() {
            return delivery.recipient.parse().map_err(|_| never("the recipient is not an e-mail address"));
        }
        let critical = self.critical.clone().filter(|_| delivery.audience == Audience::Critical);
        critical.ok_or_else(|| match delivery.audience {
            Audience::Critical => skipped("no address for critical alerts is configured (CRITICAL_ALERT_EMAIL)"),
            _ => skipped("the recipient has no e-mail address"),
        })
    }

    fn message(&self, job: u64, delivery: &Delivery, to: Address) -> Result<Message, Report> {
        let rendered = self.templates.render(delivery).map_err(|error| never(error.to_string()))?;
        let Rendered::Email { subject, html, text } = rendered else {
            return Err(never("not a mail"));
        };
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .date(instant(self.clock.now()))
            .message_id(Some(format!("<{}@{}>", message_id(job, delivery), self.from.email.domain())))
            .multipart(MultiPart::alternative_plain_html(text, html))
            .map_err(|error| never(format!("the mail cannot be built: {error}")))?;
        // Holiday replies and bounces of bounces stay away (RFC 3834).
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
        // On what one may switch off alone, and where there is a page to do it on (RFC 2369).
        if let Some(page) = self.preferences.as_ref().filter(|_| delivery.notice.may_opt_out()) {
            let name = HeaderName::new_from_ascii_str("List-Unsubscribe");
            message.headers_mut().insert_raw(HeaderValue::new(name, format!("<{page}>")));
        }
        Ok(message)
    }

    async fn attempt(&self, job: u64, delivery: &Delivery) -> Result<Report, Report> {
        let to = self.recipient(delivery)?;
        let message = self.message(job, delivery, to)?;
        // The library's own timeout does not cover the greeting of a server that accepts and says nothing.
        let sending = tokio::time::timeout(self.deadline, self.transport.send(message));
        let answer = sending.await.map_err(|_| later("the mail server does not answer in time"))?;
        let answer = answer.map_err(|error| refused(&error))?;
        let code = u16::from(answer.code());
        let said = clip(&one_line(&answer.message().collect::<Vec<_>>().join(" ")), 200);
        Ok(Report::done(Some(json!({ "answer": said }))).with_status(code))
    }
}

#[async_trait]
impl ChannelSender for Email {
    fn serves(&self, channel: Channel) -> bool {
        channel == Channel::Email
    }

    async fn send(&self, job: u64, delivery: &Delivery) -> Report {
        self.attempt(job, delivery).await.unwrap_or_else(|report| report)
    }
}

/// What a failure means: only a lasting refusal of this very mail is permanent. A server that is down, slow or hangs
/// up, and credentials it does not take, are tried again.
fn refused(error: &SmtpError) -> Report {
    let code = error.status().map(u16::from);
    let ours = code.is_some_and(|code| OURS_TO_MEND.contains(&code));
    let outcome = if error.is_permanent() && !ours { AttemptOutcome::Permanent } else { AttemptOutcome::Retry };
    let said = clip(&one_line(&clean(&with_causes(error))), 400);
    let reason = if ours { format!("the mail server does not take our credentials: {said}") } else { said };
    let report = if outcome == AttemptOutcome::Permanent { never(reason) } else { later(reason) };
    match code {
        Some(code) => report.with_status(code),
        None => report,
    }
}

fn instant(at: Timestamp) -> SystemTime {
    let since = Duration::from_secs(u64::try_from(at.timestamp()).unwrap_or(0));
    SystemTime::UNIX_EPOCH.checked_add(since).unwrap_or(SystemTime::UNIX_EPOCH)
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    match error.source() {
        Some(cause) if !text.contains(&cause.to_string()) => format!("{text}: {}", with_causes(cause)),
        _ => text,
    }
}

/// The same for every attempt at a delivery, and for no other: the book's deliveries name their fact, Messager's alerts
/// their message and instant.
fn message_id(job: u64, delivery: &Delivery) -> String {
    let param = |name: &str| delivery.params.get(name).map(ToString::to_string).unwrap_or_default();
    let parts = [
        job.to_string(),
        delivery.fact.map(|fact| fact.to_string()).unwrap_or_default(),
        delivery.notice.to_string(),
        delivery.audience.to_string(),
        delivery.recipient.clone(),
        param("uuid"),
        param("message_uuid"),
        param("at"),
    ];
    let digest = Sha256::digest(parts.join("\n").as_bytes());
    let tail: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("estair-{job}-{tail}")
}
