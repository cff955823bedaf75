//! The state of a run: the records to look at, and those that the suite creates.

use std::time::Duration;

use anyhow::Result;
use axum::http::Method;
use serde_json::{Value, json};

use super::response::{first_object, merge, objects};
use crate::check::{Failure, Verdict, differs, ensure, ensure_success, id_of, skip, unique_name};
use crate::client::{Request, Response};
use crate::session::{Session, Target};

pub const BASE: &str = "/api/v1";
pub const REPORTS: &str = "/status_reports";
pub const CHANGES: &str = "/workspace_status_changes";
pub const WORKSPACES: &str = "/workspaces";
pub const REFERENCES: &str = "/external_references";
pub const PARTICIPATIONS: &str = "/participations";
/// An id that no record has.
pub const UNKNOWN_ID: &str = "999999999999";
/// The number of workspaces in which to look for status changes.
const MAX_WORKSPACES: usize = 10;

/// A server and the records that the checks use.
pub struct Suite {
    pub session: Session,
    pub records: Records,
    pub created: Result<Created, String>,
}

/// Records on the server, whoever created them.
#[derive(Default)]
pub struct Records {
    /// The caller's id.
    pub me: String,
    /// The workspace with the most status reports.
    pub workspace: String,
    /// Its first status reports.
    pub reports: Vec<Value>,
    /// The number of its status reports.
    total: Value,
    /// A workspace with status changes.
    moved: String,
    /// Its first status changes.
    pub changes: Vec<Value>,
    /// The first page of workspaces.
    pub workspaces: Vec<Value>,
    /// An archived workspace.
    pub archived: Option<String>,
}

/// The records that the suite created.
#[derive(Clone)]
pub struct Created {
    /// The workspace in which the checks write.
    pub workspace: String,
    /// The response to its creation.
    pub response: Response,
    /// All created workspaces, that one first.
    all: Vec<String>,
}

impl Suite {
    /// Connects to the server, creates records if the checks may write, and finds the records to look at.
    pub fn open(target: &Target) -> Result<Self> {
        let session = Session::open(target, BASE, "/users/me")?;
        let mut suite =
            Self { session, records: Records::default(), created: Err("nothing was created".into()) };
        if target.write {
            suite.created = suite.create_records();
        }
        suite.find_records();
        if target.write && suite.lacks_records() {
            suite.add_records();
            suite.find_records();
        }
        Ok(suite)
    }

    pub fn get(&mut self, path: &str) -> Verdict<Response> {
        self.session.get(path)
    }

    pub fn send(&mut self, request: &Request) -> Verdict<Response> {
        self.session.send(request)
    }

    /// Gets a list, and requires a 200 with results.
    pub fn list(&mut self, path: &str) -> Verdict<Response> {
        let response = self.get(path)?;
        ensure(
            response.status == 200 && response.json["results"].is_array(),
            "200 with results",
            format!("{} {}", response.status, String::from_utf8_lossy(&response.body)),
        )?;
        Ok(response)
    }

    /// Lists the status reports of [`Records::workspace`], with more parameters.
    pub fn reports(&mut self, query: &str) -> Verdict<Response> {
        self.report_ids(1)?;
        let path = format!("{REPORTS}?workspace_id={}&{query}", self.records.workspace);
        self.list(&path)
    }

    /// Lists the status changes of a workspace that has some, with more parameters.
    pub fn changes(&mut self, query: &str) -> Verdict<Response> {
        if self.records.changes.is_empty() {
            return skip("there is no workspace status change to look at");
        }
        let path = format!("{CHANGES}?workspace_id={}&{query}", self.records.moved);
        self.list(&path)
    }

    /// The ids of the first status reports; skips the check if there are fewer than `minimum`.
    pub fn report_ids(&self, minimum: usize) -> Verdict<Vec<String>> {
        let ids: Vec<String> = self.records.reports.iter().map(|report| id_of(&report["id"])).collect();
        if ids.len() < minimum {
            return skip(format!("no workspace has {minimum} status reports to look at"));
        }
        Ok(ids)
    }

    /// The total that the list of status reports gives.
    pub fn total(&self) -> Verdict<i64> {
        self.report_ids(1)?;
        match self.records.total.as_i64() {
            Some(total) => Ok(total),
            None => differs("a number as count", &self.records.total),
        }
    }

    /// The id of the suite's workspace.
    pub fn own_workspace(&self) -> Verdict<String> {
        match &self.created {
            Ok(created) => Ok(created.workspace.clone()),
            Err(reason) => skip(reason),
        }
    }

    /// Writes, and requires a success with one object: its id, the object, and the whole response.
    pub fn save(&mut self, method: Method, path: &str, body: &Value) -> Verdict<(String, Value, Response)> {
        let response = self.session.write(method, path, body)?;
        ensure_success(&response)?;
        let (id, object) = first_object(&response);
        ensure(object.is_object(), "an envelope with one object", String::from_utf8_lossy(&response.body))?;
        Ok((id, object, response))
    }

    /// Creates a status report in the suite's workspace, with more members.
    pub fn create_report(&mut self, more: &Value) -> Verdict<(String, Value)> {
        let body = self.report_body(more)?;
        self.save(Method::POST, REPORTS, &body).map(|(id, report, _)| (id, report))
    }

    /// The body of that request.
    pub fn report_body(&mut self, more: &Value) -> Verdict<Value> {
        let mut report = json!({
            "workspace_id": self.own_workspace()?,
            "color": "green",
            "description": "Created by statuary conform.",
        });
        merge(&mut report, more);
        Ok(json!({ "status_report": report }))
    }

    /// Moves the suite's workspace to another status key.
    pub fn change_status(&mut self, key: i64) -> Verdict<(String, Value)> {
        let change = json!({ "workspace_id": self.own_workspace()?, "to_status_key": key });
        let body = json!({ "workspace_status_change": change });
        self.save(Method::POST, CHANGES, &body).map(|(id, change, _)| (id, change))
    }

    /// The status key of the suite's workspace.
    pub fn status_key(&mut self) -> Verdict<i64> {
        let path = format!("{WORKSPACES}/{}", self.own_workspace()?);
        let (_, workspace) = first_object(&self.get(&path)?);
        let key = &workspace["status"]["key"];
        match id_of(key).parse() {
            Ok(key) => Ok(key),
            Err(_) => differs("a workspace with a status key", &workspace["status"]),
        }
    }

    /// A status key that the suite's workspace does not have.
    pub fn other_status_key(&mut self) -> Verdict<i64> {
        Ok(if self.status_key()? == 310 { 403 } else { 310 })
    }

    fn create_records(&mut self) -> Result<Created, String> {
        let (workspace, response) = self.create_workspace(&json!({ "start_date": "2026-01-12" }))?;
        let mut created = Created { workspace: workspace.clone(), response, all: vec![workspace] };
        self.created = Ok(created.clone());
        // If this fails, the checks of archived workspaces are skipped.
        if let Ok((id, _)) = self.create_workspace(&json!({})) {
            drop(self.archive(&id));
            created.all.push(id);
        }
        let details = json!([{ "category": "Scope", "color": "red", "description": "One week late" }]);
        let reference =
            json!({ "service_name": "conform", "service_model": "Issue", "service_model_ref": "C-1" });
        drop(self.create_report(&json!({ "details": details, "external_reference": reference })));
        drop(self.change_status(310));
        Ok(created)
    }

    fn create_workspace(&mut self, more: &Value) -> Result<(String, Response), String> {
        let mut workspace = json!({ "title": unique_name(), "description": "Created by statuary conform." });
        merge(&mut workspace, more);
        let response = self.session.write(Method::POST, WORKSPACES, &json!({ "workspace": workspace }));
        let response = response.map_err(|failure| reason(&failure))?;
        let id = first_object(&response).0;
        if response.status >= 300 || id.parse::<u64>().is_err() {
            return Err(format!("cannot create a workspace: {}", response.status));
        }
        Ok((id, response))
    }

    /// Whether the records are too few, or too alike, to tell an order from its reverse.
    fn lacks_records(&self) -> bool {
        let ends_differ = |list: &[Value]| {
            list.first().zip(list.last()).is_some_and(|(one, other)| one["created_at"] != other["created_at"])
        };
        self.records.reports.len() < 3
            || !ends_differ(&self.records.reports)
            || !ends_differ(&self.records.changes)
            || self.records.workspaces.len() < 2
    }

    /// Creates reports and changes that differ in their second.
    fn add_records(&mut self) {
        self.session.client.pause(Duration::from_millis(1100));
        for color in ["yellow", "red"] {
            drop(self.create_report(&json!({ "color": color })));
        }
        drop(self.change_status(403));
    }

    /// Finds the records to look at. A check without a suitable record is skipped.
    fn find_records(&mut self) {
        let mut records = Records::default();
        let mut list = |path: &str| {
            let response = self.session.get(path).ok();
            let response = response.map(|response| (objects(&response), response.json["count"].clone()));
            response.unwrap_or_default()
        };
        records.me = list("/users/me").0.first().map(|me| id_of(&me["id"])).unwrap_or_default();
        let mut counts: Vec<(String, usize)> = Vec::new();
        for report in list(&format!("{REPORTS}?per_page=200")).0 {
            let id = id_of(&report["workspace_id"]);
            match counts.iter_mut().find(|(known, _)| *known == id) {
                Some((_, count)) => *count += 1,
                None => counts.push((id, 1)),
            }
        }
        if let Some((workspace, _)) = counts.into_iter().max_by_key(|(_, count)| *count) {
            (records.reports, records.total) = list(&format!("{REPORTS}?workspace_id={workspace}"));
            records.workspace = workspace;
        }
        records.workspaces = list(WORKSPACES).0;
        for workspace in records.workspaces.iter().take(MAX_WORKSPACES) {
            let id = id_of(&workspace["id"]);
            let (changes, _) = list(&format!("{CHANGES}?workspace_id={id}"));
            if changes.len() > records.changes.len() {
                (records.changes, records.moved) = (changes, id);
            }
        }
        let (archived, _) = list(&format!("{WORKSPACES}?archived=only"));
        let archived = archived.iter().find(|workspace| workspace["archived"] == true);
        records.archived = archived.map(|workspace| id_of(&workspace["id"]));
        self.records = records;
    }

    fn archive(&mut self, id: &str) -> Verdict<Response> {
        let body = json!({ "workspace": { "archived": true } });
        self.session.write(Method::PUT, &format!("{WORKSPACES}/{id}"), &body)
    }

    /// Deletes the created records and archives the workspaces; returns the paths of those that remain.
    pub fn clean_up(&mut self) -> Vec<String> {
        let Ok(created) = &self.created else { return Vec::new() };
        let (own, all) = (created.workspace.clone(), created.all.clone());
        let lists = [
            (REPORTS, format!("workspace_id={own}")),
            (REFERENCES, format!("subject_type=Workspace&subject_id={own}")),
            (PARTICIPATIONS, format!("workspace_id={own}")),
        ];
        let mut left = Vec::new();
        for (path, query) in lists {
            let listed = self.session.get(&format!("{path}?{query}&per_page=200"));
            for one in listed.as_ref().map(objects).unwrap_or_default() {
                // Without the creator's own participation, the workspace could not be archived.
                if path == PARTICIPATIONS && id_of(&one["user_id"]) == self.records.me {
                    continue;
                }
                let path = format!("{path}/{}", id_of(&one["id"]));
                if !self.session.delete(&path).is_ok_and(|response| response.status < 300) {
                    left.push(format!("{BASE}{path}"));
                }
            }
        }
        for id in all {
            if !self.archive(&id).is_ok_and(|response| response.status < 300) {
                left.push(format!("{BASE}{WORKSPACES}/{id}"));
            }
        }
        left
    }
}

fn reason(failure: &Failure) -> String {
    match failure {
        Failure::Differs { expected, actual } => format!("expected {expected}, got {actual}"),
        Failure::Skipped(reason) | Failure::NoResponse(reason) => reason.clone(),
    }
}
