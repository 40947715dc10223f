//! The marks of lists: what waits for somebody and has changed since that person was shown it. They are kept by person, so that
//! every server and every browser knows them; a page notes the version that it shows.

use std::collections::BTreeSet;

use estair_core::actor::Role;
use estair_core::category::Status;
use estair_core::id::{RequestId, SupportId};
use estair_core::notification::Shown;
use estair_core::request::Request;
use estair_core::row::Row;
use estair_core::store::StoreError;
use estair_core::support::{Side, Support, Turn};

use super::super::pages::desks_of;
use super::super::state::Console;
use super::super::visitor::Visitor;

/// What is marked, by id.
pub(crate) type Unseen = BTreeSet<u64>;

/// A row as far as its mark goes.
struct Line {
    id: u64,
    version: u64,
    /// Does it wait for the visitor's side?
    waits: bool,
}

impl Line {
    /// Staff is shown what waits for them, new or changed; a client what has changed since, and what waits unseen.
    fn is_unseen(&self, by: Role, seen: Option<u64>) -> bool {
        let changed = seen.map(|seen| seen < self.version);
        match by {
            Role::Client => changed.unwrap_or(self.waits),
            _ => self.waits && changed.unwrap_or(true),
        }
    }
}

/// The financial requests to mark: to staff those that wait for their desk.
pub(crate) async fn unseen_requests<'r>(
    console: &Console,
    visitor: &Visitor,
    rows: impl IntoIterator<Item = &'r Row<RequestId, Request>>,
) -> Result<Unseen, StoreError> {
    let desks = desks_of(visitor.actor.role());
    let line = |row: &Row<RequestId, Request>| Line {
        id: row.id.0,
        version: row.version,
        waits: matches!(row.status, Status::Open | Status::Waiting) && desks.contains(&row.assigned_to),
    };
    unseen(console, visitor, Shown::Request, rows.into_iter().map(line).collect()).await
}

/// The tickets to mark: those whose turn it is.
pub(crate) async fn unseen_tickets<'r>(
    console: &Console,
    visitor: &Visitor,
    rows: impl IntoIterator<Item = &'r Row<SupportId, Support>>,
) -> Result<Unseen, StoreError> {
    let side = if visitor.is_client() { Side::Client } else { Side::Staff };
    let line = |row: &Row<SupportId, Support>| Line {
        id: row.id.0,
        version: row.version,
        waits: Turn::awaiting(side).contains(&row.turn()),
    };
    unseen(console, visitor, Shown::Support, rows.into_iter().map(line).collect()).await
}

async fn unseen(console: &Console, visitor: &Visitor, what: Shown, lines: Vec<Line>) -> Result<Unseen, StoreError> {
    let by = visitor.actor.role();
    let Some(own) = console.marks(visitor).filter(|_| !lines.is_empty()) else { return Ok(Unseen::new()) };
    let ids: Vec<_> = lines.iter().map(|line| line.id).collect();
    let seen = own.seen(what, &ids).await?;
    let is_unseen = |line: &&Line| line.is_unseen(by, seen.get(&line.id).copied());
    Ok(lines.iter().filter(is_unseen).map(|line| line.id).collect())
}

/// Notes what a page shows. A page is shown all the same where that cannot be kept.
pub(crate) async fn note_seen(console: &Console, visitor: &Visitor, what: Shown, id: u64, version: u64) {
    let Some(own) = console.marks(visitor) else { return };
    if let Err(error) = own.see(what, id, version).await {
        tracing::warn!(%error, %what, id, "what somebody was shown could not be noted");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_is_shown_what_waits_and_a_client_what_has_changed() {
        let line = |waits| Line { id: 1, version: 4, waits };
        for (waits, seen, staff, client) in [
            (true, None, true, true),
            (true, Some(3), true, true),
            (true, Some(4), false, false),
            (false, None, false, false),
            (false, Some(3), false, true),
            (false, Some(4), false, false),
        ] {
            assert_eq!(line(waits).is_unseen(Role::Finance, seen), staff, "{waits} {seen:?}");
            assert_eq!(line(waits).is_unseen(Role::Client, seen), client, "{waits} {seen:?}");
        }
    }
}
