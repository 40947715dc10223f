//! Support requests over HTTP.

use serde_json::{Value, json};

use crate::world::{ADMIN, CLIENT, FINANCE, OPERATION, OTHER, SERVICE, World, statuses};

const PATH: &str = "/api/helpdesk";

async fn ticket(world: &World) -> String {
    let body = json!({ "subject": "Billet refusé", "description": "Le PNR ne passe pas." });
    let answer = world.post(CLIENT, PATH, body).await;
    let ticket = answer.ok(201);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    format!("{PATH}/{}", ticket["id"])
}

#[tokio::test]
async fn the_one_category_may_be_named() {
    let world = World::new().await;
    let body = |category| json!({ "category": category, "subject": "Billet", "description": "Le PNR ne passe pas." });
    assert_eq!(world.post(CLIENT, PATH, body("support")).await.ok(201)["category"], "support");
    world.post(CLIENT, PATH, body("load")).await.faulty("category");
}

// rule: S3
#[tokio::test]
async fn s3_a_ticket_has_the_listed_shape() {
    let world = World::new().await;
    let path = ticket(&world).await;
    let ticket = world.get(CLIENT, &path).await.ok(200);
    let listed_item = world.get(CLIENT, PATH).await.ok(200)["items"][0].clone();
    assert_eq!(listed_item, ticket, "a list has the shape of one");
    let keys: Vec<_> = ticket.as_object().unwrap().keys().cloned().collect();
    let mut listed = vec![
        "id",
        "uuid",
        "name",
        "account_id",
        "category",
        "subject",
        "description",
        "status",
        "assigned_to",
        "etatsdevente_id",
        "created_by",
        "created_at",
        "updated_at",
        "version",
        "follows_id",
        "followed_by",
        "last_comment",
        "comments",
        "requetes",
        "comments_cursor",
        "allowed_actions",
    ];
    listed.sort_unstable();
    assert_eq!(keys, listed);
    assert_eq!((&ticket["category"], &ticket["assigned_to"]), (&json!("support"), &json!("operation")));
    assert_eq!(ticket["allowed_actions"], json!([{ "action": "edit" }, { "action": "comment" }]));
}

// rule: S1, S2
#[tokio::test]
async fn s1_who_may_do_what_with_a_ticket() {
    let world = World::new().await;
    let path = ticket(&world).await;
    let who = [CLIENT, OTHER, OPERATION, FINANCE, ADMIN, SERVICE];
    assert_eq!(statuses(&world, &who, "GET", &path, "").await, [200, 404, 200, 200, 200, 403]);
    assert_eq!(statuses(&world, &who, "GET", PATH, "").await, [200, 200, 200, 200, 200, 403]);
    let comment = format!("{path}/commentaires");
    let body = r#"{"body":"bien reçu"}"#;
    assert_eq!(statuses(&world, &who, "POST", &comment, body).await, [201, 404, 201, 201, 201, 403]);
    world.patch(CLIENT, &path, json!({ "subject": "Billet enfin accepté" })).await.ok(200);
    world.patch(CLIENT, &path, json!({ "assigned_to": "agent" })).await.problem(403, "forbidden");
    world.patch(CLIENT, &path, json!({ "status": "in_progress" })).await.problem(403, "forbidden");
    world.patch(FINANCE, &path, json!({ "assigned_to": "agency" })).await.ok(200);
    world.patch(FINANCE, &path, json!({ "subject": "x" })).await.problem(403, "forbidden");
    world.patch(ADMIN, &path, json!({ "status": "cancelled" })).await.problem(403, "transition_forbidden");
    world.patch(OPERATION, &path, json!({ "status": "closed" })).await.problem(409, "transition_not_allowed");
    world.patch(OPERATION, &path, json!({ "status": "in_progress", "version": 1 })).await.problem(409, "stale_version");
    world.patch(OPERATION, &path, json!({ "status": "in_progress" })).await.ok(200);
    world.patch(OPERATION, &path, json!({ "status": "closed" })).await.ok(200);
    for who in [CLIENT, OPERATION, ADMIN] {
        world.patch(who, &path, json!({ "subject": "y" })).await.problem(409, "immutable");
        world.post(who, &comment, json!({ "body": "encore" })).await.problem(409, "immutable");
    }
}

#[tokio::test]
async fn comments_are_added_and_shown_in_order() {
    let world = World::new().await;
    let path = ticket(&world).await;
    let comments = format!("{path}/commentaires");
    world.post(CLIENT, &comments, json!({ "body": "Alors ?" })).await.ok(201);
    let shown = world.post(OPERATION, &comments, json!({ "body": "Bientôt" })).await.ok(201);
    let bodies: Vec<_> = shown["comments"].as_array().unwrap().iter().map(|one| one["body"].clone()).collect();
    assert_eq!(bodies, [json!("Alors ?"), json!("Bientôt")]);
    let (theirs, ours) = (&shown["comments"][0], &shown["comments"][1]);
    assert_eq!((&theirs["author"], &theirs["created_by"]), (&json!("Awa Koné"), &json!(11)));
    assert_eq!((&ours["author"], &ours["created_by"]), (&json!("Ousmane Sow"), &json!(21)));
    let keys: Vec<_> = ours.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["author", "body", "created_at", "created_by", "id", "internal"]);
    // Who of the desk it was is nothing to a client.
    let seen = world.get(CLIENT, &path).await.ok(200);
    let (theirs, ours) = (&seen["comments"][0], &seen["comments"][1]);
    assert_eq!((&theirs["author"], &theirs["created_by"]), (&json!("Awa Koné"), &json!(11)));
    assert_eq!((&ours["author"], &ours["created_by"]), (&json!("operation"), &Value::Null));
    world.post(CLIENT, &comments, json!({})).await.faulty("body");
    world.post(CLIENT, &comments, json!({ "body": "x", "author": 1 })).await.faulty("author");
    world.call(OTHER, "POST", &comments, &[], "junk").await.problem(404, "not_found");
}

#[tokio::test]
async fn no_comment_is_lost_however_many_there_are() {
    let world = World::new().await;
    let path = ticket(&world).await;
    let comments = format!("{path}/commentaires");
    for number in 0..120 {
        world.post(CLIENT, &comments, json!({ "body": format!("n° {number}") })).await.ok(201);
    }
    let bodies = |items: &Value| {
        items.as_array().unwrap().iter().map(|one| one["body"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let shown = world.get(CLIENT, &path).await.ok(200);
    assert_eq!(bodies(&shown["comments"]), (70..120).map(|n| format!("n° {n}")).collect::<Vec<_>>(), "oldest first");
    let mut cursor = shown["comments_cursor"].as_str().map(str::to_owned);
    let mut older = Vec::new();
    while let Some(next) = cursor {
        let page = world.get(CLIENT, &format!("{comments}?limit=30&cursor={next}")).await.ok(200);
        older.extend(bodies(&page["items"]));
        cursor = page["next_cursor"].as_str().map(str::to_owned);
    }
    assert_eq!(older, (0..70).rev().map(|n| format!("n° {n}")).collect::<Vec<_>>(), "newest first");
    assert_eq!(bodies(&world.get(CLIENT, &comments).await.ok(200)["items"])[0], "n° 119");
    world.get(OTHER, &comments).await.problem(404, "not_found");
    world.get(SERVICE, &comments).await.problem(403, "forbidden");
    world.get(CLIENT, &format!("{comments}?cursor=x")).await.faulty("cursor");
}

#[tokio::test]
async fn a_list_shows_each_ticket_with_its_own_comments_and_actions() {
    let world = World::new().await;
    let (first, second) = (ticket(&world).await, ticket(&world).await);
    let silent = ticket(&world).await;
    for (path, body) in [(&first, "un"), (&second, "deux"), (&first, "trois")] {
        world.post(CLIENT, &format!("{path}/commentaires"), json!({ "body": body })).await.ok(201);
    }
    for who in [CLIENT, OPERATION, FINANCE, ADMIN] {
        let items = world.get(who, PATH).await.ok(200)["items"].clone();
        let mut alone = Vec::new();
        for path in [&silent, &second, &first] {
            alone.push(world.get(who, path).await.ok(200));
        }
        assert_eq!(items, json!(alone), "{who}");
    }
    let items = world.get(CLIENT, PATH).await.ok(200)["items"].clone();
    let bodies = |place: usize| {
        items[place]["comments"].as_array().unwrap().iter().map(|one| one["body"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((bodies(0), bodies(1), bodies(2)), (vec![], vec![json!("deux")], vec![json!("un"), json!("trois")]));
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let world = World::new().await;
    world.post(CLIENT, PATH, json!({ "subject": "x" })).await.faulty("description");
    world.post(CLIENT, PATH, json!({ "subject": "x".repeat(256), "description": "y" })).await.faulty("subject");
    world.post(OPERATION, PATH, json!({ "subject": "x", "description": "y" })).await.faulty("account_id");
    world.post(CLIENT, PATH, json!({ "subject": "x", "description": "y", "status": "closed" })).await.faulty("status");
    world.get(CLIENT, &format!("{PATH}?assigned_to=finance")).await.faulty("assigned_to");
}

// rule: S4
#[tokio::test]
async fn s4_a_ticket_continues_a_closed_one_and_each_shows_the_other() {
    let world = World::new().await;
    let path = ticket(&world).await;
    let id = world.get(CLIENT, &path).await.ok(200)["id"].clone();
    let body = json!({ "subject": "Suite", "description": "Encore.", "follows_id": id });
    let open = world.post(CLIENT, PATH, body.clone()).await.problem(422, "invalid_value");
    for status in ["in_progress", "closed"] {
        world.patch(OPERATION, &path, json!({ "status": status })).await.ok(200);
    }
    let foreign = world.post(OTHER, PATH, body.clone()).await.problem(422, "invalid_value");
    let unknown = json!({ "subject": "Suite", "description": "Encore.", "follows_id": 999 });
    let unknown = world.post(CLIENT, PATH, unknown).await.problem(422, "invalid_value");
    assert_eq!((&open, &foreign), (&unknown, &unknown));
    let next = world.post(CLIENT, PATH, body).await.ok(201);
    assert_eq!((&next["follows_id"], &next["followed_by"]), (&id, &json!([])));
    assert_eq!(world.get(CLIENT, &path).await.ok(200)["followed_by"], json!([next["id"]]));
}

// rule: S5
#[tokio::test]
async fn s5_who_spoke_last_is_shown_and_the_clients_come_first() {
    let world = World::new().await;
    let (first, second) = (ticket(&world).await, ticket(&world).await);
    let number = |path: &str| path.rsplit('/').next().unwrap().parse::<u64>().unwrap();
    let say = async |who: &str, path: &str| {
        world.post(who, &format!("{path}/commentaires"), json!({ "body": "Bonjour" })).await.ok(201)
    };
    world.patch(OPERATION, &first, json!({ "assigned_to": "agency" })).await.ok(200);
    let said = say(CLIENT, &first).await;
    assert_eq!(said["last_comment"], json!({ "at": "2025-10-21T09:00:00Z", "by": "client" }));
    assert_eq!(said["assigned_to"], "operation");
    let list = async |query: &str| {
        let found = world.get(OPERATION, &format!("{PATH}?{query}")).await.ok(200);
        found["items"].as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(list("sort=queue").await, [number(&first), number(&second)]);
    assert_eq!(list("awaiting=staff").await, [number(&second), number(&first)]);
    say(OPERATION, &first).await;
    assert_eq!(list("sort=queue").await, [number(&second), number(&first)]);
    assert_eq!(list("awaiting=client").await, [number(&first)]);
    assert_eq!(list("q=agence%20un&account_id=1").await, [number(&second), number(&first)]);
    let page = world.get(OPERATION, &format!("{PATH}?sort=queue&limit=1")).await.ok(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(list(&format!("sort=queue&cursor={cursor}")).await, [number(&first)]);
    world.get(OPERATION, &format!("{PATH}?cursor={cursor}")).await.faulty("cursor");
    world.get(OPERATION, &format!("{PATH}?sort=oldest")).await.faulty("sort");
    world.get(OPERATION, &format!("{PATH}?awaiting=nobody")).await.faulty("awaiting");
}

// rule: S6
#[tokio::test]
async fn s6_a_comment_and_a_change_are_one_step() {
    let world = World::new().await;
    let path = ticket(&world).await;
    let body = json!({ "status": "closed", "comment": "Voici." });
    world.patch(OPERATION, &path, body.clone()).await.problem(409, "transition_not_allowed");
    assert_eq!(world.get(CLIENT, &path).await.ok(200)["comments"], json!([]), "both or neither");
    let give = json!({ "status": "waiting", "assigned_to": "agency", "comment": "Quel vol ?" });
    let given = world.patch(OPERATION, &path, give).await.ok(200);
    assert_eq!((&given["version"], &given["comments"][0]["body"]), (&json!(2), &json!("Quel vol ?")));
    world.patch(FINANCE, &path, json!({ "comment": "Vu.", "assigned_to": "operation" })).await.ok(200);
    world.patch(OPERATION, &path, json!({ "status": "in_progress" })).await.ok(200);
    let closed = world.patch(OPERATION, &path, body).await.ok(200);
    assert_eq!((&closed["status"], &closed["comments"][2]["body"]), (&json!("closed"), &json!("Voici.")));
    for field in ["status", "assigned_to", "subject", "description", "comment"] {
        world.patch(OPERATION, &path, json!({ field: null })).await.faulty(field);
    }
}

// rule: R10
#[tokio::test]
async fn r10_staff_see_whose_the_fees_of_a_ticket_are() {
    let world = World::new().await;
    let path = ticket(&world).await;
    let fee = json!({ "category": "unload", "amount": 5, "account_id": 1, "helpdesk_id": 1 });
    world.request(OPERATION, fee).await;
    let fees = async |who: &str| world.get(who, &path).await.ok(200)["requetes"].clone();
    assert_eq!(fees(OPERATION).await[0]["account_name"], "Agence Un");
    let own = fees(CLIENT).await;
    assert_eq!((own.as_array().unwrap().len(), own[0].get("account_name")), (1, None));
    let said = world.post(OPERATION, &format!("{path}/commentaires"), json!({ "body": "x" })).await.ok(201);
    assert_eq!(said["requetes"], fees(OPERATION).await);
}
