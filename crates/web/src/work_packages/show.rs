//! The page of a work package: what it is, where it is in its hierarchy, its history, and a form to change its status.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::evidence::hours;
use super::{color_of, is_overdue, name_of, percent};
use crate::error_page::PageResult;
use crate::form::id;
use crate::layout::Layout;
use crate::prose;
use crate::response::{page, see_other};
use crate::signed_in::{SignedIn, SubmittedForm};
use base::clock::{Date, Time};
use db::{Conn, List, Scope};
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::ids::{UserId, WorkPackageId};
use domain::participations::Access;
use domain::statuses;
use domain::statuses::Status;
use domain::users;
use domain::users::User;
use domain::work;
use domain::work_packages::activities::Detail;
use domain::work_packages::attribute::Attribute;
use domain::work_packages::constants::{priority_of, type_of};
use domain::work_packages::store::tree::{Derived, Named, Trees, trees};
use domain::work_packages::store::{activities, read, write};
use domain::work_packages::{Activity, Draft, WorkPackage};
use domain::workspaces::VisibleWorkspace;
use service::app::App;

/// The number of entries of the history that the page has.
const ENTRIES: usize = 100;

/// The number of work packages above it that the page has, the nearest ones.
const ANCESTORS: usize = 5;

/// The number of work packages below it that the page has.
const CHILDREN: usize = 100;

/// The attributes whose label has a message.
const LABELS: [(Attribute, &str); 14] = [
    (Attribute::Subject, "work-subject"),
    (Attribute::Description, "work-description"),
    (Attribute::Type, "work-type"),
    (Attribute::Status, "work-status"),
    (Attribute::Priority, "work-priority"),
    (Attribute::Assignee, "work-assignee"),
    (Attribute::Responsible, "work-responsible"),
    (Attribute::Parent, "work-parent"),
    (Attribute::StartDate, "work-start"),
    (Attribute::DueDate, "work-due"),
    (Attribute::Date, "work-due"),
    (Attribute::Work, "work-hours-title"),
    (Attribute::Remaining, "work-remaining"),
    (Attribute::Percent, "work-percent"),
];

/// The records that the page shows.
struct Data {
    package: WorkPackage,
    visible: VisibleWorkspace,
    statuses: Vec<Status>,
    people: Vec<User>,
    trees: Trees,
    /// The newest first.
    activities: Vec<Activity>,
}

/// An entry of the history.
struct Entry {
    at: Time,
    who: String,
    is_creation: bool,
    /// The comment as HTML.
    comment: String,
    changes: Vec<Changed>,
}

/// What an entry changed.
struct Changed {
    label: String,
    from: Option<String>,
    to: Option<String>,
}

#[derive(Template)]
#[template(path = "work_packages/show.html")]
struct Show {
    layout: Layout,
    visible: VisibleWorkspace,
    status: String,
    color: String,
    is_readonly: bool,
    is_overdue: bool,
    /// Message and value of each attribute that has one.
    facts: Vec<(&'static str, String)>,
    /// Those that follow from everything below it.
    totals: Vec<(&'static str, String)>,
    ancestors: Vec<Named>,
    children: Vec<Named>,
    more_children: usize,
    /// The description as HTML.
    description: String,
    entries: Vec<Entry>,
    more_entries: usize,
    /// The options of the field for the status: id, name, and whether it is selected. Empty if the caller may not change it.
    choices: Vec<(i64, String, bool)>,
    wrong: Option<&'static str>,
    package: WorkPackage,
}

impl Show {
    /// The number of work packages directly below it.
    const fn below(&self) -> usize {
        self.children.len() + self.more_children
    }
}

/// `GET /work_packages/{id}`
pub async fn show(State(app): State<App>, signed_in: SignedIn, Path(text): Path<String>) -> PageResult {
    let data = data(&app, &signed_in, id(&text)?).await?;
    Ok(shown(&signed_in, data, None, StatusCode::OK))
}

/// `POST /work_packages/{id}/status`: changes the status, unless the work package changed since the page was shown.
pub async fn move_to(
    State(app): State<App>,
    Path(text): Path<String>,
    submitted: SubmittedForm,
) -> PageResult {
    let (SubmittedForm { signed_in, form }, id) = (submitted, WorkPackageId(id(&text)?));
    let (caller, change, mode) =
        (signed_in.caller(), signed_in.change(&app), app.settings.openproject_progress);
    let to: Option<i64> = form.filled("status_id").and_then(|id| id.trim().parse().ok());
    let seen = form.text("lock_version").unwrap_or_default().into_owned();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| {
            let (before, _) = read::require(conn, &caller, id, Access::Edit).await?;
            if before.lock_version.to_string() != seen {
                return Err(Error::Changed);
            }
            let draft = Draft { status_id: Some(to), ..Draft::default() };
            let prepared = write::prepare_change(conn, &caller, before, &draft, mode).await?;
            write::update(conn, &change, prepared).await
        }),
    );
    let (wrong, status) = match work.await {
        Ok(_) => return Ok(see_other(&format!("/work_packages/{id}"))),
        Err(Error::Changed) => ("work-changed-meanwhile", StatusCode::CONFLICT),
        Err(Error::Invalid(_)) => ("work-move-none", StatusCode::UNPROCESSABLE_ENTITY),
        Err(error) => return Err(error.into()),
    };
    let data = data(&app, &signed_in, id).await?;
    Ok(shown(&signed_in, data, Some((wrong, to)), status))
}

async fn data(app: &App, signed_in: &SignedIn, id: WorkPackageId) -> Result<Data> {
    let caller = signed_in.caller();
    app.db.read(work!(|conn| find(conn, &caller, id).await)).await
}

async fn find(conn: &mut Conn, caller: &Caller, id: WorkPackageId) -> Result<Data> {
    let account_id = caller.account_id;
    let (package, visible) = read::require(conn, caller, id, Access::Client).await?;
    let statuses = statuses::store::list(conn, account_id).await?;
    let excluded: Vec<i64> =
        statuses.iter().filter(|status| status.excluded_from_totals).map(|status| status.id).collect();
    let trees = trees(conn, account_id, std::slice::from_ref(&package), &excluded).await?;
    let mut activities = activities::list(conn, account_id, id).await?;
    activities.reverse();
    let own = [Some(package.author_id), package.assignee_id, package.responsible_id];
    let people: List<UserId> =
        activities.iter().take(ENTRIES).map(|one| one.user_id).chain(own).flatten().collect();
    let people = users::store::of_account(conn, account_id, &people).await?;
    Ok(Data { package, visible, statuses, people, trees, activities })
}

fn shown(
    signed_in: &SignedIn,
    mut data: Data,
    wrong: Option<(&'static str, Option<i64>)>,
    code: StatusCode,
) -> Response {
    let layout = signed_in.layout();
    let id = data.package.id;
    let own = data.statuses.iter().find(|status| status.id == data.package.status_id);
    let mut ancestors = data.trees.ancestors.remove(&id).unwrap_or_default();
    ancestors.drain(..ancestors.len().saturating_sub(ANCESTORS));
    let mut children = data.trees.children.remove(&id).unwrap_or_default();
    let more_children = children.len().saturating_sub(CHILDREN);
    children.truncate(CHILDREN);
    let chosen = wrong.and_then(|(_, to)| to).unwrap_or(data.package.status_id);
    let choice = |status: &Status| (status.id, status.name.clone(), status.id == chosen);
    let may_write = data.visible.access >= Access::Edit;
    let show = Show {
        status: name_of(own),
        color: color_of(own),
        is_readonly: own.is_some_and(|status| status.is_readonly),
        is_overdue: is_overdue(&layout, data.package.due_date, own),
        facts: facts(&layout, &data),
        totals: data.trees.derived.get(&id).map(|derived| totals(&layout, derived)).unwrap_or_default(),
        ancestors,
        children,
        more_children,
        description: data.package.description.as_deref().map(prose::html).unwrap_or_default(),
        entries: data.activities.iter().take(ENTRIES).map(|one| entry(&layout, one, &data.people)).collect(),
        more_entries: data.activities.len().saturating_sub(ENTRIES),
        choices: if may_write { data.statuses.iter().map(choice).collect() } else { Vec::new() },
        wrong: wrong.map(|(key, _)| key),
        package: data.package,
        visible: data.visible,
        layout,
    };
    page(code, &show)
}

fn facts(layout: &Layout, data: &Data) -> Vec<(&'static str, String)> {
    let package = &data.package;
    let name = |id: Option<UserId>| id.map(|id| users::name_among(&data.people, id));
    let shown = |day: Option<Date>| day.map(|day| layout.reader.date(day));
    let all = [
        ("work-type", type_of(package.type_id).map(|one| one.name.to_owned())),
        ("work-priority", priority_of(package.priority_id).map(|one| one.name.to_owned())),
        ("work-assignee", name(package.assignee_id)),
        ("work-responsible", name(package.responsible_id)),
        ("work-author", name(Some(package.author_id))),
        ("work-start", shown(package.start_date.filter(|_| !package.is_milestone()))),
        ("work-due", shown(package.due_date)),
        ("work-hours-title", package.work.map(|work| hours(layout, work))),
        ("work-remaining", package.remaining.map(|work| hours(layout, work))),
        ("work-percent", package.percent.map(|done| percent(layout, Some(done)))),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

fn totals(layout: &Layout, derived: &Derived) -> Vec<(&'static str, String)> {
    let date = |day: &Option<String>| Some(shown_value(layout, day.as_deref()?));
    let all = [
        ("work-start", date(&derived.start_date)),
        ("work-due", date(&derived.due_date)),
        ("work-hours-title", derived.work.map(|work| hours(layout, work))),
        ("work-remaining", derived.remaining.map(|work| hours(layout, work))),
        ("work-percent", derived.percent().map(|done| percent(layout, Some(done)))),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// A value of the history: a day as the reader writes it, and other texts as they are.
fn shown_value(layout: &Layout, text: &str) -> String {
    text.parse::<Date>().map_or_else(|_| text.to_owned(), |day| layout.reader.date(day))
}

fn entry(layout: &Layout, activity: &Activity, people: &[User]) -> Entry {
    let changed = |detail: &Detail| {
        let own = LABELS.iter().find(|(attribute, _)| attribute.label() == detail.label);
        let value = |text: &Option<String>| text.as_deref().map(|text| shown_value(layout, text));
        Changed {
            label: own.map_or_else(|| detail.label.clone(), |(_, key)| layout.t(key).into_owned()),
            from: value(&detail.from).filter(|text| !text.is_empty()),
            to: value(&detail.to).filter(|text| !text.is_empty()),
        }
    };
    Entry {
        at: activity.created_at,
        who: activity.user_id.map_or_else(|| "Statuary".to_owned(), |id| users::name_among(people, id)),
        is_creation: activity.version == 1,
        comment: activity.comment.as_deref().map(prose::html).unwrap_or_default(),
        changes: activity.details.iter().map(changed).collect(),
    }
}
