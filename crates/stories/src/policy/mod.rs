//! Who may do what, as data: each method on each route, and what each kind of caller gets. The tests walk the tables with
//! every caller, and the router with the tables, so that no route is without a row.

pub mod kantata;
mod native;
mod openproject;
mod others;
mod rows;
mod table;

pub use rows::{Group, Other, PEOPLE, Row};

/// Every surface for programs.
pub fn groups() -> [Group; 3] {
    [
        // Scopes limit nothing here (docs/contracts/kantata.md#permissions).
        Group { prefix: "/api/v1", scopes: &[], rows: kantata::rows() },
        Group { prefix: "/api/v3", scopes: &["api_v3"], rows: openproject::rows() },
        Group { prefix: ::native::ROOT, scopes: &["statuary"], rows: native::rows() },
    ]
}

/// Those routes.
pub fn others() -> Vec<Other> {
    others::rows()
}
