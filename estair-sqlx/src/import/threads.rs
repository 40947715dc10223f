//! Old rows of requests and tickets, with what was said on them.

use std::collections::BTreeMap;

use estair_core::actor::Role;
use estair_core::category::{Category, Desk, Status};
use estair_core::clock::{CutOff, Timestamp};
use estair_core::id::{RequestId, SupportId, UserId};
use estair_core::import::{Imported, ImportedComment, ImportedRequest, ImportedTicket, Origin};
use estair_core::money::Amount;
use estair_core::support::{Assignee, SupportStatus};
use estair_core::text::{MAX_LINE, MAX_TEXT};

use super::coming::{Coming, Keys, Known};
use super::mapping::{CommentTable, ThreadKind, ThreadTable, called};
use super::reading::Reading;
use super::rules::{Dirt, Trouble};

/// The people of the former system: whom each number is here. None where a host keeps its people itself, under their own numbers.
pub(super) type Authors = Option<BTreeMap<String, UserId>>;

/// What a row of requests and tickets is read with.
#[derive(Clone, Copy)]
pub(super) struct With<'w> {
    pub(super) table: &'w ThreadTable,
    pub(super) account: Known,
    pub(super) authors: &'w Authors,
    pub(super) run: u64,
    pub(super) cutoff: CutOff,
}

/// Reads a request or a ticket.
pub(super) fn read(mut reading: Reading<'_>, with: With<'_>, keys: Keys) -> Result<Coming, Trouble> {
    let id = reading.own_number()?;
    let category = reading.field("category").unwrap_or_default().to_owned();
    let kind = with.table.kind(&category);
    let unknown = || Trouble::new(Dirt::Category, format_args!("the category {category:?} is unknown"));
    let imported = match kind.ok_or_else(unknown)? {
        ThreadKind::Ticket => Imported::Ticket(Box::new(ticket(&mut reading, with, id)?)),
        ThreadKind::Request(category) => Imported::Request(Box::new(request(&mut reading, with, id, category)?)),
    };
    Ok(Coming {
        table: with.table.table.clone(),
        id: id.to_string(),
        imported,
        mended: reading.said(),
        has_row: true,
        owed: false,
        sums: keys,
        comments: Vec::new(),
    })
}

fn ticket(reading: &mut Reading<'_>, with: With<'_>, id: u64) -> Result<ImportedTicket, Trouble> {
    let table = with.table;
    let at = reading.date("created_at")?;
    let name = name(reading)?;
    let subject = reading.bounded("subject", MAX_LINE, name.as_deref().unwrap_or("(sans objet)"))?;
    let status = state(reading, &table.ticket_states, SupportStatus::from_name)?;
    let holder = holder(reading, &table.ticket_holders, Assignee::from_name).unwrap_or(Assignee::Operation);
    Ok(ImportedTicket {
        id: SupportId(id),
        name,
        account: with.account.id,
        description: reading.bounded("description", MAX_TEXT, &subject)?,
        subject,
        status,
        assigned_to: holder,
        etatsdevente_id: reading.number("etatsdevente_id"),
        created_by: author(reading, "created_by", with.authors)?,
        comments: Vec::new(),
        from: origin(with, id),
        at,
        updated_at: reading.date_after("updated_at", at),
    })
}

fn request(reading: &mut Reading<'_>, with: With<'_>, id: u64, category: Category) -> Result<ImportedRequest, Trouble> {
    let table = with.table;
    let at = reading.date("created_at")?;
    let description = reading.text("description").or_else(|| reading.text("subject"));
    let description = description.map(|text| reading.cut("description", text, MAX_TEXT)).transpose()?;
    let expiry_date = category.definition().expiry.of(at, with.cutoff).map(|cutoff| {
        let given = reading.field("expiry_date").is_some();
        if given { reading.date_kept("expiry_date").unwrap_or(cutoff) } else { cutoff }
    });
    let updated_at = reading.date_after("updated_at", at);
    let status = state(reading, &table.request_states, Status::from_name)?;
    let (status, updated_at) = settled(reading, category, status, expiry_date, updated_at);
    let parent = reading.field("parent_id").filter(|_| category.definition().reverses_parent);
    let parent = parent.and_then(|text| text.parse().ok()).map(RequestId);
    Ok(ImportedRequest {
        id: Some(RequestId(id)),
        name: name(reading)?,
        account: with.account.id,
        category,
        amount: unsigned(reading, with.account)?,
        description: description.filter(|text| !text.is_empty()),
        status,
        assigned_to: holder(reading, &table.request_holders, Desk::from_name),
        expiry_date,
        parent,
        etatsdevente_id: reading.number("etatsdevente_id"),
        created_by: author(reading, "created_by", with.authors)?,
        comments: Vec::new(),
        from: origin(with, id),
        at,
        updated_at,
    })
}

/// Nothing carries here what was under way, a cancellation that is not over waits for its release, and a credit whose time is past
/// is cancelled at its expiry.
fn settled(
    reading: &mut Reading<'_>,
    category: Category,
    status: Status,
    expiry: Option<Timestamp>,
    updated_at: Timestamp,
) -> (Status, Timestamp) {
    let past = expiry.filter(|expiry| *expiry <= reading.now && !status.is_final());
    if let Some(expiry) = past {
        reading.mended(format_args!("its time was over while it was {status}: cancelled at its expiry"));
        return (Status::Cancelled, expiry);
    }
    let waits = matches!(status, Status::ToTreat | Status::Processing)
        || (status == Status::Open && category.definition().reverses_parent);
    if waits {
        reading.mended(format_args!("it was {status}: a decision is needed again"));
        return (Status::Waiting, updated_at);
    }
    (status, updated_at)
}

fn unsigned(reading: &mut Reading<'_>, account: Known) -> Result<Amount, Trouble> {
    let given = reading.amount(account.currency)?;
    if given.hundredths() > 0 {
        return Ok(given);
    }
    let trouble = Trouble::new(Dirt::Sign, format_args!("the amount of a request is not {given}"));
    let without = Amount::from_hundredths(given.hundredths().saturating_neg()).unwrap_or(given);
    reading.instead(trouble, without, "without the sign")
}

fn origin(with: With<'_>, id: u64) -> Origin {
    Origin { reference: format!("{}-{id}", with.table.table), run: with.run }
}

/// A name that can be one; whether it is free is asked later.
fn name(reading: &mut Reading<'_>) -> Result<Option<String>, Trouble> {
    const MAX_NAME: usize = 150;
    let Some(name) = reading.text("name") else { return Ok(None) };
    if name.chars().count() <= MAX_NAME && !name.contains(char::is_control) {
        return Ok(Some(name));
    }
    reading.instead(Trouble::new(Dirt::Name, "its name is none that can be"), None, "one of ours")
}

/// A state, as the mapping calls it here.
fn state<S>(
    reading: &mut Reading<'_>,
    states: &BTreeMap<String, String>,
    named: impl Fn(&str) -> Option<S>,
) -> Result<S, Trouble> {
    let old = reading.field("status").unwrap_or_default().to_owned();
    let ours = called(states, &old);
    if let Some(state) = named(&ours) {
        if ours != super::mapping::plain(&old) {
            reading.mended(format_args!("it was {old:?}, it is {ours}"));
        }
        return Ok(state);
    }
    let trouble = Trouble::new(Dirt::State, format_args!("the state {old:?} is unknown"));
    let instead = reading.mapping.instead.state.clone().unwrap_or_default();
    match named(&instead) {
        Some(state) => reading.instead(trouble, state, &instead),
        None => Err(trouble),
    }
}

/// Who holds it, as the mapping calls it here; nobody in particular where that is unknown.
fn holder<H>(
    reading: &mut Reading<'_>,
    holders: &BTreeMap<String, String>,
    named: impl Fn(&str) -> Option<H>,
) -> Option<H> {
    let old = reading.field("assigned_to")?.to_owned();
    let holder = named(&called(holders, &old));
    if holder.is_none() {
        reading.mended(format_args!("nobody here is {old:?}: it is with whom it begins"));
    }
    holder
}

/// A person, as here.
fn author(reading: &mut Reading<'_>, field: &str, authors: &Authors) -> Result<Option<UserId>, Trouble> {
    let Some(old) = reading.field(field) else { return Ok(None) };
    let known = match authors {
        None => old.parse().ok().map(UserId),
        Some(authors) => authors.get(old).copied(),
    };
    match known {
        Some(user) => Ok(Some(user)),
        None => {
            let trouble = Trouble::new(Dirt::Author, format_args!("person {old} did not come"));
            reading.instead(trouble, None, "without an author")
        }
    }
}

/// Reads a comment: the number of its thread, and what was said.
pub(super) fn comment(
    reading: &mut Reading<'_>,
    table: &CommentTable,
    authors: &Authors,
) -> Result<ImportedComment, Trouble> {
    let role = reading.field("role").unwrap_or("operation").to_owned();
    let role = Role::from_name(&called(&table.roles, &role))
        .ok_or_else(|| Trouble::new(Dirt::Category, format_args!("the role {role:?} is unknown")))?;
    let internal = matches!(reading.field("internal"), Some("1" | "true" | "t" | "oui" | "yes"));
    let body = reading.bounded("body", MAX_TEXT, "(vide)")?;
    let at = reading.date("date")?;
    Ok(ImportedComment { author: author(reading, "author_id", authors)?, role, body, internal, at })
}
