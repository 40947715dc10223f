//! Lists over all accounts, the search, notifications, the daily report and the statement for people.

use chrono::Duration;
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{NewNotification, Notification, Notifications};
use serde_json::{Value, json};

use crate::world::{ADMIN, CLIENT, EVERYONE, FINANCE, OPERATION, OTHER, SERVICE, World, at, statuses};

fn ids(page: &Value) -> Vec<u64> {
    page["items"].as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn movements_of_all_accounts_are_listed_and_filtered() {
    let world = World::new().await;
    let first = world.payment(1, "TX-1", "100").await;
    let second = world.payment(2, "TX-2", "200").await;
    let path = "/api/mouvements";
    assert_eq!(statuses(&world, &EVERYONE, "GET", path, "").await, [403, 403, 200, 200, 200, 200]);
    let list = async |query: &str| ids(&world.get(OPERATION, &format!("{path}?{query}")).await.ok(200));
    assert_eq!(list("").await, [second, first]);
    assert_eq!(list("account_id=1").await, [first]);
    assert_eq!(list("q=tx-2&type=payment&source=wave&status=success").await, [second]);
    assert_eq!(list("from=2025-10-21&to=2025-10-21").await, [second, first]);
    assert_eq!(list("to=2025-10-20").await, [0; 0]);
    assert_eq!(list("etatsdevente_id=9").await, [0; 0]);
    let page = world.get(SERVICE, &format!("{path}?limit=1")).await.ok(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(list(&format!("limit=1&cursor={cursor}")).await, [first]);
    for (query, field) in [("type=x", "type"), ("status=x", "status"), ("from=x", "from"), ("amount=1", "amount")] {
        world.get(OPERATION, &format!("{path}?{query}")).await.faulty(field);
    }
}

// rule: W5
#[tokio::test]
async fn w5_the_audit_trail_of_all_accounts_is_for_staff() {
    let world = World::new().await;
    world.payment(2, "TX-1", "100").await;
    world.granted(500).await;
    let path = "/api/audit";
    assert_eq!(statuses(&world, &EVERYONE, "GET", path, "").await, [403, 403, 200, 200, 200, 403]);
    let all = world.get(FINANCE, path).await.ok(200);
    let accounts: Vec<_> = all["items"].as_array().unwrap().iter().map(|one| one["account_id"].clone()).collect();
    assert_eq!(accounts, [json!(1), json!(2)]);
    assert!(all["items"][0]["state_after"].is_object() && all["items"][0].get("ip_address").is_some());
    let count = async |query: &str| ids(&world.get(FINANCE, &format!("{path}?{query}")).await.ok(200)).len();
    assert_eq!(count("account_id=2").await, 1);
    assert_eq!(count("triggered_by=11").await, 1);
    assert_eq!(count("status=failed").await, 0);
    assert_eq!(count("from=2025-10-22").await, 0);
    world.get(FINANCE, &format!("{path}?status=done")).await.faulty("status");
}

// rule: P2
#[tokio::test]
async fn p2_a_search_finds_of_each_kind_what_the_caller_may_see() {
    let world = World::new().await;
    let sale = json!({ "subject": "Billet", "description": "Vente.", "etatsdevente_id": 4_711 });
    let ticket = world.post(CLIENT, "/api/helpdesk", sale).await.ok(201);
    let credit = world.granted(500).await;
    let request = world.get(CLIENT, &format!("/api/requetes-financieres/{credit}")).await.ok(200);
    world.payment(2, "TX-500", "500").await;
    let search = async |who: &str, q: &str| world.get(who, &format!("/api/recherche?q={q}")).await.ok(200);
    let found = search(OPERATION, "agence%20un").await;
    assert_eq!(found["accounts"][0]["id"], 1);
    assert_eq!(found["accounts"].as_array().unwrap().len(), 1);
    let named = search(OPERATION, request["name"].as_str().unwrap()).await;
    assert_eq!(named["requetes"][0]["id"], request["id"]);
    let by_sale = search(OPERATION, "4711").await;
    assert_eq!(by_sale["helpdesk"][0]["id"], ticket["id"]);
    assert_eq!(search(OPERATION, "500").await["mouvements"].as_array().unwrap().len(), 2);
    assert_eq!(search(OPERATION, "tx-500").await["mouvements"][0]["account_id"], 2);
    let own = search(CLIENT, "500").await;
    assert_eq!(own["mouvements"].as_array().unwrap().len(), 1);
    for kind in ["accounts", "requetes", "helpdesk", "mouvements", "messages"] {
        assert_eq!(search(OTHER, ticket["uuid"].as_str().unwrap()).await[kind], json!([]), "{kind}");
    }
    assert_eq!(search(OPERATION, ticket["uuid"].as_str().unwrap()).await["helpdesk"][0]["id"], ticket["id"]);
    assert_eq!(search(SERVICE, request["name"].as_str().unwrap()).await["requetes"], json!([]));
    for path in ["/api/recherche", "/api/recherche?q=%20"] {
        world.get(CLIENT, path).await.faulty("q");
    }
}

fn told(recipient: &str, skip: Option<&str>) -> NewNotification {
    let params = [("requete_id".to_owned(), json!(7)), ("account_id".to_owned(), json!(1))];
    let notification = Notification {
        fact: None,
        notice: Notice::CreditRefused,
        audience: Audience::Client,
        channel: Channel::Email,
        user: None,
        recipient: recipient.to_owned(),
        params: params.into_iter().collect(),
    };
    let at = at("2025-10-21T09:00:00Z");
    NewNotification { notification, not_before: at, skip: skip.map(str::to_owned), at }
}

// rule: N3
#[tokio::test]
async fn n3_what_was_skipped_is_listed_and_sent_again() {
    let world = World::new().await;
    let new = [told("", Some("the account has no e-mail address")), told("a@example.test", None)];
    Notifications::enqueue(&world.store, &new).await.unwrap();
    let path = "/api/notifications";
    assert_eq!(statuses(&world, &EVERYONE, "GET", path, "").await, [403, 403, 200, 200, 200, 403]);
    let skipped = world.get(FINANCE, &format!("{path}?status=skipped")).await.ok(200)["items"][0].clone();
    assert_eq!((&skipped["requete_id"], &skipped["recipient"]), (&json!(7), &json!("")));
    assert_eq!(
        (&skipped["error"], &skipped["notice"]),
        (&json!("the account has no e-mail address"), &json!("credit_refused"))
    );
    let count = async |query: &str| ids(&world.get(FINANCE, &format!("{path}?{query}")).await.ok(200)).len();
    assert_eq!((count("notice=credit_refused").await, count("notice=credit_expired").await), (2, 0));
    world.get(FINANCE, &format!("{path}?notice=nothing")).await.faulty("notice");

    let again = format!("{path}/{}/renvoi", skipped["id"]);
    world.patch(ADMIN, "/api/accounts/1", json!({ "email": "agence@example.test" })).await.ok(200);
    for who in [CLIENT, SERVICE] {
        world.post(who, &again, json!({})).await.problem(403, "forbidden");
    }
    world.post(OPERATION, &again, json!({ "why": 1 })).await.faulty("why");
    let sent = world.post(OPERATION, &again, json!({})).await.ok(202);
    assert_eq!((&sent["status"], &sent["recipient"]), (&json!("pending"), &json!("agence@example.test")));
    world.post(OPERATION, &again, json!({})).await.problem(409, "notification_not_ended");
    world.post(ADMIN, &format!("{path}/999/renvoi"), json!({})).await.problem(404, "not_found");
}

// rule: L8
#[tokio::test]
async fn l8_the_daily_report_has_its_shape() {
    let world = World::new().await;
    world.payment(1, "TX-1", "100").await;
    world.granted(500).await;
    world.credit(9_000_000).await;
    world.advance(Duration::hours(10));
    let path = "/api/rapport";
    assert_eq!(statuses(&world, &EVERYONE, "GET", path, "").await, [403, 403, 200, 200, 200, 403]);
    let report = world.get(FINANCE, path).await.ok(200);
    assert_eq!(
        report,
        json!({
            "day": "2025-10-21",
            "requests": [{ "status": "waiting", "age": "0-1d", "count": 1 }],
            "money": [{ "source": "wave", "currency": "XOF", "in": "100", "out": "0" }],
            "failed_messages": 0,
            "expired_credits": { "count": 1, "amounts": { "XOF": "500" } },
            "verify": null,
        })
    );
    assert_eq!(world.get(FINANCE, &format!("{path}?day=2025-10-20")).await.ok(200)["money"], json!([]));
    world.get(FINANCE, &format!("{path}?day=x")).await.faulty("day");
    world.get(FINANCE, &format!("{path}?day=2025-10-21")).await.ok(200);
    world.get(FINANCE, &format!("{path}?day=2025-10-22")).await.faulty("day");
}

#[tokio::test]
async fn a_statement_for_people_adds_up_and_runs_no_formula() {
    let world = World::new().await;
    world.payment(1, "=1+1", "100").await;
    world.granted(500).await;
    world.payment(1, "TX-2", "50").await;
    let path = "/api/accounts/1/releve.csv?format=excel";
    assert_eq!(statuses(&world, &EVERYONE, "GET", path, "").await, [200, 404, 200, 200, 200, 403]);
    let sheet = world.get(CLIENT, path).await;
    assert_eq!(sheet.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = sheet.text();
    let lines: Vec<_> = text.strip_prefix('\u{feff}').expect("a byte order mark").split("\r\n").collect();
    let cells = |line: &str| line.split(';').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(cells(lines[0])[9..], ["Solde", "Vente", "Ticket"]);
    assert_eq!(cells(lines[1])[9], "0");
    assert_eq!(cells(lines[2])[4..], ["'=1+1", "", "", "100", "", "100", "", ""]);
    assert_eq!(cells(lines[3])[6..10], ["", "", "500", "100"], "a credit moves no balance");
    assert_eq!(cells(lines[4])[0], "21/10/2025");
    assert_eq!(cells(lines[5])[6..10], ["0", "150", "500", ""]);
    assert_eq!(cells(lines[6])[9], "150");
    world.get(CLIENT, "/api/accounts/1/releve.csv?format=ods").await.faulty("format");
    world.get(CLIENT, "/api/accounts/1/releve.csv?from=2025-10-22&to=2025-10-21").await.faulty("from");
    let workbook = world.get(CLIENT, "/api/accounts/1/releve.xlsx").await;
    assert_eq!(workbook.status, 200);
    assert!(workbook.bytes.starts_with(b"PK") && workbook.header("content-disposition").is_some());
}

/// `count=true` says of each list how many there are, and of movements what was written in all; of more than a page too.
#[tokio::test]
async fn each_list_counts_when_it_is_asked() {
    let world = World::new().await;
    for number in 0..3 {
        world
            .post(OPERATION, "/api/helpdesk", json!({ "account_id": 1, "subject": "S", "description": "D" }))
            .await
            .ok(201);
        let payment = json!({ "source": "wave", "reference": format!("W-{number}"), "type": "payment", "amount": 5, "account_id": 1 });
        world.post(SERVICE, "/api/mouvements", payment).await.ok(201);
    }
    let request = world.request(CLIENT, json!({ "category": "daily_credit", "amount": 5 })).await;
    let request = format!("/api/requetes-financieres/{}", request["id"]);
    world.post(CLIENT, &format!("{request}/commentaires"), json!({ "body": "B" })).await.ok(201);
    let total = async |who: &str, path: &str| {
        let sign = if path.contains('?') { '&' } else { '?' };
        let page = world.get(who, &format!("{path}{sign}count=true&limit=1")).await.ok(200);
        assert_eq!(world.get(who, path).await.ok(200).get("total"), None, "{path}");
        page["total"].clone()
    };
    let written = json!({ "count": 3, "amounts": { "XOF": "15" } });
    for (who, path, expected) in [
        (OPERATION, "/api/helpdesk", json!({ "count": 3 })),
        (OPERATION, "/api/helpdesk?sort=queue", json!({ "count": 3 })),
        (CLIENT, "/api/helpdesk?status=closed", json!({ "count": 0 })),
        (FINANCE, "/api/mouvements", written.clone()),
        (FINANCE, "/api/mouvements?type=refund", json!({ "count": 0, "amounts": {} })),
        (CLIENT, "/api/accounts/1/mouvements", written),
        (CLIENT, "/api/accounts", json!({ "count": 1 })),
        (FINANCE, "/api/audit", json!({ "count": 3 })),
        (CLIENT, "/api/mouvements/1/logs", json!({ "count": 1 })),
        (CLIENT, &format!("{request}/commentaires"), json!({ "count": 1 })),
        (CLIENT, "/api/helpdesk/1/commentaires", json!({ "count": 0 })),
    ] {
        assert_eq!(total(who, path).await, expected, "{path}");
    }
    for path in
        [format!("{request}/historique"), "/api/accounts/1/historique".to_owned(), "/api/notifications".to_owned()]
    {
        let all = world.get(FINANCE, &format!("{path}?limit=200")).await.ok(200);
        let counted = total(FINANCE, &path).await["count"].clone();
        assert_eq!(counted, json!(all["items"].as_array().unwrap().len()), "{path}");
    }
    world.get(FINANCE, "/api/audit?count=some").await.faulty("count");
}
