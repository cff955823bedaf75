//! The native surface, Statuary's own API: its routes, requests, responses, problems and cursors. The router of
//! `statuary` serves it; the statements are in the stores of `domain`.

mod accept;
pub mod account;
mod body;
pub mod cadences;
pub mod calendar;
mod changes;
pub mod clock;
mod comments;
pub mod cursor;
pub mod events;
pub mod hints;
mod layer;
pub mod me;
pub mod milestones;
mod notes;
pub mod notifications;
pub mod openapi;
mod portfolio;
pub mod problem;
pub mod reply;
pub mod report_history;
pub mod report_templates;
pub mod reporting_desk;
pub mod request;
pub mod routes;
pub mod share_links;
pub mod status_changes;
pub mod status_keys;
pub mod status_reports;
pub mod statuses;
pub mod time_in_status;
pub mod timeline;
pub mod users;
pub mod webhooks;
pub mod work_packages;
pub mod workspaces;

pub use self::body::{Bodiless, Body, OptionalBody};
pub use self::cursor::Page;
pub use self::layer::{layer, no_api, no_method, no_path};
pub use self::problem::{ApiResult, Error};
pub use self::reply::{created, json, record, seen};
pub use self::request::{Query, ROOT, Request};
