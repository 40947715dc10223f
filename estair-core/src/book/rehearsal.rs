//! What commands would come to, of which nothing is kept.

use std::collections::BTreeMap;

use crate::actor::{Actor, Origin};
use crate::clock::Ids;
use crate::command::Command;
use crate::decision::{Context, Decision, LockSet, PendingAnswer};
use crate::id::MovementId;
use crate::permission::{Permission, require};
use crate::refusal::Refusal;
use crate::row::{Movement, Row};
use crate::store::StoreError;

use super::{Book, Error};

impl Book {
    /// Decides commands one after the other, each seeing what those before it would have changed, and keeps nothing: the same
    /// decisions as [`run_all`](Self::run_all) would save.
    ///
    /// # Errors
    /// The store's trouble; refusals are among the outcomes.
    pub async fn rehearse(
        &self,
        actor: Actor,
        commands: &[Command],
    ) -> Result<Vec<Result<PendingAnswer, Refusal>>, StoreError> {
        let mut locks = LockSet::default();
        commands.iter().for_each(|command| locks.merge(command.lock_set(&actor)));
        let mut transaction = self.store.begin(0).await?;
        let mut snapshot = transaction.load(&locks).await?;
        transaction.rollback().await?;
        let (now, origin) = (self.clock.now(), Origin::default());
        let decided = commands.iter().map(|command| {
            let mut ids = Ids::new(now, self.ids.seed());
            let mut context = Context { actor: &actor, origin: &origin, now, policy: &self.policy, ids: &mut ids };
            let Decision { changes, answer } = command.decide(&mut context, &snapshot)?;
            snapshot.apply(&changes);
            Ok(answer)
        });
        Ok(decided.collect())
    }

    /// The movements of these names, written or failed, for who may post files of payments (L7).
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], or the store's trouble.
    pub async fn movements_named(
        &self,
        actor: &Actor,
        names: impl IntoIterator<Item = String>,
    ) -> Result<BTreeMap<String, Row<MovementId, Movement>>, Error> {
        require(actor, Permission::PostPayments)?;
        let locks = LockSet { movements: names.into_iter().collect(), ..LockSet::default() };
        let mut transaction = self.store.begin(0).await?;
        let snapshot = transaction.load(&locks).await?;
        transaction.rollback().await?;
        let row = |(name, known): (String, crate::decision::Known<Movement>)| {
            Some((name, Row { id: known.id.known()?, data: known.row }))
        };
        Ok(snapshot.movements.into_iter().filter_map(row).collect())
    }
}
