//! The OpenAPI 3.1 document, made from the code: routes and shapes from the handlers, codes from the catalogues.

mod examples;
#[cfg(feature = "docs")]
mod page;

use std::sync::LazyLock;

use axum::Router;
use axum::body::Bytes;
use axum::routing::get;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::api::{Api, people_routes, routes};
use crate::compression::contract;
use crate::problem::{catalogue, type_of};
use crate::shapes::ProblemShape;
use crate::{health, webhook};

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
        (name = "notifications", description = "What people are told, and want to be told"),
        (name = "people", description = "People and their tokens"),
        (name = "search", description = "One search over everything"),
        (name = "report", description = "The daily report"),
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

/// The document, complete: of a host that has people.
#[must_use]
pub fn document() -> Value {
    document_of(true)
}

/// The document of a host that has people, or has none.
fn document_of(has_people: bool) -> Value {
    let routes = if has_people { routes().merge(people_routes()) } else { routes() };
    let (_, api) = OpenApiRouter::<Api>::with_openapi(Document::openapi()).merge(routes).split_for_parts();
    let (_, operations) = health::routes().split_for_parts();
    let (_, webhook) = webhook::routes().split_for_parts();
    let whole = api.merge_from(webhook).merge_from(operations);
    #[cfg(feature = "docs")]
    let whole = whole.merge_from(page::routes().into_openapi());
    let mut document = serde_json::to_value(whole).unwrap_or_default();
    complete(&mut document);
    document
}

/// Adds what holds for every route: examples, problems, credentials, the place it is served from.
fn complete(document: &mut Value) {
    examples::add(document);
    bound_parameters(document);
    if let Some(document) = document.as_object_mut() {
        // Seen from /api/openapi.json, wherever that is mounted.
        document.insert("servers".into(), json!([{ "url": "..", "description": "Where this document comes from" }]));
        document.insert("security".into(), json!([{ "bearer": [] }, { "session": [] }]));
        let codes = catalogue().into_iter().map(|(code, (status, title))| {
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
            let Some(operation) = operation.as_object_mut() else { continue };
            if !operation.contains_key("security") {
                add_problems(path, method, operation);
            }
            let responses = operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten();
            responses.for_each(|(status, response)| show_problem(status, response));
        }
    }
}

/// What parameters that many routes have may hold; their readers are one, too.
fn bound_parameters(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    let operations = paths.filter_map(|(_, item)| item.as_object_mut()).flatten().map(|(_, operation)| operation);
    let parameters = operations.filter_map(|operation| operation.get_mut("parameters")?.as_array_mut()).flatten();
    for parameter in parameters {
        let bounds = match parameter.get("name").and_then(Value::as_str) {
            Some("limit") => json!({ "minimum": 1, "maximum": 200, "default": 50 }),
            Some("cursor") => json!({ "minLength": 1 }),
            Some("Idempotency-Key") => json!({ "minLength": 1, "maxLength": 255 }),
            _ => continue,
        };
        let schema = parameter.get_mut("schema").and_then(Value::as_object_mut);
        schema.into_iter().for_each(|schema| schema.extend(bounds.as_object().cloned().unwrap_or_default()));
    }
}

/// The problems that an operation may answer with, by its form.
fn add_problems(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let body = operation.contains_key("requestBody");
    let creates = method == "post" && !path.ends_with("preview");
    let mut statuses = vec![401, 403, 422, 429, 500, 503];
    statuses.extend(body.then_some([400, 408, 413, 415]).into_iter().flatten());
    statuses.extend((path.contains('{') || body || path.contains("push")).then_some(404));
    statuses.extend((creates || method == "patch").then_some(409));
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for status in statuses {
        let codes: Vec<_> =
            catalogue().into_iter().filter(|(_, line)| line.0 == status).map(|(code, _)| code).collect();
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

/// Shows a problem that a route documents by itself.
fn show_problem(status: &str, response: &mut Value) {
    let problem = response.pointer_mut("/content/application~1problem+json").and_then(Value::as_object_mut);
    let Some(problem) = problem.filter(|problem| !problem.contains_key("example")) else { return };
    let code = catalogue().into_iter().find(|(_, (known, _))| known.to_string() == status);
    problem.extend(code.map(|(code, (status, _))| ("example".to_owned(), example_of(status, code))));
}

fn example_of(status: u16, code: &str) -> Value {
    let (_, title) = catalogue().get(code).copied().unwrap_or_default();
    json!({ "type": type_of(code), "title": title, "status": status, "detail": title, "code": code })
}

/// `/api/openapi.json` and `/api/docs`.
pub(crate) fn router(has_people: bool) -> Router<Api> {
    static WITH: LazyLock<Bytes> = LazyLock::new(|| document_of(true).to_string().into());
    static WITHOUT: LazyLock<Bytes> = LazyLock::new(|| document_of(false).to_string().into());
    let document = Bytes::clone(if has_people { &WITH } else { &WITHOUT });
    let router = Router::new().route("/api/openapi.json", get(move || contract(document)));
    #[cfg(feature = "docs")]
    let router = router.merge(page::routes().split_for_parts().0);
    router
}
