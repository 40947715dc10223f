//! The channels of notifications that the options configure; the others are off.

use std::sync::Arc;

use estair_core::clock::{Clock, IdSource};
use estair_core::notify::Subscriptions;
use estair_notify::email::{Email, EmailSettings};
use estair_notify::push::{EndpointRules, Push, PushSettings, VapidKey, VapidSubject};
use estair_notify::teams::{Teams, TeamsSettings};
use estair_notify::{Channels, ConfigError, Links, Templates};

use crate::options::Options;
use crate::secrets::DataDir;
use crate::start::StartError;

/// Whose name mail carries when `SMTP_FROM` says nothing.
const DEFAULT_SENDER: &str = "ESTAIR <estair@localhost>";

/// The texts, with links to where people reach the server: what is configured, or else its own address.
///
/// # Errors
/// An address that is none, or a template that cannot be read.
pub fn templates(options: &Options, local: &str) -> Result<Templates, StartError> {
    Ok(Templates::french(Links::parse(options.public_url.as_deref().unwrap_or(local))?)?)
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
    /// The key of web push.
    pub vapid: VapidKey,
    /// The devices.
    pub subscriptions: Arc<dyn Subscriptions>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub ids: Arc<dyn IdSource>,
}

/// The channels that are on.
///
/// # Errors
/// A setting that cannot work, named.
pub fn channels(options: &Options, around: Around) -> Result<Channels, ConfigError> {
    let Around { templates, vapid, subscriptions, clock, ids } = around;
    let mut channels = Channels::new();
    let (from, critical) =
        (options.smtp_from.as_deref().unwrap_or(DEFAULT_SENDER), options.critical_alert_email.as_deref());
    // What cannot work is refused now, not on the day on which a server is configured too.
    EmailSettings::addresses(from, critical)?;
    let page = options.preferences_url.as_deref().map(EmailSettings::preferences).transpose()?;
    if let Some(url) = &options.smtp_url {
        if options.smtp_from.is_none() {
            tracing::warn!(sender = DEFAULT_SENDER, "SMTP_FROM is not set: mail servers may refuse the default sender");
        }
        let settings = EmailSettings { preferences: page, ..EmailSettings::parse(url, from, critical)? };
        channels = channels.with(Email::new(settings, templates.clone(), Arc::clone(&clock))?);
    }
    let crate::options::Teams { general, finance, operation } = &options.teams;
    let teams = TeamsSettings::parse(general.as_deref(), finance.as_deref(), operation.as_deref())?;
    if teams.is_on() {
        channels = channels.with(Teams::new(teams, templates.clone(), Arc::clone(&clock))?);
    }
    if let Some(subject) = &options.vapid_subject {
        let subject = VapidSubject::parse(subject)?;
        let settings = PushSettings { key: vapid, subject, endpoints: EndpointRules::default() };
        channels = channels.with(Push::new(settings, templates, subscriptions, clock, ids)?);
    }
    Ok(channels)
}
