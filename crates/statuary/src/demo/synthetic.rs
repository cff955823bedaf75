//! Synthetic data of any size, which depends only on the seed.

use anyhow::{Result, bail};
use sha2::{Digest, Sha256};

use super::bring_in;
use base::clock::Time;
use base::rng::Rng;
use db::{Db, Scope};
use domain::accounts;
use domain::accounts::Account;
use domain::archive::Line;
use domain::auth;
use domain::auth::Token;
use domain::error::{Error, Problem};
use domain::ids::{AccountId, ReportId, TokenId, UserId, WorkspaceId};
use domain::participations::{Participation, Permission, Side};
use domain::status_changes::StatusChange;
use domain::status_keys;
use domain::status_keys::BACKLOG;
use domain::status_reports::{Category, Color, Detail, StatusReport};
use domain::users::User;
use domain::work;
use domain::workspaces::{AccessLevel, Workspace};

/// 2025-01-01T00:00:00Z, the start of the synthetic year.
const START: Time = Time(1_735_689_600_000_000);
const YEAR: i64 = 365 * 86_400;
const USERS: i64 = 24;
/// Number of clients, which are the last users. The first user is the administrator.
const CLIENTS: i64 = 4;

/// The size of the data.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "numbers of each")]
pub struct Size {
    pub workspaces: u32,
    pub reports: u32,
    pub changes: u32,
}

/// Fills an empty store, and returns the token of its administrator. The token depends only on the seed, too: the store is
/// for measurements.
///
/// # Errors
/// When the store is not empty.
pub async fn fill(db: &Db, size: Size, seed: u64) -> Result<String> {
    let token = auth::token_text(Sha256::digest(format!("statuary seed {seed}")).into());
    let sha256 = hex::encode(auth::digest(&token));
    let filled = db.write(
        Scope::Store,
        work!(|conn| {
            if accounts::store::oldest(conn).await?.is_some() {
                return Err(Error::invalid("base", Problem::Taken));
            }
            bring_in(conn, START.plus_seconds(YEAR), lines(size, seed, sha256)).await
        }),
    );
    match filled.await {
        Ok(_) => Ok(token),
        Err(Error::Invalid(_)) => bail!("the store is not empty"),
        Err(error) => Err(error.into()),
    }
}

fn lines(size: Size, seed: u64, sha256: String) -> impl Iterator<Item = Line> + Send {
    let workspaces = i64::from(size.workspaces);
    let (reports, changes) = (i64::from(size.reports), i64::from(size.changes));
    let token = Token {
        id: TokenId(1),
        account_id: AccountId(1),
        user_id: UserId(1),
        name: "seed".into(),
        sha256,
        scopes: None,
        expires_at: None,
        application_id: None,
        grant_id: None,
        created_at: None,
        used_at: None,
    };
    [Line::Account(Account {
        id: AccountId(1),
        name: "Synthetic".into(),
        blocks_hints: false,
        requires_factor: false,
    })]
    .into_iter()
    .chain((1..=USERS).map(|id| Line::User(user(id))))
    .chain([Line::Token(token)])
    .chain((1..=workspaces).map(move |id| Line::Workspace(workspace(id, workspaces, changes, seed))))
    .chain((1..=workspaces * 3).map(move |id| Line::Participation(participation(id, seed))))
    .chain((1..=reports).map(move |id| Line::StatusReport(report(id, reports, workspaces, seed))))
    .chain((1..=changes).map(move |id| Line::StatusChange(change(id, changes, workspaces, seed))))
}

fn rng(seed: u64, kind: u64, id: i64) -> Rng {
    Rng(seed.wrapping_mul(31).wrapping_add(kind).rotate_left(32) ^ id.unsigned_abs())
}

/// The time of row `id` of `total`, which are spread over the year.
fn spread(id: i64, total: i64) -> Time {
    START.plus_seconds(YEAR / (total + 1) * id + YEAR % (total + 1) * id / (total + 1))
}

fn user(id: i64) -> User {
    User {
        id: UserId(id),
        account_id: AccountId(1),
        full_name: format!("Person {id:02}"),
        email_address: format!("person{id:02}@synthetic.example"),
        headline: None,
        photo_path: None,
        administrator: id == 1,
        created_at: Some(START),
        password_hash: None,
        active: true,
        language: None,
        time_zone: None,
    }
}

fn provider(rng: &mut Rng) -> UserId {
    let providers = usize::try_from(USERS - CLIENTS).unwrap_or(1);
    UserId(i64::try_from(rng.below(providers)).unwrap_or_default() + 1)
}

/// The status key of a workspace after a number of moves; consecutive keys differ.
fn key(workspace: i64, moves: i64, seed: u64) -> i64 {
    if moves == 0 {
        return BACKLOG;
    }
    let keys = status_keys::all().count();
    let offset = rng(seed, 1, workspace).below(keys);
    let index = offset + usize::try_from(moves).unwrap_or_default() * 13;
    let key = status_keys::all().nth(index % keys).map_or(BACKLOG, |row| row.key);
    // The first move must not lead to the key that every workspace starts with.
    if moves == 1 && key == BACKLOG { 310 } else { key }
}

fn workspace(id: i64, workspaces: i64, changes: i64, seed: u64) -> Workspace {
    let moves = changes / workspaces + i64::from(id <= changes % workspaces);
    Workspace {
        id: WorkspaceId(id),
        account_id: AccountId(1),
        title: format!("Workspace {id:05}"),
        identifier: None,
        description: None,
        start_date: START.date(),
        due_date: None,
        archived: false,
        status_key: key(id, moves, seed),
        access_level: AccessLevel::Invitation,
        project_status: None,
        status_explanation: None,
        lead_id: None,
        creator_id: provider(&mut rng(seed, 2, id)),
        created_at: START,
        updated_at: START,
    }
}

/// Two providers and a client for each workspace.
fn participation(id: i64, seed: u64) -> Participation {
    let (workspace_id, place) = ((id - 1) / 3 + 1, (id - 1) % 3);
    let first = provider(&mut rng(seed, 3, workspace_id));
    let (user_id, side, permission) = match place {
        0 => (first.0, Side::Provider, Permission::Admin),
        1 => (first.0 % (USERS - CLIENTS) + 1, Side::Provider, Permission::Edit),
        _ => (USERS - CLIENTS + 1 + workspace_id % CLIENTS, Side::Client, Permission::View),
    };
    let (created_at, updated_at) = (START, START);
    Participation {
        id,
        account_id: AccountId(1),
        workspace_id: WorkspaceId(workspace_id),
        user_id: UserId(user_id),
        side,
        permission,
        created_at,
        updated_at,
    }
}

fn report(id: i64, reports: i64, workspaces: i64, seed: u64) -> StatusReport {
    let mut rng = rng(seed, 4, id);
    let colors = [Color::Green, Color::Green, Color::Green, Color::Yellow, Color::Yellow, Color::Red];
    let color = *rng.pick(&colors);
    let categories = [Category::Scope, Category::Budget, Category::Schedule, Category::Client];
    let detail = |category| Detail { category, color, description: Some("As in the summary.".into()) };
    let at = spread(id, reports);
    StatusReport {
        id: ReportId(id),
        color,
        description: format!(
            "Report {id}: what was planned for this week, what was done, and what stands in the way."
        ),
        details: categories[..rng.below(5)].iter().copied().map(detail).collect(),
        ..StatusReport::blank(AccountId(1), WorkspaceId((id - 1) % workspaces + 1), provider(&mut rng), at)
    }
}

fn change(id: i64, changes: i64, workspaces: i64, seed: u64) -> StatusChange {
    let (workspace_id, moves) = ((id - 1) % workspaces + 1, (id - 1) / workspaces);
    StatusChange {
        id,
        account_id: AccountId(1),
        workspace_id: WorkspaceId(workspace_id),
        user_id: provider(&mut rng(seed, 5, id)),
        from_status_key: Some(key(workspace_id, moves, seed)),
        to_status_key: key(workspace_id, moves + 1, seed),
        reason: None,
        created_at: spread(id, changes),
    }
}
