//! Whom a notification reaches: the addresses of accounts and staff, the devices of people, what they chose not to get.

use estair_core::actor::Role;
use estair_core::id::{AccountId, UserId};
use estair_core::notice::{Audience, Channel, Notice};
use estair_core::notification::{Directory, Recipient, Subscriptions};
use estair_core::store::{Reader, StoreError};
use std::sync::Arc;

use async_trait::async_trait;
use estair_sqlx::{User, UserDirectory};

use crate::stores::Stores;

/// The addresses of the server's people.
pub struct Addresses {
    users: Arc<dyn UserDirectory>,
    reader: Arc<dyn Reader>,
    subscriptions: Arc<dyn Subscriptions>,
}

impl Addresses {
    /// Those that these databases hold.
    #[must_use]
    pub fn new(stores: &Stores) -> Self {
        Self {
            users: Arc::clone(&stores.users),
            reader: Arc::clone(&stores.reader),
            subscriptions: Arc::clone(&stores.subscriptions),
        }
    }

    async fn members(&self, audience: Audience, account: Option<AccountId>) -> Result<Vec<User>, StoreError> {
        match (audience, account) {
            (Audience::Finance, _) => self.users.users_of_role(Role::Finance).await,
            (Audience::Operation, _) => self.users.users_of_role(Role::Operation).await,
            (Audience::Admin, _) => self.users.users_of_role(Role::Admin).await,
            (Audience::Client, Some(account)) => self.users.clients_of(account).await,
            (Audience::Client, None) | (Audience::Critical, _) => Ok(Vec::new()),
        }
    }

    /// Those of these users who chose not to be told this by this channel.
    async fn opted_out(&self, users: &[UserId], notice: Notice, channel: Channel) -> Result<Vec<UserId>, StoreError> {
        let outs = self.subscriptions.opt_outs(users).await?;
        Ok(outs.into_iter().filter(|(_, n, c)| (*n, *c) == (notice, channel)).map(|(user, ..)| user).collect())
    }

    /// A client's mail goes to its account's address (N1); it is not wanted when none of the client's people wants it.
    async fn account_address(
        &self,
        account: Option<AccountId>,
        members: &[UserId],
        outs: &[UserId],
    ) -> Result<Vec<Recipient>, StoreError> {
        let Some(account) = account else { return Ok(Vec::new()) };
        let address = self.reader.account(account).await?.and_then(|account| account.data.email);
        let opted_out = !members.is_empty() && members.iter().all(|member| outs.contains(member));
        Ok(address.map(|address| Recipient { user: None, address, opted_out }).into_iter().collect())
    }
}

#[async_trait]
impl Directory for Addresses {
    async fn recipients(
        &self,
        audience: Audience,
        channel: Channel,
        notice: Notice,
        account: Option<AccountId>,
    ) -> Result<Vec<Recipient>, StoreError> {
        if audience == Audience::Critical || channel.is_shared() {
            // The channel itself knows where that goes.
            return Ok(vec![Recipient { user: None, address: String::new(), opted_out: false }]);
        }
        let members = self.members(audience, account).await?;
        let ids: Vec<_> = members.iter().map(|member| member.id).collect();
        let outs = self.opted_out(&ids, notice, channel).await?;
        let recipient =
            |user: UserId, address| Recipient { user: Some(user), address, opted_out: outs.contains(&user) };
        match (channel, audience) {
            (Channel::Push, _) => {
                let devices = self.subscriptions.devices(&ids).await?;
                Ok(devices.into_iter().map(|(user, device)| recipient(user, device.endpoint)).collect())
            }
            (_, Audience::Client) => self.account_address(account, &ids, &outs).await,
            _ => Ok(members.into_iter().filter_map(|user| Some(recipient(user.id, user.email?))).collect()),
        }
    }
}
