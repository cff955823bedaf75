//! The user of a token, as in `OpenID` Connect. ID tokens are not issued, so the list of signing keys is empty.

use axum::extract::State;
use axum::http::{Extensions, HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;

use super::wire;
use super::wire::ApiResult;
use domain::accounts;
use domain::error::Error;
use domain::table;
use domain::users::User;
use domain::work;
use service::app::App;
use service::caller;

/// `GET` and `POST /openid/userinfo`
pub async fn userinfo(State(app): State<App>, headers: HeaderMap) -> ApiResult {
    let caller = caller::bearer(&app, &headers, &Extensions::new()).await?;
    let work = app.db.read(work!(|conn| {
        let user: Option<User> = table::find(conn, caller.account_id, caller.user_id).await?;
        let account = accounts::store::find(conn, caller.account_id).await?;
        user.zip(account).ok_or(Error::Unauthenticated)
    }));
    let (user, account) = work.await?;
    let (given, family) = user.full_name.rsplit_once(' ').unwrap_or((&user.full_name, ""));
    let claims = json!({
        "sub": user.id.to_string(),
        "email": user.email_address,
        "name": user.full_name,
        "given_name": given,
        "family_name": family,
        "preferred_username": user.email_address,
        "account_id": account.id.to_string(),
        "account_name": account.name,
    });
    Ok(wire::json(StatusCode::OK, &claims))
}

/// `GET /openid/discovery/keys`
pub async fn keys() -> Response {
    wire::json(StatusCode::OK, &json!({"keys": []}))
}
