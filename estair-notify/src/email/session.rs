//! A session with a mail server: the client's side of SMTP (RFC 5321), over the library's commands and replies.
//!
//! The library's own connection reads past what it was not asked to: it cannot say whether a reply answers the command
//! before it, takes no reply without text, and breaks off at text that is not UTF-8. What is promised here:
//! - a reply belongs to the command that waits for it: what the server says unasked ends the session;
//! - each command has its limit, and one that was not answered in time, or wrongly, ends the session ([`Failure`]);
//! - dropping a session closes its connection, at whatever point it was.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::iter;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::commands::{Auth, Data, Ehlo, Mail, Quit, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter, ServerInfo};
use lettre::transport::smtp::response::{Response, Severity};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::cause;
use crate::email::address::is_ascii;
use crate::email::stream::{Dial, Stream};
use crate::escape::{clean, clip, one_line};

/// Longest line of a reply, in bytes: RFC 5321 allows 512, servers write more.
const MAX_LINE: u64 = 2_048;
/// Most lines of a reply.
const MAX_LINES: usize = 128;
/// Most challenges of a sign-in.
const MAX_CHALLENGES: usize = 4;
/// Longest text of an answer that is told, in characters.
const LONGEST_TEXT: usize = 300;
/// How long a farewell may take: nobody waits for its answer.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);

/// How long is waited for answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// To one command. RFC 5321 grants minutes; nothing of the mail is with the server then, and its sender has others to
    /// serve.
    pub(super) command: Duration,
    /// To the mail itself: giving up early would send it twice (RFC 5321, 4.5.3.2.6).
    pub(super) mail: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { command: Duration::from_secs(30), mail: Duration::from_secs(600) }
    }
}

impl Limits {
    /// For all that comes before the mail itself.
    pub(super) fn before(&self) -> Duration {
        self.command.saturating_mul(3)
    }
}

/// How a session is kept from eavesdroppers.
pub(super) enum Encryption {
    /// Not at all.
    None,
    /// TLS once the server has agreed.
    StartTls(Tls),
    /// TLS from the first byte.
    Tls(Tls),
}

/// Whom to trust, and the name to be proven.
pub(super) struct Tls {
    pub(super) connector: TlsConnector,
    pub(super) name: ServerName<'static>,
}

/// A server, and how it is spoken to.
pub(super) struct Server {
    pub(super) dial: Box<dyn Dial>,
    pub(super) encryption: Encryption,
    pub(super) hello: ClientId,
    pub(super) credentials: Option<Credentials>,
    pub(super) limits: Limits,
}

/// Where in a session something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Greeting,
    Hello,
    StartTls,
    SignIn,
    Reset,
    Sender,
    Recipient,
    Data,
    Mail,
}

impl Stage {
    /// Is a refusal here about the mail, and not about the session, which gets mended? A sender's address is a setting.
    const fn is_of_the_mail(self) -> bool {
        matches!(self, Self::Recipient | Self::Data | Self::Mail)
    }

    /// What a server refuses here.
    const fn refused(self) -> &'static str {
        match self {
            Self::Greeting | Self::Hello | Self::StartTls | Self::Reset => "our connection",
            Self::SignIn => "our credentials",
            Self::Sender => "our sender's address",
            Self::Recipient => "the recipient",
            Self::Data | Self::Mail => "the mail",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "its greeting",
            Self::Hello => "the answer to EHLO",
            Self::StartTls => "the answer to STARTTLS",
            Self::SignIn => "the answer to AUTH",
            Self::Reset => "the answer to RSET",
            Self::Sender => "the answer to MAIL",
            Self::Recipient => "the answer to RCPT",
            Self::Data => "the answer to DATA",
            Self::Mail => "the answer to the mail itself",
        })
    }
}

/// Refusals of the session wherever they come: commands out of order or unknown, a name in EHLO that is not liked (which
/// many say at RCPT only), credentials wanted or not taken.
const OF_THE_SESSION: [u16; 8] = [500, 502, 503, 504, 530, 534, 535, 538];

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("the mail server is slow, and every connection to it is in use: nothing was sent")]
    Busy,
    #[error("the mail server cannot be reached: {0}")]
    Unreached(String),
    #[error("no TLS with the mail server: {0}")]
    Tls(String),
    #[error("the mail server does not offer {0}")]
    NotOffered(&'static str),
    #[error("the address has letters that the mail server cannot take: it does not offer SMTPUTF8")]
    NeedsUtf8,
    #[error("the mail server does not answer in time: missing is {0}")]
    Late(Stage),
    #[error("the mail server takes too long before the mail itself")]
    Slow,
    #[error("the connection to the mail server broke, missing is {stage}: {cause}")]
    Broken { stage: Stage, cause: String },
    #[error("what the mail server says is no SMTP: wanted was {0}")]
    Garbage(Stage),
    #[error("the mail server says more than it was asked: its answers cannot be told apart at {0}")]
    OutOfStep(Stage),
    #[error("the mail server refuses {}: {code} {said}", stage.refused())]
    Refused { stage: Stage, code: u16, said: String },
}

impl Failure {
    /// Is it about this mail, for good? All else gets mended, by the server's people or by ours.
    pub(super) fn is_permanent(&self) -> bool {
        match self {
            Self::NeedsUtf8 => true,
            Self::Refused { stage, code, .. } => {
                stage.is_of_the_mail() && (500..600).contains(code) && !OF_THE_SESSION.contains(code)
            }
            _ => false,
        }
    }

    /// The server's code.
    pub(super) const fn code(&self) -> Option<u16> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }

    fn refused(stage: Stage, answer: &Response) -> Self {
        Self::Refused { stage, code: answer.code().into(), said: text_of(answer) }
    }
}

/// The text of an answer, on one line.
pub(super) fn text_of(answer: &Response) -> String {
    clip(&one_line(&clean(&answer.message().collect::<Vec<_>>().join(" "))), LONGEST_TEXT)
}

/// What a server has said unasked.
enum Unasked {
    Nothing,
    /// It has hung up, or says that it will (421).
    Farewell,
    /// An answer to nothing, or to what was asked before.
    Speech,
}

/// A conversation that a mail may be sent in.
pub(super) struct Session {
    stream: BufReader<Box<dyn Stream>>,
    offers: ServerInfo,
    limits: Limits,
}

impl Server {
    /// A new session: greeted, encrypted and signed in as the settings say.
    ///
    /// # Errors
    /// When the server is not there, or does not take us.
    pub(super) async fn open(&self) -> Result<Session, Failure> {
        let stream = self.dial.dial().await.map_err(|error| Failure::Unreached(deepest(&error)))?;
        let stream = match &self.encryption {
            Encryption::Tls(tls) => self.encrypted(tls, stream).await?,
            _ => stream,
        };
        let mut session = Session::over(stream, self.limits);
        session.greeted(&self.hello).await?;
        if let Encryption::StartTls(tls) = &self.encryption {
            session.agree_on_tls().await?;
            session = Session::over(self.encrypted(tls, session.stream.into_inner()).await?, self.limits);
            session.hello(&self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            session.sign_in(credentials).await?;
        }
        Ok(session)
    }

    async fn encrypted(&self, tls: &Tls, stream: Box<dyn Stream>) -> Result<Box<dyn Stream>, Failure> {
        let handshake = timeout(self.limits.command, tls.connector.connect(tls.name.clone(), stream));
        match handshake.await {
            Ok(Ok(stream)) => Ok(Box::new(stream)),
            Ok(Err(error)) => Err(Failure::Tls(deepest(&error))),
            Err(_) => Err(Failure::Tls("no answer in time".to_owned())),
        }
    }
}

impl Session {
    fn over(stream: Box<dyn Stream>, limits: Limits) -> Self {
        Self { stream: BufReader::new(stream), offers: ServerInfo::default(), limits }
    }

    /// Is the session where a new mail may begin? It is what a connection that was kept has to prove.
    pub(super) async fn is_ready(&mut self) -> bool {
        let answer = self.ask(Stage::Reset, Rset).await;
        answer.is_ok_and(|answer| positive(Stage::Reset, answer).is_ok()) && self.is_quiet().await
    }

    /// Says from whom and to whom.
    ///
    /// # Errors
    /// When the server does not take one of them.
    pub(super) async fn address(&mut self, from: &Address, to: &Address) -> Result<(), Failure> {
        let mut options = Vec::new();
        if !is_ascii(from) || !is_ascii(to) {
            if !self.offers.supports_feature(Extension::SmtpUtfEight) {
                return Err(Failure::NeedsUtf8);
            }
            options = vec![MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)];
        }
        let sender = self.ask(Stage::Sender, Mail::new(Some(from.clone()), options)).await?;
        positive(Stage::Sender, sender)?;
        let recipient = self.ask(Stage::Recipient, Rcpt::new(to.clone(), Vec::new())).await?;
        positive(Stage::Recipient, recipient).map(drop)
    }

    /// Asks whether the mail itself may come.
    ///
    /// # Errors
    /// When it may not.
    pub(super) async fn announce(&mut self) -> Result<(), Failure> {
        let answer = self.ask(Stage::Data, Data).await?;
        if answer.has_code(354) { Ok(()) } else { Err(unwanted(Stage::Data, &answer)) }
    }

    /// Hands over the mail that was announced, and gives the answer that it was taken with.
    ///
    /// # Errors
    /// Whatever else was answered, or nothing.
    pub(super) async fn hand_over(&mut self, mail: &[u8]) -> Result<Response, Failure> {
        let limit = self.limits.mail;
        let handing = async {
            self.write(Stage::Mail, &body_of(mail)).await?;
            // What is there now was said before the server had the mail.
            self.in_step(Stage::Mail).await?;
            self.write(Stage::Mail, b".\r\n").await?;
            self.answer(Stage::Mail).await
        };
        let answer = timeout(limit, handing).await.map_err(|_| Failure::Late(Stage::Mail))??;
        let answer = positive(Stage::Mail, answer)?;
        // Two answers to one mail: nobody knows which.
        self.in_step(Stage::Mail).await?;
        Ok(answer)
    }

    /// May it be used again?
    pub(super) async fn is_quiet(&mut self) -> bool {
        matches!(self.unasked().await, Unasked::Nothing)
    }

    /// Ends it in good order.
    pub(super) async fn quit(mut self) {
        let _ = timeout(FAREWELL, self.write(Stage::Reset, Quit.to_string().as_bytes())).await;
    }

    async fn greeted(&mut self, hello: &ClientId) -> Result<(), Failure> {
        let greeting = timeout(self.limits.command, self.answer(Stage::Greeting));
        let greeting = greeting.await.map_err(|_| Failure::Late(Stage::Greeting))??;
        positive(Stage::Greeting, greeting)?;
        self.hello(hello).await
    }

    async fn hello(&mut self, hello: &ClientId) -> Result<(), Failure> {
        let answer = positive(Stage::Hello, self.ask(Stage::Hello, Ehlo::new(hello.clone())).await?)?;
        // The library wants a name first, which a server may leave out, and keywords in capitals, which may have any case.
        let keywords = answer.message().map(str::to_ascii_uppercase);
        let lines = iter::once("-".to_owned()).chain(keywords).collect();
        self.offers = ServerInfo::from_response(&Response::new(answer.code(), lines)).unwrap_or_default();
        Ok(())
    }

    async fn agree_on_tls(&mut self) -> Result<(), Failure> {
        if !self.offers.supports_feature(Extension::StartTls) {
            return Err(Failure::NotOffered("STARTTLS"));
        }
        positive(Stage::StartTls, self.ask(Stage::StartTls, Starttls).await?)?;
        // What came in clear behind the answer would be read as if it had been encrypted.
        self.in_step(Stage::StartTls).await
    }

    async fn sign_in(&mut self, credentials: &Credentials) -> Result<(), Failure> {
        let mechanism = self.offers.get_auth_mechanism(DEFAULT_MECHANISMS);
        let mechanism = mechanism.ok_or(Failure::NotOffered("AUTH with PLAIN or LOGIN"))?;
        let garbage = |_| Failure::Garbage(Stage::SignIn);
        let auth = Auth::new(mechanism, credentials.clone(), None).map_err(garbage)?;
        let mut answer = self.ask(Stage::SignIn, auth).await?;
        for _ in 0..MAX_CHALLENGES {
            if !answer.has_code(334) {
                break;
            }
            let auth = Auth::new_from_response(mechanism, credentials.clone(), &answer).map_err(garbage)?;
            answer = self.ask(Stage::SignIn, auth).await?;
        }
        positive(Stage::SignIn, answer).map(drop)
    }

    /// One command and its answer, whatever it is.
    async fn ask(&mut self, stage: Stage, command: impl fmt::Display) -> Result<Response, Failure> {
        let (line, limit) = (command.to_string(), self.limits.command);
        let asking = async {
            self.in_step(stage).await?;
            self.write(stage, line.as_bytes()).await?;
            self.answer(stage).await
        };
        timeout(limit, asking).await.map_err(|_| Failure::Late(stage))?
    }

    async fn write(&mut self, stage: Stage, bytes: &[u8]) -> Result<(), Failure> {
        let stream = self.stream.get_mut();
        let broken = |error: io::Error| Failure::Broken { stage, cause: deepest(&error) };
        stream.write_all(bytes).await.map_err(broken)?;
        stream.flush().await.map_err(broken)
    }

    /// The next reply, of as many lines as it has.
    async fn answer(&mut self, stage: Stage) -> Result<Response, Failure> {
        let mut reply = String::new();
        for _ in 0..MAX_LINES {
            let line = self.line(stage).await?;
            reply.push_str(&line);
            if line.len() == 3 {
                // A reply may be its code alone (RFC 5321, 4.2.1); the library wants the blank behind it.
                reply.push(' ');
            }
            reply.push_str("\r\n");
            if line.as_bytes().get(3) != Some(&b'-') {
                return reply.parse().map_err(|_| Failure::Garbage(stage));
            }
        }
        Err(Failure::Garbage(stage))
    }

    /// One line without its end, in whatever alphabet: only the code is for us.
    async fn line(&mut self, stage: Stage) -> Result<String, Failure> {
        let broken = |error: io::Error| Failure::Broken { stage, cause: deepest(&error) };
        let mut bytes = Vec::new();
        let read = (&mut self.stream).take(MAX_LINE).read_until(b'\n', &mut bytes).await.map_err(broken)?;
        match bytes.last() {
            Some(b'\n') => Ok(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned()),
            _ if u64::try_from(read).is_ok_and(|read| read == MAX_LINE) => Err(Failure::Garbage(stage)),
            _ => Err(Failure::Broken { stage, cause: "the server hung up".to_owned() }),
        }
    }

    /// The next reply will be to the next command: the server has said nothing that was not asked for. A farewell is no
    /// reply to a command, and will be found where one is waited for.
    async fn in_step(&mut self, stage: Stage) -> Result<(), Failure> {
        match self.unasked().await {
            Unasked::Speech => Err(Failure::OutOfStep(stage)),
            Unasked::Nothing | Unasked::Farewell => Ok(()),
        }
    }

    /// What is there to be read, now.
    async fn unasked(&mut self) -> Unasked {
        poll_fn(|context| {
            Poll::Ready(match Pin::new(&mut self.stream).poll_fill_buf(context) {
                Poll::Ready(Ok(bytes)) if !bytes.is_empty() && !bytes.starts_with(b"421") => Unasked::Speech,
                Poll::Ready(_) => Unasked::Farewell,
                Poll::Pending => Unasked::Nothing,
            })
        })
        .await
    }
}

/// What is behind an error, or the error itself where nothing is.
fn deepest(error: &io::Error) -> String {
    cause::root(error).unwrap_or_else(|| cause::told(&error.to_string()))
}

/// The answer, if it is a yes.
fn positive(stage: Stage, answer: Response) -> Result<Response, Failure> {
    match answer.code().severity {
        Severity::PositiveCompletion => Ok(answer),
        _ => Err(unwanted(stage, &answer)),
    }
}

/// A no, or an answer to something else.
fn unwanted(stage: Stage, answer: &Response) -> Failure {
    match answer.code().severity {
        Severity::TransientNegativeCompletion | Severity::PermanentNegativeCompletion => {
            Failure::refused(stage, answer)
        }
        Severity::PositiveCompletion | Severity::PositiveIntermediate => Failure::OutOfStep(stage),
    }
}

/// A mail as it is written, up to the dot that ends it: a dot that begins a line is doubled (RFC 5321, 4.5.2).
fn body_of(mail: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(mail.len().saturating_add(64));
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            body.push(b'.');
        }
        body.extend_from_slice(line);
    }
    if !body.ends_with(b"\r\n") {
        body.extend_from_slice(b"\r\n");
    }
    body
}
