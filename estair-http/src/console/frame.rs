//! What surrounds every page: the menu, who is signed in, what was done or refused on the way, where news come from.

use std::sync::atomic::{AtomicU32, Ordering};

use estair_core::actor::Role;
use estair_core::book::View;
use estair_core::clock::{Ids, Timestamp};
use estair_core::id::{AccountId, UserId};
use estair_core::permission::{Permission, granted};

use uuid::Uuid;

use super::failure::{Failure, Trouble};
use super::form::{Form, address};
use super::numbers::grouped;
use super::state::Console;
use super::visitor::Visitor;
use super::wording::Lang;
use crate::events::{Listener, here};
use crate::people::Called;

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
    /// Files of payments.
    Payments,
    /// Messager.
    Messages,
    /// Notifications.
    Notifications,
    /// The audit trail.
    Audit,
    /// People.
    People,
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

const MENU: [(Section, &str, &str); 9] = [
    (Section::Queue, "queue", ""),
    (Section::Requests, "requests", "/requests"),
    (Section::Support, "support", "/support"),
    (Section::Accounts, "accounts", "/accounts"),
    (Section::Payments, "payments", "/payments"),
    (Section::Messages, "messages", "/messages"),
    (Section::Notifications, "notifications", "/notifications"),
    (Section::Audit, "audit", "/audit"),
    (Section::People, "people", "/people"),
];

/// The path of the visitor's own account.
const OWN: &str = "/accounts/own";

/// The menu of an agency.
const AGENCY: [(Section, &str, &str); 5] = [
    (Section::Queue, "home", ""),
    (Section::Requests, "requests", "/requests"),
    (Section::Accounts, "statement", OWN),
    (Section::Support, "support", "/support"),
    (Section::Notifications, "alerts", "/notifications"),
];

/// How the core says that nobody of an audience could be told (N7), and the key of the same in other words.
const NOBODY: [(&str, &str, &str); 3] = [
    ("nobody of ", " has an e-mail address", "nobody.email"),
    ("nobody of ", " has a device", "nobody.push"),
    ("", " has no channel of Teams", "nobody.teams"),
];

/// What every template has.
pub(super) struct Frame {
    /// The language.
    pub(super) lang: Lang,
    /// Who is signed in.
    pub(super) role: Option<Role>,
    /// The user behind it.
    pub(super) user: Option<UserId>,
    /// A client's account.
    account: Option<AccountId>,
    /// What the people are called whom the page names.
    pub(super) called: Called,
    /// What forms carry.
    pub(super) csrf: String,
    /// What the keys of the page's forms begin with.
    keys: Uuid,
    /// How many forms have theirs.
    forms: AtomicU32,
    /// The same page in the other language.
    pub(super) lang_link: String,
    /// The event stream.
    pub(super) events: String,
    /// The polling fallback.
    pub(super) news: String,
    /// How much waits.
    pub(super) counts: String,
    /// The address of this page, where it is the answer to a form: what a reload asks for.
    pub(super) at: Option<String>,
    /// Where to sign in, and come back here.
    pub(super) sign_in: String,
    /// Which news concern this page: the kind, and the id for a page about one thing.
    pub(super) watches: Option<(&'static str, String)>,
    /// The event after which the page wants to hear: what came before it shows.
    pub(super) since: String,
    /// What was done on the way here.
    pub(super) done: Option<String>,
    /// What was refused.
    pub(super) trouble: Option<Trouble>,
    /// Is this a trial system (N12)?
    pub(super) trial: bool,
    /// The guide, if the host serves one.
    pub(super) help: Option<String>,
    /// The present instant.
    pub(super) now: Timestamp,
    prefix: String,
    home: String,
    section: Section,
    has_messager: bool,
    manages_people: bool,
    apart: bool,
}

impl Frame {
    /// The frame of a page.
    pub(super) fn new(console: &Console, visitor: Option<&Visitor>, lang: Lang, path: &str, section: Section) -> Self {
        let (route, query) = path.split_once('?').unwrap_or((path, ""));
        let form = Form::decode(query);
        let other = form.address_with(route, "lang", lang.other().name());
        let count = grouped(lang, &form.get("n").and_then(|n| n.parse::<u64>().ok()).unwrap_or_default().to_string());
        let done = form.get("done").and_then(|key| lang.find(&format!("done.{key}")));
        Self {
            lang,
            role: visitor.map(|visitor| visitor.actor.role()),
            user: visitor.and_then(|visitor| visitor.actor.user()),
            account: visitor.and_then(|visitor| visitor.actor.account()),
            called: visitor.map(|visitor| visitor.called.clone()).unwrap_or_default(),
            csrf: visitor.map(|visitor| visitor.csrf.clone()).unwrap_or_default(),
            keys: Ids::new(console.access.now(), console.access.seed()).draw(),
            forms: AtomicU32::new(0),
            lang_link: console.url(&other),
            events: console.url("/live"),
            news: console.url("/live/news"),
            counts: console.url("/live/counts"),
            at: visitor.filter(|visitor| visitor.posted).map(|_| console.url(&form.address_with(route, "", ""))),
            sign_in: console.url(&address("/sign-in", (path != "/").then_some(("next", path)).as_slice())),
            watches: None,
            since: String::new(),
            done: done.map(|words| words.replace("{n}", &count)),
            trouble: None,
            trial: console.options.trial,
            help: console.options.help.clone(),
            now: console.access.now(),
            prefix: console.options.prefix.clone(),
            home: console.home().to_owned(),
            section,
            has_messager: console.access.has_messager(),
            manages_people: visitor.is_some_and(|visitor| console.manages_people(visitor)),
            apart: console.is_apart(),
        }
    }

    /// The frame of a visitor's page.
    pub(super) fn of(console: &Console, visitor: &Visitor, section: Section) -> Self {
        Self::new(console, Some(visitor), visitor.lang, &visitor.path, section)
    }

    /// A page that says when news of a kind come in; of one thing when it names an id.
    pub(super) async fn watching(
        mut self,
        console: &Console,
        view: &View,
        kind: &'static str,
        id: &str,
    ) -> Result<Self, Failure> {
        self.since = here(&console.hub, Listener::to_book(view.clone())).await?;
        self.watches = Some((kind, id.to_owned()));
        Ok(self)
    }

    /// A page that names these people, too: who is not among them, or has no name, is told by number.
    pub(super) async fn naming(mut self, console: &Console, people: impl IntoIterator<Item = UserId>) -> Self {
        self.called.add(console.access.names(people).await);
        self
    }

    /// Are there pages of Messager to link to?
    pub(super) fn shows_messages(&self) -> bool {
        self.has_messager
    }

    /// The menu.
    pub(super) fn menu(&self) -> Vec<MenuItem> {
        if self.apart {
            let item = |section: Section, key, href| MenuItem { key, href, here: section == self.section };
            return vec![
                item(Section::Messages, "messages", self.home.clone()),
                item(Section::Notifications, "notifications", self.url("/notifications")),
            ];
        }
        if let Some(account) = self.account {
            let own = format!("/accounts/{account}");
            let item = |(section, key, path): (Section, &'static str, &str)| MenuItem {
                key,
                href: if path.is_empty() { self.home.clone() } else { self.url(path) },
                here: section == self.section,
            };
            return AGENCY
                .map(|(section, key, path)| item((section, key, if path == OWN { &own } else { path })))
                .into();
        }
        let shown = |section: Section| match section {
            Section::Messages => self.has_messager,
            Section::People => self.manages_people,
            Section::Payments => cfg!(feature = "payments") && self.may(Permission::PostPayments),
            _ => true,
        };
        MENU.iter()
            .filter(|(section, ..)| shown(*section))
            .map(|(section, key, path)| MenuItem {
                key,
                href: if path.is_empty() { self.home.clone() } else { self.url(path) },
                here: *section == self.section,
            })
            .collect()
    }

    /// Is there a book that the visitor looks things up in?
    pub(super) fn searches(&self) -> bool {
        !self.apart && !self.is_client()
    }

    /// Is somebody of an agency signed in?
    pub(super) fn is_client(&self) -> bool {
        self.role == Some(Role::Client)
    }

    /// What the pages are called.
    pub(super) fn brand(&self) -> &'static str {
        if self.apart { "Messager" } else { "ESTAIR" }
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

    /// What the core says of a field, or of what it skipped, in the language of the page as far as it is known.
    pub(super) fn fault(&self, message: &str) -> String {
        let nobody = NOBODY.iter().find_map(|(before, after, key)| {
            let audience = message.strip_prefix(before)?.strip_suffix(after)?;
            Some(self.lang.find(key)?.replace("{who}", &self.name("audience", audience)))
        });
        nobody.unwrap_or_else(|| self.any_name(&["fault"], message))
    }

    /// Who is at the browser: what is kept there is shown to nobody else.
    pub(super) fn who(&self) -> String {
        self.user.map_or_else(String::new, |user| user.to_string())
    }

    /// A key for the next form of the page: sent twice, the form is done once (W3).
    pub(super) fn key(&self) -> String {
        format!("console-{}-{}", self.keys, self.forms.fetch_add(1, Ordering::Relaxed))
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
}
