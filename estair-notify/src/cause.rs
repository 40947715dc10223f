//! Why something failed, in words.

use std::error::Error;

use crate::escape::{clean, clip, one_line};

/// Longest cause that is told, in characters.
const LONGEST: usize = 200;

/// What is behind an error, at the end of the chain of its sources.
pub(crate) fn root(error: &dyn Error) -> Option<String> {
    let mut cause = error.source()?;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    Some(told(&cause.to_string()))
}

/// What an error says, shortened and on one line.
pub(crate) fn told(text: &str) -> String {
    clip(&one_line(&clean(&in_words(text))), LONGEST)
}

/// `UnknownIssuer` is "unknown issuer".
fn in_words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut after_small = false;
    for c in text.chars() {
        if after_small && c.is_uppercase() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
        after_small = c.is_lowercase();
    }
    words
}
