//! The root and the configuration, which clients read first:
//! `docs/contracts/openproject.md#root-and-configuration`.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::json;

use super::hal;
use super::hal::Link;
use super::{ApiResult, Request, paging, users};
use domain::table;
use domain::users::User;
use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};

/// The release of OpenProject with which the surface is compatible.
const CORE_VERSION: &str = "16.0.0";

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    answer: Some(|generator| {
        let (text, link) = (|| json!({ "type": "string" }), schema::of::<Link>(generator));
        let links = json!({ "type": "object", "required": ["self"], "additionalProperties": link });
        let members = [
            ("_type", json!({ "const": "Root" })),
            ("instanceName", text()),
            ("coreVersion", text()),
            ("_links", links),
        ];
        schema::object(&["_type", "instanceName", "_links"], &members)
    }),
    ..Operation::new("Root", "showRoot", "Show the root")
};

/// `GET /api/v3`: links to the resources.
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let (caller, root_path) = (request.caller, request.root);
    let (account_id, user_id) = (caller.account_id, caller.user_id);
    let found = app.db.read(work!(|conn| Ok(table::find::<User>(conn, account_id, user_id).await?)));
    let mut root = json!({ "_type": "Root", "instanceName": "Statuary" });
    if caller.administrator {
        root["coreVersion"] = json!(CORE_VERSION);
    }
    let mut links = json!({
        "self": Link::to(&root_path, ""),
        "configuration": Link::to(&root_path, "/configuration"),
        "priorities": Link::to(&root_path, "/priorities"),
        "projects": Link::to(&root_path, "/projects"),
        "statuses": Link::to(&root_path, "/statuses"),
        "types": Link::to(&root_path, "/types"),
        "workPackages": Link::to(&root_path, "/work_packages"),
    });
    if let Some(user) = found.await? {
        links["user"] = json!(users::link(&root_path, &user));
    }
    root["_links"] = links;
    Ok(hal::answer(StatusCode::OK, &root))
}

/// OpenAPI description of [`configuration`].
pub const CONFIGURATION: Operation = Operation {
    answer: Some(|_| {
        let number = || json!({ "type": "integer" });
        let list = |kind: &str| json!({ "type": "array", "items": { "type": kind } });
        let members = [
            ("_type", json!({ "const": "Configuration" })),
            ("maximumAttachmentFileSize", number()),
            ("maximumAPIV3PageSize", number()),
            ("hostName", json!({ "type": "string" })),
            ("perPageOptions", list("integer")),
            ("activeFeatureFlags", list("string")),
            ("_links", json!({ "type": "object" })),
        ];
        schema::object(&members.each_ref().map(|(name, _)| *name), &members)
    }),
    ..Operation::new("Root", "showConfiguration", "Show the configuration")
};

/// `GET /api/v3/configuration`. Statuary accepts no attachments.
pub async fn configuration(State(app): State<App>, request: Request) -> ApiResult {
    let public = app.settings.public_origin().and_then(|url| url.split_once("://"));
    let host = public.map_or(request.host.as_str(), |(_, host)| host);
    let body = json!({
        "_type": "Configuration",
        "maximumAttachmentFileSize": 0,
        "maximumAPIV3PageSize": paging::LIMIT,
        "hostName": host,
        "perPageOptions": [paging::SIZE, 100],
        "activeFeatureFlags": [],
        "_links": { "self": Link::to(&request.root, "/configuration") },
    });
    Ok(hal::answer(StatusCode::OK, &body))
}
