//! Reading what both systems decided (L6).

use async_trait::async_trait;

use crate::id::AccountId;
use crate::row::{Row, ShadowDecision};
use crate::store::{Page, Slice, StoreError};

/// Which decisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShadowFilter {
    /// Of this account.
    pub account: Option<AccountId>,
    /// In which both agree, or in which they do not.
    pub agree: Option<bool>,
}

impl ShadowFilter {
    /// Does a decision fit?
    pub(crate) fn fits(&self, shadow: &ShadowDecision) -> bool {
        let Self { account, agree } = self;
        account.is_none_or(|account| account == shadow.account) && agree.is_none_or(|agree| agree == shadow.agree)
    }
}

/// How many decisions there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShadowCounts {
    /// In which both systems agree.
    pub agreements: u64,
    /// In which they do not.
    pub disagreements: u64,
}

/// Reads what both systems decided.
#[async_trait]
pub trait ShadowReader: Send + Sync {
    /// Decisions, newest first.
    async fn shadows(&self, filter: &ShadowFilter, page: Page) -> Result<Slice<Row<u64, ShadowDecision>>, StoreError>;

    /// How many there are, of one account or of all.
    async fn shadow_counts(&self, account: Option<AccountId>) -> Result<ShadowCounts, StoreError>;
}
