//! Old rows of money, as movements.

use estair_core::category::{Category, Status};
use estair_core::clock::CutOff;
use estair_core::id::RequestId;
use estair_core::import::{Imported, ImportedMovement, ImportedRequest, Origin};
use estair_core::money::Amount;
use estair_core::movement::{DetailColumn, DetailField, Details, MovementType, Sign};

use super::coming::{Coming, Keys, Known};
use super::mapping::{MovementTable, has};
use super::reading::{Reading, payload};
use super::rules::{Dirt, Trouble};

/// A row of a table of money: what comes of it, in order; nothing where nothing wants it.
pub(super) fn read(
    mut reading: Reading<'_>,
    tables: &[&MovementTable],
    account: Known,
    run: u64,
    cutoff: CutOff,
    keys: Keys,
) -> Result<Vec<Coming>, Trouble> {
    let wanted = tables.iter().find(|table| has(&table.only, |column| reading.column(column)));
    let Some(table) = wanted else { return Ok(Vec::new()) };
    let value_of = |column: &str| reading.column(column);
    let kind = table.kind(value_of).map_err(|why| Trouble::new(Dirt::Category, why))?;
    let source = table.source().map_err(|why| Trouble::new(Dirt::Category, why))?;
    let owed = table.owed.as_ref().is_some_and(|owed| has(owed, value_of));
    let given = reading.amount(account.currency)?;
    let (kind, amount) = signed(&mut reading, table, kind, given)?;
    let at = reading.date("date")?;
    let id = reading.field("id").unwrap_or_default().to_owned();
    let movement = ImportedMovement {
        account: account.id,
        kind,
        source,
        amount,
        request: None,
        from: Origin { reference: format!("{}-{id}", table.table), run },
        details: details(&reading, table, at)?,
        payload: payload(reading.row),
        at,
    };
    let table = table.table.clone();
    let ends = cutoff.on_day_of(at).max(at);
    let is_credit = kind == MovementType::Credit;
    // A credit whose day is over is taken back at its expiry.
    let back = (is_credit && !owed && ends <= reading.now).then(|| ImportedMovement {
        kind: MovementType::CreditCancellation,
        amount: negated(amount),
        payload: None,
        details: Details::default(),
        at: ends,
        ..movement.clone()
    });
    let first = Coming {
        table: table.clone(),
        id: id.clone(),
        imported: Imported::Movement(Box::new(movement)),
        mended: reading.said(),
        has_row: true,
        owed: is_credit && back.is_none(),
        sums: keys,
        comments: Vec::new(),
    };
    let back = back.map(|back| Coming {
        table,
        id,
        imported: Imported::Movement(Box::new(back)),
        mended: None,
        has_row: false,
        owed: false,
        sums: Keys::default(),
        comments: Vec::new(),
    });
    Ok(std::iter::once(first).chain(back).collect())
}

fn negated(amount: Amount) -> Amount {
    Amount::from_hundredths(-amount.hundredths()).unwrap_or(amount)
}

/// The amount with the sign of its type; one that has another comes as an adjustment, if the rule says so.
fn signed(
    reading: &mut Reading<'_>,
    table: &MovementTable,
    kind: MovementType,
    given: Amount,
) -> Result<(MovementType, Amount), Trouble> {
    let sign = kind.rule().sign;
    let wrong = match (table.unsigned, sign) {
        (true, _) => given.hundredths() < 0,
        (false, Sign::Positive) => given.hundredths() < 0,
        (false, Sign::Negative) => given.hundredths() > 0,
        (false, Sign::Either) => false,
    };
    if wrong {
        let trouble = Trouble::new(Dirt::Sign, format_args!("a {kind} is not {given} in its table"));
        if kind == MovementType::Credit {
            return Err(trouble);
        }
        return reading.instead(trouble, (MovementType::Adjustment, given), "an adjustment");
    }
    Ok((kind, if table.unsigned && sign == Sign::Negative { negated(given) } else { given }))
}

/// The columns that were inherited, where the table has them.
fn details(
    reading: &Reading<'_>,
    table: &MovementTable,
    at: estair_core::clock::Timestamp,
) -> Result<Details, Trouble> {
    let own = reading.number("id");
    let mut read = Details::default();
    for DetailColumn { name, field } in Details::COLUMNS {
        match field {
            DetailField::Text { set, .. } => *set(&mut read) = reading.text(name),
            DetailField::Number { set, .. } => *set(&mut read) = reading.number(name),
            DetailField::Instant { .. } => {}
        }
    }
    Ok(Details {
        created: Some(at),
        document_id: read.document_id.or(own.filter(|_| table.table == "factures")),
        approvisionnement_id: read.approvisionnement_id.or(own.filter(|_| table.table == "approvisionnements")),
        external_id: own,
        ..read
    })
}

/// The request that a credit which is still owed was asked by, as far as anybody knows: so it can be taken back here (R5).
pub(super) fn request_of(movement: &ImportedMovement) -> ImportedRequest {
    ImportedRequest {
        id: None,
        name: Some(movement.from.reference.clone()),
        account: movement.account,
        category: Category::DailyCredit,
        amount: movement.amount,
        description: None,
        status: Status::Closed,
        assigned_to: None,
        expiry_date: None,
        parent: None::<RequestId>,
        etatsdevente_id: None,
        created_by: None,
        comments: Vec::new(),
        from: movement.from.clone(),
        at: movement.at,
        updated_at: movement.at,
    }
}
