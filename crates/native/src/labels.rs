//! The tags of a workspace and its values of own fields, in the native surface.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::Members;
use super::openapi as doc;
use super::{ApiResult, Body, Request};
use base::clock::Time;
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error as Cause, Problem, Violation};
use domain::fields;
use domain::ids::WorkspaceId;
use domain::labels::{Draft, Labels, MOST_TAGS, TAG_LIMIT, VALUE_LIMIT, store};
use domain::participations::Access;
use domain::work;
use domain::workspaces::store::require_health;
use service::app::App;
use service::openapi::{Operation, schema};
use service::tag::Validator;

const TAG: &str = "labels";

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Labels")]
struct Object {
    workspace_id: i64,
    tags: Vec<String>,
    /// The values that are not empty, by the ids of their fields.
    fields: BTreeMap<String, String>,
    /// Null if nothing was written yet.
    updated_at: Option<Time>,
    /// 0 if nothing was written yet.
    version: i64,
}

/// Labels with their version, and the ids of the own fields.
type Found = (Labels, i64, Vec<i64>);

async fn read(conn: &mut Conn, caller: &Caller, id: WorkspaceId) -> Result<Found, Cause> {
    let (labels, version) = store::find(conn, caller.account_id, id).await?;
    let fields = fields::store::all(conn, caller.account_id).await?;
    Ok((labels, version, fields.into_iter().map(|field| field.id).collect()))
}

fn shown((labels, version, fields): Found) -> Response {
    let state = Validator::of(&labels);
    let values = labels.fields.into_iter().filter(|own| fields.contains(&own.field_id));
    let object = Object {
        workspace_id: labels.workspace_id.0,
        tags: labels.tags,
        fields: values.map(|own| (own.field_id.to_string(), own.value)).collect(),
        updated_at: (version > 0).then_some(labels.updated_at),
        version,
    };
    crate::record(&object, Some(&state))
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "Requires that the caller sees the health of the workspace.",
    answer: Some(schema::of::<Object>),
    ..Operation::new(TAG, "showLabels", "Show the tags and own fields of a workspace")
};

/// `GET /workspaces/{id}/labels`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (WorkspaceId(request.id()?), request.caller);
    let found = app.db.read(work!(|conn| {
        require_health(conn, &caller, id, Access::View).await?;
        read(conn, &caller, id).await
    }));
    Ok(shown(found.await?))
}

fn body() -> Value {
    let tag = json!({ "type": "string", "pattern": "^[^,\\u0000-\\u001F\\u007F-\\u009F]*[^,\\s\\u0000-\\u001F\\u007F-\\u009F][^,\\u0000-\\u001F\\u007F-\\u009F]*$",
        "maxLength": TAG_LIMIT });
    let value = json!({ "type": "string", "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F]*$", "maxLength": VALUE_LIMIT });
    let fields = json!({ "type": "object", "propertyNames": { "pattern": "^[0-9]{1,18}$" }, "additionalProperties": value });
    let tags = json!({ "type": "array", "items": tag, "maxItems": MOST_TAGS });
    doc::closed(&[], &[("tags", tags), ("fields", fields)])
}

/// The members of a body; an absent one is empty.
fn draft(members: &mut Members<'_>) -> Draft {
    let text = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    let fields = match members.value("fields") {
        None => Some(BTreeMap::new()),
        Some(value) => value.as_object().and_then(|object| object.iter().map(text).collect()),
    };
    if fields.is_none() {
        members.violations.push(Violation::new("fields", Problem::Malformed));
    }
    Draft { tags: members.texts("tags").unwrap_or_default(), fields: fields.unwrap_or_default() }
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "Requires the right to edit the workspace. It replaces all tags and values; an absent member and an empty value \
        are none. The names in `fields` are ids of own fields. A value that stays as it was may be one that its field no \
        longer has among its choices.",
    body: Some(|_| body()),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "replaceLabels", "Set the tags and own fields of a workspace")
};

/// `PUT /workspaces/{id}/labels`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let (id, caller) = (WorkspaceId(body.request.id()?), body.request.caller.clone());
    let mut members = body.members(&["tags", "fields"])?;
    let draft = draft(&mut members);
    let types = members.violations;
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            require_health(conn, &caller, id, Access::Edit).await?;
            let (before, _) = store::find(conn, caller.account_id, id).await?;
            write.check(&before)?;
            Cause::check(types)?;
            store::put(conn, &caller, &write.change, id, &draft).await?;
            read(conn, &caller, id).await
        }),
        shown,
    );
    Ok(work.await?)
}
