//! `migrate_book URL`: brings the tables of a book up to date, in a process that a test can kill.

// Code that only tests run: what fails here is a test.
#![allow(clippy::expect_used)]

use estair_sqlx::migrate_book;
use estair_tests::database::options;

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).expect("the URL of a database");
    migrate_book(&url, &options()).await.expect("the tables are up to date");
}
