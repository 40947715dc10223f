//! People, their tokens and who the caller is, over HTTP (A4).

use serde_json::{Value, json};

use crate::world::{ADMIN, AUDITOR, CLIENT, CONFINED, EVERYONE, OPERATION, OTHER, SERVICE, World};

const PEOPLE: &str = "/api/personnes";

fn agent() -> Value {
    json!({ "name": "Moussa Fall", "email": "moussa@example.test", "role": "client", "account_id": 1, "kind": "agent" })
}

// rule: A4
#[tokio::test]
async fn a4_admin_creates_lists_and_changes_people() {
    let world = World::new().await;
    let created = world.post(ADMIN, PEOPLE, agent()).await;
    let person = created.ok(201);
    let id = person["id"].as_u64().unwrap();
    assert_eq!(created.header("location"), Some(format!("{PEOPLE}/{id}").as_str()));
    let expected = json!({
        "id": id, "name": "Moussa Fall", "email": "moussa@example.test", "role": "client", "account_id": 1,
        "kind": "agent", "disabled": false, "last_used_at": null, "tokens": [],
    });
    assert_eq!(person, expected);
    let path = format!("{PEOPLE}/{id}");
    assert_eq!(world.get(ADMIN, &path).await.ok(200), expected);

    let mut listed = expected.clone();
    listed.as_object_mut().unwrap().remove("tokens");
    let page = world.get(ADMIN, &format!("{PEOPLE}?limit=2")).await.ok(200);
    assert_eq!(page["items"][0], listed, "newest first");
    let next = page["next_cursor"].as_str().unwrap();
    let older = world.get(ADMIN, &format!("{PEOPLE}?limit=2&cursor={next}")).await.ok(200);
    assert_eq!(older["items"][0]["id"], 24);
    for (filter, count) in [("role=client", 3), ("account_id=1", 2), ("disabled=true", 0), ("role=auditor", 1)] {
        let page = world.get(ADMIN, &format!("{PEOPLE}?{filter}")).await.ok(200);
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{filter}");
    }

    let changed =
        world.patch(ADMIN, &path, json!({ "role": "finance", "email": null, "name": "M. Fall" })).await.ok(200);
    assert_eq!(changed["role"], "finance");
    assert_eq!(
        (&changed["email"], &changed["account_id"], &changed["kind"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(changed["name"], "M. Fall");
    let disabled = world.patch(ADMIN, &path, json!({ "disabled": true })).await.ok(200);
    assert_eq!((&disabled["disabled"], &disabled["role"]), (&json!(true), &json!("finance")));
    let back = world.patch(ADMIN, &path, json!({ "role": "client", "account_id": 2 })).await.ok(200);
    assert_eq!((&back["account_id"], &back["kind"]), (&json!(2), &json!("agency")));
}

// rule: A4, A3
#[tokio::test]
async fn a4_what_nobody_can_be_is_named_by_its_field() {
    let world = World::new().await;
    let with = |field: &str, value: Value| {
        let mut body = agent();
        body[field] = value;
        body
    };
    for (field, value) in [
        ("name", json!("")),
        ("name", json!(null)),
        ("name", json!("x".repeat(256))),
        ("name", json!("a\nb")),
        ("email", json!("")),
        ("email", json!("a..b@example.test")),
        ("email", json!(null)),
        ("role", json!("system")),
        ("role", json!("boss")),
        ("role", json!(null)),
        ("account_id", json!("1")),
        ("account_id", json!(null)),
        ("kind", json!("shop")),
        ("disabled", json!("no")),
        ("token", json!("t")),
    ] {
        world.post(ADMIN, PEOPLE, with(field, value)).await.faulty(field);
    }
    world.post(ADMIN, PEOPLE, with("role", json!("finance"))).await.faulty("account_id");
    let staff = json!({ "name": "N", "email": "n@example.test", "role": "admin", "kind": "agent" });
    world.post(ADMIN, PEOPLE, staff).await.faulty("kind");
    world.post(ADMIN, PEOPLE, with("account_id", json!(99))).await.problem(404, "not_found");
    world.post(ADMIN, PEOPLE, json!({ "name": "BMP", "role": "service" })).await.ok(201);

    let path = format!("{PEOPLE}/11");
    for (field, body) in [
        ("name", json!({})),
        ("name", json!({ "name": null })),
        ("name", json!({ "name": " " })),
        ("email", json!({ "email": "" })),
        ("role", json!({ "role": null })),
        ("disabled", json!({ "disabled": null })),
        ("account_id", json!({ "account_id": null })),
        ("version", json!({ "version": 1, "name": "N" })),
        ("tokens", json!({ "tokens": [] })),
    ] {
        world.patch(ADMIN, &path, body).await.faulty(field);
    }
    world.patch(ADMIN, &format!("{PEOPLE}/21"), json!({ "role": "client" })).await.faulty("account_id");
    world.patch(ADMIN, &path, json!({ "account_id": 99 })).await.problem(404, "not_found");
    world.get(ADMIN, &format!("{PEOPLE}?q=x")).await.faulty("q");
}

// rule: A4
#[tokio::test]
async fn a4_a_token_is_shown_once_and_withdrawn_for_good() {
    let world = World::new().await;
    let path = format!("{PEOPLE}/21/jetons");
    let given = world.post(ADMIN, &path, json!({ "name": "Guichet 2" })).await;
    assert_eq!(given.header("cache-control"), Some("no-store"));
    let given = given.ok(201);
    assert!(given["token"].as_str().is_some_and(|token| !token.is_empty()));
    let id = given["id"].as_u64().unwrap();
    let shown = world.get(ADMIN, &format!("{PEOPLE}/21")).await.ok(200);
    let token = &shown["tokens"][0];
    assert_eq!((&token["id"], &token["name"], &token["last_used_at"]), (&json!(id), &json!("Guichet 2"), &Value::Null));
    assert_eq!(token.as_object().unwrap().len(), 4);
    assert!(!shown.to_string().contains(given["token"].as_str().unwrap()));

    world.call(ADMIN, "POST", &path, &[], "").await.ok(201);
    world.post(ADMIN, &path, json!({ "name": "x".repeat(256) })).await.faulty("name");
    world.post(ADMIN, &path, json!({ "sources": ["bmp"] })).await.faulty("sources");
    world.post(ADMIN, &format!("{PEOPLE}/999/jetons"), json!({})).await.problem(404, "not_found");

    let withdraw = format!("/api/jetons/{id}");
    assert_eq!(world.call(ADMIN, "DELETE", &withdraw, &[], "").await.status, 204);
    world.call(ADMIN, "DELETE", &withdraw, &[], "").await.problem(404, "not_found");
    assert_eq!(world.get(ADMIN, &format!("{PEOPLE}/21")).await.ok(200)["tokens"].as_array().unwrap().len(), 1);
}

// rule: W3, A4
#[tokio::test]
async fn w3_people_and_tokens_are_made_once_under_a_key() {
    let world = World::new().await;
    let key = [("idempotency-key", "person-1")];
    let body = agent().to_string();
    let first = world.call(ADMIN, "POST", PEOPLE, &key, &body).await;
    let again = world.call(ADMIN, "POST", PEOPLE, &key, &body).await;
    assert_eq!((first.ok(201), again.header("idempotent-replayed")), (again.ok(201), Some("true")));
    world
        .call(ADMIN, "POST", PEOPLE, &key, &agent().to_string().replace("Fall", "Sy"))
        .await
        .problem(422, "idempotency_key_reused");
    let tokens = format!("{PEOPLE}/21/jetons");
    world.call(ADMIN, "POST", &tokens, &key, "{}").await.problem(422, "idempotency_key_reused");
    let key = [("idempotency-key", "token-1")];
    let first = world.call(ADMIN, "POST", &tokens, &key, "{}").await.ok(201);
    let again = world.call(ADMIN, "POST", &tokens, &key, "{}").await;
    assert_eq!((first, again.header("idempotent-replayed")), (again.ok(201), Some("true")));
    world
        .call(ADMIN, "POST", PEOPLE, &[("idempotency-key", "no key")], &agent().to_string())
        .await
        .faulty("Idempotency-Key");
}

// rule: A4
#[tokio::test]
async fn a4_somebody_who_manages_people_always_stays() {
    let world = World::new().await;
    let me = format!("{PEOPLE}/23");
    let token = world.post(ADMIN, &format!("{me}/jetons"), json!({})).await.ok(201)["id"].clone();
    for change in
        [json!({ "disabled": true }), json!({ "role": "finance" }), json!({ "role": "client", "account_id": 1 })]
    {
        world.patch(ADMIN, &me, change.clone()).await.problem(409, "last_admin");
    }
    world.call(ADMIN, "DELETE", &format!("/api/jetons/{token}"), &[], "").await.problem(409, "last_admin");
    let shown = world.get(ADMIN, &me).await.ok(200);
    assert_eq!(
        (&shown["role"], &shown["disabled"], shown["tokens"].as_array().unwrap().len()),
        (&json!("admin"), &json!(false), 1)
    );
    // What leaves somebody goes on.
    world.patch(ADMIN, &me, json!({ "name": "Aminata B.", "role": "admin", "disabled": false })).await.ok(200);
    let other = json!({ "name": "N", "email": "n@example.test", "role": "admin" });
    let other = world.post(ADMIN, PEOPLE, other).await.ok(201)["id"].clone();
    world.call(ADMIN, "DELETE", &format!("/api/jetons/{token}"), &[], "").await.problem(409, "last_admin");
    world.post(ADMIN, &format!("{PEOPLE}/{other}/jetons"), json!({})).await.ok(201);
    assert_eq!(world.call(ADMIN, "DELETE", &format!("/api/jetons/{token}"), &[], "").await.status, 204);
    world.patch(ADMIN, &format!("{PEOPLE}/{other}"), json!({ "disabled": true })).await.ok(200);
    world.patch(ADMIN, &me, json!({ "disabled": true })).await.problem(409, "last_admin");
    world.patch(ADMIN, &format!("{PEOPLE}/{other}"), json!({ "disabled": false })).await.ok(200);
    world.patch(ADMIN, &me, json!({ "disabled": true })).await.ok(200);
}

// rule: P1, P2, P5
#[tokio::test]
async fn p1_nobody_but_admin_manages_people() {
    let world = World::new().await;
    world.post(ADMIN, &format!("{PEOPLE}/21/jetons"), json!({})).await.ok(201);
    let calls = [
        ("GET", PEOPLE.to_owned(), String::new()),
        ("POST", PEOPLE.to_owned(), json!({ "name": "N", "email": "n@example.test", "role": "admin" }).to_string()),
        ("GET", format!("{PEOPLE}/21"), String::new()),
        ("PATCH", format!("{PEOPLE}/21"), json!({ "disabled": true }).to_string()),
        ("POST", format!("{PEOPLE}/21/jetons"), "{}".to_owned()),
        ("DELETE", "/api/jetons/1".to_owned(), String::new()),
    ];
    for who in EVERYONE.into_iter().chain([AUDITOR, CONFINED]).filter(|who| *who != ADMIN) {
        for (method, path, body) in &calls {
            // To a client nobody else is there.
            let hidden = [CLIENT, OTHER].contains(&who) && path != PEOPLE;
            let (status, code) = if hidden { (404, "not_found") } else { (403, "forbidden") };
            world.call(who, method, path, &[], body).await.problem(status, code);
        }
        world.call(who, "PATCH", &format!("{PEOPLE}/999"), &[], "{}").await.problem(404, "not_found");
        world.call(who, "DELETE", "/api/jetons/999", &[], "").await.problem(404, "not_found");
        world.call(who, "POST", PEOPLE, &[], r#"{"role":"boss"}"#).await.faulty("role");
    }
    world.get(CLIENT, &format!("{PEOPLE}/11")).await.problem(403, "forbidden");
    for (method, path, body) in &calls {
        world.call("", method, path, &[], body).await.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn a_host_without_people_has_no_such_routes() {
    let world = World::without_people().await;
    for path in [PEOPLE, "/api/personnes/21"] {
        world.get(ADMIN, path).await.problem(404, "unknown_path");
    }
    let document = world.get("", "/api/openapi.json").await.ok(200);
    assert!(document["paths"].get(PEOPLE).is_none() && document["paths"].get("/api/moi").is_some());
    assert_eq!(world.get(ADMIN, "/api/moi").await.ok(200)["name"], Value::Null);
}

// rule: P4
#[tokio::test]
async fn p4_everybody_is_told_who_they_are_and_what_they_may() {
    let world = World::new().await;
    let me = world.get(CLIENT, "/api/moi").await.ok(200);
    let expected = json!({
        "user_id": 11, "name": "Awa Koné", "role": "client", "kind": "agency", "account_id": 1,
        "permissions": [
            "create_daily_credit", "read_requests", "comment_requests", "create_support", "read_support", "edit_support", "comment_support",
            "read_accounts", "read_limit",
        ],
    });
    assert_eq!(me, expected);
    let auditor = world.get(AUDITOR, "/api/moi").await.ok(200);
    assert_eq!(
        (&auditor["kind"], &auditor["account_id"], &auditor["name"]),
        (&Value::Null, &Value::Null, &json!("Cabinet Diop"))
    );
    let words = auditor["permissions"].as_array().unwrap();
    assert!(
        words.iter().all(|word| ["read_", "list_"].iter().any(|kind| word.as_str().unwrap().starts_with(kind))),
        "{words:?}"
    );
    let known = estair_http::document();
    let known = known.pointer("/components/schemas/Permission/enum").unwrap().as_array().unwrap();
    for who in EVERYONE.into_iter().chain([AUDITOR]) {
        let me = world.get(who, "/api/moi").await.ok(200);
        for word in me["permissions"].as_array().unwrap() {
            assert!(known.contains(word), "{who}: {word}");
        }
    }
}

// rule: A4
#[tokio::test]
async fn a4_comments_name_who_wrote_them_and_staff_to_a_client_is_the_desk() {
    let world = World::new().await;
    world.post(CLIENT, "/api/helpdesk", json!({ "subject": "S", "description": "D" })).await.ok(201);
    let path = "/api/helpdesk/1/commentaires";
    for who in [CLIENT, OPERATION, ADMIN] {
        world.post(who, path, json!({ "body": "B" })).await.ok(201);
    }
    let authors = async |who: &str| {
        let listed = world.get(who, path).await.ok(200);
        let ticket = world.get(who, "/api/helpdesk/1").await.ok(200);
        let of = |items: &Value| {
            let of = |one: &Value| (one["author"].as_str().unwrap().to_owned(), one["created_by"].as_u64());
            items.as_array().unwrap().iter().map(of).collect::<Vec<_>>()
        };
        let (listed, shown) = (of(&listed["items"]), of(&ticket["comments"]));
        assert_eq!(listed.iter().rev().cloned().collect::<Vec<_>>(), shown, "{who}");
        shown
    };
    let name = |name: &str, id| (name.to_owned(), id);
    let own = name("Awa Koné", Some(11));
    assert_eq!(authors(CLIENT).await, [own.clone(), name("operation", None), name("admin", None)]);
    let staff = [own, name("Ousmane Sow", Some(21)), name("Aminata Ba", Some(23))];
    assert_eq!(authors(OPERATION).await, staff);
    assert_eq!(authors(AUDITOR).await, staff);
    world.get(SERVICE, path).await.problem(403, "forbidden");
}
