//! What people are called, looked up in one read for all that an answer or a page names.

use std::collections::{BTreeMap, BTreeSet};

use estair_core::id::UserId;

use super::Names;

/// What people are called, as far as the host knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Called(BTreeMap<UserId, String>);

impl Called {
    /// The names of these people. Nothing fails for want of a name: who has none is told by number.
    pub(crate) async fn of(names: Option<&dyn Names>, people: impl IntoIterator<Item = UserId>) -> Self {
        let people: Vec<_> = people.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let Some(names) = names.filter(|_| !people.is_empty()) else { return Self::default() };
        let found = names.names(&people).await;
        Self(found.inspect_err(|error| tracing::warn!(%error, "people are not named")).unwrap_or_default())
    }

    /// Adds others.
    #[cfg(feature = "console")]
    pub(crate) fn add(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// What somebody is called.
    pub(crate) fn name(&self, user: UserId) -> Option<&str> {
        self.0.get(&user).map(String::as_str)
    }
}
