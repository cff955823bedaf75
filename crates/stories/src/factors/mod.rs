//! Stories of second factors, through HTTP, on both engines. The walk in the browser is with an authenticator of Chromium.

mod passkey;

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use self::passkey::Passkey;
use crate::browser::Browser;
use crate::{Answer, Engine, TestApp, lines};
use base::clock::Time;
use base::mac::hmac_sha1;
use domain::users::password;
use service::limits::Limits;

const EMAIL: &str = "pat@example.com";
const PASSWORD: &str = "Kran & Kai 7";

/// The harbor with Pat (71), who has a password.
async fn with_pat(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let hash = password::hash(PASSWORD.into()).await.expect("a hash");
    let pat = json!({"kind": "user", "id": 71, "account_id": 415, "full_name": "Pat Harbor", "email_address": EMAIL,
        "password_hash": hash});
    let token = json!({"kind": "token", "id": 71, "user_id": 71, "name": "pat",
        "sha256": hex::encode(domain::auth::digest("pat"))});
    app.import(&lines([pat, token])).await.expect("a person");
    app.set(|settings| settings.public_url = Some("https://status.example".to_owned()))
}

async fn by_password(browser: &mut Browser<'_>) -> Answer {
    let fields = [("email", EMAIL), ("password", PASSWORD), ("return_to", "/changes")];
    browser.post("/login", &fields).await
}

/// The code that an app shows.
fn code(secret: &str, now: Time) -> String {
    let digest = hmac_sha1(&hex::decode(secret).expect("a secret"), &(now.unix_seconds() / 30).to_be_bytes());
    let at = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes([digest[at] & 0x7f, digest[at + 1], digest[at + 2], digest[at + 3]]);
    format!("{:06}", number % 1_000_000)
}

fn carried(page: &Answer) -> String {
    let form = page.forms().into_iter().find_map(|form| form.field("secret").map(str::to_owned));
    form.expect("a secret")
}

fn recovery_codes(page: &Answer) -> Vec<String> {
    let parts = page.text.split("<li><code>").skip(1);
    parts.map(|rest| rest.split('<').next().unwrap_or_default().to_owned()).collect()
}

/// Adds an app on the account page. Returns its secret and the recovery codes.
async fn add_app(browser: &mut Browser<'_>, now: Time) -> (String, Vec<String>) {
    let secret = carried(&browser.get("/account/factors/new").await);
    let wrong = [("secret", secret.as_str()), ("code", "000000"), ("name", "Phone")];
    assert_eq!(browser.submit("/account/factors", &wrong).await.status, 422);
    let right = code(&secret, now);
    let page =
        browser.submit("/account/factors", &[("secret", &secret), ("code", &right), ("name", "Phone")]).await;
    assert_eq!(page.status, 200, "{page:?}");
    (secret, recovery_codes(&page))
}

async fn is_signed_in(browser: &mut Browser<'_>) -> bool {
    browser.get("/account").await.status == 200
}

#[both_engines]
async fn a_code_follows_the_password_and_counts_once(engine: Engine) {
    let app = with_pat(engine).await;
    let mut own = Browser::new(&app);
    assert_eq!(by_password(&mut own).await.header("location"), "/changes");
    let (secret, codes) = add_app(&mut own, app.app.clock.now()).await;
    assert_eq!(codes.len(), 10);
    assert!(own.get("/account/factors").await.text.contains("10 codes are left"));

    let mut browser = Browser::new(&app);
    let answer = by_password(&mut browser).await;
    assert_eq!(answer.header("location"), "/login/factor?return_to=%2Fchanges");
    assert!(!answer.header("set-cookie").contains("statuary_device"), "{answer:?}");
    // The session opens nothing yet, and a personal token is no way around.
    assert!(!is_signed_in(&mut browser).await);
    let by_token = Browser::new(&app).post("/login", &[("token", "pat")]).await;
    assert!(by_token.header("location").starts_with("/login/factor"), "{by_token:?}");
    // The code of the registration was used.
    let now = code(&secret, app.app.clock.now());
    for wrong in [now.as_str(), "000000", "", "abcd-abcd-abcd-abcd"] {
        let answer = browser.post("/login/factor", &[("code", wrong)]).await;
        assert!(answer.status == 422 && answer.text.contains("is not valid"), "{wrong}: {answer:?}");
    }
    app.app.clock.advance(30);
    let now = code(&secret, app.app.clock.now());
    let (mut one, mut other) = (Browser::new(&app), Browser::new(&app));
    by_password(&mut one).await;
    by_password(&mut other).await;
    let answer = one.post("/login/factor", &[("code", &now), ("return_to", "/changes")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/changes"), "{answer:?}");
    assert!(is_signed_in(&mut one).await);
    assert_eq!(other.post("/login/factor", &[("code", &now)]).await.status, 422, "the code counts once");
    // A recovery code counts once, too, however it is typed.
    let typed = codes[3].to_uppercase().replace('-', " ");
    assert_eq!(other.post("/login/factor", &[("code", &typed)]).await.status, 303);
    let mut third = Browser::new(&app);
    by_password(&mut third).await;
    assert_eq!(third.post("/login/factor", &[("code", &codes[3])]).await.status, 422);
    assert!(one.get("/account/factors").await.text.contains("9 codes are left"));
    // Without the password there is no second step, and it ends after ten minutes.
    assert_eq!(
        Browser::new(&app).post("/login/factor", &[("code", &codes[4])]).await.header("location"),
        "/login"
    );
    app.app.clock.advance(600);
    assert_eq!(third.post("/login/factor", &[("code", &codes[4])]).await.header("location"), "/login");
}

#[both_engines]
async fn an_account_can_require_a_factor(engine: Engine) {
    let app = with_pat(engine).await;
    let mut root = Browser::of(&app, "root").await;
    assert_eq!(root.submit("/settings", &[("requires_factor", "1")]).await.status, 303);
    assert_eq!(app.own("ada", Method::GET, "/account").await.json()["requires_factor"], true);
    let mut browser = Browser::new(&app);
    assert!(by_password(&mut browser).await.header("location").starts_with("/login/factor"));
    assert!(!is_signed_in(&mut browser).await);
    let page = browser.get("/login/factor?return_to=%2Fchanges").await;
    let secret = carried(&page);
    assert!(
        page.text.contains("requires a second factor") && page.text.contains("<svg class=\"qr\""),
        "{page:?}"
    );
    let right = code(&secret, app.app.clock.now());
    for (code, name) in [("123", "Phone"), (right.as_str(), " ")] {
        let answer =
            browser.post("/login/factor", &[("secret", &secret), ("code", code), ("name", name)]).await;
        assert_eq!(answer.status, 422, "{answer:?}");
        assert_eq!(carried(&answer), secret, "the picture stays the same");
    }
    let fields =
        [("secret", secret.as_str()), ("code", &right), ("name", "Phone"), ("return_to", "/changes")];
    let page = browser.post("/login/factor", &fields).await;
    assert!(
        page.status == 200 && recovery_codes(&page).len() == 10 && page.text.contains("href=\"/changes\""),
        "{page:?}"
    );
    assert!(is_signed_in(&mut browser).await);
    // The last one stays.
    let factors = app.own("pat", Method::GET, "/users/71/factors").await.json();
    let id = factors["factors"][0]["id"].to_string();
    assert!(
        browser
            .submit(&format!("/account/factors/{id}/remove"), &[])
            .await
            .text
            .contains("before you remove")
    );
    assert_eq!(app.own("pat", Method::DELETE, &format!("/users/71/factors/{id}")).await.status, 422);
    // Administrators reset, others do not.
    assert_eq!(app.own("ada", Method::DELETE, "/users/71/factors").await.status, 404);
    assert_eq!(app.own("pat", Method::DELETE, "/users/71/factors").await.status, 403);
    assert!(root.get("/people/71").await.text.contains("/people/71/factors/reset"));
    assert_eq!(root.submit("/people/71/factors/reset", &[]).await.status, 303);
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(app.own("pat", Method::GET, "/users/71/factors").await.json()["factors"], json!([]));
    let events = app.own("root", Method::GET, "/events?types=factor.*,recovery_codes.*").await;
    let kinds: Vec<Value> =
        events.json()["events"].as_array().expect("a list").iter().map(|one| one["type"].clone()).collect();
    assert_eq!(
        kinds,
        ["factor.created", "recovery_codes.created", "factor.deleted", "recovery_codes.deleted"]
    );
    for secret in [secret.as_str(), "digests", "challenge"] {
        assert!(!events.text.contains(secret) && !app.export().await.contains(secret), "{secret}");
    }
}

#[both_engines]
async fn a_passkey_is_a_second_factor_and_what_it_is_asked_counts_once(engine: Engine) {
    let app = with_pat(engine).await;
    let mut own = Browser::new(&app);
    by_password(&mut own).await;
    let passkey = Passkey::new();
    let page = own.get("/account/factors/new").await;
    let asked = passkey::question(&page);
    assert_eq!((&asked["rp"]["id"], &asked["attestation"]), (&json!("status.example"), &json!("none")));
    let evil = passkey.register(&asked, "https://evil.example");
    assert_eq!(own.submit("/account/factors", &passkey::fields(&evil, "Key")).await.status, 422);
    let stale = passkey.register(&asked, "https://status.example");
    assert_eq!(
        own.submit("/account/factors", &passkey::fields(&stale, "Key")).await.status,
        422,
        "it was asked once"
    );
    let asked = passkey::question(&own.get("/account/factors/new").await);
    let good = passkey.register(&asked, "https://status.example");
    let page = own.submit("/account/factors", &passkey::fields(&good, "Key")).await;
    assert_eq!(recovery_codes(&page).len(), 10, "{page:?}");

    let mut browser = Browser::new(&app);
    by_password(&mut browser).await;
    let asked = passkey::question(&browser.get("/login/factor").await);
    assert_eq!(asked["allowCredentials"].as_array().map(Vec::len), Some(1));
    let other = Passkey::new().sign(&asked, "https://status.example", 1);
    assert_eq!(browser.post("/login/factor", &passkey::pairs(&other)).await.status, 422);
    let answer = passkey.sign(&asked, "https://status.example", 1);
    assert_eq!(
        browser.post("/login/factor", &passkey::pairs(&answer)).await.status,
        422,
        "it was asked once"
    );
    let asked = passkey::question(&browser.get("/login/factor").await);
    let answer = passkey.sign(&asked, "https://status.example", 1);
    assert_eq!(browser.post("/login/factor", &passkey::pairs(&answer)).await.status, 303);
    assert!(is_signed_in(&mut browser).await);
    let mut again = Browser::new(&app);
    by_password(&mut again).await;
    again.get("/login/factor").await;
    assert_eq!(again.post("/login/factor", &passkey::pairs(&answer)).await.status, 422);
    // A copy has the same count.
    let asked = passkey::question(&again.get("/login/factor").await);
    let copy = passkey.sign(&asked, "https://status.example", 1);
    assert_eq!(again.post("/login/factor", &passkey::pairs(&copy)).await.status, 422);
}

#[tokio::test]
async fn guesses_at_codes_are_limited() {
    let mut app =
        with_pat(Engine::Sqlite).await.set(|settings| settings.login_limit = std::num::NonZeroU32::new(20));
    let mut own = Browser::new(&app);
    by_password(&mut own).await;
    let (_, codes) = add_app(&mut own, app.app.clock.now()).await;
    let limits = Limits::new(&app.app.settings, &app.app.clock);
    app.rebuild(|app| app.limits(limits));
    let mut browser = Browser::new(&app);
    by_password(&mut browser).await;
    for _ in 0..20 {
        assert_eq!(browser.post("/login/factor", &[("code", "000000")]).await.status, 422);
    }
    let refused = browser.post("/login/factor", &[("code", &codes[0])]).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "60"), "{refused:?}");
    app.app.clock.advance(60);
    assert_eq!(browser.post("/login/factor", &[("code", &codes[0])]).await.status, 303);
}
