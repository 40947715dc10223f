//! A part of a page that is a list of its own: a chronology or a thread, newest first, with a way to what is older.

use estair_core::refusal::Refusal;
use estair_core::store::Page;

use crate::console::form::{Form, accept};
use crate::console::state::Console;

/// Rows that a part of a page shows.
const ROWS: u32 = 50;

/// A part of a page, by the field of its address that says where it begins.
pub(crate) struct Part {
    name: &'static str,
    /// What it shows.
    pub(crate) page: Page,
}

impl Part {
    /// The part as the address wants it.
    pub(crate) fn of(f: &Form, name: &'static str) -> Result<Self, Refusal> {
        let mut faults = Vec::new();
        let page = Page { limit: ROWS, before: f.id(name, &mut faults) };
        accept(faults)?;
        Ok(Self { name, page })
    }

    /// The ways back to the newest and on to the older rows.
    pub(crate) fn links(
        &self,
        console: &Console,
        f: &Form,
        path: &str,
        next: Option<u64>,
    ) -> (Option<String>, Option<String>) {
        let at = |before: &str| format!("{}#{}", console.url(&f.address_with(path, self.name, before)), self.name);
        (self.page.before.map(|_| at("")), next.map(|next| at(&next.to_string())))
    }
}

/// The newest rows of a list.
pub(crate) const fn newest_of(limit: u32) -> Page {
    Page { limit, before: None }
}
