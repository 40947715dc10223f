//! Accounts as one actor sees them, and their past (P2, F7).

use std::collections::BTreeMap;

use crate::book::Error;
use crate::book::view::View;
use crate::clock::{BusinessDay, DayOffset};
use crate::id::AccountId;
use crate::money::Money;
use crate::permission::{Permission, require_sight, sees};
use crate::row::{Account, AccountChange, Closing, LimitChange, Row, State, past_state};
use crate::store::{AccountFilter, Page, Slice};

/// An account as it was on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountOn {
    /// The account as it is now.
    pub account: Row<AccountId, Account>,
    /// Its figures on that day (F7).
    pub state: State,
    /// Its limit at the end of that day (C6).
    pub limit: Money,
}

impl View {
    /// Accounts, newest first.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`](crate::refusal::Refusal::Forbidden), or the store's trouble.
    pub async fn accounts(
        &self,
        mut filter: AccountFilter,
        page: Page,
    ) -> Result<Slice<Row<AccountId, Account>>, Error> {
        self.require(Permission::ReadAccounts)?;
        if !self.narrow(&mut filter.account) {
            return Ok(Slice::empty());
        }
        let Some(rollout) = filter.rollout else { return Ok(self.reader.accounts(&filter, page).await?) };
        // Where an account stands of which nothing was said only the plan knows: the page is filled from what fits.
        let (mut items, mut from) = (Vec::new(), page);
        loop {
            let mut slice = self.reader.accounts(&filter, from).await?;
            slice.items.retain(|row| self.rollout_of(row) == rollout);
            items.append(&mut slice.items);
            let most = usize::try_from(page.limit).unwrap_or(usize::MAX);
            if items.len() > most || slice.next.is_none() {
                let more = items.len() > most;
                items.truncate(most);
                let next = items.last().map(|row| row.id.0).filter(|_| more);
                return Ok(Slice { items, next });
            }
            from.before = slice.next;
        }
    }

    /// One account.
    ///
    /// # Errors
    /// [`Refusal::NotFound`](crate::refusal::Refusal::NotFound), [`Refusal::Forbidden`](crate::refusal::Refusal::Forbidden), or the store's trouble.
    pub async fn account(&self, id: AccountId) -> Result<Row<AccountId, Account>, Error> {
        self.account_for(id, Permission::ReadAccounts).await
    }

    /// Those of these accounts that the actor sees, in one read.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`](crate::refusal::Refusal::Forbidden), or the store's trouble.
    pub async fn accounts_of(&self, ids: &[AccountId]) -> Result<BTreeMap<AccountId, Row<AccountId, Account>>, Error> {
        self.require(Permission::ReadAccounts)?;
        let seen: Vec<_> = ids.iter().copied().filter(|id| sees(&self.actor, *id)).collect();
        let found = self.reader.accounts_of(&seen).await?;
        Ok(found.into_iter().map(|row| (row.id, row)).collect())
    }

    async fn account_for(&self, id: AccountId, permission: Permission) -> Result<Row<AccountId, Account>, Error> {
        require_sight(&self.actor, id, "account")?;
        let found = self.reader.account(id).await?;
        Ok(self.seen(found, |row| row.id, "account", permission)?)
    }

    /// An account with its figures and its limit of a day that is not to come: the account's own while it has not rolled
    /// on, else those of the last closing (F7).
    ///
    /// # Errors
    /// As [`account`](Self::account).
    pub async fn account_on(&self, id: AccountId, day: BusinessDay, offset: DayOffset) -> Result<AccountOn, Error> {
        let account = self.account(id).await?;
        self.as_on(account, day, offset).await
    }

    /// A page of accounts, each as on a day that is not to come.
    ///
    /// # Errors
    /// As [`accounts`](Self::accounts).
    pub async fn accounts_on(
        &self,
        filter: AccountFilter,
        page: Page,
        day: BusinessDay,
        offset: DayOffset,
    ) -> Result<Slice<AccountOn>, Error> {
        let Slice { items, next } = self.accounts(filter, page).await?;
        let mut on = Vec::with_capacity(items.len());
        for account in items {
            on.push(self.as_on(account, day, offset).await?);
        }
        Ok(Slice { items: on, next })
    }

    async fn as_on(
        &self,
        account: Row<AccountId, Account>,
        day: BusinessDay,
        offset: DayOffset,
    ) -> Result<AccountOn, Error> {
        let id = account.id;
        let closing = if day < account.day { self.reader.closing(id, day).await? } else { None };
        let state = if day >= account.day {
            account.state_on(day)
        } else {
            past_state(day, closing.as_ref(), account.currency())
        };
        let was_there = day >= account.day || closing.is_some() || offset.end_of(day) > account.created_at;
        let limit = match self.reader.limit_at(id, offset.end_of(day)).await? {
            Some(limit) => limit,
            None if was_there => account.limit,
            None => Money::zero(account.currency()),
        };
        Ok(AccountOn { account, state, limit })
    }

    /// An account's limit, with its changes, newest first.
    ///
    /// # Errors
    /// As [`account`](Self::account).
    pub async fn limit(
        &self,
        id: AccountId,
        page: Page,
    ) -> Result<(Row<AccountId, Account>, Slice<Row<u64, LimitChange>>), Error> {
        let account = self.account_for(id, Permission::ReadLimit).await?;
        let history = self.reader.limit_history(id, page).await?;
        Ok((account, history))
    }

    /// The changes of an account's name, address and status, newest first (A1, A2).
    ///
    /// # Errors
    /// As [`account`](Self::account).
    pub async fn account_history(&self, id: AccountId, page: Page) -> Result<Slice<Row<u64, AccountChange>>, Error> {
        self.account_for(id, Permission::ReadLimit).await?;
        Ok(self.reader.account_history(id, page).await?)
    }

    /// The closings of an account between two days, oldest first, and before them the last one before the first day.
    ///
    /// # Errors
    /// As [`account`](Self::account).
    pub async fn closings(&self, id: AccountId, from: BusinessDay, to: BusinessDay) -> Result<Vec<Closing>, Error> {
        self.account(id).await?;
        let before = self.reader.closing(id, from).await?.filter(|closing| closing.state.day < from);
        let within = self.reader.closings(id, from, to).await?;
        Ok(before.into_iter().chain(within).collect())
    }
}
