//! The recalculation of the progress of work packages after the write that made it necessary. The surfaces call this.

use std::time::Duration;

use tokio::time::Instant;

use super::app::App;
use db::Scope;
use domain::error::Result;
use domain::ids::AccountId;
use domain::work;
use domain::work_packages::progress::Mode;
use domain::work_packages::store::recalculation;

/// How long a request waits for it. The rest goes on after its answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Recalculates the work packages of an account whose progress has to follow a status, and returns when that is done, or
/// when it takes long.
pub async fn finish(app: &App, account_id: AccountId) {
    if app.settings.openproject_progress == Mode::Status {
        go_on(app, account_id, Instant::now() + PATIENCE).await;
    }
}

/// Notices a switch of the mode, and goes on with what an earlier process left.
///
/// # Errors
/// Those of the store.
pub async fn resume(app: &App) -> Result<()> {
    let (mode, at) = (app.settings.openproject_progress, app.clock.now());
    while let Some(id) = app.db.read(work!(|conn| Ok(recalculation::switched(conn, mode).await?))).await? {
        let switch = app
            .db
            .write(Scope::Account(id.0), work!(|conn| Ok(recalculation::switch(conn, id, mode, at).await?)));
        switch.await?;
    }
    let (until, mut last) = (Instant::now() + PATIENCE, AccountId(i64::MIN));
    while let Some(id) = app.db.read(work!(|conn| Ok(recalculation::first(conn, last).await?))).await? {
        go_on(app, id, until).await;
        last = id;
    }
    Ok(())
}

/// Goes on until an instant, and after that beside the requests.
async fn go_on(app: &App, account_id: AccountId, until: Instant) {
    while Instant::now() < until {
        match slice(app, account_id).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                return tracing::error!(%error, "a recalculation of progress goes on at the next start");
            }
        }
    }
    let app = app.clone();
    tokio::spawn(async move {
        while !*app.stopping.borrow() {
            match slice(&app, account_id).await {
                Ok(true) => tokio::task::yield_now().await,
                Ok(false) => return,
                Err(error) => {
                    return tracing::error!(%error, "a recalculation of progress goes on at the next start");
                }
            }
        }
    });
}

async fn slice(app: &App, account_id: AccountId) -> Result<bool> {
    let _one_at_a_time = app.recalculation.lock().await;
    let at = app.clock.now();
    let scope = Scope::Account(account_id.0);
    app.db.write(scope, work!(|conn| recalculation::go_on(conn, account_id, at).await)).await
}
