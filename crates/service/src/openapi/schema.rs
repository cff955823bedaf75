//! Schemas of requests, which have no types to derive them from, in the dialect of OpenAPI 3.1 (JSON Schema 2020-12).

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The schema of the type of a wire object, under its name among the components.
pub fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// Adds a schema to the components under a name, and returns a reference to it.
pub fn named(generator: &mut SchemaGenerator, name: &str, schema: Value) -> Value {
    generator.definitions_mut().insert(name.to_owned(), schema);
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object with required and optional members; others are ignored.
pub fn object(required: &[&str], properties: &[(&str, Value)]) -> Value {
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "propertyNames": text(),
        "additionalProperties": anything(),
    })
}

/// Any JSON without null characters: a reference to [`ANYTHING`].
pub fn anything() -> Value {
    json!({ "$ref": format!("#/components/schemas/{ANYTHING}") })
}

/// The name of the schema of any JSON without null characters.
pub const ANYTHING: &str = "Anything";

/// The schema that [`anything`] refers to.
pub fn anything_itself() -> Value {
    json!({
        "description": "Any value without a null character.",
        "anyOf": [
            { "type": ["null", "boolean", "number"] },
            text(),
            { "type": "array", "items": anything() },
            { "type": "object", "propertyNames": text(), "additionalProperties": anything() },
        ],
    })
}

/// A schema with a description.
pub fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = description.into();
    schema
}

/// The id of a record.
pub fn id() -> Value {
    json!({ "type": "integer", "format": "int64", "minimum": 1 })
}

/// A text without null characters, which no store keeps.
pub fn text() -> Value {
    json!({ "type": "string", "pattern": "^[^\\u0000]*$" })
}
