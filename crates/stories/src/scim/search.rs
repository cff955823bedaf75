//! Lists that are searched by `POST` (RFC 7644, section 3.4.3), and the groups of people in them.

use axum::http::Method;
use domain::directory::store::groups;
use domain::ids::AccountId;
use domain::work;
use macros::both_engines;
use serde_json::{Value, json};

use super::{GROUP, get, id, member_ids, scim};
use crate::{Engine, TestApp};

#[both_engines]
async fn lists_are_searched_by_post(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let members = json!([{"value": "2545"}, {"value": "2551"}]);
    for (name, members) in [("Cranes", &members), ("Quays", &json!([{"value": "2545"}]))] {
        let group = json!({"schemas": [GROUP], "displayName": name, "members": members});
        scim(&app, Method::POST, "/Groups", &group, 201).await;
    }
    let search = async |path: &str, more: Value| {
        let mut body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        scim(&app, Method::POST, &format!("{path}/.search"), &body, 200).await
    };
    let listed = get(&app, "/Groups").await;
    let listed = listed["Resources"].as_array().expect("a list");
    assert_eq!(listed.iter().map(member_ids).collect::<Vec<_>>(), [vec!["2545", "2551"], vec!["2545"]]);
    let ids = [0, 1].map(|group: usize| id(&listed[group]).parse::<i64>().expect("an id"));
    // The last group has members that are not read.
    let work =
        app.app.db.read(work!(|conn| Ok(groups::members(conn, AccountId(415), &ids.into(), 3).await?)));
    let (members, missing) = work.await.expect("members");
    assert_eq!((members.keys().collect::<Vec<_>>(), missing), (vec![&ids[0]], Some(ids[1])));
    // A search says what the query of the list says.
    for (path, body, query) in [
        ("/Users", json!({}), ""),
        ("/Users", json!({"startIndex": 2, "count": 3}), "?startIndex=2&count=3"),
        (
            "/Users",
            json!({"filter": "userName eq \"ada@example.com\"", "attributes": ["userName", "groups"]}),
            "?filter=userName+eq+%22ada@example.com%22&attributes=userName,groups",
        ),
        ("/Groups", json!({"excludedAttributes": ["members"]}), "?excludedAttributes=members"),
    ] {
        assert_eq!(search(path, body).await, get(&app, &format!("{path}{query}")).await, "{path}{query}");
    }
    let groups = |person: &Value| -> Vec<String> {
        let all = person["groups"].as_array().into_iter().flatten();
        all.filter_map(|group| group["display"].as_str().map(str::to_owned)).collect()
    };
    let people = get(&app, "/Users").await;
    let of: Vec<(String, Vec<String>)> = people["Resources"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|person| !groups(person).is_empty())
        .map(|person| (id(person), groups(person)))
        .collect();
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(of, [("2545".into(), named(&["Cranes", "Quays"])), ("2551".into(), named(&["Cranes"]))]);

    // People come before groups.
    let all = search("", json!({})).await;
    let total = people["totalResults"].as_i64().expect("a number");
    assert_eq!(all["totalResults"], total + 2);
    let last = search("", json!({"startIndex": total, "count": 2})).await;
    let kinds: Vec<&Value> = last["Resources"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["meta"]["resourceType"])
        .collect();
    assert_eq!(kinds, ["User", "Group"]);
    let cranes = search("", json!({"filter": "displayName eq \"cranes\""})).await;
    assert_eq!(
        (&cranes["totalResults"], &cranes["Resources"][0]["displayName"]),
        (&json!(1), &json!("Cranes"))
    );
    for wrong in [
        json!({"filter": "title eq \"x\""}),
        json!({"count": "many"}),
        json!({"attributes": [7]}),
        json!({"filter": {}}),
    ] {
        let answer = scim(&app, Method::POST, "/.search", &wrong, 400).await;
        assert_eq!(answer["status"], "400", "{wrong}");
    }
}
