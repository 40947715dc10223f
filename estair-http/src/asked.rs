//! The query of a call, as it came, before anybody reads it.

use axum::extract::Query;
use axum::http::Uri;
use estair_core::refusal::FieldError;

/// Names and values, in their order.
pub(crate) fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, FieldError> {
    let read = Query::<Vec<(String, String)>>::try_from_uri(uri);
    read.map(|Query(pairs)| pairs).map_err(|_| FieldError::new("query", "cannot be read"))
}

/// What is wrong with the query of a call that takes none: whatever is there.
pub(crate) fn beyond_none(uri: &Uri) -> Vec<FieldError> {
    match pairs(uri) {
        Ok(pairs) => pairs.iter().map(|(name, _)| unknown(name)).collect(),
        Err(fault) => vec![fault],
    }
}

/// A parameter that the call does not have.
pub(crate) fn unknown(name: &str) -> FieldError {
    FieldError::new(shown(name), "is not known here")
}

/// The name of a parameter as an answer repeats it.
pub(crate) fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(64).collect()
}
