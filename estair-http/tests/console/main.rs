//! The console over the memory store: every page for every role, what it refuses, and an attacker's checklist.
#![cfg(feature = "console")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod agency;
mod edges;
mod layers;
mod links;
mod marks;
mod pages;
mod payments;
mod people;
mod security;
#[path = "../shared/people.rs"]
mod shared_people;
mod work;
mod world;
