//! A way to a server that a test can close: every connection is cut and new ones are refused, until it opens again.

// Code that only tests run: what fails here is a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What a gate does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Open,
    /// Takes connections, and passes nothing on.
    Stalled,
    Closed,
}

/// A way to a server.
pub struct Gate {
    server: String,
    port: u16,
    way: watch::Sender<Way>,
    accepting: Option<JoinHandle<()>>,
}

impl Gate {
    /// An open way to `host:port`.
    pub async fn before(server: String) -> Self {
        let (way, _) = watch::channel(Way::Open);
        let mut gate = Self { server, port: 0, way, accepting: None };
        gate.listen().await;
        gate
    }

    /// A database's URL, and its gate: the same URL through the gate.
    pub async fn of_url(url: &str) -> (String, Self) {
        let (scheme, rest) = url.split_once("://").unwrap();
        let (authority, path) = rest.split_once('/').unwrap();
        let (user, address) = authority.rsplit_once('@').map_or(("", authority), |(user, address)| (user, address));
        let at = if user.is_empty() { "" } else { "@" };
        let gate = Self::before(address.to_owned()).await;
        (format!("{scheme}://{user}{at}127.0.0.1:{}/{path}", gate.port), gate)
    }

    /// Cuts every connection; nobody listens any more.
    pub async fn close(&mut self) {
        self.way.send_replace(Way::Closed);
        if let Some(task) = self.accepting.take() {
            task.abort();
            let _ = task.await;
        }
    }

    /// Connections stay, and nothing passes.
    pub fn stall(&self) {
        self.way.send_replace(Way::Stalled);
    }

    /// Opens again, at the same port.
    pub async fn open(&mut self) {
        self.way.send_replace(Way::Open);
        if self.accepting.is_none() {
            self.listen().await;
        }
    }

    async fn listen(&mut self) {
        let listener = self.bind().await;
        self.port = listener.local_addr().unwrap().port();
        let (server, way) = (self.server.clone(), self.way.subscribe());
        self.accepting = Some(tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, server.clone(), way.clone()));
            }
        }));
    }

    async fn bind(&self) -> TcpListener {
        for _ in 0..50 {
            let socket = TcpSocket::new_v4().unwrap();
            socket.set_reuseaddr(true).unwrap();
            if socket.bind(([127, 0, 0, 1], self.port).into()).is_ok() {
                return socket.listen(64).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("port {} cannot be had again", self.port);
    }
}

async fn pass(mut client: TcpStream, server: String, mut way: watch::Receiver<Way>) {
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    loop {
        let now = *way.borrow_and_update();
        let changed = way.changed();
        match now {
            Way::Closed => return,
            Way::Stalled => {
                let _ = changed.await;
            }
            Way::Open => tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
                // What was read and not yet passed on is lost: a connection that stalled never works again.
                _ = changed => {}
            },
        }
    }
}
