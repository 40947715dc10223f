//! Files of CSV: the statement of an account, which the API and the console hand out alike, and what is made for a spreadsheet.
//!
//! Read and written page by page, so that a long period never sits in memory whole. When a read fails the answer breaks
//! off, so that nobody takes a part for the whole.

use std::collections::VecDeque;
use std::io;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use estair_core::book::View;
use estair_core::clock::rfc3339;
use estair_core::id::{AccountId, MovementId};
use estair_core::movement::Movement;
use estair_core::row::Row;
use estair_core::store::{Page, Slice, StatementFilter};
use futures::stream;

/// Lines read at once.
pub(crate) const PAGE: u32 = 1_000;

const HEADER: &str = "id,uuid,name,business_day,completed_at,type,source,total_operation,currency_code,credit_before,\
credit_after,balance_after,exposition_after,requete_financiere_id,reference,description,source_description,cancelled_at,\
etatsdevente_id,helpdesk_id\r\n";

/// A statement on its way out.
pub(crate) struct Statement {
    /// Where it is read, and for whom.
    pub(crate) view: View,
    /// Whose it is.
    pub(crate) account: AccountId,
    /// Which movements; without their payloads, of which no line shows anything.
    pub(crate) filter: StatementFilter,
}

impl Statement {
    /// The file: its header, the first page, and, when `whole`, every page after it.
    pub(crate) fn file(self, first: Slice<Row<MovementId, Movement>>, whole: bool) -> Response {
        let name = format!("releve-{}.csv", self.account);
        let ready = VecDeque::from([Bytes::from_static(HEADER.as_bytes()), lines(&first)]);
        let next = first.next.filter(|_| whole);
        let chunks = stream::unfold((self, ready, next), async |(statement, mut ready, mut next)| {
            if let Some(chunk) = ready.pop_front() {
                return Some((Ok(chunk), (statement, ready, next)));
            }
            let page = Page { limit: PAGE, before: Some(next.take()?) };
            let chunk = statement.read(page).await.map(|slice| {
                next = slice.next;
                lines(&slice)
            });
            Some((chunk, (statement, ready, next)))
        });
        attached(Body::from_stream(chunks), &name)
    }

    async fn read(&self, page: Page) -> io::Result<Slice<Row<MovementId, Movement>>> {
        Ok(self.view.statement(self.account, &self.filter, page).await.map_err(io::Error::other)?.page)
    }
}

fn lines(slice: &Slice<Row<MovementId, Movement>>) -> Bytes {
    slice.items.iter().map(line).collect::<String>().into()
}

/// A line in the order of [`HEADER`].
fn line(row: &Row<MovementId, Movement>) -> String {
    let posted = row.posted.as_ref();
    let text = |text: &Option<String>| text.as_deref().map(cell).unwrap_or_default();
    // What the program made itself needs no care: numbers, amounts, instants and names of closed sets.
    let cells = [
        row.id.to_string(),
        row.uuid.to_string(),
        cell(&row.name),
        posted.map(|posted| posted.day.to_string()).unwrap_or_default(),
        row.completed_at.map(rfc3339).unwrap_or_default(),
        row.kind.name().to_owned(),
        row.source.name().to_owned(),
        row.amount.to_string(),
        row.amount.currency().to_string(),
        posted.map(|posted| posted.exposition_before.to_string()).unwrap_or_default(),
        posted.map(|posted| posted.exposition_after.to_string()).unwrap_or_default(),
        posted.map(|posted| posted.balance_after.to_string()).unwrap_or_default(),
        posted.map(|posted| posted.exposition_after.to_string()).unwrap_or_default(),
        row.request.map(|id| id.to_string()).unwrap_or_default(),
        text(&row.reference),
        text(&row.details.description),
        text(&row.details.source_description),
        row.cancelled_at.map(rfc3339).unwrap_or_default(),
        row.etatsdevente_id.map(|id| id.to_string()).unwrap_or_default(),
        row.helpdesk_id.map(|id| id.to_string()).unwrap_or_default(),
    ];
    format!("{}\r\n", cells.join(","))
}

/// What tells a spreadsheet that a file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Lines of cells as a file for a French spreadsheet: a byte order mark, semicolons.
pub(crate) fn for_spreadsheet(name: &str, lines: &[Vec<String>]) -> Response {
    let mut text = String::from(BYTE_ORDER_MARK);
    for line in lines {
        text.push_str(&line.join(";"));
        text.push_str("\r\n");
    }
    attached(text, name)
}

/// A file of this name, to be kept.
fn attached(file: impl IntoResponse, name: &str) -> Response {
    let mut response = file.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

/// A text that somebody wrote: quoted where CSV needs it, and never a formula for the spreadsheet that opens it.
pub(crate) fn cell(text: &str) -> String {
    let text = harmless(text);
    if text.contains([',', ';', '"', '\n', '\r', '\t']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// What begins a formula, also as a spreadsheet of a Japanese system writes it.
const STARTS: [char; 12] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'];

/// The text with an apostrophe before whatever would be a formula, at its beginning and after all that another spreadsheet
/// may take for the end of a cell: separators, quotes, tabs, ends of lines.
fn harmless(text: &str) -> String {
    let ends_a_cell = |c: char| {
        matches!(c, ',' | ';' | '|' | '"' | '\'' | '＂' | '；' | '，')
            || (c.is_control() || "\u{2028}\u{2029}".contains(c))
    };
    let is_nothing = |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let mut out = String::with_capacity(text.len() + 1);
    // Where the cell begins, as long as nothing of it was seen.
    let mut fresh = Some(0);
    for c in text.chars() {
        if ends_a_cell(c) {
            out.push(c);
            fresh = Some(out.len());
            continue;
        }
        if STARTS.contains(&c)
            && let Some(begin) = fresh
        {
            out.insert(begin, '\'');
        }
        out.push(c);
        fresh = fresh.filter(|_| is_nothing(c));
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{STARTS, cell};

    #[test]
    fn what_a_spreadsheet_would_run_is_made_harmless() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("@cmd"), "'@cmd");
        assert_eq!(cell("  @SUM(A1)"), "'  @SUM(A1)");
        assert_eq!(cell("-2,5"), "\"'-2,5\"");
        assert_eq!(cell("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
    }

    #[test]
    fn a_formula_is_harmless_behind_whatever_may_end_a_cell_and_in_any_form() {
        for (text, safe) in [
            ("a;=1+1", "\"a;'=1+1\""),
            ("a;  =1+1", "\"a;'  =1+1\""),
            ("a,@SUM(A1)", "\"a,'@SUM(A1)\""),
            ("a\t=1", "\"a\t'=1\""),
            ("\t=1", "\"\t'=1\""),
            ("a\n=1", "\"a\n'=1\""),
            ("a\r\n+1", "\"a\r\n'+1\""),
            ("a\"=1", "\"a\"\"'=1\""),
            ("a'=1", "a''=1"),
            ("a|=1", "a|'=1"),
            ("＝1+1", "'＝1+1"),
            ("a;＠x", "\"a;'＠x\""),
            ("\u{feff}=1", "'\u{feff}=1"),
            ("\u{a0}－1", "'\u{a0}－1"),
            ("Paris - Dakar", "Paris - Dakar"),
            ("a=b", "a=b"),
            ("a; b-c", "\"a; b-c\""),
        ] {
            assert_eq!(cell(text), safe, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_formula_begins_a_cell_wherever_it_is_cut(text in "[=+@a; ,\t\r\n\"'＝－-]{0,12}") {
            let shown = cell(&text).replace("\"\"", "\"");
            for piece in shown.split([',', ';', '\t', '\r', '\n', '"']) {
                prop_assert!(!piece.trim_start().starts_with(STARTS), "{shown:?}");
            }
        }
    }

    #[test]
    fn a_text_stays_one_cell_also_where_lists_are_parted_by_semicolons() {
        assert_eq!(cell("Agence \"A\""), "\"Agence \"\"A\"\"\"");
        assert_eq!(cell("a;b"), "\"a;b\"");
        assert_eq!(cell("Wave 42"), "Wave 42");
    }
}
