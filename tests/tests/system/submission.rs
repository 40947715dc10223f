//! A mail server as a company runs one: STARTTLS or nothing, a user and a password.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::listening::listener;
use crate::sinks::Mail;

/// The server, and what it took.
pub(crate) struct Submission {
    /// Its address, without user and password.
    pub(crate) address: String,
    /// The authority that a client has to trust, in PEM.
    pub(crate) authority: String,
    mails: Arc<Mutex<Vec<Mail>>>,
}

impl Submission {
    pub(crate) async fn start(user: &'static str, password: &'static str) -> Self {
        let certified = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key.into())
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let (server, url) = listener().await;
        let mails = Arc::<Mutex<Vec<Mail>>>::default();
        let inbox = Arc::clone(&mails);
        let welcome = STANDARD.encode(format!("\0{user}\0{password}"));
        tokio::spawn(async move {
            while let Ok((stream, _)) = server.accept().await {
                let (acceptor, inbox, welcome) = (acceptor.clone(), Arc::clone(&inbox), welcome.clone());
                tokio::spawn(async move {
                    let plain = Talk { stream: BufReader::new(stream), welcome: &welcome, inbox: &inbox };
                    let stream = plain.until_tls().await?.into_inner();
                    let stream = BufReader::new(acceptor.accept(stream).await.ok()?);
                    Talk { stream, welcome: &welcome, inbox: &inbox }.finish().await
                });
            }
        });
        Self { address: url.replace("http://", ""), authority: certified.cert.pem(), mails }
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

/// A conversation; none when the client has gone.
struct Talk<'a, S> {
    stream: BufReader<S>,
    welcome: &'a str,
    inbox: &'a Mutex<Vec<Mail>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<'_, S> {
    async fn say(&mut self, answer: &str) -> Option<()> {
        self.stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        self.stream.flush().await.ok()
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await.ok()?;
        (read > 0).then_some(line)
    }

    /// Nothing but STARTTLS is taken in clear.
    async fn until_tls(mut self) -> Option<BufReader<S>> {
        self.say("220 submission ESMTP").await?;
        loop {
            let line = self.line().await?.to_ascii_uppercase();
            match line.split([' ', '\r']).next()? {
                "EHLO" => self.say("250-submission\r\n250 STARTTLS").await?,
                "STARTTLS" => {
                    self.say("220 go ahead").await?;
                    return Some(self.stream);
                }
                _ => self.say("530 5.7.0 must issue a STARTTLS command first").await?,
            }
        }
    }

    async fn finish(mut self) -> Option<()> {
        let (mut known, mut from, mut to) = (false, String::new(), String::new());
        loop {
            let line = self.line().await?;
            let verb = line.split([' ', '\r']).next()?.to_ascii_uppercase();
            let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            let answer = match verb.as_str() {
                "EHLO" => "250-submission\r\n250 AUTH PLAIN",
                "AUTH" => {
                    known = line.trim().ends_with(self.welcome);
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
