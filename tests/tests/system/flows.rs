//! What people do (sections 3, 4 and 6), on every kind of database.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::on_every_kind;
use crate::world::{REQUESTS, World, cash, credit, payment};

const SETTINGS: &[(&str, &str)] = &[];

on_every_kind! {
    c2_c5_c6_r5_credits_are_granted_refused_raised_and_cancelled,
    r2_r3_c7_s1_loads_unloads_and_a_ticket_with_its_fee,
    w6_w7_movements_of_other_sources,
    w3_the_same_key_is_the_same_call,
}

async fn c2_c5_c6_r5_credits_are_granted_refused_raised_and_cancelled(world: &World) {
    // C2: what fits passes by itself.
    let preview = world.call("client1", "POST", &format!("{REQUESTS}/preview"), credit(500_000)).await.body;
    assert_eq!((&preview["outcome"], &preview["headroom"]), (&json!("to_treat"), &json!("1000000")), "{preview}");
    let first = world.granted("client1", 500_000).await;
    assert!(first["mouvement_id"].is_u64() && first["message_uuid"].is_string(), "{first}");
    world
        .figures(
            1,
            [("active_credit", "500000"), ("daily_credit", "500000"), ("balance", "0"), ("exposition", "500000")],
        )
        .await;

    // C1, C3: what does not fit waits, and leaves no movement.
    let second = world.create("client1", credit(600_000)).await;
    assert_eq!(second["status"], "waiting", "{second}");
    assert_eq!(world.movements(1).await.len(), 1);

    // C5: finance cannot pass it while the limit is too low; C6: then it can.
    let refused = world.patch("finance", &second["id"], json!({ "status": "to_treat" })).await;
    assert_eq!(refused.refusal(), (409, "credit_limit_exceeded"));
    for (figure, value) in [("limit", "1000000"), ("active_credit", "500000"), ("amount", "600000")] {
        assert_eq!(refused.body[figure], json!(value), "{}", refused.text);
    }
    world.set_limit(1, 2_000_000).await;
    let limit = world.get("client1", "/api/accounts/1/limit").await;
    let change = &limit["history"][0];
    assert_eq!(
        (&limit["limit"], &change["old"], &change["new"]),
        (&json!("2000000"), &json!("1000000"), &json!("2000000"))
    );
    assert_eq!(change["reason"], "a test");
    world.moved("finance", &second["id"], json!({ "status": "to_treat" })).await;
    let second = world.becomes(&second["id"], "closed").await;
    world.figures(1, [("active_credit", "1100000")]).await;

    // R6: what is closed does not change.
    let late = world.patch("finance", &second["id"], json!({ "status": "waiting" })).await;
    assert_eq!(late.refusal(), (409, "immutable"));

    // R5: cancelled at once, and held until an admin releases it.
    let cancel = |parent: &Value| json!({ "category": "cancel_credit", "account_id": 1, "parent_id": parent["id"] });
    let at_once = world.create("admin", cancel(&first)).await;
    assert_eq!((&at_once["status"], &at_once["amount"]), (&json!("to_treat"), &json!("500000")));
    world.becomes(&at_once["id"], "closed").await;
    let movement = world.get("client1", &format!("/api/mouvements/{}", first["mouvement_id"])).await;
    assert!(movement["cancelled_at"].is_string() && movement["status"] == "success", "{movement}");
    world.figures(1, [("active_credit", "600000"), ("daily_credit", "600000")]).await;
    let mut held = cancel(&second);
    held["hold"] = json!(true);
    let held = world.create("admin", held).await;
    assert_eq!((&held["status"], &held["assigned_to"]), (&json!("waiting"), &json!("admin")));
    let twice = world.call("admin", "POST", REQUESTS, cancel(&second)).await;
    assert_eq!(twice.refusal(), (409, "cancellation_in_progress"));
    world.moved("admin", &held["id"], json!({ "status": "processing" })).await;
    world.becomes(&held["id"], "closed").await;
    world.figures(1, [("active_credit", "0"), ("daily_credit", "0"), ("balance", "0")]).await;
    let again = world.call("admin", "POST", REQUESTS, cancel(&second)).await;
    assert_eq!(again.refusal(), (409, "credit_already_cancelled"));
}

async fn r2_r3_c7_s1_loads_unloads_and_a_ticket_with_its_fee(world: &World) {
    // R2: kept by operation, then handed over; finance moves it only then.
    let mut kept = cash("load", 3, 750_000);
    kept["assigned_to"] = json!("operation");
    let load = world.create("operation", kept).await;
    assert_eq!((&load["status"], &load["assigned_to"]), (&json!("open"), &json!("operation")));
    let early = world.patch("finance", &load["id"], json!({ "status": "to_treat" })).await;
    assert_eq!(early.status, 403, "{}", early.text);
    world.moved("operation", &load["id"], json!({ "assigned_to": "finance" })).await;
    world.moved("finance", &load["id"], json!({ "status": "waiting" })).await;
    world.moved("finance", &load["id"], json!({ "status": "to_treat" })).await;
    world.becomes(&load["id"], "closed").await;
    world.figures(3, [("balance", "750000"), ("outstanding", "0"), ("exposition", "750000")]).await;

    // C7, F2, F4: an unload may go below zero; that weighs twice.
    let unload = world.create("operation", cash("unload", 3, 1_000_000)).await;
    world.moved("finance", &unload["id"], json!({ "status": "to_treat" })).await;
    world.becomes(&unload["id"], "closed").await;
    world.figures(3, [("balance", "-250000"), ("outstanding", "250000"), ("exposition", "-500000")]).await;

    // S1, R3: a ticket, the fee behind it, and its end.
    let ticket = json!({ "subject": "A name is wrong", "description": "Diop, not Diob", "etatsdevente_id": 77 });
    let ticket = world.call("client3", "POST", "/api/helpdesk", ticket).await;
    assert_eq!((ticket.status, &ticket.body["assigned_to"]), (201, &json!("operation")), "{}", ticket.text);
    let path = format!("/api/helpdesk/{}", ticket.body["id"]);
    for (who, body, status) in [
        ("client3", json!({ "subject": "A name is wrong on one ticket" }), 200),
        ("client3", json!({ "status": "in_progress" }), 403),
        ("finance", json!({ "status": "in_progress" }), 403),
        ("operation", json!({ "status": "in_progress" }), 200),
        ("operation", json!({ "assigned_to": "agency" }), 200),
    ] {
        let answer = world.call(who, "PATCH", &path, body.clone()).await;
        assert_eq!(answer.status, status, "{who} {body}: {}", answer.text);
    }
    let comments = format!("{path}/commentaires");
    for (who, text) in [("operation", "The fee is 5,000"), ("client3", "Agreed")] {
        let answer = world.call(who, "POST", &comments, json!({ "body": text })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    let mut fee = cash("unload", 3, 5_000);
    fee["etatsdevente_id"] = json!(77);
    fee["helpdesk_id"] = ticket.body["id"].clone();
    let by_client = world.call("client3", "POST", REQUESTS, fee.clone()).await;
    assert_eq!(by_client.refusal(), (403, "forbidden"));
    let fee = world.create("operation", fee).await;
    assert_eq!(fee["helpdesk_id"], ticket.body["id"]);
    world.moved("finance", &fee["id"], json!({ "status": "to_treat" })).await;
    world.becomes(&fee["id"], "closed").await;
    world.figures(3, [("balance", "-255000")]).await;
    let closed = world.call("operation", "PATCH", &path, json!({ "status": "closed" })).await;
    assert_eq!((closed.status, closed.body["comments"].as_array().unwrap().len()), (200, 2), "{}", closed.text);
    // rule: S2
    let after = world.call("operation", "PATCH", &path, json!({ "status": "in_progress" })).await;
    assert_eq!(after.refusal(), (409, "immutable"));
}

async fn w6_w7_movements_of_other_sources(world: &World) {
    let post = async |body: Value| world.call("service", "POST", "/api/mouvements", body).await;
    let created = post(payment(1, "TX-1", 25_000)).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let again = post(payment(1, "TX-1", 25_000)).await;
    assert_eq!((again.status, &again.body["mouvement_uuid"]), (200, &created.body["mouvement_uuid"]), "{}", again.text);
    assert_eq!(post(payment(1, "TX-1", 26_000)).await.refusal(), (409, "reference_reused"));

    // W7: a refusal concerns its own entry alone.
    let batch = post(json!({ "mouvements": [
        payment(1, "TX-2", 1_000), payment(1, "TX-1", 25_000), payment(99, "TX-3", 1), payment(2, "TX-4", 4_000),
        payment(1, "TX-5", -5),
    ] }))
    .await;
    assert_eq!(batch.status, 200, "{}", batch.text);
    let outcomes: Vec<_> = batch.body["results"].as_array().unwrap().iter().map(|one| one["outcome"].clone()).collect();
    assert_eq!(outcomes, ["created", "existing", "refused", "created", "refused"], "{}", batch.text);
    world.figures(1, [("balance", "26000")]).await;

    // W6: the two legs of a transfer, whole or not at all.
    let leg = |account: u64, reference: &str, amount: i64| json!({ "source": "manual", "reference": reference, "type": "transfer", "amount": amount, "account_id": account });
    let both = post(json!({ "mouvements": [leg(1, "T-1a", -6_000), leg(2, "T-1b", 6_000)], "atomic": true })).await;
    assert_eq!(both.status, 200, "{}", both.text);
    world.figures(1, [("balance", "20000")]).await;
    world.figures(2, [("balance", "10000")]).await;
    let none = post(json!({ "mouvements": [leg(1, "T-2a", -6_000), leg(99, "T-2b", 6_000)], "atomic": true })).await;
    let outcomes: Vec<_> = none.body["results"].as_array().unwrap().iter().map(|one| one["outcome"].clone()).collect();
    assert_eq!(outcomes, ["refused", "refused"], "{}", none.text);
    world.figures(1, [("balance", "20000")]).await;

    for (field, value) in [("source", "helpdesk"), ("type", "credit"), ("type", "credit_cancellation")] {
        let mut body = payment(1, "TX-9", 1);
        body[field] = json!(value);
        assert_eq!(post(body).await.status, 422, "{field} {value}");
    }

    // The statement adds up, and as CSV too.
    let statement = world.get("client1", "/api/accounts/1/mouvements").await;
    let figures =
        (&statement["opening_balance"], &statement["closing_balance"], &statement["items"][0]["balance_after"]);
    assert_eq!(figures, (&json!("0"), &json!("20000"), &json!("20000")), "{statement}");
    let csv =
        world.call_with("client1", "GET", "/api/accounts/1/mouvements", &[("accept", "text/csv")], Value::Null).await;
    assert_eq!(csv.text.trim_end().lines().count(), 4, "a header and three movements: {}", csv.text);
    let logs = world.get("client1", &format!("/api/mouvements/{}/logs", created.body["mouvement_id"])).await;
    assert_eq!(logs["items"][0]["state_after"]["balance"], json!("25000"), "{logs}");
}

async fn w3_the_same_key_is_the_same_call(world: &World) {
    let keyed = async |who: &str, path: &str, key: &str, body: Value| {
        world.call_with(who, "POST", path, &[("idempotency-key", key)], body).await
    };
    let first = keyed("client1", REQUESTS, "k-1", credit(1_000)).await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, None), "{}", first.text);
    let again = keyed("client1", REQUESTS, "k-1", json!({ "amount": "1e3", "category": "credit" })).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, Some("true")), "{}", again.text);
    assert_eq!((&again.body["id"], &again.body["uuid"]), (&first.body["id"], &first.body["uuid"]));
    let other = keyed("client1", REQUESTS, "k-1", credit(2_000)).await;
    assert_eq!(other.refusal(), (422, "idempotency_key_reused"));
    let others = keyed("client2", REQUESTS, "k-1", credit(1_000)).await;
    assert_eq!((others.status, others.header("idempotent-replayed")), (201, None), "a key is its actor's");

    // A refusal burns no key.
    let refused = keyed("operation", REQUESTS, "k-2", cash("load", 99, 1)).await;
    assert_eq!(refused.status, 404, "{}", refused.text);
    let granted = keyed("operation", REQUESTS, "k-2", cash("load", 3, 1)).await;
    assert_eq!(granted.status, 201, "{}", granted.text);

    // At the same time: one is made, the others are told the same or to wait.
    let answers = join_all((0..8).map(|_| keyed("client1", REQUESTS, "k-3", credit(3_000)))).await;
    let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    let rest = answers.iter().filter(|answer| answer.refusal() == (409, "idempotency_in_progress")).count();
    assert_eq!((made.len() + rest, made.is_empty()), (8, false), "{answers:?}");
    assert!(made.iter().all(|answer| answer.body["id"] == made[0].body["id"]), "{made:?}");
    let list = world.get("client1", &format!("{REQUESTS}?category=daily_credit")).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 2, "{list}");

    // Every POST that creates: tickets, comments, accounts, movements.
    let ticket = json!({ "subject": "S", "description": "D" });
    let ticket = [
        keyed("client1", "/api/helpdesk", "k-4", ticket.clone()).await,
        keyed("client1", "/api/helpdesk", "k-4", ticket).await,
    ];
    let comments = format!("/api/helpdesk/{}/commentaires", ticket[0].body["id"]);
    let mut pairs = vec![ticket];
    for (who, path, body) in [
        ("client1", comments.as_str(), json!({ "body": "once" })),
        ("admin", "/api/accounts", json!({ "name": "Agence Yoff" })),
        ("service", "/api/mouvements", payment(1, "K-1", 5)),
    ] {
        pairs.push([keyed(who, path, "k-5", body.clone()).await, keyed(who, path, "k-5", body).await]);
    }
    for [one, two] in pairs {
        assert_eq!((one.status, two.header("idempotent-replayed")), (201, Some("true")), "{} {}", one.text, two.text);
        assert_eq!((two.status, two.text), (201, one.text));
    }
    // A batch keeps an answer for each entry.
    let batch = json!({ "mouvements": [payment(1, "K-2", 5), payment(99, "K-3", 5)] });
    for (place, outcome) in [(0, "created"), (1, "created")] {
        let answer = keyed("service", "/api/mouvements", "k-6", batch.clone()).await;
        assert_eq!(
            (answer.status, &answer.body["results"][0]["outcome"]),
            (200, &json!(outcome)),
            "{place}: {}",
            answer.text
        );
        assert_eq!(answer.body["results"][1]["outcome"], "refused");
    }
    let other = keyed("service", "/api/mouvements", "k-6", json!({ "mouvements": [payment(1, "K-4", 5)] })).await;
    assert_eq!(other.refusal(), (422, "idempotency_key_reused"));
    for id in [&first.body["id"], &made[0].body["id"], &others.body["id"]] {
        world.becomes(id, "closed").await;
    }
}
