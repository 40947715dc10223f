//! What the tests of the channels need: a fixed clock, counted randomness, subscriptions in memory, loopback servers.
#![allow(dead_code, unreachable_pub)] // each test binary uses its part

pub mod smtp;

use estair_core::clock::{Clock, IdSource, Timestamp, parse_timestamp};
use estair_core::decision::Once;
use estair_core::id::UserId;
use estair_core::notice::{Channel, Notice};
use estair_core::notification::{PushSubscription, Shown, Subscribed, Subscriptions};
use estair_core::store::StoreError;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use estair_notify::{Links, Templates};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A directory of this test's own.
pub fn temporary_directory(name: &str) -> PathBuf {
    let directory = std::env::temp_dir().join(format!("estair-notify-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

pub fn texts() -> Templates {
    Templates::french(Links::parse("https://estair.example.test").unwrap()).unwrap()
}

/// It is always 2025-10-21T10:00:00Z.
pub struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        parse_timestamp("2025-10-21T10:00:00Z").unwrap()
    }
}

/// Not random, but never the same.
#[derive(Default)]
pub struct Counted(AtomicU64);

impl IdSource for Counted {
    fn seed(&self) -> u128 {
        let count = u128::from(self.0.fetch_add(1, Ordering::Relaxed)) + 1;
        count.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
    }
}

/// Subscriptions in memory: devices only.
#[derive(Default)]
pub struct Devices {
    pub devices: Mutex<Vec<PushSubscription>>,
    pub forgotten: Mutex<Vec<String>>,
}

#[async_trait]
impl Subscriptions for Devices {
    async fn subscribe(
        &self,
        _: UserId,
        device: &PushSubscription,
        _: Timestamp,
        _: Option<&Once>,
    ) -> Result<Subscribed, StoreError> {
        self.devices.lock().unwrap().push(device.clone());
        Ok(Subscribed::Kept)
    }

    async fn unsubscribe(&self, _: UserId, endpoint: &str) -> Result<bool, StoreError> {
        self.forget(endpoint).await.map(|()| true)
    }

    async fn devices(&self, _: &[UserId]) -> Result<Vec<(UserId, PushSubscription)>, StoreError> {
        Ok(self.devices.lock().unwrap().iter().map(|device| (UserId(1), device.clone())).collect())
    }

    async fn device(&self, endpoint: &str) -> Result<Option<PushSubscription>, StoreError> {
        Ok(self.devices.lock().unwrap().iter().find(|device| device.endpoint == endpoint).cloned())
    }

    async fn forget(&self, endpoint: &str) -> Result<(), StoreError> {
        self.forgotten.lock().unwrap().push(endpoint.to_owned());
        self.devices.lock().unwrap().retain(|device| device.endpoint != endpoint);
        Ok(())
    }

    async fn opt_outs(&self, _: &[UserId]) -> Result<Vec<(UserId, Notice, Channel)>, StoreError> {
        Ok(Vec::new())
    }

    async fn set_opt_out(&self, _: UserId, _: Notice, _: Channel, _: bool) -> Result<(), StoreError> {
        Ok(())
    }

    async fn seen(&self, _: UserId, _: Shown, _: &[u64]) -> Result<BTreeMap<u64, u64>, StoreError> {
        Ok(BTreeMap::new())
    }

    async fn set_seen(&self, _: UserId, _: Shown, _: u64, _: u64) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Listens on a loopback port below 32768, where no client's own port can meet it.
pub async fn listen() -> (TcpListener, u16) {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let turn = NEXT.fetch_add(1, Ordering::Relaxed) * 7 + u64::from(std::process::id()) * 131;
        let port = u16::try_from(20_000 + turn % 12_000).unwrap();
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)).await {
            return (listener, port);
        }
    }
}

/// A server's TLS for 127.0.0.1, and the authority to trust, in PEM.
pub fn certified() -> (tokio_rustls::TlsAcceptor, String) {
    let certified = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let key = tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
    let config = tokio_rustls::rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key.into())
        .unwrap();
    (tokio_rustls::TlsAcceptor::from(Arc::new(config)), certified.cert.pem())
}

/// A request as an HTTP server got it.
#[derive(Clone, Debug)]
pub struct Got {
    pub head: String,
    pub body: Vec<u8>,
}

impl Got {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<String> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
    }
}

/// An HTTP server that gives one answer to everything, and remembers what it got.
pub struct HttpServer {
    pub port: u16,
    got: Arc<Mutex<Vec<Got>>>,
}

impl HttpServer {
    /// Answers with this status line and these headers (`name: value`), and this body.
    pub async fn start(status: &'static str, headers: &'static str, body: &'static str) -> Self {
        let (listener, port) = listen().await;
        let got = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&got);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                tokio::spawn(async move { answer_request(stream, status, headers, body, &kept).await });
            }
        });
        Self { port, got }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What it has answered so far.
    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}

/// Notes a request, and answers it.
async fn answer_request(
    mut stream: TcpStream,
    status: &str,
    headers: &str,
    body: &str,
    kept: &Mutex<Vec<Got>>,
) -> Option<()> {
    let mut bytes = Vec::new();
    let end = loop {
        let mut part = [0_u8; 4096];
        let length = stream.read(&mut part).await.ok()?;
        if length == 0 {
            return None;
        }
        bytes.extend_from_slice(&part[..length]);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut request = Got { head, body: bytes[end..].to_vec() };
    let length: usize = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    while request.body.len() < length {
        let mut part = [0_u8; 4096];
        let more = stream.read(&mut part).await.ok()?;
        request.body.extend_from_slice(&part[..more]);
    }
    kept.lock().unwrap().push(request);
    let answer =
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await.ok()
}
