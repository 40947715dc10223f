//! What critical alerts say: attempts, answers, storms (N5, N11).

use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::Notification;
use estair_notify::{Rendered, sample};
use serde_json::{Value, json};

use crate::{card, mail, seen, strings, texts};

// rule: N5
#[test]
fn n5_attempts_are_told_as_they_were() {
    let told = |params: Value| {
        let mut notification = sample::notification(Notice::MovementFailed, Audience::Critical, Channel::Email);
        notification.params.extend(params.as_object().unwrap().clone());
        let (_, html, text) = mail(&notification);
        let body = seen(&Notification { channel: Channel::Teams, ..notification }).join("\n");
        (html, text, body)
    };
    for (params, tries) in [
        (json!({"attempts": 4, "attempts_allowed": 4}), "3/3 après la première, 4 en tout"),
        (json!({"attempts": 4, "attempts_allowed": 4, "attempts_in_all": 8}), "3/3 après la première, 8 en tout"),
        (json!({"attempts": 1, "attempts_allowed": 4}), "0/3 après la première, 1 en tout"),
        (json!({"attempts": null, "attempts_allowed": null}), "—/— après la première, — en tout"),
    ] {
        let (html, text, body) = told(params.clone());
        for seen in [html.replace("&#x2f;", "/"), text, body] {
            assert!(seen.contains(tries), "{tries} in {seen}");
        }
    }
    let exhausted = "Toutes les tentatives sont épuisées";
    assert!(told(json!({"attempts": 4, "attempts_allowed": 4})).1.contains(exhausted));
    assert!(!told(json!({"attempts": 1, "attempts_allowed": 4})).1.contains(exhausted));
}

#[test]
fn n5_the_critical_mail_holds_everything() {
    let notification = sample::notification(Notice::MovementFailed, Audience::Critical, Channel::Email);
    let (subject, html, text) = mail(&notification);
    assert!(subject.contains("🚨 ALERTE CRITIQUE - Échec Mouvement"));
    let replay = "https://estair.example.test/console/messages/0199f1b2-6c3e-7d10-9a44-5f2b8c1d7e90";
    for part in [
        "123",
        "REQ-20251021-3F9A2C7D4E10",
        "Crédit journalier",
        "Agence Teranga Voyages",
        "500 000 XOF",
        "storage_unavailable",
        "storage unavailable",
        "21/10/2025 à 10h42",
        "3/3 après la première, 4 en tout",
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
    let mut notification = sample::notification(Notice::MovementFailed, Audience::Critical, Channel::Email);
    for name in ["requete_id", "name", "category", "client", "amount", "currency", "trace", "http_status"] {
        notification.params.insert(name.to_owned(), Value::Null);
    }
    let (_, html, text) = mail(&notification);
    assert!(html.contains('—') && text.contains("Aucune réponse n’a été reçue."));
}

#[test]
fn n5_only_where_no_answer_came_the_alert_says_so() {
    let none = "Aucune réponse n’a été reçue.";
    for channel in [Channel::Email, Channel::Teams] {
        let mut notification = sample::notification(Notice::MovementFailed, Audience::Critical, channel);
        let error = "status 500: boom <b>trace</b>";
        for (name, value) in [("trace", Value::Null), ("book_trace", Value::Null), ("book_error", Value::Null)] {
            notification.params.insert(name.to_owned(), value);
        }
        notification.params.insert("error".to_owned(), json!(error));
        let shown = |notification: &Notification| match texts().render(notification).unwrap() {
            Rendered::Email { html, text, .. } => {
                assert!(!html.contains("<b>trace"), "it is text");
                text
            }
            Rendered::Teams { body } => strings(&body).join("\n").replace('\\', ""),
            Rendered::Push { .. } => panic!("an alert is not pushed"),
        };
        let answered = shown(&notification);
        assert!(answered.contains(error) && !answered.contains(none), "{answered}");
        notification.params.insert("http_status".to_owned(), Value::Null);
        assert!(shown(&notification).contains(none));
    }
}

#[test]
fn n5_what_the_book_knows_stands_beside_the_answer_and_fits() {
    let mut notification = sample::notification(Notice::MovementFailed, Audience::Critical, Channel::Email);
    notification.params.insert("book_trace".to_owned(), json!("caused by: <é>\n".repeat(300)));
    let (_, html, text) = mail(&notification);
    for part in ["storage_unavailable", "storage: the database answered with error 1114"] {
        assert!(html.contains(part) && text.contains(part), "{part}");
    }
    assert!(text.contains("Dans le livre, le 21/10/2025 à 10h42"));
    assert!(text.contains("caused by: <é>\ncaused by: <é>\n") && html.contains("caused by: &lt;é&gt;\n"));
    let (audience, channel) = (Audience::Critical, Channel::Teams);
    let body = card(&Notification { audience, channel, ..notification });
    assert!(body.to_string().contains("answered with error 1114") && body.to_string().len() < 20_000);
    let trace = strings(&body).into_iter().find(|text| text.starts_with("caused by")).unwrap();
    assert!(trace.starts_with("caused by: \\<é\\>\n\ncaused by: \\<é\\>\n\n"), "lines stay lines: {trace}");
}

#[test]
fn n5_an_answer_that_is_json_keeps_its_lines_in_a_card() {
    let mut notification = sample::notification(Notice::MovementFailed, Audience::Critical, Channel::Teams);
    notification.params.insert("book_trace".to_owned(), Value::Null);
    notification.params.insert("error".to_owned(), json!("one\ntwo"));
    let seen = strings(&card(&notification));
    assert!(
        seen.iter().any(|text| text.starts_with("{\n\n\u{a0}\u{a0}\"code\": \"storage\\_unavailable\",\n\n")),
        "{seen:?}"
    );
    assert!(seen.iter().any(|text| text.starts_with("one\n\ntwo")), "{seen:?}");
}

#[test]
fn a_group_names_the_failures_and_each_leads_to_its_replay() {
    let (subject, html, text) = mail(&sample::notification(Notice::Outage, Audience::Critical, Channel::Email));
    assert_eq!(subject, "🚨 ALERTE CRITIQUE - Mouvements en échec\u{a0}: 35 (groupe 1)");
    let html = html.replace("&#x2f;", "/");
    let body = card(&sample::notification(Notice::Outage, Audience::Critical, Channel::Teams));
    let seen = strings(&body).join("\n").replace('\\', "");
    let list = "https://estair.example.test/console/messages?status=failed";
    for part in ["30 × storage_unavailable", "2 × autres erreurs", "21/10/2025 à 10h21", "40", list] {
        assert!(html.contains(part) && text.contains(part), "{part} in {text}");
    }
    for number in 1..=20 {
        let (name, id) = (format!("REQ-20251021-3F9A2C7D4E{number:02}"), format!("ID {}", 120 + number));
        let replay =
            format!("https://estair.example.test/console/messages/0199f1b2-6c3e-7d10-9a44-5f2b8c1d7e{number:02}");
        for part in [name, id, replay, "500 000 XOF".to_owned()] {
            assert!(html.contains(&part) && text.contains(&part) && seen.contains(&part), "{part} in {seen}");
        }
    }
    // The others by the numbers of their requests, and by their messages where they have none.
    let others = ["Et ceux des requêtes (ID) 141 à 151, 153.", "5f2b8c1d7f00, 0199f1b2-6c3e-7d10-9a44-5f2b8c1d7f01."];
    for part in [
        others[0],
        others[1],
        "1 ne sont pas nommés ici. La liste des notifications les montre tous",
        "told in group 1",
    ] {
        assert!(html.contains(part) && text.contains(part) && seen.contains(part), "{part} in {text}\n{seen}");
    }
    assert!(seen.contains(list));

    let (_, html, text) = mail(&sample::notification(Notice::OutageOver, Audience::Critical, Channel::Email));
    let html = html.replace("&#x2f;", "/");
    for part in ["21/10/2025 à 10h21", "21/10/2025 à 10h29", "40", "Les messages encore en échec attendent", list] {
        assert!(html.contains(part) && text.contains(part), "{part} in {text}");
    }
}

/// Of a storm a mail names each; a card as many as fit, and says how many more there are and where.
// rule: N11
#[test]
fn n11_a_mail_names_each_failure_of_a_storm_and_a_card_says_how_many_it_does_not() {
    let storm = |channel| {
        let mut group = sample::notification(Notice::Outage, Audience::Critical, channel);
        let runs: Vec<_> = (0..2_000_u64).map(|run| (9_000_000 + 10 * run, 9_000_004 + 10 * run)).collect();
        let messages: Vec<_> = (0..500).map(|number| format!("0199f1b2-6c3e-7d10-9a44-{number:012}")).collect();
        group.params.extend([
            ("requests".to_owned(), json!(runs)),
            ("messages".to_owned(), json!(messages)),
            ("more".to_owned(), json!(0)),
        ]);
        group
    };
    let (_, html, text) = mail(&storm(Channel::Email));
    for (part, of) in [(&html, "html"), (&text, "text")] {
        assert!(part.contains("9000000 à 9000004") && part.contains("9019990 à 9019994"), "{of}");
        assert_eq!(part.matches(" à 90").count(), 2_000, "{of}");
        assert_eq!(part.matches("0199f1b2-6c3e-7d10-9a44-000000").count(), 500, "{of}");
        assert!(!part.contains("ne sont pas nommés ici"), "{of}");
    }
    let body = card(&storm(Channel::Teams));
    let seen = strings(&body).join("\n").replace('\\', "");
    let (runs, messages) = (seen.matches(" à 90").count(), seen.matches("0199f1b2-6c3e-7d10-9a44-000000").count());
    assert!(runs > 100 && messages > 10, "{runs} and {messages}");
    let more = 5 * (2_000 - runs) + 500 - messages;
    let said = format!("{more} ne sont pas nommés ici. La liste des notifications les montre tous");
    assert!(seen.contains(&said), "{more}: {seen}");
}
