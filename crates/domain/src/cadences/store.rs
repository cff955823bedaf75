//! The SQL of cadences.

use super::draft::Draft;
use super::{Cadence, Cadences};
use crate::auth::Caller;
use crate::error::{Error, Problem, Result, Violation};
use crate::events;
use crate::events::Change;
use crate::ids::{AccountId, UserId, WorkspaceId};
use crate::participations::{Access, Side};
use crate::table::{Codec, Json, Table, record};
use crate::workspaces::store::leads::NOT_A_PROVIDER;
use crate::workspaces::store::require_health;
use crate::{participations, users};
use db::{Conn, List};
use db::{bind, statements};

record! {
    Cadence in cadences { id, account_id, workspace_id, owner_id, terms as Json, created_at, updated_at }
}

statements! {
    OF_ACCOUNT = "select ", Cadence::COLUMNS, " from cadences where account_id = :account_id";
    OF_WORKSPACE = "select ", Cadence::COLUMNS, " from cadences
        where account_id = :account_id and workspace_id = :workspace_id";
    USUAL = "select ", Cadence::COLUMNS, " from cadences where account_id = :account_id and workspace_id is null";
    UPDATE = "update cadences set owner_id = :owner_id, terms = :terms, updated_at = :updated_at
        where account_id = :account_id and id = :id";
}

/// The cadences of an account, with their arithmetic.
pub async fn of_account(conn: &mut Conn, account_id: AccountId) -> db::Result<Cadences> {
    Ok(Cadences::new(&conn.all(&bind![OF_ACCOUNT; account_id], Cadence::read).await?))
}

/// The cadence of a workspace, or of the account.
pub async fn find(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: Option<WorkspaceId>,
) -> db::Result<Option<Cadence>> {
    match workspace_id {
        Some(workspace_id) => conn.first(&bind![OF_WORKSPACE; account_id, workspace_id], Cadence::read).await,
        None => conn.first(&bind![USUAL; account_id], Cadence::read).await,
    }
}

/// Who owes the reports of a workspace with a lead; see [`Cadences::owner`].
pub async fn owner_of(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: WorkspaceId,
    lead: Option<UserId>,
) -> Result<Option<UserId>> {
    let mut records = Vec::new();
    for place in [Some(workspace_id), None] {
        records.extend(find(conn, account_id, place).await?);
    }
    let cadences = Cadences::new(&records);
    let people: List<UserId> = cadences.owners().chain(lead).collect();
    let people = users::store::of_account(conn, account_id, &people).await?;
    Ok(cadences.owner(workspace_id, lead, |id| people.iter().any(|user| user.id == id && user.active)))
}

/// Returns `Ok` if the caller has at least the `needed` access to the workspace, or administers the account.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn check_access(
    conn: &mut Conn,
    caller: &Caller,
    workspace_id: Option<WorkspaceId>,
    needed: Access,
) -> Result<()> {
    match workspace_id {
        Some(id) => require_health(conn, caller, id, needed).await.map(drop),
        None => caller.require_administrator(),
    }
}

/// Who owes the reports has to see the workspace.
async fn check_owner(
    conn: &mut Conn,
    account_id: AccountId,
    workspace_id: Option<WorkspaceId>,
    owner: UserId,
) -> Result<Option<Problem>> {
    let found = users::store::of_account(conn, account_id, &List::from([owner])).await?;
    let Some(user) = found.into_iter().find(|user| user.active) else { return Ok(Some(Problem::Missing)) };
    let Some(id) = workspace_id.filter(|_| !user.administrator) else { return Ok(None) };
    let part = participations::store::of_user(conn, account_id, id, owner).await?;
    let provides = part.is_some_and(|part| part.side == Side::Provider);
    Ok((!provides).then_some(Problem::Sentence(NOT_A_PROVIDER)))
}

/// Puts the cadence of a workspace, for who administers it, or of the account, for its administrators.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::Invalid`]
pub async fn put(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    workspace_id: Option<WorkspaceId>,
    draft: &Draft,
) -> Result<Cadence> {
    check_access(conn, caller, workspace_id, Access::Admin).await?;
    let terms = draft.terms(change.at);
    let before = find(conn, caller.account_id, workspace_id).await?;
    let mut violations = terms.as_ref().err().cloned().unwrap_or_default();
    // An owner who left since stays until another one is chosen.
    let chosen = draft.owner_id.filter(|id| before.as_ref().and_then(|before| before.owner_id) != Some(*id));
    if let Some(owner) = chosen
        && let Some(problem) = check_owner(conn, caller.account_id, workspace_id, owner).await?
    {
        violations.push(Violation::new("owner_id", problem));
    }
    let Ok(terms) = terms else { return Err(Error::Invalid(violations)) };
    Error::check(violations)?;
    let Some(before) = before else {
        let new = Cadence {
            id: 0,
            account_id: caller.account_id,
            workspace_id,
            owner_id: draft.owner_id,
            terms: vec![terms],
            created_at: change.at,
            updated_at: change.at,
        };
        return events::store::create(conn, change, new).await;
    };
    let after = before.with(terms, draft.owner_id);
    if after == before {
        return Ok(before);
    }
    let after = Cadence { updated_at: change.at, ..after };
    let query = bind![UPDATE;
        after.account_id,
        after.id,
        after.owner_id,
        terms: Json::value(&after.terms),
        after.updated_at,
    ];
    conn.run(&query).await?;
    events::store::updated(conn, change, &before, &after).await?;
    Ok(after)
}

/// Deletes the cadence of a workspace or of the account.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`]
pub async fn delete(
    conn: &mut Conn,
    caller: &Caller,
    change: &Change,
    workspace_id: Option<WorkspaceId>,
) -> Result<()> {
    check_access(conn, caller, workspace_id, Access::Admin).await?;
    let found = find(conn, caller.account_id, workspace_id).await?.ok_or(Error::NotFound)?;
    events::store::delete(conn, change, &found).await.map(drop)
}
