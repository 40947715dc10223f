//! Who is at the browser, and the tokens that bind forms to their session.

use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use estair_core::actor::{Actor, Origin, Role};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::wording::Lang;
use crate::caller::origin_of;
use crate::people::Called;

/// Bytes that tell the token of one page from another's.
const NONCE: usize = 16;

/// A member of staff, an auditor or a client who is signed in.
#[derive(Clone)]
pub(super) struct Visitor {
    /// On whose behalf commands are decided and pages read.
    pub(super) actor: Actor,
    /// From where they come (W5).
    pub(super) origin: Origin,
    /// What the forms of this page carry.
    pub(super) csrf: String,
    /// The language of the pages.
    pub(super) lang: Lang,
    /// The path and query of the page that is asked for, below the prefix; of a form, the page that it stands on.
    pub(super) path: String,
    /// Is the page the answer to a form?
    pub(super) posted: bool,
    /// The session.
    pub(super) secret: String,
    /// What the visitor is called.
    pub(super) called: Called,
}

impl Visitor {
    /// From a session and the request it came with; `page` is another number for each.
    pub(super) fn new(
        (actor, called): (Actor, Called),
        secret: String,
        page: u128,
        parts: &Parts,
        lang: Lang,
        path: &str,
    ) -> Self {
        let csrf = token_of(&secret, page.to_be_bytes());
        let posted = !parts.method.is_safe();
        Self { actor, origin: origin_of(parts), csrf, lang, path: path.to_owned(), posted, secret, called }
    }

    /// Does a form come from a page of this session?
    pub(super) fn has_sent(&self, token: &str) -> bool {
        is_token_of(&self.secret, token)
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

/// The token of a page: nobody without the cookie's secret can make it, and it does not give the secret away.
///
/// Pages are compressed, and show what was looked for beside their forms: were the token the same on each page, the sizes of
/// pages that somebody else makes the browser load could tell it letter by letter (BREACH). So no two pages have the same.
fn token_of(secret: &str, page: [u8; NONCE]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        // A MAC takes keys of any length; were it not so, no form would be accepted.
        return String::new();
    };
    mac.update(b"estair console form");
    mac.update(&page);
    URL_SAFE_NO_PAD.encode([&page[..], &mac.finalize().into_bytes()].concat())
}

/// Does a form carry the token of some page of this session?
fn is_token_of(secret: &str, given: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(given).unwrap_or_default();
    let Some(page) = bytes.first_chunk::<NONCE>() else { return false };
    given.as_bytes().ct_eq(token_of(secret, *page).as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_token_belongs_to_one_session_and_one_page() {
        let (one, other) = (token_of("one", [1; NONCE]), token_of("one", [2; NONCE]));
        assert_ne!(one.get(22..), other.get(22..), "nothing of it stays");
        assert!(is_token_of("one", &one) && is_token_of("one", &other));
        let with_another_page = format!("{}{}", other.get(..22).unwrap(), one.get(22..).unwrap());
        for bad in ["", "one", one.get(..40).unwrap(), &token_of("two", [1; NONCE]), &with_another_page] {
            assert!(!is_token_of("one", bad), "{bad}");
        }
    }
}
