//! Texts: the embedded French templates, a host's own in their place, and what they render to (N4).
//!
//! One folder per notice: `subject.txt`, `mail.html` and `mail.txt`, `card.json` for Teams, `push.json`; the layouts
//! around them. A host replaces any file by one of the same name in its directory. Values are escaped by the kind of
//! file: HTML, Markdown inside JSON for cards, JSON for pushes. Every template is rendered with sample data when the
//! templates are loaded: one that does not work stops the start, not a message.

use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::Notification;
use std::path::Path;
use std::sync::Arc;

use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior, Value};
use serde::Serialize;
use serde_json::Map;

use crate::escape::{clean, clip, json_text, markdown, markdown_lines, one_line};
use crate::links::Links;
use crate::sign_in_link::{Language, SignInLink};
use crate::values::{REDIRECTED, context, is_test};
use crate::{french, sample};

/// Largest HTML of a mail, in bytes: clients cut what is longer.
pub const MAX_HTML: usize = 100_000;
/// Largest body of a Teams message, in bytes: 28 KB is documented, 24 KB has failed in practice.
pub const MAX_CARD: usize = 20_000;
/// Largest payload of a push, in bytes: what one record of 4,096 bytes holds once encrypted.
pub const MAX_PUSH: usize = 3_993;
/// Longest subject, in characters.
const MAX_SUBJECT: usize = 200;
/// Largest file that a host may put in a template's place, in bytes.
const MAX_FILE: u64 = 256 * 1024;
/// How far texts are cut, in characters, until a message fits.
const CUTS: [usize; 6] = [12_000, 4_000, 1_500, 500, 150, 40];

/// A message, as its channel takes it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub enum Rendered {
    /// A mail.
    Email {
        /// Its subject, on one line.
        subject: String,
        /// The HTML part.
        html: String,
        /// The plain-text part.
        text: String,
    },
    /// The body that a Workflows webhook takes.
    Teams {
        /// A message with one Adaptive Card.
        body: serde_json::Value,
    },
    /// The payload of a web push.
    Push {
        /// In the shape of the front end's service worker.
        payload: serde_json::Value,
    },
}

/// Why a text could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A directory or file of the host's cannot be read.
    #[error("template {name} cannot be read: {source}")]
    Unreadable {
        /// Which.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the host's stands in no template's place.
    #[error("template {name} replaces nothing: its name must be one of the embedded templates")]
    Unknown {
        /// Which.
        name: String,
    },
    /// A file of the host's is too large.
    #[error("template {name} is larger than 256 KiB")]
    TooLarge {
        /// Which.
        name: String,
    },
    /// A template does not compile, or names what does not exist.
    #[error("template {name} does not work: {source}")]
    Broken {
        /// Which.
        name: String,
        /// Why.
        source: minijinja::Error,
    },
    /// A template for a card or a push did not give JSON.
    #[error("template {name} does not give JSON: {source}")]
    NotJson {
        /// Which.
        name: String,
        /// Why.
        source: serde_json::Error,
    },
    /// Nothing could be cut to make it fit.
    #[error("template {name} gives more than {max} bytes")]
    DoesNotFit {
        /// Which.
        name: String,
        /// The channel's bound.
        max: usize,
    },
    /// The notice does not go by this channel.
    #[error("{notice} does not go by {channel}")]
    NoRoute {
        /// Which notice.
        notice: Notice,
        /// Which channel.
        channel: Channel,
    },
}

/// The texts of one language. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Templates {
    environment: Arc<Environment<'static>>,
    links: Links,
}

impl Templates {
    /// The embedded French texts.
    ///
    /// # Errors
    /// None in practice: the embedded templates are tested.
    pub fn french(links: Links) -> Result<Self, TemplateError> {
        Self::load(links, &[])
    }

    /// The French texts, with a host's own in the place of some: files of the same name under this directory, such as
    /// `credit_requested/mail.html`.
    ///
    /// # Errors
    /// When a file cannot be read, stands in no template's place, or does not render with the sample data.
    pub fn with_overrides(links: Links, directory: &Path) -> Result<Self, TemplateError> {
        Self::load(links, &overrides(directory, "")?)
    }

    fn load(links: Links, overrides: &[(String, String)]) -> Result<Self, TemplateError> {
        let mut environment = environment();
        let embedded = EMBEDDED.iter().map(|(name, source)| ((*name).to_owned(), (*source).to_owned()));
        for (name, source) in embedded.chain(overrides.iter().cloned()) {
            let added = environment.add_template_owned(name.clone(), source);
            added.map_err(|source| TemplateError::Broken { name, source })?;
        }
        let templates = Self { environment: Arc::new(environment), links };
        for notification in sample::all() {
            templates.render(&notification)?;
        }
        for language in [Language::French, Language::English] {
            templates.sign_in_link(&SignInLink { language, ..sample::sign_in_link() }, None)?;
        }
        Ok(templates)
    }

    /// Writes a notification for its channel. What is too long is cut until the message fits.
    ///
    /// # Errors
    /// When the notice has no text for the channel, or the text does not fit.
    pub fn render(&self, notification: &Notification) -> Result<Rendered, TemplateError> {
        match notification.channel {
            Channel::Email => self.mail(notification),
            Channel::Teams => self.json(notification, "card.json", MAX_CARD).map(|body| Rendered::Teams { body }),
            // Any other carries short texts: those of a push.
            _ => self.json(notification, "push.json", MAX_PUSH).map(|payload| Rendered::Push { payload }),
        }
    }

    /// The mail with a link that signs in (A6); `redirected_from` says on a trial system for whom it was meant.
    ///
    /// # Errors
    /// When a host's template does not work.
    pub fn sign_in_link(&self, link: &SignInLink, redirected_from: Option<&str>) -> Result<Rendered, TemplateError> {
        let folder = match link.language {
            Language::French => "sign_in_link",
            Language::English => "sign_in_link_en",
        };
        let context = [
            ("name", Value::from(clip(&clean(&link.name), MAX_SUBJECT))),
            ("minutes", Value::from(link.minutes)),
            ("url", Value::from(self.links.to_sign_in(&link.secret, link.next.as_deref()))),
            ("test", Value::from(false)),
            (REDIRECTED, redirected_from.map_or(Value::from(()), Value::from)),
        ];
        let context = Value::from_pairs(context);
        let text = |file: &str| {
            let name = format!("{folder}/{file}");
            let rendered = self.environment.get_template(&name).and_then(|template| template.render(&context));
            rendered.map_err(|source| TemplateError::Broken { name, source })
        };
        let (subject, html, plain) = (text("subject.txt")?, text("mail.html")?, text("mail.txt")?);
        Ok(Rendered::Email { subject: clip(&one_line(&subject), MAX_SUBJECT), html, text: plain })
    }

    /// The figures of a day's report as its mail tells them, without what makes it a mail: for a terminal (L8). The particulars
    /// are those of [`params_of`](estair_core::notification::report::params_of).
    ///
    /// # Errors
    /// When a host's template does not work.
    pub fn daily_report(&self, params: Map<String, serde_json::Value>) -> Result<String, TemplateError> {
        let report = sample::notification(Notice::DailyReport, Audience::Finance, Channel::Email);
        self.text(&Notification { params, ..report }, "figures.txt", CUTS[0])
    }

    /// A notice by a channel, with sample data.
    ///
    /// # Errors
    /// [`TemplateError::NoRoute`] when the matrix does not send it that way.
    pub fn preview(&self, notice: Notice, channel: Channel) -> Result<Rendered, TemplateError> {
        let route = notice.routes().into_iter().find(|(_, by)| *by == channel);
        let (audience, _) = route.ok_or(TemplateError::NoRoute { notice, channel })?;
        self.render(&sample::notification(notice, audience, channel))
    }

    fn mail(&self, notification: &Notification) -> Result<Rendered, TemplateError> {
        let subject = one_line(&self.text(notification, "subject.txt", MAX_SUBJECT)?);
        let mark = if is_test(notification) { "[Essai] " } else { "" };
        let subject = clip(&format!("{mark}{subject}"), MAX_SUBJECT);
        for longest in CUTS {
            let html = self.text(notification, "mail.html", longest)?;
            if html.len() <= MAX_HTML {
                return Ok(Rendered::Email { subject, html, text: self.text(notification, "mail.txt", longest)? });
            }
        }
        Err(TemplateError::DoesNotFit { name: name_of(notification, "mail.html"), max: MAX_HTML })
    }

    fn json(&self, notification: &Notification, file: &str, max: usize) -> Result<serde_json::Value, TemplateError> {
        for longest in CUTS {
            let text = self.text(notification, file, longest)?;
            let value: serde_json::Value = serde_json::from_str(&text)
                .map_err(|source| TemplateError::NotJson { name: name_of(notification, file), source })?;
            if value.to_string().len() <= max {
                return Ok(value);
            }
        }
        Err(TemplateError::DoesNotFit { name: name_of(notification, file), max })
    }

    fn text(&self, notification: &Notification, file: &str, longest: usize) -> Result<String, TemplateError> {
        let name = name_of(notification, file);
        let broken = |source| TemplateError::Broken { name: name.clone(), source };
        let template = self.environment.get_template(&name).map_err(|error| match error.kind() {
            ErrorKind::TemplateNotFound => {
                TemplateError::NoRoute { notice: notification.notice, channel: notification.channel }
            }
            _ => broken(error),
        })?;
        template.render(Value::from_pairs(context(notification, &self.links, longest))).map_err(broken)
    }
}

fn name_of(notification: &Notification, file: &str) -> String {
    format!("{}/{file}", notification.notice)
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| match name.rsplit('/').next() {
        Some("card.json" | "layout.card.json") => AutoEscape::Custom(CARD.into()),
        Some("push.json" | "layout.push.json") => AutoEscape::Custom(PUSH.into()),
        Some(file) if file.ends_with(".html") => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    environment.set_formatter(write);
    environment.add_filter("money", |amount: Value, currency: Value| match (amount.kind(), currency.kind()) {
        (ValueKind::None, _) => Value::from(()),
        (_, ValueKind::None) => Value::from(french::number(&amount.to_string())),
        _ => Value::from(french::money_text(&amount.to_string(), &currency.to_string())),
    });
    environment.add_filter("date", |at: Value| match estair_core::clock::parse_timestamp(&at.to_string()) {
        Ok(at) => Value::from(french::date(at)),
        Err(_) => at,
    });
    environment.add_filter("day", |day: Value| match day.to_string().parse() {
        Ok(day) => Value::from(french::day(day)),
        Err(_) => day,
    });
    environment.add_filter("status", |name: Value| match name.as_str() {
        Some(name) => Value::from(french::status(name)),
        None => name,
    });
    environment.add_filter("age", |name: Value| match name.as_str() {
        Some(name) => Value::from(french::age(name)),
        None => name,
    });
    environment.add_filter("category", |name: Value| match name.as_str() {
        Some(name) => Value::from(french::category(name)),
        None => name,
    });
    environment.add_filter("source", |name: Value| match name.as_str() {
        Some(name) => Value::from(french::source(name)),
        None => name,
    });
    // For what is joined with other text, where nobody else writes the dash.
    environment.add_filter("dash", |value: Value| if value.is_none() { Value::from(DASH) } else { value });
    environment.add_filter("json", |value: Value| Value::from_safe_string(json(&value)));
    environment.add_filter("lines", |value: Value| Value::from_safe_string(lines(&value)));
    environment.add_filter("number", |amount: Value| Value::from_safe_string(number(&amount.to_string())));
    environment
}

const CARD: &str = "card";
const PUSH: &str = "push";
/// Stands for what a fact does not have.
const DASH: &str = "—";

/// Writes a value for the kind of file it stands in. What a fact does not have is a dash.
fn write(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    let dash = Value::from(DASH);
    let value = if value.is_none() { &dash } else { value };
    let escape: fn(&str) -> String = match state.auto_escape() {
        AutoEscape::Custom(kind) if kind == CARD => |text| json_text(&markdown(text)),
        AutoEscape::Custom(_) => json_text,
        _ => return minijinja::escape_formatter(out, state, value),
    };
    if value.is_undefined() {
        return Err(ErrorKind::UndefinedError.into());
    }
    let text = if value.is_safe() { value.to_string() } else { escape(&value.to_string()) };
    Ok(out.write_str(&text)?)
}

/// Text of a card with its lines.
fn lines(value: &Value) -> String {
    let text = if value.is_none() { String::new() } else { markdown_lines(&value.to_string()) };
    if text.is_empty() { DASH.to_owned() } else { json_text(&text) }
}

/// A value as JSON: numbers, truth values and none as they are, the rest as text.
fn json(value: &Value) -> String {
    match value.kind() {
        ValueKind::None => "null".to_owned(),
        ValueKind::Bool => value.is_true().to_string(),
        ValueKind::Number => value.to_string(),
        _ => serde_json::Value::from(value.to_string()).to_string(),
    }
}

/// An amount as a JSON number; `null` when it is none.
fn number(amount: &str) -> String {
    match amount.parse::<estair_core::money::Amount>() {
        Ok(exact) if exact.hundredths() % 100 == 0 => (exact.hundredths() / 100).to_string(),
        Ok(exact) => exact.to_string(),
        Err(_) => "null".to_owned(),
    }
}

/// The host's files under a directory, one folder deep, by the names of the templates they replace.
fn overrides(directory: &Path, prefix: &str) -> Result<Vec<(String, String)>, TemplateError> {
    let unreadable = |name: &str, source| TemplateError::Unreadable { name: name.to_owned(), source };
    let shown = directory.display().to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(|error| unreadable(&shown, error))? {
        let entry = entry.map_err(|error| unreadable(&shown, error))?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let metadata = std::fs::metadata(entry.path()).map_err(|error| unreadable(&name, error))?;
        if metadata.is_dir() && prefix.is_empty() {
            found.extend(overrides(&entry.path(), &format!("{name}/"))?);
            continue;
        }
        if !EMBEDDED.iter().any(|(embedded, _)| *embedded == name) {
            return Err(TemplateError::Unknown { name });
        }
        if metadata.len() > MAX_FILE {
            return Err(TemplateError::TooLarge { name });
        }
        let source = std::fs::read_to_string(entry.path()).map_err(|error| unreadable(&name, error))?;
        found.push((name, source));
    }
    Ok(found)
}

macro_rules! embedded {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("../templates/fr/", $name)))),*] };
}

/// Every template by its name.
const EMBEDDED: &[(&str, &str)] = embedded! {
    "layout.html" "parts.html" "layout.txt" "layout.card.json" "layout.push.json"
    "credit_requested/subject.txt" "credit_requested/mail.html" "credit_requested/mail.txt"
    "credit_requested/card.json" "credit_requested/push.json"
    "credit_auto_approved/subject.txt" "credit_auto_approved/mail.html" "credit_auto_approved/mail.txt"
    "credit_auto_approved/push.json"
    "credit_refused/subject.txt" "credit_refused/mail.html" "credit_refused/mail.txt" "credit_refused/push.json"
    "credit_approved/subject.txt" "credit_approved/mail.html" "credit_approved/mail.txt" "credit_approved/push.json"
    "request_created/subject.txt" "request_created/mail.html" "request_created/mail.txt"
    "request_created/card.json" "request_created/push.json"
    "movement_succeeded/subject.txt" "movement_succeeded/mail.html" "movement_succeeded/mail.txt"
    "movement_succeeded/push.json"
    "movement_failed/subject.txt" "movement_failed/mail.html" "movement_failed/mail.txt" "movement_failed/card.json"
    "support_created/subject.txt" "support_created/mail.html" "support_created/mail.txt"
    "support_created/card.json" "support_created/push.json"
    "support_resolved/subject.txt" "support_resolved/mail.html" "support_resolved/mail.txt"
    "support_resolved/push.json"
    "credit_expired/subject.txt" "credit_expired/mail.html" "credit_expired/mail.txt"
    "credit_expired/card.json" "credit_expired/push.json"
    "credit_threshold/subject.txt" "credit_threshold/mail.html" "credit_threshold/mail.txt"
    "credit_threshold/push.json"
    "request_held/subject.txt" "request_held/mail.html" "request_held/mail.txt" "request_held/push.json"
    "request_returned/subject.txt" "request_returned/mail.html" "request_returned/mail.txt" "request_returned/push.json"
    "comment_added/subject.txt" "comment_added/mail.html" "comment_added/mail.txt" "comment_added/push.json"
    "comment_received/subject.txt" "comment_received/mail.html" "comment_received/mail.txt" "comment_received/push.json"
    "account_suspended/subject.txt" "account_suspended/mail.html" "account_suspended/mail.txt" "account_suspended/push.json"
    "account_active/subject.txt" "account_active/mail.html" "account_active/mail.txt" "account_active/push.json"
    "outage/subject.txt" "outage/mail.html" "outage/mail.txt" "outage/card.json"
    "outage_over/subject.txt" "outage_over/mail.html" "outage_over/mail.txt" "outage_over/card.json"
    "daily_report/subject.txt" "daily_report/mail.html" "daily_report/mail.txt" "daily_report/figures.txt"
    "sign_in_link/subject.txt" "sign_in_link/mail.html" "sign_in_link/mail.txt"
    "sign_in_link_en/subject.txt" "sign_in_link_en/mail.html" "sign_in_link_en/mail.txt"
};
