//! What only a database can get wrong: migrations that race or are killed, round trips, numbers beyond 2^53, old rows,
//! sessions, unsafe URLs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

use estair_core::account::AccountDraft;
use estair_core::actor::{Actor, ClientKind, Role};
use estair_core::book::{Book, Error, Submission};
use estair_core::category::Category;
use estair_core::clock::{Clock, IdSource, System};
use estair_core::command::Command;
use estair_core::decision::{IdempotencyKey, Once};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, RequestId, UserId};
use estair_core::membership::Membership;
use estair_core::messager::{DOMAIN, Message, MessagerStore, NewMessage, OutgoingMessage};
use estair_core::movement::{Details, MovementDraft, MovementType};
use estair_core::policy::Policy;
use estair_core::queue::{Next, Queue, Report, Schedule, Settlement, Worker};
use estair_core::refusal::Refusal;
use estair_core::request::RequestDraft;
use estair_core::store::{AccountReader, LogFilter, MovementFilter, Page, StatementFilter};
use estair_core::testing::world::{ADMIN, OPERATION, SERVICE, World, morning, posting, units};
use estair_core::testing::{Harness, Stores};
use estair_core::verify::verify;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use estair_sqlx::dialect::{self, Dialect};
use estair_sqlx::{
    BookHandles, BookStore, NewSession, NewSignInLink, NewToken, NewUser, Options, SessionByLink, SignInTry, User,
    UserPatch, migrate_book, migrate_messager, open_book, open_messager, open_messager_apart,
};
use estair_tests::database::{Databases, Driver, Kind, options};
use estair_tests::filling::{Filler, execute, number_in};
use estair_tests::patience::in_time;
use estair_tests::{databases, on_each};
use futures::future::join_all;
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Database, Executor, Row};
use tokio::process::Child;
use tokio::time::timeout;
use uuid::Uuid;

/// Large numbers survive: those that a float would round.
async fn numbers_beyond_2_to_the_53_survive(kind: Kind) {
    let databases = databases!(kind);
    let world = World::open(&databases).await;
    let account = world.account(1_000).await;
    let large = (1 << 53) + 1;
    let draft = RequestDraft {
        category: Some(Category::Unload),
        account: Some(account),
        amount: Some(units(5)),
        etatsdevente_id: Some(large),
        ..RequestDraft::default()
    };
    let request = world.create(OPERATION, draft).await;
    assert_eq!(world.request(request.id).await.etatsdevente_id, Some(large));
    let details = Details { external_id: Some(i64::MAX as u64), document_id: Some(large), ..Details::default() };
    let draft =
        MovementDraft { details: details.clone(), ..posting(account, MovementType::Payment, units(1), "large") };
    let id = world.post(draft).await;
    let movement = world.stores.reader.movement(id).await.unwrap().unwrap();
    assert_eq!(movement.details, details);
    assert!(world.stores.reader.request(RequestId(u64::MAX)).await.unwrap().is_none(), "a number that no row can have");
}

/// A row that an older system marked as deleted counts nowhere.
async fn a_deleted_row_counts_in_no_sum(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let handles = open_book(&url, &options()).await.unwrap();
    let world = World::over(stores(&databases, handles).await, Policy::default());
    let account = world.account(1_000).await;
    world.post(posting(account, MovementType::Payment, units(10), "kept")).await;
    let old = "INSERT INTO mouvements (uuid, name, type, source, status, total_operation, currency_code, account_id, \
               business_day, is_deleted) VALUES ('00000000-0000-7000-8000-000000000001', 'OLD', 'payment', 'wave', \
               'success', 700, 'XOF', 1, '2025-10-20', 1)";
    execute(kind, &url, &[old.to_owned()]).await;
    let reader = world.stores.reader.as_ref();
    let statement = reader.statement(account, &StatementFilter::default(), Page::default()).await.unwrap().unwrap();
    assert_eq!((statement.closing_balance.amount(), statement.page.items.len()), (units(10), 1));
    let report = verify(world.stores.audit.as_ref(), None).await.unwrap();
    assert!(report.is_clean(), "{kind:?}: {:?}", report.findings);
}

/// What was changed, put in or taken out by hand, each on an account of its own, is found there (F8, W4).
// rule: W4
async fn f8_w4_each_thing_done_by_hand_is_found(kind: Kind) {
    let half = if kind == Kind::Sqlite { "50" } else { "0.5" }; // SQLite keeps hundredths
    let log = "mouvement_id, account_id, attempt_number, status, created_at, account_version, state_before, state_after, \
               changes, previous_hash, hash";
    let beyond = log.replace("account_version", "account_version + 1");
    let row = "type, source, status, total_operation, currency_code, account_id, business_day, created_at, updated_at, \
               credit_before, credit_after, balance_after, folded";
    let unowned = row.replace("account_id, ", "");
    let deeds = [
        ("UPDATE mouvements SET balance_after = balance_after + 700 WHERE id = {m}".to_owned(), "other figures"),
        ("UPDATE mouvements SET credit_before = credit_before + 700 WHERE id = {m}".to_owned(), "other figures"),
        ("UPDATE mouvements SET credit_after = credit_after + 700 WHERE id = {m}".to_owned(), "other figures"),
        (
            "UPDATE mouvements SET total_operation = total_operation + 700 WHERE id = {m}".to_owned(),
            "does not give its hash",
        ),
        (
            format!("UPDATE mouvements SET total_operation = {half} WHERE id = {{m}}"),
            "movement {m}: column total_operation",
        ),
        ("UPDATE mouvements SET status = 'failed' WHERE id = {m}".to_owned(), "its movement is failed"),
        (
            "UPDATE mouvement_logs SET status = 'failed' WHERE mouvement_id = {m}".to_owned(),
            "its log's status is failed",
        ),
        ("UPDATE mouvement_logs SET changes = '{}' WHERE mouvement_id = {m}".to_owned(), "its changes"),
        ("UPDATE mouvement_logs SET hash = NULL WHERE mouvement_id = {m}".to_owned(), "is not whole"),
        ("UPDATE mouvement_logs SET previous_hash = hash WHERE mouvement_id = {m}".to_owned(), "the link before"),
        ("DELETE FROM mouvement_logs WHERE mouvement_id = {m}".to_owned(), "the chain ends at link 1"),
        (
            format!(
                "INSERT INTO mouvement_logs ({log}) SELECT {beyond} FROM mouvement_logs WHERE mouvement_id = {{m}}"
            ),
            "place 3 is beyond",
        ),
        (
            format!(
                "INSERT INTO mouvements (uuid, name, account_version, {row}) SELECT 'aaaaaaaa-0000-7000-8000-000000000001', \
                 'PUT-IN', 3, {row} FROM mouvements WHERE id = {{m}}"
            ),
            "is a success that no link of the chain names",
        ),
        (
            format!(
                "INSERT INTO mouvements (uuid, name, {unowned}) SELECT 'aaaaaaaa-0000-7000-8000-000000000002', 'OF-NOBODY', \
                 {unowned} FROM mouvements WHERE id = {{m}}"
            ),
            "",
        ),
        ("UPDATE estair_accounts SET balance = balance + 700 WHERE id = {a}".to_owned(), "balance is"),
        ("UPDATE estair_accounts SET version = version + 1 WHERE id = {a}".to_owned(), "version is 3"),
    ];
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let handles = open_book(&url, &options()).await.unwrap();
    let world = World::over(stores(&databases, handles).await, Policy::default());
    let audit = world.stores.audit.as_ref();
    let mut done = Vec::new();
    for (number, (deed, words)) in deeds.into_iter().enumerate() {
        let account = world.account(1_000).await;
        world.post(posting(account, MovementType::Payment, units(100), &format!("first-{number}"))).await;
        let last = world.post(posting(account, MovementType::Debit, units(-30), &format!("last-{number}"))).await;
        let fill = |text: &str| text.replace("{m}", &last.to_string()).replace("{a}", &account.to_string());
        done.push((account, fill(&deed), fill(words)));
    }
    assert!(verify(audit, None).await.unwrap().is_clean());
    let deeds: Vec<_> = done.iter().map(|(_, deed, _)| deed.clone()).collect();
    execute(kind, &url, &deeds).await;
    let report = verify(audit, None).await.unwrap();
    // What cannot be read does not take the lists of everything down: the one with half a franc and the one of nobody are left out.
    let all = Page { limit: 200, before: None };
    let listed = world.stores.reader.movements(&MovementFilter::default(), all).await.unwrap();
    assert_eq!((listed.items.len(), listed.next), (2 * done.len(), None), "{kind:?}");
    world.stores.reader.all_logs(&LogFilter::default(), all).await.unwrap();
    for (account, deed, words) in &done {
        let found = report.findings.iter().filter(|finding| finding.account == Some(*account));
        let found: Vec<_> = found.map(ToString::to_string).collect();
        // What belongs to no account is found all the same.
        let found = if words.is_empty() { report.findings.iter().map(ToString::to_string).collect() } else { found };
        let words = if words.is_empty() { "names in account_id a row of estair_accounts" } else { words };
        assert!(found.iter().any(|finding| finding.contains(words)), "{kind:?}: {deed}: {words:?} is not in {found:?}");
    }
}

/// A success that no chain knows of is found (W4).
// rule: W4
async fn w4_a_log_row_put_in_by_hand_is_found(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let handles = open_book(&url, &options()).await.unwrap();
    let world = World::over(stores(&databases, handles).await, Policy::default());
    // One that looks like a failed attempt but for its status, and one that looks like nothing.
    let (mut accounts, at) = (Vec::new(), Filler(kind).noon("2025-10-21"));
    for (name, error) in [("real", "'no error'"), ("another", "NULL")] {
        let account = world.account(1_000).await;
        let movement = world.post(posting(account, MovementType::Payment, units(10), name)).await;
        let put_in = format!(
            "INSERT INTO mouvement_logs (mouvement_id, attempt_number, status, account_id, created_at, error_details) \
             VALUES ({movement}, 1, 'success', {account}, {at}, {error})"
        );
        execute(kind, &url, &[put_in]).await;
        accounts.push((account, movement));
    }
    let mut report = verify(world.stores.audit.as_ref(), None).await.unwrap();
    report.findings.sort_by_key(|finding| finding.account);
    let [first, second] = report.findings.as_slice() else { panic!("{kind:?}: {:?}", report.findings) };
    assert_eq!((first.account, first.movement), (Some(accounts[0].0), Some(accounts[0].1)), "{first}");
    assert_eq!(second.account, Some(accounts[1].0), "{second}");
    for finding in [first, second] {
        assert!(finding.problem.contains("is no link of a chain"), "{finding}");
    }
}

async fn stores(databases: &Databases, book: BookHandles) -> Stores {
    let BookHandles { store, reader, audit, outbox, pending, notifications, subscriptions, users: _, pool: _, .. } =
        book;
    Stores { store, reader, audit, outbox, pending, notifications, subscriptions, ..databases.open().await }
}

/// Users, their tokens and their sessions.
async fn users_are_found_by_token_and_session(kind: Kind) {
    let databases = databases!(kind);
    let users = databases.book().await.users;
    let new = |number: u128, membership, token: &str| NewUser {
        uuid: uuid::Uuid::from_u128(number),
        membership,
        name: format!("user {number}"),
        email: Some(format!("user{number}@example.test")),
        token: Some(NewToken::new(Hash::of(token))),
        disabled: false,
        at: morning(),
    };
    let client = Membership::Client(AccountId(7), ClientKind::Agent);
    let agent = users.create_user(&new(1, client, "one"), None).await.unwrap().made.id;
    let admin = users.create_user(&new(2, Membership::Staff(Role::Admin), "two"), None).await.unwrap().made.id;
    assert!(users.create_user(&new(3, client, "one"), None).await.is_err(), "a token belongs to one user");
    let named = users.names(&[admin, UserId(999), agent]).await.unwrap();
    assert_eq!(
        named.into_iter().collect::<BTreeMap<_, _>>(),
        BTreeMap::from([(agent, "user 1".to_owned()), (admin, "user 2".to_owned())])
    );
    let (now, later) = (morning(), morning() + chrono::Duration::hours(1));
    let found = users.user_of_token(Hash::of("one"), now).await.unwrap().unwrap();
    let expected = Actor::Client { user: agent, account: AccountId(7), kind: ClientKind::Agent };
    assert_eq!(found.user.actor(), Some(expected));
    assert!(users.user_of_token(Hash::of("three"), now).await.unwrap().is_none());
    assert_eq!(users.users_of_role(Role::Admin).await.unwrap()[0].id, admin);
    // That it was used is noted meanwhile.
    let clients = users.clients_of(AccountId(7)).await.unwrap().into_iter();
    let clients: Vec<_> = clients.map(|user| User { last_used_at: None, ..user }).collect();
    assert_eq!(clients, [found.user]);

    let token = users.user_of_token(Hash::of("two"), now).await.unwrap().unwrap().token;
    let session = NewSession {
        secret: Hash::of("secret"),
        user: admin,
        token: token.map(|token| token.id),
        at: now,
        expires_at: later,
    };
    users.open_session(&session).await.unwrap();
    let session = users.user_of_session(Hash::of("secret"), now).await.unwrap();
    assert_eq!(session.and_then(|found| found.user.actor()), Some(Actor::Admin(admin)));
    assert!(users.user_of_session(Hash::of("secret"), later).await.unwrap().is_none(), "it has expired");
    users.close_session(Hash::of("secret"), now).await.unwrap();
    assert!(users.user_of_session(Hash::of("secret"), now).await.unwrap().is_none());
}

/// rule: A6: a link signs in once, whoever of many comes first, until its instant; who is disabled or has another address, by none.
async fn a6_a_link_signs_in_once(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let open = || async { open_book(&url, &options()).await.unwrap().users };
    let (users, elsewhere) = (open().await, open().await);
    let (at, later) = (morning(), morning() + chrono::Duration::minutes(15));
    let new = |number: u128| NewUser {
        uuid: uuid::Uuid::from_u128(number),
        membership: Membership::Staff(Role::Finance),
        name: format!("user {number}"),
        email: Some("Awa@example.test".to_owned()),
        token: None,
        disabled: false,
        at,
    };
    let awa = users.create_user(&new(1), None).await.unwrap().made.id;
    let moussa = users.create_user(&new(2), None).await.unwrap().made.id;
    let found = users.users_of_email(" AWA@example.test ").await.unwrap();
    assert_eq!(found.iter().map(|user| user.id).collect::<Vec<_>>(), [awa, moussa]);
    let link = |secret: &str, user, at| NewSignInLink {
        secret: Hash::of(secret),
        user,
        at,
        expires_at: at + chrono::Duration::minutes(15),
    };
    let session = |link: &str, secret: &str, at| SessionByLink {
        link: Hash::of(link),
        secret: Hash::of(secret),
        at,
        expires_at: at + chrono::Duration::hours(12),
    };

    // Two nodes, six who press at once.
    users.create_sign_in_link(&link("raced", awa, at)).await.unwrap();
    let presses = (0..6).map(|number| {
        let (users, session) =
            (Arc::clone([&users, &elsewhere][number % 2]), session("raced", &number.to_string(), at));
        tokio::spawn(async move { users.open_session_by_link(&session).await.unwrap() })
    });
    let mut opened = Vec::new();
    for (number, press) in presses.collect::<Vec<_>>().into_iter().enumerate() {
        opened.extend(press.await.unwrap().map(|user| (number, user)));
    }
    let [(number, user)] = opened.as_slice() else { panic!("{opened:?}") };
    assert_eq!(*user, awa);
    let found = elsewhere.user_of_session(Hash::of(number.to_string()), at).await.unwrap().unwrap();
    assert_eq!((found.user.id, found.token), (awa, None));

    // Until its instant, and a moment before.
    for (secret, at, opens) in [("late", later, false), ("just", later - chrono::Duration::milliseconds(1), true)] {
        users.create_sign_in_link(&link(secret, awa, morning())).await.unwrap();
        let opened = users.open_session_by_link(&session(secret, secret, at)).await.unwrap();
        assert_eq!(opened.is_some(), opens, "{secret}");
    }
    assert!(users.open_session_by_link(&session("none", "none", at)).await.unwrap().is_none());

    // Whose address changes, or who is disabled, is signed in by no link from before; another person's stay.
    let (address, disabled) = (
        UserPatch { email: Some(Some("other@example.test".to_owned())), ..UserPatch::default() },
        UserPatch { disabled: Some(true), ..UserPatch::default() },
    );
    users.create_sign_in_link(&link("moussas", moussa, at)).await.unwrap();
    for (number, patch) in [address, disabled].iter().enumerate() {
        let secret = format!("before {number}");
        users.create_sign_in_link(&link(&secret, awa, at)).await.unwrap();
        users.change_user(awa, patch, at).await.unwrap();
        assert!(users.open_session_by_link(&session(&secret, &secret, at)).await.unwrap().is_none(), "{secret}");
    }
    users.create_sign_in_link(&link("shut out", awa, at)).await.unwrap();
    assert!(users.open_session_by_link(&session("shut out", "shut out", at)).await.unwrap().is_none());
    assert_eq!(users.open_session_by_link(&session("moussas", "m", at)).await.unwrap(), Some(moussa));

    // The newest five are good.
    for number in 0..7 {
        users.create_sign_in_link(&link(&format!("many {number}"), moussa, at)).await.unwrap();
    }
    let mut good = Vec::new();
    for number in 0..7 {
        let session = session(&format!("many {number}"), &format!("session {number}"), at);
        good.push(users.open_session_by_link(&session).await.unwrap().is_some());
    }
    assert_eq!(good, [false, false, true, true, true, true, true]);
}

/// What is made under a key is made once, by one of many who send it at once; the key is one among all of its actor's.
async fn users_and_tokens_are_made_once_under_a_key(kind: Kind) {
    let databases = databases!(kind);
    let handles = databases.book().await;
    let users = Arc::clone(&handles.users);
    let new = |number: u128| NewUser {
        uuid: uuid::Uuid::from_u128(number),
        membership: Membership::Staff(Role::Finance),
        name: "Fatou".to_owned(),
        email: None,
        token: None,
        disabled: false,
        at: morning(),
    };
    let once =
        |key: &str, body: &str| Once { scope: "admin:4".to_owned(), key: IdempotencyKey::new(key, Hash::of(body)) };
    let key = once("a", "body");
    let calls = (1..=6).map(|number| {
        let (users, new, key) = (Arc::clone(&users), new(number), key.clone());
        tokio::spawn(async move { users.create_user(&new, Some(&key)).await.unwrap() })
    });
    let mut made = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        made.push(call.await.unwrap());
    }
    assert_eq!(made.iter().filter(|one| !one.replayed).count(), 1);
    assert!(made.iter().all(|one| one.made == made[0].made), "the first answer again");
    let user = made[0].made.id;
    assert_eq!(users.users_of_role(Role::Finance).await.unwrap().len(), 1);

    let reused = |error: Option<Error>| matches!(error, Some(Error::Refused(Refusal::IdempotencyKeyReused)));
    assert!(reused(users.create_user(&new(9), Some(&once("a", "other"))).await.err()));
    let token = NewToken::new(Hash::of("secret"));
    assert!(reused(users.create_token(user, &token, morning(), Some(&once("a", "token"))).await.err()));
    let key = once("t", "token");
    let first = users.create_token(user, &token, morning(), Some(&key)).await.unwrap().unwrap();
    let again = users.create_token(user, &token, morning(), Some(&key)).await.unwrap().unwrap();
    assert_eq!((first.made, again.replayed), (again.made, true));
    assert!(users.create_token(UserId(999), &NewToken::new(Hash::of("x")), morning(), None).await.unwrap().is_none());

    // The book knows the key, too, and what it keeps is none of the directory's.
    let world = World::over(stores(&databases, handles).await, Policy::default());
    let draft = AccountDraft { name: Some("Agence".to_owned()), ..AccountDraft::default() };
    let submission = |key: &str| Submission {
        key: Some(once(key, "account").key),
        ..Submission::new(Actor::Admin(UserId(4)), Command::CreateAccount(draft.clone()))
    };
    assert!(reused(world.book.run(submission("a")).await.err()));
    world.book.run(submission("b")).await.unwrap();
    assert!(reused(users.create_user(&new(10), Some(&once("b", "account"))).await.err()));
}

/// The round trips that the crate's documentation promises: for one posting, for 64 on one account, and for 64 over as many
/// accounts.
async fn round_trips<D: Dialect>(kind: Kind, one: u64, many: u64) {
    const ACCOUNTS: u64 = 64;
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let store = BookStore::<D>::open(&url, &options()).await.unwrap();
    let book = Book::new(Arc::new(store.clone()), Arc::new(System), Arc::new(System), Policy::default());
    let open = |_| {
        let draft = AccountDraft { name: Some("Agence".to_owned()), ..AccountDraft::default() };
        Submission::new(ADMIN, Command::CreateAccount(draft))
    };
    assert!(book.run_all((0..ACCOUNTS).map(open).collect()).await.iter().all(Result::is_ok));

    let sent = async |batch: &str, count: u64, accounts: u64| {
        let post = |number: u64| {
            let (account, reference) = (AccountId(1 + number % accounts), format!("{batch}-{number}"));
            let amount = units(1 + i64::try_from(number).unwrap());
            Submission::new(SERVICE, Command::Post(vec![posting(account, MovementType::Payment, amount, &reference)]))
        };
        let before = store.statements();
        let replies = book.run_all((0..count).map(post).collect()).await;
        assert!(replies.iter().all(Result::is_ok));
        store.statements() - before
    };
    assert_eq!(sent("one", 1, 1).await, one, "{kind:?}: one posting");
    assert_eq!(sent("hot", ACCOUNTS, 1).await, many, "{kind:?}: 64 postings on one account");
    assert_eq!(sent("wide", 64, ACCOUNTS).await, many, "{kind:?}: 64 postings over 64 accounts");
    assert_eq!(store.account(AccountId(1)).await.unwrap().unwrap().version, 66);
}

#[tokio::test]
async fn w7_a_batch_takes_no_more_round_trips_on_sqlite() {
    round_trips::<dialect::Sqlite>(Kind::Sqlite, 2, 2).await;
}

#[tokio::test]
async fn w7_a_batch_takes_no_more_round_trips_on_mariadb() {
    round_trips::<dialect::MariaDb>(Kind::MariaDb, 6, 7).await;
}

#[tokio::test]
async fn w7_a_batch_takes_no_more_round_trips_on_mysql() {
    round_trips::<dialect::MySql>(Kind::MySql, 6, 8).await;
}

#[tokio::test]
async fn w7_a_batch_takes_no_more_round_trips_on_postgres() {
    round_trips::<dialect::Postgres>(Kind::Postgres, 4, 6).await;
}

// ---- migrations ----------------------------------------------------------------------------------------------------

async fn migrations_that_start_together_run_once(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.create().await;
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { migrate_book(&url, &options()).await })
        })
        .collect();
    let mut processes = [process(&url), process(&url)];
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    for process in &mut processes {
        assert!(ended(process).await, "{kind:?}");
    }
    is_migrated(&databases, &url, &undisturbed(&databases).await).await;
}

/// A process of its own that migrates.
fn process(url: &str) -> Child {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_migrate_book"));
    command.arg(url).kill_on_drop(true).spawn().unwrap()
}

/// Waits for the end of a process; was it a success?
async fn ended(process: &mut Child) -> bool {
    in_time("the end of a process", process.wait()).await.unwrap().success()
}

/// A file that somebody else begins to write before it has its journal: SQLite refuses whoever would give it one at once,
/// without the wait it was told.
#[tokio::test]
async fn a_new_file_that_others_open_at_once_is_waited_for_on_sqlite() {
    let databases = databases!(Kind::Sqlite);
    let url = databases.create().await;
    let bare = SqliteConnectOptions::from_str(&url).unwrap().create_if_missing(true);
    let mut other = SqliteConnection::connect_with(&bare).await.unwrap();
    other.execute("CREATE TABLE theirs (id INTEGER)").await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let options = options();
    let mut opened = Box::pin(open_book(&url, &options));
    assert!(timeout(Duration::from_millis(100), &mut opened).await.is_err(), "whoever opens it waits");
    other.execute("ROLLBACK").await.unwrap();
    assert!(in_time("the file", opened).await.is_ok());
}

/// Killed at an await, again and again, a little later each time.
async fn a_migration_that_is_given_up_is_completed(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.create().await;
    for milliseconds in [1, 5, 10, 20, 40, 80, 160] {
        let _ = timeout(Duration::from_millis(milliseconds), migrate_book(&url, &options())).await;
    }
    migrate_book(&url, &options()).await.expect("the lock of a migration that was given up is gone");
    is_migrated(&databases, &url, &undisturbed(&databases).await).await;
}

/// Processes killed (SIGKILL) from their beginning to about their end, twenty times: the next one completes what they left.
/// Each database sees four of them: where every statement commits by itself, later ones would find all of it done.
async fn a_process_that_is_killed_while_it_migrates_is_followed_by_another(kind: Kind) {
    const DATABASES: u32 = 5;
    const KILLS: u32 = 4;
    let databases = databases!(kind);
    let url = databases.create().await;
    let begun = tokio::time::Instant::now();
    assert!(ended(&mut process(&url)).await);
    let whole = begun.elapsed();
    let expected = catalogue(kind, &url).await;

    let mut killed = 0;
    for database in 0..DATABASES {
        let url = databases.create().await;
        for kill in 1..=KILLS {
            let mut process = process(&url);
            tokio::time::sleep(whole * (database * KILLS + kill) / (DATABASES * KILLS)).await;
            process.kill().await.unwrap();
            killed += u32::from(!ended(&mut process).await);
        }
        assert!(ended(&mut process(&url)).await, "{kind:?}: the next one completes it");
        is_migrated(&databases, &url, &expected).await;
    }
    println!("{kind:?}: {killed} killed of {}", DATABASES * KILLS);
    assert!(killed > 0, "{kind:?}: each was done before it was killed");
}

/// Killed after each of its statements, on a server where each commits by itself.
async fn a_migration_is_completed_from_any_statement(kind: Kind) {
    let databases = databases!(kind);
    let expected = undisturbed(&databases).await;
    let notes = "CREATE TABLE estair_migrations (version int NOT NULL PRIMARY KEY, fingerprint varchar(64) NOT NULL)";
    let [step] = <dialect::MySql as Dialect>::BOOK else { panic!("the steps before one have to be done and noted") };
    let statements: Vec<_> = step.split(";\n").map(str::trim).filter(|one| !one.is_empty()).collect();
    assert!(statements.len() > 15, "the statements were not found");
    for done in [0, 1, 2, statements.len() / 2, statements.len().saturating_sub(1), statements.len()] {
        let url = databases.create().await;
        let done = statements.iter().take(done).map(|one| (*one).to_owned());
        execute(kind, &url, &std::iter::once(notes.to_owned()).chain(done).collect::<Vec<_>>()).await;
        migrate_book(&url, &options()).await.unwrap();
        is_migrated(&databases, &url, &expected).await;
    }
}

/// The tables of a migration that nobody disturbed.
async fn undisturbed(databases: &Databases) -> Vec<String> {
    catalogue(databases.kind(), &databases.migrated().await).await
}

/// The tables are these, and the book takes them.
async fn is_migrated(databases: &Databases, url: &str, expected: &[String]) {
    let kind = databases.kind();
    assert_eq!(catalogue(kind, url).await, expected, "{kind:?}");
    let handles = open_book(url, &options()).await.unwrap();
    handles.reader.ready().await.unwrap();
    let world = World::over(stores(databases, handles).await, Policy::default());
    let account = world.account(1_000).await;
    world.granted(account, 10).await;
    assert!(verify(world.stores.audit.as_ref(), None).await.unwrap().is_clean());
}

const SQLITE_CATALOGUE: &str = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name";

const POSTGRES_CATALOGUE: &str = "\
    SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line \
    FROM information_schema.columns WHERE table_schema = current_schema() \
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() \
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) \
    FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY line";

const MYSQL_CATALOGUE: &str = "\
    SELECT CONCAT_WS(' ', table_name, column_name, column_type, is_nullable, column_default, extra) AS line \
    FROM information_schema.columns WHERE table_schema = DATABASE() \
    UNION ALL SELECT CONCAT_WS(' ', table_name, index_name, seq_in_index, column_name, non_unique) \
    FROM information_schema.statistics WHERE table_schema = DATABASE() \
    UNION ALL SELECT CONCAT_WS(' ', table_name, constraint_name, constraint_type) \
    FROM information_schema.table_constraints WHERE table_schema = DATABASE() ORDER BY line";

/// Columns, indexes and constraints, a line each.
async fn catalogue(kind: Kind, url: &str) -> Vec<String> {
    fn texts<R: Row>(rows: Vec<R>) -> Vec<String>
    where
        for<'r> String: sqlx::Decode<'r, R::Database>,
        usize: sqlx::ColumnIndex<R>,
    {
        rows.iter().map(|row| row.try_get_unchecked(0).unwrap()).collect()
    }
    async fn on<C: Connection>(url: &str, sql: &'static str) -> Vec<<C::Database as Database>::Row>
    where
        for<'c> &'c mut C: Executor<'c, Database = C::Database>,
    {
        C::connect(url).await.unwrap().fetch_all(sql).await.unwrap()
    }
    let told = async {
        match kind.driver() {
            Driver::Sqlite => texts(on::<sqlx::SqliteConnection>(url, SQLITE_CATALOGUE).await),
            Driver::Postgres => texts(on::<sqlx::PgConnection>(url, POSTGRES_CATALOGUE).await),
            Driver::MySql => texts(on::<sqlx::MySqlConnection>(url, MYSQL_CATALOGUE).await),
        }
    };
    let lines = in_time("the catalogue", told).await;
    assert!(lines.len() > 15, "{kind:?}: the catalogue is empty");
    lines
}

#[tokio::test]
async fn mariadb_completes_a_migration_from_any_statement() {
    a_migration_is_completed_from_any_statement(Kind::MariaDb).await;
}

#[tokio::test]
async fn mysql_completes_a_migration_from_any_statement() {
    a_migration_is_completed_from_any_statement(Kind::MySql).await;
}

// ---- URLs ----------------------------------------------------------------------------------------------------------

/// A database that would forget everything is refused, and no password is repeated.
#[tokio::test]
async fn urls_of_no_durable_database_are_refused() {
    for url in ["sqlite::memory:", "sqlite://x?mode=memory", "oracle://scott:tiger@example.test/", "nonsense"] {
        let error = open_book(url, &Options::default()).await.err().map(|error| error.to_string()).unwrap();
        assert!(!error.contains("tiger"), "{error}");
    }
}

/// rule: A6: of two servers, whoever asks, no more tries are granted than there are; then one more each time so much has passed. What says
/// nothing any more goes, and a clock that was wrong locks nobody out.
async fn a6_tries_to_sign_in_are_counted_for_all_servers(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let open = || async { open_book(&url, &options()).await.unwrap().users };
    let servers = [open().await, open().await];
    let seconds = chrono::Duration::seconds;
    let one = |caller: &str, at| SignInTry { caller: Hash::of(caller), at_once: 20, every: seconds(3), at };
    let now = morning();

    // 40 at once, on both.
    let tries = (0..40).map(|number| {
        let (server, one) = (Arc::clone(&servers[number % 2]), one("a", now));
        tokio::spawn(async move { server.count_try(&one).await.unwrap() })
    });
    let mut waits = Vec::new();
    for tried in tries.collect::<Vec<_>>() {
        waits.extend(tried.await.unwrap());
    }
    assert_eq!(waits, [seconds(3); 20], "{kind:?}: 20 of 40 wait");
    for (number, server) in (0..).zip(&servers) {
        let count = async |caller: &str, at| server.count_try(&one(caller, at)).await.unwrap();
        assert_eq!(count("a", now + seconds(3 * number + 1)).await, Some(seconds(2)));
        assert_eq!(count(&format!("other {number}"), now).await, None, "another caller has its own");
        let later = now + seconds(3 * (number + 1));
        assert_eq!(count("a", later).await, None, "one more has come");
        assert_eq!(count("a", later).await, Some(seconds(3)));
    }

    // Whoever has as many free as at first has no row any more.
    let rows = async || {
        let sql = "SELECT COUNT(*) FROM estair_sign_in_tries";
        number_in(kind, &url, sql).await
    };
    assert_eq!(rows().await, 3);
    let hours = now + chrono::Duration::hours(2);
    assert_eq!(servers[0].count_try(&one("b", hours)).await.unwrap(), None);
    assert_eq!(rows().await, 1, "{kind:?}: only of who tried now");

    // That one had a clock two hours ahead.
    for server in servers.iter().cycle().take(20) {
        assert_eq!(server.count_try(&one("b", now)).await.unwrap(), None);
    }
    assert_eq!(servers[1].count_try(&one("b", now)).await.unwrap(), Some(seconds(3)));

    // Those of a Messager apart are counted in its own database, in the same way.
    let url = databases.create().await;
    migrate_messager(&url, &options()).await.unwrap();
    let open = || async { open_messager_apart(&url, &options()).await.unwrap().directory };
    let servers = [open().await, open().await];
    for server in servers.iter().cycle().take(20) {
        assert_eq!(server.count_try(&one("a", now)).await.unwrap(), None);
    }
    assert_eq!(servers[0].count_try(&one("a", now)).await.unwrap(), Some(seconds(3)));
}

/// Two handles on one book remember apart what they have counted: each counts what the other one settles, over hours.
async fn two_handles_count_the_same_depth(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let own = open_book(&url, &options()).await.unwrap();
    let other = open_book(&url, &options()).await.unwrap();
    let world = World::over(stores(&databases, own).await, Policy::default());
    for _ in 0..6 {
        let account = world.account(1_000).await;
        world.credit(account, 10).await;
    }
    let queues = [&world.stores.outbox, &other.outbox];
    let leased = queues[0].claim(&world.claim(6)).await.unwrap();
    for (place, job) in (0..).zip(&leased) {
        let end = Settlement { at: world.now(), next: Next::Completed, report: Report::done(None) };
        assert!(queues[place % 2].settle(&job.lease, &end).await.unwrap());
        for minutes in [0, 61, 40] {
            world.wait(chrono::Duration::minutes(minutes));
            for queue in queues {
                let depth = queue.depth(world.now()).await.unwrap();
                let counted = (depth.processing + depth.completed, depth.completed);
                assert_eq!(counted, (6, place as u64 + 1), "{kind:?}: {minutes} minutes later");
            }
        }
    }
}

/// Takes a message of an account in.
async fn accepted(store: &dyn MessagerStore, account: u64) {
    let message = OutgoingMessage {
        domain: DOMAIN.to_owned(),
        kind: "credit_request".to_owned(),
        payload: json!({ "account_id": account }).into(),
        idempotency_key: None,
    };
    let message = NewMessage::new(message, Uuid::from_u128(System.seed()), &Schedule::messager(), System.now());
    assert!(store.accept(&message).await.unwrap().1);
}

/// Whoever ends a job looks for the next one of its account before it commits: one that came since must not have been set
/// aside meanwhile, or nobody would ever see it again.
async fn g13_a_job_that_came_while_the_one_before_ended_is_not_forgotten(kind: Kind) {
    let databases = databases!(kind);
    let url = databases.create().await;
    migrate_messager(&url, &options()).await.unwrap();
    let store = open_messager(&url, &options()).await.unwrap();
    let worker = Worker { clock: &System, ids: &System };
    let queue: &dyn Queue<Message> = store.as_ref();
    let claim = async || queue.claim(&worker.claim(&Schedule::messager(), 10)).await.unwrap();
    accepted(store.as_ref(), 1).await;
    assert_eq!(claim().await.len(), 1);
    // More than a claim looks at.
    for _ in 0..20 {
        join_all((0..60).map(|_| accepted(store.as_ref(), 1))).await;
    }
    assert_eq!(claim().await.len(), 0, "{kind:?}: the first one is on its way");
    let ended = "UPDATE messager_messages SET status = 'completed', lease_token = NULL, version = version + 1 \
                 WHERE status = 'processing'";
    execute(kind, &url, &[ended.to_owned()]).await;
    assert_eq!(claim().await.len(), 1, "{kind:?}: the next one has its turn");
}

on_each!(
    numbers_beyond_2_to_the_53_survive,
    a_deleted_row_counts_in_no_sum,
    f8_w4_each_thing_done_by_hand_is_found,
    w4_a_log_row_put_in_by_hand_is_found,
    users_are_found_by_token_and_session,
    users_and_tokens_are_made_once_under_a_key,
    a6_a_link_signs_in_once,
    a6_tries_to_sign_in_are_counted_for_all_servers,
    migrations_that_start_together_run_once,
    a_migration_that_is_given_up_is_completed,
    a_process_that_is_killed_while_it_migrates_is_followed_by_another,
    two_handles_count_the_same_depth,
    g13_a_job_that_came_while_the_one_before_ended_is_not_forgotten,
);
