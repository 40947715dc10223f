//! The page of files of payments (L7): a file is tried, posted and compared, by whoever may.
#![cfg(feature = "payments")]

use estair_core::id::MovementId;

use crate::pages::check_page;
use crate::world::{Answer, Browser, STAFF, World, between};

const PAGE: &str = "/payments";

/// Two that come in, one of them twice, and two that do not.
const WAVE: &[u8] = b"reference,account_id,amount,currency,date\n\
                      W-1,1,25000,XOF,2025-10-20\n\
                      W-2,1,\"10 000\",,21/10/2025\n\
                      W-1,1,25000,XOF,2025-10-20\n\
                      W-3,99,5,XOF,21/10/2025\n\
                      =W-4,1,-5,,21/10/2025\n";

async fn tried(browser: &Browser<'_>, source: &str, file: &[u8]) -> String {
    let page = browser.upload(PAGE, &[("do", "try"), ("source", source)], file).await.page(200);
    check_page(&page, PAGE);
    page
}

/// Presses a button below what was tried: the form is what the page says, and no file is chosen again.
async fn press(browser: &Browser<'_>, page: &str, what: &str) -> Answer {
    let of = |name: &str| between(page, &format!("name=\"{name}\" value=\""), "\"").to_owned();
    let (key, seen, source, carried) = (of("key"), of("tried"), of("source"), of("carried"));
    let fields = [("do", what), ("key", &key), ("tried", &seen), ("source", &source), ("carried", &carried)];
    browser.upload(PAGE, &fields, b"").await
}

async fn balance(browser: &Browser<'_>) -> String {
    let page = browser.get("/accounts/1").await.page(200);
    between(&page, "<dt>Solde</dt><dd class=\"num\">", "<").replace(['\u{202f}', '\u{a0}'], " ")
}

async fn movements(world: &World) -> u64 {
    world.facts().await
}

// rule: L7
#[tokio::test]
async fn l7_a_file_is_tried_row_by_row_then_posted_and_once() {
    let world = World::new().await;
    for role in ["finance", "admin"] {
        let browser = world.browser(role).await;
        let empty = browser.get(PAGE).await.page(200);
        check_page(&empty, PAGE);
        assert!(empty.contains("aria-current=\"page\"") && empty.contains("Paiements"), "it is in the menu");
    }
    let browser = world.browser("finance").await;
    let before = movements(&world).await;
    let page = tried(&browser, "wave", WAVE).await;
    assert!(page.contains("Essai : rien n’est encore écrit"), "{page}");
    assert!(page.contains("Écrire 2 ligne(s) dans le livre"), "{page}");
    assert!(page.contains("Agence Un") && page.contains("25\u{202f}000"), "account and amount: {page}");
    let rows = between(&page, "<tbody>", "</tbody>");
    assert_eq!(rows.matches("<tr>").count(), 5);
    assert!(rows.find("W-3").unwrap() < rows.find("W-2").unwrap(), "what is refused comes first");
    assert_eq!(rows.matches("serait écrit").count(), 2);
    assert_eq!(rows.matches("déjà dans le livre").count(), 1);
    assert_eq!(rows.matches("is-refused").count(), 2);
    assert_eq!(rows.matches("small bad").count(), 2, "each says why: {rows}");
    assert!(rows.contains("Aucun compte n’a ce numéro ni cette référence."), "of W-3: {rows}");
    assert!(!rows.contains(",00"), "no decimals where nobody wrote any: {rows}");
    assert_eq!(movements(&world).await, before, "a trial writes nothing");

    let posted = press(&browser, &page, "post").await.page(200);
    check_page(&posted, PAGE);
    assert!(posted.contains("Écrit dans le livre") && !posted.contains("value=\"post\""), "{posted}");
    assert!(posted.contains("/console/movements/1\">W-1"), "{posted}");
    let after = movements(&world).await;
    assert_eq!(after, before + 2);

    // The same form again, and the same file on another day: nothing more.
    let again = press(&browser, &page, "post").await.page(200);
    assert!(again.contains("Écrit dans le livre") && again.contains("/console/movements/1\">W-1"), "{again}");
    let anew = tried(&world.browser("admin").await, "wave", WAVE).await;
    assert!(!anew.contains("value=\"post\""), "there is nothing to write: {anew}");
    assert_eq!(movements(&world).await, after);
    let movement = world.host.reader.movement(MovementId(1)).await.unwrap().unwrap();
    let payload = movement.payload.as_ref().unwrap().to_string();
    assert!(payload.contains(between(&page, "SHA-256 ", "<")), "the file is in the audit: {payload}");
}

// rule: L7
#[tokio::test]
async fn l7_only_what_was_tried_is_posted() {
    let world = World::new().await;
    let browser = world.browser("finance").await;
    let page = tried(&browser, "wave", WAVE).await;
    let (seen, before) = (between(&page, "name=\"tried\" value=\"", "\""), movements(&world).await);
    let other = b"reference,account_id,amount\nW-9,1,700\n";
    for fields in [&[("do", "post"), ("source", "wave"), ("tried", seen)][..], &[("do", "post"), ("source", "wave")]] {
        let refused = browser.upload(PAGE, fields, other).await.page(422);
        check_page(&refused, PAGE);
        assert!(refused.contains("n’est pas celui qui a été essayé"), "{refused}");
    }
    assert_eq!(movements(&world).await, before);
}

// rule: L7
#[tokio::test]
async fn l7_a_broken_file_says_what_is_wrong_with_it() {
    let world = World::new().await;
    let browser = world.browser("finance").await;
    for (source, file, why) in [
        ("wave", &b""[..], "est nécessaire"),
        ("wave", b"reference,account_id,amount\n", "aucune ligne"),
        ("wave", b"a,b\n1,2\n", "is missing"),
        ("wave", b"PK\x03\x04broken", "it is no workbook"),
        ("wave", b"\xD0\xCF\x11\xE0rest", "enregistrez-le en .xlsx"),
        ("", b"reference,account_id,amount\nW,1,5\n", "les colonnes ne disent pas laquelle"),
        ("helpdesk", b"reference,account_id,amount\nW,1,5\n", "illisible"),
    ] {
        for what in ["try", "compare", "post"] {
            let refused = browser.upload(PAGE, &[("do", what), ("source", source)], file).await.page(422);
            check_page(&refused, PAGE);
            assert!(refused.contains(why), "{what} {why}: {refused}");
        }
    }
    let undated = b"reference,account_id,amount\nW,1,5\n";
    let refused = browser.upload(PAGE, &[("do", "compare"), ("source", "wave")], undated).await.page(422);
    assert!(refused.contains("colonne de dates"), "{refused}");
    assert_eq!(movements(&world).await, 2, "two accounts, and nothing else happened");
}

// rule: L7
#[tokio::test]
async fn l7_the_source_is_picked_by_the_columns_where_they_say_it() {
    let world = World::new().await;
    let browser = world.browser("admin").await;
    let page = tried(&browser, "", b"TDNR;AGTN;TDAM;CUTP;DAIS\n1;Agence;1500;XOF0;20/10/2025\n").await;
    assert!(page.contains("name=\"source\" value=\"bsp\"") && page.contains("BSP (ventes)"), "{page}");
    assert!(page.contains("ne désigne aucun compte"), "{page}");
}

// rule: L7
#[tokio::test]
async fn l7_a_file_is_compared_with_the_book_and_the_differences_are_a_file() {
    let world = World::new().await;
    let browser = world.browser("finance").await;
    let page = tried(&browser, "wave", WAVE).await;
    press(&browser, &page, "post").await.page(200);
    let listed = b"reference,account_id,amount,date\nW-1,1,26000,2025-10-20\n=W-9,1,700,2025-10-21\n";
    let found = browser.upload(PAGE, &[("do", "compare"), ("source", "wave")], listed).await.page(200);
    check_page(&found, PAGE);
    for said in ["=W-9", "W-2", "26\u{202f}000", "25\u{202f}000", "Télécharger les écarts"] {
        assert!(found.contains(said), "{said}: {found}");
    }
    let file = press(&browser, &found, "differences").await;
    assert!(file.header("content-disposition").contains("rapprochement-"), "{:?}", file.headers);
    let text = file.page(200);
    let lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert_eq!(lines[1], "Dans le fichier seulement;3;'=W-9;1;700;;2025-10-21;");
    assert!(lines[2].starts_with("Dans le livre seulement;;W-2;1;;10000;"), "{text}");
    assert!(lines[3].starts_with("Différents;2;W-1;1;26000;25000;2025-10-20;1"), "{text}");

    let same = b"reference,account_id,amount,date\nW-1,1,25000,2025-10-20\nW-2,1,10000,2025-10-21\n";
    let found = browser.upload(PAGE, &[("do", "compare"), ("source", "wave")], same).await.page(200);
    assert!(found.contains("disent la même chose") && !found.contains("value=\"differences\""), "{found}");
}

// rule: L7
#[tokio::test]
async fn l7_what_a_page_has_no_room_for_is_in_the_file_of_rows() {
    let world = World::new().await;
    let browser = world.browser("finance").await;
    // Beyond what the page carries: the browser is asked for it again, and the page shows a part.
    let mut file = String::from("reference,account_id,amount,description\n");
    (0..1_200).for_each(|n| file.push_str(&format!("R-{n},1,5,{}\n", "x".repeat(900))));
    let page = tried(&browser, "wave", file.as_bytes()).await;
    assert!(page.contains("700 autre(s) ligne(s)") && !page.contains("name=\"carried\""), "{page}");
    let seen = between(&page, "name=\"tried\" value=\"", "\"");
    let rows = browser.upload(PAGE, &[("do", "rows"), ("source", "wave"), ("tried", seen)], file.as_bytes()).await;
    assert_eq!(rows.page(200).lines().count(), 1_201);
    let posted = browser.upload(PAGE, &[("do", "post"), ("source", "wave"), ("tried", seen)], file.as_bytes()).await;
    assert!(posted.page(200).contains("700 autre(s) ligne(s)"));
    assert_eq!(balance(&browser).await.trim(), "6 000");
}

// rule: L7
#[tokio::test]
async fn l7_who_may_not_post_payments_has_no_page_for_it() {
    let world = World::new().await;
    let before = movements(&world).await;
    for role in STAFF.into_iter().chain(["auditor", "client"]).filter(|role| !["finance", "admin"].contains(role)) {
        let browser = world.browser(role).await;
        assert!(!browser.get("").await.page(200).contains("/console/payments"), "{role}");
        assert_eq!(browser.get(PAGE).await.status, 403, "{role}");
        for what in ["try", "post", "compare", "rows", "differences"] {
            let answer = browser.upload(PAGE, &[("do", what), ("source", "wave")], WAVE).await;
            assert_eq!(answer.status, 403, "{role} {what}");
        }
    }
    assert_eq!(movements(&world).await, before);
}

// rule: L7
#[tokio::test]
async fn l7_a_form_with_a_file_passes_what_every_form_passes() {
    let world = World::new().await;
    let browser = world.browser("finance").await;
    let fields = [("do", "try"), ("source", "wave")];
    assert_eq!(world.upload_from("", PAGE, &fields, WAVE).await.status, 401, "no session");
    assert_eq!(world.upload_from(&browser.cookie, PAGE, &fields, WAVE).await.status, 403, "no token");
    let long = vec![b'x'; 17 * 1024 * 1024];
    assert_eq!(browser.upload(PAGE, &fields, &long).await.status, 413);
    // Every other page takes no such form, and no body of that size.
    assert_eq!(browser.upload("/decisions", &fields, WAVE).await.status, 400);
    assert_eq!(movements(&world).await, 2);
}
