//! The contract between the rules and a database.
//!
//! A store does three things for a command: it locks and reads what the command needs, it writes what was decided, it
//! commits ([`Store`], [`Transaction`], [`Unit`]). It holds no rule. What is read without a lock comes through [`Reader`];
//! what only verifying needs, through [`AuditReader`]. What must hold for each method is proven by one suite for every
//! store (feature `testing`).

mod audit;
mod error;
mod page;
mod read;
mod total;
mod write;

pub use audit::{
    AuditReader, AuditedFact, AuditedFailure, AuditedLog, AuditedRequest, AuditedSource, AuditedSupport, Cancelled,
    Names, RELATIONS, Relation,
};
pub use error::{StoreError, StoreErrorKind};
pub use page::{MAX_PAGE, Page, Slice};
pub use read::{
    AccountFilter, AccountReader, Age, Comments, CreditState, Event, EventRange, ExpiredCredits, FactReader, Followers,
    LastVerification, LogFilter, MAX_BEHIND, MAX_EVENTS, MoneyMoved, MovementFilter, MovementReader, Question, Reader,
    Readiness, ReportReader, RequestCount, RequestFilter, RequestOrder, RequestReader, ShadowCounts, ShadowFilter,
    ShadowReader, Statement, StatementFilter, SupportFilter, SupportReader, SupportSort, Timeline,
};
pub use total::{MAX_COUNTED, Sum, Total};
pub use write::{Store, Transaction, Unfinished, Unit};
