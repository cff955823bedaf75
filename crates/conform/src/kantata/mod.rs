//! The surface of Kantata OX: what is there to look at, what the suite makes for itself, and its checks by topic.

mod bodies;
mod changes;
mod envelope;
mod errors;
mod filters;
mod includes;
mod lists;
mod objects;
mod paging;
mod reports;
mod writes;

use std::time::Duration;

use anyhow::Result;
use axum::http::Method;
use serde_json::{Value, json};

use super::client::{Answer, Ask};
use super::{
    Check, Report, Session, Stop, Target, Verdict, differs, holds, id_of, items, judge, name, skips,
};

const BASE: &str = "/api/v1";
const REPORTS: &str = "/status_reports";
const CHANGES: &str = "/workspace_status_changes";
const WORKSPACES: &str = "/workspaces";
const REFERENCES: &str = "/external_references";
const PARTICIPATIONS: &str = "/participations";
/// An id that nothing has.
const NOWHERE: &str = "999999999999";
/// How many workspaces are looked through for one with status changes.
const LOOKED_THROUGH: usize = 10;

/// The checks, those that only read first.
pub fn checks() -> impl Iterator<Item = &'static Check<Subject>> {
    let topics: [&[Check<Subject>]; 11] = [
        envelope::CHECKS,
        paging::CHECKS,
        lists::CHECKS,
        filters::CHECKS,
        includes::CHECKS,
        objects::CHECKS,
        errors::CHECKS,
        reports::CHECKS,
        bodies::CHECKS,
        changes::CHECKS,
        writes::CHECKS,
    ];
    topics.into_iter().flatten()
}

/// Asks a server everything.
pub(super) fn run(target: &Target) -> Result<Report> {
    let session = Session::open(target, BASE, "/users/me")?;
    let mut subject = Subject { session, ground: Ground::default(), made: Err("nothing was made".into()) };
    if target.write {
        subject.made = subject.make();
    }
    subject.look();
    if target.write && subject.is_poor() {
        subject.enrich();
        subject.look();
    }
    let rows = judge(&mut subject, |subject| &subject.session, checks(), target.write);
    Report::of(rows, subject.tidy())
}

/// A server, and what the checks look at there.
pub struct Subject {
    session: Session,
    ground: Ground,
    made: Result<Made, String>,
}

/// What is there, whoever made it.
#[derive(Default)]
struct Ground {
    /// The caller's id.
    me: String,
    /// The workspace with the most status reports.
    workspace: String,
    /// Its first status reports, as they are.
    reports: Vec<Value>,
    /// How many it has.
    total: Value,
    /// A workspace with status changes.
    moved: String,
    /// Its first status changes.
    changes: Vec<Value>,
    /// All workspaces of a page.
    workspaces: Vec<Value>,
    /// A workspace that is archived.
    archived: Option<String>,
}

/// What the suite made.
struct Made {
    /// Its own workspace.
    workspace: String,
    /// The answer to its making.
    answer: Answer,
    /// All its workspaces, that one first.
    all: Vec<String>,
}

impl Subject {
    fn get(&mut self, path: &str) -> Verdict<Answer> {
        self.session.get(path)
    }

    fn ask(&mut self, ask: &Ask) -> Verdict<Answer> {
        self.session.send(ask)
    }

    /// A list that has to be one for the check to say anything.
    fn list(&mut self, path: &str) -> Verdict<Answer> {
        let answer = self.get(path)?;
        holds(
            answer.status == 200 && answer.json["results"].is_array(),
            "200 with results",
            format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body)),
        )?;
        Ok(answer)
    }

    /// Status reports of the workspace that is looked at, with further parameters.
    fn reports(&mut self, query: &str) -> Verdict<Answer> {
        self.at_least(1)?;
        let path = format!("{REPORTS}?workspace_id={}&{query}", self.ground.workspace);
        self.list(&path)
    }

    /// Status changes of the workspace that moved, with further parameters.
    fn changes(&mut self, query: &str) -> Verdict<Answer> {
        if self.ground.changes.is_empty() {
            return skips("there is no workspace status change to look at");
        }
        let path = format!("{CHANGES}?workspace_id={}&{query}", self.ground.moved);
        self.list(&path)
    }

    /// The ids of the first reports, where there are so many.
    fn at_least(&self, number: usize) -> Verdict<Vec<String>> {
        let ids: Vec<String> = self.ground.reports.iter().map(|report| id_of(&report["id"])).collect();
        if ids.len() < number {
            return skips(format!("no workspace has {number} status reports to look at"));
        }
        Ok(ids)
    }

    /// How many reports there are, as their list says.
    fn total(&self) -> Verdict<i64> {
        self.at_least(1)?;
        match self.ground.total.as_i64() {
            Some(total) => Ok(total),
            None => differs("a number as count", &self.ground.total),
        }
    }

    /// The workspace that the suite made for itself.
    fn own(&self) -> Verdict<String> {
        match &self.made {
            Ok(made) => Ok(made.workspace.clone()),
            Err(reason) => skips(reason),
        }
    }

    /// Writes and expects a success; the id and the object of the answer.
    fn done(&mut self, method: Method, path: &str, body: &Value) -> Verdict<(String, Value, Answer)> {
        let answer = self.session.write(method, path, body)?;
        super::success(&answer)?;
        let (id, object) = single(&answer);
        holds(object.is_object(), "an envelope with one object", String::from_utf8_lossy(&answer.body))?;
        Ok((id, object, answer))
    }

    /// A status report of the suite's own workspace, with further members.
    fn report(&mut self, further: &Value) -> Verdict<(String, Value)> {
        let body = self.draft(further)?;
        self.done(Method::POST, REPORTS, &body).map(|(id, report, _)| (id, report))
    }

    /// The body that makes it.
    fn draft(&mut self, further: &Value) -> Verdict<Value> {
        let mut report = json!({ "workspace_id": self.own()?, "color": "green", "description": "Made by statuary conform." });
        merge(&mut report, further);
        Ok(json!({ "status_report": report }))
    }

    fn moves(&mut self, key: i64) -> Verdict<(String, Value)> {
        let change = json!({ "workspace_id": self.own()?, "to_status_key": key });
        let body = json!({ "workspace_status_change": change });
        self.done(Method::POST, CHANGES, &body).map(|(id, change, _)| (id, change))
    }

    /// What the status key of the suite's own workspace is.
    fn key(&mut self) -> Verdict<i64> {
        let path = format!("{WORKSPACES}/{}", self.own()?);
        let (_, workspace) = single(&self.get(&path)?);
        let key = &workspace["status"]["key"];
        match id_of(key).parse() {
            Ok(key) => Ok(key),
            Err(_) => differs("a workspace with a status key", &workspace["status"]),
        }
    }

    /// A key that the suite's own workspace does not have.
    fn other_key(&mut self) -> Verdict<i64> {
        Ok(if self.key()? == 310 { 403 } else { 310 })
    }

    // --- Before and after the checks --------------------------------------------------------------------------------

    fn make(&mut self) -> Result<Made, String> {
        let mut all = Vec::new();
        let mut workspace = |subject: &mut Self, further: Value| {
            let mut workspace = json!({ "title": name(), "description": "Made by statuary conform." });
            merge(&mut workspace, &further);
            let answer = subject.session.write(Method::POST, WORKSPACES, &json!({ "workspace": workspace }));
            let answer = answer.map_err(|stop| said(&stop))?;
            let id = single(&answer).0;
            if answer.status >= 300 || id.parse::<u64>().is_err() {
                return Err(format!("no workspace could be made: {}", answer.status));
            }
            all.push(id.clone());
            Ok((id, answer))
        };
        let (own, answer) = workspace(self, json!({ "start_date": "2026-01-12" }))?;
        // Without it the checks of archived workspaces skip.
        let old = workspace(self, json!({})).map(|(id, _)| id);
        self.made = Ok(Made { workspace: own.clone(), answer: answer.clone(), all: all.clone() });
        if let Ok(id) = old {
            drop(self.archive(&id));
        }
        let details = json!([{ "category": "Scope", "color": "red", "description": "One week late" }]);
        let reference =
            json!({ "service_name": "conform", "service_model": "Issue", "service_model_ref": "C-1" });
        drop(self.report(&json!({ "details": details, "external_reference": reference })));
        drop(self.moves(310));
        Ok(Made { workspace: own, answer, all })
    }

    /// Whether what there is cannot tell an order from its reverse.
    fn is_poor(&self) -> bool {
        let ends_differ = |list: &[Value]| {
            list.first().zip(list.last()).is_some_and(|(one, other)| one["created_at"] != other["created_at"])
        };
        self.ground.reports.len() < 3
            || !ends_differ(&self.ground.reports)
            || !ends_differ(&self.ground.changes)
            || self.ground.workspaces.len() < 2
    }

    /// Reports and changes of different seconds.
    fn enrich(&mut self) {
        self.session.client.pause(Duration::from_millis(1100));
        for color in ["yellow", "red"] {
            drop(self.report(&json!({ "color": color })));
        }
        drop(self.moves(403));
    }

    /// Finds what there is to look at; what is not found, checks miss and skip.
    fn look(&mut self) {
        let mut ground = Ground::default();
        let mut list = |path: &str| {
            let answer = self.session.get(path).ok();
            let answer = answer.map(|answer| (objects(&answer), answer.json["count"].clone()));
            answer.unwrap_or_default()
        };
        ground.me = list("/users/me").0.first().map(|me| id_of(&me["id"])).unwrap_or_default();
        let mut counts: Vec<(String, usize)> = Vec::new();
        for report in list(&format!("{REPORTS}?per_page=200")).0 {
            let id = id_of(&report["workspace_id"]);
            match counts.iter_mut().find(|(known, _)| *known == id) {
                Some((_, count)) => *count += 1,
                None => counts.push((id, 1)),
            }
        }
        if let Some((workspace, _)) = counts.into_iter().max_by_key(|(_, count)| *count) {
            (ground.reports, ground.total) = list(&format!("{REPORTS}?workspace_id={workspace}"));
            ground.workspace = workspace;
        }
        ground.workspaces = list(WORKSPACES).0;
        for workspace in ground.workspaces.iter().take(LOOKED_THROUGH) {
            let id = id_of(&workspace["id"]);
            let (changes, _) = list(&format!("{CHANGES}?workspace_id={id}"));
            if changes.len() > ground.changes.len() {
                (ground.changes, ground.moved) = (changes, id);
            }
        }
        let (archived, _) = list(&format!("{WORKSPACES}?archived=only"));
        let archived = archived.iter().find(|workspace| workspace["archived"] == true);
        ground.archived = archived.map(|workspace| id_of(&workspace["id"]));
        self.ground = ground;
    }

    fn archive(&mut self, id: &str) -> Verdict<Answer> {
        let body = json!({ "workspace": { "archived": true } });
        self.session.write(Method::PUT, &format!("{WORKSPACES}/{id}"), &body)
    }

    /// Deletes what can be deleted of what was made, and archives the rest; what stays all the same.
    fn tidy(&mut self) -> Vec<String> {
        let Ok(made) = &self.made else { return Vec::new() };
        let (own, all) = (made.workspace.clone(), made.all.clone());
        let lists = [
            (REPORTS, format!("workspace_id={own}")),
            (REFERENCES, format!("subject_type=Workspace&subject_id={own}")),
            (PARTICIPATIONS, format!("workspace_id={own}")),
        ];
        let mut left = Vec::new();
        for (path, query) in lists {
            let listed = self.session.get(&format!("{path}?{query}&per_page=200"));
            for one in listed.as_ref().map(objects).unwrap_or_default() {
                // Who made the workspace stays in it, or could not archive it.
                if path == PARTICIPATIONS && id_of(&one["user_id"]) == self.ground.me {
                    continue;
                }
                let path = format!("{path}/{}", id_of(&one["id"]));
                if !self.session.delete(&path).is_ok_and(|answer| answer.status < 300) {
                    left.push(format!("{BASE}{path}"));
                }
            }
        }
        for id in all {
            if !self.archive(&id).is_ok_and(|answer| answer.status < 300) {
                left.push(format!("{BASE}{WORKSPACES}/{id}"));
            }
        }
        left
    }
}

/// The ids of an answer's results.
fn ids(answer: &Answer) -> Vec<String> {
    items(&answer.json["results"]).iter().map(|result| id_of(&result["id"])).collect()
}

/// The objects of an answer's results, in their order.
fn objects(answer: &Answer) -> Vec<Value> {
    let results = items(&answer.json["results"]).iter();
    results
        .map(|one| answer.json[one["key"].as_str().unwrap_or_default()][id_of(&one["id"])].clone())
        .collect()
}

/// The first result's id and object.
fn single(answer: &Answer) -> (String, Value) {
    let object = objects(answer).into_iter().next().unwrap_or_default();
    (ids(answer).into_iter().next().unwrap_or_default(), object)
}

fn merge(object: &mut Value, further: &Value) {
    for (name, value) in further.as_object().into_iter().flatten() {
        object[name] = value.clone();
    }
}

fn said(stop: &Stop) -> String {
    match stop {
        Stop::Differs { expected, seen } => format!("{expected} was expected, and {seen} came"),
        Stop::Skips(reason) | Stop::Breaks(reason) => reason.clone(),
    }
}

/// Whether an answer is an error with this one entry.
fn refused(answer: &Answer, status: u16, kind: &str, field: Option<&str>, message: Option<&str>) -> Verdict {
    super::status(answer, status)?;
    let mut entry = answer.json["errors"][0].clone();
    let mut expected = json!({ "type": kind });
    if let Some(field) = field {
        expected["field"] = field.into();
    }
    match message {
        Some(message) => expected["message"] = message.into(),
        // How it says so is the server's own.
        None => drop(entry.as_object_mut().and_then(|entry| entry.shift_remove("message"))),
    }
    // The framework adds the place of the object, which says nothing where there is one.
    drop(entry.as_object_mut().and_then(|entry| entry.shift_remove("index")));
    super::same("an entry", entry, expected)
}
