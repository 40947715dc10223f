//! Chains that were made without a key are sealed with the host's from now on (W4).

use crate::actor::Actor;
use crate::book::{Book, Error, Submission};
use crate::command::Command;
use crate::store::{AccountFilter, MAX_PAGE, Page, Reader};

/// Seals every account's chains with the book's key from now on, where they are not; does nothing for a book without one.
/// A host calls it once, when it starts. Gives how many accounts that were.
///
/// # Errors
/// The store's trouble: what was sealed stays so.
pub async fn key_chains(book: &Book, reader: &dyn Reader) -> Result<u64, Error> {
    let mut sealed = 0_u64;
    if book.policy().audit_keys.is_none() {
        return Ok(sealed);
    }
    let mut page = Page { limit: MAX_PAGE, before: None };
    loop {
        let slice = reader.accounts(&AccountFilter::default(), page).await?;
        for account in slice.items.iter().filter(|account| account.keyed.is_none()) {
            book.run(Submission::new(Actor::System, Command::KeyChain(account.id))).await?;
            sealed = sealed.saturating_add(1);
        }
        page.before = slice.next;
        if page.before.is_none() {
            return Ok(sealed);
        }
    }
}
