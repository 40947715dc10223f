//! The connections that are open, each served to its end; whoever asks for nothing makes room.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::watched::{Answered, Arriving, UntilSent, Watched};

/// Longest time for the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// Longest time without a request, or with an answer that is not taken.
const IDLE: Duration = Duration::from_secs(75);
/// Longest head, in bytes.
pub(super) const MAX_HEAD: usize = 32 * 1024;
/// Most lines of a head.
const MAX_HEADERS: usize = 100;
/// How often a connection is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The connections that are open. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Connections(pub(super) Arc<Open>);

#[derive(Debug, Default)]
pub(super) struct Open {
    pub(super) list: Mutex<List>,
    one_left: Notify,
}

#[derive(Debug, Default)]
pub(super) struct List {
    last: u64,
    pub(super) by_number: BTreeMap<u64, Arc<Shared>>,
}

/// What of a connection others may see.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    make_room: CancellationToken,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub(super) phase: Phase,
    /// Since when it is in this phase.
    since: Instant,
    /// Since when its reader has taken nothing.
    pub(super) stuck: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The head of a request is awaited, or on its way.
    Head,
    /// The body of a request is on its way; since its last byte.
    Body,
    /// A request is being answered.
    Answering,
    /// Nothing is asked.
    Idle,
}

impl State {
    fn is_late(&self, now: Instant) -> bool {
        let bound = match self.phase {
            Phase::Head => Some(HEAD),
            Phase::Idle => Some(IDLE),
            // Who reads the body bounds it, and answers 408.
            Phase::Body | Phase::Answering => None,
        };
        let stuck = self.stuck.is_some_and(|since| now.duration_since(since) >= IDLE);
        stuck || bound.is_some_and(|bound| now.duration_since(self.since) >= bound)
    }

    /// Who goes first when all places are taken, the smallest first: who asks for nothing, then who takes nothing.
    /// None for one whose answer is made or taken.
    fn makes_room(&self, now: Instant) -> Option<(bool, Instant)> {
        if self.phase != Phase::Answering {
            return Some((false, self.since));
        }
        let stuck = self.stuck.filter(|since| now.duration_since(*since) >= LOOK_EVERY);
        stuck.map(|since| (true, since))
    }
}

impl Shared {
    pub(super) fn state(&self) -> State {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn turn(&self, phase: Phase) {
        let since = Instant::now();
        self.change(|state| *state = State { phase, since, ..*state });
    }
}

impl Connections {
    pub(super) fn enter(&self) -> Connection {
        let state = State { phase: Phase::Head, since: Instant::now(), stuck: None };
        let shared = Arc::new(Shared { state: Mutex::new(state), make_room: CancellationToken::new() });
        let mut list = self.0.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.last += 1;
        let number = list.last;
        list.by_number.insert(number, Arc::clone(&shared));
        Connection { open: self.clone(), number, shared }
    }

    /// Waits until there is a place for one more; whoever asks for nothing or takes nothing makes room.
    pub(super) async fn make_room(&self, most: usize) {
        loop {
            let left = self.0.one_left.notified();
            if !self.is_full(most) {
                return;
            }
            // When all take their answers, one of them ends first.
            let _ = timeout(LOOK_EVERY, left).await;
        }
    }

    /// Are all places taken? Then one that makes room is told to go.
    fn is_full(&self, most: usize) -> bool {
        let list = self.0.list.lock().unwrap_or_else(PoisonError::into_inner);
        if list.by_number.len() < most {
            return false;
        }
        let now = Instant::now();
        let making_room = list.by_number.values().filter_map(|shared| Some((shared.state().makes_room(now)?, shared)));
        if let Some((_, shared)) = making_room.min_by_key(|(turn, _)| *turn) {
            shared.make_room.cancel();
        }
        true
    }
}

/// One connection; its place is free when it is dropped.
pub(super) struct Connection {
    open: Connections,
    number: u64,
    shared: Arc<Shared>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Open { list, one_left } = self.open.0.as_ref();
        list.lock().unwrap_or_else(PoisonError::into_inner).by_number.remove(&self.number);
        one_left.notify_waiters();
    }
}

impl Connection {
    /// Serves it to its end.
    pub(super) async fn serve(
        self,
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        peer: SocketAddr,
        router: Router,
        shutdown: CancellationToken,
        end: CancellationToken,
    ) {
        let shared = Arc::clone(&self.shared);
        let service = service_fn(move |request| answer(router.clone(), request, peer, Arc::clone(&shared)));
        let watched = Watched { stream, shared: Arc::clone(&self.shared) };
        let connection = http1::Builder::new()
            .header_read_timeout(None)
            .max_buf_size(MAX_HEAD)
            .max_headers(MAX_HEADERS)
            .serve_connection(TokioIo::new(watched), service);
        let mut connection = pin!(connection);
        let mut stopping = false;
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended");
                    }
                    return;
                }
                () = end.cancelled() => return,
                () = shutdown.cancelled(), if !stopping => {
                    stopping = true;
                    connection.as_mut().graceful_shutdown();
                }
                // A request may have come meanwhile, or an answer been taken: then somebody else makes room.
                () = self.shared.make_room.cancelled(), if self.shared.state().makes_room(Instant::now()).is_some() => return,
                () = sleep(LOOK_EVERY) => {
                    if self.shared.state().is_late(Instant::now()) {
                        return;
                    }
                }
            }
        }
    }
}

async fn answer(
    router: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    shared: Arc<Shared>,
) -> Result<Response<Answered>, Infallible> {
    let whole = request.body().is_end_stream();
    shared.turn(if whole { Phase::Answering } else { Phase::Body });
    let until_sent = UntilSent(Arc::clone(&shared));
    let mut request = request.map(|body| if whole { Body::new(body) } else { Body::new(Arriving { body, shared }) });
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = router.oneshot(request).await?;
    Ok(response.map(|body| Answered { body, _until_sent: until_sent }))
}
