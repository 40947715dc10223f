//! Text with a separator between cells: whichever separator, whichever encoding.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use estair_core::payment_file::Sheet;

use super::sheet::{Rows, Unreadable};

/// The separators that are known, the likeliest first.
const SEPARATORS: [u8; 4] = *b",;\t|";

pub(super) fn sheet_of(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    let text = decoded(bytes)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator_of(&text))
        .from_reader(text.as_bytes());
    let mut rows = Rows::default();
    for record in reader.records() {
        let record = record.map_err(|error| Unreadable::Broken(format!("it is no CSV: {error}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.add(line, record.iter().map(str::to_owned).collect())?;
    }
    Ok(rows.end())
}

/// UTF-8, or what a mark at the beginning says; else the encoding that spreadsheets of the West write without saying so.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    let broken = || Unreadable::Broken("it is no text in a known encoding".to_owned());
    if bytes.is_empty() {
        return Err(Unreadable::Broken("it is empty".to_owned()));
    }
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => WINDOWS_1252,
    };
    let (text, _, had_errors) = encoding.decode(bytes);
    if had_errors || text.contains('\0') { Err(broken()) } else { Ok(text) }
}

/// The separator that stands most often in the first line that has one, quoted text apart.
fn separator_of(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for byte in first.bytes() {
        quoted ^= byte == b'"';
        for (count, separator) in counts.iter_mut().zip(SEPARATORS) {
            *count += usize::from(!quoted && byte == separator);
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    let best = counts.iter().zip(SEPARATORS).find(|(count, _)| **count == most);
    best.map_or(b',', |(_, separator)| separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(bytes: &[u8]) -> Vec<String> {
        sheet_of(bytes).unwrap().header
    }

    #[test]
    fn l7_any_separator_and_encoding_is_read() {
        for separator in [',', ';', '\t', '|'] {
            let text = format!("reference{separator}\"a,;|\tb\"{separator}montant\nT1{separator}x{separator}5\n");
            let sheet = sheet_of(text.as_bytes()).unwrap();
            assert_eq!(sheet.header, ["reference", "a,;|\tb", "montant"]);
            assert_eq!(sheet.rows[0].number, 2);
            assert_eq!(sheet.rows[0].cells, ["T1", "x", "5"]);
        }
        assert_eq!(header(b"num\xe9ro;a\n1;2\n"), ["num\u{e9}ro", "a"]);
        assert_eq!(header("\u{feff}numéro;a\n1;2\n".as_bytes()), ["numéro", "a"]);
        let wide: Vec<u8> = "\u{feff}é;a\n1;2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(header(&wide), ["é", "a"]);
    }

    #[test]
    fn l7_what_is_no_text_is_refused() {
        assert!(matches!(sheet_of(b""), Err(Unreadable::Broken(_))));
        assert!(matches!(sheet_of(b"a;b\n\0\0"), Err(Unreadable::Broken(_))));
        assert!(matches!(super::super::sheet_of(b"\xD0\xCF\x11\xE0rest"), Err(Unreadable::Broken(_))));
    }

    #[test]
    fn l7_rows_beyond_the_bound_are_refused() {
        let mut text = String::from("reference\n");
        (0..=estair_core::payment_file::MAX_ROWS).for_each(|n| text.push_str(&format!("{n}\n")));
        assert!(matches!(sheet_of(text.as_bytes()), Err(Unreadable::TooLarge(_))));
    }
}
