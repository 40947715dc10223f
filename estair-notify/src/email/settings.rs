//! What the channel is told: the server, the sender, the address for critical alerts.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use estair_core::options;
use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::TlsConnector;
use url::Url;

use crate::config::{ConfigError, is_domain, is_loopback};
use crate::email::address::as_sent;
use crate::email::session::{Encryption, Limits, Server, Tls};
use crate::email::stream::Tcp;
use crate::tls;

const URL: &str = "SMTP_URL";
const FROM: &str = "SMTP_FROM";
const CRITICAL: &str = "CRITICAL_ALERT_EMAIL";
const HELLO: &str = "SMTP_HELLO";
const PREFERENCES: &str = "NOTIFICATION_PREFERENCES_URL";

options! {
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
}

impl EmailSettings {
    /// By this server, from this sender; nobody gets critical alerts.
    #[must_use]
    pub fn new(smtp: Smtp, from: Mailbox) -> Self {
        Self { smtp, from, critical: None, preferences: None }
    }

    /// From `SMTP_URL`, `SMTP_FROM` and `CRITICAL_ALERT_EMAIL`.
    ///
    /// # Errors
    /// When one of them cannot work.
    pub fn parse(smtp_url: &str, from: &str, critical: Option<&str>) -> Result<Self, ConfigError> {
        let (from, critical) = Self::addresses(from, critical)?;
        Ok(Self::new(Smtp::from_url(smtp_url)?, from).critical(critical))
    }

    /// The addresses alone: what is wrong with them is said also where there is no server yet.
    ///
    /// # Errors
    /// When one of them cannot work.
    pub fn addresses(from: &str, critical: Option<&str>) -> Result<(Mailbox, Option<Address>), ConfigError> {
        let critical = critical.map(|text| as_sent(text.trim()));
        let critical = critical.transpose().map_err(|_| ConfigError::new(CRITICAL, "not one e-mail address"))?;
        let fail = || ConfigError::new(FROM, "not a sender; give one such as ESTAIR <estair@example.test>");
        let Mailbox { name, email } = from.trim().parse().map_err(|_| fail())?;
        let email = as_sent(email.as_ref()).map_err(|_| fail())?;
        Ok((Mailbox { name, email }, critical))
    }

    /// The page on which people choose what they are told.
    ///
    /// # Errors
    /// When it is no absolute `http` or `https` URL.
    pub fn preferences_page(page: &str) -> Result<Url, ConfigError> {
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
    hello: ClientId,
    limits: Limits,
    roots: Vec<CertificateDer<'static>>,
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
        let host = host(&url)?;
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
        let (hello, limits) = (own_name(), Limits::default());
        Ok(Self { host, port, security, credentials, hello, limits, roots: Vec::new() })
    }

    /// Waits no longer than this for the answer to one command, and three times as long for all that comes before the
    /// mail itself; 30 s by default and at most. Until then the server has nothing of the mail: giving up early costs no
    /// more than another attempt.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.limits.command = timeout.min(Limits::default().command);
        self
    }

    /// Waits no longer than this for the answer to the mail itself; 10 minutes by default and at most (RFC 5321,
    /// 4.5.3.2.6). A server that answers later may have taken the mail, which is sent again all the same.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.limits.mail = patience.min(Limits::default().mail);
        self
    }

    /// The name to greet with (EHLO): a domain such as `estair.example.test`, or an address as `[192.0.2.1]`. By default
    /// this machine's name, or the loopback address where it has none that can be said.
    ///
    /// # Errors
    /// When it is neither.
    pub fn with_hello(self, name: &str) -> Result<Self, ConfigError> {
        let fail = || ConfigError::new(HELLO, "not a name to greet with; give one such as estair.example.test");
        Ok(Self { hello: client_id(name.trim()).ok_or_else(fail)?, ..self })
    }

    /// Also trusts this authority, given in PEM: a company's own.
    ///
    /// # Errors
    /// When it is no certificate.
    pub fn with_root_certificate(mut self, pem: &[u8]) -> Result<Self, ConfigError> {
        let fail = || ConfigError::new(URL, "the root certificate is not PEM");
        let roots = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().map_err(|_| fail())?;
        if roots.is_empty() {
            return Err(fail());
        }
        self.roots.extend(roots);
        Ok(self)
    }

    /// The server, ready to be spoken to.
    pub(super) fn server(self) -> Result<Server, ConfigError> {
        let Self { host, port, security, credentials, hello, limits, roots } = self;
        let encryption = match security {
            Security::Plain => Encryption::None,
            Security::StartTls => Encryption::StartTls(tls_for(&host, roots)?),
            Security::Tls => Encryption::Tls(tls_for(&host, roots)?),
        };
        Ok(Server { dial: Box::new(Tcp { host, port }), encryption, hello, credentials, limits })
    }
}

fn tls_for(host: &str, roots: Vec<CertificateDer<'static>>) -> Result<Tls, ConfigError> {
    let fail = |_| ConfigError::new(URL, "the host is no name that a certificate can be for");
    let name = ServerName::try_from(host.to_owned()).map_err(fail)?;
    Ok(Tls { connector: TlsConnector::from(Arc::new(tls::client(URL, roots)?)), name })
}

/// This machine's name where it can be said, or else the loopback address (RFC 5321, 4.1.4).
fn own_name() -> ClientId {
    let own = ClientId::default().to_string();
    client_id(&own).unwrap_or(ClientId::Ipv4(Ipv4Addr::LOCALHOST))
}

/// A domain, or an address in brackets.
fn client_id(name: &str) -> Option<ClientId> {
    if let Some(address) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let v6 = address.strip_prefix("IPv6:").map(|v6| v6.parse::<Ipv6Addr>().ok().map(ClientId::Ipv6));
        return v6.unwrap_or_else(|| address.parse().ok().map(ClientId::Ipv4));
    }
    is_domain(name).then(|| ClientId::Domain(name.to_owned()))
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

/// The host as it is looked up: without brackets, in ASCII.
fn host(url: &Url) -> Result<String, ConfigError> {
    let fail = |problem: &str| ConfigError::new(URL, problem);
    let given = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| fail("names no host"))?;
    let host = percent_encoding::percent_decode_str(given).decode_utf8().map_err(|_| fail("names no host"))?;
    if host.is_ascii() {
        return Ok(host.trim_start_matches('[').trim_end_matches(']').to_owned());
    }
    idna::domain_to_ascii_strict(&host).map_err(|_| fail("the host has letters that no domain has"))
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
