//! What only verifying reads (V): everything that is kept, with what it belongs to. Nothing is judged here.
//!
//! A page takes a few statements, however many rows it has: the rows, and then for all of them at once what they name.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use estair_core::account::{AccountChange, LimitChange};
use estair_core::audit::{Log, LogStatus, UndoneImport};
use estair_core::category::Status;
use estair_core::comment;
use estair_core::fact::{FactKind, FactUuids};
use estair_core::hash::Hash;
use estair_core::id::{AccountId, CommentId, MovementId, RequestId, SupportId};
use estair_core::import::IMPORTED;
use estair_core::movement::{Movement, MovementType};
use estair_core::row::{Comment, Link, Row, Thread, name_for_request};
use estair_core::store::{
    AuditReader, AuditedFact, AuditedFailure, AuditedLog, AuditedRequest, AuditedSource, AuditedSupport, Cancelled,
    LastVerification, Names, Relation, StoreError,
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::BookStore;
use super::by_number::by_number;
use super::names::{MOVEMENT_FAILED, REQUEST_COMMENTED, SUCCESS, SUPPORT_COMMENTED};
use crate::dialect::Dialect;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{
    AccountChanges, AnsweredMovement, AuditedColumns, Columns, Comments, Facts, LimitChanges, Logs, Movements,
    Requests, Stored, Supports, row, row_as, select_as, shown, shown_as,
};
use crate::value::Value;

/// Tables whose rows are only ever added.
const GROWING: [&str; 10] = [
    "estair_account_changes",
    "estair_accounts",
    "estair_comments",
    "estair_credit_limit_history",
    "estair_daily_closings",
    "estair_facts",
    "helpdesk",
    "mouvement_logs",
    "mouvements",
    "requetes_financieres",
];

/// A list by number goes on after this one.
fn after(number: Option<u64>) -> Value {
    Value::key(number.unwrap_or(0))
}

/// What the last fact keeps of the row that it is about. MySQL would look for the last one from the end of the table.
fn subject(condition: &str) -> String {
    format!(
        "(SELECT f.subject_hash FROM estair_facts f \
          WHERE f.id = (SELECT MAX(l.id) FROM estair_facts l WHERE {condition}))"
    )
}

/// Links of an account's chain after this version and number.
fn links(id: AccountId, (version, number): (u64, u64), limit: u32) -> Sql {
    let sql = Sql::new(select_as::<Logs, AuditedColumns>()).and(
        " WHERE t.account_id = ? AND t.account_version IS NOT NULL \
         AND (t.account_version > ? OR (t.account_version = ? AND t.id > ?)) ORDER BY t.account_version, t.id LIMIT ?",
    );
    let sql = sql.bind(Value::key(id.0)).bind(Value::key(version)).bind(Value::key(version));
    sql.bind(Value::key(number)).bind(limit)
}

/// A movement, the answer that its row keeps, and whether the values beside the texts of both are theirs.
type Answered = (Row<MovementId, Movement>, Option<String>, bool);

/// The movements of links.
async fn answered<D: Dialect>(
    session: &mut Session<'_, D>,
    ids: BTreeSet<MovementId>,
) -> Result<BTreeMap<MovementId, Answered>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = Sql::new(select_as::<Movements, AnsweredMovement>()).and(" WHERE id IN ");
    let sql = sql.list(ids.into_iter().map(|id| Value::key(id.0)));
    let found = session.read(sql, row_as::<Movements, AnsweredMovement, _>).await?;
    let answered = |row: Row<MovementId, AnsweredMovement>| {
        let has_its_values = row.has_its_values();
        let Row { id, data: AnsweredMovement { movement, result, .. } } = row;
        (id, (Row { id, data: movement }, result, has_its_values))
    };
    Ok(found.into_iter().map(answered).collect())
}

/// The requests that movements name, each with the credit that its parent granted.
async fn sources<D: Dialect>(
    session: &mut Session<'_, D>,
    ids: BTreeSet<RequestId>,
) -> Result<BTreeMap<RequestId, (AuditedSource, Option<Cancelled>)>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = "SELECT r.id, r.uuid, p.uuid, r.mouvement_id, c.uuid, c.business_day, c.cancelled_at, c.modified_by \
               FROM requetes_financieres r LEFT JOIN requetes_financieres p ON p.id = r.parent_id \
               LEFT JOIN mouvements c ON c.id = p.mouvement_id WHERE r.id IN ";
    let read = |c: &mut Columns<'_, D::Driver>| {
        let id = c.read()?;
        let source = AuditedSource { uuid: c.read()?, parent: c.read()?, movement: c.read()? };
        let credit: Option<Uuid> = c.read()?;
        let (day, at, by) = (c.read()?, c.read()?, c.read()?);
        Ok((id, (source, credit.map(|uuid| Cancelled { uuid, day, at, by }))))
    };
    let found = session.read(Sql::new(sql).list(ids.into_iter().map(|id| Value::key(id.0))), read).await?;
    Ok(found.into_iter().collect())
}

/// Credits of a former system that are taken back by name (L3).
async fn credits_named<D: Dialect>(
    session: &mut Session<'_, D>,
    names: BTreeSet<String>,
) -> Result<BTreeMap<String, Cancelled>, StoreError> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = Sql::new("SELECT name, uuid, business_day, cancelled_at, modified_by FROM mouvements WHERE name IN ");
    let read = |c: &mut Columns<'_, D::Driver>| {
        Ok((c.read()?, Cancelled { uuid: c.read()?, day: c.read()?, at: c.read()?, by: c.read()? }))
    };
    let found = session.read(sql.list(names.into_iter().map(Value::from)), read).await?;
    Ok(found.into_iter().collect())
}

/// Those of these requests that came from a former system (L3).
async fn came<D: Dialect>(session: &mut Session<'_, D>, ids: Vec<Value>) -> Result<BTreeSet<RequestId>, StoreError> {
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let sql = Sql::new("SELECT request_id, data FROM estair_facts WHERE request_id IN ").list(ids);
    let sql = sql.and(" AND kind = ?").bind(FactKind::RequestCreated.name());
    let read = |c: &mut Columns<'_, D::Driver>| Ok((c.read::<RequestId>()?, c.read::<Json>()?));
    let found = session.read(sql, read).await?;
    Ok(found.into_iter().filter(|(_, data)| data.get(IMPORTED).is_some()).map(|(id, _)| id).collect())
}

/// The comments of threads, and what facts keep of them, oldest first.
#[derive(Default)]
struct Threads(BTreeMap<Thread, Said>);

/// The comments of a thread, and what facts keep of them.
type Said = (Vec<Row<CommentId, Comment>>, Vec<String>);

impl Threads {
    /// Of the threads with these numbers, by the column in which facts name them and the kind of those facts.
    async fn of<D: Dialect>(
        session: &mut Session<'_, D>,
        named: &str,
        kind: &'static str,
        ids: Vec<Value>,
    ) -> Result<Self, StoreError> {
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let (column, thread): (_, fn(u64) -> Thread) = match named {
            "request_id" => ("request_id", |id| Thread::Request(RequestId(id))),
            _ => ("helpdesk_id", |id| Thread::Support(SupportId(id))),
        };
        let comments =
            Sql::select::<Comments>().and(&format!("{column} IN ")).list(ids.iter().cloned()).and(" ORDER BY id");
        let facts = Sql::new(format!("SELECT {named}, data FROM estair_facts WHERE {named} IN ")).list(ids);
        let facts = facts.and(" AND kind = ?").bind(kind).and(" ORDER BY id");
        let mut threads = Self::default();
        for row in session.read(comments, row::<Comments, _>).await? {
            threads.0.entry(row.thread).or_default().0.push(row);
        }
        let read = |c: &mut Columns<'_, D::Driver>| Ok((c.read::<u64>()?, c.read::<Json>()?));
        for (id, data) in session.read(facts, read).await? {
            if let Some(told) = data.get(comment::HASH).and_then(Json::as_str) {
                threads.0.entry(thread(id)).or_default().1.push(told.to_owned());
            }
        }
        Ok(threads)
    }

    fn take(&mut self, thread: Thread) -> Said {
        self.0.remove(&thread).unwrap_or_default()
    }
}

#[async_trait]
impl<D: Dialect> AuditReader for BookStore<D> {
    async fn audit_logs(&self, id: AccountId, after: (u64, u64), limit: u32) -> Result<Vec<AuditedLog>, StoreError> {
        let mut connection = self.db.reader().await?;
        let mut session = self.db.session(&mut connection);
        let found = session.read(links(id, after, limit), row_as::<Logs, AuditedColumns, _>).await?;
        let named = found.iter().filter_map(|link| link.log.movement.known()).collect();
        let movements = answered(&mut session, named).await?;
        let requests = movements.values().filter_map(|(movement, ..)| movement.request).collect();
        let sources = sources(&mut session, requests).await?;
        let by_name = movements.values().filter_map(|(movement, ..)| movement.credit_taken_back()).collect();
        let by_name = credits_named(&mut session, by_name).await?;
        let whole = |Row { id, data: AuditedColumns { log, status, changes } }| {
            let log: Log = log;
            let answered = log.movement.known().and_then(|id| movements.get(&id)).cloned();
            let (movement, result, has_its_values) =
                answered.map_or((None, None, true), |(movement, result, has)| (Some(movement), result, has));
            let source = movement.as_ref().and_then(|movement| sources.get(&movement.request?));
            let takes_back = movement.as_ref().is_some_and(|row| row.kind == MovementType::CreditCancellation);
            let of_parent = source.and_then(|(_, credit)| *credit).filter(|_| takes_back);
            let by_name = || by_name.get(&movement.as_ref()?.credit_taken_back()?).copied();
            AuditedLog {
                cancelled: of_parent.or_else(by_name),
                row: Row { id, data: log },
                status,
                changes,
                result,
                has_its_values,
                request: source.map(|(source, _)| *source),
                movement,
            }
        };
        Ok(found.into_iter().map(whole).collect())
    }

    async fn audit_count(&self, id: AccountId) -> Result<u64, StoreError> {
        let condition = format!("account_id = ? AND status = '{SUCCESS}' AND is_deleted = 0");
        let sql = Sql::new(format!("SELECT COUNT(*) FROM mouvements WHERE {condition}")).bind(Value::key(id.0));
        Ok(self.one(sql, <u64 as Stored>::read).await?.unwrap_or_default())
    }

    async fn unlinked_movements(&self, id: AccountId, limit: u32) -> Result<Vec<MovementId>, StoreError> {
        let sql = Sql::new(format!(
            "SELECT m.id FROM mouvements m WHERE m.account_id = ? AND m.status = '{SUCCESS}' AND m.is_deleted = 0 \
             AND NOT EXISTS (SELECT 1 FROM mouvement_logs l WHERE l.mouvement_id = m.id \
             AND l.account_version IS NOT NULL) ORDER BY m.id LIMIT ?"
        ));
        self.all(sql.bind(Value::key(id.0)).bind(limit), Stored::read).await
    }

    async fn loose_logs(
        &self,
        id: AccountId,
        after: Option<u64>,
        limit: u32,
    ) -> Result<Vec<(Row<u64, Log>, LogStatus)>, StoreError> {
        let sql = Sql::new(select_as::<Logs, AuditedColumns>())
            .and(" WHERE t.account_id = ? AND t.account_version IS NULL AND t.id > ? ORDER BY t.id LIMIT ?")
            .bind(Value::key(id.0))
            .bind(self::after(after))
            .bind(limit);
        let loose = |Row { id, data: AuditedColumns { log, status, changes } }: Row<u64, AuditedColumns>| {
            if changes.is_some() {
                return Err(StoreError::corrupt(format_args!("log {id}: it is no link and has changes")));
            }
            Ok((Row { id, data: log }, status))
        };
        self.all(sql, row_as::<Logs, AuditedColumns, _>).await?.into_iter().map(loose).collect()
    }

    async fn audit_facts(&self, id: AccountId, after: u64, limit: u32) -> Result<Vec<AuditedFact>, StoreError> {
        let sql = Sql::new(format!(
            "SELECT {}, a.uuid, r.uuid, s.uuid, m.uuid FROM estair_facts t \
             LEFT JOIN estair_accounts a ON a.id = t.account_id \
             LEFT JOIN requetes_financieres r ON r.id = t.request_id LEFT JOIN helpdesk s ON s.id = t.support_id \
             LEFT JOIN mouvements m ON m.id = t.movement_id \
             WHERE t.account_id = ? AND t.sequence > ? ORDER BY t.sequence LIMIT ?",
            shown::<Facts>("t.")
        ));
        let read = |c: &mut Columns<'_, D::Driver>| {
            let row = row::<Facts, _>(c)?;
            let account = c.read::<Option<Uuid>>()?.unwrap_or_default();
            let uuids = FactUuids { account, request: c.read()?, support: c.read()?, movement: c.read()? };
            Ok(AuditedFact { row, uuids })
        };
        self.all(sql.bind(Value::key(id.0)).bind(Value::key(after)).bind(limit), read).await
    }

    async fn audit_limits(&self, id: AccountId) -> Result<Vec<LimitChange>, StoreError> {
        let sql = Sql::select::<LimitChanges>().and("t.account_id = ? ORDER BY t.id").bind(Value::key(id.0));
        let found = self.all(sql, row::<LimitChanges, _>).await?;
        Ok(found.into_iter().map(|row| row.data).collect())
    }

    async fn audit_changes(&self, id: AccountId) -> Result<Vec<AccountChange>, StoreError> {
        let sql = Sql::select::<AccountChanges>().and("account_id = ? ORDER BY id").bind(Value::key(id.0));
        let found = self.all(sql, row::<AccountChanges, _>).await?;
        Ok(found.into_iter().map(|row| row.data).collect())
    }

    async fn audit_requests(&self, after: Option<RequestId>, limit: u32) -> Result<Vec<AuditedRequest>, StoreError> {
        let told = subject(&format!("l.request_id = r.id AND l.kind <> '{MOVEMENT_FAILED}'"));
        let sql = Sql::new(format!(
            "SELECT {}, {told}, r.live_parent_id, (SELECT COUNT(*) FROM estair_outbox o WHERE o.request_uuid = r.uuid \
             AND o.execution = r.execution AND o.request_id = r.id) \
             FROM requetes_financieres r WHERE r.id > ? ORDER BY r.id LIMIT ?",
            shown::<Requests>("r.")
        ));
        let sql = sql.bind(self::after(after.map(|id| id.0))).bind(limit);
        let read = |c: &mut Columns<'_, D::Driver>| {
            let (row, movement) = (row::<Requests, _>(c)?, None);
            let (subject, live_parent, entries) = (c.read()?, c.read()?, c.read::<u64>()?);
            let (in_outbox, imported, comments, told) = (entries > 0, false, Vec::new(), Vec::new());
            Ok(AuditedRequest { row, movement, subject, live_parent, in_outbox, imported, comments, told })
        };
        let mut connection = self.db.reader().await?;
        let mut session = self.db.session(&mut connection);
        let mut found = session.read(sql, read).await?;
        let named = |one: &AuditedRequest| one.row.movement.and_then(Link::known);
        let movements = by_number::<D, Movements>(&mut session, found.iter().filter_map(named)).await?;
        let ids = found.iter().map(|one| Value::key(one.row.id.0)).collect();
        let mut threads = Threads::of(&mut session, "request_id", REQUEST_COMMENTED, ids).await?;
        let by_itself = |one: &&AuditedRequest| one.row.status == Status::Closed && one.row.movement.is_none();
        let by_itself = found.iter().filter(by_itself).map(|one| Value::key(one.row.id.0)).collect();
        let came = came(&mut session, by_itself).await?;
        for one in &mut found {
            one.imported = came.contains(&one.row.id);
            one.movement = named(one).and_then(|id| movements.get(&id)).cloned();
            (one.comments, one.told) = threads.take(Thread::Request(one.row.id));
        }
        Ok(found)
    }

    async fn audit_supports(&self, after: Option<SupportId>, limit: u32) -> Result<Vec<AuditedSupport>, StoreError> {
        let sql = Sql::new(format!(
            "SELECT {}, s.category, {} FROM helpdesk s WHERE s.id > ? ORDER BY s.id LIMIT ?",
            shown::<Supports>("s."),
            subject("l.support_id = s.id")
        ));
        let sql = sql.bind(self::after(after.map(|id| id.0))).bind(limit);
        let read = |c: &mut Columns<'_, D::Driver>| {
            let row = row::<Supports, _>(c)?;
            // The table has one category; no fact tells of a row of another.
            let is_support = c.read::<Option<String>>()?.as_deref() == Some("support");
            let subject = c.read::<Option<Hash>>()?.filter(|_| is_support);
            Ok(AuditedSupport { row, subject, comments: Vec::new(), told: Vec::new() })
        };
        let mut connection = self.db.reader().await?;
        let mut session = self.db.session(&mut connection);
        let mut found = session.read(sql, read).await?;
        let ids = found.iter().map(|one| Value::key(one.row.id.0)).collect();
        let mut threads = Threads::of(&mut session, "support_id", SUPPORT_COMMENTED, ids).await?;
        for one in &mut found {
            (one.comments, one.told) = threads.take(Thread::Support(one.row.id));
        }
        Ok(found)
    }

    async fn audit_failures(&self, after: Option<MovementId>, limit: u32) -> Result<Vec<AuditedFailure>, StoreError> {
        let sql = Sql::new(format!(
            "SELECT {}, {} FROM mouvements m WHERE m.status <> '{SUCCESS}' AND m.id > ? ORDER BY m.id LIMIT ?",
            shown_as::<Movements, AnsweredMovement>("m."),
            subject("l.movement_id = m.id")
        ));
        let read = |c: &mut Columns<'_, D::Driver>| {
            let row = row_as::<Movements, AnsweredMovement, _>(c)?;
            // No fact tells of a movement that is not written and keeps an answer, nor of a value that is not its text's.
            let is_told = row.result.is_none() && row.has_its_values();
            let subject = c.read::<Option<Hash>>()?.filter(|_| is_told);
            let Row { id, data: AnsweredMovement { movement, .. } } = row;
            Ok(AuditedFailure { row: Row { id, data: movement }, subject })
        };
        self.all(sql.bind(self::after(after.map(|id| id.0))).bind(limit), read).await
    }

    async fn movements_of(
        &self,
        uuids: &[Uuid],
        requests: &[Uuid],
    ) -> Result<Vec<Row<MovementId, Movement>>, StoreError> {
        if uuids.is_empty() && requests.is_empty() {
            return Ok(Vec::new());
        }
        let values = || uuids.iter().map(|uuid| Value::from(*uuid));
        let names = requests.iter().map(|uuid| Value::from(name_for_request(*uuid)));
        let sql = Sql::select::<Movements>().and("uuid IN ").list(values()).and(" OR message_uuid IN ").list(values());
        let sql = sql.and(" OR name IN ").list(names);
        self.all(sql, row::<Movements, _>).await
    }

    async fn undone_imports(&self) -> Result<Vec<(UndoneImport, Hash)>, StoreError> {
        let sql = Sql::new("SELECT gone, seal FROM estair_import_runs WHERE undone_at IS NOT NULL ORDER BY id");
        let read = |c: &mut Columns<'_, D::Driver>| Ok((c.read::<String>()?, c.read::<Hash>()?));
        let found = self.all(sql, read).await?.into_iter();
        let parsed = |(gone, seal): (String, Hash)| match serde_json::from_str(&gone) {
            Ok(gone) => Ok((gone, seal)),
            Err(error) => Err(StoreError::corrupt("what went with an undone import").caused_by(error)),
        };
        found.map(parsed).collect()
    }

    async fn orphans(&self, relation: &Relation, limit: u32) -> Result<Vec<u64>, StoreError> {
        let Relation { table, key, column, target, names } = relation;
        let nothing = match names {
            Names::Always => format!("t.{column} IS NULL OR"),
            Names::Sometimes => format!("t.{column} IS NOT NULL AND"),
            Names::Unless(other) => format!("t.{column} IS NULL AND t.{other} IS NULL OR t.{column} IS NOT NULL AND"),
        };
        let sql = Sql::new(format!(
            "SELECT t.{key} FROM {table} t WHERE {nothing} \
             NOT EXISTS (SELECT 1 FROM {target} p WHERE p.id = t.{column}) ORDER BY t.{key} LIMIT ?"
        ));
        self.all(sql.bind(limit), Stored::read).await
    }

    async fn seals_at(&self, id: AccountId, link: u64, fact: u64) -> Result<(Option<Hash>, Option<Hash>), StoreError> {
        let sql = Sql::new(
            "SELECT (SELECT hash FROM mouvement_logs WHERE account_id = ? AND account_version = ? ORDER BY id LIMIT 1), \
             (SELECT hash FROM estair_facts WHERE account_id = ? AND sequence = ?)",
        );
        let sql = sql.bind(Value::key(id.0)).bind(Value::key(link)).bind(Value::key(id.0)).bind(Value::key(fact));
        Ok(self.one(sql, |c| Ok((c.read()?, c.read()?))).await?.unwrap_or_default())
    }

    async fn note_verification(&self, done: LastVerification) -> Result<(), StoreError> {
        self.keep_verification(done).await
    }

    async fn audit_counts(&self) -> Result<Vec<(&'static str, u64)>, StoreError> {
        let counts = GROWING.map(|table| format!("(SELECT COUNT(*) FROM {table})")).join(", ");
        let read = |c: &mut Columns<'_, D::Driver>| GROWING.iter().map(|table| Ok((*table, c.read()?))).collect();
        Ok(self.one(Sql::new(format!("SELECT {counts}")), read).await?.unwrap_or_default())
    }
}
