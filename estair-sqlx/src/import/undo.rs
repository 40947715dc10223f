//! A way back: what came in goes again, whole, while nothing else was done on its accounts (L5).

use estair_core::store::{StoreError, StoreErrorKind};

use crate::book::BookStore;
use crate::dialect::Dialect;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::Stored;
use crate::value::Value;

/// Accounts whose rows go by one statement.
const AT_ONCE: usize = 200;

/// What the keys begin with under which rows come in.
pub(super) const KEY: &str = "import:";

/// What tells a fact of something that came in: a field of its data.
const CAME: &str = "data LIKE '%\"imported\":%'";

/// What may have been said of an account that only came in: it is no work on it.
const SAID: &str = "kind IN ('account_changed', 'limit_changed', 'chain_keyed')";

/// What went again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// Accounts.
    pub accounts: u64,
    /// Movements.
    pub movements: u64,
}

impl<D: Dialect> BookStore<D> {
    /// Takes away everything that came in, in one transaction. The former system's tables are not looked at. It deletes rows of
    /// the audit trail: a user that may not, may not do this.
    ///
    /// # Errors
    /// An account on which something else was done since: then nothing goes. The database's trouble.
    pub async fn undo_import(&self) -> Result<Undone, StoreError> {
        let mut transaction = self.db.begin().await?;
        let mut session = self.db.session(&mut transaction);
        let undone = undo(&mut session).await;
        match undone {
            Ok(undone) => transaction.commit().await.map(|()| undone),
            Err(error) => {
                transaction.rollback().await?;
                Err(error)
            }
        }
    }
}

async fn undo<D: Dialect>(session: &mut Session<'_, D>) -> Result<Undone, StoreError> {
    let sql =
        format!("SELECT account_id FROM estair_facts WHERE kind = 'account_created' AND {CAME} ORDER BY account_id");
    let accounts: Vec<u64> = session.read(Sql::new(sql), Stored::read).await?;
    let mut undone = Undone { accounts: accounts.len() as u64, movements: 0 };
    for part in accounts.chunks(AT_ONCE) {
        let ids = || part.iter().map(|id| Value::key(*id));
        let sql = Sql::new("SELECT id FROM estair_accounts WHERE id IN ").list(ids()).and(" ORDER BY id ").and(D::LOCK);
        let _: Vec<u64> = session.read(sql, Stored::read).await?;
        let other = Sql::new("SELECT account_id FROM estair_facts WHERE account_id IN ")
            .list(ids())
            .and(&format!(" AND NOT ({CAME}) AND NOT ({SAID}) ORDER BY account_id LIMIT 1"));
        if let Some(account) = session.read_one(other, <u64 as Stored>::read).await? {
            let problem = format_args!("the import stays: something else was done on account {account} since");
            return Err(StoreError::new(StoreErrorKind::Other, problem));
        }
        for table in [
            "estair_shadow_decisions",
            "mouvement_logs",
            "estair_facts",
            "estair_daily_closings",
            "estair_credit_limit_history",
            "estair_account_changes",
        ] {
            session.execute(Sql::new(format!("DELETE FROM {table} WHERE account_id IN ")).list(ids())).await?;
        }
        let movements = session.execute(Sql::new("DELETE FROM mouvements WHERE account_id IN ").list(ids())).await?;
        undone.movements = undone.movements.saturating_add(movements);
        session.execute(Sql::new("DELETE FROM estair_accounts WHERE id IN ").list(ids())).await?;
    }
    let keys = format!("DELETE FROM estair_idempotency_keys WHERE idempotency_key LIKE '{KEY}%'");
    session.execute(Sql::new(keys)).await?;
    Ok(undone)
}
