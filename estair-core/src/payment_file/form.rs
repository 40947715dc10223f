//! Which column of a file holds what.

use crate::refusal::{FieldError, Refusal};
use crate::source::Source;
use crate::text::folded;

use super::Sheet;

/// The sources whose files are taken.
pub const SOURCES: [Source; 6] =
    [Source::Bmp, Source::Wave, Source::Orange, Source::Spc, Source::Bsp, Source::EmailBanking];

/// The columns of the neutral form. `reference`, `amount` and one of the account's are needed.
pub const NEUTRAL: [&str; 8] =
    ["reference", "account_id", "account_reference", "account_name", "amount", "currency", "date", "description"];

/// Which column of a file holds what, by its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pub(super) reference: Option<usize>,
    pub(super) account_id: Option<usize>,
    pub(super) account_reference: Option<usize>,
    pub(super) account_name: Option<usize>,
    pub(super) amount: Option<usize>,
    pub(super) currency: Option<usize>,
    pub(super) date: Option<usize>,
    pub(super) description: Option<usize>,
    /// Says whether the source itself counts the row as done; only its own form has it.
    pub(super) status: Option<usize>,
}

/// What the columns of a source's own export are called, the likeliest name first; case, accents and signs do not count.
struct Names {
    source: Source,
    reference: &'static [&'static str],
    account: &'static [&'static str],
    amount: &'static [&'static str],
    currency: &'static [&'static str],
    date: &'static [&'static str],
    description: &'static [&'static str],
    status: &'static [&'static str],
}

const CURRENCY: &[&str] = &["currency", "devise", "monnaie"];
const STATUS: &[&str] = &["status", "statut", "etat"];

/// The exports of each source, as far as their column names are known. An installation whose export has others sends the
/// neutral form.
const OWN: [Names; 6] = [
    Names {
        source: Source::Wave,
        reference: &["transaction id", "id de transaction", "identifiant de transaction"],
        account: &["client reference", "reference client", "payment reason", "motif"],
        amount: &["amount", "montant"],
        currency: CURRENCY,
        date: &["timestamp", "date", "horodatage"],
        description: &["counterparty name", "nom du client", "description"],
        status: STATUS,
    },
    Names {
        source: Source::Orange,
        reference: &["reference", "transaction id", "numero de transaction", "id transaction"],
        account: &["reference client", "merchant reference", "reference marchand", "motif"],
        amount: &["credit", "montant", "amount"],
        currency: CURRENCY,
        date: &["date", "date et heure"],
        description: &["service", "libelle", "description"],
        status: STATUS,
    },
    Names {
        source: Source::EmailBanking,
        reference: &["reference", "numero d operation", "n operation", "transaction reference"],
        account: &["reference client", "code agence", "motif", "beneficiary reference"],
        amount: &["credit", "montant", "amount"],
        currency: CURRENCY,
        date: &["date d operation", "date operation", "date", "booking date", "date de valeur", "value date"],
        description: &["libelle", "description", "narrative"],
        status: STATUS,
    },
    Names {
        source: Source::Spc,
        reference: &["reference", "numero", "numero de transaction", "transaction id"],
        account: &["code agence", "reference client", "agence", "client"],
        amount: &["montant", "credit", "amount"],
        currency: CURRENCY,
        date: &["date", "date de paiement"],
        description: &["libelle", "description"],
        status: STATUS,
    },
    Names {
        source: Source::Bmp,
        reference: &["reference", "numero", "numero de transaction", "transaction id"],
        account: &["code agence", "reference client", "agence", "client"],
        amount: &["montant", "credit", "amount"],
        currency: CURRENCY,
        date: &["date", "date de paiement"],
        description: &["libelle", "description"],
        status: STATUS,
    },
    // The names of IATA's record layouts beside those that people give the same columns.
    Names {
        source: Source::Bsp,
        reference: &["tdnr", "document number", "ticket number", "numero de billet", "numero de document"],
        account: &["agtn", "agent code", "agency code", "iata code", "code iata", "code agence"],
        amount: &["tdam", "total amount", "transaction amount", "total", "montant total", "montant"],
        currency: &["cutp", "currency", "devise"],
        date: &["dais", "issue date", "date of issue", "date d emission", "date"],
        description: &["pxnm", "passenger name", "passenger", "passager"],
        status: &[],
    },
];

impl Form {
    /// The form of a sheet of this source: the neutral one where the header has it, else the source's own.
    ///
    /// # Errors
    /// A source whose files are not taken, a sheet without rows, a header in which a needed column is missing or there twice.
    pub fn of(source: Source, sheet: &Sheet) -> Result<Self, Refusal> {
        let invalid = |message: String| Refusal::Invalid(vec![FieldError::new("file", message)]);
        if !SOURCES.contains(&source) {
            return Err(Refusal::invalid("source", "is none whose files are taken"));
        }
        if sheet.rows.is_empty() {
            return Err(invalid("has no rows".to_owned()));
        }
        let header: Vec<_> = sheet.header.iter().map(|name| plain(name)).collect();
        let neutral = Self::neutral(&header);
        if neutral.missing().is_none() {
            return twice(&header, &NEUTRAL).map_or(Ok(neutral), |name| Err(invalid(format!("has {name} twice"))));
        }
        let own = OWN.iter().find(|names| names.source == source).map(|names| Self::own(names, &header));
        match own.filter(|own| own.missing().is_none()) {
            Some(own) => Ok(own),
            None => Err(invalid(format!(
                "needs a header line with reference, amount and one of account_id, account_reference, account_name; {} is \
                 missing",
                neutral.missing().unwrap_or("reference")
            ))),
        }
    }

    /// The source whose own form a sheet has; none where several have it, as all have the neutral one.
    #[must_use]
    pub fn source_of(sheet: &Sheet) -> Option<Source> {
        let header: Vec<_> = sheet.header.iter().map(|name| plain(name)).collect();
        // Whoever lacks no column of the neutral form is nobody's in particular.
        Self::neutral(&header).missing()?;
        let mut fitting = OWN.iter().filter(|names| Self::own(names, &header).missing().is_none());
        fitting.next().filter(|_| fitting.next().is_none()).map(|names| names.source)
    }

    /// Has it a column of dates?
    #[must_use]
    pub const fn is_dated(&self) -> bool {
        self.date.is_some()
    }

    fn neutral(header: &[String]) -> Self {
        let place = |name: &str| header.iter().position(|given| *given == plain(name));
        Self {
            reference: place("reference"),
            account_id: place("account_id"),
            account_reference: place("account_reference"),
            account_name: place("account_name"),
            amount: place("amount"),
            currency: place("currency"),
            date: place("date"),
            description: place("description"),
            status: None,
        }
    }

    fn own(names: &Names, header: &[String]) -> Self {
        let place = |names: &[&str]| names.iter().find_map(|name| header.iter().position(|given| given == name));
        Self {
            reference: place(names.reference),
            account_reference: place(names.account),
            amount: place(names.amount),
            currency: place(names.currency),
            date: place(names.date),
            description: place(names.description),
            status: place(names.status),
            ..Self::neutral(&[])
        }
    }

    /// The first column that is needed and not there.
    fn missing(&self) -> Option<&'static str> {
        let account = self.account_id.or(self.account_reference).or(self.account_name);
        let needed = [("reference", self.reference), ("amount", self.amount), ("account_id", account)];
        needed.into_iter().find(|(_, column)| column.is_none()).map(|(name, _)| name)
    }
}

fn twice<'n>(header: &[String], names: &[&'n str]) -> Option<&'n str> {
    names.iter().copied().find(|name| header.iter().filter(|given| **given == plain(name)).count() > 1)
}

/// A column's name in small letters without accents, its words parted by one space.
fn plain(name: &str) -> String {
    let folded = folded(name.trim_start_matches('\u{feff}'));
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source_of(header: &[&str]) -> Option<Source> {
        Form::source_of(&Sheet { header: header.iter().map(|name| (*name).to_owned()).collect(), rows: Vec::new() })
    }

    #[test]
    fn l7_a_file_says_whose_it_is_when_its_columns_are_one_sources_alone() {
        assert_eq!(source_of(&["TDNR", "AGTN", "TDAM", "CUTP"]), Some(Source::Bsp));
        assert_eq!(source_of(&["Timestamp", "Transaction Id", "Client Reference", "Amount"]), Some(Source::Wave));
        assert_eq!(source_of(&["Référence", "Code agence", "Crédit", "Date d'opération"]), None, "several have these");
        assert_eq!(source_of(&["reference", "account_id", "amount"]), None, "the neutral form is everybody's");
        assert_eq!(source_of(&["a", "b"]), None);
    }
}
