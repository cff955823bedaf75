//! The surface of OpenProject: what is there to look at, what the suite makes for itself, and its checks by topic.

mod access;
mod headers;
mod project_writes;
mod projects;
mod root;
mod status_writes;
mod statuses;

use anyhow::Result;
use axum::http::Method;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::client::{Answer, Ask};
use super::{Check, Report, Session, Target, Verdict, differs, holds, id_of, items, judge, name, skips};

const BASE: &str = "/api/v3";
const STATUSES: &str = "/statuses";
const PROJECTS: &str = "/projects";
/// An id that nothing has.
const NOWHERE: &str = "999999999999";

/// The checks, those that only read first.
pub fn checks() -> impl Iterator<Item = &'static Check<Subject>> {
    let topics: [&[Check<Subject>]; 7] = [
        headers::CHECKS,
        access::CHECKS,
        statuses::CHECKS,
        root::CHECKS,
        projects::CHECKS,
        project_writes::CHECKS,
        status_writes::CHECKS,
    ];
    topics.into_iter().flatten()
}

/// Asks a server everything.
pub(super) fn run(target: &Target) -> Result<Report> {
    let session = Session::open(target, BASE, "")?;
    let nothing = || Err("nothing was made".to_owned());
    let mut subject = Subject { session, ground: Ground::default(), project: nothing(), status: nothing() };
    subject.look();
    if target.write {
        subject.make();
    }
    let rows = judge(&mut subject, |subject| &subject.session, checks(), target.write);
    Report::of(rows, subject.tidy())
}

/// A server, and what the checks look at there.
pub struct Subject {
    session: Session,
    ground: Ground,
    /// The answer to the making of the suite's own project.
    project: Result<Answer, String>,
    /// The answer to the making of its own status.
    status: Result<Answer, String>,
}

/// What is there.
#[derive(Default)]
struct Ground {
    /// The statuses, as their list has them.
    statuses: Vec<Value>,
    /// The first projects.
    projects: Vec<Value>,
    /// How many there are.
    total: usize,
    /// Whether nobody is answered without credentials.
    login_required: bool,
}

impl Subject {
    fn get(&mut self, path: &str) -> Verdict<Answer> {
        self.session.get(path)
    }

    fn ask(&mut self, ask: &Ask) -> Verdict<Answer> {
        self.session.send(ask)
    }

    fn asking(&self, method: Method, path: &str) -> Ask {
        self.session.asking(method, path)
    }

    /// An answer that has to be a success for the check to say anything.
    fn got(&mut self, path: &str) -> Verdict<Answer> {
        let answer = self.get(path)?;
        super::status(&answer, 200)?;
        Ok(answer)
    }

    /// What the server calls a path of the surface.
    fn href(&self, path: &str) -> String {
        format!("{}{BASE}{path}", self.session.client.prefix)
    }

    /// A status of the list.
    fn status(&self) -> Verdict<Value> {
        self.ground.statuses.first().cloned().map_or_else(|| skips("there is no status to look at"), Ok)
    }

    fn status_path(&self) -> Verdict<String> {
        Ok(format!("{STATUSES}/{}", id_of(&self.status()?["id"])))
    }

    /// A project of the list.
    fn project(&self) -> Verdict<Value> {
        self.ground.projects.first().cloned().map_or_else(|| skips("there is no project to look at"), Ok)
    }

    fn project_path(&self) -> Verdict<String> {
        Ok(format!("{PROJECTS}/{}", id_of(&self.project()?["id"])))
    }

    /// The path of the suite's own project.
    fn own_project(&self) -> Verdict<String> {
        match &self.project {
            Ok(made) => Ok(format!("{PROJECTS}/{}", id_of(&made.json["id"]))),
            Err(reason) => skips(reason),
        }
    }

    /// The path of the suite's own status.
    fn own_status(&self) -> Verdict<String> {
        match &self.status {
            Ok(made) => Ok(format!("{STATUSES}/{}", id_of(&made.json["id"]))),
            Err(reason) => skips(reason),
        }
    }

    // --- Before and after the checks --------------------------------------------------------------------------------

    fn look(&mut self) {
        let mut list = |path: &str| self.session.get(path).map(|answer| answer.json).unwrap_or_default();
        let statuses = list(STATUSES);
        let projects = list(PROJECTS);
        let open = self.session.anonymous(Method::GET, "");
        let open = self.session.send(&open);
        self.ground = Ground {
            statuses: items(&statuses["_embedded"]["elements"]).to_vec(),
            projects: items(&projects["_embedded"]["elements"]).to_vec(),
            total: projects["total"].as_u64().and_then(|total| total.try_into().ok()).unwrap_or_default(),
            login_required: open.is_ok_and(|answer| answer.status != 200),
        };
    }

    fn make(&mut self) {
        let mut post = |path: &str, what: &str| {
            let answer = self.session.write(Method::POST, path, &json!({ "name": name() }));
            let answer = answer.map_err(|_| format!("no {what} could be made: no answer"))?;
            if answer.status < 300 && answer.json["id"].is_number() {
                Ok(answer)
            } else {
                Err(format!("no {what} could be made: {}", answer.status))
            }
        };
        self.project = post(PROJECTS, "project");
        self.status = post(STATUSES, "status");
        self.look();
    }

    /// Deletes the status and archives the project; what stays all the same.
    fn tidy(&mut self) -> Vec<String> {
        let mut left = Vec::new();
        if let Ok(path) = self.own_status() {
            let answer = self.session.delete(&path);
            if !answer.is_ok_and(|answer| answer.status < 300 || answer.status == 404) {
                left.push(format!("{BASE}{path}"));
            }
        }
        if let Ok(path) = self.own_project() {
            let answer = self.session.write(Method::PATCH, &path, &json!({ "active": false }));
            if !answer.is_ok_and(|answer| answer.status < 300) {
                left.push(format!("{BASE}{path}"));
            }
        }
        left
    }
}

/// Whether an answer is an error of this kind, and has the message where a rule names it. See
/// `docs/contracts/openproject.md#errors`.
fn refused(answer: &Answer, status: u16, kind: &str, message: Option<&str>) -> Verdict {
    super::status(answer, status)?;
    super::same("_type", &answer.json["_type"], "Error")?;
    let identifier = format!("urn:openproject-org:api:v3:errors:{kind}");
    super::same("errorIdentifier", &answer.json["errorIdentifier"], identifier)?;
    match message {
        Some(message) => super::same("message", &answer.json["message"], message),
        None => holds(answer.json["message"].is_string(), "a message", &answer.json["message"]),
    }
}

fn not_found(answer: &Answer) -> Verdict {
    refused(answer, 404, "NotFound", Some("The requested resource could not be found."))
}

/// A member of the body that is refused.
fn violation(answer: &Answer, kind: &str, attribute: &str, message: Option<&str>) -> Verdict {
    refused(answer, 422, kind, message)?;
    super::same("attribute", &answer.json["_embedded"]["details"]["attribute"], attribute)
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))
}

fn elements(answer: &Answer) -> Vec<Value> {
    items(&answer.json["_embedded"]["elements"]).to_vec()
}
