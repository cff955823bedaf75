//! Rights as data: the status of each method on each route for each kind of caller. The tests check the tables with
//! every caller, and compare them with the router, so that every route has a row.

pub mod kantata;
mod native;
mod openproject;
mod others;
mod records;
mod rows;
mod scim;
mod table;

pub use rows::{Group, Other, PEOPLE, Row};

/// Every API.
pub fn groups() -> [Group; 4] {
    [
        // Scopes are not checked here (docs/contracts/kantata.md#permissions).
        Group { prefix: "/api/v1", scopes: &[], rows: kantata::rows() },
        Group { prefix: "/api/v3", scopes: &["api_v3"], rows: openproject::rows() },
        Group { prefix: ::native::ROOT, scopes: &["statuary"], rows: native::rows() },
        Group { prefix: "/scim/v2", scopes: &["scim"], rows: scim::rows() },
    ]
}

/// The routes outside the APIs.
pub fn others() -> Vec<Other> {
    others::rows()
}
