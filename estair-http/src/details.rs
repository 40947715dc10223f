//! The columns that a movement inherits from the table before it ([`Details::COLUMNS`]): how they are read, shown and
//! documented.

use estair_core::clock::rfc3339;
use estair_core::movement::{DetailColumn, DetailField, Details};
use serde::ser::{Serialize, SerializeMap, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};

use crate::body::Fields;

/// Takes the columns of a posted movement; what is wrong with them is noted.
pub(crate) fn take(fields: &mut Fields) -> Details {
    let mut details = Details::default();
    for DetailColumn { name, field } in Details::COLUMNS {
        match field {
            DetailField::Text { max, set, .. } => *set(&mut details) = fields.take_text(name, *max),
            DetailField::Number { set, .. } => *set(&mut details) = fields.take_u64(name),
            DetailField::Instant { set, .. } => *set(&mut details) = fields.take_timestamp(name),
        }
    }
    details
}

/// The texts that are filled in, by name.
#[cfg(feature = "console")]
pub(crate) fn texts(details: &Details) -> impl Iterator<Item = (&'static str, &str)> {
    Details::COLUMNS.iter().filter_map(|column| match column.field {
        DetailField::Text { get, .. } => Some((column.name, get(details).as_deref()?)),
        _ => None,
    })
}

/// The columns as members of a movement's JSON object.
#[derive(Debug)]
pub(crate) struct Shown(pub(crate) Details);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(Some(Details::COLUMNS.len()))?;
        for DetailColumn { name, field } in Details::COLUMNS {
            match field {
                DetailField::Text { get, .. } => members.serialize_entry(name, get(&self.0))?,
                DetailField::Number { get, .. } => members.serialize_entry(name, get(&self.0))?,
                DetailField::Instant { get, .. } => members.serialize_entry(name, &get(&self.0).map(rfc3339))?,
            }
        }
        members.end()
    }
}

/// The schema of an object that has the columns beside its own members.
pub(crate) fn beside(own: RefOr<Schema>) -> RefOr<Schema> {
    let RefOr::T(Schema::Object(mut object)) = own else { return own };
    for DetailColumn { name, field } in Details::COLUMNS {
        object.properties.insert((*name).to_owned(), RefOr::T(schema_of(field).into()));
    }
    RefOr::T(Schema::Object(object))
}

fn schema_of(field: &DetailField) -> Object {
    let or_null = |kind| ObjectBuilder::new().schema_type(SchemaType::from_iter([kind, Type::Null]));
    match field {
        DetailField::Text { .. } => or_null(Type::String).build(),
        DetailField::Number { .. } => {
            let format = SchemaFormat::KnownFormat(KnownFormat::Int64);
            or_null(Type::Integer).format(Some(format)).minimum(Some(0)).build()
        }
        // There is one: the operation's own.
        DetailField::Instant { .. } => or_null(Type::String).description(Some("The operation's own date.")).build(),
    }
}
