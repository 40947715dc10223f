//! French writing of amounts, dates, categories and sources (N4).

use chrono::{Datelike, Timelike};
use estair_core::clock::{BusinessDay, Timestamp};
use estair_core::money::{Amount, Currency, Money};
use estair_core::notice::Audience;

/// Between groups of three digits, and before a currency's code: a plain space, so that an amount is found by what people type.
pub const GROUP: char = ' ';

/// `500 000 XOF`, `-1 234,50 EUR`.
#[must_use]
pub fn money(money: Money) -> String {
    format!("{}{GROUP}{}", number(&money.to_string()), money.currency().code())
}

/// An amount as facts hold it, a decimal and a code; as it stands when it cannot be read.
#[must_use]
pub fn money_text(amount: &str, currency: &str) -> String {
    let read = || amount.parse::<Amount>().ok()?.in_currency(currency.parse::<Currency>().ok()?).ok();
    read().map_or_else(|| format!("{amount}{GROUP}{currency}"), money)
}

/// A decimal without its currency, `-1 234,50`; as it stands when it is none.
#[must_use]
pub fn number(decimal: &str) -> String {
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |digits| ("-", digits));
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !fraction.is_none_or(is_number) {
        return decimal.to_owned();
    }
    let mut text = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(GROUP);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push(',');
        text.push_str(fraction);
    }
    text
}

/// `21/10/2025 à 18h00`, in UTC.
#[must_use]
pub fn date(at: Timestamp) -> String {
    let (day, month, year, hour, minute) = (at.day(), at.month(), at.year(), at.hour(), at.minute());
    format!("{day:02}/{month:02}/{year:04} à {hour:02}h{minute:02}")
}

/// What a category of requests is called, or the movement type that stands for it in a message's payload (R1).
const CATEGORIES: &[(&str, &str)] = &[
    ("load", "Chargement"),
    ("payment", "Chargement"),
    ("unload", "Déchargement"),
    ("debit", "Déchargement"),
    ("daily_credit", "Crédit journalier"),
    ("credit", "Crédit journalier"),
    ("cancel_credit", "Annulation de crédit"),
    ("credit_cancellation", "Annulation de crédit"),
];

/// The French name of a category; as it stands when there is none.
#[must_use]
pub fn category(name: &str) -> &str {
    CATEGORIES.iter().find(|(key, _)| *key == name).map_or(name, |(_, label)| label)
}

/// `21/10/2025`.
#[must_use]
pub fn day(day: BusinessDay) -> String {
    day.date().format("%d/%m/%Y").to_string()
}

/// What a status of a financial request is called, as in the console.
const STATUSES: [(&str, &str); 6] = [
    ("open", "À décider"),
    ("waiting", "En attente"),
    ("to_treat", "Approuvée"),
    ("processing", "En file"),
    ("closed", "Écrite"),
    ("cancelled", "Annulée"),
];

/// The French name of a status; as it stands when there is none.
#[must_use]
pub fn status(name: &str) -> &str {
    STATUSES.iter().find(|(key, _)| *key == name).map_or(name, |(_, label)| label)
}

/// What an age of the daily report is called.
const AGES: [(&str, &str); 3] =
    [("0-1d", "moins d’un jour"), ("1-7d", "moins d’une semaine"), ("7d+", "une semaine et plus")];

/// The French name of an age; as it stands when there is none.
#[must_use]
pub fn age(name: &str) -> &str {
    AGES.iter().find(|(key, _)| *key == name).map_or(name, |(_, label)| label)
}

/// What a source of movements is called.
const SOURCES: [(&str, &str); 8] = [
    ("helpdesk", "Helpdesk"),
    ("bmp", "BMP"),
    ("wave", "Wave"),
    ("orange", "Orange Money"),
    ("spc", "SPC"),
    ("bsp", "BSP (ventes)"),
    ("email_banking", "E-mail bancaire"),
    ("manual", "Manuel"),
];

/// The French name of a source; as it stands when there is none.
#[must_use]
pub fn source(name: &str) -> &str {
    SOURCES.iter().find(|(key, _)| *key == name).map_or(name, |(_, label)| label)
}

/// What an audience is called.
pub(crate) const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Client => "client",
        Audience::Operation => "opérations",
        Audience::Finance => "finance",
        Audience::Admin => "administration",
        Audience::Critical => "alertes critiques",
    }
}
