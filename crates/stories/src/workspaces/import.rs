//! Stories of the import of workspaces from the rows of a spreadsheet.

use axum::http::Method;
use macros::both_engines;
use serde_json::Value;

use crate::browser::Browser;
use crate::{Answer, Engine, TestApp};

const PATH: &str = "/workspaces/import";

/// 40 rows after a header, 3 of them broken.
fn rows() -> String {
    let row = |number: usize| match number {
        7 => "Berth 7;nobody@example.com;2026-09-30\n".to_owned(),
        19 => ";ada@example.com;2026-09-30\n".to_owned(),
        33 => "Berth 33;ada@example.com;9/30/2026\n".to_owned(),
        _ => format!("Berth {number};ada@example.com;30.9.2026\n"),
    };
    "Title;Lead;Due\n".to_owned() + &(1..=40).map(row).collect::<String>()
}

async fn titles(app: &TestApp) -> Vec<Value> {
    let list = app.own("root", Method::GET, "/workspaces?limit=100&search=berth").await.json();
    list["workspaces"].as_array().expect("a list").clone()
}

#[track_caller]
fn names_what_fails(answer: &Answer) {
    for line in [
        "<li>Row 8 (<bdi>Berth 7</bdi>): Lead: No active person has this name or e-mail address.</li>",
        "<li>Row 20: Title: Required.</li>",
        "<li>Row 34 (<bdi>Berth 33</bdi>): Due: Not a date. Write it as YYYY-MM-DD.</li>",
    ] {
        assert!(answer.text.contains(line), "no {line}: {}", answer.text);
    }
}

#[both_engines]
async fn good_rows_are_imported_and_the_others_named(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "bo").await;
    let page = browser.get(PATH).await;
    let form =
        page.forms().into_iter().find(|form| form.action == PATH).expect("a form").with("rows", &rows());
    let preview = browser.send(&form.clone().with("step", "preview")).await;
    assert_eq!(preview.status, 200, "{}", preview.text);
    assert!(preview.text.contains(">37 projects are ready to import</h2>"), "{}", preview.text);
    names_what_fails(&preview);
    assert!(titles(&app).await.is_empty());
    let done = browser.send(&form.clone().with("step", "import")).await;
    assert!(done.text.contains("<h1>37 projects imported</h1>"), "{}", done.text);
    names_what_fails(&done);
    let made = titles(&app).await;
    assert_eq!(made.len(), 37);
    assert!(made.iter().all(|one| one["lead"]["full_name"] == "Ada Park" && one["due_date"] == "2026-09-30"));
    // The same form again, as by a second click or by going back, imports nothing more.
    assert_eq!(browser.send(&form.clone().with("step", "import")).await.status, 200);
    let other = form.with("step", "import").with("rows", "Berth 50");
    assert_eq!(browser.send(&other).await.status, 409);
    assert_eq!(titles(&app).await.len(), 37);
}

#[both_engines]
async fn a_file_is_imported(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "bo").await;
    let page = browser.get(PATH).await;
    let form = page.forms().into_iter().find(|form| form.action == PATH).expect("a form");
    let part = |name: &str, file: &str, value: &str| {
        format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n")
    };
    let send = async |content: &str| {
        let mut body: String = form.fields.iter().map(|(name, value)| part(name, "", value)).collect();
        body += &part("file", "; filename=\"sheet.csv\"", content);
        let headers = [
            ("content-type", "multipart/form-data; boundary=b"),
            ("cookie", browser.cookie.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        app.request(Method::POST, PATH, &headers, &(body + "--b--\r\n")).await
    };
    let preview = send("Title,Lead\nBerth 1,ada@example.com\n").await;
    assert!(preview.text.contains(">1 project is ready to import</h2>"), "{}", preview.text);
    // The text of the file is in the form that imports.
    assert!(preview.text.contains("Berth 1,ada@example.com"), "{}", preview.text);
    let sheet = send("PK\u{3}\u{4}\0\0").await;
    assert_eq!(sheet.status, 422);
    assert!(sheet.text.contains("Save the sheet as CSV"), "{}", sheet.text);
}

#[both_engines]
async fn refused_imports_write_nothing(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "bo").await;
    let many = "Berth\n".repeat(2001);
    for (rows, message) in [("", "no rows yet"), (many.as_str(), "At most 2,000 rows")] {
        for step in ["preview", "import"] {
            let answer = browser.submit(PATH, &[("rows", rows), ("step", step), ("key", "1")]).await;
            assert_eq!(answer.status, 422, "{message}");
            assert!(answer.text.contains(message), "{message}: {}", answer.text);
        }
    }
    for who in ["vera", "cleo", "olaf"] {
        let mut browser = Browser::of(&app, who).await;
        assert_eq!(browser.get(PATH).await.status, 403, "{who}");
        for (rows, step) in [("Berth", "preview"), ("Berth", "import"), ("", "import")] {
            let fields = [("rows", rows), ("step", step), ("key", "1")];
            assert_eq!(browser.submit(PATH, &fields).await.status, 403, "{who} {step}");
        }
    }
    assert!(titles(&app).await.is_empty());
}
