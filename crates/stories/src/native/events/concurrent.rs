//! Several processes write on one store, and no reader misses an event.

use axum::http::Method;
use domain::ids::AccountId;
use macros::both_engines;
use serde_json::Value;

use super::streams::Stream;
use super::{PATH, REPORTS, events, last, report};
use crate::{Engine, TestApp};

/// Writers per process, and reports of each.
const WRITERS: [usize; 2] = [3, 8];

async fn write(app: &TestApp) {
    for _ in 0..WRITERS[1] {
        report(app, "ada", REPORTS).await;
    }
}

#[both_engines]
async fn a_reader_gets_every_event_of_concurrent_writers_in_order(engine: Engine) {
    let (app, other) = TestApp::harbor(engine).await.with_second_process().await;
    let before = last(&app).await;
    let count = WRITERS[0] * WRITERS[1] * 2;
    let written = async {
        tokio::join!(write(&app), write(&app), write(&app), write(&other), write(&other), write(&other));
    };
    let read = async |app: &TestApp| {
        let (mut after, mut found) = (before, Vec::<Value>::new());
        while found.len() < count {
            let answer = app.own("root", Method::GET, &format!("{PATH}?after={after}&limit=5&wait=20")).await;
            let page = events(&answer);
            assert!(!page.is_empty(), "{answer}");
            for event in page {
                assert_eq!(event["sequence"].as_i64(), Some(after + 1), "a gap");
                after += 1;
                found.push(event);
            }
        }
        found
    };
    let streamed = async {
        let (_, mut stream) = Stream::open(&other, "vera", &format!("after={before}"), &[]).await;
        let mut found = Vec::new();
        while found.len() < count {
            let (id, _, event) = stream.next().await.expect("an event");
            assert_eq!(id, before + 1 + i64::try_from(found.len()).expect("a number"));
            found.push(event);
        }
        found
    };
    let ((), one, two, three) = tokio::join!(written, read(&app), read(&other), streamed);
    assert_eq!((&one, &one), (&two, &three));
    // The hashes are those of the chain.
    let links = app
        .app
        .db
        .read(move |conn| Box::pin(domain::events::store::chain(conn, AccountId(415), before, i64::MAX)));
    let links = links.await.expect("a log");
    for (event, next) in one.iter().zip(&links[1..]) {
        assert_eq!(event["hash"], hex::encode(&next.previous_hash));
    }
}

#[both_engines]
async fn events_of_another_process_wake_a_reader(engine: Engine) {
    let (app, other) = TestApp::harbor(engine).await.with_second_process().await;
    let before = last(&app).await;
    let (_, mut stream) = Stream::open(&app, "vera", &format!("after={before}"), &[]).await;
    report(&other, "ada", REPORTS).await;
    assert_eq!(stream.next().await.expect("an event").0, before + 1);
    if engine == Engine::Sqlite {
        return;
    }
    // The connection that listens breaks, and comes back.
    for number in 2..=3 {
        let listening = "from pg_stat_activity where query like 'listen %' and datname = current_database()";
        app.by_hand(&format!("select pg_terminate_backend(pid) {listening}")).await;
        report(&other, "ada", REPORTS).await;
        assert_eq!(stream.next().await.expect("an event").0, before + number);
    }
}
