//! Cases of the contract's tables, each row through HTTP.

use domain::work_packages::hours::Hours;
use macros::both_engines;
use serde_json::{Value, json};

use super::{Packages, filter, link, read_only};
use crate::Engine;

/// Hours as a duration.
fn hours(number: &str) -> Value {
    match number {
        "null" => Value::Null,
        _ => json!(format!("PT{number}H")),
    }
}

/// The members of a body as in the tables: `W=10 R=2.5 %=75`.
fn body(text: &str) -> Value {
    let mut body = json!({});
    for (name, value) in text.split_whitespace().filter_map(|part| part.split_once('=')) {
        match name {
            "W" => body["estimatedTime"] = hours(value),
            "R" => body["remainingTime"] = hours(value),
            _ => body["percentageDone"] = value.parse::<i64>().map_or(Value::Null, Value::from),
        }
    }
    body
}

/// Work, Remaining work and % Complete in hours: `10/2.5/75`.
fn values(shown: &Value) -> String {
    let hours = |name: &str| {
        let text = shown[name].as_str().map(Hours::parse);
        text.map_or("null".to_owned(), |hours| hours.expect("a duration").decimal())
    };
    let percent = shown["percentageDone"].as_i64().map_or("null".to_owned(), |percent| percent.to_string());
    format!("{}/{}/{percent}", hours("estimatedTime"), hours("remainingTime"))
}

#[both_engines]
async fn every_row_of_the_table_of_progress_holds(engine: Engine) {
    const SET: &str = "W=10 R=3";
    let all = Packages::new(engine).await;
    for (stored, change, expected) in [
        ("", "W=10", "10/10/0"),
        ("", "R=5", "5/5/0"),
        ("", "%=50", "null/null/50"),
        ("", "W=10 R=2.5", "10/2.5/75"),
        ("", "W=10 %=25", "10/7.5/25"),
        ("", "R=6 %=40", "10/6/40"),
        ("%=60", "W=10", "10/4/60"),
        (SET, "W=20", "20/13/35"),
        (SET, "W=8", "8/1/88"),
        (SET, "W=2", "2/0/100"),
        ("", "W=20000 R=1", "20000/1/99"),
        ("", "W=20000 R=19999", "20000/19999/1"),
        (SET, "W=0", "0/0/null"),
        (SET, "W=null", "null/null/70"),
        (SET, "R=2", "10/2/80"),
        (SET, "R=null", "null/null/70"),
        (SET, "R=12 %=40", "20/12/40"),
        (SET, "%=40", "10/6/40"),
        (SET, "%=null", "10/null/null"),
        (SET, "W=20 %=70", "20/6/70"),
        (SET, "W=20 R=3", "20/3/85"),
        (SET, "W=8 R=null", "8/null/null"),
    ] {
        let id = all.made(body(stored)).await;
        let answer = all.patch(id, body(change)).await;
        assert_eq!(
            (answer.status.as_u16(), values(&answer.json())),
            (200, expected.to_owned()),
            "{stored}; {change}"
        );
        assert_eq!(all.get(id).await, answer.json(), "{stored}; {change}");
    }
}

#[both_engines]
async fn values_that_do_not_agree_are_refused_with_their_texts(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({})).await;
    for (change, attribute, message) in [
        ("W=10 R=3 %=50", "percentageDone", "% Complete does not match Work and Remaining work"),
        ("W=0 %=50", "percentageDone", "% Complete cannot be set when Work is 0h"),
        (
            "W=10 R=3 %=100",
            "remainingTime",
            "Remaining work must be 0h when Work is set and % Complete is 100%.",
        ),
        (
            "W=null R=3 %=100",
            "remainingTime",
            "Remaining work must be empty when Work is empty and % Complete is 100%.",
        ),
        ("W=null R=3 %=50", "estimatedTime", "Work required when Remaining work and % Complete are set."),
        ("W=10 R=null %=50", "remainingTime", "Remaining work required when Work and % Complete are set."),
        ("W=10 R=3 %=null", "percentageDone", "% Complete required when Work and Remaining work are set."),
        ("%=-1", "percentageDone", "% Complete must be between 0 and 100."),
    ] {
        all.patch(id, body(change)).await.violates(attribute, message);
    }
    let shown = all.get(id).await;
    assert_eq!((values(&shown), &shown["lockVersion"]), ("null/null/null".to_owned(), &json!(0)));
    for percent in [70, 71] {
        let id = all.made(json!({})).await;
        let answer = all.patch(id, body(&format!("W=10 R=3 %={percent}"))).await;
        assert_eq!(values(&answer.json()), format!("10/3/{percent}"), "{answer}");
    }
}

#[both_engines]
async fn days_are_counted_from_today(engine: Engine) {
    let all = Packages::new(engine).await;
    // Today is Monday, 16 February 2026; a number of days from it for each work package.
    let mut made = Vec::new();
    for day in ["2026-02-08", "2026-02-09", "2026-02-15", "2026-02-16", "2026-02-22", "2026-02-23"] {
        made.push(all.made(json!({"startDate": day})).await);
    }
    let never = all.made(json!({})).await;
    for (operator, values, expected) in [
        ("t-", json!([1]), &[2][..]),
        ("<t-", json!([7]), &[0, 1]),
        (">t-", json!([7]), &[1, 2, 3]),
        ("t+", json!(["7"]), &[5]),
        ("<t+", json!([6]), &[3, 4]),
        (">t+", json!([7]), &[5]),
        ("w", json!([]), &[3, 4]),
        ("=d", json!(["2026-02-15"]), &[2]),
        ("<>d", json!(["2026-02-22", ""]), &[4, 5]),
    ] {
        let found = all.list(&filter("startDate", operator, &values)).await;
        let expected: Vec<i64> = expected.iter().map(|place| made[*place]).collect();
        assert_eq!(found, expected, "{operator} {values}");
    }
    assert_eq!(all.list(&filter("startDate", "!*", &json!([]))).await, [never]);
    // The day of a date-time is the 24 hours from it.
    for (operator, values, count) in [
        ("t", json!([]), 7),
        ("t-", json!([0]), 7),
        ("t-", json!([1]), 0),
        ("<t-", json!([1]), 0),
        ("=d", json!(["2026-02-16"]), 7),
        ("=d", json!(["2026-02-16T16:00:03Z"]), 7),
        ("=d", json!(["2026-02-16T16:00:04Z"]), 0),
        ("<>d", json!(["", "2026-02-16T16:00:03Z"]), 7),
    ] {
        assert_eq!(
            all.list(&filter("createdAt", operator, &values)).await.len(),
            count,
            "{operator} {values}"
        );
    }
}

#[both_engines]
async fn what_is_left_out_has_one_value(engine: Engine) {
    let all = Packages::new(engine).await;
    let id = all.made(json!({})).await;
    let version = "Version is not set to one of the allowed values.";
    all.patch(id, link("version", "versions", 1)).await.violates("version", version);
    assert_eq!(all.patch(id, json!({"_links": {"version": {"href": null}}})).await.status, 200);
    all.made(link("parent", "work_packages", id)).await;
    let manual = read_only("scheduleManually", "Manual scheduling");
    all.patch(id, json!({"scheduleManually": false})).await.is_hal_error(422, &manual);
    for text in ["%7B%7D", "%22o%22", "true"] {
        let answer = all.app.v3_get("ada", &format!("/work_packages?filters={text}")).await;
        assert_eq!(answer.status, 400, "{text}: {answer}");
    }
    for (name, value) in [("derivedEstimatedTime", json!("PT9H")), ("ignoreNonWorkingDays", json!(false))] {
        let answer = all.patch(id, json!({name: value})).await;
        assert_eq!(answer.status, 422, "{name}: {answer}");
        assert!(answer.text.contains("PropertyIsReadOnly"), "{name}: {answer}");
    }
}
