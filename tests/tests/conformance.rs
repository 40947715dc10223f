//! Every store against the one suite of the core: each case a test of its own, on each database.

use estair_core::book::Groups;
use estair_core::testing::Grouped;

/// Callers share transactions, in several lanes.
fn groups() -> Groups {
    Groups::new(|work| drop(tokio::spawn(work))).lanes(3)
}

macro_rules! on {
    ($($name:ident, $grouped:ident: $kind:ident),* $(,)?) => {$(
        mod $name {
            estair_core::conformance!(
                estair_tests::databases!(estair_tests::database::Kind::$kind),
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            );
        }

        mod $grouped {
            #[allow(unused_imports)]
            use super::*;

            estair_core::conformance!(
                Grouped(estair_tests::databases!(estair_tests::database::Kind::$kind), groups()),
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            );
        }
    )*};
}

on! {
    sqlite, sqlite_in_groups: Sqlite,
    mariadb, mariadb_in_groups: MariaDb,
    mysql, mysql_in_groups: MySql,
    postgres, postgres_in_groups: Postgres,
}
