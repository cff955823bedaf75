//! Schemas of what is read by hand, in the dialect of OpenAPI 3.1 (JSON Schema 2020-12).

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The schema of a type that is sent, under its name among the components.
pub fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// Puts a schema among the components under a name of its own; a reference to it.
pub fn named(generator: &mut SchemaGenerator, name: &str, schema: Value) -> Value {
    generator.definitions_mut().insert(name.to_owned(), schema);
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// An object with members of which some must be there; others are ignored.
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

/// Anything that can be read; a reference to what [`ANYTHING`] names.
pub fn anything() -> Value {
    json!({ "$ref": format!("#/components/schemas/{ANYTHING}") })
}

/// The name of the schema that takes whatever can be read.
pub const ANYTHING: &str = "Anything";

/// The schema that [`anything`] refers to: any JSON without a null character in a text.
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

/// A schema with what it means.
pub fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = description.into();
    schema
}

/// The id of a record.
pub fn id() -> Value {
    json!({ "type": "integer", "format": "int64", "minimum": 1 })
}

/// Text without a null character, which no store keeps.
pub fn text() -> Value {
    json!({ "type": "string", "pattern": "^[^\\u0000]*$" })
}
