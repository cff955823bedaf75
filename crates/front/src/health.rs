//! The probes `/healthz` and `/readyz`. The router calls them.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use tokio::time::timeout;

use db::{Db, Error, migrate};
use service::app::App;

/// Paths that are answered even if the service is overloaded.
pub const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];
/// Time limit for the store.
const READY: Duration = Duration::from_secs(3);

/// `GET /healthz`
pub async fn lives() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers, its migrations are applied, writes work, and the service is not stopping
pub async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if *app.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    // In a separate task, so that a client that disconnects does not cancel the check of the next one.
    let looking = tokio::spawn(look(app.db.clone()));
    let (reason, error) = match timeout(READY, looking).await {
        Ok(Ok(Ok(()))) => return (StatusCode::OK, "ready\n"),
        Ok(Ok(Err((reason, error)))) => (reason, error),
        Ok(Err(_)) => ("the check of the database failed\n", None),
        Err(_) => ("the database does not answer in time\n", None),
    };
    tracing::warn!(error = error.map(tracing::field::display), "not ready: {}", reason.trim_end());
    (StatusCode::SERVICE_UNAVAILABLE, reason)
}

async fn look(db: Db) -> Result<(), (&'static str, Option<Error>)> {
    match db.query_one_shot(|conn| Box::pin(migrate::is_current(conn))).await {
        Ok(true) => {}
        Ok(false) => return Err(("migrations are not applied\n", None)),
        Err(error) => return Err(("the database is not reachable\n", Some(error))),
    }
    db.check_writes().await.map_err(|error| ("the database cannot be written\n", Some(error)))
}
