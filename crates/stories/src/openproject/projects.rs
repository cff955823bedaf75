//! Workspaces as projects, one at a time: `docs/contracts/openproject.md#projects` and
//! `docs/contracts/openproject.md#workspaces-as-projects`.

use macros::both_engines;
use serde_json::{Value, json};

use super::one_line;
use crate::{Engine, TestApp};

/// A workspace line of account 415 with some members replaced.
pub fn workspace(id: i64, title: &str, others: &Value) -> String {
    let mut line = json!({"kind": "workspace", "id": id, "account_id": 415, "title": title, "archived": false,
        "status_key": 100, "creator_id": 2561, "created_at": "2026-01-06T09:00:00Z",
        "updated_at": "2026-02-11T14:30:10.120999Z"});
    line.as_object_mut().expect("a line").extend(others.as_object().expect("members").clone());
    line.to_string()
}

/// A participation line.
pub fn part(id: i64, workspace: i64, user: i64, side: &str, permission: &str) -> String {
    json!({"kind": "participation", "id": id, "workspace_id": workspace, "user_id": user, "side": side,
        "permission": permission})
    .to_string()
}

/// The harbor with "Harbour crane" (54000): max leads it, vera reads it, cleo is its client.
async fn with_crane(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let crane = json!({"description": "New **crane**", "project_status": "at_risk",
        "status_explanation": "Steel is late"});
    let lines = [
        workspace(54000, "Harbour crane", &crane),
        part(101, 54000, 2561, "provider", "admin"),
        part(102, 54000, 2560, "provider", "view"),
        part(103, 54000, 2570, "client", "edit"),
    ];
    app.import(&lines.join("\n")).await.expect("a crane");
    app
}

const START: &str = r#"{"_type":"Project","id":54000,"identifier":"harbour-crane-54000","name":"Harbour crane",
    "active":true,"public":false,
    "description":{"format":"markdown","raw":"New **crane**","html":"<p>New <strong>crane</strong></p>"},"#;
const EXPLANATION: &str =
    r#""statusExplanation":{"format":"markdown","raw":"Steel is late","html":"<p>Steel is late</p>"},"#;
const TIMES: &str = r#""createdAt":"2026-01-06T09:00:00.000Z","updatedAt":"2026-02-11T14:30:10.120Z","#;
const EMBEDDED: &str = r#""_embedded":{"status":{"_type":"ProjectStatus","id":"at_risk","name":"At risk",
    "_links":{"self":{"href":"/api/v3/project_statuses/at_risk","title":"At risk"}}}},"#;
const ITSELF: &str = r#""_links":{"self":{"href":"/api/v3/projects/54000","title":"Harbour crane"},"#;
const STATUS: &str = r#""status":{"href":"/api/v3/project_statuses/at_risk","title":"At risk"},"#;
const UPDATE: &str = r#""updateImmediately":{"href":"/api/v3/projects/54000","method":"patch"},"#;
const PARTS: &str = r#""schema":{"href":"/api/v3/projects/schema"},"types":{"href":"/api/v3/projects/54000/types"},
    "workPackages":{"href":"/api/v3/projects/54000/work_packages"},"#;
const CREATE: &str = r#""createWorkPackage":{"href":"/api/v3/projects/54000/work_packages/form","method":"post"},
    "createWorkPackageImmediately":{"href":"/api/v3/projects/54000/work_packages","method":"post"},"#;
const END: &str = r#""ancestors":[],"parent":{"href":null}}}"#;

fn text(parts: &[&str]) -> String {
    one_line(&parts.concat())
}

#[both_engines]
async fn a_project_has_its_status_and_an_update_link_for_editors(engine: Engine) {
    let app = with_crane(engine).await;
    let whole = text(&[START, EXPLANATION, TIMES, EMBEDDED, ITSELF, STATUS, UPDATE, PARTS, CREATE, END]);
    for token in ["max", "root"] {
        for name in ["54000", "harbour-crane-54000"] {
            app.v3_get(token, &format!("/projects/{name}")).await.shows_hal(200, &whole);
        }
    }
    let reader = text(&[START, EXPLANATION, TIMES, EMBEDDED, ITSELF, STATUS, PARTS, END]);
    app.v3_get("vera", "/projects/54000").await.shows_hal(200, &reader);
    // A list embeds no status.
    let listed = text(&[START, EXPLANATION, TIMES, ITSELF, STATUS, PARTS, END]);
    assert_eq!(app.v3_get("vera", "/projects").await.elements()[1].to_string(), listed);
    let listed = text(&[START, EXPLANATION, TIMES, ITSELF, STATUS, UPDATE, PARTS, CREATE, END]);
    assert_eq!(app.v3_get("max", "/projects").await.elements()[2].to_string(), listed);
}

#[both_engines]
async fn a_client_sees_neither_status_nor_explanation(engine: Engine) {
    let app = with_crane(engine).await;
    let hidden = text(&[START, TIMES, ITSELF, PARTS, END]);
    app.v3_get("cleo", "/projects/54000").await.shows_hal(200, &hidden);
    assert_eq!(app.v3_get("cleo", "/projects").await.elements()[1].to_string(), hidden);
}

#[both_engines]
async fn a_project_without_status_and_texts_has_empty_values(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let expected = r#"{"_type":"Project","id":53800,"identifier":"quay-extension-53800","name":"Quay extension",
        "active":true,"public":false,"description":{"format":"markdown","raw":"","html":""},
        "statusExplanation":{"format":"markdown","raw":"","html":""},
        "createdAt":"2026-01-05T18:00:00.000Z","updatedAt":"2026-02-01T00:00:00.000Z",
        "_links":{"self":{"href":"/api/v3/projects/53800","title":"Quay extension"},"status":{"href":null},
        "updateImmediately":{"href":"/api/v3/projects/53800","method":"patch"},
        "schema":{"href":"/api/v3/projects/schema"},"types":{"href":"/api/v3/projects/53800/types"},
        "workPackages":{"href":"/api/v3/projects/53800/work_packages"},
        "createWorkPackage":{"href":"/api/v3/projects/53800/work_packages/form","method":"post"},
        "createWorkPackageImmediately":{"href":"/api/v3/projects/53800/work_packages","method":"post"},
        "ancestors":[],"parent":{"href":null}}}"#;
    app.v3_get("max", "/projects/53800").await.shows_hal(200, &one_line(expected));
}

#[both_engines]
async fn a_project_is_visible_to_its_members(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (token, id) in [("olaf", 53760), ("ada", 53800), ("zoe", 53760), ("root", 60000), ("ada", 999)] {
        app.v3_get(token, &format!("/projects/{id}")).await.is_not_found();
    }
    // An archived project is visible only to administrators.
    app.v3_get("ada", "/projects/53900").await.is_not_found();
    app.v3_get("ada", "/projects/old-pier-53900").await.is_not_found();
    assert_eq!(app.v3_get("root", "/projects/53900").await.json()["active"], false);
    assert_eq!(app.v3_get("root", "/projects").await.element_ids(), [53760, 53800, 53900]);
    assert_eq!(app.v3_get("ada", "/projects").await.element_ids(), [53760]);
    assert_eq!(app.v3_get("zoe", "/projects").await.element_ids(), [60000]);
    assert_eq!(app.v3_get("olaf", "/projects").await.element_ids(), Vec::<i64>::new());
}

#[both_engines]
async fn the_default_identifier_is_derived_from_title_and_id(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let long = format!("{} tail", "word-".repeat(30));
    let titles = ["Crane No. 5 (new!)", "Größe & Maß", "港", &long];
    let lines: Vec<_> = (54001..).zip(titles).map(|(id, title)| workspace(id, title, &json!({}))).collect();
    app.import(&lines.join("\n")).await.expect("workspaces");
    let long = format!("{}-54004", &"word-".repeat(16));
    for (id, identifier) in
        [(54001, "crane-no-5-new-54001"), (54002, "gr-e-ma-54002"), (54003, "project-54003"), (54004, &*long)]
    {
        let by_id = app.v3_get("root", &format!("/projects/{id}")).await;
        assert_eq!(by_id.json()["identifier"], identifier);
        app.v3_get("root", &format!("/projects/{identifier}")).await.shows_hal(200, &by_id.text);
    }
    for name in [
        "crane-54001",
        "-54001",
        "+54001",
        "CRANE-NO-5-NEW-54001",
        "crane-no-5-new",
        "bogus",
        "5.5",
        "0",
        "99999999999999999999",
        "%00",
        "%FF",
        "crane-no-5-new%00-54001",
    ] {
        app.v3_get("root", &format!("/projects/{name}")).await.is_not_found();
    }
}

#[both_engines]
async fn text_is_rendered_and_sanitised(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases = [
        ("", ""),
        ("a *b* `c`\n\n- d", "<p>a <em>b</em> <code>c</code></p>\n<ul>\n<li>d</li>\n</ul>"),
        ("~~gone~~", "<p><del>gone</del></p>"),
        (
            "|a|\n|-|\n|b|",
            "<table><thead><tr><th>a</th></tr></thead><tbody>\n<tr><td>b</td></tr>\n</tbody></table>",
        ),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ("[x](https://x.example)", "<p><a href=\"https://x.example\" rel=\"noopener noreferrer\">x</a></p>"),
        ("<script>alert(1)</script>", ""),
        ("a <script>alert(1)</script> b", "<p>a  b</p>"),
        ("[x](javascript:alert(1))", "<p><a rel=\"noopener noreferrer\">x</a></p>"),
        ("[x](JaVaScRiPt:alert(1))", "<p><a rel=\"noopener noreferrer\">x</a></p>"),
        ("<a href=\"data:text/html,x\">x</a>", "<p><a rel=\"noopener noreferrer\">x</a></p>"),
        ("<img src=\"x\" onerror=\"alert(1)\">", "<img src=\"x\">"),
        ("![x](javascript:alert(1))", "<p><img alt=\"x\"></p>"),
        ("<p style=\"x\" onclick=\"alert(1)\">x</p>", "<p>x</p>"),
        ("<iframe src=\"https://x.example\"></iframe>", ""),
        ("<svg onload=\"alert(1)\"></svg>", "<p></p>"),
    ];
    for (raw, html) in cases {
        let body = json!({"description": {"raw": raw}, "statusExplanation": {"raw": raw}});
        let project = app.v3_patch("ada", "/projects/53760", &body).await.json();
        for member in ["description", "statusExplanation"] {
            assert_eq!(
                project[member],
                json!({"format": "markdown", "raw": raw, "html": html}),
                "{raw:?} {html:?} {member:?}"
            );
        }
    }
}

#[both_engines]
async fn the_schema_names_the_project_statuses(engine: Engine) {
    let app = TestApp::harbor(engine).await.open();
    let schema = |writable: bool| {
        let member = |kind: &str, name: &str, required: bool, has_default: bool, writable: bool| {
            format!(
                r#"{{"type":"{kind}","name":"{name}","required":{required},"hasDefault":{has_default},
                "writable":{writable}"#
            )
        };
        let status = |code: &str, name: &str| {
            format!(r#"{{"href":"/api/v3/project_statuses/{code}","title":"{name}"}}"#)
        };
        let allowed = [
            status("not_started", "Not started"),
            status("on_track", "On track"),
            status("at_risk", "At risk"),
            status("off_track", "Off track"),
            status("finished", "Finished"),
            status("discontinued", "Discontinued"),
        ];
        let members = [
            "{\"_type\":\"Schema\",\"_dependencies\":[],\"id\":".into(),
            member("Integer", "ID", true, false, false),
            "},\"identifier\":".into(),
            member("String", "Identifier", true, true, writable),
            "},\"name\":".into(),
            member("String", "Name", true, false, writable),
            "},\"active\":".into(),
            member("Boolean", "Active", true, true, writable),
            "},\"public\":".into(),
            member("Boolean", "Public", true, true, writable),
            "},\"description\":".into(),
            member("Formattable", "Description", false, false, writable),
            "},\"status\":".into(),
            member("ProjectStatus", "Status", false, false, writable),
            format!(",\"location\":\"_links\",\"_links\":{{\"allowedValues\":[{}]}}", allowed.join(",")),
            "},\"statusExplanation\":".into(),
            member("Formattable", "Status description", false, false, writable),
            "},\"createdAt\":".into(),
            member("DateTime", "Created on", true, false, false),
            "},\"updatedAt\":".into(),
            member("DateTime", "Updated on", true, false, false),
            "},\"_links\":{\"self\":{\"href\":\"/api/v3/projects/schema\"}}}".into(),
        ];
        one_line(&members.concat())
    };
    app.v3_get("ada", "/projects/schema").await.shows_hal(200, &schema(true));
    app.v3_get("", "/projects/schema").await.shows_hal(200, &schema(false));
}
