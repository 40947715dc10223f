//! One search over accounts, requests, tickets and movements, for what one actor may see (P1, P2).

use crate::actor::Actor;
use crate::book::Error;
use crate::id::{AccountId, MovementId, RequestId, SupportId};
use crate::money::Amount;
use crate::permission::{Permission, granted};
use crate::row::{Account, Movement, Request, Row, Support};
use crate::store::{AccountFilter, MovementFilter, Page, Reader, RequestFilter, SupportFilter};

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

/// Searches what this actor sees; what it may not read is empty.
pub(super) async fn search(reader: &dyn Reader, actor: &Actor, q: &str, limit: u32) -> Result<Found, Error> {
    let may = |permission| granted(actor.role(), permission).is_some();
    let search = Search { reader, own: actor.account(), q, page: Page { limit, before: None } };
    let mut found = Found::default();
    if may(Permission::ReadAccounts) {
        found.accounts = search.accounts().await?;
        found.movements = search.movements().await?;
    }
    if may(Permission::ReadRequests) {
        found.requests = search.requests().await?;
    }
    if may(Permission::ReadSupport) {
        found.supports = search.supports().await?;
    }
    Ok(found)
}

struct Search<'a> {
    reader: &'a dyn Reader,
    own: Option<AccountId>,
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
        let named = AccountFilter { account: self.own, q: self.text(), ..AccountFilter::default() };
        let referred = AccountFilter { account: self.own, reference: self.text(), ..AccountFilter::default() };
        let mut found = self.reader.accounts(&referred, self.page).await?.items;
        found.extend(self.reader.accounts(&named, self.page).await?.items);
        if let Ok(uuid) = self.q.parse() {
            let by_uuid = AccountFilter { account: self.own, uuid: Some(uuid), ..AccountFilter::default() };
            found.extend(self.reader.accounts(&by_uuid, self.page).await?.items);
        }
        Ok(self.newest(found, |row| row.id.0))
    }

    async fn requests(&self) -> Result<Vec<Row<RequestId, Request>>, Error> {
        let filter = RequestFilter { account: self.own, q: self.text(), ..RequestFilter::default() };
        Ok(self.reader.requests(&filter, self.page).await?.items)
    }

    async fn supports(&self) -> Result<Vec<Row<SupportId, Support>>, Error> {
        let of = |filter: SupportFilter| SupportFilter { account: self.own, ..filter };
        let named = of(SupportFilter { q: self.text(), ..SupportFilter::default() });
        let mut found = self.reader.supports(&named, self.page).await?.items;
        if let Ok(uuid) = self.q.parse() {
            let by_uuid = of(SupportFilter { uuid: Some(uuid), ..SupportFilter::default() });
            found.extend(self.reader.supports(&by_uuid, self.page).await?.items);
        }
        if let Some(sale) = self.sale() {
            let by_sale = of(SupportFilter { etatsdevente_id: Some(sale), ..SupportFilter::default() });
            found.extend(self.reader.supports(&by_sale, self.page).await?.items);
        }
        Ok(self.newest(found, |row| row.id.0))
    }

    async fn movements(&self) -> Result<Vec<Row<MovementId, Movement>>, Error> {
        let of = |filter: MovementFilter| MovementFilter { account: self.own, ..filter };
        let named = of(MovementFilter { q: self.text(), ..MovementFilter::default() });
        let mut found = self.reader.movements(&named, self.page).await?.items;
        if let Ok(amount) = self.q.parse::<Amount>() {
            let of_amount = of(MovementFilter { amount: Some(amount), ..MovementFilter::default() });
            found.extend(self.reader.movements(&of_amount, self.page).await?.items);
        }
        if let Some(sale) = self.sale() {
            let of_sale = of(MovementFilter { etatsdevente_id: Some(sale), ..MovementFilter::default() });
            found.extend(self.reader.movements(&of_sale, self.page).await?.items);
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
