//! What handlers read of a request besides its body: the versions and keys that headers name.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use estair_core::decision::IdempotencyKey;
use estair_core::refusal::FieldError;

use crate::body::Fields;
use crate::idempotency;

/// What a handler needs of a request besides its body.
pub(super) struct Head {
    method: Method,
    /// As the router sees it, below the mount point.
    uri: Uri,
    /// As the caller wrote it.
    pub(super) original: Uri,
    headers: HeaderMap,
}

impl<S: Send + Sync> FromRequestParts<S> for Head {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let original = parts.extensions.get::<OriginalUri>();
        Ok(Self {
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            original: original.map_or_else(|| parts.uri.clone(), |uri| uri.0.clone()),
            headers: parts.headers.clone(),
        })
    }
}

impl Head {
    /// The idempotency key of the call; what is wrong with it is a fault like any other.
    pub(super) fn key(&self, fields: &mut Fields) -> Option<IdempotencyKey> {
        match idempotency::key_of(&self.headers, &self.method, self.uri.path(), &fields.canonical()) {
            Ok(key) => key,
            Err(fault) => {
                fields.faults([fault]);
                None
            }
        }
    }

    /// The idempotency key of a call whose body is no JSON: `content` says what it is.
    #[cfg(feature = "payments")]
    pub(super) fn key_of(&self, content: &str) -> Result<Option<IdempotencyKey>, FieldError> {
        idempotency::key_of(&self.headers, &self.method, self.uri.path(), content)
    }

    /// The version that `If-Match` names: `"3"`, `W/"3"` or `3`; `*` is any.
    fn if_match(&self) -> Result<Option<u64>, FieldError> {
        let Some(value) = self.headers.get(header::IF_MATCH) else { return Ok(None) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(None);
        }
        let tag = text.strip_prefix("W/").unwrap_or(text);
        let tag = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).unwrap_or(tag);
        tag.parse().map(Some).map_err(|_| FieldError::new("If-Match", "must be a version such as \"3\""))
    }

    /// The version a change is meant for: the body's, or `If-Match`'s; both must agree.
    pub(super) fn version(&self, fields: &mut Fields) -> Option<u64> {
        let given = fields.take_u64("version");
        match (given, self.if_match()) {
            (given, Ok(None)) => given,
            (None, Ok(named)) => named,
            (Some(given), Ok(Some(named))) => {
                if given != named {
                    fields.fault("version", "is not the one that If-Match names");
                }
                Some(given)
            }
            (given, Err(fault)) => {
                fields.faults([fault]);
                given
            }
        }
    }
}
