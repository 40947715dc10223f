//! People on the pages (A4): named everywhere, managed by admin alone; and the auditor, who sees everything and changes nothing.

use estair_core::category::Category;

use crate::world::{PREFIX, World, between};

// rule: A4
#[tokio::test]
async fn a4_admin_creates_changes_and_shuts_out_people() {
    let world = World::new().await;
    let admin = world.browser("admin").await;
    assert!(admin.get("/people").await.page(200).contains("Fatou Ndiaye"));
    let form = admin.get("/people/new").await.page(200);
    let key = between(&form, "name=\"key\" value=\"console-", "\"").to_owned();
    let key = format!("console-{key}");
    let fields = [
        ("name", "Moussa <b>Fall</b>"),
        ("email", "moussa@example.test"),
        ("role", "client"),
        ("account_id", "1"),
        ("kind", "agent"),
        ("key", key.as_str()),
    ];
    let to = admin.post("/people/new", &fields).await.leads();
    assert_eq!(admin.post("/people/new", &fields).await.leads(), to, "pressed twice, it is one person");
    let path = between(&to, PREFIX, "?").to_owned();
    let page = admin.get(&path).await.page(200);
    assert!(page.contains("Moussa &#60;b&#62;Fall") && page.contains("Agence Un"), "{page}");

    // What cannot be is said by its field, and what was typed stays.
    let refused = admin.post("/people/new", &[("name", "Sans rôle"), ("email", "a..b@example.test")]).await.page(422);
    assert!(refused.contains("Sans rôle") && refused.contains("a..b@example.test"));
    admin.post("/people/new", &[("name", "N"), ("email", "n@example.test"), ("role", "client")]).await.page(422);
    admin.post("/people/new", &[("name", "N"), ("role", "admin")]).await.page(422);
    let unknown = [("name", "N"), ("email", "n@example.test"), ("role", "client"), ("account_id", "99")];
    admin.post("/people/new", &unknown).await.page(404);

    let change = [("do", "change"), ("name", "Moussa"), ("email", ""), ("role", "operation"), ("account_id", "")];
    let refused = admin.post(&path, &change).await.page(422);
    assert!(refused.contains("E-mail"), "staff has an address");
    let change = [("do", "change"), ("name", "Moussa"), ("email", "m@example.test"), ("role", "operation")];
    assert!(admin.post(&path, &change).await.leads().ends_with("done=changed"));
    assert!(admin.post(&path, &[("do", "disable")]).await.leads().ends_with("done=disabled"));
    assert!(admin.get(&path).await.page(200).contains("value=\"enable\""));
    assert!(admin.get("/people?disabled=true").await.page(200).contains("Moussa"));
    assert!(admin.post(&path, &[("do", "enable")]).await.leads().ends_with("done=enabled"));
    admin.get("/people/999").await.page(404);
}

// rule: A4
#[tokio::test]
async fn a4_a_token_is_shown_in_one_answer_and_in_no_address() {
    let world = World::new().await;
    let admin = world.browser("admin").await;
    let fields = [("do", "give"), ("token_name", "Guichet"), ("key", "console-give-1")];
    let answer = admin.post("/people/21/tokens", &fields).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.page(200).contains("secret-1"));
    assert!(
        admin.post("/people/21/tokens", &fields).await.page(200).contains("secret-1"),
        "the same, and no second one"
    );
    let page = admin.get("/people/21").await.page(200);
    assert!(page.contains("Guichet") && !page.contains("secret-1"));
    assert_eq!(page.matches("value=\"withdraw\"").count(), 1);
    let withdraw = [("do", "withdraw"), ("token", "1"), ("key", "console-withdraw-1")];
    assert!(admin.post("/people/22/tokens", &withdraw).await.leads().ends_with("done=withdrawn"));
    assert!(admin.get("/people/21").await.page(200).contains("Guichet"), "it is not that person's");
    let withdraw = [("do", "withdraw"), ("token", "1"), ("key", "console-withdraw-2")];
    for _ in 0..2 {
        assert!(admin.post("/people/21/tokens", &withdraw).await.leads().ends_with("done=withdrawn"));
    }
    assert!(!admin.get("/people/21").await.page(200).contains("Guichet"));
}

// rule: P1
#[tokio::test]
async fn p1_nobody_but_admin_sees_people_managed() {
    let world = World::new().await;
    for role in ["operation", "finance", "auditor"] {
        let browser = world.browser(role).await;
        assert!(!browser.get("").await.page(200).contains("/people\""), "{role}: no line of the menu");
        for path in ["/people", "/people/new", "/people/21"] {
            browser.get(path).await.page(403);
        }
        let fields = [("name", "N"), ("email", "n@example.test"), ("role", "admin"), ("do", "disable")];
        for path in ["/people/new", "/people/21", "/people/21/tokens"] {
            browser.post(path, &fields).await.page(403);
        }
    }
    assert!(world.browser("admin").await.get("").await.page(200).contains("/people\""));
}

// rule: A4
#[tokio::test]
async fn a4_pages_name_people() {
    let world = World::new().await;
    let credit = world.request("operation", Category::DailyCredit, 1, "200000", "billets").await;
    world.deliver(credit).await;
    let ticket = world.ticket("s", "d").await;
    let finance = world.browser("finance").await;
    finance.post("/accounts/1/limit", &[("limit", "900000"), ("reason", "r")]).await.leads();
    finance.post(&format!("/support/{ticket}/comments"), &[("body", "Merci")]).await.leads();
    for (path, name) in [
        (format!("/requests/{credit}"), "Ousmane Sow"),
        (format!("/support/{ticket}"), "Ousmane Sow"),
        (format!("/support/{ticket}"), "Fatou Ndiaye (Finance) ·"),
        ("/accounts/1".to_owned(), "<td class=\"aside\" data-label=\"Par\">Fatou Ndiaye"),
        ("/movements/1".to_owned(), "Ousmane Sow"),
        (String::new(), "Fatou Ndiaye (Finance)"),
    ] {
        let page = finance.get(&path).await.page(200);
        assert!(page.contains(name), "{path}: {name} is not in {page}");
    }
}

// rule: P1
#[tokio::test]
async fn p1_the_auditor_sees_the_pages_of_staff_and_no_button() {
    let world = World::new().await;
    let granted = world.request("operation", Category::DailyCredit, 1, "200000", "billets").await;
    world.deliver(granted).await;
    let load = world.request("operation", Category::Load, 1, "500000", "virement").await;
    let ticket = world.ticket("s", "d").await;
    let message = world.failed_message("payload disagrees").await;
    world.notification("finance@example.test").await;
    let auditor = world.browser("auditor").await;
    for path in [
        String::new(),
        "/requests".to_owned(),
        format!("/requests/{granted}"),
        format!("/requests/{load}"),
        "/support".to_owned(),
        format!("/support/{ticket}"),
        "/accounts".to_owned(),
        "/accounts/1".to_owned(),
        "/messages".to_owned(),
        format!("/messages/{message}"),
        "/notifications".to_owned(),
        "/notifications/1".to_owned(),
        "/notifications/templates".to_owned(),
        "/audit".to_owned(),
        "/movements/1".to_owned(),
    ] {
        let page = auditor.get(&path).await.page(200);
        // To sign out, and to have the book verified, which changes nothing.
        for form in page.split("method=\"post\" action=\"").skip(1) {
            let action = form.split('"').next().unwrap();
            let harmless = [format!("{PREFIX}/sign-out"), format!("{PREFIX}/audit")];
            assert!(harmless.iter().any(|one| one == action), "{path}: {action}");
        }
        for link in ["/requests/new", "/support/new", "/accounts/new", "/people"] {
            assert!(!page.contains(&format!("{PREFIX}{link}")), "{path}: {link}");
        }
    }
    assert!(auditor.post("/audit", &[]).await.leads().ends_with("/audit"));
    let before = world.facts().await;
    for (path, fields) in [
        ("/requests/new", vec![("category", "load"), ("account_id", "1"), ("amount", "1"), ("step", "create")]),
        ("/requests/2", vec![("do", "transition:to_treat"), ("version", "1")]),
        ("/support/new", vec![("subject", "s"), ("description", "d"), ("account_id", "1")]),
        ("/support/1", vec![("do", "transition:in_progress"), ("version", "1")]),
        ("/support/1/comments", vec![("body", "b")]),
        ("/accounts/new", vec![("name", "n")]),
        ("/accounts/1/limit", vec![("limit", "1"), ("reason", "r")]),
        ("/messages/replay", vec![("reason", "r"), ("step", "confirm")]),
        ("/messages/pause", vec![("do", "pause"), ("reason", "r")]),
        (
            "/notifications/templates",
            vec![("notice", "credit_requested"), ("channel", "email"), ("to", "a@example.test")],
        ),
    ] {
        let answer = auditor.post(path, &fields).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.text());
    }
    assert_eq!(world.facts().await, before, "nothing was done");
}
