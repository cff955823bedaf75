//! Every SQL statement can be prepared on both engines.

use db::Error;
use macros::both_engines;

use crate::{Engine, TestApp};

#[both_engines]
async fn every_statement_can_be_prepared(engine: Engine) {
    let app = TestApp::empty(engine).await;
    let failures = app.app.db.read(|conn| {
        Box::pin(async move {
            let mut failures = Vec::new();
            for statement in domain::statements() {
                if let Err(error) = conn.prepare(statement).await {
                    failures.push(format!("{error}: {}", statement.sql()));
                }
            }
            Ok::<_, Error>(failures)
        })
    });
    let failures = failures.await.expect("a store");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
