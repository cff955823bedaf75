//! Stories of the steering pack, on both engines: what its files say, and to whom.

use std::io::Cursor;

use axum::http::Method;
use calamine::{DataType, Reader, Xlsx};
use lopdf::{Document, Object};
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Answer, Engine, TestApp, lines, report, with};

/// A PDF, as a program reads it.
struct Read {
    language: String,
    /// The words of all pages, in the order of drawing, with single spaces.
    words: String,
    /// The number of elements of the structure of each kind that is looked at.
    headings: usize,
    header_cells: usize,
}

#[track_caller]
fn read(answer: &Answer) -> Read {
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, pack::PDF), "{answer}");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"steering-pack.pdf\"");
    let document = Document::load_mem(&answer.bytes).expect("a PDF");
    let catalog = document.catalog().expect("a catalog");
    let language = catalog.get(b"Lang").and_then(Object::as_str).expect("a language");
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let text = document.extract_text(&pages).expect("a text");
    let elements = document.objects.values().filter_map(|object| object.as_dict().ok());
    let kinds: Vec<&[u8]> = elements.filter_map(|own| own.get(b"S").and_then(Object::as_name).ok()).collect();
    let count =
        |names: &[&str]| kinds.iter().filter(|kind| names.iter().any(|own| own.as_bytes() == **kind)).count();
    Read {
        language: String::from_utf8_lossy(language).into_owned(),
        words: text.split_whitespace().collect::<Vec<_>>().join(" "),
        headings: count(&["H1", "H2", "H3"]),
        header_cells: count(&["TH"]),
    }
}

/// The names of the sheets of a workbook, and their rows as texts.
#[track_caller]
fn workbook(answer: &Answer) -> Vec<(String, Vec<Vec<String>>)> {
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, pack::XLSX), "{answer}");
    let mut workbook = Xlsx::new(Cursor::new(answer.bytes.to_vec())).expect("a workbook");
    let text = |cell: &calamine::Data| cell.as_string().unwrap_or_default();
    let sheets = workbook.worksheets();
    let rows = |range: calamine::Range<calamine::Data>| {
        range.rows().map(|row| row.iter().map(text).collect()).collect::<Vec<Vec<String>>>()
    };
    sheets.into_iter().map(|(name, range)| (name, rows(range))).collect()
}

/// The pack of the native surface.
async fn native(app: &TestApp, token: &str, query: &str) -> Answer {
    let authorization = format!("Bearer {token}");
    let path = format!("/api/statuary/v1/portfolio/pack?{query}");
    app.request(Method::GET, &path, &[("authorization", &authorization)], "").await
}

/// The harbor, whose quay turned red this week and whose reports are due each Wednesday.
async fn harbor(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let details = |color: &str| match color {
        "red" => json!([{"category": "Budget", "color": "red", "description": "*Twice* the price."}]),
        _ => json!([]),
    };
    let at = |id, color: &str, at: &str, text: &str| {
        with(
            report(id),
            &json!({"workspace_id": 53800, "color": color, "created_at": at, "updated_at": at, "description": text,
                "details": details(color)}),
        )
    };
    let red = "# Risks\n\nThe quay **sank**. =1+1\n\n- Call the yard\n- אין לוח זמנים 👩‍🚀";
    let reports =
        [at(1, "green", "2026-02-10T12:00:00Z", "Fine."), at(2, "red", "2026-02-16T09:00:00Z", red)];
    let cadence = json!({"kind": "cadence", "id": 700, "account_id": 415, "workspace_id": null, "owner_id": null,
        "terms": [{"every": "week", "on": "wednesday", "at": "16:00", "time_zone": "UTC", "grace_hours": 24,
            "paused_until": null, "starting": null, "since": "2026-02-04T10:00:00Z"}],
        "created_at": "2026-02-04T10:00:00Z", "updated_at": "2026-02-04T10:00:00Z"});
    let programme = json!({"kind": "programme", "id": 7000, "account_id": 415, "name": "Port works",
        "rule": {"kind": "worst"}, "members": [{"workspace_id": 53760, "weight": 1}],
        "created_at": "2026-02-04T10:00:00Z", "updated_at": "2026-02-04T10:00:00Z"});
    app.import(&lines(reports.into_iter().chain([cadence, programme]))).await.expect("reports");
    app
}

#[both_engines]
async fn a_pack_says_what_a_committee_reads_to_those_who_see_it(engine: Engine) {
    let app = harbor(engine).await;
    let mut max = Browser::of(&app, "max").await;
    assert!(max.get("/").await.text.contains("href=\"/portfolio/pack.pdf\""));
    let answer = max.get("/portfolio/pack.pdf?weeks=12").await;
    let found = read(&answer);
    assert_eq!(found.language, "en");
    for words in [
        "Steering pack",
        "Week 8, from 16 Feb 2026",
        "2 projects: 1 red, 1 yellow",
        "Harbor rollout",
        "What changed this week",
        "Green → Red",
        "Budget: No report → Red",
        "Red projects",
        "Red since 16 Feb 2026",
        "Risks",
        "The quay sank. =1+1",
        "Budget: Red",
        "Twice the price.",
        "Owed reports",
        "Due 18 Feb 2026 9 Feb 2026",
        "Page 1 of",
    ] {
        assert!(found.words.contains(words), "{words}: {}", found.words);
    }
    // The title, four sections, and a project that is red.
    assert_eq!(found.headings, 6);
    // The headings and the rows of two projects, of a change, and of a report that is owed.
    assert_eq!(found.header_cells, (2 + 12) + 2 + 3 + 1 + 5 + 1);
    assert!(max.get("/portfolio/pack.pdf?weeks=12").await.bytes == answer.bytes);

    let german = read(&native(&app, "max", "language=de&search=quay").await);
    assert_eq!(german.language, "de");
    assert!(german.words.contains("Was sich diese Woche geändert hat"), "{}", german.words);
    assert!(german.words.contains("Grün → Rot") && !german.words.contains("Harbor"), "{}", german.words);

    let sheets = workbook(&max.get("/portfolio/pack.xlsx?weeks=12").await);
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Heatmap", "Changes", "Red projects", "Owed reports", "Notes"]);
    assert_eq!(sheets[0].1[2][..2], ["Quay extension", "Max Prime"]);
    assert_eq!(sheets[0].1[2].last().map(String::as_str), Some("Red"));
    assert_eq!(sheets[1].1[1][..3], ["Quay extension", "Green", "Red"]);
    assert_eq!(sheets[2].1[1][3], "Risks\nThe quay sank. =1+1\n• Call the yard\n• אין לוח זמנים 👩‍🚀");
    assert_eq!(sheets[2].1[2][1..4], ["Budget", "Red", "Twice the price."]);

    // A pack of the past says what was known then, and that owed reports are not shown.
    let past = read(&max.get("/portfolio/pack.pdf?weeks=12&as_of=2026-02-11").await);
    assert!(past.words.contains("No project is red.") && past.words.contains("for the present day only"));
    assert!(!past.words.contains("sank"), "{}", past.words);

    let programme = read(&max.get("/programmes/7000/pack.pdf").await);
    assert!(
        programme.words.contains("Port works") && !programme.words.contains("Quay"),
        "{}",
        programme.words
    );
    let native = read(&native(&app, "max", "programme_id=7000").await);
    assert!(native.words.contains("Port works") && !native.words.contains("Quay"), "{}", native.words);
}

#[both_engines]
async fn nobody_reads_in_a_pack_what_they_do_not_see(engine: Engine) {
    let app = harbor(engine).await;
    for (token, sees_harbor) in
        [("ada", true), ("vera", true), ("cleo", false), ("olaf", false), ("zoe", false)]
    {
        let found = read(&native(&app, token, "").await);
        assert_eq!(found.words.contains("Harbor rollout"), sees_harbor, "{token}: {}", found.words);
        assert!(!found.words.contains("Quay"), "{token}: {}", found.words);
    }
    let mut cleo = Browser::of(&app, "cleo").await;
    assert!(read(&cleo.get("/portfolio/pack.pdf").await).words.contains("No matching projects"));
    assert_eq!(workbook(&cleo.get("/portfolio/pack.xlsx").await)[0].1.len(), 1);
    assert_eq!(cleo.get("/programmes/7000/pack.pdf").await.status, 404);
    for (query, name) in [("format=docx", "format"), ("language=fr", "language"), ("weeks=0", "weeks")] {
        let answer = app.own("max", Method::GET, &format!("/portfolio/pack?{query}")).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["errors"][0]["parameter"]),
            (400, &json!(name)),
            "{answer}"
        );
    }
    let answer = app.own("max", Method::GET, "/portfolio/pack?programme_id=1").await;
    answer.is_problem(404, "not-found", &Value::Null);
}

#[both_engines]
async fn a_pack_has_at_most_two_hundred_projects(engine: Engine) {
    let app = harbor(engine).await;
    let workspace = |id: usize| {
        json!({"kind": "workspace", "id": id, "account_id": 415, "title": format!("Pier {id:04}"),
            "archived": false, "status_key": 100, "creator_id": 2545,
            "created_at": "2026-01-05T18:00:00Z", "updated_at": "2026-01-05T18:00:00Z"})
    };
    app.import(&lines((1..=201).map(workspace).collect::<Vec<Value>>())).await.expect("workspaces");
    let mut root = Browser::of(&app, "root").await;
    let answer = root.get("/portfolio/pack.xlsx?q=pier").await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("at most 200 projects"), "{}", answer.text);
    let answer = app.own("root", Method::GET, "/portfolio/pack?format=xlsx&search=pier").await;
    assert_eq!(answer.status, 400, "{answer}");
    assert!(answer.text.contains("at most 200 workspaces"), "{answer}");
    assert_eq!(workbook(&root.get("/portfolio/pack.xlsx?q=pier+01").await)[0].1.len(), 101);
}
