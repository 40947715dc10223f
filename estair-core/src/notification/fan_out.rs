//! From a fact to people: one notification for each notice, audience, channel and recipient (N1, N2).

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::fact::Fact;
use crate::id::{AccountId, FactId, UserId};
use crate::notice::{Audience, Channel, Notice};
use crate::notification::{NewNotification, Notification, QuietHours};
use crate::queue::Report;
use crate::row::Row;
use crate::store::StoreError;

/// A person who may be told something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Who, where the host knows.
    pub user: Option<UserId>,
    /// The address on the channel.
    pub address: String,
    /// Set when the recipient has chosen not to get this.
    pub opted_out: bool,
}

/// Who is behind an audience: the host knows (its users, their addresses, their devices, their choices).
#[async_trait]
pub trait Directory: Send + Sync {
    /// The recipients of a notice by a channel; for clients, those of the account. For Teams and for the critical
    /// address, one recipient with an empty address stands for what the channel knows itself.
    async fn recipients(
        &self,
        audience: Audience,
        channel: Channel,
        notice: Notice,
        account: Option<AccountId>,
    ) -> Result<Vec<Recipient>, StoreError>;
}

/// Delivers messages by one channel or several.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Is the channel configured? Notifications by one that is not are recorded as skipped.
    fn is_on(&self, channel: Channel) -> bool;

    /// Tries once to deliver, and reports. It never waits longer than its own timeout.
    async fn send(&self, job: u64, notification: &Notification) -> Report;
}

/// The details of a fact, with the numbers of what it is about: everything a template may use.
#[must_use]
pub fn params_of(fact: &Row<FactId, Fact>) -> Map<String, Value> {
    let mut params = fact.data.data.clone();
    let mut put = |key: &str, number: Option<u64>| {
        if let Some(number) = number {
            params.insert(key.to_owned(), number.into());
        }
    };
    put("account_id", fact.account.known().map(|id| id.0));
    put("requete_id", fact.request.and_then(|link| link.known()).map(|id| id.0));
    put("helpdesk_id", fact.support.and_then(|link| link.known()).map(|id| id.0));
    put("mouvement_id", fact.movement.and_then(|link| link.known()).map(|id| id.0));
    params.insert("at".to_owned(), crate::clock::rfc3339(fact.at).into());
    params
}

/// Fans a fact out: for each notice, audience, channel and recipient one notification. A channel that is off, or a recipient
/// who opted out of what may be opted out of, gets one that is skipped, and so does a route on which nobody is found: silence
/// is never the only trace (N3, N7). Who has no device is no miss where another channel took the notice. What is of low
/// priority is not due before the quiet hours end.
///
/// # Errors
/// When the directory has no answer.
pub async fn fan_out(
    fact: &Row<FactId, Fact>,
    directory: &dyn Directory,
    notifier: &dyn Notifier,
    quiet: Option<QuietHours>,
    now: Timestamp,
) -> Result<Vec<NewNotification>, StoreError> {
    let mut notifications = Vec::new();
    let account = fact.account.known();
    for notice in &fact.notices {
        let not_before = quiet.map_or(now, |quiet| quiet.next_allowed(now, notice.rule().priority));
        let (mut missed, mut reached) = (Vec::new(), BTreeSet::new());
        for (audience, channel) in notice.routes() {
            let new = |recipient: String, skip: Option<String>| {
                let (fact, notice, params) = (Some(fact.id), *notice, params_of(fact));
                let notification = Notification { fact, notice, audience, channel, recipient, params };
                NewNotification { notification, not_before, skip, at: now }
            };
            let recipients = directory.recipients(audience, channel, *notice, account).await?;
            if recipients.is_empty() {
                let why = if notifier.is_on(channel) { nobody(audience, channel) } else { NOT_CONFIGURED.to_owned() };
                missed.push((audience, channel, new(String::new(), Some(why))));
            }
            for recipient in recipients {
                let skip = skipped(notifier.is_on(channel), recipient.opted_out && notice.may_opt_out());
                if skip.is_none() {
                    reached.insert(audience);
                }
                notifications.push(new(recipient.address, skip));
            }
        }
        let is_miss = |audience, channel| channel != Channel::Push || !reached.contains(&audience);
        notifications.extend(
            missed.into_iter().filter(|(audience, channel, _)| is_miss(*audience, *channel)).map(|(.., new)| new),
        );
    }
    Ok(notifications)
}

/// Why nothing is sent by a channel that the host has not configured.
pub(crate) const NOT_CONFIGURED: &str = "channel not configured";

fn skipped(is_on: bool, opted_out: bool) -> Option<String> {
    match (is_on, opted_out) {
        (false, _) => Some(NOT_CONFIGURED.to_owned()),
        (true, true) => Some("recipient opted out".to_owned()),
        (true, false) => None,
    }
}

/// Why nobody is told on a route (N7).
fn nobody(audience: Audience, channel: Channel) -> String {
    match (audience, channel) {
        (Audience::Client, Channel::Email) => "the account has no e-mail address".to_owned(),
        (_, Channel::Email) => format!("nobody of {audience} has an e-mail address"),
        (_, Channel::Push) => format!("nobody of {audience} has a device"),
        (_, Channel::Teams) => format!("{audience} has no channel of Teams"),
    }
}
