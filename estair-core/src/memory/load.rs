//! Reading what a command needs.

use crate::decision::{GrantedElsewhere, Known, LockSet, RequestLock, Snapshot};
use crate::id::RequestId;
use crate::memory::tables::View;
use crate::row::Link;

/// Everything that these locks name, as the transaction sees it.
pub(super) fn load(view: View<'_>, locks: &LockSet) -> Snapshot {
    let is_committed = locks.committed.is_some_and(|by| view.is_committed(&by));
    let mut snapshot = Snapshot { is_committed, ..Snapshot::default() };
    for (id, lock) in &locks.requests {
        load_request(view, &mut snapshot, *id, *lock);
    }
    for id in &locks.supports {
        snapshot.supports.extend(view.support(*id).map(|support| (*id, support.clone())));
    }
    let of_requests = snapshot.requests.values().map(|request| request.account);
    let of_supports = snapshot.supports.values().map(|support| support.account);
    let mut accounts = locks.accounts.clone();
    accounts.extend(of_requests.chain(of_supports));
    accounts.extend(locks.references.iter().filter_map(|reference| view.referred(reference)));
    for id in accounts {
        snapshot.accounts.extend(view.account(id).map(|account| (id, account.clone())));
    }
    for name in &locks.movements {
        load_movement(view, &mut snapshot, name);
    }
    for (id, until) in &locks.granted_elsewhere {
        let all = view.committed.shadows.values().chain(view.written.shadows.values());
        let of_account = all.filter(|shadow| shadow.account == *id && until.is_none_or(|until| shadow.at <= until));
        let granted = of_account.filter_map(|shadow| {
            shadow.granted().map(|amount| (shadow.uuid, GrantedElsewhere { at: shadow.at, amount }))
        });
        snapshot.granted_elsewhere.entry(*id).or_default().extend(granted);
    }
    for key in &locks.answers {
        snapshot.answers.extend(view.answer(key).map(|answer| (key.clone(), answer.clone())));
    }
    snapshot
}

fn load_request(view: View<'_>, snapshot: &mut Snapshot, id: RequestId, lock: RequestLock) {
    let Some(request) = view.request(id) else { return };
    snapshot.requests.insert(id, request.clone());
    let parent = request.parent.and_then(|parent| Some((parent, view.request(parent)?)));
    if lock.parent {
        snapshot.requests.extend(parent.map(|(parent, row)| (parent, row.clone())));
    }
    if lock.credit {
        for (id, row) in [Some((id, request)), parent].into_iter().flatten() {
            load_movement(view, snapshot, &row.movement_name());
            snapshot.live_cancellations.extend(view.is_being_cancelled(id).then_some(id));
        }
    }
}

fn load_movement(view: View<'_>, snapshot: &mut Snapshot, name: &str) {
    if let Some((id, row)) = view.named(name) {
        snapshot.movements.insert(name.to_owned(), Known { id: Link::Id(id), row: row.clone() });
    }
}
