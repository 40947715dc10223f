//! Answers made smaller for the way, where their reader accepts it (gzip).
//!
//! Guarantees: an event stream is never touched, nor what is small or compressed already; an answer that differs by what its
//! reader accepts says so (`Vary`), to `HEAD` too; what a reader accepts changes no status; what is the same for whoever asks
//! is compressed once, so that asking for it over and over takes the machine from nobody.

#[cfg(any(feature = "console", feature = "docs"))]
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response as Answer, header};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::StreamExt;
use tower_http::CompressionLevel;
use tower_http::compression::{CompressionLayer, Predicate};

/// Bytes from which on it is worth the work: what is smaller goes in one packet as it is.
const WORTH_IT: u64 = 1_024;

/// The router, its answers compressed.
pub(crate) fn compressed<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    // The fastest gets most of it, and the machine that serves is the one that keeps the book.
    let layer = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(Worth);
    let kept = from_fn_with_state(Kept::default(), compressed_once);
    router.layer(kept).layer(map_response(ended_once)).layer(layer).layer(from_fn(agreed))
}

/// An answer that is the same for whoever asks, as long as the program runs. Its compressed form is kept by its name, which
/// is one of a closed set.
#[derive(Clone, Debug)]
pub(crate) struct Unchanging {
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

#[cfg(any(feature = "console", feature = "docs"))]
impl Unchanging {
    /// A file inside the program; while it is developed, one that was read.
    pub(crate) fn file(name: &str, content: Cow<'static, [u8]>) -> Self {
        let bytes = match content {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        };
        Self { name: name.to_owned(), bytes }
    }
}

impl IntoResponse for Unchanging {
    fn into_response(self) -> Response {
        let mut response = Body::from(self.bytes.clone()).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// An API's own description, as it is handed out.
pub(crate) async fn contract(document: Bytes) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], Unchanging { name: "openapi.json".to_owned(), bytes: document })
}

/// The compressed forms of what does not change, by name, each beside what it was made of.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<HashMap<String, (Bytes, Bytes)>>>);

impl Kept {
    fn gzip(&self, Unchanging { name, bytes }: &Unchanging) -> io::Result<Bytes> {
        let list = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((plain, compressed)) = list().get(name)
            && plain == bytes
        {
            return Ok(compressed.clone());
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes)?;
        let compressed = Bytes::from(encoder.finish()?);
        list().insert(name.clone(), (bytes.clone(), compressed.clone()));
        Ok(compressed)
    }
}

/// Answers what does not change from what is kept, where gzip is wanted.
async fn compressed_once(State(kept): State<Kept>, request: Request, next: Next) -> Response {
    let wanted = request.method() == Method::GET && request.headers().contains_key(header::ACCEPT_ENCODING);
    let response = next.run(request).await;
    if !wanted || !Worth.should_compress(&response) {
        return response;
    }
    let Some(unchanging) = response.extensions().get::<Unchanging>() else { return response };
    // Nothing fails that writes to memory.
    let Ok(bytes) = kept.gzip(unchanging) else { return response };
    let headers = [(header::CONTENT_ENCODING, "gzip"), (header::VARY, "accept-encoding")];
    (headers, response.map(|_| Body::from(bytes))).into_response()
}

/// What is written piece by piece may be asked again by the compression when it has ended, which not every stream stands.
async fn ended_once(response: Response) -> Response {
    match response.body().size_hint().exact() {
        Some(_) => response,
        None => response.map(|body| Body::from_stream(body.into_data_stream().fuse())),
    }
}

/// Which answers are worth it.
#[derive(Clone, Copy)]
struct Worth;

impl Predicate for Worth {
    fn should_compress<B: HttpBody>(&self, answer: &Answer<B>) -> bool {
        let headers = answer.headers();
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        // The header first: to HEAD the body is left out, and the headers are to be those of GET.
        let told = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let size = told.or_else(|| answer.body().size_hint().exact());
        size.is_none_or(|size| size >= WORTH_IT) && text(header::CONTENT_TYPE).is_some_and(is_text)
    }
}

/// Texts alone: workbooks, images and fonts are compressed as they are.
fn is_text(kind: &str) -> bool {
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let text = essence.strip_prefix("text/").is_some_and(|text| text != "event-stream");
    let of_application = |kind: &str| matches!(kind, "json" | "javascript" | "xml") || kind.ends_with("+json");
    text || essence == "image/svg+xml" || essence.strip_prefix("application/").is_some_and(of_application)
}

/// Asks for gzip where the reader accepts it and for nothing else, so that a reader who accepts neither that nor the plain
/// answer has the plain one: by then the call has done its work, which no 406 may hide.
async fn agreed(mut request: Request, next: Next) -> Response {
    let accepts = accepts_gzip(request.headers());
    request.headers_mut().remove(header::ACCEPT_ENCODING);
    if accepts {
        request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let mut response = next.run(request).await;
    if response.headers().contains_key(header::CONTENT_ENCODING) {
        weaken(response.headers_mut());
    }
    response
}

/// Other bytes are another representation: its `ETag` tells the version and no bytes. `If-Match` is read with and without `W/`.
fn weaken(headers: &mut HeaderMap) {
    let weak = headers.get(header::ETAG).filter(|tag| tag.as_bytes().starts_with(b"\""));
    let weak = weak.and_then(|tag| HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()).ok());
    weak.into_iter().for_each(|tag| drop(headers.insert(header::ETAG, tag)));
}

/// Is gzip accepted, by its name or as anything else is?
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let wanted: Vec<_> = values.flat_map(|value| value.split(',')).map(coding).collect();
    let find = |names: &[&str]| wanted.iter().find(|(name, _)| names.contains(&name.as_str()));
    find(&["gzip", "x-gzip"]).or_else(|| find(&["*"])).is_some_and(|(_, wanted)| *wanted)
}

/// A coding, and whether it is wanted: all but with a weight of zero.
fn coding(text: &str) -> (String, bool) {
    let (name, weight) = text.split_once(';').unwrap_or((text, ""));
    let weight = weight.trim().to_ascii_lowercase();
    let zero = weight.strip_prefix("q=").is_some_and(|weight| weight.bytes().all(|byte| matches!(byte, b'0' | b'.')));
    (name.trim().to_ascii_lowercase(), !zero)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_accepted_by_name_or_as_anything_is() {
        let accepts = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, text.parse().unwrap());
            accepts_gzip(&headers)
        };
        for yes in ["gzip", "br, GZIP;q=0.5", "*", "x-gzip", "deflate;q=1, gzip ; q=0.001"] {
            assert!(accepts(yes), "{yes}");
        }
        for no in ["", "br", "identity", "gzip;q=0", "gzip;q=0.000, *", "*;q=0", "br, identity;q=0"] {
            assert!(!accepts(no), "{no}");
        }
    }

    #[test]
    fn what_does_not_change_is_compressed_once_and_nothing_else_is_shown_for_it() {
        let kept = Kept::default();
        let document = |text: &str| Unchanging { name: "document".to_owned(), bytes: text.to_owned().into() };
        let first = kept.gzip(&document("one")).unwrap();
        assert_eq!(kept.gzip(&document("one")).unwrap().as_ptr(), first.as_ptr());
        let other = kept.gzip(&document("two")).unwrap();
        let text = io::read_to_string(flate2::read::GzDecoder::new(&other[..])).unwrap();
        assert_eq!(text, "two");
    }

    #[test]
    fn texts_are_compressed_and_what_is_compressed_is_not() {
        for yes in
            ["application/json", "application/problem+json", "text/html; charset=utf-8", "text/csv", "image/svg+xml"]
        {
            assert!(is_text(yes), "{yes}");
        }
        let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        for no in
            ["text/event-stream", "Text/Event-Stream; x=1", workbook, "application/pdf", "image/png", "font/woff2"]
        {
            assert!(!is_text(no), "{no}");
        }
    }
}
