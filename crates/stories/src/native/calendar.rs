//! Stories of the working calendar.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Answer, Engine, TestApp};

const PATH: &str = "/calendar";

pub async fn put(app: &TestApp, body: &Value) -> Answer {
    app.write("root", Method::PUT, PATH, body, &[]).await
}

#[both_engines]
async fn an_account_has_the_usual_calendar_or_its_own(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let usual = app.own("root", Method::GET, PATH).await;
    usual.is_exactly(
        r#"{"time_zone":"UTC","working_days":["monday","tuesday","wednesday","thursday","friday"],"from":"09:00",
        "to":"17:00","holidays":[]}"#,
    );
    let own = json!({"time_zone": "Europe/Berlin", "working_days": ["monday", "tuesday", "wednesday", "thursday"],
        "from": "08:30", "to": "17:15", "holidays": ["2026-12-25", "2026-12-26"]});
    let set = put(&app, &own).await;
    assert_eq!((set.status.as_u16(), set.json()), (200, own.clone()), "{set}");
    assert_eq!(app.own("root", Method::GET, PATH).await.json(), own);
    assert_eq!(app.last_writer("calendar").await, (Some(2500), "native".into()));
    // Days come in their order, each once.
    let patch =
        json!({"working_days": ["friday", "monday", "friday"], "holidays": ["2026-12-26", "2026-01-01"]});
    let patched = app.write("root", Method::PATCH, PATH, &patch, &[]).await.json();
    assert_eq!(
        patched,
        json!({"time_zone": "Europe/Berlin", "working_days": ["monday", "friday"], "from": "08:30", "to": "17:15",
            "holidays": ["2026-01-01", "2026-12-26"]})
    );
    // Another account has its own.
    assert_eq!(app.own("zoe", Method::GET, PATH).await.json(), usual.json());

    let archive = app.export().await;
    assert!(archive.contains("\"kind\":\"calendar\"") && archive.contains("\"from\":\"08:30\""), "{archive}");
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
    assert_eq!(copy.own("root", Method::GET, PATH).await.json(), patched);

    let events = app.own("root", Method::GET, "/events?types=calendar.*").await.json();
    let types: Vec<_> = events["events"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["calendar.created", "calendar.updated"]);
    let others = app.own("ada", Method::GET, "/events?types=calendar.*").await.json();
    assert_eq!(others["events"], json!([]));
    // The same again is no write, and an empty `PUT` leads back to the usual calendar.
    let tag = app.own("root", Method::GET, PATH).await.header("etag").to_owned();
    let same = app.write("root", Method::PATCH, PATH, &json!({}), &[("if-match", &tag)]).await;
    assert_eq!((same.status.as_u16(), same.header("etag")), (200, &*tag));
    assert_eq!(put(&app, &json!({})).await.json(), usual.json());
    let late = app.write("root", Method::PUT, PATH, &own, &[("if-match", &tag)]).await;
    assert_eq!(late.status, 412, "{late}");
}

#[both_engines]
async fn a_calendar_has_bounds(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let many: Vec<String> = (0..1001).map(|day| format!("{}-01-01", 2000 + day)).collect();
    for (body, pointer) in [
        (json!({"time_zone": "Mars/Olympus"}), "/time_zone"),
        (json!({"time_zone": ""}), "/time_zone"),
        (json!({"time_zone": null}), "/time_zone"),
        (json!({"working_days": ["moonday"]}), "/working_days"),
        (json!({"working_days": []}), "/working_days"),
        (json!({"working_days": "monday"}), "/working_days"),
        (json!({"working_days": [1]}), "/working_days"),
        (json!({"from": "9"}), "/from"),
        (json!({"from": "25:00"}), "/from"),
        (json!({"from": "18:00"}), "/to"),
        (json!({"from": "12:00", "to": "12:00"}), "/to"),
        (json!({"to": "24:01"}), "/to"),
        (json!({"holidays": ["2026-02-30"]}), "/holidays"),
        (json!({"holidays": [null]}), "/holidays"),
        (json!({"holidays": many}), "/holidays"),
    ] {
        let answer = put(&app, &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["errors"][0]["pointer"]),
            (422, &json!(pointer)),
            "{body}"
        );
    }
    assert_eq!(put(&app, &json!({"zone": "UTC"})).await.status, 400);
    assert_eq!(put(&app, &json!({"from": "00:00", "to": "24:00"})).await.status, 200);
    for wrong in [
        r#"{"kind":"calendar","id":9,"account_id":500,"time_zone":"Mars","working_days":["monday"],"from":"09:00","to":"17:00","holidays":[]}"#,
        r#"{"kind":"calendar","id":9,"account_id":500,"time_zone":"UTC","working_days":["monday"],"from":"19:00","to":"17:00","holidays":[]}"#,
        r#"{"kind":"calendar","id":9,"account_id":415,"time_zone":"UTC","working_days":["monday"],"from":"09:00","to":"17:00","holidays":[]}"#,
    ] {
        assert!(app.import(wrong).await.is_err(), "{wrong}");
    }
}

#[both_engines]
async fn administrators_set_the_calendar_on_a_page(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let page = root.get("/calendar").await;
    assert!(
        page.text.contains("<h1>Working calendar</h1>") && page.text.contains("value=\"09:00\""),
        "{page}"
    );
    let fields = [
        ("time_zone", "Europe/Berlin"),
        ("monday", "1"),
        ("friday", "1"),
        ("from", "08:00"),
        ("to", "16:30"),
        ("holidays", "2026-12-26\r\n2026-12-25"),
    ];
    let saved = root.submit("/calendar", &fields).await;
    assert_eq!((saved.status.as_u16(), saved.header("location")), (303, "/calendar?saved"));
    assert!(root.get("/calendar?saved").await.text.contains("Working calendar saved"));
    assert_eq!(
        app.own("root", Method::GET, PATH).await.json(),
        json!({"time_zone": "Europe/Berlin", "working_days": ["monday", "friday"], "from": "08:00", "to": "16:30",
            "holidays": ["2026-12-25", "2026-12-26"]})
    );
    assert_eq!(app.last_writer("calendar").await, (Some(2500), "pages".into()));
    let wrong = root
        .submit(
            "/calendar",
            &[("time_zone", "UTC"), ("from", "18:00"), ("to", "9"), ("holidays", "Christmas")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    for part in ["href=\"#working_days\"", "href=\"#to\"", "href=\"#holidays\"", ">Christmas</textarea>"] {
        assert!(wrong.text.contains(part), "{part}: {wrong}");
    }
    let backwards = root
        .submit("/calendar", &[("time_zone", "UTC"), ("monday", "1"), ("from", "18:00"), ("to", "09:00")]);
    assert!(backwards.await.text.contains("Has to be later than the start"));
    let mut ada = Browser::of(&app, "ada").await;
    assert_eq!(ada.get("/calendar").await.status, 403);
    assert_eq!(ada.submit("/calendar", &fields).await.status, 403);
    assert!(!ada.get("/").await.text.contains("href=\"/calendar\""));
}
