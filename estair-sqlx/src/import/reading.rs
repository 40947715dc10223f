//! One old row, read field by field under the mapping's rules.

use estair_core::account::Account;
use estair_core::clock::Timestamp;
use estair_core::json::Json;
use estair_core::money::{Amount, Currency};
use estair_core::text::{MAX_LINE, clipped};

use super::mapping::{Mapping, Place};
use super::mend::{amount, instant, unmangled};
use super::rules::{Dirt, Rule, Trouble};
use super::source::OldRow;

/// A row that is read: where it stands, what it says, and what was mended of it so far.
pub(super) struct Reading<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) place: Place<'a>,
    pub(super) row: &'a OldRow,
    /// The instant of the run: what comes after it is still to come.
    pub(super) now: Timestamp,
    mended: Vec<String>,
}

impl<'a> Reading<'a> {
    pub(super) const fn new(mapping: &'a Mapping, place: Place<'a>, row: &'a OldRow, now: Timestamp) -> Self {
        Self { mapping, place, row, now, mended: Vec::new() }
    }

    /// A column of the source.
    pub(super) fn column(&self, name: &str) -> Option<String> {
        self.row.get(name).cloned()
    }

    /// What stands in the column of a field; nothing where that is empty.
    pub(super) fn field(&self, field: &str) -> Option<&'a str> {
        self.row.get(&self.place.column(field)).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// The same as a text for people: what was mangled is mended.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        self.field(field).map(|text| unmangled(text).unwrap_or_else(|| text.to_owned()))
    }

    /// The same as a number; what is none is left away.
    pub(super) fn number(&self, field: &str) -> Option<u64> {
        self.field(field)?.parse().ok().filter(|number| i64::try_from(*number).is_ok())
    }

    pub(super) fn mended(&mut self, what: impl std::fmt::Display) {
        self.mended.push(what.to_string());
    }

    /// What was mended.
    pub(super) fn said(self) -> Option<String> {
        (!self.mended.is_empty()).then(|| self.mended.join("; "))
    }

    /// Something in the place of what is wrong, if the rule says so.
    pub(super) fn instead<T>(&mut self, trouble: Trouble, instead: T, so: &str) -> Result<T, Trouble> {
        if self.mapping.rule(trouble.dirt) != Rule::Map {
            return Err(trouble);
        }
        self.mended(format_args!("{}: {so}", trouble.why));
        Ok(instead)
    }

    /// The row's own number.
    pub(super) fn own_number(&self) -> Result<u64, Trouble> {
        let text = self.field("id").unwrap_or_default();
        let number = text.parse::<u64>().ok().filter(|number| (1..=i64::MAX as u64).contains(number));
        number.ok_or_else(|| Trouble::new(Dirt::Number, format_args!("{text:?} is no number of a row")))
    }

    /// An amount of the account's currency, as it stands.
    pub(super) fn amount(&mut self, currency: Currency) -> Result<Amount, Trouble> {
        let dirty = |why: String| Trouble::new(Dirt::Amount, why);
        let given = amount(self.field("amount").ok_or_else(|| dirty("it has no amount".to_owned()))?).map_err(dirty)?;
        if given.hundredths() == 0 {
            return Err(dirty("its amount is nothing".to_owned()));
        }
        if let Some(other) = self.field("currency").filter(|code| !code.eq_ignore_ascii_case(currency.code())) {
            let trouble = Trouble::new(Dirt::Currency, format_args!("it is in {other:?}, its account in {currency}"));
            self.instead(trouble, (), "read as the account's")?;
        }
        given.in_currency(currency).map_err(|error| dirty(error.to_string()))?;
        Ok(given)
    }

    /// An instant that is past.
    pub(super) fn date(&mut self, field: &str) -> Result<Timestamp, Trouble> {
        let offset = self.mapping.offset().map_err(|why| Trouble::new(Dirt::Date, why))?;
        let read = match self.field(field) {
            None => Err("it has no date".to_owned()),
            Some(text) => instant(text, offset),
        };
        let why = match read {
            Ok(at) if at <= self.now => return Ok(at),
            Ok(_) => "its date is still to come".to_owned(),
            Err(why) => why,
        };
        let instead = self.mapping.instead.date.as_deref().and_then(|date| instant(date, offset).ok());
        let so = format!("as of {}", self.mapping.instead.date.as_deref().unwrap_or_default());
        self.instead(Trouble::new(Dirt::Date, why), instead.unwrap_or(self.now), &so)
    }

    /// An instant at or after another one, which stands for it where it is none.
    pub(super) fn date_after(&mut self, field: &str, first: Timestamp) -> Timestamp {
        let offset = self.mapping.offset().unwrap_or_default();
        match self.field(field).map(|text| instant(text, offset)) {
            Some(Ok(at)) if at >= first && at <= self.now => at,
            None => first,
            Some(_) => {
                self.mended(format_args!("{field} is none that can be: as of when it was created"));
                first
            }
        }
    }

    /// An instant, past or to come; none where it is none.
    pub(super) fn date_kept(&mut self, field: &str) -> Option<Timestamp> {
        let read = instant(self.field(field)?, self.mapping.offset().unwrap_or_default());
        if let Err(why) = &read {
            self.mended(format_args!("{field}: {why}: that of its day"));
        }
        read.ok()
    }

    /// A text within its bound; `else_` where there is none.
    pub(super) fn bounded(&mut self, field: &str, max: usize, else_: &str) -> Result<String, Trouble> {
        let Some(text) = self.text(field) else {
            let trouble = Trouble::new(Dirt::Text, format_args!("it has no {field}"));
            return self.instead(trouble, else_.to_owned(), "something in its place");
        };
        self.cut(field, text, max)
    }

    /// As much of a text as there is room for, without what no line holds.
    pub(super) fn cut(&mut self, field: &str, text: String, max: usize) -> Result<String, Trouble> {
        let plain: String = text.chars().map(|c| if is_forbidden(c, max) { ' ' } else { c }).collect();
        let short = clipped(plain.trim(), max);
        if short == text.trim() {
            return Ok(short);
        }
        let trouble =
            Trouble::new(Dirt::Text, format_args!("its {field} is longer than {max}, or holds control characters"));
        self.instead(trouble, short, "cut")
    }
}

fn is_forbidden(c: char, max: usize) -> bool {
    c == '\0' || (max <= MAX_LINE && c.is_control())
}

/// The row as it came (G12).
pub(super) fn payload(row: &OldRow) -> Option<Json> {
    Json::parse(&serde_json::to_string(row).ok()?)
}

/// An account that is there under this number, and did not come from a former system: only one that came still works with it alone.
pub(super) fn is_of_somebody_else(there: &Account, id: u64, name: &str, currency: Currency) -> Option<Trouble> {
    use estair_core::row::Rollout;
    let came = there.rollout.is_some_and(|switched| switched.to == Rollout::Legacy);
    let same = came && there.name == name && there.currency() == currency;
    (!same).then(|| Trouble::new(Dirt::Number, format_args!("number {id} is taken by {:?}", there.name)))
}
