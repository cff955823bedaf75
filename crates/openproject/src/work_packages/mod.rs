//! Work packages in the OpenProject surface: `docs/contracts/openproject-work-packages.md`.

pub mod activities;
pub mod empty;
pub mod filters;
pub mod form;
pub mod index;
pub mod input;
pub mod loaded;
pub mod object;
pub mod people;
pub mod schemas;
pub mod sorting;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schemars::SchemaGenerator;
use serde_json::{Map, Value};

use self::input::Input;
use self::loaded::Loaded;
use self::object::WorkPackageObject;
use self::schemas::TAG;
use crate::markdown::Formattable;
use crate::openapi as doc;
use crate::projects::lookup;
use crate::{ApiResult, Body, Error, Request, hal};
use db::Conn;
use domain::auth::Caller;
use domain::error::Error as Cause;
use domain::events::Change;
use domain::ids::{WorkPackageId, WorkspaceId};
use domain::participations::Access;
use domain::statuses;
use domain::work;
use domain::work_packages::progress::Mode;
use domain::work_packages::store::write::Prepared;
use domain::work_packages::store::{read, write};
use domain::work_packages::{Draft, WorkPackage, rules};
use domain::workspaces::VisibleWorkspace;
use service::app::App;
use service::openapi::{Operation, Parameter, schema};
use service::tag::Validator;

/// `id`
const ID: Parameter = Parameter::path("id", doc::number, "The id.");

/// The id in the path of a request.
///
/// # Errors
/// [`Error::NoWorkPackage`] if it is no positive number of 64 bits.
pub fn id_of(request: &Request) -> Result<WorkPackageId, Error> {
    let id = request.segment.parse().ok().filter(|id: &i64| *id > 0);
    id.map(WorkPackageId).ok_or(Error::NoWorkPackage)
}

/// The work package of a path with its workspace.
///
/// # Errors
/// [`Error::NoWorkPackage`], [`Cause::Forbidden`]
pub async fn require(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkPackageId,
    needed: Access,
) -> Result<(WorkPackage, VisibleWorkspace), Error> {
    let (package, visible) = read::find(conn, caller, id).await?.ok_or(Error::NoWorkPackage)?;
    visible.access.require(needed)?;
    Ok((package, visible))
}

/// The project of a path, in which the caller has some access to work packages.
///
/// # Errors
/// [`Cause::NotFound`], [`Cause::Forbidden`]
pub async fn project_of_path(
    conn: &mut Conn,
    caller: &Caller,
    segment: &str,
    needed: Access,
) -> Result<VisibleWorkspace, Cause> {
    read::holding(lookup::find(conn, caller, segment).await?, needed)
}

/// A work package with everything that its object shows.
pub struct Whole {
    package: WorkPackage,
    parent: Option<WorkPackage>,
    loaded: Loaded,
}

impl Whole {
    async fn of(conn: &mut Conn, caller: &Caller, package: WorkPackage) -> Result<Self, Error> {
        let parent = match package.parent_id {
            Some(id) => read::find(conn, caller, id).await?.map(|(parent, _)| parent),
            None => None,
        };
        let both: Vec<WorkPackage> =
            [Some(&package), parent.as_ref()].into_iter().flatten().cloned().collect();
        let loaded = Loaded::of(conn, caller, &both).await?;
        Ok(Self { package, parent, loaded })
    }

    fn answer(&self, root: &str, status: StatusCode) -> Response {
        let object = WorkPackageObject::single(root, &self.package, self.parent.as_ref(), &self.loaded);
        hal::record(status, &object, Some(&Validator::of(&self.package)))
    }
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[ID],
    answer: Some(answer),
    ..Operation::new(TAG, "showWorkPackage", "Show a work package")
};

/// `GET /api/v3/work_packages/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let id = id_of(&request)?;
    let Request { caller, root, .. } = request;
    let whole = app.db.read(work!(|conn| -> Error {
        let (package, _) = require(conn, &caller, id, Access::Client).await?;
        Whole::of(conn, &caller, package).await
    }));
    let whole = whole.await?;
    Formattable::prepare(whole.package.description.as_deref()).await;
    Ok(whole.answer(&root, StatusCode::OK))
}

/// Where a new work package goes.
pub enum Target {
    /// The project of the path.
    Path(String),
    /// The project that the body names.
    Body,
}

/// A new work package that was checked and not created; without a project, only the violations are there.
pub struct NewPackage {
    /// The project.
    pub visible: Option<VisibleWorkspace>,
    /// What would be created.
    pub prepared: Prepared,
}

/// Reads and checks a new work package.
///
/// # Errors
/// [`Cause::NotFound`] and [`Cause::Forbidden`] for the project, and those of the members' formats.
pub async fn prepare_new(
    conn: &mut Conn,
    change: &Change,
    caller: &Caller,
    target: &Target,
    input: &Input<'_>,
    mode: Mode,
) -> Result<NewPackage, Error> {
    let named = match target {
        Target::Path(segment) => Some(project_of_path(conn, caller, segment, Access::Edit).await?),
        Target::Body => {
            if !read::may_add(conn, caller).await? {
                return Err(Cause::Forbidden.into());
            }
            match input.project()? {
                Some(segment) => project_of_body(conn, caller, segment).await?,
                None => None,
            }
        }
    };
    let draft = input.draft(domain::work_packages::constants::TASK)?;
    let Some(visible) = named else {
        return Ok(NewPackage {
            visible: None,
            prepared: without_project(conn, caller, &draft, mode).await?,
        });
    };
    let mut prepared = write::prepare_new(conn, change, caller, &visible, &draft, mode).await?;
    let loaded = Loaded::of(conn, caller, &[]).await?;
    refuse(&mut prepared, input, &loaded);
    Ok(NewPackage { visible: Some(visible), prepared })
}

/// The project that a body names. One that the caller does not see, or that is archived, is none.
async fn project_of_body(
    conn: &mut Conn,
    caller: &Caller,
    segment: &str,
) -> Result<Option<VisibleWorkspace>, Error> {
    let visible = match lookup::find(conn, caller, segment).await {
        Ok(visible) if !visible.workspace.archived => visible,
        Ok(_) | Err(Cause::NotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    visible.access.require(Access::Edit)?;
    Ok(Some(visible))
}

/// The violations of a new work package without a project, which has no type by default either.
async fn without_project(
    conn: &mut Conn,
    caller: &Caller,
    draft: &Draft,
    mode: Mode,
) -> Result<Prepared, Error> {
    let statuses = statuses::store::list(conn, caller.account_id).await?;
    let nowhere = (caller.account_id, WorkspaceId(0));
    let before = WorkPackage::blank(nowhere, caller.user_id, &statuses, base::clock::Time(0));
    let after = draft.apply(&before, &statuses, mode);
    let found = rules::without_project(draft, &before, &after, &statuses, mode);
    Ok(Prepared { before, after, refusal: Some(Cause::Invalid(found)) })
}

/// Adds the refusals of members that no request writes.
fn refuse(prepared: &mut Prepared, input: &Input<'_>, loaded: &Loaded) {
    let more = input.read_only(&prepared.before, &prepared.after, loaded);
    if more.is_empty() {
        return;
    }
    prepared.refusal = Some(match prepared.refusal.take() {
        Some(Cause::Invalid(mut violations)) => {
            violations.extend(more);
            Cause::Invalid(violations)
        }
        _ => Cause::Invalid(more),
    });
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    body: Some(|_| schema::object(&["subject"], &schemas::writable())),
    status: 201,
    answer: Some(answer),
    ..Operation::new(TAG, "createWorkPackage", "Create a work package")
};

/// `POST /api/v3/work_packages`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    create_in(app, body, Target::Body).await
}

/// OpenAPI description of [`create_in_project`].
pub const CREATE_IN_PROJECT: Operation = Operation {
    parameters: &[lookup::ID],
    id: "createWorkPackageInProject",
    summary: "Create a work package in a project",
    ..CREATE
};

/// `POST /api/v3/projects/{id or identifier}/work_packages`
pub async fn create_in_project(State(app): State<App>, body: Body) -> ApiResult {
    let target = Target::Path(body.request.segment.clone());
    create_in(app, body, target).await
}

async fn create_in(app: App, body: Body, target: Target) -> ApiResult {
    let write = body.request.write(&app);
    let mode = app.settings.openproject_progress;
    let Request { caller, root, .. } = body.request;
    let (members, path) = (body.members, root.clone());
    Formattable::prepare(raw_description(&members)).await;
    let work = write.run(
        &app,
        work!(|conn, write| -> Error {
            let input = Input::new(&root, &members);
            let new = prepare_new(conn, &write.change, &caller, &target, &input, mode).await?;
            let package = write::create(conn, &write.change, new.prepared).await?;
            Whole::of(conn, &caller, package).await
        }),
        move |whole: Whole| whole.answer(&path, StatusCode::CREATED),
    );
    work.await
}

/// A change of a work package that was checked and not made.
pub struct ChangedPackage {
    /// The project.
    pub visible: VisibleWorkspace,
    /// What would change.
    pub prepared: Prepared,
}

/// Reads and checks a change of a work package. A form without a body needs no version.
///
/// # Errors
/// [`Error::NoWorkPackage`], [`Cause::Forbidden`], [`Error::Conflict`], and those of the members' formats.
pub async fn prepare_change(
    conn: &mut Conn,
    caller: &Caller,
    id: WorkPackageId,
    input: &Input<'_>,
    needs_version: bool,
    mode: Mode,
) -> Result<ChangedPackage, Error> {
    let (before, visible) = require(conn, caller, id, Access::Edit).await?;
    let draft = input.draft(before.type_id)?;
    let project = input.project()?;
    if needs_version && input.lock_version() != Some(before.lock_version) {
        return Err(Error::Conflict);
    }
    let loaded = Loaded::of(conn, caller, std::slice::from_ref(&before)).await?;
    let mut prepared = write::prepare_change(conn, caller, before, &draft, mode).await?;
    refuse(&mut prepared, input, &loaded);
    let workspace = &visible.workspace;
    if project
        .is_some_and(|segment| segment != workspace.id.to_string() && segment != workspace.shown_identifier())
    {
        let problem = domain::error::Problem::NotWritable("Project");
        let violation = domain::error::Violation::new("project", problem);
        prepared.refusal = Some(match prepared.refusal.take() {
            Some(Cause::Invalid(mut violations)) => {
                violations.push(violation);
                Cause::Invalid(violations)
            }
            _ => Cause::Invalid(vec![violation]),
        });
    }
    Ok(ChangedPackage { visible, prepared })
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    parameters: &[ID],
    body: Some(|_| schema::object(&["lockVersion"], &schemas::writable())),
    answer: Some(answer),
    errors: &[409],
    ..Operation::new(TAG, "updateWorkPackage", "Update a work package")
};

/// `PATCH /api/v3/work_packages/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    let id = id_of(&body.request)?;
    let write = body.request.write(&app);
    let mode = app.settings.openproject_progress;
    let Request { caller, root, .. } = body.request;
    let (members, path) = (body.members, root.clone());
    Formattable::prepare(raw_description(&members)).await;
    let work = write.run(
        &app,
        work!(|conn, write| -> Error {
            let input = Input::new(&root, &members);
            let changed = prepare_change(conn, &caller, id, &input, true, mode).await?;
            write.check(&changed.prepared.before)?;
            let package = write::update(conn, &write.change, changed.prepared).await?;
            Whole::of(conn, &caller, package).await
        }),
        move |whole: Whole| whole.answer(&path, StatusCode::OK),
    );
    work.await
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "Everything below it is deleted, too.",
    parameters: &[ID],
    status: 204,
    ..Operation::new(TAG, "deleteWorkPackage", "Delete a work package")
};

/// `DELETE /api/v3/work_packages/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    let id = id_of(&request)?;
    let write = request.write(&app);
    let caller = request.caller;
    let work = write.run(
        &app,
        work!(|conn, write| -> Error {
            let (package, _) = require(conn, &caller, id, Access::Admin).await?;
            write.check(&package)?;
            Ok(write::delete(conn, &write.change, &caller, id).await?)
        }),
        service::replies::no_content,
    );
    work.await
}

fn raw_description(members: &Map<String, Value>) -> Option<&str> {
    members.get("description")?.get("raw")?.as_str()
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    schema::of::<WorkPackageObject<'_>>(generator)
}
