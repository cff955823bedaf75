//! What the reader of a mail sees, when it is sent: nothing that they may not see any more.

use crate::auth::Caller;
use crate::changes;
use crate::changes::Window;
use crate::comments::Comment;
use crate::error::{Error, Result};
use crate::ids::UserId;
use crate::labels;
use crate::mails::digest::{self, Digest, MOST};
use crate::mails::unsubscribe::Subscription;
use crate::mails::{Content, Mail, store};
use crate::notifications;
use crate::notifications::Kind;
use crate::portfolio::store::Filter;
use crate::reporting_desk;
use crate::status_reports::StatusReport;
use crate::table;
use crate::users;
use crate::users::User;
use crate::workspaces;
use db::Conn;

/// What the reader of a mail sees; none if they are not to get it any more.
///
/// # Errors
/// Those of the store.
pub async fn read(conn: &mut Conn, mail: &Mail) -> Result<Option<Content>> {
    let account_id = mail.account_id;
    let reader = match users::store::find(conn, account_id, mail.user_id).await {
        Ok(reader) if reader.active => reader,
        Ok(_) | Err(Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    };
    let caller = Caller::with_session(&reader);
    let mut content =
        Content { mail: mail.clone(), by: None, title: None, unsubscribe: None, digest: None, reader };
    if let Some(kind) = mail.cause.kind() {
        let chosen = notifications::store::of_caller(conn, &caller).await?;
        let Some(key) = store::key(conn, account_id).await?.filter(|_| chosen.is_mailed(kind)) else {
            return Ok(None);
        };
        let subscription = Subscription { account_id, user_id: mail.user_id, kind };
        content.unsubscribe = Some(subscription.sign(&key));
        if kind == Kind::WeeklyDigest {
            content.digest = read_digest(conn, &caller, &content.reader, mail).await?;
            return Ok(Some(content).filter(|content| content.digest.is_some()));
        }
    }
    if let Some(id) = mail.workspace_id {
        let seen = workspaces::store::find(conn, &caller, id).await?;
        let Some(seen) = seen.filter(|seen| seen.access.sees_health()) else { return Ok(None) };
        content.title = Some(seen.workspace.title);
    }
    if let Some(id) = mail.report_id
        && table::find::<StatusReport>(conn, account_id, id).await?.is_none()
    {
        return Ok(None);
    }
    if let Some(id) = mail.comment_id
        && table::find::<Comment>(conn, account_id, id).await?.is_none()
    {
        return Ok(None);
    }
    if let Some(id) = mail.by_id {
        let by = users::store::of_account(conn, account_id, &[id].into()).await?.pop();
        content.by = by.map(|by| by.full_name);
    }
    Ok(Some(content))
}

/// What changed in the week before a digest, and what its reader owes; none if that is nothing.
async fn read_digest(conn: &mut Conn, caller: &Caller, reader: &User, mail: &Mail) -> Result<Option<Digest>> {
    let zone = digest::zone(reader.time_zone.as_deref());
    let Some(from) = digest::before(&zone, mail.at) else { return Ok(None) };
    let window = Window { from, to: mail.at, known_at: mail.at };
    let filter = Filter {
        clients: false,
        archived: true,
        status_keys: None,
        search: None,
        past: None,
        labels: labels::Filter::default(),
    };
    let mut found = changes::store::compare(conn, caller, &filter, window, false).await?;
    found.workspaces.retain(|one| !one.was_archived());
    let more = found.workspaces.len().saturating_sub(MOST);
    found.workspaces.truncate(MOST);
    let changes = changes::store::read(conn, caller, window, found.workspaces).await?;
    let people: Vec<UserId> = changes.iter().flat_map(changes::Change::people).collect();
    let people = users::store::of_account(conn, caller.account_id, &people.into()).await?;
    let rows = reporting_desk::store::read(conn, caller, mail.at).await?;
    let mut owed = reporting_desk::owed_by(rows, reader.id);
    owed.truncate(MOST);
    let is_empty = changes.is_empty() && owed.is_empty();
    Ok((!is_empty).then_some(Digest { window, changes, people, more, owed }))
}
