//! Signing out with a provider of `OpenID` Connect: here and then there, and there and then here.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::{forward, provider};
use crate::error_page::Failure;
use crate::form::Form;
use crate::layout::Layout;
use crate::reader::Reader;
use crate::response::see_other;
use db::Scope;
use domain::events::{Change, Source};
use domain::identities::store;
use domain::sessions;
use domain::sessions::Session;
use domain::work;
use service::app::App;
use service::openid;
use service::origin::base_url;

/// What follows the end of a session at this service: that at the provider, if the session began there.
pub async fn after(app: &App, reader: Reader, headers: &HeaderMap, session: &Session) -> Response {
    let back_to = base_url(&app.settings, headers) + "/login";
    let Some(openid) = app.openid.as_deref().filter(|_| session.identity_id.is_some()) else {
        return see_other("/login");
    };
    match openid.end_session_url(session.id_token.as_deref(), &back_to, app.clock.now()).await {
        Some(url) => {
            let layout = Layout::plain(reader);
            let button = layout.say("openid-leave", "name", openid.settings.name.as_str());
            forward(layout, "openid-left-title", button, &url)
        }
        None => see_other("/login"),
    }
}

/// `POST /login/openid/logout`: the provider ends sessions (Back-Channel Logout 1.0).
pub async fn back_channel(State(app): State<App>, Form(form): Form) -> Result<Response, Failure> {
    let openid = provider(&app)?;
    let token = form.text("logout_token").unwrap_or_default();
    let logout = match openid.logout(&token, app.clock.now()).await {
        Ok(logout) => logout,
        Err(failure) => {
            tracing::warn!(reason = %failure, "a sign-out by the OpenID provider was refused");
            let status = match failure {
                openid::Failure::Refused(_) => StatusCode::BAD_REQUEST,
                openid::Failure::Away(_) => StatusCode::SERVICE_UNAVAILABLE,
            };
            return Ok(answer(status, r#"{"error":"invalid_request"}"#));
        }
    };
    let (issuer, at) = (openid.settings.issuer.clone(), app.clock.now());
    let until = logout.until;
    let found = app.db.read(work!(|conn| {
        let Some(subject) = &logout.subject else {
            let session = logout.session.as_deref().unwrap_or_default();
            return Ok(sessions::store::of_provider(conn, &issuer, session).await?);
        };
        let Some(own) = store::of_subject(conn, &issuer, subject).await? else { return Ok(Vec::new()) };
        let mut found = sessions::store::of_user(conn, own.account_id, own.user_id).await?;
        found.retain(|session| {
            session.identity_id == Some(own.id)
                && (logout.session.is_none() || logout.session == session.provider_session)
        });
        Ok(found)
    }));
    // A token that is sent again ends no session that began after it.
    for session in found.await?.into_iter().filter(|session| session.created_at <= until) {
        let (account_id, actor_id) = (session.account_id, None);
        let change = Change { account_id, actor_id, token_id: None, surface: Source::Pages, at };
        let work = app.db.write(
            Scope::Account(account_id.0),
            work!(|conn| sessions::store::end(conn, &change, &session).await),
        );
        work.await?;
    }
    Ok(answer(StatusCode::OK, "{}"))
}

fn answer(status: StatusCode, body: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body)
        .into_response()
}
