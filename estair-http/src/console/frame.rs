//! What surrounds every page, and how it writes words, amounts, days and instants.
//!
//! Amounts are grouped from their exact text, never through a float; instants are UTC, as everywhere in the book.

use chrono::Timelike;
use estair_core::actor::Role;
use estair_core::category::{Category, DEFINITIONS, Desk, Status};
use estair_core::clock::{BusinessDay, Timestamp, rfc3339};
use estair_core::id::UserId;
use estair_core::money::Money;
use estair_core::movement::{MovementType, Source};
use estair_core::notification::Channel;
use estair_core::permission::{Permission, granted};
use estair_core::queue::JobStatus;
use estair_core::support::{Assignee, SupportStatus};
use serde_json::Value;

use super::Console;
use super::failure::{Failure, Trouble};
use super::fields::Fields;
use super::session::Visitor;
use super::wording::Lang;

/// Where in the console a page belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// Nowhere: signing in, failures.
    None,
    /// What waits for this role.
    Queue,
    /// Financial requests.
    Requests,
    /// Support requests.
    Support,
    /// Accounts.
    Accounts,
    /// Messager.
    Messages,
    /// Notifications.
    Notifications,
    /// The audit trail.
    Audit,
}

/// A line of the menu.
pub(super) struct MenuItem {
    /// The key of its word, and of its icon.
    pub(super) key: &'static str,
    /// Where it leads.
    pub(super) href: String,
    /// Is the page there already?
    pub(super) here: bool,
}

const MENU: [(Section, &str, &str); 7] = [
    (Section::Queue, "queue", ""),
    (Section::Requests, "requests", "/requests"),
    (Section::Support, "support", "/support"),
    (Section::Accounts, "accounts", "/accounts"),
    (Section::Messages, "messages", "/messages"),
    (Section::Notifications, "notifications", "/notifications"),
    (Section::Audit, "audit", "/audit"),
];

/// What every template has.
pub(super) struct Frame {
    /// The language.
    pub(super) lang: Lang,
    /// Who is signed in.
    pub(super) role: Option<Role>,
    /// The user behind it.
    pub(super) user: Option<UserId>,
    /// What forms carry.
    pub(super) csrf: String,
    /// The same page in the other language.
    pub(super) lang_link: String,
    /// The event stream.
    pub(super) events: String,
    /// The polling fallback.
    pub(super) news: String,
    /// Which news concern this page: the kind, and the id for a page about one thing.
    pub(super) watches: Option<(&'static str, String)>,
    /// The newest fact when the page was read, for polling.
    pub(super) since: u64,
    /// What was done on the way here.
    pub(super) done: Option<String>,
    /// What was refused.
    pub(super) trouble: Option<Trouble>,
    /// The present instant.
    pub(super) now: Timestamp,
    prefix: String,
    home: String,
    section: Section,
    has_messager: bool,
}

impl Frame {
    /// The frame of a page.
    pub(super) fn new(console: &Console, visitor: Option<&Visitor>, lang: Lang, path: &str, section: Section) -> Self {
        let (route, query) = path.split_once('?').unwrap_or((path, ""));
        let fields = Fields::decode(query);
        let other = fields.address_with(route, "lang", lang.other().name());
        let count = grouped(lang, &fields.get("n").and_then(|n| n.parse::<u64>().ok()).unwrap_or_default().to_string());
        let done = fields.get("done").and_then(|key| lang.find(&format!("done.{key}")));
        Self {
            lang,
            role: visitor.map(|visitor| visitor.actor.role()),
            user: visitor.and_then(|visitor| visitor.actor.user()),
            csrf: visitor.map(|visitor| visitor.csrf.clone()).unwrap_or_default(),
            lang_link: console.url(&other),
            events: console.url("/live"),
            news: console.url("/live/news"),
            watches: None,
            since: 0,
            done: done.map(|words| words.replace("{n}", &count)),
            trouble: None,
            now: console.host.clock.now(),
            prefix: console.options.prefix.clone(),
            home: console.home().to_owned(),
            section,
            has_messager: console.host.messager.is_some(),
        }
    }

    /// The frame of a visitor's page.
    pub(super) fn of(console: &Console, visitor: &Visitor, section: Section) -> Self {
        Self::new(console, Some(visitor), visitor.lang, &visitor.path, section)
    }

    /// With the bar that says what was refused.
    pub(super) fn after(mut self, failure: Option<&Failure>) -> Self {
        self.trouble = failure.map(|failure| failure.trouble(&self));
        self
    }

    /// A page that says when news of a kind come in; of one thing when it names an id.
    pub(super) async fn watching(mut self, console: &Console, kind: &'static str, id: &str) -> Result<Self, Failure> {
        self.since = console.host.reader.last_fact().await?.map_or(0, |fact| fact.0);
        self.watches = Some((kind, id.to_owned()));
        Ok(self)
    }

    /// Are there pages of Messager to link to?
    pub(super) fn shows_messages(&self) -> bool {
        self.has_messager
    }

    /// The menu.
    pub(super) fn menu(&self) -> Vec<MenuItem> {
        let shown = MENU.iter().filter(|(section, ..)| *section != Section::Messages || self.has_messager);
        shown
            .map(|(section, key, path)| MenuItem {
                key,
                href: if path.is_empty() { self.home.clone() } else { self.url(path) },
                here: *section == self.section,
            })
            .collect()
    }

    /// The words of a key.
    pub(super) fn t(&self, key: &'static str) -> &'static str {
        self.lang.find(key).unwrap_or(key)
    }

    /// The words of a key that was put together.
    pub(super) fn word(&self, key: &str) -> String {
        self.lang.find(key).map_or_else(|| key.to_owned(), str::to_owned)
    }

    /// The words of a key, with a number in the place of `{n}`.
    pub(super) fn count(&self, key: &'static str, n: &u64) -> String {
        self.t(key).replace("{n}", &grouped(self.lang, &n.to_string()))
    }

    /// What a stable name is called; the name itself when it has no other.
    pub(super) fn name(&self, group: &str, name: &str) -> String {
        self.any_name(&[group], name)
    }

    /// What a stable name of one of these groups is called.
    pub(super) fn any_name(&self, groups: &[&str], name: &str) -> String {
        let found = groups.iter().find_map(|group| self.lang.find(&format!("{group}.{name}")));
        found.map_or_else(|| name.to_owned(), str::to_owned)
    }

    /// What the core says of a field, in the language of the page as far as it is known.
    pub(super) fn fault(&self, message: &str) -> String {
        self.any_name(&["fault"], message)
    }

    /// A path of the console.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// The page of one thing.
    pub(super) fn to(&self, path: &str, id: &impl std::fmt::Display) -> String {
        format!("{}{path}/{id}", self.prefix)
    }

    /// May the visitor do this?
    pub(super) fn may(&self, permission: Permission) -> bool {
        self.role.is_some_and(|role| granted(role, permission).is_some())
    }

    /// The first page.
    pub(super) fn home_url(&self) -> &str {
        &self.home
    }

    /// Is an administrator signed in?
    pub(super) fn is_admin(&self) -> bool {
        self.role == Some(Role::Admin)
    }

    /// May the visitor create tickets?
    pub(super) fn may_open_tickets(&self) -> bool {
        self.may(Permission::CreateSupport)
    }

    /// May the visitor replay messages?
    pub(super) fn may_replay(&self) -> bool {
        self.may(Permission::ReplayMessages)
    }

    /// An amount with its currency: `500 000 XOF` (N4).
    pub(super) fn money(&self, money: &Money) -> String {
        format!("{}\u{a0}{}", self.figure(money), money.currency())
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
        user.map_or_else(|| role.clone(), |user| format!("{role} n°\u{a0}{user}"))
    }

    /// A user who may not be known.
    pub(super) fn maybe_user(&self, user: &Option<UserId>) -> String {
        user.map_or_else(|| "–".to_owned(), |user| format!("n°\u{a0}{user}"))
    }

    /// JSON as people read it.
    pub(super) fn json(&self, value: &Value) -> String {
        serde_json::to_string_pretty(value).unwrap_or_default()
    }
}

/// The icon of a state: a shape of its own for each, so that none is told by its colour alone.
const ICONS: [(&str, &str); 5] = [
    ("completed", "closed"),
    ("done", "closed"),
    ("in_progress", "processing"),
    ("permanent", "failed"),
    ("success", "closed"),
];

/// The names that filters offer, from the core's own enumerations.
impl Frame {
    /// The icon of a state.
    pub(super) fn icon<'n>(&self, name: &'n str) -> &'n str {
        ICONS.iter().find(|(state, _)| *state == name).map_or(name, |(_, icon)| icon)
    }

    pub(super) fn statuses(&self) -> Vec<&'static str> {
        Status::ALL.iter().map(|one| one.name()).collect()
    }

    pub(super) fn categories(&self) -> Vec<&'static str> {
        Category::ALL.iter().map(|one| one.name()).collect()
    }

    pub(super) fn desks(&self) -> Vec<&'static str> {
        Desk::ALL.iter().map(|one| one.name()).collect()
    }

    pub(super) fn support_statuses(&self) -> Vec<&'static str> {
        SupportStatus::ALL.iter().map(|one| one.name()).collect()
    }

    pub(super) fn assignees(&self) -> Vec<&'static str> {
        Assignee::ALL.iter().map(|one| one.name()).collect()
    }

    pub(super) fn movement_types(&self) -> Vec<&'static str> {
        MovementType::ALL.iter().map(|one| one.name()).collect()
    }

    pub(super) fn sources(&self) -> Vec<&'static str> {
        Source::ALL.iter().map(|one| one.name()).collect()
    }

    pub(super) fn channels(&self) -> Vec<&'static str> {
        Channel::ALL.iter().map(|one| one.name()).collect()
    }

    pub(super) fn job_statuses(&self) -> Vec<&'static str> {
        JobStatus::ALL.iter().map(|one| one.name()).collect()
    }

    /// A message is never skipped.
    pub(super) fn message_statuses(&self) -> Vec<&'static str> {
        JobStatus::ALL.iter().filter(|one| **one != JobStatus::Skipped).map(|one| one.name()).collect()
    }

    pub(super) fn message_types(&self) -> Vec<&'static str> {
        DEFINITIONS.iter().map(|definition| definition.message).collect()
    }
}

/// Digits in groups of three, from the exact text of a number: narrow spaces and a comma in French, commas and a point
/// in English; a true minus.
pub(super) fn grouped(lang: Lang, exact: &str) -> String {
    let (separator, point) = match lang {
        Lang::Fr => ('\u{202f}', ','),
        Lang::En => (',', '.'),
    };
    let (sign, digits) = exact.strip_prefix('-').map_or(("", exact), |rest| ("\u{2212}", rest));
    let (whole, rest) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            out.push(separator);
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push(point);
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_from_their_exact_text() {
        assert_eq!(grouped(Lang::Fr, "500000"), "500\u{202f}000");
        assert_eq!(grouped(Lang::Fr, "-1234567.50"), "\u{2212}1\u{202f}234\u{202f}567,50");
        assert_eq!(grouped(Lang::En, "9999999999999.99"), "9,999,999,999,999.99");
        assert_eq!(grouped(Lang::En, "12"), "12");
        assert_eq!(grouped(Lang::Fr, "0"), "0");
    }
}
