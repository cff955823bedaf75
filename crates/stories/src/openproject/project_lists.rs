//! Lists of projects: pages, filters, orders, choices of members. See `docs/contracts/openproject.md#collections` and
//! `docs/contracts/openproject.md#filters-and-sorting`.

use macros::both_engines;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::error;
use super::projects::{part, workspace};
use crate::{Answer, Engine, TestApp};

/// The harbor with four more workspaces that max (provider) and cleo (client) take part in.
async fn with_workspaces(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let times = |made: &str, changed: &str| json!({"created_at": format!("2026-01-{made}T09:00:00Z"), "updated_at": format!("2026-02-{changed}T09:00:00Z")});
    let with = |status: Value, access: &str, times: Value| {
        let mut members = json!({"project_status": status, "access_level": access});
        members.as_object_mut().expect("members").extend(times.as_object().expect("times").clone());
        members
    };
    let mut lines = vec![
        workspace(54001, "alpha_1", &with(json!("on_track"), "open", times("04", "03"))),
        workspace(54002, "Beta 100%", &with(json!("at_risk"), "invitation", times("03", "04"))),
        workspace(54003, "Öl", &with(json!(null), "admins", times("02", "02"))),
        workspace(54004, "alpha-1", &with(json!("on_track"), "invitation", times("01", "05"))),
    ];
    for id in 54001..=54004 {
        lines.push(part(id, id, 2561, "provider", "view"));
        lines.push(part(id + 10, id, 2570, "client", "view"));
    }
    app.import(&lines.join("\n")).await.expect("a fleet");
    app
}

/// The ids that max can see.
const ALL: [i64; 6] = [53760, 53800, 54001, 54002, 54003, 54004];

fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

async fn list(app: &TestApp, token: &str, name: &str, value: &str) -> Answer {
    app.v3_get(token, &format!("/projects?{name}={}", percent_encoded(value))).await
}

#[both_engines]
async fn a_page_links_to_the_next_and_previous_page(engine: Engine) {
    let app = with_workspaces(engine).await;
    let outside = async |query: &str| {
        let mut page = app.v3_get("max", &format!("/projects{query}")).await.json();
        page["_embedded"]["elements"] = json!([]);
        page.to_string()
    };
    assert_eq!(
        outside("").await,
        "{\"_type\":\"Collection\",\"total\":6,\"count\":6,\"pageSize\":20,\"offset\":1,\
        \"_embedded\":{\"elements\":[]},\"_links\":{\
        \"self\":{\"href\":\"/api/v3/projects?offset=1&pageSize=20\"},\
        \"jumpTo\":{\"href\":\"/api/v3/projects?offset={offset}&pageSize=20\",\"templated\":true},\
        \"changeSize\":{\"href\":\"/api/v3/projects?offset=1&pageSize={size}\",\"templated\":true}}}"
    );
    let page = |offset: i64, count: i64, previous: &str, next: &str| {
        format!(
            "{{\"_type\":\"Collection\",\"total\":6,\"count\":{count},\"pageSize\":2,\"offset\":{offset},\
            \"_embedded\":{{\"elements\":[]}},\"_links\":{{\
            \"self\":{{\"href\":\"/api/v3/projects?offset={offset}&pageSize=2\"}},\
            \"jumpTo\":{{\"href\":\"/api/v3/projects?offset={{offset}}&pageSize=2\",\"templated\":true}},\
            \"changeSize\":{{\"href\":\"/api/v3/projects?offset={offset}&pageSize={{size}}\",\"templated\":true}}\
            {previous}{next}}}}}"
        )
    };
    let link = |name: &str, offset: i64| {
        format!(",\"{name}\":{{\"href\":\"/api/v3/projects?offset={offset}&pageSize=2\"}}")
    };
    assert_eq!(outside("?pageSize=2").await, page(1, 2, "", &link("nextByOffset", 2)));
    let both = page(2, 2, &link("previousByOffset", 1), &link("nextByOffset", 3));
    assert_eq!(outside("?pageSize=2&offset=2").await, both);
    assert_eq!(outside("?pageSize=2&offset=3").await, page(3, 2, &link("previousByOffset", 2), ""));
    assert_eq!(outside("?pageSize=2&offset=9").await, page(9, 0, &link("previousByOffset", 8), ""));
}

#[both_engines]
async fn following_the_links_visits_every_project_once(engine: Engine) {
    let app = with_workspaces(engine).await;
    let filters =
        percent_encoded(r#"[{"project_status_code":{"operator":"=","values":["on_track","at_risk"]}}]"#);
    let sort = percent_encoded(r#"[["name","desc"]]"#);
    let select = percent_encoded("*,elements/id,elements/name");
    let mut path = format!("/projects?filters={filters}&sortBy={sort}&select={select}&pageSize=1");
    let mut seen = Vec::new();
    loop {
        let page = app.v3_get("max", &path).await;
        assert_eq!(page.elements()[0].as_object().map(serde_json::Map::len), Some(2), "{}", page.text);
        seen.extend(page.element_ids());
        let Some(next) = page.json()["_links"]["nextByOffset"]["href"].as_str().map(str::to_owned) else {
            break;
        };
        path = next.strip_prefix("/api/v3").expect("a path").to_owned();
    }
    assert_eq!(seen, [54002, 54001, 54004]);
}

#[both_engines]
async fn a_page_has_a_size(engine: Engine) {
    let app = with_workspaces(engine).await;
    for (query, size, count) in [
        ("pageSize=-1", 1000, 6),
        ("pageSize=1001", 1000, 6),
        ("pageSize=1000", 1000, 6),
        ("pageSize=0", 0, 0),
        ("pageSize=", 20, 6),
        ("offset=", 20, 6),
        ("pageSize=%203%20", 3, 3),
        ("offset=9223372036854775807", 20, 0),
        ("offset=9223372036854775807&pageSize=-1", 1000, 0),
    ] {
        let page = app.v3_get("max", &format!("/projects?{query}")).await.json();
        let expected = (&json!(size), &json!(count), &json!(6));
        assert_eq!((&page["pageSize"], &page["count"], &page["total"]), expected, "{query}");
    }
    let page = app.v3_get("max", "/projects?pageSize=0").await.json();
    assert_eq!(page["_links"]["nextByOffset"], json!(null));
    for (query, name) in [
        ("pageSize=-2", "pageSize"),
        ("pageSize=many", "pageSize"),
        ("pageSize=1.5", "pageSize"),
        ("pageSize=99999999999999999999", "pageSize"),
        ("offset=0", "offset"),
        ("offset=-1", "offset"),
        ("offset=first", "offset"),
        ("offset=0&pageSize=-2", "pageSize"),
    ] {
        let answer = app.v3_get("max", &format!("/projects?{query}")).await;
        answer.is_refusal(400, "BadRequest", &format!("Bad request: {name} is invalid"));
    }
}

/// Two filters of one name.
fn two_filters(name: &str, one: (&str, &[&str]), other: (&str, &[&str])) -> Value {
    let filter = |(operator, values)| json!({ name: {"operator": operator, "values": values} });
    json!([filter(one), filter(other)])
}

#[both_engines]
async fn filters_narrow_the_list(engine: Engine) {
    let app = with_workspaces(engine).await;
    let cases: [(Value, &[i64]); 41] = [
        (json!([]), &ALL),
        (json!([{}]), &ALL),
        (json!([{"active": {"operator": "=", "values": ["t"]}}]), &ALL),
        (json!([{"active": {"operator": "=", "values": ["f"]}}]), &[]),
        (json!([{"active": {"operator": "!", "values": ["f"]}}]), &ALL),
        (json!([{"active": {"operator": "!", "values": ["t"]}}]), &[]),
        (json!([{"public": {"operator": "=", "values": ["t"]}}]), &[54001]),
        (json!([{"public": {"operator": "!", "values": [true]}}]), &[53760, 53800, 54002, 54003, 54004]),
        (json!([{"id": {"operator": "=", "values": ["54001", 54003, "60000", "x"]}}]), &[54001, 54003]),
        (json!([{"id": {"operator": "!", "values": ["54001", 54003]}}]), &[53760, 53800, 54002, 54004]),
        (json!([{"project_status_code": {"operator": "=", "values": ["on_track"]}}]), &[54001, 54004]),
        (json!([{"status": {"operator": "=", "values": ["at_risk", "bogus"]}}]), &[54002]),
        (json!([{"status": {"operator": "!", "values": ["on_track"]}}]), &[53760, 53800, 54002, 54003]),
        (json!([{"status": {"operator": "*", "values": []}}]), &[54001, 54002, 54004]),
        (json!([{"status": {"operator": "!*"}}]), &[53760, 53800, 54003]),
        (json!([{"typeahead": {"operator": "**", "values": ["ALPHA"]}}]), &[54001, 54004]),
        (json!([{"typeahead": {"operator": "~", "values": ["ö"]}}]), &[54003]),
        (json!([{"name_and_identifier": {"operator": "~", "values": ["a_1"]}}]), &[54001]),
        (json!([{"name_and_identifier": {"operator": "~", "values": ["0%"]}}]), &[54002]),
        (json!([{"name_and_identifier": {"operator": "~", "values": ["!"]}}]), &[]),
        (json!([{"name_and_identifier": {"operator": "~", "values": ["x' or '1'='1"]}}]), &[]),
        (json!([{"name_and_identifier": {"operator": "=", "values": ["alpha-1"]}}]), &[54004]),
        (json!([{"name_and_identifier": {"operator": "=", "values": ["alpha"]}}]), &[]),
        (json!([{"created_at": {"operator": "<>d", "values": ["", "1999-12-31"]}}]), &[]),
        (json!([{"created_at": {"operator": "<>d", "values": ["2000-01-01", ""]}}]), &ALL),
        (json!([{"latest_activity_at": {"operator": "<t-", "values": [0]}}]), &ALL),
        (json!([{"latest_activity_at": {"operator": "<t-", "values": ["36500"]}}]), &[]),
        (
            json!([{"created_at": {"operator": "<t-", "values": ["0"]}}, {"created_at": {"operator": ">t-", "values": ["36500"]}}]),
            &ALL,
        ),
        (
            json!([{"status": {"operator": "*", "values": []}}, {"typeahead": {"operator": "~", "values": ["a"]}}]),
            &[54001, 54002, 54004],
        ),
        (
            json!([{"status": {"operator": "*"}, "public": {"operator": "=", "values": ["f"]}}]),
            &[54002, 54004],
        ),
        // Filters with the same name are combined with AND, values of a search with OR.
        (two_filters("id", ("=", &["54001", "54002"]), ("=", &["54002", "54003"])), &[54002]),
        (two_filters("id", ("=", &["54001", "54002"]), ("!", &["54002"])), &[54001]),
        (two_filters("id", ("!", &["54001", "53760"]), ("!", &["53800", "54003"])), &[54002, 54004]),
        (two_filters("id", ("=", &["54001"]), ("=", &["54002"])), &[]),
        (two_filters("active", ("=", &["t"]), ("=", &["f"])), &[]),
        (two_filters("public", ("=", &["f"]), ("!", &["f"])), &[]),
        (two_filters("status", ("=", &["on_track", "at_risk"]), ("=", &["at_risk"])), &[54002]),
        (two_filters("status", ("*", &[]), ("!*", &[])), &[]),
        (two_filters("typeahead", ("~", &["1"]), ("~", &["beta", "öl"])), &[54002]),
        (two_filters("name_and_identifier", ("=", &["ALPHA-1", "öl"]), ("~", &["1"])), &[54004]),
        (two_filters("name_and_identifier", ("=", &["alpha-1"]), ("=", &["öl"])), &[]),
    ];
    for (filters, expected) in cases {
        let answer = list(&app, "max", "filters", &filters.to_string()).await;
        assert_eq!(answer.element_ids(), expected, "{filters}");
        assert_eq!(answer.json()["total"], expected.len(), "{filters}");
    }
    let inactive = json!([{"active": {"operator": "=", "values": ["f"]}}]).to_string();
    assert_eq!(list(&app, "root", "filters", &inactive).await.element_ids(), [53900]);
    assert_eq!(list(&app, "ada", "filters", &inactive).await.element_ids(), Vec::<i64>::new());
}

#[both_engines]
async fn filters_do_not_reveal_the_status_to_clients(engine: Engine) {
    let app = with_workspaces(engine).await;
    let seen = [53760, 54001, 54002, 54003, 54004];
    let cases: [(Value, &[i64]); 5] = [
        (json!([{"status": {"operator": "=", "values": ["on_track"]}}]), &[]),
        (json!([{"status": {"operator": "=", "values": [""]}}]), &[]),
        (json!([{"status": {"operator": "!", "values": ["on_track"]}}]), &seen),
        (json!([{"status": {"operator": "*"}}]), &[]),
        (json!([{"status": {"operator": "!*"}}]), &seen),
    ];
    for (filters, expected) in cases {
        let answer = list(&app, "cleo", "filters", &filters.to_string()).await;
        assert_eq!(answer.element_ids(), expected, "{filters}");
    }
}

#[both_engines]
async fn invalid_filters_are_reported(engine: Engine) {
    let app = with_workspaces(engine).await;
    let unsupported = |name: &str, operator: &str| {
        format!("The filter {name} with the operator {operator} is not supported.")
    };
    let cases = [
        (json!([{"parent_id": {"operator": "=", "values": ["1"]}}]), unsupported("parent_id", "=")),
        (json!([{"id": {"operator": "~", "values": ["1"]}}]), unsupported("id", "~")),
        (json!([{"active": {"operator": "~", "values": ["t"]}}]), unsupported("active", "~")),
        (json!([{"active": {"values": ["t"]}}]), unsupported("active", "")),
        (json!([{"active": 5}]), unsupported("active", "")),
        (
            json!([{"active": {"operator": "=", "values": ["maybe"]}}]),
            "The filter active needs the value t or f.".into(),
        ),
        (
            json!([{"public": {"operator": "!", "values": []}}]),
            "The filter public needs the value t or f.".into(),
        ),
        (json!([{"id": {"operator": "=", "values": []}}]), "The filter id needs a value.".into()),
        (json!([{"typeahead": {"operator": "~"}}]), "The filter typeahead needs a value.".into()),
        (
            json!([{"active": {"operator": "=", "values": ["t", "f"]}}]),
            "The filter active needs the value t or f.".into(),
        ),
        (
            json!([{"typeahead": {"operator": "~", "values": vec!["a"; 21]}}]),
            "The filters search for more than 20 texts.".into(),
        ),
    ];
    for (filters, message) in cases {
        let answer = list(&app, "max", "filters", &filters.to_string()).await;
        answer.is_refusal(400, "InvalidQuery", &message);
    }
    let two =
        json!([{"parent_id": {"operator": "=", "values": ["1"]}}, {"id": {"operator": "=", "values": []}}]);
    let path = format!(
        "/projects?filters={}&sortBy={}",
        percent_encoded(&two.to_string()),
        percent_encoded("[[\"mood\",\"asc\"]]")
    );
    app.v3_get("max", &path).await.is_multiple_errors(
        400,
        &[
            error("InvalidQuery", &unsupported("parent_id", "="), None),
            error("InvalidQuery", "The filter id needs a value.", None),
            error("InvalidQuery", "Sorting by mood asc is not supported.", None),
        ],
    );
    for name in ["id", "status", "typeahead", "name_and_identifier", "mood\u{0}"] {
        let filters = json!([{ name: {"operator": "=", "values": ["\u{0}"]} }]).to_string();
        let answer = list(&app, "max", "filters", &filters).await;
        answer.is_refusal(400, "BadRequest", "Bad request: a text contains a null byte");
    }
    for filters in ["bogus", "{}", "[1]", "5", "[", r#"["\ud800"]"#] {
        let answer = list(&app, "max", "filters", filters).await;
        answer.is_refusal(400, "BadRequest", "Bad request: filters is invalid");
    }
}

#[both_engines]
async fn a_list_has_the_requested_order(engine: Engine) {
    let app = with_workspaces(engine).await;
    let cases = [
        ("[]", ALL),
        (r#"[["id","asc"]]"#, ALL),
        (r#"[["id","desc"]]"#, [54004, 54003, 54002, 54001, 53800, 53760]),
        (r#"[["name","asc"]]"#, [54004, 54001, 54002, 53760, 53800, 54003]),
        (r#"[["name","desc"]]"#, [54003, 53800, 53760, 54002, 54001, 54004]),
        (r#"[["created_at","asc"]]"#, [54004, 54003, 54002, 54001, 53760, 53800]),
        (r#"[["createdAt","desc"]]"#, [53760, 53800, 54001, 54002, 54003, 54004]),
        (r#"[["updated_at","asc"]]"#, [53800, 54003, 54001, 54002, 54004, 53760]),
        (r#"[["updatedAt","desc"],["id","asc"]]"#, [53760, 54004, 54002, 54001, 54003, 53800]),
    ];
    for (sort, expected) in cases {
        assert_eq!(list(&app, "max", "sortBy", sort).await.element_ids(), expected, "{sort}");
    }
    for (sort, named) in [
        (r#"[["mood","asc"]]"#, "mood asc"),
        (r#"[["name","up"]]"#, "name up"),
        (r#"[["id","asc"],["mood","desc"]]"#, "mood desc"),
        (r#"[["project_status","asc"]]"#, "project_status asc"),
    ] {
        let answer = list(&app, "max", "sortBy", sort).await;
        answer.is_refusal(400, "InvalidQuery", &format!("Sorting by {named} is not supported."));
    }
    for sort in ["name", "[\"name\"]", "{}", "[[\"name\"]]", "[["] {
        let answer = list(&app, "max", "sortBy", sort).await;
        answer.is_refusal(400, "BadRequest", "Bad request: sortBy is invalid");
    }
}

#[both_engines]
async fn properties_can_be_selected(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let cases = [
        ("total", json!({"total": 1})),
        ("count, pageSize ,offset", json!({"count": 1, "pageSize": 20, "offset": 1})),
        ("elements/name", json!({"_embedded": {"elements": [{"name": "Harbor rollout"}]}})),
        (
            r#"["total","elements/id","elements/self"]"#,
            json!({"total": 1, "_embedded": {"elements": [{"id": 53760,
                "_links": {"self": {"href": "/api/v3/projects/53760", "title": "Harbor rollout"}}}]}}),
        ),
        ("self", json!({"_links": {"self": {"href": "/api/v3/projects?select=self&offset=1&pageSize=20"}}})),
    ];
    for (select, expected) in cases {
        let answer = list(&app, "ada", "select", select).await;
        assert_eq!(answer.json(), expected, "{select}");
    }
    let whole = app.v3_get("ada", "/projects").await.json();
    let all = list(&app, "ada", "select", "*,elements/*").await.json();
    assert_eq!(all["_embedded"], whole["_embedded"]);
    assert_eq!(
        (&all["_type"], &all["total"], &all["pageSize"]),
        (&json!("Collection"), &json!(1), &json!(20))
    );
    assert_eq!(list(&app, "ada", "select", " ").await.json()["_embedded"], whole["_embedded"]);
    let supported = "*, total, count, pageSize, offset, self, elements/*, elements/id, elements/identifier, \
        elements/name, elements/active, elements/public, elements/_type, elements/self";
    for (select, named) in [
        ("mood", "mood"),
        ("total,elements/mood,x", "elements/mood, x"),
        ("[1]", "[1]"),
        ("elements/statusExplanation", "elements/statusExplanation"),
    ] {
        let message =
            format!("The requested select of {named} is not supported. Supported selects are {supported}.");
        list(&app, "ada", "select", select).await.is_refusal(400, "InvalidSignal", &message);
    }
}

#[both_engines]
async fn filter_values_and_search_text_have_limits(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let ids = |count: usize| json!([{"id": {"operator": "=", "values": vec!["1"; count]}}]).to_string();
    list(&app, "root", "filters", &ids(1000)).await.has(200);
    let message = "The filter id has more than 1000 values.";
    let refused = list(&app, "root", "filters", &ids(1001)).await;
    assert_eq!((refused.status.as_u16(), refused.json()), (400, error("InvalidQuery", message, None)));
    let named = |length: usize| {
        json!([{"name_and_identifier": {"operator": "~", "values": ["x".repeat(length)]}}]).to_string()
    };
    list(&app, "root", "filters", &named(255)).await.has(200);
    let message = "the text to search for is longer than 255 characters";
    let refused = list(&app, "root", "filters", &named(256)).await;
    assert_eq!((refused.status.as_u16(), refused.json()), (400, error("InvalidQuery", message, None)));
    let often = vec!["elements/name"; 3000].join(",");
    let answer = list(&app, "root", "select", &often).await.json();
    assert_eq!(answer["_embedded"]["elements"][0], json!({"name": "Harbor rollout"}));
}
