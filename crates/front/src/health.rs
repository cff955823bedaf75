//! The probes `/healthz` and `/readyz`. The router calls them.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use tokio::time::timeout;

use service::app::App;
use service::outage;

/// Paths that are answered even if the service is overloaded.
pub const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];
/// Time limit for the store.
const READY: Duration = Duration::from_secs(3);

/// `GET /healthz`
pub async fn lives() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers, its migrations are applied, writes work, and the service is not stopping
pub async fn ready(State(app): State<App>) -> (StatusCode, String) {
    if *app.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned());
    }
    // In a separate task, so that a client that disconnects does not cancel the check of the next one.
    let db = app.db.clone();
    let checking = tokio::spawn(async move { outage::check(&db).await });
    let (reason, error) = match timeout(READY, checking).await {
        Ok(Ok(Ok(()))) => {
            app.outage.ready();
            return (StatusCode::OK, "ready\n".to_owned());
        }
        Ok(Ok(Err((reason, error)))) => (reason, error),
        Ok(Err(_)) => ("the check of the database failed", None),
        Err(_) => ("the database does not answer in time", None),
    };
    app.outage.unready(reason, error);
    (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n"))
}
