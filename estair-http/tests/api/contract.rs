//! The OpenAPI document says what the server does, and the server does what it says.

use std::collections::BTreeSet;

use estair_core::refusal::CATALOGUE;
use estair_http::limits::Limits;
use estair_http::problem::HTTP_ONLY;
use estair_http::{Options, document};
use serde_json::{Value, json};

use crate::world::{ADMIN, World};

/// Every operation of the document: path, method, operation.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let item = item.as_object().unwrap().clone();
        item.into_iter().map(|(method, operation)| (path.clone(), method, operation)).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn every_route_of_the_specification_is_there() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let there: BTreeSet<_> =
        operations(&document).into_iter().map(|(path, method, _)| format!("{method} {path}")).collect();
    for route in [
        "post /api/requetes-financieres",
        "post /api/requetes-financieres/preview",
        "get /api/requetes-financieres",
        "get /api/requetes-financieres/{id}",
        "patch /api/requetes-financieres/{id}",
        "get /api/requetes-financieres/{id}/historique",
        "post /api/helpdesk",
        "get /api/helpdesk",
        "get /api/helpdesk/{id}",
        "patch /api/helpdesk/{id}",
        "get /api/helpdesk/{id}/commentaires",
        "post /api/helpdesk/{id}/commentaires",
        "post /api/accounts",
        "get /api/accounts",
        "get /api/accounts/{id}",
        "patch /api/accounts/{id}",
        "get /api/accounts/{id}/historique",
        "get /api/accounts/{id}/releve.xlsx",
        "get /api/accounts/{id}/releve.csv",
        "get /api/mouvements",
        "get /api/audit",
        "get /api/recherche",
        "get /api/rapport",
        "get /api/notifications",
        "post /api/notifications/{id}/renvoi",
        "get /api/accounts/{id}/limit",
        "put /api/accounts/{id}/limit",
        "get /api/accounts/{id}/mouvements",
        "get /api/mouvements/{id}",
        "get /api/mouvements/{id}/logs",
        "post /api/mouvements",
        "get /api/events",
        "get /api/push/public-key",
        "post /api/push/subscriptions",
        "delete /api/push/subscriptions",
        "get /api/notifications/preferences",
        "put /api/notifications/preferences",
        "get /api/moi",
        "get /api/personnes",
        "post /api/personnes",
        "get /api/personnes/{id}",
        "patch /api/personnes/{id}",
        "post /api/personnes/{id}/jetons",
        "delete /api/jetons/{id}",
        "get /healthz",
        "get /readyz",
        "get /metrics",
        "get /api/openapi.json",
        "get /api/docs",
        "get /api/docs/",
        "get /api/docs/{file}",
    ] {
        assert!(there.contains(route), "{route} is missing in {there:#?}");
    }
}

#[test]
fn every_response_has_a_description_and_every_reference_leads_somewhere() {
    let messager = serde_json::to_value(estair_http::messager::api::openapi()).unwrap();
    for document in [document(), messager] {
        assert_eq!(document["info"]["license"]["identifier"], "MIT OR Apache-2.0");
        is_whole(&document);
    }
}

fn is_whole(document: &Value) {
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(document) {
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{method} {path}");
        assert!(operation["summary"].is_string() && operation["tags"].is_array(), "{method} {path}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            let described = response["description"].as_str().is_some_and(|text| !text.is_empty());
            assert!(described, "{method} {path} {status}");
        }
    }
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

/// Spectral checks in `tests/external/contract/run` that they are what their schemas say.
#[test]
fn every_json_body_has_an_example() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        let responses = operation["responses"].as_object().into_iter().flatten();
        for (place, body) in
            [("body", &operation["requestBody"])].into_iter().chain(responses.map(|(s, r)| (s.as_str(), r)))
        {
            let content = body["content"].as_object().into_iter().flatten().filter(|(kind, _)| kind.ends_with("json"));
            for (kind, media) in content {
                assert!(media.get("example").or(media.get("examples")).is_some(), "{method} {path} {place} {kind}");
            }
        }
    }
}

// rule: P3
#[test]
fn p3_every_code_is_listed() {
    let document = document();
    let codes = document.pointer("/components/schemas/Problem/properties/code/enum").unwrap().as_array().unwrap();
    for code in CATALOGUE.iter().map(|entry| entry.code).chain(HTTP_ONLY.iter().map(|line| line.code)) {
        assert!(codes.contains(&json!(code)), "{code}");
        assert!(document["x-problem-codes"][code]["status"].is_u64(), "{code}");
    }
}

/// A documented field is one that the server knows: it never says that it is unknown.
#[tokio::test]
async fn documented_fields_and_parameters_are_known() {
    let world = World::new().await;
    let document = document();
    let unknown = |answer: &crate::world::Answer, field: &str| {
        let problem: Value = serde_json::from_slice(&answer.bytes).unwrap_or_default();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().any(|error| error["field"] == field && error["message"] == "is not known here")
    };
    world.post("client", "/api/helpdesk", json!({ "subject": "a", "description": "b" })).await.ok(201);
    world.credit(5).await;
    for (path, method, operation) in operations(&document) {
        // A stream has no end, and the webhook is another router's.
        if path == "/api/events" || path.starts_with("/api/webhook") {
            continue;
        }
        let url = path.replace("{id}", "1");
        for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            let answer = world.get(ADMIN, &format!("{url}?{name}=%00")).await;
            assert!(!unknown(&answer, name), "{method} {path} {name}");
        }
        let Some(reference) = operation.pointer("/requestBody/content/application~1json/schema/$ref") else { continue };
        let schema = document.pointer(&reference.as_str().unwrap()[1..]).unwrap();
        for name in schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
            let body = json!({ name.as_str(): { "no": "such value" } }).to_string();
            let answer = world.call(ADMIN, &method.to_uppercase(), &url, &[], &body).await;
            assert!(!unknown(&answer, name), "{method} {path} {name}");
        }
        let body = json!({ "surprise": 1 }).to_string();
        let answer = world.call(ADMIN, &method.to_uppercase(), &url, &[], &body).await;
        assert!(unknown(&answer, "surprise"), "{method} {path}: {}", answer.text());
    }
}

/// What is not documented is an unknown field, on reads of one thing and on writes too, and nothing is done.
#[tokio::test]
async fn an_unknown_parameter_is_refused_on_every_route() {
    let options = Options::default().vapid_public_key(Some("key".into())).limits(Limits::new(0));
    let world = World::with(options).await;
    world.post("client", "/api/helpdesk", json!({ "subject": "a", "description": "b" })).await.ok(201);
    world.credit(5).await;
    world.payment(1, "A", "5").await;
    let person = json!({ "name": "Awa", "email": "awa@example.test", "role": "operation" });
    let person = world.post(ADMIN, "/api/personnes", person).await.ok(201)["id"].clone();
    let token = world.post(ADMIN, &format!("/api/personnes/{person}/jetons"), json!({})).await.ok(201)["id"].clone();
    let comment = world.get("client", "/api/helpdesk/1").await.json();
    for (path, method, operation) in operations(&document()) {
        let open = operation["security"] == json!([{}]);
        let apart = ["/api/notifications/{id}/renvoi", "/api/paiements"].contains(&path.as_str());
        if open || apart || path.starts_with("/api/webhook") {
            continue;
        }
        let id = match path.as_str() {
            path if path.starts_with("/api/personnes") => person.to_string(),
            path if path.starts_with("/api/jetons") => token.to_string(),
            _ => "1".to_owned(),
        };
        let body = if operation["requestBody"].is_object() { r#"{"body":"x"}"# } else { "" };
        let url = format!("{}?surprise=1", path.replace("{id}", &id));
        let answer = world.call(ADMIN, &method.to_uppercase(), &url, &[], body).await;
        answer.faulty("surprise");
    }
    world.get("", "/api/moi?surprise=1").await.problem(401, "unauthenticated");
    world.get(ADMIN, "/api/mouvements/99?surprise=1").await.problem(404, "not_found");
    assert_eq!(world.get("client", "/api/helpdesk/1").await.json(), comment, "nothing was done");
    world.call(ADMIN, "DELETE", &format!("/api/jetons/{token}"), &[], "").await;
}

#[tokio::test]
async fn the_document_and_its_page_are_served_to_anyone_without_outside_assets() {
    let world = World::new().await;
    let served = world.get("", "/api/openapi.json").await;
    assert_eq!(served.header("content-type"), Some("application/json"));
    assert_eq!(served.json(), document());
    let moved = world.get("", "/api/docs").await;
    assert_eq!((moved.status, moved.header("location")), (307, Some("docs/")));
    let page = world.get("", "/api/docs/").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(!page.text().contains("https://"), "{}", page.text());
    let start = world.get("", "/api/docs/swagger-initializer.js").await.text();
    assert!(start.contains("../openapi.json") && !start.contains("https://"), "{start}");
    for asset in ["swagger-ui.css", "swagger-ui-bundle.js"] {
        assert_eq!(world.get("", &format!("/api/docs/{asset}")).await.status, 200, "{asset}");
    }
}

/// What anybody may read is answered with a status, a media type and the headers that the document has.
#[tokio::test]
async fn what_is_read_without_credentials_is_answered_as_documented() {
    let world = World::new().await;
    let document = document();
    let open = operations(&document).into_iter().filter(|(path, method, operation)| {
        method == "get" && operation["security"] == json!([{}]) && path.starts_with("/api/")
    });
    let mut asked = 0;
    for (path, _, operation) in open {
        for url in ["swagger-ui.css", "none.js", "%ff"].map(|file| path.replace("{file}", file)) {
            let answer = world.get("", &url).await;
            let response = &operation["responses"][answer.status.to_string()];
            assert!(response.is_object(), "{url} answers {}", answer.status);
            for header in response["headers"].as_object().into_iter().flatten().map(|(name, _)| name) {
                assert!(answer.header(header).is_some(), "{url} without {header}");
            }
            let kinds: Vec<_> = response["content"].as_object().into_iter().flatten().map(|(kind, _)| kind).collect();
            let kind = answer.header("content-type").map(|kind| kind.split(';').next().unwrap());
            let fits = |named: &&String| named.as_str() == "*/*" || Some(named.as_str()) == kind;
            assert!(if answer.bytes.is_empty() { kinds.is_empty() } else { kinds.iter().any(fits) }, "{url}: {kind:?}");
            asked += 1;
        }
    }
    assert!(asked >= 12, "{asked}");
}

/// A body is closed: what is not documented is refused, and the document says so.
#[test]
fn bodies_are_closed() {
    let document = document();
    let schemas = document.pointer("/components/schemas").unwrap();
    for name in [
        "NewFinancialRequest",
        "FinancialRequestPatch",
        "NewFinancialRequestComment",
        "NewLot",
        "LotOperation",
        "NewSupportRequest",
        "SupportRequestPatch",
        "NewComment",
        "NewAccount",
        "NewLimit",
        "NewMovement",
        "NewMovements",
        "Subscription",
        "SubscriptionKeys",
        "Unsubscription",
        "NewPerson",
        "PersonPatch",
        "NewToken",
    ] {
        assert_eq!(schemas[name]["additionalProperties"], json!(false), "{name}");
    }
}
