//! The API of ESTAIR over HTTP, against the store in memory.

mod accounts;
mod contract;
mod conventions;
mod events;
mod idempotency;
mod posting;
mod push;
mod reading;
mod requests;
mod support;
mod world;
