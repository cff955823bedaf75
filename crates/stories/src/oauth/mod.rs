//! Stories of OAuth, through HTTP, on both engines.

mod consent;
mod discovery;
mod ending;
mod exchange;
mod inspection;
mod itself;
mod refreshing;
mod registration;

use axum::http::Method;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use url::Url;

use super::browser::{Browser, FORM, encoded};
use super::{Answer, Engine, NOW, TestApp, lines};
use domain::auth::digest;

/// The redirect URI of most codes.
pub const CALLBACK: &str = "https://board.example/cb";

const INVALID_CLIENT: &str = "Client authentication failed due to unknown client, no client authentication included, \
    or unsupported authentication method.";
const INVALID_GRANT: &str = "The provided authorization grant is invalid, expired, revoked, does not match the \
    redirection URI used in the authorization request, or was issued to another client.";
const INVALID_SCOPE: &str = "The requested scope is invalid, unknown, or malformed.";

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The harbor with applications: of account 415 `board` and `other`, `narrow` which can have `api_v3` and `openid`
/// only, and `pocket`, which is public; of account 500 `elsewhere`. Secrets are the client ids with `-secret`.
pub async fn harbor(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let application = |id: i64, account: i64, client_id: &str, secret: bool, scopes: Value, creator: i64| {
        let secret = secret.then(|| hex::encode(digest(&format!("{client_id}-secret"))));
        json!({"kind": "application", "id": id, "account_id": account, "name": format!("The {client_id}"),
            "client_id": client_id, "secret_sha256": secret,
            "redirect_uris": [CALLBACK, "http://127.0.0.1:8765/callback?from=here"],
            "scopes": scopes, "creator_id": creator, "created_at": NOW})
    };
    let archive = lines([
        application(1, 415, "board", true, Value::Null, 2500),
        application(2, 415, "other", true, Value::Null, 2500),
        application(3, 415, "pocket", false, Value::Null, 2500),
        application(4, 415, "narrow", true, json!(["api_v3", "openid"]), 2500),
        application(9, 500, "elsewhere", true, Value::Null, 3000),
    ]);
    app.import(&archive).await.expect("applications");
    app
}

/// The URL of the consent page with the default parameters and more.
pub fn consent_url(client_id: &str, more: &[(&str, &str)]) -> String {
    let mut pairs = vec![("client_id", client_id), ("redirect_uri", CALLBACK), ("response_type", "code")];
    pairs.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    pairs.extend(more.iter().filter(|(_, value)| *value != "-"));
    format!("/oauth/authorize?{}", encoded(&pairs))
}

impl TestApp {
    /// An authorization code that a user grants to an application.
    pub async fn code(&self, token: &str, client_id: &str, more: &[(&str, &str)]) -> String {
        let mut browser = Browser::of(self, token).await;
        let page = browser.get(&consent_url(client_id, more)).await;
        let answer = browser.send(&page.form_with("decision", "allow")).await;
        answer.member("code").unwrap_or_else(|| panic!("no code: {answer:?}"))
    }

    /// A request of an application that authenticates in the body.
    pub async fn as_client(&self, path: &str, client_id: &str, fields: &[(&str, &str)]) -> Answer {
        let secret = format!("{client_id}-secret");
        let mut fields = fields.to_vec();
        fields.push(("client_id", client_id));
        if client_id != "pocket" {
            fields.push(("client_secret", &secret));
        }
        self.request(Method::POST, path, &[FORM], &encoded(&fields)).await
    }

    pub async fn token(&self, client_id: &str, fields: &[(&str, &str)]) -> Answer {
        self.as_client("/oauth/token", client_id, fields).await
    }

    /// Exchanges a code that was sent to [`CALLBACK`].
    pub async fn exchange(&self, client_id: &str, code: &str, more: &[(&str, &str)]) -> Answer {
        let usual = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
        self.token(client_id, &[&usual, more].concat()).await
    }

    /// The tokens that a user grants to an application, for some scopes.
    pub async fn tokens(&self, token: &str, client_id: &str, scope: &str) -> Value {
        let code = self.code(token, client_id, &[("scope", scope), ("code_challenge", VERIFIER)]).await;
        let answer = self.exchange(client_id, &code, &[("code_verifier", VERIFIER)]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Whether a token is accepted by the Kantata surface, and the status of the OpenProject surface.
    pub async fn opens(&self, token: &Value) -> (bool, u16) {
        let header = format!("Bearer {}", token.as_str().expect("a token"));
        let headers = [("authorization", header.as_str())];
        let one = self.request(Method::GET, "/api/v1/users/me", &headers, "").await.status == 200;
        (one, self.request(Method::GET, "/api/v3/statuses", &headers, "").await.status.as_u16())
    }
}

impl Answer {
    /// A parameter of the query or the fragment of a redirect.
    #[track_caller]
    pub fn member(&self, name: &str) -> Option<String> {
        assert_eq!(self.status, 302, "{self:?}");
        let url = Url::parse(self.header("location")).expect("a URL");
        let fragment = url.fragment().unwrap_or_default().to_owned();
        let pairs = url.query_pairs().chain(url::form_urlencoded::parse(fragment.as_bytes()));
        pairs.into_iter().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
    }

    /// Asserts an error of the OAuth endpoints, its status, and that it is not cached.
    #[track_caller]
    pub fn is_refused(&self, status: u16, error: &str, description: &str) {
        let expected = json!({"error": error, "error_description": description});
        assert_eq!((self.status.as_u16(), self.json()), (status, expected), "{self}");
        self.is_not_cached();
    }

    #[track_caller]
    pub fn is_not_cached(&self) {
        assert_eq!(self.header("content-type"), "application/json; charset=utf-8", "{self}");
        assert_eq!((self.header("cache-control"), self.header("pragma")), ("no-store", "no-cache"), "{self}");
    }
}

/// The value of `Authorization` for an application.
pub fn basic(client_id: &str, secret: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{client_id}:{secret}")))
}
