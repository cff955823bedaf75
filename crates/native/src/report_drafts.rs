//! Drafts of status reports in the native surface: programs write them, people publish or discard them.

use axum::extract::State as Extracted;
use axum::response::Response;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::body::{Members, check};
use super::openapi as doc;
use super::status_reports as reports;
use super::status_reports::{ReportObject, Shown as ShownReport, WRITABLE, written};
use super::users::{Person, person};
use super::{ApiResult, Bodiless, Body, Request, cursor};
use base::clock::Time;
use db::Conn;
use domain::error::{Error, Problem, Result, Violation};
use domain::ids::{AccountId, UserId, WorkspaceId};
use domain::participations::Access;
use domain::report_drafts::input::{NewDetail, NewDraft, NewSentence, SENTENCE_LIMIT, SENTENCES, SOURCES};
use domain::report_drafts::store::{Filter, Found};
use domain::report_drafts::{Sentence, Source, SourceKind, State, store};
use domain::status_reports::{Category, Color, Detail};
use domain::workspaces::store::require_health;
use domain::{users, work};
use service::app::App;
use service::openapi::{Operation, Parameter, schema};
use service::tag::Validator;

const TAG: &str = "report drafts";
/// The members of a new draft.
const NEW: &[&str] = &["color", "sentences", "details"];
const STATES: [(&str, State); 3] =
    [("open", State::Open), ("published", State::Published), ("discarded", State::Discarded)];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportDrafts")]
struct List {
    report_drafts: Vec<Object>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReportDraft")]
struct Object {
    id: i64,
    workspace: Titled,
    state: State,
    color: Color,
    description: String,
    details: Vec<Detail>,
    /// The sentences as the program wrote them, with their sources.
    sentences: Vec<SentenceObject>,
    /// The name of the token, or of the application to which the token was issued.
    agent: String,
    /// The person for whom the program acted.
    author: Option<Person>,
    /// The person who last edited it.
    updater: Option<Person>,
    /// The person who published or discarded it.
    closed_by: Option<Person>,
    closed_at: Option<Time>,
    /// The report that came from it.
    report_id: Option<i64>,
    created_at: Time,
    updated_at: Time,
    version: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DraftSentenceObject")]
struct SentenceObject {
    /// The category under which it is; null for the description of the whole.
    category: Option<Category>,
    text: String,
    sources: Vec<Source>,
    /// Whether the text still has it.
    kept: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DraftWorkspace")]
struct Titled {
    id: i64,
    title: String,
}

/// A draft with the state that a condition compares.
struct Shown {
    object: Object,
    state: Validator,
}

fn sentence(found: &Found, sentence: &Sentence) -> SentenceObject {
    SentenceObject {
        category: sentence.category,
        text: sentence.text.clone(),
        sources: sentence.sources.clone(),
        kept: found.draft.has_kept(sentence),
    }
}

async fn objects(conn: &mut Conn, account_id: AccountId, drafts: Vec<Found>) -> Result<Vec<Object>> {
    let of = |Found { draft, .. }: &Found| [Some(draft.creator_id), draft.updater_id, draft.closer_id];
    let people: Vec<UserId> = drafts.iter().flat_map(of).flatten().collect();
    let people = users::store::of_account(conn, account_id, &people.into()).await?;
    let known = |id: UserId| person(&people, id);
    let object = |found: Found| {
        let sentences = found.draft.sentences.iter().map(|one| sentence(&found, one)).collect();
        let Found { draft, version, title } = found;
        Object {
            id: draft.id,
            workspace: Titled { id: draft.workspace_id.0, title },
            state: draft.state,
            color: draft.color,
            description: draft.description,
            details: draft.details,
            sentences,
            agent: draft.agent,
            author: known(draft.creator_id),
            updater: draft.updater_id.and_then(known),
            closed_by: draft.closer_id.and_then(known),
            closed_at: draft.closed_at,
            report_id: draft.report_id.map(|id| id.0),
            created_at: draft.created_at,
            updated_at: draft.updated_at,
            version,
        }
    };
    Ok(drafts.into_iter().map(object).collect())
}

async fn shown(conn: &mut Conn, found: Found) -> Result<Shown> {
    let (account_id, state) = (found.draft.account_id, Validator::of(&found.draft));
    let object = objects(conn, account_id, vec![found]).await?.pop();
    Ok(Shown { object: object.ok_or(Error::NotFound)?, state })
}

fn respond(Shown { object, state }: Shown) -> Response {
    crate::record(&object, Some(&state))
}

fn state() -> Value {
    json!({ "type": "string", "enum": State::ALL.map(State::name), "default": State::Open.name() })
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The drafts about the workspaces in which the caller writes reports, the latest first; the open ones \
        unless `state` says otherwise.",
    parameters: &[
        Parameter::query("state", state, "Only drafts in this state."),
        Parameter::query(
            "workspace_id",
            || json!({ "type": "string", "pattern": "^[0-9]{1,18}(,[0-9]{1,18})*$" }),
            "Only drafts about one of these workspaces, separated by commas.",
        ),
        doc::LIMIT,
        doc::CURSOR,
    ],
    answer: Some(schema::of::<List>),
    ..Operation::new(TAG, "listReportDrafts", "List drafts of status reports")
};

/// `GET /report_drafts`
pub async fn index(Extracted(app): Extracted<App>, request: Request) -> ApiResult {
    let query = request.query(&["state", "workspace_id", "limit", "cursor"])?;
    let workspaces = query.numbers("workspace_id")?;
    let filter = Filter {
        state: query.choice("state", &STATES)?,
        workspaces: workspaces.map(|ids| ids.iter().copied().map(WorkspaceId).collect()),
    };
    let page = query.page::<i64>()?;
    let (caller, after, limit) = (request.caller.clone(), page.after.unwrap_or(i64::MAX), page.limit);
    let list = app.db.read(work!(|conn| {
        let mut found = store::page(conn, &caller, &filter, after, limit + 1).await?;
        let next_cursor = cursor::cut(&mut found, limit, |last| cursor::write(&last.draft.id));
        Ok(List { report_drafts: objects(conn, caller.account_id, found).await?, next_cursor })
    }));
    let list = list.await?;
    let mut response = crate::json(&list);
    page.link(&mut response, list.next_cursor.as_deref());
    Ok(response)
}

/// The schema of the body of [`create`].
pub fn new_draft() -> Value {
    let record = doc::closed(
        &["type", "id"],
        &[
            ("type", json!({ "type": "string", "enum": SourceKind::ALL.map(SourceKind::name) })),
            ("id", json!({ "type": "integer", "minimum": 1, "maximum": i64::MAX })),
        ],
    );
    let url = json!({ "type": "string", "format": "uri", "pattern": "^https?://[^\\s\\u0000]+$", "maxLength": 2000 });
    let sources = json!({
        "type": "array", "minItems": 1, "maxItems": SOURCES,
        "items": { "anyOf": [record, doc::closed(&["url"], &[("url", url)])] },
        "description": "What the sentence rests on: records that the caller sees, or addresses.",
    });
    let sentence = doc::closed(
        &["text", "sources"],
        &[("text", doc::filled_within(SENTENCE_LIMIT)), ("sources", sources)],
    );
    let sentences = |least: usize| {
        json!({
            "type": "array", "minItems": least, "maxItems": SENTENCES, "items": sentence,
            "description": "They are joined by spaces; one that begins or ends with a line break keeps it.",
        })
    };
    let color = || json!({ "type": "string", "enum": Color::ALL.map(Color::name) });
    let detail = doc::closed(
        &["category", "color"],
        &[
            ("category", json!({ "type": "string", "enum": Category::ALL.map(Category::name) })),
            ("color", color()),
            ("sentences", sentences(0)),
        ],
    );
    let details = json!({
        "type": "array", "items": detail, "maxItems": Category::ALL.len(),
        "description": "At most one for each category.",
    });
    doc::closed(
        &["color", "sentences"],
        &[("color", color()), ("sentences", sentences(1)), ("details", details)],
    )
}

/// The value of a member in its form; none if it is absent.
fn parsed<T: DeserializeOwned>(members: &mut Members<'_>, name: &'static str) -> Option<T> {
    let read = serde_json::from_value(members.value(name)?.clone());
    read.map_err(|_| members.violations.push(Violation::new(name, Problem::Malformed))).ok()
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "Requires write access to the workspace; a token with the scope `draft` may do this and no other write. Each \
        sentence names what it rests on. At most 20 drafts about a workspace are open. A person publishes or discards the draft.",
    body: Some(|_: &mut SchemaGenerator| new_draft()),
    status: 201,
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "createReportDraft", "Draft a status report")
};

/// `POST /workspaces/{id}/report_drafts`
pub async fn create(Extracted(app): Extracted<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let id = WorkspaceId(body.request.id()?);
    let mut members = body.members(NEW)?;
    let draft = NewDraft {
        workspace_id: id,
        color: members.text("color"),
        sentences: parsed::<Vec<NewSentence>>(&mut members, "sentences"),
        details: parsed::<Vec<NewDetail>>(&mut members, "details").unwrap_or_default(),
    };
    let (types, caller) = (members.violations, body.request.caller.clone());
    let list = Request::address("/report_drafts");
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let visible = require_health(conn, &caller, id, Access::Edit).await?;
            check(types, draft.violations())?;
            let draft = store::create(conn, &caller, &write.change, &draft).await?;
            shown(conn, Found { draft, version: 1, title: visible.workspace.title }).await
        }),
        move |draft: Shown| {
            let id = draft.object.id;
            crate::created(respond(draft), &list, id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "Requires write access to the workspace.",
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "showReportDraft", "Show a draft of a status report")
};

/// `GET /report_drafts/{id}`
pub async fn show(Extracted(app): Extracted<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller);
    let found = app.db.read(work!(|conn| {
        let found = store::require(conn, &caller, id).await?;
        shown(conn, found).await
    }));
    Ok(respond(found.await?))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "Requires write access to the workspace; 409 `draft-closed` if the draft is not open. `details` replaces all \
        details. The sentences and their sources stay as the program wrote them.",
    body: Some(|_| doc::closed(&[], &reports::writable())),
    answer: Some(schema::of::<Object>),
    errors: &[403, 409],
    ..Operation::new(TAG, "updateReportDraft", "Change a draft of a status report")
};

/// `PATCH /report_drafts/{id}`
pub async fn update(Extracted(app): Extracted<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let (id, caller) = (body.request.id()?, body.request.caller.clone());
    let mut members = body.members(WRITABLE)?;
    let draft = reports::draft(&mut members)?;
    let types = members.violations;
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require_open(conn, &caller, id).await?.draft)?;
            check(types, draft.violations(false))?;
            let found = store::update(conn, &caller, &write.change, id, &draft).await?;
            shown(conn, found).await
        }),
        respond,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`publish`].
pub const PUBLISH: Operation = Operation {
    description: "Requires write access to the workspace; 409 `draft-closed` if the draft is not open. The caller becomes the \
        author of the report, whose address is in `Location`.",
    body: Some(|_| doc::closed(&[], &[])),
    status: 201,
    answer: Some(schema::of::<ReportObject>),
    errors: &[403, 409],
    ..Operation::new(TAG, "publishReportDraft", "Publish a draft of a status report")
};

/// `POST /report_drafts/{id}/publish`
pub async fn publish(Extracted(app): Extracted<App>, Bodiless(request): Bodiless) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let list = Request::address("/status_reports");
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require_open(conn, &caller, id).await?.draft)?;
            let (_, report) = store::publish(conn, &caller, &write.change, id).await?;
            written(conn, &caller, report).await
        }),
        move |ShownReport { object, state }| {
            crate::created(crate::record(&object, Some(&state)), &list, object.id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`discard`].
pub const DISCARD: Operation = Operation {
    description: "Requires write access to the workspace; 409 `draft-closed` if the draft is not open.",
    body: Some(|_| doc::closed(&[], &[])),
    answer: Some(schema::of::<Object>),
    errors: &[403, 409],
    ..Operation::new(TAG, "discardReportDraft", "Discard a draft of a status report")
};

/// `POST /report_drafts/{id}/discard`
pub async fn discard(Extracted(app): Extracted<App>, Bodiless(request): Bodiless) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller.clone());
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::require_open(conn, &caller, id).await?.draft)?;
            let found = store::discard(conn, &caller, &write.change, id).await?;
            shown(conn, found).await
        }),
        respond,
    );
    Ok(work.await?)
}
