//! The auditor over HTTP: reads what staff read, and changes nothing (P).

use serde_json::{Value, json};

use crate::world::{ADMIN, AUDITOR, CLIENT, OPERATION, World};

// rule: P1
#[tokio::test]
async fn p1_the_auditor_reads_what_staff_read() {
    let world = World::new().await;
    let id = world.granted(500).await;
    world.post(CLIENT, "/api/helpdesk", json!({ "subject": "S", "description": "D" })).await.ok(201);
    for path in [
        "/api/requetes-financieres",
        "/api/requetes-financieres/1/historique",
        "/api/helpdesk",
        "/api/helpdesk/1/commentaires",
        "/api/accounts",
        "/api/accounts/1",
        "/api/accounts/1/limit",
        "/api/accounts/1/mouvements",
        "/api/mouvements/1",
        "/api/mouvements/1/logs",
    ] {
        let (staff, auditor) = (world.get(ADMIN, path).await.ok(200), world.get(AUDITOR, path).await.ok(200));
        assert_eq!(without_actions(auditor), without_actions(staff), "{path}");
    }
    let request = world.get(AUDITOR, &format!("/api/requetes-financieres/{id}")).await.ok(200);
    assert_eq!(request["allowed_actions"], json!([]), "a granted credit may be cancelled, but not by the auditor");
}

/// The same without what its reader may do with it.
fn without_actions(mut answer: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.remove("allowed_actions");
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut answer);
    answer
}

// rule: P1
#[tokio::test]
async fn p1_the_auditor_changes_nothing() {
    let world = World::new().await;
    let load = json!({ "category": "load", "amount": 5, "account_id": 1 });
    world.request(OPERATION, load.clone()).await;
    world.post(CLIENT, "/api/helpdesk", json!({ "subject": "S", "description": "D" })).await.ok(201);
    let movement = json!({
        "source": "wave", "reference": "A", "type": "payment", "amount": 5, "currency": "XOF", "account_id": 1,
    });
    for (method, path, body) in [
        ("POST", "/api/requetes-financieres", load),
        ("POST", "/api/requetes-financieres", json!({ "category": "daily_credit", "amount": 5, "account_id": 1 })),
        ("PATCH", "/api/requetes-financieres/1", json!({ "status": "to_treat" })),
        ("PATCH", "/api/requetes-financieres/1", json!({ "assigned_to": "operation" })),
        ("POST", "/api/helpdesk", json!({ "subject": "S", "description": "D", "account_id": 1 })),
        ("PATCH", "/api/helpdesk/1", json!({ "status": "in_progress" })),
        ("PATCH", "/api/helpdesk/1", json!({ "subject": "T" })),
        ("POST", "/api/helpdesk/1/commentaires", json!({ "body": "B" })),
        ("POST", "/api/accounts", json!({ "name": "Agence" })),
        ("PUT", "/api/accounts/1/limit", json!({ "limit": 5, "reason": "r" })),
        ("POST", "/api/mouvements", movement),
    ] {
        world.call(AUDITOR, method, path, &[], &body.to_string()).await.problem(403, "forbidden");
    }
}
