//! What each crate may depend on, asked of cargo: the core does no I/O, and adapters never know each other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::collections::BTreeSet;
use std::process::Command;

/// Crates that do I/O, or serve those that do: none of them is under the core, with whatever features.
const IO: [&str; 14] = [
    "tokio",
    "sqlx",
    "sqlx-core",
    "axum",
    "reqwest",
    "lettre",
    "hyper",
    "hyper-util",
    "tower",
    "mio",
    "socket2",
    "rustls",
    "minijinja",
    "async-std",
];

/// Every feature of the core but `testing` and `mock`, which bring what only tests need.
const FEATURES: &str = "decimal,system,tracing";

/// Crates of a SQLite host; by name, as versions are the business of those that bring them.
const SQLITE: usize = 110;

fn tree(package: &str, more: &[&str]) -> BTreeSet<String> {
    let arguments = ["tree", "--offline", "-p", package, "-e", "normal", "--prefix", "none", "--format", "{p}"];
    let output = Command::new(env!("CARGO"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args(arguments)
        .args(more)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn the_core_does_no_io() {
    for more in [&["--no-default-features"][..], &["--no-default-features", "--features", FEATURES]] {
        let names = tree("estair-core", more);
        assert!(names.contains("serde_json"), "nothing was listed: {names:?}");
        for io in IO {
            assert!(!names.contains(io), "estair-core depends on {io} with {more:?}");
        }
    }
}

/// What a host takes with it, the crate itself not counted: more than that has to be a decision.
#[test]
fn a_host_takes_few_crates() {
    assert!(tree("estair-core", &[]).len() <= 32 + 1, "{:?}", tree("estair-core", &[]));
    let sqlite = tree("estair-sqlx", &["--no-default-features", "--features", "sqlite"]);
    assert!(sqlite.len() <= SQLITE + 1, "{}: {sqlite:?}", sqlite.len());
}

#[test]
fn every_feature_but_testing_is_checked() {
    let manifest = include_str!("../Cargo.toml");
    let features = manifest.split("[features]").nth(1).unwrap().split("\n[").next().unwrap();
    let names: Vec<_> = features
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" ="))
        .map(|(name, _)| name)
        .filter(|name| !["default", "testing", "mock"].contains(name))
        .collect();
    assert_eq!(names.join(","), FEATURES, "a new feature of the core is to be checked here");
}

#[test]
fn adapters_never_depend_on_each_other() {
    let adapters = ["estair-sqlx", "estair-notify", "estair-http"];
    for adapter in adapters {
        let names = tree(adapter, &["--all-features"]);
        assert!(names.contains("estair-core"), "{adapter} is an adapter of the core");
        for other in adapters.into_iter().filter(|other| *other != adapter) {
            assert!(!names.contains(other), "{adapter} depends on {other}");
        }
    }
}
