//! Movements, statements and the audit trail as one actor sees them (P1, P2).

use crate::audit::Log;
use crate::book::Error;
use crate::book::view::View;
use crate::id::{AccountId, MovementId};
use crate::permission::{Permission, require_sight};
use crate::row::{Movement, Row};
use crate::store::{LogFilter, MovementFilter, Page, Slice, Statement, StatementFilter};

impl View {
    /// A page of an account's statement.
    ///
    /// # Errors
    /// As [`account`](Self::account).
    pub async fn statement(&self, id: AccountId, filter: &StatementFilter, page: Page) -> Result<Statement, Error> {
        require_sight(&self.actor, id, "account")?;
        let statement = self.reader.statement(id, filter, page).await?;
        Ok(self.seen(statement, |_| id, "account", Permission::ReadAccounts)?)
    }

    /// One movement.
    ///
    /// # Errors
    /// [`Refusal::NotFound`](crate::refusal::Refusal::NotFound), [`Refusal::Forbidden`](crate::refusal::Refusal::Forbidden), or the store's trouble.
    pub async fn movement(&self, id: MovementId) -> Result<Row<MovementId, Movement>, Error> {
        let found = self.reader.movement(id).await?;
        Ok(self.seen(found, |row| row.account, "movement", Permission::ReadAccounts)?)
    }

    /// The lines of a statement after this sequence, oldest first.
    ///
    /// # Errors
    /// As [`account`](Self::account).
    pub async fn statement_lines(
        &self,
        id: AccountId,
        filter: &StatementFilter,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Row<MovementId, Movement>>, Error> {
        self.account(id).await?;
        Ok(self.reader.statement_lines(id, filter, after, limit).await?)
    }

    /// Movements of all accounts, newest first.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`](crate::refusal::Refusal::Forbidden), or the store's trouble.
    pub async fn movements(
        &self,
        filter: &MovementFilter,
        page: Page,
    ) -> Result<Slice<Row<MovementId, Movement>>, Error> {
        self.require(Permission::ListMovements)?;
        Ok(self.reader.movements(filter, page).await?)
    }

    /// The audit trail of all accounts, newest first.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`](crate::refusal::Refusal::Forbidden), or the store's trouble.
    pub async fn all_logs(&self, filter: &LogFilter, page: Page) -> Result<Slice<Row<u64, Log>>, Error> {
        self.require(Permission::ReadAudit)?;
        Ok(self.reader.all_logs(filter, page).await?)
    }

    /// The audit rows of a movement, newest first.
    ///
    /// # Errors
    /// As [`movement`](Self::movement).
    pub async fn logs(&self, id: MovementId, page: Page) -> Result<Slice<Row<u64, Log>>, Error> {
        self.movement(id).await?;
        Ok(self.reader.logs(id, page).await?)
    }
}
