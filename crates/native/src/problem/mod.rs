//! Problems (RFC 9457): one table, from which the responses and the pages about them come.

mod error;
mod kind;
mod pages;

pub use self::error::{ApiResult, Document, Error};
pub use self::kind::Kind;
pub use self::pages::{index, show};
