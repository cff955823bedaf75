//! OpenAPI 3.1: one document per surface, built from the routes and from the types of the wire objects.

pub mod document;
mod operation;
mod routes;
pub mod schema;

pub use self::operation::{About, Operation, Parameter, Shape};
pub use self::routes::Routes;
