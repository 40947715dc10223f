//! Bodies on their way in: bounded in size and in time.
//!
//! Guarantees: a body is there after 30 s, and no 10 s pass without a byte of it, or its reader is told that it is
//! unfinished (408); the same when the caller hangs up in the middle. The time to an answer begins when the body is there.

use std::future::Future;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use futures::{StreamExt, stream};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout, timeout_at};

use crate::problem::{BODY_TOO_LARGE, BODY_UNFINISHED, Problem};

/// Longest time for a whole body.
pub(crate) const WHOLE: Duration = Duration::from_secs(30);
/// Bytes that are read of a body which is too long, so that its caller gets to read the answer.
const POURED_AWAY: usize = 32 * 1024 * 1024;
/// Longest time without a byte of it.
pub(crate) const SILENCE: Duration = Duration::from_secs(10);

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unread {
    /// It is longer than this many bytes.
    #[error("at most {0} bytes are read")]
    TooLarge(usize),
    /// It did not come, or broke off.
    #[error("the body did not come whole")]
    Unfinished,
}

impl From<Unread> for Problem {
    fn from(unread: Unread) -> Self {
        let code = if unread == Unread::Unfinished { &BODY_UNFINISHED } else { &BODY_TOO_LARGE };
        Self::http(code, unread.to_string())
    }
}

/// The request with its body bounded in time, and what ends when the body is there, or nobody wants it any more.
pub(crate) fn bounded(request: Request) -> (Request, impl Future<Output = ()> + Send) {
    let (told, arrived) = oneshot::channel::<()>();
    let request = if request.body().is_end_stream() { request } else { request.map(|body| in_time(body, told)) };
    let arrived = async move {
        // The sender is never used: that it is gone says enough.
        let _ = timeout(WHOLE, arrived).await;
    };
    (request, arrived)
}

fn in_time(body: Body, told: oneshot::Sender<()>) -> Body {
    let begun = (Some(body.into_data_stream()), Instant::now() + WHOLE, told);
    Body::from_stream(stream::unfold(begun, async |(body, end, told)| {
        let mut body = body?;
        match timeout_at(end.min(Instant::now() + SILENCE), body.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(bytes))) => Some((Ok(bytes), (Some(body), end, told))),
            Ok(Some(Err(_))) | Err(_) => Some((Err(Unread::Unfinished), (None, end, told))),
        }
    }))
}

/// The whole of a body, of at most `max` bytes. What is longer is poured away up to [`POURED_AWAY`], as long as it comes in time:
/// a connection that is closed while its caller still sends takes the answer with it.
pub(crate) async fn whole(headers: &HeaderMap, body: Body, max: usize) -> Result<Bytes, Unread> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<usize>().ok()).unwrap_or_default();
    // Who asks first whether to send, or announces more than is poured away, is answered at once.
    if announced > max && (announced > POURED_AWAY || headers.contains_key(header::EXPECT)) {
        return Err(Unread::TooLarge(max));
    }
    let mut pieces = body.into_data_stream();
    let (mut read, mut length) = (Vec::new(), 0_usize);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Unread::Unfinished)?;
        length = length.saturating_add(piece.len());
        if length <= max && announced <= max {
            read.extend_from_slice(&piece);
        } else if length > POURED_AWAY {
            return Err(Unread::TooLarge(max));
        }
    }
    if length.max(announced) > max { Err(Unread::TooLarge(max)) } else { Ok(read.into()) }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// A body that gives a byte each time, this often.
    fn trickle(every: Duration, times: usize) -> Body {
        let bytes = stream::unfold(0, move |sent| async move {
            tokio::time::sleep(every).await;
            (sent < times).then(|| (Ok::<_, io::Error>("x"), sent + 1))
        });
        Body::from_stream(bytes)
    }

    async fn read(body: Body) -> (Result<usize, Unread>, Duration) {
        let (request, arrived) = bounded(Request::new(body));
        let begun = Instant::now();
        let (parts, body) = request.into_parts();
        let read = whole(&parts.headers, body, 100).await.map(|bytes| bytes.len());
        arrived.await;
        (read, begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_comes_in_time_or_not_at_all() {
        let seconds = Duration::from_secs;
        assert_eq!(read(Body::from("xyz")).await, (Ok(3), seconds(0)));
        assert_eq!(read(trickle(seconds(5), 4)).await, (Ok(4), seconds(25)));
        assert_eq!(read(trickle(seconds(11), 4)).await, (Err(Unread::Unfinished), seconds(10)), "silence");
        assert_eq!(read(trickle(seconds(9), 9)).await, (Err(Unread::Unfinished), seconds(30)), "too slow");
        assert_eq!(read(trickle(Duration::ZERO, 101)).await, (Err(Unread::TooLarge(100)), seconds(0)));
        assert_eq!(read(Body::empty()).await, (Ok(0), seconds(0)));
        assert_eq!(
            read(trickle(seconds(1), 120)).await,
            (Err(Unread::Unfinished), seconds(30)),
            "poured away in time too"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_breaks_off_is_unfinished() {
        let pieces = [Ok("{"), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
        assert_eq!(read(Body::from_stream(stream::iter(pieces))).await.0, Err(Unread::Unfinished));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_nobody_reads_holds_up_nothing() {
        let (request, arrived) = bounded(Request::new(trickle(Duration::from_secs(1), 9)));
        let begun = Instant::now();
        drop(request);
        arrived.await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }

    #[tokio::test]
    async fn what_is_too_long_is_poured_away_within_bounds() {
        let taken = async |pieces: usize, announced: Option<&str>, expects: bool| {
            let mut headers = HeaderMap::new();
            announced
                .into_iter()
                .for_each(|length| drop(headers.insert(header::CONTENT_LENGTH, length.parse().unwrap())));
            if expects {
                headers.insert(header::EXPECT, "100-continue".parse().unwrap());
            }
            let left = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(pieces));
            let count = left.clone();
            let mib = stream::repeat_with(move || {
                count.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
                Ok::<_, io::Error>(vec![0; 1024 * 1024])
            });
            let read = whole(&headers, Body::from_stream(mib.take(pieces)), 100).await;
            assert_eq!(read, Err(Unread::TooLarge(100)));
            pieces - left.load(std::sync::atomic::Ordering::Relaxed)
        };
        assert_eq!(taken(20, None, false).await, 20, "all of it");
        assert_eq!(taken(20, Some("20971520"), false).await, 20);
        assert_eq!(taken(20, Some("20971520"), true).await, 0, "nothing was sent yet");
        assert_eq!(taken(40, Some("41943040"), false).await, 0, "too much to wait for");
        assert_eq!(taken(40, None, false).await, 33, "no more than that");
    }
}
