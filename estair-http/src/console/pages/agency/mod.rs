//! The agency's own space: what a client finds under the addresses where staff find their pages, and nothing else.
//!
//! Everything is read through the client's [`View`](estair_core::View): another account's anything, a draft, a comment for staff is not
//! there. Staff are told by their desk, never by name.

pub(super) mod credit;
pub(super) mod home;
pub(super) mod notifications;
mod offer;
pub(super) mod requests;
pub(super) mod statement;
mod steps;
pub(super) mod tickets;

use estair_core::id::{AccountId, CommentId, SupportId, UserId};
use estair_core::refusal::Refusal;
use estair_core::row::{Comment, Row};
use estair_core::support::{Support, Turn};

use crate::console::failure::Failure;
use crate::console::frame::Frame;
use crate::console::state::Console;
use crate::console::visitor::Visitor;
use crate::told::author_of;

/// The visitor's account: whoever has none has no space here.
fn own_account(visitor: &Visitor) -> Result<AccountId, Failure> {
    Ok(visitor.actor.account().ok_or(Refusal::NotFound { what: "account" })?)
}

/// The tickets on which it is the client's turn to speak.
fn yours(tickets: &[Row<SupportId, Support>]) -> Vec<SupportId> {
    tickets.iter().filter(|ticket| ticket.turn() == Turn::Given).map(|ticket| ticket.id).collect()
}

/// A comment with who said it.
type Said = (String, Row<CommentId, Comment>);

/// A thread as it was said, oldest first: the agency's people by name, staff by their desk.
async fn said(
    console: &Console,
    visitor: &Visitor,
    p: Frame,
    comments: Vec<Row<CommentId, Comment>>,
) -> (Frame, Vec<Said>) {
    let author = |comment: &Comment| -> Option<UserId> { author_of(&visitor.actor, comment) };
    let p = p.naming(console, comments.iter().filter_map(|one| author(one))).await;
    let thread = comments.into_iter().rev().map(|one| (p.by(&one.role, &author(&one)), one)).collect();
    (p, thread)
}
