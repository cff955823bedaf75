//! Activities and comments.

use macros::both_engines;
use serde_json::{Value, json};

use super::{Packages, link};
use crate::Engine;

impl Packages {
    async fn activities(&self, id: i64) -> Vec<Value> {
        self.app.v3_get("ada", &format!("/work_packages/{id}/activities")).await.elements()
    }
}

#[both_engines]
async fn each_write_is_an_activity(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({})).await;
    let first = all.activities(id).await;
    assert_eq!((first.len(), &first[0]["version"], &first[0]["details"]), (1, &json!(1), &json!([])));
    all.patch(id, link("status", "statuses", all.progress)).await;
    let second = &all.activities(id).await[1];
    assert_eq!(second["details"][0]["raw"], "Status changed from New to In Progress");
    assert_eq!((&second["_type"], &second["version"]), (&json!("Activity"), &json!(2)));
    assert_eq!(second["_links"]["user"], json!({"href": "/api/v3/users/2545", "title": "Ada Park"}));
    let body = json!({"subject": "<b>Quay</b>", "estimatedTime": "PT2H24M", "description": {"raw": "Text"},
        "_links": {"assignee": {"href": "/api/v3/users/2551"}}});
    all.patch(id, body).await;
    let details = all.activities(id).await[2]["details"].clone();
    let raw: Vec<&Value> = details.as_array().expect("details").iter().map(|one| &one["raw"]).collect();
    assert_eq!(
        json!(raw),
        json!([
            "Subject changed from Crane to <b>Quay</b>",
            "Description set",
            "Assignee set to Bo Lind",
            "Work set to 2.4",
            "Remaining work set to 2.4",
            "% Complete set to 0"
        ])
    );
    let html = "<strong>Subject</strong> changed from <strong>Crane</strong> to <strong>&lt;b&gt;Quay&lt;/b&gt;</strong>";
    assert_eq!(details[0]["html"], html);
    all.patch(id, json!({"_links": {"assignee": {"href": null}}, "description": {"raw": ""}})).await;
    let details = all.activities(id).await[3]["details"].clone();
    assert_eq!(
        (&details[0]["raw"], &details[1]["raw"]),
        (&json!("Description deleted"), &json!("Assignee deleted (Bo Lind)"))
    );
}

#[both_engines]
async fn comments_are_written_and_changed(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({})).await;
    let path = format!("/work_packages/{id}/activities");
    let comment = json!({"comment": {"raw": "Ask **Bo**"}, "internal": true});
    let made = all.app.v3_post("ada", &path, &comment).await;
    assert_eq!(made.status, 201, "{made}");
    let made = made.json();
    assert_eq!((&made["_type"], &made["version"]), (&json!("Activity::Comment"), &json!(2)));
    assert_eq!(made["comment"]["html"], "<p>Ask <strong>Bo</strong></p>");
    assert_eq!(all.get(id).await["lockVersion"], 0);
    let own = format!("/activities/{}", made["id"]);
    assert_eq!(all.app.v3_get("cleo", &own).await.json()["_links"].get("update"), None);
    let changed = all.app.v3_patch("ada", &own, &json!({"comment": "Ask Max"})).await.json();
    assert_eq!(changed["comment"]["raw"], "Ask Max");
    let changed = all.app.v3_patch("max", &own, &json!({"comment": {"raw": "Done"}})).await.json();
    assert_eq!(
        (&changed["comment"]["raw"], &changed["_links"]["user"]["title"]),
        (&json!("Done"), &json!("Ada Park"))
    );
    all.app.v3_patch("bo", &own, &json!({"comment": "No"})).await.is_not_authorized();
    for token in ["vera", "cleo"] {
        all.app.v3_post(token, &path, &comment).await.is_not_authorized();
    }
    let blank = all.app.v3_post("ada", &path, &json!({"comment": {"raw": " "}})).await;
    blank.violates("comment", "Comment can't be blank.");
    all.app.v3_get("olaf", &own).await.is_not_found();
    all.app.v3_get("ada", "/activities/999999").await.is_not_found();
}
