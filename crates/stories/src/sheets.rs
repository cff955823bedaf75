//! Stories of sheets: reports, status changes and work packages in and out, through the native surface and the page.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use macros::both_engines;
use serde_json::{Value, json};
use service::sheet::read::{OF_REQUESTS, read};
use service::sheet::workbook::XLSX;

use crate::browser::Browser;
use crate::{Answer, Engine, TestApp, activity, lines, package};

const HEAD: &str = "Projekt;Verfasser;Datum;Ampel;Bericht\r\n";
const GOOD: &str =
    "Harbor rollout;ada@example.com;1.2.2026 14:05;Grün;Calm\r\n53760;;2026-02-02;rot;Storm\r\n";

/// Sends a sheet as an administrator.
async fn send(app: &TestApp, path: &str, media_type: &str, more: &[(&str, &str)], sheet: &[u8]) -> Answer {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(format!("/api/statuary/v1/sheets/{path}"))
        .header(header::AUTHORIZATION, "Bearer root")
        .header(header::CONTENT_TYPE, media_type);
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::from(sheet.to_vec())).expect("a request")).await
}

async fn file(app: &TestApp, path: &str) -> Answer {
    let request = Request::get(format!("/api/statuary/v1/sheets/{path}"));
    let request = request.header(header::AUTHORIZATION, "Bearer root");
    app.send(request.body(Body::empty()).expect("a request")).await
}

/// The mapping of the German sheet, as a parameter of the query.
fn mapping() -> String {
    let mapping = json!({
        "columns": {"workspace": "Projekt", "author": "Verfasser", "created_at": "Datum", "color": "Ampel",
            "description": "Bericht"},
        "values": {"color": {"grün": "green", "rot": "red"}, "workspace": {"53760": "harbor rollout"}},
        "defaults": {"author": "ada@example.com"},
    });
    url::form_urlencoded::Serializer::new(String::new()).append_pair("mapping", &mapping.to_string()).finish()
}

#[both_engines]
async fn a_sheet_is_stored_as_a_whole_or_its_wrong_rows_are_named(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let path = |more: &str| format!("reports?{}{more}", mapping());
    let import = async |more: &str, sheet: &str| {
        send(&app, &path(more), "text/csv; charset=utf-8", &[], sheet.as_bytes()).await
    };

    let wrong =
        format!("{HEAD}{GOOD}\r\nNowhere;;9/30/2026;gelb;\r\nharbor rollout;;2026-02-02;rot;Again\r\n");
    let refused = import("", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    let problem = refused.json();
    assert_eq!(problem["detail"], "Nothing is stored, because rows are wrong: 2.");
    assert_eq!(
        problem["errors"],
        json!([
            {"detail": "there is no workspace Nowhere; `created_at` is not a time: 9/30/2026; `color` is not green, \
                yellow or red: gelb; `description` is empty", "row": 5},
            {"detail": "it is the same record as row 3", "row": 6},
        ])
    );
    let good = format!("{HEAD}{GOOD}");
    let counted = |dry: bool, [new, changed, unchanged]: [u64; 3]| {
        json!({"records": "reports", "dry_run": dry, "rows": 2, "new": new, "changed": changed,
            "unchanged": unchanged})
    };
    assert_eq!(import("&dry_run=true", &good).await.json(), counted(true, [2, 0, 0]));
    assert_eq!(app.export().await, before, "nothing is stored");

    let key = [("idempotency-key", "sheet 1")];
    for is_replayed in [false, true] {
        let answer = send(&app, &path(""), "text/csv", &key, good.as_bytes()).await;
        assert_eq!(answer.json(), counted(false, [2, 0, 0]), "{answer}");
        assert_eq!(answer.headers.contains_key("idempotent-replayed"), is_replayed);
    }
    assert_eq!(app.last_writer("status_report").await, (Some(2500), "native".to_owned()));
    assert_eq!(import("", &good).await.json(), counted(false, [0, 0, 2]));
    assert_eq!(import("", &good.replace("Calm", "Calmer")).await.json(), counted(false, [0, 1, 1]));
    let stored = app.export().await;
    let reports = stored.lines().filter(|line| line.contains("\"kind\":\"status_report\""));
    let about = |line: &str| {
        let one: Value = serde_json::from_str(line).expect("a record");
        json!([one["description"], one["color"], one["creator_id"], one["created_at"]])
    };
    let about: Vec<Value> = reports.map(about).collect();
    for one in [
        json!(["Calmer", "green", 2545, "2026-02-01T14:05:00Z"]),
        json!(["Storm", "red", 2545, "2026-02-02T00:00:00Z"]),
    ] {
        assert!(about.contains(&one), "no {one}: {about:?}");
    }
    let told = app.own("vera", Method::GET, "/me/inbox").await.text;
    assert!(!told.contains("Calm") && !told.contains("Storm"), "{told}");
}

#[both_engines]
async fn records_go_out_in_both_forms_and_come_in_again(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    app.import(&lines([package(7900), activity(7900)])).await.expect("a work package");
    for (kind, count) in [("reports", 2), ("status_changes", 1), ("work_packages", 1)] {
        for (format, media_type) in [("csv", "text/csv; charset=utf-8"), ("xlsx", XLSX)] {
            let sheet = file(&app, &format!("{kind}?format={format}")).await;
            assert_eq!((sheet.status, sheet.header("content-type")), (StatusCode::OK, media_type));
            let named = format!("attachment; filename=\"{kind}.{format}\"");
            assert_eq!(sheet.header("content-disposition"), named);
            let rows = read(&sheet.bytes, None, OF_REQUESTS).expect("a sheet").rows;
            assert_eq!(rows.len(), count, "{kind}: {rows:?}");
            let again = send(&app, &format!("{kind}?dry_run=true"), media_type, &[], &sheet.bytes).await;
            assert_eq!(again.json()["new"], rows.len(), "{kind} {format}: {again}");
        }
    }
    // Another account has none of them.
    let request = Request::get("/api/statuary/v1/sheets/reports").header(header::AUTHORIZATION, "Bearer zoe");
    let theirs = app.send(request.body(Body::empty()).expect("a request")).await;
    assert!(!theirs.text.contains("Harbor rollout"), "{theirs}");
}

#[both_engines]
async fn what_is_no_sheet_is_refused_and_bounds_hold(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let many = format!("{HEAD}{}", "a;b;c;d;e\n".repeat(OF_REQUESTS.rows + 1));
    let large = "x".repeat(OF_REQUESTS.bytes + 1);
    for (path, media_type, sheet, status, said) in [
        ("reports", "application/json", "{}", 415, "send `text/csv`"),
        ("people", "text/csv", "a\n", 404, "not-found"),
        ("reports?format=csv", "text/csv", "a\n", 400, "unknown-parameter"),
        ("reports?dry_run=maybe", "text/csv", "a\n", 400, "must be true or false"),
        ("reports?mapping=%7B%22column%22:1%7D", "text/csv", "a\n", 400, "is not a mapping"),
        (
            "reports?mapping=%7B%22columns%22:%7B%22health%22:%22a%22%7D%7D",
            "text/csv",
            "a\n",
            400,
            "the column health",
        ),
        ("reports", "text/csv", "", 400, "it has no header"),
        ("reports", "text/csv", "a;b\n1;2\n", 400, "the sheet has no column created_at"),
        ("reports", XLSX, "PK\u{3}\u{4}broken", 400, "The sheet cannot be read"),
        ("reports", "text/csv", &many, 400, "it has more than 5000 rows"),
        ("reports", "text/csv", &large, 413, "too-large"),
    ] {
        let answer = send(&app, path, media_type, &[], sheet.as_bytes()).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {}", answer.text);
        assert!(answer.text.contains(said), "no {said}: {}", answer.text);
    }
    let answer = file(&app, "reports?format=pdf").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{answer}");
}

#[both_engines]
async fn an_administrator_imports_on_a_page(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let page = root.get("/sheets").await;
    let form = page.forms().into_iter().find(|form| form.action == "/sheets").expect("a form");
    let csrf = form.field("csrf").expect("a token").to_owned();
    let part = |name: &str, file: &str, value: &str| {
        format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n")
    };
    let cookie = root.cookie.clone();
    let preview = async |records: &str, mapping: &str, content: &str| {
        let fields =
            [("csrf", csrf.as_str()), ("records", records), ("mapping", mapping), ("step", "preview")];
        let body: String = fields.iter().map(|(name, value)| part(name, "", value)).collect();
        let body = body + &part("file", "; filename=\"plan <1>.csv\"", content) + "--b--\r\n";
        let headers = [
            ("content-type", "multipart/form-data; boundary=b"),
            ("cookie", cookie.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        app.request(Method::POST, "/sheets", &headers, &body).await
    };
    let head = "workspace_id,author,created_at,color,description\n";
    let wrong = format!("{head}53760,Nobody,2026-02-01,amber <b>,Calm\n");
    let refused = preview("reports", "", &wrong).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    for said in [
        "1 row can’t be imported:",
        "Row 2:",
        "<code>author</code> matches nobody, or more than one person: <bdi>Nobody</bdi>;",
        "<code>color</code> isn’t green, yellow or red: <bdi>amber &#60;b&#62;</bdi>",
    ] {
        assert!(refused.text.contains(said), "no {said}: {}", refused.text);
    }
    for (records, mapping, content, said) in [
        ("people", "", "a", "Choose what to import."),
        ("reports", "", "", "Choose a file."),
        ("reports", "columns = 7", "a", "The column mapping can’t be used:"),
        ("reports", "", "a", "This file can’t be read:"),
    ] {
        let refused = preview(records, mapping, content).await;
        assert_eq!(refused.status, 422, "{said}");
        assert!(refused.text.contains(said), "no {said}: {}", refused.text);
    }
    let before = app.export().await;
    let good = format!("{head}53760,ada@example.com,2026-02-01,ok,Calm\n");
    let shown = preview("reports", "[values.color]\nok = 'green'", &good).await;
    assert!(
        shown.text.contains("Ready to import") && shown.text.contains("plan &#60;1&#62;.csv"),
        "{}",
        shown.text
    );
    assert_eq!(app.export().await, before);
    let form = shown.forms().into_iter().find(|form| form.field("sheet").is_some()).expect("a form");
    let done = root.send(&form.with("step", "import")).await;
    assert!(
        done.text.contains("Import finished") && done.text.contains("<td>1</td><td>0</td>"),
        "{}",
        done.text
    );
    assert_eq!(app.last_writer("status_report").await, (Some(2500), "pages".to_owned()));
    let sheet = root.get("/sheets/reports.xlsx").await;
    let rows = read(&sheet.bytes, None, OF_REQUESTS).expect("a workbook").rows;
    assert!(rows.iter().any(|(_, cells)| cells.contains(&"Calm".to_owned())), "{rows:?}");
    for path in ["/sheets/people.csv", "/sheets/reports.pdf", "/sheets/reports"] {
        assert_eq!(root.get(path).await.status, 404, "{path}");
    }
    let mut ada = Browser::of(&app, "ada").await;
    for path in ["/sheets", "/sheets/reports.csv"] {
        assert_eq!(ada.get(path).await.status, 403, "{path}");
    }
    assert_eq!(ada.submit("/sheets", &[("records", "reports"), ("step", "import")]).await.status, 403);
}
