//! Completing the versions of a store that was written before it had any: they, the deleted reports and the states of work
//! packages follow from the log.

use super::store::packages;
use super::store::packages::State;
use super::{Version, store};
use crate::error::Result;
use crate::events;
use crate::events::Event;
use crate::ids::AccountId;
use crate::record::Logged;
use crate::report_history::DeletedReport;
use crate::status_reports::StatusReport;
use crate::status_reports::store::deleted;
use db::{Conn, Error};

/// The number of events to read at once.
const CHUNK: i64 = 1000;

/// Adds what follows from the next events of an account. Returns whether there may be more.
///
/// # Errors
/// Those of the store.
pub async fn go_on(conn: &mut Conn, account_id: AccountId) -> Result<bool> {
    Ok(add_states(conn, account_id).await? || add_versions(conn, account_id).await?)
}

/// Adds the states of work packages after the next events of an account. Returns whether there may be more.
async fn add_states(conn: &mut Conn, account_id: AccountId) -> Result<bool> {
    let after = packages::complete_to(conn, account_id).await?;
    let links = events::store::chain(conn, account_id, after, CHUNK).await?;
    let Some(last) = links.last().map(|link| link.event.sequence) else { return Ok(false) };
    let states: Vec<_> = links.iter().filter_map(State::of).collect();
    packages::add(conn, &states).await?;
    packages::set_complete_to(conn, account_id, last).await?;
    Ok(true)
}

/// Adds the versions of the next events of an account, and its deleted reports. Returns whether there may be more.
async fn add_versions(conn: &mut Conn, account_id: AccountId) -> Result<bool> {
    let after = store::complete_to(conn, account_id).await?;
    let links = events::store::chain(conn, account_id, after, CHUNK).await?;
    let Some(last) = links.last().map(|link| link.event.sequence) else {
        store::renumber_reports(conn, account_id).await?;
        return Ok(false);
    };
    let versions: Vec<_> = links.iter().filter_map(|link| Version::of(&link.event)).collect();
    store::add(conn, account_id, &versions).await?;
    for link in links.iter().filter(|link| link.event.subject_type == StatusReport::KIND) {
        report(conn, account_id, &link.event).await?;
    }
    store::set_complete_to(conn, account_id, last).await?;
    Ok(true)
}

/// Keeps a report that an event deleted, until another brings it back.
async fn report(conn: &mut Conn, account_id: AccountId, event: &Event) -> Result<()> {
    let id = event.subject_id.into();
    match event.kind.as_str() {
        "deleted" => {
            let text = event.before.as_deref().unwrap_or_default();
            let report: StatusReport =
                serde_json::from_str(text).map_err(|error| Error::Other(error.to_string()))?;
            let deleted = DeletedReport::new(StatusReport { account_id, ..report }, event.at);
            deleted::put(conn, &deleted).await?;
        }
        "created" => deleted::forget(conn, account_id, id).await?,
        _ => {}
    }
    Ok(())
}
