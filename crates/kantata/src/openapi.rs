//! The parts of the OpenAPI document that the resources share: parameters, envelopes and errors.

use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use super::envelope::Object;
use domain::status_keys;
use service::openapi::{About, Parameter, schema};

/// Matches a text with a character that is not blank, and without null characters.
const FILLED: &str = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$";

/// The description of the surface as a whole.
pub const ABOUT: About = About {
    title: "Statuary: the Kantata OX surface",
    description: "Status reports, workspace status changes and related resources, compatible with the API of Kantata OX. \
        Each path is also served with the suffix `.json`. A parameter may be in the query or in the body; the query \
        takes precedence. Bodies may be nested forms or JSON. Unknown parameters are ignored.",
    media_type: "application/json",
    error_media_type: "application/json",
    error: |generator| schema::of::<super::error::Body>(generator),
    errors: &[400, 401, 403, 404, 414, 422, 429, 431, 503, 504],
    body_errors: &[408, 413, 415],
    security,
    examples: include_str!("examples.json"),
};

fn security() -> Value {
    json!({
        "token": { "type": "http", "scheme": "bearer", "description": "The access token of a user." },
        "oauth": { "type": "oauth2", "flows": { "authorizationCode": {
            "authorizationUrl": "/oauth/authorize",
            "tokenUrl": "/oauth/token",
            "scopes": {},
        } } },
    })
}

/// The parameters of a list: its own, and those of pages.
macro_rules! listed {
    ($($parameter:expr),* $(,)?) => {
        &[
            $($parameter,)*
            $crate::openapi::texts(
                "only",
                "Ids, separated by commas: returns the visible and matching records among them, without pages.",
            ),
            $crate::openapi::PAGE,
            $crate::openapi::number("per_page", "The number of records per page: 20 by default, at most 200."),
            $crate::openapi::number("limit", "Together with `offset`, instead of a page: the number of records, at most 200."),
            $crate::openapi::number("offset", "Together with `limit`: the number of records to skip."),
        ]
    };
}
pub(crate) use listed;

/// `page`
pub const PAGE: Parameter = number("page", "The page number, starting at 1.");

/// `include`
pub const fn include(description: &'static str) -> Parameter {
    Parameter::query("include", text, description)
}

/// A parameter with any text.
pub const fn texts(name: &'static str, description: &'static str) -> Parameter {
    Parameter::query(name, text, description)
}

/// A parameter with a number.
pub const fn number(name: &'static str, description: &'static str) -> Parameter {
    Parameter::query(name, integer, description)
}

/// A boolean parameter.
pub const fn flag(name: &'static str, description: &'static str) -> Parameter {
    Parameter::query(name, switch, description)
}

macro_rules! ranges {
    ($($name:ident = $parameter:literal, $description:literal;)*) => {$(
        #[doc = $description]
        pub const $name: Parameter = Parameter::query($parameter, instant, $description);
    )*};
}

ranges! {
    CREATED_AFTER = "created_after", "Only records that were created after this time.";
    CREATED_BEFORE = "created_before", "Only records that were created before this time.";
    UPDATED_AFTER = "updated_after", "Only records that were last updated after this time.";
    UPDATED_BEFORE = "updated_before", "Only records that were last updated before this time.";
}

/// Any text.
pub fn text() -> Value {
    schema::text()
}

/// A text that is not blank.
pub fn filled_text() -> Value {
    json!({ "type": "string", "pattern": FILLED })
}

/// A number. Other texts are read as `to_i` of Ruby reads them, so every text is valid.
pub fn integer() -> Value {
    json!({ "anyOf": [{ "type": "integer" }, schema::text()] })
}

/// `true` or `false`; other texts are true, as in Ruby.
pub fn switch() -> Value {
    json!({ "anyOf": [{ "type": "boolean" }, schema::text()] })
}

/// An instant or a date; a blank text applies no filter.
pub fn instant() -> Value {
    json!({ "anyOf": [
        { "type": "string", "format": "date-time" },
        { "type": "string", "format": "date" },
        { "type": "string", "maxLength": 0 },
    ] })
}

/// In a body: a text. Numbers and booleans are read as their text.
pub fn scalar() -> Value {
    json!({ "type": ["string", "number", "boolean"], "pattern": "^[^\\u0000]*$" })
}

/// In a body: a [`scalar`] that is not blank.
pub fn filled() -> Value {
    json!({ "type": ["string", "number", "boolean"], "pattern": FILLED })
}

/// In a body: the id of a record, as a number or as a text.
pub fn reference() -> Value {
    json!({ "anyOf": [{ "type": "integer", "minimum": 1 }, { "type": "string", "pattern": "^[1-9][0-9]{0,17}$" }] })
}

/// In a body: one of the words, null, or an empty text.
pub fn one_of(words: &[&str]) -> Value {
    let none = [Value::Null, Value::from("")];
    json!({ "enum": words.iter().map(|word| json!(word)).chain(none).collect::<Vec<_>>() })
}

/// A body with an object under its root.
pub fn root(name: &str, object: Value) -> Value {
    schema::object(&[name], &[(name, object)])
}

/// A body with an object under its singular root, or up to 100 objects under the plural one.
pub fn one_or_many(singular: &str, plural: &str, object: &Value) -> Value {
    let many = json!({ "type": "array", "items": object, "minItems": 1, "maxItems": 100 });
    json!({ "oneOf": [
        schema::object(&[singular], &[(singular, object.clone()), (plural, false.into())]),
        schema::object(&[plural], &[(plural, many)]),
    ] })
}

/// In a body: a status key, as a number or as a text.
pub fn status_key() -> Value {
    let keys = status_keys::all().map(|row| row.key);
    json!({ "enum": keys.flat_map(|key| [json!(key), json!(key.to_string())]).collect::<Vec<_>>() })
}

/// The member of an envelope that holds the objects of a type by id: its name and its schema.
pub type Member = fn(&mut SchemaGenerator) -> (&'static str, Value);

/// The [`Member`] for the objects of a type.
pub fn by_id<O: Object>(generator: &mut SchemaGenerator) -> (&'static str, Value) {
    (O::KEY, json!({ "type": "object", "additionalProperties": schema::of::<O>(generator) }))
}

/// The schema of a member for records that Statuary does not store.
pub fn unknown_by_id() -> Value {
    json!({ "type": "object", "additionalProperties": { "type": "object" } })
}

/// The envelope with the objects of a resource, which are the first member, and with the side-loads of its includes
/// (docs/contracts/kantata.md#envelope).
pub fn envelope(generator: &mut SchemaGenerator, members: &[Member]) -> Value {
    let (resource, side_loads) = members.split_first().expect("a resource has objects");
    let (resource, objects) = resource(generator);
    let results = json!({ "type": "array", "items": {
        "type": "object",
        "required": ["key", "id"],
        "properties": { "key": { "const": resource }, "id": { "type": "string" } },
    } });
    let numbers = ["count", "page_count", "page_number", "page_size"];
    let number = json!({ "type": "integer" });
    let meta = schema::object(&numbers, &numbers.map(|name| (name, number.clone())));
    let mut properties = Map::new();
    properties.insert("count".into(), number.clone());
    properties.insert("results".into(), results);
    properties.insert(resource.to_owned(), objects);
    properties.insert("meta".into(), schema::named(generator, "Meta", meta));
    for side_load in side_loads {
        let (key, objects) = side_load(generator);
        properties.entry(key).or_insert(objects);
    }
    json!({
        "type": "object",
        "required": ["count", "results", resource, "meta"],
        "properties": properties,
        "additionalProperties": false,
    })
}
