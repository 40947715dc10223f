//! Makes the database of a former system, with every kind of dirt, to measure an import of any size:
//! `cargo run -p estair-tests --bin former -- URL ROWS`.

// Code that only tests and measurements run: what fails here is told and ends it.
#![allow(clippy::expect_used)]

use estair_tests::former::Former;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let url = args.next().expect("the URL of a database");
    let rows = args.next().expect("how many rows").parse().expect("a number of rows");
    Former::new(rows, "2025-10-21 08:00:00").write(&url).await.expect("the database is made");
}
