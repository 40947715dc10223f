//! The driver of MySQL and MariaDB. Their numbers of errors are one set.

use chrono::NaiveDate;
use estair_core::clock::Timestamp;
use rust_decimal::Decimal;
use sqlx::error::{BoxDynError, DatabaseError};
use sqlx::mysql::{MySqlArguments, MySqlDatabaseError, MySqlQueryResult, MySqlRow};
use sqlx::{Arguments, MySql, Row};

use super::{Driver, Folding, Trouble, hundredths_of, no_columns};
use crate::value::Value;

impl Driver for MySql {
    const FOLDING: Folding = Folding::Joined;
    const CLOSES_IN_SILENCE: bool = true;
    const MAX_VALUES: usize = 60_000;

    fn bind(values: &mut MySqlArguments, value: Value) -> Result<(), BoxDynError> {
        match value {
            Value::Int(value) => values.add(value),
            Value::Number(value) => values.add(value.map(i64::try_from).transpose()?),
            Value::Text(value) => values.add(value),
            Value::Hundredths(value) => values.add(value.map(|hundredths| Decimal::new(hundredths, 2))),
            Value::Instant(value) => values.add(value),
            Value::Day(value) => values.add(value),
            Value::Column(_) => Err(no_columns()),
        }
    }

    // The types of the columns are not compared: `bigint unsigned` would not be an i64, nor `json` a text.

    fn int(row: &MySqlRow, column: usize) -> sqlx::Result<Option<i64>> {
        row.try_get_unchecked(column)
    }

    fn text(row: &MySqlRow, column: usize) -> sqlx::Result<Option<String>> {
        row.try_get_unchecked(column)
    }

    fn hundredths(row: &MySqlRow, column: usize) -> sqlx::Result<Option<i64>> {
        row.try_get_unchecked::<Option<Decimal>, _>(column)?.map(hundredths_of).transpose()
    }

    fn instant(row: &MySqlRow, column: usize) -> sqlx::Result<Option<Timestamp>> {
        row.try_get_unchecked(column)
    }

    fn day(row: &MySqlRow, column: usize) -> sqlx::Result<Option<NaiveDate>> {
        row.try_get_unchecked(column)
    }

    fn affected(result: &MySqlQueryResult) -> u64 {
        result.rows_affected()
    }

    fn last_number(result: &MySqlQueryResult) -> u64 {
        result.last_insert_id()
    }

    fn trouble(error: &dyn DatabaseError) -> Trouble {
        trouble(error.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number), error.message())
    }
}

fn trouble(number: Option<u16>, message: &str) -> Trouble {
    match number {
        // Deadlock, lock wait timeout, snapshot conflict (MariaDB), no wait (MySQL), and what a group of nodes did not
        // certify at COMMIT: Galera calls it a deadlock, MySQL's group replication has a number for it.
        Some(1213 | 1205 | 1020 | 3572 | 3101) => Trouble::Contention,
        // Group replication again: another node's transaction was applied before this one came so far.
        Some(1180) if message.contains(DEADLOCK) => Trouble::Contention,
        Some(1290 | 1792 | 1836) => Trouble::ReadOnly,
        // Disk full, table full.
        Some(1021 | 1114) => Trouble::Full,
        _ if is_full(message) => Trouble::Full,
        Some(1040 | 1203) => Trouble::Crowded,
        // Out of memory, shutdown, interrupted, quorum lost.
        Some(1041 | 1047 | 1053 | 1180 | 1927 | 3100) => Trouble::Unavailable,
        _ => Trouble::Other,
    }
}

/// The number that InnoDB has for a deadlock, as a server puts it into what it says of a commit, in any language.
const DEADLOCK: &str = " 149 - '";

/// What the operating system said, whatever the server could not do for it: error 28 is that there is no space left.
fn is_full(message: &str) -> bool {
    ["errno: 28 ", "errno: 28)", "Errcode: 28 ", "Errcode: 28)", "error: 28 ", "No space left on device"]
        .iter()
        .any(|told| message.contains(told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_group_of_nodes_rolled_back_at_commit_is_contention() {
        // Seen of MySQL's group replication, every node a writer: another node's transaction came first, before the
        // certification and in it.
        let aborted = "Got error 149 - 'Lock deadlock; Retry transaction' during COMMIT";
        assert_eq!(trouble(Some(1180), aborted), Trouble::Contention);
        let refused = "Plugin instructed the server to rollback the current transaction.";
        assert_eq!(trouble(Some(3101), refused), Trouble::Contention);
    }

    #[test]
    fn a_commit_that_failed_otherwise_may_have_happened() {
        let failed = "Got error 168 - 'Unknown (generic) error from engine' during COMMIT";
        assert_eq!(trouble(Some(1180), failed), Trouble::Unavailable);
        let full = "Got error 28 - 'No space left on device' during COMMIT";
        assert_eq!(trouble(Some(1180), full), Trouble::Full);
    }
}
