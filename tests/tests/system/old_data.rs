//! An import that is killed at any moment, and run again: each row comes once (L3).

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use estair_core::id::AccountId;
use estair_core::store::{MAX_PAGE, Page};
use estair_sqlx::import::Mapping;
use estair_sqlx::{BookHandles, UserFilter, open_book};
use estair_tests::database::options;
use estair_tests::former::Former;
use estair_tests::patience::output_within;

use crate::processes::{assert_clean, command};
use crate::world::Scratch;

/// Books that are imported into, each of them killed so often before it is left alone.
const BOOKS: u32 = 4;
const KILLS: u32 = 5;

/// Brings a former system's data into the book of a directory; every credit is still owed, and becomes a request's movement.
fn import(scratch: &Scratch, from: &str) -> std::process::Command {
    let mapping = scratch.0.join("mapping.toml");
    let owed = Mapping::default_text().replace("type = \"credit\"\n", "type = \"credit\"\nowed = {}\n");
    std::fs::write(&mapping, owed).unwrap();
    let (mapping, data) = (mapping.display().to_string(), scratch.data());
    command(scratch, &["import", "--from", from, "--mapping", &mapping, "--data-dir", &data], &[])
}

async fn book_of(scratch: &Scratch) -> BookHandles {
    open_book(&format!("sqlite://{}/estair.db", scratch.data()), &options()).await.unwrap()
}

/// Everything that can come twice, counted, and the balances.
async fn counted(scratch: &Scratch, former: &Former) -> (BTreeMap<&'static str, u64>, usize, Vec<String>, usize) {
    let book = book_of(scratch).await;
    let rows = book.audit.audit_counts().await.unwrap().into_iter().collect();
    let page = Page { limit: MAX_PAGE, before: None };
    let people = book.users.users(&UserFilter::default(), page).await.unwrap().items.len();
    let mut balances = Vec::new();
    for (id, expected) in &former.balances {
        let account = book.reader.account(AccountId(*id)).await.unwrap().unwrap();
        assert_eq!(account.indicators.balance.to_string(), expected.to_string(), "account {id}");
        balances.push(account.indicators.active_credit.to_string());
    }
    let runs = book.imports.runs().await.unwrap();
    (rows, people, balances, runs.len())
}

// rule: L3
#[tokio::test]
async fn l3_an_import_that_is_killed_is_run_again_and_each_row_comes_once() {
    let former = Former::new(1_200, "2024-02-29 10:00:00");
    let source = Scratch::new();
    let from = format!("sqlite://{}/old.db", source.0.display());
    former.write(&from).await.unwrap();

    let undisturbed = Scratch::new();
    // The program is built before it is timed.
    let mut first = import(&undisturbed, &from);
    let begun = Instant::now();
    let output = output_within(Duration::from_secs(600), &mut first);
    let whole = begun.elapsed();
    assert_eq!(output.status.code(), Some(1), "rows stay: {}", String::from_utf8_lossy(&output.stderr));
    let expected = counted(&undisturbed, &former).await;
    assert_eq!(expected.3, 1);

    let mut killed = 0;
    for book in 0..BOOKS {
        let scratch = Scratch::new();
        for kill in 1..=KILLS {
            let mut import = import(&scratch, &from);
            let mut process = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // From its beginning on to about a third of the whole: each goes on where the one before it was killed.
            let until = Instant::now() + whole * (1 + (book + kill * 3) % 6) / 18;
            while Instant::now() < until && process.try_wait().unwrap().is_none() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            let was_running = process.try_wait().unwrap().is_none();
            // SIGKILL.
            let _ = process.kill();
            process.wait().unwrap();
            killed += u32::from(was_running);
        }
        let output = output_within(Duration::from_secs(600), &mut import(&scratch, &from));
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        let found = counted(&scratch, &former).await;
        // One that ended before it was killed is followed by another run, which finds everything there.
        assert!(found.3 >= 1);
        assert_eq!((found.0, found.1, found.2), (expected.0.clone(), expected.1, expected.2.clone()), "book {book}");
        assert_clean(&scratch, &[]);
    }
    println!("{killed} killed of {}, {whole:?} without", BOOKS * KILLS);
    assert!(killed > KILLS, "most were done before they were killed: {killed}");
}

/// What is wrong is named: the file, the place, what was looked for; and nothing is said of the book's storage.
///
/// rule: L3
#[tokio::test]
async fn what_is_wrong_with_an_import_is_said_in_words() {
    let scratch = Scratch::new();
    let file = |name: &str, text: &str| {
        let path = scratch.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (nonsense, sound) = (file("nonsense.toml", "accounts = 3"), file("sound.toml", Mapping::default_text()));
    let missing = format!("sqlite://{}/none.db", scratch.0.display());
    let nowhere = scratch.0.join("nowhere").display().to_string();
    let empty = scratch.0.join("empty");
    std::fs::create_dir(&empty).unwrap();
    let (empty, page) = (empty.display().to_string(), scratch.0.join("none/report.html").display().to_string());
    let cases: [(&[&str], &str); 5] = [
        (&["--from", &missing, "--mapping", &nonsense], "nonsense.toml: the mapping cannot be read"),
        (&["--from", &missing, "--mapping", &sound], "none.db: the source of the import: unable to open database file"),
        (&["--from", &nowhere], "there is no such directory; it is one of CSV files"),
        (&["--from", &empty], "has no table accounts"),
        (&["--from", &empty, "--report", &page], "none/report.html: No such file or directory"),
    ];
    let data = scratch.data();
    for (arguments, said) in cases {
        let arguments = [&["import"], arguments, &["--data-dir", &data]].concat();
        let output = output_within(Duration::from_secs(60), &mut command(&scratch, &arguments, &[]));
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
        assert!(error.contains(said), "{arguments:?}: {error}");
        assert!(!error.contains("storage:"), "{arguments:?}: {error}");
    }
}
