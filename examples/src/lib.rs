//! Small programs that each show one way to embed ESTAIR: see `examples/`.

/// The cookbook, whose blocks are tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/cookbook.md")]
struct Cookbook;
