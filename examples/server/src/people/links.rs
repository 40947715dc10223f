//! Links that are mailed to people to sign in with (A6): kept as hashes, sent at once and not through the queue of notifications,
//! whose rows anybody who reads the database could sign in with.

use std::sync::Arc;
use std::time::Duration as Wait;

use async_trait::async_trait;
use chrono::Duration;
use estair_core::actor::Role;
use estair_core::hash::Hash;
use estair_core::queue::AttemptOutcome;
use estair_core::store::StoreError;
use estair_http::host::{LinkAsked, SignInLinks};
use estair_notify::email::Email;
use estair_notify::{Language, SignInLink};
use estair_sqlx::{NewSignInLink, SessionByLink, User};

use super::{People, SESSION_HOURS, after};
use crate::secrets::token;

/// How long a link is good.
const MINUTES: u32 = 15;

/// Most people of one address who get a link each.
const MAX_PEOPLE: usize = 5;

/// What is waited before a mail server that did not take a link is asked again; after that it is given up: somebody waits before a
/// screen, and asks again.
const WAITS: [Wait; 3] = [Wait::from_secs(5), Wait::from_secs(30), Wait::from_secs(120)];

/// Mails links to the server's people.
pub struct MailedLinks {
    people: Arc<People>,
    mail: Arc<Email>,
    /// Where everything goes on a trial system (N12).
    redirect: Option<String>,
}

impl MailedLinks {
    /// By this mail server; on a trial system to the one address that gets everything there.
    #[must_use]
    pub fn new(people: Arc<People>, mail: Arc<Email>, redirect: Option<String>) -> Self {
        Self { people, mail, redirect }
    }

    async fn mail_to(&self, user: &User, asked: &LinkAsked, is_one_of_several: bool) -> Result<(), StoreError> {
        let Some(address) = &user.email else { return Ok(()) };
        let (secret, at) = (token(self.people.ids.as_ref()), self.people.clock.now());
        let expires_at = after(at, Duration::minutes(MINUTES.into()));
        let link = NewSignInLink { secret: Hash::of(&secret), user: user.id, at, expires_at };
        self.people.users.create_sign_in_link(&link).await?;
        let language = if asked.language == "en" { Language::English } else { Language::French };
        let name = if is_one_of_several { told_apart(user, language) } else { user.name.clone() };
        let next = asked.next.clone();
        self.deliver(user, address, &SignInLink { name, secret, next, minutes: MINUTES, language }).await;
        Ok(())
    }

    async fn deliver(&self, user: &User, address: &str, link: &SignInLink) {
        let to = self.redirect.as_deref().unwrap_or(address);
        let meant = self.redirect.as_ref().map(|_| address);
        let mut waits = WAITS.into_iter();
        loop {
            let report = self.mail.send_sign_in_link(to, link, meant).await;
            let (outcome, error) = (report.outcome.name(), report.error.as_deref());
            tracing::info!(user = user.id.0, outcome, error, "a link to sign in was mailed");
            match (report.outcome, waits.next()) {
                (AttemptOutcome::Retry, Some(wait)) => tokio::time::sleep(wait).await,
                _ => return,
            }
        }
    }
}

/// What somebody is called who shares an address: often it is one person in two roles, under one name.
fn told_apart(user: &User, language: Language) -> String {
    let (name, role) = (&user.name, user.membership.role());
    let word = if language == Language::English { "account" } else { "compte" };
    match user.membership.account() {
        Some(account) => format!("{name} ({role}, {word} {account})"),
        None => format!("{name} ({role})"),
    }
}

/// A service signs in nowhere: its tokens are for programs.
fn signs_in(user: &User) -> bool {
    user.membership.role() != Role::Service && user.actor().is_some()
}

#[async_trait]
impl SignInLinks for MailedLinks {
    async fn mail(&self, asked: LinkAsked) -> Result<(), StoreError> {
        let mut users = self.people.users.users_of_email(&asked.email).await?;
        users.retain(signs_in);
        for user in users.iter().take(MAX_PEOPLE) {
            self.mail_to(user, &asked, users.len() > 1).await?;
        }
        Ok(())
    }

    async fn sign_in(&self, link: &str) -> Result<Option<String>, StoreError> {
        let (at, secret) = (self.people.clock.now(), token(self.people.ids.as_ref()));
        let expires_at = after(at, Duration::hours(SESSION_HOURS));
        let session = SessionByLink { link: Hash::of(link), secret: Hash::of(&secret), at, expires_at };
        Ok(self.people.users.open_session_by_link(&session).await?.map(|_| secret))
    }
}

#[cfg(test)]
mod tests {
    use estair_core::actor::ClientKind;
    use estair_core::id::{AccountId, UserId};
    use estair_core::membership::Membership;

    use super::*;

    // rule: A6
    #[test]
    fn a6_who_shares_an_address_is_called_by_role_and_account_too() {
        let user = |membership| User {
            id: UserId(1),
            membership,
            name: "Awa Diop".to_owned(),
            email: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
            last_used_at: None,
            disabled_at: None,
        };
        let client = Membership::new(Role::Client, Some(AccountId(2)), Some(ClientKind::Agent)).unwrap();
        assert_eq!(told_apart(&user(client), Language::French), "Awa Diop (client, compte 2)");
        assert_eq!(told_apart(&user(client), Language::English), "Awa Diop (client, account 2)");
        assert_eq!(told_apart(&user(Membership::Staff(Role::Admin)), Language::French), "Awa Diop (admin)");
    }
}
