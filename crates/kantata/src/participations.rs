//! Participations in the Kantata surface (docs/contracts/kantata.md#participations).

use axum::extract::State;
use axum::http::StatusCode;

use super::includes::Wanted;
use super::openapi as doc;
use super::openapi::listed;
use super::{Answer, Envelope, Paging, Params, Request, Tagged, includes, objects, request};
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error, Problem, Result};
use domain::participations::store::{Filter, Sort};
use domain::participations::{Access, Draft, NewParticipation, Participation, store};
use domain::workspaces;

use domain::work;
use schemars::SchemaGenerator;
use serde_json::{Value, json};
use service::app::App;
use service::body_buffer::BodyBuffer;
use service::openapi::{Operation, Parameter, schema};
use service::replies;
use service::tag::Validator;

const KEY: &str = "participations";
const ROOT: &str = "participation";
const INCLUDES: &[&str] = &["user", "workspace", "external_references"];
const SORTS: &[(&str, Sort)] = &[("updated_at", Sort::UpdatedAt), ("user_name", Sort::UserName)];

const INCLUDE: Parameter = doc::include("Of `user`, `workspace`, `external_references`.");
const OPTIONAL: Parameter = doc::texts("optional_fields", "Of `access_level`.");

/// What clients are told of [`index`].
pub const INDEX: Operation = Operation {
    parameters: listed![
        Parameter::query("workspace_id", doc::filled_text, "The workspace; without it there is no list.")
            .required(),
        doc::number("by_user", "Only those of this user."),
        doc::texts("by_user_full_name", "Only those of users with this name."),
        doc::flag("mavens_only", "Only the provider side."),
        doc::CREATED_AFTER,
        doc::CREATED_BEFORE,
        doc::UPDATED_AFTER,
        doc::UPDATED_BEFORE,
        doc::texts("order", "`updated_at` (the default, `:desc`) or `user_name`, with `:asc` or `:desc`."),
        INCLUDE,
        OPTIONAL,
    ],
    answer: Some(answer),
    is_tagged: false,
    ..Operation::new(KEY, "listParticipations", "List who takes part in a workspace")
};

/// `GET /participations`
pub async fn index(State(app): State<App>, request: Request) -> Answer {
    let params = &request.params;
    let workspace_id = params.number("workspace_id");
    let filter = Filter {
        workspace_id: workspace_id.unwrap_or_default(),
        created: params.range("created")?,
        updated: params.range("updated")?,
        only: params.only()?,
        users: params.ids("by_user")?,
        full_names: params.texts("by_user_full_name")?,
        providers_only: params.switch("mavens_only") == Some(true),
    };
    let order = params.order(SORTS, (Sort::UpdatedAt, true));
    let (view, caller) = (View::read(params)?, request.caller);
    // 400 comes before 422 (docs/contracts/kantata.md#order-of-checks).
    let Some(workspace_id) = workspace_id else { return Ok(crate::error::required("workspace_id")) };
    let body = app.db.read(work!(|conn| {
        let paging = view.paging;
        let right = workspaces::store::access(conn, &caller, workspace_id).await?;
        let (page, count) = if right == Access::None {
            (Vec::new(), 0)
        } else {
            let account_id = caller.account_id;
            store::list(conn, account_id, &filter, order, paging.limit, paging.offset).await?
        };
        view.present(conn, &caller, &page, count).await
    }));
    Ok(crate::json(StatusCode::OK, body.await?))
}

/// What clients are told of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[INCLUDE, OPTIONAL],
    answer: Some(answer),
    ..Operation::new(KEY, "showParticipation", "Show a participation")
};

/// `GET /participations/{id}`
pub async fn show(State(app): State<App>, request: Request) -> Answer {
    let (view, id, caller) = (View::read(&request.params)?, request.id()?, request.caller);
    let shown = app.db.read(work!(|conn| {
        let (part, _) = find(conn, &caller, id).await?;
        view.all(conn, &caller, &[part]).await
    }));
    crate::tagged(shown.await?)
}

/// What clients are told of [`create`].
pub const CREATE: Operation = Operation {
    parameters: &[INCLUDE, OPTIONAL],
    body: Some(|_| {
        let members = [
            ("workspace_id", doc::reference()),
            ("user_id", doc::reference()),
            ("role", doc::one_of(&domain::participations::ROLES)),
            ("access_level", level()),
        ];
        doc::one_or_many(ROOT, KEY, &schema::object(&["workspace_id", "user_id", "role"], &members))
    }),
    answer: Some(answer),
    ..Operation::new(KEY, "createParticipations", "Let people take part in a workspace")
};

/// `POST /participations`: one, or up to a hundred in the plural.
pub async fn create(State(app): State<App>, request: Request) -> Answer {
    let drafts = request::one_or_many(&request.params, ROOT, KEY)?;
    let write = request.write(&app);
    let (view, caller) = (View::read(&request.params)?, request.caller);
    let work = write.run(
        &app,
        work!(|conn, write| {
            // All are checked before the first takes an id, which PostgreSQL would not take back.
            let mut parts: Vec<NewParticipation> = Vec::new();
            for (index, root) in drafts.roots() {
                let one = async {
                    let workspace_id = root
                        .number("workspace_id")
                        .ok_or_else(|| Error::invalid("workspace_id", Problem::Blank))?;
                    workspaces::store::require(conn, &caller, workspace_id, Access::Admin).await?;
                    store::check(conn, caller.account_id, workspace_id, &draft(root), &parts).await
                };
                let part = one.await.map_err(|error| request::at(index, error))?;
                parts.push(part);
            }
            let mut made = Vec::new();
            for part in parts {
                made.push(store::insert(conn, &write.change, part).await?);
            }
            view.all(conn, &caller, &made).await
        }),
        crate::tagged,
    );
    work.await
}

/// What clients are told of [`update`].
pub const UPDATE: Operation = Operation {
    parameters: &[INCLUDE, OPTIONAL],
    body: Some(|_| {
        let members = [("role", doc::one_of(&domain::participations::ROLES)), ("access_level", level())];
        doc::root(ROOT, schema::object(&[], &members))
    }),
    answer: Some(answer),
    ..Operation::new(KEY, "replaceParticipation", "Change a participation")
};

/// `PUT` and `PATCH /participations/{id}`
pub async fn update(State(app): State<App>, request: Request) -> Answer {
    let draft = draft(&request.params.root(ROOT)?);
    let write = request.write(&app);
    let (view, id, caller) = (View::read(&request.params)?, request.id()?, request.caller);
    let work = write.run(
        &app,
        work!(|conn, write| {
            let (before, right) = find(conn, &caller, id).await?;
            right.require(Access::Admin)?;
            write.check(&before)?;
            let part = store::update(conn, &write.change, &before, &draft).await?;
            view.all(conn, &caller, &[part]).await
        }),
        crate::tagged,
    );
    work.await
}

/// What clients are told of [`delete`].
pub const DELETE: Operation =
    Operation { status: 204, ..Operation::new(KEY, "deleteParticipation", "End a participation") };

/// `DELETE /participations/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> Answer {
    let write = request.write(&app);
    let (id, caller) = (request.id()?, request.caller);
    let work = write.run(
        &app,
        work!(|conn, write| {
            let (part, right) = find(conn, &caller, id).await?;
            right.require(Access::Admin)?;
            write.check(&part)?;
            store::delete(conn, &write.change, &part).await
        }),
        replies::no_content,
    );
    work.await
}

/// The participation, if the caller sees its workspace, and what the caller may do there.
async fn find(conn: &mut Conn, caller: &Caller, id: i64) -> Result<(Participation, Access)> {
    let part = store::find(conn, caller.account_id, id).await?.ok_or(Error::NotFound)?;
    match workspaces::store::access(conn, caller, part.workspace_id).await? {
        Access::None => Err(Error::NotFound),
        right => Ok((part, right)),
    }
}

fn draft(root: &Params) -> Draft {
    Draft {
        user_id: root.number("user_id"),
        role: root.attribute("role"),
        access_level: root.attribute("access_level"),
    }
}

fn level() -> Value {
    json!({ "type": "string", "pattern": "^(admin|(edit|view)_[^\\u0000]*)$" })
}

fn answer(generator: &mut SchemaGenerator) -> Value {
    doc::envelope(generator, KEY, &["users", "workspaces", "external_references"])
}

/// What of the answer the parameters choose.
struct View {
    includes: Vec<&'static str>,
    paging: Paging,
    with_level: bool,
}

impl View {
    fn read(params: &Params) -> Result<Self> {
        Ok(Self {
            includes: params.includes(INCLUDES),
            paging: Paging::read(params)?,
            with_level: params.asks_for_field("access_level"),
        })
    }

    /// All that a request is about; one has a tag.
    async fn all(&self, conn: &mut Conn, caller: &Caller, parts: &[Participation]) -> Result<Tagged> {
        let count = i64::try_from(parts.len()).unwrap_or(i64::MAX);
        let body = self.present(conn, caller, parts, count).await?;
        Ok(match parts {
            [part] => Tagged::one(body, Some(&Validator::of(part))),
            _ => Tagged::several(body),
        })
    }

    async fn present(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        page: &[Participation],
        count: i64,
    ) -> Result<BodyBuffer> {
        let mut envelope = Envelope::new(KEY);
        let with_references = self.includes.contains(&"external_references");
        for part in page {
            envelope.push(part.id, &objects::participation(part, self.with_level, with_references));
        }
        let wants = |include| self.includes.contains(&include);
        let wanted = Wanted {
            users: wants("user").then(|| includes::list(page.iter().map(|part| part.user_id))),
            workspaces: wants("workspace").then(|| includes::list(page.iter().map(|part| part.workspace_id))),
            referring: None,
        };
        let found = wanted.find(conn, caller).await?;
        for include in &self.includes {
            match *include {
                "user" => found.add_users(&mut envelope, |_| true),
                "workspace" => found.add_workspaces(&mut envelope, caller),
                _ => envelope.open("external_references"),
            }
        }
        Ok(envelope.finish(count, self.paging))
    }
}
