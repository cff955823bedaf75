//! Stories of saved views, natively and on the portfolio.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::{Engine, TestApp};

const LIST: &str = "/views";

async fn save(app: &TestApp, token: &str, body: Value) -> Value {
    let answer = app.write(token, Method::POST, LIST, &body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    assert!(answer.header("location").ends_with(&format!("/views/{}", answer.json()["id"])));
    answer.json()
}

async fn names(app: &TestApp, token: &str) -> Vec<String> {
    let list = app.own(token, Method::GET, LIST).await.json();
    let views = list["views"].as_array().expect("a list");
    views.iter().map(|view| view["name"].as_str().expect("a text").to_owned()).collect()
}

#[both_engines]
async fn a_view_is_its_owners_until_it_is_shared(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let own = save(&app, "bo", json!({"name": " Reds ", "query": "?page=2&health=red&group=lead"})).await;
    assert_eq!(
        own,
        json!({"id": own["id"], "name": "Reds", "query": "group=lead&health=red", "path": "/?group=lead&health=red",
            "shared": false, "is_default": false, "pinned": false, "owner": {"id": 2551, "full_name": "Bo Lind"},
            "created_at": own["created_at"], "updated_at": own["created_at"], "version": 1})
    );
    let path = format!("{LIST}/{}", own["id"]);
    for other in ["root", "vera", "cleo", "zoe"] {
        assert_eq!(app.own(other, Method::GET, &path).await.status, 404, "{other}");
        assert_eq!(app.write(other, Method::PATCH, &path, &json!({"name": "x"}), &[]).await.status, 404);
    }
    assert_eq!(
        app.write("bo", Method::PATCH, &path, &json!({"name": "x"}), &[("if-match", "\"x\"")]).await.status,
        412
    );
    let before = app.own("bo", Method::GET, &path).await;
    let tag = [("if-match", before.header("etag"))];
    let shared = app.write("bo", Method::PATCH, &path, &json!({"shared": true}), &tag).await.json();
    assert_eq!((&shared["shared"], &shared["version"]), (&json!(true), &json!(2)));
    assert_eq!(app.last_writer("view").await, (Some(2551), "native".into()));
    save(&app, "vera", json!({"name": "Zebra"})).await;
    save(&app, "vera", json!({"name": "alpha", "query": "q=pier"})).await;
    assert_eq!(names(&app, "vera").await, ["alpha", "Zebra", "Reds"]);
    for (token, expected) in [("root", vec!["Reds"]), ("cleo", vec![]), ("olaf", vec![]), ("zoe", vec![])] {
        assert_eq!(names(&app, token).await, expected, "{token}");
    }
    // Others read it, its owner and administrators change it.
    assert_eq!(app.write("vera", Method::PATCH, &path, &json!({"name": "x"}), &[]).await.status, 403);
    assert_eq!(app.write("vera", Method::DELETE, &path, &Value::Null, &[]).await.status, 403);
    let renamed = app.write("root", Method::PATCH, &path, &json!({"name": "Red ones"}), &[]).await.json();
    assert_eq!(
        (&renamed["name"], &renamed["owner"]["id"], &renamed["version"]),
        (&json!("Red ones"), &json!(2551), &json!(3))
    );
    let not_own = app.write("root", Method::PATCH, &path, &json!({"is_default": true}), &[]).await;
    assert!(not_own.status == 422 && not_own.text.contains("/is_default"), "{not_own}");
    // A new start page takes the place of the one that was.
    app.write("bo", Method::PATCH, &path, &json!({"is_default": true}), &[]).await;
    assert_eq!(app.own("root", Method::GET, &path).await.json()["is_default"], false);
    let next = save(&app, "bo", json!({"name": "Mine", "query": "lead=2551", "is_default": true})).await;
    assert_eq!(next["is_default"], true);
    let ended = app.own("bo", Method::GET, &path).await.json();
    assert_eq!((&ended["is_default"], &ended["version"]), (&json!(false), &json!(5)));

    // The archive has them, and the store that imports it.
    let archive = app.export().await;
    assert!(archive.contains("\"kind\":\"view\"") && archive.contains("\"is_default\":true"));
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
    assert_eq!(app.write("root", Method::DELETE, &path, &Value::Null, &[]).await.status, 204);
    assert_eq!(app.own("bo", Method::GET, &path).await.status, 404);
}

#[both_engines]
async fn people_pin_views_for_themselves(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let first = save(&app, "bo", json!({"name": "Reds", "query": "health=red", "shared": true})).await;
    let second = save(&app, "bo", json!({"name": "Mine", "query": "lead=2551"})).await;
    let pin = |view: &Value| format!("{LIST}/{}/pin", view["id"]);
    let put = async |token: &str, view: &Value| {
        app.write(token, Method::PUT, &pin(view), &json!({}), &[]).await.status.as_u16()
    };
    assert_eq!((put("bo", &second).await, put("bo", &first).await), (204, 204));
    assert_eq!(app.last_writer("view_pins").await, (Some(2551), "native".into()));
    // A shared view is pinned by each person; somebody's own one by that person alone.
    assert_eq!((put("vera", &first).await, put("vera", &second).await), (204, 404));
    for outside in ["cleo", "olaf", "zoe"] {
        assert_eq!(put(outside, &first).await, 404, "{outside}");
    }
    let path = format!("{LIST}/{}", first["id"]);
    assert_eq!(app.own("vera", Method::GET, &path).await.json()["pinned"], true);
    assert_eq!(app.own("root", Method::GET, &path).await.json()["pinned"], false);
    // The portfolio has them in the order in which they were pinned, each with a key.
    let mut browser = Browser::of(&app, "bo").await;
    let page = browser.get("/?health=red").await.text;
    for part in [
        "<a href=\"/?lead=2551\" data-key=\"g 1\" dir=\"auto\">Mine</a>",
        "<a href=\"/?health=red\" data-key=\"g 2\" aria-current=\"page\" dir=\"auto\">Reds</a>",
        "Unpin this view</button>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let taken = browser.submit(&pin(&second), &[("undo", "1"), ("list", "1")]).await;
    assert_eq!((taken.status.as_u16(), taken.header("location")), (303, "/views"));
    assert!(!browser.get("/").await.text.contains(">Mine</a>\n</nav>"));
    let pinned = browser.submit(&pin(&second), &[]).await;
    assert_eq!(pinned.header("location"), "/?lead=2551", "{pinned}");
    assert!(browser.get("/views").await.text.contains("aria-label=\"Unpin Mine\""));
    assert_eq!(app.last_writer("view_pins").await, (Some(2551), "pages".into()));
    assert_eq!(Browser::of(&app, "vera").await.submit(&pin(&second), &[]).await.status, 404);

    // The archive has them, and the store that imports it.
    let archive = app.export().await;
    assert!(archive.contains(&format!("\"views\":[{},{}]", first["id"], second["id"])), "{archive}");
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
    for (views, detail) in [("[1,1]", "`views`"), ("[1,2,3,4,5,6,7,8,9]", "`views`"), ("[0]", "`views`")] {
        let line = format!(
            "{{\"kind\":\"view_pins\",\"id\":9,\"user_id\":2560,\"views\":{views},\"created_at\":\"2026-02-16T16:00:03Z\",\
             \"updated_at\":\"2026-02-16T16:00:03Z\"}}\n"
        );
        let error = app.import(&line).await.expect_err("refused").to_string();
        assert!(error.contains(detail), "{views}: {error}");
    }

    // Eight at most. What is deleted, or no longer shared, makes room.
    let mut more = Vec::new();
    for number in 1..=6 {
        more.push(save(&app, "bo", json!({"name": number.to_string()})).await);
        assert_eq!(put("bo", more.last().expect("a view")).await, 204);
    }
    let ninth = save(&app, "bo", json!({"name": "Ninth"})).await;
    let refused = app.write("bo", Method::PUT, &pin(&ninth), &json!({}), &[]).await;
    assert!(refused.status == 422 && refused.text.contains("at most 8"), "{refused}");
    let refused = browser.submit(&pin(&ninth), &[]).await;
    assert!(refused.status == 422 && refused.text.contains("You can pin at most 8 views."), "{refused}");
    assert_eq!(app.own("bo", Method::DELETE, &format!("{LIST}/{}", more[0]["id"])).await.status, 204);
    assert_eq!(put("bo", &ninth).await, 204);
    app.write("bo", Method::PATCH, &path, &json!({"shared": false}), &[]).await;
    assert!(!Browser::of(&app, "vera").await.get("/").await.text.contains("pinned\""));
    assert_eq!(app.own("bo", Method::DELETE, &pin(&ninth)).await.status, 204);
    assert_eq!(app.own("bo", Method::GET, &format!("{LIST}/{}", ninth["id"])).await.json()["pinned"], false);
}

#[both_engines]
async fn saved_views_have_bounds(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    save(&app, "vera", json!({"name": "Taken"})).await;
    for (body, member, detail) in [
        (json!({}), "/name", "blank"),
        (json!({"name": " "}), "/name", "blank"),
        (json!({"name": "tAKEN"}), "/name", "taken"),
        (json!({"name": "x".repeat(81)}), "/name", "80"),
        (json!({"name": "x", "query": "color=red"}), "/query", "parameter"),
        (json!({"name": "x", "query": "q=%00"}), "/query", ""),
        (json!({"name": "x", "query": format!("q={}", "x".repeat(2000))}), "/query", "2000"),
        (json!({"name": "x", "shared": 1}), "/shared", ""),
    ] {
        let answer = app.write("vera", Method::POST, LIST, &body, &[]).await;
        assert!(answer.status == 422 && answer.text.contains(member), "{body}: {answer}");
        assert!(answer.text.contains(detail), "{body}: {answer}");
    }
    for outside in ["cleo", "olaf"] {
        let answer = app.write(outside, Method::POST, LIST, &json!({"name": "x", "shared": 1}), &[]).await;
        assert_eq!(answer.status, 403, "{outside}");
    }
    for number in 1..50 {
        save(&app, "vera", json!({"name": number.to_string()})).await;
    }
    let more = app.write("vera", Method::POST, LIST, &json!({"name": "x"}), &[]).await;
    assert!(more.status == 422 && more.text.contains("at most 50"), "{more}");
    save(&app, "bo", json!({"name": "Taken"})).await;
}

#[both_engines]
async fn the_portfolio_saves_and_opens_views(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "bo").await;
    let page = browser.get("/?group=lead&health=yellow").await.text;
    assert!(page.contains("href=\"/views/new?group=lead&#38;health=yellow\""), "{page}");
    let form = browser
        .get("/views/new?group=lead&health=yellow")
        .await
        .form_with("query", "group=lead&health=yellow");
    let wrong = browser.send(&form).await;
    assert!(wrong.status == 422 && wrong.text.contains("href=\"#name\""), "{wrong}");
    let form = form.with("name", "Yellow <b>").with("shared", "1").with("is_default", "1");
    let saved = browser.send(&form).await;
    assert_eq!((saved.status.as_u16(), saved.header("location")), (303, "/?group=lead&health=yellow"));
    let page = browser.get("/?group=lead&health=yellow").await.text;
    assert!(page.contains("aria-current=\"page\" dir=\"auto\">Yellow &#60;b&#62;</a>"), "{page}");
    // Signing in leads to the start page.
    let mut again = Browser::new(&app);
    let signed_in = again.post("/login", &[("token", "bo")]).await;
    assert_eq!(signed_in.header("location"), "/?group=lead&health=yellow");
    assert!(again.get("/views").await.text.contains("Start page</span>"));
    // Others open it, and may not change it; clients do not see it.
    let mut other = Browser::of(&app, "vera").await;
    let id = app.own("bo", Method::GET, LIST).await.json()["views"][0]["id"].clone();
    let path = format!("/views/{id}");
    assert!(other.get("/").await.text.contains("Yellow &#60;b&#62;</a>"));
    let list = other.get("/views").await.text;
    assert!(
        list.contains("Bo Lind")
            && !list.contains("Start page</span>")
            && !list.contains(&format!("{path}\"")),
        "{list}"
    );
    assert_eq!(other.get(&path).await.status, 403);
    assert_eq!(other.submit(&path, &[("name", "x")]).await.status, 403);
    let mut client = Browser::of(&app, "cleo").await;
    assert!(
        !client.get("/views").await.text.contains("Yellow") && !client.get("/").await.text.contains("Yellow")
    );
    assert_eq!(
        (client.get("/views/new").await.status.as_u16(), client.get(&path).await.status.as_u16()),
        (403, 404)
    );
    // An administrator changes and deletes what is shared.
    let mut root = Browser::of(&app, "root").await;
    let form = root.get(&path).await.form_with("name", "Yellow <b>");
    assert!(form.field("is_default").is_none());
    assert_eq!(root.send(&form.with("name", "Yellow")).await.status, 303);
    let now = app.own("bo", Method::GET, &path).await.json();
    assert_eq!(
        (&now["name"], &now["shared"], &now["is_default"]),
        (&json!("Yellow"), &json!(true), &json!(true))
    );
    assert!(root.get(&format!("{path}/delete")).await.text.contains("Delete the view “Yellow”?"));
    assert_eq!(root.submit(&format!("{path}/delete"), &[]).await.status, 303);
    assert_eq!(browser.get(&path).await.status, 404);
    let palette = other.get("/palette?q=views").await.text;
    assert!(palette.contains("data-href=\"/views\""), "{palette}");
}
