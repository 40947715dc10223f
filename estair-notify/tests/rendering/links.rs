//! Where links lead, and what cannot be one (N8, A6).

use estair_core::notice::{Audience, Channel, Notice};
use estair_notify::{Language, Links, Rendered, SignInLink, Templates, sample};

use crate::hostile::EVIL;
use crate::{texts, visible};

#[test]
fn links_refuse_what_cannot_be_a_public_url() {
    for bad in
        ["estair", "ftp://example.test", "https://u:p@example.test", "https://example.test/?a=b", "https://e.test/<x>'"]
    {
        assert!(Links::parse(bad).is_err(), "{bad}");
    }
    assert_eq!(Links::parse("http://127.0.0.1:8080/").unwrap().to("/requetes/1"), "http://127.0.0.1:8080/requetes/1");
}

// rule: N8
#[test]
fn n8_a_link_leads_where_its_reader_works() {
    let public = || Links::parse("https://estair.example.test/prefix").unwrap();
    let console = || public().with_console("https://console.example.test/estair/").unwrap();
    let both = console().with_front("https://agences.example.test").unwrap();
    let client = (Notice::CreditApproved, Audience::Client);
    let finance = (Notice::CreditRequested, Audience::Finance);
    let critical = (Notice::MovementFailed, Audience::Critical);
    let message = "messages/0199f1b2-6c3e-7d10-9a44-5f2b8c1d7e90";
    for (links, (notice, audience), expected) in [
        (public(), client, "https://estair.example.test/prefix/requetes/123".to_owned()),
        (public(), finance, "https://estair.example.test/prefix/requetes/123".to_owned()),
        (public(), critical, format!("https://estair.example.test/prefix/console/{message}")),
        (console(), client, "https://console.example.test/estair/requests/123".to_owned()),
        (console(), critical, format!("https://console.example.test/estair/{message}")),
        (both.clone(), client, "https://agences.example.test/requetes/123".to_owned()),
        (both.clone(), finance, "https://console.example.test/estair/requests/123".to_owned()),
        (both.clone(), critical, format!("https://console.example.test/estair/{message}")),
    ] {
        let texts = Templates::french(links).unwrap();
        let mail = texts.render(&sample::notification(notice, audience, Channel::Email)).unwrap();
        let Rendered::Email { html, text, .. } = mail else { panic!("not a mail") };
        assert!(
            text.contains(&format!("{expected}\n")) && html.contains(&format!("\"{expected}\"")),
            "{expected}: {text}"
        );
    }
    let pushed = |links: Links, notice, audience| {
        let payload = Templates::french(links).unwrap().render(&sample::notification(notice, audience, Channel::Push));
        let Ok(Rendered::Push { payload }) = payload else { panic!("not a push") };
        payload["notification"]["data"]["url"].as_str().unwrap().to_owned()
    };
    assert_eq!(pushed(public(), Notice::CreditApproved, Audience::Client), "/requetes/123");
    assert_eq!(pushed(both.clone(), Notice::CreditApproved, Audience::Client), "/requetes/123");
    assert_eq!(pushed(both.clone(), Notice::CreditRequested, Audience::Finance), "/estair/requests/123");
    assert_eq!(pushed(console(), Notice::SupportResolved, Audience::Client), "/estair/support/45");
    let outage = Templates::french(both).unwrap().render(&sample::notification(
        Notice::Outage,
        Audience::Critical,
        Channel::Teams,
    ));
    let Ok(Rendered::Teams { body }) = outage else { panic!("not a card") };
    assert!(body.to_string().contains("(https://console.example.test/estair/messages/0199f1b2"));
    assert!(body.to_string().contains("https://console.example.test/estair/messages?status=failed"));
    for (bad, setting) in
        [(public().with_front("agences"), "FRONT_URL"), (public().with_console("ftp://x"), "CONSOLE_URL")]
    {
        assert!(bad.unwrap_err().to_string().starts_with(setting));
    }
}

/// The mail with a link.
fn linked(link: &SignInLink, redirected: Option<&str>) -> (String, String, String) {
    match texts().sign_in_link(link, redirected).unwrap() {
        Rendered::Email { subject, html, text } => (subject, html, text),
        other => panic!("not a mail: {other:?}"),
    }
}

// rule: A6, N8, N12
#[test]
fn a6_the_mailed_link_leads_to_the_console_in_the_language_of_who_asked() {
    let french = SignInLink { name: EVIL.to_owned(), ..sample::sign_in_link() };
    let (subject, html, text) = linked(&french, None);
    assert_eq!(subject, "Votre lien de connexion à ESTAIR");
    let query = format!("/sign-in/link?link={}&next=%2Frequests%2F12", french.secret);
    assert!(text.contains(&query) && text.contains("15 minutes") && visible(&html).contains("15 minutes"), "{text}");
    assert!(html.contains(&query.replace('&', "&amp;").replace('/', "&#x2f;")), "{html}");
    assert!(html.contains("lang=\"fr\"") && !html.contains("<script>") && !text.contains("essai"));
    for mark in [" :", " ;", " ?", " !"] {
        assert!(!text.contains(mark), "{mark:?} in {text}");
    }
    let english = SignInLink { language: Language::English, next: None, ..sample::sign_in_link() };
    let (subject, html, text) = linked(&english, Some("finance@example.test"));
    assert_eq!(subject, "Your link to sign in to ESTAIR");
    assert!(html.contains("lang=\"en\"") && html.contains("Please do not reply") && !html.contains("Merci"));
    for part in [&text, &html] {
        assert!(part.contains("Trial system: this message was meant for finance@example.test."), "{part}");
        assert!(part.contains("Awa Diop"));
    }
    assert!(!text.contains("next="));
    assert!(!format!("{english:?}").contains(&english.secret), "no log shows a secret");
}
