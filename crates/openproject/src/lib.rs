//! The OpenProject surface, compatible with API v3 of OpenProject: its routes, and the authentication, HAL, errors and
//! formattable texts of the product. The router of `statuary` serves it; the statements are in the stores of `domain`.

pub mod error;
pub mod hal;
pub mod markdown;
pub mod openapi;
pub mod paging;
pub mod project_statuses;
pub mod projects;
pub mod request;
pub mod root;
pub mod routes;
pub mod select;
pub mod statuses;
pub mod types;
pub mod users;
pub mod wire;
pub mod work_packages;

pub use self::error::{ApiResult, Error};
pub use self::request::{Body, Request};
