//! The routes of ESTAIR's API and what surrounds them: who asks, how often, how long, under which request id.
//!
//! Handlers hold no rule. They read the body into a command, run it in a task of its own, so that a client who hangs up
//! cannot stop it half way, and render the answer.

mod accounts;
mod movements;
mod posting;
mod preferences;
mod push;
mod requests;
mod statement;
mod support;
mod timeline;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRef, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use estair_core::book::{Error, Reply, Submission};
use estair_core::command::{Answer, Command, IdempotencyKey};
use estair_core::refusal::FieldError;
use estair_core::request::Action;
use estair_core::store::{StoreError, StoreErrorKind};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::actor::Caller;
use crate::around::{Around, TIMEOUT};
use crate::events::Hub;
use crate::host::Host;
use crate::idempotency::{self, REPLAYED, Run, Running};
use crate::problem::{INTERNAL, METHOD_NOT_ALLOWED, Problem, RATE_LIMITED, UNKNOWN_PATH};
use crate::rate_limit::RateLimit;
use crate::{events, openapi};

/// What a host may choose of the API.
#[derive(Clone, Debug)]
pub struct Options {
    /// Requests a second and actor, twice as many at once; 0 is no limit.
    pub rate_per_second: u32,
    /// Longest time to an answer; a stream may go on after it.
    pub timeout: Duration,
    /// The public key of web push (VAPID), base64url; none when push is not configured.
    pub vapid_public_key: Option<String>,
    /// Hosts of push services that subscriptions may name; `*.` stands for any subdomain.
    pub push_hosts: Vec<String>,
    /// How often the event stream looks for news.
    pub events_interval: Duration,
    /// Ends the event streams when the host shuts down.
    pub shutdown: CancellationToken,
}

/// The push services of the browsers there are.
pub const PUSH_HOSTS: [&str; 5] = [
    "fcm.googleapis.com",
    "android.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.notify.windows.com",
    "*.push.apple.com",
];

impl Default for Options {
    fn default() -> Self {
        Self {
            rate_per_second: 200,
            timeout: TIMEOUT,
            vapid_public_key: None,
            push_hosts: PUSH_HOSTS.map(str::to_owned).to_vec(),
            events_interval: Duration::from_millis(500),
            shutdown: CancellationToken::new(),
        }
    }
}

/// What the handlers share.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) host: Host,
    pub(crate) options: Arc<Options>,
    pub(crate) hub: Hub,
    running: Running,
    limit: Arc<RateLimit>,
}

impl FromRef<Api> for Host {
    fn from_ref(api: &Api) -> Self {
        api.host.clone()
    }
}

/// The API of ESTAIR: every route under `/api` but the webhook. Its state is its own, so that it nests in any router.
pub fn api<S: Clone + Send + Sync + 'static>(host: Host, options: Options) -> Router<S> {
    let around = Around { clock: Arc::clone(&host.clock), ids: Arc::clone(&host.ids), timeout: options.timeout };
    let api = Api {
        hub: Hub::new(host.clone(), options.events_interval, options.shutdown.clone()),
        running: Running::default(),
        limit: Arc::new(RateLimit::new(options.rate_per_second)),
        options: Arc::new(options),
        host,
    };
    let (routes, _) = routes().split_for_parts();
    let router = routes
        .route_layer(from_fn_with_state(api.clone(), admit))
        .merge(openapi::router())
        .method_not_allowed_fallback(method_not_allowed)
        // A route and no fallback: the host keeps the fallback of everything else.
        .route("/api/{*unknown}", any(unknown_path))
        .with_state(api);
    around.surround(router)
}

/// The routes with their documentation: one list for both, so that they cannot drift apart.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(requests::create, requests::list))
        .routes(routes!(requests::preview))
        .routes(routes!(requests::one, requests::update))
        .routes(routes!(timeline::of_request))
        .routes(routes!(support::create, support::list))
        .routes(routes!(support::one, support::update))
        .routes(routes!(support::comment))
        .routes(routes!(accounts::create, accounts::list))
        .routes(routes!(accounts::one))
        .routes(routes!(accounts::limit, accounts::set_limit))
        .routes(routes!(statement::of_account))
        .routes(routes!(posting::post))
        .routes(routes!(movements::one))
        .routes(routes!(movements::logs))
        .routes(routes!(events::stream))
        .routes(routes!(push::public_key))
        .routes(routes!(push::subscribe, push::unsubscribe))
        .routes(routes!(preferences::show, preferences::change))
}

/// Lets in who is signed in and does not ask too often; the first refusal of P5 comes from here.
async fn admit(State(api): State<Api>, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let caller = Caller::of(&api.host, &parts).await?;
    if let Err(seconds) = api.limit.take(&caller.actor.scope(), api.host.clock.now()) {
        let problem = Problem::http(&RATE_LIMITED, format!("try again in {seconds} s"));
        return Err(problem.retry_after(seconds));
    }
    parts.extensions.insert(caller);
    Ok(next.run(Request::from_parts(parts, body)).await)
}

async fn unknown_path(uri: Uri) -> Problem {
    tracing::debug!(path = ?uri.path(), "unknown path");
    Problem::http(&UNKNOWN_PATH, "see /api/openapi.json")
}

async fn method_not_allowed(method: Method) -> Problem {
    Problem::http(&METHOD_NOT_ALLOWED, format!("{method} is not served at this path"))
}

impl Api {
    /// Runs a command as this caller, in a task of its own.
    pub(crate) async fn run(
        &self,
        caller: &Caller,
        command: Command,
        key: Option<IdempotencyKey>,
    ) -> Result<Reply, Problem> {
        let run = self.enter(caller, key.as_ref())?;
        let mut replies = self.run_all(caller, vec![(command, key)], run).await?;
        let reply = replies.pop().unwrap_or_else(|| Err(lost().into()));
        Ok(reply?)
    }

    /// Notes that the call with this key runs, until what is given back is dropped.
    pub(crate) fn enter(&self, caller: &Caller, key: Option<&IdempotencyKey>) -> Result<Option<Run>, Problem> {
        Ok(key.map(|key| self.running.enter(&caller.actor, key)).transpose()?)
    }

    /// Runs commands as this caller, in a task of their own that holds `run` until it is done.
    pub(crate) async fn run_all(
        &self,
        caller: &Caller,
        commands: Vec<(Command, Option<IdempotencyKey>)>,
        run: Option<Run>,
    ) -> Result<Vec<Result<Reply, Error>>, Problem> {
        let book = self.host.book.clone();
        let Caller { actor, origin } = caller.clone();
        let submission = |(command, key)| Submission { actor, origin: origin.clone(), command, key };
        let submissions: Vec<_> = commands.into_iter().map(submission).collect();
        let task = async move {
            let replies = book.run_all(submissions).await;
            drop(run);
            replies
        };
        let done = tokio::spawn(task.in_current_span()).await;
        done.map_err(|error| {
            tracing::error!(%error, "a command's task did not end");
            Problem::http(&INTERNAL, "it has been logged")
        })
    }
}

/// An answer of another kind than its command's: a fault of the program, not of the caller.
fn lost() -> StoreError {
    StoreError::new(StoreErrorKind::Other, "a command had another answer than its own")
}

/// Takes the part of an answer that its command gives.
pub(crate) fn expect<T>(answer: Answer, read: impl FnOnce(Answer) -> Option<T>) -> Result<T, Problem> {
    Ok(read(answer).ok_or_else(lost)?)
}

/// Reads the idempotency key of a call; what is wrong with it is a fault like any other.
pub(crate) fn key_of(head: &Head, fields: &mut crate::body::Fields) -> Option<IdempotencyKey> {
    match idempotency::key_of(&head.headers, &head.method, head.uri.path(), &fields.canonical()) {
        Ok(key) => key,
        Err(fault) => {
            fields.faults([fault]);
            None
        }
    }
}

/// What a handler needs of a request besides its body.
pub(crate) struct Head {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) original: Uri,
    pub(crate) headers: HeaderMap,
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Head {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Self::Rejection> {
        let original = parts.extensions.get::<axum::extract::OriginalUri>();
        Ok(Self {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            original: original.map_or_else(|| parts.uri.clone(), |uri| uri.0.clone()),
            headers: parts.headers.clone(),
        })
    }
}

impl Head {
    /// The version that `If-Match` names: `"3"`, `W/"3"` or `3`; `*` is any.
    pub(crate) fn if_match(&self) -> Result<Option<u64>, FieldError> {
        let Some(value) = self.headers.get(header::IF_MATCH) else { return Ok(None) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(None);
        }
        let tag = text.strip_prefix("W/").unwrap_or(text);
        let tag = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(tag);
        tag.parse().map(Some).map_err(|_| FieldError::new("If-Match", "must be a version such as \"3\""))
    }

    /// The version a change is meant for: the body's, or `If-Match`'s; both must agree.
    pub(crate) fn version(&self, fields: &mut crate::body::Fields) -> Option<u64> {
        let given = fields.take_u64("version");
        match (given, self.if_match()) {
            (given, Ok(None)) => given,
            (None, Ok(named)) => named,
            (Some(given), Ok(Some(named))) => {
                if given != named {
                    fields.fault("version", "is not the one that If-Match names");
                }
                Some(given)
            }
            (given, Err(fault)) => {
                fields.faults([fault]);
                given
            }
        }
    }
}

/// A row of a list, and how to go on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// Newest first.
    pub(crate) items: Vec<T>,
    /// The `cursor` of the next page; null on the last.
    pub(crate) next_cursor: Option<String>,
}

/// Something that the caller may do now (P4).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AllowedAction {
    /// `transition`, `assign`, `edit`, `comment` or `cancel_credit`.
    #[schema(example = "transition")]
    action: &'static str,
    /// The status or the assignee it leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "to_treat")]
    to: Option<&'static str>,
}

pub(crate) fn actions(actions: Vec<Action>) -> Vec<AllowedAction> {
    actions.into_iter().map(|action| AllowedAction { action: action.name(), to: action.to() }).collect()
}

/// An object, with its version as `ETag` where it has one to be changed against.
pub(crate) fn object<T: Serialize>(status: StatusCode, version: Option<u64>, body: &T) -> Response {
    let mut response = (status, Json(body)).into_response();
    let tag = version.and_then(|version| HeaderValue::from_str(&format!("\"{version}\"")).ok());
    if let Some(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// Something that was created: 201, where it is, and whether it was created by an earlier call with the same key.
pub(crate) fn created<T: Serialize>(head: &Head, id: u64, version: Option<u64>, replayed: bool, body: &T) -> Response {
    let mut response = object(StatusCode::CREATED, version, body);
    let place = format!("{}/{id}", head.original.path().trim_end_matches('/'));
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    mark_replayed(&mut response, replayed);
    response
}

/// Says that an answer was given before.
pub(crate) fn mark_replayed(response: &mut Response, replayed: bool) {
    if replayed {
        response.headers_mut().insert(HeaderName::from_static(REPLAYED), HeaderValue::from_static("true"));
    }
}

/// A route that only answers GET, for the documents.
pub(crate) fn document_route(json: Arc<str>) -> axum::routing::MethodRouter<Api> {
    get(move || {
        let json = json.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], json.to_string()) }
    })
}
