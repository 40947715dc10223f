//! The notification matrix (N1), line by line: each event, provoked over the API, gives just the messages of its
//! line at real sinks. Web push goes to the push services of browsers alone, which no test may call: the crate of the
//! channels proves it against a stand-in, and here its deliveries are seen to be made.

use std::time::Duration;

use serde_json::{Value, json};

use crate::both_ways;
use crate::sinks::Sinks;
use crate::webhooks::expire_all;
use crate::world::{Answer, REQUESTS, Scratch, World, cash, credit};

pub(crate) const PUBLIC: &str = "https://estair.example.test/prefix";
/// Its origin.
pub(crate) const ORIGIN: &str = "https://estair.example.test";

/// A server whose notifications arrive at the sinks.
pub(crate) async fn world(sinks: &Sinks, scratch: Scratch, more: &[(&str, &str)]) -> World {
    let teams = ["general", "finance", "operation"].map(|channel| format!("{}/{channel}", sinks.teams));
    let settings = [
        ("SMTP_URL", sinks.smtp.as_str()),
        ("SMTP_FROM", "ESTAIR <no-reply@example.test>"),
        ("CRITICAL_ALERT_EMAIL", "astreinte@example.test"),
        ("TEAMS_WEBHOOK_URL", teams[0].as_str()),
        ("TEAMS_FINANCE_CHANNEL_URL", teams[1].as_str()),
        ("TEAMS_OPERATION_CHANNEL_URL", teams[2].as_str()),
        ("PUBLIC_URL", PUBLIC),
    ];
    World::in_scratch(scratch, &[&settings, more].concat()).await
}

/// These lines came since the last time, and after a while still no other.
pub(crate) async fn exactly(sinks: &Sinks, what: &str, expected: &[&str]) {
    let mut expected: Vec<_> = expected.iter().map(|line| (*line).to_owned()).collect();
    expected.sort();
    for _ in 0..400 {
        if sinks.lines().len() >= expected.len() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    // Longer than the longest pause of an idle loop.
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(sinks.lines(), expected, "{what}");
    sinks.clear();
}

fn created(answer: Answer) -> Value {
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.body
}

const PLATEAU: &str = "mail plateau@example.test";
const COCODY: &str = "mail cocody@example.test";
const FINANCE: &str = "mail finance@example.test";
const FINANCE_CARD: &str = "teams finance: 🆕 Nouvelle requête financière";

// rule: N1
#[tokio::test(flavor = "multi_thread")]
async fn n1_n2_each_line_of_the_matrix_gives_its_messages_and_no_other() {
    let sinks = Sinks::start().await;
    let world = world(&sinks, Scratch::new(), &[]).await;

    // Credit requested; credit auto-approved, once its movement is written.
    let first = world.granted("client1", 500_000).await;
    exactly(
        &sinks,
        "a credit that passes by itself",
        &[
            &format!("{FINANCE}: 🆕 Nouvelle requête financière : crédit de 500 000 XOF pour Agence Plateau"),
            FINANCE_CARD,
            &format!("{PLATEAU}: Crédit approuvé : 500 000 XOF"),
        ],
    )
    .await;

    // Credit refused (limit).
    let second = created(world.call("client2", "POST", REQUESTS, credit(300_000)).await);
    exactly(
        &sinks,
        "a credit that the limit refuses",
        &[
            &format!("{FINANCE}: 🆕 Nouvelle requête financière : crédit de 300 000 XOF pour Agence Cocody"),
            FINANCE_CARD,
            &format!("{COCODY}: Votre demande de crédit de 300 000 XOF est en attente"),
        ],
    )
    .await;

    // Credit approved by hand.
    world.set_limit(2, 400_000).await;
    world.moved("finance", &second["id"], json!({ "status": "to_treat" })).await;
    world.becomes(&second["id"], "closed").await;
    exactly(&sinks, "a credit that finance passes", &[&format!("{COCODY}: Crédit approuvé : 300 000 XOF")]).await;

    // Load and unload created; movement succeeded.
    for category in ["load", "unload"] {
        let request = created(world.call("operation", "POST", REQUESTS, cash(category, 1, 1_000)).await);
        tell_created(&sinks, category).await;
        world.moved("finance", &request["id"], json!({ "status": "to_treat" })).await;
        world.becomes(&request["id"], "closed").await;
        tell_succeeded(&sinks, category).await;
    }

    // A cancellation tells its end only.
    let cancel = json!({ "category": "cancel_credit", "account_id": 1, "parent_id": first["id"] });
    let cancellation = created(world.call("admin", "POST", REQUESTS, cancel).await);
    world.becomes(&cancellation["id"], "closed").await;
    tell_succeeded(&sinks, "cancel_credit").await;

    // Support created; support resolved.
    let ticket = json!({ "subject": "Nom <b>mal</b> écrit", "description": "Diop" });
    let ticket = created(world.call("client1", "POST", "/api/helpdesk", ticket).await);
    let name = ticket["name"].as_str().unwrap();
    exactly(
        &sinks,
        "a ticket",
        &[
            &format!("mail operation@example.test: 🆕 Demande d’assistance {name} : Nom <b>mal</b> écrit"),
            "teams operation: 🆕 Nouvelle demande d’assistance",
        ],
    )
    .await;
    let path = format!("/api/helpdesk/{}", ticket["id"]);
    let comment = world.call("operation", "POST", &format!("{path}/commentaires"), json!({ "body": "Vu" })).await;
    assert_eq!(comment.status, 201);
    let answered = format!("{PLATEAU}: Réponse à votre demande d’assistance {name}");
    exactly(&sinks, "an answer to a ticket", &[&answered]).await;
    for status in ["in_progress", "closed"] {
        assert_eq!(world.call("operation", "PATCH", &path, json!({ "status": status })).await.status, 200);
    }
    exactly(&sinks, "a ticket's end", &[&format!("{PLATEAU}: Votre demande d’assistance {name} est résolue")]).await;

    // A payment from elsewhere tells its client (N2); a refused call, a preview and a ticket sale tell nobody anything.
    world.call("service", "POST", "/api/mouvements", crate::world::payment(1, "N-1", 5)).await;
    exactly(&sinks, "a payment from elsewhere", &[&format!("{PLATEAU}: Paiement reçu : 5 XOF")]).await;
    let refused = world.call("client1", "POST", REQUESTS, cash("load", 1, 5)).await;
    assert_eq!(refused.status, 403);
    world.call("client1", "POST", &format!("{REQUESTS}/preview"), credit(5)).await;
    let sale = json!({ "source": "bsp", "reference": "N-2", "type": "debit", "amount": "-5", "account_id": 1 });
    assert_eq!(world.call("service", "POST", "/api/mouvements", sale).await.status, 201);
    exactly(&sinks, "nothing that is in the matrix", &[]).await;

    // Push is off here: its deliveries would have gone to devices, of which there are none.
    let timeline = world.get("admin", &format!("{REQUESTS}/{}/historique", first["id"])).await;
    let told = timeline["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "notification");
    let statuses: Vec<_> = told.map(|item| (item["data"]["channel"].clone(), item["data"]["status"].clone())).collect();
    assert_eq!(statuses.len(), 3, "{timeline}");
    assert!(statuses.iter().all(|(_, status)| status == "completed"), "{statuses:?}");
    world.end().await;
}

async fn tell_created(sinks: &Sinks, category: &str) {
    let what = if category == "load" { "Chargement" } else { "Déchargement" };
    let mail = format!("{FINANCE}: 🆕 Nouvelle requête financière : {what} de 1 000 XOF pour Agence Plateau");
    exactly(sinks, category, &[&mail, FINANCE_CARD]).await;
}

async fn tell_succeeded(sinks: &Sinks, category: &str) {
    let what = match category {
        "load" => "Chargement effectué : 1 000 XOF",
        "unload" => "Déchargement effectué : 1 000 XOF",
        _ => "Annulation de crédit effectuée : 500 000 XOF",
    };
    exactly(sinks, category, &[&format!("{PLATEAU}: {what}")]).await;
}

both_ways! { n5_g1_the_last_failure_alone_sends_a_critical_alert_that_holds_everything }

// rule: N5
async fn n5_g1_the_last_failure_alone_sends_a_critical_alert_that_holds_everything(way: &[(&str, &str)]) {
    let sinks = Sinks::start().await;
    let world = world(&sinks, Scratch::new(), way).await;
    let load = created(world.call("operation", "POST", REQUESTS, cash("load", 1, 750_000)).await);
    tokio::time::sleep(Duration::from_millis(700)).await;
    sinks.clear();
    let payload = |id: Value, amount: &str| {
        json!({
            "requete_id": id, "requete_uuid": load["uuid"], "requete_name": load["name"], "account_id": 1,
            "account_name": "Agence Plateau", "type": "payment", "amount": amount, "currency": "XOF",
            "expiry_date": null, "execution": 1,
        })
    };
    let message = |payload: Value| json!({ "domain": "estair-helpdesk", "type": "load_request", "payload": payload });

    // The book cannot be written: retried to the end of the schedule, silently until then (G1).
    world.has_movements(false).await;
    let broken = world.submit(message(payload(json!(999_999), "750000"))).await;
    assert_eq!(broken.status, 201, "{}", broken.text);
    let uuid = broken.body["message_uuid"].as_str().unwrap().to_owned();
    let failed = world.message(&uuid, "failed").await;
    let attempts = failed["attempts"].as_array().unwrap();
    assert_eq!((attempts.len(), &failed["max_retries"]), (4, &json!(3)), "{failed}");
    assert!(attempts.iter().all(|attempt| attempt["http_status"] == json!(500)), "{failed}");
    world.has_movements(true).await;
    let name = load["name"].as_str().unwrap();
    let alert = format!("mail astreinte@example.test: 🚨 ALERTE CRITIQUE - Échec Mouvement - {name}");
    for _ in 0..400 {
        if sinks.lines().len() >= 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let (mails, cards) = (sinks.mails(), sinks.cards());
    exactly(&sinks, "a message that failed for good", &[&alert, "teams general: 🚨 ALERTE CRITIQUE - Échec Mouvement"])
        .await;
    let mail = &mails[0];
    assert_eq!(mail.from, "no-reply@example.test");
    let card = cards[0].body.to_string();
    for part in ["999999", name, "Agence Plateau", "750 000 XOF", "3/3", uuid.as_str(), PUBLIC, "internal"] {
        assert!(mail.text.contains(part), "the mail lacks {part}: {}", mail.text);
        let in_card = card.replace(['\u{a0}', '\u{202f}'], " ").replace('\\', "");
        assert!(in_card.contains(part), "the card lacks {part}: {in_card}");
    }

    // A payload that disagrees fails at once, with one alert; a replay that fails again alerts again.
    let wrong = world.submit(message(payload(load["id"].clone(), "750001"))).await;
    let uuid = wrong.body["message_uuid"].as_str().unwrap().to_owned();
    let failed = world.message(&uuid, "failed").await;
    assert_eq!(failed["attempts"].as_array().unwrap().len(), 1, "rule: G2");
    exactly(&sinks, "a permanent failure", &[&alert, "teams general: 🚨 ALERTE CRITIQUE - Échec Mouvement"]).await;
    let replay = format!("/messager/api/messages/{uuid}/replay");
    assert_eq!(world.call("finance", "POST", &replay, json!({ "reason": "once more" })).await.status, 202);
    exactly(&sinks, "the replay's failure", &[&alert, "teams general: 🚨 ALERTE CRITIQUE - Échec Mouvement"]).await;
    world.end().await;
}

// rule: X1
#[tokio::test(flavor = "multi_thread")]
async fn x1_x3_an_expired_credit_is_told_to_client_and_finance_once() {
    let sinks = Sinks::start().await;
    let first = world(&sinks, Scratch::new(), &[]).await;
    let waiting = created(first.call("client2", "POST", REQUESTS, credit(900_000)).await);
    let granted = first.granted("client1", 100_000).await;
    let told = || async { (sinks.lines().len() == 6).then_some(()) };
    crate::world::eventually("both credits are told", told).await;
    sinks.clear();
    let scratch = first.stop().await;
    expire_all(&scratch.0.join("data")).await;

    let expired = |client: &str, amount: &str, name: &str| {
        [
            format!("mail {client}@example.test: Crédit expiré : {amount} XOF"),
            format!("{FINANCE}: Crédit expiré : {amount} XOF ({name})"),
        ]
    };
    let card = "teams finance: ⏰ Crédit expiré";
    let of_waiting = expired("cocody", "900 000", "Agence Cocody");
    let second = world(&sinks, scratch, &[]).await;
    second.becomes(&waiting["id"], "cancelled").await;
    exactly(&sinks, "a credit that waited", &[&of_waiting[0], &of_waiting[1], card]).await;
    second.figures(1, [("active_credit", "100000")]).await;
    let scratch = second.stop().await;

    // Under the other policy, what was granted is cancelled by the system, and told the same way.
    let third = world(&sinks, scratch, &[("ESTAIR_EXPIRED_CREDIT", "cancel")]).await;
    let of_granted = expired("plateau", "100 000", "Agence Plateau");
    exactly(&sinks, "a credit that was granted", &[&of_granted[0], &of_granted[1], card]).await;
    third.figures(1, [("active_credit", "0")]).await;
    let parent = third.request(&granted["id"]).await;
    assert_eq!((&parent["status"], &parent["allowed_actions"]), (&json!("closed"), &json!([])), "{parent}");
    third.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn n1_a_credit_that_crosses_a_threshold_of_the_limit_is_told_once_and_by_no_card() {
    let sinks = Sinks::start().await;
    let world = world(&sinks, Scratch::new(), &[("ESTAIR_CREDIT_THRESHOLDS", "50,75")]).await;
    world.granted("client1", 600_000).await;
    let asked = |amount: &str| {
        format!("{FINANCE}: 🆕 Nouvelle requête financière : crédit de {amount} XOF pour Agence Plateau")
    };
    let approved = |amount: &str| format!("{PLATEAU}: Crédit approuvé : {amount} XOF");
    exactly(
        &sinks,
        "half of the limit",
        &[
            &asked("600 000"),
            FINANCE_CARD,
            &approved("600 000"),
            &format!("{PLATEAU}: Utilisation du crédit : 50 % de la limite"),
            &format!("{FINANCE}: Utilisation du crédit : 50 % de la limite (Agence Plateau)"),
        ],
    )
    .await;
    world.granted("client1", 10_000).await;
    exactly(&sinks, "no other threshold", &[&asked("10 000"), FINANCE_CARD, &approved("10 000")]).await;
    world.end().await;
}
