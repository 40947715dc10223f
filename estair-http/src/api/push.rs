//! Web push: the server's public key, and the devices that people subscribe.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use estair_core::notification::PushSubscription;
use estair_core::refusal::{FieldError, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use super::state::Api;
use crate::body::{Body, Fields};
use crate::caller::Caller;
use crate::problem::{DEVICE_OF_ANOTHER, PUSH_NOT_CONFIGURED, Problem};
use crate::subscriptions::OwnSubscriptions;

/// Longest endpoint, in bytes.
const MAX_ENDPOINT: usize = 1_000;
/// A point of P-256, uncompressed.
const KEY_BYTES: usize = 65;
/// The authentication secret.
const SECRET_BYTES: usize = 16;

/// Browsers write base64url without padding; libraries add it now and then.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

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
pub(super) struct Subscribed {
    endpoint: String,
}

/// Subscribes a device. A known endpoint with the same keys passes to the caller, so that the call may be repeated; with
/// other keys it is refused.
#[utoipa::path(
    post, path = "/api/push/subscriptions", operation_id = "subscribePush", tag = "push",
    request_body = Subscription,
    responses((status = 201, description = "The device is subscribed", body = Subscribed)),
)]
pub(super) async fn subscribe(State(api): State<Api>, caller: Caller, body: Body) -> Result<Response, Problem> {
    let mut fields = body.fields()?;
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
    if has_bytes(&p256dh, KEY_BYTES).is_none_or(|key| key.first() != Some(&4)) {
        keys.fault("p256dh", "must be a point of P-256, uncompressed, in base64url");
    }
    if has_bytes(&auth, SECRET_BYTES).is_none() {
        keys.fault("auth", format_args!("must be {SECRET_BYTES} bytes in base64url"));
    }
    if let Err(reason) = check_endpoint(&endpoint, &api.options.push_hosts) {
        fields.fault("endpoint", reason);
    }
    let faults: Vec<_> = fields.finish().into_iter().chain(keys.finish()).collect();
    let own = own(&api, &caller, faults)?;
    let device = PushSubscription { endpoint, p256dh, auth };
    if !own.subscribe(&device, api.access.now()).await? {
        return Err(Problem::http(&DEVICE_OF_ANOTHER, "the endpoint is known with other keys"));
    }
    Ok((StatusCode::CREATED, Json(Subscribed { endpoint: device.endpoint })).into_response())
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

fn has_bytes(text: &str, count: usize) -> Option<Vec<u8>> {
    BASE64.decode(text).ok().filter(|bytes| bytes.len() == count)
}

/// An endpoint is an address that a user supplied and the server will call: https, port 443, nobody's password, a host of
/// a push service.
fn check_endpoint(endpoint: &str, allowed: &[String]) -> Result<(), &'static str> {
    let uri: Uri = endpoint.parse().map_err(|_| "must be the URL of a push service")?;
    let authority = uri.authority().ok_or("must be the URL of a push service")?;
    if endpoint.len() > MAX_ENDPOINT || !endpoint.is_ascii() || endpoint.contains('#') {
        return Err("must be at most 1000 characters of ASCII, without a fragment");
    }
    if uri.scheme_str() != Some("https") || authority.port_u16().unwrap_or(443) != 443 {
        return Err("must be https on port 443");
    }
    if authority.as_str().contains('@') {
        return Err("must not hold a user or a password");
    }
    let host = authority.host().to_ascii_lowercase();
    let fits = |allowed: &String| match allowed.strip_prefix('*') {
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => host == *allowed,
    };
    if allowed.iter().any(fits) { Ok(()) } else { Err("is not of a push service that is allowed here") }
}

#[cfg(test)]
mod tests {
    use super::check_endpoint;

    #[test]
    fn only_push_services_are_called() {
        let allowed = crate::api::PUSH_HOSTS.map(str::to_owned);
        let check = |endpoint: &str| check_endpoint(endpoint, &allowed).is_ok();
        assert!(check("https://fcm.googleapis.com/fcm/send/abc"));
        assert!(check("https://fcm.googleapis.com:443/fcm/send/abc"));
        assert!(check("https://wns2-par02p.notify.windows.com/w/?token=x"));
        for bad in [
            "",
            "/relative",
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://user:pass@fcm.googleapis.com/x",
            "https://fcm.googleapis.com@169.254.169.254/x",
            "https://169.254.169.254/latest",
            "https://localhost/x",
            "https://fcm.googleapis.com.example.test/x",
            "https://.notify.windows.com/x",
            "https://evilnotify.windows.com/x",
            "file:///etc/passwd",
        ] {
            assert!(!check(bad), "{bad}");
        }
    }
}
