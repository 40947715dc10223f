//! Proofs of the rules of the domain on the pure functions: one module a noun, a test names the rule it proves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

mod account;
mod account_changes;
mod audit;
mod batch;
mod category;
mod comment;
mod delivery;
mod draft;
mod email;
mod evidence;
mod expiry;
mod input;
mod inputs;
mod json;
mod limit;
mod messager;
mod money;
mod notice;
mod notification;
mod outage;
mod permission;
mod posting;
mod raise;
mod refusal;
mod request;
mod rollout;
mod sealing;
mod support;
mod text;
mod transition;
mod world;
