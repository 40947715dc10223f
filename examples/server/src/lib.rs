//! The example server as a library: `main` only reads the command line. A host like any other: it holds no rule of its
//! own, it wires the crates together.
//!
//! Read on in [`start`]: what is opened, in which order, and how it stops.

pub mod apart;
pub mod channels;
pub mod cli;
pub mod demo;
pub mod directory;
pub mod error;
pub mod file_access;
pub mod help;
pub mod import;
mod listen;
pub mod log;
pub mod metrics;
pub mod notify;
pub mod options;
pub mod pages;
pub mod payments;
pub mod people;
pub mod report;
pub mod secrets;
pub mod start;
pub mod stores;
pub mod tasks;
pub mod terminal;
