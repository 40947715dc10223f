//! The real program, killed in the middle of its work, doubled, and told to stop.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use estair_core::clock::{Clock, System};
use estair_core::messager::Message;
use estair_core::queue::Queue;
use estair_tests::database::{Kind, options};
use estair_tests::patience::{LONG, end_within, first_line_of, output_of, output_within};
use serde_json::{Value, json};

use crate::listening::free_port;
use crate::world::{
    Answer, REQUESTS, SECRET, Scratch, TOKEN, Tokens, WEBHOOK, cash, credit, eventually, payment, try_call,
};

/// The program, built from what is here.
pub(crate) fn program() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut command = Command::new(env!("CARGO"));
        command.args(["build", "--quiet", "-p", "estair-server", "--message-format", "json"]).current_dir(root);
        let output = output_within(Duration::from_secs(1_800), &mut command);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the server cannot be built: {said}");
        let lines = String::from_utf8(output.stdout).unwrap();
        let built = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut paths = built.filter_map(|line| line["executable"].as_str().map(PathBuf::from));
        paths.find(|path| path.file_stem().is_some_and(|name| name == "estair-server")).unwrap()
    })
}

/// The program with these arguments in a directory of its own; the environment is the given one alone.
pub(crate) fn command(scratch: &Scratch, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program());
    command.env_clear().current_dir(&scratch.0).args(arguments).envs(environment.iter().copied());
    command
}

/// The program while it serves; killed at the end of the test if it still does.
pub(crate) struct Serving {
    child: Child,
    pub(crate) url: String,
}

impl Serving {
    pub(crate) fn start(scratch: &Scratch, more: &[(&str, &str)]) -> Self {
        Self::as_what(scratch, &[], more)
    }

    /// Serves what these arguments say.
    fn as_what(scratch: &Scratch, arguments: &[&str], more: &[(&str, &str)]) -> Self {
        let (listen, data) = (format!("127.0.0.1:{}", free_port()), scratch.data());
        let fixed = [
            ("ESTAIR_LISTEN", listen.as_str()),
            ("ESTAIR_DATA_DIR", data.as_str()),
            ("ESTAIR_CREDIT_CUTOFF", "24:00"),
            ("ESTAIR_RATE_LIMIT", "0"),
            ("MESSAGER_RETRY_SCHEDULE", "100ms,200ms,300ms"),
            ("MESSAGER_WEBHOOK_SECRET", SECRET),
            ("MESSAGER_DOMAIN_HELPDESK_TOKEN", TOKEN),
        ];
        let mut command = command(scratch, arguments, &[&fixed, more].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        // Nobody hears what it says after that: it serves all the same.
        let line = first_line_of(&mut child, "the server");
        let url = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("it said {line:?}")).to_owned();
        Self { child, url }
    }

    /// `-KILL` or `-TERM`; gives its exit code, none when a signal ended it.
    pub(crate) fn end(self, signal: &str) -> Option<i32> {
        self.ends_within(LONG, signal)
    }

    /// As [`Self::end`], of a process that has this time.
    pub(crate) fn ends_within(mut self, limit: Duration, signal: &str) -> Option<i32> {
        let status = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
        end_within(limit, &mut self.child, signal).code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn verify(scratch: &Scratch, environment: &[(&str, &str)]) -> Output {
    let data = scratch.data();
    output_of(&mut command(scratch, &["verify", "--data-dir", &data], environment))
}

pub(crate) fn assert_clean(scratch: &Scratch, environment: &[(&str, &str)]) {
    let output = verify(scratch, environment);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains(" 0 findings"), "{text}");
}

/// A call of the traffic: what was asked under which key, and the answer if one came.
#[derive(Clone)]
pub(crate) struct Asked {
    who: &'static str,
    path: &'static str,
    key: String,
    body: Value,
    pub(crate) answer: Option<Answer>,
    /// How long the answer took.
    pub(crate) took: Duration,
}

/// Clients that ask until they are stopped or nobody answers.
pub(crate) struct Traffic {
    stop: Arc<AtomicBool>,
    asked: Arc<Mutex<Vec<Asked>>>,
    clients: Vec<tokio::task::JoinHandle<()>>,
}

impl Traffic {
    pub(crate) fn start(urls: &[&str], tokens: &Tokens) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let client = |client: usize| {
            let (stop, asked, url) = (Arc::clone(&stop), Arc::clone(&asked), urls[client % urls.len()].to_owned());
            let tokens = tokens.clone();
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    let number = NEXT.fetch_add(1, Ordering::SeqCst);
                    let (who, path, body) = match client % 3 {
                        0 => ("client1", REQUESTS, credit(1_000)),
                        1 => ("service", "/api/mouvements", payment(2, &format!("P-{number}"), 100)),
                        _ => ("operation", REQUESTS, cash("load", 3, 500)),
                    };
                    let key = format!("traffic-{number}");
                    let headers = [("idempotency-key", key.as_str())];
                    let began = Instant::now();
                    let sent = try_call(&url, tokens.of(who), "POST", path, &headers, Some(body.to_string())).await;
                    let (broken, took) = (sent.is_err(), began.elapsed());
                    let is_away = sent.as_ref().is_ok_and(|answer| answer.status == 503);
                    asked.lock().unwrap().push(Asked { who, path, key, body, answer: sent.ok(), took });
                    if broken {
                        return;
                    }
                    // Nobody asks at once again where he was told that it cannot be now.
                    if is_away {
                        tokio::time::sleep(Duration::from_millis(200)).await;
                    }
                }
            })
        };
        let clients = (0..6).map(client).collect();
        Self { stop, clients, asked }
    }

    /// Waits until so many calls were answered.
    pub(crate) async fn reaches(&self, answered: usize) {
        eventually("there is traffic", || async {
            let asked = self.asked.lock().unwrap();
            (asked.iter().filter(|asked| asked.answer.is_some()).count() >= answered).then_some(())
        })
        .await;
    }

    pub(crate) async fn end(self) -> Vec<Asked> {
        self.stop.store(true, Ordering::SeqCst);
        for client in self.clients {
            client.await.unwrap();
        }
        self.asked.lock().unwrap().clone()
    }
}

/// Asks again for everything, with the same keys: what was acknowledged is given again, the rest is made now. Then each
/// thing is there once.
pub(crate) async fn all_there_once(url: &str, tokens: &Tokens, asked: &[Asked]) -> Vec<u64> {
    let mut credits = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for Asked { who, path, key, body, answer, took: _ } in asked {
        let headers = [("idempotency-key", key.as_str())];
        let again = try_call(url, tokens.of(who), "POST", path, &headers, Some(body.to_string())).await.unwrap();
        assert_eq!(again.status, 201, "{key} {}", again.text);
        let id = |answer: &Answer| answer.body["id"].as_u64().or(answer.body["mouvement_id"].as_u64()).unwrap();
        if let Some(answer) = answer {
            assert_eq!(answer.status, 201, "{key} {}", answer.text);
            assert_eq!(again.header("idempotent-replayed"), Some("true"), "{key} was acknowledged");
            assert_eq!(id(&again), id(answer), "{key}");
        }
        assert!(ids.insert((*path, id(&again))), "{key} is another's");
        if *who == "client1" {
            credits.push(id(&again));
        }
    }
    credits
}

/// Waits until nothing is under way.
pub(crate) async fn settled(url: &str, tokens: &Tokens) {
    let began = Instant::now();
    let path = format!("{REQUESTS}?status=to_treat,processing&limit=1");
    loop {
        let list = try_call(url, tokens.of("admin"), "GET", &path, &[], None).await.unwrap();
        if list.body["items"] == json!([]) {
            return;
        }
        // What a killed process had begun is taken over when its lease of 30 s has run out.
        assert!(began.elapsed() < Duration::from_secs(75), "still under way: {}", list.text);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn account(url: &str, tokens: &Tokens, id: u64) -> Value {
    let answer = try_call(url, tokens.of("admin"), "GET", &format!("/api/accounts/{id}"), &[], None).await.unwrap();
    answer.body
}

pub(crate) async fn check_figures(url: &str, tokens: &Tokens, asked: &[Asked], credits: &[u64]) {
    let closed = credits.len() as u64 * 1_000;
    let payments = asked.iter().filter(|asked| asked.who == "service").count() * 100;
    assert_eq!(account(url, tokens, 1).await["active_credit"], json!(closed.to_string()), "each credit once");
    assert_eq!(account(url, tokens, 2).await["balance"], json!(payments.to_string()), "each payment once");
    for id in credits {
        let request = request(url, tokens, *id).await;
        assert_eq!(request["status"], "closed", "{request}");
    }
}

// rule: G6
#[tokio::test(flavor = "multi_thread")]
async fn w1_g6_a_server_killed_in_the_middle_of_traffic_loses_nothing_and_doubles_nothing() {
    let scratch = Scratch::new();
    let mut asked = Vec::new();
    for pause in [900, 400] {
        let server = Serving::start(&scratch, &[]);
        let tokens = scratch.tokens();
        raise_limit(&server.url, &tokens).await;
        let traffic = Traffic::start(&[&server.url], &tokens);
        tokio::time::sleep(Duration::from_millis(pause)).await;
        traffic.reaches(10).await;
        assert_eq!(server.end("-KILL"), None);
        asked.extend(traffic.end().await);
    }
    assert!(asked.iter().filter(|asked| asked.answer.is_some()).count() >= 20, "there was traffic");
    assert_clean(&scratch, &[]);

    let server = Serving::start(&scratch, &[]);
    let tokens = scratch.tokens();
    let credits = all_there_once(&server.url, &tokens, &asked).await;
    settled(&server.url, &tokens).await;
    check_figures(&server.url, &tokens, &asked, &credits).await;
    assert_eq!(server.end("-TERM"), Some(0));
    assert_clean(&scratch, &[]);
}

/// What a command of the program prints.
fn said(scratch: &Scratch, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = output_of(&mut command(scratch, arguments, environment));
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

// rule: G10, G6
#[tokio::test(flavor = "multi_thread")]
async fn g10_g6_an_estair_or_a_messager_apart_killed_in_the_middle_of_traffic_loses_nothing() {
    let scratch = Scratch::new();
    let [estair, messager] = [(); 2].map(|()| format!("127.0.0.1:{}", free_port()));
    let (data, webhook) = (scratch.0.join("messager").display().to_string(), format!("http://{estair}{WEBHOOK}"));
    let of_messager = [("ESTAIR_LISTEN", &*messager), ("ESTAIR_DATA_DIR", &*data), ("MESSAGER_WEBHOOK_URL", &*webhook)];
    let token = said(&scratch, &["messager", "token", "create", "--console"], &of_messager);
    let api = format!("http://{messager}/api");
    let of_estair = [("ESTAIR_LISTEN", &*estair), ("MESSAGER_API_URL", &*api), ("MESSAGER_CONSOLE_TOKEN", &*token)];
    let mut beside = Serving::as_what(&scratch, &["messager"], &of_messager);
    let mut server = Serving::start(&scratch, &of_estair);
    let tokens = scratch.tokens();
    raise_limit(&server.url, &tokens).await;
    let traffic = Traffic::start(&[&server.url], &tokens);
    traffic.reaches(10).await;
    assert_eq!(beside.end("-KILL"), None);
    traffic.reaches(20).await;
    let second = Serving::as_what(&scratch, &["messager"], &of_messager);
    beside =
        Serving::as_what(&scratch, &["messager"], &[&of_messager[..], &[("ESTAIR_LISTEN", "127.0.0.1:0")]].concat());
    traffic.reaches(40).await;
    assert_eq!(server.end("-KILL"), None);
    let asked = traffic.end().await;
    server = Serving::start(&scratch, &of_estair);
    let credits = all_there_once(&server.url, &tokens, &asked).await;
    settled(&server.url, &tokens).await;
    check_figures(&server.url, &tokens, &asked, &credits).await;
    // Messages and book agree, as the API tells them.
    let data = scratch.data();
    let judged = said(&scratch, &["verify", "--data-dir", &data], &of_estair);
    assert!(judged.contains(" 0 findings") && !judged.contains("judged"), "{judged}");
    for process in [server, beside, second] {
        assert_eq!(process.end("-TERM"), Some(0));
    }
    let judged = said(&scratch, &["verify", "--data-dir", &data], &of_estair);
    assert!(judged.contains(" 0 findings") && judged.contains("could not be judged"), "{judged}");
}

// rule: G10
#[test]
fn g10_a_messager_apart_does_not_start_without_what_it_needs() {
    let scratch = Scratch::new();
    let data = scratch.data();
    let fails = |environment: &[(&str, &str)]| {
        let listen = [("ESTAIR_LISTEN", "127.0.0.1:0"), ("ESTAIR_DATA_DIR", &*data)];
        let output = output_of(&mut command(&scratch, &["messager"], &[&listen, environment].concat()));
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let all = [
        ("MESSAGER_WEBHOOK_URL", "http://127.0.0.1:9/api/webhook/helpdesk/movement"),
        ("MESSAGER_DOMAIN_HELPDESK_TOKEN", TOKEN),
        ("MESSAGER_WEBHOOK_SECRET", SECRET),
    ];
    for (place, (name, _)) in all.iter().enumerate() {
        let others: Vec<_> = all.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, one)| *one).collect();
        let error = fails(&others);
        assert!(error.contains(name), "{name} is not named: {error}");
    }
    // A domain that was added says all three.
    let environment = [("ESTAIR_DATA_DIR", &*data), ("MESSAGER_WEBHOOK_URL", all[0].1)];
    let shown = said(&scratch, &["messager", "domain", "add", "estair-helpdesk"], &environment);
    let (token, secret) = shown.split_once('\n').unwrap();
    assert!(token.starts_with("token ") && secret.starts_with("secret whsec_"), "{shown}");
    let again = output_of(&mut command(&scratch, &["messager", "domain", "add", "estair-helpdesk"], &environment));
    assert!(!again.status.success(), "it is there already");
    let rotated = said(&scratch, &["messager", "domain", "rotate", "estair-helpdesk", "--token"], &environment);
    assert!(rotated.starts_with("token ") && !rotated.contains("secret") && rotated != token, "{rotated}");
    let list = said(&scratch, &["messager", "domain", "list"], &environment);
    assert!(list.ends_with("\t2\t1"), "two tokens, one secret: {list}");
    said(&scratch, &["messager", "domain", "rotate", "estair-helpdesk", "--end"], &environment);
    let list = said(&scratch, &["messager", "domain", "list"], &environment);
    assert!(list.ends_with("\t1\t1"), "{list}");
    let server = Serving::as_what(&scratch, &["messager"], &[("ESTAIR_DATA_DIR", &*data)]);
    assert_eq!(server.end("-TERM"), Some(0));
}

/// So high that no credit of the traffic waits.
pub(crate) async fn raise_limit(url: &str, tokens: &Tokens) {
    let body = json!({ "limit": "9000000000", "reason": "traffic" }).to_string();
    let answer = try_call(url, tokens.of("finance"), "PUT", "/api/accounts/1/limit", &[], Some(body)).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_in_the_middle_of_traffic_finishes_what_is_being_written_and_gives_leases_back() {
    let scratch = Scratch::new();
    let server = Serving::start(&scratch, &[]);
    let tokens = scratch.tokens();
    raise_limit(&server.url, &tokens).await;
    let traffic = Traffic::start(&[&server.url], &tokens);
    tokio::time::sleep(Duration::from_millis(700)).await;
    let began = Instant::now();
    assert_eq!(server.end("-TERM"), Some(0), "a stop is no failure");
    assert!(began.elapsed() < Duration::from_secs(15), "it took {:?}", began.elapsed());
    let asked = traffic.end().await;
    assert_clean(&scratch, &[]);

    let server = Serving::start(&scratch, &[]);
    let credits = all_there_once(&server.url, &tokens, &asked).await;
    let began = Instant::now();
    settled(&server.url, &tokens).await;
    assert!(began.elapsed() < Duration::from_secs(20), "no lease was left to run out: {:?}", began.elapsed());
    check_figures(&server.url, &tokens, &asked, &credits).await;
    assert_eq!(server.end("-TERM"), Some(0));
    assert_clean(&scratch, &[]);
}

/// What two servers do together, whichever of them does it: each job is done once and none is lost; and what one has taken
/// when it leaves, the other does.
async fn two_servers_share_the_work(kind: Kind) {
    let databases = estair_tests::databases!(kind);
    let (book, messages) = (databases.create().await, databases.create().await);
    let environment = [("ESTAIR_DATABASE_URL", book.as_str()), ("MESSAGER_DATABASE_URL", messages.as_str())];
    let (first_dir, second_dir) = (Scratch::new(), Scratch::new());
    let first = Serving::start(&first_dir, &environment);
    let tokens = first_dir.tokens();
    let second = Serving::start(&second_dir, &[&environment[..], &[("ESTAIR_NO_DEMO", "true")]].concat());
    raise_limit(&second.url, &tokens).await;
    let traffic = Traffic::start(&[&first.url, &second.url], &tokens);
    traffic.reaches(60).await;
    let asked = traffic.end().await;
    assert!(asked.iter().all(|asked| asked.answer.is_some()));
    let mut credits = all_there_once(&second.url, &tokens, &asked).await;
    assert!(!credits.is_empty(), "there was work to share");
    settled(&first.url, &tokens).await;
    check_figures(&second.url, &tokens, &asked, &credits).await;
    each_job_was_done_once(&book, &messages, credits.len()).await;

    // One takes credits that may not be delivered yet, and leaves; the other delivers them, and goes on alone.
    deliveries(&second.url, &tokens, "pause").await;
    for _ in 0..5 {
        credits.push(create_credit(&first.url, &tokens).await);
    }
    eventually("all are handed over", || async {
        let mut waiting = 0;
        for id in &credits {
            waiting += usize::from(request(&second.url, &tokens, *id).await["status"] == "processing");
        }
        (waiting == 5).then_some(())
    })
    .await;
    assert_eq!(first.end("-TERM"), Some(0));
    deliveries(&second.url, &tokens, "resume").await;
    credits.push(create_credit(&second.url, &tokens).await);
    settled(&second.url, &tokens).await;
    check_figures(&second.url, &tokens, &asked, &credits).await;
    each_job_was_done_once(&book, &messages, credits.len()).await;
    assert_eq!(second.end("-TERM"), Some(0));
    assert_clean(&second_dir, &environment);
}

async fn create_credit(url: &str, tokens: &Tokens) -> u64 {
    let body = credit(1_000).to_string();
    let created = try_call(url, tokens.of("client1"), "POST", REQUESTS, &[], Some(body)).await.unwrap();
    assert_eq!(created.status, 201, "{}", created.text);
    created.body["id"].as_u64().unwrap()
}

async fn request(url: &str, tokens: &Tokens, id: u64) -> Value {
    try_call(url, tokens.of("admin"), "GET", &format!("{REQUESTS}/{id}"), &[], None).await.unwrap().body
}

/// Pauses the deliveries of every server, or resumes them.
async fn deliveries(url: &str, tokens: &Tokens, what: &str) {
    let path = format!("/messager/api/deliveries/{what}");
    let body = json!({ "reason": "a test" }).to_string();
    let answer = try_call(url, tokens.of("admin"), "POST", &path, &[], Some(body)).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// So many credits were handed over, each as one message that was delivered, and nothing else is or was in the queues.
async fn each_job_was_done_once(book: &str, messages: &str, credits: usize) {
    let book = estair_sqlx::open_book(book, &options()).await.unwrap();
    let messager = estair_sqlx::open_messager(messages, &options()).await.unwrap();
    let messages: &dyn Queue<Message> = messager.as_ref();
    // The webhook was answered before its outcome is kept.
    let ended = eventually("the last outcome is kept", || async {
        let depths = [book.outbox.depth(System.now()).await.unwrap(), messages.depth(System.now()).await.unwrap()];
        depths.iter().all(|depth| depth.pending + depth.processing == 0).then_some(depths)
    });
    for depth in ended.await {
        assert_eq!((depth.completed, depth.failed, depth.skipped), (credits as u64, 0, 0), "{depth:?}");
    }
}

// rule: G6
#[tokio::test(flavor = "multi_thread")]
async fn g6_two_servers_on_one_postgres_share_the_work() {
    two_servers_share_the_work(Kind::Postgres).await;
}

// rule: G6
#[tokio::test(flavor = "multi_thread")]
async fn g6_two_servers_on_one_mariadb_share_the_work() {
    two_servers_share_the_work(Kind::MariaDb).await;
}
