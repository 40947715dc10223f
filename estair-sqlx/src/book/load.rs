//! Locking and reading what commands need (W1).
//!
//! The order of locks is the same everywhere: accounts by number, requests by number (parents among them), support
//! requests by number. An account whose request or support request is all that is known is looked up first, without a
//! lock: which account that is never changes.

use std::collections::{BTreeMap, BTreeSet};

use estair_core::decision::{Committed, Known, LockSet, Snapshot};
use estair_core::id::{AccountId, RequestId, SupportId};
use estair_core::row::Link;
use estair_core::store::StoreError;

use super::names::final_statuses;
use crate::dialect::Dialect;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{Accounts, Columns, IdempotencyKeys, Movements, Requests, Stored, Supports, Table, row};
use crate::value::Value;

/// What is to be locked, once it is known which accounts that takes.
#[derive(Default)]
struct Locks {
    accounts: BTreeSet<AccountId>,
    requests: BTreeSet<RequestId>,
    /// Requests whose parent is needed too, by what was looked up.
    parents: BTreeMap<RequestId, RequestId>,
}

pub(super) async fn load<D: Dialect>(session: &mut Session<'_, D>, lock_set: &LockSet) -> Result<Snapshot, StoreError> {
    let locks = look_up(session, lock_set).await?;
    let mut snapshot = Snapshot::default();
    lock_accounts(session, &locks.accounts, &mut snapshot).await?;
    lock_requests(session, &locks.requests, &mut snapshot).await?;
    lock_supports(session, &lock_set.supports, &mut snapshot).await?;
    read_credits(session, lock_set, &locks, &mut snapshot).await?;
    read_movements(session, names(lock_set, &locks, &snapshot), &mut snapshot).await?;
    read_answers(session, lock_set, &mut snapshot).await?;
    read_committed(session, lock_set, &mut snapshot).await?;
    Ok(snapshot)
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

async fn lock_accounts<D: Dialect>(
    session: &mut Session<'_, D>,
    ids: &BTreeSet<AccountId>,
    snapshot: &mut Snapshot,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let found = session.read(locking::<D, Accounts>(ids.iter().map(|id| id.0)), row::<Accounts, _>).await?;
    snapshot.accounts.extend(found.into_iter().map(|row| (row.id, row.data)));
    Ok(())
}

async fn lock_requests<D: Dialect>(
    session: &mut Session<'_, D>,
    ids: &BTreeSet<RequestId>,
    snapshot: &mut Snapshot,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let found = session.read(locking::<D, Requests>(ids.iter().map(|id| id.0)), row::<Requests, _>).await?;
    snapshot.requests.extend(found.into_iter().map(|row| (row.id, row.data)));
    // A caller that named another account than the request's is told so later: the request brings its own all the same.
    let accounts: BTreeSet<_> = snapshot.requests.values().map(|request| request.account).collect();
    let missing: BTreeSet<_> = accounts.into_iter().filter(|id| !snapshot.accounts.contains_key(id)).collect();
    lock_accounts(session, &missing, snapshot).await
}

async fn lock_supports<D: Dialect>(
    session: &mut Session<'_, D>,
    ids: &BTreeSet<SupportId>,
    snapshot: &mut Snapshot,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let found = session.read(locking::<D, Supports>(ids.iter().map(|id| id.0)), row::<Supports, _>).await?;
    snapshot.supports.extend(found.into_iter().map(|row| (row.id, row.data)));
    Ok(())
}

/// A SELECT that locks its rows in the order of their numbers.
fn locking<D: Dialect, T: Table>(ids: impl Iterator<Item = u64>) -> Sql {
    Sql::select::<T>().and("id IN ").list(ids.map(Value::key)).and(" ORDER BY id ").and(D::LOCK)
}

/// Which requests have a live cancellation (R5). Whoever makes one holds the account's lock.
async fn read_credits<D: Dialect>(
    session: &mut Session<'_, D>,
    lock_set: &LockSet,
    locks: &Locks,
    snapshot: &mut Snapshot,
) -> Result<(), StoreError> {
    let credits: BTreeSet<_> = credits(lock_set, locks).collect();
    if credits.is_empty() {
        return Ok(());
    }
    let sql = Sql::new("SELECT parent_id FROM requetes_financieres WHERE parent_id IN ")
        .list(credits.into_iter().map(|id| Value::key(id.0)))
        .and(&format!(" AND status NOT IN {}", final_statuses()));
    snapshot.live_cancellations.extend(session.read(sql, <RequestId as Stored>::read).await?);
    Ok(())
}

/// The requests whose credit is needed, and their parents.
fn credits<'a>(lock_set: &'a LockSet, locks: &'a Locks) -> impl Iterator<Item = RequestId> + 'a {
    let wanted = lock_set.requests.iter().filter(|(_, lock)| lock.credit).map(|(id, _)| *id);
    wanted.flat_map(|id| [Some(id), locks.parents.get(&id).copied()].into_iter().flatten())
}

/// The names of the movements that are needed: given, and derived from requests (R7).
fn names(lock_set: &LockSet, locks: &Locks, snapshot: &Snapshot) -> BTreeSet<String> {
    let credits = credits(lock_set, locks).filter_map(|id| snapshot.requests.get(&id));
    let derived = credits.map(|request| request.movement_name());
    lock_set.movements.iter().cloned().chain(derived).collect()
}

async fn read_movements<D: Dialect>(
    session: &mut Session<'_, D>,
    names: BTreeSet<String>,
    snapshot: &mut Snapshot,
) -> Result<(), StoreError> {
    if names.is_empty() {
        return Ok(());
    }
    let sql = Sql::select::<Movements>().and("name IN ").list(names.into_iter().map(Value::from));
    let found = session.read(sql, row::<Movements, _>).await?;
    let known = found.into_iter().map(|row| (row.data.name.clone(), Known { id: Link::Id(row.id), row: row.data }));
    snapshot.movements.extend(known);
    Ok(())
}

async fn read_answers<D: Dialect>(
    session: &mut Session<'_, D>,
    lock_set: &LockSet,
    snapshot: &mut Snapshot,
) -> Result<(), StoreError> {
    if lock_set.answers.is_empty() {
        return Ok(());
    }
    // A list for each scope: a condition for each key would nest deeper than SQLite reads, once they are a batch's.
    let mut keys: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (scope, key) in &lock_set.answers {
        keys.entry(scope).or_default().push(Value::from(key.as_str()));
    }
    let mut sql = Sql::select::<IdempotencyKeys>();
    for (place, (scope, keys)) in keys.into_iter().enumerate() {
        let or = if place == 0 { "" } else { " OR " };
        sql = sql.and(or).and("(scope = ? AND idempotency_key IN ").bind(scope).list(keys).and(")");
    }
    let found = session.read(sql, row::<IdempotencyKeys, _>).await?;
    let answers = found.into_iter().map(|row| row.data);
    snapshot.answers.extend(answers.map(|one| ((one.scope, one.key), (one.fingerprint, one.answer))));
    Ok(())
}

/// Is the fact there that tells of a commit whose answer was lost? The account may have been made by that commit: then its
/// own uuid tells.
async fn read_committed<D: Dialect>(
    session: &mut Session<'_, D>,
    lock_set: &LockSet,
    snapshot: &mut Snapshot,
) -> Result<(), StoreError> {
    let Some(Committed { account, sequence, hash }) = lock_set.committed else { return Ok(()) };
    let sql = match account {
        Link::New(uuid) => Sql::new("SELECT id FROM estair_accounts WHERE uuid = ?").bind(uuid),
        Link::Id(id) => Sql::new("SELECT id FROM estair_facts WHERE account_id = ? AND sequence = ? AND hash = ?")
            .bind(Value::key(id.0))
            .bind(Value::key(sequence))
            .bind(hash),
    };
    snapshot.is_committed = session.read_one(sql, <u64 as Stored>::read).await?.is_some();
    Ok(())
}
