//! Texts that people write, with their bounds.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::refusal::FieldError;
/// Longest name, subject or reference, in characters.
pub const MAX_LINE: usize = 255;
/// Longest reference of a source, in characters: it is part of the movement's name.
pub const MAX_REFERENCE: usize = 100;
/// Longest description, reason or comment, in characters.
pub const MAX_TEXT: usize = 10_000;

const NO_CONTROL: &str = "must not hold control characters";

/// Checks a text against its bound: it shows something ([`is_blank`]), has after trimming at most `max` characters, no NUL (which
/// PostgreSQL cannot hold). A single line has no other control characters either.
///
/// # Errors
/// A [`FieldError`] that names the field and the bound.
pub fn bounded(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    let text = text.trim();
    if is_blank(text) {
        return Err(FieldError::new(field, "must not be empty"));
    }
    let length = text.chars().count();
    if length > max {
        return Err(FieldError::new(field, format_args!("has {length} characters, at most {max} are allowed")));
    }
    if holds_forbidden(text, max) {
        return Err(FieldError::new(field, NO_CONTROL));
    }
    Ok(text.to_owned())
}

/// Characters that no text may hold: NUL, and in a single line all control characters.
fn holds_forbidden(text: &str, max: usize) -> bool {
    text.contains(|c: char| c == '\0' || (max <= MAX_LINE && c.is_control()))
}

/// Does a text show nothing: no characters but blanks, control characters and what is invisible?
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// Is it a letter or a mark that nobody sees, such as a blank without width?
#[must_use]
pub fn is_invisible(c: char) -> bool {
    INVISIBLE.iter().any(|range| range.contains(&c))
}

/// What Unicode calls default ignorable, its other marks of format, and the empty pattern of Braille.
const INVISIBLE: [std::ops::RangeInclusive<char>; 18] = [
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fffb}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

/// As [`bounded`], where a text that shows nothing is the same as none.
///
/// # Errors
/// A [`FieldError`] that names the field and the bound.
pub fn optional(field: &str, text: Option<&str>, max: usize) -> Result<Option<String>, FieldError> {
    match text.map(str::trim) {
        Some(text) if holds_forbidden(text, max) => Err(FieldError::new(field, NO_CONTROL)),
        Some(text) if !is_blank(text) => bounded(field, text, max).map(Some),
        _ => Ok(None),
    }
}

/// An idempotency key: 1 to 255 visible ASCII characters.
///
/// # Errors
/// A [`FieldError`] that names the bound.
pub fn idempotency_key(text: &str) -> Result<String, FieldError> {
    let visible = text.bytes().all(|b| b.is_ascii_graphic());
    if !visible || text.is_empty() || text.len() > MAX_LINE {
        return Err(FieldError::new("Idempotency-Key", "must be 1 to 255 visible ASCII characters"));
    }
    Ok(text.to_owned())
}

/// The beginning of a text, at most so many characters: `…` is the last one where something was cut.
#[must_use]
pub fn clipped(text: &str, max: usize) -> String {
    if text.chars().nth(max).is_none() {
        return text.to_owned();
    }
    text.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

/// A text that a machine wrote, to be read by people: on one line, without control characters, at most so many characters.
#[must_use]
pub fn excerpt(text: &str, max: usize) -> String {
    let shown = |c: &char| !c.is_control() && *c != '\u{feff}';
    let words = text.split_whitespace().map(|word| word.chars().filter(shown).collect::<String>());
    clipped(&words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "), max)
}

/// Do these texts hold the text that is looked for, if one is (A5)?
pub(crate) fn holds(q: Option<&str>, texts: &[&str]) -> bool {
    q.map(folded).is_none_or(|q| texts.iter().any(|text| folded(text).contains(&q)))
}

/// A text as it is searched (A5): without case, accents or ligatures, in compatible forms, so that `evasion` finds
/// `Évasion` and `oeuvre` finds `Œuvre`. A text holds another where its folded form holds the other's.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // Capitals among compatible forms (𝔇) are small letters only once they are taken apart.
    for c in text.nfkd().flat_map(char::to_lowercase).nfkd().filter(|c| !is_combining_mark(*c)) {
        match LETTERS.iter().find(|(letter, _)| *letter == c) {
            Some((_, plain)) => folded.push_str(plain),
            None => folded.push(c),
        }
    }
    folded
}

/// Letters that no decomposition takes apart, and what people type for them.
const LETTERS: [(char, &str); 13] = [
    ('œ', "oe"),
    ('æ', "ae"),
    ('ß', "ss"),
    ('ø', "o"),
    ('đ', "d"),
    ('ð', "d"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ł', "l"),
    ('ŋ', "n"),
    ('ŧ', "t"),
    ('þ', "th"),
    ('ς', "σ"),
];
