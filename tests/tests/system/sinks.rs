//! Where notifications really arrive: a mail server and the webhooks of Teams channels, both kept small.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::listening::listener;

/// A mail that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    /// All of it, decoded as far as a search needs.
    pub(crate) text: String,
}

/// A card that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    /// The channel: the path it was sent to.
    pub(crate) channel: String,
    pub(crate) title: String,
    pub(crate) body: Value,
}

/// The sinks, and what they got.
#[derive(Clone)]
pub(crate) struct Sinks {
    pub(crate) smtp: String,
    pub(crate) teams: String,
    mails: Arc<Mutex<Vec<Mail>>>,
    cards: Arc<Mutex<Vec<Card>>>,
}

impl Mail {
    /// A mail as it was sent.
    pub(crate) fn read(from: &str, to: &str, raw: &str) -> Self {
        Self { from: from.to_owned(), to: to.to_owned(), subject: subject(raw), text: decoded(raw) }
    }
}

impl Sinks {
    pub(crate) async fn start() -> Self {
        let (mail_server, url) = listener().await;
        Self::taking(mail_server, url).await
    }

    /// Mail is taken on this port from now on.
    pub(crate) async fn with_mail_at(port: u16) -> Self {
        let mail_server = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        Self::taking(mail_server, format!("http://127.0.0.1:{port}")).await
    }

    async fn taking(mail_server: TcpListener, url: String) -> Self {
        let (teams_server, teams) = listener().await;
        let sinks =
            Self { smtp: url.replace("http://", "smtp://"), teams, mails: Arc::default(), cards: Arc::default() };
        let kept = Arc::clone(&sinks.mails);
        tokio::spawn(async move {
            while let Ok((stream, _)) = mail_server.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&kept)));
            }
        });
        let router = Router::new().route("/{channel}", post(Self::card)).with_state(sinks.clone());
        tokio::spawn(async move { axum::serve(teams_server, router).await });
        sinks
    }

    async fn card(State(sinks): State<Self>, Path(channel): Path<String>, body: Bytes) -> StatusCode {
        let body: Value = serde_json::from_slice(&body).unwrap();
        let title = &body["attachments"][0]["content"]["body"][0]["items"][0]["text"];
        let title = title.as_str().unwrap_or_default().to_owned();
        sinks.cards.lock().unwrap().push(Card { channel, title, body });
        StatusCode::ACCEPTED
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    pub(crate) fn cards(&self) -> Vec<Card> {
        self.cards.lock().unwrap().clone()
    }

    /// Everything that came, a line each: `mail TO: SUBJECT` and `teams CHANNEL: TITLE`, sorted.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mails = self.mails().into_iter().map(|mail| format!("mail {}: {}", mail.to, mail.subject));
        let cards = self.cards().into_iter().map(|card| format!("teams {}: {}", card.channel, card.title));
        let mut lines: Vec<_> = mails.chain(cards).collect();
        lines.sort();
        lines
    }

    pub(crate) fn clear(&self) {
        self.mails.lock().unwrap().clear();
        self.cards.lock().unwrap().clear();
    }
}

/// One conversation of SMTP; it may carry several mails.
async fn converse(stream: TcpStream, inbox: Arc<Mutex<Vec<Mail>>>) {
    let mut stream = BufReader::new(stream);
    let (mut from, mut to) = (String::new(), String::new());
    let mut answer = "220 sink ESMTP";
    loop {
        if stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let verb = line.split([' ', '\r']).next().unwrap_or_default().to_ascii_uppercase();
        let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        answer = match verb.as_str() {
            "MAIL" => {
                from = address();
                "250 ok"
            }
            "RCPT" => {
                to = address();
                "250 ok"
            }
            "DATA" => {
                let _ = stream.write_all(b"354 go on\r\n").await;
                let mut raw = String::new();
                while !raw.ends_with("\r\n.\r\n") {
                    if stream.read_line(&mut raw).await.unwrap_or(0) == 0 {
                        return;
                    }
                }
                inbox.lock().unwrap().push(Mail::read(&from, &to, &raw));
                "250 2.0.0 queued"
            }
            "EHLO" => "250-sink\r\n250 8BITMIME",
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
    }
}

/// The subject, unfolded and its encoded words decoded.
fn subject(raw: &str) -> String {
    let head = raw.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ").replace("\r\n\t", " ");
    let line = head.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or_default();
    let mut words: Vec<(bool, Vec<u8>)> = Vec::new();
    for word in line.split(' ') {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|rest| rest.strip_suffix("?="));
        match encoded.and_then(|encoded| STANDARD.decode(encoded).ok()) {
            // Between two encoded words the blank does not count, and a character may be cut in two.
            Some(bytes) => match words.last_mut() {
                Some((true, last)) => last.extend(bytes),
                _ => words.push((true, bytes)),
            },
            None => words.push((false, word.as_bytes().to_vec())),
        }
    }
    let words: Vec<_> = words.into_iter().map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned()).collect();
    plain(&words.join(" "))
}

/// A mail with its quoted-printable and base64 parts decoded.
fn decoded(raw: &str) -> String {
    let parts = raw.split("\r\n--").map(|part| {
        let Some((head, body)) = part.split_once("\r\n\r\n") else { return part.to_owned() };
        match head.to_ascii_lowercase() {
            head if head.contains("quoted-printable") => quoted_printable(body),
            head if head.contains("base64") => {
                let bytes = STANDARD.decode(body.replace(['\r', '\n'], "").trim_end_matches('.')).unwrap_or_default();
                String::from_utf8_lossy(&bytes).into_owned()
            }
            _ => part.to_owned(),
        }
    });
    plain(&parts.collect::<Vec<_>>().join("\n"))
}

fn quoted_printable(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match (*first, code.and_then(|code| u8::from_str_radix(code, 16).ok())) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            (byte, _) => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Blanks of every width as one kind.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ")
}
