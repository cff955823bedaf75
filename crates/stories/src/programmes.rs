//! Stories of programmes, natively and on their pages.

use std::collections::BTreeMap;

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::verify::findings;
use crate::{Engine, NOW, TestApp, lines};

const LIST: &str = "/programmes";

async fn add(app: &TestApp, body: Value) -> Value {
    let answer = app.write("root", Method::POST, LIST, &body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    assert!(answer.header("location").ends_with(&format!("/programmes/{}", answer.json()["id"])));
    answer.json()
}

#[both_engines]
async fn a_programme_has_the_color_of_the_projects_that_its_reader_sees(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"name": " Port ", "description": "All of it.", "members": [
        {"workspace_id": 53900}, {"workspace_id": 53760, "weight": 3}, {"workspace_id": 53800}]});
    let all = add(&app, body).await;
    let path = format!("{LIST}/{}", all["id"]);
    assert_eq!((&all["name"], &all["rule"]), (&json!("Port"), &json!({"kind": "worst"})));
    assert_eq!(
        all["health"],
        json!({"color": "yellow", "hidden": 0, "score": null,
            "counts": {"red": 0, "yellow": 1, "green": 0, "silent": 0, "resting": 0, "never_reported": 1,
                "finished": 0, "archived": 1},
            "inputs": [
                {"workspace": {"id": 53760, "title": "Harbor rollout"}, "weight": 3, "color": "yellow",
                    "reported_at": "2026-02-09T17:20:41Z", "left_out": null},
                {"workspace": {"id": 53800, "title": "Quay extension"}, "weight": 1, "color": null,
                    "reported_at": null, "left_out": "never_reported"},
                {"workspace": {"id": 53900, "title": "Old pier"}, "weight": 1, "color": null, "reported_at": null,
                    "left_out": "archived"}],
            "flips": [
                {"color": "red", "changes": [{"workspace": {"id": 53760, "title": "Harbor rollout"}, "from": "yellow",
                    "to": "red"}]},
                {"color": "green", "changes": [{"workspace": {"id": 53760, "title": "Harbor rollout"},
                    "from": "yellow", "to": "green"}]}]})
    );
    assert_eq!(app.last_writer("programme").await, (Some(2500), "native".into()));
    // Who sees one of the projects sees the programme, and that there are others.
    let part = app.own("vera", Method::GET, &path).await.json();
    assert_eq!((&part["health"]["color"], &part["health"]["hidden"]), (&json!("yellow"), &json!(2)));
    assert_eq!(part["members"], json!([{"workspace_id": 53760, "weight": 3}]));
    let list = app.own("vera", Method::GET, LIST).await.json();
    assert_eq!(list["programmes"][0]["health"]["hidden"], 2);
    for outside in ["cleo", "olaf", "zoe"] {
        assert_eq!(app.own(outside, Method::GET, &path).await.status, 404, "{outside}");
        assert_eq!(app.own(outside, Method::GET, LIST).await.json()["programmes"], json!([]), "{outside}");
    }
    // A rule with its score.
    let rule = json!({"kind": "weighted", "red_below": 40, "yellow_below": 50});
    assert_eq!(
        app.write("root", Method::PATCH, &path, &json!({"rule": rule}), &[("if-match", "\"x\"")])
            .await
            .status,
        412
    );
    let before = app.own("root", Method::GET, &path).await;
    let tag = [("if-match", before.header("etag"))];
    let changed = app.write("root", Method::PATCH, &path, &json!({"rule": rule}), &tag).await.json();
    assert_eq!(
        (&changed["health"]["color"], &changed["health"]["score"], &changed["version"]),
        (&json!("green"), &json!(50), &json!(2))
    );
    let same = app.write("root", Method::PATCH, &path, &json!({"name": "Port"}), &[]).await;
    assert_eq!(same.json()["version"], 2);

    // The archive has it, and the store that imports it.
    let archive = app.export().await;
    assert!(archive.contains("\"rule\":{\"kind\":\"weighted\",\"red_below\":40,\"yellow_below\":50}"));
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
    assert_eq!(app.write("root", Method::DELETE, &path, &Value::Null, &[]).await.status, 204);
    assert_eq!(app.own("root", Method::GET, &path).await.status, 404);
}

#[both_engines]
async fn programmes_are_read_as_they_were(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let imported = json!({"kind": "programme", "id": 70, "account_id": 415, "name": "Old", "rule": {"kind": "worst"},
        "members": [{"workspace_id": 53760, "weight": 1}], "created_at": "2026-02-01T00:00:00Z",
        "updated_at": "2026-02-01T00:00:00Z"});
    app.import(&lines([imported])).await.expect("a programme");
    let port = add(&app, json!({"name": "Port", "members": [{"workspace_id": 53760}]})).await;
    let path = format!("{LIST}/{}", port["id"]);
    app.app.clock.advance(3600);
    // 17:00: a red report, another rule and another project.
    let worse = json!({"color": "red", "description": "The crane broke."});
    assert_eq!(
        app.write("bo", Method::POST, "/workspaces/53760/status_reports", &worse, &[]).await.status,
        201
    );
    let rule = json!({"kind": "weighted", "red_below": 40, "yellow_below": 50});
    let change = json!({"name": "Harbor", "rule": rule, "members": [{"workspace_id": 53760}, {"workspace_id": 53800}]});
    assert_eq!(app.write("root", Method::PATCH, &path, &change, &[]).await.status, 200);
    app.app.clock.advance(3600);
    assert_eq!(app.own("root", Method::DELETE, &path).await.status, 204);
    let read = async |query: &str| app.own("root", Method::GET, &format!("{path}?{query}")).await;

    let before = read("as_of=2026-02-16T16:30:00Z").await;
    assert!(before.status == 200 && before.headers.get("etag").is_none(), "{before}");
    let before = before.json();
    let mut first = port.clone();
    first["as_of"] = json!("2026-02-16T16:30:00Z");
    first["known_at"] = json!("2026-02-16T18:00:03Z");
    assert_eq!(before, first);
    let after = read("as_of=2026-02-16T17:30:00Z").await.json();
    assert_eq!(
        (&after["name"], &after["health"]["color"], &after["health"]["score"], &after["version"]),
        (&json!("Harbor"), &json!("red"), &json!(0), &json!(2)),
        "{after}"
    );
    assert_eq!(after["health"]["inputs"].as_array().map(Vec::len), Some(2));
    assert_eq!(after["health"]["flips"][0]["color"], "green", "{after}");
    // What was not known then: the programme, which came with an archive, and the report.
    let old = async |query: &str| app.own("root", Method::GET, &format!("{LIST}/70?{query}")).await;
    assert_eq!(old("as_of=2026-02-10").await.json()["health"]["color"], "yellow");
    assert_eq!(old("as_of=2026-02-05").await.json()["health"]["color"], "green");
    assert_eq!(old("known_at=2026-02-16T16:30:00Z").await.json()["health"]["color"], "yellow");
    for query in ["as_of=2026-01-31", "as_of=2026-02-10&known_at=2026-02-16T16:00:00Z"] {
        assert_eq!(old(query).await.status, 404, "{query}");
    }
    for query in ["as_of=2026-02-16T16:00:00Z", "as_of=2026-02-16T18:00:03Z", "known_at=2026-02-16T16:00:00Z"]
    {
        assert_eq!(read(query).await.status, 404, "{query}");
    }
    for wrong in ["as_of=soon", "as_of=2026-02-17", "at=2026-02-01"] {
        assert_eq!(read(wrong).await.status, 400, "{wrong}");
    }
    let names = async |token: &str, query: &str| {
        let list = app.own(token, Method::GET, &format!("{LIST}?{query}")).await.json();
        let programmes = list["programmes"].as_array().expect("a list").clone();
        programmes.iter().map(|one| one["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("root", "as_of=2026-02-16T16:30:00Z").await, ["Old", "Port"]);
    assert_eq!(names("vera", "as_of=2026-02-16T17:30:00Z").await, ["Harbor", "Old"]);
    assert_eq!(names("root", "as_of=2026-02-10").await, ["Old"]);
    assert_eq!(names("cleo", "as_of=2026-02-16T17:30:00Z").await, [""; 0]);
    assert_eq!(names("root", "").await, ["Old"]);

    // The pages show the end of a day, and offer nothing to write.
    app.app.clock.advance(2 * 86_400);
    let mut browser = Browser::of(&app, "root").await;
    let page = browser.get("/programmes/70?as_of=2026-02-10").await.text;
    for part in [
        "As it was on 10 Feb 2026",
        "1 yellow",
        "/workspaces/53760?as_of=2026-02-10\"",
        "value=\"2026-02-10\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("/programmes/70/edit") && !page.contains("/programmes/70/delete"), "{page}");
    assert!(browser.get("/programmes/70?as_of=2026-02-16").await.text.contains("1 red"));
    let list = browser.get("/programmes?as_of=2026-02-10").await.text;
    assert!(
        list.contains("/programmes/70?as_of=2026-02-10\"") && !list.contains("/programmes/new"),
        "{list}"
    );
    assert_eq!(browser.get(&format!("{path}?as_of=2026-02-16")).await.status, 404);
    assert_eq!(findings(&app).await, [""; 0]);
}

#[both_engines]
async fn programmes_have_bounds(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    add(&app, json!({"name": "Port"})).await;
    let rule = |rule: Value| json!({"name": "x", "rule": rule});
    let member = |members: Value| json!({"name": "x", "members": members});
    let many: Vec<_> = (1..=501).map(|id| json!({"workspace_id": id})).collect();
    for (body, pointer, detail) in [
        (json!({}), "/name", "blank"),
        (json!({"name": "pORT"}), "/name", "taken"),
        (json!({"name": "x".repeat(121)}), "/name", "120"),
        (json!({"name": "x", "description": "x".repeat(2001)}), "/description", "2000"),
        (rule(json!("worst")), "/rule", ""),
        (rule(json!({"kind": "best"})), "/rule", ""),
        (rule(json!({"kind": "worst", "red": 1})), "/rule", ""),
        (rule(json!({"kind": "weighted", "red_below": 40})), "/rule", ""),
        (rule(json!({"kind": "weighted", "red_below": 60, "yellow_below": 50})), "/rule", "not below"),
        (rule(json!({"kind": "weighted", "red_below": 0, "yellow_below": 101})), "/rule", "0 to 100"),
        (
            rule(json!({"kind": "threshold", "red": {"count": 0}, "yellow": {"count": 1}})),
            "/rule",
            "1 to 500",
        ),
        (
            rule(json!({"kind": "threshold", "red": {"count": 1, "percent": 1}, "yellow": {"count": 1}})),
            "/rule",
            "",
        ),
        (member(json!({})), "/members", ""),
        (member(json!([{"weight": 1}])), "/members", ""),
        (member(json!([{"workspace_id": 53760, "weight": 11}])), "/members", "1 to 10"),
        (member(json!([{"workspace_id": 53760}, {"workspace_id": 53760}])), "/members", "different"),
        (member(json!([{"workspace_id": 60000}])), "/members", ""),
        (member(json!([{"workspace_id": 53760, "name": "x"}])), "/members", ""),
        (member(many.into()), "/members", "500"),
    ] {
        let answer = app.write("root", Method::POST, LIST, &body, &[]).await;
        assert!(answer.status == 422 && answer.text.contains(pointer), "{body}: {answer}");
        assert!(answer.text.contains(detail), "{body}: {answer}");
    }
    for number in 1..100 {
        add(&app, json!({"name": number.to_string()})).await;
    }
    let more = app.write("root", Method::POST, LIST, &json!({"name": "x"}), &[]).await;
    assert!(more.status == 422 && more.text.contains("at most 100"), "{more}");
}

/// A project as the naive computation knows it.
struct Project {
    programme: i64,
    weight: i64,
    /// The colour that counts.
    color: Option<i64>,
}

/// The colour of a programme by the words of its rule: 0 for red, 1 for yellow, 2 for green.
fn naive(programme: i64, projects: &[Project]) -> Option<&'static str> {
    let own: Vec<_> =
        projects.iter().filter(|one| one.programme == programme && one.color.is_some()).collect();
    let count = |color| own.iter().filter(|one| one.color == Some(color)).count();
    if own.is_empty() {
        return None;
    }
    let (red, yellow) = match programme % 3 {
        0 => (count(0) > 0, count(1) > 0),
        1 => {
            let points: i64 = own.iter().map(|one| one.color.unwrap_or(0) * 50 * one.weight).sum();
            let weights: i64 = own.iter().map(|one| one.weight).sum();
            (points < 40 * weights, points < 60 * weights)
        }
        _ => (count(0) >= 9, (count(0) + count(1)) * 100 >= 60 * own.len()),
    };
    Some(if red {
        "red"
    } else if yellow {
        "yellow"
    } else {
        "green"
    })
}

#[both_engines]
async fn four_hundred_projects_roll_up_as_a_naive_computation_says(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    // A small generator with a fixed seed.
    let mut state = 7_u64;
    let mut next = move |below: i64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).expect("31 bits") % below
    };
    let (mut archive, mut projects) = (Vec::new(), Vec::new());
    let mut members: BTreeMap<i64, Vec<Value>> = BTreeMap::new();
    for id in 70_001..=70_400 {
        let (programme, weight, color, kind) = (next(12), 1 + next(10), next(3), next(10));
        // Of ten projects, one is silent, one was never reported, one is finished and one archived.
        let (is_archived, key) = (kind == 0, if kind == 1 { 605 } else { 310 });
        let at = if kind == 2 { "2026-01-05T10:00:00Z" } else { "2026-02-10T10:00:00Z" };
        archive.push(json!({"kind": "workspace", "id": id, "account_id": 415, "title": format!("Project {id}"),
            "archived": is_archived, "status_key": key, "creator_id": 2545, "created_at": "2026-01-05T09:00:00Z",
            "updated_at": "2026-01-05T09:00:00Z"}));
        let name = ["red", "yellow", "green"][usize::try_from(color).expect("a place")];
        if kind != 3 {
            archive.push(json!({"kind": "status_report", "id": id, "workspace_id": id,
                "color": name, "description": "So.",
                "details": [], "creator_id": 2545, "created_at": at, "updated_at": at}));
        }
        members.entry(programme).or_default().push(json!({"workspace_id": id, "weight": weight}));
        projects.push(Project { programme, weight, color: (kind > 3).then_some(color) });
    }
    for (programme, members) in &members {
        let rule = [
            json!({"kind": "worst"}),
            json!({"kind": "weighted", "red_below": 40, "yellow_below": 60}),
            json!({"kind": "threshold", "red": {"count": 9}, "yellow": {"percent": 60}}),
        ][usize::try_from(programme % 3).expect("a place")]
        .clone();
        archive.push(json!({"kind": "programme", "id": 100 + programme, "account_id": 415,
            "name": format!("Programme {programme:02}"), "rule": rule, "members": members, "created_at": NOW,
            "updated_at": NOW}));
    }
    app.import(&lines(archive)).await.expect("an archive");
    let list = app.own("root", Method::GET, LIST).await.json();
    let list = list["programmes"].as_array().expect("a list");
    assert_eq!(list.len(), 12);
    let mut colors = BTreeMap::new();
    for (found, programme) in list.iter().zip(0..) {
        let color = found["health"]["color"].as_str();
        assert_eq!(color, naive(programme, &projects), "{found}");
        *colors.entry(color).or_insert(0) += 1;
        let counts = found["health"]["counts"].as_object().expect("counts");
        let sum: u64 = counts.values().map(|count| count.as_u64().expect("a number")).sum();
        assert_eq!(usize::try_from(sum).expect("few"), members[&programme].len(), "{found}");
        // The smallest change does what it says.
        let shown = app.own("root", Method::GET, &format!("{LIST}/{}", found["id"])).await.json();
        assert_eq!(shown["health"]["color"].as_str(), color);
        let flips = shown["health"]["flips"].as_array().expect("a list");
        assert!(flips.len() == 2 && flips.iter().all(|flip| flip["color"].as_str() != color), "{shown}");
    }
    assert!(colors.len() > 1, "{colors:?}");
}

#[both_engines]
async fn programmes_are_shown_and_kept_on_their_pages(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "root").await;
    assert!(browser.get(LIST).await.text.contains("No programmes"));
    assert!(browser.get("/programmes/new").await.text.contains("name=\"weight_53760\""));
    let fields = [
        ("name", "Port <b>"),
        ("description", "All\r\nof it."),
        ("kind", "threshold"),
        ("red_below", "40"),
        ("yellow_below", "75"),
        ("red", "2"),
        ("red_unit", "count"),
        ("yellow", "50"),
        ("yellow_unit", "percent"),
        ("project_53760", "on"),
        ("weight_53760", "2"),
        ("project_53900", "on"),
        ("weight_53900", "1"),
        ("weight_53800", "1"),
    ];
    let wrong =
        browser
            .submit(
                LIST,
                &[&[
                    ("kind", "weighted"),
                    ("red_below", "x"),
                    ("project_53760", "on"),
                    ("weight_53760", "y"),
                ][..]]
                .concat(),
            )
            .await;
    for part in ["href=\"#rule\"", "href=\"#members\"", "value=\"y\""] {
        assert!(wrong.status == 422 && wrong.text.contains(part), "{part}: {wrong}");
    }
    let saved = browser.submit(LIST, &fields).await;
    assert_eq!(saved.status, 303, "{saved}");
    let path = saved.header("location").to_owned();
    let page = browser.get(&path).await.text;
    for part in [
        "Port &#60;b&#62;</h1>",
        "Red if at least 2 projects are red, otherwise yellow if at least 50% of the projects are yellow or red.",
        "1 yellow, 1 archived",
        "Would turn green with this change",
        "Not counted</span> <span class=\"soft\">Archived",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Two red ones are more than there are.
    assert!(!page.contains("Would turn red"), "{page}");
    let form =
        browser.get(&format!("{path}/edit")).await.form_with("name", "Port <b>").with("kind", "weighted");
    let form = form.with("project_53760", "on").with("project_53900", "on");
    assert_eq!(browser.send(&form).await.status, 303);
    let page = browser.get(&path).await.text;
    assert!(page.contains("The score is 50%.") && page.contains("Weight</th>"), "{page}");
    let now = app.own("root", Method::GET, &path).await.json();
    assert_eq!(
        (&now["rule"], &now["members"][0]),
        (
            &json!({"kind": "weighted", "red_below": 40, "yellow_below": 75}),
            &json!({"workspace_id": 53760, "weight": 2})
        )
    );
    // Who sees one of the projects sees the programme, and that there are others.
    let mut viewer = Browser::of(&app, "vera").await;
    let page = viewer.get(&path).await.text;
    assert!(
        page.contains("One more project belongs to this programme.") && !page.contains("Old pier"),
        "{page}"
    );
    assert!(!page.contains(&format!("{path}/edit")));
    for path in ["/programmes/new", &format!("{path}/edit"), &format!("{path}/delete")] {
        assert_eq!(viewer.get(path).await.status, 403, "{path}");
    }
    assert_eq!(viewer.submit(&path, &fields).await.status, 403);
    assert!(viewer.get("/palette?q=port").await.text.contains(&format!("data-href=\"{path}\"")));
    let mut client = Browser::of(&app, "cleo").await;
    assert_eq!(client.get(&path).await.status, 404);
    assert!(!client.get("/palette?q=port").await.text.contains(&path));
    assert!(
        browser
            .get(&format!("{path}/delete"))
            .await
            .text
            .contains("Delete the programme “Port &#60;b&#62;”?")
    );
    assert_eq!(browser.submit(&format!("{path}/delete"), &[]).await.status, 303);
    assert_eq!(browser.get(&path).await.status, 404);
}
