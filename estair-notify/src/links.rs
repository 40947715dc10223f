//! The links that messages carry: each leads where its reader works (N8).

use estair_core::clock::BusinessDay;
use estair_core::id::{RequestId, SupportId};
use estair_core::notice::Audience;
use url::{Url, form_urlencoded};
use uuid::Uuid;

use crate::config::ConfigError;

const PUBLIC: &str = "PUBLIC_URL";
const FRONT: &str = "FRONT_URL";
const CONSOLE: &str = "CONSOLE_URL";

/// Makes links. A base holds only characters that mean nothing to HTML, JSON or Markdown, so that a link is safe in every
/// channel as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    public: String,
    front: Option<String>,
    console: Option<String>,
}

impl Links {
    /// Links under this public URL, such as `https://estair.example.test`, for everybody: a host that tells its readers apart
    /// adds the front and the console.
    ///
    /// # Errors
    /// When it is not an absolute `http` or `https` URL without user, query and fragment.
    pub fn parse(public_url: &str) -> Result<Self, ConfigError> {
        Ok(Self { public: base(PUBLIC, public_url)?, front: None, console: None })
    }

    /// Agencies have a front end of their own here.
    ///
    /// # Errors
    /// As for the public URL.
    pub fn with_front(self, url: &str) -> Result<Self, ConfigError> {
        Ok(Self { front: Some(base(FRONT, url)?), ..self })
    }

    /// The console is here: staff work in it, and agencies that have no front.
    ///
    /// # Errors
    /// As for the public URL.
    pub fn with_console(self, url: &str) -> Result<Self, ConfigError> {
        Ok(Self { console: Some(base(CONSOLE, url)?), ..self })
    }

    /// A path, as an absolute link under the public URL.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.public)
    }

    /// Where a mailed link signs in: a page of the console, which goes on to another one (A6).
    #[must_use]
    pub fn to_sign_in(&self, secret: &str, next: Option<&str>) -> String {
        let console = self.console.clone().unwrap_or_else(|| self.to("/console"));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("link", secret);
        if let Some(next) = next {
            query.append_pair("next", next);
        }
        format!("{console}/sign-in/link?{}", query.finish())
    }

    /// The front end's start.
    #[must_use]
    pub fn home_path() -> String {
        "/".to_owned()
    }

    /// A financial request in the front end.
    #[must_use]
    pub fn request_path(id: RequestId) -> String {
        format!("/requetes/{id}")
    }

    /// A support request in the front end.
    #[must_use]
    pub fn support_path(id: SupportId) -> String {
        format!("/helpdesk/{id}")
    }

    /// A message in the console, where it is replayed by hand (N5).
    #[must_use]
    pub fn message_path(message: Uuid) -> String {
        format!("/console{}", message_page(message))
    }

    /// The messages that failed, in the console.
    #[must_use]
    pub fn failed_path() -> String {
        format!("/console{FAILED_PAGE}")
    }

    /// The link to a page for a reader in this capacity.
    pub(crate) fn link(&self, audience: Audience, page: Page) -> Link {
        let front = self.front.as_ref().filter(|_| audience == Audience::Client);
        match (front, &self.console) {
            (Some(front), _) => Link::under(front, &page.in_front()),
            (None, Some(console)) => Link::under(console, &page.in_console()),
            // The paths of a front, of which a server that has none makes its own.
            (None, None) => Link { url: self.to(&page.in_front()), path: page.in_front() },
        }
    }
}

/// What a link leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Page {
    Home,
    Request(RequestId),
    Support(SupportId),
    Message(Uuid),
    FailedMessages,
    Report(BusinessDay),
}

const FAILED_PAGE: &str = "/messages?status=failed";

fn message_page(message: Uuid) -> String {
    format!("/messages/{message}")
}

fn report_page(day: BusinessDay) -> String {
    format!("/report?day={day}")
}

impl Page {
    fn in_front(self) -> String {
        match self {
            Self::Home => Links::home_path(),
            Self::Request(id) => Links::request_path(id),
            Self::Support(id) => Links::support_path(id),
            Self::Message(message) => Links::message_path(message),
            Self::FailedMessages => Links::failed_path(),
            Self::Report(day) => format!("/console{}", report_page(day)),
        }
    }

    fn in_console(self) -> String {
        match self {
            Self::Home => String::new(),
            Self::Request(id) => format!("/requests/{id}"),
            Self::Support(id) => format!("/support/{id}"),
            Self::Message(message) => message_page(message),
            Self::FailedMessages => FAILED_PAGE.to_owned(),
            Self::Report(day) => report_page(day),
        }
    }
}

/// A link, whole and as a path on its own site.
pub(crate) struct Link {
    pub(crate) url: String,
    pub(crate) path: String,
}

impl Link {
    fn under(base: &str, page: &str) -> Self {
        let url = format!("{base}{page}");
        let behind_host = base.match_indices('/').nth(2).map_or("", |(at, _)| base.get(at..).unwrap_or_default());
        let path = format!("{behind_host}{page}");
        Self { url, path: if path.is_empty() { "/".to_owned() } else { path } }
    }
}

/// A URL that paths are put behind.
fn base(setting: &'static str, url: &str) -> Result<String, ConfigError> {
    let fail = |problem: &str| ConfigError::new(setting, problem);
    let url = Url::parse(url.trim())
        .map_err(|_| fail("not an absolute URL; give one such as https://estair.example.test"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(fail("must begin with https:// (or http://)"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(fail("must have no user, query or fragment: it is put before the paths of links"));
    }
    let base = url.as_str().trim_end_matches('/').to_owned();
    if base.contains(|c: char| !c.is_ascii_alphanumeric() && !"-._~:/[]%".contains(c)) {
        return Err(fail("has characters that a link in a message should not have"));
    }
    Ok(base)
}
