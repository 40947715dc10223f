//! Pages of lists, cut by keys and not by offsets, so that they are stable while rows are added.

/// Most rows that one page holds.
pub const MAX_PAGE: u32 = 200;

/// A page of a list, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows at most, 1 to [`MAX_PAGE`].
    pub limit: u32,
    /// Only rows whose key (the id; a statement's sequence) is below this one.
    pub before: Option<u64>,
}

impl Default for Page {
    fn default() -> Self {
        Self { limit: 50, before: None }
    }
}

/// Rows of a page, and whether there are more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The `before` of the next page; none on the last.
    pub next: Option<u64>,
}

impl<T> Slice<T> {
    /// Nothing, and nothing more.
    #[must_use]
    pub const fn empty() -> Self {
        Self { items: Vec::new(), next: None }
    }

    /// A slice from up to `limit + 1` rows: the surplus one says that there are more.
    pub fn of(mut rows: Vec<T>, limit: u32, key: impl Fn(&T) -> u64) -> Self {
        let limit = limit as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(key);
        Self { items: rows, next }
    }
}
