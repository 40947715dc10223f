//! Chains that were made without a key are sealed with the host's from now on (W4).

use crate::actor::Actor;
use crate::book::{Book, Error, Submission, without_key};
use crate::command::Command;
use crate::id::AccountId;
use crate::store::{AccountFilter, MAX_PAGE, Page, Reader, StoreError};

/// What became of a book's chains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyedChains {
    /// Accounts whose chains are sealed from now on.
    pub sealed: u64,
    /// Accounts that were left as they are: their chains need no key while others' do.
    pub left: Vec<AccountId>,
}

/// Seals every account's chains with the book's key from now on, as long as none is sealed yet; does nothing without a key. A host
/// calls it once, when it starts.
///
/// Where some accounts are sealed and others are not, it seals none: whoever can write the tables could have written an
/// account's past anew and taken its mark away, and the seal would cover that. They are [`left`](KeyedChains::left), verifying finds
/// them, and somebody who knows why seals them ([`key_left_chains`]): a process without the key has made them, or the first
/// sealing was cut off.
///
/// # Errors
/// Accounts that are sealed, and a policy without a key: nothing can be written on them. The store's trouble: what was sealed stays so.
pub async fn key_chains(book: &Book, reader: &dyn Reader) -> Result<KeyedChains, Error> {
    let (unsealed, are_some_sealed) = unsealed(reader).await?;
    if book.policy().audit_keys.is_none() {
        return match are_some_sealed {
            true => Err(without_key("the book is").into()),
            false => Ok(KeyedChains::default()),
        };
    }
    if are_some_sealed {
        return Ok(KeyedChains { sealed: 0, left: unsealed });
    }
    Ok(KeyedChains { sealed: seal(book, unsealed).await?, left: Vec::new() })
}

/// Seals the chains that [`key_chains`] has left. Gives how many accounts that were.
///
/// # Errors
/// As [`key_chains`].
pub async fn key_left_chains(book: &Book, reader: &dyn Reader) -> Result<u64, Error> {
    let (unsealed, _) = unsealed(reader).await?;
    seal(book, unsealed).await
}

/// The accounts whose chains are not sealed, and whether others' are.
async fn unsealed(reader: &dyn Reader) -> Result<(Vec<AccountId>, bool), StoreError> {
    let (mut unsealed, mut are_some_sealed) = (Vec::new(), false);
    let mut page = Page { limit: MAX_PAGE, before: None };
    loop {
        let slice = reader.accounts(&AccountFilter::default(), page).await?;
        for account in &slice.items {
            match account.keyed {
                Some(_) => are_some_sealed = true,
                None => unsealed.push(account.id),
            }
        }
        page.before = slice.next;
        if page.before.is_none() {
            return Ok((unsealed, are_some_sealed));
        }
    }
}

async fn seal(book: &Book, accounts: Vec<AccountId>) -> Result<u64, Error> {
    let mut sealed = 0_u64;
    for account in accounts {
        book.run(Submission::new(Actor::System, Command::KeyChain(account))).await?;
        sealed = sealed.saturating_add(1);
    }
    Ok(sealed)
}
