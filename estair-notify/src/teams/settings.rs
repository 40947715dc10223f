//! What the channel is told: one webhook for each channel of Teams.

use std::fmt;

use estair_core::options;
use url::Url;

use crate::config::{ConfigError, is_loopback};

pub(super) const GENERAL: &str = "TEAMS_WEBHOOK_URL";
const FINANCE: &str = "TEAMS_FINANCE_CHANNEL_URL";
const OPERATION: &str = "TEAMS_OPERATION_CHANNEL_URL";

const RETIRED: &str = "this is an Office 365 connector, which Microsoft stopped in May 2026; in Teams, open the channel's \
    Workflows, choose \"Send webhook alerts to a channel\", let \"Anyone\" trigger it, and configure the URL it gives";

options! {
    /// The webhooks. An audience without its own uses the general one; without any, the channel is off.
    #[derive(Clone, Debug, Default)]
    pub struct TeamsSettings {
        /// For critical alerts, and for audiences without their own.
        pub general: Option<WebhookUrl>,
        /// For finance.
        pub finance: Option<WebhookUrl>,
        /// For operation.
        pub operation: Option<WebhookUrl>,
    }
}

impl TeamsSettings {
    /// From `TEAMS_WEBHOOK_URL`, `TEAMS_FINANCE_CHANNEL_URL` and `TEAMS_OPERATION_CHANNEL_URL`.
    ///
    /// # Errors
    /// When one of them cannot work.
    pub fn parse(general: Option<&str>, finance: Option<&str>, operation: Option<&str>) -> Result<Self, ConfigError> {
        let read = |setting, url: Option<&str>| url.map(|url| WebhookUrl::parse(setting, url)).transpose();
        Ok(Self {
            general: read(GENERAL, general)?,
            finance: read(FINANCE, finance)?,
            operation: read(OPERATION, operation)?,
        })
    }

    /// Is there any webhook?
    #[must_use]
    pub fn is_on(&self) -> bool {
        [&self.general, &self.finance, &self.operation].into_iter().any(Option::is_some)
    }
}

/// The URL of a Workflows webhook: a secret, shown as its host alone.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl(Url);

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookUrl(https://{}/…)", self.0.host_str().unwrap_or_default())
    }
}

impl WebhookUrl {
    /// Reads the value of a setting.
    ///
    /// # Errors
    /// When it is no https URL (http is for a loopback address only), or an Office 365 connector of old.
    pub fn parse(setting: &'static str, url: &str) -> Result<Self, ConfigError> {
        let fail = |problem: &str| ConfigError::new(setting, problem);
        let url = Url::parse(url.trim()).map_err(|_| fail("not a URL; copy the one that the Workflows flow shows"))?;
        let host = url.host_str().unwrap_or_default();
        if is_retired(host) {
            return Err(fail(RETIRED));
        }
        if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(host)) {
            return Err(fail("must begin with https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(fail("must hold no user or password; copy the URL that the Workflows flow shows"));
        }
        Ok(Self(url))
    }

    pub(super) const fn url(&self) -> &Url {
        &self.0
    }
}

fn is_retired(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    matches!(host.as_str(), "outlook.office.com" | "outlook.office365.com" | "webhook.office.com")
        || host.ends_with(".webhook.office.com")
}
