//! Files of payments over HTTP (L7).

use std::io::{Cursor, Write};

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::world::{ADMIN, Answer, CLIENT, EVERYONE, FINANCE, SERVICE, World};

async fn send(world: &World, who: &str, query: &str, kind: &str, file: impl Into<Body>) -> Answer {
    keyed(world, who, query, kind, None, file).await
}

async fn keyed(world: &World, who: &str, query: &str, kind: &str, key: Option<&str>, file: impl Into<Body>) -> Answer {
    let request = Request::post(format!("/api/paiements?{query}")).header("authorization", format!("Bearer {who}"));
    let request =
        key.iter().fold(request.header("content-type", kind), |request, key| request.header("idempotency-key", *key));
    world.send(request.body(file.into()).unwrap()).await
}

const WAVE: &str = "reference,account_id,amount,currency,date,description\n\
                    W-1,1,25000,XOF,2025-10-20,premier\n\
                    W-2,1,\"10 000\",,21/10/2025,\n\
                    W-1,1,25000,XOF,2025-10-20,premier\n\
                    W-3,99,5,XOF,,\n\
                    W-4,1,-5,,,\n\
                    W-5,1,\"25,000\",,,\n";

fn outcomes(answer: &Value) -> Vec<&str> {
    answer["rows"].as_array().unwrap().iter().map(|row| row["outcome"].as_str().unwrap()).collect()
}

// rule: L7
#[tokio::test]
async fn l7_a_file_is_tried_posted_and_posted_again() {
    let world = World::new().await;
    let tried = send(&world, FINANCE, "source=wave&dry_run=true", "text/csv", WAVE).await.ok(200);
    assert_eq!(
        outcomes(&tried),
        ["would_create", "would_create", "existing", "refused", "refused", "refused"],
        "{tried}"
    );
    assert_eq!(tried["file"]["rows"], 6);
    assert_eq!(world.get(CLIENT, "/api/accounts/1").await.ok(200)["balance"], "0");

    let done = send(&world, FINANCE, "source=wave", "text/csv", WAVE).await.ok(200);
    assert_eq!(outcomes(&done), ["created", "created", "existing", "refused", "refused", "refused"]);
    assert_eq!(done["counts"], json!({ "created": 2, "existing": 1, "refused": 3, "would_create": 0 }));
    assert_eq!(done["file"]["sha256"], tried["file"]["sha256"]);
    let rows = done["rows"].as_array().unwrap();
    assert_eq!(rows[0]["row"], 2);
    assert_eq!(rows[2]["mouvement_id"], rows[0]["mouvement_id"]);
    assert_eq!(rows[3]["error"]["code"], "not_found");
    assert_eq!(rows[4]["error"]["code"], "invalid_amount");
    assert_eq!(rows[5]["error"]["code"], "invalid_amount");
    assert_eq!(world.get(CLIENT, "/api/accounts/1").await.ok(200)["balance"], "35000");

    let again = send(&world, ADMIN, "source=wave", "application/octet-stream", WAVE).await.ok(200);
    assert_eq!(again["counts"]["existing"], 3);
    assert_eq!(world.get(CLIENT, "/api/accounts/1").await.ok(200)["balance"], "35000");

    let id = rows[0]["mouvement_id"].as_u64().unwrap();
    let movement = world.get(FINANCE, &format!("/api/mouvements/{id}")).await.ok(200);
    assert_eq!(movement["payload"]["file"], json!({ "sha256": done["file"]["sha256"], "row": 2 }));
    assert_eq!((&movement["type"], &movement["created"]), (&json!("payment"), &json!("2025-10-20T00:00:00Z")));
    let logs = world.get(FINANCE, &format!("/api/mouvements/{id}/logs")).await.ok(200);
    assert!(logs["items"][0]["triggered_by"].is_u64(), "the person is in the audit: {logs}");
}

// rule: L7
#[tokio::test]
async fn l7_a_sale_is_a_debit_and_a_negative_one_a_refund() {
    let world = World::new().await;
    let file = "TDNR;AGTN;TDAM;CUTP;DAIS\n1;Agence;1500;XOF0;20/10/2025\n";
    send(&world, FINANCE, "source=bsp", "text/csv", file).await.ok(200);
    let file = "reference;account_id;amount\nB-1;1;1500\nB-2;1;-500\n";
    let done = send(&world, FINANCE, "source=bsp", "text/csv", file).await.ok(200);
    assert_eq!(outcomes(&done), ["created", "created"]);
    for (row, kind, amount) in [(0, "debit", "-1500"), (1, "refund", "500")] {
        let id = done["rows"][row]["mouvement_id"].as_u64().unwrap();
        let movement = world.get(FINANCE, &format!("/api/mouvements/{id}")).await.ok(200);
        assert_eq!((&movement["type"], &movement["total_operation"]), (&json!(kind), &json!(amount)));
    }
}

// rule: L7
#[tokio::test]
async fn l7_finance_and_admin_post_files() {
    let world = World::new().await;
    for who in EVERYONE.into_iter().filter(|who| ![FINANCE, ADMIN].contains(who)) {
        for query in ["source=wave", "source=wave&dry_run=true", "source=wave&reconcile=true"] {
            send(&world, who, query, "text/csv", WAVE).await.problem(403, "forbidden");
        }
    }
}

// rule: L7
#[tokio::test]
async fn l7_what_is_no_file_of_payments_is_refused_whole() {
    let world = World::new().await;
    let refused = async |query: &str, file: &str| send(&world, FINANCE, query, "text/csv", file.to_owned()).await;
    refused("dry_run=true", WAVE).await.faulty("source");
    refused("source=helpdesk", WAVE).await.faulty("source");
    refused("source=manual", WAVE).await.faulty("source");
    refused("source=wave&dry_run=yes", WAVE).await.faulty("dry_run");
    refused("source=wave&other=1", WAVE).await.faulty("other");
    for file in ["", "reference,account_id,amount\n", "a,b\n1,2\n", "reference,amount\nW,5\n", "PK\u{3}\u{4}broken"] {
        refused("source=wave", file).await.faulty("file");
    }
    refused("source=wave", "reference,amount,account_id,amount\nW,5,1,5\n").await.faulty("file");
    refused("source=wave&reconcile=true", "reference,amount,account_id\nW,5,1\n").await.faulty("file");
    send(&world, FINANCE, "source=wave", "application/json", "{}").await.problem(415, "unsupported_media_type");
    let long = vec![b'x'; 16 * 1024 * 1024 + 1];
    send(&world, FINANCE, "source=wave", "text/csv", long).await.problem(413, "body_too_large");
    assert_eq!(world.get(CLIENT, "/api/accounts/1").await.ok(200)["balance"], "0");
}

// rule: L7
#[tokio::test]
async fn l7_a_file_is_compared_with_the_book() {
    let world = World::new().await;
    send(&world, FINANCE, "source=wave", "text/csv", WAVE).await.ok(200);
    let listed = "reference,account_id,amount,date\nW-1,1,26000,2025-10-20\nW-9,1,700,2025-10-21\n";
    let found = send(&world, FINANCE, "source=wave&reconcile=true", "text/csv", listed).await.ok(200);
    assert_eq!(found["only_in_file"][0]["reference"], "W-9");
    assert_eq!(found["only_in_book"][0]["reference"], "W-2");
    assert_eq!(found["different"][0]["file"]["amount"], "26000");
    assert_eq!(found["different"][0]["book"]["amount"], "25000");
    for list in ["only_in_file", "only_in_book", "different"] {
        assert_eq!(found[list].as_array().unwrap().len(), 1, "{found}");
    }
    let found = send(&world, SERVICE, "source=wave&reconcile=true", "text/csv", listed).await;
    found.problem(403, "forbidden");
}

// rule: W3
#[tokio::test]
async fn w3_a_key_belongs_to_one_file() {
    let world = World::new().await;
    let first = keyed(&world, FINANCE, "source=wave", "text/csv", Some("k-1"), WAVE).await;
    let again = keyed(&world, FINANCE, "source=wave", "text/csv", Some("k-1"), WAVE).await;
    assert_eq!(first.ok(200)["rows"][0], again.ok(200)["rows"][0]);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let other = "reference,account_id,amount\nW-7,1,5\n";
    let refused = keyed(&world, FINANCE, "source=wave", "text/csv", Some("k-1"), other).await;
    refused.problem(422, "idempotency_key_reused");
}

/// A workbook as a spreadsheet writes it: numbers, shared texts, a date.
fn workbook(rows: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let parts = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#.to_owned(),
        ),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#.to_owned(),
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Paiements" sheetId="1" r:id="rId1"/></sheets></workbook>"#.to_owned(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#.to_owned(),
        ),
        (
            "xl/styles.xml",
            r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#.to_owned(),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
            ),
        ),
    ];
    for (name, text) in parts {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

// rule: L7
#[tokio::test]
async fn l7_a_workbook_is_read_cell_by_cell() {
    let world = World::new().await;
    let text = |place: &str, text: &str| format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let header = ["reference", "amount", "account_id", "date"];
    let header: String = ["A1", "B1", "C1", "D1"].iter().zip(header).map(|(at, name)| text(at, name)).collect();
    let row = format!(
        r#"<row r="1">{header}</row><row r="3">{}<c r="B3"><v>25000</v></c><c r="C3"><v>1</v></c><c r="D3" s="1"><v>45950</v></c></row>"#,
        text("A3", "X-1")
    );
    let done = send(&world, FINANCE, "source=orange", XLSX, workbook(&row)).await.ok(200);
    assert_eq!(outcomes(&done), ["created"], "{done}");
    assert_eq!(done["rows"][0]["row"], 3);
    let id = done["rows"][0]["mouvement_id"].as_u64().unwrap();
    let movement = world.get(FINANCE, &format!("/api/mouvements/{id}")).await.ok(200);
    assert_eq!(movement["total_operation"], "25000");
    assert_eq!(movement["created"], "2025-10-20T00:00:00Z");
}

// rule: L7
#[tokio::test]
async fn l7_a_workbook_that_is_a_bomb_is_refused() {
    let world = World::new().await;
    let far = r#"<row r="1048576"><c r="A1048576"><v>1</v></c></row>"#;
    send(&world, FINANCE, "source=wave", XLSX, workbook(far)).await.problem(413, "body_too_large");
    let wide = r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#;
    send(&world, FINANCE, "source=wave", XLSX, workbook(wide)).await.problem(413, "body_too_large");
    let zeros = format!("<!--{}-->", " ".repeat(257 * 1024 * 1024));
    send(&world, FINANCE, "source=wave", XLSX, workbook(&zeros)).await.problem(413, "body_too_large");
}
