//! Stories of the search for reports in the palette, on both engines.

use axum::http::Method;
use macros::both_engines;
use serde_json::json;

use crate::browser::Browser;
use crate::{Engine, TestApp, lines, report, with};

/// The ids of the reports that the palette offers.
async fn found(browser: &mut Browser<'_>, query: &str) -> Vec<i64> {
    let answer = browser.get(&format!("/palette?q={query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    let hits = answer.text.split("data-href=\"/status_reports/").skip(1);
    hits.map(|rest| rest.split('"').next().unwrap_or_default().parse().expect("an id")).collect()
}

#[both_engines]
async fn reports_are_found_by_the_beginnings_of_their_words(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let own = |id: i64, workspace: i64, text: &str| {
        with(report(id), &json!({"workspace_id": workspace, "description": text}))
    };
    app.import(&lines([
        own(11, 53800, "The acceptance test is late: the client's cranes wait."),
        own(12, 53800, "Acceptance is done."),
        own(13, 53760, "Nothing to accept yet & \"quoted\" (OR) it's fine."),
        with(
            own(14, 53800, "ÜBERGABE/Abnahme: Kräne-Test 1e5, naïve\u{301}s…“Ende”"),
            &json!({"details": [{"category": "Schedule", "color": "red", "description": "Pontoons are missing"},
                {"category": "Budget", "color": "green"}]}),
        ),
    ]))
    .await
    .expect("reports");
    let mut max = Browser::of(&app, "max").await;
    let cases: [(&str, &[i64]); 23] = [
        ("acceptance", &[12, 11]),
        ("ACCEPT", &[13, 12, 11]),
        ("accept+done", &[12]),
        ("done+accept", &[12]),
        ("late+cranes", &[11]),
        ("ranes", &[]),
        ("client%27s", &[11]),
        ("a", &[]),
        ("%22quoted%22+OR", &[13]),
        ("%27+%7C+%26+%21", &[]),
        ("accept%3A*", &[13, 12, 11]),
        ("NEAR%28accept+done%29", &[]),
        ("%2A", &[]),
        ("---", &[]),
        ("pontoon", &[14]),
        ("pontoon+%C3%BCbergabe", &[14]),
        ("%C3%9CBERG", &[14]),
        ("abnahme", &[14]),
        ("KR%C3%84NE", &[14]),
        ("test", &[14, 11]),
        ("1e5", &[14]),
        ("na%C3%AFve%CC%81s", &[14]),
        ("ende", &[14]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&mut max, query).await, expected, "{query}");
    }
    assert!(max.get("/palette?q=late").await.text.contains("Quay extension · "));
    assert!(max.get("/palette?q=pontoon").await.text.contains("Pontoons are missing"));
    // The client side and other accounts find nothing.
    for (token, expected) in
        [("cleo", [].as_slice()), ("olaf", &[]), ("zoe", &[]), ("ada", &[13]), ("root", &[13, 12, 11])]
    {
        let mut browser = Browser::of(&app, token).await;
        assert_eq!(found(&mut browser, "accept").await, expected, "{token}");
    }
    // What is written, changed and deleted is found at once, or no more.
    let new = json!({"status_report": {"workspace_id": 53800, "color": "green", "description": "A zeppelin lands."}});
    let written = app.post("max", "/status_reports", &new).await.object();
    let id: i64 = written["id"].as_str().expect("an id").parse().expect("a number");
    assert_eq!(found(&mut max, "zeppel").await, [id]);
    let change = json!({"status_report": {"description": "A balloon lands."}});
    app.put("max", &format!("/status_reports/{id}"), &change).await.object();
    assert_eq!(found(&mut max, "zeppel").await, [0; 0]);
    assert_eq!(found(&mut max, "balloon").await, [id]);

    app.delete("max", &format!("/status_reports/{id}")).await;
    assert_eq!(found(&mut max, "balloon").await, [0; 0]);
    app.write("max", Method::POST, &format!("/status_reports/{id}/restore"), &json!({}), &[]).await;
    assert_eq!(found(&mut max, "balloon").await, [id]);
    // Archived projects are left out.
    app.write("root", Method::PATCH, "/workspaces/53800", &json!({"archived": true}), &[]).await;
    assert_eq!(found(&mut max, "pontoon").await, [0; 0]);
    let long = format!("/palette?q={}", "a".repeat(256));
    assert!(max.get(&long).await.status.is_client_error());
}
