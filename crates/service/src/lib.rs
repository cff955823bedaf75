//! What the surfaces share: the state of the service, its settings, and the HTTP that has no surface of its own. The crates of
//! the surfaces and `statuary` use it.

pub mod access_log;
pub mod address;
pub mod app;
pub mod body;
pub mod body_buffer;
pub mod caller;
pub mod client;
pub mod coding;
mod collectors;
pub mod concurrency;
pub mod endpoint;
pub mod faults;
pub mod figures;
pub mod files;
pub mod form;
pub mod limits;
pub mod metrics;
pub mod multipart;
pub mod openapi;
pub mod openid;
pub mod origin;
pub mod outage;
pub mod outgoing;
pub mod params;
pub mod path;
pub mod recalculation;
pub mod refusals;
pub mod replies;
pub mod request_id;
pub mod response_cache;
pub mod settings;
pub mod sheet;
pub mod streams;
pub mod surface;
pub mod tag;
pub mod traces;
pub mod webhooks;
pub mod write;

pub use self::client::Peer;
pub use self::request_id::RequestId;
