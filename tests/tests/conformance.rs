//! Every store against the one suite of the core: each case a test of its own, on each database.

mod sqlite {
    estair_core::conformance!(
        estair_tests::databases!(estair_tests::database::Kind::Sqlite),
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    );
}

mod mariadb {
    estair_core::conformance!(
        estair_tests::databases!(estair_tests::database::Kind::MariaDb),
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    );
}

mod mysql {
    estair_core::conformance!(
        estair_tests::databases!(estair_tests::database::Kind::MySql),
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    );
}

mod postgres {
    estair_core::conformance!(
        estair_tests::databases!(estair_tests::database::Kind::Postgres),
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    );
}
