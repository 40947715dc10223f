//! What bodies look like, where the code's own types do not say it: amounts as callers write them, problems.

use std::borrow::Cow;

use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::problem::catalogue;

/// An amount as a caller may write it: read exactly, whatever the notation.
pub(crate) struct AmountInput;

impl PartialSchema for AmountInput {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).pattern(Some(AMOUNT)).build();
        let number = ObjectBuilder::new().schema_type(SchemaType::new(Type::Number)).build();
        OneOfBuilder::new()
            .item(text)
            .item(number)
            .description(Some(
                "A JSON number or a string, read exactly: `5e5`, `500000.00` and `\"500000\"` are the same.",
            ))
            .examples([json!("500000"), json!(12.5)])
            .into()
    }
}

impl ToSchema for AmountInput {
    fn name() -> Cow<'static, str> {
        "AmountInput".into()
    }
}

/// A decimal, plain or scientific.
const AMOUNT: &str = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$";

/// A problem of RFC 9457, with the codes of both catalogues.
pub(crate) struct ProblemShape;

impl PartialSchema for ProblemShape {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
        let codes: Vec<_> = catalogue().into_keys().collect();
        ObjectBuilder::new()
            .description(Some(
                "RFC 9457. Figures of the rule that refused are fields of their own: `limit`, `from`, `errors`…",
            ))
            .property("type", text().description(Some("A URN that stands for the code")))
            .property("title", text())
            .property("status", ObjectBuilder::new().schema_type(SchemaType::new(Type::Integer)))
            .property("detail", text())
            .property("code", text().enum_values(Some(codes)).description(Some("Stable, one for each rule")))
            .required("type")
            .required("title")
            .required("status")
            .required("detail")
            .required("code")
            .into()
    }
}

impl ToSchema for ProblemShape {
    fn name() -> Cow<'static, str> {
        "Problem".into()
    }
}
