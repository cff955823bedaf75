//! Stories of second factors, through HTTP, on both engines. The walk in the browser is with an authenticator of Chromium.

mod keeping;
mod passkey;

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use self::passkey::Passkey;
use crate::browser::Browser;
use crate::whole::verified;
use crate::{Answer, Engine, TestApp, lines};
use base::clock::Time;
use base::mac::hmac_sha1;
use domain::users::password;

const EMAIL: &str = "pat@example.com";
const PASSWORD: &str = "Kran & Kai 7";
const ORIGIN: &str = "https://status.example";

/// The harbor with Pat (71), who has a password.
async fn with_pat(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let hash = password::hash(PASSWORD.into()).await.expect("a hash");
    let pat = json!({"kind": "user", "id": 71, "account_id": 415, "full_name": "Pat Harbor", "email_address": EMAIL,
        "password_hash": hash});
    let token = json!({"kind": "token", "id": 71, "user_id": 71, "name": "pat",
        "sha256": hex::encode(domain::auth::digest("pat"))});
    app.import(&lines([pat, token])).await.expect("a person");
    app.set(|settings| settings.public_url = Some(ORIGIN.to_owned()))
}

async fn by_password(browser: &mut Browser<'_>) -> Answer {
    let fields = [("email", EMAIL), ("password", PASSWORD), ("return_to", "/changes")];
    browser.post("/login", &fields).await
}

/// A browser in which Pat typed the password.
async fn at_second_step(app: &TestApp) -> Browser<'_> {
    let mut browser = Browser::new(app);
    let answer = by_password(&mut browser).await;
    assert!(answer.header("location").starts_with("/login/factor"), "{answer:?}");
    browser
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
    let right = code(&secret, now);
    let typed =
        |code, proof| [("secret", secret.as_str()), ("code", code), ("name", "Phone"), ("proof", proof)];
    for (fields, problem) in
        [(typed("000000", PASSWORD), "id=\"code-problem\""), (typed(&right, "Kran"), "id=\"proof-problem\"")]
    {
        let page = browser.submit("/account/factors", &fields).await;
        assert!(page.status == 422 && page.text.contains(problem), "{page:?}");
        assert_eq!(carried(&page), secret, "the picture stays the same");
    }
    let page = browser.submit("/account/factors", &typed(&right, PASSWORD)).await;
    assert_eq!(page.status, 200, "{page:?}");
    (secret.clone(), recovery_codes(&page))
}

/// Adds an app of a person without a password. Returns the code that it showed, and the recovery codes.
pub async fn add_first_app(browser: &mut Browser<'_>, now: Time) -> (String, Vec<String>) {
    let secret = carried(&browser.get("/account/factors/new").await);
    let right = code(&secret, now);
    let fields = [("secret", secret.as_str()), ("code", &right), ("name", "Key")];
    let codes = recovery_codes(&browser.submit("/account/factors", &fields).await);
    (right, codes)
}

async fn is_sound(app: &TestApp) {
    assert_eq!(verified(&app.app.db).await.1, Vec::<String>::new());
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
    assert_eq!(browser.post("/account/factors", &[]).await.header("location"), "/login");
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
    let (mut one, mut other) = (at_second_step(&app).await, at_second_step(&app).await);
    let answer = one.post("/login/factor", &[("code", &now), ("return_to", "/changes")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/changes"), "{answer:?}");
    assert!(is_signed_in(&mut one).await);
    assert_eq!(other.post("/login/factor", &[("code", &now)]).await.status, 422, "the code counts once");
    // A recovery code counts once, too, however it is typed.
    let typed = codes[3].to_uppercase().replace('-', " ");
    assert_eq!(other.post("/login/factor", &[("code", &typed)]).await.status, 303);
    let mut third = at_second_step(&app).await;
    assert_eq!(third.post("/login/factor", &[("code", &codes[3])]).await.status, 422);
    assert!(one.get("/account/factors").await.text.contains("9 codes are left"));
    // Without the password there is no second step, and it ends with signing out, and after ten minutes.
    let away = Browser::new(&app).post("/login/factor", &[("code", &codes[4])]).await;
    assert_eq!(away.header("location"), "/login");
    let mut leaving = at_second_step(&app).await;
    let cookie = leaving.cookie.clone();
    assert_eq!(leaving.post("/logout", &[]).await.header("location"), "/login");
    leaving.cookie = cookie;
    assert_eq!(leaving.get("/login/factor").await.header("location"), "/login");
    app.app.clock.advance(600);
    assert_eq!(third.post("/login/factor", &[("code", &codes[4])]).await.header("location"), "/login");
    is_sound(&app).await;
}

#[both_engines]
async fn an_account_can_require_a_factor(engine: Engine) {
    let app = with_pat(engine).await;
    let (mut root, mut earlier) = (Browser::of(&app, "root").await, Browser::new(&app));
    by_password(&mut earlier).await;
    assert_eq!(root.submit("/settings", &[("requires_factor", "1")]).await.status, 303);
    // Sessions without a factor end for the pages, that of the administrator, too; tokens go on.
    assert!(!is_signed_in(&mut earlier).await && !is_signed_in(&mut root).await);
    assert_eq!(app.own("ada", Method::GET, "/account").await.json()["requires_factor"], true);

    let mut browser = at_second_step(&app).await;
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
    let codes = recovery_codes(&page);
    assert!(page.status == 200 && codes.len() == 10 && page.text.contains("href=\"/changes\""), "{page:?}");
    assert!(is_signed_in(&mut browser).await);
    // The last one stays.
    let factors = app.own("pat", Method::GET, "/users/71/factors").await.json();
    let remove = format!("/account/factors/{}/remove", factors["factors"][0]["id"]);
    let refused = browser.submit(&remove, &[("proof", PASSWORD)]).await;
    assert!(refused.status == 422 && refused.text.contains("before you remove"), "{refused:?}");
    // Administrators reset the factors of others, others do not.
    for (token, status) in [("ada", 404), ("pat", 403)] {
        assert_eq!(app.own(token, Method::DELETE, "/users/71/factors").await.status, status, "{token}");
    }
    let secret_of_root = carried(&root_again(&mut root).await);
    let right = code(&secret_of_root, app.app.clock.now());
    let fields = [("secret", secret_of_root.as_str()), ("code", &right), ("name", "Key of root")];
    assert_eq!(root.post("/login/factor", &fields).await.status, 200);
    let person = root.get("/people/71").await;
    assert!(person.text.contains("Phone") && person.text.contains("/people/71/factors/reset"), "{person:?}");
    assert!(
        root.get("/people/71/factors/reset").await.text.contains("Reset the second factors of Pat Harbor?")
    );
    assert_eq!(root.submit("/people/71/factors/reset", &[]).await.header("location"), "/people/71");
    assert!(!is_signed_in(&mut browser).await);
    assert_eq!(app.own("pat", Method::GET, "/users/71/factors").await.json()["factors"], json!([]));
    let events = app.own("root", Method::GET, "/events?types=factor.*,recovery_codes.*").await;
    let of_pat = |one: &Value| {
        let record = if one["after"].is_null() { &one["before"] } else { &one["after"] };
        (record["user_id"] == 71).then(|| one["type"].clone())
    };
    let kinds: Vec<Value> =
        events.json()["events"].as_array().expect("a list").iter().filter_map(of_pat).collect();
    assert_eq!(
        kinds,
        ["factor.created", "recovery_codes.created", "factor.deleted", "recovery_codes.deleted"]
    );
    let known = app.own("root", Method::GET, "/users/71/export").await;
    for secret in [secret.as_str(), codes[0].as_str(), "digests", "challenge", "\"credential\""] {
        let texts = [&events.text, &known.text, &app.export().await];
        assert!(texts.iter().all(|text| !text.contains(secret)), "{secret}");
    }
    is_sound(&app).await;
}

/// The page of the second step of the administrator.
async fn root_again(root: &mut Browser<'_>) -> Answer {
    root.post("/login", &[("token", "root")]).await;
    root.get("/login/factor").await
}

#[both_engines]
async fn a_passkey_is_a_second_factor_and_what_it_is_asked_counts_once(engine: Engine) {
    let app = with_pat(engine).await;
    let mut own = Browser::new(&app);
    by_password(&mut own).await;
    let passkey = Passkey::new();
    let asked = passkey::question(&own.get("/account/factors/new").await);
    assert_eq!((&asked["rp"]["id"], &asked["attestation"]), (&json!("status.example"), &json!("none")));
    let with = |answer: &passkey::Fields| {
        let fields = answer.iter().map(|(name, value)| (*name, value.clone()));
        fields
            .chain([("name", "Key".to_owned()), ("proof", PASSWORD.to_owned())])
            .collect::<passkey::Fields>()
    };
    let evil = with(&passkey.register(&asked, "https://evil.example"));
    assert_eq!(own.submit("/account/factors", &passkey::pairs(&evil)).await.status, 422);
    let stale = with(&passkey.register(&asked, ORIGIN));
    assert_eq!(
        own.submit("/account/factors", &passkey::pairs(&stale)).await.status,
        422,
        "it was asked once"
    );
    let asked = passkey::question(&own.get("/account/factors/new").await);
    app.app.clock.advance(600);
    let late = with(&passkey.register(&asked, ORIGIN));
    assert_eq!(
        own.submit("/account/factors", &passkey::pairs(&late)).await.status,
        422,
        "ten minutes passed"
    );
    let asked = passkey::question(&own.get("/account/factors/new").await);
    let good = with(&passkey.register(&asked, ORIGIN));
    let page = own.submit("/account/factors", &passkey::pairs(&good)).await;
    assert_eq!(recovery_codes(&page).len(), 10, "{page:?}");
    // The same passkey is not added twice, for nobody.
    let asked = passkey::question(&own.get("/account/factors/new").await);
    assert_eq!(asked["excludeCredentials"].as_array().map(Vec::len), Some(1));
    let again = with(&passkey.register(&asked, ORIGIN));
    assert_eq!(own.submit("/account/factors", &passkey::pairs(&again)).await.status, 422);

    let mut browser = at_second_step(&app).await;
    let asked = passkey::question(&browser.get("/login/factor").await);
    assert_eq!(asked["allowCredentials"].as_array().map(Vec::len), Some(1));
    let other = Passkey::new().sign(&asked, ORIGIN, 1);
    assert_eq!(browser.post("/login/factor", &passkey::pairs(&other)).await.status, 422);
    let answer = passkey.sign(&asked, ORIGIN, 1);
    let twice = browser.post("/login/factor", &passkey::pairs(&answer)).await;
    assert_eq!(twice.status, 422, "it was asked once");
    let asked = passkey::question(&browser.get("/login/factor").await);
    let answer = passkey.sign(&asked, ORIGIN, 1);
    assert_eq!(browser.post("/login/factor", &passkey::pairs(&answer)).await.status, 303);
    assert!(is_signed_in(&mut browser).await);
    let mut again = at_second_step(&app).await;
    again.get("/login/factor").await;
    assert_eq!(again.post("/login/factor", &passkey::pairs(&answer)).await.status, 422, "of another session");
    // A copy has the same count.
    let asked = passkey::question(&again.get("/login/factor").await);
    let copy = passkey.sign(&asked, ORIGIN, 1);
    assert_eq!(again.post("/login/factor", &passkey::pairs(&copy)).await.status, 422);
    is_sound(&app).await;
}

#[both_engines]
async fn wrong_codes_are_limited_for_an_hour(engine: Engine) {
    let app = with_pat(engine).await.set(|settings| settings.login_limit = None);
    let mut own = Browser::new(&app);
    by_password(&mut own).await;
    let (secret, codes) = add_app(&mut own, app.app.clock.now()).await;
    let mut browser = at_second_step(&app).await;
    for _ in 0..10 {
        assert_eq!(browser.post("/login/factor", &[("code", "000000")]).await.status, 422);
    }
    // Neither another browser nor a recovery code is a way around.
    app.app.clock.advance(60);
    let mut other = at_second_step(&app).await;
    let refused = other.post("/login/factor", &[("code", &codes[0])]).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "3540"), "{refused:?}");
    app.app.clock.advance(3540);
    let mut after = at_second_step(&app).await;
    let now = code(&secret, app.app.clock.now());
    assert_eq!(after.post("/login/factor", &[("code", &now)]).await.status, 303);
    // The right code ends the count.
    let mut next = at_second_step(&app).await;
    for _ in 0..10 {
        assert_eq!(next.post("/login/factor", &[("code", "000000")]).await.status, 422);
    }
    assert_eq!(next.post("/login/factor", &[("code", "000000")]).await.status, 429);
}
