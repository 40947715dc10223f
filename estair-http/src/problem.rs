//! What is answered when the answer is no: `application/problem+json` (RFC 9457) with a stable `code` (P3).
//!
//! Refusals of the core keep their code and figures; their class gives the status. Trouble of the store is 503 or 500,
//! logged in full and shown without a word of its inside. [`HTTP_ONLY`] lists the codes that only HTTP knows.

use std::collections::BTreeMap;

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use estair_core::book::Error;
use estair_core::refusal::{CATALOGUE, Class, Entry, Refusal};
use estair_core::store::{StoreError, StoreErrorKind};
use serde_json::{Map, Value, json};

/// A code that no rule of the domain has: it comes from the way the request travelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpCode {
    /// The stable code.
    pub code: &'static str,
    /// The status it is sent with.
    pub status: StatusCode,
    /// What it says, in a few words.
    pub title: &'static str,
}

macro_rules! http_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:ident, $title:literal;)*) => {
        $($(#[$doc])* pub const $name: HttpCode =
            HttpCode { code: $code, status: StatusCode::$status, title: $title };)*
        /// Every code that only HTTP knows, as data: the OpenAPI document reads it.
        pub const HTTP_ONLY: &[HttpCode] = &[$($name),*];
    };
}

http_codes! {
    /// The body is no JSON object.
    UNREADABLE_JSON = "unreadable_json", BAD_REQUEST, "the body is not a JSON object";
    /// Nothing is served at this path.
    UNKNOWN_PATH = "unknown_path", NOT_FOUND, "nothing is served here";
    /// The host has no key for web push.
    PUSH_NOT_CONFIGURED = "push_not_configured", NOT_FOUND, "web push is not configured";
    /// The endpoint is known with other keys (N9).
    DEVICE_OF_ANOTHER = "device_of_another", CONFLICT, "the device is another one's";
    /// The path is served, but not by this method.
    METHOD_NOT_ALLOWED = "method_not_allowed", METHOD_NOT_ALLOWED, "the method is not served here";
    /// The body is longer than its bound.
    BODY_TOO_LARGE = "body_too_large", PAYLOAD_TOO_LARGE, "the body is too large";
    /// The body did not come in time, or broke off.
    BODY_UNFINISHED = "body_unfinished", REQUEST_TIMEOUT, "the body did not come whole";
    /// The body says that it is no JSON, or is encoded.
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "only application/json is read";
    /// The caller asks too often.
    RATE_LIMITED = "rate_limited", TOO_MANY_REQUESTS, "too many requests";
    /// The actor has too many streams or downloads open.
    TOO_MANY_AT_ONCE = "too_many_at_once", TOO_MANY_REQUESTS, "too many at once";
    /// Something is wrong here that the caller cannot mend.
    INTERNAL = "internal", INTERNAL_SERVER_ERROR, "an internal error";
    /// The database cannot answer now.
    STORAGE_UNAVAILABLE = "storage_unavailable", SERVICE_UNAVAILABLE, "the storage cannot answer now";
    /// The answer took too long; what was begun is finished all the same.
    TIMED_OUT = "timed_out", SERVICE_UNAVAILABLE, "the answer took too long";
}

/// Seconds after which a caller may try again when the storage is down.
const RETRY_STORAGE_AFTER: u64 = 2;

/// The code of a problem, left among a response's extensions for who counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProblemCode(pub &'static str);

/// A problem, ready to be sent.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: String,
    fields: Map<String, Value>,
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem that only HTTP knows.
    #[must_use]
    pub fn http(line: &HttpCode, detail: impl Into<String>) -> Self {
        let HttpCode { code, status, title } = *line;
        Self { status, code, title, detail: detail.into(), fields: Map::new(), retry_after: None }
    }

    /// That may be tried again after so many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The seconds after which it may be tried again.
    #[must_use]
    pub const fn seconds(&self) -> Option<u64> {
        self.retry_after
    }

    /// Its status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The object that is sent.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = self.fields.clone();
        object.insert("type".into(), json!(type_of(self.code)));
        object.insert("title".into(), json!(self.title));
        object.insert("status".into(), json!(self.status.as_u16()));
        object.insert("detail".into(), json!(self.detail));
        object.insert("code".into(), json!(self.code));
        Value::Object(object)
    }
}

/// Every code, the core's and those that only HTTP knows, with its status and what it says.
#[must_use]
pub fn catalogue() -> BTreeMap<&'static str, (u16, &'static str)> {
    let core = CATALOGUE.iter().map(|entry| (entry.code, (status_of(entry).as_u16(), entry.title)));
    core.chain(HTTP_ONLY.iter().map(|line| (line.code, (line.status.as_u16(), line.title)))).collect()
}

/// The URI that stands for a code.
#[must_use]
pub fn type_of(code: &str) -> String {
    format!("urn:estair:problem:{code}")
}

/// The status of a line of the core's catalogue.
#[must_use]
pub const fn status_of(entry: &Entry) -> StatusCode {
    match entry.class {
        Class::Unauthenticated => StatusCode::UNAUTHORIZED,
        Class::NotFound => StatusCode::NOT_FOUND,
        Class::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::Conflict => StatusCode::CONFLICT,
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let entry = refusal.entry();
        Self {
            status: status_of(entry),
            code: entry.code,
            title: entry.title,
            detail: refusal.to_string(),
            fields: refusal.figures(),
            retry_after: None,
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        // Quoted, so that whatever a driver repeats of a caller's text cannot break the log's lines.
        tracing::error!(kind = error.kind().name(), trace = ?error.trace(), "storage trouble");
        match error.kind() {
            StoreErrorKind::Corrupt | StoreErrorKind::Other => Self::http(&INTERNAL, "it has been logged"),
            _ => Self::http(&STORAGE_UNAVAILABLE, "try again soon").retry_after(RETRY_STORAGE_AFTER),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Store(error) => error.into(),
        }
    }
}

/// What was found, once the rest of the call was read. A missing object is told first, then what cannot be read, then that the
/// role may not see the object (P5).
pub(crate) fn in_order<T, R>(found: Result<T, Error>, read: Result<R, Problem>) -> Result<(T, R), Problem> {
    let told_last = matches!(&found, Err(Error::Refused(refusal)) if refusal.entry().class > Class::Invalid);
    match (found, read) {
        (Ok(found), Ok(read)) => Ok((found, read)),
        (found, Err(unreadable)) if told_last || found.is_ok() => Err(unreadable),
        (Err(error), _) => Err(error.into()),
        (Ok(_), Err(unreadable)) => Err(unreadable),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.to_json().to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(ProblemCode(self.code));
        response
    }
}

/// The answer to a method that a path does not have, wherever the path is.
pub(crate) async fn method_not_allowed(method: Method) -> Problem {
    Problem::http(&METHOD_NOT_ALLOWED, format!("{method} is not served at this path"))
}

#[cfg(test)]
mod tests {
    use estair_core::actor::Role;

    use super::*;

    // rule: P5
    #[test]
    fn p5_what_is_missing_is_told_before_what_is_unreadable_and_what_is_forbidden_after() {
        let unreadable = || Err::<(), _>(Problem::from(Refusal::invalid("day", "cannot be read")));
        let missing = Error::from(Refusal::NotFound { what: "account" });
        let forbidden = Error::from(Refusal::Forbidden { role: Role::Client, action: "read" });
        let code = |found, read| in_order::<(), ()>(found, read).map_err(|problem| problem.code());
        assert_eq!(code(Err(missing), unreadable()), Err("not_found"));
        assert_eq!(code(Err(forbidden.clone()), unreadable()), Err("invalid_value"));
        assert_eq!(code(Err(forbidden), Ok(())), Err("forbidden"));
        assert_eq!(code(Ok(()), unreadable()), Err("invalid_value"));
        assert_eq!(code(Ok(()), Ok(())), Ok(((), ())));
    }
}
