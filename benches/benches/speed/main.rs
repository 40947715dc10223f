//! The speed of the book beside hand-written SQL that keeps the same record: `benches/run` starts the servers and runs it.
//!
//! Floor and ours take turns, round by round; what is told are medians, and the medians of the ratios of two rounds that
//! followed one another. Every commit is flushed to the disk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench measures with the machine's clock, prints what it found, and stops at what it did not expect"
)]

mod cells;
mod contest;
mod floor;
mod ours;
mod queue;

use std::sync::Arc;
use std::time::Duration;

use cells::{Cells, Options};
use contest::{Contestant, Rounds};
use sqlx::{AssertSqlSafe, Connection, Executor, MySqlConnection, PgConnection};

const USAGE: &str =
    "speed [--seconds S] [--rounds N] [--cell PART] [--json FILE] [SQLite] [MariaDB] [MySQL] [PostgreSQL]";

fn main() {
    let options = options(std::env::args().skip(1));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let cells = runtime.block_on(async {
        let mut cells = Cells::new(options.clone());
        if cells.wants("SQLite") {
            on_file(&mut cells).await;
        }
        on_server(&mut cells, "MariaDB", "ESTAIR_TEST_MARIADB_URL").await;
        on_server(&mut cells, "MySQL", "ESTAIR_TEST_MYSQL_URL").await;
        on_server(&mut cells, "PostgreSQL", "ESTAIR_TEST_POSTGRES_URL").await;
        cells
    });
    if let Some(path) = options.json {
        std::fs::write(path, cells.json()).unwrap();
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Options {
    let mut options = Options {
        rounds: Rounds { each: Duration::from_millis(500), count: 5 },
        databases: Vec::new(),
        cell: None,
        json: None,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_else(|| panic!("{USAGE}"));
        match argument.as_str() {
            "--seconds" => options.rounds.each = Duration::from_secs_f64(value().parse().expect(USAGE)),
            "--rounds" => options.rounds.count = value().parse().expect(USAGE),
            "--cell" => options.cell = Some(value()),
            "--json" => options.json = Some(value()),
            // What cargo adds.
            "--bench" => {}
            name if !name.starts_with('-') => options.databases.push(argument),
            _ => panic!("{USAGE}"),
        }
    }
    options
}

async fn on_file(cells: &mut Cells) {
    let directory = std::env::temp_dir().join(format!("estair-speed-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let path = |name| directory.join(name).display().to_string();
    let floor: Arc<dyn Contestant> = Arc::new(floor::SqliteFloor::open(&path("floor.db")).await);
    cells.measure("SQLite", &format!("sqlite://{}", path("book.db")), floor).await;
    std::fs::remove_dir_all(&directory).unwrap();
}

/// In databases of the bench's own, which are dropped.
async fn on_server(cells: &mut Cells, name: &'static str, variable: &str) {
    if !cells.wants(name) {
        return;
    }
    let Ok(server) = std::env::var(variable) else {
        println!("{name}: not measured, {variable} is not set");
        return;
    };
    let (address, _) = server.rsplit_once('/').unwrap();
    let [floor, book] = ["floor", "book"].map(|what| format!("estair_speed_{what}_{}", std::process::id()));
    let (floor_url, book_url) = (format!("{address}/{floor}"), format!("{address}/{book}"));
    for database in [&floor, &book] {
        execute(&server, format!("CREATE DATABASE {database}")).await;
    }
    let by_hand: Arc<dyn Contestant> = match name {
        "PostgreSQL" => Arc::new(floor::PostgresFloor::open(&floor_url).await),
        _ => Arc::new(floor::MySqlFloor::open(&floor_url).await),
    };
    cells.measure(name, &book_url, by_hand).await;
    let drop = if name == "PostgreSQL" { " WITH (FORCE)" } else { "" };
    for database in [&floor, &book] {
        execute(&server, format!("DROP DATABASE {database}{drop}")).await;
    }
}

async fn execute(server: &str, sql: String) {
    if server.starts_with("postgres") {
        PgConnection::connect(server).await.unwrap().execute(AssertSqlSafe(sql)).await.unwrap();
    } else {
        MySqlConnection::connect(server).await.unwrap().execute(AssertSqlSafe(sql)).await.unwrap();
    }
}
