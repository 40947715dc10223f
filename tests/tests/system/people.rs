//! People of the server (A4): managed over HTTP, and out at once when they are disabled or their token is withdrawn.

use std::sync::Arc;
use std::time::Duration;

use estair_core::actor::Role;
use estair_core::clock::System;
use estair_core::hash::Hash;
use estair_core::id::UserId;
use estair_core::membership::Membership;
use estair_core::source::Source;
use estair_core::store::Page;
use estair_core::testing::ManualClock;
use estair_core::testing::world::morning;
use estair_http::client::http_client;
use estair_http::host::{LinkAsked, Sessions, SignInLinks};
use estair_notify::email::{Email, EmailSettings};
use estair_notify::{Links, Templates};
use estair_server::people::{MailedLinks, NewPerson, People};
use estair_sqlx::{NewToken, NewUser, Options, TokenFilter, open_book};
use estair_tests::database::Kind;
use estair_tests::databases;
use estair_tests::filling::number_in;
use estair_tests::patience::in_time;
use serde_json::{Value, json};

use crate::notifications;
use crate::sinks::Sinks;
use crate::world::{Answer, Scratch, World, eventually, try_call};

const PEOPLE: &str = "/api/personnes";

/// Somebody of operation with a token: the number, the token's number, the token.
async fn somebody(world: &World) -> (u64, u64, String) {
    let person = json!({ "name": "Ousmane Sow", "email": "ousmane@example.test", "role": "operation" });
    let created = world.call("admin", "POST", PEOPLE, person).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let id = created.body["id"].as_u64().unwrap();
    let given = world.call("admin", "POST", &format!("{PEOPLE}/{id}/jetons"), json!({ "name": "Guichet" })).await;
    assert_eq!(given.status, 201, "{}", given.text);
    (id, given.body["id"].as_u64().unwrap(), given.body["token"].as_str().unwrap().to_owned())
}

async fn asked(world: &World, token: &str) -> Answer {
    try_call(&world.url, Some(token.to_owned()), "GET", "/api/moi", &[], None).await.unwrap()
}

/// The cookie of a session of the console.
async fn session(world: &World, token: &str) -> String {
    let client = http_client(Duration::from_secs(10)).unwrap();
    let form = client.post(format!("{}/console/sign-in", world.url)).header("origin", &world.url);
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    let response = form.body(format!("token={token}")).send().await.unwrap();
    response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn page(world: &World, cookie: &str) -> u16 {
    try_call(&world.url, None, "GET", "/console/accounts", &[("cookie", cookie)], None).await.unwrap().status
}

/// A stream of events that has begun.
async fn stream(world: &World, token: &str) -> reqwest::Response {
    // Longer than any wait of a test: a stream has no end of itself.
    let client = http_client(Duration::from_secs(600)).unwrap();
    let stream = client.get(format!("{}/api/events", world.url)).bearer_auth(token).send().await.unwrap();
    assert_eq!(stream.status().as_u16(), 200);
    stream
}

async fn ends(what: &str, mut stream: reqwest::Response) {
    in_time(what, async move { while stream.chunk().await.unwrap().is_some() {} }).await;
}

// rule: A4
#[tokio::test(flavor = "multi_thread")]
async fn a4_who_is_disabled_or_whose_token_is_withdrawn_is_out_at_once() {
    let world = World::new(&[]).await;
    let (id, token_id, token) = somebody(&world).await;
    let path = format!("{PEOPLE}/{id}");
    let me = asked(&world, &token).await;
    assert_eq!((&me.body["name"], &me.body["role"]), (&json!("Ousmane Sow"), &json!("operation")));
    let cookie = session(&world, &token).await;
    assert_eq!(page(&world, &cookie).await, 200);
    let listening = stream(&world, &token).await;

    let disabled = world.call("admin", "PATCH", &path, json!({ "disabled": true })).await;
    assert_eq!((disabled.status, &disabled.body["disabled"]), (200, &json!(true)));
    assert_eq!(asked(&world, &token).await.status, 401);
    assert_ne!(page(&world, &cookie).await, 200);
    ends("the stream of somebody who is disabled", listening).await;

    // Let in again, the token is good again; the session was ended.
    assert_eq!(world.call("admin", "PATCH", &path, json!({ "disabled": false })).await.status, 200);
    assert_eq!(asked(&world, &token).await.status, 200);
    assert_ne!(page(&world, &cookie).await, 200);
    eventually("the use of the token is noted", || async {
        let person = world.get("admin", &path).await;
        person["tokens"][0]["last_used_at"].is_string().then_some(person["last_used_at"].is_string())
    })
    .await;

    let cookie = session(&world, &token).await;
    let listening = stream(&world, &token).await;
    let withdraw = format!("/api/jetons/{token_id}");
    assert_eq!(world.call("admin", "DELETE", &withdraw, Value::Null).await.status, 204);
    assert_eq!(asked(&world, &token).await.status, 401);
    assert_ne!(page(&world, &cookie).await, 200);
    ends("the stream of a token that was withdrawn", listening).await;
    assert_eq!(world.call("admin", "DELETE", &withdraw, Value::Null).await.status, 404);
    world.end().await;
}

// rule: A4
#[tokio::test(flavor = "multi_thread")]
async fn a4_another_role_or_account_ends_what_was_open() {
    let world = World::new(&[]).await;
    let (id, _, token) = somebody(&world).await;
    let path = format!("{PEOPLE}/{id}");
    let listening = stream(&world, &token).await;
    let changed = world.call("admin", "PATCH", &path, json!({ "role": "client", "account_id": 2 })).await;
    assert_eq!((changed.status, &changed.body["account_id"]), (200, &json!(2)), "{}", changed.text);
    ends("the stream of somebody who has another role", listening).await;
    let me = asked(&world, &token).await.body;
    assert_eq!((&me["role"], &me["kind"], &me["account_id"]), (&json!("client"), &json!("agency"), &json!(2)));
    let foreign = try_call(&world.url, Some(token), "GET", "/api/accounts/1", &[], None).await.unwrap();
    assert_eq!(foreign.status, 404);
    world.end().await;
}

// rule: W3, A4
#[tokio::test(flavor = "multi_thread")]
async fn w3_a_token_given_under_a_key_is_the_same_again_and_kept_nowhere() {
    let world = World::new(&[]).await;
    let (id, ..) = somebody(&world).await;
    let path = format!("{PEOPLE}/{id}/jetons");
    let key = [("idempotency-key", "give-1")];
    let first = world.call_with("admin", "POST", &path, &key, json!({})).await;
    let again = world.call_with("admin", "POST", &path, &key, json!({})).await;
    assert_eq!((first.status, &first.body), (201, &again.body), "{}", again.text);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let token = first.body["token"].as_str().unwrap();
    assert_eq!(asked(&world, token).await.status, 200);
    let other = world.call_with("admin", "POST", &path, &[("idempotency-key", "give-2")], json!({})).await;
    assert_ne!(other.body["token"], first.body["token"]);
    // Nor is it another answer once the token was withdrawn: it is good for nothing by then.
    let withdraw = format!("/api/jetons/{}", first.body["id"]);
    assert_eq!(world.call("admin", "DELETE", &withdraw, Value::Null).await.status, 204);
    let gone = world.call_with("admin", "POST", &path, &key, json!({})).await;
    assert_eq!((gone.status, &gone.body), (201, &first.body), "{}", gone.text);
    assert_eq!(gone.header("idempotent-replayed"), Some("true"));
    assert_eq!(asked(&world, token).await.status, 401);
    let scratch = world.end().await;
    for file in std::fs::read_dir(scratch.0.join("data")).unwrap() {
        // A database's own files may go while they are looked at.
        let Ok(bytes) = std::fs::read(file.unwrap().path()) else { continue };
        assert!(!bytes.windows(token.len()).any(|part| part == token.as_bytes()), "the token lies in a file");
    }
}

// rule: P1
#[tokio::test(flavor = "multi_thread")]
async fn p1_the_auditor_of_the_demonstration_reads_and_changes_nothing() {
    let world = World::new(&[]).await;
    let granted = world.granted("client1", 5_000).await;
    for path in [
        format!("/api/requetes-financieres/{}/historique", granted["id"]),
        "/api/accounts/1/mouvements".to_owned(),
        format!("/api/mouvements/{}/logs", granted["mouvement_id"]),
        "/messager/api/messages".to_owned(),
        "/messager/api/stats".to_owned(),
    ] {
        assert_eq!(world.get("auditor", &path).await, world.get("finance", &path).await, "{path}");
    }
    let message = granted["message_uuid"].as_str().unwrap();
    for (method, path, body) in [
        ("POST", format!("/messager/api/messages/{message}/replay"), json!({})),
        ("POST", "/messager/api/deliveries/pause".to_owned(), json!({ "reason": "r" })),
        ("PUT", "/api/accounts/1/limit".to_owned(), json!({ "limit": 5, "reason": "r" })),
        ("GET", PEOPLE.to_owned(), Value::Null),
    ] {
        assert_eq!(world.call("auditor", method, &path, body).await.status, 403, "{path}");
    }
    world.end().await;
}

// rule: A4
#[tokio::test(flavor = "multi_thread")]
async fn a4_another_token_of_a_confined_service_is_confined_as_well() {
    let world = World::new(&[]).await;
    let url = format!("sqlite://{}/estair.db", world.scratch.data());
    let users = open_book(&url, &Options::default()).await.unwrap().users;
    let first = "a-secret-of-forty-characters-and-some-more";
    let only_wave = NewToken { sources: vec![Source::Wave], ..NewToken::new(Hash::of(first)) };
    let service = NewUser {
        uuid: uuid::Uuid::from_u128(7),
        membership: Membership::Staff(Role::Service),
        name: "Wave".to_owned(),
        email: None,
        token: Some(only_wave),
        disabled: false,
        at: chrono::Utc::now(),
    };
    let id = users.create_user(&service, None).await.unwrap().made.id.0;
    let tokens = users.tokens(&TokenFilter { user: Some(UserId(id)), ..TokenFilter::default() }, Page::default()).await;
    let old = tokens.unwrap().items[0].0.id;
    // Also after the old one is gone.
    assert_eq!(world.call("admin", "DELETE", &format!("/api/jetons/{old}"), Value::Null).await.status, 204);
    let given = world.call("admin", "POST", &format!("{PEOPLE}/{id}/jetons"), json!({})).await;
    let token = given.body["token"].as_str().unwrap().to_owned();
    for (source, status) in [("wave", 201), ("manual", 403)] {
        let mut payment = crate::world::payment(1, &format!("{source}-1"), 5);
        payment["source"] = json!(source);
        let call = try_call(&world.url, Some(token.clone()), "POST", "/api/mouvements", &[], Some(payment.to_string()))
            .await
            .unwrap();
        assert_eq!(call.status, status, "{source}: {}", call.text);
    }
    world.end().await;
}
/// Sends a form of the console; the status, and where it leads.
async fn send(world: &World, path: &str, form: &str) -> (u16, String, String) {
    let client = http_client(Duration::from_secs(10)).unwrap();
    let form = form.to_owned();
    let request = client.post(format!("{}/console{path}", world.url)).header("origin", notifications::ORIGIN);
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    let response = request.send().await.unwrap();
    let header = |name: &str| {
        let value = response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        value.unwrap_or_default()
    };
    let cookie = header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    (response.status().as_u16(), header("location"), cookie)
}

/// The secret of the link in a mail, as it stands in its text.
fn link_of(mail: &str) -> String {
    let (_, rest) = mail.split_once("/console/sign-in/link?link=").unwrap_or_else(|| panic!("no link: {mail}"));
    rest.chars().take_while(char::is_ascii_hexdigit).collect()
}

// rule: A6, N8
#[tokio::test(flavor = "multi_thread")]
async fn a6_a_mailed_link_signs_in_once_and_nobody_learns_who_is_known() {
    let sinks = Sinks::start().await;
    let world = notifications::world(&sinks, Scratch::new(), &[]).await;
    let (id, ..) = somebody(&world).await;
    let mut answers = Vec::new();
    for email in ["nobody@example.test", "OUSMANE@example.test"] {
        answers.push(send(&world, "/sign-in/ask", &format!("email={email}&next=/requests")).await);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, 303);
    let mail = eventually("the mail", || async { sinks.mails().pop() }).await;
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("ousmane@example.test", "Votre lien de connexion à ESTAIR"));
    assert!(mail.text.contains("Bonjour Ousmane Sow") && mail.text.contains(notifications::PUBLIC), "{}", mail.text);
    let link = link_of(&mail.text);

    for file in std::fs::read_dir(world.scratch.0.join("data")).unwrap() {
        let kept = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!kept.windows(link.len()).any(|part| part == link.as_bytes()), "the secret is kept nowhere");
    }
    let form = format!("link={link}&next=/requests");
    let (status, to, cookie) = send(&world, "/sign-in/link", &form).await;
    assert_eq!((status, to.as_str()), (303, "/console/requests"));
    assert_eq!(page(&world, &cookie).await, 200);
    assert_eq!(send(&world, "/sign-in/link", &form).await.0, 401);

    // Who is disabled gets none, and is out with what was opened by one.
    let disabled = world.call("admin", "PATCH", &format!("{PEOPLE}/{id}"), json!({ "disabled": true })).await;
    assert_eq!(disabled.status, 200);
    assert_ne!(page(&world, &cookie).await, 200);
    assert_eq!(send(&world, "/sign-in/ask", "email=ousmane@example.test").await.1, "/console/sign-in?done=link_asked");
    // One that comes after it, to somebody else, is the only one.
    send(&world, "/sign-in/ask", "email=finance@example.test").await;
    eventually("the second mail", || async { (sinks.mails().len() == 2).then_some(()) }).await;
    assert_eq!(sinks.mails()[1].to, "finance@example.test");
    world.end().await;
}

// rule: A6, N12
#[tokio::test(flavor = "multi_thread")]
async fn a6_a_link_is_good_for_fifteen_minutes_and_goes_to_people_alone() {
    let databases = databases!(Kind::Sqlite);
    let users = databases.book().await.users;
    let sinks = Sinks::start().await;
    let clock = Arc::new(ManualClock::new(morning()));
    let people = Arc::new(People::new(users, clock.clone(), Arc::new(System)));
    let templates = Templates::french(Links::parse("https://estair.example.test").unwrap()).unwrap();
    let settings = EmailSettings::parse(&sinks.smtp, "estair@example.test", None).unwrap();
    let email = Arc::new(Email::new(settings, templates, Arc::new(System)).unwrap());
    let links =
        |redirect: Option<&str>| MailedLinks::new(Arc::clone(&people), Arc::clone(&email), redirect.map(str::to_owned));
    let asked = LinkAsked { email: "both@example.test".to_owned(), language: "en", next: None };
    for role in ["service", "finance"] {
        let membership = estair_core::membership::Membership::Staff(role_of(role));
        let person = NewPerson { membership, name: Some(role.to_owned()), email: Some(asked.email.clone()) };
        people.add(person).await.unwrap();
    }
    let own = links(None);
    let mut secrets = Vec::new();
    for number in 1..=2 {
        own.mail(asked.clone()).await.unwrap();
        let mails = sinks.mails();
        assert_eq!(mails.len(), number, "a service is no person");
        assert!(mails[number - 1].text.contains("Hello finance"), "{}", mails[number - 1].text);
        secrets.push(link_of(&mails[number - 1].text));
    }
    clock.set(morning() + chrono::Duration::seconds(15 * 60 - 1));
    let session = own.sign_in(&secrets[0]).await.unwrap().unwrap();
    assert_eq!(people.as_ref().actor(&session).await.unwrap().map(|actor| actor.role().name()), Some("finance"));
    clock.set(morning() + chrono::Duration::minutes(15));
    assert_eq!(own.sign_in(&secrets[1]).await.unwrap(), None);

    // On a trial system it goes to the one address that gets everything.
    links(Some("essai@example.test")).mail(asked).await.unwrap();
    let mail = sinks.mails().pop().unwrap();
    assert_eq!(mail.to, "essai@example.test");
    assert!(mail.text.contains("meant for both@example.test"), "{}", mail.text);
}

// rule: A6
#[tokio::test(flavor = "multi_thread")]
async fn a6_each_of_those_who_share_an_address_gets_a_link_that_says_whose_it_is() {
    let databases = databases!(Kind::Sqlite);
    let users = databases.book().await.users;
    let sinks = Sinks::start().await;
    let people = Arc::new(People::new(users, Arc::new(System), Arc::new(System)));
    let templates = Templates::french(Links::parse("https://estair.example.test").unwrap()).unwrap();
    let settings = EmailSettings::parse(&sinks.smtp, "estair@example.test", None).unwrap();
    let email = Arc::new(Email::new(settings, templates, Arc::new(System)).unwrap());
    let links = MailedLinks::new(Arc::clone(&people), email, None);
    for role in ["finance", "operation"] {
        let membership = estair_core::membership::Membership::Staff(role_of(role));
        let email = Some("awa@example.test".to_owned());
        people.add(NewPerson { membership, name: Some("Awa Diop".to_owned()), email }).await.unwrap();
    }
    links.mail(LinkAsked { email: "Awa@example.test".to_owned(), language: "fr", next: None }).await.unwrap();
    let mails = sinks.mails();
    assert_eq!(mails.len(), 2);
    for (mail, role) in mails.iter().zip(["finance", "operation"]) {
        assert!(mail.text.contains(&format!("Bonjour Awa Diop ({role}),")), "{}", mail.text);
        let session = links.sign_in(&link_of(&mail.text)).await.unwrap().unwrap();
        assert_eq!(people.as_ref().actor(&session).await.unwrap().map(|actor| actor.role().name()), Some(role));
    }
}

fn role_of(name: &str) -> estair_core::actor::Role {
    estair_core::actor::Role::from_name(name).unwrap()
}

/// Tries to sign in on two servers of one book in turn, until one refuses to hear more of it.
async fn tries_hold_across_two_servers(kind: Kind) {
    let databases = databases!(kind);
    let (book, messages) = (databases.create().await, databases.create().await);
    let urls = [("ESTAIR_DATABASE_URL", book.as_str()), ("MESSAGER_DATABASE_URL", messages.as_str())];
    let limited = [&urls[..], &[("ESTAIR_RATE_LIMIT", "200")]].concat();
    let first = World::new(&limited).await;
    let second = World::new(&[&limited[..], &[("ESTAIR_NO_DEMO", "true")]].concat()).await;
    let sign_in = async |world: &World, token: &str| {
        let headers = [("origin", world.url.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        let (path, form) = ("/console/sign-in", format!("token={token}"));
        let client = http_client(Duration::from_secs(10)).unwrap();
        let request = client.post(format!("{}{path}", world.url)).body(form);
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        request.send().await.unwrap().status().as_u16()
    };
    // Each by itself would hear 20; one more comes each three seconds that this takes.
    let mut heard = 0;
    for world in [&first, &second].into_iter().cycle().take(40) {
        match sign_in(world, "wrong").await {
            401 => heard += 1,
            status => {
                assert_eq!(status, 429);
                break;
            }
        }
    }
    assert!((20..40).contains(&heard), "{kind:?}: {heard} were heard");
    let good = first.tokens.of("finance").unwrap();
    for world in [&first, &second] {
        assert_eq!(sign_in(world, &good).await, 303, "a good token is served all the same");
    }
    second.stop().await;
    first.end().await;
}

macro_rules! across_servers {
    ($($name:ident: $kind:ident),* $(,)?) => {$(
        // rule: A6
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            tries_hold_across_two_servers(Kind::$kind).await;
        }
    )*};
}

across_servers! {
    a6_tries_to_sign_in_hold_across_two_servers_on_sqlite: Sqlite,
    a6_tries_to_sign_in_hold_across_two_servers_on_mariadb: MariaDb,
    a6_tries_to_sign_in_hold_across_two_servers_on_mysql: MySql,
    a6_tries_to_sign_in_hold_across_two_servers_on_postgres: Postgres,
}

/// With limits switched off nothing is counted, and nothing is written.
#[tokio::test(flavor = "multi_thread")]
async fn a6_without_limits_no_try_is_written() {
    let world = World::new(&[]).await;
    let good = world.tokens.of("finance").unwrap();
    for _ in 0..2 {
        session(&world, &good).await;
    }
    let url = format!("sqlite://{}", world.scratch.0.join("data/estair.db").display());
    assert_eq!(number_in(Kind::Sqlite, &url, "SELECT COUNT(*) FROM estair_sign_in_tries").await, 0);
    world.end().await;
}
