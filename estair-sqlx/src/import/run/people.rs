//! People, who sign in by their address, and their devices.

use std::collections::BTreeMap;
use std::sync::Arc;

use estair_core::id::{AccountId, UserId};
use estair_core::notification::Subscribed;
use estair_core::store::StoreError;

use super::{Import, Mode, store_error};
use crate::import::groups::Groups;
use crate::import::people;
use crate::import::reading::Reading;
use crate::import::report::Outcome;
use crate::import::rules::{Dirt, Trouble};
use crate::import::runs::once;
use crate::import::source::{OldRow, Which};

impl Import {
    /// People by the account whose clients they are; staff come at once.
    pub(super) async fn people_by_account(
        &mut self,
        groups: &Groups,
    ) -> Result<BTreeMap<Option<String>, Vec<OldRow>>, StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let mut by_account: BTreeMap<Option<String>, Vec<OldRow>> = BTreeMap::new();
        let Some(table) = &mapping.people else { return Ok(by_account) };
        let place = table.place();
        let account = place.column("account_id");
        for row in self.rows(place, Which::All, false).await? {
            let of = row.get(&account).map(|account| account.trim()).filter(|account| !account.is_empty());
            let of = of.map(|account| groups.account_of(Some(account)).0.to_owned());
            by_account.entry(of).or_default().push(row);
        }
        let staff = by_account.remove(&None).unwrap_or_default();
        self.bring_people(staff, &BTreeMap::new()).await?;
        Ok(by_account)
    }

    pub(super) async fn bring_people(
        &mut self,
        rows: Vec<OldRow>,
        accounts: &BTreeMap<String, AccountId>,
    ) -> Result<(), StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let Some(table) = &mapping.people else { return Ok(()) };
        for row in rows {
            let mut reading = Reading::new(&mapping, table.place(), &row, self.now);
            let id = reading.field("id").unwrap_or_default().to_owned();
            if !self.taken.take(&table.table, &id) {
                self.stays(&table.table, &id, &Trouble::new(Dirt::Number, "its number stands twice"))?;
                continue;
            }
            match people::person(&mut reading, table, accounts, self.now) {
                Err(trouble) => self.stays(&table.table, &id, &trouble)?,
                Ok(person) => self.bring_person(&table.table, &id, &person, reading.said()).await?,
            }
        }
        Ok(())
    }

    pub(super) async fn bring_person(
        &mut self,
        table: &str,
        id: &str,
        person: &crate::users::NewUser,
        mended: Option<String>,
    ) -> Result<(), StoreError> {
        let reference = format!("{table}-{id}");
        let Some((users, _)) = self.target.people.clone() else {
            self.report.note(table, id, Outcome::LeftOut, Some("the host keeps its people itself".to_owned()));
            return Ok(());
        };
        let user = match (self.people.get(&reference).copied(), self.mode) {
            (Some(user), _) => {
                self.report.note(table, id, Outcome::Known, None);
                user
            }
            (None, Mode::Compare) => {
                self.report.note(table, id, Outcome::Quarantined, Some("is not among the people".to_owned()));
                return Ok(());
            }
            (None, mode) => {
                let outcome = if mended.is_some() { Outcome::Mended } else { Outcome::Comes };
                self.report.note(table, id, outcome, mended);
                match mode {
                    Mode::Write => {
                        let made = users.create_user(person, Some(&once(self.run, &reference))).await;
                        made.map_err(store_error)?.made.id
                    }
                    _ => UserId(id.parse().unwrap_or_default()),
                }
            }
        };
        if let Some(authors) = &mut self.authors {
            authors.insert(id.to_owned(), user);
        }
        Ok(())
    }

    pub(super) async fn bring_devices(&mut self) -> Result<(), StoreError> {
        let mapping = Arc::clone(&self.mapping);
        let Some(table) = &mapping.devices else { return Ok(()) };
        let Some((_, subscriptions)) = self.target.people.clone() else { return Ok(()) };
        for row in self.rows(table.place(), Which::All, false).await? {
            let reading = Reading::new(&mapping, table.place(), &row, self.now);
            let id = reading.field("id").unwrap_or_default().to_owned();
            let user = reading.field("user_id").unwrap_or_default();
            let owner = match &self.authors {
                None => user.parse().ok().map(UserId),
                Some(authors) => authors.get(user).copied(),
            };
            let owner = owner.ok_or_else(|| Trouble::new(Dirt::Author, format_args!("person {user:?} did not come")));
            let read = owner.and_then(|owner| Ok((owner, people::device(&reading)?)));
            let (owner, device) = match read {
                Ok(read) => read,
                Err(trouble) => {
                    self.stays(&table.table, &id, &trouble)?;
                    continue;
                }
            };
            let there = subscriptions.device(&device.endpoint).await?;
            let taken = || Trouble::new(Dirt::Device, "its endpoint is known with other keys");
            match (there, self.mode) {
                (Some(there), _) if there.has_keys_of(&device) => {
                    self.report.note(&table.table, &id, Outcome::Known, None)
                }
                (Some(_), _) => self.stays(&table.table, &id, &taken())?,
                (None, Mode::Compare) => {
                    self.report.note(&table.table, &id, Outcome::Quarantined, Some("is not there".to_owned()));
                }
                (None, Mode::DryRun) => self.report.note(&table.table, &id, Outcome::Comes, None),
                (None, Mode::Write) => match subscriptions.subscribe(owner, &device, self.now, None).await? {
                    Subscribed::OfAnother => self.stays(&table.table, &id, &taken())?,
                    _ => self.report.note(&table.table, &id, Outcome::Comes, None),
                },
            }
        }
        Ok(())
    }
}
