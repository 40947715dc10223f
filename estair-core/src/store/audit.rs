//! What only verifying reads: everything that is kept, with what it belongs to. A store shows; what is off is judged by
//! [`verify`](mod@crate::verify).

use async_trait::async_trait;
use serde_json::Value;
use uuid::Uuid;

use crate::audit::{Log, LogStatus, UndoneImport};
use crate::clock::{BusinessDay, Timestamp};
use crate::fact::{Fact, FactUuids};
use crate::hash::Hash;
use crate::id::{AccountId, CommentId, FactId, MovementId, RequestId, SupportId, UserId};
use crate::row::{AccountChange, Comment, LimitChange, Movement, Request, Row, Support};
use crate::store::StoreError;
use crate::store::read::{AccountReader, LastVerification};

/// A link of an account's chain, with everything that it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedLog {
    /// The log row.
    pub row: Row<u64, Log>,
    /// Its status, as it is written: the row itself tells it from being a link.
    pub status: LogStatus,
    /// Its changes, as they are written: the row itself tells them from its states.
    pub changes: Option<Value>,
    /// The movement it names, if that exists.
    pub movement: Option<Row<MovementId, Movement>>,
    /// The answer that the movement's row keeps, as it is written.
    pub result: Option<String>,
    /// Are the values that reports read beside the texts of its payload and its answer those of the texts?
    pub has_its_values: bool,
    /// The request that the movement names, if that exists.
    pub request: Option<AuditedSource>,
    /// When the credit that the movement takes back was marked as cancelled, and by whom; none where it takes back none.
    pub cancelled: Option<Cancelled>,
}

/// The request that a movement names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditedSource {
    /// Its uuid.
    pub uuid: Uuid,
    /// The uuid of its parent.
    pub parent: Option<Uuid>,
    /// The movement that it names itself.
    pub movement: Option<MovementId>,
}

/// A credit that was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled {
    /// Its movement's uuid.
    pub uuid: Uuid,
    /// The business day on which it was granted.
    pub day: Option<BusinessDay>,
    /// When it was marked.
    pub at: Option<Timestamp>,
    /// The person who is written beside it.
    pub by: Option<UserId>,
}

/// A fact of an account's chain, with the uuids of what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedFact {
    /// The fact.
    pub row: Row<FactId, Fact>,
    /// What it is about; none for a row that it names and that is not there.
    pub uuids: FactUuids,
}

/// A financial request, with what tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedRequest {
    /// The request.
    pub row: Row<RequestId, Request>,
    /// The movement that it names, if that exists.
    pub movement: Option<Row<MovementId, Movement>>,
    /// What the last fact about it keeps of it; none without a fact.
    pub subject: Option<Hash>,
    /// The parent of which it is the live cancellation, as it is written (R5).
    pub live_parent: Option<RequestId>,
    /// Is there an outbox entry for its execution, done or not?
    pub in_outbox: bool,
    /// Is it one of a former system, whose money came by itself (L3)? Asked of those alone that are closed without a movement.
    pub imported: bool,
    /// Its comments, oldest first.
    pub comments: Vec<Row<CommentId, Comment>>,
    /// What its facts keep of its comments, oldest first.
    pub told: Vec<String>,
}

/// A support request, with what tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedSupport {
    /// The support request.
    pub row: Row<SupportId, Support>,
    /// What the last fact about it keeps of it; none without a fact.
    pub subject: Option<Hash>,
    /// Its comments, oldest first.
    pub comments: Vec<Row<CommentId, Comment>>,
    /// What its facts keep of its comments, oldest first.
    pub told: Vec<String>,
}

/// A movement that is not written, with what tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedFailure {
    /// The movement.
    pub row: Row<MovementId, Movement>,
    /// What the last fact about it keeps of it; none without a fact.
    pub subject: Option<Hash>,
}

/// A column that names a row of another table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The table of the column.
    pub table: &'static str,
    /// The column by which a row of that table is told.
    pub key: &'static str,
    /// The column.
    pub column: &'static str,
    /// The table whose rows it names.
    pub target: &'static str,
    /// May it name none?
    pub names: Names,
}

/// Whether a column must name a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// A row that names none is an orphan too.
    Always,
    /// It may name none.
    Sometimes,
    /// It may name none where this column names one.
    Unless(&'static str),
}

const fn relation(table: &'static str, key: &'static str, column: &'static str, target: &'static str) -> Relation {
    Relation { table, key, column, target, names: Names::Sometimes }
}

impl Relation {
    const fn that_is(self, names: Names) -> Self {
        Self { names, ..self }
    }
}

/// What must never be without its counterpart (V1).
pub const RELATIONS: [Relation; 19] = [
    relation("mouvements", "id", "account_id", "estair_accounts").that_is(Names::Always),
    relation("mouvements", "id", "requete_financiere_id", "requetes_financieres"),
    relation("mouvement_logs", "id", "mouvement_id", "mouvements"),
    relation("mouvement_logs", "id", "account_id", "estair_accounts"),
    relation("requetes_financieres", "id", "account_id", "estair_accounts"),
    relation("requetes_financieres", "id", "parent_id", "requetes_financieres"),
    relation("requetes_financieres", "id", "helpdesk_id", "helpdesk"),
    relation("requetes_financieres", "id", "mouvement_id", "mouvements"),
    relation("helpdesk", "id", "account_id", "estair_accounts"),
    relation("helpdesk", "id", "follows_id", "helpdesk"),
    relation("estair_comments", "id", "request_id", "requetes_financieres").that_is(Names::Unless("helpdesk_id")),
    relation("estair_comments", "id", "helpdesk_id", "helpdesk"),
    relation("estair_daily_closings", "account_id", "account_id", "estair_accounts"),
    relation("estair_credit_limit_history", "id", "account_id", "estair_accounts"),
    relation("estair_account_changes", "id", "account_id", "estair_accounts"),
    relation("estair_facts", "id", "account_id", "estair_accounts"),
    relation("estair_facts", "id", "request_id", "requetes_financieres"),
    relation("estair_facts", "id", "movement_id", "mouvements"),
    relation("estair_outbox", "id", "request_id", "requetes_financieres"),
];

/// Reads for `verify`. Each list goes by number, from one that was seen on, at most `limit` rows at a time.
#[async_trait]
pub trait AuditReader: AccountReader {
    /// The links of an account's chain after this version and row number, in that order.
    async fn audit_logs(&self, id: AccountId, after: (u64, u64), limit: u32) -> Result<Vec<AuditedLog>, StoreError>;

    /// How many successful movements an account has, those marked as deleted apart.
    async fn audit_count(&self, id: AccountId) -> Result<u64, StoreError>;

    /// An account's successful movements that no link of a chain names.
    async fn unlinked_movements(&self, id: AccountId, limit: u32) -> Result<Vec<MovementId>, StoreError>;

    /// The log rows of an account's movements that are no link of a chain, with their status as it is written.
    async fn loose_logs(
        &self,
        id: AccountId,
        after: Option<u64>,
        limit: u32,
    ) -> Result<Vec<(Row<u64, Log>, LogStatus)>, StoreError>;

    /// An account's facts after this place in its chain, in that order. Facts that have no place of their own come first.
    async fn audit_facts(&self, id: AccountId, after: u64, limit: u32) -> Result<Vec<AuditedFact>, StoreError>;

    /// All changes of an account's limit, oldest first.
    async fn audit_limits(&self, id: AccountId) -> Result<Vec<LimitChange>, StoreError>;

    /// All changes of an account's name, address and status, oldest first.
    async fn audit_changes(&self, id: AccountId) -> Result<Vec<AccountChange>, StoreError>;

    /// All financial requests.
    async fn audit_requests(&self, after: Option<RequestId>, limit: u32) -> Result<Vec<AuditedRequest>, StoreError>;

    /// All support requests.
    async fn audit_supports(&self, after: Option<SupportId>, limit: u32) -> Result<Vec<AuditedSupport>, StoreError>;

    /// The movements that are not written.
    async fn audit_failures(&self, after: Option<MovementId>, limit: u32) -> Result<Vec<AuditedFailure>, StoreError>;

    /// The movements that have one of these uuids, those that a message with one of them carried, and those that the requests
    /// with these uuids became.
    async fn movements_of(
        &self,
        uuids: &[Uuid],
        requests: &[Uuid],
    ) -> Result<Vec<Row<MovementId, Movement>>, StoreError>;

    /// The runs of an import that were undone, with their seals as they are written (L5).
    async fn undone_imports(&self) -> Result<Vec<(UndoneImport, Hash)>, StoreError>;

    /// The rows of a relation's table whose counterpart is not there, by their key.
    async fn orphans(&self, relation: &Relation, limit: u32) -> Result<Vec<u64>, StoreError>;

    /// The seal of an account's link, and of its fact, at these places; nothing where there is none.
    async fn seals_at(&self, id: AccountId, link: u64, fact: u64) -> Result<(Option<Hash>, Option<Hash>), StoreError>;

    /// Notes that the whole book was verified, and how much was found: what the daily report says (L8).
    async fn note_verification(&self, done: LastVerification) -> Result<(), StoreError>;

    /// How many rows each table has whose rows are only ever added.
    async fn audit_counts(&self) -> Result<Vec<(&'static str, u64)>, StoreError>;
}
