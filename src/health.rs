//! Whether the process lives, and whether it can serve.

use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;
use crate::db::migrate;

/// `GET /healthz`
pub async fn lives() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database is reachable and its migrations are applied.
pub async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.db.read(|conn| Box::pin(migrate::is_current(conn))).await {
        Ok(true) => (StatusCode::OK, "ready\n"),
        Ok(false) => (StatusCode::SERVICE_UNAVAILABLE, "migrations are not applied\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database is not reachable\n")
        }
    }
}
