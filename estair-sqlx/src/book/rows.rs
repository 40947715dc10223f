//! The rows of the book's tables: which columns they have, what goes into them, how they are read back.
//!
//! Each record names its columns once; the same order serves INSERT, UPDATE and SELECT.

use estair_core::account::{Account, Closing, Indicators, LimitChange, State};
use estair_core::actor::Role;
use estair_core::category::{Category, Desk, Status};
use estair_core::fact::{Fact, FactKind};
use estair_core::id::{AccountId, Link, MovementId, Numbers, RequestId, Row, SupportId, UserId};
use estair_core::money::Currency;
use estair_core::request::{Pass, Request};
use estair_core::store::StoreError;
use estair_core::support::{Assignee, Comment, Support, SupportStatus};
use uuid::Uuid;

use crate::columns::Columns;
use crate::dialect::Dialect;
use crate::statement::{Value, row};

pub(crate) type Read<T> = Result<T, StoreError>;

pub(crate) const ACCOUNT: [&str; 14] = [
    "uuid",
    "name",
    "email",
    "currency",
    "credit_limit",
    "day",
    "version",
    "balance_previous_day",
    "balance",
    "daily_credit",
    "active_credit",
    "last_hash",
    "created_at",
    "updated_at",
];

pub(crate) fn account_values(account: &Account) -> Vec<Value> {
    let Indicators { balance_previous_day, balance, daily_credit, active_credit } = account.indicators;
    row![
        account.uuid,
        &account.name,
        account.email.as_ref(),
        account.currency().code(),
        account.limit,
        account.day,
        account.version,
        balance_previous_day,
        balance,
        daily_credit,
        active_credit,
        account.last_hash,
        account.created_at,
        account.updated_at,
    ]
}

pub(crate) fn account<D: Dialect>(c: &mut Columns<'_, D>) -> Read<Row<AccountId, Account>> {
    let id = AccountId(c.number()?);
    let (uuid, name, email, currency) = (c.uuid()?, c.text()?, c.opt_text()?, c.currency()?);
    let data = Account {
        uuid,
        name,
        email,
        limit: c.money(currency)?,
        day: c.day()?,
        version: c.number()?,
        indicators: indicators(c, currency)?,
        last_hash: c.hash()?,
        created_at: c.instant()?,
        updated_at: c.instant()?,
    };
    Ok(Row { id, data })
}

fn indicators<D: Dialect>(c: &mut Columns<'_, D>, currency: Currency) -> Read<Indicators> {
    Ok(Indicators {
        balance_previous_day: c.money(currency)?,
        balance: c.money(currency)?,
        daily_credit: c.money(currency)?,
        active_credit: c.money(currency)?,
    })
}

pub(crate) const CLOSING: [&str; 7] =
    ["account_id", "day", "version", "balance_previous_day", "balance", "daily_credit", "active_credit"];

pub(crate) fn closing_values(closing: &Closing) -> Vec<Value> {
    let State { day, version, indicators } = closing.state;
    let Indicators { balance_previous_day, balance, daily_credit, active_credit } = indicators;
    row![closing.account.0, day, version, balance_previous_day, balance, daily_credit, active_credit]
}

/// After its currency, which is its account's.
pub(crate) fn closing<D: Dialect>(c: &mut Columns<'_, D>) -> Read<Closing> {
    let currency = c.currency()?;
    let account = AccountId(c.number()?);
    let state = State { day: c.day()?, version: c.number()?, indicators: indicators(c, currency)? };
    Ok(Closing { account, state })
}

pub(crate) const LIMIT: [&str; 6] = ["account_id", "changed_at", "changed_by", "old_limit", "new_limit", "reason"];

pub(crate) fn limit_values(account: AccountId, change: &LimitChange) -> Vec<Value> {
    row![account.0, change.at, change.by.map(|by| by.0), change.old, change.new, &change.reason]
}

/// After its currency, which is its account's.
pub(crate) fn limit_change<D: Dialect>(c: &mut Columns<'_, D>) -> Read<LimitChange> {
    let currency = c.currency()?;
    Ok(LimitChange {
        at: c.instant()?,
        by: c.opt_number()?.map(UserId),
        old: c.money(currency)?,
        new: c.money(currency)?,
        reason: c.text()?,
    })
}

pub(crate) const REQUEST: [&str; 24] = [
    "uuid",
    "name",
    "account_id",
    "category",
    "amount",
    "currency",
    "description",
    "status",
    "assigned_to",
    "expiry_date",
    "parent_id",
    "etatsdevente_id",
    "helpdesk_id",
    "mouvement_id",
    "message_uuid",
    "created_by",
    "created_at",
    "updated_at",
    "version",
    "execution",
    "passed",
    "passed_by",
    "passed_by_hand",
    "live_parent_id",
];

pub(crate) fn request_values(request: &Request, numbers: &Numbers) -> Read<Vec<Value>> {
    let movement = request.movement.map(|link| resolve(link, numbers)).transpose()?;
    Ok(row![
        request.uuid,
        &request.name,
        request.account.0,
        request.category.name(),
        request.amount,
        request.amount.currency().code(),
        request.description.as_ref(),
        request.status.name(),
        request.assigned_to.name(),
        request.expiry_date,
        request.parent.map(|id| id.0),
        request.etatsdevente_id,
        request.helpdesk_id.map(|id| id.0),
        movement.map(|id: MovementId| id.0),
        request.message_uuid,
        request.created_by.map(|id| id.0),
        request.created_at,
        request.updated_at,
        request.version,
        request.execution,
        request.passed.is_some(),
        request.passed.and_then(|pass| pass.by).map(|by| by.0),
        request.passed.is_some_and(|pass| pass.by_hand),
        // Unique: one live cancellation of a parent (R5).
        request.parent.filter(|_| !request.status.is_final()).map(|id| id.0),
    ])
}

pub(crate) fn request<D: Dialect>(c: &mut Columns<'_, D>) -> Read<Row<RequestId, Request>> {
    let id = RequestId(c.number()?);
    let (uuid, name, account, category) = (c.uuid()?, c.text()?, AccountId(c.number()?), c.named(Category::from_name)?);
    let amount = c.opt_amount()?;
    let currency = c.currency()?;
    let amount = amount.and_then(|amount| amount.in_currency(currency).ok());
    let mut data = Request {
        uuid,
        name,
        account,
        category,
        amount: amount
            .ok_or_else(|| StoreError::corrupt(format_args!("request {id} has no amount of its currency")))?,
        description: c.opt_text()?,
        status: c.named(Status::from_name)?,
        assigned_to: c.named(Desk::from_name)?,
        expiry_date: c.opt_instant()?,
        parent: c.opt_number()?.map(RequestId),
        etatsdevente_id: c.opt_number()?,
        helpdesk_id: c.opt_number()?.map(SupportId),
        movement: c.opt_number()?.map(|id| Link::Id(MovementId(id))),
        message_uuid: c.opt_uuid()?,
        created_by: c.opt_number()?.map(UserId),
        created_at: c.instant()?,
        updated_at: c.instant()?,
        version: c.number()?,
        execution: c.small()?,
        passed: None,
    };
    let (passed, by, by_hand) = (c.flag()?, c.opt_number()?.map(UserId), c.flag()?);
    data.passed = passed.then_some(Pass { by, by_hand });
    Ok(Row { id, data })
}

pub(crate) const SUPPORT: [&str; 12] = [
    "uuid",
    "name",
    "account_id",
    "subject",
    "description",
    "status",
    "assigned_to",
    "etatsdevente_id",
    "created_by",
    "created_at",
    "updated_at",
    "version",
];

pub(crate) fn support_values(support: &Support) -> Vec<Value> {
    row![
        support.uuid,
        &support.name,
        support.account.0,
        &support.subject,
        &support.description,
        support.status.name(),
        support.assigned_to.name(),
        support.etatsdevente_id,
        support.created_by.map(|id| id.0),
        support.created_at,
        support.updated_at,
        support.version,
    ]
}

pub(crate) fn support<D: Dialect>(c: &mut Columns<'_, D>) -> Read<Row<SupportId, Support>> {
    let id = SupportId(c.number()?);
    let data = Support {
        uuid: c.uuid()?,
        name: c.text()?,
        account: AccountId(c.number()?),
        subject: c.text()?,
        description: c.text()?,
        status: c.named(SupportStatus::from_name)?,
        assigned_to: c.named(Assignee::from_name)?,
        etatsdevente_id: c.opt_number()?,
        created_by: c.opt_number()?.map(UserId),
        created_at: c.instant()?,
        updated_at: c.instant()?,
        version: c.number()?,
    };
    Ok(Row { id, data })
}

pub(crate) const COMMENT: [&str; 5] = ["helpdesk_id", "author_id", "author_role", "body", "created_at"];

pub(crate) fn comment_values(support: SupportId, comment: &Comment) -> Vec<Value> {
    let author = comment.author.map(|author| author.0);
    row![support.0, author, comment.role.name(), &comment.body, comment.created_at]
}

pub(crate) fn comment<D: Dialect>(c: &mut Columns<'_, D>) -> Read<Comment> {
    Ok(Comment {
        author: c.opt_number()?.map(UserId),
        role: c.named(Role::from_name)?,
        body: c.text()?,
        created_at: c.instant()?,
    })
}

pub(crate) const FACT: [&str; 10] = [
    "kind",
    "happened_at",
    "role",
    "user_id",
    "account_id",
    "request_id",
    "support_id",
    "movement_id",
    "data",
    "notices",
];

/// What is written with a fact: is there nobody left to tell, and which transaction wrote it.
pub(crate) const FACT_NOTES: [&str; 2] = ["told", "mark"];

/// The values of [`FACT`] and [`FACT_NOTES`].
pub(crate) fn fact_values(fact: &Fact, mark: Uuid, numbers: &Numbers) -> Read<Vec<Value>> {
    let account: AccountId = resolve(fact.account, numbers)?;
    let request: Option<RequestId> = fact.request.map(|link| resolve(link, numbers)).transpose()?;
    let support: Option<SupportId> = fact.support.map(|link| resolve(link, numbers)).transpose()?;
    let movement: Option<MovementId> = fact.movement.map(|link| resolve(link, numbers)).transpose()?;
    let as_json = |error| StoreError::corrupt("a fact cannot be written as text").caused_by(error);
    let data = serde_json::to_string(&fact.data).map_err(as_json)?;
    let notices = serde_json::to_string(&fact.notices).map_err(as_json)?;
    Ok(row![
        fact.kind.name(),
        fact.at,
        fact.role.name(),
        fact.user.map(|user| user.0),
        account.0,
        request.map(|id| id.0),
        support.map(|id| id.0),
        movement.map(|id| id.0),
        data,
        notices,
        // What nobody is to be told of needs no fan-out.
        fact.notices.is_empty(),
        mark,
    ])
}

pub(crate) fn fact<D: Dialect>(c: &mut Columns<'_, D>) -> Read<Fact> {
    Ok(Fact {
        kind: c.named(FactKind::from_name)?,
        at: c.instant()?,
        role: c.named(Role::from_name)?,
        user: c.opt_number()?.map(UserId),
        account: Link::Id(AccountId(c.number()?)),
        request: c.opt_number()?.map(|id| Link::Id(RequestId(id))),
        support: c.opt_number()?.map(|id| Link::Id(SupportId(id))),
        movement: c.opt_number()?.map(|id| Link::Id(MovementId(id))),
        data: c.json()?,
        notices: c.json()?,
    })
}

/// The number behind a link, once the rows of this transaction have theirs.
pub(crate) fn resolve<I: Copy + From<u64>>(link: Link<I>, numbers: &Numbers) -> Read<I> {
    link.resolve(numbers).ok_or_else(|| StoreError::corrupt("a row refers to one that was not written"))
}
