//! Verifying the book on demand: one verification at a time, since it reads the whole book.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use estair_core::account::Account;
use estair_core::clock::{Clock, Timestamp};
use estair_core::id::AccountId;
use estair_core::row::Row;
use estair_core::store::{AuditReader, StoreError};
use estair_core::verify::{Report, verify, verify_account};

use crate::host::Host;
use crate::runner::to_the_end;

/// The verification that ran last, or runs. Cheap to clone.
#[derive(Clone)]
pub(super) struct Verifications {
    audit: Arc<dyn AuditReader>,
    clock: Arc<dyn Clock>,
    last: Arc<Mutex<Option<Verification>>>,
}

/// A verification.
#[derive(Clone)]
pub(super) struct Verification {
    /// Of one account, or of the whole book.
    pub(super) account: Option<AccountId>,
    /// When it began.
    pub(super) began: Timestamp,
    /// What it came to; none while it runs.
    pub(super) result: Option<Result<Arc<Report>, String>>,
}

impl Verifications {
    pub(super) fn new(host: &Host) -> Self {
        Self { audit: Arc::clone(&host.audit), clock: Arc::clone(&host.clock), last: Arc::default() }
    }

    /// The one that ran last, or runs.
    pub(super) fn last(&self) -> Option<Verification> {
        self.lock().clone()
    }

    /// Verifies one account or the whole book, to the end even when nobody waits; not while another one runs.
    pub(super) async fn run(&self, account: Option<Row<AccountId, Account>>) {
        if self.begin(account.as_ref().map(|account| account.id)) {
            let this = self.clone();
            let verified = to_the_end(async move {
                let result = this.verify(account).await;
                this.end(result);
            });
            if let Err(error) = verified.await {
                self.end(Err(error));
            }
        }
    }

    /// Notes that one begins; false while another runs.
    fn begin(&self, account: Option<AccountId>) -> bool {
        let began = self.clock.now();
        let mut last = self.lock();
        if last.as_ref().is_some_and(|last| last.result.is_none()) {
            return false;
        }
        *last = Some(Verification { account, began, result: None });
        true
    }

    async fn verify(&self, account: Option<Row<AccountId, Account>>) -> Result<Report, StoreError> {
        let Some(account) = account else { return verify(self.audit.as_ref()).await };
        let mut report = Report::default();
        verify_account(self.audit.as_ref(), &account, &mut report).await?;
        Ok(report)
    }

    fn end(&self, result: Result<Report, StoreError>) {
        if let Some(last) = self.lock().as_mut() {
            last.result = Some(result.map(Arc::new).map_err(|error| error.to_string()));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Verification>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
