//! What rows of a group say of each other and of the book: numbers and names that are taken, credits that cancellations name.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use estair_core::hash::Hash;
use estair_core::id::{AccountId, RequestId};
use estair_core::import::Imported;
use estair_core::money::Amount;
use estair_core::store::StoreError;

use super::coming::Coming;
use super::mapping::Mapping;
use super::rules::{Dirt, Rule, Trouble};
use super::runs::Imports;

/// Rows that are looked up together.
const AT_ONCE: usize = 500;

/// Numbers and names that rows of this run have had, by the first half of their hash.
#[derive(Default)]
pub(super) struct Taken(HashSet<u64>);

impl Taken {
    /// Takes a number or a name of a table; false when it was taken before.
    pub(super) fn take(&mut self, what: &str, name: &str) -> bool {
        self.0.insert(half(what, name))
    }

    /// Was a number or a name of a table taken?
    pub(super) fn has(&self, what: &str, name: &str) -> bool {
        self.0.contains(&half(what, name))
    }
}

fn half(what: &str, name: &str) -> u64 {
    let hash = Hash::of(format!("{what}\n{name}")).to_string();
    u64::from_str_radix(hash.get(..16).unwrap_or_default(), 16).unwrap_or_default()
}

/// A row that stays, and why.
pub(super) type Left = (Coming, Trouble);

/// Numbers that stand twice: the second row stays.
pub(super) fn numbers(coming: Vec<Coming>, taken: &mut Taken) -> (Vec<Coming>, Vec<Left>) {
    let (mut comes, mut left) = (Vec::new(), Vec::new());
    for one in coming {
        match !one.has_row || taken.take(&one.table, &one.id) {
            true => comes.push(one),
            false => left.push((one, Trouble::new(Dirt::Number, "its number stands twice"))),
        }
    }
    (comes, left)
}

/// What is known of a number or a name in the book.
struct There {
    /// It is this row itself that came before.
    is_it: bool,
    name: String,
}

/// Numbers that others have in the book, and names: those are given up, if the rule says so.
pub(super) async fn names(
    coming: Vec<Coming>,
    mapping: &Mapping,
    imports: &dyn Imports,
    taken: &mut Taken,
) -> Result<(Vec<Coming>, Vec<Left>), StoreError> {
    let (mut comes, mut left) = (Vec::with_capacity(coming.len()), Vec::new());
    let mut rest = coming.into_iter();
    loop {
        let mut part: Vec<_> = rest.by_ref().take(AT_ONCE).collect();
        if part.is_empty() {
            return Ok((comes, left));
        }
        let (by_number, by_name) = known(&part, imports).await?;
        for mut one in part.drain(..) {
            if let Some(there) = by_number.get(&(kind_of(&one), one.id.clone())).filter(|there| !there.is_it) {
                let trouble = Trouble::new(Dirt::Number, format_args!("number {} is taken by {}", one.id, there.name));
                left.push((one, trouble));
                continue;
            }
            let (kind, name) = (kind_of(&one), name_of(&one));
            let Some(name) = name else {
                comes.push(one);
                continue;
            };
            let is_free = by_name.get(&(kind, name.clone())).is_none_or(|there| there.is_it);
            if taken.take(kind, &name) && is_free {
                comes.push(one);
            } else if mapping.rule(Dirt::Name) == Rule::Map {
                give_up_name(&mut one, &name);
                comes.push(one);
            } else {
                left.push((one, Trouble::new(Dirt::Name, format_args!("the name {name:?} is taken"))));
            }
        }
    }
}

/// Rows of the book by the kind of row and its number or its name.
type ByKey = BTreeMap<(&'static str, String), There>;

async fn known(part: &[Coming], imports: &dyn Imports) -> Result<(ByKey, ByKey), StoreError> {
    let (mut by_number, mut by_name) = (ByKey::new(), ByKey::new());
    let names =
        |kind: &str| -> Vec<String> { part.iter().filter(|one| kind_of(one) == kind).filter_map(name_of).collect() };
    let requests: Vec<_> = part.iter().filter_map(|one| request_of(one).and_then(|request| request.id)).collect();
    for row in imports.requests_known(&requests, &names(REQUEST)).await? {
        let own = part.iter().filter_map(request_of).find(|request| request.id == Some(row.id));
        let is_it = own.is_some_and(|request| request.is(&row));
        by_number.insert((REQUEST, row.id.to_string()), There { is_it, name: row.name.clone() });
        by_name.insert((REQUEST, row.name.clone()), There { is_it, name: row.name.clone() });
    }
    let tickets: Vec<_> = part.iter().filter_map(ticket_of).map(|ticket| ticket.id).collect();
    for row in imports.supports_known(&tickets, &names(TICKET)).await? {
        let own = part.iter().filter_map(ticket_of).find(|ticket| ticket.id == row.id);
        let is_it = own.is_some_and(|ticket| ticket.is(&row));
        by_number.insert((TICKET, row.id.to_string()), There { is_it, name: row.name.clone() });
        by_name.insert((TICKET, row.name.clone()), There { is_it, name: row.name.clone() });
    }
    Ok((by_number, by_name))
}

const REQUEST: &str = "request";
const TICKET: &str = "ticket";

const fn kind_of(one: &Coming) -> &'static str {
    match &one.imported {
        Imported::Request(_) => REQUEST,
        Imported::Ticket(_) => TICKET,
        _ => "",
    }
}

fn request_of(one: &Coming) -> Option<&estair_core::import::ImportedRequest> {
    match &one.imported {
        Imported::Request(request) => Some(request),
        _ => None,
    }
}

fn ticket_of(one: &Coming) -> Option<&estair_core::import::ImportedTicket> {
    match &one.imported {
        Imported::Ticket(ticket) => Some(ticket),
        _ => None,
    }
}

fn name_of(one: &Coming) -> Option<String> {
    match &one.imported {
        Imported::Request(request) => request.name.clone(),
        Imported::Ticket(ticket) => ticket.name.clone(),
        _ => None,
    }
}

fn give_up_name(one: &mut Coming, name: &str) {
    match &mut one.imported {
        Imported::Request(request) => request.name = None,
        Imported::Ticket(ticket) => ticket.name = None,
        _ => {}
    }
    let said = format!("the name {name:?} is taken: one of ours");
    one.mended = Some(one.mended.take().map_or(said.clone(), |mended| format!("{mended}; {said}")));
}

/// What a cancellation must find: account and amount of the credit request.
type Credits = BTreeMap<RequestId, (AccountId, Amount)>;

/// Cancellations whose credit is not there, is another's, of another amount, or is being cancelled already (R5).
pub(super) fn parents(coming: Vec<Coming>) -> (Vec<Coming>, Vec<Left>) {
    let credits: Credits = coming
        .iter()
        .filter_map(request_of)
        .filter(|request| request.category.definition().grants_credit())
        .filter_map(|request| Some((request.id?, (request.account, request.amount))))
        .collect();
    let (mut live, mut comes, mut left) = (BTreeSet::new(), Vec::new(), Vec::new());
    for one in coming {
        match request_of(&one).and_then(|request| wrong_parent(request, &credits, &mut live)) {
            Some(why) => left.push((one, Trouble::new(Dirt::Parent, why))),
            None => comes.push(one),
        }
    }
    (comes, left)
}

fn wrong_parent(
    request: &estair_core::import::ImportedRequest,
    credits: &Credits,
    live: &mut BTreeSet<RequestId>,
) -> Option<String> {
    if !request.category.definition().reverses_parent {
        return None;
    }
    let Some(parent) = request.parent else { return Some("it names no credit that it cancels".to_owned()) };
    match credits.get(&parent) {
        None => Some(format!("the credit {parent} that it cancels did not come")),
        Some((account, _)) if *account != request.account => Some(format!("credit {parent} is of account {account}")),
        Some((_, amount)) if *amount != request.amount => Some(format!("credit {parent} is of {amount}")),
        Some(_) if !request.status.is_final() && !live.insert(parent) => {
            Some(format!("credit {parent} is being cancelled already"))
        }
        Some(_) => None,
    }
}
