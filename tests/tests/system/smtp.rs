//! The server's side of SMTP, as far as a sink needs it, and the mails it takes.

use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

/// A mail that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    /// All of it, decoded as far as a search needs.
    pub(crate) text: String,
}

impl Mail {
    /// A mail as it was sent.
    pub(crate) fn read(from: &str, to: &str, raw: &str) -> Self {
        Self { from: from.to_owned(), to: to.to_owned(), subject: subject(raw), text: decoded(raw) }
    }
}

/// A conversation; none when the client has gone.
pub(crate) struct Talk<'a, S> {
    pub(crate) stream: BufReader<S>,
    /// User and password, as `AUTH PLAIN` gives them; none where nobody is asked.
    pub(crate) welcome: Option<&'a str>,
    pub(crate) inbox: &'a Mutex<Vec<Mail>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<'_, S> {
    pub(crate) async fn say(&mut self, answer: &str) -> Option<()> {
        self.stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        self.stream.flush().await.ok()
    }

    pub(crate) async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await.ok()?;
        (read > 0).then_some(line)
    }

    /// To its end, from after the greeting; it may carry several mails.
    pub(crate) async fn finish(mut self) -> Option<()> {
        let (mut known, mut from, mut to) = (self.welcome.is_none(), String::new(), String::new());
        loop {
            let line = self.line().await?;
            let verb = line.split([' ', '\r']).next()?.to_ascii_uppercase();
            let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            let answer = match verb.as_str() {
                "EHLO" if known => "250-sink\r\n250 8BITMIME",
                "EHLO" => "250-submission\r\n250 AUTH PLAIN",
                "AUTH" => {
                    known = self.welcome.is_none_or(|welcome| line.trim().ends_with(welcome));
                    if known { "235 welcome" } else { "535 5.7.8 bad credentials" }
                }
                "QUIT" => return self.say("221 bye").await,
                _ if !known => "530 5.7.0 authentication required",
                "MAIL" => {
                    from = address();
                    "250 ok"
                }
                "RCPT" => {
                    to = address();
                    "250 ok"
                }
                "DATA" => {
                    self.say("354 go on").await?;
                    let mut raw = String::new();
                    while !raw.ends_with("\r\n.\r\n") {
                        raw.push_str(&self.line().await?);
                    }
                    self.inbox.lock().unwrap().push(Mail::read(&from, &to, &raw));
                    "250 2.0.0 queued"
                }
                _ => "250 ok",
            };
            self.say(answer).await?;
        }
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
