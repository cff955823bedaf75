//! The Kantata surface, compatible with the API of Kantata OX: its routes, and the parameters, envelopes, objects and
//! errors of the vendor. The router of `statuary` serves it; the statements are in the stores of `domain`.

pub mod envelope;
pub mod error;
pub mod external_references;
pub mod includes;
pub mod openapi;
pub mod paging;
pub mod params;
pub mod participations;
pub mod reply;
pub mod request;
pub mod resource;
pub mod routes;
pub mod status_changes;
pub mod status_reports;
pub mod subscribed_events;
pub mod users;
pub mod values;

pub mod workspaces;

pub use self::envelope::Envelope;
pub use self::error::{ApiResult, Error};
pub use self::paging::Paging;
pub use self::params::Params;
pub use self::reply::{Tagged, json, tagged};
pub use self::request::Request;
