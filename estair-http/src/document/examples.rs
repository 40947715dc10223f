//! An example of every body: what a body's own documentation gives, and otherwise one made of what its fields give.

use serde_json::{Map, Value, json};

/// How deep shapes are followed: none of ours refers to itself.
const DEEPEST: usize = 16;

const INSTANT: &str = "2025-10-21T09:30:00Z";
const DAY: &str = "2025-10-21";
const UUID: &str = "0199f3a2-6c1d-7b4e-9a35-4f2c8d7e1b60";
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// Gives every JSON body of an operation that has no example one.
pub(super) fn add(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object).cloned().unwrap_or_default();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    let items = paths.values_mut().filter_map(Value::as_object_mut).flatten();
    for (_, operation) in items.filter(|(method, _)| METHODS.contains(&method.as_str())) {
        if let Some(body) = operation.get_mut("requestBody") {
            give(body, &schemas);
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        responses.into_iter().flatten().for_each(|(_, response)| give(response, &schemas));
    }
}

fn give(body: &mut Value, schemas: &Map<String, Value>) {
    let Some(content) = body.pointer_mut("/content/application~1json").and_then(Value::as_object_mut) else { return };
    if content.contains_key("example") || content.contains_key("examples") {
        return;
    }
    let example = content.get("schema").map(|schema| example_of(schema, "", schemas, 0));
    content.extend(example.map(|example| ("example".to_owned(), example)));
}

/// An example of what the schema says of the field with this name.
fn example_of(schema: &Value, name: &str, schemas: &Map<String, Value>, depth: usize) -> Value {
    let again = |schema: &Value| example_of(schema, name, schemas, depth.saturating_add(1));
    let part = |key: &str| schema.get(key);
    let parts = |key: &str| part(key).and_then(Value::as_array);
    if depth > DEEPEST {
        return Value::Null;
    }
    let given = part("example").or_else(|| parts("examples")?.first()).or_else(|| part("const"));
    if let Some(given) = given.or_else(|| parts("enum")?.first()) {
        return given.clone();
    }
    if let Some(named) = part("$ref").and_then(Value::as_str).and_then(|path| schemas.get(path.rsplit('/').next()?)) {
        return again(named);
    }
    if let Some(all) = parts("allOf") {
        let objects = all.iter().filter_map(|one| again(one).as_object().cloned());
        return Value::Object(objects.flatten().collect());
    }
    if let Some(first) = parts("oneOf").or_else(|| parts("anyOf")).and_then(|any| any.iter().find(|one| !is_null(one)))
    {
        return again(first);
    }
    match part("type") {
        // What may be null is.
        Some(Value::Array(_)) => Value::Null,
        Some(Value::String(kind)) => plain(kind, schema, name, schemas, depth),
        _ => Value::Null,
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "null")
}

fn plain(kind: &str, schema: &Value, name: &str, schemas: &Map<String, Value>, depth: usize) -> Value {
    let deeper = |schema: &Value, name: &str| example_of(schema, name, schemas, depth.saturating_add(1));
    match kind {
        "string" => json!(text(schema, name)),
        "integer" => json!(1),
        "number" => json!(1.5),
        "boolean" => json!(true),
        "array" => Value::Array(schema.get("items").map(|items| deeper(items, name)).into_iter().collect()),
        "object" => {
            let fields = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
            Value::Object(fields.map(|(name, field)| (name.clone(), deeper(field, name))).collect())
        }
        _ => Value::Null,
    }
}

fn text<'a>(schema: &Value, name: &'a str) -> &'a str {
    match schema.get("format").and_then(Value::as_str) {
        Some("uuid") => UUID,
        Some("date-time") => INSTANT,
        Some("date") => DAY,
        _ if name == "uuid" || name.ends_with("_uuid") => UUID,
        _ if name == "at" || name.ends_with("_at") => INSTANT,
        _ if name == "day" => DAY,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_what_the_fields_say_in_their_order_of_trust() {
        let schemas = json!({
            "Amount": { "type": "string", "example": "500000" },
            "Inside": { "type": "object", "properties": { "by": { "type": ["integer", "null"] } } },
        });
        let schema = json!({ "allOf": [
            { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Inside" }] },
            { "type": "object", "properties": {
                "amount": { "$ref": "#/components/schemas/Amount" }, "created_at": { "type": "string" }, "on": { "type": "boolean" },
                "kind": { "type": "string", "enum": ["email", "push"] }, "ids": { "type": "array", "items": { "type": "integer" } },
                "uuid": { "type": "string", "format": "uuid" }, "subject": { "type": "string" }, "free": {},
            } },
        ] });
        let expected = json!({
            "by": null, "amount": "500000", "created_at": INSTANT, "on": true, "kind": "email", "ids": [1], "uuid": UUID,
            "subject": "subject", "free": null,
        });
        assert_eq!(example_of(&schema, "", schemas.as_object().unwrap(), 0), expected);
    }

    #[test]
    fn a_shape_that_refers_to_itself_ends() {
        let schemas =
            json!({ "Tree": { "type": "object", "properties": { "child": { "$ref": "#/components/schemas/Tree" } } } });
        let example = example_of(&json!({ "$ref": "#/components/schemas/Tree" }), "", schemas.as_object().unwrap(), 0);
        assert!(example["child"].is_object());
    }

    #[test]
    fn an_example_that_is_given_stays() {
        let media = json!({ "schema": { "type": "integer" }, "example": 7 });
        let mut document = json!({ "paths": { "/x": { "get": { "responses": { "200": { "content": { "application/json": media } } } } } } });
        add(&mut document);
        assert_eq!(document["paths"]["/x"]["get"]["responses"]["200"]["content"]["application/json"]["example"], 7);
    }
}
