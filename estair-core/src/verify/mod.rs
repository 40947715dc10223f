//! Verifying a book: everything that is kept is computed again from what it follows from, and compared (F8, W4, V1, V2).
//!
//! Guarantees: on a book that only this crate wrote, there is no finding. Whatever is evidence and was changed, added or
//! removed by hand is found, with its ids; what is not evidence is listed, column by column ([`UNCOVERED`]). Of a broken chain
//! the first broken link is told. It reads in pages and keeps what it must of one account: a million movements need no more
//! memory than a thousand.

mod anchor;
mod chain;
mod closings;
mod coverage;
mod facts;
mod messages;
mod report;
mod rows;

pub use crate::audit::Head;
pub use anchor::{Anchor, compare, make_anchor};
pub use coverage::UNCOVERED;
pub use messages::verify_messages;
pub use report::{Finding, Report};

use crate::audit::AuditKeys;
use crate::id::AccountId;
use crate::row::{Account, Row};
use crate::store::{AccountFilter, AuditReader, MAX_PAGE, Page, StoreError, StoreErrorKind};

/// Rows that one read brings.
const BATCH: u32 = 1_000;

/// Verifies the whole book: every row of every table that is evidence, each account's figures, chains and closings.
///
/// # Errors
/// The store's trouble: nothing is known then.
pub async fn verify(reader: &dyn AuditReader, keys: Option<&AuditKeys>) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let mut page = Page { limit: MAX_PAGE, before: None };
    loop {
        let accounts = reader.accounts(&AccountFilter::default(), page).await;
        let Some(slice) = report.note(accounts)? else { break };
        for account in &slice.items {
            verify_account(reader, account, keys, &mut report).await?;
        }
        page.before = slice.next;
        if page.before.is_none() {
            break;
        }
    }
    rows::verify_rows(reader, keys, &mut report).await?;
    Ok(report)
}

/// Verifies one account, as it was when it was read. What cannot be read is a finding of it.
///
/// # Errors
/// The store's trouble.
pub async fn verify_account(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    keys: Option<&AuditKeys>,
    report: &mut Report,
) -> Result<(), StoreError> {
    match look_at(reader, stored, keys, report).await {
        Err(error) if error.kind() == StoreErrorKind::Corrupt => {
            report.find(Finding::on_account(stored.id, error));
            Ok(())
        }
        outcome => outcome,
    }
}

async fn look_at(
    reader: &dyn AuditReader,
    stored: &Row<AccountId, Account>,
    keys: Option<&AuditKeys>,
    report: &mut Report,
) -> Result<(), StoreError> {
    report.accounts = report.accounts.saturating_add(1);
    let chain = chain::walk(reader, stored, keys, report).await?;
    let facts = facts::walk(reader, stored, keys, report).await?;
    if let (Some(chain), Some(facts)) = (&chain, &facts) {
        check_keyed(stored, chain.at_keyed, facts.at_keyed, keys, report);
    }
    match chain {
        Some(chain) => closings::check(reader, stored, &chain.closed, report).await,
        // What a broken chain says about closings is worth nothing.
        None => Ok(()),
    }
}

/// With a key, a book that no start has sealed, or another key has, is a finding (W4).
fn check_keyed(
    stored: &Row<AccountId, Account>,
    link: crate::hash::Hash,
    fact: crate::hash::Hash,
    keys: Option<&AuditKeys>,
    report: &mut Report,
) {
    let Some(keys) = keys else { return };
    let problem = match &stored.keyed {
        None => "its chains are not sealed with a key",
        Some(keyed) if !keyed.is_believed(stored.uuid, link, fact, keys) => {
            "from where on its chains are sealed was written with another key, or changed"
        }
        Some(_) => return,
    };
    report.find(Finding::on_account(stored.id, problem));
}

/// Is the book sealed with a key, so that it cannot be judged without one?
///
/// # Errors
/// The store's trouble.
pub async fn needs_a_key(reader: &dyn AuditReader) -> Result<bool, StoreError> {
    let mut page = Page { limit: MAX_PAGE, before: None };
    loop {
        let slice = reader.accounts(&AccountFilter::default(), page).await?;
        if slice.items.iter().any(|account| account.keyed.is_some()) {
            return Ok(true);
        }
        page.before = slice.next;
        if page.before.is_none() {
            return Ok(false);
        }
    }
}
