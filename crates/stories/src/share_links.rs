//! Stories of share links and badges.

use std::num::NonZeroU32;

use axum::body::Body;
use axum::http::{Method, Request};
use macros::both_engines;
use serde_json::{Value, json};
use service::Peer;
use service::limits::Limits;

use crate::browser::{Browser, FORM};
use crate::{Answer, Engine, NOW, TestApp, lines, report, with};

const LIST: &str = "/share_links";

async fn share(app: &TestApp, token: &str, body: &Value) -> Value {
    let answer = app.write(token, Method::POST, LIST, body, &[]).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.json()
}

/// The path of a made link.
fn path(link: &Value) -> String {
    let url = link["url"].as_str().expect("a URL");
    url[url.find("/s/").expect("a path")..].to_owned()
}

/// What somebody without a login gets.
async fn read(app: &TestApp, path: &str) -> Answer {
    let answer = app.request(Method::GET, path, &[], "").await;
    assert!(!answer.status.is_server_error(), "{path}: {answer:?}");
    assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow", "{path}");
    assert!(!answer.headers.contains_key("set-cookie"), "{path}");
    answer
}

async fn seen(app: &TestApp, id: &Value) -> Value {
    app.own("root", Method::GET, &format!("{LIST}/{id}")).await.json()
}

#[both_engines]
async fn who_administers_every_workspace_makes_lists_and_ends_links(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let body = json!({"workspace_ids": [53760, 53800], "weeks": 4, "with": ["status", "health"],
        "expires_at": "2026-03-01T00:00:00Z"});
    for (token, expected) in
        [("ada", 403), ("bo", 403), ("vera", 403), ("cleo", 403), ("olaf", 403), ("zoe", 422)]
    {
        let answer = app.write(token, Method::POST, LIST, &body, &[]).await;
        assert_eq!(answer.status, expected, "{token}: {answer}");
    }
    // Max administers both, and neither the archived one nor one of another account.
    for ids in [json!([53900]), json!([53760, 60000]), json!([53760, 1])] {
        let answer = app.write("max", Method::POST, LIST, &json!({"workspace_ids": ids}), &[]).await;
        assert_eq!(answer.status, 403, "{ids}: {answer}");
    }
    let answer = app.write("root", Method::POST, LIST, &json!({"workspace_ids": [60000]}), &[]).await;
    assert!(answer.status == 422 && answer.text.contains("/workspace_ids"), "{answer}");
    let key = [("idempotency-key", "\"once\"")];
    let answer = app.write("max", Method::POST, LIST, &body, &key).await;
    let link = answer.json();
    let own = format!("{LIST}/{}", link["id"]);
    assert_eq!(answer.header("location"), format!("/api/statuary/v1{own}"));
    assert_eq!(
        app.write("max", Method::POST, LIST, &body, &key).await.json(),
        link,
        "the answer is repeated"
    );
    let shown = json!({"id": link["id"], "workspace_ids": [53760, 53800], "weeks": 4, "with": ["health", "status"],
        "expires_at": "2026-03-01T00:00:00Z", "has_password": false, "author": {"id": 2561, "full_name": "Max Prime"},
        "created_at": NOW, "views": 0, "last_viewed_at": null});
    assert_eq!(with(shown.clone(), &json!({"url": link["url"], "badge_url": link["badge_url"]})), link);
    for token in ["max", "root"] {
        assert_eq!(app.own(token, Method::GET, &own).await.json(), shown, "{token}");
        let list = app.own(token, Method::GET, LIST).await.json();
        assert_eq!(list, json!({"share_links": [shown], "next_cursor": null}), "{token}");
    }
    for token in ["ada", "vera", "cleo", "olaf", "zoe"] {
        assert_eq!(app.own(token, Method::GET, LIST).await.json()["share_links"], json!([]), "{token}");
        assert_eq!(app.own(token, Method::GET, &own).await.status, 404, "{token}");
        assert_eq!(app.own(token, Method::DELETE, &own).await.status, 404, "{token}");
    }
    // Defaults.
    let second = share(&app, "root", &json!({"workspace_ids": [53900]})).await;
    assert_eq!(
        (&second["weeks"], &second["with"], &second["expires_at"]),
        (&json!(12), &json!(["health"]), &Value::Null)
    );
    let first = app.own("root", Method::GET, &format!("{LIST}?limit=1")).await.json();
    assert_eq!(first["share_links"][0]["id"], second["id"]);
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let rest = app.own("root", Method::GET, &format!("{LIST}?limit=1&cursor={cursor}")).await.json();
    assert_eq!(rest, json!({"share_links": [shown], "next_cursor": null}));
    // Max cannot manage a link with a workspace that Max does not administer.
    assert_eq!(app.own("max", Method::DELETE, &format!("{LIST}/{}", second["id"])).await.status, 404);
    assert_eq!(read(&app, &path(&link)).await.status, 200);
    assert_eq!(app.own("max", Method::DELETE, &own).await.status, 204);
    for gone in [
        path(&link),
        format!("{}.csv", path(&link)),
        link["badge_url"]
            .as_str()
            .map(|url| url[url.find("/badge").expect("a path")..].to_owned())
            .expect("a URL"),
    ] {
        assert_eq!(read(&app, &gone).await.status, 404, "{gone}");
    }
    assert_eq!(app.last_writer("share_link").await, (Some(2561), "native".into()));
    // The other one ends by itself, or works on in a copy of the store.
    let archive = app.export().await;
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
    assert_eq!(read(&copy, &path(&second)).await.status, 200);
    let secret = path(&second)[3..].to_owned();
    assert!(
        !archive.contains(&secret)
            && !app.own("root", Method::GET, "/events?limit=200").await.text.contains(&secret)
    );
}

#[both_engines]
async fn a_link_has_its_rules(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let many: Vec<i64> = (1..=201).collect();
    for (body, field) in [
        (json!({}), "/workspace_ids"),
        (json!({"workspace_ids": []}), "/workspace_ids"),
        (json!({"workspace_ids": many}), "/workspace_ids"),
        (json!({"workspace_ids": [53760, 53760]}), "/workspace_ids"),
        (json!({"workspace_ids": "53760"}), "/workspace_ids"),
        (json!({"workspace_ids": [53760], "weeks": 0}), "/weeks"),
        (json!({"workspace_ids": [53760], "weeks": 105}), "/weeks"),
        (json!({"workspace_ids": [53760], "weeks": "4"}), "/weeks"),
        (json!({"workspace_ids": [53760], "with": ["people"]}), "/with"),
        (json!({"workspace_ids": [53760], "with": "health"}), "/with"),
        (json!({"workspace_ids": [53760], "expires_at": NOW}), "/expires_at"),
        (json!({"workspace_ids": [53760], "expires_at": "soon"}), "/expires_at"),
        (json!({"workspace_ids": [53760], "password": " "}), "/password"),
        (json!({"workspace_ids": [53760], "password": "x".repeat(201)}), "/password"),
    ] {
        let answer = app.write("root", Method::POST, LIST, &body, &[]).await;
        assert!(answer.status == 422 && answer.text.contains(field), "{field}: {answer}");
    }
    let answer =
        app.write("root", Method::POST, LIST, &json!({"workspace_ids": [53760], "people": true}), &[]).await;
    assert!(answer.status == 400 && answer.text.contains("/people"), "{answer}");
    // An end is an end, to the second.
    let link =
        share(&app, "root", &json!({"workspace_ids": [53760], "expires_at": "2026-02-16T17:00:00Z"})).await;
    app.wait_until("2026-02-16T16:59:59Z");
    assert_eq!(read(&app, &path(&link)).await.status, 200);
    app.wait_until("2026-02-16T17:00:00Z");
    assert_eq!(read(&app, &path(&link)).await.status, 404);
    assert_eq!(read(&app, "/s/0123456789abcdef0123456789abcdef").await.status, 404);
    assert_eq!(read(&app, "/s/.csv").await.status, 404);
    assert_eq!(read(&app, "/badge/0123.svg").await.status, 404);
    assert_eq!(read(&app, "/badge/0123").await.status, 404);
}

/// The harbor with words that can be told apart.
async fn telling(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let details = json!([{"category": "Schedule", "color": "red", "description": "NOTE-OF-SCHEDULE"}]);
    let last = json!({"color": "yellow", "description": "TEXT-OF-REPORT by nobody.", "details": details});
    app.import(&lines([with(report(950), &last)])).await.expect("a report");
    app
}

#[both_engines]
async fn nothing_leaves_beyond_what_a_link_names(engine: Engine) {
    let app = telling(engine).await;
    let parts = ["health", "details", "descriptions", "status"];
    for chosen in 0..16_u32 {
        let with: Vec<&str> =
            (0..4).filter(|place| chosen >> place & 1 == 1).map(|place| parts[place]).collect();
        let has = |part: &str| with.contains(&part);
        let link = share(&app, "root", &json!({"workspace_ids": [53760], "weeks": 2, "with": with})).await;
        let page = read(&app, &path(&link)).await;
        let sheet = read(&app, &format!("{}.csv", path(&link))).await;
        assert_eq!((page.status.as_u16(), sheet.status.as_u16()), (200, 200), "{with:?}");
        let main =
            page.text.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a page");
        for (text, is_sheet) in [(main, false), (sheet.text.as_str(), true)] {
            let of = |part: &str, shown: bool| {
                assert_eq!(text.contains(part), shown, "{part} with {with:?}: {text}");
            };
            of("Harbor rollout", true);
            for person in ["Ada Park", "Bo Lind", "ada@example.com", "Max Prime"] {
                of(person, false);
            }
            of("TEXT-OF-REPORT", has("descriptions"));
            of("NOTE-OF-SCHEDULE", has("descriptions") && has("details"));
            of("Schedule", has("details"));
            of("Red", has("details"));
            of("Yellow", has("health"));
            of("In Progress", has("status"));
            of(if is_sheet { "2026-02-16" } else { "16 Feb 2026</time>" }, has("health"));
        }
    }
    // A link of two projects shows both, and nothing of a third.
    let link = share(&app, "root", &json!({"workspace_ids": [53800, 53760]})).await;
    let text = read(&app, &path(&link)).await.text;
    let places = ["Quay extension", "Harbor rollout"].map(|title| text.find(title).expect("a title"));
    assert!(places[0] < places[1] && !text.contains("Old pier"), "{text}");
}

#[both_engines]
async fn views_are_counted_and_nobody_is_tracked(engine: Engine) {
    let app = telling(engine).await;
    let link = share(&app, "root", &json!({"workspace_ids": [53760]})).await;
    app.app.clock.advance(60);
    for path in [path(&link), path(&link), format!("{}.csv", path(&link))] {
        let answer = read(&app, &path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    let found = seen(&app, &link["id"]).await;
    assert_eq!((&found["views"], &found["last_viewed_at"]), (&json!(3), &json!("2026-02-16T16:01:03Z")));
    // A badge is no view, and neither is a link that is none.
    let badge = link["badge_url"].as_str().expect("a URL");
    let badge = read(&app, &badge[badge.find("/badge").expect("a path")..]).await;
    assert_eq!(badge.header("content-type"), "image/svg+xml; charset=utf-8");
    assert_eq!(badge.header("cross-origin-resource-policy"), "cross-origin");
    for part in ["Harbor rollout", "yellow · today", "<path d=\"M"] {
        assert!(badge.text.contains(part), "{part}: {badge}");
    }
    assert_eq!(seen(&app, &link["id"]).await["views"], 3);
    // Views are no events.
    let events = app.own("root", Method::GET, "/events?types=share_link.*").await.json();
    assert_eq!(events["events"].as_array().expect("events").len(), 1);
    assert!(!events.to_string().contains("sha256"), "{events}");
    // The page loads no script and leaves no trace.
    let page = read(&app, &path(&link)).await.text;
    assert!(!page.contains("<script") && page.contains("name=\"robots\""), "{page}");
}

#[both_engines]
async fn a_badge_is_of_the_first_workspace(engine: Engine) {
    let app = telling(engine).await;
    for (body, says) in [
        (json!({"workspace_ids": [53760, 53800]}), "Harbor rollout: yellow · today"),
        (json!({"workspace_ids": [53800, 53760]}), "Quay extension: no data"),
        (
            json!({"workspace_ids": [53760], "with": ["status", "details", "descriptions"]}),
            "Harbor rollout: no data",
        ),
        (json!({"workspace_ids": [53760], "password": "open sesame"}), "Project: no data"),
    ] {
        let link = share(&app, "root", &body).await;
        let badge = link["badge_url"].as_str().expect("a URL");
        let badge = read(&app, &badge[badge.find("/badge").expect("a path")..]).await;
        assert!(badge.text.contains(says), "{says}: {badge}");
    }
}

#[both_engines]
async fn a_password_opens_a_link(engine: Engine) {
    let app = telling(engine).await;
    let link = share(&app, "root", &json!({"workspace_ids": [53760], "password": "open sesame"})).await;
    assert_eq!(link["has_password"], true);
    let own = path(&link);
    let form = read(&app, &own).await;
    assert!(
        form.status == 200 && form.text.contains("type=\"password\"") && !form.text.contains("Harbor"),
        "{form}"
    );
    let post = async |password: &str| {
        let body = crate::browser::encoded(&[("password", password)]);
        let answer = app.request(Method::POST, &own, &[FORM, ("sec-fetch-site", "same-origin")], &body).await;
        assert!(!answer.headers.contains_key("set-cookie"), "{answer:?}");
        answer
    };
    let wrong = post("open barley").await;
    assert!(
        wrong.status == 422 && wrong.text.contains("Wrong password") && !wrong.text.contains("Harbor"),
        "{wrong}"
    );
    assert_eq!(seen(&app, &link["id"]).await["views"], 0);
    let right = post("open sesame").await;
    assert!(right.status == 200 && right.text.contains("Harbor rollout"), "{right}");
    assert_eq!(seen(&app, &link["id"]).await["views"], 1);
    // Programs send it as a browser does for a protected file.
    let sheet = format!("{own}.csv");
    let asked = read(&app, &sheet).await;
    assert_eq!((asked.status.as_u16(), asked.header("www-authenticate").starts_with("Basic ")), (401, true));
    for (credentials, status) in
        [("OnBhc3M=", 401), ("Om9wZW4gc2VzYW1l", 200), ("eDpvcGVuIHNlc2FtZQ==", 200), ("%%", 401)]
    {
        let header = format!("Basic {credentials}");
        let answer = app.request(Method::GET, &sheet, &[("authorization", &header)], "").await;
        assert_eq!(answer.status, status, "{credentials}");
    }
    let archive = app.export().await;
    assert!(archive.contains("$argon2id$") && !archive.contains("open sesame"));
}

#[both_engines]
async fn a_wrong_password_counts_as_a_failed_login(engine: Engine) {
    let app = telling(engine).await;
    let link = share(&app, "root", &json!({"workspace_ids": [53760], "password": "open sesame"})).await;
    let mut app = app.set(|settings| settings.login_limit = NonZeroU32::new(3));
    let limits = Limits::new(&app.app.settings, &app.app.clock);
    app.rebuild(|app| app.limits(limits));
    let own = path(&link);
    let post = async |path: &str, body: String| {
        let request = Request::post(path).header(FORM.0, FORM.1).header("sec-fetch-site", "same-origin");
        let request = request.extension(Peer("192.0.2.7".parse().expect("an address")));
        app.send(request.body(Body::from(body)).expect("a request")).await.status.as_u16()
    };
    let mut statuses = Vec::new();
    for password in ["1", "open sesame", "2", "3", "open sesame"] {
        statuses.push(post(&own, crate::browser::encoded(&[("password", password)])).await);
    }
    assert_eq!(statuses, [422, 200, 422, 422, 429]);
    assert_eq!(post("/login", "email=a%40example.com&password=x".to_owned()).await, 429);
}

#[both_engines]
async fn links_are_made_and_ended_on_a_page(engine: Engine) {
    let app = telling(engine).await;
    let mut max = Browser::of(&app, "max").await;
    let page = max.get("/share_links?workspace_id=53760").await.text;
    assert!(
        page.contains("name=\"project_53760\" checked") && page.contains("name=\"project_53800\""),
        "{page}"
    );
    assert!(!page.contains("project_53900") && page.contains("No share links yet"), "{page}");
    let wrong =
        max.submit(LIST, &[("weeks", "500"), ("expires_at", "2026-01-01"), ("with_health", "on")]).await;
    assert_eq!(wrong.status, 422);
    for part in ["href=\"#workspace_ids\"", "value=\"500\""] {
        assert!(wrong.text.contains(part), "{part}: {wrong}");
    }
    let fields =
        [("project_53760", "on"), ("weeks", "6"), ("with_health", "on"), ("expires_at", "2026-03-01")];
    let made = max.submit(LIST, &fields).await;
    assert_eq!(made.status, 200, "{made}");
    let at = made.text.find("/s/").expect("a link");
    let link = made.text[at..].split('<').next().expect("an end").to_owned();
    assert!(
        made.text.contains(&format!("/badge/{}.svg", &link[3..])) && made.text.contains("[![Health]("),
        "{made}"
    );
    assert!(read(&app, &link).await.text.contains("Harbor rollout"));
    let page = max.get(LIST).await.text;
    for part in ["<bdi>Harbor rollout</bdi>", "1 Mar 2026", "<td>1 <span"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains(&link), "it is shown once");
    let id = app.own("max", Method::GET, LIST).await.json()["share_links"][0]["id"].clone();
    let mut ada = Browser::of(&app, "ada").await;
    assert!(ada.get(LIST).await.text.contains("You can share projects that you administer."));
    assert_eq!(ada.submit(LIST, &fields).await.status, 422);
    for path in [format!("{LIST}/{id}/end")] {
        assert_eq!(ada.get(&path).await.status, 404);
        assert_eq!(ada.submit(&path, &[]).await.status, 404);
        assert!(max.get(&path).await.text.contains("End this link?"));
        assert_eq!(max.submit(&path, &[]).await.status, 303);
    }
    assert_eq!(read(&app, &link).await.status, 404);
}
