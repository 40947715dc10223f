//! The accounts that the rows of a page name.

use std::collections::{BTreeMap, BTreeSet};

use estair_core::account::Account;
use estair_core::book::{Error, View};
use estair_core::id::AccountId;
use estair_core::refusal::Refusal;
use estair_core::row::Row;

/// Accounts that a page names, read in one go.
pub(crate) type Accounts = BTreeMap<AccountId, Row<AccountId, Account>>;

/// Reads the accounts that the rows of a page name: no more than the page has rows.
pub(crate) async fn accounts_of(
    view: &View,
    ids: impl IntoIterator<Item = AccountId> + Send,
) -> Result<Accounts, Error> {
    let ids: BTreeSet<_> = ids.into_iter().collect();
    view.accounts_of(&ids.into_iter().collect::<Vec<_>>()).await
}

/// An account, if it is there.
pub(crate) async fn account(view: &View, id: AccountId) -> Result<Option<Row<AccountId, Account>>, Error> {
    match view.account(id).await {
        Err(Error::Refused(Refusal::NotFound { .. })) => Ok(None),
        found => found.map(Some),
    }
}

/// The name of an account, or its number while it has none to show.
pub(crate) fn name_of(accounts: &Accounts, id: AccountId) -> String {
    accounts.get(&id).map_or_else(|| id.to_string(), |account| account.name.clone())
}
