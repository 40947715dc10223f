//! Invariants under concurrency: a bank of eight accounts whose limits are tight, sixteen tasks that post 10,000 times, a
//! checker that reads all along, and a host that locks accounts the wrong way round until transactions deadlock.
//!
//! Of the 10,000 postings 6,400 are the legs of transfers (two are a group), 2,800 are credits, 800 cancel a credit and so
//! make room for another. Four groups, credits or cancellations go in one call, and so in one transaction. The limits refuse
//! about a fifth of all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

mod counting;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use estair_core::account::State;
use estair_core::actor::Actor;
use estair_core::audit::Outcome;
use estair_core::book::{Groups, Submission};
use estair_core::category::Status;
use estair_core::command::Command;
use estair_core::decision::Answer;
use estair_core::hash::Hash;
use estair_core::id::{AccountId, MovementId, RequestId};
use estair_core::memory::MemoryStore;
use estair_core::money::Amount;
use estair_core::movement::{Movement, MovementType};
use estair_core::policy::Policy;
use estair_core::request::Request;
use estair_core::row::Row;
use estair_core::store::{AuditReader, Page, Reader, RequestFilter, StatementFilter};
use estair_core::testing::Stores;
use estair_core::testing::world::{
    ADMIN, SERVICE, World, cancellation_draft, client, credit_draft, message_of, posting, units,
};
use estair_core::verify::verify;
use estair_sqlx::{BookHandles, open_book};
use estair_tests::database::{Databases, Driver, Kind, options};
use estair_tests::patience::within;
use estair_tests::{databases, on_each};
use sqlx::{AssertSqlSafe, Connection, Executor};
use tokio::task::JoinHandle;

use crate::counting::{Counting, Tries};

const ACCOUNTS: usize = 8;
const TASKS: u32 = 16;
const FUNDS: i64 = 1_000_000;
const LIMIT: i64 = 1_000;

/// Rounds of work, and the calls of each round.
const ROUNDS: u32 = 100;

const TRANSFERS: u32 = 8;
const CREDITS: u32 = 7;
const CANCELLATIONS: u32 = 2;

/// Groups of two legs, credits or cancellations of one call.
const TOGETHER: u32 = 4;

const POSTINGS: u32 = ROUNDS * (TRANSFERS * 2 + CREDITS + CANCELLATIONS) * TOGETHER;

/// Deadlocks that the host causes before it leaves the bank alone.
const DEADLOCKS: u32 = 3;

/// The bank, open.
struct Bank {
    kind: Kind,
    world: World,
    accounts: Vec<AccountId>,
    tries: Arc<Tries>,
    next: AtomicU32,
    /// Credits that are active, by account, oldest first.
    active: Vec<Mutex<VecDeque<RequestId>>>,
    granted: AtomicU32,
    /// Refused when they were asked for (C2), and when they were to be written (C4).
    refused: [AtomicU32; 2],
    cancelled: AtomicU32,
}

impl Bank {
    /// Its accounts have had their funds since yesterday.
    async fn open(databases: &Databases, url: &str, groups: Option<Groups>) -> Self {
        let book = open_book(url, &options()).await.unwrap();
        let BookHandles {
            store, reader, audit, outbox, pending, notifications, subscriptions, users: _, pool: _, ..
        } = book;
        let tries = Arc::new(Tries::default());
        let store = Arc::new(Counting { store, tries: Arc::clone(&tries) });
        let in_memory = Stores::in_memory(&MemoryStore::new());
        let stores = Stores { store, reader, audit, outbox, pending, notifications, subscriptions, ..in_memory };
        let world = World::over(stores, Policy::default());
        let world = match groups {
            Some(groups) => world.in_groups(groups),
            None => world,
        };
        let mut accounts = Vec::new();
        for number in 0..ACCOUNTS {
            accounts.push(world.account(LIMIT).await);
            let funds = posting(accounts[number], MovementType::Payment, units(FUNDS), &format!("funds-{number}"));
            world.post(funds).await;
        }
        world.wait(chrono::Duration::days(1));
        Self {
            kind: databases.kind(),
            world,
            accounts,
            tries,
            next: AtomicU32::new(0),
            active: (0..ACCOUNTS).map(|_| Mutex::default()).collect(),
            granted: AtomicU32::new(0),
            refused: [AtomicU32::new(0), AtomicU32::new(0)],
            cancelled: AtomicU32::new(0),
        }
    }

    fn reader(&self) -> &dyn Reader {
        self.world.stores.reader.as_ref()
    }

    fn audit(&self) -> &dyn AuditReader {
        self.world.stores.audit.as_ref()
    }

    async fn work(self: Arc<Self>) {
        const CANCELS: u32 = TRANSFERS + CREDITS;
        const EACH: u32 = CANCELS + CANCELLATIONS;
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= ROUNDS * EACH {
                return;
            }
            self.world.wait(chrono::Duration::microseconds(13));
            // One kind of work after the other, not all of a kind together.
            match number * 5 % EACH {
                0..TRANSFERS => self.transfer(number).await,
                TRANSFERS..CANCELS => self.credits(number).await,
                _ => self.cancel(number).await,
            }
        }
    }

    /// Groups of two legs, of different pairs of accounts; the first account is in many of them.
    async fn transfer(&self, number: u32) {
        let group = |group: u32| {
            let from = if group == 0 { 0 } else { (number + group) as usize % ACCOUNTS };
            let to = (from + 1 + (number / 8 + group) as usize % (ACCOUNTS - 1)) % ACCOUNTS;
            let amount = i64::from(number % 97 + group + 1);
            let leg = |place: usize, amount: i64, name: &str| {
                let reference = format!("T{number}-{group}-{name}");
                posting(self.accounts[place], MovementType::Transfer, units(amount), &reference)
            };
            (SERVICE, Command::Post(vec![leg(from, -amount, "out"), leg(to, amount, "in")]))
        };
        self.run_all((0..TOGETHER).map(group)).await;
    }

    /// Credits of different accounts; those that pass are delivered.
    async fn credits(&self, number: u32) {
        let places = (0..TOGETHER).map(|place| (number * 3 + number / 17 + place) as usize % ACCOUNTS);
        let ask = |place: usize| {
            let draft = credit_draft(20 + (i64::from(number) * 7 + place as i64) % 61);
            (client(self.accounts[place]), Command::CreateRequest(draft))
        };
        let asked = self.requests(places.clone().map(ask)).await;
        let (passed, waiting): (Vec<_>, Vec<_>) =
            places.zip(asked).partition(|(_, credit)| credit.status != Status::Waiting);
        add(&self.refused[0], waiting.len());
        let answers = self.deliver(passed.iter().map(|(_, credit)| credit)).await;
        for ((place, credit), answer) in passed.iter().zip(answers) {
            match answer {
                Answer::Written { .. } => {
                    add(&self.granted, 1);
                    self.active[*place].lock().unwrap().push_back(credit.id);
                }
                Answer::Outcome(_) => add(&self.refused[1], 1),
                other => panic!("{:?}: {other:?}", self.kind),
            }
        }
    }

    /// Cancels credits: the oldest ones of one account after the other.
    async fn cancel(&self, number: u32) {
        let mut credits = Vec::new();
        // The first ones are being granted: for two minutes at most.
        for _ in 0..24_000 {
            if credits.len() == TOGETHER as usize {
                break;
            }
            let mut places = (0..ACCOUNTS).map(|place| (place + number as usize / 17 + credits.len()) % ACCOUNTS);
            let oldest = |place: usize| Some((place, self.active[place].lock().unwrap().pop_front()?));
            match places.find_map(oldest) {
                Some(credit) => credits.push(credit),
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
        assert_eq!(credits.len(), TOGETHER as usize, "{:?}: there is nothing to be cancelled", self.kind);
        let draft = |(place, credit)| Command::CreateRequest(cancellation_draft(credit, self.accounts[place]));
        let cancellations = self.requests(credits.into_iter().map(draft).map(|command| (ADMIN, command))).await;
        let answers = self.deliver(cancellations.iter()).await;
        assert!(answers.iter().all(|answer| matches!(answer, Answer::Written { .. })), "{:?}: {answers:?}", self.kind);
        add(&self.cancelled, answers.len());
    }

    async fn requests(&self, commands: impl Iterator<Item = (Actor, Command)>) -> Vec<Row<RequestId, Request>> {
        let request = |answer| match answer {
            Answer::Request(row) => row,
            other => panic!("{:?}: no request: {other:?}", self.kind),
        };
        self.run_all(commands).await.into_iter().map(request).collect()
    }

    async fn deliver(&self, requests: impl Iterator<Item = &Row<RequestId, Request>>) -> Vec<Answer> {
        let message = |row: &Row<RequestId, Request>| Command::Receive(message_of(row.id, &row.data));
        self.run_all(requests.map(message).map(|command| (Actor::System, command))).await
    }

    /// In one call; none may be refused.
    async fn run_all(&self, commands: impl Iterator<Item = (Actor, Command)>) -> Vec<Answer> {
        let submissions = commands.map(|(actor, command)| Submission::new(actor, command));
        let replies = self.world.book.run_all(submissions.collect()).await;
        replies.into_iter().map(|reply| reply.unwrap().answer).collect()
    }

    /// Reads while others write: the limit holds whenever one looks, an account's newest movements belong together.
    async fn check_until(&self, tasks: &[JoinHandle<()>]) -> u32 {
        let mut looks = 0;
        while !tasks.iter().all(JoinHandle::is_finished) {
            for id in &self.accounts {
                let account = self.world.account_row(*id).await;
                assert!(account.indicators.active_credit < account.limit, "{:?}: the limit was reached", self.kind);
                let page = Page { limit: 50, before: None };
                let statement = self.reader().statement(*id, &StatementFilter::default(), page).await.unwrap().unwrap();
                check_page(&statement.page.items);
                looks += 1;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        looks
    }
}

fn add(counter: &AtomicU32, count: usize) {
    counter.fetch_add(u32::try_from(count).unwrap(), Ordering::Relaxed);
}

/// Newest first: each balance is the one before and the amount, unless it is of the credit family; no place is left out.
fn check_page(items: &[Row<MovementId, Movement>]) {
    for pair in items.windows(2) {
        let (newer, older) = (pair[0].posted.unwrap(), pair[1].posted.unwrap());
        assert_eq!(newer.sequence, older.sequence + 1, "a hole in the sequence");
        let credit = matches!(pair[0].kind, MovementType::Credit | MovementType::CreditCancellation);
        let moved = if credit { older.balance_after } else { older.balance_after.checked_add(pair[0].amount).unwrap() };
        assert_eq!(newer.balance_after, moved, "a prefix does not add up");
    }
}

/// rule: W1, W6, C2, C4, F8: money moves between accounts and none is made or lost, no credit reaches the limit, whoever
/// deadlocks is tried again, and every prefix of every account's history adds up.
async fn c4_w6_every_prefix_adds_up(kind: Kind) {
    every_prefix_adds_up(kind, None).await;
}

/// The same where those who post share transactions.
async fn c4_w6_every_prefix_adds_up_in_groups(kind: Kind) {
    every_prefix_adds_up(kind, Some(Groups::new(|work| drop(tokio::spawn(work))).lanes(3))).await;
}

async fn every_prefix_adds_up(kind: Kind, groups: Option<Groups>) {
    let databases = databases!(kind);
    let url = databases.migrated().await;
    let bank = Arc::new(Bank::open(&databases, &url, groups).await);
    let tasks: Vec<_> = (0..TASKS).map(|_| tokio::spawn(Arc::clone(&bank).work())).collect();
    let day = async { tokio::join!(bank.check_until(&tasks), deadlock(&bank, &url, &tasks)) };
    let (looks, ()) = within(Duration::from_secs(900), "the bank closes", day).await;
    for task in tasks {
        task.await.unwrap();
    }
    assert!(looks > 0, "the checker never looked");

    let count = |counter: &AtomicU32| counter.load(Ordering::Relaxed);
    let (granted, cancelled) = (count(&bank.granted), count(&bank.cancelled));
    let (asked, written) = (count(&bank.refused[0]), count(&bank.refused[1]));
    let (contentions, retries) = (count(&bank.tries.contentions), count(&bank.tries.retries));
    println!(
        "{kind:?}: {POSTINGS} postings, {asked} refused when asked for and {written} when written, {cancelled} credits \
         cancelled, {contentions} deadlocks, {retries} retries, {looks} looks"
    );
    let refused = asked + written;
    assert!((POSTINGS * 15 / 100..=POSTINGS * 30 / 100).contains(&refused), "{kind:?}: {refused} refused");
    assert_eq!(granted + refused, ROUNDS * CREDITS * TOGETHER);
    if kind == Kind::Sqlite {
        assert_eq!((contentions, retries), (0, 0), "writers of one file queue");
    } else {
        assert!(
            contentions >= DEADLOCKS && retries >= contentions,
            "{kind:?}: {contentions} deadlocks, {retries} retries"
        );
    }
    let movements = ACCOUNTS as u64 + u64::from(POSTINGS - refused);
    adds_up(&bank, movements, refused).await;
}

async fn adds_up(bank: &Bank, movements: u64, refused: u32) {
    let (mut funds, mut written) = (0, 0);
    for id in &bank.accounts {
        check_history(bank.audit(), *id).await;
        let account = bank.world.account_row(*id).await;
        funds += account.indicators.balance.hundredths();
        written += account.version;
    }
    assert_eq!(funds, FUNDS * 100 * ACCOUNTS as i64, "{:?}: money was made or lost", bank.kind);
    assert_eq!(written, movements, "{:?}: a movement was lost or doubled", bank.kind);
    assert_eq!(waiting(bank.reader()).await, refused, "{:?}: a refused credit is not waiting", bank.kind);
    let report = verify(bank.audit(), None).await.unwrap();
    assert!(report.is_clean() && report.links == movements, "{:?}: {:?}", bank.kind, report.findings);
}

/// The figures after each movement of an account, computed from nothing; each link names the hash of the one before it. That
/// the hashes are right is for `verify` to say.
async fn check_history(audit: &dyn AuditReader, id: AccountId) {
    let (mut after, mut prefix) = ((0, 0), None::<(State, Hash)>);
    loop {
        let links = audit.audit_logs(id, after, 1_000).await.unwrap();
        let Some(last) = links.last() else { break };
        let Outcome::Success(link) = &last.row.outcome else { panic!("a failed attempt") };
        after = (link.version, last.row.id);
        for log in links {
            let Outcome::Success(link) = log.row.data.outcome else { panic!("a failed attempt") };
            let movement = log.movement.expect("a link names its movement").data;
            match &prefix {
                Some((state, hash)) => assert_eq!((&link.before, &link.previous_hash), (state, hash)),
                None => assert_eq!(link.version, 1),
            }
            check_step(&link.before, &movement, &link.after);
            prefix = Some((link.after, link.hash));
        }
    }
    let account = audit.account(id).await.unwrap().unwrap();
    let (state, hash) = prefix.expect("the account has movements");
    assert_eq!((state.indicators, state.version, hash), (account.indicators, account.version, account.last_hash));
}

fn check_step(before: &State, movement: &Movement, after: &State) {
    let of = |state: &State| {
        let figures = state.indicators;
        [figures.balance_previous_day, figures.balance, figures.daily_credit, figures.active_credit]
            .map(|money| money.amount().hundredths())
    };
    let [mut yesterday, mut balance, mut daily, mut active] = of(before);
    let posted = movement.posted.expect("it is posted");
    if posted.day != before.day {
        (yesterday, daily) = (balance, 0);
    }
    let exposition = |balance: i64, daily: i64| balance + daily - (-balance).max(0);
    let exposed = exposition(balance, daily);
    let amount = movement.amount.amount().hundredths();
    match movement.kind {
        MovementType::Credit | MovementType::CreditCancellation => (daily, active) = (daily + amount, active + amount),
        _ => balance += amount,
    }
    assert!((0..LIMIT * 100).contains(&active), "the limit was reached: {active}");
    assert_eq!((after.day, after.version), (posted.day, before.version + 1));
    assert_eq!(of(after), [yesterday, balance, daily, active], "a prefix does not add up: {movement:?}");
    let figures = [posted.exposition_before, posted.exposition_after, posted.balance_after];
    let figures = figures.map(|money| money.amount().hundredths());
    assert_eq!((posted.sequence, figures), (after.version, [exposed, exposition(balance, daily), balance]));
}

async fn waiting(reader: &dyn Reader) -> u32 {
    let filter = RequestFilter { status: vec![Status::Waiting], ..RequestFilter::default() };
    let (mut count, mut page) = (0, Page { limit: 200, before: None });
    loop {
        let slice = reader.requests(&filter, page).await.unwrap();
        count += u32::try_from(slice.items.len()).unwrap();
        match slice.next {
            Some(before) => page.before = Some(before),
            None => return count,
        }
    }
}

/// A host's transaction that holds the last account and asks for the first, while those who post hold the first and wait for
/// the last. It has written more than they, and is more patient: the server ends theirs.
async fn deadlock(bank: &Bank, url: &str, tasks: &[JoinHandle<()>]) {
    match bank.kind.driver() {
        Driver::Sqlite => {} // nobody holds one row and waits for another
        Driver::Postgres => {
            lock_backwards::<sqlx::PgConnection>(bank, url, tasks, &["SET deadlock_timeout = '1min'"]).await
        }
        Driver::MySql => lock_backwards::<sqlx::MySqlConnection>(bank, url, tasks, &[]).await,
    }
}

async fn lock_backwards<C: Connection>(bank: &Bank, url: &str, tasks: &[JoinHandle<()>], session: &[&'static str])
where
    for<'c> &'c mut C: Executor<'c>,
{
    let mut host = C::connect(url).await.unwrap();
    host.execute("CREATE TABLE host_rows (number int NOT NULL)").await.unwrap();
    for statement in session {
        host.execute(*statement).await.unwrap();
    }
    let rows = vec!["(1)"; 1_000].join(", ");
    let lock = |id: AccountId| AssertSqlSafe(format!("SELECT id FROM estair_accounts WHERE id = {id} FOR UPDATE"));
    while bank.tries.contentions.load(Ordering::Relaxed) < DEADLOCKS && !tasks.iter().all(JoinHandle::is_finished) {
        let mut transaction = host.begin().await.unwrap();
        transaction.execute(AssertSqlSafe(format!("INSERT INTO host_rows (number) VALUES {rows}"))).await.unwrap();
        transaction.execute(lock(bank.accounts[ACCOUNTS - 1])).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        transaction.execute(lock(bank.accounts[0])).await.unwrap();
        transaction.rollback().await.unwrap();
    }
}

/// rule: W3: the same reference at once, from many: one movement.
async fn w3_one_reference_is_one_movement(kind: Kind) {
    let databases = databases!(kind);
    let world = Arc::new(World::open(&databases).await);
    let account = world.account(LIMIT).await;
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let world = Arc::clone(&world);
            let draft = posting(account, MovementType::Payment, units(7), "same");
            tokio::spawn(async move { world.run(SERVICE, Command::Post(vec![draft])).await })
        })
        .collect();
    let mut created = 0;
    for task in tasks {
        let Answer::Posted(answers) = task.await.unwrap() else { panic!("no movement") };
        created += u32::from(answers[0].created);
    }
    assert_eq!(created, 1);
    assert_eq!(world.account_row(account).await.indicators.balance.amount(), Amount::from_hundredths(700).unwrap());
}

on_each!(
    #[tokio::test(flavor = "multi_thread")]
    c4_w6_every_prefix_adds_up,
    c4_w6_every_prefix_adds_up_in_groups,
    w3_one_reference_is_one_movement
);
