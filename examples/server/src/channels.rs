//! The channels of notifications that the options configure; the others are off.

use std::sync::Arc;

use estair_core::clock::{Clock, IdSource};
use estair_core::notify::Subscriptions;
use estair_notify::email::{Email, EmailSettings};
use estair_notify::push::{EndpointRules, Push, PushSettings, VapidKey, VapidSubject};
use estair_notify::teams::{Teams, TeamsSettings};
use estair_notify::{Channels, ConfigError, Templates};

use crate::options::Options;

/// Whose name mail carries when `SMTP_FROM` says nothing.
const DEFAULT_SENDER: &str = "ESTAIR <estair@localhost>";

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
    if let Some(url) = &options.smtp_url {
        if options.smtp_from.is_none() {
            tracing::warn!(sender = DEFAULT_SENDER, "SMTP_FROM is not set: mail servers may refuse the default sender");
        }
        let from = options.smtp_from.as_deref().unwrap_or(DEFAULT_SENDER);
        let settings = EmailSettings::parse(url, from, options.critical_alert_email.as_deref())?;
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
