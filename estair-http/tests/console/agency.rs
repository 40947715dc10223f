//! The agency's own space: what a client sees and does there, and what it never gets.

use estair_core::account::AccountStatus;
use estair_core::category::Category;
use estair_core::command::Command;
use estair_core::comment::CommentDraft as RequestComment;
use estair_core::id::{AccountId, RequestId, SupportId};
use estair_core::policy::Policy;
use estair_core::request::RequestPatch;
use estair_core::support::{CommentDraft, SupportPatch, SupportStatus};
use estair_http::console::{Options, Push};

use crate::pages::check_page;
use crate::world::{Browser, PREFIX, World, actor_of, at, between};

/// A text on account 2, which nobody of account 1 may read.
const FOREIGN: &str = "de l’autre agence";

/// A text for staff alone.
const INTERNAL: &str = "entre nous seulement";

/// The text of a page, with its blanks alike.
fn plain(page: &str) -> String {
    page.replace(['\u{a0}', '\u{202f}'], " ")
}

async fn ticket_of(world: &World, account: u64, subject: &str) -> u64 {
    let draft = estair_core::support::SupportDraft {
        subject: Some(subject.to_owned()),
        description: Some(subject.to_owned()),
        account: Some(AccountId(account)),
        ..Default::default()
    };
    match world.run(actor_of("operation").unwrap(), Command::CreateSupport(draft)).await {
        estair_core::decision::Answer::Support(ticket) => ticket.id.0,
        other => panic!("{other:?}"),
    }
}

async fn closed(world: &World, ticket: u64) {
    for status in [SupportStatus::InProgress, SupportStatus::Closed] {
        let patch = SupportPatch { status: Some(status), ..SupportPatch::default() };
        world.run(actor_of("operation").unwrap(), Command::UpdateSupport(SupportId(ticket), patch)).await;
    }
}

/// Presses the one button of the first screen, and sends the form as it stands, with another amount if one is given.
async fn ask(client: &Browser<'_>, amount: Option<&str>, sure: bool) -> crate::world::Answer {
    let form = client.get("/requests/new").await.page(200);
    let key = between(between(&form, "action=\"/console/requests/new\"", "</form>"), "name=\"key\" value=\"", "\"")
        .to_owned();
    let offered = between(&form, "name=\"amount\"", ">");
    let offered = between(offered, "value=\"", "\"").to_owned();
    let mut fields = vec![("amount", amount.unwrap_or(&offered)), ("key", key.as_str())];
    if sure {
        fields.push(("sure", "yes"));
    }
    client.post("/requests/new", &fields).await
}

// rule: C9
#[tokio::test]
async fn c9_the_first_screen_says_what_passes_and_one_press_asks_for_it() {
    let world = World::new().await;
    world.payment("W-1", "Wave").await;
    let client = world.browser("client").await;
    let home = plain(&client.get("").await.page(200));
    check_page(&home, "/");
    for said in ["Agence Un", "999 999 XOF", "21/10/2025 à 18h00", "400 000", "Accordé tout de suite", "/requests/new"]
    {
        assert!(home.contains(said), "{said}: {home}");
    }
    // As it is offered.
    assert_eq!(ask(&client, None, false).await.leads(), "/console?done=asked");
    let home = plain(&client.get("?done=asked").await.page(200));
    assert!(home.contains("Demande envoyée") && home.contains("999 999 XOF") && home.contains("is-to_treat"), "{home}");
    world.deliver(RequestId(1)).await;
    let home = plain(&client.get("").await.page(200));
    assert!(home.contains("Aucun montant ne passe maintenant") && home.contains("is-closed"), "{home}");
    assert!(home.contains("999 999 <span class=\"muted\">/ 1 000 000"), "{home}");
}

// rule: C2, W3
#[tokio::test]
async fn c2_what_would_wait_is_said_before_it_is_asked_and_is_asked_once() {
    let world = World::new().await;
    let client = world.browser("client").await;
    let said = ask(&client, Some("1 500 000"), false).await.page(200);
    assert!(said.contains("attendra la décision de la finance") && said.contains("name=\"sure\""), "{said}");
    assert!(said.contains("value=\"1 500 000\""), "what was typed stays");
    assert!(client.get("/requests").await.page(200).contains("Aucune demande."), "nothing was asked");
    assert_eq!(ask(&client, Some("1 500 000"), true).await.leads(), "/console?done=asked");
    assert!(client.get("").await.page(200).contains("is-waiting"));

    let fields = [("amount", "10 000"), ("key", "console-same-1")];
    for _ in 0..2 {
        assert_eq!(client.post("/requests/new", &fields).await.leads(), "/console?done=asked");
    }
    assert_eq!(client.get("/requests").await.page(200).matches("data-row").count(), 2);
    for wrong in ["", "-5", "zéro", "0", "1,5"] {
        let page = ask(&client, Some(wrong), false).await.page(422);
        assert!(page.contains("role=\"alert\""), "{wrong}");
    }
}

// rule: R4, A2
#[tokio::test]
async fn r4_after_the_cut_off_or_suspended_there_is_no_button_to_ask() {
    let world = World::new().await;
    let client = world.browser("client").await;
    world.clock.set(at("2025-10-21T18:00:01Z"));
    let home = client.get("").await.page(200);
    assert!(!home.contains("/requests/new") && !home.contains("Accordé tout de suite"), "{home}");
    let form = client.get("/requests/new").await.page(200);
    assert!(!form.contains("Accordé tout de suite"));
    assert!(ask(&client, Some("1000"), true).await.status >= 400);
    world.clock.set(at("2025-10-22T09:00:00Z"));
    assert!(client.get("").await.page(200).contains("/requests/new"));

    let change = estair_core::account::AccountPatch {
        status: Some(AccountStatus::Suspended),
        reason: Some(INTERNAL.to_owned()),
        ..Default::default()
    };
    world.run(actor_of("finance").unwrap(), Command::UpdateAccount(AccountId(1), change)).await;
    let home = client.get("").await.page(200);
    assert!(!home.contains("/requests/new") && !home.contains(INTERNAL), "why is staff's: {home}");
}

// rule: C8
#[tokio::test]
async fn c8_where_finance_decides_each_the_screen_promises_nothing() {
    let policy = Policy::default().auto_validation(false);
    let world = World::over(estair_core::memory::MemoryStore::new(), Options::default(), policy).await;
    let client = world.browser("client").await;
    let home = client.get("").await.page(200);
    assert!(home.contains("décidée par la finance") && !home.contains("Accordé tout de suite"), "{home}");
}

/// Something of everything on both accounts, and what is for staff alone on account 1.
async fn filled(world: &World) {
    world.request("operation", Category::Load, 1, "1000", "chargement").await;
    world.request("operation", Category::DailyCredit, 2, "777", FOREIGN).await;
    let draft = estair_core::request::RequestDraft {
        category: Some(Category::Unload),
        account: Some(AccountId(1)),
        amount: Some("4321".parse().unwrap()),
        description: Some(INTERNAL.to_owned()),
        assigned_to: Some(estair_core::category::Desk::Operation),
        ..Default::default()
    };
    world.run(actor_of("operation").unwrap(), Command::CreateRequest(draft)).await;
    for (body, internal) in [(INTERNAL, Some(true)), ("Il manque la pièce", None)] {
        let comment = RequestComment { body: Some(body.to_owned()), internal, faults: Vec::new() };
        world.run(actor_of("finance").unwrap(), Command::CommentRequest(RequestId(1), comment)).await;
    }
    let held = RequestPatch {
        status: Some(estair_core::category::Status::Waiting),
        reason: Some("En attente du virement".to_owned()),
        ..RequestPatch::default()
    };
    world.run(actor_of("finance").unwrap(), Command::UpdateRequest(RequestId(1), held)).await;
    ticket_of(world, 1, "Nom mal écrit").await;
    ticket_of(world, 2, FOREIGN).await;
    let answer = CommentDraft { body: Some("C’est corrigé".to_owned()), ..CommentDraft::default() };
    world.run(actor_of("operation").unwrap(), Command::CommentSupport(SupportId(1), answer)).await;
    world.payment("W-1", "Wave").await;
}

// rule: P2, R8, R9
#[tokio::test]
async fn p2_no_page_shows_another_accounts_anything_a_draft_or_a_word_for_staff() {
    let world = World::new().await;
    filled(&world).await;
    let client = world.browser("client").await;
    let pages = [
        "",
        "/requests",
        "/requests/new",
        "/requests/1",
        "/support",
        "/support/new",
        "/support/1",
        "/accounts/1",
        "/accounts/1/releve.csv",
        "/notifications",
    ];
    for path in pages {
        for cookie in [client.cookie.clone(), format!("{}; estair-lang=en", client.cookie)] {
            let page = world.get_from(&cookie, path, &[]).await.page(200);
            for hidden in [
                FOREIGN,
                INTERNAL,
                "4321",
                "4 321",
                "777",
                "Agence Deux",
                "Fatou",
                "Ndiaye",
                "Ousmane",
                "Sow",
                "Aminata",
            ] {
                assert!(!plain(&page).contains(hidden), "{path} shows {hidden}: {page}");
            }
            if !path.ends_with(".csv") {
                check_page(&page, path);
            }
        }
    }
    let request = plain(&client.get("/requests/1").await.page(200));
    for said in ["Il manque la pièce", "Finance", "En attente du virement", "1 000 XOF"] {
        assert!(request.contains(said), "{said}: {request}");
    }
    let ticket = client.get("/support/1").await.page(200);
    assert!(ticket.contains("C’est corrigé") && ticket.contains("Opérations"), "{ticket}");
    assert!(client.get("").await.page(200).contains("À vous de répondre"));
    for foreign in [
        "/requests/2",
        "/requests/3",
        "/support/2",
        "/accounts/2",
        "/accounts/2/releve.csv",
        "/accounts/2/releve.xlsx",
        "/support/new?follows_id=2",
        "/requests/99",
        "/support/99",
    ] {
        let page = client.get(foreign).await.page(404);
        assert!(!page.contains(FOREIGN), "{foreign}");
    }
    for (path, fields) in [
        ("/requests/2/comments", [("body", "b"), ("do", "x")]),
        ("/support/2/comments", [("body", "b"), ("do", "x")]),
        ("/support/2", [("subject", "s"), ("description", "d")]),
    ] {
        client.post(path, &fields).await.page(404);
    }
    // An account that is named in a form is not the one that is meant.
    for (path, key) in [("/requests/new", "console-other-1"), ("/support/new", "console-other-2")] {
        let fields = [("amount", "1000"), ("account_id", "2"), ("subject", "s"), ("description", "d"), ("key", key)];
        client.post(path, &fields).await.leads();
    }
    assert_eq!(world.host.reader.request(RequestId(4)).await.unwrap().unwrap().0.account, AccountId(1));
}

#[tokio::test]
async fn news_are_of_the_own_account_alone() {
    let world = World::new().await;
    let client = world.browser("client").await;
    let since = between(&client.get("").await.page(200), "data-since=\"", "\"").to_owned();
    filled(&world).await;
    let news = client.get(&format!("/live/news?after={since}")).await.page(200);
    assert_eq!(
        news.matches("\"noun\":\"request\"").count(),
        3,
        "created, answered and held; no draft, no word for staff: {news}"
    );
    assert!(!news.contains("\"id\":2,") && !news.contains("\"id\":3,"), "{news}");
}

// rule: S1, S4
#[tokio::test]
async fn s4_a_client_works_its_tickets_and_continues_a_closed_one_with_a_button() {
    let world = World::new().await;
    let client = world.browser("client").await;
    let fields = [("subject", "Billet <b>perdu</b>"), ("description", "AF 123"), ("key", "console-new-1")];
    assert_eq!(client.post("/support/new", &fields).await.leads(), "/console/support/1?done=created");
    assert_eq!(client.post("/support/new", &fields).await.leads(), "/console/support/1?done=created");
    let said = [("body", "Toujours rien"), ("key", "console-said-1")];
    client.post("/support/1/comments", &said).await.leads();
    let page = client.get("/support/1").await.page(200);
    assert!(
        page.contains("Billet &#60;b&#62;perdu") && page.contains("Toujours rien") && page.contains("Awa Koné"),
        "{page}"
    );
    let version = between(&page, "name=\"version\" value=\"", "\"").to_owned();
    let edit =
        [("do", "edit"), ("subject", "Billet retrouvé"), ("description", "AF 123"), ("version", version.as_str())];
    client.post("/support/1", &edit).await.leads();
    let refused = client.post("/support/1", &edit).await.page(409);
    assert!(refused.contains("role=\"alert\""), "somebody else was first");
    client.post("/support/1", &[("do", "edit"), ("subject", ""), ("description", "d")]).await.page(422);
    assert!(!client.get("/support/1").await.page(200).contains("follows_id"), "there is nothing to continue yet");

    closed(&world, 1).await;
    let page = client.get("/support/1").await.page(200);
    assert!(!page.contains("name=\"body\""), "what is closed is closed");
    let to = between(&page, "class=\"button main big\" href=\"/console", "\"").to_owned();
    assert_eq!(to, "/support/new?follows_id=1");
    assert!(client.get(&to).await.page(200).contains("Billet retrouvé"));
    let fields = [("follows_id", "1"), ("subject", "Encore perdu"), ("description", "d"), ("key", "console-new-2")];
    assert_eq!(client.post("/support/new", &fields).await.leads(), "/console/support/2?done=created");
    assert!(client.get("/support/2").await.page(200).contains("/console/support/1"));
    assert!(client.get("/support/1").await.page(200).contains("/console/support/2"));
    assert_eq!(client.get("/support").await.page(200).matches("data-row").count(), 2);
}

// rule: N1, N9
#[tokio::test]
async fn n9_choices_and_the_browser_as_a_device_are_the_visitors_own() {
    let push = Push::new("BCVx".to_owned()).hosts(vec!["fcm.googleapis.com".to_owned()]);
    let world = World::with(Options::default().push(Some(push))).await;
    let client = world.browser("client").await;
    let page = client.get("/notifications").await.page(200);
    assert!(
        page.contains("data-push=\"BCVx\"") && page.contains("name=\"credit_refused.email\" value=\"on\" checked"),
        "{page}"
    );
    assert!(!page.contains("credit_requested") && !page.contains(".teams"), "what reaches others is not asked");
    client.post("/notifications", &[("credit_refused.push", "on"), ("movement_failed.email", "on")]).await.leads();
    let page = client.get("/notifications").await.page(200);
    assert!(page.contains("name=\"credit_refused.push\" value=\"on\" checked"), "{page}");
    assert_eq!(page.matches(" checked").count(), 1, "{page}");

    let device = [
        ("do", "keep"),
        ("endpoint", "https://fcm.googleapis.com/fcm/send/abc"),
        ("p256dh", "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        ("auth", "BTBZMqHH6r4Tts7J_aSIgg"),
    ];
    client.post("/notifications/devices", &device).await.page(201);
    let devices = world.host.subscriptions.devices(&[actor_of("client").unwrap().user().unwrap()]).await.unwrap();
    assert_eq!(devices.len(), 1);
    let mut elsewhere = device;
    elsewhere[1].1 = "https://evil.example.test/x";
    client.post("/notifications/devices", &elsewhere).await.page(422);
    let mut other_keys = device;
    other_keys[3].1 = "AAAAAAAAAAAAAAAAAAAAAA";
    client.post("/notifications/devices", &other_keys).await.page(422);
    let forget = [("do", "forget"), device[1]];
    assert!(client.post("/notifications/devices", &forget).await.page(200).contains("true"));
    assert!(client.post("/notifications/devices", &forget).await.page(200).contains("false"));
    let staff = world.browser("finance").await;
    staff.post("/notifications/devices", &device).await.page(405);

    let off = World::new().await;
    let client = off.browser("client").await;
    assert!(!client.get("/notifications").await.page(200).contains("data-push"));
    client.post("/notifications/devices", &device).await.page(404);
}

#[tokio::test]
async fn a_phone_installs_it_and_the_worker_may_work_for_all_of_it() {
    let world = World::new().await;
    let client = world.browser("client").await;
    let manifest = between(&client.get("").await.page(200), "rel=\"manifest\" href=\"", "\"").to_owned();
    let answer = world.get_from("", manifest.strip_prefix(PREFIX).unwrap(), &[]).await;
    assert_eq!(answer.header("content-type"), "application/manifest+json");
    let manifest: serde_json::Value = serde_json::from_str(&answer.page(200)).unwrap();
    assert_eq!((manifest["start_url"].as_str(), manifest["scope"].as_str()), (Some(PREFIX), Some(PREFIX)));
    for icon in manifest["icons"].as_array().unwrap() {
        let answer = world.get_from("", icon["src"].as_str().unwrap().strip_prefix(PREFIX).unwrap(), &[]).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"));
    }
    let worker = world.get_from("", "/assets/worker.js", &[]).await;
    assert_eq!(worker.header("service-worker-allowed"), PREFIX);
    let policy = worker.header("content-security-policy");
    assert!(policy.contains("manifest-src 'self'"), "{policy}");
    assert!(!world.browser("finance").await.get("").await.text().contains("rel=\"manifest\""), "staff have a console");
}
