//! What the mail with a link that signs in says (A6).

use std::fmt;

/// The languages of the texts that a person asks for in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// French.
    French,
    /// English.
    English,
}

/// A link that signs in (A6), for a mail. Its secret is in no `Debug`.
#[derive(Clone)]
pub struct SignInLink {
    /// What whoever is signed in by it is called.
    pub name: String,
    /// What opens the session.
    pub secret: String,
    /// The page of the console that it leads to afterwards.
    pub next: Option<String>,
    /// How long it is good.
    pub minutes: u32,
    /// In which language the mail is written.
    pub language: Language,
}

impl fmt::Debug for SignInLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignInLink").field("name", &self.name).finish_non_exhaustive()
    }
}
