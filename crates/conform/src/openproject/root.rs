//! What clients request first: `docs/contracts/openproject.md#root-and-configuration` and
//! `docs/contracts/openproject.md#users`.

use serde_json::{Value, json};

use super::response::ensure_not_found;
use super::session::{STATUSES, Suite, UNKNOWN_ID};
use crate::check::{Check, ensure, ensure_eq, ensure_has, id_of, items};

pub const CHECKS: &[Check<Suite>] = &[
    Check::reads("openproject/root/type", "The root is a Root with the name of the instance", |s| {
        let root = s.get_ok("")?.json;
        ensure_eq("_type", &root["_type"], "Root")?;
        ensure(root["instanceName"].as_str().is_some_and(|name| !name.is_empty()), "an instanceName", &root)
    }),
    Check::reads("openproject/root/self", "The root links to itself", |s| {
        let href = s.href("");
        ensure_eq("href", &s.get_ok("")?.json["_links"]["self"]["href"], href)
    }),
    Check::reads(
        "openproject/root/trailing-slash",
        "The root is available with a trailing slash, too",
        |s| ensure_eq("_type", &s.get_ok("/")?.json["_type"], "Root"),
    ),
    Check::reads("openproject/root/statuses", "The root links to the statuses", |s| {
        let href = s.href(STATUSES);
        ensure_eq("href", &s.get_ok("")?.json["_links"]["statuses"]["href"], href)
    }),
    Check::reads("openproject/root/user", "The root links to the caller, with a title", |s| {
        let (root, me) = (s.get_ok("")?.json, s.get_ok("/users/me")?.json);
        ensure_eq("title", &root["_links"]["user"]["title"], &me["name"])
    }),
    Check::reads("openproject/users/me", "users/me is the caller, with the members that clients read", |s| {
        let me = s.get_ok("/users/me")?.json;
        ensure_eq("_type", &me["_type"], "User")?;
        ensure_has(
            "a user",
            &me,
            &["id", "name", "login", "firstName", "lastName", "email", "admin", "status", "language"],
        )
    }),
    Check::reads("openproject/users/id", "The id of a user is a number", |s| {
        let id = s.get_ok("/users/me")?.json["id"].clone();
        ensure(id.is_i64(), "a number", id)
    }),
    Check::reads("openproject/users/self", "A user links to itself, with the name as title", |s| {
        let me = s.get_ok("/users/me")?.json;
        let href = s.href(&format!("/users/{}", id_of(&me["id"])));
        ensure_eq("self", &me["_links"]["self"], json!({ "href": href, "title": me["name"] }))
    }),
    Check::reads("openproject/users/unknown", "An unknown user: 404 NotFound", |s| {
        ensure_not_found(&s.get(&format!("/users/{UNKNOWN_ID}"))?)
    }),
    Check::reads("openproject/configuration/type", "The configuration is a Configuration", |s| {
        let configuration = s.get_ok("/configuration")?.json;
        ensure_eq("_type", &configuration["_type"], "Configuration")
    }),
    Check::reads(
        "openproject/configuration/members",
        "The configuration has the maximum attachment size, the host, page sizes and feature flags",
        |s| {
            let configuration = s.get_ok("/configuration")?.json;
            let is_number = configuration["maximumAttachmentFileSize"].is_i64();
            let is_text = configuration["hostName"].is_string();
            let are_numbers = items(&configuration["perPageOptions"]).iter().all(Value::is_i64)
                && !items(&configuration["perPageOptions"]).is_empty();
            let are_texts = configuration["activeFeatureFlags"].is_array();
            ensure(is_number && is_text && are_numbers && are_texts, "those members", &configuration)
        },
    ),
    Check::reads("openproject/root/unknown-path", "An unknown path: 404 NotFound", |s| {
        ensure_not_found(&s.get("/no_such_path")?)
    }),
];
