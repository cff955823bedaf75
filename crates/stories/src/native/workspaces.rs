//! Stories of workspaces in Statuary's own surface.

use axum::http::{Method, header};
use macros::both_engines;
use serde_json::{Value, json};

use crate::{Engine, TestApp, time};

const HARBOR: &str = r#"{"id":53760,"title":"Harbor rollout","description":"","start_date":"2026-01-12","due_date":null,
    "archived":false,"access_level":"invitation","status":{"key":310,"message":"In Progress","color":"green"},
    "lead":{"id":2545,"full_name":"Ada Park"},
    "health":{"color":"yellow","report_id":907,"reported_at":"2026-02-09T17:20:41Z","stale":false},
    "created_at":"2026-01-05T18:00:00Z","updated_at":"2026-02-10T00:02:10Z","version":1}"#;

async fn ids(app: &TestApp, token: &str, query: &str) -> Vec<i64> {
    let answer = app.own(token, Method::GET, &format!("/workspaces?{query}")).await;
    assert_eq!(answer.status, 200, "{answer}");
    let list = answer.json();
    list["workspaces"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
}

async fn lead(app: &TestApp, id: i64) -> Value {
    app.own("root", Method::GET, &format!("/workspaces/{id}")).await.json()["lead"]["id"].clone()
}

#[both_engines]
async fn a_workspace_has_its_lead_and_its_health(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.own("vera", Method::GET, "/workspaces/53760").await.is_exactly(HARBOR);
    app.own("vera", Method::GET, "/workspaces")
        .await
        .is_exactly(&format!(r#"{{"workspaces":[{HARBOR}],"next_cursor":null}}"#));
    let quay = app.own("max", Method::GET, "/workspaces/53800").await.json();
    assert_eq!((&quay["health"], &quay["lead"]["id"]), (&Value::Null, &json!(2561)));
    // The report is of the week before until Sunday.
    for (now, stale) in [("2026-02-22T23:59:59Z", false), ("2026-02-23T00:00:00Z", true)] {
        app.app.clock.set(time(now));
        let health = &app.own("vera", Method::GET, "/workspaces/53760").await.json()["health"];
        assert_eq!(health["stale"], stale, "{now}");
    }
    // What is finished owes no reports.
    let moved = json!({"status_key": 605});
    let moved = app.write("ada", Method::PATCH, "/workspaces/53760", &moved, &[]).await.json();
    assert_eq!((&moved["status"]["color"], &moved["health"]["stale"]), (&json!("blue"), &json!(false)));
}

#[both_engines]
async fn the_client_side_sees_nothing_of_status_and_health(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let answer = app.own("cleo", Method::GET, "/workspaces/53760").await;
    answer.is_exactly(
        r#"{"id":53760,"title":"Harbor rollout","description":"","start_date":"2026-01-12","due_date":null,
        "archived":false,"access_level":"invitation","status":null,"lead":null,"health":null,
        "created_at":"2026-01-05T18:00:00Z","updated_at":"2026-02-10T00:02:10Z","version":1}"#,
    );
    // The tag has no digest of what is hidden.
    assert!(!answer.headers[header::ETAG].to_str().unwrap().contains('.'), "{answer}");
    assert_eq!(ids(&app, "cleo", "").await, [53760]);
    assert!(ids(&app, "cleo", "status_key=310").await.is_empty());
    // A second workspace: nothing of the health of either shows in the order.
    let part = json!({"participation": {"workspace_id": 53800, "user_id": 2570, "role": "client"}});
    app.post("root", "/participations", &part).await;
    assert_eq!(ids(&app, "cleo", "order=health").await, [53760, 53800]);
    let red = json!({"status_report": {"workspace_id": 53800, "color": "red", "description": "Stop"}});
    app.post("root", "/status_reports", &red).await;
    assert_eq!(ids(&app, "root", "order=health").await, [53800, 53760]);
    assert_eq!(ids(&app, "cleo", "order=health").await, [53760, 53800]);
}

#[both_engines]
async fn workspaces_are_filtered_ordered_and_paged(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases: [(&str, &str, &[i64]); 11] = [
        ("root", "", &[53760, 53800]),
        ("root", "include_archived=true", &[53760, 53900, 53800]),
        ("root", "include_archived=true&order=updated_at", &[53760, 53800, 53900]),
        ("root", "include_archived=true&order=health", &[53760, 53900, 53800]),
        ("root", "include_archived=true&status_key=605,100", &[53900, 53800]),
        ("root", "search=QUAY", &[53800]),
        ("ada", "", &[53760]),
        ("ada", "include_archived=true", &[53760, 53900]),
        ("max", "", &[53760, 53800]),
        ("olaf", "", &[]),
        ("zoe", "", &[60000]),
    ];
    for (token, query, expected) in cases {
        assert_eq!(ids(&app, token, query).await, expected, "{token} {query}");
    }
    for order in ["title", "updated_at", "health"] {
        let mut path = format!("/workspaces?include_archived=true&limit=1&order={order}");
        let mut seen = Vec::new();
        loop {
            let answer = app.own("root", Method::GET, &path).await;
            let page = answer.json();
            seen.push(page["workspaces"][0]["id"].as_i64().unwrap());
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            assert!(answer.headers[header::LINK].to_str().unwrap().contains(cursor), "{answer}");
            path = format!("/workspaces?include_archived=true&limit=1&order={order}&cursor={cursor}");
        }
        assert_eq!(seen, ids(&app, "root", &format!("include_archived=true&order={order}")).await, "{order}");
    }
    let other = app.own("root", Method::GET, "/workspaces?limit=1").await.json();
    let cursor = other["next_cursor"].as_str().unwrap();
    let answer = app.own("root", Method::GET, &format!("/workspaces?order=health&cursor={cursor}")).await;
    let errors = json!([{"detail": "is not a cursor of this list", "parameter": "cursor"}]);
    answer.is_problem(400, "invalid-cursor", &errors);
    let answer = app.own("root", Method::GET, "/workspaces?title=a").await;
    let known = "status_key, search, tag, field_ID, include_archived, order, as_of, known_at, limit, cursor";
    let errors = json!([{"detail": format!("is not known here; known: {known}"), "parameter": "title"}]);
    answer.is_problem(400, "unknown-parameter", &errors);
}

#[both_engines]
async fn a_workspace_is_created_with_its_lead(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"title": "New quay", "description": "Two cranes", "due_date": "2026-12-31", "status_key": 310,
        "access_level": "open", "lead_id": 2551});
    let key = [("idempotency-key", "one")];
    let made = app.write("ada", Method::POST, "/workspaces", &body, &key).await;
    assert_eq!(made.headers[header::LOCATION], "/api/statuary/v1/workspaces/60001");
    made.has_exactly(201,
        r#"{"id":60001,"title":"New quay","description":"Two cranes","start_date":null,"due_date":"2026-12-31",
        "archived":false,"access_level":"open","status":{"key":310,"message":"In Progress","color":"green"},
        "lead":{"id":2551,"full_name":"Bo Lind"},"health":null,
        "created_at":"2026-02-16T16:00:03Z","updated_at":"2026-02-16T16:00:03Z","version":1}"#,
    );
    let again = app.write("ada", Method::POST, "/workspaces", &body, &key).await;
    assert_eq!(
        (again.text, &again.headers["idempotent-replayed"]),
        (made.text.clone(), &"true".parse().unwrap())
    );
    // The vendor's surface and the portfolio have the same lead, who takes part like the creator.
    let vendor = app.get("bo", "/workspaces/60001?include=participations").await.json();
    let workspace = &vendor["workspaces"]["60001"];
    assert_eq!((&workspace["primary_maven_id"], &workspace["creator_id"]), (&json!("2551"), &json!("2545")));
    let parts = vendor["participations"].as_object().unwrap().values();
    let parts: Vec<_> = parts.map(|part| part["user_id"].as_str().unwrap()).collect();
    assert_eq!(parts, ["2545", "2551"], "{vendor}");
    let portfolio = app.own("bo", Method::GET, "/portfolio?search=quay").await.json();
    assert_eq!(portfolio["workspaces"][0]["lead"]["full_name"], "Bo Lind");
    // The creator leads without a choice, and may be chosen.
    for body in [
        json!({"title": "A"}),
        json!({"title": "A", "lead_id": null}),
        json!({"title": "A", "lead_id": 2545}),
    ] {
        let made = app.write("ada", Method::POST, "/workspaces", &body, &[]).await.json();
        assert_eq!(made["lead"]["id"], 2545, "{body}");
    }
}

#[both_engines]
async fn a_workspace_that_breaks_rules_is_refused(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.write("root", Method::PATCH, "/users/2580", &json!({"active": false}), &[]).await;
    let error = |member: &str, detail: &str| json!({"detail": detail, "pointer": format!("/{member}")});
    let missing = || error("lead_id", "refers to a record that does not exist");
    let malformed = |member| error(member, "has the wrong type or format");
    let cases = [
        (json!({}), vec![error("title", "must not be blank")]),
        (json!({"title": " "}), vec![error("title", "must not be blank")]),
        (json!({"title": "A", "lead_id": 9999}), vec![missing()]),
        (json!({"title": "A", "lead_id": 3000}), vec![missing()]),
        (json!({"title": "A", "lead_id": 2580}), vec![missing()]),
        (json!({"title": "A", "status_key": 1}), vec![error("status_key", "is not an allowed value")]),
        (json!({"title": "A", "status_key": null}), vec![error("status_key", "must not be blank")]),
        (
            json!({"title": "A", "access_level": "all"}),
            vec![error("access_level", "is not an allowed value")],
        ),
        (
            json!({"title": 5, "description": [], "start_date": "soon", "due_date": 1, "status_key": "310",
                "access_level": true, "lead_id": 1.5}),
            ["title", "description", "start_date", "due_date", "status_key", "access_level", "lead_id"]
                .map(malformed)
                .to_vec(),
        ),
    ];
    for (body, errors) in cases {
        let answer = app.write("ada", Method::POST, "/workspaces", &body, &[]).await;
        answer.is_problem(422, "invalid", &errors.into());
    }
    let unknown = json!({"title": "A", "archived": true});
    let answer = app.write("ada", Method::POST, "/workspaces", &unknown, &[]).await;
    assert_eq!(answer.json()["type"], "/problems/unknown-member", "{answer}");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/archived", "{answer}");
    assert_eq!(ids(&app, "ada", "search=a").await, [53760], "nothing was written");
}

#[both_engines]
async fn a_workspace_is_changed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let patch = async |token: &str, body: &Value, more: &[(&str, &str)]| {
        app.write(token, Method::PATCH, "/workspaces/53760", body, more).await
    };
    let before = app.own("bo", Method::GET, "/workspaces/53760").await;
    let tag = before.headers[header::ETAG].to_str().unwrap();
    // A report changes the answer, and not the state that a write compares.
    let red = json!({"status_report": {"workspace_id": 53760, "color": "red", "description": "Stop"}});
    app.post("bo", "/status_reports", &red).await;
    let body = json!({"title": "Harbor", "description": null, "due_date": "2026-06-30", "archived": true,
        "access_level": "admins", "status_key": 400});
    let changed = patch("bo", &body, &[("if-match", tag)]).await;
    let seen = changed.json();
    let expected = json!({"id": 53760, "title": "Harbor", "description": null, "start_date": "2026-01-12",
        "due_date": "2026-06-30", "archived": true, "access_level": "admins", "status": seen["status"],
        "lead": {"id": 2545, "full_name": "Ada Park"}, "health": seen["health"],
        "created_at": "2026-01-05T18:00:00Z", "updated_at": "2026-02-16T16:00:03Z", "version": 2});
    assert_eq!((changed.status.as_u16(), &seen), (200, &expected));
    assert_eq!((&seen["status"]["key"], &seen["health"]["color"]), (&json!(400), &json!("red")));
    let lanes = app.own("bo", Method::GET, "/workspaces/53760/timeline").await.json();
    assert_eq!(lanes["lifecycle"][2]["moved_by"]["full_name"], "Bo Lind", "{lanes}");
    patch("bo", &body, &[("if-match", tag)]).await.is_problem(412, "precondition-failed", &Value::Null);
    let answer = patch("bo", &json!({"title": "", "due_date": ""}), &[]).await;
    let errors = json!([{"detail": "has the wrong type or format", "pointer": "/due_date"},
        {"detail": "must not be blank", "pointer": "/title"}]);
    answer.is_problem(422, "invalid", &errors);
    for (token, status, name) in
        [("vera", 403, "forbidden"), ("cleo", 403, "forbidden"), ("olaf", 404, "not-found")]
    {
        patch(token, &json!({"title": ""}), &[("if-match", "\"x\"")]).await.is_problem(
            status,
            name,
            &Value::Null,
        );
    }
}

#[both_engines]
async fn the_chosen_lead_leads_while_on_the_provider_side(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let choose = async |id: Value| {
        let body = json!({ "lead_id": id });
        app.write("bo", Method::PATCH, "/workspaces/53760", &body, &[]).await
    };
    assert_eq!(choose(json!(2560)).await.json()["lead"]["full_name"], "Vera View");
    let errors = json!([{"detail": "is not on the provider side of the workspace", "pointer": "/lead_id"}]);
    for id in [2570, 2580, 3000, 9999] {
        choose(json!(id)).await.is_problem(422, "invalid", &errors);
    }
    // A change of something else keeps the lead.
    app.write("bo", Method::PATCH, "/workspaces/53760", &json!({"title": "Harbor"}), &[]).await;
    assert_eq!(lead(&app, 53760).await, 2560);
    let side = async |role: &str| {
        let answer = app.put("root", "/participations/3", &json!({"participation": {"role": role}})).await;
        assert_eq!(answer.status, 200, "{answer}");
    };
    side("client").await;
    assert_eq!(lead(&app, 53760).await, 2545);
    side("maven").await;
    assert_eq!(lead(&app, 53760).await, 2560);
    app.delete("root", "/participations/3").await;
    assert_eq!(lead(&app, 53760).await, 2545);
    assert_eq!(choose(json!(2561)).await.json()["lead"]["id"], 2561);
    assert_eq!(choose(Value::Null).await.json()["lead"]["id"], 2545);
}

#[both_engines]
async fn who_administers_a_workspace_chooses_a_lead_from_the_account(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let choose = async |id: i64| {
        app.write("max", Method::PATCH, "/workspaces/53760", &json!({ "lead_id": id }), &[]).await
    };
    assert_eq!(choose(2580).await.json()["lead"]["full_name"], "Olaf Out");
    // The new lead joined it, and administers it.
    let body = json!({"title": "Harbor", "lead_id": 2500});
    let answer = app.write("olaf", Method::PATCH, "/workspaces/53760", &body, &[]).await;
    assert_eq!(answer.json()["lead"]["id"], 2500, "{answer}");
    let missing = json!([{"detail": "refers to a record that does not exist", "pointer": "/lead_id"}]);
    for id in [3000, 9999] {
        choose(id).await.is_problem(422, "invalid", &missing);
    }
    let errors = json!([{"detail": "is not on the provider side of the workspace", "pointer": "/lead_id"}]);
    choose(2570).await.is_problem(422, "invalid", &errors);
}
