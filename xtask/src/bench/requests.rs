//! The requests of the loads.

use anyhow::{Context, Result};

use super::servers::Server;
use super::stores::Store;
use super::wrk::Load;

/// The list of all reports.
pub const REPORTS: &str = "/api/v1/status_reports";
/// The additional parameters of the list with includes.
pub const INCLUDES: &str = "&include=creator,workspace,external_references";

/// The `Authorization` header of the administrator of a store.
pub fn bearer(store: &Store) -> String {
    format!("Bearer {}", store.token)
}

/// The statuses.
pub fn statuses(store: &Store) -> Load {
    Load::of("/api/v3/statuses", &[("Authorization", &bearer(store))])
}

/// The statuses for a client that has them already, and the 304 response.
pub fn unchanged(store: &Store, server: &Server) -> Result<(Load, Vec<u8>)> {
    let bearer = bearer(store);
    let answer = server.get_with(200, "/api/v3/statuses", &[("Authorization", &bearer)])?;
    let head = String::from_utf8_lossy(&answer).into_owned();
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).context("no ETag")?;
    let headers = [("Authorization", bearer.as_str()), ("If-None-Match", tag)];
    let answer = server.get_with(304, "/api/v3/statuses", &headers)?;
    Ok((Load::of("/api/v3/statuses", &headers), answer))
}

/// Any report.
pub fn any_report(store: &Store) -> Load {
    let path = format!("'{REPORTS}/' .. {}", store.any_report());
    Load::random(&path, &[("Authorization", &bearer(store))])
}

/// Twenty reports of any workspace.
pub fn of_workspace(store: &Store, more: &str) -> Load {
    let path = format!("'{REPORTS}?workspace_id=' .. {} .. '{more}'", store.any_workspace());
    Load::random(&path, &[("Authorization", &bearer(store))])
}

/// A new report on any workspace.
pub fn post_report(store: &Store) -> Load {
    let body =
        format!("'{{\"status_report\":{{\"workspace_id\":' .. {} .. '{REPORT}}}'", store.any_workspace());
    Load::post(REPORTS, &[("Authorization", &bearer(store))], &body)
}

/// The members of a new report after the id of its workspace.
pub const REPORT: &str = ",\"color\":\"yellow\",\
     \"description\":\"What was planned for this week, what was done, and what stands in the way.\",\
     \"details\":[{\"category\":\"Scope\",\"color\":\"yellow\",\"description\":\"As in the summary.\"}]}";

/// A move of any workspace to any status key, different in each run. One in 73 is to the present status and refused.
pub fn post_change(store: &Store) -> Load {
    let keys = "100,105,107,110,115,120,125,130,135,138,140,143,145,200,205,207,210,213,215,220,225,234,235,255, \
        300,305,310,315,317,320,325,330,335,340,400,401,403,405,410,415,420,423,425,430,435,440,445,450, \
        455,459,465,500,501,505,510,513,515,520,525,530,535,540,545,555,600,601,602,605,610,615,620,625,630";
    let body = format!(
        "'{{\"workspace_status_change\":{{\"workspace_id\":' .. {} .. ',\"to_status_key\":' .. keys[math.random(#keys)] .. '}}}}'",
        store.any_workspace()
    );
    Load::post("/api/v1/workspace_status_changes", &[("Authorization", &bearer(store))], &body)
        .with_prelude(&format!("keys = {{{keys}}} salt = os.time() * 10"))
        .allow_refusals(5.0)
}
