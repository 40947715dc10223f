//! Pages of lists, newest first, read by walks of an index that has its rows in order.
//!
//! A page reads no more than its limit asks for, however many rows lie behind it and whatever the filter, also when
//! nothing fits. An index gives the order of its last column only where every column before it has one value. So where
//! a filter names some of these columns, each combination of the names that the others may have is walked by itself, to
//! the page's limit, and the walks are merged. The sets are small and closed: statuses, desks, types, sources.

use estair_core::store::Page;

use crate::sql::Sql;

/// A column and the names that its rows may have.
pub(crate) type Choice = (&'static str, Vec<&'static str>);

/// The names that a filter asks for, or else all that there are.
pub(crate) fn names<T: Copy>(asked: &[T], all: &[T], name: fn(T) -> &'static str) -> Vec<&'static str> {
    let asked = if asked.is_empty() { all } else { asked };
    asked.iter().copied().map(name).collect()
}

/// Rows of a table, newest first by a key.
#[derive(Debug)]
pub(crate) struct IndexWalk {
    pub(crate) table: &'static str,
    pub(crate) key: &'static str,
    /// What every row fulfils, without its `WHERE`.
    pub(crate) condition: Sql,
    /// The columns of the index between those that the condition fixes and the key; none when the filter names none.
    pub(crate) choices: Vec<Choice>,
}

impl IndexWalk {
    /// A page: what is shown of its rows and of one more, of a table by this alias.
    pub(crate) fn page(self, shown: impl Fn(&str) -> String, page: Page) -> Sql {
        self.in_order(shown, page, Order::Newest)
    }

    /// The same from the other end: oldest first.
    pub(crate) fn page_from_the_oldest(self, shown: impl Fn(&str) -> String, page: Page) -> Sql {
        self.in_order(shown, page, Order::Oldest)
    }

    fn in_order(self, shown: impl Fn(&str) -> String, page: Page, order: Order) -> Sql {
        let ways = combinations(&self.choices);
        match ways.as_slice() {
            [way] => self.walk(&shown(""), "", way, page, order),
            ways => self.merged(&shown("m."), "", ways, page, order),
        }
    }

    /// A page that shows more of its rows than their columns: expressions over each row `m`. A walk for a name reads the
    /// index alone: were it to read the rows too, a database that counts on finding enough of them soon would rather
    /// read the newest rows of all names. MySQL is told which index, as it takes the first of those that begin with the
    /// name, and sorts; to the others this is a comment.
    pub(crate) fn page_of(self, expressions: &str, index: &str, page: Page) -> Sql {
        if self.choices.is_empty() {
            return self.walk(expressions, " m", &[], page, Order::Newest);
        }
        let hint = format!("/*+ INDEX({} {index}) */ ", self.table);
        self.merged(expressions, &hint, &combinations(&self.choices), page, Order::Newest)
    }

    fn merged(
        &self,
        expressions: &str,
        hint: &str,
        ways: &[Vec<(&str, &'static str)>],
        page: Page,
        order: Order,
    ) -> Sql {
        let (Self { table, key, .. }, direction) = (self, order.direction());
        let mut sql = Sql::new(format!("SELECT {expressions} FROM ("));
        for (number, way) in ways.iter().enumerate() {
            let before = if number == 0 { "SELECT * FROM (" } else { " UNION ALL SELECT * FROM (" };
            let walk = self.walk(&format!("{hint}id, {key} AS place"), "", way, page, order);
            sql = sql.and(before).append(walk).and(&format!(") walk{number}"));
        }
        // CROSS JOIN makes SQLite, which keeps no figures of its tables, begin with the page.
        sql.and(&format!(" ORDER BY place{direction} LIMIT ?"))
            .bind(page.limit.saturating_add(1))
            .and(&format!(") newest CROSS JOIN {table} m WHERE m.id = newest.id ORDER BY m.{key}{direction}"))
    }

    fn walk(&self, columns: &str, alias: &str, way: &[(&str, &'static str)], page: Page, order: Order) -> Sql {
        let sql =
            Sql::new(format!("SELECT {columns} FROM {}{alias} WHERE ", self.table)).append(self.condition.clone());
        let sql = way.iter().fold(sql, |sql, (column, name)| sql.and(&format!(" AND {column} = ?")).bind(*name));
        match order {
            Order::Newest => sql.page(self.key, page),
            Order::Oldest => {
                let before = page.before.map(|before| i64::try_from(before).unwrap_or(i64::MAX));
                sql.and_if(&format!(" AND {} > ?", self.key), before)
                    .and(&format!(" ORDER BY {} LIMIT ?", self.key))
                    .bind(page.limit.saturating_add(1))
            }
        }
    }
}

/// From which end an index is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Newest,
    Oldest,
}

impl Order {
    const fn direction(self) -> &'static str {
        match self {
            Self::Newest => " DESC",
            Self::Oldest => "",
        }
    }
}

/// Each way to take one name for each column; of no column, the one way that takes none.
fn combinations(choices: &[Choice]) -> Vec<Vec<(&'static str, &'static str)>> {
    choices.iter().fold(vec![Vec::new()], |ways, (column, names)| {
        let longer = |way: &Vec<_>| names.iter().map(|name| [way.as_slice(), &[(*column, *name)]].concat()).collect();
        ways.iter().flat_map::<Vec<_>, _>(longer).collect()
    })
}
