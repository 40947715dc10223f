//! What an import did, row by row.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
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

/// How many, and what they come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// How many.
    pub count: u64,
    /// What they come to, in hundredths, whatever the currency.
    pub hundredths: i128,
}

/// Rows of a table that have something in common, on both sides (L4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SumLine {
    /// The table.
    pub table: String,
    /// What they have in common: `table`, `state`, `day` or `account`.
    pub by: &'static str,
    /// Its value.
    pub value: String,
    /// In the former system: every row.
    pub there: Sum,
    /// Those of them that are in the book, as they are there.
    pub here: Sum,
}

impl SumLine {
    /// What the book has not, or has more.
    #[must_use]
    pub fn difference(&self) -> Sum {
        let (there, here) = (self.there, self.here);
        Sum { count: there.count.abs_diff(here.count), hundredths: here.hundredths.saturating_sub(there.hundredths) }
    }

    /// Are both sides the same?
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.there == self.here
    }
}

/// The balance of an account by the old formula and by F1 (L4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BalanceLine {
    /// The account's number there.
    pub account: String,
    /// Its name there.
    pub name: String,
    /// What the former system kept; none where it kept none.
    pub there: Option<String>,
    /// What the book has; none where the account is not in it.
    pub here: Option<String>,
    /// What the book has more; none where one of the two is none, or cannot be read.
    pub difference: Option<String>,
}

impl BalanceLine {
    /// Are both the same?
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.difference.as_deref() == Some("0")
    }
}

/// An account whose credit is above its limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AboveLimit {
    /// The account.
    pub account: u64,
    /// Its name.
    pub name: String,
    /// Its limit.
    pub limit: String,
    /// What is still owed.
    pub owed: String,
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
    /// Counts and sums by table, state, day and account on both sides, of a comparison (L4).
    pub sums: Vec<SumLine>,
    /// The balances of all accounts on both sides, of a comparison (L4).
    pub balances: Vec<BalanceLine>,
    /// Accounts whose credit is above their limit: no limit is checked of what comes in.
    pub above_limit: Vec<AboveLimit>,
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

    /// Rows of a table of which nothing more is told.
    pub(super) fn count(&mut self, table: &str, outcome: Outcome, count: u64) {
        let report = self.tables.entry(table.to_owned()).or_default();
        report.read = report.read.saturating_add(count);
        let outcomes = report.outcomes.entry(outcome).or_default();
        *outcomes = outcomes.saturating_add(count);
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
        page.push_str("</table>");
        self.balances_as_page(&mut page);
        self.sums_as_page(&mut page);
        page.push_str("</html>\n");
        page
    }

    fn balances_as_page(&self, page: &mut String) {
        if self.balances.is_empty() {
            return;
        }
        page.push_str("<table><tr><th>compte<th>nom<th>solde, ancienne formule<th>solde, F1<th>écart</tr>");
        for line in &self.balances {
            let shown = |text: &Option<String>| escaped(text.as_deref().unwrap_or("—"));
            let (there, here) = (shown(&line.there), shown(&line.here));
            let gap = if line.is_same() { String::new() } else { shown(&line.difference) };
            let (account, name) = (escaped(&line.account), escaped(&line.name));
            let _ = write!(page, "<tr><td>{account}<td>{name}<td>{there}<td>{here}<td>{gap}</tr>");
        }
        page.push_str("</table>");
    }

    fn sums_as_page(&self, page: &mut String) {
        if !self.above_limit.is_empty() {
            page.push_str("<table><tr><th>compte<th>plafond<th>crédit dû</tr>");
            for AboveLimit { account, name, limit, owed } in &self.above_limit {
                let _ = write!(page, "<tr><td>{account} {}<td>{limit}<td>{owed}</tr>", escaped(name));
            }
            page.push_str("</table>");
        }
        if self.sums.is_empty() {
            return;
        }
        page.push_str(
            "<table><tr><th>table<th>par<th>valeur<th>lignes avant<th>montant avant<th>lignes ici<th>montant ici<th>écart</tr>",
        );
        for line in &self.sums {
            let (table, value) = (escaped(&line.table), escaped(&line.value));
            let (there, here, gap) = (line.there, line.here, line.difference());
            let gap =
                if line.is_same() { String::new() } else { format!("{} / {}", gap.count, decimal(gap.hundredths)) };
            let _ = write!(
                page,
                "<tr><td>{table}<td>{}<td>{value}<td>{}<td>{}<td>{}<td>{}<td>{gap}</tr>",
                line.by,
                there.count,
                decimal(there.hundredths),
                here.count,
                decimal(here.hundredths)
            );
        }
        page.push_str("</table>");
    }
}

/// Hundredths as people read them.
#[must_use]
pub fn decimal(hundredths: i128) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:02}") }
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
