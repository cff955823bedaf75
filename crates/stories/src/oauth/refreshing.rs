//! Refreshing tokens.

use macros::both_engines;
use serde_json::{Value, json};

use super::{INVALID_GRANT, INVALID_SCOPE, harbor};
use crate::{Answer, Engine, TestApp};

async fn refresh(app: &TestApp, client: &str, given: &Value, more: &[(&str, &str)]) -> Answer {
    let token = given["refresh_token"].as_str().expect("a refresh token");
    let usual = [("grant_type", "refresh_token"), ("refresh_token", token)];
    app.token(client, &[&usual, more].concat()).await
}

#[both_engines]
async fn refreshing_issues_new_tokens_and_retires_the_old_ones(engine: Engine) {
    let app = harbor(engine).await;
    let first = app.tokens("ada", "board", "api_v3 openid").await;
    app.app.clock.advance(86_400);
    let answer = refresh(&app, "board", &first, &[]).await;
    assert_eq!(
        answer.members(),
        ["access_token", "token_type", "expires_in", "refresh_token", "scope", "created_at"]
    );
    let second = answer.json();
    assert_eq!((&second["scope"], &second["expires_in"]), (&json!("api_v3 openid"), &json!(7200)));
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(app.opens(&second["access_token"]).await, (true, 200));

    refresh(&app, "board", &first, &[]).await.is_refused(400, "invalid_grant", INVALID_GRANT);
    assert_eq!(app.opens(&second["access_token"]).await, (true, 200));
    let third = refresh(&app, "board", &second, &[]).await.json();
    assert_eq!(app.opens(&second["access_token"]).await, (false, 401));
    assert_eq!(app.opens(&third["access_token"]).await, (true, 200));
    for earlier in [&first, &second] {
        refresh(&app, "board", earlier, &[]).await.is_refused(400, "invalid_grant", INVALID_GRANT);
    }
}

#[both_engines]
async fn a_refresh_token_works_only_for_its_application(engine: Engine) {
    let app = harbor(engine).await;
    let given = app.tokens("ada", "board", "api_v3").await;
    for other in ["other", "elsewhere", "pocket"] {
        refresh(&app, other, &given, &[]).await.is_refused(400, "invalid_grant", INVALID_GRANT);
    }
    let access = json!({"refresh_token": given["access_token"]});
    refresh(&app, "board", &access, &[]).await.is_refused(400, "invalid_grant", INVALID_GRANT);
    assert_eq!(refresh(&app, "board", &given, &[]).await.status, 200);
}

#[both_engines]
async fn reusing_a_refresh_token_of_a_public_client_revokes_the_grant(engine: Engine) {
    let app = harbor(engine).await;
    let first = app.tokens("ada", "pocket", "api_v3").await;
    let second = refresh(&app, "pocket", &first, &[]).await.json();
    assert_eq!(app.opens(&second["access_token"]).await, (true, 200));
    refresh(&app, "pocket", &first, &[]).await.is_refused(400, "invalid_grant", INVALID_GRANT);
    assert_eq!(app.opens(&second["access_token"]).await, (false, 401));
    refresh(&app, "pocket", &second, &[]).await.is_refused(400, "invalid_grant", INVALID_GRANT);
}

#[both_engines]
async fn refreshing_can_narrow_but_not_widen_scopes(engine: Engine) {
    let app = harbor(engine).await;
    let given = app.tokens("ada", "board", "api_v3 openid").await;
    refresh(&app, "board", &given, &[("scope", "api_v3 mcp")]).await.is_refused(
        400,
        "invalid_scope",
        INVALID_SCOPE,
    );
    let fewer = refresh(&app, "board", &given, &[("scope", "openid")]).await.json();
    assert_eq!((&fewer["scope"], &fewer["expires_in"]), (&json!("openid"), &json!(7200)));
    assert_eq!(app.opens(&fewer["access_token"]).await, (true, 403));
    assert_eq!(refresh(&app, "board", &fewer, &[]).await.json()["scope"], "api_v3 openid");
}
