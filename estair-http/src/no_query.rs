//! Calls that have no parameters: a query of theirs is an unknown field, and the document says which they are.
//!
//! Guarantees: a route that documents no parameter answers no query with success, whoever forgets to look. A call with a body reads
//! it as one fault more ([`Body`](crate::body::Body)), and changes nothing then; what only reads is answered first and its answer
//! dropped, so that what is missing is told before what is unknown (P5).

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use estair_core::refusal::Refusal;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::{OpenApi, RefOr};

use crate::asked;
use crate::problem::Problem;

/// The paths that are read without parameters. Cheap to clone.
#[derive(Clone)]
pub(crate) struct NoQuery(Arc<[String]>);

impl NoQuery {
    /// Those of these routes.
    pub(crate) fn of(document: &OpenApi) -> Self {
        let plain = |item: &PathItem| item.get.as_ref().is_some_and(|operation| !takes_any(operation));
        let paths = document.paths.paths.iter().filter(|(_, item)| plain(item));
        Self(paths.map(|(path, _)| path.clone()).collect())
    }
}

fn takes_any(operation: &Operation) -> bool {
    let is_of_query = |parameter: &RefOr<Parameter>| match parameter {
        RefOr::T(parameter) => matches!(parameter.parameter_in, ParameterIn::Query),
        RefOr::Ref(_) => true,
    };
    operation.parameters.iter().flatten().any(is_of_query)
}

/// Within the door: nobody is told of parameters who is not let in.
pub(crate) async fn refuse_query(State(NoQuery(paths)): State<NoQuery>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let takes_none = reads && paths.iter().any(|path| route.ends_with(path.as_str()));
    let faults = if takes_none { asked::beyond_none(request.uri()) } else { Vec::new() };
    let response = next.run(request).await;
    match response.status() {
        _ if faults.is_empty() => response,
        StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND | StatusCode::TOO_MANY_REQUESTS => response,
        status if status.is_server_error() => response,
        _ => Problem::from(Refusal::Invalid(faults)).into_response(),
    }
}
