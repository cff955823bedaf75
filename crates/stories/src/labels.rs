//! Stories of own fields and labels, natively, on their pages and as filters of the portfolio.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Engine, NOW, TestApp, lines};

const LABELS: &str = "/workspaces/53760/labels";

async fn field(app: &TestApp, body: Value) -> i64 {
    let answer = app.write("root", Method::POST, "/fields", &body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.json()["id"].as_i64().expect("an id")
}

async fn put(app: &TestApp, workspace: i64, tags: &[&str], fields: Value) {
    let path = format!("/workspaces/{workspace}/labels");
    let answer = app.write("root", Method::PUT, &path, &json!({"tags": tags, "fields": fields}), &[]).await;
    assert_eq!(answer.status, 200, "{answer}");
}

async fn found(app: &TestApp, token: &str, path: &str) -> Vec<i64> {
    let answer = app.own(token, Method::GET, path).await;
    assert_eq!(answer.status, 200, "{path}: {answer}");
    let rows = answer.json()["workspaces"].as_array().expect("a list").clone();
    rows.iter().map(|row| row["id"].as_i64().expect("an id")).collect()
}

#[both_engines]
async fn a_project_has_tags_and_values_of_own_fields(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let client = field(&app, json!({"name": "Client"})).await;
    let region =
        field(&app, json!({"name": "Region", "type": "choice", "choices": [" North ", "South"]})).await;
    let list = app.own("vera", Method::GET, "/fields").await.json();
    assert_eq!(list["fields"][1]["choices"], json!(["North", "South"]));
    assert_eq!((&list["fields"][0]["position"], &list["fields"][1]["position"]), (&json!(1), &json!(2)));
    for outside in ["cleo", "olaf"] {
        assert_eq!(app.own(outside, Method::GET, "/fields").await.json()["fields"], json!([]));
        assert_eq!(app.own(outside, Method::GET, LABELS).await.status, 404);
    }
    let none = app.own("vera", Method::GET, LABELS).await;
    assert_eq!(
        none.json(),
        json!({"workspace_id": 53760, "tags": [], "fields": {}, "updated_at": null, "version": 0})
    );
    let id = |id: i64| id.to_string();
    let body =
        json!({"tags": [" Key account ", "2026"], "fields": {id(client): " Acme ", id(region): "South"}});
    let stale = [("if-match", "\"other\"")];
    assert_eq!(app.write("bo", Method::PUT, LABELS, &body, &stale).await.status, 412);
    let tag = [("if-match", none.header("etag"))];
    let first = app.write("bo", Method::PUT, LABELS, &body, &tag).await;
    assert_eq!(
        (first.status.as_u16(), &first.json()["tags"], &first.json()["fields"], &first.json()["version"]),
        (200, &json!(["Key account", "2026"]), &json!({id(client): "Acme", id(region): "South"}), &json!(1)),
        "{first}"
    );
    assert_eq!(app.last_writer("workspace_labels").await, (Some(2551), "native".into()));
    assert_eq!(app.write("vera", Method::PUT, LABELS, &body, &[]).await.status, 403);
    // What changes nothing is no write.
    assert_eq!(app.write("bo", Method::PUT, LABELS, &body, &[]).await.json(), first.json());
    // A value stays where its choice went, and is not offered to others.
    let path = format!("/fields/{region}");
    let changed = app.write("root", Method::PATCH, &path, &json!({"choices": ["North"]}), &[]).await;
    assert_eq!((&changed.json()["choices"], &changed.json()["version"]), (&json!(["North"]), &json!(2)));
    let kept = json!({"tags": ["2026"], "fields": {id(region): "South"}});
    let second = app.write("bo", Method::PUT, LABELS, &kept, &[]).await.json();
    assert_eq!((&second["fields"], &second["version"]), (&json!({id(region): "South"}), &json!(2)));
    let other = app.write("root", Method::PUT, "/workspaces/53800/labels", &kept, &[]).await;
    assert!(other.status == 422 && other.text.contains("/fields"), "{other}");

    // The archive has them, and the store that imports it.
    let archive = app.export().await;
    assert!(archive.contains("\"kind\":\"workspace_labels\"") && archive.contains("\"kind\":\"field\""));
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);

    // The value of a field that is deleted is no longer shown, and nothing else gets it.
    assert_eq!(app.write("root", Method::DELETE, &path, &Value::Null, &[]).await.status, 204);
    assert_eq!(app.own("bo", Method::GET, LABELS).await.json()["fields"], json!({}));
    let again = field(&app, json!({"name": "region"})).await;
    assert_ne!(again, region);
    assert_eq!(app.own("bo", Method::GET, LABELS).await.json()["fields"], json!({}));
}

#[both_engines]
async fn own_fields_and_labels_have_bounds(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let client = field(&app, json!({"name": "Client"})).await;
    for (body, member, detail) in [
        (json!({}), "/name", "blank"),
        (json!({"name": "cLIENT"}), "/name", "taken"),
        (json!({"name": "x".repeat(81)}), "/name", "80"),
        (json!({"name": "a\nb"}), "/name", "one line"),
        (json!({"name": "x", "type": "date"}), "/type", ""),
        (json!({"name": "x", "type": "choice"}), "/choices", "1 to 50"),
        (json!({"name": "x", "type": "choice", "choices": ["a", "A"]}), "/choices", "once"),
        (json!({"name": "x", "type": "text", "choices": ["a", "A"]}), "/choices", "once"),
        (json!({"name": "x", "type": "choice", "choices": [1]}), "/choices", ""),
        (json!({"name": "x", "position": 1001}), "/position", "1000"),
    ] {
        let answer = app.write("root", Method::POST, "/fields", &body, &[]).await;
        assert!(answer.status == 422 && answer.text.contains(member), "{body}: {answer}");
        assert!(answer.text.contains(detail), "{body}: {answer}");
    }
    let number = client.to_string();
    for (body, member, detail) in [
        (json!({"tags": "x"}), "/tags", ""),
        (json!({"tags": [1]}), "/tags", ""),
        (json!({"tags": ["a", " A"]}), "/tags", "once"),
        (json!({"tags": ["a,b"]}), "/tags", "without commas"),
        (json!({"tags": ["x".repeat(41)]}), "/tags", "40"),
        (json!({"tags": vec!["x"; 21]}), "/tags", "at most 20"),
        (json!({"fields": []}), "/fields", ""),
        (json!({"fields": {&number: 1}}), "/fields", ""),
        (json!({"fields": {"999999": "x"}}), "/fields", ""),
        (json!({"fields": {"x": "x"}}), "/fields", ""),
        (json!({"fields": {&number: "x".repeat(201)}}), "/fields", "200"),
        (json!({"fields": {&number: "a\nb"}}), "/fields", "one line"),
    ] {
        let answer = app.write("root", Method::PUT, LABELS, &body, &[]).await;
        assert!(answer.status == 422 && answer.text.contains(member), "{body}: {answer}");
        assert!(answer.text.contains(detail), "{body}: {answer}");
    }
    assert_eq!(app.write("root", Method::PUT, LABELS, &json!({"tag": []}), &[]).await.status, 400);
    for more in 1..20 {
        field(&app, json!({"name": more.to_string()})).await;
    }
    let more = app.write("root", Method::POST, "/fields", &json!({"name": "x"}), &[]).await;
    assert!(more.status == 422 && more.text.contains("at most 20"), "{more}");
}

#[both_engines]
async fn lists_are_filtered_by_labels(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let client = field(&app, json!({"name": "Client"})).await;
    let region = field(&app, json!({"name": "Region"})).await;
    let (client, region) = (client.to_string(), region.to_string());
    put(&app, 53760, &["Key account", "2026"], json!({&client: "Acme, Inc", &region: "North"})).await;
    put(&app, 53800, &["2026"], json!({&client: "Acme, Inc", &region: "South"})).await;
    let acme = format!("field_{client}=acme,%20inc");
    for (query, expected) in [
        ("tag=2026".to_owned(), vec![53760, 53800]),
        ("tag=KEY%20ACCOUNT".into(), vec![53760]),
        ("tag=other,key%20account".into(), vec![53760]),
        ("tag=other".into(), vec![]),
        ("tag=Acme".into(), vec![]),
        ("tag=,".into(), vec![53760, 53800]),
        (acme.clone(), vec![53760, 53800]),
        (format!("{acme}&field_{region}=south"), vec![53800]),
        (format!("{acme}&tag=key%20account"), vec![53760]),
        (format!("{acme}&field_{region}=east"), vec![]),
        ("field_999999=x".into(), vec![]),
    ] {
        for list in ["/portfolio", "/workspaces"] {
            assert_eq!(found(&app, "root", &format!("{list}?{query}")).await, expected, "{list} {query}");
        }
        let past = format!("/workspaces?{query}&as_of=2026-02-12");
        assert_eq!(found(&app, "root", &past).await, expected, "{past}");
    }
    // Clients learn nothing of labels.
    assert_eq!(found(&app, "cleo", "/workspaces").await, [53760]);
    assert_eq!(found(&app, "cleo", "/workspaces?tag=2026").await, [0; 0]);
    // Links keep the filter.
    let first = app.own("root", Method::GET, &format!("/workspaces?limit=1&tag=2026&{acme}")).await;
    let next = first.header("link").split_once('<').expect("a link").1.split_once('>').expect("its end").0;
    assert!(next.contains(&format!("field_{client}=acme")) && next.contains("tag=2026"), "{next}");
    let path = next.strip_prefix("/api/statuary/v1").expect("a path");
    assert_eq!(found(&app, "root", path).await, [53800]);
    for wrong in ["field_x=1", "field_=1", "field=1", "tags=x"] {
        assert_eq!(app.own("root", Method::GET, &format!("/portfolio?{wrong}")).await.status, 400, "{wrong}");
    }
    let many = vec!["x"; 51].join(",");
    assert_eq!(app.own("root", Method::GET, &format!("/portfolio?tag={many}")).await.status, 400);
    assert_eq!(
        app.own("root", Method::GET, "/changes?from=2026-02-01&tag=other").await.json()["workspaces"],
        json!([])
    );
    assert_eq!(app.own("root", Method::GET, "/time_in_status?tag=other").await.json()["statuses"], json!([]));
}

#[both_engines]
async fn labels_are_kept_on_pages_and_narrow_the_portfolio(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "root").await;
    assert!(browser.get("/fields").await.text.contains("No own fields"));
    let wrong = browser
        .submit("/fields", &[("name", ""), ("type", "choice"), ("choices", ""), ("position", "x")])
        .await;
    assert!(wrong.status == 422 && wrong.text.contains("href=\"#position\""), "{wrong}");
    let saved = browser
        .submit(
            "/fields",
            &[("name", "Region <b>"), ("type", "choice"), ("choices", "North\r\n\r\n South \r\n")],
        )
        .await;
    assert_eq!((saved.status.as_u16(), saved.header("location")), (303, "/fields"));
    let page = browser.get("/fields").await.text;
    for part in ["Region &#60;b&#62;</a>", "<bdi>North</bdi> · <bdi>South</bdi>"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let id = app.own("root", Method::GET, "/fields").await.json()["fields"][0]["id"].clone();
    let path = format!("/fields/{id}");
    let form = browser.get(&path).await.form_with("name", "Region <b>").with("name", "Region");
    let form = form.with("type", "choice");
    assert_eq!(browser.send(&form).await.status, 303);
    // The labels of a project, with a version that has to be the present one.
    let form = browser.get(LABELS).await.form_with("tags", "").with("tags", "Key account, a, A");
    let wrong = browser.send(&form).await;
    assert!(wrong.status == 422 && wrong.text.contains("Each tag occurs once."), "{wrong}");
    let name = format!("field_{id}");
    let form = form.with("tags", "Key account, 2026,").with(&name, "South");
    let saved = browser.send(&form).await;
    assert_eq!(saved.header("location"), "/workspaces/53760#labels-title", "{saved}");
    let again = browser.send(&form).await;
    assert_eq!(again.status, 409, "{again}");
    assert_eq!(app.last_writer("workspace_labels").await, (Some(2500), "pages".into()));
    let project = browser.get("/workspaces/53760").await.text;
    let link = format!("href=\"/?{name}=South\"");
    for part in
        ["href=\"/?tag=Key+account\" dir=\"auto\">Key account</a>", &link, "/workspaces/53760/labels\""]
    {
        assert!(project.contains(part), "{part}: {project}");
    }
    let mut client = Browser::of(&app, "cleo").await;
    assert!(!client.get("/workspaces/53760").await.text.contains("Key account"));
    assert_eq!(client.get(LABELS).await.status, 404);
    let mut viewer = Browser::of(&app, "vera").await;
    assert!(viewer.get("/workspaces/53760").await.text.contains("Key account"));
    assert_eq!(
        (viewer.get(LABELS).await.status.as_u16(), viewer.get("/fields").await.status.as_u16()),
        (403, 403)
    );
    // The portfolio has filters and groups by them.
    for (query, here, gone) in [
        ("tag=KEY+ACCOUNT".to_owned(), "Harbor rollout", "Quay extension"),
        (format!("{name}=south"), "Harbor rollout", "Quay extension"),
        (format!("{name}=North"), "No matching projects", "data-item"),
    ] {
        let page = browser.get(&format!("/?{query}")).await.text;
        assert!(page.contains(here) && !page.contains(gone), "{query}: {page}");
    }
    let all = browser.get(&format!("/?group={name}")).await.text;
    for part in [
        "name=\"tag[]\" value=\"2026\"",
        &format!("name=\"{name}\""),
        "<bdi>South</bdi>",
        "<bdi>No value</bdi>",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert!(all.find("<bdi>South</bdi>") < all.find("<bdi>No value</bdi>"));
    // A field that goes takes its filters and groups with it.
    assert!(browser.get(&format!("{path}/delete")).await.text.contains("Delete the field “Region”?"));
    assert_eq!(browser.submit(&format!("{path}/delete"), &[]).await.status, 303);
    let page = browser.get(&format!("/?{name}=North&group={name}")).await;
    assert!(page.text.contains("Harbor rollout") && page.text.contains("Quay extension"), "{page}");
}

#[both_engines]
async fn the_portfolio_groups_by_tags_and_counts_each_project_once(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    put(&app, 53760, &["pilot", "2026"], json!({})).await;
    put(&app, 53800, &["Pilot"], json!({})).await;
    app.import(&lines([
        json!({"kind": "workspace", "id": 1, "account_id": 415, "title": "Untagged", "archived": false,
        "status_key": 100, "creator_id": 2545, "created_at": NOW, "updated_at": NOW}),
    ]))
    .await
    .expect("a project");
    let mut browser = Browser::of(&app, "root").await;
    let page = browser.get("/?group=tag").await.text;
    // The groups in the order of the alphabet, a tag in the spelling of the first project, those without a tag at the end.
    let places =
        ["<bdi>2026</bdi>", "<bdi>pilot</bdi>", "<bdi>Without a tag</bdi>"].map(|name| page.find(name));
    assert!(places.is_sorted() && places[0].is_some(), "{places:?}: {page}");
    assert_eq!(page.matches(">Harbor rollout</a>").count(), 2, "{page}");
    assert_eq!(page.matches(">Quay extension</a>").count(), 1, "{page}");
    // Three projects, although the heatmap has four rows.
    assert!(page.contains("<p class=\"vh\" role=\"status\">3 projects</p>"), "{page}");
    assert!(page.contains("<span>All</span> <b>3</b>"), "{page}");
    assert!(page.contains("<option value=\"tag\" selected dir=\"auto\">Tag</option>"), "{page}");
    // A folded group keeps its name and counts.
    let start = page.find("fold=").expect("a link") + 5;
    let key = page[start..].split('"').next().expect("a key").to_owned();
    let folded = browser.get(&format!("/?group=tag&fold={key}")).await.text;
    assert!(
        folded.contains("<bdi>2026</bdi>") && folded.matches(">Harbor rollout</a>").count() == 1,
        "{folded}"
    );
    // A file has each project once.
    let sheet = browser.get("/portfolio.csv?group=tag").await.text;
    assert_eq!((sheet.matches("\r\n").count(), sheet.matches("Harbor rollout").count()), (4, 1), "{sheet}");
    // Saved views keep the group.
    let body = json!({"name": "By tag", "query": "?group=tag"});
    assert_eq!(app.write("bo", Method::POST, "/views", &body, &[]).await.json()["path"], "/?group=tag");
    // Without tags there is nothing to group by.
    let fresh = TestApp::harbor(engine).await;
    let page = Browser::of(&fresh, "root").await.get("/").await.text;
    assert!(!page.contains("<option value=\"tag\""), "{page}");
}
