//! What the tests of the whole have in common: databases of their own, on every kind of server.

pub mod database;
pub mod filling;
pub mod former;
pub mod gate;
pub mod listening;
pub mod own_server;
pub mod patience;
