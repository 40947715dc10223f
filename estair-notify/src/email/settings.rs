//! What the channel is told: the server, the sender, the address for critical alerts.

use std::fmt;
use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use url::Url;

use crate::config::{ConfigError, is_loopback};

const URL: &str = "SMTP_URL";
const PREFERENCES: &str = "NOTIFICATION_PREFERENCES_URL";
/// Longest wait for one answer of the server.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Everything the channel needs.
#[derive(Clone, Debug)]
pub struct EmailSettings {
    /// The server.
    pub smtp: Smtp,
    /// From whom.
    pub from: Mailbox,
    /// Who gets critical alerts; without it they are skipped.
    pub critical: Option<Address>,
    /// Where people choose what they are told: mail that they may switch off names it (`List-Unsubscribe`).
    pub preferences: Option<Url>,
}

impl EmailSettings {
    /// From `SMTP_URL`, `SMTP_FROM` and `CRITICAL_ALERT_EMAIL`.
    ///
    /// # Errors
    /// When one of them cannot work.
    pub fn parse(smtp_url: &str, from: &str, critical: Option<&str>) -> Result<Self, ConfigError> {
        let (from, critical) = Self::addresses(from, critical)?;
        Ok(Self { smtp: Smtp::from_url(smtp_url)?, from, critical, preferences: None })
    }

    /// The addresses alone: what is wrong with them is said also where there is no server yet.
    ///
    /// # Errors
    /// When one of them cannot work.
    pub fn addresses(from: &str, critical: Option<&str>) -> Result<(Mailbox, Option<Address>), ConfigError> {
        let from = from.trim().parse().map_err(|_| {
            ConfigError::new("SMTP_FROM", "not a sender; give one such as ESTAIR <estair@example.test>")
        })?;
        let address = |text: &str| {
            let fail = |_| ConfigError::new("CRITICAL_ALERT_EMAIL", "not one e-mail address");
            text.trim().parse::<Address>().map_err(fail)
        };
        Ok((from, critical.map(address).transpose()?))
    }

    /// The page on which people choose what they are told.
    ///
    /// # Errors
    /// When it is no absolute `http` or `https` URL.
    pub fn preferences(page: &str) -> Result<Url, ConfigError> {
        let url = Url::parse(page.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        url.ok_or_else(|| {
            ConfigError::new(PREFERENCES, "not a URL; give a page such as https://example.test/preferences")
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// TLS from the first byte.
    Tls,
    /// Plain, then TLS or nothing.
    StartTls,
    /// No TLS.
    Plain,
}

/// A mail server. Its credentials are never shown.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    timeout: Duration,
    roots: Vec<Certificate>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("credentials", &self.credentials.as_ref().map(|_| "…"))
            .finish_non_exhaustive()
    }
}

impl Smtp {
    /// From a URL: `smtps://user:password@host` (TLS, port 465), `smtp://user:password@host?tls=required` (STARTTLS, port
    /// 587), `smtp://127.0.0.1:2525` (no TLS, port 25 by default). User and password are percent-encoded.
    ///
    /// # Errors
    /// When it has another form, or would send a password in clear to another machine.
    pub fn from_url(url: &str) -> Result<Self, ConfigError> {
        let fail = |problem: &str| ConfigError::new(URL, problem);
        let url = Url::parse(url.trim()).map_err(|_| {
            fail("not a URL; give smtps://user:password@host, smtp://host?tls=required or smtp://127.0.0.1:2525")
        })?;
        let security = security(&url)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| fail("names no host"))?.to_owned();
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(fail("has something after the host; percent-encode / ? # @ : in user and password"));
        }
        let credentials = credentials(&url)?;
        if credentials.is_some() && security == Security::Plain && !is_loopback(&host) {
            return Err(fail("would send the password in clear; use smtps://… or add ?tls=required"));
        }
        let usual = match security {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::Plain => 25,
        };
        let port = url.port().unwrap_or(usual);
        Ok(Self { host, port, security, credentials, timeout: TIMEOUT, roots: Vec::new() })
    }

    /// Waits no longer than this for one answer of the server, and three times as long for all of them; 10 s by default.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Also trusts this authority, given in PEM: a company's own.
    ///
    /// # Errors
    /// When it is no certificate.
    pub fn with_root_certificate(mut self, pem: &[u8]) -> Result<Self, ConfigError> {
        let certificate = Certificate::from_pem(pem);
        self.roots.push(certificate.map_err(|_| ConfigError::new(URL, "the root certificate is not PEM"))?);
        Ok(self)
    }

    /// Longest time for one mail.
    pub(super) fn deadline(&self) -> Duration {
        self.timeout.saturating_mul(3)
    }

    pub(super) fn builder(self) -> Result<AsyncSmtpTransportBuilder, ConfigError> {
        let tls = match self.security {
            Security::Plain => Tls::None,
            Security::StartTls => Tls::Required(self.tls()?),
            Security::Tls => Tls::Wrapper(self.tls()?),
        };
        // "Dangerous" is a builder without TLS: the line after gives it.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(self.host)
            .port(self.port)
            .tls(tls)
            .timeout(Some(self.timeout));
        Ok(match self.credentials {
            Some(credentials) => builder.credentials(credentials),
            None => builder,
        })
    }

    fn tls(&self) -> Result<TlsParameters, ConfigError> {
        let host = self.host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let parameters = TlsParameters::builder(host);
        let parameters = self.roots.iter().cloned().fold(parameters, |all, root| all.add_root_certificate(root));
        parameters.build_rustls().map_err(|error| ConfigError::new(URL, format!("TLS cannot be set up: {error}")))
    }
}

fn security(url: &Url) -> Result<Security, ConfigError> {
    let fail = |problem: &str| ConfigError::new(URL, problem);
    let mut required = false;
    for (key, value) in url.query_pairs() {
        match (key.as_ref(), value.as_ref()) {
            ("tls", "required") => required = true,
            ("tls", "opportunistic") => {
                return Err(fail("tls=opportunistic can be stripped on the way; use tls=required"));
            }
            _ => return Err(fail("knows no other parameter than tls=required")),
        }
    }
    match (url.scheme(), required) {
        ("smtps", false) => Ok(Security::Tls),
        ("smtps", true) => Err(fail("smtps:// is TLS from the start; tls=required goes with smtp://")),
        ("smtp", true) => Ok(Security::StartTls),
        ("smtp", false) => Ok(Security::Plain),
        _ => Err(fail("must begin with smtps:// or smtp://")),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, ConfigError> {
    let fail = |problem: &str| ConfigError::new(URL, problem);
    let (user, password) = (url.username(), url.password());
    if user.is_empty() && password.is_none() {
        return Ok(None);
    }
    let decode = |text: &str| {
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
        decoded.map(String::from).map_err(|_| fail("user or password is not UTF-8 once decoded"))
    };
    let password =
        password.filter(|password| !password.is_empty()).ok_or_else(|| fail("has a user but no password"))?;
    if user.is_empty() {
        return Err(fail("has a password but no user"));
    }
    Ok(Some(Credentials::new(decode(user)?, decode(password)?)))
}
