//! The state of a run: the records to look at, and those that the suite creates.

use anyhow::Result;
use axum::http::Method;
use serde_json::{Value, json};

use crate::check::{Verdict, ensure_status, id_of, items, skip, unique_name};
use crate::client::{Request, Response};
use crate::session::{Session, Target};

pub const BASE: &str = "/api/v3";
pub const STATUSES: &str = "/statuses";
pub const PROJECTS: &str = "/projects";
pub const WORK_PACKAGES: &str = "/work_packages";
/// An id that no record has.
pub const UNKNOWN_ID: &str = "999999999999";

/// A server and the records that the checks use.
pub struct Suite {
    pub session: Session,
    pub records: Records,
    /// The response to the creation of the suite's project.
    pub project: Result<Response, String>,
    /// The response to the creation of its status.
    pub status: Result<Response, String>,
    /// The response to the creation of its work package, in its project.
    pub package: Result<Response, String>,
}

/// Records on the server.
#[derive(Default)]
pub struct Records {
    /// The statuses, as their list has them.
    statuses: Vec<Value>,
    /// The first page of projects.
    pub projects: Vec<Value>,
    /// The number of projects.
    pub total: usize,
    /// Whether requests without credentials are refused.
    pub login_required: bool,
}

impl Suite {
    /// Connects to the server, finds the records to look at, and creates records if the checks may write.
    pub fn open(target: &Target) -> Result<Self> {
        let session = Session::open(target, BASE, "")?;
        let nothing = || Err("nothing was created".to_owned());
        let mut suite = Self {
            session,
            records: Records::default(),
            project: nothing(),
            status: nothing(),
            package: nothing(),
        };
        suite.find_records();
        if target.write {
            suite.create_records();
        }
        Ok(suite)
    }

    pub fn get(&mut self, path: &str) -> Verdict<Response> {
        self.session.get(path)
    }

    pub fn send(&mut self, request: &Request) -> Verdict<Response> {
        self.session.send(request)
    }

    pub fn request(&self, method: Method, path: &str) -> Request {
        self.session.request(method, path)
    }

    /// Gets a path, and requires a 200.
    pub fn get_ok(&mut self, path: &str) -> Verdict<Response> {
        let response = self.get(path)?;
        ensure_status(&response, 200)?;
        Ok(response)
    }

    /// The `href` of a path of the surface.
    pub fn href(&self, path: &str) -> String {
        format!("{}{BASE}{path}", self.session.client.prefix)
    }

    /// The first status of the list.
    pub fn first_status(&self) -> Verdict<Value> {
        self.records.statuses.first().cloned().map_or_else(|| skip("there is no status to look at"), Ok)
    }

    pub fn first_status_path(&self) -> Verdict<String> {
        Ok(format!("{STATUSES}/{}", id_of(&self.first_status()?["id"])))
    }

    /// The first project of the list.
    pub fn first_project(&self) -> Verdict<Value> {
        self.records.projects.first().cloned().map_or_else(|| skip("there is no project to look at"), Ok)
    }

    pub fn first_project_path(&self) -> Verdict<String> {
        Ok(format!("{PROJECTS}/{}", id_of(&self.first_project()?["id"])))
    }

    /// The path of the suite's project.
    pub fn own_project(&self) -> Verdict<String> {
        match &self.project {
            Ok(created) => Ok(format!("{PROJECTS}/{}", id_of(&created.json["id"]))),
            Err(reason) => skip(reason),
        }
    }

    /// The path of the suite's status.
    pub fn own_status(&self) -> Verdict<String> {
        match &self.status {
            Ok(created) => Ok(format!("{STATUSES}/{}", id_of(&created.json["id"]))),
            Err(reason) => skip(reason),
        }
    }

    /// The path of the suite's work package.
    pub fn own_package(&self) -> Verdict<String> {
        match &self.package {
            Ok(created) => Ok(format!("{WORK_PACKAGES}/{}", id_of(&created.json["id"]))),
            Err(reason) => skip(reason),
        }
    }

    fn find_records(&mut self) {
        let mut list = |path: &str| self.session.get(path).map(|response| response.json).unwrap_or_default();
        let statuses = list(STATUSES);
        let projects = list(PROJECTS);
        let anonymous = self.session.anonymous(Method::GET, "");
        let anonymous = self.session.send(&anonymous);
        self.records = Records {
            statuses: items(&statuses["_embedded"]["elements"]).to_vec(),
            projects: items(&projects["_embedded"]["elements"]).to_vec(),
            total: projects["total"].as_u64().and_then(|total| total.try_into().ok()).unwrap_or_default(),
            login_required: anonymous.is_ok_and(|response| response.status != 200),
        };
    }

    fn create_records(&mut self) {
        let mut post = |path: &str, what: &str, member: &str| {
            let response = self.session.write(Method::POST, path, &json!({ member: unique_name() }));
            let response = response.map_err(|_| format!("cannot create a {what}: no response"))?;
            if response.status < 300 && response.json["id"].is_number() {
                Ok(response)
            } else {
                Err(format!("cannot create a {what}: {}", response.status))
            }
        };
        self.project = post(PROJECTS, "project", "name");
        self.status = post(STATUSES, "status", "name");
        self.package = match &self.project {
            Ok(project) => {
                let list = format!("{PROJECTS}/{}{WORK_PACKAGES}", id_of(&project.json["id"]));
                post(&list, "work package", "subject")
            }
            Err(reason) => Err(reason.clone()),
        };
        self.find_records();
    }

    /// Deletes the work package and the status and archives the project; returns the paths of those that remain.
    pub fn clean_up(&mut self) -> Vec<String> {
        let mut left = Vec::new();
        for path in [self.own_package(), self.own_status()].into_iter().flatten() {
            let response = self.session.delete(&path);
            if !response.is_ok_and(|response| response.status < 300 || response.status == 404) {
                left.push(format!("{BASE}{path}"));
            }
        }
        if let Ok(path) = self.own_project() {
            let response = self.session.write(Method::PATCH, &path, &json!({ "active": false }));
            if !response.is_ok_and(|response| response.status < 300) {
                left.push(format!("{BASE}{path}"));
            }
        }
        left
    }
}
