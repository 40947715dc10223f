//! Why a page is not shown, or something was not done.

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use estair_core::book::Error;
use estair_core::refusal::Refusal;
use estair_core::store::{StoreError, StoreErrorKind};

use crate::arriving::Unread;
use crate::problem::{INTERNAL, ProblemCode, TIMED_OUT, status_of};

/// Why.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// A rule said no.
    Refused(Refusal),
    /// The database could not.
    Store(StoreError),
    /// Messager runs elsewhere, and is away.
    MessagerAway,
    /// There is no such page, or nothing behind it.
    NotFound,
    /// The page is there, but not for this method.
    Method,
    /// Nobody is signed in any more.
    SignedOut,
    /// A session that is not of a member of staff.
    NotStaff,
    /// The request does not come from a page of this origin.
    ForeignOrigin,
    /// The form is not of this session.
    ForeignForm,
    /// The form cannot be read.
    Unreadable,
    /// The form is too large.
    TooLarge,
    /// The form did not come whole.
    Unfinished,
    /// The console was reached by a name that is not its own.
    ForeignHost,
    /// Too many requests, streams or downloads: try again after so many seconds.
    TooMany(u64),
    /// Too many streams are open.
    Busy,
    /// A fault of the program: it has been logged.
    Broken,
    /// The answer takes too long.
    Slow,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal),
            Error::Store(error) => Self::Store(error),
        }
    }
}

impl Failure {
    /// What a Messager said that runs elsewhere: that it is away is no trouble of a database.
    pub(super) fn of_messager(error: Error, elsewhere: bool) -> Self {
        match error {
            Error::Store(error) if elsewhere && error.kind() == StoreErrorKind::Unavailable => {
                tracing::warn!(error = ?error.trace(), "Messager is away");
                Self::MessagerAway
            }
            error => error.into(),
        }
    }
}

impl From<Unread> for Failure {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::TooLarge(_) => Self::TooLarge,
            Unread::Unfinished => Self::Unfinished,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A refusal in words: its title, the rule, what is wrong with which field, and the figures.
pub(super) struct Trouble {
    /// What happened.
    pub(super) title: String,
    /// The rule that refused.
    pub(super) rule: &'static str,
    /// Names and values.
    pub(super) details: Vec<(String, String)>,
}

impl Failure {
    /// The HTTP status.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => status_of(refusal.entry()),
            Self::Store(error) => match error.kind() {
                StoreErrorKind::Corrupt | StoreErrorKind::Other => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            },
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NotStaff | Self::ForeignOrigin | Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::ForeignHost => StatusCode::MISDIRECTED_REQUEST,
            Self::Unfinished => StatusCode::REQUEST_TIMEOUT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Busy | Self::Slow | Self::MessagerAway => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The key of its words.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Refused(refusal) => format!("refusal.{}", refusal.code()),
            Self::Store(_) => "failure.store".to_owned(),
            Self::MessagerAway => "failure.messager_away".to_owned(),
            Self::NotFound => "failure.not_found".to_owned(),
            Self::Method => "failure.method".to_owned(),
            Self::SignedOut => "failure.signed_out".to_owned(),
            Self::NotStaff => "failure.not_staff".to_owned(),
            Self::ForeignOrigin => "failure.foreign_origin".to_owned(),
            Self::ForeignForm => "failure.foreign_form".to_owned(),
            Self::Unreadable => "failure.unreadable".to_owned(),
            Self::TooLarge => "failure.too_large".to_owned(),
            Self::Unfinished => "failure.unfinished".to_owned(),
            Self::ForeignHost => "failure.foreign_host".to_owned(),
            Self::TooMany(_) => "failure.too_many".to_owned(),
            Self::Busy => "failure.busy".to_owned(),
            Self::Broken => "failure.broken".to_owned(),
            Self::Slow => "failure.slow".to_owned(),
        }
    }
}

impl Failure {
    /// What the layers around the console answered, which speak no HTML.
    pub(super) fn of_layers(response: &Response) -> Option<Self> {
        match response.extensions().get::<ProblemCode>()?.0 {
            code if code == TIMED_OUT.code => Some(Self::Slow),
            code if code == INTERNAL.code => Some(Self::Broken),
            _ => None,
        }
    }
}

impl IntoResponse for Failure {
    /// An empty answer that carries the failure: what surrounds the console makes the page of it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Self::TooMany(seconds) = self {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}
