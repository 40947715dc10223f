//! Web push: the server's public key, and the devices that people subscribe.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use estair_core::notification::{PushSubscription, Subscribed};
use estair_core::refusal::{FieldError, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::mark_replayed;
use super::head::Head;
use super::state::Api;
use crate::body::{Body, Fields};
use crate::caller::Caller;
use crate::problem::{DEVICE_OF_ANOTHER, PUSH_NOT_CONFIGURED, Problem};
use crate::subscriptions::{MAX_ENDPOINT, OwnSubscriptions, faults_of};

/// The key with which the server signs its pushes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublicKey {
    /// Base64url, as `PushManager.subscribe` wants it.
    public_key: String,
}

/// Shows the public key of web push.
#[utoipa::path(
    get, path = "/api/push/public-key", operation_id = "getPushPublicKey", tag = "push",
    responses((status = 200, description = "The key; 404 when push is not configured", body = PublicKey)),
)]
pub(super) async fn public_key(State(api): State<Api>, _: Caller) -> Result<Json<PublicKey>, Problem> {
    let public_key = api.options.vapid_public_key.clone();
    let public_key = public_key.ok_or_else(|| Problem::http(&PUSH_NOT_CONFIGURED, "there is no key"))?;
    Ok(Json(PublicKey { public_key }))
}

/// A browser's own subscription, as `PushSubscription.toJSON()` gives it.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "documents the body that `subscribe` reads")]
pub(super) struct Subscription {
    /// Of a push service that the host allows.
    #[schema(example = "https://fcm.googleapis.com/fcm/send/abc")]
    endpoint: String,
    keys: SubscriptionKeys,
    /// Accepted and not kept.
    #[schema(rename = "expirationTime")]
    expiration_time: Option<f64>,
}

/// The keys of a subscription, base64url.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "documents the body that `subscribe` reads")]
pub(super) struct SubscriptionKeys {
    p256dh: String,
    auth: String,
}

/// A device that is subscribed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subscribed)]
pub(super) struct Device {
    endpoint: String,
}

/// Subscribes a device. A known endpoint with the same keys passes to the caller, so that the call may be repeated; with
/// other keys it is refused.
#[utoipa::path(
    post, path = "/api/push/subscriptions", operation_id = "subscribePush", tag = "push",
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key and body give the first answer again")),
    request_body = Subscription,
    responses((status = 201, description = "The device is subscribed", body = Device)),
)]
pub(super) async fn subscribe(
    State(api): State<Api>,
    caller: Caller,
    head: Head,
    body: Body,
) -> Result<Response, Problem> {
    let mut fields = body.fields()?;
    let key = head.key(&mut fields);
    let endpoint = fields.take_string("endpoint").unwrap_or_default();
    let keys = fields.take("keys");
    fields.take("expirationTime");
    let mut keys = match &keys {
        Some(raw) => Fields::nested("keys", raw),
        None => {
            fields.fault("keys", "is needed");
            Fields::default()
        }
    };
    let p256dh = keys.take_string("p256dh").unwrap_or_default();
    let auth = keys.take_string("auth").unwrap_or_default();
    let device = PushSubscription { endpoint, p256dh, auth };
    for fault in faults_of(&device, &api.options.push_hosts) {
        match fault.field.as_str() {
            "endpoint" => fields.fault("endpoint", fault.message),
            key => keys.fault(key, fault.message),
        }
    }
    let faults: Vec<_> = fields.finish().into_iter().chain(keys.finish()).collect();
    let own = own(&api, &caller, faults)?;
    let call = api.enter(&caller, key.as_ref())?;
    let mut response = (StatusCode::CREATED, Json(Device { endpoint: device.endpoint.clone() })).into_response();
    match own.subscribe(device, api.access.now(), key, call).await? {
        Subscribed::Kept => Ok(response),
        Subscribed::Before => {
            mark_replayed(&mut response, true);
            Ok(response)
        }
        Subscribed::OfAnother => Err(Problem::http(&DEVICE_OF_ANOTHER, "the endpoint is known with other keys")),
        Subscribed::KeyReused => Err(Refusal::IdempotencyKeyReused.into()),
    }
}

/// A device to be forgotten.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "documents the body that `unsubscribe` reads")]
pub(super) struct Unsubscription {
    #[schema(example = "https://fcm.googleapis.com/fcm/send/abc")]
    endpoint: String,
}

/// Forgets one of the caller's devices.
#[utoipa::path(
    delete, path = "/api/push/subscriptions", operation_id = "unsubscribePush", tag = "push",
    request_body = Unsubscription,
    responses((status = 204, description = "The device is forgotten")),
)]
pub(super) async fn unsubscribe(State(api): State<Api>, caller: Caller, body: Body) -> Result<StatusCode, Problem> {
    let mut fields = body.fields()?;
    let endpoint = fields.take_string("endpoint");
    match &endpoint {
        None => fields.fault("endpoint", "is needed"),
        // What is longer or no ASCII was never taken.
        Some(endpoint) if endpoint.len() > MAX_ENDPOINT || !endpoint.bytes().all(|byte| byte.is_ascii_graphic()) => {
            fields.fault("endpoint", "must be at most 1000 visible characters of ASCII");
        }
        Some(_) => {}
    }
    let own = own(&api, &caller, fields.finish())?;
    match own.unsubscribe(&endpoint.unwrap_or_default()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Refusal::NotFound { what: "push subscription" }.into()),
    }
}

/// The caller's own devices, once the body has no faults (P5).
fn own(api: &Api, caller: &Caller, faults: Vec<FieldError>) -> Result<OwnSubscriptions, Refusal> {
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    api.access.subscriptions(&caller.actor, "subscribe a device")
}
