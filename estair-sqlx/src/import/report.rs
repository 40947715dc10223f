//! What an import did, row by row.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It came, or would come.
    Comes,
    /// It had come before.
    Known,
    /// It came with something mended.
    Mended,
    /// The mapping does not want it.
    LeftOut,
    /// It cannot come: somebody has to look at it.
    Quarantined,
}

/// A row that did not simply come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its table.
    pub table: String,
    /// Its number there.
    pub id: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    pub why: String,
}

/// How many rows of a table came to what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TableReport {
    /// Rows that were read.
    pub read: u64,
    /// By outcome.
    pub outcomes: BTreeMap<Outcome, u64>,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Nothing was written.
    pub dry_run: bool,
    /// By table.
    pub tables: BTreeMap<String, TableReport>,
    /// Each row that did not simply come.
    pub rows: Vec<Line>,
}

impl Report {
    pub(super) fn note(&mut self, table: &str, id: &str, outcome: Outcome, why: Option<String>) {
        let report = self.tables.entry(table.to_owned()).or_default();
        report.read = report.read.saturating_add(1);
        *report.outcomes.entry(outcome).or_default() += 1;
        if let Some(why) = why {
            self.rows.push(Line { table: table.to_owned(), id: id.to_owned(), outcome, why });
        }
    }

    /// Is there nothing that somebody has to look at?
    #[must_use]
    pub fn is_clean(&self) -> bool {
        !self.rows.iter().any(|line| line.outcome == Outcome::Quarantined)
    }

    /// As a page.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut page = String::from(
            "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>Import</title><h1>Import</h1>\
             <table><tr><th>table<th>lues<th>résultat</tr>",
        );
        for (table, report) in &self.tables {
            let outcomes: Vec<_> =
                report.outcomes.iter().map(|(outcome, count)| format!("{}: {count}", name(*outcome))).collect();
            let _ = write!(page, "<tr><td>{}<td>{}<td>{}</tr>", escaped(table), report.read, outcomes.join(", "));
        }
        page.push_str("</table><table><tr><th>table<th>id<th>résultat<th>raison</tr>");
        for line in &self.rows {
            let (table, id, why) = (escaped(&line.table), escaped(&line.id), escaped(&line.why));
            let _ = write!(page, "<tr><td>{table}<td>{id}<td>{}<td>{why}</tr>", name(line.outcome));
        }
        page.push_str("</table></html>\n");
        page
    }
}

const fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Comes => "importée",
        Outcome::Known => "déjà importée",
        Outcome::Mended => "importée, corrigée",
        Outcome::LeftOut => "non reprise",
        Outcome::Quarantined => "en quarantaine",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
