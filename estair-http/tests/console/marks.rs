//! What lists mark as not seen yet, by person; how much waits; and where an answer to a form stands.

use serde_json::{Value, json};

use crate::world::{Browser, PREFIX, SAME_ORIGIN, World};

const MARK: &str = "class=\"unseen\"";

/// A comment of the agency's on a ticket.
async fn answered(world: &World, ticket: u64, body: &str) {
    let client = world.browser("client").await;
    let path = format!("/support/{ticket}/comments");
    assert!(client.post(&path, &[("body", body)]).await.leads().contains("done=commented"));
}

#[tokio::test]
async fn a_ticket_that_waits_is_marked_for_each_person_until_that_person_has_seen_it() {
    let world = World::new().await;
    let ticket = world.ticket("Billet non reçu", "Le client attend").await;
    let (operation, admin) = (world.browser("operation").await, world.browser("admin").await);
    let marks = async |browser: &Browser<'_>| {
        let pages = [browser.get("").await.page(200), browser.get("/support").await.page(200)];
        pages.map(|page| page.matches(MARK).count())
    };
    assert_eq!((marks(&operation).await, marks(&admin).await), ([1, 1], [1, 1]));
    operation.get(&format!("/support/{ticket}")).await.page(200);
    assert_eq!((marks(&operation).await, marks(&admin).await), ([0, 0], [1, 1]));
    answered(&world, ticket, "Toujours rien").await;
    assert_eq!((marks(&operation).await, marks(&admin).await), ([1, 1], [1, 1]));
    operation.post(&format!("/support/{ticket}/comments"), &[("body", "Nous regardons")]).await.leads();
    assert_eq!(marks(&operation).await, [0, 0], "it is the client's turn");
    let auditor = world.browser("auditor").await;
    assert_eq!(marks(&auditor).await, [0, 0], "who answers nothing marks nothing");
}

#[tokio::test]
async fn a_client_is_shown_what_has_changed() {
    let world = World::new().await;
    let ticket = world.ticket("Billet non reçu", "Le client attend").await;
    let (client, operation) = (world.browser("client").await, world.browser("operation").await);
    client.get(&format!("/support/{ticket}")).await.page(200);
    assert!(!client.get("/support").await.page(200).contains(MARK));
    operation.post(&format!("/support/{ticket}/comments"), &[("body", "Envoyé")]).await.leads();
    assert!(client.get("/support").await.page(200).contains(MARK));
    assert!(client.get("").await.page(200).contains(MARK));
    client.get(&format!("/support/{ticket}")).await.page(200);
    assert!(!client.get("/support").await.page(200).contains(MARK));
}

#[tokio::test]
async fn what_waits_is_counted_for_each_role_up_to_99() {
    let world = World::new().await;
    let counts = async |role| -> Value {
        let answer = world.browser(role).await.get("/live/counts").await;
        assert_eq!(answer.status, 200, "{role}");
        serde_json::from_str(&answer.text()).unwrap()
    };
    let none = json!({ "queue": "", "support": "", "messages": "", "title": "" });
    assert_eq!(counts("operation").await, none);
    let ticket = world.ticket("Billet 0", "Le client attend").await;
    world.request("operation", estair_core::category::Category::DailyCredit, 2, "900000", "trop").await;
    assert_eq!(counts("operation").await, json!({ "queue": "", "support": "1", "messages": "", "title": "1" }));
    assert_eq!(counts("finance").await, json!({ "queue": "1", "support": "", "messages": "", "title": "1" }));
    assert_eq!(counts("admin").await, json!({ "queue": "1", "support": "1", "messages": "", "title": "2" }));
    let operation = world.browser("operation").await;
    operation.post(&format!("/support/{ticket}/comments"), &[("body", "Lequel ?")]).await.leads();
    assert_eq!(counts("client").await, json!({ "queue": "", "support": "1", "messages": "", "title": "1" }));
    for at in 1..=100 {
        world.ticket(&format!("Billet {at}"), "Le client attend").await;
    }
    assert_eq!(counts("operation").await["support"], "99+");
}

#[tokio::test]
async fn a_refused_form_stands_at_the_address_of_its_page() {
    let world = World::new().await;
    let ticket = world.ticket("Billet non reçu", "Le client attend").await;
    let operation = world.browser("operation").await;
    let page = operation.post(&format!("/support/{ticket}/comments"), &[("body", " ")]).await.page(422);
    assert!(page.contains(&format!("data-at=\"{PREFIX}/support/{ticket}\"")), "{page}");
    assert!(page.contains(&format!("href=\"{PREFIX}/support/{ticket}?lang=en\"")), "{page}");
    assert!(!operation.get(&format!("/support/{ticket}")).await.page(200).contains("data-at"));
}

#[tokio::test]
async fn a_form_of_a_session_that_ended_leads_back_to_its_page() {
    let world = World::new().await;
    let ticket = world.ticket("Billet non reçu", "Le client attend").await;
    let path = format!("/support/{ticket}/comments");
    let page = world.post_from("estair-console=nobody", &path, &[("body", "Envoyé")], &SAME_ORIGIN).await.page(401);
    assert!(page.contains(&format!("{PREFIX}/sign-in?next=%2Fsupport%2F{ticket}\"")), "{page}");
}
