//! Where notifications really arrive: a mail server and the webhooks of Teams channels, both kept small.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::Value;
use tokio::io::BufReader;
use tokio::net::TcpListener;

use crate::listening::listener;
use crate::smtp::{Mail, Talk};

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
                let inbox = Arc::clone(&kept);
                tokio::spawn(async move {
                    let mut talk = Talk { stream: BufReader::new(stream), welcome: None, inbox: &inbox };
                    talk.say("220 sink ESMTP").await?;
                    talk.finish().await
                });
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
