//! What the flags of a status do.

use macros::both_engines;
use serde_json::{Value, json};

use super::super::violation;
use super::{Packages, filter, link, read_only};
use crate::Engine;

const FROZEN: &str = "The work package is in a readonly status so its attributes cannot be changed.";

#[both_engines]
async fn a_read_only_status_freezes_everything_but_itself(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(link("status", "statuses", all.rejected)).await;
    let base = violation("base", FROZEN);
    let subject = read_only("subject", "Subject");
    let answer = all.patch(id, json!({"subject": "Again"})).await;
    answer.is_multiple_errors(422, &[subject.clone(), base.clone()]);
    let mut both = link("priority", "priorities", 9);
    both["subject"] = json!("Again");
    let answer = all.patch(id, both).await;
    answer.is_multiple_errors(422, &[subject.clone(), read_only("priority", "Priority"), base.clone()]);
    let mut same = link("status", "statuses", all.rejected);
    same["subject"] = json!("Again");
    all.patch(id, same).await.is_multiple_errors(422, &[subject, base]);
    for status in [all.frozen, all.new, all.rejected] {
        let mut body = link("status", "statuses", status);
        body["subject"] = json!(format!("Moved to {status}"));
        let answer = all.patch(id, body).await;
        assert_eq!(answer.json()["subject"], format!("Moved to {status}"), "{answer}");
    }
    let path = format!("/work_packages/{id}");
    assert_eq!(all.patch(id, json!({})).await.status, 200);
    let comment = json!({"comment": {"raw": "Why?"}});
    assert_eq!(all.app.v3_post("ada", &format!("{path}/activities"), &comment).await.status, 201);
    all.made(link("parent", "work_packages", id)).await;
    assert_eq!(all.app.v3_delete("max", &path).await.status, 204);
}

#[both_engines]
async fn flags_act_at_once_and_change_no_work_package(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(link("status", "statuses", all.progress)).await;
    let status = format!("/statuses/{}", all.progress);
    assert_eq!(all.app.v3_patch("root", &status, &json!({"isReadonly": true})).await.status, 200);
    let shown = all.get(id).await;
    assert_eq!((&shown["readonly"], &shown["lockVersion"]), (&json!(true), &json!(0)));
    assert_eq!(all.patch(id, json!({"subject": "Again"})).await.status, 422);
    assert_eq!(all.list("").await, [id]);
    assert_eq!(all.app.v3_patch("root", &status, &json!({"isClosed": true})).await.status, 200);
    assert!(all.list("").await.is_empty());
    assert_eq!(all.list(&filter("status", "c", &json!([]))).await, [id]);
    let used = "The status is in use and cannot be deleted.";
    all.app.v3_delete("root", &status).await.violates("base", used);
    assert_eq!(all.app.v3_patch("root", &status, &json!({"name": "Moving"})).await.status, 200);
    assert_eq!(all.get(id).await["_links"]["status"]["title"], "Moving");
    assert_eq!(all.app.v3_delete("max", &format!("/work_packages/{id}")).await.status, 204);
    assert_eq!(all.app.v3_delete("root", &status).await.status, 204);
}

/// Work and Remaining work in hours.
fn hours(work: &str, remaining: &str) -> Value {
    let mut body = json!({});
    for (name, hours) in [("estimatedTime", work), ("remainingTime", remaining)] {
        if !hours.is_empty() {
            body[name] = json!(format!("PT{hours}H"));
        }
    }
    body
}

fn below(parent: i64, mut body: Value) -> Value {
    body["_links"]["parent"] = json!({"href": format!("/api/v3/work_packages/{parent}")});
    body
}

impl Packages {
    async fn derived(&self, id: i64) -> Value {
        let shown = self.get(id).await;
        json!([shown["derivedEstimatedTime"], shown["derivedRemainingTime"], shown["derivedPercentageDone"]])
    }
}

#[both_engines]
async fn work_is_summed_up_the_hierarchy(engine: Engine) {
    let all = Packages::new(engine).await;
    let excluded = |mut body: Value| {
        body["_links"]["status"] = json!({"href": format!("/api/v3/statuses/{}", all.rejected)});
        body
    };
    // R1
    let parent = all.made(hours("10", "10")).await;
    let child = all.made(below(parent, hours("5", "0"))).await;
    assert_eq!(all.derived(parent).await, json!(["PT15H", "PT10H", 33]));
    assert_eq!(all.derived(child).await, json!([null, null, null]));
    // R2
    let parent = all.made(hours("10", "5")).await;
    all.made(below(parent, hours("10", "2.5"))).await;
    let b = all.made(excluded(below(parent, hours("8", "8")))).await;
    all.made(below(b, hours("4", "1"))).await;
    assert_eq!(all.derived(parent).await, json!(["P1D", "PT8H30M", 65]));
    assert_eq!(all.derived(b).await, json!(["PT4H", "PT1H", 75]));
    let status = format!("/statuses/{}", all.rejected);
    all.app.v3_patch("root", &status, &json!({"excludedFromTotals": false})).await;
    assert_eq!(all.derived(parent).await, json!(["P1DT8H", "PT16H30M", 48]));
    assert_eq!(all.get(parent).await["lockVersion"], 0);
    all.app.v3_patch("root", &status, &json!({"excludedFromTotals": true})).await;
    // R3
    let top = all.made(hours("3", "1.5")).await;
    let mut part = below(top, hours("3", ""));
    part["remainingTime"] = json!(null);
    let parent = all.made(part).await;
    all.made(below(parent, hours("7", "3.5"))).await;
    all.made(below(parent, json!({}))).await;
    assert_eq!(all.derived(parent).await, json!(["PT10H", "PT3H30M", 65]));
    assert_eq!(all.derived(top).await, json!(["PT13H", "PT5H", 62]));
    // R4
    let parent = all.made(json!({})).await;
    let only = all.made(excluded(below(parent, hours("8", "2")))).await;
    assert_eq!(all.derived(parent).await, json!([null, null, null]));
    // R5
    let parent = all.made(hours("10", "5")).await;
    let child = all.made(below(parent, hours("10", "2.5"))).await;
    assert_eq!(all.derived(parent).await, json!(["PT20H", "PT7H30M", 63]));
    for child in [only, child] {
        assert_eq!(all.app.v3_delete("max", &format!("/work_packages/{child}")).await.status, 204);
    }
    assert_eq!(all.derived(parent).await, json!([null, null, null]));
}

#[both_engines]
async fn a_parent_shows_the_span_of_what_is_below(engine: Engine) {
    let all = Packages::new(engine).await;
    let top = all.made(json!({})).await;
    let child = all.made(below(top, json!({"startDate": "2026-03-02", "dueDate": "2026-03-06"}))).await;
    all.made(below(child, json!({"dueDate": "2026-03-09"}))).await;
    let shown = all.get(top).await;
    let dates =
        ["startDate", "dueDate", "derivedStartDate", "derivedDueDate"].map(|name| shown[name].clone());
    assert_eq!(json!(dates), json!([null, null, "2026-03-02", "2026-03-09"]));
}
