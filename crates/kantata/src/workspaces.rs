//! Workspaces in the Kantata surface (docs/contracts/kantata.md#workspaces).

use axum::extract::State;
use axum::http::StatusCode;

use super::external_references::{nested_draft, nested_schema};
use super::objects;
use super::objects::{Id, Ids, WorkspaceAssociations};
use super::openapi as doc;
use super::openapi::listed;
use super::{Answer, Envelope, Paging, Params, Request, Tagged, includes, params, request};
use base::clock::Time;
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::external_references::{ExternalReference, SubjectType};
use domain::participations;
use domain::participations::{Access, Participation};
use domain::status_reports;
use domain::status_reports::store::Brief;
use domain::workspaces::store::{Filter, Sort};
use domain::workspaces::{Draft, VisibleWorkspace, store};

use domain::work;
use schemars::SchemaGenerator;
use serde_json::{Value, json};
use service::app::App;
use service::body_buffer::BodyBuffer;
use service::openapi::{Operation, Parameter, schema};
use service::tag::Validator;

const KEY: &str = "workspaces";
const ROOT: &str = "workspace";
const INCLUDES: &[&str] = &[
    "creator",
    "primary_maven",
    "primary_counterpart",
    "participants",
    "participations",
    "current_user_participation",
    "status_reports",
    "current_status_report",
    "external_references",
    "workspace_groups",
    "custom_field_values",
];
const SORTS: &[(&str, Sort)] = &[
    ("updated_at", Sort::UpdatedAt),
    ("created_at", Sort::CreatedAt),
    ("title", Sort::Title),
    ("status", Sort::Status),
];

const INCLUDE: Parameter = doc::include(
    "Of `creator`, `primary_maven`, `primary_counterpart`, `participants`, `participations`, \
     `current_user_participation`, `status_reports`, `current_status_report`, `external_references`, \
     `workspace_groups`, `custom_field_values`.",
);
const OPTIONAL: Parameter = doc::texts("optional_fields", "Of `stage`.");
const INCLUDE_ARCHIVED: Parameter = doc::flag("include_archived", "Archived ones, too.");
const ARCHIVED: Parameter = doc::texts("archived", "`only`, `include` or `exclude`.");

/// What clients are told of [`index`].
pub const INDEX: Operation = Operation {
    parameters: listed![
        INCLUDE_ARCHIVED,
        ARCHIVED,
        doc::texts("search", "Only those whose title or description contains it."),
        doc::texts("matching", "Only those whose title contains it."),
        doc::CREATED_AFTER,
        doc::CREATED_BEFORE,
        doc::UPDATED_AFTER,
        doc::UPDATED_BEFORE,
        doc::texts(
            "order",
            "`updated_at` (the default, `:desc`), `created_at`, `title` or `status`, with `:asc` or `:desc`."
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
        // Searching and asking by id do not combine; searching wins.
        only: if search.is_some() { None } else { params.only()? },
        search,
        matching: params.filled("matching").map(Into::into),
    };
    let order = params.order(SORTS, (Sort::UpdatedAt, true));
    let (view, caller) = (View::read(params, &app)?, request.caller);
    let body = app.db.read(work!(|conn| {
        let paging = view.paging;
        let (page, count) = store::list(conn, &caller, &filter, order, paging.limit, paging.offset).await?;
        view.present(conn, &caller, &page, count).await
    }));
    Ok(crate::json(StatusCode::OK, body.await?))
}

/// What clients are told of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[INCLUDE_ARCHIVED, ARCHIVED, INCLUDE, OPTIONAL],
    answer: Some(answer),
    ..Operation::new(KEY, "showWorkspace", "Show a workspace")
};

/// `GET /workspaces/{id}`
pub async fn show(State(app): State<App>, request: Request) -> Answer {
    let (active, archived) = shown(&request.params);
    let (view, id, caller) = (View::read(&request.params, &app)?, request.id()?, request.caller);
    let shown = app.db.read(work!(|conn| {
        let seen = store::find(conn, &caller, id).await?;
        let seen = seen.filter(|seen| if seen.workspace.archived { archived } else { active });
        view.all(conn, &caller, &[seen.ok_or(Error::NotFound)?]).await
    }));
    crate::tagged(shown.await?)
}

/// What clients are told of [`create`].
pub const CREATE: Operation = Operation {
    parameters: &[INCLUDE, OPTIONAL],
    body: Some(|_| {
        let mut members = writable();
        members.push(("creator_role", doc::one_of(&participations::ROLES)));
        doc::one_or_many(ROOT, KEY, &schema::object(&["title"], &members))
    }),
    answer: Some(answer),
    ..Operation::new(KEY, "createWorkspaces", "Make workspaces")
};

/// `POST /workspaces`: one, or up to a hundred in the plural.
pub async fn create(State(app): State<App>, request: Request) -> Answer {
    let roots = request::one_or_many(&request.params, ROOT, KEY)?;
    let drafts = roots.roots().map(|(index, root)| Ok((index, draft(root)?))).collect::<Result<Vec<_>>>()?;
    let write = request.write(&app);
    let (view, caller) = (View::read(&request.params, &app)?, request.caller);
    let work = write.run(
        &app,
        work!(|conn, write| {
            let change = &write.change;
            store::require_maker(conn, &caller).await?;
            // All are checked before the first takes an id, which PostgreSQL would not take back.
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
            view.all(conn, &caller, &made).await
        }),
        crate::tagged,
    );
    work.await
}

/// What clients are told of [`update`].
pub const UPDATE: Operation = Operation {
    description: "Another `status_key` moves the workspace and records the change; the same is none.",
    parameters: &[INCLUDE, OPTIONAL],
    body: Some(|_| doc::root(ROOT, schema::object(&[], &writable()))),
    answer: Some(answer),
    ..Operation::new(KEY, "replaceWorkspace", "Change a workspace")
};

/// `PUT` and `PATCH /workspaces/{id}`
pub async fn update(State(app): State<App>, request: Request) -> Answer {
    let draft = draft(&request.params.root(ROOT)?)?;
    let write = request.write(&app);
    let (view, id, caller) = (View::read(&request.params, &app)?, request.id()?, request.caller);
    let work = write.run(
        &app,
        work!(|conn, write| {
            if write.is_conditional() {
                write.check(&store::require(conn, &caller, id, Access::Edit).await?.workspace)?;
            }
            store::update(conn, &caller, &write.change, id, &draft).await?;
            let seen = store::find(conn, &caller, id).await?.ok_or(Error::NotFound)?;
            view.all(conn, &caller, &[seen]).await
        }),
        crate::tagged,
    );
    work.await
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    let side_loads = [
        "users",
        "participations",
        "status_reports",
        "external_references",
        "workspace_groups",
        "custom_field_values",
    ];
    doc::envelope(generator, KEY, &side_loads)
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

/// Whether active and archived workspaces are shown; without being asked, only active ones are.
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

/// What of the answer the parameters choose.
struct View {
    includes: Vec<&'static str>,
    paging: Paging,
    with_stage: bool,
    today: Time,
}

/// What the includes of a page need of other rooms.
struct Related {
    participations: Vec<Participation>,
    reports: Vec<Brief>,
    references: Vec<ExternalReference>,
}

/// The same by the id of the workspace.
struct ByWorkspace<'r> {
    participations: includes::Grouped<'r, Participation>,
    reports: includes::Grouped<'r, Brief>,
    references: includes::Grouped<'r, ExternalReference>,
}

impl Related {
    fn by_workspace(&self) -> ByWorkspace<'_> {
        ByWorkspace {
            participations: includes::grouped(&self.participations, |part| part.workspace_id),
            reports: includes::grouped(&self.reports, |report| report.workspace_id),
            references: includes::grouped(&self.references, |reference| reference.subject_id),
        }
    }
}

impl<'r> ByWorkspace<'r> {
    fn reports_of(&self, workspace_id: i64) -> impl Iterator<Item = &'r Brief> {
        self.reports.get(&workspace_id).into_iter().flatten().copied()
    }
}

impl View {
    fn read(params: &Params, app: &App) -> Result<Self> {
        Ok(Self {
            includes: params.includes(INCLUDES),
            paging: Paging::read(params)?,
            with_stage: params.asks_for_field("stage"),
            today: app.clock.now().day(),
        })
    }

    fn asks(&self, include: &str) -> bool {
        self.includes.contains(&include)
    }

    async fn related(&self, conn: &mut Conn, caller: &Caller, page: &[VisibleWorkspace]) -> Result<Related> {
        let ids = includes::list(page.iter().map(|seen| seen.workspace.id));
        let account_id = caller.account_id;
        let asks = |includes: &[&str]| includes.iter().any(|include| self.asks(include));
        let participations = async |conn: &mut Conn| {
            if !asks(&["participants", "participations", "current_user_participation"]) {
                return Ok(Vec::new());
            }
            let found = participations::store::of_workspaces(conn, account_id, &ids, includes::MOST + 1);
            includes::bounded("participations", found.await?)
        };
        let reports = async |conn: &mut Conn| {
            if !asks(&["status_reports", "current_status_report"]) {
                return Ok(Vec::new());
            }
            let healthy = page.iter().filter(|seen| seen.access.sees_health());
            let ids = includes::list(healthy.map(|seen| seen.workspace.id));
            let since = if self.asks("status_reports") { Time::MIN } else { self.today };
            let limit = includes::MOST + 1;
            let found = status_reports::store::of_workspaces(conn, account_id, &ids, since, limit).await?;
            includes::bounded("status_reports", found)
        };
        let references = async |conn: &mut Conn| {
            if !self.asks("external_references") {
                return Ok(Vec::new());
            }
            includes::references(conn, account_id, SubjectType::Workspace, &ids).await
        };
        let (participations, (reports, references)) =
            conn.join(participations, async |conn| conn.join(reports, references).await).await?;
        Ok(Related { participations, reports, references })
    }

    fn associations(
        &self,
        seen: &VisibleWorkspace,
        caller: &Caller,
        related: &ByWorkspace<'_>,
    ) -> WorkspaceAssociations {
        let id = seen.workspace.id;
        let parts = || related.participations.get(&id).into_iter().flatten().copied();
        let reports = || related.reports_of(id);
        let ids = |asked: &str, ids: Vec<i64>| -> Ids {
            self.asks(asked).then(|| ids.into_iter().map(Id).collect())
        };
        WorkspaceAssociations {
            primary_counterpart_id: self
                .asks("primary_counterpart")
                .then(|| seen.primary_counterpart_id.map(Id)),
            participant_ids: ids("participants", parts().map(|part| part.user_id).collect()),
            participation_ids: ids("participations", parts().map(|part| part.id).collect()),
            current_user_participation_id: self
                .asks("current_user_participation")
                .then(|| parts().find(|part| part.user_id == caller.user_id).map(|part| Id(part.id))),
            status_report_ids: ids("status_reports", reports().map(|report| report.id).collect()),
            current_status_report_id: self
                .asks("current_status_report")
                .then(|| self.current(reports()).map(|report| Id(report.id))),
            external_reference_ids: ids(
                "external_references",
                related.references.get(&id).into_iter().flatten().map(|one| one.id).collect(),
            ),
            workspace_group_ids: ids("workspace_groups", Vec::new()),
            custom_field_value_ids: ids("custom_field_values", Vec::new()),
        }
    }

    /// The latest report that was created today (docs/contracts/kantata.md#the-current-status-report).
    fn current<'r>(&self, reports: impl Iterator<Item = &'r Brief>) -> Option<&'r Brief> {
        let today = reports.filter(|report| report.created_at >= self.today);
        today.max_by_key(|report| (report.created_at, report.id))
    }

    /// All that a request is about; one has a tag.
    async fn all(&self, conn: &mut Conn, caller: &Caller, workspaces: &[VisibleWorkspace]) -> Result<Tagged> {
        let count = i64::try_from(workspaces.len()).unwrap_or(i64::MAX);
        let body = self.present(conn, caller, workspaces, count).await?;
        Ok(match workspaces {
            [seen] => Tagged::one(body, seen.whole().map(Validator::of).as_ref()),
            _ => Tagged::several(body),
        })
    }

    async fn present(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        page: &[VisibleWorkspace],
        count: i64,
    ) -> Result<BodyBuffer> {
        let related = self.related(conn, caller, page).await?;
        let joined = related.by_workspace();
        let mut envelope = Envelope::new(KEY);
        for seen in page {
            let associations = self.associations(seen, caller, &joined);
            let object = objects::workspace(seen, caller, self.with_stage, associations);
            envelope.push(seen.workspace.id, &object);
        }
        for include in &self.includes {
            self.side_load(conn, caller, page, (&related, &joined), include, &mut envelope).await?;
        }
        Ok(envelope.finish(count, self.paging))
    }

    async fn side_load(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        page: &[VisibleWorkspace],
        (related, joined): (&Related, &ByWorkspace<'_>),
        include: &'static str,
        envelope: &mut Envelope,
    ) -> Result<()> {
        let add_parts = |envelope: &mut Envelope, parts: &mut dyn Iterator<Item = &Participation>| {
            envelope.open("participations");
            for part in parts {
                envelope.add("participations", part.id, &objects::participation(part, false, false));
            }
        };
        match include {
            "creator" => {
                let ids = page.iter().map(|seen| seen.workspace.creator_id);
                includes::users(conn, caller, envelope, ids).await?;
            }
            "primary_maven" => {
                let ids = page.iter().filter_map(|seen| seen.primary_maven_id);
                includes::users(conn, caller, envelope, ids).await?;
            }
            "primary_counterpart" => {
                let ids = page.iter().filter_map(|seen| seen.primary_counterpart_id);
                includes::users(conn, caller, envelope, ids).await?;
            }
            "participants" => {
                let ids = related.participations.iter().map(|part| part.user_id);
                includes::users(conn, caller, envelope, ids).await?;
            }
            "participations" => add_parts(envelope, &mut related.participations.iter()),
            "current_user_participation" => {
                let mine = related.participations.iter().filter(|part| part.user_id == caller.user_id);
                add_parts(envelope, &mut { mine });
            }
            "status_reports" => {
                let ids: Vec<i64> = related.reports.iter().map(|report| report.id).collect();
                includes::add_reports(conn, caller.account_id, envelope, &ids).await?;
            }
            "current_status_report" => {
                let of = |seen: &VisibleWorkspace| self.current(joined.reports_of(seen.workspace.id));
                let ids: Vec<i64> = page.iter().filter_map(of).map(|report| report.id).collect();
                includes::add_reports(conn, caller.account_id, envelope, &ids).await?;
            }
            "external_references" => includes::add_references(envelope, &related.references),
            empty => envelope.open(empty),
        }
        Ok(())
    }
}
