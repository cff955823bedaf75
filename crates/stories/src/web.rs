//! Security headers, CSRF protection and preferences.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request};
use macros::both_engines;
use service::RequestId;
use service::client::Client;
use web::{error_layer, error_page};

use super::browser::{Browser, FORM, encoded};
use super::policy::{groups, others};
use super::{Answer, Engine, TestApp};
use domain::setup::Setup;

/// Asserts the security headers of a page.
#[track_caller]
fn is_guarded(answer: &Answer, path: &str) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    if !answer.header("content-type").starts_with("text/html") {
        return;
    }
    let policy = answer.header("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(part), "{path}: {policy}");
    }
    // The viewer uses inline styles; the consent form redirects to the application.
    let own = if path.starts_with("/docs") {
        "style-src 'self' 'unsafe-inline';"
    } else {
        "form-action 'self' https://board.example;"
    };
    let rest = policy.replace(own, "");
    for part in ["unsafe-inline", "unsafe-eval", "http:", "https:", "*"] {
        assert!(!rest.contains(part), "{path}: {policy}");
    }
    assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
    assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
    if path.starts_with("/docs") {
        return;
    }
    // No inline style or script.
    for inline in ["<style", " style=", "<script>", " onclick=", " onload=", "javascript:"] {
        assert!(!answer.text.contains(inline), "{path}: {inline}");
    }
    let is_problem = path.starts_with("/problems");
    assert!(is_problem || answer.header("cache-control") == "no-store", "{path}: {answer:?}");
}

#[both_engines]
async fn every_page_has_security_headers(engine: Engine) {
    let mut app = crate::oauth::harbor(engine).await;
    app.rebuild(|app| app.setup(Setup::with_secret("first")));
    let mut pages = 0;
    let mut browser = Browser::of(&app, "root").await;
    for row in others() {
        for cookie in ["", &browser.cookie] {
            let headers = [FORM, ("cookie", cookie)];
            let answer = app.request(row.method.clone(), row.path, &headers, "").await;
            pages += usize::from(answer.header("content-type").starts_with("text/html"));
            is_guarded(&answer, row.path);
        }
    }
    assert!(pages > 15, "{pages}");
    let foreign = [FORM, ("origin", "https://evil.example")];
    let refused = app.request(Method::POST, "/login", &foreign, &encoded(&[("token", "root")])).await;
    assert_eq!(refused.status, 403);
    is_guarded(&refused, "/login");
    is_guarded(&browser.get("/login/nothing").await, "/login/nothing");
    is_guarded(&browser.get("/setup/first").await, "/setup/first");
    let admitted = browser.post("/login", &[("token", "root")]).await;
    assert!(admitted.header("set-cookie").contains("; HttpOnly; SameSite=Lax"), "{admitted:?}");
    is_guarded(&admitted, "/login");
}

#[both_engines]
async fn api_responses_forbid_content_sniffing(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for group in groups() {
        for (method, path, ..) in &group.rows {
            for token in ["", "Bearer root"] {
                let path = format!("{}{path}", group.prefix);
                let answer = app.request(method.clone(), &path, &[("authorization", token)], "").await;
                is_guarded(&answer, &path);
            }
        }
    }
}

#[both_engines]
async fn hsts_is_sent_if_configured(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for path in ["/login", "/api/v1/users/me", "/nowhere"] {
        let answer = app.request(Method::GET, path, &[], "").await;
        assert_eq!(answer.header("strict-transport-security"), "", "{path}");
    }
    let app = app.set(|settings| settings.public_url = Some("https://status.example".into()));
    for path in ["/login", "/api/v1/users/me", "/nowhere", "/docs/"] {
        let answer = app.request(Method::GET, path, &[], "").await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{path}");
    }
    let headers = [FORM, ("origin", "https://status.example")];
    let admitted = app.request(Method::POST, "/login", &headers, &encoded(&[("token", "root")])).await;
    assert!(admitted.header("set-cookie").ends_with("; Secure"), "{admitted:?}");
}

/// Every form that changes something refuses cross-site requests and requests without the CSRF token of the session.
#[both_engines]
async fn cross_site_forms_are_refused(engine: Engine) {
    let mut app = crate::oauth::harbor(engine).await;
    app.rebuild(|app| app.setup(Setup::with_secret("first")));
    let cookie = Browser::of(&app, "root").await.cookie;
    let before = app.export().await;
    let pages = others().into_iter().filter(|row| {
        let is_for_programs =
            ["/oauth/register", "/oauth/token", "/oauth/revoke", "/oauth/introspect", "/openid/userinfo"];
        // Mail programs unsubscribe with the secret of the link alone (RFC 8058).
        row.method == Method::POST
            && !is_for_programs.contains(&row.path)
            && !row.path.starts_with("/unsubscribe/")
    });
    let paths: Vec<&str> = pages.map(|row| row.path).chain(["/setup/first"]).collect();
    assert!(paths.len() >= 5, "{paths:?}");
    let filled =
        encoded(&[("token", "root"), ("name", "Eve"), ("email", "eve@example.com"), ("csrf", "guess")]);
    for path in paths {
        for sent in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
        ] {
            for cookie in [cookie.as_str(), ""] {
                // Anonymous users are redirected to the login.
                let is_led = cookie.is_empty()
                    && !["/login", "/logout", "/preferences", "/setup/first"].contains(&path);
                let headers = [FORM, ("cookie", cookie), sent];
                let answer = app.request(Method::POST, path, &headers, &filled).await;
                assert!(
                    answer.status == 403 || is_led && answer.status == 303,
                    "{path} {sent:?}: {answer:?}"
                );
                assert_eq!(answer.header("set-cookie"), "", "{path} {sent:?}");
            }
        }
    }
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn pages_follow_the_readers_preferences(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let german = app.request(Method::GET, "/login", &[("accept-language", "de-CH, en;q=0.5")], "").await;
    assert!(
        german.text.contains("<html lang=\"de\" dir=\"ltr\" data-theme=\"auto\" data-palette=\"default\">")
    );
    assert!(german.text.contains("<h1>Anmelden</h1>"));
    let mut browser = Browser::of(&app, "max").await;
    let form = browser.get("/?q=quay").await.form_with("return_to", "/?q=quay");
    assert_eq!(form.action, "/preferences");
    let chosen = form.with("language", "de").with("theme", "dark").with("palette", "safe");
    let answer = browser.send(&chosen).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/?q=quay"));
    let page = browser.get("/?q=quay").await.text;
    assert!(page.contains("<html lang=\"de\" dir=\"ltr\" data-theme=\"dark\" data-palette=\"safe\">"));
    assert!(page.contains("Quay extension") && page.contains("Suche"));
    assert!(browser.get("/tokens").await.text.contains("Die OpenProject-API verwenden (/api/v3)"));
    // Unknown choices change nothing, and redirect to no other site.
    let wrong = chosen.with("language", "xx").with("theme", "\" onload=\"").with("palette", "");
    let answer = browser.send(&wrong.with("return_to", "https://evil.example")).await;
    assert_eq!((answer.header("location"), answer.header("set-cookie")), ("/", ""));
    let not_there = browser.get("/login/nothing").await;
    assert!(not_there.text.contains("Dieser Link funktioniert nicht mehr"), "{}", not_there.text);
    let lost = [("accept", "text/html"), ("cookie", browser.cookie.as_str())];
    let lost = app.request(Method::GET, "/nowhere", &lost, "").await;
    assert!(lost.status == 404 && lost.text.contains("Seite nicht gefunden"), "{}", lost.text);
}

#[both_engines]
async fn the_page_of_an_internal_error_has_the_id_of_the_request(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut request = Request::get("/").body(Body::empty()).expect("a request");
    let (id, root) = (HeaderValue::from_static("7f3a"), String::new());
    request.extensions_mut().insert(RequestId { id, root, caller: None, client: Client::default() });
    let answer = error_layer::layer(&app.app, request, async |_| error_page::internal_error()).await;
    assert_eq!(answer.status(), 500);
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a page");
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains("It’s a problem on our side. Reference: 7f3a"), "{text}");
}

/// The reasons for API clients are in English only.
#[both_engines]
async fn malformed_requests_are_reported_in_the_readers_language(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (query, english, german) in [
        ("q=%zz", "It isn’t valid UTF-8", "Sie ist kein gültiges UTF-8"),
        ("q=%ff", "It isn’t valid UTF-8", "Sie ist kein gültiges UTF-8"),
        ("q=%00", "contains a null byte", "enthält ein Nullbyte"),
        ("q=1&q[a]=2", "isn’t in the expected format", "nicht das erwartete Format"),
    ] {
        for (language, said) in [("en", english), ("de", german)] {
            let headers = [("accept-language", language)];
            let answer = app.request(Method::GET, &format!("/login?{query}"), &headers, "").await;
            assert!(answer.status == 400 && answer.text.contains(said), "{query}: {}", answer.text);
        }
    }
}

/// The length of a compressed page must not reveal the token (BREACH).
#[both_engines]
async fn form_tokens_differ_in_each_response(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut browser = Browser::of(&app, "max").await;
    let mut carried = std::collections::HashSet::new();
    for _ in 0..3 {
        let page = browser.get("/").await;
        let form = page.form_with("return_to", "/");
        let csrf = form.field("csrf").expect("a mark").to_owned();
        assert_eq!(browser.send(&form).await.status, 303);
        for wrong in [&csrf[1..], &csrf[2..], &csrf[..64], "", "zz"] {
            assert_eq!(browser.send(&form.clone().with("csrf", wrong)).await.status, 403, "{wrong}");
        }
        carried.insert(csrf);
    }
    assert_eq!(carried.len(), 3);
}

/// The links of the menu, and the pages of the palette.
fn offered(page: &Answer, palette: &Answer) -> Vec<String> {
    let menu = page.text.split_once("aria-label=\"Main menu\" popover>").expect("a menu").1;
    let menu = menu.split("</nav>").next().unwrap_or_default();
    let links = menu.split("href=\"").skip(1).chain(palette.text.split("data-href=\"").skip(1));
    links.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

#[both_engines]
async fn no_menu_leads_to_a_forbidden_page(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (token, has_statuses) in
        [("root", true), ("ada", true), ("vera", true), ("cleo", true), ("olaf", false), ("zoe", true)]
    {
        let mut browser = Browser::of(&app, token).await;
        let (page, palette) = (browser.get("/").await, browser.get("/palette?q=").await);
        let paths = offered(&page, &palette);
        assert!(paths.len() >= 4, "{token}: {paths:?}");
        assert_eq!(paths.contains(&"/statuses".to_owned()), has_statuses, "{token}: {paths:?}");
        assert_eq!(page.text.contains("<kbd>g</kbd> <kbd>s</kbd>"), has_statuses, "{token}");
        for path in paths {
            assert_eq!(browser.get(&path).await.status, 200, "{token} {path}");
        }
    }
}

#[both_engines]
async fn error_pages_have_the_menu_of_the_person_who_is_signed_in(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let browser = Browser::of(&app, "olaf").await;
    for (method, path, status) in [
        (Method::GET, "/statuses", 403),
        (Method::GET, "/people", 403),
        (Method::GET, "/workspaces/53760", 404),
        (Method::GET, "/nowhere", 404),
        (Method::GET, "/?q=%zz", 400),
        (Method::POST, "/people", 403),
    ] {
        let request = async |cookie: &str| {
            let headers = [FORM, ("accept", "text/html"), ("cookie", cookie)];
            app.request(method.clone(), path, &headers, "").await
        };
        let answer = request(&browser.cookie).await;
        assert_eq!(answer.status, status, "{path}");
        for part in ["aria-label=\"Main menu\" popover>", ">Olaf Out</summary>", "<dialog id=\"palette\""] {
            assert!(answer.text.contains(part), "{path}: {part}");
        }
        is_guarded(&answer, path);
        for cookie in ["", "statuary_session=nobody"] {
            let answer = request(cookie).await;
            assert!(!answer.text.contains("<nav aria-label"), "{path}: {}", answer.text);
        }
    }
}
