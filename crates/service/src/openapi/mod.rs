//! OpenAPI 3.1: one document a surface, made from the routes themselves and from the types that are sent.

pub mod document;
mod operation;
mod routes;
pub mod schema;

pub use self::operation::{About, Operation, Parameter, Shape};
pub use self::routes::Routes;
