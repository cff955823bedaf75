//! Workspaces in the Kantata surface (docs/contracts/kantata.md#workspaces).

pub mod object;
mod view;

use axum::extract::State;
use axum::http::StatusCode;

use self::object::WorkspaceObject;
use self::view::Shown;
use crate::external_references::draft::{nested_draft, nested_schema};
use crate::external_references::object::ExternalReferenceObject;
use crate::openapi as doc;
use crate::openapi::listed;
use crate::participations::ParticipationObject;
use crate::status_reports::StatusReportObject;
use crate::users::UserObject;
use crate::view::View;
use crate::{Answer, Params, Request, params, request};
use domain::error::{Error, Result};
use domain::participations;
use domain::participations::Access;
use domain::workspaces::store::{Filter, Sort};
use domain::workspaces::{Draft, store};

use domain::work;
use schemars::SchemaGenerator;
use serde_json::{Value, json};
use service::app::App;
use service::openapi::{Operation, Parameter, schema};

const KEY: &str = "workspaces";
const ROOT: &str = "workspace";
const SORTS: &[(&str, Sort)] = &[
    ("updated_at", Sort::UpdatedAt),
    ("created_at", Sort::CreatedAt),
    ("title", Sort::Title),
    ("status", Sort::Status),
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
    answer: Some(answer),
    is_tagged: false,
    ..Operation::new(KEY, "listWorkspaces", "List workspaces")
};

/// `GET /workspaces`
pub async fn index(State(app): State<App>, request: Request) -> Answer {
    let params = &request.params;
    let (active, archived) = shown(params);
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
    let order = params.order(SORTS, (Sort::UpdatedAt, true));
    let (view, caller) = (Shown::read(params, &app)?, request.caller);
    let body = app.db.read(work!(|conn| {
        let paging = view.paging;
        let (page, count) = store::list(conn, &caller, &filter, order, paging.limit, paging.offset).await?;
        view.present(conn, &caller, &page, count).await
    }));
    Ok(crate::json(StatusCode::OK, body.await?))
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[INCLUDE_ARCHIVED, ARCHIVED, INCLUDE, OPTIONAL],
    answer: Some(answer),
    ..Operation::new(KEY, "showWorkspace", "Show a workspace")
};

/// `GET /workspaces/{id}`
pub async fn show(State(app): State<App>, request: Request) -> Answer {
    let (active, archived) = shown(&request.params);
    let (view, id, caller) = (Shown::read(&request.params, &app)?, request.id()?, request.caller);
    let shown = app.db.read(work!(|conn| {
        let seen = store::find(conn, &caller, id).await?;
        let seen = seen.filter(|seen| if seen.workspace.archived { archived } else { active });
        view.show(conn, &caller, &[seen.ok_or(Error::NotFound)?]).await
    }));
    Ok(crate::tagged(shown.await?))
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    parameters: &[INCLUDE, OPTIONAL],
    body: Some(|_| {
        let mut members = writable();
        members.push(("creator_role", doc::one_of(&participations::ROLES)));
        doc::one_or_many(ROOT, KEY, &schema::object(&["title"], &members))
    }),
    answer: Some(answer),
    ..Operation::new(KEY, "createWorkspaces", "Create workspaces")
};

/// `POST /workspaces`: one, or up to 100 under the plural root.
pub async fn create(State(app): State<App>, request: Request) -> Answer {
    let roots = request::one_or_many(&request.params, ROOT, KEY)?;
    let drafts = roots.roots().map(|(index, root)| Ok((index, draft(root)?))).collect::<Result<Vec<_>>>()?;
    let write = request.write(&app);
    let (view, caller) = (Shown::read(&request.params, &app)?, request.caller);
    let work = write.run(
        &app,
        work!(|conn, write| {
            let change = &write.change;
            store::require_maker(conn, &caller).await?;
            // All are checked before the first insert, because PostgreSQL does not roll back sequences.
            let mut new = Vec::new();
            for (index, draft) in &drafts {
                let one = draft.make(caller.account_id, caller.user_id, change.at);
                new.push((draft, one.map_err(|error| request::at(*index, error))?));
            }
            let mut made = Vec::new();
            for (draft, workspace) in new {
                let id = store::create(conn, change, draft, workspace).await?;
                made.extend(store::find(conn, &caller, id).await?);
            }
            view.show(conn, &caller, &made).await
        }),
        crate::tagged,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "A different `status_key` moves the workspace and records a status change; the current key changes nothing.",
    parameters: &[INCLUDE, OPTIONAL],
    body: Some(|_| doc::root(ROOT, schema::object(&[], &writable()))),
    answer: Some(answer),
    ..Operation::new(KEY, "replaceWorkspace", "Update a workspace")
};

/// `PUT` and `PATCH /workspaces/{id}`
pub async fn update(State(app): State<App>, request: Request) -> Answer {
    let draft = draft(&request.params.root(ROOT)?)?;
    let write = request.write(&app);
    let (view, id, caller) = (Shown::read(&request.params, &app)?, request.id()?, request.caller);
    let work = write.run(
        &app,
        work!(|conn, write| {
            if write.is_conditional() {
                write.check(&store::require(conn, &caller, id, Access::Edit).await?.workspace)?;
            }
            store::update(conn, &caller, &write.change, id, &draft).await?;
            let seen = store::find(conn, &caller, id).await?.ok_or(Error::NotFound)?;
            view.show(conn, &caller, &[seen]).await
        }),
        crate::tagged,
    );
    Ok(work.await?)
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    doc::envelope(
        generator,
        doc::by_id::<WorkspaceObject<'_>>,
        &[
            doc::by_id::<UserObject<'_>>,
            doc::by_id::<ParticipationObject>,
            doc::by_id::<StatusReportObject<'_>>,
            doc::by_id::<ExternalReferenceObject<'_>>,
            |_| ("workspace_groups", doc::unknown_by_id()),
            |_| ("custom_field_values", doc::unknown_by_id()),
        ],
    )
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

/// Returns whether active, and whether archived workspaces are shown; the default is only active ones.
fn shown(params: &Params) -> (bool, bool) {
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
