//! The description of an operation, of its parameters and of a surface. Handlers have theirs beside them.

use schemars::SchemaGenerator;
use serde_json::Value;

/// Makes a JSON schema; the generator keeps what is shared by name.
pub type Shape = fn(&mut SchemaGenerator) -> Value;

/// What clients are told of one method on one path.
#[derive(Debug)]
pub struct Operation {
    /// Unique in the document; examples go by it.
    pub id: &'static str,
    /// The resource, under which viewers group it.
    pub tag: &'static str,
    /// A line.
    pub summary: &'static str,
    /// More, in markdown, where a line does not tell.
    pub description: &'static str,
    /// What it takes beside a body. Those of the path that are not listed are ids.
    pub parameters: &'static [Parameter],
    /// The JSON body that it takes.
    pub body: Option<Shape>,
    /// The status of its success.
    pub status: u16,
    /// The body of its success.
    pub answer: Option<Shape>,
    /// Errors that it answers beside those that every operation of the surface does.
    pub errors: &'static [u16],
    /// Whether its success has an entity tag.
    pub is_tagged: bool,
}

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// As it is written.
    pub name: &'static str,
    /// `query`, `path` or `header`.
    pub place: &'static str,
    /// What it may be.
    pub schema: fn() -> Value,
    /// Whether there is no answer without it.
    pub required: bool,
    /// Whether its text is JSON.
    pub is_json: bool,
    /// What it does, in a sentence or less.
    pub description: &'static str,
}

/// What all operations of a surface have in common.
#[derive(Debug)]
pub struct About {
    /// The title of the document.
    pub title: &'static str,
    /// What it describes, in markdown.
    pub description: &'static str,
    /// The media type of answers and errors.
    pub media_type: &'static str,
    /// The media type of errors.
    pub error_media_type: &'static str,
    /// The body of every error.
    pub error: Shape,
    /// What every operation may answer.
    pub errors: &'static [u16],
    /// What every operation with a body may answer beside them.
    pub body_errors: &'static [u16],
    /// The schemes by which callers prove who they are, by name.
    pub security: fn() -> Value,
    /// Requests with their answers, by the operation's id.
    pub examples: &'static str,
}

impl Operation {
    /// An operation that takes nothing and has no errors of its own, to be completed.
    pub const fn new(tag: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            tag,
            summary,
            description: "",
            parameters: &[],
            body: None,
            status: 200,
            answer: None,
            errors: &[],
            is_tagged: true,
        }
    }
}

impl Parameter {
    /// A parameter of the query that may be left out.
    pub const fn query(name: &'static str, schema: fn() -> Value, description: &'static str) -> Self {
        Self { name, place: "query", schema, required: false, is_json: false, description }
    }

    /// A parameter of the path.
    pub const fn path(name: &'static str, schema: fn() -> Value, description: &'static str) -> Self {
        Self { name, place: "path", schema, required: true, is_json: false, description }
    }

    /// A header that may be left out.
    pub const fn header(name: &'static str, schema: fn() -> Value, description: &'static str) -> Self {
        Self { name, place: "header", schema, required: false, is_json: false, description }
    }

    /// The same, as JSON in its text.
    pub const fn as_json(self) -> Self {
        Self { is_json: true, ..self }
    }

    /// The same, but there is no answer without it.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }
}
