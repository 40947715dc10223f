//! Every page, for every role, in both languages.

use estair_core::category::Category;

use estair_http::console::Options;

use crate::world::{PREFIX, STAFF, World, between};

/// A book with something behind every page; gives the pages.
async fn filled(world: &World) -> Vec<String> {
    let granted = world.request("operation", Category::DailyCredit, 1, "200000", "billets").await;
    world.deliver(granted).await;
    let waiting = world.request("operation", Category::DailyCredit, 2, "900000", "trop").await;
    let load = world.request("operation", Category::Load, 1, "500000", "virement").await;
    let ticket = world.ticket("Billet non reçu", "Le client attend").await;
    world.payment("WAVE-1", "dépôt").await;
    let message = world.failed_message("payload disagrees").await;
    world.notification("finance@example.test").await;
    let mut pages: Vec<String> = [
        "",
        "/requests",
        "/support",
        "/accounts",
        "/accounts/1",
        "/accounts/2",
        "/messages",
        "/notifications",
        "/notifications?of=messager",
        "/notifications/templates",
        "/notifications/1",
        "/audit",
        "/report",
        "/movements/1",
        "/movements/2",
        "/requests?status=waiting&category=daily_credit&account_id=2&q=trop",
        "/accounts/1?from=2025-10-01&to=2025-10-31&type=payment&source=wave",
        "/messages?status=failed&q=disagrees",
        "/support?status=open&assigned_to=operation",
    ]
    .map(str::to_owned)
    .into();
    pages.extend([granted, waiting, load].map(|id| format!("/requests/{id}")));
    pages.push(format!("/support/{ticket}"));
    pages.push(format!("/messages/{message}"));
    pages
}

/// What must be true of any page: its language, one heading, labelled fields, no style or script of its own, links that
/// stay below the prefix, no key without words.
pub(crate) fn check_page(page: &str, path: &str) {
    assert_eq!(page.matches("<h1").count(), 1, "{path} has one heading");
    for forbidden in [" style=", "<style", " onclick=", "javascript:"] {
        assert!(!page.contains(forbidden), "{path} has {forbidden}");
    }
    for script in page.split("<script").skip(1) {
        assert!(script.starts_with(&format!(" src=\"{PREFIX}/assets/")), "{path} has a script of its own");
    }
    for attribute in ["href=\"", "action=\"", "src=\""] {
        for link in page.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let local = link.is_empty()
                || link.starts_with('#')
                || link == PREFIX
                || link.starts_with(&format!("{PREFIX}/"))
                || link.starts_with(&format!("{PREFIX}?"));
            assert!(local, "{path} leads to {link}");
        }
    }
    let words = page.split('>').filter_map(|part| part.split('<').next());
    for words in words.filter(|words| !words.contains(' ')) {
        let key = words.trim();
        let looks = key.contains('.') && key.chars().all(|c| c.is_ascii_lowercase() || "._".contains(c));
        assert!(!looks, "{path} shows a key in the place of its words: {key}");
    }
}

#[tokio::test]
async fn every_page_is_there_for_every_role_of_staff_in_both_languages() {
    let world = World::new().await;
    let pages = filled(&world).await;
    for role in STAFF {
        let browser = world.browser(role).await;
        for path in &pages {
            let page = browser.get(path).await.page(200);
            assert!(page.contains("<html lang=\"fr\">"), "{path} is French by default");
            check_page(&page, path);
            let english = world.get_from(&format!("{}; estair-lang=en", browser.cookie), path, &[]).await.page(200);
            assert!(english.contains("<html lang=\"en\">"), "{path}");
            check_page(&english, path);
        }
    }
}

#[tokio::test]
async fn the_language_is_switched_on_the_page_where_one_is() {
    let world = World::new().await;
    let browser = world.browser("admin").await;
    for (path, switched) in [("", "/console?lang=en"), ("/requests?q=a", "/console/requests?q=a&lang=en")] {
        let page = browser.get(path).await.page(200);
        let link = between(&page, "class=\"lang\" href=\"", "\"").replace("&#38;", "&").replace("&amp;", "&");
        assert_eq!(link, switched);
        let answer = browser.get(link.strip_prefix(PREFIX).unwrap()).await;
        assert_eq!(answer.leads(), format!("{PREFIX}{path}"));
        assert!(answer.header("set-cookie").starts_with("estair-lang=en"), "{path}");
    }
}

#[tokio::test]
async fn every_page_of_an_empty_book_says_that_it_is_empty() {
    let world = World::new().await;
    let browser = world.browser("admin").await;
    for path in ["", "/requests", "/support", "/messages", "/notifications", "/audit", "/accounts/1"] {
        check_page(&browser.get(path).await.page(200), path);
    }
    let said = |answer: crate::world::Answer, words: &str| assert!(answer.text().contains(words), "{words}");
    said(browser.get("/requests").await, "Aucune demande pour l’instant");
    said(browser.get("/requests?status=closed").await, "Rien ne correspond à ces filtres.");
    said(browser.get("/audit").await, "Aucun mouvement n’est encore écrit.");
}

#[tokio::test]
async fn a_role_gets_the_forms_of_what_it_may_create_and_no_other() {
    let world = World::new().await;
    let table = [
        ("operation", ["load", "unload", "daily_credit"].as_slice(), 200, 403),
        ("finance", &[], 403, 403),
        ("admin", &["cancel_credit"], 403, 200),
    ];
    for (role, categories, ticket, account) in table {
        let browser = world.browser(role).await;
        let form = browser.get("/requests/new").await;
        assert_eq!(form.status, if categories.is_empty() { 403 } else { 200 }, "{role}");
        for category in ["load", "unload", "daily_credit", "cancel_credit"] {
            let offered = form.text().contains(&format!("name=\"category\" value=\"{category}\""));
            assert_eq!(offered, categories.contains(&category), "{role} {category}");
        }
        assert_eq!(browser.get("/support/new").await.status, ticket, "{role}");
        assert_eq!(browser.get("/accounts/new").await.status, account, "{role}");
    }
}

// rule: P4
#[tokio::test]
async fn p4_the_page_shows_just_the_buttons_of_the_allowed_actions() {
    let world = World::new().await;
    let id = world.request("operation", Category::DailyCredit, 2, "900000", "trop").await;
    let buttons = |page: &str| {
        let values = page.split("name=\"do\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        values.collect::<Vec<_>>()
    };
    let table = [
        ("operation", vec!["assign:operation"]),
        ("finance", vec!["raise:910000"]),
        ("admin", vec!["raise:910000", "assign:operation", "assign:admin"]),
    ];
    for (role, expected) in table {
        let page = world.browser(role).await.get(&format!("/requests/{id}")).await.page(200);
        assert_eq!(buttons(&page), expected, "{role}");
    }
}

#[tokio::test]
async fn finance_sees_first_what_waits_for_it_with_what_approving_would_do() {
    let world = World::new().await;
    let granted = world.request("operation", Category::DailyCredit, 1, "200000", "billets").await;
    world.deliver(granted).await;
    world.request("operation", Category::DailyCredit, 1, "900000", "trop").await;
    world.request("operation", Category::Unload, 1, "50000", "frais").await;
    let page = world.browser("finance").await.get("").await.page(200);
    assert_eq!(page.matches("class=\"card\"").count(), 2);
    assert!(page.contains("Le plafond ne suffit pas : l’approbation serait refusée"));
    assert!(page.contains("1\u{202f}100\u{202f}000"), "the active credit if it passed");
    assert!(page.contains("Le solde passerait sous zéro (encours)"));
}

#[tokio::test]
async fn the_account_page_spells_its_formulas_out_and_draws_its_days() {
    let world = World::new().await;
    world.payment("W-1", "dépôt").await;
    world.clock.advance(chrono::Duration::days(2));
    let granted = world.request("operation", Category::DailyCredit, 1, "250000", "billets").await;
    world.deliver(granted).await;
    let page = world.browser("finance").await.get("/accounts/1").await.page(200);
    assert!(page.contains("solde + crédit du jour − encours"));
    assert!(page.contains("400\u{202f}000 + 250\u{202f}000 − 0"), "the exposition in figures");
    assert!(page.contains("650\u{202f}000"));
    assert!(page.contains("25 %"), "the limit's use");
    let line = between(&page, "class=\"balance\" points=\"", "\"");
    assert_eq!(line.split(' ').count(), 30, "a point a day");
    let (first, last) = (line.split(' ').next().unwrap(), line.split(' ').next_back().unwrap());
    assert_ne!(first.split(',').nth(1), last.split(',').nth(1), "the balance rose");
}

#[tokio::test]
async fn long_lists_are_cut_by_keys_and_keep_their_filters() {
    let world = World::new().await;
    for _ in 0..60 {
        world.request("operation", Category::Load, 1, "1000", "série").await;
    }
    let browser = world.browser("operation").await;
    let page = browser.get("/requests?category=load&q=s%C3%A9rie").await.page(200);
    assert_eq!(page.matches("data-row").count(), 50);
    let next = between(&page, "rel=\"next\" href=\"", "\"").replace("&#38;", "&");
    assert_eq!(next, format!("{PREFIX}/requests?category=load&q=s%C3%A9rie&before=11"));
    let rest = browser.get(next.strip_prefix(PREFIX).unwrap()).await.page(200);
    assert_eq!(rest.matches("data-row").count(), 10);
    assert!(!rest.contains("rel=\"next\""));
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_refused_and_not_left_out() {
    let world = World::new().await;
    let browser = world.browser("finance").await;
    for path in [
        "/requests?status=nope",
        "/requests?account_id=x",
        "/requests?from=yesterday",
        "/messages?status=x",
        "/accounts/1?type=loan",
        "/accounts/1?from=2025-10-22&to=2025-10-20",
        "/accounts/1/statement.csv?from=2025-10-22&to=2025-10-20",
        "/requests?before=99999999999999999999",
    ] {
        assert_eq!(browser.get(path).await.status, 422, "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let world = World::new().await;
    let browser = world.browser("admin").await;
    for path in [
        "/requests/99",
        "/requests/x",
        "/requests/18446744073709551615",
        "/support/9",
        "/accounts/9",
        "/movements/9",
        "/messages/x",
        "/messages/01890000-0000-7000-8000-000000000000",
        "/notifications/9",
        "/nowhere",
        "/assets/x.css",
    ] {
        let page = browser.get(path).await.page(404);
        assert!(page.contains("<h1>"), "{path} has a page that says so");
    }
}

#[tokio::test]
async fn the_statement_is_a_file_without_formulas() {
    let world = World::new().await;
    world.payment("W-1", "=HYPERLINK(\"http://evil.example.test\")").await;
    let answer = world.browser("finance").await.get("/accounts/1/statement.csv").await;
    let csv = answer.page(200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<_> = csv.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[1].contains(",payment,wave,400000,XOF,0,400000,400000,400000,,W-1,"), "{csv}");
    assert!(lines[1].contains(",\"'=HYPERLINK(\"\"http://evil.example.test\"\")\","), "{csv}");
}

#[tokio::test]
async fn the_assets_are_embedded_and_small() {
    let world = World::new().await;
    let mut bytes = 0;
    for (name, kind) in [
        ("console.css", "text/css"),
        ("console.js", "text/javascript"),
        ("worker.js", "text/javascript"),
        ("icon.svg", "image/svg+xml"),
        ("icon-192.png", "image/png"),
        ("icon-512.png", "image/png"),
    ] {
        let answer = world.get_from("", &format!("/assets/{name}"), &[]).await;
        assert_eq!(answer.status, 200, "{name}");
        assert!(answer.header("content-type").starts_with(kind), "{name}");
        let text = String::from_utf8_lossy(&answer.bytes);
        assert!(!text.contains("http://") || name == "icon.svg", "{name} names nothing outside");
        bytes += answer.bytes.len();
    }
    assert!(bytes < 100 * 1024, "{bytes} bytes before compression");
}

// rule: N12
#[tokio::test]
async fn n12_every_page_of_a_trial_system_says_so() {
    let world = World::with(Options::default().trial(true)).await;
    let browser = world.browser("finance").await;
    for path in ["", "/requests", "/accounts/1", "/search", "/nowhere"] {
        assert!(browser.get(path).await.text().contains("Système d’essai"), "{path}");
    }
    let world = World::new().await;
    assert!(!world.browser("finance").await.get("").await.text().contains("Système d’essai"));
}

// rule: L8
#[tokio::test]
async fn l8_the_daily_report_is_a_page_for_staff() {
    let world = World::new().await;
    filled(&world).await;
    let browser = world.browser("finance").await;
    assert!(browser.get("/audit").await.page(200).contains("/console/report"), "it is found");
    let page = browser.get("/report").await.page(200);
    for part in ["Rapport du jour", "Moins d’un jour", "Wave", "Messages en échec", "jamais"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let other = browser.get("/report?day=2024-01-01").await.page(200);
    assert!(other.contains("Rien n’est entré ni sorti ce jour-là."), "{other}");
    assert_eq!(browser.get("/report?day=hier").await.status, 422);
}
