//! From a fact to people: one notification for each notice, audience, channel and recipient (N1, N2).

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde_json::{Map, Value, json};

use crate::clock::{Timestamp, rfc3339};
use crate::comment;
use crate::fact::FactKind;
use crate::id::{AccountId, FactId, UserId};
use crate::notice::{Audience, Channel, DESK, Notice};
use crate::notification::{NewNotification, Notification, PendingFact};
use crate::queue::Report;
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

    /// The channels of the host's own, beside those of the matrix: each notice that goes to an audience goes to those of it
    /// for whom the [`Directory`] has an address there.
    fn own_channels(&self) -> Vec<Channel> {
        Vec::new()
    }

    /// Tries once to deliver, and reports. It never waits longer than its own timeout.
    async fn send(&self, job: u64, notification: &Notification) -> Report;
}

/// Everything that a template may use of a fact: what it says itself, and what the rows it is about say now.
#[must_use]
pub fn params_of(pending: &PendingFact) -> Map<String, Value> {
    let PendingFact { fact, account, request, support, movement, comment } = pending;
    let mut params = Map::new();
    let mut put = |key: &str, value: Value| params.insert(key.to_owned(), value);
    put("account_id", json!(account.id));
    put("client", json!(account.name));
    put("client_email", json!(account.email));
    put("currency", json!(account.currency()));
    if let Some(movement) = movement {
        put("mouvement_id", json!(movement.id));
        put("uuid", json!(movement.uuid));
        put("name", json!(movement.name));
        put("type", json!(movement.kind));
        put("source", json!(movement.source));
        put("reference", json!(movement.reference));
        put("amount", json!(movement.amount.magnitude().to_string()));
        put("total_operation", json!(movement.amount.to_string()));
        put("message_uuid", json!(movement.message_uuid));
        put("balance", json!(movement.posted.map(|posted| posted.balance_after.to_string())));
    }
    if let Some(support) = support {
        put("helpdesk_id", json!(support.id));
        put("uuid", json!(support.uuid));
        put("name", json!(support.name));
        put("subject", json!(support.subject));
    }
    if let Some(request) = request {
        put("requete_id", json!(request.id));
        put("uuid", json!(request.uuid));
        put("name", json!(request.name));
        put("category", json!(request.category));
        put("amount", json!(request.amount.to_string()));
        put("expiry_date", json!(request.expiry_date.map(rfc3339)));
        if request.message_uuid.is_some() {
            put("message_uuid", json!(request.message_uuid));
        }
    }
    if let Some(comment) = comment {
        put("body", json!(comment.body));
    }
    let own = fact.data.data.iter().filter(|(key, _)| ![comment::HASH, comment::UUID].contains(&key.as_str()));
    params.extend(own.map(|(key, value)| (key.clone(), value.clone())));
    if fact.kind == FactKind::AccountChanged {
        // Why an account was suspended stays staff's (A2).
        params.remove("reason");
    }
    params.insert("at".to_owned(), rfc3339(fact.at).into());
    params
}

/// Fans a fact out: for each notice, audience, channel and recipient one notification. A channel that is off, or a recipient
/// who opted out of what may be opted out of, gets one that is skipped, and so does a route on which nobody is found: silence
/// is never the only trace (N3, N7). Who has no device is no miss where another channel took the notice, and nobody has to be
/// on a host's own channel.
///
/// # Errors
/// When the directory has no answer.
pub async fn fan_out(
    pending: &PendingFact,
    directory: &dyn Directory,
    notifier: &dyn Notifier,
    now: Timestamp,
) -> Result<Vec<NewNotification>, StoreError> {
    let mut notifications = Vec::new();
    let PendingFact { fact, account, .. } = pending;
    let params = params_of(pending);
    let desk = fact.data.data.get(DESK).and_then(Value::as_str);
    for notice in fact.notices.iter().copied() {
        let told = Told { notice, fact: Some(fact.id), account: Some(account.id), desk, params: &params };
        notifications.extend(tell(&told, directory, notifier, now).await?);
    }
    Ok(notifications)
}

/// Something that is told, before it is known to whom.
pub(crate) struct Told<'a> {
    pub(crate) notice: Notice,
    /// The fact that is told of, where there is one.
    pub(crate) fact: Option<FactId>,
    /// The account that it is about.
    pub(crate) account: Option<AccountId>,
    /// The one desk that is told, of a notice that asks for one.
    pub(crate) desk: Option<&'a str>,
    pub(crate) params: &'a Map<String, Value>,
}

/// Tells one notice to everybody whom it goes to.
pub(crate) async fn tell(
    told: &Told<'_>,
    directory: &dyn Directory,
    notifier: &dyn Notifier,
    now: Timestamp,
) -> Result<Vec<NewNotification>, StoreError> {
    let Told { notice, fact, account, desk, params } = *told;
    // Met from here on: lists by status look through them too.
    let own: Vec<_> = notifier.own_channels().into_iter().filter_map(|own| Channel::stored(own.name())).collect();
    let mut notifications = Vec::new();
    let (mut missed, mut reached) = (Vec::new(), BTreeSet::new());
    for (audience, channel) in routes(notice, desk, &own) {
        let new = |user: Option<UserId>, recipient: String, skip: Option<String>| {
            let params = params.clone();
            let notification = Notification { fact, notice, audience, channel, user, recipient, params };
            NewNotification { notification, not_before: now, skip, at: now }
        };
        let recipients = directory.recipients(audience, channel, notice, account).await?;
        if recipients.is_empty() {
            let why = if notifier.is_on(channel) { nobody(audience, channel) } else { NOT_CONFIGURED.to_owned() };
            missed.push((audience, channel, new(None, String::new(), Some(why))));
        }
        for recipient in recipients {
            let skip = skipped(notifier.is_on(channel), recipient.opted_out && notice.may_opt_out());
            if skip.is_none() {
                reached.insert(audience);
            }
            notifications.push(new(recipient.user, recipient.address, skip));
        }
    }
    let is_miss = |(audience, channel, _): &(Audience, Channel, _)| channel.misses(reached.contains(audience));
    notifications.extend(missed.into_iter().filter(is_miss).map(|(.., new)| new));
    Ok(notifications)
}

/// Whom a notice reaches by which way: the matrix's, then the host's own.
fn routes(notice: Notice, desk: Option<&str>, own: &[Channel]) -> Vec<(Audience, Channel)> {
    let audiences = notice.rule().audiences.iter().copied();
    let own = audiences.flat_map(|audience| own.iter().map(move |channel| (audience, *channel)));
    notice.routes().into_iter().chain(own).filter(|(audience, _)| notice.goes_to(*audience, desk)).collect()
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
        (_, Channel::Teams) => format!("{audience} has no channel of Teams"),
        _ => format!("nobody of {audience} has {}", channel.address()),
    }
}
