//! Every store against the one suite of the core: each case a test of its own, on each database.

use estair_core::book::Groups;
use estair_core::testing::Grouped;

/// Callers share transactions, in several lanes.
fn groups() -> Groups {
    Groups::new(|work| drop(tokio::spawn(work))).lanes(3)
}

macro_rules! suite {
    ([] $($name:ident: $kind:ident),*) => {$(
        mod $name {
            estair_core::conformance!(
                estair_tests::databases!(estair_tests::database::Kind::$kind),
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            );

            mod in_groups {
                #[allow(unused_imports)]
                use super::super::*;

                estair_core::conformance!(
                    Grouped(estair_tests::databases!(estair_tests::database::Kind::$kind), groups()),
                    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                );
            }
        }
    )*};
}

estair_tests::each_kind!((suite) []);
