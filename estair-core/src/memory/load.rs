//! Reading what a command needs.

use super::tables::View;
use crate::change::{Held, Known, Needs, RequestNeed};
use crate::id::{Link, RequestId};

pub(super) fn load(view: View<'_>, needs: &Needs) -> Held {
    let mut held = Held { marked: needs.mark.is_some_and(|mark| view.is_marked(mark)), ..Held::default() };
    for (id, need) in &needs.requests {
        load_request(view, &mut held, *id, *need);
    }
    for id in &needs.supports {
        held.supports.extend(view.support(*id).map(|support| (*id, support.clone())));
    }
    let of_requests = held.requests.values().map(|request| request.account);
    let of_supports = held.supports.values().map(|support| support.account);
    let mut accounts = needs.accounts.clone();
    accounts.extend(of_requests.chain(of_supports));
    for id in accounts {
        held.accounts.extend(view.account(id).map(|account| (id, account.clone())));
    }
    for name in &needs.movements {
        load_movement(view, &mut held, name);
    }
    for key in &needs.answers {
        held.answers.extend(view.answer(key).map(|answer| (key.clone(), answer.clone())));
    }
    held
}

fn load_request(view: View<'_>, held: &mut Held, id: RequestId, need: RequestNeed) {
    let Some(request) = view.request(id) else { return };
    held.requests.insert(id, request.clone());
    let parent = request.parent.and_then(|parent| Some((parent, view.request(parent)?)));
    if need.parent {
        held.requests.extend(parent.map(|(parent, row)| (parent, row.clone())));
    }
    if need.credit {
        for (id, row) in [Some((id, request)), parent].into_iter().flatten() {
            load_movement(view, held, &row.movement_name());
            held.live_cancellations.extend(view.is_being_cancelled(id).then_some(id));
        }
    }
}

fn load_movement(view: View<'_>, held: &mut Held, name: &str) {
    if let Some((id, row)) = view.named(name) {
        held.movements.insert(name.to_owned(), Known { id: Link::Id(id), row: row.clone() });
    }
}
