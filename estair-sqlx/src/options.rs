//! How a host wants its databases to be connected to.

use std::time::Duration;

use estair_core::options;

/// What to do about a server that may lose what it has acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnsafeServer {
    /// Open all the same, and warn in the log.
    #[default]
    Warn,
    /// Do not open.
    Refuse,
}

options! {
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
        /// The schema (PostgreSQL; migrating makes it where it is missing) or database (MySQL and MariaDB; it must be there) that
        /// holds the tables; that of the URL when it is left out. Lower-case letters, digits and underscores, at most 63. SQLite
        /// has none.
        ///
        /// A pool of the host's own is in the schema of its sessions: this says which one that must be.
        pub schema: Option<String>,
    }
}

impl Options {
    /// In this schema or database.
    #[must_use]
    pub fn in_schema(self, schema: impl Into<String>) -> Self {
        Self { schema: Some(schema.into()), ..self }
    }

    /// The schema that was chosen, as a name that needs no quotes.
    ///
    /// # Errors
    /// Another name.
    pub fn checked_schema(&self) -> sqlx::Result<Option<&str>> {
        let Some(schema) = self.schema.as_deref() else { return Ok(None) };
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        let plain = schema.len() <= 63
            && schema.bytes().next().is_some_and(is_letter)
            && schema.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit());
        let wanted = "a schema is named in lower-case letters, digits and underscores, at most 63";
        if plain { Ok(Some(schema)) } else { Err(sqlx::Error::Configuration(wanted.into())) }
    }
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
            schema: None,
        }
    }
}
