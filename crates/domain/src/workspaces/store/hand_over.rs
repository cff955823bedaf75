//! Handing all workspaces of a lead over to another person.

use super::list::{Filter, SortBy};
use super::{list, write};
use crate::auth::Caller;
use crate::error::{Error, Problem, Result};
use crate::events::Change;
use crate::ids::UserId;
use crate::order::Order;
use crate::users;
use crate::workspaces::{Draft, Workspace};
use db::{Conn, List};

/// The number of workspaces that are read with one statement.
const BATCH: i64 = 500;

/// What became of the workspaces of a lead.
#[derive(Debug, Default)]
pub struct HandedOver {
    /// The number of workspaces that the other person leads now.
    pub count: usize,
    /// The titles of those that the other person cannot lead, because they are on the client side there.
    pub left: Vec<String>,
}

/// Hands all workspaces that a person leads, but for archived ones, over to another one, who joins those in which they do not
/// take part. For administrators of the account.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] if the other person is the same, or is not active.
pub async fn hand_over(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    from: UserId,
    to: UserId,
) -> Result<HandedOver> {
    caller.require_administrator()?;
    let found = users::store::of_account(conn, caller.account_id, &List::from([to])).await?;
    if from == to || found.iter().all(|user| !user.active) {
        return Err(Error::invalid("lead_id", Problem::Missing));
    }
    let mut done = HandedOver::default();
    let mut offset = 0;
    let mut led = Vec::new();
    loop {
        let order = Order::ascending(SortBy::CreatedAt);
        let (page, _) = list::list(conn, caller, &Filter::active(), order, BATCH, offset).await?;
        offset += BATCH;
        if page.is_empty() {
            break;
        }
        led.extend(page.into_iter().filter(|visible| visible.primary_maven_id == Some(from)));
    }
    let draft = Draft { lead_id: Some(Some(to)), ..Draft::default() };
    for visible in led {
        let Workspace { id, title, .. } = visible.workspace;
        match write::update(conn, caller, change, id, &draft).await {
            Ok(()) => done.count += 1,
            Err(Error::Invalid(_)) => done.left.push(title),
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}
