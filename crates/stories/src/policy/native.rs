//! Rights on Statuary's own surface.

use axum::http::Method;
use serde_json::{Value, json};

use super::rows::Row;

/// The statuses by caller. Administrators can move the clock, but the bodies here are invalid.
pub fn rows() -> Vec<Row> {
    let mut rows = spans();
    rows.extend(records());
    rows
}

/// What is computed over a span of time, and the calendar for it.
fn spans() -> Vec<Row> {
    let (get, none) = (Method::GET, Value::Null);
    vec![
        (get.clone(), "/calendar", none.clone(), [200, 403, 403, 403, 403, 403, 403, 200]),
        (Method::PUT, "/calendar", json!({"from": "9"}), [422, 403, 403, 403, 403, 403, 403, 422]),
        (Method::PATCH, "/calendar", json!({"from": "9"}), [422, 403, 403, 403, 403, 403, 403, 422]),
        (get.clone(), "/changes?from=2026-02-01", none.clone(), [200; 8]),
        (get.clone(), "/time_in_status", none.clone(), [200; 8]),
    ]
}

#[expect(clippy::too_many_lines, reason = "a list")]
fn records() -> Vec<Row> {
    let get = Method::GET;
    let none = Value::Null;
    let mut rows = vec![
        (get.clone(), "/me", none.clone(), [200; 8]),
        (Method::PATCH, "/me", json!({"full_name": ""}), [422; 8]),
        (get.clone(), "/events", none.clone(), [200; 8]),
        (get.clone(), "/status_keys", none.clone(), [200; 8]),
        (get.clone(), "/status_keys/310", none.clone(), [200; 8]),
        (get.clone(), "/users", none.clone(), [200; 8]),
        (get.clone(), "/users/2545", none.clone(), [200, 200, 200, 200, 200, 200, 404, 404]),
        (get.clone(), "/users/2580", none.clone(), [200, 404, 404, 404, 404, 404, 200, 404]),
        (get.clone(), "/users/2545/export", none.clone(), [200, 200, 403, 403, 403, 403, 404, 404]),
        (
            Method::POST,
            "/users/2545/erase",
            json!({"words": ["x"]}),
            [422, 403, 403, 403, 403, 403, 404, 404],
        ),
        (Method::POST, "/users", json!({}), [422, 403, 403, 403, 403, 403, 403, 422]),
        (Method::PATCH, "/users/2545", json!({"full_name": ""}), [422, 403, 403, 403, 403, 403, 404, 404]),
        (Method::PATCH, "/users/2580", json!({"full_name": ""}), [422, 404, 404, 404, 404, 404, 403, 404]),
        (get.clone(), "/users/2545/factors", none.clone(), [200, 200, 403, 403, 403, 403, 404, 404]),
        (Method::DELETE, "/users/2545/factors", none.clone(), [204, 403, 403, 403, 403, 403, 404, 404]),
        (get.clone(), "/users/2545/identities", none.clone(), [200, 200, 403, 403, 403, 403, 404, 404]),
        (Method::DELETE, "/users/2545/identities/1", none.clone(), [404, 404, 403, 403, 403, 403, 404, 404]),
        (get.clone(), "/sheets/reports", none.clone(), [200, 403, 403, 403, 403, 403, 403, 200]),
        (Method::POST, "/sheets/reports", json!({}), [415, 403, 403, 403, 403, 403, 403, 415]),
        (get.clone(), "/portfolio", none.clone(), [200; 8]),
        (get.clone(), "/portfolio/pack?format=xlsx", none.clone(), [200; 8]),
        (get.clone(), "/workspaces", none.clone(), [200; 8]),
        (get.clone(), "/workspaces/53760", none.clone(), [200, 200, 200, 200, 200, 200, 404, 404]),
        (get.clone(), "/workspaces/53800", none.clone(), [200, 404, 404, 404, 200, 404, 404, 404]),
        (Method::POST, "/workspaces", json!({}), [422, 422, 422, 403, 422, 403, 403, 422]),
        (Method::PATCH, "/workspaces/53760", json!({"title": ""}), [422, 422, 422, 403, 422, 403, 404, 404]),
        (get.clone(), "/status_reports", none.clone(), [200; 8]),
        (get.clone(), "/status_reports/907", none.clone(), [200, 200, 200, 200, 200, 404, 404, 404]),
        (get.clone(), "/status_reports/990", none.clone(), [404, 404, 404, 404, 404, 404, 404, 200]),
        (
            Method::PATCH,
            "/status_reports/907",
            json!({"color": ""}),
            [422, 422, 422, 403, 422, 404, 404, 404],
        ),
        (
            get.clone(),
            "/status_reports/907?include_deleted=true",
            none.clone(),
            [200, 200, 200, 200, 200, 404, 404, 404],
        ),
        (Method::DELETE, "/status_reports/1{own}", none.clone(), [204, 204, 204, 403, 204, 404, 404, 404]),
        (Method::POST, "/status_reports/907/restore", json!({}), [409, 409, 409, 403, 409, 404, 404, 404]),
        (get.clone(), "/status_reports/907/versions", none.clone(), [200, 200, 200, 200, 200, 404, 404, 404]),
        (
            Method::POST,
            "/workspaces/53760/status_reports",
            json!({}),
            [422, 422, 422, 403, 422, 404, 404, 404],
        ),
        (get.clone(), "/account", none.clone(), [200; 8]),
        (Method::PATCH, "/account", json!({"blocks_hints": 1}), [422, 403, 403, 403, 403, 403, 403, 422]),
        (get.clone(), "/status_reports/907/hints", none.clone(), [200, 200, 200, 200, 200, 404, 404, 404]),
        (
            Method::POST,
            "/workspaces/53760/status_report_hints",
            json!({"color": ""}),
            [422, 422, 422, 403, 422, 404, 404, 404],
        ),
        (
            get.clone(),
            "/workspaces/53760/status_changes",
            none.clone(),
            [200, 200, 200, 200, 200, 404, 404, 404],
        ),
        (
            Method::POST,
            "/workspaces/53760/status_changes",
            json!({}),
            [422, 422, 422, 403, 422, 404, 404, 404],
        ),
        (get.clone(), "/workspaces/53760/milestones", none.clone(), [200, 200, 200, 200, 200, 404, 404, 404]),
        (Method::POST, "/workspaces/53760/milestones", json!({}), [422, 422, 422, 403, 422, 404, 404, 404]),
        (get.clone(), "/milestones/{own}", none.clone(), [200, 200, 200, 200, 200, 404, 404, 404]),
        (Method::PATCH, "/milestones/{own}", json!({"name": ""}), [422, 422, 422, 403, 422, 404, 404, 404]),
        (Method::DELETE, "/milestones/{own}", none.clone(), [204, 204, 204, 403, 204, 404, 404, 404]),
        (get.clone(), "/workspaces/53760/notes", none.clone(), [200, 200, 200, 200, 200, 404, 404, 404]),
        (Method::POST, "/workspaces/53760/notes", json!({}), [422, 422, 422, 403, 422, 404, 404, 404]),
        (get.clone(), "/notes/{own}", none.clone(), [200, 200, 200, 200, 200, 404, 404, 404]),
        (Method::PATCH, "/notes/{own}", json!({"text": ""}), [422, 422, 422, 403, 422, 404, 404, 404]),
        (Method::DELETE, "/notes/{own}", none.clone(), [204, 204, 204, 403, 204, 404, 404, 404]),
        (get.clone(), "/workspaces/53760/timeline", none.clone(), [200, 200, 200, 200, 200, 404, 404, 404]),
        (get.clone(), "/workspaces/53800/timeline", none.clone(), [200, 404, 404, 404, 200, 404, 404, 404]),
        (get.clone(), "/workspaces/60000/timeline", none.clone(), [404, 404, 404, 404, 404, 404, 404, 200]),
        (get, "/clock", none, [200, 403, 403, 403, 403, 403, 403, 200]),
        (Method::PUT, "/clock", json!({}), [422, 403, 403, 403, 403, 403, 403, 422]),
        (Method::PATCH, "/clock", json!({}), [422, 403, 403, 403, 403, 403, 403, 422]),
    ];
    rows.extend(words());
    rows.extend(drafts());
    rows.extend(notifications());
    rows.extend(share_links());
    rows.extend(
        work()
            .into_iter()
            .chain(in_the_past())
            .chain(templates())
            .chain(labels())
            .chain(webhooks())
            .chain(desk()),
    );
    rows
}

/// Comments on reports, and acknowledgements.
fn words() -> Vec<Row> {
    let (get, none) = (Method::GET, Value::Null);
    let (list, acknowledgement) = ("/status_reports/907/comments", "/status_reports/907/acknowledgement");
    let readers = |status: u16| [status, status, status, status, status, 404, 404, 404];
    vec![
        (get.clone(), list, none.clone(), readers(200)),
        (Method::POST, list, json!({}), readers(422)),
        (get.clone(), "/comments/{own}", none.clone(), readers(200)),
        (Method::PATCH, "/comments/{own}", json!({"text": ""}), [403, 422, 403, 403, 403, 404, 404, 404]),
        (Method::DELETE, "/comments/{own}", none.clone(), [204, 204, 403, 403, 403, 404, 404, 404]),
        (Method::PUT, acknowledgement, json!({}), readers(204)),
        (Method::DELETE, acknowledgement, none, readers(204)),
    ]
}

/// Drafts of reports are for those who write reports.
fn drafts() -> Vec<Row> {
    let (get, none) = (Method::GET, Value::Null);
    let writers = |status: u16| [status, status, status, 403, status, 404, 404, 404];
    vec![
        (get.clone(), "/report_drafts", none.clone(), [200; 8]),
        (Method::POST, "/workspaces/53760/report_drafts", json!({}), writers(422)),
        (get, "/report_drafts/{own}", none.clone(), writers(200)),
        (Method::PATCH, "/report_drafts/{own}", json!({"color": ""}), writers(422)),
        (Method::POST, "/report_drafts/{own}/publish", none.clone(), writers(201)),
        (Method::POST, "/report_drafts/1{own}/discard", none, writers(200)),
    ]
}

/// The inbox, what comes by e-mail, and watching.
fn notifications() -> Vec<Row> {
    let (get, none) = (Method::GET, Value::Null);
    let (settings, watch) = ("/me/notifications", "/workspaces/53760/watch");
    let readers = |status: u16| [status, status, status, status, status, 404, 404, 404];
    vec![
        (get.clone(), settings, none.clone(), [200; 8]),
        (Method::PUT, settings, json!({}), [422; 8]),
        (Method::PATCH, settings, json!({}), [422; 8]),
        (get.clone(), "/me/inbox", none.clone(), [200; 8]),
        (Method::POST, "/me/inbox/read", json!({}), [422; 8]),
        (get, watch, none.clone(), readers(200)),
        (Method::PUT, watch, json!({}), readers(204)),
        (Method::DELETE, watch, none, readers(204)),
    ]
}

/// Share links.
fn share_links() -> Vec<Row> {
    let (get, none) = (Method::GET, Value::Null);
    let body = json!({"workspace_ids": [53760], "weeks": 0});
    vec![
        (get.clone(), "/share_links", none.clone(), [200; 8]),
        (Method::POST, "/share_links", body, [422, 403, 403, 403, 422, 403, 403, 422]),
        (get, "/share_links/{own}", none.clone(), [200, 404, 404, 404, 200, 404, 404, 404]),
        (Method::DELETE, "/share_links/{own}", none, [204, 404, 404, 404, 204, 404, 404, 404]),
    ]
}

/// Work packages and their statuses.
fn work() -> Vec<Row> {
    let (get, none) = (Method::GET, Value::Null);
    vec![
        (get.clone(), "/statuses", none.clone(), [200, 200, 200, 200, 200, 200, 403, 200]),
        (get.clone(), "/statuses/1", none.clone(), [200, 200, 200, 200, 200, 200, 403, 404]),
        (Method::POST, "/statuses", json!({}), [422, 403, 403, 403, 403, 403, 403, 422]),
        (Method::PATCH, "/statuses/1", json!({"name": ""}), [422, 403, 403, 403, 403, 403, 403, 404]),
        (Method::DELETE, "/statuses/1{own}", none.clone(), [204, 403, 403, 403, 403, 403, 403, 404]),
        (get.clone(), "/work_packages", none.clone(), [200; 8]),
        (get.clone(), "/work_packages/7900", none.clone(), [200, 200, 200, 200, 200, 200, 404, 404]),
        (get.clone(), "/work_packages/7900/versions", none.clone(), [200, 200, 200, 200, 200, 200, 404, 404]),
        (
            Method::POST,
            "/workspaces/53760/work_packages",
            json!({}),
            [422, 422, 422, 403, 422, 403, 404, 404],
        ),
        (
            Method::PATCH,
            "/work_packages/7900",
            json!({"subject": ""}),
            [422, 422, 422, 403, 422, 403, 404, 404],
        ),
        (Method::DELETE, "/work_packages/1{own}", none.clone(), [204, 403, 403, 403, 204, 403, 404, 404]),
    ]
}

/// Statuses, and reads in the past.
fn in_the_past() -> Vec<Row> {
    let (get, none) = (Method::GET, Value::Null);
    vec![
        (get.clone(), "/statuses?as_of=2026-02-16", none.clone(), [200, 200, 200, 200, 200, 200, 403, 200]),
        (
            get.clone(),
            "/status_reports/907?as_of=2026-02-16",
            none.clone(),
            [200, 200, 200, 200, 200, 404, 404, 404],
        ),
        (
            get.clone(),
            "/workspaces/53760?as_of=2026-02-16",
            none.clone(),
            [200, 200, 200, 200, 200, 200, 404, 404],
        ),
        (
            get.clone(),
            "/programmes/{own}?as_of=2026-02-16",
            none.clone(),
            [200, 200, 200, 200, 200, 404, 404, 404],
        ),
        (
            get.clone(),
            "/workspaces/53760/timeline?as_of=2026-02-16",
            none.clone(),
            [200, 200, 200, 200, 200, 404, 404, 404],
        ),
    ]
}

/// Everybody reads report templates; administrators keep them.
fn templates() -> Vec<Row> {
    let (get, none) = (Method::GET, Value::Null);
    vec![
        (get.clone(), "/report_templates", none.clone(), [200; 8]),
        (Method::POST, "/report_templates", json!({}), [422, 403, 403, 403, 403, 403, 403, 422]),
        (get.clone(), "/report_templates/{own}", none.clone(), [200, 200, 200, 200, 200, 200, 200, 404]),
        (
            Method::PATCH,
            "/report_templates/{own}",
            json!({"name": ""}),
            [422, 403, 403, 403, 403, 403, 403, 404],
        ),
        (Method::DELETE, "/report_templates/{own}", none.clone(), [204, 403, 403, 403, 403, 403, 403, 404]),
    ]
}

/// Own fields, labels, saved views and programmes are for those who see the health of a workspace.
fn labels() -> Vec<Row> {
    let (get, none) = (Method::GET, Value::Null);
    let seen = [200, 200, 200, 200, 200, 404, 404, 404];
    let kept = [422, 403, 403, 403, 403, 404, 404, 404];
    let ended = [204, 403, 403, 403, 403, 404, 404, 404];
    let added = [422, 403, 403, 403, 403, 403, 403, 422];
    let pinned = [204, 204, 204, 204, 204, 404, 404, 404];
    let mut rows = vec![
        (get.clone(), "/workspaces/53760/labels", none.clone(), seen),
        (
            Method::PUT,
            "/workspaces/53760/labels",
            json!({"tags": "x"}),
            [422, 422, 422, 403, 422, 404, 404, 404],
        ),
        (Method::PUT, "/views/{own}/pin", json!({}), pinned),
        (Method::DELETE, "/views/{own}/pin", none.clone(), pinned),
    ];
    for (list, own, added) in [
        ("/fields", "/fields/{own}", added),
        ("/views", "/views/{own}", [422, 422, 422, 422, 422, 403, 403, 422]),
        ("/programmes", "/programmes/{own}", added),
    ] {
        rows.extend([
            (get.clone(), list, none.clone(), [200; 8]),
            (Method::POST, list, json!({}), added),
            (get.clone(), own, none.clone(), seen),
            (Method::PATCH, own, json!({"name": ""}), kept),
            (Method::DELETE, own, none.clone(), ended),
        ]);
    }
    rows
}

/// Webhooks are for administrators alone. An endpoint of an archive has no secret until it is rotated.
fn webhooks() -> Vec<Row> {
    let (get, none) = (Method::GET, Value::Null);
    let of = |status, elsewhere| [status, 403, 403, 403, 403, 403, 403, elsewhere];
    vec![
        (get.clone(), "/webhook_endpoints", none.clone(), of(200, 200)),
        (Method::POST, "/webhook_endpoints", json!({}), of(422, 422)),
        (get.clone(), "/webhook_endpoints/{own}", none.clone(), of(200, 404)),
        (Method::PATCH, "/webhook_endpoints/{own}", json!({"url": ""}), of(422, 404)),
        (Method::POST, "/webhook_endpoints/{own}/test", none.clone(), of(422, 404)),
        (Method::POST, "/webhook_endpoints/{own}/rotate_secret", none.clone(), of(200, 404)),
        (Method::POST, "/webhook_endpoints/{own}/replay", json!({"after": 0}), of(422, 404)),
        (get, "/webhook_endpoints/{own}/deliveries", none.clone(), of(200, 404)),
        (Method::POST, "/webhook_deliveries/{own}/retry", none.clone(), of(404, 404)),
        (Method::DELETE, "/webhook_endpoints/{own}", none, of(204, 404)),
    ]
}

/// Who administers a workspace sets its cadence; who may write there asks for a report.
fn desk() -> Vec<Row> {
    let (get, none, wrong) = (Method::GET, Value::Null, json!({"every": ""}));
    let of = "/workspaces/53760/cadence";
    let usual = |status, elsewhere| [status, 403, 403, 403, 403, 403, 403, elsewhere];
    let own = |status, forbidden| [status, forbidden, forbidden, forbidden, status, 404, 404, 404];
    vec![
        (get.clone(), "/cadence", none.clone(), usual(404, 404)),
        (Method::PUT, "/cadence", wrong.clone(), usual(422, 422)),
        (Method::PATCH, "/cadence", wrong.clone(), usual(404, 404)),
        (Method::DELETE, "/cadence", none.clone(), usual(404, 404)),
        (get.clone(), of, none.clone(), own(404, 404)),
        (Method::PUT, of, wrong.clone(), own(422, 403)),
        (Method::PATCH, of, wrong, own(404, 403)),
        (Method::DELETE, of, none.clone(), own(404, 403)),
        (get, "/reporting_desk", none, [200; 8]),
        (
            Method::POST,
            "/workspaces/53760/report_requests",
            json!({"message": 1}),
            [422, 422, 422, 403, 422, 404, 404, 404],
        ),
    ]
}
