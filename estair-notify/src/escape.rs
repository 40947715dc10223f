//! Making text harmless for the channel it goes to (N4).

/// Drops what no message needs from a text that somebody wrote: control characters (line breaks and tabs stay) and the
/// marks that reorder what is read.
pub(crate) fn clean(text: &str) -> String {
    let reorders = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || reorders(*c))).collect()
}

/// At most so many characters, with `…` where something was cut.
pub(crate) fn clip(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    text.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

/// One line: runs of blanks and breaks become one space.
pub(crate) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_ascii_whitespace() || c.is_control())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The inside of a JSON string.
pub(crate) fn json_text(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

/// Literal text in the Markdown of an Adaptive Card: emphasis, links, lists and headings lose their meaning.
pub(crate) fn markdown(text: &str) -> String {
    let line = one_line(text);
    let mut escaped = String::with_capacity(line.len());
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    for (place, c) in line.chars().enumerate() {
        let anywhere = "\\`*_[]<>".contains(c);
        let starts_block = (place == 0 && "-+#".contains(c)) || (place == digits && digits > 0 && c == '.');
        if anywhere || starts_block {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
