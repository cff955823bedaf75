//! Streams of events.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, response};
use http_body_util::BodyExt;
use macros::both_engines;
use serde_json::{Value, json};
use tokio::time::timeout;
use tower::ServiceExt;

use super::{MOVES, REPORTS, last, moved, report};
use crate::{Engine, TestApp};
use domain::auth::Token;
use domain::events::store::delete;
use domain::events::{Change, Source};
use domain::ids::{AccountId, TokenId};
use domain::{table, work};
use service::streams::Streams;

/// Long, because the machine may be busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// An open stream.
pub struct Stream {
    body: Body,
    text: String,
}

impl Stream {
    /// Opens a stream; `headers` are further ones.
    pub async fn open(
        app: &TestApp,
        token: &str,
        query: &str,
        headers: &[(&str, &str)],
    ) -> (response::Parts, Self) {
        let mut request = Request::get(format!("/api/statuary/v1/events?{query}"))
            .header("authorization", format!("Bearer {token}"))
            .header("accept", "text/event-stream")
            .header("accept-encoding", "gzip");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let answer = app.service().oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        (parts, Self { body, text: String::new() })
    }

    /// The next event: its id, its type and its data; `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<(i64, String, Value)> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                if block.starts_with(':') {
                    continue;
                }
                let field =
                    |name: &str| block.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
                let [id, event, data] = ["id", "event", "data"].map(|name| field(name).expect("a field"));
                assert_eq!(block.lines().count(), 3, "{block}");
                return Some((id.parse().ok()?, event.to_owned(), serde_json::from_str(data).ok()?));
            }
            let frame = timeout(PATIENCE, self.body.frame()).await.expect("something comes");
            let bytes = frame?.expect("no error").into_data().expect("data");
            self.text.push_str(str::from_utf8(&bytes).expect("UTF-8"));
        }
    }
}

#[both_engines]
async fn a_stream_goes_on_with_each_new_event(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let page = app.own("root", Method::GET, "/events?limit=200").await.json();
    let before = page["last"].as_i64().expect("a number");
    let (head, mut stream) = Stream::open(&app, "root", "", &[]).await;
    assert_eq!(
        (head.status, &head.headers["content-type"]),
        (StatusCode::OK, &"text/event-stream".parse().unwrap())
    );
    assert_eq!(head.headers["cache-control"], "private, no-store");
    assert_eq!(head.headers["x-accel-buffering"], "no");
    assert!(!head.headers.contains_key("content-encoding") && !head.headers.contains_key("etag"), "{head:?}");
    for event in page["events"].as_array().expect("a list") {
        let (id, name, data) = stream.next().await.expect("an event");
        assert_eq!(
            (json!(id), json!(name), &data),
            (event["sequence"].clone(), event["type"].clone(), event)
        );
    }
    report(&app, "ada", REPORTS).await;
    let (id, name, _) = stream.next().await.expect("an event");
    assert_eq!((id, &*name), (before + 1, "status_report.created"));
    // The last event that the client has is where it resumes.
    let header = [("last-event-id", id.to_string())];
    let header: Vec<_> = header.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (_, mut stream) = Stream::open(&app, "vera", "after=0&types=status_report.*", &header).await;
    moved(&app, "bo", MOVES, 403).await;
    report(&app, "bo", REPORTS).await;
    let (_, name, data) = stream.next().await.expect("an event");
    assert_eq!((&*name, &data["actor"]["full_name"]), ("status_report.created", &json!("Bo Lind")));
}

#[both_engines]
async fn a_person_who_loses_a_project_gets_no_more_of_its_events(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let (_, mut stream) = Stream::open(&app, "max", &format!("after={}", last(&app).await), &[]).await;
    report(&app, "ada", REPORTS).await;
    let (_, _, data) = stream.next().await.expect("an event");
    assert_eq!(data["workspace_id"], 53760);
    assert_eq!(app.delete("root", "/participations/4").await.status, 204);
    report(&app, "ada", REPORTS).await;
    report(&app, "root", "/workspaces/53800/status_reports").await;
    // Other events of that project may not come either, before this one.
    let (_, name, data) = stream.next().await.expect("an event");
    assert_eq!((&*name, &data["workspace_id"]), ("status_report.created", &json!(53800)));
}

#[both_engines]
async fn a_stream_ends_with_its_token_and_with_its_person(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let after = format!("after={}", last(&app).await);
    let (_, mut of_bo) = Stream::open(&app, "bo", &after, &[]).await;
    let (_, mut of_ada) = Stream::open(&app, "ada", &after, &[]).await;
    let change = Change {
        account_id: AccountId(415),
        actor_id: None,
        token_id: None,
        surface: Source::CommandLine,
        at: app.app.clock.now(),
    };
    let scope = db::Scope::Account(415);
    let revoked = app.app.db.write(
        scope,
        work!(|conn| {
            let token: Option<Token> = table::find(conn, AccountId(415), TokenId(3)).await?;
            delete(conn, &change, &token.expect("a token")).await
        }),
    );
    assert!(revoked.await.expect("a write"));
    report(&app, "ada", REPORTS).await;
    assert_eq!(of_bo.next().await, None);
    assert_eq!(of_ada.next().await.expect("an event").1, "status_report.created");
    let body = json!({"active": false});
    assert_eq!(app.write("root", Method::PATCH, "/users/2545", &body, &[]).await.status, 200);
    report(&app, "max", REPORTS).await;
    assert_eq!(of_ada.next().await, None);
}

#[both_engines]
async fn a_stream_ends_when_the_service_stops(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let (_, mut stream) = Stream::open(&app, "root", &format!("after={}", last(&app).await - 1), &[]).await;
    assert!(stream.next().await.is_some());
    app.app.stopping.send_replace(true);
    assert_eq!(stream.next().await, None);
}

#[both_engines]
async fn the_number_of_streams_is_bounded_and_a_gone_client_costs_nothing(engine: Engine) {
    let mut app = TestApp::harbor(engine).await;
    app.rebuild(|builder| builder.streams(Streams::new(2)));
    let (one, first) = Stream::open(&app, "root", "", &[]).await;
    let (two, second) = Stream::open(&app, "ada", "", &[]).await;
    assert_eq!((one.status, two.status), (StatusCode::OK, StatusCode::OK));
    let (full, _) = Stream::open(&app, "bo", "", &[]).await;
    assert_eq!(full.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(full.headers["retry-after"], "5");
    drop((first, second));
    assert_eq!(Stream::open(&app, "bo", "", &[]).await.0.status, StatusCode::OK);
}
