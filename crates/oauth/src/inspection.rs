//! `POST /oauth/revoke` (RFC 7009) and `POST /oauth/introspect` (RFC 7662).

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::client::Client;
use super::wire;
use super::wire::{ApiResult, Error, Scheme};
use db::{Conn, Scope};
use domain::auth;
use domain::auth::{Token, digest};
use domain::error::Result;
use domain::events::{Change, Source};
use domain::oauth::refusal::Refusal;
use domain::oauth::store::grants;
use domain::oauth::{Application, Grant, RefreshToken, answers_as_openproject};
use domain::users;
use domain::work;
use service::app::App;
use service::params::Params;

/// The meaning of a token that an application sends.
enum Found {
    Access(Token),
    Refresh(Grant, RefreshToken),
    /// An access token that was issued to another application or to a person.
    Foreign,
    Nothing,
}

fn token_of(params: &Params) -> std::result::Result<[u8; 32], Error> {
    Ok(digest(&params.filled("token").ok_or_else(|| Refusal::missing("token"))?))
}

async fn find(conn: &mut Conn, application: &Application, sha256: &[u8; 32], app: &App) -> Result<Found> {
    if let Some(token) = auth::store::with_digest(conn, sha256, app.clock.now()).await? {
        let is_own = token.application_id == Some(application.id);
        return Ok(if is_own { Found::Access(token) } else { Found::Foreign });
    }
    let found = grants::refreshable(conn, application, sha256).await?;
    Ok(match found {
        Some((grant, token)) if token.used_at.is_none() => Found::Refresh(grant, token),
        _ => Found::Nothing,
    })
}

/// Revokes a token and all other tokens of the same grant. An invalid token is not an error.
pub async fn revoke(State(app): State<App>, client: Client) -> ApiResult {
    let Client { application, params } = client;
    let (sha256, at) = (token_of(&params)?, app.clock.now());
    let account_id = application.account_id;
    let shared = app.clone();
    let work = app.db.write(
        Scope::Account(account_id.0),
        work!(|conn| {
            let change = |user_id| Change {
                account_id,
                actor_id: Some(user_id),
                token_id: None,
                surface: Source::OAuth,
                at,
            };
            match find(conn, &application, &sha256, &shared).await? {
                Found::Access(token) => grants::revoke(conn, &change(token.user_id), &token).await?,
                Found::Refresh(grant, _) => grants::end(conn, &change(grant.user_id), &grant).await?,
                Found::Foreign => return Ok(false),
                Found::Nothing => {}
            }
            Ok(true)
        }),
    );
    if work.await? { Ok(wire::json(StatusCode::OK, &json!({}))) } else { Err(Error::NotYours) }
}

/// Describes a token to the application that it was issued to. Public clients are refused, because they cannot
/// authenticate.
pub async fn introspect(State(app): State<App>, client: Client) -> ApiResult {
    let Client { application, params } = client;
    if application.is_public() {
        return Err(Error::UnknownClient(Scheme::Bearer));
    }
    let sha256 = token_of(&params)?;
    let shared = app.clone();
    let work = app.db.read(work!(|conn| {
        let (user_id, mut answer) = match find(conn, &application, &sha256, &shared).await? {
            Found::Access(token) => (token.user_id, of_access(&token)),
            Found::Refresh(grant, token) => (grant.user_id, of_refresh(&grant, &token)),
            Found::Foreign | Found::Nothing => return Ok(json!({"active": false})),
        };
        let user = users::store::find(conn, application.account_id, user_id).await?;
        if !user.active {
            return Ok(json!({"active": false}));
        }
        answer.insert("client_id".into(), application.client_id.into());
        answer.insert("sub".into(), user_id.to_string().into());
        answer.insert("username".into(), user.email_address.into());
        Ok(Value::Object(answer))
    }));
    Ok(wire::json(StatusCode::OK, &work.await?))
}

fn of_access(token: &Token) -> Map<String, Value> {
    let mut answer = Map::new();
    let kind = if answers_as_openproject(token.scopes.as_deref()) { "Bearer" } else { "bearer" };
    answer.insert("active".into(), true.into());
    answer.insert("scope".into(), token.scopes.as_deref().unwrap_or_default().join(" ").into());
    answer.insert("token_type".into(), kind.into());
    if let Some(at) = token.expires_at {
        answer.insert("exp".into(), at.unix_seconds().into());
    }
    if let Some(at) = token.created_at {
        answer.insert("iat".into(), at.unix_seconds().into());
    }
    answer
}

fn of_refresh(grant: &Grant, token: &RefreshToken) -> Map<String, Value> {
    let mut answer = Map::new();
    answer.insert("active".into(), true.into());
    answer.insert("scope".into(), grant.scopes.as_deref().unwrap_or_default().join(" ").into());
    answer.insert("iat".into(), token.created_at.unix_seconds().into());
    answer
}
