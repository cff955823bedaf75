//! Whether the process lives, and whether it can serve.

use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;
use crate::db::migrate;

/// `GET /healthz`
pub async fn lives() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database is reachable, its migrations are applied, and the service was not told to stop.
pub async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.stopping.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match app.db.read(|conn| Box::pin(migrate::is_current(conn))).await {
        Ok(true) => (StatusCode::OK, "ready\n"),
        Ok(false) => (StatusCode::SERVICE_UNAVAILABLE, "migrations are not applied\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database is not reachable\n")
        }
    }
}
