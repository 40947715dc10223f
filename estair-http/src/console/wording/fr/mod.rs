//! French.

mod names;
mod pages;

use super::Line;

/// Its tables: what things are called, and what pages say.
pub(super) const TABLES: [&[Line]; 2] = [names::WORDS, pages::WORDS];
