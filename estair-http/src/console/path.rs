//! Reading paths.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use super::failure::Failure;
use crate::caller::read_id;

/// The number of a row in a path; what is none is not found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Id<T>(pub(super) T);

impl<S: Send + Sync, T: From<u64>> FromRequestParts<S> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Ok(Path(text)) = Path::<String>::from_request_parts(parts, state).await else {
            return Err(Failure::NotFound);
        };
        read_id(&text).map(Self).ok_or(Failure::NotFound)
    }
}
