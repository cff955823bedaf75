//! The pages of drafts of reports that agents wrote: a person edits one, and publishes or discards it.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, State as Extracted};
use axum::http::StatusCode;
use axum::response::Response;

use crate::error_page::{Failure, PageResult};
use crate::form::{QueryParams, id};
use crate::form_errors::{FormErrors, Labels};
use crate::layout::Layout;
use crate::response::{page, see_other};
use crate::signed_in::{SignedIn, SubmittedForm};
use crate::status_reports::card::{Card, HealthMark};
use crate::status_reports::category::category;
use crate::status_reports::form_fields::{Choice, Fields, choices, fields};
use crate::status_reports::form_input::{FormInput, Target};
use base::clock::Time;
use db::{Conn, Scope};
use domain::auth::Caller;
use domain::error::{Error, Problem, Result, Violation};
use domain::ids::{ReportId, UserId, WorkspaceId};
use domain::report_drafts::store::{Filter, Found};
use domain::report_drafts::{Sentence, Source, SourceKind, State, store};
use domain::status_reports::hints::OPEN;
use domain::users;
use domain::users::{User, name_among};
use domain::work;
use service::app::App;

/// The path of the list.
const PATH: &str = "/desk/drafts";
/// The number of rows of the list.
const ROWS: i64 = 100;
const LABELS: &Labels =
    &[("color", "write-color"), ("description", "write-text"), ("details", "write-categories")];

/// A row of the list.
struct Line {
    id: i64,
    title: String,
    health: HealthMark,
    summary: String,
    agent: String,
    author: String,
    at: Time,
}

#[derive(Template)]
#[template(path = "desk/drafts.html")]
struct List {
    layout: Layout,
    lines: Vec<Line>,
    /// The last id of a full page.
    next: Option<i64>,
    is_discarded: bool,
}

/// What a sentence rests on.
struct SourceLine {
    words: String,
    /// The path of a page, or an address elsewhere.
    link: Option<String>,
    is_elsewhere: bool,
}

/// A sentence of the agent.
struct SentenceLine {
    category: Option<String>,
    text: String,
    is_kept: bool,
    sources: Vec<SourceLine>,
}

#[derive(Template)]
#[template(path = "desk/draft.html")]
struct Show {
    layout: Layout,
    id: i64,
    workspace_id: WorkspaceId,
    title: String,
    agent: String,
    author: String,
    at: Time,
    state: State,
    closer: String,
    closed_at: Option<Time>,
    report_id: Option<ReportId>,
    card: Card,
    sentences: Vec<SentenceLine>,
    input: FormInput,
    choices: Vec<Choice>,
    fields: Vec<Fields>,
    form_errors: FormErrors,
    is_saved: bool,
    has_changed: bool,
}

impl List {
    fn path(after: Option<i64>) -> String {
        after.map_or_else(|| PATH.into(), |id| format!("{PATH}?after={id}"))
    }
}

impl Show {
    fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// The height of the text, in lines.
    fn rows(&self) -> usize {
        (self.input.description.lines().count() + 2).clamp(6, 24)
    }

    /// How the draft ended, in words.
    fn ending(&self) -> Cow<'static, str> {
        self.layout.t(match self.state {
            State::Discarded => "agent-drafts-discarded",
            State::Open | State::Published => "agent-drafts-published",
        })
    }

    /// Who wrote it, in words.
    fn written(&self) -> String {
        let values = [("agent", self.agent.as_str().into()), ("name", self.author.as_str().into())];
        self.layout.reader.language.say("agent-drafts-by", values)
    }
}

fn line(layout: &Layout, people: &[User], found: Found) -> Line {
    let Found { draft, title, .. } = found;
    Line {
        id: draft.id,
        title,
        health: HealthMark::of(layout, Some(draft.color)),
        summary: draft.summary(),
        author: name_among(people, draft.creator_id),
        agent: draft.agent,
        at: draft.created_at,
    }
}

fn source(layout: &Layout, source: &Source) -> SourceLine {
    let (Some(kind), Some(id)) = (source.kind, source.id) else {
        let url = source.url.clone().unwrap_or_default();
        return SourceLine { words: url.clone(), link: Some(url), is_elsewhere: true };
    };
    let (key, link) = match kind {
        SourceKind::Workspace => ("source-workspace", Some(format!("/workspaces/{id}"))),
        SourceKind::StatusReport => ("source-report", Some(format!("/status_reports/{id}"))),
        SourceKind::WorkPackage => ("source-work-package", Some(format!("/work_packages/{id}"))),
        SourceKind::WorkspaceStatusChange => ("source-status-change", None),
        SourceKind::Milestone => ("source-milestone", None),
        SourceKind::Note => ("source-note", None),
        SourceKind::Comment => ("source-comment", None),
    };
    SourceLine { words: layout.say(key, "id", id.to_string()), link, is_elsewhere: false }
}

fn sentence(layout: &Layout, found: &Found, sentence: &Sentence) -> SentenceLine {
    SentenceLine {
        category: sentence.category.map(|own| category(layout, own)),
        text: sentence.text.clone(),
        is_kept: found.draft.has_kept(sentence),
        sources: sentence.sources.iter().map(|one| source(layout, one)).collect(),
    }
}

async fn people(conn: &mut Conn, caller: &Caller, drafts: &[Found]) -> Result<Vec<User>> {
    let of = |found: &Found| [Some(found.draft.creator_id), found.draft.closer_id];
    let ids: Vec<UserId> = drafts.iter().flat_map(of).flatten().collect();
    users::store::of_account(conn, caller.account_id, &ids.into()).await
}

/// `GET /desk/drafts`, with `after`
pub async fn index(
    Extracted(app): Extracted<App>,
    signed_in: SignedIn,
    QueryParams(params): QueryParams,
) -> PageResult {
    let before = params.text("after").and_then(|text| text.parse().ok()).unwrap_or(i64::MAX);
    let is_discarded = params.has("discarded");
    let (caller, filter) = (signed_in.caller(), Filter { state: State::Open, workspaces: None });
    let read = app.db.read(work!(|conn| {
        let found = store::page(conn, &caller, &filter, before, ROWS + 1).await?;
        let people = people(conn, &caller, &found).await?;
        Ok((found, people))
    }));
    let (mut found, people) = read.await?;
    let is_full = found.len() > usize::try_from(ROWS).unwrap_or_default();
    if is_full {
        found.pop();
    }
    let next = found.last().filter(|_| is_full).map(|last| last.draft.id);
    let layout = signed_in.layout();
    let lines = found.into_iter().map(|found| line(&layout, &people, found)).collect();
    Ok(page(StatusCode::OK, &List { layout, lines, next, is_discarded }))
}

/// `GET /desk/drafts/{id}`
pub async fn show(
    Extracted(app): Extracted<App>,
    signed_in: SignedIn,
    Path(text): Path<String>,
    QueryParams(params): QueryParams,
) -> PageResult {
    let saved = Feedback { is_saved: params.has("saved"), ..Feedback::default() };
    shown(&app, &signed_in, id(&text)?, saved, StatusCode::OK).await
}

/// The feedback on a submitted form.
#[derive(Default)]
struct Feedback {
    input: Option<FormInput>,
    form_errors: FormErrors,
    is_saved: bool,
    has_changed: bool,
}

async fn shown(
    app: &App,
    signed_in: &SignedIn,
    id: i64,
    feedback: Feedback,
    status: StatusCode,
) -> std::result::Result<Response, Failure> {
    let caller = signed_in.caller();
    let read = app.db.read(work!(|conn| {
        let found = store::require(conn, &caller, id).await?;
        let people = people(conn, &caller, std::slice::from_ref(&found)).await?;
        Ok((found, people))
    }));
    let (found, people) = read.await?;
    let layout = signed_in.layout();
    let draft = &found.draft;
    let mut report = draft.report();
    report.updated_at = draft.updated_at;
    let fresh = FormInput::of(&report);
    let mut input = feedback.input.unwrap_or_else(|| fresh.clone());
    input.state = fresh.state;
    let page_of = Show {
        id,
        workspace_id: draft.workspace_id,
        title: found.title.clone(),
        agent: draft.agent.clone(),
        author: name_among(&people, draft.creator_id),
        at: draft.created_at,
        state: draft.state,
        closer: draft.closer_id.map(|id| name_among(&people, id)).unwrap_or_default(),
        closed_at: draft.closed_at,
        report_id: draft.report_id,
        card: Card::beside(&layout, &report, None),
        sentences: draft.sentences.iter().map(|one| sentence(&layout, &found, one)).collect(),
        choices: choices(&layout, "color", &input.color, None, false),
        fields: fields(&layout, &input, None),
        input,
        form_errors: feedback.form_errors,
        is_saved: feedback.is_saved,
        has_changed: feedback.has_changed,
        layout,
    };
    Ok(page(status, &page_of))
}

/// What a person does with a draft.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Save,
    Publish,
    Discard,
}

/// `POST /desk/drafts/{id}`: saves the text, and publishes the draft with `publish`; or discards it with `discard`.
pub async fn act(
    Extracted(app): Extracted<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let SubmittedForm { signed_in, form } = submitted;
    let id = id(&text)?;
    let deed = match (form.has("discard"), form.has("publish")) {
        (true, _) => Deed::Discard,
        (false, true) => Deed::Publish,
        (false, false) => Deed::Save,
    };
    let input = FormInput::read(&form);
    let (caller, change, state) = (signed_in.caller(), signed_in.change(&app), input.state.clone());
    let request = input.draft(Target::Edit(ReportId(0)));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let before = store::require_open(conn, &caller, id).await?;
            if deed == Deed::Discard {
                store::discard(conn, &caller, &change, id).await?;
                return Ok(format!("{PATH}?discarded"));
            }
            if before.draft.updated_at.to_string() != state {
                return Err(Error::Changed);
            }
            store::update(conn, &caller, &change, id, &request).await?;
            if deed == Deed::Save {
                return Ok(format!("{PATH}/{id}?saved"));
            }
            let (_, report) = store::publish(conn, &caller, &change, id).await?;
            Ok(format!("/status_reports/{}", report.id))
        }),
    );
    let error = match work.await {
        Ok(to) => return Ok(see_other(&to)),
        // Somebody else was faster; the page says what became of the draft.
        Err(Error::DraftClosed) => return Ok(see_other(&format!("{PATH}/{id}"))),
        Err(error) => error,
    };
    let input = Some(input);
    if matches!(error, Error::Changed) {
        let feedback = Feedback { input, has_changed: true, ..Feedback::default() };
        return shown(&app, &signed_in, id, feedback, StatusCode::CONFLICT).await;
    }
    let form_errors = FormErrors::of(named(error), LABELS, signed_in.reader.language)?;
    let feedback = Feedback { input, form_errors, ..Feedback::default() };
    shown(&app, &signed_in, id, feedback, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// An error with a field of the form for each violation: open hints are about the text.
fn named(error: Error) -> Error {
    let Error::Invalid(violations) = error else { return error };
    let of_form = |violation: Violation| match violation.problem {
        OPEN => Violation::new("description", OPEN),
        Problem::PartBlank(_) | Problem::PartNotIncluded(_) => {
            Violation::new("details", Problem::NotIncluded)
        }
        _ => violation,
    };
    Error::Invalid(violations.into_iter().map(of_form).collect())
}
