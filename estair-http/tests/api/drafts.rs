//! Drafts and comments of financial requests over HTTP: what operation keeps, and what reaches its client (R8, R9).

use serde_json::{Value, json};

use crate::world::{ADMIN, CLIENT, FINANCE, OPERATION, OTHER, SERVICE, World, statuses};

const PATH: &str = "/api/requetes-financieres";

async fn kept(world: &World, category: &str, amount: u64) -> String {
    let body = json!({ "category": category, "account_id": 1, "amount": amount, "assigned_to": "operation" });
    format!("{PATH}/{}", world.request(OPERATION, body).await["id"])
}

fn names(actions: &Value) -> Vec<String> {
    let shown = |one: &Value| match one["to"].as_str() {
        Some(to) => format!("{} {to}", one["action"].as_str().unwrap()),
        None => one["action"].as_str().unwrap().to_owned(),
    };
    actions.as_array().unwrap().iter().map(shown).collect()
}

// rule: R8, P4
#[tokio::test]
async fn r8_a_draft_is_edited_field_by_field_until_it_is_passed() {
    let world = World::new().await;
    let path = kept(&world, "unload", 5).await;
    let shown = world.get(OPERATION, &path).await.ok(200);
    assert_eq!(names(&shown["allowed_actions"]), ["assign finance", "edit", "comment"]);
    assert_eq!(names(&world.get(FINANCE, &path).await.ok(200)["allowed_actions"]), ["comment"]);
    let body = json!({ "amount": "7", "description": " frais ", "etatsdevente_id": 42, "version": 1 });
    let edited = world.patch(OPERATION, &path, body).await.ok(200);
    assert_eq!(
        (&edited["amount"], &edited["description"], &edited["version"]),
        (&json!("7"), &json!("frais"), &json!(2))
    );
    let emptied = world.patch(ADMIN, &path, json!({ "description": null, "etatsdevente_id": null })).await.ok(200);
    assert_eq!((&emptied["description"], &emptied["etatsdevente_id"]), (&Value::Null, &Value::Null));
    for (body, field) in [
        (json!({ "amount": null }), "amount"),
        (json!({ "amount": "x" }), "amount"),
        (json!({ "status": null }), "status"),
        (json!({ "assigned_to": null, "amount": 5 }), "assigned_to"),
        (json!({ "helpdesk_id": 99 }), "helpdesk_id"),
        (json!({ "etatsdevente_id": "x" }), "etatsdevente_id"),
        (json!({ "expiry_date": null }), "expiry_date"),
        (json!({}), "status"),
    ] {
        world.patch(OPERATION, &path, body).await.faulty(field);
    }
    world.patch(OPERATION, &path, json!({ "amount": 8, "version": 1 })).await.problem(409, "stale_version");
    let history = world.get(ADMIN, &format!("{path}/historique")).await.ok(200);
    let first = history["items"].as_array().unwrap().iter().rev().find(|one| one["kind"] == "request_edited").unwrap();
    assert_eq!(
        (&first["data"]["field"], &first["data"]["old"], &first["data"]["new"]),
        (&json!("amount"), &json!("5"), &json!("7"))
    );
    world.patch(OPERATION, &path, json!({ "assigned_to": "finance" })).await.ok(200);
    let problem = world.patch(OPERATION, &path, json!({ "amount": 8 })).await.problem(409, "not_a_draft");
    assert_eq!(problem["current"], "open");
    world.patch(FINANCE, &path, json!({ "amount": 8 })).await.problem(403, "forbidden");
}

// rule: R8, P2
#[tokio::test]
async fn r8_a_client_gets_nothing_of_a_draft() {
    let world = World::new().await;
    let path = kept(&world, "daily_credit", 5).await;
    world.patch(OPERATION, &path, json!({ "amount": 6 })).await.ok(200);
    world
        .post(FINANCE, &format!("{path}/commentaires"), json!({ "body": "à revoir", "internal": false }))
        .await
        .ok(201);
    for late in [false, true] {
        if late {
            world.advance(chrono::Duration::hours(10));
            let id = estair_core::id::RequestId(1);
            let expire = estair_core::Command::Expire(id);
            world.host.book.run(estair_core::Submission::new(estair_core::Actor::System, expire)).await.unwrap();
            assert_eq!(world.get(OPERATION, &path).await.ok(200)["status"], "cancelled");
        }
        for (place, body) in [("", ""), ("/historique", ""), ("/commentaires", "")] {
            world.call(CLIENT, "GET", &format!("{path}{place}"), &[], body).await.problem(404, "not_found");
        }
        world.patch(CLIENT, &path, json!({ "status": "x" })).await.problem(404, "not_found");
        world.post(CLIENT, &format!("{path}/commentaires"), json!({ "body": "" })).await.problem(404, "not_found");
        for query in ["", "?status=open", "?assigned_to=operation", "?sort=amount", "?sort=expiry&q=6", "?sort=oldest"]
        {
            assert_eq!(world.get(CLIENT, &format!("{PATH}{query}")).await.ok(200)["items"], json!([]), "{query}");
        }
        let counted = world.get(CLIENT, &format!("{PATH}?count=true")).await.ok(200);
        assert_eq!(counted["total"], json!({ "count": 0, "amounts": {} }));
        let name = world.get(OPERATION, &path).await.ok(200)["name"].as_str().unwrap().to_owned();
        for (role, found) in [(CLIENT, 0), (OPERATION, 1)] {
            let search = world.get(role, &format!("/api/recherche?q={name}")).await.ok(200);
            assert_eq!(search["requetes"].as_array().unwrap().len(), found, "{role:?}: {search}");
        }
        let theirs = world.get(OPERATION, &format!("{PATH}?count=true")).await.ok(200);
        assert_eq!(theirs["total"], json!({ "count": 1, "amounts": { "XOF": "6" } }));
    }
}

// rule: R8
#[tokio::test]
async fn r8_a_draft_is_a_request_when_it_is_passed_and_its_past_stays_with_staff() {
    let world = World::new().await;
    let path = kept(&world, "daily_credit", 5_000_000).await;
    world.post(FINANCE, &format!("{path}/commentaires"), json!({ "body": "à revoir" })).await.ok(201);
    let both = json!({ "amount": 500, "assigned_to": "finance" });
    assert_eq!(world.patch(OPERATION, &path, both).await.ok(200)["status"], "to_treat", "checked as it is now");
    assert_eq!(world.get(CLIENT, &path).await.ok(200)["amount"], "500");
    let history = world.get(CLIENT, &format!("{path}/historique")).await.ok(200);
    let kinds: Vec<_> = history["items"].as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(kinds, ["request_moved", "request_assigned"]);
    assert!(!history.to_string().contains("5000000") && !history.to_string().contains("internal"));
    assert_eq!(world.get(CLIENT, &format!("{path}/commentaires")).await.ok(200)["items"], json!([]));
    let late = kept(&world, "daily_credit", 5).await;
    world.advance(chrono::Duration::hours(9));
    world.patch(OPERATION, &late, json!({ "assigned_to": "finance" })).await.problem(409, "credit_expired");
}

// rule: R9
#[tokio::test]
async fn r9_comments_have_their_shape_and_are_shown_to_whom_they_are_for() {
    let world = World::new().await;
    let id = world.credit(5_000_000).await;
    let (path, comments) = (format!("{PATH}/{id}"), format!("{PATH}/{id}/commentaires"));
    let who = [CLIENT, OTHER, OPERATION, FINANCE, ADMIN, SERVICE];
    let statuses_of = |body: &'static str| statuses(&world, &who, "POST", &comments, body);
    assert_eq!(statuses_of(r#"{"body":"Alors ?"}"#).await, [201, 404, 201, 201, 201, 403]);
    assert_eq!(statuses_of(r#"{"body":"entre nous","internal":true}"#).await, [403, 404, 201, 201, 201, 403]);
    let version = world.get(FINANCE, &path).await.ok(200)["version"].clone();
    let said = world.post(FINANCE, &comments, json!({ "body": " Bientôt ", "internal": true })).await.ok(201);
    let keys: Vec<_> = said.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["author", "body", "created_at", "created_by", "id", "internal"]);
    assert_eq!((&said["body"], &said["internal"], &said["created_by"]), (&json!("Bientôt"), &json!(true), &json!(22)));
    assert_eq!(world.get(FINANCE, &path).await.ok(200)["version"], version, "no change");
    let bodies = |list: &Value| {
        list["items"].as_array().unwrap().iter().map(|one| one["body"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(bodies(&world.get(OPERATION, &comments).await.ok(200)).len(), 8);
    let seen = world.get(CLIENT, &comments).await.ok(200);
    assert_eq!(bodies(&seen), ["Alors ?"; 4]);
    let (ours, theirs) = (&seen["items"][0], &seen["items"][3]);
    assert_eq!((&ours["author"], &ours["created_by"]), (&json!("admin"), &Value::Null), "the desk, not the person");
    assert_eq!((&theirs["author"], &theirs["created_by"]), (&json!("Awa Koné"), &json!(11)));
    let mut all = Vec::new();
    let mut next = String::new();
    loop {
        let page = world.get(FINANCE, &format!("{comments}?limit=3{next}")).await.ok(200);
        all.extend(bodies(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(all, bodies(&world.get(FINANCE, &comments).await.ok(200)), "none is lost");
    for (body, field) in [
        (json!({ "body": "  " }), "body"),
        (json!({ "body": "x".repeat(10_001) }), "body"),
        (json!({ "body": "x", "internal": 1 }), "internal"),
        (json!({ "body": "x", "author": "moi" }), "author"),
    ] {
        world.post(FINANCE, &comments, body).await.faulty(field);
    }
    let key = [("idempotency-key", "k1")];
    let first = world.call(FINANCE, "POST", &comments, &key, r#"{"body":"une fois"}"#).await.ok(201);
    let again = world.call(FINANCE, "POST", &comments, &key, r#"{"body":"une fois"}"#).await;
    assert_eq!((again.header("idempotent-replayed"), again.ok(201)), (Some("true"), first));
    let granted = world.granted(5).await;
    let closed = format!("{PATH}/{granted}/commentaires");
    world.post(FINANCE, &closed, json!({ "body": "x" })).await.problem(409, "immutable");
}

// rule: R10
#[tokio::test]
async fn r10_a_ticket_shows_its_fees_and_drafts_to_staff_alone() {
    let world = World::new().await;
    let ticket = json!({ "subject": "Billet", "description": "refusé" });
    let ticket = world.post(CLIENT, "/api/helpdesk", ticket).await.ok(201)["id"].clone();
    let fee = |kept: bool| {
        let desk = if kept { "operation" } else { "finance" };
        json!({ "category": "unload", "account_id": 1, "amount": 5, "etatsdevente_id": 42, "helpdesk_id": ticket, "assigned_to": desk })
    };
    world.request(OPERATION, fee(false)).await;
    world.request(OPERATION, fee(true)).await;
    let shown = |answer: Value| {
        answer["requetes"].as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let path = format!("/api/helpdesk/{ticket}");
    assert_eq!(shown(world.get(OPERATION, &path).await.ok(200)), [2, 1]);
    assert_eq!(shown(world.get(CLIENT, &path).await.ok(200)), [1]);
    assert_eq!(shown(world.get(CLIENT, "/api/helpdesk").await.ok(200)["items"][0].clone()), [1]);
    let listed = |who, query: &str| {
        let path = format!("{PATH}?{query}");
        let world = &world;
        async move {
            let items = world.get(who, &path).await.ok(200)["items"].clone();
            items.as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).collect::<Vec<_>>()
        }
    };
    assert_eq!(listed(FINANCE, &format!("helpdesk_id={ticket}")).await, [2, 1]);
    assert_eq!(listed(CLIENT, "etatsdevente_id=42").await, [1]);
    assert_eq!(listed(FINANCE, "etatsdevente_id=43").await, [0; 0]);
}

// rule: R8, P2
#[tokio::test]
async fn r8_no_refusal_and_no_cursor_tells_a_client_of_a_draft() {
    let world = World::new().await;
    let path = kept(&world, "daily_credit", 5).await;
    let draft: u64 = path.rsplit('/').next().unwrap().parse().unwrap();
    for parent in [draft, 999] {
        for amount in [json!(null), json!(1)] {
            let body = json!({ "category": "cancel_credit", "parent_id": parent, "amount": amount });
            for place in ["", "/preview"] {
                let refused = world.post(CLIENT, &format!("{PATH}{place}"), body.clone()).await;
                let problem = refused.problem(422, "invalid_parent");
                assert!(!problem.to_string().contains("full"), "{problem}");
            }
        }
    }
    // Where a list begins is said by a row: a draft, or a row of nobody's, is no place for a client.
    kept(&world, "daily_credit", 6).await;
    for (order, other) in [("", ""), ("sort=expiry&", ""), ("sort=amount&", ""), ("sort=oldest&", "")] {
        let page = world.get(OPERATION, &format!("{PATH}?{order}limit=1{other}")).await.ok(200);
        let cursor = page["next_cursor"].as_str().unwrap();
        world.get(CLIENT, &format!("{PATH}?{order}cursor={cursor}")).await.faulty("cursor");
    }
}
