//! Cadences: who reads and who puts them, what they may be, and where they are kept.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::{friday, put, with};
use crate::{Engine, TestApp};

const OWN: &str = "/workspaces/53760/cadence";
const USUAL: &str = "/cadence";

#[both_engines]
async fn a_workspace_has_a_cadence_that_its_administrators_put(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.own("vera", Method::GET, OWN).await.is_problem(404, "not-found", &Value::Null);
    let set = put(&app, "max", OWN, &friday()).await;
    assert_eq!(set.status, 200, "{set}");
    let expected = r#"{"every":"week","on":"friday","at":"16:00","time_zone":"Europe/Berlin","grace_hours":24,
        "owner_id":null,"paused_until":null,"starting":null}"#;
    set.is_exactly(expected);
    for token in ["root", "ada", "vera", "max"] {
        app.own(token, Method::GET, OWN).await.is_exactly(expected);
    }
    for token in ["cleo", "olaf", "zoe"] {
        app.own(token, Method::GET, OWN).await.is_problem(404, "not-found", &Value::Null);
        put(&app, token, OWN, &friday()).await.is_problem(404, "not-found", &Value::Null);
    }
    for token in ["ada", "vera"] {
        put(&app, token, OWN, &friday()).await.is_problem(403, "forbidden", &Value::Null);
        app.own(token, Method::DELETE, OWN).await.is_problem(403, "forbidden", &Value::Null);
    }
    assert_eq!(app.last_writer("cadence").await, (Some(2561), "native".into()));
    // The same again is no write.
    let tag = set.header("etag").to_owned();
    assert_eq!(put(&app, "max", OWN, &friday()).await.header("etag"), tag);
    // An absent member gets its usual value, and a `PATCH` keeps it.
    let month = json!({"every": "month", "on": 31, "owner_id": 2551, "paused_until": "2026-03-02"});
    let monthly = put(&app, "max", OWN, &month).await.json();
    let expected = json!({"every": "month", "on": 31, "at": "16:00", "time_zone": "UTC", "grace_hours": 24, "owner_id": 2551,
        "paused_until": "2026-03-02", "starting": null});
    assert_eq!(monthly, expected);
    let patch = json!({"grace_hours": 0, "paused_until": null});
    let patched = app.write("root", Method::PATCH, OWN, &patch, &[]).await.json();
    assert_eq!(patched, with(expected, &patch));
    let late = app.write("root", Method::PUT, OWN, &friday(), &[("if-match", &tag)]).await;
    late.is_problem(412, "precondition-failed", &Value::Null);
    assert_eq!(app.own("max", Method::DELETE, OWN).await.status, 204);
    app.own("max", Method::DELETE, OWN).await.is_problem(404, "not-found", &Value::Null);
    app.write("max", Method::PATCH, OWN, &patch, &[]).await.is_problem(404, "not-found", &Value::Null);
    let none = app.write("max", Method::PUT, OWN, &friday(), &[("if-match", &tag)]).await;
    none.is_problem(412, "precondition-failed", &Value::Null);

    let events = app.own("ada", Method::GET, "/events?types=cadence.*").await.json();
    let types: Vec<_> = events["events"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["cadence.created", "cadence.updated", "cadence.updated", "cadence.deleted"]);
    let client = app.own("cleo", Method::GET, "/events?types=cadence.*").await.json();
    assert_eq!(client["events"], json!([]));
}

#[both_engines]
async fn the_cadence_of_the_account_is_for_its_administrators(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for token in ["max", "ada", "cleo", "olaf"] {
        app.own(token, Method::GET, USUAL).await.is_problem(403, "forbidden", &Value::Null);
        put(&app, token, USUAL, &friday()).await.is_problem(403, "forbidden", &Value::Null);
    }
    app.own("root", Method::GET, USUAL).await.is_problem(404, "not-found", &Value::Null);
    let fortnight = json!({"every": "two_weeks", "on": "monday", "at": "09:30", "time_zone": "Asia/Kathmandu",
        "grace_hours": 1, "owner_id": 2580, "paused_until": null, "starting": "2026-02-11"});
    assert_eq!(put(&app, "root", USUAL, &fortnight).await.json(), fortnight);
    // Without `starting`, its weeks are counted from that of the request.
    let mut shorter = fortnight.clone();
    shorter.as_object_mut().expect("an object").remove("starting");
    assert_eq!(put(&app, "root", USUAL, &shorter).await.json()["starting"], "2026-02-16");
    app.own("zoe", Method::GET, USUAL).await.is_problem(404, "not-found", &Value::Null);
    let events = app.own("ada", Method::GET, "/events?types=cadence.*").await.json();
    assert_eq!(events["events"], json!([]));

    assert_eq!(put(&app, "max", OWN, &friday()).await.status, 200);
    let archive = app.export().await;
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
    for path in [OWN, USUAL] {
        let both = [app.own("root", Method::GET, path).await, copy.own("root", Method::GET, path).await];
        assert_eq!(both[0].json(), both[1].json(), "{path}");
    }
    assert_eq!(app.own("root", Method::DELETE, USUAL).await.status, 204);
    app.own("root", Method::DELETE, USUAL).await.is_problem(404, "not-found", &Value::Null);
}

#[both_engines]
async fn a_cadence_has_bounds(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (members, pointer) in [
        (json!({"every": null}), "/every"),
        (json!({"every": "day"}), "/every"),
        (json!({"every": 1}), "/every"),
        (json!({"on": null}), "/on"),
        (json!({"on": "Friday"}), "/on"),
        (json!({"on": 5}), "/on"),
        (json!({"every": "month"}), "/on"),
        (json!({"every": "month", "on": 0}), "/on"),
        (json!({"every": "month", "on": 32}), "/on"),
        (json!({"every": "month", "on": 1.5}), "/on"),
        (json!({"every": "month", "on": "31"}), "/on"),
        (json!({"on": ["friday"]}), "/on"),
        (json!({"at": "24:00"}), "/at"),
        (json!({"at": "9:00"}), "/at"),
        (json!({"at": null}), "/at"),
        (json!({"time_zone": "Mars/Olympus"}), "/time_zone"),
        (json!({"time_zone": ""}), "/time_zone"),
        (json!({"grace_hours": -1}), "/grace_hours"),
        (json!({"grace_hours": 8761}), "/grace_hours"),
        (json!({"grace_hours": i64::MAX}), "/grace_hours"),
        (json!({"grace_hours": "24"}), "/grace_hours"),
        (json!({"paused_until": "2026-02-30"}), "/paused_until"),
        (json!({"starting": "soon"}), "/starting"),
        (json!({"owner_id": 1}), "/owner_id"),
        (json!({"owner_id": 3000}), "/owner_id"),
        // A client does not see what is owed, and who takes no part cannot write it.
        (json!({"owner_id": 2570}), "/owner_id"),
        (json!({"owner_id": 2580}), "/owner_id"),
    ] {
        let answer = put(&app, "root", OWN, &with(friday(), &members)).await;
        let errors = answer.json()["errors"].clone();
        let pointers: Vec<_> =
            errors.as_array().into_iter().flatten().map(|error| &error["pointer"]).collect();
        assert_eq!((answer.status.as_u16(), pointers), (422, vec![&json!(pointer)]), "{members}: {answer}");
    }
    assert_eq!(put(&app, "root", OWN, &json!({})).await.json()["errors"].as_array().map(Vec::len), Some(2));
    assert_eq!(put(&app, "root", OWN, &with(friday(), &json!({"zone": "UTC"}))).await.status, 400);
    let far = json!({"paused_until": "9999-12-31", "starting": "9999-12-31", "owner_id": 2500});
    assert_eq!(put(&app, "root", OWN, &with(friday(), &far)).await.status, 200);
    let paused = app.own("root", Method::GET, "/reporting_desk?state=paused").await.json();
    assert_eq!(paused["workspaces"][0]["due_at"], Value::Null, "{paused}");

    let line = |members: &Value| {
        let terms = json!({"every": "week", "on": "friday", "at": "16:00", "time_zone": "UTC", "grace_hours": 24,
            "paused_until": null, "starting": null, "since": "2026-02-16T16:00:03Z"});
        let cadence = json!({"kind": "cadence", "id": 9, "account_id": 415, "workspace_id": 53800, "owner_id": null,
            "terms": [with(terms, &members["terms"])], "created_at": "2026-02-16T16:00:03Z",
            "updated_at": "2026-02-16T16:00:03Z"});
        with(cadence, &members["own"]).to_string()
    };
    for members in [
        json!({"terms": {"time_zone": "Mars"}, "own": {}}),
        json!({"terms": {"on": 31}, "own": {}}),
        json!({"terms": {"at": "1600"}, "own": {}}),
        json!({"terms": {"grace_hours": -1}, "own": {}}),
        json!({"terms": {}, "own": {"terms": []}}),
        json!({"terms": {}, "own": {"account_id": 500}}),
        json!({"terms": {}, "own": {"owner_id": 3000}}),
        json!({"terms": {}, "own": {"workspace_id": 53760}}),
    ] {
        assert!(app.import(&line(&members)).await.is_err(), "{members}");
    }
    app.import(&line(&json!({"terms": {}, "own": {}}))).await.expect("a cadence");
}
