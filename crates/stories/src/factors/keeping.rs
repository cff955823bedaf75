//! Keeping one's factors: what asks for the password again, what archives and erasures do with factors, and who is not asked.

use axum::http::Method;
use macros::both_engines;

use super::{
    PASSWORD, add_app, add_first_app, at_second_step, by_password, is_signed_in, is_sound, recovery_codes,
    with_pat,
};
use crate::browser::Browser;
use crate::{Engine, TestApp};

#[both_engines]
async fn a_change_asks_for_the_password_again(engine: Engine) {
    let app = with_pat(engine).await;
    let mut own = Browser::new(&app);
    by_password(&mut own).await;
    let (_, codes) = add_app(&mut own, app.app.clock.now()).await;
    let factors = app.own("pat", Method::GET, "/users/71/factors").await.json();
    assert_eq!((&factors["factors"][0]["kind"], &factors["recovery_codes"]), (&"app".into(), &10.into()));
    let remove = format!("/account/factors/{}/remove", factors["factors"][0]["id"]);
    for path in ["/account/factors/codes", remove.as_str()] {
        assert!(own.get(path).await.text.contains("name=\"proof\""), "{path}");
        for wrong in ["", "Kran", &codes[0]] {
            let answer = own.submit(path, &[("proof", wrong)]).await;
            assert!(answer.status == 422 && answer.text.contains("proof-problem"), "{path}: {answer:?}");
        }
    }
    let page = own.submit("/account/factors/codes", &[("proof", PASSWORD)]).await;
    let new = recovery_codes(&page);
    assert_eq!(new.len(), 10, "{page:?}");
    let mut browser = at_second_step(&app).await;
    assert_eq!(browser.post("/login/factor", &[("code", &codes[0])]).await.status, 422);
    assert_eq!(browser.post("/login/factor", &[("code", &new[0])]).await.status, 303);
    // Without a factor, the password alone signs in again, and the codes are gone.
    assert_eq!(own.submit(&remove, &[("proof", PASSWORD)]).await.header("location"), "/account/factors");
    assert_eq!(own.submit(&remove, &[("proof", PASSWORD)]).await.status, 404);
    assert_eq!(by_password(&mut Browser::new(&app)).await.header("location"), "/changes");

    // A person without a password, who signs in with a token, proves a code.
    let mut root = Browser::of(&app, "root").await;
    let (right, codes) = add_first_app(&mut root, app.app.clock.now()).await;
    assert_eq!(root.submit("/account/factors/codes", &[("proof", &right)]).await.status, 422);
    assert_eq!(root.submit("/account/factors/codes", &[("proof", &codes[0])]).await.status, 200);
    is_sound(&app).await;
}

#[both_engines]
async fn an_archive_has_no_factors_and_an_erasure_leaves_none(engine: Engine) {
    let app = with_pat(engine).await;
    let mut own = Browser::new(&app);
    by_password(&mut own).await;
    add_app(&mut own, app.app.clock.now()).await;
    let mut root = Browser::of(&app, "root").await;
    root.submit("/settings", &[("requires_factor", "1")]).await;
    // The setting is in the archive, the factor is not: after an import the person sets up a new one.
    let archive = app.export().await;
    assert!(!archive.contains("\"factor\"") && !archive.contains("recovery_codes"), "{archive}");
    let other = TestApp::empty(engine).await;
    let (_, lines) = archive.split_once('\n').expect("a header");
    other.import(lines).await.expect("an archive");
    assert_eq!(other.own("root", Method::GET, "/account").await.json()["requires_factor"], true);
    let mut there = at_second_step(&other).await;
    assert!(there.get("/login/factor").await.text.contains("requires a second factor"));
    assert!(!is_signed_in(&mut there).await);
    // The export of the person names the factor.
    let known = app.own("pat", Method::GET, "/users/71/export").await.json();
    assert_eq!(
        (&known["factor"][0]["name"], &known["recovery_codes"][0]["remaining"]),
        (&"Phone".into(), &10.into())
    );

    let headers = [("authorization", "Bearer root"), ("content-type", "application/json")];
    let erased = app.request(Method::POST, "/api/statuary/v1/users/71/erase", &headers, "{}").await;
    assert_eq!(erased.status, 200, "{erased}");
    assert_eq!(
        app.own("root", Method::GET, "/users/71/factors").await.json()["factors"],
        serde_json::json!([])
    );
    let events = app.own("root", Method::GET, "/events?types=factor.*").await;
    assert!(events.text.contains("factor.deleted") && !events.text.contains("Phone"), "{events}");
    is_sound(&app).await;
}
