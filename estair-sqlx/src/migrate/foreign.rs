//! What stands in a database under names of ours, and is not ours (L1).

use estair_core::store::StoreError;

use super::{Component, step};
use crate::dialect::Dialect;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::Columns;

/// What somebody else has made: something that takes a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// How it was made, where the database says so.
    pub(super) made_by: Option<String>,
}

/// What takes a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Table,
    View,
    Index,
    /// Anything else; it is never renamed.
    Other,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "table" => Self::Table,
            "view" => Self::View,
            "index" => Self::Index,
            _ => Self::Other,
        }
    }
}

/// Everything that takes a name in the database or schema of the session.
pub(super) async fn objects<D: Dialect>(session: &mut Session<'_, D>) -> Result<Vec<Object>, StoreError> {
    let read = |c: &mut Columns<'_, D::Driver>| {
        let (name, kind): (String, String) = (c.read()?, c.read()?);
        Ok(Object { name, kind: Kind::of(&kind), made_by: c.read()? })
    };
    session.read(Sql::new(D::OBJECTS), read).await
}

/// Those of them that have a name of the component's.
pub(super) fn in_the_way<D: Dialect>(component: Component, objects: &[Object]) -> Vec<Object> {
    let names = step::names(component.steps::<D>());
    let taken = |object: &&Object| names.iter().any(|name| name.eq_ignore_ascii_case(&object.name));
    objects.iter().filter(taken).cloned().collect()
}

/// That they are in the way, and what can be done.
pub(super) fn refusal(component: Component, foreign: &[Object]) -> StoreError {
    let mut names: Vec<_> = foreign.iter().map(|object| object.name.as_str()).collect();
    names.sort_unstable();
    component.error(format!(
        "cannot be made, nothing was changed: there are others of these names, which are not ours: {}. Give the {} a \
         database or a schema of its own, or have them renamed to {FORMER}… with `estair-server migrate --adopt`",
        names.join(", "),
        component.name(),
    ))
}

/// What the name of what was there before begins with.
pub(super) const FORMER: &str = "former_";
