//! The description of an operation, of its parameters and of a surface. Handlers have theirs beside them.

use schemars::SchemaGenerator;
use serde_json::Value;

/// Creates a JSON schema; the generator keeps shared schemas by name.
pub type Shape = fn(&mut SchemaGenerator) -> Value;

/// The OpenAPI description of one method on one path.
#[derive(Debug)]
pub struct Operation {
    /// The id, unique in the document; examples refer to it.
    pub id: &'static str,
    /// The resource; viewers group operations by it.
    pub tag: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Details, in Markdown.
    pub description: &'static str,
    /// The parameters. Those of the path that are not listed are ids.
    pub parameters: &'static [Parameter],
    /// The JSON body of the request.
    pub body: Option<Shape>,
    /// The media types of a body that is not JSON, with their shapes.
    pub uploads: &'static [(&'static str, Shape)],
    /// The status of a success.
    pub status: u16,
    /// Further statuses of a success, with the same body.
    pub also: &'static [u16],
    /// The body of a success.
    pub answer: Option<Shape>,
    /// Further media types of a success, with their bodies.
    pub media: &'static [(&'static str, Shape)],
    /// Errors beside those of every operation of the surface.
    pub errors: &'static [u16],
    /// Whether a success has an entity tag.
    pub is_tagged: bool,
}

/// A parameter of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// The name.
    pub name: &'static str,
    /// `query`, `path` or `header`.
    pub place: &'static str,
    /// The allowed values.
    pub schema: fn() -> Value,
    /// Whether a request needs it.
    pub required: bool,
    /// Whether its value is JSON.
    pub is_json: bool,
    /// The effect, in a sentence or less.
    pub description: &'static str,
}

/// The common parts of all operations of a surface.
#[derive(Debug)]
pub struct About {
    /// The title of the document.
    pub title: &'static str,
    /// The description of the document, in Markdown.
    pub description: &'static str,
    /// The media type of answers and errors.
    pub media_type: &'static str,
    /// The media type of errors.
    pub error_media_type: &'static str,
    /// The body of every error.
    pub error: Shape,
    /// Errors of every operation.
    pub errors: &'static [u16],
    /// Further errors of every operation with a body.
    pub body_errors: &'static [u16],
    /// The security schemes, by name.
    pub security: fn() -> Value,
    /// Examples of requests and answers, by the id of the operation.
    pub examples: &'static str,
}

impl Operation {
    /// An operation without parameters, body and errors of its own, to complete with struct update.
    pub const fn new(tag: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            tag,
            summary,
            description: "",
            parameters: &[],
            body: None,
            uploads: &[],
            status: 200,
            also: &[],
            answer: None,
            media: &[],
            errors: &[],
            is_tagged: true,
        }
    }
}

impl Parameter {
    /// An optional parameter of the query.
    pub const fn query(name: &'static str, schema: fn() -> Value, description: &'static str) -> Self {
        Self { name, place: "query", schema, required: false, is_json: false, description }
    }

    /// A parameter of the path.
    pub const fn path(name: &'static str, schema: fn() -> Value, description: &'static str) -> Self {
        Self { name, place: "path", schema, required: true, is_json: false, description }
    }

    /// An optional header.
    pub const fn header(name: &'static str, schema: fn() -> Value, description: &'static str) -> Self {
        Self { name, place: "header", schema, required: false, is_json: false, description }
    }

    /// The same, with JSON as its value.
    pub const fn as_json(self) -> Self {
        Self { is_json: true, ..self }
    }

    /// The same, but required.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }
}
