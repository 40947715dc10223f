//! What the texts say, in every channel, and what hostile text cannot do in them (N4, N5).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod alerts;
mod hostile;
mod links;
#[path = "../support/mod.rs"]
mod support;

use std::sync::LazyLock;

use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::Notification;
use estair_notify::{Links, Rendered, TemplateError, Templates, french, sample};
use serde_json::{Value, json};

use crate::hostile::replaced;

fn texts() -> &'static Templates {
    static TEXTS: LazyLock<Templates> = LazyLock::new(support::texts);
    &TEXTS
}

fn routes() -> impl Iterator<Item = Notification> {
    Notice::ALL.iter().flat_map(|notice| {
        notice.routes().into_iter().map(|(audience, channel)| sample::notification(*notice, audience, channel))
    })
}

fn mail(notification: &Notification) -> (String, String, String) {
    match texts().render(notification).unwrap() {
        Rendered::Email { subject, html, text } => (subject, html, text),
        other => panic!("not a mail: {other:?}"),
    }
}

fn push(notification: &Notification) -> Value {
    match texts().render(notification).unwrap() {
        Rendered::Push { payload } => payload,
        other => panic!("not a push: {other:?}"),
    }
}

fn card(notification: &Notification) -> Value {
    match texts().render(notification).unwrap() {
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
    assert_eq!(money("500000", "XOF"), "500 000 XOF");
    assert_eq!(money("0", "XOF"), "0 XOF");
    assert_eq!(money("999", "XOF"), "999 XOF");
    assert_eq!(money("-1250000", "XOF"), "-1 250 000 XOF");
    assert_eq!(money("1234.5", "EUR"), "1 234,50 EUR");
    assert_eq!(money("9999999999999.99", "EUR"), "9 999 999 999 999,99 EUR");
    let at = estair_core::clock::parse_timestamp("2025-10-21T18:00:00Z").unwrap();
    assert_eq!(french::date(at), "21/10/2025 à 18h00");
}

#[test]
fn n1_every_line_of_the_matrix_has_its_texts() {
    let templates = texts();
    for notification in routes() {
        let rendered = templates.render(&notification).unwrap();
        let text = serde_json::to_string(&rendered).unwrap();
        assert!(!text.contains("{{") && !text.contains("{%"), "{notification:?}");
        templates.preview(notification.notice, notification.channel).unwrap();
    }
    let missing = templates.preview(Notice::MovementSucceeded, Channel::Teams);
    assert!(matches!(missing, Err(TemplateError::NoRoute { .. })));
}

#[test]
fn n4_no_break_space_before_high_punctuation_in_every_text() {
    for notification in routes().chain(from_elsewhere()) {
        let (notice, channel) = (notification.notice, notification.channel);
        for text in seen(&notification) {
            for mark in [" :", " ;", " ?", " !", " %", "« ", " »"] {
                assert!(!text.contains(mark), "{notice} by {channel}: {mark:?} in {text}");
            }
        }
    }
}

/// What people see of a message.
fn seen(notification: &Notification) -> Vec<String> {
    match texts().render(notification).unwrap() {
        Rendered::Email { subject, html, text } => vec![subject, text, visible(&html)],
        Rendered::Teams { body } => strings(&body),
        Rendered::Push { payload } => {
            ["title", "body", "tag"].map(|name| payload["notification"][name].as_str().unwrap().to_owned()).into()
        }
    }
}

/// Movements that no request brought, as the book tells of them (N2).
fn from_elsewhere() -> impl Iterator<Item = Notification> {
    let kinds = ["payment", "refund", "debit", "adjustment"];
    kinds.into_iter().flat_map(|kind| [Channel::Email, Channel::Push].map(|channel| elsewhere(kind, channel)))
}

fn elsewhere(kind: &str, channel: Channel) -> Notification {
    let Value::Object(params) = json!({
        "name": "MVT-WAVE-1", "type": kind, "amount": "25000", "total_operation": "25000", "currency": "XOF",
        "balance": "125000", "source": "wave", "reference": "T-2025-10-21-0042", "client": "Agence Teranga Voyages",
        "account_id": 7, "mouvement_id": 91, "at": "2025-10-21T10:42:00Z",
    }) else {
        panic!("no details")
    };
    Notification { params, ..sample::notification(Notice::MovementSucceeded, Audience::Client, channel) }
}

// rule: N2
#[test]
fn n2_a_payment_from_elsewhere_is_told_as_what_it_is() {
    for (kind, sentence, subject) in [
        ("payment", "Votre paiement de 25 000 XOF a été reçu", "Paiement reçu\u{a0}: 25 000 XOF"),
        ("refund", "Un remboursement de 25 000 XOF", "Remboursement reçu\u{a0}: 25 000 XOF"),
        ("debit", "Un débit de 25 000 XOF", "Débit effectué\u{a0}: 25 000 XOF"),
        ("adjustment", "Une opération de 25 000 XOF", "Opération effectuée\u{a0}: 25 000 XOF"),
    ] {
        let (title, html, text) = mail(&elsewhere(kind, Channel::Email));
        assert_eq!(title, subject);
        for part in ["T-2025-10-21-0042", "Wave", "125 000 XOF", "Ouvrir ESTAIR"] {
            assert!(text.contains(part) && html.contains(part), "{part} in {text}");
        }
        assert!(text.contains(sentence) && !text.contains("annulation") && !text.contains('—'), "{text}");
        let pushed = push(&elsewhere(kind, Channel::Push));
        assert!(pushed["notification"]["body"].as_str().unwrap().contains(sentence));
        assert_eq!(pushed["notification"]["tag"], "mouvement-91");
    }
}

// rule: N4
#[test]
fn n4_every_notice_is_written_whatever_is_missing_or_odd() {
    let odd = [Value::Null, json!(""), json!(true), json!(-1.5), json!("x"), json!([1]), json!({"a": null})];
    for whole in routes().chain(from_elsewhere()) {
        let mut bare = whole.clone();
        bare.params.clear();
        assert_is_prose(&bare);
        for name in whole.params.keys() {
            let mut without = whole.clone();
            without.params.remove(name);
            assert_is_prose(&without);
            for value in &odd {
                without.params.insert(name.clone(), value.clone());
                texts().render(&without).unwrap_or_else(|error| panic!("{name} {value}: {error}"));
            }
        }
    }
}

/// Nothing that only a program says.
fn assert_is_prose(notification: &Notification) {
    for text in seen(notification) {
        let words = text.split(|c: char| !c.is_alphanumeric());
        let program = words
            .into_iter()
            .find(|word| ["none", "None", "null", "undefined", "true", "True", "false", "False"].contains(word));
        let (notice, channel) = (notification.notice, notification.channel);
        assert_eq!(program, None, "{notice} by {channel}: {text}");
        assert!(!text.contains("Bonjour —") && !text.contains("Bonjour ,"), "{notice} by {channel}: {text}");
    }
}

// rule: N4
#[test]
fn n4_an_amount_without_its_currency_is_a_number() {
    let mut notification = sample::notification(Notice::CreditApproved, Audience::Client, Channel::Email);
    notification.params.insert("currency".to_owned(), Value::Null);
    assert!(mail(&notification).2.contains("Montant\u{a0}: 500 000\n"));
    assert_eq!(french::number("-1234567.5"), "-1 234 567,5");
    for text in ["x", "1e5", "1.", ".5", "", "-"] {
        assert_eq!(french::number(text), text);
    }
}

/// The text of an HTML page between its tags.
fn visible(html: &str) -> String {
    html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect()
}

#[test]
fn mails_are_french_html_with_a_text_of_their_own() {
    for notification in routes().filter(|notification| notification.channel == Channel::Email) {
        let (subject, html, text) = mail(&notification);
        assert!(html.contains("lang=\"fr\"") && html.contains("600px") && html.len() < 100_000);
        assert!(html.contains("https://estair.example.test/") && text.contains("https://estair.example.test/"));
        assert!(html.contains("Système ESTAIR Helpdesk - Message automatique"));
        assert!(!text.contains('<') && text.len() > 100 && !subject.is_empty() && !subject.contains('\n'));
        assert!(!html.contains("<style") && !html.contains("<img") && !html.contains("<script"));
    }
}

/// Without it a browser replaces the notification of a request in silence.
#[test]
fn a_later_push_of_the_same_thing_is_noticed() {
    for mut notification in routes().filter(|notification| notification.channel == Channel::Push) {
        for bare in [false, true] {
            if bare {
                notification.params.clear();
            }
            let payload = push(&notification);
            assert_eq!(payload["notification"]["renotify"], true);
            // A browser refuses the one without the other.
            assert!(!payload["notification"]["tag"].as_str().unwrap().is_empty());
        }
    }
}

#[test]
fn push_has_the_shape_of_the_front_end_s_service_worker() {
    let notification = sample::notification(Notice::CreditApproved, Audience::Client, Channel::Push);
    let expected = json!({"notification": {
        "title": "Crédit approuvé",
        "body": "Votre demande de crédit de 500 000 XOF a été approuvée. Expire le 21/10/2025 à 18h00.",
        "icon": "/assets/icons/success.png", "badge": "/assets/icons/badge.png", "tag": "requete-123", "renotify": true,
        "lang": "fr",
        "data": {"type": "credit_approved", "requete_id": 123, "amount": 500_000, "expiry_date": "2025-10-21T18:00:00Z",
            "url": "/requetes/123",
            "onActionClick": {"default": {"operation": "navigateLastFocusedOrOpen", "url": "/requetes/123"},
                "view": {"operation": "openWindow", "url": "/requetes/123"}}},
        "actions": [{"action": "view", "title": "Voir"}, {"action": "dismiss", "title": "Fermer"}]}});
    assert_eq!(push(&notification), expected);
}

#[test]
fn the_finance_card_has_the_owner_s_wording() {
    for notice in [Notice::CreditRequested, Notice::RequestCreated] {
        let body = card(&sample::notification(notice, Audience::Finance, Channel::Teams));
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
    for notification in routes() {
        let mut long = notification.clone();
        replaced(&mut long.params, &"é*\"".repeat(40_000));
        let has_text = notification.notice != Notice::OutageOver;
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
        let mut notification = sample::notification(Notice::CreditRefused, Audience::Client, Channel::Email);
        notification.params.insert("reason".to_owned(), reason);
        notification.params.insert("detail".to_owned(), detail);
        mail(&notification).2
    };
    assert!(refused(json!("credit_limit_exceeded"), Value::Null).contains("votre limite de crédit serait dépassée"));
    assert!(refused(json!("Dossier incomplet"), Value::Null).contains("«\u{a0}Dossier incomplet\u{a0}»"));
    let by_rule = refused(json!("amount_out_of_range"), json!("beyond 9999999999999.99"));
    assert!(!by_rule.contains("amount_out_of_range") && !by_rule.contains("beyond"), "codes are for machines");
}

#[test]
fn an_expired_credit_is_told_to_each_as_it_concerns_them() {
    let text = |audience, reason: &str| {
        let mut notification = sample::notification(Notice::CreditExpired, audience, Channel::Email);
        notification.params.insert("reason".to_owned(), json!(reason));
        mail(&notification).2
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
    let notification = sample::notification(Notice::CreditApproved, Audience::Client, Channel::Email);
    let Rendered::Email { subject, html, .. } = own.render(&notification).unwrap() else { panic!("not a mail") };
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
    for notification in routes() {
        let test =
            sample::test_delivery(notification.notice, notification.audience, notification.channel, "x@example.test");
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
fn a_comment_is_told_with_its_words_and_leads_to_what_it_is_about() {
    let (subject, html, text) = mail(&sample::notification(Notice::CommentAdded, Audience::Client, Channel::Email));
    assert_eq!(subject, "Réponse à votre requête REQ-20251021-3F9A2C7D4E10");
    let words = "Le versement est parti ce matin.\nLe bordereau suit.";
    assert!(html.contains(words) && text.contains(words), "{text}");
    assert!(text.contains("https://estair.example.test/requetes/123") && text.contains("Crédit journalier"));
    let ticket = sample::notification(Notice::CommentReceived, Audience::Operation, Channel::Email);
    let (subject, _, text) = mail(&ticket);
    assert_eq!(subject, "Le client a répondu\u{a0}: Agence Teranga Voyages (SUP-20251021-7B1E90AA21C4)");
    assert!(text.contains(words) && text.contains("Objet\u{a0}: Billet émis deux fois") && !text.contains("Montant"));
    assert!(text.contains("https://estair.example.test/helpdesk/45"));
    let pushed = push(&Notification { channel: Channel::Push, ..ticket });
    assert_eq!(pushed["notification"]["tag"], "helpdesk-45");
    assert_eq!(pushed["notification"]["data"]["helpdesk_id"], 45);
}

#[test]
fn a_request_put_on_hold_is_told_with_its_reason_and_one_sent_back_without_codes() {
    let held = sample::notification(Notice::RequestHeld, Audience::Operation, Channel::Email);
    assert!(mail(&held).2.contains("Motif\u{a0}: Justificatif de versement manquant"));
    let mut silent = held;
    silent.params.insert("reason".to_owned(), Value::Null);
    assert!(mail(&silent).2.contains("Aucun motif n’a été indiqué."));
    for audience in [Audience::Operation, Audience::Finance] {
        let text = mail(&sample::notification(Notice::RequestReturned, audience, Channel::Email)).2;
        assert!(text.contains("rien n’a été écrit") && text.contains("Déchargement"), "{text}");
        assert!(!text.contains("amount_out_of_range") && !text.contains("decimal"), "codes are for machines");
    }
}

/// Writes every mail and card for people to look at, when `ESTAIR_GALLERY` names a directory.
#[test]
fn gallery() {
    let Some(directory) = std::env::var_os("ESTAIR_GALLERY").map(std::path::PathBuf::from) else { return };
    std::fs::create_dir_all(&directory).unwrap();
    for notification in routes() {
        let name = format!("{}-{}", notification.notice, notification.audience);
        match texts().render(&notification).unwrap() {
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
        let mut notification = sample::notification(Notice::CreditRequested, Audience::Finance, Channel::Email);
        notification.params.insert("decision_needed".to_owned(), needed);
        mail(&notification).2
    };
    assert!(text(json!(true)).contains("elle attend votre décision"));
    assert!(text(json!(false)).contains("vous n’avez rien à faire"));
    assert!(text(Value::Null).contains("La demande attend votre examen"));
}

// rule: L8
#[test]
fn l8_the_report_of_a_day_tells_its_figures_in_french() {
    let (subject, html, text) = mail(&sample::notification(Notice::DailyReport, Audience::Finance, Channel::Email));
    assert_eq!(subject, "Rapport du 21/10/2025");
    let link = "https://estair.example.test/console/report?day=2025-10-21";
    assert!(html.contains(&format!("href=\"{link}\"")) && text.contains(link), "{html}");
    for told in [
        "Wave",
        "3 400 000 XOF",
        "BSP (ventes)",
        "1 250 000 XOF",
        "En attente, moins d’une semaine",
        "450 000 XOF",
        "Messages en échec",
        "22/10/2025 à 02h00, anomalies\u{a0}: 0",
    ] {
        assert!(html.contains(&told.replace('/', "&#x2f;")) && text.contains(told), "{told}: {text}");
    }
    // A day on which nothing was, and a book that was never verified.
    let mut quiet = sample::notification(Notice::DailyReport, Audience::Finance, Channel::Email);
    for list in ["requests", "money", "expired_credits"] {
        quiet.params.insert(list.to_owned(), json!([]));
    }
    for figure in ["failed_messages", "verified_at", "findings"] {
        quiet.params.insert(figure.to_owned(), Value::Null);
    }
    let (_, html, text) = mail(&quiet);
    for told in ["Rien n’est entré ni sorti", "Aucune demande n’est en cours", "jamais", "—"] {
        assert!(html.contains(told) && text.contains(told), "{told}: {text}");
    }
}
