//! The connections to one database: what every session asks for, what is refused of a server, and who waits for whom.
//!
//! READ COMMITTED, strict, in UTC, durable commits, bounded waits for locks: a setting that the store relies on is asked
//! for on each connection. What only the server's administrator can set is looked at once, when a store is opened.

use std::sync::Arc;
use std::time::Duration;

use estair_core::store::{StoreError, StoreErrorKind};
use sqlx::Pool;
use sqlx::pool::PoolOptions;
use tokio::time::{Instant, sleep, timeout};

use crate::connection::{Begins, Connection};
use crate::dialect::{ConnectOf, ConnectionOf, Dialect};
use crate::driver::{Driver, Folding};
use crate::fault::{connect_fault, fault};
use crate::options::{Options, UnsafeServer};
use crate::reach::{Reach, begin_session};
use crate::session::{Counter, Session};

/// For how long a connection that was used is taken to be there. Who finds that it is not takes another.
const FRESH: Duration = Duration::from_secs(1);

/// The connections of a store at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolState {
    /// In use.
    pub in_use: u32,
    /// Open, and waiting to be used.
    pub idle: u32,
}

/// What keeps connections, and tells how many: for a host's figures.
pub trait Pooled: Send + Sync {
    /// How many there are now.
    fn pool(&self) -> PoolState;
}

/// The connections to one database.
pub(crate) struct Connections<D: Dialect> {
    read: Pool<D::Driver>,
    write: Pool<D::Driver>,
    /// Of the connections to read, and of those to write.
    reach: [Reach; 2],
    begins: Begins,
    counter: Counter,
    schema: Option<Arc<str>>,
}

impl<D: Dialect> Clone for Connections<D> {
    fn clone(&self) -> Self {
        let Self { read, write, reach, begins, counter, schema } = self;
        let (read, write, reach) = (read.clone(), write.clone(), reach.clone());
        Self { read, write, reach, begins: *begins, counter: counter.clone(), schema: schema.clone() }
    }
}

impl<D: Dialect> Connections<D> {
    /// Connects once, and looks at the server. That connection comes from no pool: a pool tries again and again, and in the
    /// end tells no cause.
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self, StoreError> {
        let connect = D::connect(url, options).map_err(fault::<D::Driver>)?;
        in_time(options, look_at_server::<D>(&connect, options)).await?;
        let session: Arc<[String]> = D::session(options).into();
        let also = D::ALWAYS_INSIDE.iter().chain(D::OF_THE_WRITER).map(|statement| (*statement).to_owned());
        let writing: Arc<[String]> = session.iter().cloned().chain(also).collect::<Vec<_>>().into();
        let pool = |session: &Arc<[String]>, most| pool::<D>(connect.clone(), options, Arc::clone(session), most);
        let all = options.max_connections;
        let (read, write) = if D::ONE_WRITER {
            (pool(&session, all), pool(&writing, 1))
        } else if D::ALWAYS_INSIDE.is_some() {
            // Half of them, and at least one, for each.
            let write = all.div_ceil(2);
            (pool(&session, all.saturating_sub(write).max(1)), pool(&writing, write.max(1)))
        } else {
            let pool = pool(&session, all);
            (pool.clone(), pool)
        };
        let begins = match D::Driver::FOLDING {
            Folding::Script => Begins::WithTheFirst,
            _ if D::ALWAYS_INSIDE.is_some() => Begins::ByItself,
            _ => Begins::First,
        };
        let of_read = Reach::new(options, session);
        // Where they share their connections, they share what is known of them.
        let of_write = if D::ALWAYS_INSIDE.is_some() { Reach::new(options, writing) } else { of_read.clone() };
        let (reach, schema) = ([of_read, of_write], options.schema.as_deref().map(Arc::from));
        Ok(Self { read, write, reach, begins, counter: Counter::default(), schema })
    }

    /// Over a pool that the host has, whose sessions were looked at.
    pub(crate) fn over(pool: Pool<D::Driver>, options: &Options) -> Self {
        let (reach, schema) = (Reach::new(options, Arc::default()), options.schema.as_deref().map(Arc::from));
        let begins = if D::Driver::FOLDING == Folding::Script { Begins::WithTheFirst } else { Begins::First };
        let (reach, counter) = ([reach.clone(), reach], Counter::default());
        Self { read: pool.clone(), write: pool, reach, begins, counter, schema }
    }

    /// The schema that was asked for.
    pub(crate) fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// How many there are.
    pub(crate) fn state(&self) -> PoolState {
        let of = |pool: &Pool<D::Driver>| {
            let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
            (pool.size().saturating_sub(idle), idle)
        };
        let (writing, free) = of(&self.write);
        let apart = D::ONE_WRITER || self.begins == Begins::ByItself;
        let (reading, more) = if apart { of(&self.read) } else { (0, 0) };
        PoolState { in_use: writing.saturating_add(reading), idle: free.saturating_add(more) }
    }

    /// A connection to read from.
    pub(crate) async fn reader(&self) -> Result<Connection<D>, StoreError> {
        let [reach, _] = &self.reach;
        Connection::of(&self.read, reach).await
    }

    /// A connection for statements that stand alone.
    pub(crate) async fn writer(&self) -> Result<Connection<D>, StoreError> {
        let (pool, reach) = self.alone();
        Connection::of(pool, reach).await
    }

    /// A connection of the caller's own, which goes back to no pool.
    pub(crate) async fn detached(&self) -> Result<ConnectionOf<D>, StoreError> {
        let (pool, reach) = self.alone();
        let (connection, _) = reach.acquire::<D>(pool).await?;
        Ok(connection.detach())
    }

    /// Where a statement that writes is a transaction by itself.
    fn alone(&self) -> (&Pool<D::Driver>, &Reach) {
        let [read, write] = &self.reach;
        if self.begins == Begins::ByItself { (&self.read, read) } else { (&self.write, write) }
    }

    /// Begins a transaction that will write. One whose begin is given up half way is closed with its connection.
    pub(crate) async fn begin(&self) -> Result<Connection<D>, StoreError> {
        if self.begins == Begins::First {
            self.counter.add();
        }
        let [_, reach] = &self.reach;
        Connection::begun(&self.write, reach, self.begins).await
    }

    /// Runs and counts statements on a connection of this database.
    pub(crate) fn session<'c>(&'c self, connection: &'c mut Connection<D>) -> Session<'c, D> {
        Session::pooled(connection, &self.counter)
    }

    /// The counter of statements.
    pub(crate) fn counter(&self) -> &Counter {
        &self.counter
    }

    /// Waits until no connection is in use and closes them.
    pub(crate) async fn close(&self) {
        self.write.close().await;
        self.read.close().await;
    }
}

/// Is the server of a URL this dialect's?
#[cfg(any(feature = "sqlite", feature = "mysql", feature = "postgres"))]
pub(crate) async fn is_served<D: Dialect>(url: &str, options: &Options) -> Result<bool, StoreError> {
    let connect = D::connect(url, options).map_err(fault::<D::Driver>)?;
    let ask = async {
        let mut connection = first_connection::<D>(&connect, options).await?;
        let served = D::is_served(&mut connection).await.map_err(fault::<D::Driver>)?;
        close::<D>(connection).await?;
        Ok(served)
    };
    in_time(options, ask).await
}

/// What the first connection is asked must be answered in time.
async fn in_time<T>(options: &Options, answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let wait = options.connect_timeout;
    let silent = |_| StoreError::new(StoreErrorKind::Unavailable, format_args!("no database answered in {wait:?}"));
    timeout(wait, answer).await.map_err(silent)?
}

/// How long to wait before a file that others open at once is tried again.
const AGAIN: Duration = Duration::from_millis(5);

/// A new file gets its journal from whoever opens it first. SQLite lets two who try at once wait for each other in vain, and
/// refuses one of them at once, without the wait it was told: that one tries again, for as long as it may wait for a lock.
async fn first_connection<D: Dialect>(
    connect: &ConnectOf<D>,
    options: &Options,
) -> Result<ConnectionOf<D>, StoreError> {
    let until = Instant::now() + options.lock_wait;
    loop {
        let connection = <ConnectionOf<D> as sqlx::Connection>::connect_with(connect).await;
        match connection.map_err(connect_fault::<D::Driver>) {
            Err(error) if error.kind() == StoreErrorKind::Contention && Instant::now() < until => sleep(AGAIN).await,
            connection => return connection,
        }
    }
}

async fn close<D: Dialect>(connection: ConnectionOf<D>) -> Result<(), StoreError> {
    sqlx::Connection::close(connection).await.map_err(fault::<D::Driver>)
}

async fn look_at_server<D: Dialect>(connect: &ConnectOf<D>, options: &Options) -> Result<(), StoreError> {
    let mut connection = first_connection::<D>(connect, options).await?;
    begin_session::<D>(&mut connection, &D::session(options)).await.map_err(connect_fault::<D::Driver>)?;
    let examined = examine::<D>(&mut connection, options).await;
    close::<D>(connection).await?;
    examined
}

/// Is it the dialect's server, and set to keep what it acknowledges?
pub(crate) async fn examine<D: Dialect>(connection: &mut ConnectionOf<D>, options: &Options) -> Result<(), StoreError> {
    if !D::is_served(connection).await.map_err(fault::<D::Driver>)? {
        return Err(StoreError::new(StoreErrorKind::Other, format_args!("the database server is not {}", D::NAME)));
    }
    let found = D::unsafe_settings(connection).await.map_err(fault::<D::Driver>)?;
    for setting in &found {
        tracing::warn!(setting, "the database server is not set to keep what it acknowledges");
    }
    match (options.unsafe_server, found.first()) {
        (UnsafeServer::Refuse, Some(setting)) => {
            Err(StoreError::new(StoreErrorKind::Other, format_args!("unsafe database server: {setting}")))
        }
        _ => Ok(()),
    }
}

/// Connects when a connection is asked for.
fn pool<D: Dialect>(connect: ConnectOf<D>, options: &Options, session: Arc<[String]>, most: u32) -> Pool<D::Driver> {
    PoolOptions::<D::Driver>::new()
        .max_connections(most)
        .acquire_timeout(options.acquire_timeout)
        // One that was used a moment ago is not asked whether it is still there: that would be a round trip of every call.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            let is_fresh = D::ONE_WRITER || meta.idle_for < FRESH;
            Box::pin(async move { Ok(is_fresh || sqlx::Connection::ping(connection).await.is_ok()) })
        })
        .after_connect(move |connection, _| {
            let session = Arc::clone(&session);
            Box::pin(async move { begin_session::<D>(connection, &session).await })
        })
        .connect_lazy_with(connect)
}
