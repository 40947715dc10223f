//! One account with many movements, in a book in memory: what `verify` recomputes.

use estair_core::Book;
use estair_core::account::{Account, AccountDraft};
use estair_core::actor::Actor;
use estair_core::book::Submission;
use estair_core::clock::{Clock, IdSource, Timestamp};
use estair_core::command::Command;
use estair_core::id::{AccountId, UserId};
use estair_core::memory::MemoryStore;
use estair_core::policy::Policy;
use estair_core::row::Row;
use estair_core::store::AccountReader;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::at_once;
use crate::posting::{noon, payment};

/// Movements of one transaction (W7).
const BATCH: u64 = 1_000;

/// A book with one account.
pub struct Ledger {
    /// The book.
    pub store: MemoryStore,
    /// Its account, as it is kept.
    pub account: Row<AccountId, Account>,
}

impl Ledger {
    /// A ledger of so many payments, posted as everything is; nothing when one is refused.
    #[must_use]
    pub fn of(count: u64) -> Option<Self> {
        let (store, surroundings) = (MemoryStore::new(), Arc::new(Still::default()));
        let book = Book::new(Arc::new(store.clone()), surroundings.clone(), surroundings, Policy::default());
        let draft = AccountDraft { name: Some("Agence".to_owned()), ..AccountDraft::default() };
        run_all(&book, vec![Submission::new(Actor::Admin(UserId(1)), Command::CreateAccount(draft))])?;
        let post = |reference| Submission::new(Actor::service(UserId(1)), payment(1, reference));
        for first in (0..count).step_by(usize::try_from(BATCH).ok()?) {
            run_all(&book, (first..count.min(first.saturating_add(BATCH))).map(post).collect())?;
        }
        let account = at_once(store.account(AccountId(1)))?.ok()??;
        Some(Self { store, account })
    }
}

/// In one transaction; nothing when one is refused.
fn run_all(book: &Book, submissions: Vec<Submission>) -> Option<()> {
    at_once(book.run_all(submissions))?.into_iter().try_for_each(|reply| reply.ok().map(|_| ()))
}

/// A clock that stands still at noon, and ids in a row.
#[derive(Default)]
struct Still {
    drawn: AtomicU64,
}

impl Clock for Still {
    fn now(&self) -> Timestamp {
        noon()
    }
}

impl IdSource for Still {
    fn seed(&self) -> u128 {
        u128::from(self.drawn.fetch_add(1, Ordering::Relaxed)) << 64
    }
}
