//! Introspection and revocation.

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use super::{INVALID_CLIENT, INVALID_GRANT, basic, harbor};
use crate::browser::FORM;
use crate::{Answer, Engine, NOW, TestApp, time};
use db::Query;
use domain::auth::digest;

const LOGGED: &str = "select coalesce(before, '') || coalesce(after, '') from events order by sequence";

/// All payloads of the event log.
async fn logged(app: &TestApp) -> String {
    let rows = app
        .app
        .db
        .read(|conn| Box::pin(async { conn.all(&Query::plain(LOGGED), |row| row.get::<String>(0)).await }));
    rows.await.expect("events").concat()
}

fn text(given: &Value, name: &str) -> String {
    given[name].as_str().expect("a token").to_owned()
}

async fn introspect(app: &TestApp, client: &str, token: &str) -> Answer {
    app.as_client("/oauth/introspect", client, &[("token", token)]).await
}

#[both_engines]
async fn introspection_describes_an_applications_own_tokens(engine: Engine) {
    let app = harbor(engine).await;
    let given = app.tokens("ada", "board", "api_v3 email").await;
    let now = time(NOW).unix_seconds();
    let answer = introspect(&app, "board", &text(&given, "access_token")).await;
    answer.is_not_cached();
    let about = json!({"active": true, "scope": "api_v3 email", "token_type": "Bearer", "exp": now + 7200,
        "iat": now, "client_id": "board", "sub": "2545", "username": "ada@example.com"});
    assert_eq!((answer.status.as_u16(), answer.json()), (200, about));
    let answer = introspect(&app, "board", &text(&given, "refresh_token")).await;
    let about = json!({"active": true, "scope": "api_v3 email", "iat": now, "client_id": "board", "sub": "2545",
        "username": "ada@example.com"});
    assert_eq!(answer.json(), about);

    let own = app.token("board", &[("grant_type", "client_credentials")]).await.json();
    let answer = introspect(&app, "board", &text(&own, "access_token")).await;
    let about = json!({"active": true, "scope": "", "token_type": "bearer", "exp": now + 7200, "iat": now,
        "client_id": "board", "sub": "2500", "username": "root@example.com"});
    assert_eq!(answer.json(), about);
}

#[both_engines]
async fn introspection_reveals_nothing_about_other_tokens(engine: Engine) {
    let app = harbor(engine).await;
    let given = app.tokens("ada", "board", "api_v3").await;
    let inactive = json!({"active": false});
    for (client, token) in [
        ("other", text(&given, "access_token")),
        ("other", text(&given, "refresh_token")),
        ("elsewhere", text(&given, "access_token")),
        ("board", "ada".into()),
        ("board", "nothing".into()),
    ] {
        let answer = introspect(&app, client, &token).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, inactive.clone()), "{client} {token}");
    }
    introspect(&app, "pocket", "ada").await.is_refused(401, "invalid_client", INVALID_CLIENT);
    let missing = app.as_client("/oauth/introspect", "board", &[]).await;
    missing.is_refused(400, "invalid_request", "Missing required parameter: token.");
    let headers = [FORM, ("authorization", &*basic("board", "wrong"))];
    let answer = app.request(Method::POST, "/oauth/introspect", &headers, "token=ada").await;
    answer.is_refused(401, "invalid_client", INVALID_CLIENT);
    app.app.clock.advance(7200);
    assert_eq!(introspect(&app, "board", &text(&given, "access_token")).await.json(), inactive);
}

#[both_engines]
async fn revoking_a_token_revokes_the_tokens_issued_with_it(engine: Engine) {
    let app = harbor(engine).await;
    for name in ["access_token", "refresh_token"] {
        let (kept, given) =
            (app.tokens("ada", "board", "api_v3").await, app.tokens("ada", "board", "api_v3").await);
        let revoke = async |client: &str| {
            app.as_client("/oauth/revoke", client, &[("token", &text(&given, name))]).await
        };
        if name == "access_token" {
            for other in ["other", "elsewhere", "pocket"] {
                let said = "You are not authorized to revoke this token";
                revoke(other).await.is_refused(403, "unauthorized_client", said);
            }
        } else {
            assert_eq!(revoke("other").await.status, 200, "{name:?}");
        }
        assert_eq!(app.opens(&given["access_token"]).await, (true, 200), "{name:?}");
        for _ in 0..2 {
            let answer = revoke("board").await;
            answer.is_not_cached();
            assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({})), "{name:?}");
        }
        assert_eq!(app.opens(&given["access_token"]).await, (false, 401), "{name:?}");
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", &*text(&given, "refresh_token"))];
        app.token("board", &refresh).await.is_refused(400, "invalid_grant", INVALID_GRANT);
        assert_eq!(app.opens(&kept["access_token"]).await, (true, 200), "{name:?}");
    }
    let own = app.token("board", &[("grant_type", "client_credentials")]).await.json();
    app.as_client("/oauth/revoke", "board", &[("token", &text(&own, "access_token"))]).await;
    assert_eq!(app.opens(&own["access_token"]).await, (false, 401));
}

#[both_engines]
async fn personal_tokens_are_unknown_to_applications(engine: Engine) {
    let app = harbor(engine).await;
    assert_eq!(app.as_client("/oauth/revoke", "board", &[("token", "ada")]).await.status, 403);
    assert_eq!(app.opens(&json!("ada")).await, (true, 200));
    let missing = app.as_client("/oauth/revoke", "board", &[]).await;
    missing.is_refused(400, "invalid_request", "Missing required parameter: token.");
    let stranger = app.request(Method::POST, "/oauth/revoke", &[FORM], "token=ada").await;
    stranger.is_refused(401, "invalid_client", INVALID_CLIENT);
}

#[both_engines]
async fn secrets_are_in_neither_the_log_nor_the_archive(engine: Engine) {
    let app = harbor(engine).await;
    let code = app.code("ada", "board", &[("scope", "api_v3")]).await;
    let given = app.exchange("board", &code, &[]).await.json();
    let logged = logged(&app).await;
    let kept = app.export().await;
    for secret in [&code, &text(&given, "access_token"), &text(&given, "refresh_token")] {
        let sha256 = hex::encode(digest(secret));
        assert!(logged.contains(&sha256), "{logged}");
        assert!(!logged.contains(secret) && !kept.contains(secret), "{secret:?}");
    }
    // The archive has applications and their tokens, but no codes, refresh tokens and sessions.
    assert!(kept.contains("\"client_id\":\"narrow\"") && kept.contains("\"application_id\":1"), "{kept}");
    assert!(!kept.contains(&hex::encode(digest(&text(&given, "refresh_token")))));
    let copy = TestApp::with(engine, kept.split_once('\n').expect("a header").1).await;
    assert_eq!(copy.export().await, kept);
    assert_eq!(copy.opens(&given["access_token"]).await, (true, 200));
}
