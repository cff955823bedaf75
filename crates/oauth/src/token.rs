//! `POST /oauth/token`

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::client::Client;
use super::wire;
use super::wire::{ApiResult, Error};
use base::clock::Time;
use base::rng::random_bytes;
use db::Scope;
use domain::auth::{digest, token_text};
use domain::oauth::refusal::{Refusal, UNAUTHORIZED_CLIENT, UNSUPPORTED_GRANT_TYPE};
use domain::oauth::store::grants;
use domain::oauth::store::grants::{Fresh, Issued, Outcome};
use domain::oauth::{TOKEN_SECONDS, scopes};
use domain::work;
use service::app::App;
use service::params::Params;

/// Issues tokens for a code, for a refresh token, or for the application itself.
pub async fn create(State(app): State<App>, client: Client) -> ApiResult {
    let Client { application, params } = client;
    let (access, refresh) = (token_text(random_bytes()), token_text(random_bytes()));
    let fresh = Fresh { access: digest(&access), refresh: digest(&refresh) };
    let at = app.clock.now();
    let account = Scope::Account(application.account_id.0);
    let outcome = match &*required(&params, "grant_type")? {
        "authorization_code" => {
            let (code, uri) = (digest(&required(&params, "code")?), required(&params, "redirect_uri")?);
            let verifier = params.filled("code_verifier").map(String::from);
            let work = app.db.write(
                account,
                work!(|conn| {
                    let verifier = verifier.as_deref();
                    grants::exchange(conn, &application, &code, &uri, verifier, fresh, at).await
                }),
            );
            work.await?
        }
        "refresh_token" => {
            let token = digest(&required(&params, "refresh_token")?);
            let scopes = params.text("scope").map(String::from);
            let work = app.db.write(
                account,
                work!(|conn| grants::refresh(conn, &application, &token, scopes.as_deref(), fresh, at).await),
            );
            work.await?
        }
        "client_credentials" if application.is_public() => return Err(UNAUTHORIZED_CLIENT.into()),
        "client_credentials" => {
            let scopes = scopes::granted(params.text("scope").as_deref(), application.scopes.as_deref())?;
            let work = app.db.write(
                account,
                work!(|conn| grants::give_to_itself(conn, &application, scopes, fresh.access, at).await),
            );
            work.await?
        }
        _ => return Err(UNSUPPORTED_GRANT_TYPE.into()),
    };
    match outcome {
        Outcome::Issued(issued) => Ok(wire::json(StatusCode::OK, &answer(&issued, access, refresh, at))),
        Outcome::Refused(refusal) => Err(refusal.into()),
    }
}

fn required(params: &Params, name: &str) -> Result<String, Error> {
    let value = params.filled(name).ok_or_else(|| Refusal::missing(name))?;
    Ok(value.into_owned())
}

/// The token response in the format of the vendor whose scopes were granted. Tokens of people for Kantata clients do not
/// expire; tokens of applications for themselves do.
fn answer(issued: &Issued, access: String, refresh: String, at: Time) -> Value {
    let mut answer = Map::new();
    answer.insert("access_token".into(), access.into());
    if issued.is_openproject {
        answer.insert("token_type".into(), "Bearer".into());
    } else {
        answer.insert("token_type".into(), "bearer".into());
    }
    if issued.ends {
        answer.insert("expires_in".into(), TOKEN_SECONDS.into());
    }
    if issued.can_be_refreshed {
        answer.insert("refresh_token".into(), refresh.into());
    }
    if let Some(scopes) = &issued.scopes {
        answer.insert("scope".into(), scopes.join(" ").into());
    }
    if issued.is_openproject {
        answer.insert("created_at".into(), json!(at.unix_seconds()));
    }
    Value::Object(answer)
}
