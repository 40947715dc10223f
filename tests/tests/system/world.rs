//! A server in this process, who may call it, and what a test asks of it.

use estair_core::clock::{Clock, System, Timestamp};
use estair_core::hash::Hash;
use estair_core::verify::verify;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use estair_http::client::http_client;
use estair_http::signature::{ID, SIGNATURE, Secrets, TIMESTAMP};
use estair_server::apart;
use estair_server::cli;
use estair_server::options::Options;
use estair_server::secrets::DataDir;
use estair_server::start::{Server, start};
use estair_server::stores::Stores;
use estair_sqlx::{Holder, NewMessagerToken, open_messager_apart};
use estair_tests::database::{Databases, Kind};
use estair_tests::filling::execute;
use estair_tests::patience::in_time;
use serde_json::{Value, json};

use crate::listening::free_port;

pub(crate) const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
pub(crate) const TOKEN: &str = "the-token-of-the-helpdesk-domain";
pub(crate) const REQUESTS: &str = "/api/requetes-financieres";
pub(crate) const WEBHOOK: &str = "/api/webhook/helpdesk/movement";

/// A directory that goes away with the test.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("estair-system-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The data directory in it.
    pub(crate) fn data(&self) -> String {
        self.0.join("data").display().to_string()
    }

    /// What the demonstration wrote.
    pub(crate) fn tokens(&self) -> Tokens {
        let text = std::fs::read_to_string(self.0.join("data/tokens.json")).unwrap();
        Tokens(serde_json::from_str(&text).unwrap())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The tokens of the demonstration, by role, or `client1` to `client3`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tokens(pub(crate) Value);

impl Tokens {
    /// `nobody` has none.
    pub(crate) fn of(&self, who: &str) -> Option<String> {
        if who == "nobody" {
            return None;
        }
        let of_role = self.0["tokens"][who].as_str();
        let number = who.strip_prefix("client").and_then(|number| number.parse::<usize>().ok());
        let of_client = number.and_then(|number| self.0["clients"][number - 1]["token"].as_str());
        Some(of_role.or(of_client).unwrap_or_else(|| panic!("no token of {who}")).to_owned())
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Status and code, as a test compares them.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status, self.body["code"].as_str().unwrap_or_default())
    }
}

/// How often something is asked for, 25 ms apart.
const LOOKS: u32 = 2_400;

thread_local! {
    // A connection lives in the runtime that made it: each test thread has its own client.
    static OWN_CLIENT: reqwest::Client = http_client(Duration::from_secs(30)).unwrap();
}

/// One call; errors of the way are errors here.
pub(crate) async fn try_call(
    base: &str,
    token: Option<String>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<String>,
) -> Result<Answer, reqwest::Error> {
    let client = OWN_CLIENT.with(Clone::clone);
    let mut request = client.request(method.parse().unwrap(), format!("{base}{path}"));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body);
    }
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await?;
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Ok(Answer { status, headers, text, body })
}

/// Asks until the answer is there: for a minute, and as long as the asking itself takes.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    for _ in 0..LOOKS {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("never: {what}");
}

pub(crate) fn options(settings: &[(String, String)]) -> Options {
    let matches = cli::command().get_matches_from(["estair-server"]);
    Options::load(&matches, &settings.iter().cloned().collect()).unwrap()
}

/// Among the settings of a world: its Messager runs apart, as a server of its own.
pub(crate) const APART: (&str, &str) = ("apart", "");

/// A Messager that runs apart.
struct Apart {
    server: Server,
    /// Its own database.
    database: String,
}

/// A server that runs, and who may call it.
pub(crate) struct World {
    pub(crate) scratch: Scratch,
    pub(crate) tokens: Tokens,
    pub(crate) url: String,
    /// Where messages are handed to Messager.
    pub(crate) messager_url: String,
    server: Option<Server>,
    apart: Option<Apart>,
    settings: Vec<(String, String)>,
}

impl World {
    /// On SQLite.
    pub(crate) async fn new(more: &[(&str, &str)]) -> Self {
        Self::in_scratch(Scratch::new(), more).await
    }

    /// On two new databases of this kind.
    pub(crate) async fn on(databases: &Databases, more: &[(&str, &str)]) -> Self {
        let (book, messages) = (databases.create().await, databases.create().await);
        let urls = [("ESTAIR_DATABASE_URL", book.as_str()), ("MESSAGER_DATABASE_URL", messages.as_str())];
        Self::new(&[&urls, more].concat()).await
    }

    /// In a directory that may hold data already.
    pub(crate) async fn in_scratch(scratch: Scratch, more: &[(&str, &str)]) -> Self {
        let (listen, dir) = (format!("127.0.0.1:{}", free_port()), scratch.data());
        // The cut-off is the end of the day: the test runs at any hour.
        let fixed = [
            ("ESTAIR_LISTEN", listen.as_str()),
            ("ESTAIR_DATA_DIR", dir.as_str()),
            ("ESTAIR_CREDIT_CUTOFF", "24:00"),
            ("ESTAIR_RATE_LIMIT", "0"),
            ("MESSAGER_RETRY_SCHEDULE", "100ms,200ms,300ms"),
            ("MESSAGER_WEBHOOK_SECRET", SECRET),
            ("MESSAGER_DOMAIN_HELPDESK_TOKEN", TOKEN),
        ];
        let is_apart = more.contains(&APART);
        let said = fixed.iter().chain(more).filter(|setting| **setting != APART);
        let mut settings: Vec<_> = said.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let apart = if is_apart { Some(Apart::start(&scratch, &mut settings, &listen).await) } else { None };
        let server = in_time("a server", start(options(&settings))).await.unwrap();
        let demo = scratch.0.join("data/tokens.json").exists();
        let tokens = if demo { scratch.tokens() } else { Tokens(Value::Null) };
        let url = server.url();
        let embedded = || format!("{url}/messager");
        let messager_url = apart.as_ref().map_or_else(embedded, |apart| apart.server.url());
        Self { url, messager_url, tokens, scratch, server: Some(server), apart, settings }
    }

    /// With what ESTAIR asks the Messager that runs apart.
    pub(crate) fn console_token(&self) -> String {
        let named = self.settings.iter().rfind(|(name, _)| name == "MESSAGER_CONSOLE_TOKEN");
        named.map(|(_, token)| token.clone()).unwrap()
    }

    /// Stops the Messager that runs apart; it stays away.
    pub(crate) async fn stop_messager(&mut self) {
        let apart = self.apart.take().unwrap();
        in_time("the end of Messager", apart.server.stop()).await;
    }

    pub(crate) async fn call(&self, who: &str, method: &str, path: &str, body: Value) -> Answer {
        self.call_with(who, method, path, &[], body).await
    }

    pub(crate) async fn call_with(
        &self,
        who: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let body = (!body.is_null()).then(|| body.to_string());
        try_call(&self.url, self.tokens.of(who), method, path, headers, body).await.unwrap()
    }

    /// With the token of Messager's domain.
    pub(crate) async fn submit(&self, message: Value) -> Answer {
        let token = Some(TOKEN.to_owned());
        let body = Some(message.to_string());
        try_call(&self.messager_url, token, "POST", "/api/messages", &[], body).await.unwrap()
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Value {
        let answer = self.call(who, "GET", path, Value::Null).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.body
    }

    pub(crate) async fn create(&self, who: &str, body: Value) -> Value {
        let answer = self.call(who, "POST", REQUESTS, body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.body
    }

    pub(crate) async fn patch(&self, who: &str, id: &Value, body: Value) -> Answer {
        self.call(who, "PATCH", &format!("{REQUESTS}/{id}"), body).await
    }

    /// As [`Self::patch`], and it is granted.
    pub(crate) async fn moved(&self, who: &str, id: &Value, body: Value) -> Value {
        let answer = self.patch(who, id, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body
    }

    pub(crate) async fn request(&self, id: &Value) -> Value {
        self.get("admin", &format!("{REQUESTS}/{id}")).await
    }

    /// Waits until a request has a status.
    pub(crate) async fn becomes(&self, id: &Value, status: &str) -> Value {
        for _ in 0..LOOKS {
            let request = self.request(id).await;
            if request["status"] == status {
                return request;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("request {id} never became {status}: {}", self.request(id).await);
    }

    /// Waits until a message has a status.
    pub(crate) async fn message(&self, uuid: &str, status: &str) -> Value {
        let path = format!("/messager/api/messages/{uuid}");
        eventually(&format!("message {uuid} is {status}"), || async {
            Some(self.get("finance", &path).await).filter(|message| message["status"] == status)
        })
        .await
    }

    /// A granted credit of an account's client.
    pub(crate) async fn granted(&self, client: &str, amount: u64) -> Value {
        let created = self.create(client, credit(amount)).await;
        self.becomes(&created["id"], "closed").await
    }

    pub(crate) async fn account(&self, id: u64) -> Value {
        self.get("admin", &format!("/api/accounts/{id}")).await
    }

    /// Checks some figures of an account, by name.
    pub(crate) async fn figures<const N: usize>(&self, id: u64, expected: [(&str, &str); N]) {
        let account = self.account(id).await;
        for (name, value) in expected {
            assert_eq!(account[name], json!(value), "{name} of {account}");
        }
    }

    pub(crate) async fn set_limit(&self, account: u64, limit: u64) {
        let body = json!({ "limit": limit, "reason": "a test" });
        let answer = self.call("finance", "PUT", &format!("/api/accounts/{account}/limit"), body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// The successful movements of an account, newest first.
    pub(crate) async fn movements(&self, account: u64) -> Vec<Value> {
        let statement = self.get("admin", &format!("/api/accounts/{account}/mouvements?limit=200")).await;
        statement["items"].as_array().unwrap().clone()
    }

    /// Delivers a message to the webhook, signed with the right secret, now.
    pub(crate) async fn deliver(&self, message: &Value) -> Answer {
        deliver_signed(&self.url, message, SECRET, System.now()).await
    }

    /// What the server has in its databases.
    pub(crate) async fn stores(&self) -> Stores {
        let (data, _) = DataDir::open(&self.scratch.0.join("data")).unwrap();
        let mut settings = self.settings.clone();
        settings.extend(self.apart.as_ref().map(|apart| ("MESSAGER_DATABASE_URL".to_owned(), apart.database.clone())));
        in_time("the stores", Stores::open(&options(&settings), &data)).await.unwrap()
    }

    /// Takes a table of the book away, or brings it back: nothing is written meanwhile, and every delivery fails.
    pub(crate) async fn has_movements(&self, has: bool) {
        let (from, to) = if has { ("away", "mouvements") } else { ("mouvements", "away") };
        let url = format!("sqlite://{}", self.scratch.0.join("data/estair.db").display());
        execute(Kind::Sqlite, &url, &[format!("ALTER TABLE {from} RENAME TO {to}")]).await;
    }

    /// Stops the server; its data stay.
    pub(crate) async fn stop(mut self) -> Scratch {
        in_time("the end of a server", self.server.take().unwrap().stop()).await;
        if let Some(apart) = self.apart.take() {
            in_time("the end of Messager", apart.server.stop()).await;
        }
        self.scratch
    }

    /// Stops ESTAIR and starts it again on the same address and data; a Messager apart goes on.
    pub(crate) async fn restart(&mut self) {
        in_time("the end of a server", self.server.take().unwrap().stop()).await;
        self.server = Some(in_time("a server", start(options(&self.settings))).await.unwrap());
    }

    /// Stops the server, and verifies the book that it leaves.
    pub(crate) async fn end(mut self) -> Scratch {
        in_time("the end of a server", self.server.take().unwrap().stop()).await;
        let stores = self.stores().await;
        if let Some(apart) = self.apart.take() {
            in_time("the end of Messager", apart.server.stop()).await;
        }
        let report = in_time("the verification", verify(stores.audit.as_ref(), None)).await.unwrap();
        assert!(report.is_clean(), "{:?}", report.findings);
        self.scratch
    }
}

impl Apart {
    /// Starts a Messager for the ESTAIR that will listen there, and adds to its settings what it needs of it.
    async fn start(scratch: &Scratch, settings: &mut Vec<(String, String)>, estair: &str) -> Self {
        let (listen, dir) = (format!("127.0.0.1:{}", free_port()), scratch.0.join("messager"));
        let own = [
            ("ESTAIR_LISTEN", listen),
            ("ESTAIR_DATA_DIR", dir.display().to_string()),
            ("MESSAGER_WEBHOOK_URL", format!("http://{estair}{WEBHOOK}")),
        ];
        let mut of_messager = settings.clone();
        of_messager.extend(own.map(|(name, value)| (name.to_owned(), value)));
        let server = in_time("Messager", apart::start(options(&of_messager))).await.unwrap();
        let given = of_messager.iter().rfind(|(name, _)| name == "MESSAGER_DATABASE_URL").map(|(_, url)| url.clone());
        let database = given.unwrap_or_else(|| format!("sqlite://{}", dir.join("messager.db").display()));
        let token = messager_token(&database, Holder::Console).await;
        settings.retain(|(name, _)| name != "MESSAGER_DATABASE_URL");
        settings.push(("MESSAGER_API_URL".to_owned(), format!("{}/api", server.url())));
        settings.push(("MESSAGER_CONSOLE_TOKEN".to_owned(), token));
        Self { server, database }
    }
}

/// The cookie of somebody who signs in to a console through its form.
pub(crate) async fn signed_in(url: &str, prefix: &str, token: &str) -> String {
    let client = http_client(Duration::from_secs(10)).unwrap();
    let form = client.post(format!("{url}{prefix}/sign-in")).header("origin", url);
    let form = form.header("content-type", "application/x-www-form-urlencoded");
    let response = form.body(format!("token={token}")).send().await.unwrap();
    response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

/// A new token of the Messager with this database.
pub(crate) async fn messager_token(database: &str, holder: Holder) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let secret = format!("a-token-of-messager-{}", NEXT.fetch_add(1, Ordering::SeqCst));
    let directory = open_messager_apart(database, &estair_sqlx::Options::default()).await.unwrap().directory;
    let token = NewMessagerToken { secret: Hash::of(&secret), name: "a test".to_owned(), holder, at: System.now() };
    directory.create_token(&token).await.unwrap();
    secret
}

pub(crate) async fn deliver_signed(base: &str, message: &Value, secret: &str, at: Timestamp) -> Answer {
    let (id, body) = (message["message_uuid"].as_str().unwrap_or("none").to_owned(), message.to_string());
    let secrets: Secrets = secret.parse().unwrap();
    let (signature, instant) = (secrets.sign(&id, at, body.as_bytes()), at.timestamp().to_string());
    let headers = [(SIGNATURE, signature.as_str()), (TIMESTAMP, instant.as_str()), (ID, id.as_str())];
    try_call(base, None, "POST", WEBHOOK, &headers, Some(body)).await.unwrap()
}

pub(crate) fn credit(amount: u64) -> Value {
    json!({ "category": "credit", "amount": amount })
}

pub(crate) fn cash(category: &str, account: u64, amount: u64) -> Value {
    json!({ "category": category, "account_id": account, "amount": amount })
}

pub(crate) fn payment(account: u64, reference: &str, amount: i64) -> Value {
    json!({ "source": "wave", "reference": reference, "type": "payment", "amount": amount, "account_id": account })
}

/// Makes each function two tests: with Messager embedded, and apart.
#[macro_export]
macro_rules! both_ways {
    ($($name:ident),* $(,)?) => {
        mod embedded {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$name(&[]).await;
                }
            )*
        }
        mod apart {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    super::$name(&[$crate::world::APART]).await;
                }
            )*
        }
    };
}

/// Makes each function a test on each kind of database: it gets a world of its own, whose book is verified at its end.
#[macro_export]
macro_rules! on_every_kind {
    ($($name:ident),* $(,)?) => {
        $crate::on_every_kind! { @ sqlite Sqlite, $($name),* }
        $crate::on_every_kind! { @ mariadb MariaDb, $($name),* }
        $crate::on_every_kind! { @ mysql MySql, $($name),* }
        $crate::on_every_kind! { @ postgres Postgres, $($name),* }
        /// With Messager apart.
        mod apart {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let world = $crate::world::World::new(&[super::SETTINGS, &[$crate::world::APART]].concat()).await;
                    super::$name(&world).await;
                    world.end().await;
                }
            )*
        }
    };
    (@ $module:ident $kind:ident, $($name:ident),*) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let databases = estair_tests::databases!(estair_tests::database::Kind::$kind);
                    let world = $crate::world::World::on(&databases, super::SETTINGS).await;
                    super::$name(&world).await;
                    world.end().await;
                }
            )*
        }
    };
}
