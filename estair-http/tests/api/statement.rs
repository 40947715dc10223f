//! The statement of an account over HTTP, as JSON and as CSV.

use serde_json::json;

use crate::world::{CLIENT, SERVICE, World};

#[tokio::test]
async fn the_statement_has_its_balances_and_pages() {
    let world = World::new().await;
    for n in 1..=5 {
        world.payment(1, &format!("R{n}"), "100").await;
    }
    let page = world.get(CLIENT, "/api/accounts/1/mouvements?limit=2").await.ok(200);
    assert_eq!((&page["opening_balance"], &page["closing_balance"]), (&json!("0"), &json!("500")));
    let item = &page["items"][0];
    assert_eq!((&item["balance_after"], &item["exposition_after"]), (&json!("500"), &json!("500")));
    assert_eq!(
        (&item["total_operation"], &item["type"], &item["source"]),
        (&json!("100"), &json!("payment"), &json!("wave"))
    );
    assert_eq!((&item["credit_before"], &item["credit_after"]), (&json!("400"), &json!("500")));
    assert!(!item.as_object().unwrap().keys().any(|key| key.contains("trace")));
    let mut references = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = world.get(CLIENT, &format!("/api/accounts/1/mouvements?limit=2{cursor}")).await.ok(200);
        references.extend(page["items"].as_array().unwrap().iter().map(|item| item["reference"].clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(references, ["R5", "R4", "R3", "R2", "R1"]);
    let none = world.get(CLIENT, "/api/accounts/1/mouvements?type=debit").await.ok(200);
    assert_eq!(none["items"], json!([]));
    let later = world.get(CLIENT, "/api/accounts/1/mouvements?from=2025-10-22").await.ok(200);
    assert_eq!((&later["opening_balance"], &later["items"]), (&json!("500"), &json!([])));
    world.get(CLIENT, "/api/accounts/1/mouvements?type=gift").await.faulty("type");
    world.get(CLIENT, "/api/accounts/1/mouvements?from=x").await.faulty("from");
}

#[tokio::test]
async fn the_statement_is_a_csv_without_formulas() {
    let world = World::new().await;
    let body = json!({
        "source": "manual", "reference": "=cmd|' /C calc'!A0", "type": "adjustment", "amount": "-150", "currency": "XOF",
        "account_id": 1, "description": "une \"remise\", et\nune ligne",
    });
    world.post(SERVICE, "/api/mouvements", body).await.ok(201);
    let csv = world.call(CLIENT, "GET", "/api/accounts/1/mouvements", &[("accept", "text/csv")], "").await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(csv.header("vary"), Some("accept"));
    let text = csv.text();
    let mut lines = text.split("\r\n");
    assert!(lines.next().unwrap().starts_with("id,uuid,name,business_day"));
    let line = lines.next().unwrap();
    assert!(line.contains(",adjustment,manual,-150,XOF,0,-300,-150,-300,"), "{line}");
    assert!(line.contains(",'=cmd|' /C calc'!A0,\"une \"\"remise\"\", et\nune ligne\","), "{line}");
    assert_eq!(lines.collect::<Vec<_>>(), [""]);
    let json =
        world.call(CLIENT, "GET", "/api/accounts/1/mouvements", &[("accept", "application/json, text/csv")], "").await;
    assert_eq!(json.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_long_csv_comes_whole() {
    let world = World::new().await;
    for batch in 0..3 {
        let entries: Vec<_> = (0..700)
            .map(|n| json!({
                "source": "wave", "reference": format!("{batch}-{n}"), "type": "payment", "amount": 1, "currency": "XOF",
                "account_id": 1,
            }))
            .collect();
        world.post(SERVICE, "/api/mouvements", json!({ "mouvements": entries })).await.ok(200);
    }
    let headers = [("accept", "text/csv")];
    let csv = world.call(CLIENT, "GET", "/api/accounts/1/mouvements", &headers, "").await.text();
    assert_eq!(csv.lines().count(), 1 + 2_100);
    assert!(csv.lines().nth(1).unwrap().contains(",2100,"), "newest first");
    let page = world.call(CLIENT, "GET", "/api/accounts/1/mouvements?limit=7", &headers, "").await.text();
    assert_eq!(page.lines().count(), 8);
}

#[tokio::test]
async fn days_that_end_before_they_begin_are_no_period() {
    let world = World::new().await;
    world.payment(1, "A", "25000").await;
    let path = "/api/accounts/1/mouvements?from=2025-10-22&to=2025-10-20";
    for accept in ["application/json", "text/csv"] {
        let refused = world.call(CLIENT, "GET", path, &[("accept", accept)], "").await;
        refused.faulty("from");
        refused.faulty("to");
    }
    let one = world.get(CLIENT, "/api/accounts/1/mouvements?from=2025-10-21&to=2025-10-21").await.ok(200);
    assert_eq!((&one["opening_balance"], &one["closing_balance"]), (&json!("0"), &json!("25000")));
    for list in [
        "/api/requetes-financieres?created_from=2025-10-22&created_to=2025-10-20",
        "/api/requetes-financieres?created_from=2025-10-21T12:00:00Z&created_to=2025-10-21T11:00:00Z",
    ] {
        assert_eq!(world.get(CLIENT, list).await.ok(200)["items"], json!([]), "a list of nothing is a list");
    }
}

#[tokio::test]
async fn the_accept_header_is_read_as_http_has_it() {
    let world = World::new().await;
    let kind = async |accepted: &[&str]| {
        let headers: Vec<_> = accepted.iter().map(|value| ("accept", *value)).collect();
        let answer = world.call(CLIENT, "GET", "/api/accounts/1/mouvements", &headers, "").await;
        assert_eq!(answer.status, 200, "{accepted:?}");
        answer.header("content-type").unwrap().split(';').next().unwrap().to_owned()
    };
    for accepted in [
        &["text/csv"][..],
        &["TEXT/CSV"],
        &["Text/Csv; Charset=UTF-8"],
        &["text/csv; header=present"],
        &["text/csv;Q=1"],
        &["text/csv, */*;q=0.1"],
        &["text/csv, application/json"],
        &["application/json;q=0.5, text/csv;q=0.9"],
        &["application/json;q=0, text/csv;q=0.001"],
        &["application/json;q=0.5", "text/csv"],
        &["text/csv, application/*;q=0.2"],
    ] {
        assert_eq!(kind(accepted).await, "text/csv", "{accepted:?}");
    }
    for accepted in [
        &[][..],
        &[""],
        &["*/*"],
        &["text/*"],
        &["text/html, application/xhtml+xml, */*;q=0.8"],
        &["application/json, text/csv"],
        &["text/csv;q=0, application/json"],
        &["text/csv;q=0"],
        &["text/csv; q=0.000"],
        &["TEXT/CSV;Q=0.3, Application/Json;q=0.4"],
        &["text/csv;q=0.5, application/*"],
        &["text/csv;q=0.5, */*"],
        &["text/csvx"],
        &["text/csv;q=much"],
        &["csv"],
        &["é, ;;, /"],
    ] {
        assert_eq!(kind(accepted).await, "application/json", "{accepted:?}");
    }
}
