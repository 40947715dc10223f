//! A listener that no caller can take from the others: connections, heads, silence and the end of the server are bounded.
//!
//! Guarantees: a head that is not whole after 10 s ends its connection, one that is longer than 32 KiB is 431; a connection
//! without a request is closed after 75 s, and so is one whose reader takes nothing for so long. When all places are taken the
//! connection that has been idle longest makes room, half-open ones and those in the middle of a body among them, then the one
//! whose reader has taken nothing for longest, so that whoever comes is served. Bodies are bounded in time where they are
//! read, in the routers themselves.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// Longest time for the head of a request.
const HEAD: Duration = Duration::from_secs(10);
/// Longest time without a request, or with an answer that is not taken.
const IDLE: Duration = Duration::from_secs(75);
/// Longest head, in bytes.
const MAX_HEAD: usize = 32 * 1024;
/// Most lines of a head.
const MAX_HEADERS: usize = 100;
/// How often a connection is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to wait when a connection could not be taken, for want of file descriptors say.
const AFTER_TROUBLE: Duration = Duration::from_millis(100);
/// Connections where the system knows no limit of files.
const UNLIMITED: usize = 65_536;

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
/// [`ConnectInfo`]. What was begun has its grace to be answered.
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

/// The connections that are open. Cheap to clone.
#[derive(Clone, Debug, Default)]
struct Connections(Arc<Open>);

#[derive(Debug, Default)]
struct Open {
    list: Mutex<List>,
    one_left: Notify,
}

#[derive(Debug, Default)]
struct List {
    last: u64,
    by_number: BTreeMap<u64, Arc<Shared>>,
}

/// What of a connection others may see.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    make_room: CancellationToken,
}

#[derive(Clone, Copy, Debug)]
struct State {
    phase: Phase,
    /// Since when it is in this phase.
    since: Instant,
    /// Since when its reader has taken nothing.
    stuck: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
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
    fn state(&self) -> State {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn turn(&self, phase: Phase) {
        let since = Instant::now();
        self.change(|state| *state = State { phase, since, ..*state });
    }
}

impl Connections {
    fn enter(&self) -> Connection {
        let state = State { phase: Phase::Head, since: Instant::now(), stuck: None };
        let shared = Arc::new(Shared { state: Mutex::new(state), make_room: CancellationToken::new() });
        let mut list = self.0.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.last += 1;
        let number = list.last;
        list.by_number.insert(number, Arc::clone(&shared));
        Connection { open: self.clone(), number, shared }
    }

    /// Waits until there is a place for one more; whoever asks for nothing or takes nothing makes room.
    async fn make_room(&self, most: usize) {
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
struct Connection {
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
    async fn serve(
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

/// The body of a request on its way.
struct Arriving {
    body: Incoming,
    shared: Arc<Shared>,
}

impl Arriving {
    /// It is there, or nobody waits for it: now the answer is.
    fn done(&self) {
        if self.shared.state().phase == Phase::Body {
            self.shared.turn(Phase::Answering);
        }
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.done();
    }
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.as_ref().is_none_or(|frame| frame.is_err()) || self.body.is_end_stream() {
            self.done();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Dropped when an answer is sent, or will never be.
struct UntilSent(Arc<Shared>);

impl Drop for UntilSent {
    fn drop(&mut self) {
        self.0.turn(Phase::Idle);
    }
}

/// The body of an answer on its way.
struct Answered {
    body: Body,
    _until_sent: UntilSent,
}

impl HttpBody for Answered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream that notes what goes on in it.
struct Watched<S> {
    stream: S,
    shared: Arc<Shared>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            match self.shared.state().phase {
                Phase::Idle => self.shared.turn(Phase::Head),
                Phase::Body => self.shared.turn(Phase::Body),
                Phase::Head | Phase::Answering => {}
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Watched<S> {
    /// Notes whether the reader takes what is written.
    fn note<T>(&self, poll: Poll<T>) -> Poll<T> {
        let now = Instant::now();
        self.shared.change(|state| state.stuck = if poll.is_pending() { state.stuck.or(Some(now)) } else { None });
        poll
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note(poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.note(poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::net::TcpStream;
    use tokio::task::JoinHandle;

    use super::*;

    const PEER: ([u8; 4], u16) = ([203, 0, 113, 7], 4711);
    const ASK: &[u8] = b"GET /peer HTTP/1.1\r\nhost: a\r\n\r\n";

    fn router() -> Router {
        let peer = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() };
        let long = async || {
            let pieces = futures::stream::repeat_with(|| Ok::<_, io::Error>("x".repeat(1_000)));
            Body::from_stream(pieces)
        };
        let slow = async || {
            sleep(Duration::from_secs(3)).await;
            "late"
        };
        let whole = async |body: String| body;
        Router::new()
            .route("/peer", get(peer))
            .route("/long", get(long))
            .route("/slow", get(slow))
            .route("/whole", axum::routing::post(whole))
    }

    fn connect(open: &Connections, shutdown: &CancellationToken) -> (DuplexStream, JoinHandle<()>) {
        let (ours, theirs) = duplex(4_096);
        let connection = open.enter();
        let end = CancellationToken::new();
        let task = tokio::spawn(connection.serve(theirs, PEER.into(), router(), shutdown.clone(), end));
        (ours, task)
    }

    async fn ask(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
        stream.write_all(ASK).await.unwrap();
        let mut answer = vec![0; 4_096];
        let length = stream.read(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer[..length]).into_owned()
    }

    /// How long until the other side hangs up.
    async fn until_closed(stream: &mut DuplexStream) -> Duration {
        let begun = Instant::now();
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        begun.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_has_ten_seconds_and_a_connection_without_a_request_seventy_five() {
        let (open, shutdown) = (Connections::default(), CancellationToken::new());
        let (mut silent, _) = connect(&open, &shutdown);
        assert_eq!(until_closed(&mut silent).await.as_secs(), 10);
        // A byte now and then does not make it longer.
        let (mut slow, _) = connect(&open, &shutdown);
        let begun = Instant::now();
        while slow.write_all(b"G").await.is_ok() {
            sleep(Duration::from_secs(2)).await;
        }
        assert!((10..=12).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
        let (mut kept, _) = connect(&open, &shutdown);
        assert!(ask(&mut kept).await.ends_with("203.0.113.7:4711"));
        sleep(Duration::from_secs(70)).await;
        assert!(ask(&mut kept).await.contains("200 OK"), "it is kept");
        assert_eq!(until_closed(&mut kept).await.as_secs(), 75);
        assert!(open.0.list.lock().unwrap().by_number.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_head_has_ten_seconds_too() {
        let (mut kept, _task) = connect(&Connections::default(), &CancellationToken::new());
        ask(&mut kept).await;
        sleep(Duration::from_secs(30)).await;
        kept.write_all(b"GET /").await.unwrap();
        assert_eq!(until_closed(&mut kept).await.as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_takes_nothing_is_left() {
        let (mut stream, task) = connect(&Connections::default(), &CancellationToken::new());
        stream.write_all(b"GET /long HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        let begun = Instant::now();
        task.await.unwrap();
        assert_eq!(begun.elapsed().as_secs(), 75);
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_is_too_long_is_refused() {
        let (stream, _task) = connect(&Connections::default(), &CancellationToken::new());
        let head = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(2 * MAX_HEAD));
        let (mut reading, mut writing) = tokio::io::split(stream);
        tokio::spawn(async move { writing.write_all(head.as_bytes()).await });
        let mut answer = vec![0; 64];
        let length = reading.read(&mut answer).await.unwrap();
        assert!(String::from_utf8_lossy(&answer[..length]).starts_with("HTTP/1.1 431"));
    }

    #[tokio::test]
    async fn whoever_comes_has_a_place_and_who_is_idle_longest_makes_it() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Serving { connections: 3, ..Serving::default() };
        let shutdown = serving.shutdown.clone();
        let server = tokio::spawn(serve(listener, router(), serving));
        let mut asked = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut asked).await.contains("200 OK"));
        let mut others = Vec::new();
        for _ in 0..10 {
            others.push(TcpStream::connect(address).await.unwrap());
        }
        let mut last = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut last).await.contains("200 OK"), "half-open connections keep nobody out");
        let mut rest = [0; 1];
        assert!(!matches!(asked.read(&mut rest).await, Ok(1..)), "the one that was idle longest is closed");
        shutdown.cancel();
        timeout(Duration::from_secs(5), server).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn bodies_that_stay_away_keep_nobody_out() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Serving { connections: 3, ..Serving::default() };
        tokio::spawn(serve(listener, router(), serving));
        let mut slow = Vec::new();
        for _ in 0..6 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"POST /whole HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nx").await.unwrap();
            slow.push(stream);
            sleep(Duration::from_millis(20)).await;
        }
        let mut last = TcpStream::connect(address).await.unwrap();
        assert!(timeout(Duration::from_secs(2), ask(&mut last)).await.unwrap().contains("200 OK"));
        let mut whole = TcpStream::connect(address).await.unwrap();
        whole.write_all(b"POST /whole HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc").await.unwrap();
        let mut answer = vec![0; 1_000];
        let length = whole.read(&mut answer).await.unwrap();
        assert!(String::from_utf8_lossy(&answer[..length]).ends_with("abc"));
    }

    #[tokio::test]
    async fn answers_that_nobody_takes_keep_nobody_out() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, router(), Serving { connections: 3, ..Serving::default() }));
        let mut unread = Vec::new();
        for _ in 0..3 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"GET /long HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
            unread.push(stream);
        }
        let mut last = TcpStream::connect(address).await.unwrap();
        let answer = timeout(Duration::from_secs(30), ask(&mut last)).await;
        assert!(answer.unwrap().contains("200 OK"));
    }

    #[tokio::test]
    async fn what_was_begun_is_answered_when_the_server_stops() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Serving::default();
        let shutdown = serving.shutdown.clone();
        let server = tokio::spawn(serve(listener, router(), serving));
        let mut stream = TcpStream::connect(address).await.unwrap();
        let mut idle = TcpStream::connect(address).await.unwrap();
        ask(&mut idle).await;
        stream.write_all(b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        sleep(Duration::from_millis(200)).await;
        shutdown.cancel();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("late"), "{answer}");
        timeout(Duration::from_secs(5), server).await.unwrap().unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[test]
    fn a_quarter_of_the_files_is_left_for_the_rest() {
        assert!((1..=UNLIMITED).contains(&max_connections()));
    }
}
