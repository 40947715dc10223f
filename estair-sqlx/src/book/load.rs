//! Locking and reading what commands need (W1).
//!
//! The order of locks is the same everywhere: accounts by number, requests by number (parents among them), support
//! requests by number. An account whose request or support request is all that is known is looked up first, without a
//! lock: which account that is never changes.

use std::collections::{BTreeMap, BTreeSet};

use estair_core::clock::Timestamp;
use estair_core::decision::{Committed, GrantedElsewhere, Known, LockSet, MAX_GRANTED_ELSEWHERE, Snapshot};
use estair_core::id::{AccountId, MovementId, RequestId};
use estair_core::movement::Movement;
use estair_core::row::{Link, Row};
use estair_core::store::StoreError;

use super::held::{Held, last_numbers};
use super::names::final_statuses;
use crate::dialect::Dialect;
use crate::driver::{Driver, Folding};
use crate::session::{Rows, Session, read_rows};
use crate::sql::Sql;
use crate::table::{
    Accounts, Columns, IdempotencyKeys, Movements, Requests, ShadowDecisions, Stored, Supports, Table, maybe_row, row,
    shown,
};
use crate::value::Value;

/// What is to be locked, once it is known which accounts that takes.
#[derive(Default)]
struct Locks {
    accounts: BTreeSet<AccountId>,
    requests: BTreeSet<RequestId>,
    /// Requests whose parent is needed too, by what was looked up.
    parents: BTreeMap<RequestId, RequestId>,
}

pub(super) async fn load<D: Dialect>(
    session: &mut Session<'_, D>,
    held: &mut Held,
    lock_set: &LockSet,
) -> Result<Snapshot, StoreError> {
    let locks = look_up(session, lock_set).await?;
    let mut snapshot = Snapshot::default();
    let at_once = match D::LOCK_FIRST.and_then(|lock| Together::of(lock_set, &locks, lock)) {
        Some(together) => together.read(session, &mut snapshot).await?,
        None => false,
    };
    let mut queries = if at_once { Vec::new() } else { locked::<D>(lock_set, &locks) };
    queries.extend(looked_at(lock_set));
    if D::Driver::FOLDING == Folding::Script {
        queries.push((What::LastNumbers, last_numbers()));
    }
    read(session, queries, &mut snapshot, held).await?;
    read(session, missing::<D>(lock_set, &locks, &snapshot), &mut snapshot, held).await?;
    held.keep(&snapshot);
    Ok(snapshot)
}

/// What a query reads.
#[derive(Clone, Copy)]
enum What {
    Accounts,
    Requests,
    Supports,
    Cancellations,
    Movements,
    GrantedElsewhere,
    Answers,
    Committed,
    LastNumbers,
}

type Queries = Vec<(What, Sql)>;

/// Runs queries, in one call where the driver can.
async fn read<D: Dialect>(
    session: &mut Session<'_, D>,
    queries: Queries,
    snapshot: &mut Snapshot,
    held: &mut Held,
) -> Result<(), StoreError> {
    let (what, queries): (Vec<_>, Vec<_>) = queries.into_iter().unzip();
    let rows = session.rows_of(queries).await?;
    what.into_iter().zip(rows).try_for_each(|(what, rows)| show::<D>(what, &rows, snapshot, held))
}

fn show<D: Dialect>(what: What, rows: &Rows<D>, snapshot: &mut Snapshot, held: &mut Held) -> Result<(), StoreError> {
    match what {
        What::Accounts => {
            let found = read_rows::<D, _>(rows, row::<Accounts, _>)?;
            snapshot.accounts.extend(found.into_iter().map(|row| (row.id, row.data)));
        }
        What::Requests => {
            let found = read_rows::<D, _>(rows, row::<Requests, _>)?;
            snapshot.requests.extend(found.into_iter().map(|row| (row.id, row.data)));
        }
        What::Supports => {
            let found = read_rows::<D, _>(rows, row::<Supports, _>)?;
            snapshot.supports.extend(found.into_iter().map(|row| (row.id, row.data)));
        }
        What::Cancellations => {
            snapshot.live_cancellations.extend(read_rows::<D, RequestId>(rows, Stored::read)?);
        }
        What::Movements => {
            let found = read_rows::<D, _>(rows, row::<Movements, _>)?;
            found.into_iter().for_each(|row| show_movement(row, snapshot));
        }
        What::GrantedElsewhere => {
            for decision in read_rows::<D, _>(rows, row::<ShadowDecisions, _>)? {
                let granted = decision.granted().map(|amount| GrantedElsewhere { at: decision.at, amount });
                let of_account = snapshot.granted_elsewhere.entry(decision.account).or_default();
                of_account.extend(granted.map(|granted| (decision.uuid, granted)));
            }
        }
        What::Answers => {
            let found = read_rows::<D, _>(rows, row::<IdempotencyKeys, _>)?;
            let answers = found.into_iter().map(|row| row.data);
            snapshot.answers.extend(answers.map(|one| ((one.scope, one.key), (one.fingerprint, one.answer))));
        }
        What::Committed => snapshot.is_committed = !rows.is_empty(),
        What::LastNumbers => {
            held.go_on(read_rows::<D, (String, u64)>(rows, |c| Ok((c.read()?, c.read()?)))?);
        }
    }
    Ok(())
}

fn show_movement(row: Row<MovementId, Movement>, snapshot: &mut Snapshot) {
    snapshot.movements.insert(row.data.name.clone(), Known { id: Link::Id(row.id), row: row.data });
}

/// One account, and perhaps one request and one movement's name: read in one statement. The account's lock is the one that
/// counts, as whoever changes a request or a movement has it. Where a database shows the others as they were before it was
/// waited for (PostgreSQL), what they were is compared when they are written.
struct Together<'l> {
    account: AccountId,
    request: Option<RequestId>,
    name: Option<&'l str>,
    lock: &'static str,
}

impl<'l> Together<'l> {
    fn of(lock_set: &'l LockSet, locks: &Locks, lock: &'static str) -> Option<Self> {
        let has_more = locks.accounts.len() > 1
            || locks.requests.len() > 1
            || lock_set.movements.len() > 1
            || !lock_set.supports.is_empty()
            || lock_set.requests.values().any(|lock| lock.credit || lock.parent);
        let account = *locks.accounts.first().filter(|_| !has_more)?;
        let (request, name) = (locks.requests.first().copied(), lock_set.movements.first().map(String::as_str));
        (request.is_some() || name.is_some()).then_some(Self { account, request, name, lock })
    }

    /// False when the account does not exist: whether the others do is to be asked then.
    async fn read<D: Dialect>(
        &self,
        session: &mut Session<'_, D>,
        snapshot: &mut Snapshot,
    ) -> Result<bool, StoreError> {
        let (request, name) = (self.request, self.name);
        let read = |c: &mut Columns<'_, D::Driver>| {
            let account = row::<Accounts, _>(c)?;
            let request = if request.is_some() { maybe_row::<Requests, _>(c)? } else { None };
            let movement = if name.is_some() { maybe_row::<Movements, _>(c)? } else { None };
            Ok((account, request, movement))
        };
        let Some((account, request, movement)) = session.read_one(self.sql(), read).await? else { return Ok(false) };
        snapshot.accounts.insert(account.id, account.data);
        snapshot.requests.extend(request.map(|row| (row.id, row.data)));
        if let Some(movement) = movement {
            show_movement(movement, snapshot);
        }
        Ok(true)
    }

    fn sql(&self) -> Sql {
        let mut columns = shown::<Accounts>("a.");
        let mut joins = Sql::new(format!(" FROM {} a", Accounts::NAME));
        if let Some(request) = self.request {
            columns = format!("{columns}, {}", shown::<Requests>("r."));
            joins = joins.and(&format!(" LEFT JOIN {} r ON r.id = ?", Requests::NAME)).bind(Value::key(request.0));
        }
        if let Some(name) = self.name {
            columns = format!("{columns}, {}", shown::<Movements>("m."));
            joins = joins.and(&format!(" LEFT JOIN {} m ON m.name = ?", Movements::NAME)).bind(name);
        }
        let sql = Sql::new(format!("SELECT {columns}")).append(joins);
        sql.and(" WHERE a.id = ? ").bind(Value::key(self.account.0)).and(self.lock)
    }
}

/// What is locked: accounts, requests, support requests, each in the order of its numbers.
fn locked<D: Dialect>(lock_set: &LockSet, locks: &Locks) -> Queries {
    let mut queries = Vec::new();
    if !locks.accounts.is_empty() {
        queries.push((What::Accounts, locking::<D, Accounts>(locks.accounts.iter().map(|id| id.0))));
    }
    if !locks.requests.is_empty() {
        queries.push((What::Requests, locking::<D, Requests>(locks.requests.iter().map(|id| id.0))));
    }
    if !lock_set.supports.is_empty() {
        queries.push((What::Supports, locking::<D, Supports>(lock_set.supports.iter().map(|id| id.0))));
    }
    let credits: BTreeSet<_> = credits(lock_set, locks).collect();
    if !credits.is_empty() {
        // Whoever makes a cancellation holds the account's lock (R5).
        let sql = Sql::new("SELECT parent_id FROM requetes_financieres WHERE parent_id IN ")
            .list(credits.into_iter().map(|id| Value::key(id.0)))
            .and(&format!(" AND status NOT IN {}", final_statuses()));
        queries.push((What::Cancellations, sql));
    }
    queries.extend(movements(lock_set.movements.iter().map(String::as_str)));
    queries
}

fn movements<'n>(names: impl Iterator<Item = &'n str>) -> Option<(What, Sql)> {
    let names: Vec<_> = names.map(Value::from).collect();
    (!names.is_empty()).then(|| (What::Movements, Sql::select::<Movements>().and("name IN ").list(names)))
}

/// What is read without a lock of its own: what was granted elsewhere, answers given before, and whether a commit has happened
/// whose answer was lost.
fn looked_at(lock_set: &LockSet) -> Queries {
    let granted = lock_set.granted_elsewhere.iter();
    let granted = granted.map(|(account, until)| (What::GrantedElsewhere, granted_elsewhere(*account, *until)));
    let answers = (!lock_set.answers.is_empty()).then(|| (What::Answers, answers(lock_set)));
    let committed = lock_set.committed.map(|by| (What::Committed, committed(by)));
    granted.chain(answers).chain(committed).collect()
}

/// What only the requests tell: their accounts, where a caller named another, who is told so later, and the movements of
/// credits (R7).
fn missing<D: Dialect>(lock_set: &LockSet, locks: &Locks, snapshot: &Snapshot) -> Queries {
    let accounts: BTreeSet<_> = snapshot.requests.values().map(|request| request.account).collect();
    let accounts: Vec<_> = accounts.into_iter().filter(|id| !snapshot.accounts.contains_key(id)).collect();
    let mut queries = Vec::new();
    if !accounts.is_empty() {
        queries.push((What::Accounts, locking::<D, Accounts>(accounts.into_iter().map(|id| id.0))));
    }
    let credits = credits(lock_set, locks).filter_map(|id| snapshot.requests.get(&id));
    let names: BTreeSet<_> = credits.map(|request| request.movement_name()).collect();
    queries.extend(movements(names.difference(&lock_set.movements).map(String::as_str)));
    queries
}

/// The account of a request, and its parent with its own account.
type Family = (RequestId, AccountId, Option<RequestId>, Option<AccountId>);

/// Finds the accounts and parents of requests and support requests. Neither ever changes, so no lock is needed yet.
async fn look_up<D: Dialect>(session: &mut Session<'_, D>, lock_set: &LockSet) -> Result<Locks, StoreError> {
    let mut locks = Locks { accounts: lock_set.accounts.clone(), ..Locks::default() };
    locks.requests.extend(lock_set.requests.keys());
    locks.accounts.extend(lock_set.requests.values().filter_map(|lock| lock.account));
    let unknown = lock_set.requests.iter().filter(|(_, lock)| lock.account.is_none() || lock.parent || lock.credit);
    let unknown: Vec<_> = unknown.map(|(id, _)| Value::key(id.0)).collect();
    if !unknown.is_empty() {
        let sql = "SELECT r.id, r.account_id, r.parent_id, p.account_id FROM requetes_financieres r \
                   LEFT JOIN requetes_financieres p ON p.id = r.parent_id WHERE r.id IN ";
        let read = |c: &mut Columns<'_, D::Driver>| Ok((c.read()?, c.read()?, c.read()?, c.read()?));
        let found: Vec<Family> = session.read(Sql::new(sql).list(unknown), read).await?;
        for (id, account, parent, parent_account) in found {
            locks.accounts.insert(account);
            let wanted = lock_set.requests.get(&id).is_some_and(|lock| lock.parent || lock.credit);
            if let Some(parent) = parent.filter(|_| wanted) {
                locks.requests.insert(parent);
                locks.parents.insert(id, parent);
                locks.accounts.extend(parent_account);
            }
        }
    }
    if !lock_set.references.is_empty() {
        // A reference is given once, with the account (A7).
        let sql = Sql::new("SELECT id FROM estair_accounts WHERE reference IN ");
        let names = lock_set.references.iter().map(|name| Value::from(name.as_str()));
        locks.accounts.extend(session.read(sql.list(names), <AccountId as Stored>::read).await?);
    }
    if !lock_set.supports.is_empty() {
        let sql = Sql::new("SELECT account_id FROM helpdesk WHERE id IN ");
        let ids = lock_set.supports.iter().map(|id| Value::key(id.0));
        locks.accounts.extend(session.read(sql.list(ids), <AccountId as Stored>::read).await?);
    }
    Ok(locks)
}

/// A SELECT that locks its rows in the order of their numbers.
fn locking<D: Dialect, T: Table>(ids: impl Iterator<Item = u64>) -> Sql {
    Sql::select::<T>().and("id IN ").list(ids.map(Value::key)).and(" ORDER BY id ").and(D::LOCK)
}

/// The requests whose credit is needed, and their parents.
fn credits<'a>(lock_set: &'a LockSet, locks: &'a Locks) -> impl Iterator<Item = RequestId> + 'a {
    let wanted = lock_set.requests.iter().filter(|(_, lock)| lock.credit).map(|(id, _)| *id);
    wanted.flat_map(|id| [Some(id), locks.parents.get(&id).copied()].into_iter().flatten())
}

/// What the former system granted last (L6). Whoever tells of more holds the account's lock.
fn granted_elsewhere(account: AccountId, until: Option<Timestamp>) -> Sql {
    Sql::select::<ShadowDecisions>()
        .and("t.account_id = ? AND t.legacy = 'to_treat'")
        .bind(Value::key(account.0))
        .and_if(" AND t.decided_at <= ?", until)
        .and(" ORDER BY t.decided_at DESC LIMIT ?")
        .bind(MAX_GRANTED_ELSEWHERE)
}

fn answers(lock_set: &LockSet) -> Sql {
    // A list for each scope: a condition for each key would nest deeper than SQLite reads, once they are a batch's.
    let mut keys: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (scope, key) in &lock_set.answers {
        keys.entry(scope).or_default().push(Value::from(key.as_str()));
    }
    let mut sql = Sql::select::<IdempotencyKeys>();
    sql.varies = keys.len() > 2;
    for (place, (scope, keys)) in keys.into_iter().enumerate() {
        let or = if place == 0 { "" } else { " OR " };
        sql = sql.and(or).and("(scope = ? AND idempotency_key IN ").bind(scope).list(keys).and(")");
    }
    sql
}

/// Is the fact there that tells of a commit whose answer was lost? The account may have been made by that commit: then its
/// own uuid tells.
fn committed(by: Committed) -> Sql {
    let Committed { account, sequence, hash } = by;
    match account {
        Link::New(uuid) => Sql::new("SELECT id FROM estair_accounts WHERE uuid = ?").bind(uuid),
        Link::Id(id) => Sql::new("SELECT id FROM estair_facts WHERE account_id = ? AND sequence = ? AND hash = ?")
            .bind(Value::key(id.0))
            .bind(Value::key(sequence))
            .bind(hash),
    }
}
