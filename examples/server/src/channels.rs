//! The channels of notifications that the options configure; the others are off.

use estair_core::clock::{Clock, IdSource};
use estair_core::notification::Subscriptions;
use std::sync::Arc;

use estair_notify::email::{Email, EmailSettings};
use estair_notify::push::{Push, PushSettings, VapidKey, VapidSubject};
use estair_notify::teams::{Teams, TeamsSettings};
use estair_notify::{Channels, ConfigError, Links, Templates};

use crate::error::StartError;
use crate::options::Options;
use crate::pages::PREFIX;
use crate::secrets::DataDir;

/// Whose name mail carries when `SMTP_FROM` says nothing.
const DEFAULT_SENDER: &str = "ESTAIR <estair@localhost>";

/// The texts, with links to where their reader works (N8): staff to the console, clients to their front if there is one.
/// The console is under the public URL, which is the server's own address if none is configured.
///
/// # Errors
/// An address that is none, or a template that cannot be read.
pub fn templates(options: &Options, local: &str) -> Result<Templates, StartError> {
    let public = options.public_url.as_deref().unwrap_or(local);
    let console = || format!("{}{PREFIX}", public.trim_end_matches('/'));
    let links = Links::parse(public)?.with_console(&options.console_url.clone().unwrap_or_else(console))?;
    let links = match &options.front_url {
        Some(front) => links.with_front(front)?,
        None => links,
    };
    Ok(Templates::french(links)?)
}

/// The key of web push: what is configured, or else one that is made once and kept.
///
/// # Errors
/// A key that is none, or a file that cannot be written.
pub fn vapid(options: &Options, data: &DataDir, ids: &dyn IdSource) -> Result<VapidKey, StartError> {
    if let Some(key) = &options.vapid_private_key {
        return Ok(VapidKey::parse(key)?);
    }
    let new = VapidKey::generate(ids)?.private();
    Ok(VapidKey::parse(&data.kept("vapid-private-key", || new)?)?)
}

/// What the channels need besides the options.
pub struct Around {
    /// The texts.
    pub templates: Templates,
    /// The mail server, if there is one.
    pub mail: Option<Arc<Email>>,
    /// The key of web push.
    pub vapid: VapidKey,
    /// The devices.
    pub subscriptions: Arc<dyn Subscriptions>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub ids: Arc<dyn IdSource>,
}

/// The mail server, if one is configured: what sends notifications, and the links that sign in (A6).
///
/// # Errors
/// A setting that cannot work, named.
pub fn mail(
    options: &Options,
    templates: &Templates,
    clock: &Arc<dyn Clock>,
) -> Result<Option<Arc<Email>>, ConfigError> {
    let (from, critical) =
        (options.smtp_from.as_deref().unwrap_or(DEFAULT_SENDER), options.critical_alert_email.as_deref());
    // What cannot work is refused now, not on the day on which a server is configured too.
    EmailSettings::addresses(from, critical)?;
    let page = options.preferences_url.as_deref().map(EmailSettings::preferences_page).transpose()?;
    let Some(url) = &options.smtp_url else { return Ok(None) };
    if options.smtp_from.is_none() {
        tracing::warn!(sender = DEFAULT_SENDER, "SMTP_FROM is not set: mail servers may refuse the default sender");
    }
    let mut settings = EmailSettings::parse(url, from, critical)?.preferences(page);
    if let Some(name) = &options.smtp_hello {
        settings.smtp = settings.smtp.with_hello(name)?;
    }
    Ok(Some(Arc::new(Email::new(settings, templates.clone(), Arc::clone(clock))?)))
}

/// The channels that are on.
///
/// # Errors
/// A setting that cannot work, named.
pub fn channels(options: &Options, around: Around) -> Result<Channels, ConfigError> {
    let Around { templates, mail, vapid, subscriptions, clock, ids } = around;
    let mut channels = Channels::new();
    if let Some(mail) = mail {
        channels = channels.with(mail);
    }
    let crate::options::Teams { general, finance, operation } = &options.teams;
    let teams = TeamsSettings::parse(general.as_deref(), finance.as_deref(), operation.as_deref())?;
    if teams.is_on() {
        channels = channels.with(Teams::new(teams, templates.clone(), Arc::clone(&clock))?);
    }
    if let Some(subject) = &options.vapid_subject {
        let subject = VapidSubject::parse(subject)?;
        let settings = PushSettings::new(vapid, subject);
        channels = channels.with(Push::new(settings, templates, subscriptions, clock, ids)?);
    }
    Ok(match &options.redirect_notices {
        Some(address) => {
            tracing::warn!(address = address.as_str(), "a trial system: every notice goes to this address alone");
            channels.redirected_to(address.as_str())
        }
        None => channels,
    })
}
