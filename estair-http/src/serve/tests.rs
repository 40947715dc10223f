//! Whoever comes is served, and nobody stays for ever.

use std::io;
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::connections::MAX_HEAD;
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
    let serving = Serving::default().connections(3);
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
    let serving = Serving::default().connections(3);
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
    tokio::spawn(serve(listener, router(), Serving::default().connections(3)));
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
