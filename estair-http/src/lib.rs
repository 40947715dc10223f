//! ESTAIR over HTTP.

pub mod host;
