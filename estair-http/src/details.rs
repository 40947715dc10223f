//! The columns that a movement inherits from the table before it, declared once: their names, how they are read, where
//! they are kept, how they are shown and documented.

use estair_core::clock::{Timestamp, rfc3339};
use estair_core::movement::Details;
use estair_core::text::{MAX_LINE, MAX_TEXT};
use serde::ser::{Serialize, SerializeMap, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};

use crate::body::Fields;

/// A column: its name, and which field of [`Details`] it is.
struct Column {
    name: &'static str,
    field: Field,
}

/// Which field of [`Details`] a column is, to be read or set.
enum Field {
    Text { max: usize, get: fn(&Details) -> &Option<String>, set: fn(&mut Details) -> &mut Option<String> },
    Number { get: fn(&Details) -> &Option<u64>, set: fn(&mut Details) -> &mut Option<u64> },
    Instant { get: fn(&Details) -> &Option<Timestamp>, set: fn(&mut Details) -> &mut Option<Timestamp> },
}

macro_rules! columns {
    ($($name:ident: $kind:ident $({ $max:ident: $bound:expr })?),* $(,)?) => {
        [$(Column {
            name: stringify!($name),
            field: Field::$kind { $($max: $bound,)? get: |details| &details.$name, set: |details| &mut details.$name },
        }),*]
    };
}

const COLUMNS: [Column; 17] = columns! {
    created: Instant,
    description: Text { max: MAX_TEXT },
    source_description: Text { max: MAX_TEXT },
    subagent: Text { max: MAX_LINE },
    action: Text { max: MAX_LINE },
    state: Text { max: MAX_LINE },
    terminal: Text { max: MAX_LINE },
    recordlocator: Text { max: MAX_LINE },
    office_sb: Text { max: MAX_LINE },
    office_cn: Text { max: MAX_LINE },
    document: Text { max: MAX_LINE },
    first_passenger: Text { max: MAX_LINE },
    first_segment: Text { max: MAX_LINE },
    consolidator: Text { max: MAX_LINE },
    document_id: Number,
    approvisionnement_id: Number,
    external_id: Number,
};

/// Takes the columns of a posted movement; what is wrong with them is noted.
pub(crate) fn take(fields: &mut Fields) -> Details {
    let mut details = Details::default();
    for Column { name, field } in &COLUMNS {
        match field {
            Field::Text { max, set, .. } => *set(&mut details) = fields.take_text(name, *max),
            Field::Number { set, .. } => *set(&mut details) = fields.take_u64(name),
            Field::Instant { set, .. } => *set(&mut details) = fields.take_timestamp(name),
        }
    }
    details
}

/// The texts that are filled in, by name.
#[cfg(feature = "console")]
pub(crate) fn texts(details: &Details) -> impl Iterator<Item = (&'static str, &str)> {
    COLUMNS.iter().filter_map(|column| match column.field {
        Field::Text { get, .. } => Some((column.name, get(details).as_deref()?)),
        _ => None,
    })
}

/// The columns as members of a movement's JSON object.
#[derive(Debug)]
pub(crate) struct Shown(pub(crate) Details);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(Some(COLUMNS.len()))?;
        for Column { name, field } in &COLUMNS {
            match field {
                Field::Text { get, .. } => members.serialize_entry(name, get(&self.0))?,
                Field::Number { get, .. } => members.serialize_entry(name, get(&self.0))?,
                Field::Instant { get, .. } => members.serialize_entry(name, &get(&self.0).map(rfc3339))?,
            }
        }
        members.end()
    }
}

/// The schema of an object that has the columns beside its own members.
pub(crate) fn beside(own: RefOr<Schema>) -> RefOr<Schema> {
    let RefOr::T(Schema::Object(mut object)) = own else { return own };
    for Column { name, field } in &COLUMNS {
        object.properties.insert((*name).to_owned(), RefOr::T(field.schema().into()));
    }
    RefOr::T(Schema::Object(object))
}

impl Field {
    fn schema(&self) -> Object {
        let or_null = |kind| ObjectBuilder::new().schema_type(SchemaType::from_iter([kind, Type::Null]));
        match self {
            Self::Text { .. } => or_null(Type::String).build(),
            Self::Number { .. } => {
                let format = SchemaFormat::KnownFormat(KnownFormat::Int64);
                or_null(Type::Integer).format(Some(format)).minimum(Some(0)).build()
            }
            // There is one: the operation's own.
            Self::Instant { .. } => or_null(Type::String).description(Some("The operation's own date.")).build(),
        }
    }
}
