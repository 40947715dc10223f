//! The whole system, proved from outside: real HTTP against the example server, on every kind of database, with real
//! sinks for notifications and stand-ins for what may fail.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test may fail, asks the real clock, and says what it measured"
)]

mod apart;
mod backlog;
mod channels;
mod flows;
mod killed_database;
mod life;
mod listening;
mod messager;
mod notifications;
mod old_data;
mod options;
mod outage;
mod outside;
mod people;
mod permissions;
mod processes;
mod sinks;
mod smtp;
mod submission;
mod watching;
mod webhooks;
mod world;
