//! The webhook of the demo: it is disabled, nothing listens at its address, and it has a past delivery.

use base::rng::random_bytes;
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::events::Change;
use domain::webhooks::delivery::Attempt;
use domain::webhooks::store::queue::Ended;
use domain::webhooks::store::{deliveries, queue};
use domain::webhooks::{Draft, signature, store};

/// Adds the webhook.
///
/// # Errors
/// Those of the store.
pub async fn add(conn: &mut Conn, caller: &Caller, change: &Change) -> Result<()> {
    let draft = Draft {
        url: Some("https://status-board.invalid/statuary".into()),
        description: Some(Some("Status board of the steering group".into())),
        types: Some(Some(vec!["status_report.*".into(), "workspace_status_change.*".into()])),
        ..Draft::default()
    };
    let found = store::create(conn, caller, change, &draft, &signature::secret(random_bytes())).await?;
    let id = found.endpoint.id;
    let delivery = deliveries::test(conn, caller, change, id).await?;
    for (status, error) in [(503, Some("the receiver answered 503".to_owned())), (204, None)] {
        let attempt = Attempt { at: change.at.second(), status: Some(status), milliseconds: 48, error };
        let ended =
            Ended { ids: (id, delivery), attempt, retry_after: None, random: 0, at: change.at.second() };
        queue::ended(conn, change.account_id, &ended).await?;
    }
    let disabled = Draft { enabled: Some(false), ..Draft::default() };
    store::update(conn, caller, change, id, &disabled).await.map(drop)
}
