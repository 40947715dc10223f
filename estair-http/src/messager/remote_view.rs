//! A Messager elsewhere, shown and worked through its API in the name of whoever asks here (G10).
//!
//! Guarantees: each call ends within [`ANSWERED_WITHIN`], and after one that met nobody further calls fail at once for
//! [`LEFT_ALONE_FOR`], so that a page of ESTAIR waits once for a Messager that is away, and nothing else does.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use estair_core::actor::Actor;
use estair_core::clock::{Clock, Timestamp, rfc3339};
use estair_core::id::UserId;
use estair_core::messager::{MessageEvent, MessageFilter, MessageRecord, MessagerView, Operator, Pause, Replay, Stats};
use estair_core::notification::{NotificationFilter, NotificationRecord, Resend};
use estair_core::queue::{Attempt, Depth, JobStatus};
use estair_core::store::{EventRange, Page, Slice, StoreError, StoreErrorKind};
use futures::future::BoxFuture;
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::Instant;
use uuid::Uuid;

use super::api::{ALERTS, MESSAGES};
use super::console_token::{ID, NAME, ROLE};
use super::read_shape::{
    AlertInFullRead, AlertsRead, ChangesRead, CountRead, DeliveredRead, InFullRead, MessagesRead, PausedRead, StatsRead,
};
use crate::client::{ClientError, chain, http_client, read_up_to};
use crate::query::cursor_of;

/// Longest time to an answer.
pub const ANSWERED_WITHIN: Duration = Duration::from_secs(3);

/// How long a Messager that was not met is not asked again.
pub const LEFT_ALONE_FOR: Duration = Duration::from_secs(3);

/// Whoever gave up waiting after less than this says nothing of Messager.
const PATIENCE: Duration = Duration::from_millis(500);

/// Longest answer that is read: a page of whole messages.
const MAX_ANSWER: usize = 32 * 1024 * 1024;

/// Finds the name of a person, to tell Messager who asks.
pub type Names = Arc<dyn Fn(UserId) -> BoxFuture<'static, Option<String>> + Send + Sync>;

/// A Messager that runs elsewhere, through its API.
pub struct RemoteMessager {
    client: reqwest::Client,
    base: String,
    token: String,
    clock: Arc<dyn Clock>,
    names: Option<Names>,
    away_until: Mutex<Option<Instant>>,
}

impl fmt::Debug for RemoteMessager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteMessager").finish_non_exhaustive()
    }
}

impl RemoteMessager {
    /// The Messager whose API is at `base` (`…/api`), with the token that it gave to this console.
    ///
    /// # Errors
    /// [`ClientError`] when TLS cannot be set up.
    pub fn new(base: &str, token: String, clock: Arc<dyn Clock>) -> Result<Self, ClientError> {
        let base = base.trim_end_matches('/').to_owned();
        let client = http_client(ANSWERED_WITHIN)?;
        Ok(Self { client, base, token, clock, names: None, away_until: Mutex::default() })
    }

    /// Tells it the names of people, beside their numbers.
    #[must_use]
    pub fn with_names(self, names: Names) -> Self {
        Self { names: Some(names), ..self }
    }

    async fn get<T: DeserializeOwned>(
        &self,
        by: &Actor,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<Option<T>, StoreError> {
        let (status, body) = self.call(by, Method::GET, path, query, None).await?;
        match status {
            200 => read_answer(&body).map(Some),
            404 if is_its_own(&body) => Ok(None),
            status => Err(unexpected(status)),
        }
    }

    /// What is there, whatever is asked.
    async fn get_some<T: DeserializeOwned>(
        &self,
        by: &Actor,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<T, StoreError> {
        self.get(by, path, query).await?.ok_or_else(|| unexpected(404))
    }

    async fn call(
        &self,
        by: &Actor,
        method: Method,
        path: &str,
        query: &[(&str, String)],
        body: Option<Value>,
    ) -> Result<(u16, Vec<u8>), StoreError> {
        if self.away_until().is_some_and(|until| Instant::now() < until) {
            return Err(away("it did not answer a moment ago"));
        }
        let is_done = method != Method::GET;
        let mut request = self.client.request(method, format!("{}/{path}{}", self.base, query_of(query)));
        request = request.bearer_auth(&self.token).header(ROLE, by.role().name());
        if let Some(user) = by.user() {
            request = request.header(ID, user.0);
            // Messager logs who does something, not who looks.
            let name = match &self.names {
                Some(names) if is_done => names(user).await,
                _ => None,
            };
            if let Some(name) = name {
                request = request.header(NAME, encoded(&name));
            }
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let mut waiting = Waiting { remote: self, since: Instant::now(), answered: false };
        let sent = request.send().await;
        waiting.answered = true;
        let response = match sent {
            Ok(response) => response,
            Err(error) => {
                self.leave_alone();
                return Err(away(chain(&error.without_url())));
            }
        };
        let received = read_up_to(response, self.clock.now(), MAX_ANSWER).await;
        match (received.status, received.cut) {
            (401, _) => Err(away("it does not know the console token")),
            (500.. | 408 | 429, _) => Err(unexpected(received.status)),
            (_, Some(cut)) => Err(away(cut)),
            (status, None) => Ok((status, received.body)),
        }
    }

    fn leave_alone(&self) {
        let until = Instant::now().checked_add(LEFT_ALONE_FOR);
        *self.away_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }

    fn away_until(&self) -> Option<Instant> {
        *self.away_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that waits for its answer. Who gave up waiting for it has met nobody either.
struct Waiting<'r> {
    remote: &'r RemoteMessager,
    since: Instant,
    answered: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.answered && self.since.elapsed() >= PATIENCE {
            self.remote.leave_alone();
        }
    }
}

fn away(why: impl fmt::Display) -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, format_args!("Messager cannot be asked: {why}"))
}

fn unexpected(status: u16) -> StoreError {
    away(format_args!("it answered {status}"))
}

fn read_answer<T: DeserializeOwned>(body: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(body).map_err(|error| away("its answer cannot be read").caused_by(error))
}

/// Does Messager itself say that there is no such thing? Another server's 404 says nothing of messages: what is taken for lost
/// is sent again (G14).
fn is_its_own(body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body)
        .is_ok_and(|problem| problem.get("code").is_some_and(|code| code == "not_found"))
}

/// A text as it stands in a query or a header.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn query_of(pairs: &[(&str, String)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

fn page_of(list: &str, page: Page) -> Vec<(&'static str, String)> {
    let cursor = page.before.map(|before| ("cursor", cursor_of(list, &before.to_string())));
    std::iter::once(("limit", page.limit.to_string())).chain(cursor).collect()
}

fn filter_of(filter: &MessageFilter) -> Vec<(&'static str, String)> {
    let MessageFilter { status, kind, domain, from, to, q } = filter;
    let fields = [
        ("status", status.map(|status| status.name().to_owned())),
        ("type", kind.clone()),
        ("domain", domain.clone()),
        ("from", from.map(rfc3339)),
        ("to", to.map(rfc3339)),
        ("q", q.clone()),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What a dry run says, which does nothing.
const COUNT_ONLY: &str = "count";

#[async_trait]
impl MessagerView for RemoteMessager {
    async fn messages(
        &self,
        by: &Actor,
        filter: &MessageFilter,
        page: Page,
    ) -> Result<Slice<MessageRecord>, StoreError> {
        let whole = vec![("whole", "true".to_owned())];
        let query = [filter_of(filter), page_of(MESSAGES, page), whole].concat();
        Ok(self.get_some::<MessagesRead>(by, "messages", &query).await?.into())
    }

    async fn message(&self, by: &Actor, uuid: Uuid) -> Result<Option<(MessageRecord, Vec<Attempt>)>, StoreError> {
        Ok(self.get::<InFullRead>(by, &format!("messages/{uuid}"), &[]).await?.map(InFullRead::split))
    }

    async fn replay(&self, by: &Actor, uuid: Uuid, operator: &Operator) -> Result<Replay, StoreError> {
        let body = json!({ "reason": operator.reason });
        let path = format!("messages/{uuid}/replay");
        match self.call(by, Method::POST, &path, &[], Some(body)).await? {
            (202, _) => Ok(Replay::Begun),
            (404, body) if is_its_own(&body) => Ok(Replay::Unknown),
            (409, _) => {
                let found = self.message(by, uuid).await?;
                Ok(found.map_or(Replay::Unknown, |(record, _)| Replay::NotFailed(record.status)))
            }
            (status, _) => Err(unexpected(status)),
        }
    }

    async fn replay_all(
        &self,
        by: &Actor,
        filter: &MessageFilter,
        operator: &Operator,
        begin: bool,
    ) -> Result<u64, StoreError> {
        let filter = MessageFilter { status: Some(JobStatus::Failed), ..filter.clone() };
        let mut body: serde_json::Map<_, _> =
            filter_of(&filter).into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
        let reason = if operator.reason.is_empty() { COUNT_ONLY } else { &operator.reason };
        body.insert("reason".to_owned(), json!(reason));
        body.insert("dry_run".to_owned(), json!(!begin));
        match self.call(by, Method::POST, "messages/replay", &[], Some(body.into())).await? {
            (200, body) => Ok(read_answer::<CountRead>(&body)?.count),
            (status, _) => Err(unexpected(status)),
        }
    }

    async fn set_paused(&self, by: &Actor, paused: bool, operator: &Operator) -> Result<(), StoreError> {
        let path = if paused { "deliveries/pause" } else { "deliveries/resume" };
        match self.call(by, Method::POST, path, &[], Some(json!({ "reason": operator.reason }))).await?.0 {
            200 => Ok(()),
            status => Err(unexpected(status)),
        }
    }

    async fn pause(&self, by: &Actor) -> Result<Pause, StoreError> {
        Ok(self.get_some::<PausedRead>(by, "deliveries", &[]).await?.into())
    }

    async fn stats(&self, by: &Actor, _: Timestamp) -> Result<Stats, StoreError> {
        Ok(self.get_some::<StatsRead>(by, "stats", &[]).await?.into())
    }

    async fn delivered(&self, by: &Actor, from: Timestamp, minutes: u32) -> Result<Vec<u64>, StoreError> {
        let query = [("from", rfc3339(from)), ("minutes", minutes.to_string())];
        Ok(self.get_some::<DeliveredRead>(by, "stats/delivered", &query).await?.counts)
    }

    async fn alerts(
        &self,
        by: &Actor,
        filter: &NotificationFilter,
        page: Page,
    ) -> Result<Slice<NotificationRecord>, StoreError> {
        // Messager's alerts are of no fact of the book.
        if filter.request.is_some() {
            return Ok(Slice::empty());
        }
        let status = filter.status.map(|status| ("status", status.name().to_owned()));
        let channel = filter.channel.map(|channel| ("channel", channel.name().to_owned()));
        let query: Vec<_> = status.into_iter().chain(channel).chain(page_of(ALERTS, page)).collect();
        Ok(self.get_some::<AlertsRead>(by, "alerts", &query).await?.into())
    }

    async fn alert_attempts(&self, by: &Actor, id: u64) -> Result<Vec<Attempt>, StoreError> {
        let found = self.get::<AlertInFullRead>(by, &format!("alerts/{id}"), &[]).await?;
        Ok(found.map(AlertInFullRead::attempts).unwrap_or_default())
    }

    async fn resend_alert(&self, by: &Actor, id: u64, _: Timestamp) -> Result<Resend, StoreError> {
        match self.call(by, Method::POST, &format!("alerts/{id}/resend"), &[], None).await? {
            (202, _) => Ok(Resend::Begun),
            (404, body) if is_its_own(&body) => Ok(Resend::Unknown),
            (409, _) => {
                let found = self.get::<AlertInFullRead>(by, &format!("alerts/{id}"), &[]).await?;
                Ok(found.map_or(Resend::Unknown, |alert| Resend::NotEnded(alert.status())))
            }
            (status, _) => Err(unexpected(status)),
        }
    }

    async fn alert_depth(&self, by: &Actor, _: Timestamp) -> Result<Depth, StoreError> {
        Ok(self.get_some::<AlertsRead>(by, "alerts", &[("limit", "1".to_owned())]).await?.depth.into())
    }

    async fn events(&self, after: u64, limit: u32) -> Result<Vec<MessageEvent>, StoreError> {
        let query = [("after", after.to_string()), ("limit", limit.to_string())];
        Ok(self.get_some::<ChangesRead>(&Actor::System, "changes", &query).await?.events())
    }

    async fn event_range(&self, _: Timestamp) -> Result<EventRange, StoreError> {
        let query = [("after", i64::MAX.to_string()), ("limit", "1".to_owned())];
        Ok(self.get_some::<ChangesRead>(&Actor::System, "changes", &query).await?.range())
    }

    async fn number_events(&self, _: Timestamp, _: u32) -> Result<u64, StoreError> {
        // That is its own to do.
        Ok(0)
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.get_some::<StatsRead>(&Actor::System, "stats", &[]).await.map(|_| ())
    }

    fn is_elsewhere(&self) -> bool {
        true
    }
}
