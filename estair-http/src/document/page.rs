//! The page that shows the document, from files inside the program.

use std::sync::Arc;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, serve};

use crate::api::Api;
use crate::compression::Unchanging;
use crate::problem::{Problem, UNKNOWN_PATH};
use crate::shapes::ProblemShape;

/// The page's own scripts and styles, nothing else; it styles itself with inline attributes.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(place)).routes(routes!(page)).routes(routes!(asset))
}

/// Leads to the page of the contract, `docs/`.
#[utoipa::path(
    get, path = "/api/docs", operation_id = "getDocs", tag = "contract", security(()),
    responses((status = 307, description = "Where the page is", headers(
        ("location" = String, description = "Relative, so that it holds wherever the API is mounted: `docs/`"),
    ))),
)]
async fn place() -> impl IntoResponse {
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "docs/")])
}

/// Shows the contract as a page to read and to try.
#[utoipa::path(
    get, path = "/api/docs/", operation_id = "getDocsPage", tag = "contract", security(()),
    responses((
        status = 200, description = "A page without any outside asset", body = String, content_type = "text/html",
    )),
)]
async fn page() -> Result<Response, Problem> {
    file("")
}

/// Gives a file of that page: a script, a style, an image.
#[utoipa::path(
    get, path = "/api/docs/{file}", operation_id = "getDocsFile", tag = "contract", security(()),
    params(("file" = String, Path, description = "its name, such as `swagger-ui.css`")),
    responses(
        (status = 200, description = "The file", body = String, content_type = "*/*"),
        (status = 404, description = "There is no such file", body = ProblemShape, content_type = "application/problem+json"),
    ),
)]
async fn asset(name: Result<Path<String>, PathRejection>) -> Result<Response, Problem> {
    let Path(name) = name.map_err(|_| unknown())?;
    file(&name)
}

fn file(name: &str) -> Result<Response, Problem> {
    let Ok(Some(file)) = serve(name, Arc::new(Config::from("../openapi.json"))) else {
        return Err(unknown());
    };
    let headers = [(header::CONTENT_TYPE, file.content_type), (header::CONTENT_SECURITY_POLICY, POLICY.into())];
    Ok((headers, Unchanging::file(name, file.bytes)).into_response())
}

fn unknown() -> Problem {
    Problem::http(&UNKNOWN_PATH, "the page has no such file")
}
