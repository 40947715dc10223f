//! A database server of a test's own, which may be killed without hurting another test.

// Code that only tests run: what fails here is a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;

use crate::database::{Kind, with_database};
use crate::filling::execute;
use crate::patience::{LONG, end_of};

/// A server; gone with its data when it is dropped.
pub struct OwnServer {
    kind: Kind,
    url: String,
    script: Child,
    orders: Option<ChildStdin>,
    said: mpsc::Receiver<String>,
}

impl OwnServer {
    /// Starts one. None for a file, and where the server is not on this machine, which is said.
    #[must_use]
    pub fn start(kind: Kind) -> Option<Self> {
        let name = kind.server()?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("servers.sh");
        let mut command = Command::new(script);
        command.args(["--own", name]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut script = command.spawn().unwrap();
        let (orders, answers) = (script.stdin.take(), script.stdout.take().unwrap());
        let (sender, said) = mpsc::channel();
        thread::spawn(move || {
            let lines = BufReader::new(answers).lines().map_while(Result::ok);
            lines.take_while(|line| sender.send(line.clone()).is_ok()).for_each(drop);
        });
        let mut server = Self { kind, url: String::new(), script, orders, said };
        let Ok(url) = server.said.recv_timeout(LONG) else {
            let status = end_of(&mut server.script, "the script of a server");
            assert_eq!(status.code(), Some(3), "{kind:?} did not start");
            eprintln!("not tested: {kind:?} is not on this machine");
            return None;
        };
        server.url = url;
        Some(server)
    }

    /// The URL of a new, empty database.
    pub async fn create(&self, name: &str) -> String {
        execute(self.kind, &self.url, &[format!("CREATE DATABASE {name}")]).await;
        with_database(&self.url, name)
    }

    /// Kills it, as `kill -9` does, with all its processes.
    pub fn kill(&mut self) {
        self.order("kill");
    }

    /// Starts it again, on the same data and the same port, and waits until it takes connections.
    pub fn start_again(&mut self) {
        self.order("start");
    }

    fn order(&mut self, order: &str) {
        writeln!(self.orders.as_mut().unwrap(), "{order}").unwrap();
        let said = self.said.recv_timeout(LONG);
        assert_eq!(said.as_deref(), Ok("done"), "{order}: {:?}", self.kind);
    }
}

impl Drop for OwnServer {
    /// At the end of its input the script stops the server and removes its data.
    fn drop(&mut self) {
        drop(self.orders.take());
        if !thread::panicking() {
            end_of(&mut self.script, "a server's script");
        }
    }
}
