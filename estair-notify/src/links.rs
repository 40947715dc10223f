//! The links that messages carry: paths of the front end and the console under the public URL.

use estair_core::id::{RequestId, SupportId};
use url::Url;
use uuid::Uuid;

use crate::config::ConfigError;

const SETTING: &str = "PUBLIC_URL";

/// Makes links. The base holds only characters that mean nothing to HTML, JSON or Markdown, so that a link is safe in
/// every channel as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    base: String,
}

impl Links {
    /// Links under this public URL, such as `https://estair.example.test`.
    ///
    /// # Errors
    /// When it is not an absolute `http` or `https` URL without user, query and fragment.
    pub fn parse(public_url: &str) -> Result<Self, ConfigError> {
        let fail = |problem: &str| ConfigError::new(SETTING, problem);
        let url = Url::parse(public_url.trim())
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
        Ok(Self { base })
    }

    /// A path, as an absolute link.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.base)
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
        format!("/console/messages/{message}")
    }

    /// The messages that failed, in the console.
    #[must_use]
    pub fn failed_path() -> String {
        "/console/messages?status=failed".to_owned()
    }
}
