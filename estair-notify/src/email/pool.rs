//! Connections to one mail server, kept for the next mail where that is safe.
//!
//! - A connection is kept only after a mail that was taken, answer for answer; after anything else, or when its send is
//!   dropped, it is closed. One that was kept proves itself again (RSET) before the next mail.
//! - A mail that the server has all of is waited for as long as RFC 5321 says, so that it is not sent twice; at most
//!   [`HANDOVERS`] wait so at a time. The others are not handed over meanwhile: they come again, and nothing was sent.

use std::mem::take;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::response::Response;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep, timeout};

use crate::email::session::{FAREWELL, Failure, Server, Session};

/// Connections to the server.
const CONNECTIONS: usize = 4;
/// Of them, those that may be handing a mail over, from DATA to the answer to it.
const HANDOVERS: usize = 2;
/// Longest wait for one's turn; after that the queue waits instead.
const LONGEST_TURN: Duration = Duration::from_secs(10);
/// How long a connection is kept for the next mail.
const KEPT: Duration = Duration::from_secs(30);

/// The connections.
pub(super) struct Pool {
    server: Server,
    connections: Semaphore,
    handovers: Semaphore,
    kept: Mutex<Kept>,
}

/// Connections that wait for the next mail.
#[derive(Default)]
struct Kept {
    sessions: Vec<(Instant, Session)>,
    /// Somebody will close those that nobody took.
    watched: bool,
}

impl Pool {
    pub(super) fn new(server: Server) -> Arc<Self> {
        Arc::new(Self {
            server,
            connections: Semaphore::new(CONNECTIONS),
            handovers: Semaphore::new(HANDOVERS),
            kept: Mutex::default(),
        })
    }

    /// Longest send: the wait for a connection, all that comes before the mail itself, the answer to it, and a farewell.
    pub(super) fn longest_send(&self) -> Duration {
        let limits = &self.server.limits;
        [LONGEST_TURN, limits.before(), limits.mail, FAREWELL]
            .into_iter()
            .fold(Duration::ZERO, Duration::saturating_add)
    }

    /// Sends a mail once, and gives the answer that it was taken with.
    ///
    /// # Errors
    /// Whatever else became of it.
    pub(super) async fn send(self: &Arc<Self>, from: &Address, to: &Address, mail: &[u8]) -> Result<Response, Failure> {
        let _connection = turn(&self.connections).await?;
        let announced = timeout(self.server.limits.before(), self.announced(from, to));
        let (mut session, _handover) = announced.await.map_err(|_| Failure::Slow)??;
        match session.hand_over(mail).await {
            Ok(answer) if session.is_quiet().await => {
                self.keep(session);
                Ok(answer)
            }
            Ok(answer) => Ok(answer),
            Err(failure) => Err(parted(session, failure).await),
        }
    }

    /// A session that waits for the mail itself, and the right to hand it over.
    async fn announced(&self, from: &Address, to: &Address) -> Result<(Session, SemaphorePermit<'_>), Failure> {
        let mut session = self.session().await?;
        let announcing = async {
            session.address(from, to).await?;
            let handover = turn(&self.handovers).await?;
            session.announce().await?;
            Ok(handover)
        };
        match announcing.await {
            Ok(handover) => Ok((session, handover)),
            Err(failure) => Err(parted(session, failure).await),
        }
    }

    /// One that was kept and is ready, or a new one.
    async fn session(&self) -> Result<Session, Failure> {
        while let Some(mut session) = self.take() {
            if session.is_ready().await {
                return Ok(session);
            }
        }
        self.server.open().await
    }

    fn take(&self) -> Option<Session> {
        self.kept().sessions.pop().map(|(_, session)| session)
    }

    fn keep(self: &Arc<Self>, session: Session) {
        let mut kept = self.kept();
        kept.sessions.push((Instant::now(), session));
        if !std::mem::replace(&mut kept.watched, true) {
            tokio::spawn(watch(Arc::downgrade(self)));
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that nobody took for so long.
    fn left(&self) -> Vec<(Instant, Session)> {
        let mut kept = self.kept();
        let (left, young) = take(&mut kept.sessions).into_iter().partition(|(since, _)| since.elapsed() >= KEPT);
        kept.sessions = young;
        kept.watched = !kept.sessions.is_empty();
        left
    }
}

/// Waits for one's turn, but not for long: there are other channels to serve.
async fn turn(turns: &Semaphore) -> Result<SemaphorePermit<'_>, Failure> {
    match timeout(LONGEST_TURN, turns.acquire()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(Failure::Busy),
    }
}

/// Leaves a session that a mail failed in; in good order where the server answered in good order.
async fn parted(session: Session, failure: Failure) -> Failure {
    if failure.code().is_some() {
        session.quit().await;
    }
    failure
}

/// Closes what was kept for nothing, until nothing is.
async fn watch(pool: Weak<Pool>) {
    loop {
        sleep(KEPT).await;
        let Some(pool) = pool.upgrade() else { return };
        for (_, session) in pool.left() {
            session.quit().await;
        }
        if !pool.kept().watched {
            return;
        }
    }
}
