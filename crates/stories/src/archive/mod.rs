//! Stories of the archive, on both engines.

mod reading;
mod refusals;
mod round_trip;

use super::TestApp;
use db::Query;
use domain::archive::HEADER;

const EVENTS: &str = "select count(*) from events";

/// An export without its header, as [`TestApp::import`] takes it.
async fn exported(app: &TestApp) -> String {
    let archive = app.export().await;
    archive.strip_prefix(HEADER).and_then(|rest| rest.strip_prefix('\n')).expect("a header").to_owned()
}

async fn events(app: &TestApp) -> i64 {
    app.app
        .db
        .read(|conn| Box::pin(async { conn.scalar(&Query::plain(EVENTS)).await }))
        .await
        .expect("events")
}
