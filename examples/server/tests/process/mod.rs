//! The server as a process: started, called, ended; a directory that is gone with it.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use estair_http::client::http_client;
use serde_json::Value;

pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("estair-binary-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn data(&self) -> String {
        self.0.join("data").display().to_string()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn command(scratch: &Scratch, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_estair-server"));
    command.env_clear().current_dir(&scratch.0).args(args);
    command
}

pub(crate) fn run(scratch: &Scratch, args: &[&str]) -> Output {
    command(scratch, args).output().unwrap()
}

pub(crate) fn refusal(scratch: &Scratch, args: &[&str]) -> String {
    let output = run(scratch, args);
    assert!(!output.status.success(), "{args:?} was accepted");
    String::from_utf8(output.stderr).unwrap()
}

/// A server that runs, and is killed if the test ends before it does.
pub(crate) struct Serving {
    pub(crate) child: Child,
    pub(crate) url: String,
    pub(crate) second_line: String,
}

impl Serving {
    pub(crate) fn start(scratch: &Scratch, args: &[&str]) -> Self {
        let mut child = command(scratch, args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let url = first.strip_prefix("listening on ").unwrap().to_owned();
        let second_line = lines.next().map(Result::unwrap).unwrap_or_default();
        Self { child, url, second_line }
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) async fn call(url: &str, token: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let client = http_client(Duration::from_secs(10)).unwrap();
    let request = client.request(method.parse().unwrap(), format!("{url}{path}")).bearer_auth(token);
    let request = if body.is_null() { request } else { request.json(&body) };
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap_or_default())
}

pub(crate) fn tokens(scratch: &Scratch) -> Value {
    serde_json::from_str(&std::fs::read_to_string(scratch.0.join("data/tokens.json")).unwrap()).unwrap()
}

pub(crate) async fn until_closed(url: &str, token: &str, id: &Value) {
    // What a killed process had begun is done again when its lease of 30 s has run out.
    for _ in 0..450 {
        let (_, request) = call(url, token, "GET", &format!("/api/requetes-financieres/{id}"), Value::Null).await;
        if request["status"] == "closed" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("request {id} was never closed");
}
