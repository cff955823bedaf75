//! What clients ask for before anything else: `docs/contracts/openproject.md#root-and-configuration` and
//! `docs/contracts/openproject.md#users`.

use super::{Check, NOWHERE, STATUSES, Subject, Value, holds, id_of, items, json, not_found};
use crate::{has_all, same};

pub const CHECKS: &[Check<Subject>] = &[
    Check::reads("openproject/root/type", "The root is a Root with the name of the instance", |s| {
        let root = s.got("")?.json;
        same("_type", &root["_type"], "Root")?;
        holds(root["instanceName"].as_str().is_some_and(|name| !name.is_empty()), "an instanceName", &root)
    }),
    Check::reads("openproject/root/self", "The root links to itself", |s| {
        let href = s.href("");
        same("href", &s.got("")?.json["_links"]["self"]["href"], href)
    }),
    Check::reads("openproject/root/trailing-slash", "The root is found with a slash at the end, too", |s| {
        same("_type", &s.got("/")?.json["_type"], "Root")
    }),
    Check::reads("openproject/root/statuses", "The root links to the statuses", |s| {
        let href = s.href(STATUSES);
        same("href", &s.got("")?.json["_links"]["statuses"]["href"], href)
    }),
    Check::reads("openproject/root/user", "The root links to the caller, with a title", |s| {
        let (root, me) = (s.got("")?.json, s.got("/users/me")?.json);
        same("title", &root["_links"]["user"]["title"], &me["name"])
    }),
    Check::reads("openproject/users/me", "users/me is the caller, with the members that clients read", |s| {
        let me = s.got("/users/me")?.json;
        same("_type", &me["_type"], "User")?;
        has_all(
            "a user",
            &me,
            &["id", "name", "login", "firstName", "lastName", "email", "admin", "status", "language"],
        )
    }),
    Check::reads("openproject/users/id", "The id of a user is a number", |s| {
        let id = s.got("/users/me")?.json["id"].clone();
        holds(id.is_i64(), "a number", id)
    }),
    Check::reads("openproject/users/self", "A user links to itself, titled with the name", |s| {
        let me = s.got("/users/me")?.json;
        let href = s.href(&format!("/users/{}", id_of(&me["id"])));
        same("self", &me["_links"]["self"], json!({ "href": href, "title": me["name"] }))
    }),
    Check::reads("openproject/users/unknown", "A user that is not there: 404 NotFound", |s| {
        not_found(&s.get(&format!("/users/{NOWHERE}"))?)
    }),
    Check::reads("openproject/configuration/type", "The configuration is a Configuration", |s| {
        let configuration = s.got("/configuration")?.json;
        same("_type", &configuration["_type"], "Configuration")
    }),
    Check::reads(
        "openproject/configuration/members",
        "It has the largest attachment, the host, page sizes and flags",
        |s| {
            let configuration = s.got("/configuration")?.json;
            let is_number = configuration["maximumAttachmentFileSize"].is_i64();
            let is_text = configuration["hostName"].is_string();
            let are_numbers = items(&configuration["perPageOptions"]).iter().all(Value::is_i64)
                && !items(&configuration["perPageOptions"]).is_empty();
            let are_texts = configuration["activeFeatureFlags"].is_array();
            holds(is_number && is_text && are_numbers && are_texts, "those members", &configuration)
        },
    ),
    Check::reads("openproject/root/unknown-path", "A path that is not there: 404 NotFound", |s| {
        not_found(&s.get("/no_such_path")?)
    }),
];
