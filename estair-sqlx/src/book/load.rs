//! Locking and reading what commands need (W1).
//!
//! The order of locks is the same everywhere: accounts by number, requests by number (parents among them), support
//! requests by number. An account whose request or support request is all that is known is looked up first, without a
//! lock: which account that is never changes.

use std::collections::{BTreeMap, BTreeSet};

use estair_core::audit::Hash;
use estair_core::change::{Held, Known, Needs};
use estair_core::id::{AccountId, Link, RequestId, SupportId};
use estair_core::store::StoreError;

use super::{movements, rows};
use crate::dialect::Dialect;
use crate::statement::{Session, Sql, Value};

/// What is to be locked, once it is known which accounts that takes.
#[derive(Default)]
struct Locks {
    accounts: BTreeSet<AccountId>,
    requests: BTreeSet<RequestId>,
    /// Requests whose parent is needed too, by what was looked up.
    parents: BTreeMap<RequestId, RequestId>,
}

pub(crate) async fn load<D: Dialect>(session: &mut Session<'_, D>, needs: &Needs) -> Result<Held, StoreError> {
    let locks = look_up(session, needs).await?;
    let mut held = Held::default();
    lock_accounts(session, &locks.accounts, &mut held).await?;
    lock_requests(session, &locks.requests, &mut held).await?;
    lock_supports(session, &needs.supports, &mut held).await?;
    read_credits(session, needs, &locks, &mut held).await?;
    read_movements(session, names(needs, &locks, &held), &mut held).await?;
    read_answers(session, needs, &mut held).await?;
    read_mark(session, needs, &mut held).await?;
    Ok(held)
}

/// Finds the accounts and parents of requests and support requests. Neither ever changes, so no lock is needed yet.
async fn look_up<D: Dialect>(session: &mut Session<'_, D>, needs: &Needs) -> Result<Locks, StoreError> {
    let mut locks = Locks { accounts: needs.accounts.clone(), ..Locks::default() };
    locks.requests.extend(needs.requests.keys());
    locks.accounts.extend(needs.requests.values().filter_map(|need| need.account));
    let unknown = needs.requests.iter().filter(|(_, need)| need.account.is_none() || need.parent || need.credit);
    let unknown: Vec<_> = unknown.map(|(id, _)| Value::key(id.0)).collect();
    if !unknown.is_empty() {
        let sql = "SELECT r.id, r.account_id, r.parent_id, p.account_id FROM requetes_financieres r \
                   LEFT JOIN requetes_financieres p ON p.id = r.parent_id WHERE r.id IN ";
        let found = session
            .read(Sql::new(sql).list(unknown), |c| {
                Ok((RequestId(c.number()?), c.number()?, c.opt_number()?, c.opt_number()?))
            })
            .await?;
        for (id, account, parent, parent_account) in found {
            locks.accounts.insert(AccountId(account));
            let wanted = needs.requests.get(&id).is_some_and(|need| need.parent || need.credit);
            if let Some(parent) = parent.filter(|_| wanted) {
                locks.requests.insert(RequestId(parent));
                locks.parents.insert(id, RequestId(parent));
                locks.accounts.extend(parent_account.map(AccountId));
            }
        }
    }
    if !needs.supports.is_empty() {
        let sql = Sql::new("SELECT account_id FROM helpdesk WHERE id IN ");
        let ids = needs.supports.iter().map(|id| Value::key(id.0));
        locks.accounts.extend(session.read(sql.list(ids), |c| c.number().map(AccountId)).await?);
    }
    Ok(locks)
}

async fn lock_accounts<D: Dialect>(
    session: &mut Session<'_, D>,
    ids: &BTreeSet<AccountId>,
    held: &mut Held,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let sql = locking::<D>("accounts", &rows::ACCOUNT, ids.iter().map(|id| id.0));
    let found = session.read(sql, rows::account).await?;
    held.accounts.extend(found.into_iter().map(|row| (row.id, row.data)));
    Ok(())
}

async fn lock_requests<D: Dialect>(
    session: &mut Session<'_, D>,
    ids: &BTreeSet<RequestId>,
    held: &mut Held,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let sql = locking::<D>("requetes_financieres", &rows::REQUEST, ids.iter().map(|id| id.0));
    let found = session.read(sql, rows::request).await?;
    held.requests.extend(found.into_iter().map(|row| (row.id, row.data)));
    // A caller that named another account than the request's is told so later: the request brings its own all the same.
    let accounts: BTreeSet<_> = held.requests.values().map(|request| request.account).collect();
    let missing: BTreeSet<_> = accounts.into_iter().filter(|id| !held.accounts.contains_key(id)).collect();
    lock_accounts(session, &missing, held).await
}

async fn lock_supports<D: Dialect>(
    session: &mut Session<'_, D>,
    ids: &BTreeSet<SupportId>,
    held: &mut Held,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let sql = locking::<D>("helpdesk", &rows::SUPPORT, ids.iter().map(|id| id.0));
    let found = session.read(sql, rows::support).await?;
    held.supports.extend(found.into_iter().map(|row| (row.id, row.data)));
    Ok(())
}

/// A SELECT that locks its rows in the order of their numbers.
fn locking<D: Dialect>(table: &str, columns: &[&str], ids: impl Iterator<Item = u64>) -> Sql {
    let sql = Sql::new(format!("SELECT id, {} FROM {table} WHERE id IN ", columns.join(", ")));
    sql.list(ids.map(Value::key)).and(" ORDER BY id ").and(D::LOCK)
}

/// Which requests have a live cancellation (R5). Whoever makes one holds the account's lock.
async fn read_credits<D: Dialect>(
    session: &mut Session<'_, D>,
    needs: &Needs,
    locks: &Locks,
    held: &mut Held,
) -> Result<(), StoreError> {
    let credits: BTreeSet<_> = credits(needs, locks).collect();
    if credits.is_empty() {
        return Ok(());
    }
    let sql = Sql::new("SELECT parent_id FROM requetes_financieres WHERE parent_id IN ")
        .list(credits.into_iter().map(|id| Value::key(id.0)))
        .and(" AND status NOT IN ('closed', 'cancelled')");
    held.live_cancellations.extend(session.read(sql, |c| c.number().map(RequestId)).await?);
    Ok(())
}

/// The requests whose credit is needed, and their parents.
fn credits<'a>(needs: &'a Needs, locks: &'a Locks) -> impl Iterator<Item = RequestId> + 'a {
    let wanted = needs.requests.iter().filter(|(_, need)| need.credit).map(|(id, _)| *id);
    wanted.flat_map(|id| [Some(id), locks.parents.get(&id).copied()].into_iter().flatten())
}

/// The names of the movements that are needed: given, and derived from requests (R7).
fn names(needs: &Needs, locks: &Locks, held: &Held) -> BTreeSet<String> {
    let derived = credits(needs, locks).filter_map(|id| held.requests.get(&id)).map(|request| request.movement_name());
    needs.movements.iter().cloned().chain(derived).collect()
}

async fn read_movements<D: Dialect>(
    session: &mut Session<'_, D>,
    names: BTreeSet<String>,
    held: &mut Held,
) -> Result<(), StoreError> {
    if names.is_empty() {
        return Ok(());
    }
    let sql = Sql::new(format!("SELECT id, {} FROM mouvements WHERE name IN ", movements::MOVEMENT.join(", ")));
    let found = session.read(sql.list(names.into_iter().map(Value::from)), movements::movement).await?;
    let known = found.into_iter().map(|row| (row.data.name.clone(), Known { id: Link::Id(row.id), row: row.data }));
    held.movements.extend(known);
    Ok(())
}

async fn read_answers<D: Dialect>(
    session: &mut Session<'_, D>,
    needs: &Needs,
    held: &mut Held,
) -> Result<(), StoreError> {
    if needs.answers.is_empty() {
        return Ok(());
    }
    // A list for each scope: a condition for each key would nest deeper than SQLite reads, once they are a batch's.
    let mut keys: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (scope, key) in &needs.answers {
        keys.entry(scope).or_default().push(Value::from(key.as_str()));
    }
    let mut sql = Sql::new("SELECT scope, idempotency_key, fingerprint, answer FROM idempotency_keys WHERE ");
    for (place, (scope, keys)) in keys.into_iter().enumerate() {
        let or = if place == 0 { "" } else { " OR " };
        sql = sql.and(or).and("(scope = ? AND idempotency_key IN ").bind(scope).list(keys).and(")");
    }
    let found = session
        .read(sql, |c| {
            let key = (c.text()?, c.text()?);
            let fingerprint: Hash = c.hash()?;
            Ok((key, (fingerprint, c.json()?)))
        })
        .await?;
    held.answers.extend(found);
    Ok(())
}

async fn read_mark<D: Dialect>(session: &mut Session<'_, D>, needs: &Needs, held: &mut Held) -> Result<(), StoreError> {
    if let Some(mark) = needs.mark {
        let sql = Sql::new("SELECT id FROM facts WHERE mark = ? LIMIT 1").bind(mark);
        held.marked = session.read_one(sql, |c| c.number()).await?.is_some();
    }
    Ok(())
}
