//! E-mail over SMTP: one mail a notification, HTML with a plain text written for it.
//!
//! Guarantees:
//! - delivered is what the server said it took, of this very mail (N10): an answer that comes late, twice, or to something
//!   else is none, and its connection is not used again (`session`, `pool`);
//! - a slow server is waited for, so that no mail goes out twice that could go out once; the `Message-ID` is the same on
//!   every attempt, so that one that was taken and not acknowledged is recognised;
//! - names, subjects and addresses go through the library's types, which makes header injection impossible, and what
//!   somebody wrote is shown as it was written;
//! - a lasting refusal of the mail is permanent, everything else is tried again.

mod address;
mod pool;
mod session;
mod settings;
mod stream;
#[cfg(test)]
mod tests;

use estair_core::clock::{Clock, Timestamp};
use estair_core::notice::{Audience, Channel};
use estair_core::notification::Notification;
use estair_core::queue::Report;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use email_encoding::headers::rfc2047;
use email_encoding::headers::writer::EmailWriter;
use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use serde_json::json;
use sha2::{Digest, Sha256};
use url::Url;

use crate::channels::ChannelSender;
use crate::config::ConfigError;
use crate::email::address::as_sent;
use crate::email::pool::Pool;
use crate::email::session::{Failure, text_of};
use crate::sign_in_link::SignInLink;
use crate::templates::{Rendered, Templates};

pub use settings::{EmailSettings, Smtp};

/// The channel.
pub struct Email {
    pool: Arc<Pool>,
    from: Mailbox,
    critical: Option<Address>,
    preferences: Option<Url>,
    templates: Templates,
    clock: Arc<dyn Clock>,
}

impl Email {
    /// Mail over this server. Nothing is contacted yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(settings: EmailSettings, templates: Templates, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let EmailSettings { smtp, from, critical, preferences } = settings;
        Ok(Self { pool: Pool::new(smtp.server()?), from, critical, preferences, templates, clock })
    }

    /// The notification's own address, or the critical one where the channel is to know it (N6).
    fn recipient(&self, notification: &Notification) -> Result<Address, Report> {
        if !notification.recipient.is_empty() {
            return as_sent(&notification.recipient)
                .map_err(|_| Report::permanent("the recipient is not an e-mail address that mail can reach"));
        }
        let critical = self.critical.clone().filter(|_| notification.audience == Audience::Critical);
        critical.ok_or_else(|| match notification.audience {
            Audience::Critical => {
                Report::skipped("no address for critical alerts is configured (CRITICAL_ALERT_EMAIL)")
            }
            _ => Report::skipped("the recipient has no e-mail address"),
        })
    }

    fn message(&self, job: u64, notification: &Notification, to: Address) -> Result<Message, Report> {
        let rendered = self.templates.render(notification).map_err(|error| Report::permanent(error.to_string()))?;
        let Rendered::Email { subject, html, text } = rendered else {
            return Err(Report::permanent("not a mail"));
        };
        let id = message_id(job, notification);
        let mut message = self.built(to, &id, subject, MultiPart::alternative_plain_html(text, html))?;
        // On what one may switch off alone, and where there is a page to do it on (RFC 2369).
        if let Some(page) = self.preferences.as_ref().filter(|_| notification.notice.may_opt_out()) {
            let name = HeaderName::new_from_ascii_str("List-Unsubscribe");
            message.headers_mut().insert_raw(HeaderValue::new(name, format!("<{page}>")));
        }
        Ok(message)
    }

    /// A mail of this program's.
    fn built(&self, to: Address, id: &str, subject: String, body: MultiPart) -> Result<Message, Report> {
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .date(instant(self.clock.now()))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .multipart(body)
            .map_err(|error| Report::permanent(format!("the mail cannot be built: {error}")))?;
        message.headers_mut().insert_raw(subject_header(subject));
        // Holiday replies and bounces of bounces stay away (RFC 3834).
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
        Ok(message)
    }

    /// Mails a link that signs in (A6), which is no notification: nothing of it is kept. Tries once; the same link again is the
    /// same mail.
    pub async fn send_sign_in_link(&self, to: &str, link: &SignInLink, redirected_from: Option<&str>) -> Report {
        self.mail_link(to, link, redirected_from).await.unwrap_or_else(|report| report)
    }

    async fn mail_link(&self, to: &str, link: &SignInLink, redirected: Option<&str>) -> Result<Report, Report> {
        let to = as_sent(to).map_err(|_| Report::permanent("the recipient is not an address that mail can reach"))?;
        let rendered = self.templates.sign_in_link(link, redirected);
        let rendered = rendered.map_err(|error| Report::permanent(error.to_string()))?;
        let Rendered::Email { subject, html, text } = rendered else { return Err(Report::permanent("not a mail")) };
        // The id goes through many hands: the secret is not to be read from it.
        let id = format!("estair-sign-in-{}", digest_of(&link.secret));
        let mail = self.built(to.clone(), &id, subject, MultiPart::alternative_plain_html(text, html))?;
        let sent = self.pool.send(&self.from.email, &to, &mail.formatted()).await;
        let answer = sent.map_err(|failure| report_of(&failure))?;
        Ok(Report::done(Some(json!({ "answer": text_of(&answer) }).into())).with_status(answer.code().into()))
    }

    async fn attempt(&self, job: u64, notification: &Notification) -> Result<Report, Report> {
        let to = self.recipient(notification)?;
        let mail = self.message(job, notification, to.clone())?.formatted();
        let answer = self.pool.send(&self.from.email, &to, &mail).await.map_err(|failure| report_of(&failure))?;
        Ok(Report::done(Some(json!({ "answer": text_of(&answer) }).into())).with_status(answer.code().into()))
    }
}

#[async_trait]
impl ChannelSender for Email {
    fn serves(&self, channel: Channel) -> bool {
        channel == Channel::Email
    }

    fn longest_attempt(&self) -> Duration {
        self.pool.longest_send()
    }

    async fn send(&self, job: u64, notification: &Notification) -> Report {
        self.attempt(job, notification).await.unwrap_or_else(|report| report)
    }
}

/// What a failure means: only a lasting refusal of this very mail is permanent. A server that is down, slow or hangs
/// up, and credentials it does not take, are tried again.
fn report_of(failure: &Failure) -> Report {
    let why = failure.to_string();
    let report = if failure.is_permanent() { Report::permanent(why) } else { Report::retry(why) };
    match failure.code() {
        Some(code) => report.with_status(code),
        None => report,
    }
}

/// The subject, as it was written: what looks like an encoded word (RFC 2047) is none, and is encoded for it with all that
/// stands around it.
fn subject_header(subject: String) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(SUBJECT);
    match encoded(&subject).filter(|_| subject.contains("=?")) {
        // Base64 and folds of the library's: no byte of the subject is left as it was.
        Some(encoded) => HeaderValue::dangerous_new_pre_encoded(name, subject, encoded),
        None => HeaderValue::new(name, subject),
    }
}

const SUBJECT: &str = "Subject";

/// A subject in encoded words alone.
fn encoded(subject: &str) -> Option<String> {
    let mut words = String::new();
    let behind_its_name = SUBJECT.len().saturating_add(": ".len());
    rfc2047::encode(subject, &mut EmailWriter::new(&mut words, behind_its_name, 0, false)).ok()?;
    Some(words)
}

fn instant(at: Timestamp) -> SystemTime {
    let since = Duration::from_secs(u64::try_from(at.timestamp()).unwrap_or(0));
    SystemTime::UNIX_EPOCH.checked_add(since).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// The same for every attempt at a notification, and for no other: the book's name their fact, Messager's alerts
/// their message and instant.
fn message_id(job: u64, notification: &Notification) -> String {
    let param = |name: &str| notification.params.get(name).map(ToString::to_string).unwrap_or_default();
    let parts = [
        job.to_string(),
        notification.fact.map(|fact| fact.to_string()).unwrap_or_default(),
        notification.notice.to_string(),
        notification.audience.to_string(),
        notification.recipient.clone(),
        param("uuid"),
        param("message_uuid"),
        param("at"),
    ];
    format!("estair-{job}-{}", digest_of(&parts.join("\n")))
}

fn digest_of(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
