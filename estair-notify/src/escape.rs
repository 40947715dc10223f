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

/// Literal text in the Markdown of an Adaptive Card, on one line: emphasis, links, lists, headings, entities and the
/// card's own date functions lose their meaning.
pub(crate) fn markdown(text: &str) -> String {
    literal(&one_line(text))
}

/// As [`markdown`], with the lines that the text has: each is a paragraph, for to Markdown a line break alone is a blank.
/// Their indentation stays.
pub(crate) fn markdown_lines(text: &str) -> String {
    let line = |line: &str| {
        let content = line.trim_start_matches([' ', '\t']);
        let indentation: String = line.chars().map_while(blank).collect();
        let content = markdown(content);
        if content.is_empty() { content } else { indentation + &content }
    };
    text.lines().map(line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// What keeps the place of a blank that begins a line: four blanks would make it code.
fn blank(c: char) -> Option<&'static str> {
    match c {
        ' ' => Some("\u{a0}"),
        '\t' => Some("\u{a0}\u{a0}\u{a0}\u{a0}"),
        _ => None,
    }
}

fn literal(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let mut before = '\0';
    for (place, c) in line.chars().enumerate() {
        let anywhere = "\\`*_[]<>~".contains(c) || (c == '{' && before == '{');
        let numbers = place == digits && digits > 0 && ".)".contains(c);
        let starts_block = (place == 0 && "-+#".contains(c)) || numbers;
        if anywhere || starts_block {
            escaped.push('\\');
        }
        match c {
            '&' => escaped.push_str("&amp;"),
            _ => escaped.push(c),
        }
        before = c;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    /// The paragraphs that a reader of Markdown makes of a text; none when it finds more than paragraphs and text.
    fn paragraphs(markdown: &str) -> Option<Vec<String>> {
        let mut paragraphs = Vec::new();
        for event in Parser::new_ext(markdown, Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Paragraph) => paragraphs.push(String::new()),
                Event::Text(text) => paragraphs.last_mut()?.push_str(&text),
                Event::End(TagEnd::Paragraph) => {}
                _ => return None,
            }
        }
        Some(paragraphs)
    }

    // rule: N4
    #[test]
    fn n4_text_of_a_card_is_literal_to_a_reader_of_markdown() {
        for text in [
            "[x](http://evil.example.test)",
            "**gras** _i_ `code` ~~non~~ <b>x</b>",
            "R&D &lt;b&gt; &amp; &#x41;",
            "- a",
            "+ a",
            "# a",
            "1. a",
            "12) a",
            "---",
            "===",
            "~~~",
            "> a",
            "![x](y)",
            "\\*",
            "a\\",
            "| a | b |",
        ] {
            assert_eq!(paragraphs(&markdown(text)), Some(vec![text.to_owned()]), "{text}");
        }
        assert_eq!(markdown("{{DATE(2025-10-21T18:00:00Z, SHORT)}}"), "{\\{DATE(2025-10-21T18:00:00Z, SHORT)}}");
    }

    // rule: N5
    #[test]
    fn n5_lines_of_a_trace_stay_lines() {
        let trace = "{\n  \"code\": \"storage\",\r\n\n\t- at *b*\n        c &amp; d\n}\n";
        let shown = ["{", "\u{a0}\u{a0}\"code\": \"storage\",", "\u{a0}\u{a0}\u{a0}\u{a0}- at *b*"];
        let last = ["\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}c &amp; d", "}"];
        let shown: Vec<String> = shown.iter().chain(&last).map(|line| (*line).to_owned()).collect();
        assert_eq!(paragraphs(&markdown_lines(trace)), Some(shown));
    }

    proptest! {
        // rule: N4
        #[test]
        fn n4_no_text_of_a_card_is_markup(text in "([-+#=~>|*_`\\[\\]()<>!&;:.{}\\\\\"'/ \t\n]|[a-zé0-9]|&amp;|&#65;|http://e|1\\.){0,40}") {
            let line = one_line(&text);
            let expected = if line.is_empty() { Vec::new() } else { vec![line] };
            prop_assert_eq!(paragraphs(&markdown(&text)), Some(expected));
            let lines: Vec<String> = text.lines().map(one_line).filter(|line| !line.is_empty()).collect();
            let shown = paragraphs(&markdown_lines(&text));
            let shown = shown.map(|lines| lines.iter().map(|line| line.trim_start_matches('\u{a0}').to_owned()).collect());
            prop_assert_eq!(shown, Some(lines));
        }
    }
}
