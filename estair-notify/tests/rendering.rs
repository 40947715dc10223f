//! What the texts say, in every channel, and what hostile text cannot do in them (N4, N5).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod support;

use std::sync::LazyLock;

use estair_core::notification::{Audience, Channel, Notice};
use estair_core::notify::Delivery;
use estair_notify::{Links, Rendered, TemplateError, Templates, french, sample};
use serde_json::{Value, json};

const EVIL: &str = "<script>alert(1)</script> [x](http://evil.example.test) **gras** \" \\ {{ 7*7 }} {% raw %}\r\nBcc: all@example.test\u{202e}\u{0}";

fn texts() -> &'static Templates {
    static TEXTS: LazyLock<Templates> = LazyLock::new(support::texts);
    &TEXTS
}

fn routes() -> impl Iterator<Item = Delivery> {
    Notice::ALL.iter().flat_map(|notice| {
        notice.routes().into_iter().map(|(audience, channel)| sample::delivery(*notice, audience, channel))
    })
}

fn hostile(mut delivery: Delivery) -> Delivery {
    delivery.params.insert("reason".to_owned(), json!(EVIL));
    replaced(&mut delivery.params, EVIL);
    delivery
}

/// The particulars that somebody wrote, or another machine.
const WRITTEN: [&str; 10] =
    ["client", "subject", "reason", "error", "name", "trace", "detail", "category", "book_error", "book_trace"];

/// Every text that somebody wrote becomes this one, in lists too.
fn replaced(params: &mut serde_json::Map<String, Value>, text: &str) {
    for (name, value) in params {
        match value {
            Value::Array(items) => {
                items.iter_mut().filter_map(Value::as_object_mut).for_each(|item| replaced(item, text));
            }
            _ if WRITTEN.contains(&name.as_str()) => *value = json!(text),
            _ => {}
        }
    }
}

fn mail(delivery: &Delivery) -> (String, String, String) {
    match texts().render(delivery).unwrap() {
        Rendered::Email { subject, html, text } => (subject, html, text),
        other => panic!("not a mail: {other:?}"),
    }
}

fn push(delivery: &Delivery) -> Value {
    match texts().render(delivery).unwrap() {
        Rendered::Push { payload } => payload,
        other => panic!("not a push: {other:?}"),
    }
}

fn card(delivery: &Delivery) -> Value {
    match texts().render(delivery).unwrap() {
        Rendered::Teams { body } => body,
        other => panic!("not a card: {other:?}"),
    }
}

/// Every text of a JSON value.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(map) => map.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn n4_amounts_and_dates_are_written_in_french() {
    let money = |amount, currency| french::money_text(amount, currency);
    assert_eq!(money("500000", "XOF"), "500\u{202f}000\u{a0}XOF");
    assert_eq!(money("0", "XOF"), "0\u{a0}XOF");
    assert_eq!(money("999", "XOF"), "999\u{a0}XOF");
    assert_eq!(money("-1250000", "XOF"), "-1\u{202f}250\u{202f}000\u{a0}XOF");
    assert_eq!(money("1234.5", "EUR"), "1\u{202f}234,50\u{a0}EUR");
    assert_eq!(money("9999999999999.99", "EUR"), "9\u{202f}999\u{202f}999\u{202f}999\u{202f}999,99\u{a0}EUR");
    let at = estair_core::clock::parse_timestamp("2025-10-21T18:00:00Z").unwrap();
    assert_eq!(french::date(at), "21/10/2025 à 18h00");
}

#[test]
fn n1_every_line_of_the_matrix_has_its_texts() {
    let templates = texts();
    for delivery in routes() {
        let rendered = templates.render(&delivery).unwrap();
        let text = serde_json::to_string(&rendered).unwrap();
        assert!(!text.contains("{{") && !text.contains("{%"), "{delivery:?}");
        templates.preview(delivery.notice, delivery.channel).unwrap();
    }
    let missing = templates.preview(Notice::MovementSucceeded, Channel::Teams);
    assert!(matches!(missing, Err(TemplateError::NoRoute { .. })));
}

#[test]
fn n4_no_break_space_before_high_punctuation_in_every_text() {
    for delivery in routes() {
        let seen = match texts().render(&delivery).unwrap() {
            Rendered::Email { subject, html, text } => vec![subject, text, visible(&html)],
            Rendered::Teams { body } => strings(&body),
            Rendered::Push { payload } => strings(&payload),
        };
        for text in seen {
            for mark in [" :", " ;", " ?", " !", " %", "« ", " »"] {
                assert!(!text.contains(mark), "{:?} by {:?}: {mark:?} in {text}", delivery.notice, delivery.channel);
            }
        }
    }
}

/// The text of an HTML page between its tags.
fn visible(html: &str) -> String {
    html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect()
}

#[test]
fn mails_are_french_html_with_a_text_of_their_own() {
    for delivery in routes().filter(|delivery| delivery.channel == Channel::Email) {
        let (subject, html, text) = mail(&delivery);
        assert!(html.contains("lang=\"fr\"") && html.contains("600px") && html.len() < 100_000);
        assert!(html.contains("https://estair.example.test/") && text.contains("https://estair.example.test/"));
        assert!(html.contains("Système ESTAIR Helpdesk - Message automatique"));
        assert!(!text.contains('<') && text.len() > 100 && !subject.is_empty() && !subject.contains('\n'));
        assert!(!html.contains("<style") && !html.contains("<img") && !html.contains("<script"));
    }
}

#[test]
fn n5_the_critical_mail_holds_everything() {
    let delivery = sample::delivery(Notice::MovementFailed, Audience::Critical, Channel::Email);
    let (subject, html, text) = mail(&delivery);
    assert!(subject.contains("🚨 ALERTE CRITIQUE - Échec Mouvement"));
    let replay = "https://estair.example.test/console/messages/0199f1b2-6c3e-7d10-9a44-5f2b8c1d7e90";
    for part in [
        "123",
        "REQ-20251021-3F9A2C7D4E10",
        "Crédit journalier",
        "Agence Teranga Voyages",
        "500\u{202f}000\u{a0}XOF",
        "storage_unavailable",
        "storage unavailable",
        "21/10/2025 à 10h42",
        "4/4",
        "0199f1b2-6c3e-7d10-9a44-5f2b8c1d7e90",
        replay,
        "Rejouer manuellement",
        "Détails de la requête",
        "Stack Trace",
        "Informations",
        "Actions",
    ] {
        let escaped = part.replace('/', "&#x2f;");
        assert!(html.contains(part) || html.contains(&escaped), "{part} in the HTML");
        assert!(text.contains(part), "{part} in the text");
    }
    assert!(html.contains("#dc3545"));
}

#[test]
fn n5_an_alert_about_a_foreign_payload_is_written_all_the_same() {
    let mut delivery = sample::delivery(Notice::MovementFailed, Audience::Critical, Channel::Email);
    for name in ["requete_id", "name", "category", "client", "amount", "currency", "trace", "http_status"] {
        delivery.params.insert(name.to_owned(), Value::Null);
    }
    let (_, html, text) = mail(&delivery);
    assert!(html.contains('—') && text.contains("Aucune réponse n’a été reçue."));
}

#[test]
fn n5_only_where_no_answer_came_the_alert_says_so() {
    let none = "Aucune réponse n’a été reçue.";
    for channel in [Channel::Email, Channel::Teams] {
        let mut delivery = sample::delivery(Notice::MovementFailed, Audience::Critical, channel);
        let error = "status 500: boom <b>trace</b>";
        for (name, value) in [("trace", Value::Null), ("book_trace", Value::Null), ("book_error", Value::Null)] {
            delivery.params.insert(name.to_owned(), value);
        }
        delivery.params.insert("error".to_owned(), json!(error));
        let shown = |delivery: &Delivery| match texts().render(delivery).unwrap() {
            Rendered::Email { html, text, .. } => {
                assert!(!html.contains("<b>trace"), "it is text");
                text
            }
            Rendered::Teams { body } => strings(&body).join("\n").replace('\\', ""),
            Rendered::Push { .. } => panic!("an alert is not pushed"),
        };
        let answered = shown(&delivery);
        assert!(answered.contains(error) && !answered.contains(none), "{answered}");
        delivery.params.insert("http_status".to_owned(), Value::Null);
        assert!(shown(&delivery).contains(none));
    }
}

#[test]
fn n5_what_the_book_knows_stands_beside_the_answer_and_fits() {
    let mut delivery = sample::delivery(Notice::MovementFailed, Audience::Critical, Channel::Email);
    delivery.params.insert("book_trace".to_owned(), json!("caused by: <é>\n".repeat(300)));
    let (_, html, text) = mail(&delivery);
    for part in ["storage_unavailable", "storage: the database answered with error 1114"] {
        assert!(html.contains(part) && text.contains(part), "{part}");
    }
    assert!(text.contains("Dans le livre, le 21/10/2025 à 10h42"));
    assert!(text.contains("caused by: <é>\ncaused by: <é>\n") && html.contains("caused by: &lt;é&gt;\n"));
    let (audience, channel) = (Audience::Critical, Channel::Teams);
    let body = card(&Delivery { audience, channel, ..delivery }).to_string();
    assert!(body.contains("answered with error 1114") && body.contains("caused by: ") && body.len() < 20_000);
}

#[test]
fn n4_hostile_text_stays_text_in_mails() {
    for delivery in routes().filter(|delivery| delivery.channel == Channel::Email) {
        let (subject, html, text) = mail(&hostile(delivery));
        assert!(!html.contains("<script") && !html.contains("href=\"http://evil"));
        assert!(!subject.contains(['\r', '\n', '\u{0}', '\u{202e}']));
        assert!(!html.contains('\u{202e}') && !text.contains(['\u{202e}', '\u{0}', '\r']));
        assert!(!html.contains("49 {%"), "user text is no template");
    }
}

#[test]
fn n4_hostile_text_stays_text_in_cards() {
    for delivery in routes().filter(|delivery| delivery.channel == Channel::Teams) {
        let mut body = card(&hostile(delivery.clone()));
        assert_eq!(shape(&body), shape(&card(&delivery)), "the card's structure is the same");
        // The one text that no Markdown is read in.
        body["attachments"][0]["content"]["fallbackText"] = json!("");
        for text in strings(&body) {
            let live = text.replace("\\[", "").replace("\\*", "").replace("\\<", "");
            assert!(!live.contains("[x") && !live.contains('*') && !live.contains("<script"), "{text}");
        }
    }
}

/// The structure of a card, without its texts.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) => json!("…"),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), shape(value))).collect(),
        other => other.clone(),
    }
}

#[test]
fn n4_hostile_text_stays_text_in_pushes() {
    for delivery in routes().filter(|delivery| delivery.channel == Channel::Push) {
        let payload = push(&hostile(delivery.clone()));
        assert_eq!(shape(&payload), shape(&push(&delivery)));
    }
}

#[test]
fn push_has_the_shape_of_the_front_end_s_service_worker() {
    let delivery = sample::delivery(Notice::CreditApproved, Audience::Client, Channel::Push);
    let expected = json!({"notification": {
        "title": "Crédit approuvé",
        "body": "Votre demande de crédit de 500\u{202f}000\u{a0}XOF a été approuvée. Expire le 21/10/2025 à 18h00.",
        "icon": "/assets/icons/success.png", "badge": "/assets/icons/badge.png", "tag": "requete-123", "lang": "fr",
        "data": {"type": "credit_approved", "requete_id": 123, "amount": 500_000, "expiry_date": "2025-10-21T18:00:00Z",
            "url": "/requetes/123",
            "onActionClick": {"default": {"operation": "navigateLastFocusedOrOpen", "url": "/requetes/123"},
                "view": {"operation": "openWindow", "url": "/requetes/123"}}},
        "actions": [{"action": "view", "title": "Voir"}, {"action": "dismiss", "title": "Fermer"}]}});
    assert_eq!(push(&delivery), expected);
}

#[test]
fn the_finance_card_has_the_owner_s_wording() {
    for notice in [Notice::CreditRequested, Notice::RequestCreated] {
        let body = card(&sample::delivery(notice, Audience::Finance, Channel::Teams));
        let content = &body["attachments"][0]["content"];
        assert_eq!(content["version"], "1.4");
        assert_eq!(content["body"][0]["items"][0]["text"], "🆕 Nouvelle requête financière");
        let titles: Vec<&str> = content["body"][1]["facts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fact| fact["title"].as_str().unwrap())
            .collect();
        assert_eq!(titles[..3], ["Client", "Montant", "Type"]);
        assert_eq!(content["actions"][0]["title"], "Voir la requête");
        assert_eq!(content["actions"][0]["url"], "https://estair.example.test/requetes/123");
    }
}

#[test]
fn long_texts_are_cut_until_the_message_fits() {
    for delivery in routes() {
        let mut long = delivery.clone();
        replaced(&mut long.params, &"é*\"".repeat(40_000));
        let has_text = delivery.notice != Notice::OutageOver;
        match texts().render(&long).unwrap() {
            Rendered::Email { html, subject, .. } => assert!(html.len() <= 100_000 && subject.chars().count() <= 200),
            Rendered::Teams { body } => {
                assert!(body.to_string().len() < 20_000 && body.to_string().contains('…') == has_text);
            }
            Rendered::Push { payload } => assert!(payload.to_string().len() <= 3_993),
        }
    }
}

#[test]
fn n2_a_refusal_gives_its_reason() {
    let refused = |reason: Value, detail: Value| {
        let mut delivery = sample::delivery(Notice::CreditRefused, Audience::Client, Channel::Email);
        delivery.params.insert("reason".to_owned(), reason);
        delivery.params.insert("detail".to_owned(), detail);
        mail(&delivery).2
    };
    assert!(refused(json!("credit_limit_exceeded"), Value::Null).contains("votre limite de crédit serait dépassée"));
    assert!(refused(json!("Dossier incomplet"), Value::Null).contains("«\u{a0}Dossier incomplet\u{a0}»"));
    let by_rule = refused(json!("amount_out_of_range"), json!("beyond 9999999999999.99"));
    assert!(!by_rule.contains("amount_out_of_range") && !by_rule.contains("beyond"), "codes are for machines");
}

#[test]
fn an_expired_credit_is_told_to_each_as_it_concerns_them() {
    let text = |audience, reason: &str| {
        let mut delivery = sample::delivery(Notice::CreditExpired, audience, Channel::Email);
        delivery.params.insert("reason".to_owned(), json!(reason));
        mail(&delivery).2
    };
    assert!(text(Audience::Client, "expired").contains("Votre demande de crédit"));
    assert!(text(Audience::Client, "granted_credit_expired").contains("Votre crédit"));
    assert!(text(Audience::Finance, "expired").contains("La demande de crédit de"));
    assert!(text(Audience::Finance, "granted_credit_expired").contains("accordé à Agence Teranga Voyages"));
}

#[test]
fn n4_a_host_replaces_one_template_and_a_wrong_one_stops_the_start() {
    let links = || Links::parse("https://estair.example.test").unwrap();
    let directory = support::temporary_directory("overrides");
    let folder = directory.join("credit_approved");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("subject.txt"), "Bonne nouvelle pour {{ client }}").unwrap();
    let own = Templates::with_overrides(links(), &directory).unwrap();
    let delivery = sample::delivery(Notice::CreditApproved, Audience::Client, Channel::Email);
    let Rendered::Email { subject, html, .. } = own.render(&delivery).unwrap() else { panic!("not a mail") };
    assert_eq!(subject, "Bonne nouvelle pour Agence Teranga Voyages");
    assert!(html.contains("Crédit approuvé"), "the rest is the embedded one");

    std::fs::write(folder.join("subject.txt"), "{{ cliant }}").unwrap();
    let error = Templates::with_overrides(links(), &directory).unwrap_err();
    assert!(error.to_string().contains("credit_approved/subject.txt"), "{error}");

    std::fs::remove_file(folder.join("subject.txt")).unwrap();
    std::fs::write(folder.join("push.json"), "{\"notification\": {{ client }}}").unwrap();
    assert!(matches!(Templates::with_overrides(links(), &directory), Err(TemplateError::NotJson { .. })));

    std::fs::remove_file(folder.join("push.json")).unwrap();
    std::fs::write(folder.join("sujet.txt"), "x").unwrap();
    assert!(matches!(Templates::with_overrides(links(), &directory), Err(TemplateError::Unknown { .. })));
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn a_test_message_says_so_in_every_channel() {
    for delivery in routes() {
        let test = sample::test_delivery(delivery.notice, delivery.audience, delivery.channel, "x@example.test");
        match texts().render(&test).unwrap() {
            Rendered::Email { subject, html, text } => {
                assert!(
                    subject.starts_with("[Essai] ")
                        && html.contains("message d’essai")
                        && text.contains("message d’essai")
                );
            }
            Rendered::Teams { body } => assert!(body.to_string().contains("message d’essai")),
            Rendered::Push { payload } => {
                assert!(payload["notification"]["title"].as_str().unwrap().starts_with("[Essai] "));
            }
        }
    }
}

#[test]
fn links_refuse_what_cannot_be_a_public_url() {
    for bad in
        ["estair", "ftp://example.test", "https://u:p@example.test", "https://example.test/?a=b", "https://e.test/<x>'"]
    {
        assert!(Links::parse(bad).is_err(), "{bad}");
    }
    assert_eq!(Links::parse("http://127.0.0.1:8080/").unwrap().to("/requetes/1"), "http://127.0.0.1:8080/requetes/1");
}

/// Writes every mail and card for people to look at, when `ESTAIR_GALLERY` names a directory.
#[test]
fn gallery() {
    let Some(directory) = std::env::var_os("ESTAIR_GALLERY").map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(&directory).unwrap();
    for delivery in routes() {
        let name = format!("{}-{}", delivery.notice, delivery.audience);
        match texts().render(&delivery).unwrap() {
            Rendered::Email { html, text, .. } => {
                std::fs::write(directory.join(format!("{name}.html")), html).unwrap();
                std::fs::write(directory.join(format!("{name}.txt")), text).unwrap();
            }
            Rendered::Teams { body } => {
                let content = &body["attachments"][0]["content"];
                std::fs::write(directory.join(format!("{name}.card.json")), content.to_string()).unwrap();
            }
            Rendered::Push { payload } => {
                std::fs::write(directory.join(format!("{name}.push.json")), payload.to_string()).unwrap();
            }
        }
    }
}

#[test]
fn finance_is_told_whether_a_credit_needs_a_decision() {
    let text = |needed: Value| {
        let mut delivery = sample::delivery(Notice::CreditRequested, Audience::Finance, Channel::Email);
        delivery.params.insert("decision_needed".to_owned(), needed);
        mail(&delivery).2
    };
    assert!(text(json!(true)).contains("elle attend votre décision"));
    assert!(text(json!(false)).contains("vous n’avez rien à faire"));
    assert!(text(Value::Null).contains("La demande attend votre examen"));
}

#[test]
fn a_group_names_the_failures_and_each_leads_to_its_replay() {
    let (subject, html, text) = mail(&sample::delivery(Notice::Outage, Audience::Critical, Channel::Email));
    assert_eq!(subject, "🚨 ALERTE CRITIQUE - Mouvements en échec\u{a0}: 35 (groupe 1)");
    let html = html.replace("&#x2f;", "/");
    let body = card(&sample::delivery(Notice::Outage, Audience::Critical, Channel::Teams));
    let seen = strings(&body).join("\n").replace('\\', "");
    let list = "https://estair.example.test/console/messages?status=failed";
    for part in ["30 × storage_unavailable", "2 × autres erreurs", "21/10/2025 à 10h21", "40", list] {
        assert!(html.contains(part) && text.contains(part), "{part} in {text}");
    }
    for number in 1..=20 {
        let (name, id) = (format!("REQ-20251021-3F9A2C7D4E{number:02}"), format!("ID {}", 120 + number));
        let replay =
            format!("https://estair.example.test/console/messages/0199f1b2-6c3e-7d10-9a44-5f2b8c1d7e{number:02}");
        for part in [name, id, replay, "500\u{202f}000\u{a0}XOF".to_owned()] {
            assert!(html.contains(&part) && text.contains(&part) && seen.contains(&part), "{part} in {seen}");
        }
    }
    assert!(text.contains("15 ne sont pas dans cette liste") && seen.contains(list));

    let (_, html, text) = mail(&sample::delivery(Notice::OutageOver, Audience::Critical, Channel::Email));
    let html = html.replace("&#x2f;", "/");
    for part in ["21/10/2025 à 10h21", "21/10/2025 à 10h29", "40", "Les messages encore en échec attendent", list] {
        assert!(html.contains(part) && text.contains(part), "{part} in {text}");
    }
}
