//! What a host may choose of the API.

use std::time::Duration;

use estair_core::options;
use tokio_util::sync::CancellationToken;

use crate::cors::Origins;
use crate::events::EVENTS_EVERY;
use crate::layers::TIMEOUT;
use crate::limits::Limits;

options! {
    /// What a host may choose of the API.
    #[derive(Clone, Debug)]
    pub struct Options {
        /// What callers may take: the same for all routers of a process.
        pub limits: Limits,
        /// Longest time to an answer; a stream may go on after it.
        pub timeout: Duration,
        /// The public key of web push (VAPID), base64url; none when push is not configured.
        pub vapid_public_key: Option<String>,
        /// Hosts of push services that subscriptions may name; `*.` stands for any subdomain.
        pub push_hosts: Vec<String>,
        /// Origins whose pages may call the API.
        pub origins: Origins,
        /// How often the event stream looks for news.
        pub events_interval: Duration,
        /// Ends the event streams when the host shuts down.
        pub shutdown: CancellationToken,
    }
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
            limits: Limits::default(),
            timeout: TIMEOUT,
            vapid_public_key: None,
            push_hosts: PUSH_HOSTS.map(str::to_owned).to_vec(),
            origins: Origins::default(),
            events_interval: EVENTS_EVERY,
            shutdown: CancellationToken::new(),
        }
    }
}
