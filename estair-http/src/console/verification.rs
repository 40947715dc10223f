//! Verifying the book on demand: one verification at a time, since it reads the whole book.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use estair_core::account::Account;
use estair_core::audit::AuditKeys;
use estair_core::clock::{Clock, Timestamp};
use estair_core::id::AccountId;
use estair_core::messager::MessagerStore;
use estair_core::row::Row;
use estair_core::store::{AuditReader, LastVerification, StoreError};
use estair_core::verify::{Report, needs_a_key, verify, verify_account, verify_messages};

use crate::host::Host;
use crate::runner::to_the_end;

/// The verification that ran last, or runs. Cheap to clone.
#[derive(Clone)]
pub(super) struct Verifications {
    audit: Arc<dyn AuditReader>,
    /// With what the book is sealed.
    keys: Option<AuditKeys>,
    /// Messager, where it can be read: what it completed, the book has (V2).
    messager: Option<Arc<dyn MessagerStore>>,
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
    pub(super) result: Option<Judgement>,
}

/// What a verification came to.
#[derive(Clone)]
pub(super) enum Judgement {
    /// What was found.
    Reported(Arc<Verified>),
    /// The book is sealed with a key that is not here: it cannot be judged.
    NeedsKey,
    /// A database could not be read; what it said is in the log.
    Failed,
}

/// A book that was judged.
pub(super) struct Verified {
    /// What was found.
    pub(super) report: Report,
    /// Were Messager's messages compared? None where that was not asked: of one account.
    pub(super) messages: Option<bool>,
}

impl Verifications {
    pub(super) fn new(host: &Host) -> Self {
        Self {
            audit: Arc::clone(&host.audit),
            keys: host.book.policy().audit_keys.clone(),
            messager: host.messager.clone(),
            clock: Arc::clone(&host.clock),
            last: Arc::default(),
        }
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

    async fn verify(&self, account: Option<Row<AccountId, Account>>) -> Result<Judgement, StoreError> {
        let (audit, keys) = (self.audit.as_ref(), self.keys.as_ref());
        if keys.is_none() && needs_a_key(audit).await? {
            return Ok(Judgement::NeedsKey);
        }
        let verified = match account {
            Some(account) => {
                let mut report = Report::default();
                verify_account(audit, &account, keys, &mut report).await?;
                Verified { report, messages: None }
            }
            None => {
                let mut report = verify(audit, keys).await?;
                let messages = Some(self.compare_messages(&mut report).await);
                self.note(report.found).await;
                Verified { report, messages }
            }
        };
        Ok(Judgement::Reported(Arc::new(verified)))
    }

    /// Notes it for the daily report (L8); that it cannot be noted stops nothing.
    async fn note(&self, findings: u64) {
        let noted = self.audit.note_verification(LastVerification { at: self.clock.now(), findings }).await;
        if let Err(error) = noted {
            tracing::warn!(error = ?error.trace(), "the verification was not noted");
        }
    }

    /// Compares what Messager completed with the book. False where it cannot be read: the rest is judged all the same.
    async fn compare_messages(&self, report: &mut Report) -> bool {
        let Some(messager) = &self.messager else { return false };
        let compared = verify_messages(self.audit.as_ref(), messager.as_ref(), report).await;
        compared.inspect_err(|error| tracing::warn!(error = ?error.trace(), "messages were not compared")).is_ok()
    }

    fn end(&self, result: Result<Judgement, StoreError>) {
        let result = result.unwrap_or_else(|error| {
            tracing::error!(error = ?error.trace(), "the book could not be verified");
            Judgement::Failed
        });
        if let Some(last) = self.lock().as_mut() {
            last.result = Some(result);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Verification>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
