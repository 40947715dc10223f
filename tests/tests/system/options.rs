//! Every option of the table: refused when it is bad, with a message that names it, and otherwise with an effect that is
//! seen from outside.

use estair_core::clock::{Clock, System};
use std::collections::BTreeSet;
use std::os::unix::fs::OpenOptionsExt;
use std::process::Stdio;

use estair_server::cli;
use estair_server::options::{OPTIONS, Options, Unknown};
use estair_tests::database::{Driver, Kind};
use estair_tests::filling::execute;
use estair_tests::patience::output_of;
use serde_json::{Value, json};

use crate::outside::Taker;
use crate::processes::{Serving, assert_clean, command};
use crate::sinks::Sinks;
use crate::webhooks::expire_all;
use crate::world::{Answer, REQUESTS, SECRET, Scratch, TOKEN, World, credit, deliver_signed, try_call};

/// A value that each option refuses; none where every text will do.
const BAD: &[(&str, Option<&str>)] = &[
    ("ESTAIR_LISTEN", Some("nowhere")),
    ("ESTAIR_DATA_DIR", None),
    ("ESTAIR_DATABASE_URL", Some("oracle://me:hunter2@host/db")),
    ("MESSAGER_DATABASE_URL", Some("oracle://me:hunter2@host/db")),
    ("ESTAIR_DATABASE_SCHEMA", Some("a\"; b")),
    ("MESSAGER_DATABASE_SCHEMA", Some("Messager")),
    ("MESSAGER_API_URL", Some("ftp://host")),
    ("MESSAGER_WEBHOOK_URL", Some("here")),
    ("MESSAGER_CONSOLE_TOKEN", Some("hunter2")),
    ("MESSAGER_DOMAIN_HELPDESK_TOKEN", Some("hunter2")),
    ("MESSAGER_WEBHOOK_SECRET", Some("whsec_aHVudGVyMg==")),
    ("MESSAGER_RETRY_SCHEDULE", Some("soon")),
    ("ESTAIR_CREDIT_CUTOFF", Some("24:01")),
    ("ESTAIR_LIMIT_COMPARISON", Some("loose")),
    ("ESTAIR_EXPIRED_CREDIT", Some("forget")),
    ("ESTAIR_DAY_OFFSET", Some("+15:00")),
    ("ESTAIR_AUTO_VALIDATION", Some("maybe")),
    ("ESTAIR_AUDIT_KEY", Some("hunter2")),
    ("ESTAIR_TRUSTED_PROXIES", Some("nowhere")),
    ("ESTAIR_CREDIT_THRESHOLDS", Some("50,101")),
    ("ESTAIR_QUIET_HOURS", Some("night")),
    ("ESTAIR_CREDIT_THRESHOLDS", Some("0,50")),
    ("ESTAIR_QUIET_HOURS", Some("at night")),
    ("ESTAIR_ALERT_GROUPING", Some("5 in a while")),
    ("ESTAIR_CORS_ORIGINS", Some("*")),
    ("ESTAIR_CORS_ORIGINS", Some("https://front.example.test/")),
    ("ESTAIR_GROUP_COMMIT", Some("sometimes")),
    ("ESTAIR_REDIRECT_NOTICES", Some("nobody")),
    ("ESTAIR_ROLLOUT", Some("live:101%,shadow")),
    ("ESTAIR_RATE_LIMIT", Some("-1")),
    ("CRITICAL_ALERT_EMAIL", Some("nobody")),
    ("TEAMS_WEBHOOK_URL", Some("hunter2")),
    ("TEAMS_FINANCE_CHANNEL_URL", Some("hunter2")),
    ("TEAMS_OPERATION_CHANNEL_URL", Some("hunter2")),
    ("SMTP_URL", Some("imap://me:hunter2@host")),
    ("SMTP_FROM", None),
    ("NOTIFICATION_PREFERENCES_URL", Some("here")),
    ("VAPID_PRIVATE_KEY", None),
    ("VAPID_SUBJECT", Some("me")),
    ("PUBLIC_URL", Some("here")),
    ("FRONT_URL", Some("here")),
    ("CONSOLE_URL", Some("here")),
    ("SMTP_HELLO", None),
    ("ESTAIR_LOG_FORMAT", Some("poem")),
    ("ESTAIR_NO_DEMO", Some("perhaps")),
];

fn load(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Options, String> {
    let arguments = [&["estair-server"], arguments].concat();
    let matches = cli::command().try_get_matches_from(arguments).map_err(|error| error.to_string())?;
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Options::load(&matches, &environment).map_err(|error| error.to_string())
}

#[test]
fn a_misspelt_name_in_the_environment_is_told_with_the_option_that_may_be_meant() {
    for (misspelt, meant) in [
        ("ESTAIR_CREDIT_CUTTOFF", "ESTAIR_CREDIT_CUTOFF"),
        ("ESTAIR_DATADIR", "ESTAIR_DATA_DIR"),
        ("MESSAGER_WEBHOOK_SECRETS", "MESSAGER_WEBHOOK_SECRET"),
        ("SMTP_URI", "SMTP_URL"),
        ("TEAMS_FINANCE_CHANEL_URL", "TEAMS_FINANCE_CHANNEL_URL"),
    ] {
        let options = load(&[], &[(misspelt, "hunter2")]).unwrap_or_else(|message| panic!("{message}"));
        assert_eq!(options.unknown, [Unknown { name: misspelt.to_owned(), meant: Some(meant) }]);
    }
    let others = ["ESTAIR_TEST_CHROMIUM", "MESSAGER_COLOUR", "PATH", "SMTP_HOST", "HTTP_URL", "DATABASE_URL"];
    let options = load(&[], &others.map(|name| (name, "x"))).unwrap_or_else(|message| panic!("{message}"));
    let told: Vec<_> = options.unknown.iter().map(|unknown| (unknown.name.as_str(), unknown.meant)).collect();
    assert_eq!(told, [("ESTAIR_TEST_CHROMIUM", None), ("MESSAGER_COLOUR", None)]);
}

// rule: L1
#[test]
fn l1_a_file_has_no_schemas_and_the_option_says_so() {
    let file = ("ESTAIR_DATABASE_URL", "sqlite:///srv/estair.db");
    let server = ("ESTAIR_DATABASE_URL", "postgres://base.example.test/house");
    for environment in [&[][..], &[file][..]] {
        let refused = load(&["--database-schema", "estair"], environment).err().unwrap();
        assert!(refused.contains("--database-schema: a SQLite database has no schemas"), "{refused}");
    }
    let refused = load(&[], &[server, ("MESSAGER_DATABASE_SCHEMA", "messager")]).err().unwrap();
    assert!(refused.contains("MESSAGER_DATABASE_SCHEMA: a SQLite database has no schemas"), "{refused}");
    let options = load(&[], &[server, ("ESTAIR_DATABASE_SCHEMA", "estair")]).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!((options.database_schema.as_deref(), options.messager_database_schema), (Some("estair"), None));
}

/// A host's database that has a table of one of our names: book and Messager live in schemas, or databases, of their own.
async fn the_program_lives_in_schemas(kind: Kind) {
    let databases = estair_tests::databases!(kind);
    let house = databases.create().await;
    execute(kind, &house, &["CREATE TABLE helpdesk (id int)".to_owned()]).await;
    let (book, messages) = match kind.driver() {
        Driver::Postgres => ("estair_apart".to_owned(), "messager_apart".to_owned()),
        _ => (name_of(&databases.create().await), name_of(&databases.create().await)),
    };
    let urls = [("ESTAIR_DATABASE_URL", house.as_str()), ("MESSAGER_DATABASE_URL", house.as_str())];
    let apart = [("ESTAIR_DATABASE_SCHEMA", book.as_str()), ("MESSAGER_DATABASE_SCHEMA", messages.as_str())];
    let apart = [&urls[..], &apart].concat();
    let scratch = Scratch::new();
    let data = scratch.data();
    let run = |task: &str, environment: &[(&str, &str)]| {
        let output = output_of(&mut command(&scratch, &[task, "--data-dir", &data], environment));
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let (status, said) = run("migrate", &urls);
    assert!(status == Some(1) && said.contains("not ours: helpdesk"), "{kind:?}: {said}");
    let (status, said) = run("migrate", &apart);
    assert_eq!(status, Some(0), "{kind:?}: {said}");
    let world = World::in_scratch(scratch, &apart).await;
    world.granted("client1", 5_000).await;
    let scratch = world.stop().await;
    assert_clean(&scratch, &apart);
    // It reads what it wrote there, and nothing of it is in the house.
    let data = scratch.data();
    let listed = output_of(&mut command(&scratch, &["user", "list", "--data-dir", &data], &apart));
    assert!(listed.status.success() && String::from_utf8_lossy(&listed.stdout).contains("finance"), "{kind:?}");
    for table in ["estair_movements", "messager_messages"] {
        execute(kind, &house, &[format!("CREATE TABLE {table} (id int)")]).await;
    }
}

/// The database that a URL names.
fn name_of(url: &str) -> String {
    let (_, path) = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).unwrap();
    path.split('?').next().unwrap().to_owned()
}

// rule: L1
#[tokio::test(flavor = "multi_thread")]
async fn l1_the_program_lives_in_schemas_of_its_own_on_postgres() {
    the_program_lives_in_schemas(Kind::Postgres).await;
}

// rule: L1
#[tokio::test(flavor = "multi_thread")]
async fn l1_the_program_lives_in_databases_of_its_own_on_mariadb() {
    the_program_lives_in_schemas(Kind::MariaDb).await;
}

// rule: L1
#[tokio::test(flavor = "multi_thread")]
async fn l1_the_program_lives_in_databases_of_its_own_on_mysql() {
    the_program_lives_in_schemas(Kind::MySql).await;
}

/// A file that may hold a secret nobody else may read.
fn keep_to_the_owner(file: &std::path::Path) {
    #[cfg(unix)]
    std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

#[test]
fn each_bad_value_is_refused_by_flag_environment_and_file_and_named() {
    let scratch = Scratch::new();
    let file = scratch.0.join("estair.toml");
    // It will hold secrets: nobody else may read it.
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file).unwrap();
    let config = file.display().to_string();
    let listed: BTreeSet<_> = BAD.iter().map(|(env, _)| *env).collect();
    assert_eq!(listed, OPTIONS.iter().map(|option| option.env).collect(), "the list here is whole");
    for (env, bad) in BAD {
        let Some(bad) = bad else { continue };
        let option = OPTIONS.iter().find(|option| option.env == *env).unwrap();
        let key = option.flag.replace('-', "_");
        std::fs::write(&file, format!("{key} = {}\n", json!(bad))).unwrap();
        keep_to_the_owner(&file);
        let flag = format!("--{}={bad}", option.flag);
        for (place, refused) in [
            (format!("--{}", option.flag), load(&[&flag], &[])),
            ((*env).to_owned(), load(&[], &[(env, bad)])),
            (key.clone(), load(&["--config", &config], &[])),
        ] {
            let message = refused.err().unwrap_or_else(|| panic!("{place} accepts {bad:?}"));
            assert!(message.contains(&place), "{place}: {message}");
            assert!(!option.secret || !message.contains("hunter2") && !message.contains("aHVudGVyMg"), "{message}");
        }
    }
    assert!(load(&["--colour", "red"], &[]).err().unwrap().contains("--colour"));
    std::fs::write(&file, "colour = \"red\"\n").unwrap();
    let message = load(&["--config", &config], &[]).err().unwrap();
    assert!(message.contains("colour") && message.contains("estair.toml"), "{message}");
    assert!(load(&["--config", "/nowhere/at/all.toml"], &[]).err().unwrap().contains("/nowhere/at/all.toml"));
}

#[test]
fn what_only_the_start_can_check_stops_it_with_its_name() {
    // At once: a database that cannot be reached is waited for.
    let started = [
        ("VAPID_PRIVATE_KEY", "hunter2", None),
        ("TEAMS_FINANCE_CHANNEL_URL", "https://tenant.webhook.office.com/webhookb2/hunter2", None),
        ("TEAMS_WEBHOOK_URL", "http://teams.example.test/hunter2", None),
        ("SMTP_URL", "smtp://me:hunter2@mail.example.test", None),
        ("SMTP_FROM", "nobody", None),
        ("CRITICAL_ALERT_EMAIL", "nobody@exa mple.test", None),
        ("VAPID_SUBJECT", "mailto:nobody", None),
        ("TEAMS_OPERATION_CHANNEL_URL", "https://me:hunter2@flows.example.test/x", None),
        ("NOTIFICATION_PREFERENCES_URL", "http://", None),
        ("SMTP_FROM", "nobody", Some(("SMTP_URL", "smtp://127.0.0.1:1"))),
        ("ESTAIR_DATABASE_URL", "postgres://me:hunter2@127.0.0.1:1/none", None),
        ("MESSAGER_DATABASE_URL", "mysql://me:hunter2@127.0.0.1:1/none", None),
    ]
    .map(|(env, value, more)| {
        let scratch = Scratch::new();
        let data = scratch.data();
        let environment: Vec<_> = [(env, value)].into_iter().chain(more).collect();
        let mut command = command(&scratch, &["--listen", "127.0.0.1:0", "--data-dir", &data], &environment);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        (env, scratch, child)
    });
    for (env, _scratch, child) in started {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(env), "{env}: {said}");
        assert!(!said.contains("hunter2"), "{env}: {said}");
    }
}

async fn ask(url: &str, token: Option<String>, path: &str) -> Answer {
    try_call(url, token, "GET", path, &[], None).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn places_and_secrets_that_are_given_are_used_and_not_generated() {
    let (scratch, elsewhere) = (Scratch::new(), Scratch::new());
    let book = format!("sqlite://{}", elsewhere.0.join("book.db").display());
    let messages = format!("sqlite://{}", elsewhere.0.join("messages.db").display());
    let second = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let secrets = format!("{second} {SECRET}");
    let world = World::in_scratch(
        scratch,
        &[("ESTAIR_DATABASE_URL", &book), ("MESSAGER_DATABASE_URL", &messages), ("MESSAGER_WEBHOOK_SECRET", &secrets)],
    )
    .await;
    let data = world.scratch.0.join("data");
    for (name, there) in
        [("tokens.json", true), ("estair.db", false), ("messager.db", false), ("webhook-secret", false)]
    {
        assert_eq!(data.join(name).exists(), there, "{name}");
    }
    assert!(!data.join("messager-domain-token").exists() && elsewhere.0.join("book.db").exists());
    assert!(elsewhere.0.join("messages.db").exists());
    // Both secrets of a rotation hold, the token is the given one.
    for secret in [SECRET, second] {
        let answer = deliver_signed(&world.url, &json!({ "message_uuid": "x" }), secret, System.now()).await;
        assert_eq!(answer.status, 422, "believed, and malformed: {}", answer.text);
    }
    let message = json!({ "domain": "estair-helpdesk", "type": "load_request", "payload": {} });
    assert_eq!(world.submit(message).await.status, 201);
    world.granted("client1", 5).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_is_the_one_that_the_options_say() {
    let taker = Taker::start().await;
    let policy =
        [("ESTAIR_LIMIT_COMPARISON", "inclusive"), ("ESTAIR_DAY_OFFSET", "+14:00"), ("ESTAIR_CREDIT_CUTOFF", "24:00")];
    let world = World::new(&[&policy, &taker.settings()[..]].concat()).await;
    let whole = world.create("client1", credit(1_000_000)).await;
    assert_eq!(whole["status"], "to_treat", "inclusive: the limit itself passes");
    assert!(whole["expiry_date"].as_str().unwrap().ends_with("T00:00:00Z"), "{whole}");
    let expected = |hours| (System.now() + chrono::TimeDelta::hours(hours)).date_naive().to_string();
    let (before, day, after) = (expected(14), world.account(1).await["day"].clone(), expected(14));
    assert!(day == json!(before) || day == json!(after), "{day}");
    assert_eq!(taker.message_of(&whole).await["payload"]["amount"], json!("1000000"), "the outside Messager has it");
    let embedded = world.call("admin", "GET", "/messager/api/stats", Value::Null).await;
    assert_eq!(embedded.status, 404, "there is no embedded one beside it");
    world.end().await;

    // rule: R4
    let world = World::new(&[
        ("ESTAIR_LIMIT_COMPARISON", "strict"),
        ("ESTAIR_DAY_OFFSET", "-12:00"),
        ("ESTAIR_CREDIT_CUTOFF", "00:00"),
    ])
    .await;
    let late = world.call("client1", "POST", REQUESTS, credit(5)).await;
    assert_eq!(late.refusal(), (422, "credit_cutoff_passed"), "{}", late.text);
    let (before, day, after) = (expected(-12), world.account(1).await["day"].clone(), expected(-12));
    assert!(day == json!(before) || day == json!(after), "{day}");
    world.end().await;

    let world = World::new(&[]).await;
    assert_eq!(world.create("client1", credit(1_000_000)).await["status"], "waiting", "strict by default");
    world.end().await;
}

// rule: X3
#[tokio::test(flavor = "multi_thread")]
async fn x3_a_granted_credit_that_expires_is_kept_or_cancelled_as_the_option_says() {
    let world = World::new(&[]).await;
    world.granted("client1", 70_000).await;
    let scratch = world.stop().await;
    expire_all(&scratch.0.join("data")).await;
    let world = World::in_scratch(scratch, &[("ESTAIR_EXPIRED_CREDIT", "keep")]).await;
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    world.figures(1, [("active_credit", "70000")]).await;
    let world = World::in_scratch(world.stop().await, &[("ESTAIR_EXPIRED_CREDIT", "cancel")]).await;
    crate::world::eventually("the credit is cancelled", || async {
        (world.account(1).await["active_credit"] == "0").then_some(())
    })
    .await;
    let list = world.get("admin", &format!("{REQUESTS}?category=cancel_credit")).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list["items"][0]["created_by"], Value::Null, "by the system");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rate_limit_is_each_actors_own_and_0_is_off() {
    let world = World::new(&[("ESTAIR_RATE_LIMIT", "2")]).await;
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(world.call("client1", "GET", "/api/accounts/1", Value::Null).await);
    }
    assert!(statuses[..4].iter().all(|answer| answer.status == 200), "twice the rate at once");
    let refused = statuses.iter().find(|answer| answer.status == 429).unwrap();
    assert_eq!(refused.refusal(), (429, "rate_limited"));
    assert!(refused.header("retry-after").is_some());
    assert_eq!(world.call("client2", "GET", "/api/accounts/2", Value::Null).await.status, 200);
    world.end().await;
    let world = World::new(&[("ESTAIR_RATE_LIMIT", "0")]).await;
    for _ in 0..500 {
        assert_eq!(world.call("client1", "GET", "/api/accounts/1", Value::Null).await.status, 200);
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_front_of_a_listed_origin_may_call_the_api_and_nothing_else() {
    let front = "https://front.example.test";
    let world = World::new(&[("ESTAIR_CORS_ORIGINS", front)]).await;
    let asked = [("origin", front), ("access-control-request-method", "POST")];
    for (path, allowed) in [
        (REQUESTS, true),
        ("/api/accounts/1", true),
        ("/api/webhook/helpdesk/movement", false),
        ("/messager/api/stats", false),
        ("/messager/api/messages", false),
        ("/console", false),
        ("/metrics", false),
    ] {
        let preflight = try_call(&world.url, None, "OPTIONS", path, &asked, None).await.unwrap();
        assert_eq!(preflight.header("access-control-allow-origin"), allowed.then_some(front), "{path}");
        let call = try_call(&world.url, None, "GET", path, &asked[..1], None).await.unwrap();
        assert_eq!(call.header("access-control-allow-origin"), allowed.then_some(front), "{path}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_retry_schedule_is_messagers() {
    for (schedule, attempts) in [("50ms", 2), ("50ms,50ms", 3)] {
        let world = World::new(&[("MESSAGER_RETRY_SCHEDULE", schedule)]).await;
        let payload = json!({
            "requete_id": 999_999, "requete_uuid": uuid::Uuid::nil(), "requete_name": "none", "account_id": 1,
            "account_name": "x", "type": "payment", "amount": "5", "currency": "XOF", "expiry_date": null, "execution": 1,
        });
        let message = json!({ "domain": "estair-helpdesk", "type": "load_request", "payload": payload });
        world.has_movements(false).await;
        let taken = world.submit(message).await;
        let failed = world.message(taken.body["message_uuid"].as_str().unwrap(), "failed").await;
        assert_eq!(failed["attempts"].as_array().unwrap().len(), attempts, "{failed}");
        assert_eq!(failed["max_retries"], json!(attempts - 1));
        world.has_movements(true).await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_not_configured_is_off_and_an_audience_without_its_own_teams_channel_uses_the_general_one() {
    let sinks = Sinks::start().await;
    let general = format!("{}/general", sinks.teams);
    let world = World::new(&[("TEAMS_WEBHOOK_URL", &general)]).await;
    let granted = world.granted("client1", 5_000).await;
    crate::world::eventually("a card", || async { (!sinks.cards().is_empty()).then_some(()) }).await;
    assert_eq!(sinks.cards()[0].channel, "general");
    let timeline = world.get("admin", &format!("{REQUESTS}/{}/historique", granted["id"])).await;
    let mails = timeline["items"].as_array().unwrap().iter().filter(|item| item["data"]["channel"] == "email");
    let mails: Vec<_> = mails.map(|item| (&item["data"]["status"], &item["data"]["error"])).collect();
    assert!(
        !mails.is_empty() && mails.iter().all(|mail| *mail == (&json!("skipped"), &json!("channel not configured")))
    );
    assert!(sinks.mails().is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_of_web_push_is_the_given_one_and_its_contact_switches_the_channel_on() {
    let first = World::new(&[]).await;
    let key = std::fs::read_to_string(first.scratch.0.join("data/vapid-private-key")).unwrap();
    let public = first.get("client1", "/api/push/public-key").await;
    // A device of nobody's: it is never called, as its channel is off.
    let device = json!({
        "endpoint": "https://fcm.googleapis.com/fcm/send/none",
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
    });
    let subscribed = first.call("client1", "POST", "/api/push/subscriptions", device.clone()).await;
    assert_eq!(subscribed.status, 201, "{}", subscribed.text);
    let mut local = device;
    local["endpoint"] = json!("https://127.0.0.1/push");
    assert_eq!(first.call("client1", "POST", "/api/push/subscriptions", local).await.status, 422);
    let granted = first.granted("client1", 5_000).await;
    let pushed = crate::world::eventually("a push that is skipped", || async {
        let timeline = first.get("admin", &format!("{REQUESTS}/{}/historique", granted["id"])).await;
        let push = |item: &&Value| item["data"]["channel"] == "push";
        timeline["items"].as_array().unwrap().iter().find(push).cloned()
    })
    .await;
    assert_eq!(pushed["data"]["status"], "skipped");
    first.end().await;
    let other = World::new(&[]).await;
    assert_ne!(other.get("client1", "/api/push/public-key").await, public);
    other.end().await;
    // On, with no device to call.
    let same = World::new(&[("VAPID_PRIVATE_KEY", key.trim()), ("VAPID_SUBJECT", "mailto:it@example.test")]).await;
    assert_eq!(same.get("client1", "/api/push/public-key").await, public);
    assert!(!same.scratch.0.join("data/vapid-private-key").exists());
    same.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn listen_address_log_format_and_no_demo_are_the_programs() {
    let scratch = Scratch::new();
    let port = crate::listening::free_port();
    let listen = format!("127.0.0.1:{port}");
    let server = Serving::start(&scratch, &[("ESTAIR_LISTEN", &listen), ("ESTAIR_NO_DEMO", "true")]);
    assert_eq!(server.url, format!("http://{listen}"));
    assert!(!scratch.0.join("data/tokens.json").exists());
    assert_eq!(ask(&server.url, None, "/healthz").await.status, 200);
    // A second one on the same address says why it does not start.
    let second = Scratch::new();
    let refused = output_of(&mut command(&second, &["--listen", &listen], &[]));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains(&listen), "{said}");
    assert_eq!(server.end("-TERM"), Some(0));
    for (format, is_json) in [("json", true), ("text", false)] {
        let data = scratch.data();
        let arguments = ["migrate", "--data-dir", &data, "--log-format", format];
        let output = output_of(&mut command(&scratch, &arguments, &[("RUST_LOG", "trace")]));
        let logs = String::from_utf8_lossy(&output.stderr).into_owned();
        let lines: Vec<_> = logs.lines().collect();
        assert!(!lines.is_empty(), "RUST_LOG has an effect");
        assert_eq!(serde_json::from_str::<Value>(lines[0]).is_ok(), is_json, "{format}: {}", lines[0]);
    }
    assert_eq!(TOKEN.len(), 32, "long enough to be accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_is_served_to_everybody_and_pages_lead_there() {
    let world = World::new(&[]).await;
    for (path, kind) in [
        ("/aide/guide-utilisateur.pdf", "application/pdf"),
        ("/aide/fiche-finance.pdf", "application/pdf"),
        ("/aide/fiche-operation.pdf", "application/pdf"),
    ] {
        let answer = ask(&world.url, None, path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{path}");
        assert!(answer.text.starts_with("%PDF-"), "{path}");
    }
    assert_eq!(ask(&world.url, None, "/aide").await.header("location"), Some("/aide/guide-utilisateur.pdf"));
    assert_eq!(ask(&world.url, None, "/aide/secrets").await.refusal(), (404, "unknown_path"));
    world.end().await;
}
