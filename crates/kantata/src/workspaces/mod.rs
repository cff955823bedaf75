//! Workspaces in the Kantata surface (docs/contracts/kantata.md#workspaces).

pub mod object;
mod view;

use crate::external_references::draft::{nested_draft, nested_schema};
use crate::openapi as doc;
use crate::openapi::listed;
use crate::resource::{list_operation, operation};
use crate::{ApiResult, Params, Request, params, request};
use domain::error::{Error, Result};
use domain::ids::WorkspaceId;
use domain::order::Order;
use domain::participations;
use domain::participations::Access;
use domain::workspaces::store::{Filter, SortBy};
use domain::workspaces::{Draft, VisibleWorkspace, store};

use domain::work;
use serde_json::{Value, json};
use service::openapi::{Operation, Parameter, schema};

const KEY: &str = "workspaces";
const ROOT: &str = "workspace";
const SORTS: &[(&str, SortBy)] = &[
    ("updated_at", SortBy::UpdatedAt),
    ("created_at", SortBy::CreatedAt),
    ("title", SortBy::Title),
    ("status", SortBy::Status),
];

const INCLUDE: Parameter = doc::include(
    "Any of `creator`, `primary_maven`, `primary_counterpart`, `participants`, `participations`, \
     `current_user_participation`, `status_reports`, `current_status_report`, `external_references`, \
     `workspace_groups`, `custom_field_values`, separated by commas.",
);
const OPTIONAL: Parameter = doc::texts("optional_fields", "`stage`.");
const INCLUDE_ARCHIVED: Parameter = doc::flag("include_archived", "Include archived workspaces.");
const ARCHIVED: Parameter = doc::texts("archived", "`only`, `include` or `exclude`.");

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    parameters: listed![
        INCLUDE_ARCHIVED,
        ARCHIVED,
        doc::texts("search", "Only workspaces whose title or description contains this text."),
        doc::texts("matching", "Only workspaces whose title contains this text."),
        doc::CREATED_AFTER,
        doc::CREATED_BEFORE,
        doc::UPDATED_AFTER,
        doc::UPDATED_BEFORE,
        doc::texts(
            "order",
            "`updated_at`, `created_at`, `title` or `status`, followed by `:asc` or `:desc`; the default is \
             `updated_at:desc`."
        ),
        INCLUDE,
        OPTIONAL,
    ],
    ..list_operation::<VisibleWorkspace>("listWorkspaces", "List workspaces")
};

/// `GET /workspaces`
pub async fn index(request: Request) -> ApiResult {
    let params = &request.params;
    let (active, archived) = archived_filter(params);
    let search = params.filled("search").map(Into::into);
    let filter = Filter {
        archived,
        active,
        created: params.range("created")?,
        updated: params.range("updated")?,
        // `search` and `only` do not combine; `search` takes precedence.
        only: if search.is_some() { None } else { params.only()? },
        search,
        matching: params.filled("matching").map(Into::into),
    };
    let order = params.order(SORTS, Order::descending(SortBy::UpdatedAt));
    request
        .list(work!(|conn, caller, view| {
            store::list(conn, caller, &filter, order, view.paging.limit, view.paging.offset).await
        }))
        .await
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[INCLUDE_ARCHIVED, ARCHIVED, INCLUDE, OPTIONAL],
    ..operation::<VisibleWorkspace>("showWorkspace", "Show a workspace")
};

/// `GET /workspaces/{id}`
pub async fn show(request: Request) -> ApiResult {
    let (active, archived) = archived_filter(&request.params);
    request
        .show(work!(|conn, caller, id| {
            let found = store::find(conn, caller, WorkspaceId(id)).await?;
            let found = found.filter(|found| if found.workspace.archived { archived } else { active });
            found.ok_or(Error::NotFound)
        }))
        .await
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    parameters: &[INCLUDE, OPTIONAL],
    body: Some(|_| {
        let mut members = writable();
        members.push(("creator_role", doc::one_of(&participations::ROLES)));
        doc::one_or_many(ROOT, KEY, &schema::object(&["title"], &members))
    }),
    ..operation::<VisibleWorkspace>("createWorkspaces", "Create workspaces")
};

/// `POST /workspaces`: one, or up to 100 under the plural root.
pub async fn create(request: Request) -> ApiResult {
    let roots = request::one_or_many(&request.params, ROOT, KEY)?;
    let drafts = roots.roots().map(|(index, root)| Ok((index, draft(root)?))).collect::<Result<Vec<_>>>()?;
    request
        .create(work!(|conn, caller, write| {
            let change = &write.change;
            store::require_maker(conn, caller).await?;
            // All are checked before the first insert, because PostgreSQL does not roll back sequences.
            let mut new = Vec::new();
            for (index, draft) in &drafts {
                let workspace = draft.make(caller.account_id, caller.user_id, change.at);
                new.push((draft, workspace.map_err(|error| request::at(*index, error))?));
            }
            let mut created = Vec::new();
            for (draft, workspace) in new {
                let id = store::create(conn, change, draft, workspace).await?;
                created.extend(store::find(conn, caller, id).await?);
            }
            Ok(created)
        }))
        .await
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "A different `status_key` moves the workspace and records a status change; the current key changes nothing.",
    parameters: &[INCLUDE, OPTIONAL],
    body: Some(|_| doc::root(ROOT, schema::object(&[], &writable()))),
    ..operation::<VisibleWorkspace>("replaceWorkspace", "Update a workspace")
};

/// `PUT` and `PATCH /workspaces/{id}`
pub async fn update(request: Request) -> ApiResult {
    let draft = draft(&request.params.root(ROOT)?)?;
    request
        .update(work!(|conn, caller, write, id| {
            if write.is_conditional() {
                write.check(&store::require(conn, caller, WorkspaceId(id), Access::Edit).await?.workspace)?;
            }
            store::update(conn, caller, &write.change, WorkspaceId(id), &draft).await?;
            store::find(conn, caller, WorkspaceId(id)).await?.ok_or(Error::NotFound)
        }))
        .await
}

fn writable() -> Vec<(&'static str, Value)> {
    let date = json!({ "anyOf": [{ "type": "string", "format": "date" }, { "enum": [null, ""] }] });
    vec![
        ("title", doc::filled()),
        ("description", schema::anything()),
        ("start_date", date.clone()),
        ("due_date", date),
        ("archived", schema::anything()),
        ("status_key", json!({ "anyOf": [doc::status_key(), { "enum": [null, ""] }] })),
        ("access_level", doc::one_of(&["invitation", "open", "admins", "admin"])),
        ("external_reference", nested_schema(true)),
    ]
}

/// Returns whether active workspaces match, and whether archived ones do; by default, only active ones match.
fn archived_filter(params: &Params) -> (bool, bool) {
    match params.text("archived").as_deref() {
        Some("only") => (false, true),
        Some("include") => (true, true),
        Some("exclude") => (true, false),
        _ => (true, params.switch("include_archived").unwrap_or(!params.applies_default_filters())),
    }
}

fn draft(root: &Params) -> Result<Draft> {
    Ok(Draft {
        title: root.attribute("title"),
        description: root.optional("description"),
        start_date: root.date("start_date")?,
        due_date: root.date("due_date")?,
        archived: root.flag("archived"),
        status_key: root.choice("status_key").map(|key| params::ruby_integer(&key)),
        access_level: root.choice("access_level"),
        creator_role: root.choice("creator_role"),
        external_reference: nested_draft(root, true),
        ..Draft::default()
    })
}
