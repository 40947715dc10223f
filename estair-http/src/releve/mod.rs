//! The statement of an account for people: oldest first, with opening and closing balance and totals, as CSV for a French
//! spreadsheet and as a workbook. The API and the console hand out the same files.
//!
//! What moves the balance stands in the columns of debit and credit, so that opening, totals and closing add up; daily
//! credits have a column of their own.

mod sheet;
mod workbook;

pub(crate) use sheet::csv;
pub(crate) use workbook::xlsx;

use estair_core::book::{Error, View};
use estair_core::clock::BusinessDay;
use estair_core::id::{AccountId, MovementId, SupportId};
use estair_core::money::Money;
use estair_core::movement::Movement;
use estair_core::refusal::Refusal;
use estair_core::row::Row;
use estair_core::store::{Page, StatementFilter};

/// Lines read at once.
const LINES: u32 = crate::csv::PAGE;

/// Lines that a file has at most: what a spreadsheet opens.
const MOST_LINES: usize = 200_000;

/// The headings, in the order of the columns.
const HEADINGS: [&str; 9] =
    ["Date", "Mouvement", "Type", "Source", "Référence", "Libellé", "Débit", "Crédit", "Crédit du jour"];

/// The heading of the balance.
const BALANCE: &str = "Solde";

/// The headings of what a movement belongs to: its sale, its ticket (R10).
const OF: [&str; 2] = ["Vente", "Ticket"];

/// A statement, whole.
pub(crate) struct Releve {
    account: AccountId,
    name: String,
    filter: StatementFilter,
    opening: Money,
    closing: Money,
    lines: Vec<Line>,
    totals: Totals,
}

/// A line of it.
struct Line {
    day: Option<BusinessDay>,
    name: String,
    kind: &'static str,
    source: &'static str,
    reference: String,
    label: String,
    side: Side,
    balance: Option<Money>,
    sale: Option<u64>,
    ticket: Option<SupportId>,
}

/// In which column an amount stands.
enum Side {
    Debit(Money),
    Credit(Money),
    Daily(Money),
}

/// What the columns come to.
struct Totals {
    debit: Money,
    credit: Money,
    daily: Money,
}

impl Totals {
    fn add(&mut self, side: &Side) -> Option<()> {
        let (total, amount) = match side {
            Side::Debit(amount) => (&mut self.debit, amount),
            Side::Credit(amount) => (&mut self.credit, amount),
            Side::Daily(amount) => (&mut self.daily, amount),
        };
        *total = total.checked_add(*amount).ok()?;
        Some(())
    }
}

impl Releve {
    /// Reads it, page by page.
    pub(crate) async fn read(view: &View, account: AccountId, filter: StatementFilter) -> Result<Self, Error> {
        let row = view.account(account).await?;
        let around = view.statement(account, &filter, Page { limit: 1, before: None }).await?;
        let nothing = Money::zero(row.currency());
        let mut releve = Self {
            account,
            name: row.name.clone(),
            filter,
            opening: around.opening_balance,
            closing: around.closing_balance,
            lines: Vec::new(),
            totals: Totals { debit: nothing, credit: nothing, daily: nothing },
        };
        let mut after = 0;
        loop {
            let found = view.statement_lines(account, &filter, after, LINES).await?;
            let Some(last) = found.last().and_then(|row| row.posted) else { break };
            after = last.sequence;
            for line in found.iter().map(line_of) {
                releve.totals.add(&line.side).ok_or(Refusal::AmountOutOfRange { figure: "total" })?;
                releve.lines.push(line);
            }
            if releve.lines.len() > MOST_LINES {
                let message = format_args!("has more than {MOST_LINES} movements: choose a shorter period").to_string();
                return Err(Refusal::invalid("from", message).into());
            }
            if found.len() < LINES as usize {
                break;
            }
        }
        Ok(releve)
    }

    /// The name of the file.
    fn file_name(&self, ending: &str) -> String {
        format!("releve-{}.{ending}", self.account)
    }

    /// From when to when, in words.
    fn period(&self) -> String {
        let day = |day: BusinessDay| day.date().format("%d/%m/%Y").to_string();
        match (self.filter.from.map(day), self.filter.to.map(day)) {
            (Some(from), Some(to)) => format!("du {from} au {to}"),
            (Some(from), None) => format!("depuis le {from}"),
            (None, Some(to)) => format!("jusqu’au {to}"),
            (None, None) => "depuis l’ouverture du compte".to_owned(),
        }
    }
}

fn line_of(row: &Row<MovementId, Movement>) -> Line {
    let amount = row.amount;
    let side = match (row.kind.rule().credit_family, amount.is_negative()) {
        (true, _) => Side::Daily(amount),
        (false, true) => Side::Debit(amount.magnitude()),
        (false, false) => Side::Credit(amount),
    };
    Line {
        day: row.posted.map(|posted| posted.day),
        name: row.name.clone(),
        kind: type_name(row.kind.name()),
        source: source_name(row.source.name()),
        reference: row.reference.clone().unwrap_or_default(),
        label: row.details.description.clone().unwrap_or_default(),
        side,
        balance: row.posted.map(|posted| posted.balance_after),
        sale: row.etatsdevente_id,
        ticket: row.helpdesk_id,
    }
}

/// What a type is called.
fn type_name(name: &'static str) -> &'static str {
    match name {
        "credit" => "Crédit du jour",
        "credit_cancellation" => "Annulation de crédit",
        "payment" => "Versement",
        "debit" => "Débit",
        "refund" => "Remboursement",
        "transfer" => "Virement",
        "adjustment" => "Ajustement",
        other => other,
    }
}

/// What a source is called.
fn source_name(name: &'static str) -> &'static str {
    match name {
        "helpdesk" => "Helpdesk",
        "bmp" => "BMP",
        "wave" => "Wave",
        "orange" => "Orange Money",
        "spc" => "SPC",
        "bsp" => "BSP (ventes)",
        "email_banking" => "E-mail banking",
        "manual" => "Manuel",
        other => other,
    }
}
