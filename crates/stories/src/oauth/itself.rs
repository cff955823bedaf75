//! The client credentials grant.

use macros::both_engines;
use serde_json::json;

use super::{INVALID_SCOPE, harbor};
use crate::Engine;

#[both_engines]
async fn an_application_acts_as_the_administrator_who_registered_it(engine: Engine) {
    let app = harbor(engine).await;
    let itself = ("grant_type", "client_credentials");
    let answer = app.token("board", &[itself]).await;
    answer.is_not_cached();
    assert_eq!(
        (answer.status.as_u16(), answer.members()),
        (200, vec!["access_token".into(), "token_type".into(), "expires_in".into()])
    );
    let token = answer.json()["access_token"].clone();
    assert_eq!((&answer.json()["token_type"], app.opens(&token).await), (&json!("bearer"), (true, 200)));
    let me = app.get(token.as_str().expect("a token"), "/users/me").await.object();
    assert_eq!(me["id"], "2500");
    app.app.clock.advance(7199);
    assert_eq!(app.opens(&token).await, (true, 200));
    app.app.clock.advance(1);
    assert_eq!(app.opens(&token).await, (false, 401));

    let answer = app.token("elsewhere", &[itself, ("scope", "api_v3")]).await;
    assert_eq!(answer.members(), ["access_token", "token_type", "expires_in", "scope", "created_at"]);
    let token = answer.json()["access_token"].clone();
    assert_eq!(
        (&answer.json()["token_type"], &answer.json()["expires_in"]),
        (&json!("Bearer"), &json!(7200))
    );
    let me = app.get(token.as_str().expect("a token"), "/users/me").await.object();
    assert_eq!((&me["id"], &me["account_id"]), (&json!("3000"), &json!("500")));
    app.app.clock.advance(7200);
    assert_eq!(app.opens(&token).await, (false, 401));
}

#[both_engines]
async fn a_fifty_first_token_of_an_application_ends_the_oldest(engine: Engine) {
    let app = harbor(engine).await;
    let itself = ("grant_type", "client_credentials");
    let mut tokens = Vec::new();
    for _ in 0..51 {
        tokens.push(app.token("board", &[itself]).await.json()["access_token"].clone());
    }
    assert_eq!(app.opens(&tokens[0]).await, (false, 401));
    assert_eq!((app.opens(&tokens[1]).await, app.opens(&tokens[50]).await), ((true, 200), (true, 200)));
}

#[both_engines]
async fn an_application_gets_at_most_its_own_scopes(engine: Engine) {
    let app = harbor(engine).await;
    let itself = ("grant_type", "client_credentials");
    assert_eq!(app.token("narrow", &[itself]).await.json()["scope"], "api_v3 openid");
    for scope in ["mcp", "api_v3 nothing"] {
        app.token("narrow", &[itself, ("scope", scope)]).await.is_refused(
            400,
            "invalid_scope",
            INVALID_SCOPE,
        );
    }
    let said = "The client is not authorized to perform this request using this method.";
    app.token("pocket", &[itself]).await.is_refused(400, "unauthorized_client", said);
}
