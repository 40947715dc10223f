//! What is in a file and not in the book, the reverse, and what differs (L7).

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::BusinessDay;
use crate::id::MovementId;
use crate::row::{Movement, Row};

use super::Line;

/// A row whose movement says something else.
#[derive(Clone, Debug, PartialEq)]
pub struct Different {
    /// The row.
    pub line: Line,
    /// The movement.
    pub movement: Row<MovementId, Movement>,
}

/// A file beside the book.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reconciliation {
    /// Rows without a movement.
    pub only_in_file: Vec<Line>,
    /// Movements without a row.
    pub only_in_book: Vec<Row<MovementId, Movement>>,
    /// Rows whose movement has another account, amount or type.
    pub different: Vec<Different>,
}

/// The first and the last day that rows of a file name; none when none does.
#[must_use]
pub fn days_of(lines: &[Line]) -> Option<(BusinessDay, BusinessDay)> {
    let days = || lines.iter().filter_map(|line| line.day);
    Some((days().min()?, days().max()?))
}

/// The day that a movement belongs to for its source: the operation's own where it is known, else the book's.
fn day_of(movement: &Movement) -> Option<BusinessDay> {
    let own = movement.details.created.map(|at| BusinessDay::new(at.date_naive()));
    own.or_else(|| movement.posted.map(|posted| posted.day))
}

/// Compares rows, whose drafts have their accounts by now, with movements: those that have the name of a row, and those of
/// the source in the file's days. Neither order matters; a row that is there twice counts once.
#[must_use]
pub fn reconcile(
    lines: Vec<Line>,
    named: &BTreeMap<String, Row<MovementId, Movement>>,
    of_source: Vec<Row<MovementId, Movement>>,
) -> Reconciliation {
    let mut found = Reconciliation::default();
    let days = days_of(&lines);
    let mut seen = BTreeSet::new();
    for line in lines {
        let name = line.draft.name();
        if name.clone().is_some_and(|name| !seen.insert(name)) {
            continue;
        }
        match name.and_then(|name| named.get(&name)).filter(|row| row.counts()) {
            None => found.only_in_file.push(line),
            Some(row) if !says_the_same(&line, row) => {
                found.different.push(Different { line, movement: row.clone() });
            }
            Some(_) => {}
        }
    }
    let within = |day: BusinessDay| days.is_some_and(|(first, last)| first <= day && day <= last);
    let alone = of_source
        .into_iter()
        .filter(|row| row.counts() && !seen.contains(&row.name) && day_of(row).is_some_and(within));
    found.only_in_book.extend(alone);
    found
}

fn says_the_same(line: &Line, row: &Movement) -> bool {
    let draft = &line.draft;
    draft.account == Some(row.account) && draft.kind == Some(row.kind) && draft.amount == Some(row.amount.amount())
}
