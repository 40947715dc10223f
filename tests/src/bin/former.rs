//! Makes the database of a former system, with every kind of dirt, to measure an import of any size:
//! `cargo run -p estair-tests --bin former -- URL ROWS`.

use std::process::ExitCode;

use estair_tests::former::Former;

#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let [url, rows] = args.as_slice() else { return told("usage: former URL ROWS") };
    let Ok(rows) = rows.parse() else { return told("ROWS is no number") };
    match Former::new(rows, "2025-10-21 08:00:00").write(url).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => told(&error.to_string()),
    }
}

fn told(trouble: &str) -> ExitCode {
    eprintln!("former: {trouble}");
    ExitCode::FAILURE
}
