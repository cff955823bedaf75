//! Lists: filters, orders, groups, sums and pages.

use macros::both_engines;
use serde_json::{Value, json};

use super::super::error;
use super::{Packages, filter, filters, link};
use crate::{Answer, Engine};

fn invalid(answer: &Answer, message: &str) {
    answer.is_hal_error(400, &error("InvalidQuery", message, None));
}

#[both_engines]
async fn closed_work_packages_are_hidden_unless_a_filter_is_there(engine: Engine) {
    let all = Packages::new(engine).await;
    let mut ids = Vec::new();
    for status in [all.new, all.progress, all.closed, all.rejected] {
        ids.push(all.made(link("status", "statuses", status)).await);
    }
    let [n, p, c, x] = ids.try_into().expect("four");
    let answer = all.app.v3_get("ada", "/work_packages").await;
    assert_eq!((answer.element_ids(), &answer.json()["total"]), (vec![n, p], &json!(2)));
    assert_eq!(answer.json()["_type"], "WorkPackageCollection");
    assert_eq!(answer.elements()[0].get("_embedded"), None);
    for query in
        ["filters=%5B%5D".to_owned(), filter("status", "*", &json!(null)), filter("status", "*", &json!([]))]
    {
        assert_eq!(all.list(&query).await, [n, p, c, x], "{query}");
    }
    let bare = filters(&json!([{"status": {"operator": "*"}}]));
    assert_eq!(all.list(&bare).await, [n, p, c, x]);
    for name in ["status", "status_id", "statusId"] {
        assert_eq!(all.list(&filter(name, "c", &json!([]))).await, [c, x]);
        for value in [json!([all.new.to_string()]), json!([all.new]), json!(all.new)] {
            assert_eq!(all.list(&filter(name, "=", &value)).await, [n], "{value}");
        }
        assert_eq!(all.list(&filter(name, "!", &json!([all.new]))).await, [p, c, x]);
    }
    for value in ["subject", "typeahead", "search"] {
        let operator = if value == "subject" { "~" } else { "**" };
        assert_eq!(all.list(&filter(value, operator, &json!(["crane"]))).await, [n, p, c, x]);
    }
}

#[both_engines]
async fn wrong_filters_are_named(engine: Engine) {
    let all = Packages::new(engine).await;
    let get = async |query: String| all.app.v3_get("ada", &format!("/work_packages?{query}")).await;
    for (query, message) in [
        (filter("status", "=", &json!([999_999])), "Status filter has invalid values."),
        (filter("status", "~", &json!([1])), "Status Operator is not set to one of the allowed values."),
        (
            filters(&json!([{"status": {"values": []}}])),
            "Status Operator is not set to one of the allowed values.",
        ),
        (filter("bogus", "=", &json!([1])), "bogus filter does not exist."),
        (filter("subject", "~", &json!([])), "Subject can't be blank."),
        (filter("id", "=", &json!([999_999])), "ID filter has invalid values."),
        (filter("project", "=", &json!([53900])), "Project filter has invalid values."),
        (filter("project", "=", &json!([53800])), "Project filter has invalid values."),
        (filter("project", "=", &json!([60000])), "Project filter has invalid values."),
        (
            filter("updatedAt", ">=", &json!(["2026-01-01"])),
            "Updated on Operator is not set to one of the allowed values.",
        ),
        (filter("dueDate", "=d", &json!(["soon"])), "Finish date is not a valid date."),
        (filter("percentageDone", ">=", &json!(["x"])), "% Complete is not an integer."),
        (filter("createdAt", "=d", &json!(["x"])), "Created on is not a valid date time."),
        ("sortBy=%5B%5B%22bogus%22%2C%22asc%22%5D%5D".to_owned(), "Can't sort by column: bogus"),
        ("groupBy=bogus".to_owned(), "Can't group by: bogus"),
        ("filters=%7B".to_owned(), "The parameter filters is malformed."),
        ("filters=5".to_owned(), "The parameter filters is malformed."),
        ("filters=%5B1%5D".to_owned(), "The parameter filters is malformed."),
        ("timestamps=P-1D".to_owned(), "Timestamps contain forbidden values: P-1D"),
    ] {
        invalid(&get(query).await, message);
    }
    let both = json!([{"bogus": {"operator": "="}}, {"subject": {"operator": "~", "values": []}}]);
    let errors = ["bogus filter does not exist.", "Subject can't be blank."]
        .map(|text| error("InvalidQuery", text, None));
    get(filters(&both)).await.is_multiple_errors(400, &errors);
    get("offset=0".to_owned()).await.is_refusal(400, "BadRequest", "Bad request: offset is invalid");
    assert_eq!(get("timestamps=PT0S".to_owned()).await.status, 200);
}

#[both_engines]
async fn filters_find_words_people_and_parents(engine: Engine) {
    let all = Packages::new(engine).await;
    let first = all.made(json!({"subject": "Berth Plan of the quay", "_links": {"assignee": {"href": "/api/v3/users/2545"}}})).await;
    let second = all
        .made(json!({"subject": "Crane", "_links": {"assignee": {"href": "/api/v3/users/2551"},
        "parent": {"href": format!("/api/v3/work_packages/{first}")}}}))
        .await;
    let third = all.made(json!({"subject": "Harbor", "description": {"raw": "A new plan"}})).await;
    let list =
        async |name: &str, operator: &str, values: Value| all.list(&filter(name, operator, &values)).await;
    assert_eq!(list("subject", "~", json!(["PLAN berth"])).await, [first]);
    assert_eq!(list("subject", "!~", json!(["PLAN berth"])).await, [second, third]);
    assert_eq!(list("assignee", "=", json!(["me"])).await, [first]);
    assert_eq!(list("assignee", "!*", json!([])).await, [third]);
    assert_eq!(list("assignee", "!", json!([2545])).await, [second, third]);
    assert_eq!(list("parent", "=", json!([first])).await, [second]);
    assert_eq!(list("parent", "!*", json!([])).await, [first, third]);
    assert_eq!(list("id", "=", json!([first, third])).await, [first, third]);
    assert_eq!(list("search", "**", json!(["plan"])).await, [first, third]);
    let comment = json!({"comment": {"raw": "Ask the *pilot*"}});
    all.app.v3_post("ada", &format!("/work_packages/{second}/activities"), &comment).await;
    assert_eq!(list("search", "**", json!(["PILOT"])).await, [second]);
    assert_eq!(list("typeahead", "**", json!([format!("#{second}")])).await, [second]);
    assert_eq!(list("subject_or_id", "**", json!([third.to_string()])).await, [third]);
    assert_eq!(list("subjectOrId", "**", json!(["th plan"])).await, [first]);
    all.patch(third, json!({"percentageDone": 50})).await;
    assert_eq!(list("percentageDone", ">=", json!([50])).await, [third]);
    assert_eq!(list("done_ratio", "!*", json!([])).await, [first, second]);
}

#[both_engines]
async fn dates_are_filtered_by_days(engine: Engine) {
    let all = Packages::new(engine).await;
    // Today is Monday, 16 February 2026.
    let made = async |day: &str| all.made(json!({"dueDate": day})).await;
    let yesterday = made("2026-02-15").await;
    let today = made("2026-02-16").await;
    let soon = made("2026-02-23").await;
    let later = made("2026-02-24").await;
    let never = all.made(json!({})).await;
    let list = async |operator: &str, values: Value| all.list(&filter("dueDate", operator, &values)).await;
    assert_eq!(list("<t-", json!([1])).await, [yesterday]);
    assert_eq!(list("t", json!([])).await, [today]);
    assert_eq!(list("w", json!([])).await, [today]);
    assert_eq!(list("<t+", json!([7])).await, [today, soon]);
    assert_eq!(list(">t+", json!([8])).await, [later]);
    assert_eq!(list("<>d", json!(["2026-02-16", "2026-02-23"])).await, [today, soon]);
    assert_eq!(list("<>d", json!(["", "2026-02-16"])).await, [yesterday, today]);
    assert_eq!(list("=d", json!(["2026-02-24"])).await, [later]);
    assert_eq!(list("!*", json!([])).await, [never]);
    let updated =
        async |operator: &str, values: Value| all.list(&filter("updatedAt", operator, &values)).await;
    assert_eq!(updated(">t-", json!([1])).await.len(), 5);
    let both = json!(["2026-02-16T16:00:03.000Z", "2026-02-16T16:00:03.000Z"]);
    assert_eq!(updated("<>d", both).await.len(), 5);
    assert!(updated("<>d", json!(["2026-02-16T16:00:04Z", ""])).await.is_empty());
}

#[both_engines]
async fn lists_are_sorted_grouped_and_summed(engine: Engine) {
    let all = Packages::new(engine).await;
    let mut rejected = link("status", "statuses", all.rejected);
    rejected["subject"] = json!("Zebra");
    rejected["estimatedTime"] = json!("PT8H");
    let first = all.made(json!({"subject": "Berth", "estimatedTime": "PT4H"})).await;
    let second = all.made(rejected).await;
    let third =
        all.made(json!({"subject": "Anchor", "_links": {"assignee": {"href": "/api/v3/users/2545"}}})).await;
    let any = filter("status", "*", &json!([]));
    let sorted = async |sort: &str| {
        let sort =
            percent_encoding::utf8_percent_encode(sort, percent_encoding::NON_ALPHANUMERIC).to_string();
        all.list(&format!("{any}&sortBy={sort}")).await
    };
    assert_eq!(sorted(r#"[["subject","desc"]]"#).await, [second, first, third]);
    assert_eq!(sorted(r#"["status:asc","id:desc"]"#).await, [third, first, second]);
    assert_eq!(sorted(r#"[["estimatedTime","desc"]]"#).await, [second, first, third]);
    assert_eq!(sorted(r#"[["assignee","desc"]]"#).await, [third, first, second]);
    let grouped = all.app.v3_get("ada", &format!("/work_packages?{any}&groupBy=assignee")).await.json();
    let last = &grouped["groups"][1];
    assert_eq!(
        (&last["value"], &last["count"], &last["_links"]["valueLink"]),
        (&json!(null), &json!(2), &json!([]))
    );
    let path = format!("/work_packages?{any}&groupBy=status&showSums=true&pageSize=1");
    let answer = all.app.v3_get("vera", &path).await.json();
    let group = |name: &str, id: i64, count: i64, hours: &str| {
        json!({"value": name, "count": count,
            "sums": {"estimatedTime": hours, "remainingTime": hours, "percentageDone": 0},
            "_links": {"valueLink": [{"href": format!("/api/v3/statuses/{id}")}],
                "groupBy": {"href": "/api/v3/queries/group_bys/status", "title": "Status"}}})
    };
    assert_eq!(
        answer["groups"],
        json!([group("New", all.new, 2, "PT4H"), group("Rejected", all.rejected, 1, "PT8H")])
    );
    assert_eq!(
        answer["totalSums"],
        json!({"estimatedTime": "PT12H", "remainingTime": "PT12H", "percentageDone": 0})
    );
    let links = answer["_links"].as_object().expect("links");
    let names: Vec<&str> = links.keys().map(String::as_str).collect();
    assert_eq!(names, ["self", "jumpTo", "changeSize", "nextByOffset", "schemas"]);
    let next = links["nextByOffset"]["href"].as_str().expect("a link");
    assert_eq!(next, format!("/api/v3/work_packages?{any}&groupBy=status&showSums=true&offset=2&pageSize=1"));
    let none = all.app.v3_get("vera", &format!("/work_packages?{any}&showSums=True")).await.json();
    assert_eq!(none.get("totalSums"), None);
    let links = all.app.v3_get("ada", "/work_packages").await.json()["_links"].clone();
    let form =
        json!({"href": "/api/v3/work_packages/{work_package_id}/form", "templated": true, "method": "post"});
    assert_eq!(links["editWorkPackage"], form);
    assert_eq!(
        links["createWorkPackageImmediate"],
        json!({"href": "/api/v3/work_packages", "method": "post"})
    );
}

#[both_engines]
async fn pages_have_each_element_once(engine: Engine) {
    let all = Packages::new(engine).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(all.made(json!({})).await);
    }
    let mut path = "/work_packages?pageSize=2".to_owned();
    let mut found = Vec::new();
    loop {
        let answer = all.app.v3_get("ada", &path).await;
        found.extend(answer.element_ids());
        let next = answer.json()["_links"]["nextByOffset"]["href"].as_str().map(str::to_owned);
        let Some(next) = next else { break };
        path = next.strip_prefix("/api/v3").expect("a path").to_owned();
    }
    assert_eq!(found, made);
    let none = all.app.v3_get("ada", "/work_packages?pageSize=0").await.json();
    assert_eq!((&none["count"], &none["total"]), (&json!(0), &json!(5)));
    assert_eq!(all.list("pageSize=-1").await, made);
    let chosen =
        all.app.v3_get("ada", "/work_packages?select=total,elements/subject&pageSize=1").await.json();
    assert_eq!(chosen, json!({"total": 5, "_embedded": {"elements": [{"subject": "Crane"}]}}));
    let bogus = all.app.v3_get("ada", "/work_packages?select=elements/bogus").await;
    assert_eq!(
        (bogus.status.as_u16(), &bogus.json()["errorIdentifier"]),
        (400, &json!("urn:openproject-org:api:v3:errors:InvalidSignal"))
    );
}

#[both_engines]
async fn a_list_has_what_the_caller_sees(engine: Engine) {
    let all = Packages::new(engine).await;
    let own = all.made(json!({})).await;
    let other = all.made_by("max", 53800, json!({})).await;
    let foreign = all.made_by("zoe", 60000, json!({})).await;
    let ids = async |token: &str, path: &str| all.app.v3_get(token, path).await.element_ids();
    assert_eq!(ids("max", "/projects/53760/work_packages").await, [own]);
    assert_eq!(ids("max", "/work_packages").await, [own, other]);
    assert_eq!(ids("root", "/work_packages").await, [own, other]);
    assert_eq!(ids("cleo", "/work_packages").await, [own]);
    assert_eq!(ids("zoe", "/work_packages").await, [foreign]);
    let by_name = all.app.v3_get("max", "/projects/harbor-rollout-53760/work_packages").await.json();
    let itself = by_name["_links"]["self"]["href"].as_str().expect("a link");
    assert!(itself.starts_with("/api/v3/projects/53760/work_packages?"), "{itself}");
    let links = all.app.v3_get("cleo", "/work_packages").await.json()["_links"].clone();
    assert_eq!((links.get("createWorkPackage"), links.get("editWorkPackage")), (None, None));
    all.app.v3_get("ada", "/projects/53800/work_packages").await.is_not_found();
    all.app.v3_get("ada", "/projects/53900/work_packages").await.is_not_found();
    all.app.v3_get("root", "/projects/53900/work_packages").await.is_not_authorized();
    all.app.v3_get("olaf", "/work_packages").await.is_not_authorized();
}
