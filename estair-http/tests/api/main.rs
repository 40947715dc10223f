//! The API of ESTAIR over HTTP, against the store in memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)] // a test may fail
#![allow(clippy::large_futures)]

mod accounts;
mod auditor;
mod contract;
mod conventions;
mod cors;
mod decisions;
mod drafts;
mod events;
mod idempotency;
mod limits;
mod lists;
mod movements;
#[cfg(feature = "payments")]
mod payments;
mod people;
mod posting;
mod preferences;
mod push;
mod reading;
mod requests;
mod shadow;
#[path = "../shared/people.rs"]
mod shared_people;
mod statement;
mod support;
mod timeline;
mod world;
