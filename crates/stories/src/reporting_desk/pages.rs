//! The pages of the desk, of cadences and of the reports that a person owes.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use super::{at, desk, friday, put, report, row, set, with};
use crate::browser::{Browser, FORM, encoded};
use crate::{Engine, TestApp, lines};

const HARBOR: i64 = 53760;
const QUAY: i64 = 53800;

#[both_engines]
async fn the_desk_asks_for_reports(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    set(&app, HARBOR, &friday()).await;
    set(&app, QUAY, &friday()).await;
    at(&app, "2026-02-24T09:00:00Z");
    let mut root = Browser::of(&app, "root").await;
    let page = root.get("/desk").await;
    for part in [
        "Quay extension",
        "Harbor rollout",
        "Old pier",
        "Overdue",
        "Not required",
        "Max Prime",
        "Request update",
    ] {
        assert!(page.text.contains(part), "{part}: {page}");
    }
    let overdue = root.get("/desk?state=overdue").await;
    assert!(overdue.text.contains("Quay extension") && !overdue.text.contains("Old pier"), "{overdue}");
    let searched = root.get("/desk?q=QUAY&owner=2561").await;
    assert!(
        searched.text.contains("Quay extension") && !searched.text.contains("Harbor rollout</a>"),
        "{searched}"
    );
    assert!(root.get("/desk?page=18446744073709551615&state=late&owner=x").await.status == 200);

    // Two with a tick, then one that is open already.
    let both = [
        ("workspace[]", "53760"),
        ("workspace[]", "53800"),
        ("message", "For the board."),
        ("state", "overdue"),
    ];
    let asked = root.submit("/desk/requests", &both).await;
    assert_eq!(
        (asked.status.as_u16(), asked.header("location")),
        (303, "/desk?state=overdue&asked=2&open=0")
    );
    assert_eq!(row(&app, HARBOR).await["request"]["message"], "For the board.");
    assert_eq!(app.last_writer("report_request").await, (Some(2500), "pages".into()));
    let again = root.submit("/desk/requests", &[("one", "53760")]).await;
    assert_eq!(again.header("location"), "/desk?asked=0&open=1");
    let told = root.get("/desk?asked=2&open=0").await;
    assert!(
        told.text.contains("2 updates requested.") && told.text.contains("Requested by Root Admin"),
        "{told}"
    );
    let none = root.submit("/desk/requests", &[("message", "Nobody.")]).await;
    assert_eq!(none.header("location"), "/desk?asked=0&open=0");
    let many: Vec<_> = (0..101).map(|id| ("workspace[]".to_owned(), id.to_string())).collect();
    let many: Vec<_> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(root.submit("/desk/requests", &many).await.status, 400);

    // Who may only read asks for nothing, and the client side has an empty desk.
    let mut vera = Browser::of(&app, "vera").await;
    assert!(!vera.get("/desk").await.text.contains("Request update"));
    assert_eq!(vera.submit("/desk/requests", &[("one", "53760")]).await.status, 403);
    let mut cleo = Browser::of(&app, "cleo").await;
    let empty = cleo.get("/desk").await;
    assert!(empty.text.contains("No projects") && !empty.text.contains("Harbor rollout"), "{empty}");
    assert_eq!(cleo.submit("/desk/requests", &[("one", "53760")]).await.status, 404);
    assert!(!cleo.get("/account").await.text.contains("href=\"/desk\""));

    // The portfolio says what is overdue, in words.
    let portfolio = root.get("/").await;
    assert!(portfolio.text.contains("<span aria-hidden=\"true\">!</span> Overdue"), "{portfolio}");
    assert!(root.get("/?view=table").await.text.contains("<span aria-hidden=\"true\">!</span> Overdue"));
    assert!(!root.get("/?as_of=2026-02-20").await.text.contains("Overdue"));
}

#[both_engines]
async fn a_round_leads_through_what_a_person_owes(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let workspace = |id: i64| {
        json!({"kind": "workspace", "id": id, "account_id": 415, "title": format!("Berth {id}"), "description": "",
            "start_date": null, "due_date": null, "archived": false, "status_key": 310, "creator_id": 2545,
            "created_at": "2026-01-05T18:00:00Z", "updated_at": "2026-01-05T18:00:00Z"})
    };
    let part = |id: i64| {
        json!({"kind": "participation", "id": 100 + id, "workspace_id": id, "user_id": 2545, "side": "provider",
            "permission": "admin"})
    };
    app.import(&lines((1..=3).map(workspace).chain((1..=3).map(part)))).await.expect("workspaces");
    let mut ada = Browser::of(&app, "ada").await;
    assert!(ada.get("/mine").await.text.contains("All reports are written"));
    for (id, on) in [(1, "friday"), (2, "tuesday"), (3, "wednesday")] {
        set(&app, id, &with(friday(), &json!({"on": on}))).await;
    }
    at(&app, "2026-02-24T09:00:00Z");
    let page = ada.get("/mine").await;
    let places: Vec<_> =
        ["Berth 2", "Berth 3", "Berth 1"].map(|title| page.text.find(title).expect("a title")).into();
    assert!(places.is_sorted(), "the oldest first: {page}");
    assert!(
        page.text.contains("You owe 3 reports") && page.text.contains("/workspaces/2/reports/new?mine=0")
    );

    let form = ada.get("/workspaces/2/reports/new?mine=0").await;
    assert!(form.text.contains("1 of 3") && form.text.contains("Publish and next"), "{form}");
    assert!(form.text.contains("href=\"/workspaces/3/reports/new?mine=0\">Skip"), "{form}");
    let publish = form.form_with("mine", "0").with("color", "green").with("description", "On course.");
    // A form with an error stays in the round.
    let wrong = ada.send(&publish.clone().with("next", "1").with("color", "").without("preview")).await;
    assert!(
        wrong.status == 422 && wrong.text.contains("1 of 3") && wrong.text.contains("Publish and next"),
        "{wrong}"
    );
    let publish = publish.without("preview");
    let next = ada.send(&publish.clone().with("next", "1")).await;
    assert_eq!((next.status.as_u16(), next.header("location")), (303, "/workspaces/3/reports/new?mine=1"));
    let again = ada.send(&publish.with("next", "1")).await;
    assert_eq!(again.header("location"), "/workspaces/3/reports/new?mine=1");
    assert_eq!(row(&app, 2).await["state"], "up_to_date");
    for (number, id, to) in [(1, 3, "/workspaces/1/reports/new?mine=2"), (2, 1, "/mine?done=3")] {
        let form = ada.get(&format!("/workspaces/{id}/reports/new?mine={number}")).await;
        assert!(form.text.contains(&format!("{} of 3", number + 1)), "{form}");
        let form = form.form_with("mine", &number.to_string()).without("preview");
        let form = form.with("color", "green").with("description", "On course.").with("next", "1");
        assert_eq!(ada.send(&form).await.header("location"), to);
    }
    assert!(ada.get("/mine?done=3").await.text.contains("3 reports published."));
    // A report that was written on its own leads to its page.
    let alone = ada.get("/workspaces/1/reports/new").await;
    assert!(!alone.text.contains("Publish and next"));
    // What somebody asks for is owed, too.
    let please = json!({"message": "Please."});
    let asked = app.write("root", Method::POST, "/workspaces/1/report_requests", &please, &[]).await;
    assert_eq!(asked.status, 201);
    let page = ada.get("/mine").await;
    assert!(page.text.contains("You owe one report.") && page.text.contains("Please."), "{page}");
    assert_eq!(desk(&app, "ada", "?me=true").await["summary"]["overdue"], 0);
}

#[both_engines]
async fn a_phone_lands_at_what_is_owed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let login = async |agent: &str, fields: &[(&str, &str)]| {
        let headers = [FORM, ("user-agent", agent), ("sec-fetch-site", "same-origin")];
        app.request(Method::POST, "/login", &headers, &encoded(fields)).await.header("location").to_owned()
    };
    let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148";
    let desktop = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    assert_eq!(login(phone, &[("token", "max")]).await, "/");
    set(&app, QUAY, &friday()).await;
    at(&app, "2026-02-20T15:00:00Z");
    assert_eq!(login(phone, &[("token", "max")]).await, "/mine");
    assert_eq!(login(desktop, &[("token", "max")]).await, "/");
    assert_eq!(login(phone, &[("token", "ada")]).await, "/");
    assert_eq!(login(phone, &[("token", "max"), ("return_to", "/changes")]).await, "/changes");
    report(&app, QUAY).await;
    assert_eq!(login(phone, &[("token", "max")]).await, "/");
}

#[both_engines]
async fn cadences_are_put_on_pages(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut max = Browser::of(&app, "max").await;
    let page = max.get("/workspaces/53760/cadence").await;
    assert!(page.text.contains("Reporting cadence") && page.text.contains("value=\"16:00\""), "{page}");
    let path = "/workspaces/53760/cadence";
    let fields = [
        ("every", "two_weeks"),
        ("weekday", "monday"),
        ("day", "31"),
        ("at", "09:30"),
        ("time_zone", "Europe/Berlin"),
        ("grace_hours", "12"),
        ("owner_id", "2551"),
        ("paused_until", "2026-03-02"),
        ("starting", "2026-02-23"),
    ];
    let saved = max.submit(path, &fields).await;
    assert_eq!((saved.status.as_u16(), saved.header("location")), (303, "/workspaces/53760/cadence?saved"));
    let expected = json!({"every": "two_weeks", "on": "monday", "at": "09:30", "time_zone": "Europe/Berlin", "grace_hours": 12,
        "owner_id": 2551, "paused_until": "2026-03-02", "starting": "2026-02-23"});
    assert_eq!(app.own("max", Method::GET, path).await.json(), expected);
    assert_eq!(app.last_writer("cadence").await, (Some(2561), "pages".into()));
    let shown = max.get("/workspaces/53760/cadence?saved").await;
    for part in [
        "Changes saved.",
        "value=\"two_weeks\" selected",
        "value=\"monday\" selected",
        "value=\"2026-03-02\"",
    ] {
        assert!(shown.text.contains(part), "{part}: {shown}");
    }
    let month =
        [("every", "month"), ("day", "31"), ("at", "16:00"), ("time_zone", "UTC"), ("grace_hours", "24")];
    assert_eq!(max.submit(path, &month).await.status, 303);
    assert_eq!(app.own("max", Method::GET, path).await.json()["on"], 31);
    let wrong = [
        ("every", "month"),
        ("day", "32"),
        ("at", "9"),
        ("time_zone", "UTC"),
        ("grace_hours", "soon"),
        ("owner_id", "2570"),
    ];
    let refused = max.submit(path, &wrong).await;
    assert_eq!(refused.status, 422);
    for part in ["href=\"#on\"", "href=\"#at\"", "href=\"#grace_hours\"", "value=\"soon\""] {
        assert!(refused.text.contains(part), "{part}: {refused}");
    }
    // Readers see it, and do not change it; clients do not see it.
    let mut vera = Browser::of(&app, "vera").await;
    assert!(vera.get(path).await.text.contains("disabled"));
    assert_eq!(vera.submit(path, &month).await.status, 403);
    let mut cleo = Browser::of(&app, "cleo").await;
    assert_eq!(cleo.get(path).await.status, 404);
    // Without a frequency there is none, twice as well.
    for _ in 0..2 {
        assert_eq!(max.submit(path, &[("every", "")]).await.status, 303);
        assert_eq!(app.own("max", Method::GET, path).await.status, 404);
    }
    let mut root = Browser::of(&app, "root").await;
    assert_eq!(root.submit("/cadence", &month).await.header("location"), "/cadence?saved");
    assert_eq!(app.own("root", Method::GET, "/cadence").await.json()["every"], "month");
    assert!(max.get(path).await.text.contains("selected>Default cadence"));
    assert_eq!(max.get("/cadence").await.status, 403);
    assert_eq!(put(&app, "root", "/cadence", &friday()).await.status, 200);
}

#[both_engines]
async fn the_desk_says_how_many_reports_came_in_time(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    at(&app, "2026-03-04T09:00:00Z");
    set(&app, HARBOR, &friday()).await;
    let mut root = Browser::of(&app, "root").await;
    assert!(!root.get("/desk").await.text.contains(" of 1</td>"), "no period has ended");
    // In time, within the grace, too late, and not at all.
    for time in ["2026-03-06T09:00:00Z", "2026-03-14T09:00:00Z", "2026-03-21T16:00:00Z"] {
        at(&app, time);
        report(&app, HARBOR).await;
    }
    // The report that was too late is the one of the week after.
    for (time, words) in [
        ("2026-03-21T17:00:00Z", "<td>2 of 3</td>"),
        ("2026-03-28T09:00:00Z", "<td>3 of 4</td>"),
        ("2026-04-04T09:00:00Z", "<td>3 of 5</td>"),
        ("2026-12-31T09:00:00Z", "<td>0 of 12</td>"),
    ] {
        at(&app, time);
        // A session does not last for months.
        let page = Browser::of(&app, "root").await.get("/desk").await;
        assert!(page.text.contains(words), "{words} at {time}: {page}");
    }
}
