//! How each database tells its plans.

use sqlx::{Database, Row};

use crate::grown::{BOOK_TABLES, MESSAGER_TABLES};

/// How the databases of a driver tell their plans.
pub(crate) trait Explains: Database {
    const EXPLAIN: &'static str;

    /// A line of a plan as text.
    fn line(row: &Self::Row) -> String;

    /// Does this line read a whole table, or a whole index?
    fn scans(line: &str) -> bool;

    /// Does this line sort?
    fn sorts(line: &str) -> bool;

    /// Does the plan use this index?
    fn uses(plan: &str, index: &str) -> bool;

    /// Does this line walk this index with a value for each column before the order's, without a sort?
    fn walks(line: &str, index: &str) -> bool;
}

impl Explains for sqlx::Sqlite {
    const EXPLAIN: &'static str = "EXPLAIN QUERY PLAN";

    fn line(row: &Self::Row) -> String {
        row.get::<String, _>(3)
    }

    fn scans(line: &str) -> bool {
        // The pause of a domain: one row. What was walked already, a window over it too: no more than was walked. No table.
        let of_no_length = ["SCAN d", "SCAN newest", "SCAN CONSTANT ROW"];
        let walked = ["SCAN walk", "SCAN way", "SCAN (subquery"].iter().any(|walk| line.starts_with(walk));
        line.starts_with("SCAN") && !of_no_length.contains(&line) && !walked
    }

    fn sorts(line: &str) -> bool {
        line.contains("TEMP B-TREE")
    }

    fn uses(plan: &str, index: &str) -> bool {
        match index {
            "PRIMARY" => {
                let scanned = ["SCAN requetes_financieres", "SCAN mouvements", "SCAN m"];
                plan.contains("INTEGER PRIMARY KEY") || plan.lines().any(|line| scanned.contains(&line))
            }
            // The index of a UNIQUE has a name of SQLite's own.
            _ => {
                let table =
                    BOOK_TABLES.iter().chain(&MESSAGER_TABLES).find(|table| index.starts_with(**table)).unwrap();
                let named = |line: &str| line.ends_with(index) || line.contains(&format!("INDEX {index} "));
                plan.lines().any(named) || plan.contains(&format!("sqlite_autoindex_{table}_"))
            }
        }
    }

    fn walks(line: &str, index: &str) -> bool {
        line.starts_with("SEARCH") && line.contains(&format!("INDEX {index} "))
    }
}

impl Explains for sqlx::MySql {
    // Other formats may be the default of a server.
    const EXPLAIN: &'static str = "EXPLAIN FORMAT = TRADITIONAL";

    fn line(row: &Self::Row) -> String {
        let text = |name: &str| row.try_get_unchecked::<Option<String>, _>(name).unwrap().unwrap_or_default();
        format!("table={} type={} key={} {}", text("table"), text("type"), text("key"), text("Extra"))
    }

    fn scans(line: &str) -> bool {
        // The pause of a domain: one row. What was walked already has a name in angle brackets.
        (line.contains("type=ALL") || line.contains("type=index "))
            && !line.starts_with("table=d ")
            && !line.starts_with("table=<")
    }

    fn sorts(line: &str) -> bool {
        line.contains("filesort")
    }

    fn uses(plan: &str, index: &str) -> bool {
        // A row found while planning has no index in the plan: it was looked up by its key.
        // The end of an index is read while planning too.
        let planned = ["no matching row", "Impossible WHERE", "Select tables optimized away"];
        plan.contains(&format!("key={index} ")) || planned.iter().any(|note| plan.contains(note))
    }

    fn walks(line: &str, index: &str) -> bool {
        line.contains(&format!("key={index} ")) && !line.contains("filesort")
    }
}

impl Explains for sqlx::Postgres {
    const EXPLAIN: &'static str = "EXPLAIN";

    fn line(row: &Self::Row) -> String {
        row.get::<String, _>(0)
    }

    fn scans(line: &str) -> bool {
        line.contains("Seq Scan") && !line.contains("on messager_domains")
    }

    fn sorts(line: &str) -> bool {
        line.trim_start_matches([' ', '-', '>']).starts_with("Sort ")
    }

    fn uses(plan: &str, index: &str) -> bool {
        let name = if index == "PRIMARY" { "_pkey" } else { index };
        plan.contains(name)
    }

    fn walks(line: &str, index: &str) -> bool {
        line.contains("Scan") && line.contains(&format!(" using {index} "))
    }
}
