//! A listener that no caller can take from the others: connections, heads, silence and the end of the server are bounded.
//!
//! Guarantees: a head that is not whole after 10 s ends its connection, one that is longer than 32 KiB is 431; a connection
//! without a request is closed after 75 s, and so is one whose reader takes nothing for so long. When all places are taken the
//! connection that has been idle longest makes room, half-open ones and those in the middle of a body among them, then the one
//! whose reader has taken nothing for longest, so that whoever comes is served. Bodies are bounded in time where they are
//! read, in the routers themselves.

mod connections;
mod watched;

use std::time::Duration;

use axum::Router;
use estair_core::options;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use connections::Connections;

/// How long to wait when a connection could not be taken, for want of file descriptors say.
const AFTER_TROUBLE: Duration = Duration::from_millis(100);
/// Connections where the system knows no limit of files.
const UNLIMITED: usize = 65_536;

options! {
    /// How a host wants to be served.
    #[derive(Clone, Debug)]
    pub struct Serving {
        /// Connections at once; [`max_connections`] by default.
        pub connections: usize,
        /// Nothing new is taken when this is cancelled.
        pub shutdown: CancellationToken,
        /// How long answers may take after that.
        pub grace: Duration,
    }
}

impl Default for Serving {
    fn default() -> Self {
        Self { connections: max_connections(), shutdown: CancellationToken::new(), grace: Duration::from_secs(5) }
    }
}

/// Three quarters of the files that this process may have open: the rest is for databases, channels and logs.
#[must_use]
pub fn max_connections() -> usize {
    let files = files().and_then(|files| usize::try_from(files).ok()).unwrap_or(UNLIMITED);
    (files / 4).saturating_mul(3).clamp(1, UNLIMITED)
}

#[cfg(unix)]
fn files() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
fn files() -> Option<u64> {
    Some(8_192)
}

/// Serves a router until it is told to stop; handlers find the peer's address as
/// [`ConnectInfo`](axum::extract::ConnectInfo). What was begun has its grace to be answered.
pub async fn serve(listener: TcpListener, router: Router, serving: Serving) {
    let Serving { connections, shutdown, grace } = serving;
    let (open, tasks, end) = (Connections::default(), TaskTracker::new(), CancellationToken::new());
    let accepting = async {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    open.make_room(connections).await;
                    // A small answer that waits for the next one helps nobody; without it all the same is no reason to refuse.
                    let _ = stream.set_nodelay(true);
                    let connection = open.enter();
                    tasks.spawn(connection.serve(stream, peer, router.clone(), shutdown.clone(), end.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    sleep(AFTER_TROUBLE).await;
                }
            }
        }
    };
    shutdown.run_until_cancelled(accepting).await;
    drop(listener);
    tasks.close();
    if timeout(grace, tasks.wait()).await.is_err() {
        tracing::warn!(connections = tasks.len(), "answers that were not taken in time are cut off");
        end.cancel();
        tasks.wait().await;
    }
}

#[cfg(test)]
mod tests;
