//! The OpenAPI 3.1 document, made from the code: routes and shapes from the handlers, codes from the catalogues.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::Router;
use estair_core::refusal::CATALOGUE;
use serde_json::{Map, Value, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::{OpenApi, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use crate::api::{Api, document_route, routes};
use crate::health;
use crate::problem::{HTTP_ONLY, status_of, type_of};

/// An amount as a caller may write it: read exactly, whatever the notation.
pub(crate) struct AmountInput;

impl PartialSchema for AmountInput {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).pattern(Some(AMOUNT)).build();
        let number = ObjectBuilder::new().schema_type(SchemaType::new(Type::Number)).build();
        OneOfBuilder::new()
            .item(text)
            .item(number)
            .description(Some(
                "A JSON number or a string, read exactly: `5e5`, `500000.00` and `\"500000\"` are the same.",
            ))
            .examples([json!("500000"), json!(12.5)])
            .into()
    }
}

impl ToSchema for AmountInput {
    fn name() -> std::borrow::Cow<'static, str> {
        "AmountInput".into()
    }
}

/// A decimal, plain or scientific.
const AMOUNT: &str = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$";

/// A problem of RFC 9457, with the codes of both catalogues.
pub(crate) struct ProblemShape;

impl PartialSchema for ProblemShape {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
        let codes: Vec<_> = lines().into_keys().collect();
        ObjectBuilder::new()
            .description(Some(
                "RFC 9457. Figures of the rule that refused are fields of their own: `limit`, `from`, `errors`…",
            ))
            .property("type", text().description(Some("A URN that stands for the code")))
            .property("title", text())
            .property("status", ObjectBuilder::new().schema_type(SchemaType::new(Type::Integer)))
            .property("detail", text())
            .property("code", text().enum_values(Some(codes)).description(Some("Stable, one for each rule")))
            .required("type")
            .required("title")
            .required("status")
            .required("detail")
            .required("code")
            .into()
    }
}

impl ToSchema for ProblemShape {
    fn name() -> std::borrow::Cow<'static, str> {
        "Problem".into()
    }
}

/// Every code, with its status and what it says.
fn lines() -> BTreeMap<&'static str, (u16, &'static str)> {
    let core = CATALOGUE.iter().map(|entry| (entry.code, (status_of(entry).as_u16(), entry.title)));
    core.chain(HTTP_ONLY.iter().map(|line| (line.code, (line.status.as_u16(), line.title)))).collect()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "ESTAIR",
        description = "Accounts of travel agencies: credit, loads, unloads, support.\n\nIds are integers, instants RFC 3339 in \
            UTC. Amounts are accepted as JSON numbers or strings and read exactly; they are written as strings with the \
            currency's own number of decimals.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "requests", description = "Financial requests"),
        (name = "support", description = "Support requests"),
        (name = "accounts", description = "Accounts, limits, statements"),
        (name = "movements", description = "Movements and their audit trail"),
        (name = "webhook", description = "What Messager delivers"),
        (name = "events", description = "What changes, as it changes"),
        (name = "push", description = "Web push"),
        (name = "notifications", description = "What people want to be told"),
        (name = "operations", description = "For who watches the process"),
        (name = "contract", description = "This document"),
    ),
    components(schemas(ProblemShape)),
    paths(openapi_json),
)]
struct Document;

/// Shows the contract.
#[utoipa::path(
    get, path = "/api/openapi.json", operation_id = "getOpenApi", tag = "contract", security(()),
    responses((status = 200, description = "This document", body = Object)),
)]
#[expect(dead_code, reason = "documents a route that `router` serves")]
fn openapi_json() {}

/// The document, complete.
#[must_use]
pub fn document() -> Value {
    let (_, api) = OpenApiRouter::<Api>::with_openapi(Document::openapi()).merge(routes()).split_for_parts();
    let (_, operations) = health::routes().split_for_parts();
    let (_, webhook) = crate::webhook::routes().split_for_parts();
    let whole = api.merge_from(webhook).merge_from(operations);
    #[cfg(feature = "docs")]
    let whole = whole.merge_from(page::routes().into_openapi());
    let mut document = serde_json::to_value(whole).unwrap_or_default();
    complete(&mut document);
    document
}

/// Adds what holds for every route: problems, credentials, the place it is served from.
fn complete(document: &mut Value) {
    if let Some(document) = document.as_object_mut() {
        // Seen from /api/openapi.json, wherever that is mounted.
        document.insert("servers".into(), json!([{ "url": "..", "description": "Where this document comes from" }]));
        document.insert("security".into(), json!([{ "bearer": [] }, { "session": [] }]));
        let codes = lines().into_iter().map(|(code, (status, title))| {
            (code.to_owned(), json!({ "status": status, "title": title, "type": type_of(code) }))
        });
        document.insert("x-problem-codes".into(), Value::Object(codes.collect()));
    }
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert(
            "securitySchemes".into(),
            json!({
                "bearer": { "type": "http", "scheme": "bearer", "description": "A token that the host gave" },
                "signature": {
                    "type": "apiKey", "in": "header", "name": "webhook-signature",
                    "description": "Standard Webhooks, by a secret of the domain",
                },
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "session",
                    "description": "A session of the console, where the host accepts one",
                },
            }),
        );
    }
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut().filter(|operation| !operation.contains_key("security")) {
                add_problems(path, method, operation);
            }
        }
    }
}

/// The problems that an operation may answer with, by its form.
fn add_problems(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let body = operation.contains_key("requestBody");
    let creates = method == "post" && !path.ends_with("preview");
    let mut statuses = vec![401, 403, 422, 429, 500, 503];
    statuses.extend(body.then_some([400, 413, 415]).into_iter().flatten());
    statuses.extend((path.contains('{') || body || path.contains("push")).then_some(404));
    statuses.extend((creates || method == "patch").then_some(409));
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for status in statuses {
        let codes: Vec<_> = lines().into_iter().filter(|(_, line)| line.0 == status).map(|(code, _)| code).collect();
        let response = json!({
            "description": format!("A problem: {}", codes.join(", ")),
            "content": { "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" },
                "example": example_of(status, codes.first().copied().unwrap_or_default()),
            } },
        });
        responses.entry(status.to_string()).or_insert(response);
    }
}

fn example_of(status: u16, code: &str) -> Value {
    let (_, title) = lines().get(code).copied().unwrap_or_default();
    json!({ "type": type_of(code), "title": title, "status": status, "detail": title, "code": code })
}

/// `/api/openapi.json` and `/api/docs`.
pub(crate) fn router() -> Router<Api> {
    static JSON: LazyLock<Arc<str>> = LazyLock::new(|| document().to_string().into());
    let router = Router::new().route("/api/openapi.json", document_route(JSON.clone()));
    #[cfg(feature = "docs")]
    let router = router.merge(page::routes().split_for_parts().0);
    router
}

#[cfg(feature = "docs")]
mod page {
    //! The page that shows the document, from files inside the program.

    use std::sync::Arc;

    use axum::extract::Path;
    use axum::extract::rejection::PathRejection;
    use axum::http::{StatusCode, header};
    use axum::response::{IntoResponse, Response};
    use utoipa_axum::router::OpenApiRouter;
    use utoipa_axum::routes;
    use utoipa_swagger_ui::{Config, serve};

    use super::ProblemShape;
    use crate::api::Api;
    use crate::problem::{Problem, UNKNOWN_PATH};

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
        Ok((headers, file.bytes.into_owned()).into_response())
    }

    fn unknown() -> Problem {
        Problem::http(&UNKNOWN_PATH, "the page has no such file")
    }
}
