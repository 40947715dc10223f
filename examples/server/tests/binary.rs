//! The real binary: its start, its subcommands, its refusals, its stop.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test fails by panicking

mod process;

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use process::{Scratch, Serving, call, command, refusal, run, tokens, until_closed};
use serde_json::{Value, json};

#[tokio::test]
async fn it_serves_a_demonstration_and_stops_cleanly_and_goes_on_after_a_kill() {
    let scratch = Scratch::new();
    let data = scratch.data();
    let args = ["--listen", "127.0.0.1:0", "--data-dir", data.as_str(), "--credit-cutoff", "24:00"];
    let mut server = Serving::start(&scratch, &args);
    assert!(server.second_line.contains("tokens.json"), "{}", server.second_line);
    let known = tokens(&scratch);
    for role in ["operation", "finance", "admin", "service"] {
        assert!(known["tokens"][role].as_str().is_some_and(|token| token.len() >= 32), "{role}");
    }
    assert!(known["emails"].get("service").is_none());
    assert_eq!(known["clients"].as_array().unwrap().len(), 3);
    let client = known["clients"][0]["token"].as_str().unwrap();
    let finance = known["tokens"]["finance"].as_str().unwrap();
    for (id, limit) in [(1, "1000000"), (2, "250000"), (3, "0")] {
        let (_, account) = call(&server.url, finance, "GET", &format!("/api/accounts/{id}"), Value::Null).await;
        assert_eq!((&account["limit"], &account["currency"]), (&json!(limit), &json!("XOF")));
    }
    let credit = json!({ "category": "credit", "amount": 1000 });
    let (status, created) = call(&server.url, client, "POST", "/api/requetes-financieres", credit.clone()).await;
    assert_eq!(status, 201, "{created}");
    until_closed(&server.url, client, &created["id"]).await;
    server.signal("-TERM");
    assert!(server.wait().success(), "a stop is no failure");

    let mut server = Serving::start(&scratch, &args);
    let (_, created) = call(&server.url, client, "POST", "/api/requetes-financieres", credit).await;
    server.signal("-KILL");
    server.wait();
    let server = Serving::start(&scratch, &args);
    until_closed(&server.url, client, &created["id"]).await;
    drop(server);
    let report = run(&scratch, &["verify", "--data-dir", &data]);
    let text = String::from_utf8(report.stdout).unwrap();
    assert!(report.status.success() && text.contains("2 links"), "{text}");
}

#[cfg(unix)]
#[tokio::test]
async fn what_it_keeps_is_readable_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let data = scratch.data();
    let server = Serving::start(&scratch, &["--listen", "127.0.0.1:0", "--data-dir", &data]);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&scratch.0.join("data")), 0o700);
    let files: Vec<_> = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 6);
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    drop(server);
    let known = tokens(&scratch);
    let token = known["tokens"]["admin"].as_str().unwrap().as_bytes();
    for file in files.iter().filter(|file| file.exists() && !file.ends_with("tokens.json")) {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(token.len()).any(|window| window == token), "{} holds a token", file.display());
    }
}

#[cfg(unix)]
#[test]
fn what_others_may_write_or_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let mode = |name: &str, mode: u32| {
        std::fs::set_permissions(scratch.0.join(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let data = scratch.data();
    std::fs::create_dir(&data).unwrap();
    let migrate = ["migrate", "--data-dir", &data];
    for open in [0o770, 0o707, 0o777] {
        mode("data", open);
        let text = refusal(&scratch, &migrate);
        assert!(text.contains("data: group or others may write it"), "{open:o}: {text}");
    }
    mode("data", 0o755);
    assert!(run(&scratch, &migrate).status.success());

    let serve = ["serve", "--listen", "127.0.0.1:0", "--no-demo", "--data-dir", &data];
    std::fs::write(scratch.0.join("data/webhook-secret"), "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
    for (open, why) in
        [(0o640, "may read it"), (0o604, "may read it"), (0o620, "may write it"), (0o602, "may write it")]
    {
        mode("data/webhook-secret", open);
        let text = refusal(&scratch, &serve);
        assert!(text.contains("webhook-secret") && text.contains(why), "{open:o}: {text}");
    }

    let config = |text: &str, open: u32| {
        std::fs::write(scratch.0.join("estair.toml"), text).unwrap();
        mode("estair.toml", open);
    };
    let configured = ["migrate", "--data-dir", &data, "--config", "estair.toml"];
    config("rate_limit = 5", 0o666);
    assert!(refusal(&scratch, &configured).contains("estair.toml: group or others may write it"));
    config("rate_limit = 5", 0o644);
    assert!(run(&scratch, &configured).status.success(), "settings are no secret");
    config("smtp_url = \"smtp://me:hunter2@127.0.0.1:25\"", 0o644);
    let text = refusal(&scratch, &configured);
    assert!(text.contains("estair.toml: it holds a secret") && !text.contains("hunter2"), "{text}");
    config("smtp_url = \"smtp://me:hunter2@127.0.0.1:25\"", 0o600);
    assert!(run(&scratch, &configured).status.success());
}

#[test]
fn unknown_keys_and_bad_values_are_named_and_secrets_are_not_shown() {
    let scratch = Scratch::new();
    let file = |text: &str| {
        let path = scratch.0.join("estair.toml");
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    assert!(refusal(&scratch, &["--colour", "red"]).contains("--colour"));
    assert!(refusal(&scratch, &["--credit-cutoff", "25:99"]).contains("--credit-cutoff"));
    assert!(refusal(&scratch, &["--limit-comparison", "loose"]).contains("--limit-comparison"));
    assert!(refusal(&scratch, &["--messager-retry-schedule", "soon"]).contains("--messager-retry-schedule"));
    assert!(refusal(&scratch, &["--config", &file("colour = \"red\"")]).contains("colour"));
    let wrong = file("rate_limit = \"many\"");
    let text = refusal(&scratch, &["--config", &wrong]);
    assert!(text.contains("rate_limit") && text.contains("estair.toml"), "{text}");
    let output = command(&scratch, &[]).env("ESTAIR_DAY_OFFSET", "east").output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("ESTAIR_DAY_OFFSET"));
    let text = refusal(&scratch, &["--messager-webhook-secret", "whsec_c2hvcnQ="]);
    assert!(text.contains("--messager-webhook-secret") && !text.contains("c2hvcnQ"), "{text}");
    let text = refusal(&scratch, &["--database-url", "oracle://me:hunter2@host/db"]);
    assert!(text.contains("--database-url") && !text.contains("hunter2"), "{text}");
    let text = refusal(&scratch, &["--messager-api-url", "ftp://me:hunter2@host/api"]);
    assert!(text.contains("--messager-api-url") && !text.contains("hunter2"), "{text}");
    assert!(!scratch.0.join("estair-data").exists(), "nothing was made");
}

#[tokio::test]
async fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let scratch = Scratch::new();
    let config = scratch.0.join("estair.toml");
    std::fs::write(&config, "listen = \"127.0.0.1:1\"\ndata_dir = \"from-file\"\nno_demo = true\n").unwrap();
    let mut child = command(&scratch, &["--listen", "127.0.0.1:0"])
        .env("ESTAIR_LISTEN", "127.0.0.1:2")
        .env("ESTAIR_CONFIG", &config)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let line = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(
        line.starts_with("listening on http://127.0.0.1:") && !line.ends_with(":1") && !line.ends_with(":2"),
        "{line}"
    );
    assert!(scratch.0.join("from-file/estair.db").exists());
    assert!(!scratch.0.join("from-file/tokens.json").exists(), "no demonstration");
}

#[test]
fn a_demonstration_is_refused_on_another_interface() {
    let scratch = Scratch::new();
    let data = scratch.data();
    let text = refusal(&scratch, &["--listen", "0.0.0.0:0", "--data-dir", &data]);
    assert!(text.contains("--no-demo"), "{text}");
    assert!(!scratch.0.join("data/tokens.json").exists());
}

#[tokio::test]
async fn tokens_are_created_for_roles_and_clients() {
    let scratch = Scratch::new();
    let data = scratch.data();
    let server = Serving::start(&scratch, &["--listen", "127.0.0.1:0", "--data-dir", &data]);
    let create = |args: &[&str]| {
        let mut all = vec!["token", "create", "--data-dir", data.as_str()];
        all.extend(args);
        run(&scratch, &all)
    };
    let made = create(&["--role", "client", "--account", "2"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    assert_eq!(call(&server.url, &token, "GET", "/api/accounts/2", Value::Null).await.0, 200);
    assert_eq!(call(&server.url, &token, "GET", "/api/accounts/1", Value::Null).await.0, 404);
    for wrong in [
        &["--role", "client"][..],
        &["--role", "king"],
        &["--role", "client", "--account", "99"],
        &["--role", "admin", "--account", "1"],
    ] {
        let refused = create(wrong);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && !said.contains("storage"), "{wrong:?}: {said}");
    }
}

// rule: A4
#[tokio::test]
async fn a4_people_are_named_changed_and_shut_out_and_tokens_withdrawn() {
    let scratch = Scratch::new();
    let data = scratch.data();
    let server = Serving::start(&scratch, &["--listen", "127.0.0.1:0", "--data-dir", &data]);
    let said = |args: &[&str]| {
        let output = run(&scratch, &[args, &["--data-dir", data.as_str()]].concat());
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let awa =
        ["--role", "client", "--account", "1", "--kind", "agent", "--name", "Awa Diop", "--email", "awa@example.test"];
    let number = said(&[&["user", "add"][..], &awa].concat());
    assert!(number.parse::<u64>().is_ok(), "{number}");
    let line = |list: &str, part: &str| list.lines().find(|line| line.contains(part)).map(str::to_owned);
    let listed = line(&said(&["user", "list"]), "Awa Diop").unwrap();
    assert_eq!(listed, format!("{number}\tclient\t1\tagent\tAwa Diop\tawa@example.test\t-\t-"));
    let changed = said(&["user", "change", &number, "--account", "2"]);
    assert!(changed.starts_with(&format!("{number}\tclient\t2\tagent\tAwa Diop")), "{changed}");

    let token = said(&["token", "create", "--role", "operation", "--name", "Moussa"]);
    let path = "/api/accounts/1";
    assert_eq!(call(&server.url, &token, "GET", path, Value::Null).await.0, 200);
    let moussa = line(&said(&["user", "list"]), "Moussa").unwrap();
    let id = moussa.split('\t').next().unwrap();
    let disabled = said(&["user", "disable", id]);
    assert!(!disabled.ends_with("-\t-"), "{disabled}");
    assert_eq!(call(&server.url, &token, "GET", path, Value::Null).await.0, 401, "who is disabled is out at once");
    said(&["user", "disable", id, "--enable"]);
    assert_eq!(call(&server.url, &token, "GET", path, Value::Null).await.0, 200);

    let of_moussa = line(&said(&["token", "list"]), "Moussa").unwrap();
    let fields: Vec<_> = of_moussa.split('\t').collect();
    assert!(matches!(fields[..], [_, "Moussa", "operation", _, used, "-"] if used != "-"), "{of_moussa}");
    said(&["token", "withdraw", fields[0]]);
    assert_eq!(call(&server.url, &token, "GET", path, Value::Null).await.0, 401, "a withdrawn token is no token");
    assert!(refusal(&scratch, &["token", "withdraw", fields[0], "--data-dir", &data]).contains("was withdrawn before"));
    assert!(refusal(&scratch, &["user", "disable", "999", "--data-dir", &data]).contains("no user 999"));
    let nobody = refusal(&scratch, &["user", "add", "--role", "finance", "--data-dir", &data]);
    assert!(nobody.contains("--name"), "{nobody}");
}

// rule: W4
#[tokio::test]
async fn w4_a_sealed_book_is_not_worked_on_without_its_key() {
    let scratch = Scratch::new();
    let data = scratch.data();
    let key = ["--audit-key", "0123456789abcdef0123456789abcdef"];
    let serve = ["--listen", "127.0.0.1:0", "--data-dir", data.as_str()];
    let payment = |reference| json!({ "source": "wave", "reference": reference, "type": "payment", "amount": 5, "currency": "XOF", "account_id": 1 });
    let keyed = [&serve[..], &key].concat();
    let mut server = Serving::start(&scratch, &keyed);
    let service = tokens(&scratch)["tokens"]["service"].as_str().unwrap().to_owned();
    assert_eq!(call(&server.url, &service, "POST", "/api/mouvements", payment("W-1")).await.0, 201);
    server.signal("-TERM");
    assert!(server.wait().success());

    std::fs::create_dir(scratch.0.join("old")).unwrap();
    std::fs::write(scratch.0.join("old/accounts.csv"), "id,name,balance,limit,currency\n9,Agence,0,1,XOF\n").unwrap();
    std::fs::write(scratch.0.join("wave.csv"), "reference,account_id,amount\nW-2,1,50\n").unwrap();
    for command in [
        &["serve"][..],
        &["import", "--from", "old"],
        &["import", "--undo"],
        &["payments", "wave.csv", "--source", "wave"],
    ] {
        let arguments = [&serve[..], command].concat();
        let output = run(&scratch, &arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains("sealed with a key, and ESTAIR_AUDIT_KEY is not set"), "{arguments:?}: {said}");
    }
    let server = Serving::start(&scratch, &keyed);
    assert_eq!(call(&server.url, &service, "POST", "/api/mouvements", payment("W-3")).await.0, 201);
    drop(server);
    let verified = run(&scratch, &[&["verify", "--data-dir", &data][..], &key].concat());
    let text = String::from_utf8(verified.stdout).unwrap();
    assert!(verified.status.success() && text.contains("3 accounts, 2 links"), "{text}");
}

// rule: V3
#[test]
fn v3_verifying_compares_with_an_anchor_and_says_what_it_cannot_judge() {
    let scratch = Scratch::new();
    let data = scratch.data();
    let ended = |args: &[&str], key: Option<&str>| {
        let mut command = command(&scratch, &[&["verify", "--data-dir", data.as_str()], args].concat());
        if let Some(key) = key {
            command.env("ESTAIR_AUDIT_KEY", key);
        }
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        (output.status.code(), text)
    };
    let (code, text) = ended(&[], None);
    assert_eq!(code, Some(2), "no book, no judgement: {text}");
    drop(Serving::start(&scratch, &["--listen", "127.0.0.1:0", "--data-dir", &data]));

    let (code, text) = ended(&["--anchor", "anchor.json"], None);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("unsigned") && text.contains("3 accounts"), "{text}");
    assert_eq!(ended(&["--against", "anchor.json"], None).0, Some(0));
    let anchor = std::fs::read_to_string(scratch.0.join("anchor.json")).unwrap();
    let mut changed: Value = serde_json::from_str(&anchor).unwrap();
    changed["heads"][0]["facts"] = json!(1_000);
    std::fs::write(scratch.0.join("anchor.json"), changed.to_string()).unwrap();
    let (code, text) = ended(&["--against", "anchor.json"], None);
    assert_eq!(code, Some(1), "a chain that is shorter than it was: {text}");
    assert_eq!(ended(&["--against", "nowhere.json"], None).0, Some(2));

    let (code, text) = ended(&[], Some("0123456789abcdef0123456789abcdef"));
    assert_eq!(code, Some(1), "nothing is sealed with the key yet: {text}");
    let (code, text) = ended(&["--uncovered"], None);
    assert_eq!(code, Some(0));
    assert!(text.lines().any(|line| line == "estair_outbox.*"), "{text}");
    assert!(
        text.lines()
            .all(|line| line.split_once('.').is_some_and(|(table, column)| !table.is_empty() && !column.is_empty()))
    );
}

#[test]
fn the_other_subcommands_do_what_they_say() {
    let scratch = Scratch::new();
    let data = scratch.data();
    assert!(refusal(&scratch, &["verify", "--data-dir", &data]).contains("no book"));
    assert!(run(&scratch, &["migrate", "--data-dir", &data]).status.success());
    assert!(run(&scratch, &["verify", "--data-dir", &data]).status.success());
    let document = run(&scratch, &["openapi"]);
    let document: Value = serde_json::from_slice(&document.stdout).unwrap();
    assert!(document["paths"]["/api/requetes-financieres"].is_object());
}

// rule: L8
#[tokio::test]
async fn l8_the_report_of_a_day_is_printed_as_the_api_answers_it_and_as_its_mail_tells_it() {
    let scratch = Scratch::new();
    let data = scratch.data();
    assert!(refusal(&scratch, &["report", "--data-dir", &data]).contains("no book"));
    assert!(!scratch.0.join("data").exists(), "a report makes no book");
    let mut server = Serving::start(&scratch, &["--listen", "127.0.0.1:0", "--data-dir", &data]);
    let known = tokens(&scratch);
    let service = known["tokens"]["service"].as_str().unwrap();
    let finance = known["tokens"]["finance"].as_str().unwrap();
    let payment = json!({
        "source": "wave", "reference": "W-1", "type": "payment", "amount": 25000, "currency": "XOF", "account_id": 1
    });
    let (status, posted) = call(&server.url, service, "POST", "/api/mouvements", payment).await;
    assert_eq!(status, 201, "{posted}");
    let (_, answered) = call(&server.url, finance, "GET", "/api/rapport", Value::Null).await;
    assert_eq!(answered["money"][0], json!({ "source": "wave", "currency": "XOF", "in": "25000", "out": "0" }));
    assert_eq!(answered["failed_messages"], 0);
    server.signal("-TERM");
    assert!(server.wait().success());

    let said = |arguments: &[&str]| {
        let output = run(&scratch, &[&["report", "--data-dir", &data], arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let day = answered["day"].as_str().unwrap();
    let printed: Value = serde_json::from_str(&said(&["--day", day, "--json"])).unwrap();
    assert_eq!(printed, answered);
    let text = said(&["--day", day]).replace(['\u{a0}', '\u{202f}'], " ");
    assert!(text.starts_with("Voici les chiffres du "), "{text}");
    assert!(text.contains("Wave : entrées 25 000 XOF, sorties 0 XOF"), "{text}");
    assert!(text.contains("Messages en échec : 0") && text.contains("Dernière vérification : jamais"), "{text}");
    assert!(!text.contains("Bonjour") && !text.contains("http"), "{text}");
    assert!(said(&["--day", "2020-01-01"]).contains("Rien n’est entré ni sorti"));
    assert_eq!(serde_json::from_str::<Value>(&said(&["--json"])).unwrap()["verify"], Value::Null);
    for wrong in ["yesterday", "0000-01-01", "2025-02-30"] {
        assert_eq!(run(&scratch, &["report", "--day", wrong]).status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn templates_are_shown_and_channels_are_tried() {
    let scratch = Scratch::new();
    let data = scratch.data();
    let shown = |notice, channel| {
        let output =
            run(&scratch, &["notify", "preview", notice, channel, "--public-url", "https://estair.example.test"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let html = shown("movement_failed", "email");
    assert!(html.starts_with("<!") && html.contains("Rejouer manuellement"), "{html}");
    for (channel, pointer, link) in [
        ("teams", "/attachments/0/content/body", "https://estair.example.test/"),
        ("push", "/notification/title", "/console/requests/123"),
    ] {
        let json: Value = serde_json::from_str(&shown("credit_requested", channel)).unwrap();
        assert!(json.pointer(pointer).is_some() && json.to_string().contains(link), "{json}");
    }
    assert!(!scratch.0.join("estair-data").exists(), "a preview makes no files");
    assert!(refusal(&scratch, &["notify", "preview", "credit_approved", "teams"]).contains("does not go by teams"));
    assert!(refusal(&scratch, &["notify", "preview", "nothing", "teams"]).contains("no such notice"));
    for channel in ["email", "teams", "push"] {
        let text = refusal(&scratch, &["notify", "test", channel, "--data-dir", &data]);
        assert!(text.contains(&format!("{channel}: channel not configured")), "{text}");
    }
    let smtp =
        ["--data-dir", &data, "--smtp-url", "smtp://127.0.0.1:1", "--critical-alert-email", "night@example.test"];
    let text = refusal(&scratch, &[&["notify", "test", "email"][..], &smtp].concat());
    assert!(text.contains("email: "), "{text}");
}

#[test]
fn thresholds_and_quiet_hours_are_read_or_refused() {
    let scratch = Scratch::new();
    for wrong in ["0", "50,101", "75,50", "50,50", "half", "1,2,3,4,5,6,7,8,9,10,11"] {
        assert!(refusal(&scratch, &["--credit-thresholds", wrong]).contains("--credit-thresholds"), "{wrong}");
    }
    assert!(refusal(&scratch, &["--quiet-hours", "night"]).contains("--quiet-hours"));
    let good = ["--credit-thresholds", "50, 75,100", "--quiet-hours", "20:00-07:00", "openapi"];
    assert!(run(&scratch, &good).status.success());
}

// rule: N3
#[tokio::test]
async fn n3_what_a_user_switched_off_is_recorded_as_skipped() {
    let scratch = Scratch::new();
    let data = scratch.data();
    let args = ["--listen", "127.0.0.1:0", "--data-dir", &data, "--credit-cutoff", "24:00"];
    let server = Serving::start(&scratch, &[&args[..], &["--smtp-url", "smtp://127.0.0.1:1"]].concat());
    let known = tokens(&scratch);
    let client = known["clients"][0]["token"].as_str().unwrap();
    let finance = known["tokens"]["finance"].as_str().unwrap();
    let off = json!({ "preferences": [{ "notice": "credit_auto_approved", "channel": "email", "on": false }] });
    assert_eq!(call(&server.url, client, "PUT", "/api/notifications/preferences", off).await.0, 200);

    let credit = json!({ "category": "credit", "amount": 1000 });
    let (_, created) = call(&server.url, client, "POST", "/api/requetes-financieres", credit).await;
    let history = format!("/api/requetes-financieres/{}/historique", created["id"]);
    for _ in 0..100 {
        let (_, told) = call(&server.url, finance, "GET", &history, Value::Null).await;
        let entries = told["items"].as_array().unwrap();
        let by_mail = |data: &&Value| data["notice"] == "credit_auto_approved" && data["channel"] == "email";
        let mail = entries.iter().map(|entry| &entry["data"]).find(by_mail);
        if let Some(mail) = mail {
            let skipped = (&json!("skipped"), &json!("recipient opted out"));
            return assert_eq!((&mail["status"], &mail["error"]), skipped);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nobody was told");
}

// rule: L1, L2, L4, L5, L7
#[test]
fn l2_the_commands_of_a_launch() {
    let scratch = Scratch::new();
    std::fs::create_dir(scratch.0.join("old")).unwrap();
    for (name, text) in [
        ("accounts", "id,name,balance,limit,currency\n3,Agence,400,1000,XOF\n"),
        ("approvisionnements", "id,account_id,montant,impact_solde,statut,created_at\n1,3,500,1,Terminé,2024-01-01\n"),
        ("factures", "id,account_id,montant,state,created_at\n1,3,100,Payé,2024-01-02\n"),
    ] {
        std::fs::write(scratch.0.join(format!("old/{name}.csv")), text).unwrap();
    }
    std::fs::write(scratch.0.join("wave.csv"), "reference,account_id,amount\nW-1,3,50\n").unwrap();
    let data = scratch.data();
    let said = |arguments: &[&str], status: i32| {
        let all = arguments.iter().copied().chain(["--data-dir", &data]).collect::<Vec<_>>();
        let output = run(&scratch, &all);
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).join("\n");
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
        text
    };
    let tried = said(&["import", "--from", "old", "--dry-run", "--report", "report.html"], 0);
    assert!(tried.contains("nothing was written"), "{tried}");
    assert!(std::fs::read_to_string(scratch.0.join("report.html")).unwrap().starts_with("<!doctype html>"));
    said(&["import", "--from", "old"], 0);
    said(&["import", "--from", "old"], 0);
    assert!(said(&["verify"], 0).contains("1 accounts, 2 links"));
    said(&["compare", "--from", "old"], 0);
    let refused = said(&["payments", "wave.csv", "--source", "wave", "--dry-run"], 1);
    assert!(refused.contains("1 refused") && refused.contains("former system"), "{refused}");
    said(&["payments", "wave.csv", "--source", "manual"], 2);
    // The second run brought nothing: there is nothing of it to undo, and it is not asked which of the two.
    assert!(said(&["import", "--undo"], 0).contains("run 1 is undone: 1 accounts, 2 movements"));
    assert_eq!(said(&["import", "--undo"], 1).trim(), "error: there is no import to undo");
    assert_eq!(said(&["import", "--undo", "1"], 1).trim(), "error: there is no import run 1 to undo");
    assert!(said(&["migrate", "--release"], 1).contains("nothing was renamed"));
    said(&["migrate", "--adopt"], 0);
    said(&["import", "--from", "nowhere"], 1);
}
