//! Many commands in one call: in as few transactions as it takes, each with its own answer under a key of its place.

use estair_core::book::{Error, Reply};
use estair_core::command::Command;
use estair_core::decision::IdempotencyKey;
use estair_core::refusal::Refusal;

use super::state::Api;
use crate::caller::Caller;
use crate::problem::Problem;

/// Most decisions that one call takes (C11).
pub(super) const MAX_LOT: usize = 200;

/// Runs commands as this caller, in order, each with its place among the call's entries. One reply for each.
///
/// # Errors
/// The key was used for another call, or the first call with it still runs; the store's trouble, when nothing at all could be
/// done: that is no result of any entry.
pub(super) async fn decide_each(
    api: &Api,
    caller: &Caller,
    commands: Vec<(usize, Command)>,
    key: Option<IdempotencyKey>,
) -> Result<Vec<Result<Reply, Error>>, Problem> {
    let call = api.enter(caller, key.as_ref())?;
    if let Some(key) = &key
        && api.access.book().is_reused(&caller.actor, key).await?
    {
        return Err(Refusal::IdempotencyKeyReused.into());
    }
    let of_entry = |place| key.as_ref().map(|key| key.of_entry(place));
    let keyed = commands.into_iter().map(|(place, command)| (command, of_entry(place))).collect();
    let replies = api.run_all(caller, keyed, call).await;
    if let Some(Err(Error::Store(error))) = replies.first()
        && replies.iter().all(|reply| matches!(reply, Err(Error::Store(_))))
    {
        return Err(error.clone().into());
    }
    Ok(replies)
}
