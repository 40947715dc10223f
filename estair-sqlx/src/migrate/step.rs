//! A step of a migration, as its text says: its statements, and the names that it takes.

use estair_core::hash::Hash;

/// The statements of a step: each ends its line with a semicolon.
pub(super) fn statements(step: &str) -> impl Iterator<Item = &str> {
    let statements = step.split(";\n").map(str::trim);
    statements.filter(|statement| statement.lines().any(|line| !line.is_empty() && !line.starts_with("--")))
}

/// What a step does, whatever its comments and its spaces.
pub(super) fn fingerprint(step: &str) -> Hash {
    let lines = step.lines().map(str::trim).filter(|line| !line.starts_with("--"));
    let words: Vec<_> = lines.flat_map(str::split_whitespace).collect();
    Hash::of(words.join(" "))
}

/// The tables that steps make, in their order: a table comes after those that it refers to.
pub(super) fn tables<'s>(steps: &[&'s str]) -> Vec<&'s str> {
    let made = |line: &'s str| line.strip_prefix("CREATE TABLE IF NOT EXISTS ")?.split_whitespace().next();
    steps.iter().flat_map(|step| step.lines()).filter_map(made).collect()
}

/// Every name that steps take in the database, of tables, indexes and constraints. Where a database keeps the names of
/// constraints apart, asking for more of them does no harm.
pub(super) fn names<'s>(steps: &[&'s str]) -> Vec<&'s str> {
    const BEFORE: [&str; 3] = ["CREATE TABLE IF NOT EXISTS ", "INDEX IF NOT EXISTS ", "CONSTRAINT "];
    let lines = steps.iter().flat_map(|step| step.lines()).filter(|line| !line.trim_start().starts_with("--"));
    let name = |line: &'s str| {
        let rest = BEFORE.iter().find_map(|before| line.split_once(before)).map(|(_, rest)| rest)?;
        rest.split(|c: char| c.is_whitespace() || c == '(').next()
    };
    lines.filter_map(name).collect()
}
