//! Records that checks of several topics need.

use serde_json::{Value, json};

use super::response::ids;
use super::session::{PARTICIPATIONS, REFERENCES, Suite};
use crate::check::{Verdict, id_of, skip};
use crate::client::Response;

/// The body of an external reference to the suite's own service.
pub fn reference_body(to: &str) -> Value {
    json!({ "service_name": "conform", "service_model": "Issue", "service_model_ref": to })
}

/// External references of status reports; skips the check if there are none.
pub fn references(s: &mut Suite, query: &str) -> Verdict<Response> {
    let response = s.list(&format!("{REFERENCES}?subject_type=StatusReport{query}"))?;
    if ids(&response).is_empty() {
        skip("there is no external reference of a status report")
    } else {
        Ok(response)
    }
}

/// The participations of a workspace; skips the check if there are none.
pub fn participations(s: &mut Suite, query: &str) -> Verdict<Response> {
    if s.records.workspaces.is_empty() {
        return skip("there is no workspace to look at");
    }
    for workspace in s.records.workspaces.iter().map(|one| id_of(&one["id"])).collect::<Vec<_>>() {
        let response = s.list(&format!("{PARTICIPATIONS}?workspace_id={workspace}{query}"))?;
        if !ids(&response).is_empty() {
            return Ok(response);
        }
    }
    skip("there is no participation to look at")
}
