//! Work, Remaining work and % Complete through HTTP; the arithmetic has its own tests.

use domain::work_packages::progress::Mode;
use macros::both_engines;
use serde_json::{Value, json};

use super::super::violation;
use super::{Packages, link, read_only};
use crate::{Answer, Engine};

fn values(shown: &Value) -> Value {
    json!([shown["estimatedTime"], shown["remainingTime"], shown["percentageDone"]])
}

#[both_engines]
async fn values_derive_each_other(engine: Engine) {
    let all = Packages::new(engine).await;
    let stored = json!({"estimatedTime": "PT10H", "remainingTime": "PT3H"});
    for (stored, body, result) in [
        (json!({}), json!({"estimatedTime": "PT10H"}), json!(["PT10H", "PT10H", 0])),
        (json!({}), json!({"percentageDone": 50}), json!([null, null, 50])),
        (json!({"percentageDone": 60}), json!({"estimatedTime": "PT10H"}), json!(["PT10H", "PT4H", 60])),
        (stored.clone(), json!({"estimatedTime": "PT20H"}), json!(["PT20H", "PT13H", 35])),
        (stored.clone(), json!({"estimatedTime": "PT0S"}), json!(["PT0S", "PT0S", null])),
        (stored.clone(), json!({"estimatedTime": null}), json!([null, null, 70])),
        (
            stored.clone(),
            json!({"remainingTime": "PT12H", "percentageDone": 40}),
            json!(["PT20H", "PT12H", 40]),
        ),
        (stored.clone(), json!({"percentageDone": null}), json!(["PT10H", null, null])),
        (
            json!({}),
            json!({"estimatedTime": "PT10H7M24.444S", "remainingTime": "PT5H40M44.04S"}),
            json!(["PT10H7M12S", "PT5H40M48S", 44]),
        ),
    ] {
        let id = all.made(stored.clone()).await;
        let answer = all.patch(id, body.clone()).await;
        assert_eq!(values(&answer.json()), result, "{stored} {body}: {answer}");
    }
    let id = all.made(stored.clone()).await;
    let high = "Remaining work cannot be higher than Work.";
    all.patch(id, json!({"remainingTime": "PT12H"})).await.violates("remainingTime", high);
    let low = violation("estimatedTime", "Work cannot be lower than Remaining work.");
    let both = json!({"estimatedTime": "PT2H", "remainingTime": "PT4H"});
    all.patch(id, both).await.is_multiple_errors(422, &[low, violation("remainingTime", high)]);
    let range = "% Complete must be between 0 and 100.";
    all.patch(id, json!({"percentageDone": 101})).await.violates("percentageDone", range);
    let id = all.made(json!({})).await;
    for text in ["-PT1H", "PT-1H"] {
        let negative = "Work must be greater than or equal to 0.";
        all.patch(id, json!({"estimatedTime": text})).await.violates("estimatedTime", negative);
    }
}

#[both_engines]
async fn in_the_status_mode_the_status_decides(engine: Engine) {
    let mut all = Packages::new(engine).await;
    all.app = all.app.set(|settings| settings.openproject_progress = Mode::Status);
    let mut body = link("status", "statuses", all.progress);
    body["estimatedTime"] = json!("PT10H");
    let id = all.made(body).await;
    assert_eq!(values(&all.get(id).await), json!(["PT10H", "PT5H", 50]));
    let refused = |answer: Answer| answer.is_hal_error(422, &read_only("percentageDone", "% Complete"));
    refused(all.patch(id, json!({"percentageDone": 70})).await);
    assert_eq!(all.patch(id, json!({"percentageDone": 50})).await.status, 200);
    let ignored = all.patch(id, json!({"remainingTime": "PT9H"})).await;
    assert_eq!(values(&ignored.json()), json!(["PT10H", "PT5H", 50]));
    let before = all.get(id).await["lockVersion"].as_i64().expect("a version");
    let path = format!("/statuses/{}", all.progress);
    assert_eq!(all.app.v3_patch("root", &path, &json!({"defaultDoneRatio": 70})).await.status, 200);
    let after = all.get(id).await;
    assert_eq!(
        (values(&after), after["lockVersion"].as_i64()),
        (json!(["PT10H", "PT3H", 70]), Some(before + 1))
    );
    let activities = all.app.v3_get("ada", &format!("/work_packages/{id}/activities")).await.elements();
    assert_eq!(activities.last().expect("an activity")["_links"]["user"]["title"], "Root Admin");
    assert_eq!(activities.len(), 2);
}
