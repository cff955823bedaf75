//! Stories of signing in with a provider of `OpenID` Connect, on both engines. The provider of `tests/browser` is a real one.

mod peer;
mod refusals;

use axum::http::Method;
use macros::both_engines;
use serde_json::{Value, json};

use self::peer::{CLIENT, Peer};
use crate::browser::{Browser, FORM, encoded};
use crate::{Answer, Engine, NOW, TestApp, factors, lines, time};
use service::settings::openid::{ClientSecret, OpenIdSettings, Provision};

/// The event of a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
const PUBLIC: &str = "https://status.example";

/// The harbor with a provider.
async fn with_provider(engine: Engine, change: impl FnOnce(&mut OpenIdSettings)) -> (TestApp, Peer) {
    let peer = Peer::new(time(NOW).unix_seconds()).await;
    let mut openid = OpenIdSettings {
        issuer: peer.url.clone(),
        client_id: CLIENT.0.to_owned(),
        client_secret: ClientSecret(CLIENT.1.to_owned()),
        scopes: vec!["openid".to_owned(), "email".to_owned()],
        name: "Harbor ID".to_owned(),
        groups_claim: "groups".to_owned(),
        administrators: None,
        provision: Provision::Invited,
    };
    change(&mut openid);
    let app = TestApp::harbor(engine).await.set(|settings| {
        settings.public_url = Some(PUBLIC.to_owned());
        settings.openid = Some(openid);
    });
    (app, peer)
}

/// Signs in with the provider, up to the answer to the browser that came back.
async fn sign_in(browser: &mut Browser<'_>, peer: &Peer, claims: &Value) -> Answer {
    peer.signs_in(claims);
    let begun = browser.get("/login/openid").await;
    assert_eq!(begun.status, 303, "{begun:?}");
    let back = peer.agrees(begun.header("location"));
    browser.get(&back).await
}

async fn is_signed_in(browser: &mut Browser<'_>, name: &str) -> bool {
    let page = browser.get("/account").await;
    page.status == 200 && page.text.contains(name)
}

fn verified(subject: &str, address: &str) -> Value {
    json!({"sub": subject, "email": address, "email_verified": true, "name": "Somebody Else", "sid": format!("s-{subject}")})
}

#[both_engines]
async fn a_person_is_found_by_the_verified_address_once_and_then_by_the_subject(engine: Engine) {
    let (app, peer) = with_provider(engine, |_| {}).await;
    let mut browser = Browser::new(&app);
    let login = browser.get("/login?return_to=%2Fchanges").await.text;
    assert!(
        login.contains("Sign in with Harbor ID") && login.contains("/login/openid?return_to=%2Fchanges"),
        "{login}"
    );
    let begun = browser.get("/login/openid?return_to=%2Fchanges").await;
    assert!(
        begun
            .header("location")
            .contains("redirect_uri=https%3A%2F%2Fstatus.example%2Flogin%2Fopenid%2Fcallback")
    );
    peer.signs_in(&verified("f3", "Ada@example.com"));
    let back = peer.agrees(begun.header("location"));
    let answer = browser.get(&back).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/changes"), "{answer:?}");
    assert!(is_signed_in(&mut browser, "Ada Park").await);
    assert_eq!(browser.get("/login/openid?return_to=%2Fdesk").await.header("location"), "/desk");

    // Another address at the provider, and the address of another person: the subject counts.
    for address in ["ada.new@example.org", "bo@example.com"] {
        let mut again = Browser::new(&app);
        assert_eq!(sign_in(&mut again, &peer, &verified("f3", address)).await.status, 303);
        assert!(is_signed_in(&mut again, "Ada Park").await, "{address}");
    }
    // Another subject with her address is somebody else, to whom the address was given.
    let answer = sign_in(&mut Browser::new(&app), &peer, &verified("f4", "ada@example.com")).await;
    assert!(answer.status == 403 && answer.text.contains("belongs to another person here"), "{answer:?}");

    let own = app.own("ada", Method::GET, "/users/2545/identities").await.json();
    let own = &own["identities"][0];
    assert_eq!((&own["issuer"], &own["subject"]), (&json!(peer.url), &json!("f3")));
    let events = app.own("root", Method::GET, "/events?types=identity.*").await.json();
    assert_eq!(events["events"][0]["type"], "identity.created", "{events}");
    assert_eq!(events["events"].as_array().map(Vec::len), Some(1));
    let sessions = app.own("root", Method::GET, "/events?types=session.created").await.text;
    assert!(sessions.contains("identity_id") && !sessions.contains("id_token") && !sessions.contains("s-f3"));
    // The archive has the identity, and can be read into another store.
    let archive = app.export().await;
    let copy = TestApp::empty(engine).await;
    copy.import(archive.split_once('\n').expect("a header").1).await.expect("an archive");
    assert_eq!(copy.export().await, archive);
}

#[both_engines]
async fn an_address_that_is_not_verified_takes_no_account_over(engine: Engine) {
    let (app, peer) = with_provider(engine, |_| {}).await;
    for (claims, said) in [
        (json!({"sub": "m", "email": "ada@example.com"}), "has not verified"),
        (json!({"sub": "m", "email": "ada@example.com", "email_verified": false}), "has not verified"),
        (json!({"sub": "m", "email": "ada@example.com", "email_verified": 1}), "has not verified"),
        (json!({"sub": "m"}), "has not verified"),
        (verified("m", "nobody@example.com"), "nobody has added you here"),
    ] {
        let mut browser = Browser::new(&app);
        let answer = sign_in(&mut browser, &peer, &claims).await;
        assert!(answer.status == 403 && answer.text.contains(said), "{claims}: {answer:?}");
        assert!(!is_signed_in(&mut browser, "").await, "{claims}");
    }
    // The verification of one address is not that of another: the ID token has it, and the endpoint the address.
    peer.tells(json!({"sub": "m", "email": "ada@example.com"}));
    let split = json!({"sub": "m", "email_verified": true});
    assert_eq!(sign_in(&mut Browser::new(&app), &peer, &split).await.status, 403);
    peer.tells(json!({"sub": "another", "email": "ada@example.com", "email_verified": true}));
    assert_eq!(sign_in(&mut Browser::new(&app), &peer, &json!({"sub": "m"})).await.status, 403);
    peer.tells(json!({"sub": "m", "email": "ada@example.com", "email_verified": true}));
    assert_eq!(sign_in(&mut Browser::new(&app), &peer, &json!({"sub": "m"})).await.status, 303);
    // Deactivated people do not get in.
    let mut root = Browser::of(&app, "root").await;
    root.submit("/people/2545", &[("change", "deactivate")]).await;
    let answer = sign_in(&mut Browser::new(&app), &peer, &json!({"sub": "m"})).await;
    assert!(answer.status == 403 && answer.text.contains("deactivated"), "{answer:?}");
}

#[both_engines]
async fn the_second_factor_of_the_provider_is_the_only_one(engine: Engine) {
    let (app, peer) = with_provider(engine, |_| {}).await;
    let claims = verified("f3", "ada@example.com");
    let mut early = Browser::new(&app);
    sign_in(&mut early, &peer, &claims).await;
    factors::add_first_app(&mut Browser::of(&app, "ada").await, app.app.clock.now()).await;
    let mut root = Browser::of(&app, "root").await;
    assert_eq!(root.submit("/settings", &[("requires_factor", "1")]).await.status, 303);
    let by_token = Browser::new(&app).post("/login", &[("token", "ada")]).await;
    assert!(by_token.header("location").starts_with("/login/factor"), "{by_token:?}");
    let mut late = Browser::new(&app);
    let answer = sign_in(&mut late, &peer, &claims).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"), "{answer:?}");
    for browser in [&mut early, &mut late] {
        assert!(is_signed_in(browser, "Ada Park").await);
    }
}

#[both_engines]
async fn a_group_makes_administrators_and_its_loss_ends_that(engine: Engine) {
    let (app, peer) =
        with_provider(engine, |openid| openid.administrators = Some("statuary-admins".into())).await;
    let with = |groups: Value| {
        let mut claims = verified("f3", "ada@example.com");
        claims["groups"] = groups;
        claims
    };
    for (groups, people) in [
        (json!(["staff", "statuary-admins"]), 200),
        // Too many for the token: nothing changes.
        (json!(null), 200),
        (json!(["staff"]), 403),
        (json!("statuary-admins"), 200),
        (json!([]), 403),
    ] {
        let mut claims = with(groups.clone());
        if groups.is_null() {
            claims["_claim_names"] = json!({"groups": "src1"});
        }
        let mut browser = Browser::new(&app);
        assert_eq!(sign_in(&mut browser, &peer, &claims).await.status, 303, "{groups}");
        assert_eq!(browser.get("/people").await.status.as_u16(), people, "{groups}");
    }
    // The last administrator of an account stays one.
    let mut zoe = Browser::new(&app);
    assert_eq!(sign_in(&mut zoe, &peer, &verified("z", "zoe@example.com")).await.status, 303);
    assert_eq!(zoe.get("/people").await.status, 200);
    let (actor, surface) = app.last_writer("user").await;
    assert_eq!((actor, surface.as_str()), (None, "pages"));
}

#[both_engines]
async fn people_of_a_domain_are_added(engine: Engine) {
    let (app, peer) =
        with_provider(engine, |openid| openid.provision = Provision::Domain("example.org".into())).await;
    let mut browser = Browser::new(&app);
    let claims =
        json!({"sub": "e", "email": "Eve@Example.org", "email_verified": true, "name": " Eve Late "});
    assert_eq!(sign_in(&mut browser, &peer, &claims).await.status, 303);
    assert!(is_signed_in(&mut browser, "Eve Late").await);
    for address in ["eve@sub.example.org", "eve@example.com", "eve@example.org.evil.example"] {
        let answer = sign_in(&mut Browser::new(&app), &peer, &verified("x", address)).await;
        assert_eq!(answer.status, 403, "{address}");
    }
    assert_eq!(sign_in(&mut Browser::new(&app), &peer, &json!({"sub": "e"})).await.status, 303);
    let found = app.own("root", Method::GET, "/users?search=eve").await.json();
    assert_eq!(found["users"].as_array().map(Vec::len), Some(1), "{found}");
}

#[both_engines]
async fn a_person_connects_and_disconnects_the_account(engine: Engine) {
    let (app, peer) = with_provider(engine, |openid| openid.provision = Provision::Off).await;
    let answer = sign_in(&mut Browser::new(&app), &peer, &verified("f3", "ada@example.com")).await;
    assert!(answer.status == 403 && answer.text.contains("nobody has added you here"), "{answer:?}");
    let mut ada = Browser::of(&app, "ada").await;
    let page = ada.submit("/account/openid", &[]).await;
    assert!(page.status == 200 && page.header("refresh").starts_with("0; url=http://127.0.0.1:"), "{page:?}");
    let back = peer.agrees(page.header("refresh").strip_prefix("0; url=").expect("a URL"));
    // In the browser of somebody else, it connects nobody.
    let mut mallory = Browser::of(&app, "bo").await;
    let own = mallory.cookie.clone();
    mallory.cookie = format!(
        "{own}; {}",
        ada.cookie.split("; ").find(|one| one.starts_with("statuary_openid")).expect("a cookie")
    );
    assert_eq!(mallory.get(&back).await.status, 403);
    let page = ada.submit("/account/openid", &[]).await;
    let back = peer.agrees(page.header("refresh").strip_prefix("0; url=").expect("a URL"));
    assert_eq!(ada.get(&back).await.header("location"), "/account?saved=openid");
    let page = ada.get("/account").await.text;
    assert!(
        page.contains("Harbor ID") && page.contains("Disconnect") && !page.contains("Connect Harbor ID"),
        "{page}"
    );

    let mut other = Browser::new(&app);
    assert_eq!(sign_in(&mut other, &peer, &json!({"sub": "f3"})).await.status, 303);
    // She has no password: it is her only way in. An administrator may end it.
    let id =
        app.own("ada", Method::GET, "/users/2545/identities").await.json()["identities"][0]["id"].to_string();
    let path = format!("/users/2545/identities/{id}");
    assert_eq!(app.own("ada", Method::DELETE, &path).await.status, 422);
    let end = format!("/people/2545/identities/{id}/end");
    assert!(ada.submit(&end, &[]).await.text.contains("only way"));
    assert_eq!(app.own("root", Method::DELETE, &format!("/users/2551/identities/{id}")).await.status, 404);
    assert!(other.get("/account").await.status == 200);
    let mut root = Browser::of(&app, "root").await;
    assert!(root.get("/people/2545").await.text.contains(&end));
    assert_eq!(root.submit(&end, &[]).await.header("location"), "/people/2545");
    assert_eq!(other.get("/account").await.status, 303, "the session ended with the identity");
    assert_eq!(ada.get("/account").await.status, 200);
    assert_eq!(app.own("root", Method::DELETE, &path).await.status, 404);
}

#[both_engines]
async fn signing_out_leads_to_the_provider_and_the_provider_signs_people_out(engine: Engine) {
    let (app, peer) = with_provider(engine, |_| {}).await;
    let claims = verified("f3", "ada@example.com");
    let (mut one, mut two) = (Browser::new(&app), Browser::new(&app));
    sign_in(&mut one, &peer, &claims).await;
    let page = one.submit("/logout", &[]).await;
    let refresh = page.header("refresh").to_owned();
    assert!(refresh.starts_with(&format!("0; url={}/end?client_id=statuary&", peer.url)), "{refresh}");
    assert!(
        refresh.contains("post_logout_redirect_uri=https%3A%2F%2Fstatus.example%2Flogin&id_token_hint=ey"),
        "{refresh}"
    );
    assert!(!is_signed_in(&mut one, "Ada Park").await);
    let mut by_token = Browser::of(&app, "ada").await;
    assert_eq!(by_token.submit("/logout", &[]).await.header("location"), "/login");

    let logout = async |token: &str| {
        app.request(Method::POST, "/login/openid/logout", &[FORM], &encoded(&[("logout_token", token)])).await
    };
    let named = |more: Value| {
        let mut claims = json!({"events": {EVENT: {}}, "jti": "1"});
        for (name, value) in more.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        peer.token(&claims)
    };
    for more in
        [json!({"sub": "f3", "sid": "s-f3"}), json!({"sub": "f3"}), json!({"sub": null, "sid": "s-f3"})]
    {
        sign_in(&mut one, &peer, &claims).await;
        sign_in(&mut two, &peer, &claims).await;
        let mut by_token = Browser::of(&app, "ada").await;
        for other in [
            json!({"sub": "f3", "sid": "s-other"}),
            json!({"sub": "f9"}),
            json!({"sub": null, "sid": "s-other"}),
        ] {
            assert_eq!(logout(&named(other)).await.status, 200);
        }
        for bad in
            [json!({"aud": "other"}), json!({"events": {}}), json!({"nonce": "n"}), json!({"sub": null})]
        {
            let answer = logout(&named(bad.clone())).await;
            assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (400, "no-store"), "{bad}");
        }
        assert!(is_signed_in(&mut one, "Ada Park").await, "{more}");
        let token = named(more.clone());
        assert_eq!(logout(&token).await.status, 200);
        for browser in [&mut one, &mut two] {
            assert!(!is_signed_in(browser, "Ada Park").await, "{more}");
        }
        assert!(is_signed_in(&mut by_token, "Ada Park").await, "{more}");
        // The token that is sent again ends no session that began later.
        app.app.clock.advance(90);
        peer.waits(90);
        sign_in(&mut one, &peer, &claims).await;
        assert_eq!(logout(&token).await.status, 200);
        assert!(is_signed_in(&mut one, "Ada Park").await, "{more}");
        one = Browser::new(&app);
    }
}

/// The person of the archive line, with a password.
fn with_password(hash: &str) -> String {
    lines([json!({"kind": "user", "id": 71, "account_id": 415, "full_name": "Pat Harbor",
        "email_address": "pat@example.com", "password_hash": hash})])
}
