//! Many decisions in one call (C11), the limit raised with an approval (C10), and the lists on which people decide.

use serde_json::{Value, json};

use crate::world::{ADMIN, CLIENT, FINANCE, OPERATION, OTHER, SERVICE, World};

const PATH: &str = "/api/requetes-financieres";
const LOT: &str = "/api/requetes-financieres/lot";

fn outcomes(answer: &Value) -> Vec<String> {
    let shown = |one: &Value| match one["outcome"].as_str().unwrap() {
        "done" => format!("done {} {}", one["requete"]["id"], one["requete"]["status"].as_str().unwrap()),
        refused => format!("{refused} {}", one["error"]["code"].as_str().unwrap()),
    };
    answer["results"].as_array().unwrap().iter().map(shown).collect()
}

// rule: C10, C9
#[tokio::test]
async fn c10_the_limit_is_raised_with_the_approval_or_neither() {
    let world = World::new().await;
    let id = world.credit(1_500_000).await;
    let path = format!("{PATH}/{id}");
    let with = |limit: Value| json!({ "status": "to_treat", "limit": limit, "reason": "saison" });
    for (body, field) in [
        (json!({ "status": "to_treat", "limit": 2_000_000 }), "reason"),
        (json!({ "limit": 2_000_000, "reason": "x" }), "limit"),
        (json!({ "status": "waiting", "limit": 2_000_000, "reason": "x" }), "limit"),
        (with(json!(1_000_000)), "limit"),
        (with(Value::Null), "limit"),
    ] {
        world.patch(FINANCE, &path, body).await.faulty(field);
    }
    world.patch(OPERATION, &path, with(json!(2_000_000))).await.problem(403, "forbidden");
    world.patch(CLIENT, &path, with(json!(2_000_000))).await.problem(403, "forbidden");
    let problem = world.patch(FINANCE, &path, with(json!(1_500_000))).await.problem(409, "credit_limit_exceeded");
    assert_eq!(problem["limit"], "1500000", "the limit as it would be");
    assert_eq!(world.get(FINANCE, "/api/accounts/1/limit").await.ok(200)["limit"], "1000000", "neither");
    assert_eq!(world.patch(FINANCE, &path, with(json!("2000000"))).await.ok(200)["status"], "to_treat");
    let limit = world.get(FINANCE, "/api/accounts/1/limit").await.ok(200);
    assert_eq!((&limit["limit"], &limit["history"][0]["reason"]), (&json!("2000000"), &json!("saison")));
    let preview =
        world.post(CLIENT, &format!("{PATH}/preview"), json!({ "category": "credit", "amount": 5 })).await.ok(200);
    assert_eq!((&preview["headroom"], &preview["available"]), (&json!("2000000"), &json!("1999999")));
}

// rule: C11, W7
#[tokio::test]
async fn c11_decisions_are_taken_in_order_each_seeing_those_before() {
    let world = World::new().await;
    let first = world.credit(1_500_000).await;
    let second = world.credit(1_200_000).await;
    let load =
        world.request(OPERATION, json!({ "category": "load", "account_id": 1, "amount": 5 })).await["id"].clone();
    let granted = world.granted(100).await;
    let update = |id: Value, more: Value| {
        let mut entry = json!({ "op": "update", "id": id });
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        entry
    };
    let body = json!({ "operations": [
        update(json!(second), json!({ "status": "to_treat" })),
        update(json!(first), json!({ "status": "to_treat", "limit": 2_000_000, "reason": "saison" })),
        update(json!(second), json!({ "status": "to_treat" })),
        update(load.clone(), json!({ "status": "waiting", "reason": "bordereau", "version": 1 })),
        update(load.clone(), json!({ "status": "to_treat", "version": 1 })),
        update(json!(99), json!({ "status": "to_treat" })),
        { "op": "update", "id": "x" },
        { "op": "delete" },
        "junk",
        update(load.clone(), json!({ "amount": 5 })),
        { "op": "cancel_credit", "parent_id": granted },
        update(load, json!({ "status": "to_treat", "version": 2 })),
    ] });
    let answer = world.post(FINANCE, LOT, body.clone()).await.ok(200);
    assert_eq!(
        outcomes(&answer),
        [
            "refused credit_limit_exceeded".to_owned(),
            format!("done {first} to_treat"),
            format!("done {second} to_treat"),
            "done 3 waiting".to_owned(),
            "refused stale_version".to_owned(),
            "refused not_found".to_owned(),
            "refused invalid_value".to_owned(),
            "refused invalid_value".to_owned(),
            "refused invalid_value".to_owned(),
            "refused invalid_value".to_owned(),
            "refused forbidden".to_owned(),
            "done 3 to_treat".to_owned(),
        ]
    );
    assert_eq!(answer["results"][0]["error"]["status"], 409);
    assert!(answer["results"][1].get("error").is_none() && answer["results"][0].get("requete").is_none());
}

// rule: C11
#[tokio::test]
async fn c11_a_call_takes_one_to_two_hundred_decisions() {
    let world = World::new().await;
    let many =
        |count: usize| json!({ "operations": vec![json!({ "op": "update", "id": 9, "status": "waiting" }); count] });
    for body in [many(0), many(201), json!({}), json!({ "operations": {} })] {
        world.post(FINANCE, LOT, body).await.faulty("operations");
    }
    world.post(FINANCE, LOT, json!({ "operations": [{}], "atomic": true })).await.faulty("atomic");
    assert_eq!(outcomes(&world.post(FINANCE, LOT, many(200)).await.ok(200)), vec!["refused not_found"; 200]);
    for who in [CLIENT, SERVICE] {
        let id = world.credit(5_000_000).await;
        let body = json!({ "operations": [{ "op": "update", "id": id, "status": "to_treat" }] });
        assert_eq!(outcomes(&world.post(who, LOT, body).await.ok(200)), ["refused forbidden"], "{who}");
    }
    let foreign = json!({ "operations": [{ "op": "update", "id": 1, "status": "to_treat" }] });
    assert_eq!(outcomes(&world.post(OTHER, LOT, foreign).await.ok(200)), ["refused not_found"]);
}

// rule: C11, W3
#[tokio::test]
async fn c11_each_place_keeps_its_answer_and_the_rest_is_decided_again() {
    let world = World::new().await;
    let (one, two) = (world.credit(1_500_000).await, world.credit(1_600_000).await);
    let entry = |id: u64| json!({ "op": "update", "id": id, "status": "to_treat" });
    let body = json!({ "operations": [{ "op": "junk" }, entry(one), entry(two)] }).to_string();
    let key = [("idempotency-key", "lot-1")];
    let call = || world.call(FINANCE, "POST", LOT, &key, &body);
    let refused = call().await;
    assert_eq!(refused.header("idempotent-replayed"), None);
    assert_eq!(outcomes(&refused.ok(200))[1..], ["refused credit_limit_exceeded"; 2]);
    world.put(FINANCE, "/api/accounts/1/limit", json!({ "limit": 1_550_000, "reason": "x" })).await.ok(200);
    assert_eq!(
        outcomes(&call().await.ok(200))[1..],
        [format!("done {one} to_treat"), "refused credit_limit_exceeded".to_owned()]
    );
    world.put(FINANCE, "/api/accounts/1/limit", json!({ "limit": 5_000_000, "reason": "x" })).await.ok(200);
    let version = world.get(FINANCE, &format!("{PATH}/{one}")).await.ok(200)["version"].clone();
    let third = call().await.ok(200);
    assert_eq!(outcomes(&third)[1..], [format!("done {one} to_treat"), format!("done {two} to_treat")]);
    assert_eq!(third["results"][1]["requete"]["version"], version, "given back, not done again");

    let whole = json!({ "operations": [entry(one)] }).to_string();
    world.call(FINANCE, "POST", LOT, &key, &whole).await.problem(422, "idempotency_key_reused");
    world
        .call(FINANCE, "POST", &format!("{PATH}/{two}/commentaires"), &key, r#"{"body":"x"}"#)
        .await
        .problem(422, "idempotency_key_reused");
    let load =
        world.request(OPERATION, json!({ "category": "load", "account_id": 1, "amount": 5 })).await["id"].clone();
    let body = json!({ "operations": [{ "op": "update", "id": load, "status": "waiting" }] }).to_string();
    let key = [("idempotency-key", "lot-2")];
    world.call(FINANCE, "POST", LOT, &key, &body).await.ok(200);
    assert_eq!(world.call(FINANCE, "POST", LOT, &key, &body).await.header("idempotent-replayed"), Some("true"));
}

// rule: X5
#[tokio::test]
async fn x5_credits_past_their_expiry_are_listed_totalled_and_cancelled_together() {
    let world = World::new().await;
    let (one, two) = (world.granted(100).await, world.granted(50).await);
    world.credit(7).await;
    let expired = format!("{PATH}?credit=expired&count=true");
    assert_eq!(world.get(ADMIN, &expired).await.ok(200)["total"], json!({ "count": 0, "amounts": {} }));
    let active = world.get(ADMIN, &format!("{PATH}?credit=active&count=true")).await.ok(200);
    assert_eq!(active["total"], json!({ "count": 2, "amounts": { "XOF": "150" } }));
    world.advance(chrono::Duration::hours(9));
    let listed = world.get(ADMIN, &expired).await.ok(200);
    assert_eq!(listed["total"], json!({ "count": 2, "amounts": { "XOF": "150" } }));
    let entry = |id: u64| json!({ "op": "cancel_credit", "parent_id": id });
    let body = json!({ "operations": [entry(one), entry(two), entry(one)] });
    assert_eq!(
        outcomes(&world.post(ADMIN, LOT, body).await.ok(200)),
        ["done 4 to_treat", "done 5 to_treat", "refused cancellation_in_progress"]
    );
    for id in [4, 5] {
        world.deliver(id).await;
    }
    assert_eq!(world.get(ADMIN, &expired).await.ok(200)["items"], json!([]));
    world.get(ADMIN, &format!("{PATH}?credit=gone")).await.faulty("credit");
}

#[tokio::test]
async fn lists_sort_find_count_and_name_the_account_for_staff() {
    let world = World::new().await;
    let credit = world.credit(700).await;
    let load = world.request(OPERATION, json!({ "category": "load", "account_id": 2, "amount": 700 })).await;
    let fee = json!({ "category": "unload", "account_id": 1, "amount": 900, "etatsdevente_id": 77_001 });
    let fee = world.request(OPERATION, fee).await["id"].as_u64().unwrap();
    let load_id = load["id"].as_u64().unwrap();
    let ids = |who, query: &str| {
        let (world, path) = (&world, format!("{PATH}?{query}"));
        async move {
            let items = world.get(who, &path).await.ok(200)["items"].clone();
            items.as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).collect::<Vec<_>>()
        }
    };
    for (query, wanted) in [
        ("sort=newest", vec![fee, load_id, credit]),
        ("sort=oldest", vec![credit, load_id, fee]),
        ("sort=expiry", vec![credit, fee, load_id]),
        ("sort=amount", vec![fee, load_id, credit]),
        ("q=77001", vec![fee]),
        ("q=700", vec![load_id, credit]),
        ("q=agence%20deux", vec![load_id]),
        ("q=AGENCE", vec![fee, load_id, credit]),
    ] {
        assert_eq!(ids(FINANCE, query).await, wanted, "{query}");
    }
    assert_eq!(ids(FINANCE, &format!("q={}", load["uuid"].as_str().unwrap())).await, [load_id]);
    assert_eq!(ids(CLIENT, "q=agence%20deux").await, [0; 0], "another's");
    for sort in ["newest", "oldest", "expiry", "amount"] {
        let whole = ids(FINANCE, &format!("sort={sort}")).await;
        let (mut paged, mut next) = (Vec::new(), String::new());
        loop {
            let page = world.get(FINANCE, &format!("{PATH}?sort={sort}&limit=1{next}")).await.ok(200);
            paged.push(page["items"][0]["id"].as_u64().unwrap());
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            let other = if sort == "amount" { "expiry" } else { "amount" };
            world.get(FINANCE, &format!("{PATH}?sort={other}&cursor={cursor}")).await.faulty("cursor");
            next = format!("&cursor={cursor}");
        }
        assert_eq!(paged, whole, "{sort}");
    }
    let staff = world.get(OPERATION, PATH).await.ok(200);
    assert_eq!(staff["items"][1]["account_name"], "Agence Deux");
    assert!(staff.get("total").is_none());
    let own = world.get(CLIENT, &format!("{PATH}?count=true")).await.ok(200);
    assert!(own["items"][0].get("account_name").is_none());
    assert_eq!(own["total"], json!({ "count": 2, "amounts": { "XOF": "1600" } }));
    for bad in ["sort=name", "count=1", "helpdesk_id=x", "draft=true"] {
        world.get(FINANCE, &format!("{PATH}?{bad}")).await.faulty(bad.split('=').next().unwrap());
    }
}
