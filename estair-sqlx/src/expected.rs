//! Which tables and columns the migrations make, read from their own text: what a database is compared with.
//!
//! A migration writes a table with one column a line, indented by two, in lower case; what begins in capitals (a key, a
//! constraint) is no column. A column that is added to a table that is there stands in a statement of its own.

use std::collections::{BTreeMap, BTreeSet};

/// Tables by name, each with its columns.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tables(BTreeMap<String, BTreeSet<String>>);

impl Tables {
    /// What these steps make.
    pub(crate) fn of_steps(steps: &[&str]) -> Self {
        let mut tables = Self::default();
        for step in steps {
            tables.read(step);
        }
        tables
    }

    fn read(&mut self, step: &str) {
        let mut open: Option<String> = None;
        for line in step.lines() {
            if let Some(rest) = line.strip_prefix("CREATE TABLE IF NOT EXISTS ") {
                let name = rest.split_whitespace().next().unwrap_or_default();
                self.0.entry(name.to_owned()).or_default();
                open = Some(name.to_owned());
            } else if let Some((name, column)) = line.strip_prefix("ALTER TABLE ").and_then(added) {
                self.0.entry(name.to_owned()).or_default().insert(column.to_owned());
            } else if line.starts_with(')') {
                open = None;
            } else if let (Some(table), Some(column)) = (&open, column_of(line)) {
                self.0.entry(table.clone()).or_default().insert(column.to_owned());
            }
        }
    }

    /// The first column, as `table.column`, that is not among those that were found.
    pub(crate) fn first_missing(&self, found: &[(String, String)]) -> Option<String> {
        let found: BTreeSet<_> =
            found.iter().map(|(table, column)| (table.to_lowercase(), column.to_lowercase())).collect();
        let all = self.0.iter().flat_map(|(table, columns)| columns.iter().map(move |column| (table, column)));
        let mut missing = all.filter(|(table, column)| !found.contains(&((*table).clone(), (*column).clone())));
        missing.next().map(|(table, column)| format!("{table}.{column}"))
    }
}

fn column_of(line: &str) -> Option<&str> {
    let word = line.strip_prefix("  ")?.split_whitespace().next()?;
    word.starts_with(|first: char| first.is_ascii_lowercase()).then_some(word)
}

/// `name ADD COLUMN column …`.
fn added(rest: &str) -> Option<(&str, &str)> {
    let (name, column) = rest.split_once(" ADD COLUMN ")?;
    let column = column.strip_prefix("IF NOT EXISTS ").unwrap_or(column);
    Some((name.trim(), column.split_whitespace().next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_and_keys_are_not() {
        let step = "-- what\nCREATE TABLE IF NOT EXISTS a (\n  id int PRIMARY KEY,\n  b text,\n  UNIQUE KEY a_b (b)\n);\n\
                    CREATE INDEX IF NOT EXISTS i ON a (b);\nALTER TABLE a ADD COLUMN c int;\n";
        let tables = Tables::of_steps(&[step]);
        let found = |columns: &[&str]| columns.iter().map(|column| ("A".to_owned(), (*column).to_owned())).collect();
        let missing = |columns: &[&str]| tables.first_missing(&Vec::from_iter::<Vec<_>>(found(columns)));
        assert_eq!(missing(&["ID", "b", "c", "more"]), None);
        assert_eq!(missing(&["id", "b"]), Some("a.c".to_owned()));
        assert_eq!(missing(&[]), Some("a.b".to_owned()));
    }
}
