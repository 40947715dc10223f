//! Devices, choices and marks of the person who asks, and of nobody else: the only way in which handlers reach them (P2).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::Uri;
use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use estair_core::actor::Actor;
use estair_core::clock::Timestamp;
use estair_core::decision::{IdempotencyKey, Once};
use estair_core::id::UserId;
use estair_core::notice::{Channel, Notice};
use estair_core::notification::{PushSubscription, Shown, Subscribed, Subscriptions};
use estair_core::refusal::{FieldError, Refusal};
use estair_core::store::StoreError;

use crate::runner::to_the_end;

/// Longest endpoint, in bytes.
pub(crate) const MAX_ENDPOINT: usize = 1_000;
/// A point of P-256, uncompressed.
const KEY_BYTES: usize = 65;
/// The authentication secret.
const SECRET_BYTES: usize = 16;

/// Browsers write base64url without padding; libraries add it now and then.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What one person has subscribed and switched off.
pub(crate) struct OwnSubscriptions {
    store: Arc<dyn Subscriptions>,
    user: UserId,
    scope: String,
}

impl OwnSubscriptions {
    /// Those of the person behind an actor. The system is nobody: it may not do what is called `action`.
    pub(crate) fn of(store: Arc<dyn Subscriptions>, actor: &Actor, action: &'static str) -> Result<Self, Refusal> {
        let user = actor.user().ok_or(Refusal::Forbidden { role: actor.role(), action })?;
        Ok(Self { store, user, scope: actor.scope() })
    }

    /// Keeps a device, to the end even when the caller hangs up; `held` is dropped then. A known endpoint with the same keys
    /// passes to this person.
    pub(crate) async fn subscribe(
        &self,
        device: PushSubscription,
        at: Timestamp,
        key: Option<IdempotencyKey>,
        held: impl Send + 'static,
    ) -> Result<Subscribed, StoreError> {
        let (store, user) = (Arc::clone(&self.store), self.user);
        let once = key.map(|key| Once { scope: self.scope.clone(), key });
        let work = async move {
            let subscribed = store.subscribe(user, &device, at, once.as_ref()).await;
            drop(held);
            subscribed
        };
        to_the_end(work).await?
    }

    /// Forgets a device. False when the person has no such device.
    pub(crate) async fn unsubscribe(&self, endpoint: &str) -> Result<bool, StoreError> {
        self.store.unsubscribe(self.user, endpoint).await
    }

    /// What the person has switched off.
    pub(crate) async fn opt_outs(&self) -> Result<Vec<(Notice, Channel)>, StoreError> {
        let outs = self.store.opt_outs(&[self.user]).await?;
        Ok(outs
            .into_iter()
            .filter(|(user, ..)| *user == self.user)
            .map(|(_, notice, channel)| (notice, channel))
            .collect())
    }

    /// The version of each of these that the person was shown last.
    pub(crate) async fn seen(&self, what: Shown, ids: &[u64]) -> Result<BTreeMap<u64, u64>, StoreError> {
        self.store.seen(self.user, what, ids).await
    }

    /// Notes that the person is shown this version.
    pub(crate) async fn see(&self, what: Shown, id: u64, version: u64) -> Result<(), StoreError> {
        self.store.set_seen(self.user, what, id, version).await
    }

    /// Switches a notice by a channel on or off.
    pub(crate) async fn set(&self, notice: Notice, channel: Channel, on: bool) -> Result<(), StoreError> {
        self.store.set_opt_out(self.user, notice, channel, !on).await
    }
}

/// What is wrong with a device that a browser gives.
pub(crate) fn faults_of(device: &PushSubscription, hosts: &[String]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if has_bytes(&device.p256dh, KEY_BYTES).is_none_or(|key| key.first() != Some(&4)) {
        faults.push(FieldError::new("p256dh", "must be a point of P-256, uncompressed, in base64url"));
    }
    if has_bytes(&device.auth, SECRET_BYTES).is_none() {
        faults.push(FieldError::new("auth", format_args!("must be {SECRET_BYTES} bytes in base64url")));
    }
    if let Err(reason) = check_endpoint(&device.endpoint, hosts) {
        faults.push(FieldError::new("endpoint", reason));
    }
    faults
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
