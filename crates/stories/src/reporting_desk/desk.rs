//! The desk: the states of workspaces by the clock, their order, and who sees them.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::{at, desk, friday, put, report, row, set, with};
use crate::{Engine, TestApp, lines};

const HARBOR: i64 = 53760;
const QUAY: i64 = 53800;

/// The state of a workspace at some instants.
async fn walk(app: &TestApp, workspace: i64, steps: &[(&str, &str, &str)]) {
    for (now, state, due_at) in steps {
        at(app, now);
        let row = row(app, workspace).await;
        assert_eq!((&row["state"], &row["due_at"]), (&json!(state), &json!(due_at)), "at {now}: {row}");
    }
}

#[both_engines]
async fn six_weeks_over_a_change_of_clock_with_a_pause(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let exempt = row(&app, HARBOR).await;
    assert_eq!((&exempt["state"], &exempt["due_at"]), (&json!("exempt"), &Value::Null));
    set(&app, HARBOR, &friday()).await;
    let (first, second) = ("2026-02-20T15:00:00Z", "2026-03-13T15:00:00Z");
    walk(
        &app,
        HARBOR,
        &[
            // The report of 9 February is one of the week before, and the cadence began after it.
            ("2026-02-16T16:00:03Z", "up_to_date", first),
            ("2026-02-18T14:59:59Z", "up_to_date", first),
            ("2026-02-18T15:00:00Z", "due", first),
            (first, "due", first),
            ("2026-02-21T14:59:59Z", "due", first),
            ("2026-02-21T15:00:00Z", "overdue", first),
            // It stays overdue when the next instant passes.
            ("2026-02-27T15:00:00Z", "overdue", first),
            ("2026-02-27T16:30:00Z", "overdue", first),
        ],
    )
    .await;
    report(&app, HARBOR).await;
    walk(
        &app,
        HARBOR,
        &[
            ("2026-02-27T16:30:00Z", "up_to_date", "2026-03-06T15:00:00Z"),
            // A report was created after the last instant.
            ("2026-03-05T15:00:00Z", "up_to_date", "2026-03-06T15:00:00Z"),
            ("2026-03-06T15:00:00Z", "up_to_date", second),
            ("2026-03-11T14:59:59Z", "up_to_date", second),
            ("2026-03-11T15:00:00Z", "due", second),
        ],
    )
    .await;
    report(&app, HARBOR).await;
    walk(&app, HARBOR, &[("2026-03-11T15:00:00Z", "up_to_date", second)]).await;
    at(&app, "2026-03-14T08:00:00Z");
    set(&app, HARBOR, &with(friday(), &json!({"paused_until": "2026-03-23"}))).await;
    let third = "2026-03-27T15:00:00Z";
    walk(
        &app,
        HARBOR,
        &[
            ("2026-03-14T08:00:00Z", "paused", third),
            ("2026-03-20T15:00:00Z", "paused", third),
            ("2026-03-22T22:59:59Z", "paused", third),
            // The first day that counts again begins in Berlin. What fell into the pause was not due.
            ("2026-03-22T23:00:00Z", "up_to_date", third),
            ("2026-03-25T15:00:00Z", "due", third),
            ("2026-03-28T15:00:00Z", "overdue", third),
        ],
    )
    .await;
    report(&app, HARBOR).await;
    // On 29 March the clock goes forward, and the time of the day stays.
    walk(
        &app,
        HARBOR,
        &[
            ("2026-03-28T15:00:00Z", "up_to_date", "2026-04-03T14:00:00Z"),
            ("2026-04-03T14:00:00Z", "up_to_date", "2026-04-10T14:00:00Z"),
            ("2026-04-08T14:00:00Z", "due", "2026-04-10T14:00:00Z"),
        ],
    )
    .await;
    let reported = row(&app, HARBOR).await["last_reported_at"].clone();
    assert_eq!(reported, "2026-03-28T15:00:00Z");
}

#[both_engines]
async fn a_time_that_the_clock_skips_or_has_twice(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    at(&app, "2026-03-25T00:00:00Z");
    let night = json!({"every": "week", "on": "sunday", "at": "02:30", "time_zone": "Europe/Berlin", "grace_hours": 0});
    set(&app, QUAY, &night).await;
    walk(&app, QUAY, &[("2026-03-29T01:29:59Z", "due", "2026-03-29T01:30:00Z")]).await;
    walk(&app, QUAY, &[("2026-03-29T01:30:00Z", "overdue", "2026-03-29T01:30:00Z")]).await;
    at(&app, "2026-10-24T12:00:00Z");
    report(&app, QUAY).await;
    walk(&app, QUAY, &[("2026-10-24T12:00:00Z", "up_to_date", "2026-10-25T00:30:00Z")]).await;
    walk(&app, QUAY, &[("2026-10-25T00:30:00Z", "up_to_date", "2026-11-01T01:30:00Z")]).await;
}

#[both_engines]
async fn a_later_rule_forgives_nothing(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    set(&app, QUAY, &friday()).await;
    let missed = "2026-02-20T15:00:00Z";
    walk(&app, QUAY, &[("2026-02-22T09:00:00Z", "overdue", missed)]).await;
    set(&app, QUAY, &json!({"every": "month", "on": 31, "grace_hours": 8000})).await;
    walk(&app, QUAY, &[("2026-02-22T09:00:00Z", "overdue", missed)]).await;
    set(&app, QUAY, &json!({"every": "month", "on": 31, "paused_until": "2026-02-25"})).await;
    walk(
        &app,
        QUAY,
        &[
            ("2026-02-24T23:59:59Z", "paused", "2026-02-28T16:00:00Z"),
            ("2026-02-25T00:00:00Z", "overdue", missed),
        ],
    )
    .await;
    report(&app, QUAY).await;
    // The last day of months that have no 31st.
    walk(&app, QUAY, &[("2026-02-28T16:00:00Z", "up_to_date", "2026-03-31T16:00:00Z")]).await;
    at(&app, "2026-03-31T16:00:00Z");
    report(&app, QUAY).await;
    walk(&app, QUAY, &[("2026-03-31T16:00:01Z", "up_to_date", "2026-04-30T16:00:00Z")]).await;
    // A cadence that was deleted is forgotten, and begins anew.
    walk(&app, QUAY, &[("2026-05-20T00:00:00Z", "overdue", "2026-04-30T16:00:00Z")]).await;
    let path = "/workspaces/53800/cadence";
    assert_eq!(app.own("max", Method::DELETE, path).await.status, 204);
    assert_eq!(row(&app, QUAY).await["state"], "exempt");
    set(&app, QUAY, &json!({"every": "month", "on": 31})).await;
    walk(&app, QUAY, &[("2026-05-20T00:00:00Z", "up_to_date", "2026-05-31T16:00:00Z")]).await;
}

#[both_engines]
async fn two_weeks_are_counted_from_a_week_that_counts(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let rule = |starting: Value| json!({"every": "two_weeks", "on": "wednesday", "at": "12:00", "time_zone": "UTC", "starting": starting});
    for (starting, due_at) in [
        // 16 February is a Monday.
        (Value::Null, "2026-02-18T12:00:00Z"),
        (json!("2026-02-22"), "2026-03-04T12:00:00Z"),
        (json!("2026-02-15"), "2026-02-25T12:00:00Z"),
        (json!("2025-02-17"), "2026-02-18T12:00:00Z"),
        // Nothing is due before it, also in its own week.
        (json!("2026-03-05"), "2026-03-18T12:00:00Z"),
        (json!("2026-03-04"), "2026-03-04T12:00:00Z"),
    ] {
        set(&app, QUAY, &rule(starting.clone())).await;
        assert_eq!(row(&app, QUAY).await["due_at"], due_at, "{starting}");
        assert_eq!(app.own("max", Method::DELETE, "/workspaces/53800/cadence").await.status, 204);
    }
    set(&app, QUAY, &rule(Value::Null)).await;
    at(&app, "2026-02-18T12:00:00Z");
    report(&app, QUAY).await;
    assert_eq!(row(&app, QUAY).await["due_at"], "2026-03-04T12:00:00Z");
}

#[both_engines]
async fn the_desk_has_an_order_and_filters(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let workspace = |id: i64, title: &str, key: i64| {
        json!({"kind": "workspace", "id": id, "account_id": 415, "title": title, "description": "", "start_date": null,
            "due_date": null, "archived": false, "status_key": key, "creator_id": 2545,
            "created_at": "2026-01-05T18:00:00Z", "updated_at": "2026-01-05T18:00:00Z"})
    };
    let more = [(1, "b late", 310), (2, "A paused", 310), (3, "Finished", 605), (4, "Longest", 310)];
    app.import(&lines(more.map(|(id, title, key)| workspace(id, title, key)))).await.expect("workspaces");
    assert_eq!(
        put(&app, "root", "/cadence", &with(friday(), &json!({"grace_hours": 100}))).await.status,
        200
    );
    set(&app, 2, &with(friday(), &json!({"paused_until": "2026-12-01"}))).await;
    set(&app, 4, &with(friday(), &json!({"on": "tuesday"}))).await;
    set(&app, 1, &with(friday(), &json!({"owner_id": 2500}))).await;
    at(&app, "2026-02-24T09:00:00Z");
    report(&app, HARBOR).await;
    let all = desk(&app, "root", "").await;
    let rows = |desk: &Value| {
        let rows = desk["workspaces"].as_array().expect("a list").iter();
        rows.map(|row| {
            format!("{} {}", row["workspace"]["title"].as_str().unwrap(), row["state"].as_str().unwrap())
        })
        .collect::<Vec<_>>()
    };
    assert_eq!(
        rows(&all),
        [
            "Longest overdue",
            "b late overdue",
            "Quay extension due",
            "A paused paused",
            "Finished exempt",
            "Harbor rollout up_to_date",
            "Old pier exempt",
        ]
    );
    let summary = json!({"up_to_date": 1, "due": 1, "overdue": 2, "paused": 1, "exempt": 2});
    assert_eq!(all["summary"], summary);
    assert_eq!(
        all["workspaces"][2],
        json!({"workspace": {"id": QUAY, "title": "Quay extension"}, "owner": {"id": 2561, "full_name": "Max Prime"},
            "state": "due", "due_at": "2026-02-20T15:00:00Z", "last_reported_at": null, "request": null})
    );
    assert_eq!(all["workspaces"][1]["owner"], json!({"id": 2500, "full_name": "Root Admin"}));
    let late = desk(&app, "root", "?state=overdue,due").await;
    assert_eq!((rows(&late).len(), &late["summary"]), (3, &summary));
    for query in ["?me=true", "?owner_id=me", "?owner_id=2500", "?owner_id=me&me=true"] {
        let mine = desk(&app, "root", query).await;
        assert_eq!(
            (rows(&mine), &mine["summary"]["overdue"]),
            (vec!["b late overdue".into()], &json!(1)),
            "{query}"
        );
    }
    assert_eq!(rows(&desk(&app, "max", "?me=true").await), ["Quay extension due"]);
    assert_eq!(rows(&desk(&app, "root", "?owner_id=2545&me=true").await), [""; 0]);
    // Who does not see the health of a workspace does not see it here.
    assert_eq!(rows(&desk(&app, "vera", "").await), ["Harbor rollout up_to_date"]);
    let nothing = json!({"up_to_date": 0, "due": 0, "overdue": 0, "paused": 0, "exempt": 0});
    for token in ["cleo", "olaf"] {
        assert_eq!(desk(&app, token, "").await, json!({"summary": nothing, "workspaces": []}), "{token}");
    }
    for wrong in
        ["?state=late", "?state=", "?owner_id=you", "?owner_id=", "?me=1", "?limit=1", "?state[]=due"]
    {
        let answer = app.own("root", Method::GET, &format!("/reporting_desk{wrong}")).await;
        assert_eq!(answer.status, 400, "{wrong}: {answer}");
    }
    // A person who was deactivated owes nothing: the lead does.
    let gone = app.write("root", Method::PATCH, "/users/2561", &json!({"active": false}), &[]).await;
    assert_eq!(gone.status, 200, "{gone}");
    assert_eq!(row(&app, QUAY).await["owner"], Value::Null);
}
