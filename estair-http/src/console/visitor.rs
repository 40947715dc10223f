//! Who is at the browser, and the token that binds a form to its session.

use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use estair_core::actor::{Actor, Origin, Role};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::wording::Lang;
use crate::caller::origin_of;
use crate::people::Called;

/// A member of staff, an auditor or a client who is signed in.
#[derive(Clone)]
pub(super) struct Visitor {
    /// On whose behalf commands are decided and pages read.
    pub(super) actor: Actor,
    /// From where they come (W5).
    pub(super) origin: Origin,
    /// What every form of this session carries.
    pub(super) csrf: String,
    /// The language of the pages.
    pub(super) lang: Lang,
    /// The path and query that are asked for, below the prefix.
    pub(super) path: String,
    /// The session.
    pub(super) secret: String,
    /// What the visitor is called.
    pub(super) called: Called,
}

impl Visitor {
    /// From a session and the request it came with.
    pub(super) fn new(actor: Actor, called: Called, secret: String, parts: &Parts, lang: Lang, path: &str) -> Self {
        Self { actor, origin: origin_of(parts), csrf: token_of(&secret), lang, path: path.to_owned(), secret, called }
    }

    /// Somebody of an agency: another set of pages is theirs.
    pub(super) fn is_client(&self) -> bool {
        self.actor.role() == Role::Client
    }
}

/// Who has pages in a console: staff, auditors, and the clients of a book.
pub(super) fn has_pages(role: Role, apart: bool) -> bool {
    role.reads_as_staff() || (role == Role::Client && !apart)
}

/// The token bound to a session: nobody without the cookie's secret can make it, and it does not give the secret away.
fn token_of(secret: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        // A MAC takes keys of any length; were it not so, no form would be accepted.
        return String::new();
    };
    mac.update(b"estair console form");
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_token_belongs_to_one_session() {
        assert_ne!(token_of("one"), token_of("two"));
        assert_eq!(token_of("one"), token_of("one"));
        assert!(!token_of("one").contains("one"));
    }
}
