//! Stories of the statuses of work packages in Statuary's own surface, and of what follows from their changes.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::openproject::work_packages::{Packages, link};
use crate::{Engine, NOW, TestApp, lines, package, with};
use domain::events::{Change, Source};
use domain::ids::AccountId;
use domain::work;
use domain::work_packages::progress::Mode;
use domain::work_packages::store::recalculation as slices;
use service::recalculation;

const HARBOR: AccountId = AccountId(415);

async fn status(app: &TestApp, id: i64) -> Value {
    app.own("vera", Method::GET, &format!("/statuses/{id}")).await.json()
}

/// The percentages of the work packages in Harbor rollout, each with its number.
async fn percents(app: &TestApp) -> Value {
    let mut counts = serde_json::Map::new();
    let list = app.own("root", Method::GET, "/work_packages?workspace_id=53760&limit=200").await.json();
    for one in list["work_packages"].as_array().expect("a list") {
        let entry = counts.entry(one["percent_done"].to_string()).or_insert(json!(0));
        *entry = json!(entry.as_i64().unwrap_or_default() + 1);
    }
    counts.into()
}

#[both_engines]
async fn statuses_are_written_and_say_how_many_work_packages_they_have(engine: Engine) {
    let all = Packages::new(engine).await;
    let app = &all.app;
    let body = json!({"name": "Waiting", "color": "#abc", "default_done_ratio": 40, "position": 1});
    let made = app.write("root", Method::POST, "/statuses", &body, &[]).await;
    assert_eq!(made.status, 201, "{made}");
    let id = made.json()["id"].as_i64().expect("an id");
    assert!(made.header("location").ends_with(&format!("/statuses/{id}")));
    assert_eq!(
        made.json(),
        json!({"id": id, "name": "Waiting", "color": "#AABBCC", "is_default": false, "is_closed": false,
            "is_readonly": false, "excluded_from_totals": false, "default_done_ratio": 40, "position": 1,
            "work_packages": 0, "recalculating": false})
    );
    all.made(link("status", "statuses", id)).await;
    assert_eq!(status(app, id).await["work_packages"], 1);
    let list = app.own("cleo", Method::GET, "/statuses").await.json();
    let names: Vec<_> =
        list["statuses"].as_array().expect("a list").iter().map(|one| one["name"].clone()).collect();
    assert_eq!(json!(names), json!(["Waiting", "New", "In Progress", "Closed", "Rejected", "Frozen"]));
    let path = format!("/statuses/{id}");
    for (body, member) in [
        (json!({"name": " "}), "/name"),
        (json!({"name": "new"}), "/name"),
        (json!({"color": "blue"}), "/color"),
        (json!({"default_done_ratio": 101}), "/default_done_ratio"),
        (json!({"is_closed": 1}), "/is_closed"),
        (json!({"position": 0}), "/position"),
    ] {
        let answer = app.write("root", Method::PATCH, &path, &body, &[]).await;
        assert!(answer.status == 422 && answer.text.contains(member), "{body}: {answer}");
    }
    let closed = app.write("root", Method::PATCH, &path, &json!({"is_closed": true}), &[]).await;
    assert_eq!((&closed.json()["is_closed"], &closed.json()["work_packages"]), (&json!(true), &json!(1)));
    let stale = [("if-match", made.header("etag"))];
    assert_eq!(app.write("root", Method::PATCH, &path, &json!({"name": "x"}), &stale).await.status, 412);
}

#[both_engines]
async fn a_status_in_use_is_deleted_with_a_replacement(engine: Engine) {
    let all = Packages::new(engine).await;
    let app = &all.app;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(all.made(link("status", "statuses", all.frozen)).await);
    }
    let path = format!("/statuses/{}", all.frozen);
    let delete = async |token: &str, query: &str| {
        app.write(token, Method::DELETE, &format!("{path}{query}"), &Value::Null, &[]).await
    };
    let used = delete("root", "").await;
    assert!(used.status == 422 && used.text.contains("in use"), "{used}");
    for other in [all.frozen, 999_999] {
        let wrong = delete("root", &format!("?replacement_id={other}")).await;
        assert!(wrong.status == 422 && wrong.text.contains("replacement_id"), "{wrong}");
    }
    assert_eq!(delete("root", "?replacement_id=x").await.status, 400);
    assert_eq!(delete("max", &format!("?replacement_id={}", all.progress)).await.status, 403);
    assert_eq!(status(app, all.frozen).await["work_packages"], 3);
    assert_eq!(delete("root", &format!("?replacement_id={}", all.progress)).await.status, 204);
    assert_eq!(status(app, all.progress).await["work_packages"], 3);
    for id in ids {
        let moved = all.get(id).await;
        assert_eq!(
            (&moved["_links"]["status"]["title"], &moved["lockVersion"]),
            (&json!("In Progress"), &json!(1))
        );
        let activities = app.v3_get("ada", &format!("/work_packages/{id}/activities")).await.elements();
        assert_eq!(activities[1]["details"][0]["raw"], "Status changed from Frozen to In Progress");
        assert_eq!(activities[1]["_links"]["user"]["title"], "Root Admin");
    }
    let default = format!("/statuses/{}?replacement_id={}", all.new, all.progress);
    assert_eq!(app.write("root", Method::DELETE, &default, &Value::Null, &[]).await.status, 422);

    // The page shows the number first.
    let mut browser = Browser::of(app, "root").await;
    let path = format!("/statuses/{}/delete", all.progress);
    let page = browser.get(&path).await.text;
    assert!(page.contains("3 work packages have this status") && page.contains("<select"), "{page}");
    let without = browser.submit(&path, &[]).await;
    assert!(without.status == 422 && without.text.contains("3 work packages"), "{without}");
    let closed = all.closed.to_string();
    assert_eq!(browser.submit(&path, &[("replacement_id", &closed)]).await.status, 303);
    assert_eq!(status(app, all.closed).await["work_packages"], 3);
}

#[both_engines]
async fn work_packages_follow_a_ratio_in_slices(engine: Engine) {
    let app = TestApp::harbor(engine).await.set(|settings| settings.openproject_progress = Mode::Status);
    app.import(&lines((0..90).map(|number| package(8000 + number)))).await.expect("work packages");
    // 90 are more than one slice.
    let change = Change {
        account_id: HARBOR,
        actor_id: None,
        token_id: None,
        surface: Source::Native,
        at: NOW.parse().expect("a time"),
    };
    let ratio = app.v3_patch("root", "/statuses/1", &json!({"defaultDoneRatio": 30})).await;
    assert_eq!(ratio.status, 200, "{ratio}");
    assert_eq!(percents(&app).await, json!({"30": 90}));
    let whole = app.own("root", Method::GET, "/work_packages/8089").await.json();
    assert_eq!((&whole["remaining_hours"], &whole["version"]), (&json!(7.0), &json!(2)));

    // Between the slices, the status says that they are not finished.
    app.import(&lines((0..90).map(|number| with(package(9000 + number), &json!({})))))
        .await
        .expect("work packages");
    let at = change.at;
    let begun = app.app.db.write(
        db::Scope::Account(415),
        work!(|conn| {
            slices::begin(conn, &change, Some(1)).await?;
            slices::go_on(conn, HARBOR, at).await?;
            slices::go_on(conn, HARBOR, at).await?;
            slices::go_on(conn, HARBOR, at).await
        }),
    );
    assert!(begun.await.expect("slices"));
    assert_eq!(status(&app, 1).await["recalculating"], true);
    recalculation::finish(&app.app, HARBOR).await;
    assert_eq!(percents(&app).await, json!({"30": 180}));
    assert_eq!(status(&app, 1).await["recalculating"], false);
}

#[both_engines]
async fn a_switch_of_the_mode_is_noticed_once(engine: Engine) {
    let mut app = TestApp::harbor(engine).await;
    app.import(&package(8000).to_string()).await.expect("a work package");
    assert_eq!(app.v3_patch("root", "/statuses/1", &json!({"defaultDoneRatio": 30})).await.status, 200);
    recalculation::resume(&app.app).await.expect("a start");
    assert_eq!(percents(&app).await, json!({"0": 1}));
    for mode in [Mode::Status, Mode::Status, Mode::Work, Mode::Work] {
        app = app.set(|settings| settings.openproject_progress = mode);
        recalculation::resume(&app.app).await.expect("a start");
        let shown = app.v3_get("ada", "/work_packages/8000").await.json();
        assert_eq!((&shown["percentageDone"], &shown["lockVersion"]), (&json!(30), &json!(1)), "{mode:?}");
    }
    let activities = app.v3_get("ada", "/work_packages/8000/activities").await.elements();
    let last = activities.last().expect("an activity");
    assert_eq!(last["_links"]["user"]["title"], Value::Null, "{last}");
}
