//! A mail server that follows a script, over any stream: what it answers to each command and when, and what it does instead.
#![allow(dead_code, unreachable_pub)] // each test uses its part

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::Semaphore;

/// What a server does when it is to answer.
#[derive(Clone)]
pub enum Answer {
    /// Says this, whatever it is: lines end with CRLF, and one is added.
    Say(String),
    /// Says this after so long.
    After(Duration, String),
    /// Says this when the test gives a permit.
    Once(Arc<Semaphore>, String),
    /// Says this when the client has hung up.
    TooLate(String),
    /// Says these bytes, which are no UTF-8 perhaps.
    Bytes(Vec<u8>),
    /// Hangs up.
    HangUp,
    /// Says nothing for ever.
    Nothing,
}

impl Answer {
    /// Does it let the mail itself come?
    fn goes_on(&self) -> bool {
        matches!(self, Self::Say(text) | Self::After(_, text) | Self::Once(_, text) if text.starts_with("354"))
    }
}

impl From<&str> for Answer {
    fn from(text: &str) -> Self {
        Self::Say(text.to_owned())
    }
}

/// One session of a server: a usual one, but for what is said here.
#[derive(Clone, Default)]
pub struct Script {
    answers: BTreeMap<&'static str, Answer>,
    auth: Option<(&'static str, &'static str)>,
}

impl Script {
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers so to a command; `GREETING` is the first line, `MAIL` the command, `.` the mail itself.
    pub fn on(mut self, command: &'static str, answer: impl Into<Answer>) -> Self {
        self.answers.insert(command, answer.into());
        self
    }

    /// Wants this user and password.
    pub fn with_auth(self, user: &'static str, password: &'static str) -> Self {
        Self { auth: Some((user, password)), ..self }
    }

    fn answer(&self, command: &str, usual: &str) -> Answer {
        self.answers.get(command).cloned().unwrap_or_else(|| usual.into())
    }
}

/// What a server saw.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Things>>);

#[derive(Default)]
struct Things {
    sessions: Vec<Vec<String>>,
    mails: Vec<String>,
    handing_over: usize,
    most_handing_over: usize,
    open: usize,
}

impl Seen {
    /// The mails that it got whole.
    pub fn mails(&self) -> Vec<String> {
        self.0.lock().unwrap().mails.clone()
    }

    /// The commands of each session.
    pub fn sessions(&self) -> Vec<Vec<String>> {
        self.0.lock().unwrap().sessions.clone()
    }

    /// Sessions whose client has not hung up.
    pub fn open(&self) -> usize {
        self.0.lock().unwrap().open
    }

    /// The most mails that were between DATA and their answer at one time.
    pub fn most_handing_over(&self) -> usize {
        self.0.lock().unwrap().most_handing_over
    }

    /// A session that begins, by its number.
    pub fn begin(&self) -> usize {
        let mut things = self.0.lock().unwrap();
        things.sessions.push(Vec::new());
        things.open += 1;
        things.sessions.len() - 1
    }

    fn end(&self) {
        self.0.lock().unwrap().open -= 1;
    }

    fn command(&self, session: usize, line: &str) {
        self.0.lock().unwrap().sessions[session].push(line.to_owned());
    }

    fn begin_mail(&self) {
        let mut things = self.0.lock().unwrap();
        things.handing_over += 1;
        things.most_handing_over = things.most_handing_over.max(things.handing_over);
    }

    fn end_mail(&self) {
        self.0.lock().unwrap().handing_over -= 1;
    }
}

/// Follows a script to its end, and hands the stream back where the client asked for TLS.
pub async fn follow<S>(stream: S, script: &Script, seen: &Seen, session: usize, secure: Secure) -> Option<S>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut talk = Talk { stream: BufReader::new(stream), script, seen, session };
    let upgraded = talk.talk(secure).await;
    if upgraded != Some(true) {
        seen.end();
        return None;
    }
    Some(talk.stream.into_inner())
}

/// Where a session stands with TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Secure {
    /// There is none to be had.
    Never,
    /// It is offered.
    Offered,
    /// It was agreed on: there is no second greeting.
    Agreed,
    /// It was there from the first byte.
    FromTheStart,
}

struct Talk<'a, S> {
    stream: BufReader<S>,
    script: &'a Script,
    seen: &'a Seen,
    session: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<'_, S> {
    /// True when the client wants TLS now; none when the session is over.
    async fn talk(&mut self, secure: Secure) -> Option<bool> {
        if secure != Secure::Agreed {
            self.give("GREETING", "220 test ESMTP").await?;
        }
        let mut signed_in = self.script.auth.is_none();
        loop {
            let line = self.line().await?;
            let verb = line.split(' ').next().unwrap_or("").to_ascii_uppercase();
            self.seen.command(self.session, &line);
            match verb.as_str() {
                "EHLO" => {
                    let tls = if secure == Secure::Offered { "250-STARTTLS\r\n" } else { "" };
                    let auth = if self.script.auth.is_some() { "250-AUTH PLAIN\r\n" } else { "" };
                    self.give("EHLO", &format!("250-test\r\n{tls}{auth}250 8BITMIME")).await?;
                }
                "STARTTLS" => {
                    self.give("STARTTLS", "220 go ahead").await?;
                    return Some(true);
                }
                "AUTH" => {
                    signed_in = self.is_known(&line).await?;
                    self.give("AUTH", if signed_in { "235 welcome" } else { "535 5.7.8 bad credentials" }).await?;
                }
                "MAIL" if !signed_in => self.give("MAIL", "530 5.7.0 authentication required").await?,
                "DATA" => self.take().await?,
                "QUIT" => {
                    self.give("QUIT", "221 bye").await?;
                    return None;
                }
                // The script names what it changes.
                "MAIL" => self.give("MAIL", "250 ok").await?,
                "RCPT" => self.give("RCPT", "250 ok").await?,
                "RSET" => self.give("RSET", "250 ok").await?,
                _ => self.give("OTHER", "502 not known").await?,
            }
        }
    }

    /// PLAIN in one line, or LOGIN in three.
    async fn is_known(&mut self, line: &str) -> Option<bool> {
        let (user, password) = self.script.auth.unwrap_or_default();
        if line != "AUTH LOGIN" {
            return Some(line == format!("AUTH PLAIN {}", STANDARD.encode(format!("\0{user}\0{password}"))));
        }
        let mut given = Vec::new();
        for asked in ["Username:", "Password:"] {
            self.say(format!("334 {}\r\n", STANDARD.encode(asked)).as_bytes()).await?;
            given.push(self.line().await?);
        }
        Some(given == [STANDARD.encode(user), STANDARD.encode(password)])
    }

    async fn take(&mut self) -> Option<()> {
        self.seen.begin_mail();
        let taken = self.take_mail().await;
        self.seen.end_mail();
        taken
    }

    async fn take_mail(&mut self) -> Option<()> {
        self.give("DATA", "354 go on").await?;
        if self.script.answers.get("DATA").is_some_and(|answer| !answer.goes_on()) {
            return Some(());
        }
        let mut mail = String::new();
        while !mail.ends_with("\r\n.\r\n") {
            if self.stream.read_line(&mut mail).await.ok()? == 0 {
                return None;
            }
        }
        self.seen.0.lock().unwrap().mails.push(mail);
        self.give(".", "250 2.0.0 queued as 42").await
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        Some(line.trim_end().to_owned())
    }

    async fn give(&mut self, command: &'static str, usual: &str) -> Option<()> {
        match self.script.answer(command, usual) {
            Answer::Say(text) => self.say(format!("{text}\r\n").as_bytes()).await,
            Answer::Bytes(bytes) => self.say(&bytes).await,
            Answer::After(wait, text) => {
                tokio::time::sleep(wait).await;
                self.say(format!("{text}\r\n").as_bytes()).await
            }
            Answer::Once(permits, text) => {
                permits.acquire().await.ok()?.forget();
                self.say(format!("{text}\r\n").as_bytes()).await
            }
            Answer::TooLate(text) => {
                self.hung_up().await;
                self.say(format!("{text}\r\n").as_bytes()).await
            }
            Answer::HangUp => None,
            Answer::Nothing => {
                self.hung_up().await;
                None
            }
        }
    }

    /// Waits for the client to hang up.
    async fn hung_up(&mut self) {
        let mut void = [0_u8; 1024];
        while self.stream.read(&mut void).await.unwrap_or(0) > 0 {}
    }

    async fn say(&mut self, bytes: &[u8]) -> Option<()> {
        self.stream.write_all(bytes).await.ok()?;
        self.stream.flush().await.ok()
    }
}
