//! A mail server as a company runs one: STARTTLS or nothing, a user and a password.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::listening::listener;
use crate::smtp::{Mail, Talk};

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
                    let plain = Talk { stream: BufReader::new(stream), welcome: Some(&welcome), inbox: &inbox };
                    let stream = until_tls(plain).await?.into_inner();
                    let stream = BufReader::new(acceptor.accept(stream).await.ok()?);
                    Talk { stream, welcome: Some(&welcome), inbox: &inbox }.finish().await
                });
            }
        });
        Self { address: url.replace("http://", ""), authority: certified.cert.pem(), mails }
    }

    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

/// Nothing but STARTTLS is taken in clear.
async fn until_tls<S: AsyncRead + AsyncWrite + Unpin>(mut talk: Talk<'_, S>) -> Option<BufReader<S>> {
    talk.say("220 submission ESMTP").await?;
    loop {
        let line = talk.line().await?.to_ascii_uppercase();
        match line.split([' ', '\r']).next()? {
            "EHLO" => talk.say("250-submission\r\n250 STARTTLS").await?,
            "STARTTLS" => {
                talk.say("220 go ahead").await?;
                return Some(talk.stream);
            }
            _ => talk.say("530 5.7.0 must issue a STARTTLS command first").await?,
        }
    }
}
