//! One search over accounts, requests, tickets and movements. It reads as the lists do, so that it finds what the actor's
//! lists show and nothing else: no foreign row, and for a client no draft (P1, P2, R8).

use crate::book::Error;
use crate::book::view::View;
use crate::id::{AccountId, MovementId, RequestId, SupportId};
use crate::money::Amount;
use crate::permission::Permission;
use crate::row::{Account, Movement, Request, Row, Support};
use crate::store::{AccountFilter, MovementFilter, Page, RequestFilter, SupportFilter};

/// What a text was found in, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Accounts.
    pub accounts: Vec<Row<AccountId, Account>>,
    /// Financial requests.
    pub requests: Vec<Row<RequestId, Request>>,
    /// Support requests.
    pub supports: Vec<Row<SupportId, Support>>,
    /// Movements.
    pub movements: Vec<Row<MovementId, Movement>>,
}

impl View {
    /// What is found by a text, at most so many of each kind: names, references, uuids, whole amounts and sales, of what the
    /// actor may see; what it may not read is empty.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn search(&self, q: &str, limit: u32) -> Result<Found, Error> {
        let search = Search { view: self, q, page: Page { limit, before: None } };
        let mut found = Found::default();
        if self.may(Permission::ReadAccounts) {
            found.accounts = search.accounts().await?;
            found.movements = search.movements().await?;
        }
        if self.may(Permission::ReadRequests) {
            let named = RequestFilter { q: search.text(), ..RequestFilter::default() };
            found.requests = self.requests(named, search.page).await?.items;
        }
        if self.may(Permission::ReadSupport) {
            found.supports = search.supports().await?;
        }
        Ok(found)
    }
}

struct Search<'a> {
    view: &'a View,
    q: &'a str,
    page: Page,
}

impl Search<'_> {
    fn text(&self) -> Option<String> {
        Some(self.q.to_owned())
    }

    /// A sale's number, where the text is one.
    fn sale(&self) -> Option<u64> {
        self.q.parse().ok().filter(|number| i64::try_from(*number).is_ok())
    }

    async fn accounts(&self) -> Result<Vec<Row<AccountId, Account>>, Error> {
        let mut ways = vec![
            AccountFilter { reference: self.text(), ..AccountFilter::default() },
            AccountFilter { q: self.text(), ..AccountFilter::default() },
        ];
        ways.extend(self.q.parse().ok().map(|uuid| AccountFilter { uuid: Some(uuid), ..AccountFilter::default() }));
        let mut found = Vec::new();
        for filter in ways {
            found.extend(self.view.accounts(filter, self.page).await?.items);
        }
        Ok(self.newest(found, |row| row.id.0))
    }

    async fn supports(&self) -> Result<Vec<Row<SupportId, Support>>, Error> {
        let mut ways = vec![SupportFilter { q: self.text(), ..SupportFilter::default() }];
        ways.extend(self.q.parse().ok().map(|uuid| SupportFilter { uuid: Some(uuid), ..SupportFilter::default() }));
        ways.extend(self.sale().map(|sale| SupportFilter { etatsdevente_id: Some(sale), ..SupportFilter::default() }));
        let mut found = Vec::new();
        for filter in ways {
            found.extend(self.view.supports(filter, self.page).await?.items);
        }
        Ok(self.newest(found, |row| row.id.0))
    }

    /// Who may not list the movements of all accounts reads those of its own, as its statement does.
    async fn movements(&self) -> Result<Vec<Row<MovementId, Movement>>, Error> {
        let amount = self.q.parse::<Amount>().ok();
        let mut ways = vec![MovementFilter { q: self.text(), ..MovementFilter::default() }];
        ways.extend(amount.map(|amount| MovementFilter { amount: Some(amount), ..MovementFilter::default() }));
        ways.extend(
            self.sale().map(|sale| MovementFilter { etatsdevente_id: Some(sale), ..MovementFilter::default() }),
        );
        let mut found = Vec::new();
        for mut filter in ways {
            if self.view.narrow(&mut filter.account) {
                found.extend(self.view.reader.movements(&filter, self.page).await?.items);
            }
        }
        Ok(self.newest(found, |row| row.id.0))
    }

    /// Each once, the newest first, no more than a page.
    fn newest<T>(&self, mut rows: Vec<T>, number: impl Fn(&T) -> u64) -> Vec<T> {
        rows.sort_by_key(|row| std::cmp::Reverse(number(row)));
        rows.dedup_by_key(|row| number(row));
        rows.truncate(self.page.limit as usize);
        rows
    }
}
