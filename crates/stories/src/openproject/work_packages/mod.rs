//! Stories of work packages: `docs/contracts/openproject-work-packages.md`.

mod activities;
mod cases;
mod flags;
mod forms;
mod lists;
mod model;
mod progress;
mod reads;
mod writes;

use serde_json::{Value, json};

use super::error;
use crate::{Answer, Engine, TestApp};

/// The 404 of a work package.
pub const NO_PACKAGE: &str = "The work package you are looking for cannot be found or has been deleted.";

/// The sample store with the statuses of the contract's cases.
pub struct Packages {
    pub app: TestApp,
    /// New, the default.
    pub new: i64,
    /// In Progress, 50 %.
    pub progress: i64,
    /// Closed.
    pub closed: i64,
    /// Rejected: closed, read-only, not in totals.
    pub rejected: i64,
    /// Frozen: read-only.
    pub frozen: i64,
}

impl Packages {
    pub async fn new(engine: Engine) -> Self {
        let app = TestApp::harbor(engine).await;
        let mut ids = Vec::new();
        let all = app.v3_get("root", "/statuses").await.elements();
        for status in all.iter().filter(|status| status["name"] != "New") {
            app.v3_delete("root", &format!("/statuses/{}", status["id"])).await;
        }
        for body in [
            json!({"name": "In Progress", "defaultDoneRatio": 50}),
            json!({"name": "Closed", "isClosed": true, "defaultDoneRatio": 100}),
            json!({"name": "Rejected", "isClosed": true, "isReadonly": true, "excludedFromTotals": true,
                "defaultDoneRatio": 100}),
            json!({"name": "Frozen", "isReadonly": true}),
        ] {
            let made = app.v3_post("root", "/statuses", &body).await;
            ids.push(made.json()["id"].as_i64().expect("an id"));
        }
        let new = all.iter().find(|status| status["name"] == "New").and_then(|status| status["id"].as_i64());
        let [progress, closed, rejected, frozen] = ids.try_into().expect("four statuses");
        Self { app, new: new.expect("New"), progress, closed, rejected, frozen }
    }

    /// A work package of ada in Harbor rollout, with more members; returns its id.
    pub async fn made(&self, body: Value) -> i64 {
        self.made_by("ada", 53760, body).await
    }

    pub async fn made_by(&self, token: &str, project: i64, mut body: Value) -> i64 {
        if body.get("subject").is_none() {
            body["subject"] = json!("Crane");
        }
        body["_links"]["project"] = json!({"href": format!("/api/v3/projects/{project}")});
        let made = self.app.v3_post(token, "/work_packages", &body).await;
        assert_eq!(made.status, 201, "{made}");
        made.json()["id"].as_i64().expect("an id")
    }

    pub async fn get(&self, id: i64) -> Value {
        let answer = self.app.v3_get("ada", &format!("/work_packages/{id}")).await;
        assert_eq!(answer.status, 200, "{answer}");
        answer.json()
    }

    /// A change with the current version.
    pub async fn patch(&self, id: i64, mut body: Value) -> Answer {
        body["lockVersion"] = self.get(id).await["lockVersion"].clone();
        self.app.v3_patch("ada", &format!("/work_packages/{id}"), &body).await
    }

    /// The ids of a list.
    pub async fn list(&self, query: &str) -> Vec<i64> {
        self.app.v3_get("ada", &format!("/work_packages?{query}")).await.element_ids()
    }
}

/// A link to a record.
pub fn to(name: &str, kind: &str, id: i64) -> Value {
    json!({name: {"href": format!("/api/v3/{kind}/{id}")}})
}

/// `_links` with one link.
pub fn link(name: &str, kind: &str, id: i64) -> Value {
    json!({"_links": to(name, kind, id)})
}

/// The value of `filters`, percent-encoded.
pub fn filters(filters: &Value) -> String {
    let text = filters.to_string();
    format!("filters={}", percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC))
}

/// One filter.
pub fn filter(name: &str, operator: &str, values: &Value) -> String {
    filters(&json!([{name: {"operator": operator, "values": values}}]))
}

/// The error of a member that cannot be written.
pub fn read_only(attribute: &str, label: &str) -> Value {
    let message = format!("{label} was attempted to be written but is not writable.");
    error("PropertyIsReadOnly", &message, Some(&json!({"attribute": attribute})))
}
