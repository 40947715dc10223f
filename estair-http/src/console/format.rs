//! How pages write amounts, days, instants, spans and people.
//!
//! Amounts are grouped from their exact text, never through a float; instants are UTC, as everywhere in the book.

use chrono::Timelike;
use estair_core::actor::Role;
use estair_core::clock::{BusinessDay, Timestamp, rfc3339};
use estair_core::id::UserId;
use estair_core::json::Json;
use estair_core::money::Money;
use serde_json::Value;

use super::frame::Frame;
use super::numbers::grouped;
use super::wording::Lang;

impl Frame {
    /// An amount with its currency: `500 000 XOF` (N4).
    pub(super) fn money(&self, money: &Money) -> String {
        format!("{}\u{a0}{}", self.figure(money), money.currency())
    }

    /// The button that raises the limit to this and approves (C10).
    pub(super) fn raise_words(&self, limit: &Money) -> String {
        self.t("request.raise").replace("{limit}", &self.money(limit))
    }

    /// An amount without its currency.
    pub(super) fn figure(&self, money: &Money) -> String {
        grouped(self.lang, &money.to_string())
    }

    /// An amount with its sign, plus too.
    pub(super) fn signed(&self, money: &Money) -> String {
        let plus = if money.is_positive() { "+" } else { "" };
        format!("{plus}{}", self.figure(money))
    }

    /// A number in groups.
    pub(super) fn number(&self, n: &u64) -> String {
        grouped(self.lang, &n.to_string())
    }

    /// An instant: `21/10/2025 à 18h00` (N4), `21 Oct 2025, 18:00` in English; UTC.
    pub(super) fn at(&self, at: &Timestamp) -> String {
        let format = match self.lang {
            Lang::Fr => "%d/%m/%Y à %Hh%M",
            Lang::En => "%d %b %Y, %H:%M",
        };
        at.format(format).to_string()
    }

    /// An instant with its seconds.
    pub(super) fn exactly(&self, at: &Timestamp) -> String {
        let separator = if self.lang == Lang::Fr { " à " } else { ", " };
        let day = self.day(&BusinessDay::new(at.date_naive()));
        format!("{day}{separator}{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
    }

    /// An instant that may not have come.
    pub(super) fn maybe_at(&self, at: &Option<Timestamp>) -> String {
        at.as_ref().map_or_else(|| "–".to_owned(), |at| self.at(at))
    }

    /// An instant for machines.
    pub(super) fn iso(&self, at: &Timestamp) -> String {
        rfc3339(*at)
    }

    /// A business day.
    pub(super) fn day(&self, day: &BusinessDay) -> String {
        let format = if self.lang == Lang::Fr { "%d/%m/%Y" } else { "%d %b %Y" };
        day.date().format(format).to_string()
    }

    /// A span of seconds in its largest unit.
    pub(super) fn span(&self, seconds: &u64) -> String {
        let (n, unit) = match *seconds {
            s if s < 120 => (s, "s"),
            s if s < 7_200 => (s / 60, "min"),
            s if s < 172_800 => (s / 3_600, "h"),
            s => (s / 86_400, if self.lang == Lang::Fr { "j" } else { "d" }),
        };
        format!("{n}\u{a0}{unit}")
    }

    /// How long ago, or in how long.
    pub(super) fn ago(&self, at: &Timestamp) -> String {
        let seconds = self.now.signed_duration_since(*at).num_seconds();
        let span = self.span(&seconds.unsigned_abs());
        self.t(if seconds < 0 { "time.in" } else { "time.ago" }).replace("{span}", &span)
    }

    /// Who did something.
    pub(super) fn by(&self, role: &Role, user: &Option<UserId>) -> String {
        let role = self.name("role", role.name());
        let Some(user) = user else { return role };
        match self.called.name(*user) {
            Some(name) => format!("{name} ({role})"),
            None => format!("{role} n°\u{a0}{user}"),
        }
    }

    /// Who did something, by the text that a queue keeps of them ([`Actor::scope`](estair_core::Actor::scope)); another text is
    /// shown as it is.
    pub(super) fn by_scope(&self, scope: &str) -> String {
        let parts = scope.split_once(':').and_then(|(role, user)| Some((Role::from_name(role)?, user.parse().ok()?)));
        parts.map_or_else(|| scope.to_owned(), |(role, user)| self.by(&role, &Some(user)))
    }

    /// A user who may not be known.
    pub(super) fn maybe_user(&self, user: &Option<UserId>) -> String {
        let Some(user) = user else { return "–".to_owned() };
        self.called.name(*user).map_or_else(|| format!("n°\u{a0}{user}"), str::to_owned)
    }

    /// A JSON text exactly as it came (G12).
    pub(super) fn exact(&self, text: &Json) -> String {
        text.to_string()
    }

    /// JSON as people read it.
    pub(super) fn json(&self, value: &Value) -> String {
        serde_json::to_string_pretty(value).unwrap_or_default()
    }
}
