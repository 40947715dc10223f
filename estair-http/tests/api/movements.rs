//! Movements and their audit trail over HTTP: the columns of the tables (W4, W5).

use std::collections::BTreeSet;

use estair_core::decision::Changes;
use estair_core::id::{MovementId, UserId};
use estair_core::movement::{Failure, Movement};
use estair_core::store::Store;
use serde_json::{Value, json};

use crate::world::{ADMIN, CLIENT, FINANCE, OPERATION, SERVICE, World};

/// The columns of `mouvements`, but for the trace.
const COLUMNS: &str = "id uuid name message_uuid type source status retry_count max_retries created subagent action \
    credit_before credit_after total_operation currency_code state terminal recordlocator office_sb office_cn document \
    first_passenger first_segment consolidator requete_financiere_id payload result error_type error_message account_id \
    document_id approvisionnement_id external_id source_description description created_at updated_at completed_at \
    modified_by is_deleted cancelled_at business_day reference etatsdevente_id helpdesk_id";

/// The columns of `mouvement_logs`.
const LOG_COLUMNS: &str = "id mouvement_id attempt_number status state_before state_after changes duration_ms \
    error_details triggered_by ip_address user_agent created_at account_id account_version previous_hash hash";

fn keys(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Changes a movement's row as an older system does: not by a command.
async fn by_an_older_system(world: &World, id: u64, change: impl FnOnce(&mut Movement)) {
    let mut row = world.host.reader.movement(MovementId(id)).await.unwrap().unwrap();
    change(&mut row.data);
    let mut changes = Changes::default();
    changes.movements.put(row.uuid, Some(row.id), 0, row.data);
    let mut transaction = world.store.begin(0).await.unwrap();
    transaction.save(&changes).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_movement_has_the_columns_of_its_table() {
    let world = World::new().await;
    let id = world.payment(1, "A", "25000").await;
    let movement = world.get(CLIENT, &format!("/api/mouvements/{id}")).await.ok(200);
    assert_eq!(keys(&movement), COLUMNS.split_whitespace().collect());
    assert_eq!((&movement["modified_by"], &movement["is_deleted"]), (&Value::Null, &json!(false)));
    let line = world.get(CLIENT, "/api/accounts/1/mouvements").await.ok(200)["items"][0].clone();
    let columns = format!("{COLUMNS} balance_after exposition_after");
    assert_eq!(keys(&line), columns.split_whitespace().collect());
    let logs = world.get(ADMIN, &format!("/api/mouvements/{id}/logs")).await.ok(200);
    assert_eq!(keys(&logs["items"][0]), LOG_COLUMNS.split_whitespace().collect());
}

#[tokio::test]
async fn the_marks_of_an_older_system_are_shown() {
    let world = World::new().await;
    let (kept, deleted) = (world.payment(1, "A", "100").await, world.payment(1, "B", "200").await);
    by_an_older_system(&world, kept, |row| row.modified_by = Some(UserId(77))).await;
    by_an_older_system(&world, deleted, |row| row.is_deleted = true).await;
    let movement = world.get(OPERATION, &format!("/api/mouvements/{deleted}")).await.ok(200);
    assert_eq!((&movement["modified_by"], &movement["is_deleted"]), (&Value::Null, &json!(true)));
    let items = world.get(OPERATION, "/api/accounts/1/mouvements").await.ok(200)["items"].clone();
    let lines: Vec<_> = items.as_array().unwrap().iter().map(|one| (&one["id"], &one["modified_by"])).collect();
    assert_eq!(lines, [(&json!(kept), &json!(77))]);
}

// rule: P1
#[tokio::test]
async fn p1_a_client_sees_nothing_of_what_came_from_where_nor_why_it_failed() {
    let world = World::new().await;
    let id = world.payment(1, "A", "100").await;
    by_an_older_system(&world, id, |row| {
        row.modified_by = Some(UserId(77));
        row.failure = Some(Failure {
            error_type: "contention".to_owned(),
            message: "deadlock on estair_accounts".to_owned(),
            trace: Some("at the lock".to_owned()),
        });
    })
    .await;
    let path = format!("/api/mouvements/{id}");
    let (staff, theirs) = (world.get(FINANCE, &path).await.ok(200), world.get(CLIENT, &path).await.ok(200));
    let hidden: Vec<_> = keys(&staff).into_iter().filter(|key| staff[*key] != theirs[*key]).collect();
    assert_eq!(hidden, ["error_message", "error_type", "modified_by", "payload"]);
    assert!(hidden.iter().all(|key| theirs[*key].is_null() && !staff[*key].is_null()));
    let line = world.get(CLIENT, "/api/accounts/1/mouvements").await.ok(200)["items"][0].clone();
    assert!(hidden.iter().all(|key| line[*key].is_null()), "{line}");
    let service = world.get(SERVICE, &path).await.ok(200);
    assert_eq!((&service["error_type"], &service["error_message"]), (&json!("contention"), &Value::Null));
}

// rule: W4, W5
#[tokio::test]
async fn w4_a_movement_shows_its_audit_trail() {
    let world = World::new().await;
    let id = world.granted(1000).await;
    let request = world.get(CLIENT, &format!("/api/requetes-financieres/{id}")).await.ok(200);
    let path = format!("/api/mouvements/{}", request["mouvement_id"]);
    let movement = world.get(CLIENT, &path).await.ok(200);
    assert_eq!((&movement["type"], &movement["status"]), (&json!("credit"), &json!("success")));
    assert_eq!((&movement["requete_financiere_id"], &movement["total_operation"]), (&json!(id), &json!("1000")));
    assert_eq!(movement["result"]["mouvement_id"], movement["id"]);
    let logs = world.get(OPERATION, &format!("{path}/logs")).await.ok(200);
    let log = &logs["items"][0];
    assert_eq!(log["state_before"]["daily_credit"], "0");
    assert_eq!(log["state_after"]["daily_credit"], "1000");
    assert_eq!(log["changes"]["active_credit"], json!({ "old": "0", "new": "1000" }));
    assert_eq!((&log["status"], &log["attempt_number"]), (&json!("success"), &json!(1)));
    assert_eq!(log["previous_hash"], "0".repeat(64));
    assert_eq!(log["hash"].as_str().unwrap().len(), 64);
    // Who did it from where is nothing of a client's, a colleague's least of all.
    let theirs = world.get(CLIENT, &format!("{path}/logs")).await.ok(200)["items"][0].clone();
    let inside: Vec<_> = keys(log).difference(&keys(&theirs)).copied().collect();
    assert_eq!(inside, ["error_details", "ip_address", "triggered_by", "user_agent"]);
    world.get(CLIENT, &format!("{path}/logs?cursor=x")).await.faulty("cursor");
    assert_eq!(world.get(SERVICE, &path).await.status, 200);
    assert_eq!(world.get(FINANCE, &path).await.status, 200);
    assert_eq!(world.get(ADMIN, &path).await.status, 200);
}
