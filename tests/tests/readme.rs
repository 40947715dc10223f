//! The README's five-minute tour works as printed: its block is run by a shell against a fresh server.

// Code that only tests run: what fails here is a test.
#![allow(clippy::unwrap_used)]

use estair_server::cli;
use estair_server::options::Options;
use estair_server::start::start;
use estair_tests::patience::in_time;
use tokio::process::Command;

/// The shell block that follows the tour's mark.
fn tour() -> String {
    let readme = include_str!("../../README.md");
    let (_, after) = readme.split_once("<!-- tour").unwrap();
    let (_, block) = after.split_once("```sh\n").unwrap();
    block.split_once("```").unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tour_of_the_readme_works_as_printed() {
    let directory = std::env::temp_dir().join(format!("estair-tour-{}", std::process::id()));
    let data = directory.display().to_string();
    // The cut-off is the end of the day, as the README advises: the tour is open at any hour.
    let given =
        [("ESTAIR_LISTEN", "127.0.0.1:0"), ("ESTAIR_DATA_DIR", data.as_str()), ("ESTAIR_CREDIT_CUTOFF", "24:00")];
    let given = given.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let flags = cli::command().get_matches_from(["estair-server"]);
    let options = Options::load(&flags, &given).unwrap();
    let server = in_time("the server", start(options)).await.unwrap();

    let printed = tour();
    let script = printed
        .replace("BASE=http://127.0.0.1:8080", &format!("BASE={}", server.url()))
        .replace("DATA=./estair-data", &format!("DATA={data}"));
    assert_ne!(script, printed, "the tour names the server and its data directory in a line of their own");
    let mut tour = Command::new("bash");
    tour.args(["-euo", "pipefail", "-c", &script]).kill_on_drop(true);
    let output = in_time("the tour", tour.output()).await.unwrap();
    in_time("the end of the server", server.stop()).await;
    let _ = std::fs::remove_dir_all(&directory);

    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    for expected in [
        r#""outcome":"to_treat""#,
        r#""active_credit":"400000""#,
        r#""status":"waiting""#,
        r#""limit":"2000000""#,
        r#""kind":"movement_written""#,
        "credit,helpdesk,700000,XOF,400000,1100000",
        r#""completed":2"#,
    ] {
        assert!(told.contains(expected), "the tour never said {expected}:\n{told}");
    }
    assert!(!told.contains("problem"), "{told}");
}
