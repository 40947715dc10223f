//! Living in a database that has tables of these names already (L1): they are renamed, and renamed back.
//!
//! What was renamed is noted first, in a table of its own. Where a change of a table is part of a transaction, all of it
//! is one. Elsewhere the tables are renamed by one statement; a run that is killed before or after it is finished by
//! running it again, and until then nobody else migrates.

use estair_core::store::StoreError;

use super::foreign::{FORMER, Kind, Object, in_the_way, objects};
use super::{Component, step};
use crate::dialect::Dialect;
use crate::session::Session;
use crate::sql::Sql;
use crate::table::{Columns, Stored};

/// What is noted of something that was renamed.
struct Note {
    kind: String,
    name: String,
    /// Its name now; of a view that only refers to what was renamed, how it was made anew.
    former: String,
}

/// The note that everything is on its way back.
const RETURNING: &str = "return";

impl Component {
    /// The table that notes what was renamed; it is there while something is.
    pub(super) const fn adopted(self) -> &'static str {
        match self {
            Self::Book => "estair_adopted",
            Self::Messager => "messager_adopted",
        }
    }

    /// The tables that hold what this program was given: while one has a row, nothing goes back.
    const fn holdings(self) -> &'static [&'static str] {
        match self {
            Self::Book => &["estair_accounts", "mouvements", "requetes_financieres", "helpdesk", "estair_facts"],
            Self::Messager => &["messager_messages"],
        }
    }
}

/// Renames what is in the way of the tables.
pub(super) async fn adopt<D: Dialect>(session: &mut Session<'_, D>, component: Component) -> Result<(), StoreError> {
    let objects = objects(session).await?;
    // Made here, or begun by a run that was killed afterwards: nothing is in the way any more.
    if has(&objects, component.notes()) {
        return Ok(());
    }
    let foreign = in_the_way::<D>(component, &objects);
    if foreign.is_empty() && !has(&objects, component.adopted()) {
        return Ok(());
    }
    refuse_what_cannot_move(session, component, &foreign, &objects).await?;
    let notes = noted(session, component, &foreign, &objects).await?;
    if notes.iter().any(|note| note.kind == RETURNING) {
        return Err(component.error("are on their way back: run `estair-server migrate --release` again"));
    }
    rename::<D>(session, &foreign, |name| format!("{FORMER}{name}")).await?;
    for note in notes.iter().filter(|note| note.kind == "remade") {
        session.execute(Sql::new(note.former.clone())).await?;
    }
    Ok(())
}

/// Takes the tables away again, empty as they are, and gives what was there before its names back.
///
/// False when nothing was renamed.
pub(super) async fn release<D: Dialect>(
    session: &mut Session<'_, D>,
    component: Component,
) -> Result<bool, StoreError> {
    let objects = objects(session).await?;
    if !has(&objects, component.adopted()) {
        return Ok(false);
    }
    let notes = notes(session, component).await?;
    refuse_what_is_lived_in(session, component, &objects).await?;
    if !notes.iter().any(|note| note.kind == RETURNING) {
        note(session, component, &Note { kind: RETURNING.to_owned(), name: String::new(), former: String::new() })
            .await?;
    }
    let renamed = |note: &&Note| ["table", "view", "index"].contains(&note.kind.as_str());
    let back: Vec<_> = notes.iter().filter(renamed).filter_map(|note| former_of(note, &objects)).collect();
    // Read before anything moves: afterwards a view may refer to what is not there.
    let views = match D::VIEWS {
        Some(_) => {
            remade::<D>(session, &back, |former| former.strip_prefix(FORMER).unwrap_or(former).to_owned()).await?
        }
        None => Vec::new(),
    };
    let made = step::tables(component.steps::<D>());
    let ours = made.iter().copied().filter(|name| !is_returned(name, &notes, &back) && has(&objects, name));
    let ours: Vec<_> = std::iter::once(component.notes()).filter(|name| has(&objects, name)).chain(ours).collect();
    for statement in D::drop_tables(&ours) {
        session.execute(Sql::new(statement)).await?;
    }
    rename::<D>(session, &back, |former| former.strip_prefix(FORMER).unwrap_or(former).to_owned()).await?;
    for statement in views {
        session.execute(Sql::new(statement)).await?;
    }
    session.execute(Sql::new(format!("DROP TABLE {}", component.adopted()))).await?;
    Ok(true)
}

/// Was this table's name given back by a run before this one, which was killed?
fn is_returned(name: &str, notes: &[Note], back: &[Object]) -> bool {
    let of_table = |note: &Note| note.kind == "table" || note.kind == "view";
    let was_renamed = notes.iter().any(|note| of_table(note) && note.name.eq_ignore_ascii_case(name));
    was_renamed && !back.iter().any(|object| object.name.eq_ignore_ascii_case(&format!("{FORMER}{name}")))
}

fn former_of(note: &Note, objects: &[Object]) -> Option<Object> {
    objects.iter().find(|object| object.name.eq_ignore_ascii_case(&note.former)).cloned()
}

fn has(objects: &[Object], name: &str) -> bool {
    objects.iter().any(|object| object.name.eq_ignore_ascii_case(name))
}

/// Nothing is renamed that would come to rest on something else, or that programs of the database name in a text which
/// nobody but their author can change.
async fn refuse_what_cannot_move<D: Dialect>(
    session: &mut Session<'_, D>,
    component: Component,
    foreign: &[Object],
    objects: &[Object],
) -> Result<(), StoreError> {
    let adopted = has(objects, component.adopted());
    for object in foreign {
        let former = format!("{FORMER}{}", object.name);
        if has(objects, &former) && !adopted {
            return Err(
                component.error(format!("cannot be made: there is a {former} already, so {} stays", object.name))
            );
        }
        let stays = object.kind == Kind::Other || (object.kind == Kind::View && !D::RENAMES_VIEWS);
        if stays {
            return Err(component.error(format!("cannot be made: {} is no table, and cannot be renamed", object.name)));
        }
    }
    let Some(bodies) = D::BODIES else { return Ok(()) };
    let pairs = |c: &mut Columns<'_, D::Driver>| Ok((c.read()?, c.read::<Option<String>>()?.unwrap_or_default()));
    let bodies: Vec<(String, String)> = session.read(Sql::new(bodies), pairs).await?;
    let mut naming: Vec<_> =
        bodies.iter().filter(|(_, body)| foreign.iter().any(|object| names(body, &object.name))).collect();
    naming.sort();
    let Some((program, _)) = naming.first() else { return Ok(()) };
    let problem = format!("cannot be made: {program} names what would be renamed, and would mean ours afterwards");
    Err(component.error(problem))
}

/// Does a text hold a name as a word?
fn names(text: &str, name: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.into_iter().any(|word| word.eq_ignore_ascii_case(name))
}

async fn refuse_what_is_lived_in<D: Dialect>(
    session: &mut Session<'_, D>,
    component: Component,
    objects: &[Object],
) -> Result<(), StoreError> {
    if !has(objects, component.notes()) {
        return Ok(()); // never finished: nobody could have used it
    }
    for table in component.holdings().iter().filter(|table| has(objects, table)) {
        let one: Option<u64> =
            session.read_one(Sql::new(format!("SELECT 1 FROM {table} LIMIT 1")), Stored::read).await?;
        if one.is_some() {
            return Err(component.error(format!("stay: {table} is not empty, so nothing goes back")));
        }
    }
    Ok(())
}

/// What is noted, with what is to be noted of what stands in the way now.
async fn noted<D: Dialect>(
    session: &mut Session<'_, D>,
    component: Component,
    foreign: &[Object],
    objects: &[Object],
) -> Result<Vec<Note>, StoreError> {
    let table = component.adopted();
    let columns = "(kind varchar(8) NOT NULL, name varchar(255) NOT NULL, former text NOT NULL)";
    session.execute(Sql::new(format!("CREATE TABLE IF NOT EXISTS {table} {columns}"))).await?;
    let known = if has(objects, table) { notes(session, component).await? } else { Vec::new() };
    // What a killed run has noted is whole only once its last note is there: the others are noted again.
    if known.iter().any(|note| note.kind == "whole" || note.kind == RETURNING) {
        return Ok(known);
    }
    session.execute(Sql::new(format!("DELETE FROM {table}"))).await?;
    let kind = |kind| match kind {
        Kind::Table => "table",
        Kind::View => "view",
        Kind::Index | Kind::Other => "index",
    };
    let mut notes: Vec<_> = foreign
        .iter()
        .map(|object| Note {
            kind: kind(object.kind).to_owned(),
            name: object.name.clone(),
            former: format!("{FORMER}{}", object.name),
        })
        .collect();
    if D::VIEWS.is_some() {
        let views = remade::<D>(session, foreign, |name| format!("{FORMER}{name}")).await?;
        notes.extend(views.into_iter().map(|former| Note { kind: "remade".to_owned(), name: String::new(), former }));
    }
    notes.push(Note { kind: "whole".to_owned(), name: String::new(), former: String::new() });
    for one in &notes {
        note(session, component, one).await?;
    }
    Ok(notes)
}

async fn notes<D: Dialect>(session: &mut Session<'_, D>, component: Component) -> Result<Vec<Note>, StoreError> {
    let sql = Sql::new(format!("SELECT kind, name, former FROM {}", component.adopted()));
    session.read(sql, |c| Ok(Note { kind: c.read()?, name: c.read()?, former: c.read()? })).await
}

async fn note<D: Dialect>(session: &mut Session<'_, D>, component: Component, note: &Note) -> Result<(), StoreError> {
    let sql = Sql::new(format!("INSERT INTO {} (kind, name, former) VALUES (?, ?, ?)", component.adopted()));
    session.execute(sql.bind(&note.kind).bind(&note.name).bind(&note.former)).await.map(|_| ())
}

async fn rename<D: Dialect>(
    session: &mut Session<'_, D>,
    objects: &[Object],
    to: impl Fn(&str) -> String,
) -> Result<(), StoreError> {
    let pair = |object: &Object| (object.name.clone(), to(&object.name));
    let of = |kind: Kind| objects.iter().filter(move |object| object.kind == kind);
    // How an index was made names its table as it is called before.
    let mut statements = Vec::new();
    for index in of(Kind::Index) {
        statements.extend(D::rename_index(&index.name, &to(&index.name), index.made_by.as_deref()));
    }
    let (tables, views): (Vec<_>, Vec<_>) = (of(Kind::Table).map(pair).collect(), of(Kind::View).map(pair).collect());
    statements.extend(D::rename_tables(&tables.into_iter().chain(views).collect::<Vec<_>>()));
    for statement in statements {
        session.execute(Sql::new(statement)).await?;
    }
    Ok(())
}

/// The views that refer to what is renamed, made anew, where the database does not see to it by itself.
async fn remade<D: Dialect>(
    session: &mut Session<'_, D>,
    renamed: &[Object],
    to: impl Fn(&str) -> String,
) -> Result<Vec<String>, StoreError> {
    let Some(views) = D::VIEWS else { return Ok(Vec::new()) };
    let read = |c: &mut Columns<'_, D::Driver>| Ok((c.read()?, c.read()?, c.read()?, c.read()?, c.read()?, c.read()?));
    let views: Vec<(String, String, String, String, String, String)> = session.read(Sql::new(views), read).await?;
    let mut made = Vec::new();
    for (schema, name, text, check, definer, security) in views {
        let mut changed = text.clone();
        for object in renamed {
            let place = |name: &str| format!("`{schema}`.`{name}`");
            changed = replaced(&changed, &place(&object.name), &place(&to(&object.name)));
        }
        if changed == text {
            continue;
        }
        let (user, host): (&str, &str) = definer.rsplit_once('@').unwrap_or((definer.as_str(), "%"));
        let check = if check == "NONE" { String::new() } else { format!(" WITH {check} CHECK OPTION") };
        made.push(format!(
            "CREATE OR REPLACE DEFINER = `{user}`@`{host}` SQL SECURITY {security} VIEW {name} AS {changed}{check}"
        ));
    }
    Ok(made)
}

/// A text with a name replaced wherever it stands outside of quotes.
fn replaced(text: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if next == '\'' {
            let end = end_of_quote(rest);
            out.push_str(rest.get(..end).unwrap_or(rest));
            rest = rest.get(end..).unwrap_or_default();
        } else if let Some(after) = rest.strip_prefix(from) {
            out.push_str(to);
            rest = after;
        } else {
            out.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

/// Where the quoted text ends with which this one begins.
fn end_of_quote(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_quotes_stays() {
        let text = "select `a`.`t`.`id` AS `id`,'`a`.`t` isn\\'t' AS `x` from `a`.`t` join `a`.`tt`";
        let wanted = "select `a`.`f`.`id` AS `id`,'`a`.`t` isn\\'t' AS `x` from `a`.`f` join `a`.`tt`";
        assert_eq!(replaced(text, "`a`.`t`", "`a`.`f`"), wanted);
    }

    #[test]
    fn a_program_names_a_table_as_a_word() {
        assert!(names("INSERT INTO Helpdesk(id)", "helpdesk"));
        assert!(!names("INSERT INTO helpdesk_old", "helpdesk"));
    }
}
