//! A former system's accounts and money, brought into the book (L2, L3).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod old;

use estair_core::audit::AuditKeys;
use estair_core::category::Status;
use estair_core::clock::Timestamp;
use estair_core::id::{AccountId, RequestId, SupportId, UserId};
use estair_core::policy::Policy;
use estair_core::row::Rollout;
use estair_core::store::Page;
use estair_core::verify::{Anchor, compare, make_anchor, verify};
use estair_sqlx::import::{BalanceLine, Import, Mapping, Mode, Outcome, Report, Source, SumLine};
use estair_sqlx::{BookHandles, UserFilter};
use estair_tests::database::{Databases, Kind};
use estair_tests::former::Former;
use estair_tests::{databases, on_each};
use sqlx::{Connection, Executor};

use crate::old::{OTHER, OTHERWISE, Old};

fn now() -> Timestamp {
    "2025-10-21T09:00:00Z".parse().unwrap()
}

async fn import(place: &str, book: &BookHandles, mapping: Mapping, mode: Mode) -> Report {
    let source = Source::open(place, None).await.unwrap();
    let target = book.import_target(Policy::default());
    Import::new(source, mapping, target, mode, now()).run(|_, _| {}).await.unwrap()
}

fn told(report: &Report, table: &str, outcome: Outcome) -> Vec<String> {
    let of = report.rows.iter().filter(|line| line.table == table && line.outcome == outcome);
    of.map(|line| line.id.clone()).collect()
}

async fn balance(book: &BookHandles, id: u64) -> String {
    book.reader.account(AccountId(id)).await.unwrap().unwrap().indicators.balance.to_string()
}

/// rule: L2, L3, L4: what is clean comes as of its own day, the rest is told with why; nothing comes twice.
async fn l3_old_money_comes_in_by_the_books_own_rules(kind: Kind) {
    let databases: Databases = databases!(kind);
    let book = databases.book().await;
    let old = Old::new(&format!("{kind:?}")).await;
    let before = old.bytes();

    let tried = import(&old.url(), &book, Mapping::default(), Mode::DryRun).await;
    assert!(tried.dry_run && !tried.is_clean());
    assert!(book.reader.account(AccountId(7)).await.unwrap().is_none(), "nothing is written");
    assert_eq!(told(&tried, "accounts", Outcome::Quarantined), ["11", "12", "13"]);
    assert_eq!(told(&tried, "accounts", Outcome::Mended), ["9"]);
    let mut lost = told(&tried, "approvisionnements", Outcome::Quarantined);
    lost.sort();
    assert_eq!(lost, ["5", "6", "7", "8"]);
    assert!(tried.to_html().contains("en quarantaine"));

    let done = import(&old.url(), &book, Mapping::default(), Mode::Write).await;
    assert_eq!(done.rows, tried.rows, "what was told is what was done");
    assert_eq!(done.tables, tried.tables);
    assert_eq!(done.tables["creditlimit"].outcomes[&Outcome::LeftOut], 2);
    let absent: Vec<_> = done.rows.iter().filter(|line| line.id == "-").map(|line| line.table.as_str()).collect();
    assert_eq!(absent, ["users", "push_subscriptions", "helpdesk"], "what is not there is told");
    assert_eq!((balance(&book, 7).await, balance(&book, 9).await), ("70000".to_owned(), "-2000".to_owned()));
    let account = book.reader.account(AccountId(7)).await.unwrap().unwrap();
    assert_eq!(account.rollout.map(|switched| switched.to), Some(Rollout::Legacy));
    // A payment, an invoice, a credit of a day that is over, and what took it back.
    assert_eq!((account.day.to_string(), account.version), ("2024-03-01".to_owned(), 4));
    assert!(account.indicators.active_credit.is_zero());
    let closing = book.reader.closing(AccountId(7), "2024-02-20".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(closing.state.indicators.balance.to_string(), "-30000", "days close");
    assert_eq!(book.reader.account(AccountId(9)).await.unwrap().unwrap().name, "évasion");
    let report = verify(book.audit.as_ref(), None).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);

    let compared = import(&old.url(), &book, Mapping::default(), Mode::Compare).await;
    assert_eq!(compared.tables["factures"].outcomes.get(&Outcome::Known), Some(&2), "{compared:?}");
    let balances = &compared.tables["accounts (balance, side by side)"];
    assert_eq!((balances.read, balances.outcomes.get(&Outcome::Known)), (2, Some(&2)), "to the last franc");

    let again = import(&old.url(), &book, Mapping::default(), Mode::Write).await;
    assert_eq!(again.tables["factures"].outcomes.get(&Outcome::Known), Some(&2), "{again:?}");
    assert_eq!(again.tables["accounts"].outcomes.get(&Outcome::Known), Some(&2));
    assert_eq!((balance(&book, 7).await, balance(&book, 9).await), ("70000".to_owned(), "-2000".to_owned()));
    assert_eq!(old.bytes(), before, "the source is only read");
}

/// rule: L3, L5: instead of history, one adjustment an account; what came in goes again, and not once something else was done.
async fn l3_an_opening_balance_stands_for_history(kind: Kind) {
    let databases: Databases = databases!(kind);
    let book_url = databases.migrated().await;
    let book = estair_sqlx::open_book(&book_url, &estair_tests::database::options()).await.unwrap();
    let old = Old::new(&format!("opening-{kind:?}")).await;
    let mapping = Mapping { opening_balances: true, ..Mapping::default() };
    import(&old.url(), &book, mapping.clone(), Mode::Write).await;
    assert_eq!((balance(&book, 7).await, balance(&book, 9).await), ("70000".to_owned(), "-2000".to_owned()));
    assert_eq!(book.reader.account(AccountId(7)).await.unwrap().unwrap().version, 1);
    let report = verify(book.audit.as_ref(), None).await.unwrap();
    assert!(report.is_clean(), "{:?}", report.findings);
    estair_sqlx::undo_import(&book_url, &estair_tests::database::options(), None, None, now()).await.unwrap();
    assert!(book.reader.account(AccountId(7)).await.unwrap().is_none());
    assert!(verify(book.audit.as_ref(), None).await.unwrap().is_clean());
    import(&old.url(), &book, mapping, Mode::Write).await;
    assert_eq!(balance(&book, 7).await, "70000", "what went comes again");
    // The next account of the book gets a number of its own.
    let draft = estair_core::account::AccountDraft { name: Some("Neuve".to_owned()), ..Default::default() };
    let submission = estair_core::Submission::new(
        estair_core::Actor::Admin(estair_core::id::UserId(1)),
        estair_core::Command::CreateAccount(draft),
    );
    let (clock, ids) =
        (std::sync::Arc::new(estair_core::clock::System), std::sync::Arc::new(estair_core::clock::System));
    let live = estair_core::Book::new(book.store.clone(), clock, ids, Policy::default());
    live.run(submission).await.unwrap();
    assert!(book.reader.account(AccountId(10)).await.unwrap().is_some());
    let patch = estair_core::account::AccountPatch { rollout: Some(Rollout::Live), ..Default::default() };
    let payment = estair_core::movement::MovementDraft {
        source: Some(estair_core::movement::Source::Wave),
        reference: Some("W-1".to_owned()),
        kind: Some(estair_core::movement::MovementType::Payment),
        amount: Some("5".parse().unwrap()),
        account: Some(AccountId(7)),
        ..Default::default()
    };
    let admin = estair_core::Actor::Admin(estair_core::id::UserId(1));
    let service = estair_core::Actor::service(estair_core::id::UserId(2));
    for (actor, command) in [
        (admin, estair_core::Command::UpdateAccount(AccountId(7), patch)),
        (service, estair_core::Command::Post(vec![payment])),
    ] {
        live.run(estair_core::Submission::new(actor, command)).await.unwrap();
    }
    let refused =
        estair_sqlx::undo_import(&book_url, &estair_tests::database::options(), None, None, now()).await.unwrap_err();
    assert!(refused.to_string().contains("something else was done on account 7"), "{refused}");
    assert_eq!(balance(&book, 7).await, "70005");
}

// rule: L4
#[tokio::test]
async fn l4_opening_balances_are_compared_with_the_old_ones_and_every_account_is_listed() {
    let databases: Databases = databases!(Kind::Sqlite);
    let book = databases.book().await;
    let old = Old::new("balances").await;
    let file = |name: &str, text: &str| std::fs::write(old.0.join(name), text).unwrap();
    let accounts = "id,name,balance,limit,currency\n3,Agence <Nord>,400,10,XOF\n4,Sud,-150,10,XOF\n5,Est,0,10,XOF\n";
    file("accounts.csv", accounts);
    file("approvisionnements.csv", "id,account_id,montant,impact_solde,statut,created_at\n");
    file("factures.csv", "id,account_id,montant,state,created_at\n");
    let place = old.0.display().to_string();
    let mapping = Mapping { opening_balances: true, ..Mapping::default() };
    assert!(import(&place, &book, mapping.clone(), Mode::Write).await.is_clean());

    let compared = import(&place, &book, mapping.clone(), Mode::Compare).await;
    assert!(compared.is_clean() && compared.sums.iter().all(SumLine::is_same), "{compared:?}");
    let summed = |report: &Report, by: &str, value: &str| {
        let line = |line: &&SumLine| line.table == "accounts (balance)" && line.by == by && line.value == value;
        let line = report.sums.iter().find(line).unwrap();
        [line.there, line.here].map(|sum| (sum.count, sum.hundredths))
    };
    assert_eq!(summed(&compared, "table", ""), [(2, 25_000), (2, 25_000)], "nothing is expected of a balance of 0");
    assert_eq!(summed(&compared, "account", "4"), [(1, -15_000), (1, -15_000)]);
    let figures = |report: &Report| -> Vec<_> {
        let shown = |text: &Option<String>| text.clone().unwrap_or_default();
        let line =
            |line: &BalanceLine| [line.account.clone(), shown(&line.there), shown(&line.here), shown(&line.difference)];
        report.balances.iter().map(line).collect()
    };
    assert_eq!(figures(&compared), [["3", "400", "400", "0"], ["4", "-150", "-150", "0"], ["5", "0", "0", "0"]]);
    let page = compared.to_html();
    assert!(page.contains("<td>3<td>Agence &lt;Nord&gt;<td>400<td>400<td></tr>"), "{page}");

    file("accounts.csv", &format!("{}6,Ouest,70,10,XOF\n7,Ici,x,10,XOF\n", accounts.replace("-150", "-151")));
    let compared = import(&place, &book, mapping, Mode::Compare).await;
    assert!(!compared.is_clean());
    assert_eq!(summed(&compared, "table", ""), [(4, 31_900), (1, 40_000)]);
    assert_eq!(summed(&compared, "account", "6"), [(1, 7_000), (0, 0)], "what did not come is a difference");
    let expected = [
        ["3", "400", "400", "0"],
        ["4", "-151", "-150", "1"],
        ["5", "0", "0", "0"],
        ["6", "70", "", ""],
        ["7", "x", "", ""],
    ];
    assert_eq!(figures(&compared), expected);
}

// rule: L2
#[tokio::test]
async fn l2_a_table_or_column_that_is_not_there_stops_it_before_anything_comes() {
    let databases: Databases = databases!(Kind::Sqlite);
    let book = databases.book().await;
    let old = Old::new("missing").await;
    for (from, to, wanted) in [
        ("table = \"factures\"", "table = \"invoices\"", "no table invoices"),
        (
            "amount = \"montant\", date = \"created_at\" }\ntype = \"debit\"",
            "amount = \"total\", date = \"created_at\" }\ntype = \"debit\"",
            "no column total",
        ),
    ] {
        let mapping = Mapping::read(&Mapping::default_text().replace(from, to)).unwrap();
        let source = Source::open(&old.url(), None).await.unwrap();
        let target = book.import_target(Policy::default());
        let refused =
            Import::new(source, mapping, target, Mode::Write, now()).run(|_, _| {}).await.unwrap_err().to_string();
        assert!(refused.contains(wanted), "{refused}");
        assert!(book.reader.account(AccountId(7)).await.unwrap().is_none());
    }
    for text in ["", "accounts = 5", "[accounts]\ntable = \"a b\"", "[accounts]\ntable = \"a\"\nother = 1"] {
        Mapping::read(text).expect_err(text);
    }
    Mapping::read(Mapping::default_text()).unwrap();
}

// rule: L2
#[tokio::test]
async fn l2_a_directory_of_csv_files_is_a_source() {
    let databases: Databases = databases!(Kind::Sqlite);
    let book = databases.book().await;
    let old = Old::new("csv").await;
    let file = |name: &str, text: &str| std::fs::write(old.0.join(name), text).unwrap();
    file("accounts.csv", "id,name,email,balance,limit,currency\n3,Agence,,5,10,XOF\n");
    file(
        "approvisionnements.csv",
        "id,account_id,montant,impact_solde,statut,created_at\n1,3,500,1,Terminé,2024-01-01\n",
    );
    file("factures.csv", "id,account_id,montant,state,created_at\n1,3,100,Payé,2024-01-02\n");
    let report = import(&old.0.display().to_string(), &book, Mapping::default(), Mode::Write).await;
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(balance(&book, 3).await, "400");
}

/// rule: L5: of several runs one goes, whole; it leaves a sealed row, and an anchor taken in between names the run.
async fn l5_one_run_of_several_is_undone_and_leaves_its_sealed_row(kind: Kind) {
    let databases: Databases = databases!(kind);
    let url = databases.migrated().await;
    let book = estair_sqlx::open_book(&url, &estair_tests::database::options()).await.unwrap();
    let keys = keys();
    let policy = Policy::default().audit_keys(Some(keys.clone()));
    let old = Old::new(&format!("runs-{kind:?}")).await;
    let file = |name: &str, text: &str| std::fs::write(old.0.join(name), text).unwrap();
    file("accounts.csv", "id,name,email,balance,limit,currency\n3,Agence,,400,10,XOF\n");
    file(
        "approvisionnements.csv",
        "id,account_id,montant,impact_solde,statut,created_at\n101,3,500,1,Terminé,2024-01-01\n",
    );
    file("factures.csv", "id,account_id,montant,state,created_at\n101,3,100,Payé,2024-01-02\n");
    file("users.csv", "id,name,email,role,account_id\n5,Awa,awa@example.test,client,3\n6,Issa,,finance,\n");
    file(
        "helpdesk.csv",
        "id,name,subject,description,category,status,assigned_to,account_id,amount,created_by,created_at\n\
         41,T-41,Billet,Perdu,support,closed,operation,3,,5,2024-01-03\n42,R-42,,Dépôt,load,closed,finance,3,500,6,2024-01-01\n",
    );
    for place in [old.url(), old.0.display().to_string()] {
        let source = Source::open(&place, None).await.unwrap();
        let target = book.import_target(policy.clone());
        Import::new(source, Mapping::default(), target, Mode::Write, now()).run(|_, _| {}).await.unwrap();
    }
    let ticket = book.reader.support(SupportId(41)).await.unwrap().unwrap();
    let people = book.users.users(&UserFilter::default(), page()).await.unwrap().items;
    assert_eq!((ticket.name.as_str(), people.len()), ("T-41", 2));
    assert_eq!(ticket.created_by, people.iter().find(|user| user.name == "Awa").map(|user| user.id));
    let (request, _) = book.reader.request(RequestId(42)).await.unwrap().unwrap();
    assert_eq!((request.status, request.movement), (Status::Closed, None));
    assert!(verify(book.audit.as_ref(), Some(&keys)).await.unwrap().is_clean());
    let anchor = make_anchor(book.audit.as_ref(), Some(&keys), now()).await.unwrap();

    let undo = |run| book.imports.undo(run, Some(&keys), now());
    let which = undo(None).await.unwrap_err().to_string();
    assert!(which.contains("which run? 1 (sqlite://") && which.contains(", 2 (/"), "{which}");
    let undone = undo(Some(2)).await.unwrap();
    assert_eq!((undone.accounts, undone.movements, undone.requests, undone.tickets), (1, 2, 1, 1));
    assert_eq!((undone.people, undone.disabled), (2, 0));
    assert!(undo(Some(2)).await.is_err(), "it is gone");
    assert!(book.reader.account(AccountId(3)).await.unwrap().is_none());
    assert!(book.users.users(&UserFilter::default(), page()).await.unwrap().items.is_empty());
    assert_eq!(balance(&book, 7).await, "70000", "the other one stays");

    let against = async |anchor: &Anchor| {
        let mut report = verify(book.audit.as_ref(), Some(&keys)).await.unwrap();
        compare(book.audit.as_ref(), anchor, Some(&keys), &mut report).await.unwrap();
        report
    };
    let report = against(&anchor).await;
    assert!(report.is_clean(), "{:?}", report.findings);
    assert!(
        report.told.len() == 1 && report.told[0].starts_with("account 3: went with import run 2"),
        "{:?}",
        report.told
    );
    let mut forged = Anchor { signature: None, ..anchor.clone() };
    forged.heads.iter_mut().filter(|head| head.account == AccountId(3)).for_each(|head| head.facts += 1_000);
    assert!(!against(&forged).await.is_clean(), "what the run never had is cut");
    let source = Source::open(&old.0.display().to_string(), None).await.unwrap();
    let again = Import::new(source, Mapping::default(), book.import_target(policy), Mode::Write, now());
    again.run(|_, _| {}).await.unwrap();
    assert_eq!(balance(&book, 3).await, "400", "what went comes again");
    if kind == Kind::Sqlite {
        let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
        let forge = "UPDATE estair_import_runs SET gone = REPLACE(gone, '\"mouvements\":2', '\"mouvements\":9')";
        assert_eq!(connection.execute(forge).await.unwrap().rows_affected(), 3);
        connection.close().await.unwrap();
        let report = verify(book.audit.as_ref(), Some(&keys)).await.unwrap();
        assert!(
            report.findings.iter().any(|finding| finding.problem.contains("import run 2")),
            "{:?}",
            report.findings
        );
    }
}

fn keys() -> AuditKeys {
    estair_core::testing::world::keys(&["an-import-is-sealed-with-this-key-0123456789"])
}

fn page() -> Page {
    Page { limit: 50, before: None }
}

// rule: L2
#[tokio::test]
async fn l2_a_query_stands_for_a_table_and_every_rule_can_be_another() {
    let databases: Databases = databases!(Kind::Sqlite);
    let book = databases.book().await;
    let old = Old::with("otherwise", OTHER).await;
    let mapping = Mapping::read(OTHERWISE).unwrap();
    let report = import(&old.url(), &book, mapping.clone(), Mode::Write).await;
    assert_eq!((balance(&book, 7).await, balance(&book, 8).await), ("580".to_owned(), "-9".to_owned()), "{report:?}");
    assert_eq!(told(&report, "factures", Outcome::Mended), ["3", "2"], "nobody's, and one without a sign and a date");
    assert_eq!(told(&report, "creditlimit", Outcome::Mended), ["2"], "another currency");
    assert_eq!(told(&report, "helpdesk", Outcome::Quarantined), ["3"], "a name that stands twice");
    assert_eq!(told(&report, "helpdesk", Outcome::Mended), ["2", "4"], "a state that is unknown, a sign");
    let mut lost = told(&report, "notes", Outcome::Quarantined);
    lost.sort();
    assert_eq!((lost, report.tables["notes"].read), (vec!["3".to_owned(), "4".to_owned(), "5".to_owned()], 5));
    let comments = book.reader.comments(SupportId(1), page()).await.unwrap().items;
    assert_eq!((comments[0].body.as_str(), comments[0].author), ("où en est-on ?", Some(UserId(12))));
    let internal = book.reader.request_comments(RequestId(2), false, page()).await.unwrap().items;
    assert!(internal.is_empty(), "what was internal stays so");
    let movement = book.reader.account(AccountId(8)).await.unwrap().unwrap();
    assert_eq!(movement.day.to_string(), "2024-02-03");
    assert!(verify(book.audit.as_ref(), None).await.unwrap().is_clean());
    let compared = import(&old.url(), &book, mapping, Mode::Compare).await;
    assert!(compared.tables["creditlimit"].outcomes.get(&Outcome::Known) == Some(&3), "{compared:?}");

    let refuses = Mapping::read(&OTHERWISE.replace("sign = \"map\"", "sign = \"refuse\"")).unwrap();
    let fresh = databases.book().await;
    let source = Source::open(&old.url(), None).await.unwrap();
    let refused = Import::new(source, refuses, fresh.import_target(Policy::default()), Mode::DryRun, now());
    let refused = refused.run(|_, _| {}).await.unwrap_err().to_string();
    assert!(refused.contains("factures 3") && refused.contains("rules.sign"), "{refused}");
    for wrong in [
        OTHERWISE.replace("[instead]", "[instead]\nother = \"x\""),
        OTHERWISE.replace("date = \"2023-12-31\"", ""),
        OTHERWISE.replace("sign = \"map\"", "amount = \"map\""),
        OTHERWISE.replace("\"load\"", "\"nothing\""),
        OTHERWISE.replace("vente = \"debit\"", "vente = \"credit_cancellation\""),
    ] {
        Mapping::read(&wrong).expect_err(&wrong);
    }
}

/// Rows of the database that is made, a few thousand where nobody asks for more (tests/nightly does).
fn rows() -> u64 {
    std::env::var("ESTAIR_IMPORT_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(2_500)
}

/// rule: L2, L3, L4: every kind of dirt has its rule; nothing disappears, `verify` is clean, and the comparison adds up to the last franc.
async fn l2_what_years_have_left_goes_in_and_nothing_disappears(kind: Kind) {
    let databases: Databases = databases!(kind);
    let book = databases.book().await;
    let former = Former::new(rows(), "2025-10-21 08:00:00");
    let url = databases.create().await;
    former.write(&url).await.unwrap();
    let tried = import(&url, &book, Mapping::default(), Mode::DryRun).await;
    let done = import(&url, &book, Mapping::default(), Mode::Write).await;
    for (table, expected) in &former.expected {
        let report = &done.tables[*table];
        let count = |outcome| report.outcomes.get(&outcome).copied().unwrap_or_default();
        let came = count(Outcome::Comes) + count(Outcome::Mended);
        let is = (report.read, came, count(Outcome::Quarantined), count(Outcome::LeftOut));
        assert_eq!(is, (expected.rows, expected.come, expected.quarantined, expected.left_out), "{table}");
        let told = done.rows.iter().filter(|line| line.table == *table && line.outcome == Outcome::Quarantined);
        assert_eq!(told.count() as u64, expected.quarantined, "{table}: each is told with why");
    }
    assert_eq!(tried.tables, done.tables, "what was told is what was done");
    assert_eq!(tried.rows, done.rows);
    for (id, expected) in former.balances.iter().take(50) {
        assert_eq!(balance(&book, *id).await, expected.to_string(), "account {id}");
    }
    let [above] = done.above_limit.as_slice() else { panic!("{:?}", done.above_limit) };
    assert_eq!((above.account, above.owed.clone()), (1, former.owed.to_string()));
    let account = book.reader.account(AccountId(1)).await.unwrap().unwrap();
    assert_eq!(account.indicators.active_credit.to_string(), former.owed.to_string(), "years of credits are over");
    let report = verify(book.audit.as_ref(), None).await.unwrap();
    assert!(report.is_clean(), "{:?}", &report.findings[..report.findings.len().min(20)]);
    assert!(book.pending.pending_facts(10).await.unwrap().is_empty(), "nobody is told");

    let compared = import(&url, &book, Mapping::default(), Mode::Compare).await;
    let balances = &compared.tables["accounts (balance, side by side)"];
    let good = former.balances.len() as u64;
    assert_eq!((balances.read, balances.outcomes.get(&Outcome::Known)), (good, Some(&good)), "to the last franc");
    for (table, expected) in
        former.expected.iter().filter(|(table, _)| ["approvisionnements", "factures"].contains(*table))
    {
        let of =
            |by: &str| compared.sums.iter().filter(|line| line.table == *table && line.by == by).collect::<Vec<_>>();
        let [whole] = of("table")[..] else { panic!("{table}") };
        assert_eq!((whole.there.count, whole.here.count), (expected.rows, expected.come), "{table}");
        for by in ["state", "day", "account"] {
            let here: i128 = of(by).iter().map(|line| line.here.hundredths).sum();
            assert_eq!(here, whole.here.hundredths, "{table} by {by}");
        }
        let state = |name: &str| of("state").into_iter().find(|line| line.value == name).unwrap();
        let (left, paid) = if *table == "factures" { ("a payer", "paye") } else { ("annule", "termine") };
        assert!(state(left).here.count == 0 && !state(left).is_same(), "what is left out is a difference");
        assert!(state(paid).here.count > 0);
    }
    assert!(compared.to_html().contains("écart"));
    let again = import(&url, &book, Mapping::default(), Mode::Write).await;
    assert_eq!(again.tables["factures"].outcomes.get(&Outcome::Known), Some(&former.expected["factures"].come));
    assert_eq!(balance(&book, 2).await, former.balances[&2].to_string(), "nothing comes twice");
}

mod dirty {
    use super::*;

    #[tokio::test]
    async fn l2_what_years_have_left_goes_in_and_nothing_disappears() {
        super::l2_what_years_have_left_goes_in_and_nothing_disappears(Kind::Sqlite).await;
    }

    #[tokio::test]
    async fn l2_what_years_have_left_goes_in_and_nothing_disappears_on_mariadb() {
        super::l2_what_years_have_left_goes_in_and_nothing_disappears(Kind::MariaDb).await;
    }
}

on_each!(
    l3_old_money_comes_in_by_the_books_own_rules,
    l5_one_run_of_several_is_undone_and_leaves_its_sealed_row,
    l3_an_opening_balance_stands_for_history,
);
