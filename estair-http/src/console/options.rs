//! What a host chooses of the console.

use std::sync::Arc;
use std::time::Duration;

use estair_core::notice::{Channel, Notice};
use estair_core::options;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::PUSH_HOSTS;
use crate::host::SignInLinks;
use crate::layers::TIMEOUT;
use crate::limits::Limits;

/// What a template makes of a notice on a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The subject of a mail, the title of a card or a push.
    pub subject: Option<String>,
    /// The text as people read it.
    pub text: String,
    /// The source that is sent: the HTML of a mail, the JSON of a card. Shown as text.
    pub source: Option<String>,
}

/// Shows what a template gives with example figures; none where the notice does not go by the channel.
pub type Preview = Arc<dyn Fn(Notice, Channel) -> Option<Rendered> + Send + Sync>;

/// Why an example was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSent {
    /// The channel is not configured.
    Off,
    /// It was tried, and what went wrong.
    Failed(String),
}

/// Sends an example of a notice by a channel to an address, and says why it could not.
pub type TestSend = Arc<dyn Fn(Notice, Channel, String) -> BoxFuture<'static, Result<(), NotSent>> + Send + Sync>;

options! {
    /// With what browsers subscribe to web push.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Push {
        /// The server's public key (VAPID), base64url.
        pub public_key: String,
        /// Hosts of push services that a subscription may name, as [`PUSH_HOSTS`].
        pub hosts: Vec<String>,
    }
}

impl Push {
    /// With this key, on the push services of the browsers there are.
    #[must_use]
    pub fn new(public_key: String) -> Self {
        Self { public_key, hosts: PUSH_HOSTS.map(str::to_owned).to_vec() }
    }
}

options! {
    /// What a host chooses.
    #[derive(Clone)]
    pub struct Options {
        /// Where the host mounts the router, without a slash at the end: `/console`; empty for the root.
        pub prefix: String,
        /// Is the console reached over https, whatever a trusted proxy says? The cookie is then a `__Host-` one.
        pub https: bool,
        /// The origin as browsers see it, `https://estair.example.test`. Without one the `Host` header is believed when it is an
        /// address or `localhost`: any other name may have been pointed here by somebody else.
        pub origin: Option<String>,
        /// Longest time to an answer; a stream may go on after it.
        pub timeout: Duration,
        /// What callers may take: the same for all routers of a process.
        pub limits: Limits,
        /// Where the host serves a guide for the people who use it: every page leads there.
        pub help: Option<String>,
        /// Signs people in with links that are mailed to them (A6); without it a token is the only way in.
        pub links: Option<Arc<dyn SignInLinks>>,
        /// Web push to the browsers of agencies, where it is configured.
        pub push: Option<Push>,
        /// Shows the templates of notifications.
        pub preview: Option<Preview>,
        /// Sends examples of notifications.
        pub test_send: Option<TestSend>,
        /// Is this a trial system? Every page says so (N12).
        pub trial: bool,
        /// Ends the event streams when the host shuts down.
        pub shutdown: CancellationToken,
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            prefix: String::new(),
            https: false,
            origin: None,
            timeout: TIMEOUT,
            limits: Limits::default(),
            help: None,
            links: None,
            push: None,
            preview: None,
            test_send: None,
            trial: false,
            shutdown: CancellationToken::new(),
        }
    }
}
