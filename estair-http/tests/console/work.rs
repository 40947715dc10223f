//! Each role's daily work, through its forms.

use estair_core::category::{Category, Status};
use estair_core::command::Command;
use estair_core::id::{AccountId, RequestId, SupportId};
use estair_core::memory::MemoryStore;
use estair_core::messager::MessagerStore;
use estair_core::policy::Policy;
use estair_core::queue::JobStatus;
use estair_core::support::{Assignee, CommentDraft, SupportStatus};
use estair_http::console::Options;
use estair_http::host::Sessions;

use crate::world::{World, actor_of, between};

#[tokio::test]
async fn operation_previews_a_credit_and_creates_it_once() {
    let world = World::new().await;
    let browser = world.browser("operation").await;
    let asked = [("category", "daily_credit"), ("account_id", "1"), ("amount", "200 000"), ("description", "billets")];
    let preview = [&asked[..], &[("step", "preview")]].concat();
    let page = browser.post("/requests/new", &preview).await.page(200);
    assert!(page.contains("La demande sera créée avec le statut <strong>Approuvée</strong>"), "{page}");
    let key = between(&page, "name=\"key\" value=\"", "\"").to_owned();
    let create = [&asked[..], &[("step", "create"), ("key", &key)]].concat();
    let first = browser.post("/requests/new", &create).await.leads();
    let second = browser.post("/requests/new", &create).await.leads();
    assert_eq!((first.as_str(), &second), ("/console/requests/1?done=created", &first), "pressed twice, created once");
    assert!(browser.get("/requests/1?done=created").await.page(200).contains("Créé."));
    let other = [&asked[..3], &[("description", "autre"), ("step", "create"), ("key", &key)]].concat();
    assert_eq!(browser.post("/requests/new", &other).await.status, 422, "the key was for something else");
}

#[tokio::test]
async fn a_preview_says_what_stands_against_a_request_and_offers_no_creation() {
    let world = World::new().await;
    let browser = world.browser("operation").await;
    let beyond = [("category", "daily_credit"), ("account_id", "2"), ("amount", "900000"), ("step", "preview")];
    let page = browser.post("/requests/new", &beyond).await.page(200);
    assert!(page.contains("une décision sera nécessaire"), "{page}");
    for (amount, words) in [
        ("0", "doit être supérieur à 0"),
        ("-1", "supérieur à 0"),
        ("1e30", "au-delà"),
        ("NaN", "n’est pas un nombre"),
        ("0,5", "pas de décimales"),
    ] {
        let wrong = [("category", "load"), ("account_id", "1"), ("amount", amount), ("step", "preview")];
        let page = browser.post("/requests/new", &wrong).await.page(422);
        assert!(page.contains(words), "{amount}: {}", between(&page, "role=\"alert\"", "</div></div>"));
    }
    world.clock.set(crate::world::at("2025-10-21T19:00:00Z"));
    let late = [("category", "daily_credit"), ("account_id", "1"), ("amount", "1000"), ("step", "preview")];
    let page = browser.post("/requests/new", &late).await.page(200);
    assert!(page.contains("L’heure limite des crédits du jour est passée."));
    assert!(!page.contains("value=\"create\""));
}

// rule: C5
#[tokio::test]
async fn c5_finance_is_refused_with_the_figures_then_raises_the_limit_and_approves() {
    let world = World::new().await;
    let id = world.request("operation", Category::DailyCredit, 2, "900000", "trop").await;
    let browser = world.browser("finance").await;
    let approve = [("do", "transition:to_treat"), ("version", "1")];
    let refused = browser.post(&format!("/requests/{id}"), &approve).await.page(409);
    for part in ["Le plafond de crédit ne suffit pas.", "règle C1", "250\u{202f}000", "900\u{202f}000"] {
        assert!(refused.contains(part), "{part}");
    }
    assert_eq!(browser.post("/accounts/2/limit", &[("limit", "1 000 000")]).await.status, 422, "a reason is needed");
    let limit = [("limit", "1 000 000"), ("reason", "garantie reçue")];
    assert_eq!(browser.post("/accounts/2/limit", &limit).await.leads(), "/console/accounts/2?done=limit");
    let page = browser.get("/accounts/2").await.page(200);
    assert!(page.contains("garantie reçue") && page.contains("250\u{202f}000"), "the history has it");
    browser.post(&format!("/requests/{id}"), &approve).await.leads();
    let (row, _) = world.host.reader.request(id).await.unwrap().unwrap();
    assert_eq!(row.status, Status::ToTreat);
}

#[tokio::test]
async fn a_stale_page_changes_nothing() {
    let world = World::new().await;
    let id = world.request("operation", Category::Load, 1, "1000", "x").await;
    let browser = world.browser("finance").await;
    let path = format!("/requests/{id}");
    browser.post(&path, &[("do", "transition:waiting"), ("version", "1"), ("reason", "pièce manquante")]).await.leads();
    let page = browser.post(&path, &[("do", "transition:to_treat"), ("version", "1")]).await.page(409);
    assert!(page.contains("quelqu’un a modifié entre-temps"));
}

#[tokio::test]
async fn admin_cancels_a_granted_credit() {
    let world = World::new().await;
    let id = world.request("operation", Category::DailyCredit, 1, "200000", "billets").await;
    world.deliver(id).await;
    let browser = world.browser("admin").await;
    let page = browser.get(&format!("/requests/{id}")).await.page(200);
    assert!(page.contains("Annuler ce crédit"));
    let id = id.to_string();
    let form = [("category", "cancel_credit"), ("account_id", "1"), ("parent_id", &id), ("step", "create")];
    let there = browser.post("/requests/new", &form).await.leads();
    assert_eq!(there, "/console/requests/2?done=created");
    assert!(!browser.get(&format!("/requests/{id}")).await.text().contains("Annuler ce crédit"), "one at a time (R5)");
}

#[tokio::test]
async fn operation_works_a_ticket_to_its_fee() {
    let world = World::new().await;
    let browser = world.browser("operation").await;
    let form = [("account_id", "1"), ("subject", "Billet"), ("description", "Non reçu"), ("etatsdevente_id", "77")];
    assert_eq!(browser.post("/support/new", &form).await.leads(), "/console/support/1?done=created");
    browser.post("/support/1/comments", &[("body", "Nous regardons.")]).await.leads();
    browser.post("/support/1", &[("do", "transition:in_progress"), ("version", "2")]).await.leads();
    let edit = [("do", "edit"), ("version", "3"), ("subject", "Billet perdu"), ("description", "Non reçu")];
    browser.post("/support/1", &edit).await.leads();
    let page = browser.get("/support/1").await.page(200);
    assert!(page.contains("Nous regardons.") && page.contains("Billet perdu"));
    let fee = between(&page, "requests/new?category=unload", "\"").replace("&#38;", "&");
    assert_eq!(fee, "&account_id=1&helpdesk_id=1&etatsdevente_id=77");
    let filled = browser.get(&format!("/requests/new?category=unload{fee}")).await.page(200);
    assert!(filled.contains("name=\"etatsdevente_id\" inputmode=\"numeric\" pattern=\"[0-9]*\" value=\"77\""));
    let create = [
        ("category", "unload"),
        ("account_id", "1"),
        ("amount", "5000"),
        ("etatsdevente_id", "77"),
        ("helpdesk_id", "1"),
        ("step", "create"),
    ];
    browser.post("/requests/new", &create).await.leads();
    let (row, _) = world.host.reader.request(RequestId(1)).await.unwrap().unwrap();
    assert_eq!((row.etatsdevente_id, row.helpdesk_id), (Some(77), Some(SupportId(1))));
    browser.post("/support/1", &[("do", "transition:closed"), ("version", "4")]).await.leads();
    let ticket = world.host.reader.support(SupportId(1)).await.unwrap().unwrap();
    assert_eq!(ticket.status, SupportStatus::Closed);
    assert_eq!(browser.post("/support/1/comments", &[("body", "encore")]).await.status, 409, "final");
}

// rule: G4
#[tokio::test]
async fn g4_a_failed_message_is_replayed_with_a_reason_by_who_may() {
    let world = World::new().await;
    let uuid = world.failed_message("boom").await;
    let path = format!("/messages/{uuid}");
    let operation = world.browser("operation").await;
    assert!(!operation.get(&path).await.page(200).contains("name=\"reason\""), "operation reads only");
    assert_eq!(operation.post(&path, &[("reason", "essai")]).await.status, 403);
    let finance = world.browser("finance").await;
    let long = "é".repeat(1_001);
    assert_eq!(finance.post(&path, &[("reason", &long)]).await.status, 422, "a reason has 1,000 characters at most");
    finance.post(&path, &[("reason", "clé corrigée")]).await.leads();
    let (record, _) = world.messager.message(uuid).await.unwrap().unwrap();
    assert_eq!(record.status, JobStatus::Pending);
    assert_eq!(finance.post(&path, &[("reason", "encore")]).await.status, 409, "it is not failed any more");
}

// rule: G4
#[tokio::test]
async fn g4_a_message_is_replayed_without_a_reason_too() {
    let world = World::new().await;
    let uuid = world.failed_message("boom").await;
    let finance = world.browser("finance").await;
    finance.post(&format!("/messages/{uuid}"), &[]).await.leads();
    let (record, _) = world.messager.message(uuid).await.unwrap().unwrap();
    assert_eq!(record.status, JobStatus::Pending);
}

// rule: G4
#[tokio::test]
async fn g4_all_messages_of_a_filter_are_counted_before_they_are_replayed() {
    let world = World::new().await;
    for error in ["first boom", "second boom", "other"] {
        world.failed_message(error).await;
    }
    let browser = world.browser("finance").await;
    let counted = browser.post("/messages/replay", &[("q", "boom")]).await.page(200);
    assert!(counted.contains("2 message(s) en échec seront rejoués"), "{counted}");
    assert_eq!(world.messager.stats(world.host.clock.now()).await.unwrap().failed, 3, "counting replays nothing");
    assert_eq!(browser.post("/messages/replay", &[("q", "boom"), ("step", "confirm")]).await.status, 422);
    browser.post("/messages/replay", &[("q", "boom"), ("step", "confirm"), ("reason", "réseau")]).await.leads();
    assert_eq!(world.messager.stats(world.host.clock.now()).await.unwrap().failed, 1);
}

#[tokio::test]
async fn admin_alone_pauses_and_resumes() {
    let world = World::new().await;
    for role in ["operation", "finance"] {
        let fields = [("do", "pause"), ("reason", "x")];
        assert_eq!(world.browser(role).await.post("/messages/pause", &fields).await.status, 403, "{role}");
    }
    let admin = world.browser("admin").await;
    admin.post("/messages/pause", &[("do", "pause"), ("reason", "maintenance")]).await.leads();
    assert!(world.messager.pause().await.unwrap().paused);
    assert!(admin.get("/messages").await.page(200).contains("maintenance"));
    admin.post("/messages/pause", &[("do", "resume"), ("reason", "fini")]).await.leads();
    assert!(!world.messager.pause().await.unwrap().paused);
}

#[tokio::test]
async fn the_audit_shows_what_a_movement_changed_and_verifies_on_demand() {
    let world = World::new().await;
    world.payment("W-1", "dépôt").await;
    let browser = world.browser("finance").await;
    let page = browser.get("/movements/1").await.page(200);
    assert_eq!(page.matches("class=\"moved\"").count(), 2, "balance and exposition");
    assert!(page.contains("Le contenu correspond à son empreinte."));
    assert_eq!(browser.get("/movements?id=1").await.leads(), "/console/movements/1");
    assert_eq!(browser.post("/audit", &[]).await.leads(), "/console/audit");
    let report = browser.get("/audit").await.page(200);
    assert!(report.contains("Tout concorde"), "{report}");
    browser.post("/audit", &[("account_id", "1")]).await.leads();
    assert!(browser.get("/audit").await.page(200).contains("Compte n° 1"));
    assert_eq!(browser.post("/audit", &[("account_id", "9")]).await.status, 404);
}

// rule: W4
#[tokio::test]
async fn w4_a_sealed_book_is_judged_with_its_key_alone() {
    let store = MemoryStore::new();
    let policy = Policy::default().audit_keys(Some("k".repeat(32).parse().unwrap()));
    let keyed = World::over(store.clone(), Options::default(), policy).await;
    keyed.payment("W-1", "dépôt").await;
    let browser = keyed.browser("finance").await;
    assert!(browser.get("/movements/1").await.page(200).contains("Le contenu correspond à son empreinte."));
    browser.post("/audit", &[]).await.leads();
    let report = browser.get("/audit").await.page(200);
    assert!(
        report.contains("Tout concorde") && report.contains("Les messages de Messager ont été comparés"),
        "{report}"
    );
    let keyless = World::before(store, Options::default(), Policy::default());
    let browser = keyless.browser("finance").await;
    let page = browser.get("/movements/1").await.page(200);
    assert!(!page.contains("son empreinte"), "nobody can tell without the key");
    browser.post("/audit", &[]).await.leads();
    let report = browser.get("/audit").await.page(200);
    assert!(report.contains("scellé par une clé") && !report.contains("Tout concorde"), "{report}");
}

#[tokio::test]
async fn what_is_older_is_a_click_away() {
    let world = World::new().await;
    let browser = world.browser("operation").await;
    world.ticket("Sujet", "Description").await;
    for number in 0..60 {
        browser.post("/support/1/comments", &[("body", &format!("commentaire {number:02}"))]).await.leads();
    }
    let page = browser.get("/support/1").await.page(200);
    assert!(page.contains("commentaire 59") && page.contains("commentaire 10") && !page.contains("commentaire 09"));
    let next = between(&page, "rel=\"next\" href=\"/console", "#comments").replace("&amp;", "&");
    let older = browser.get(&next).await.page(200);
    assert!(older.contains("commentaire 09") && older.contains("commentaire 00") && !older.contains("commentaire 10"));
    let finance = world.browser("finance").await;
    for limit in 1..=55 {
        let fields = [("limit", limit.to_string()), ("reason", format!("raison {limit:02}"))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        finance.post("/accounts/1/limit", &fields).await.leads();
    }
    let page = finance.get("/accounts/1").await.page(200);
    assert!(page.contains("raison 55") && page.contains("raison 06") && !page.contains("raison 05"));
    let next = between(&page, "rel=\"next\" href=\"/console", "#limits").replace("&amp;", "&");
    let older = finance.get(&next).await.page(200);
    assert!(older.contains("raison 05") && older.contains("raison 01") && !older.contains("raison 06"));
}

#[tokio::test]
async fn templates_are_previewed_and_tried() {
    let world = World::new().await;
    let browser = world.browser("operation").await;
    let page = browser.get("/notifications/templates?notice=credit_refused").await.page(200);
    assert!(page.contains("Sujet credit_refused"));
    let send = |to: &'static str| [("notice", "credit_refused"), ("channel", "email"), ("to", to)];
    browser.post("/notifications/templates", &send("moi@example.test")).await.leads();
    assert_eq!(browser.post("/notifications/templates", &send("nowhere")).await.status, 422);
    let page = browser.post("/notifications/templates", &send("refused@example.test")).await.page(502);
    assert!(page.contains("mailbox unknown"));
}

#[tokio::test]
async fn news_are_given_by_polling_too() {
    let world = World::new().await;
    let browser = world.browser("finance").await;
    let page = browser.get("/requests").await.page(200);
    let since = between(&page, "data-since=\"", "\"").to_owned();
    let quiet = browser.get(&format!("/live/news?after={since}")).await.page(200);
    assert_eq!(quiet, format!("{{\"after\":\"{since}\",\"news\":[]}}"));
    world.request("operation", Category::Load, 1, "1000", "x").await;
    let news = browser.get(&format!("/live/news?after={since}")).await.page(200);
    assert!(news.contains("\"noun\":\"request\"") && news.contains("\"id\":1,"), "{news}");
}

#[tokio::test(start_paused = true)]
async fn the_stream_tells_what_comes_after_the_page_and_ends_with_the_host() {
    let shutdown = tokio_util::sync::CancellationToken::new();
    let options = Options::default().shutdown(shutdown.clone());
    let world = World::with(options).await;
    let browser = world.browser("finance").await;
    world.request("operation", Category::Load, 1, "1000", "avant").await;
    let since = between(&browser.get("/requests").await.page(200), "data-since=\"", "\"").to_owned();
    world.request("operation", Category::Load, 1, "1000", "après").await;
    tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_secs(7)).await;
        shutdown.cancel();
    });
    let stream = browser.get(&format!("/live?after={since}")).await.page(200);
    assert_eq!(stream.matches("event: request").count(), 1, "{stream}");
    assert!(stream.contains("\"id\":2,\"kind\":\"request_created\""), "{stream}");
}

#[tokio::test]
async fn a_page_that_cannot_know_what_it_missed_is_told_so() {
    let world = World::new().await;
    let browser = world.browser("finance").await;
    let news = browser.get("/live/news?after=of-another-day").await.page(200);
    assert!(news.contains("\"noun\":\"reset\""), "{news}");
    let after = between(&news, "\"after\":\"", "\"").to_owned();
    let quiet = browser.get(&format!("/live/news?after={after}")).await.page(200);
    assert!(quiet.contains("\"news\":[]"), "{quiet}");
}

#[tokio::test(start_paused = true)]
async fn the_stream_ends_when_the_session_does() {
    let world = World::new().await;
    let browser = world.browser("finance").await;
    let sessions = world.sessions.clone();
    let secret = browser.cookie.split_once('=').unwrap().1.to_owned();
    tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        sessions.sign_out(&secret).await.unwrap();
    });
    // It would go on for ever otherwise.
    assert_eq!(browser.get("/live").await.status, 200);
}

// rule: S5, S6
#[tokio::test]
async fn s6_a_ticket_is_answered_given_and_closed_in_one_step() {
    let world = World::new().await;
    let browser = world.browser("operation").await;
    let form = [("account_id", "1"), ("subject", "Billet"), ("description", "Non reçu")];
    browser.post("/support/new", &form).await.leads();
    let page = browser.get("/support/1").await.page(200);
    assert!(
        page.contains("Répondre et rendre à l’agence") && !page.contains("Répondre et clore"),
        "as the table has it"
    );
    let give = [("do", "reply:agency-waiting"), ("version", "1"), ("body", "Quel vol ?")];
    assert_eq!(browser.post("/support/1", &give).await.leads(), "/console/support/1?done=changed");
    let ticket = world.host.reader.support(SupportId(1)).await.unwrap().unwrap();
    assert_eq!((ticket.status, ticket.assigned_to), (SupportStatus::Waiting, Assignee::Agency));
    let answer = CommentDraft { body: Some("AF 520".to_owned()), internal: None, faults: Vec::new() };
    world.run(actor_of("client").unwrap(), Command::CommentSupport(SupportId(1), answer)).await;
    let list = browser.get("/support").await.page(200);
    assert!(list.contains("Le client a répondu"));
    browser.post("/support/1", &[("do", "transition:in_progress")]).await.leads();
    assert_eq!(browser.post("/support/1", &[("do", "reply:closed"), ("body", " ")]).await.status, 422);
    browser.post("/support/1", &[("do", "reply:closed"), ("body", "Réémis.")]).await.leads();
    let ticket = world.host.reader.support(SupportId(1)).await.unwrap().unwrap();
    assert_eq!(ticket.status, SupportStatus::Closed);
    let page = browser.get("/support/1").await.page(200);
    assert!(page.contains("/support/new?follows_id=1&#38;account_id=1"), "a follow-up is one click away");
    let follow = [form.as_slice(), &[("follows_id", "1")]].concat();
    browser.post("/support/new", &follow).await.leads();
    assert!(browser.get("/support/1").await.page(200).contains("href=\"/console/support/2\""));
}

// rule: A1, A2
#[tokio::test]
async fn a2_an_account_is_renamed_suspended_and_active_again_on_its_page() {
    let world = World::new().await;
    let (finance, admin) = (world.browser("finance").await, world.browser("admin").await);
    let page = finance.get("/accounts/1").await.page(200);
    assert!(page.contains("Suspendre le compte") && !page.contains("Nom et adresse"));
    assert_eq!(finance.post("/accounts/1", &[("do", "suspended")]).await.status, 422, "a reason is needed");
    let suspend = [("do", "suspended"), ("why", "impayé de septembre")];
    assert_eq!(finance.post("/accounts/1", &suspend).await.leads(), "/console/accounts/1?done=account");
    let page = finance.get("/accounts/1").await.page(200);
    assert!(page.contains("impayé de septembre") && page.contains("Réactiver le compte"));
    assert!(finance.get("/accounts?status=suspended").await.page(200).contains("Suspendu"));
    let rename = [("do", "rename"), ("name", "Agence Évasion"), ("email", "")];
    admin.post("/accounts/1", &rename).await.leads();
    admin.post("/accounts/1", &[("do", "active")]).await.leads();
    let account = world.host.reader.account(AccountId(1)).await.unwrap().unwrap();
    assert_eq!((account.name.as_str(), account.status.name(), &account.email), ("Agence Évasion", "active", &None));
    assert_eq!(finance.post("/accounts/1", &rename).await.status, 403);
}

#[tokio::test]
async fn what_is_looked_for_is_found_from_every_page_and_the_audit_trail_is_listed() {
    let world = World::new().await;
    world.payment("W-77", "dépôt").await;
    let browser = world.browser("operation").await;
    assert!(browser.get("").await.page(200).contains("action=\"/console/search\""));
    let found = browser.get("/search?q=w-77").await.page(200);
    assert!(found.contains("MVT-wave-W-77"), "{found}");
    assert!(browser.get("/search?q=rien").await.page(200).contains("Rien ne correspond."));
    let trail = browser.get("/audit/trail?status=success&account_id=1").await.page(200);
    assert_eq!(trail.matches("data-row").count(), 1);
    assert_eq!(browser.get("/audit/trail?status=failed").await.page(200).matches("data-row").count(), 0);
    let sheet = browser.get("/accounts/1/releve.csv").await;
    assert!(sheet.text().contains("Solde d’ouverture"));
    assert_eq!(browser.get("/accounts/1/releve.xlsx").await.status, 200);
}

#[tokio::test]
async fn the_last_movements_are_shown_whatever_happened_since() {
    let world = World::new().await;
    world.payment("WAVE-1", "dépôt").await;
    for at in 0..201 {
        world.ticket(&format!("Billet {at}"), "Le client attend").await;
    }
    let browser = world.browser("auditor").await;
    let page = browser.get("/audit").await.page(200);
    assert!(page.contains("/console/movements/1\""), "{page}");
}
