//! How a host wants its databases to be connected to.

use std::time::Duration;

/// What to do about a server that may lose what it has acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnsafeServer {
    /// Open all the same, and warn in the log.
    #[default]
    Warn,
    /// Do not open.
    Refuse,
}

/// How to connect.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections at most.
    pub max_connections: u32,
    /// How long the first connection may take, when a store is opened.
    pub connect_timeout: Duration,
    /// How long to wait for a connection while all are in use.
    pub acquire_timeout: Duration,
    /// How long a database may take to take a connection, later on: what takes longer, or refuses, is unavailable, and calls
    /// say so at once. A SQLite file is not asked.
    pub reach_timeout: Duration,
    /// How long to wait for a lock.
    pub lock_wait: Duration,
    /// What to do about unsafe settings of the server.
    pub unsafe_server: UnsafeServer,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_connections: 16,
            connect_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(30),
            reach_timeout: Duration::from_secs(1),
            lock_wait: Duration::from_secs(10),
            unsafe_server: UnsafeServer::default(),
        }
    }
}
