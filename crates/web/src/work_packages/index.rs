//! The list of the work packages of a project.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::{color_of, is_overdue, is_unchanged, name_of, percent};
use crate::error_page::PageResult;
use crate::form::{QueryParams, id};
use crate::layout::Layout;
use crate::response::page;
use crate::signed_in::SignedIn;
use base::clock::Date;
use db::List;
use domain::error::Error;
use domain::ids::{UserId, WorkspaceId};
use domain::participations::Access;
use domain::statuses;
use domain::statuses::Status;
use domain::users;
use domain::users::User;
use domain::work;
use domain::work_packages::WorkPackage;
use domain::work_packages::constants::type_of;
use domain::work_packages::evidence::{is_begun, unchanged_since};
use domain::work_packages::store::{Column, Days, Filter, Sorting, Values, list, read};
use domain::workspaces::Workspace;
use domain::workspaces::store::search_key;
use service::app::App;
use service::params::Params;

/// The number of rows of a page.
const ROWS: i64 = 50;

/// The filter of the page, as its address has it.
#[derive(Clone, Debug, Default)]
struct View {
    words: String,
    /// Empty for open statuses, `closed`, `all`, or the id of a status.
    status: String,
    /// Empty for everyone, `none`, or the id of a person.
    assignee: String,
    /// Empty, `overdue` or `unchanged`.
    show: String,
    /// From 1.
    number: i64,
}

struct Line {
    package: WorkPackage,
    kind: &'static str,
    status: String,
    color: String,
    assignee: String,
    is_overdue: bool,
    is_unchanged: bool,
    percent: String,
}

/// The options of a field: value, text, and whether it is selected.
type Options = Vec<(String, String, bool)>;

/// A field of the filter: its name, the message of its label, and its options.
struct Select {
    name: &'static str,
    label: &'static str,
    options: Options,
}

#[derive(Template)]
#[template(path = "work_packages/index.html")]
struct Index {
    layout: Layout,
    workspace: Workspace,
    view: View,
    lines: Vec<Line>,
    count: i64,
    selects: [Select; 3],
}

impl Index {
    const fn has_more(&self) -> bool {
        self.view.number * ROWS < self.count
    }

    fn page(&self, number: i64) -> String {
        self.view.address(self.workspace.id, number)
    }
}

impl View {
    /// The filter in a query; a value that is not one of its own does not narrow the list.
    fn read(params: &Params) -> Self {
        let text = |name| params.text(name).unwrap_or_default().trim().to_owned();
        let number = |text: &str| text.parse::<i64>().is_ok();
        let one = |name, names: &[&str], has_ids: bool| {
            let value = text(name);
            let is_known = names.contains(&value.as_str()) || (has_ids && number(&value));
            if is_known { value } else { String::new() }
        };
        Self {
            words: text("q"),
            status: one("status", &["closed", "all"], true),
            assignee: one("assignee", &["none"], true),
            show: one("show", &["overdue", "unchanged"], false),
            number: text("page").parse().ok().filter(|number| (1..1_000_000).contains(number)).unwrap_or(1),
        }
    }

    fn address(&self, id: WorkspaceId, number: i64) -> String {
        let path = format!("/workspaces/{id}/work_packages?");
        let mut query = url::form_urlencoded::Serializer::for_suffix(path.clone(), path.len());
        let given = [
            ("q", &self.words),
            ("status", &self.status),
            ("assignee", &self.assignee),
            ("show", &self.show),
        ];
        for (name, value) in given.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        query.append_pair("page", &number.to_string());
        query.finish()
    }

    fn filter(&self, layout: &Layout, id: WorkspaceId, statuses: &[Status]) -> Result<Filter, Error> {
        let words = search_key(&self.words)?;
        let one = |text: &str| text.parse().ok().map(|id| vec![id]);
        let mut filter = Filter {
            project: Values { only: Some(vec![id.0]), ..Values::default() },
            status: Values { only: one(&self.status), ..Values::default() },
            assignee: Values {
                only: one(&self.assignee),
                is_set: (self.assignee == "none").then_some(false),
                ..Values::default()
            },
            is_closed: match self.status.as_str() {
                "" => Some(false),
                "closed" => Some(true),
                _ => None,
            },
            search: words.split_whitespace().map(str::to_owned).collect(),
            ..Filter::default()
        };
        if !self.show.is_empty() {
            filter.is_closed = Some(false);
        }
        if self.show == "overdue" {
            let before = |day: Date| day.civil().yesterday().ok().and_then(Date::from_civil);
            let last = layout.reader.today().and_then(before);
            filter.due = Days { to: last.map(|day| day.to_string()), ..Days::default() };
        } else if self.show == "unchanged" {
            filter.updated.end = unchanged_since(layout.reader.now);
            let others = statuses.iter().filter(|status| !is_begun(status));
            filter.status.not = others.map(|status| status.id).collect();
        }
        Ok(filter)
    }
}

/// `GET /workspaces/{id}/work_packages`: with `q`, `status`, `assignee`, `show` and `page`.
pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(text): Path<String>,
    QueryParams(query): QueryParams,
) -> PageResult {
    let (id, view) = (WorkspaceId(id(&text)?), View::read(&query));
    let (layout, caller) = (signed_in.layout(), signed_in.caller());
    let (account_id, narrowed, of) = (caller.account_id, view.clone(), layout.clone());
    let bounds = (ROWS, (view.number - 1) * ROWS);
    let found = app.db.read(work!(|conn| {
        let visible = read::require_place(conn, &caller, id, Access::Client).await?;
        let statuses = statuses::store::list(conn, account_id).await?;
        let filter = narrowed.filter(&of, id, &statuses)?;
        let sorting = Sorting { group: None, by: vec![(Column::DueDate, false), (Column::Status, false)] };
        let (packages, count) = list(conn, &caller, &filter, &sorting, bounds).await?;
        let choices = read::assignable(conn, account_id, id).await?;
        let people: List<UserId> =
            packages.iter().filter_map(|one| one.assignee_id).chain(choices.iter().copied()).collect();
        let people = users::store::of_account(conn, account_id, &people).await?;
        Ok((visible.workspace, packages, count, statuses, people, choices))
    }));
    let (workspace, packages, count, statuses, people, choices) = found.await?;
    let index = Index {
        lines: packages.into_iter().map(|package| line(&layout, package, &statuses, &people)).collect(),
        count,
        selects: selects(&layout, &view, &statuses, (&people, &choices)),
        workspace,
        view,
        layout,
    };
    Ok(page(StatusCode::OK, &index))
}

fn line(layout: &Layout, package: WorkPackage, statuses: &[Status], people: &[User]) -> Line {
    let status = statuses.iter().find(|status| status.id == package.status_id);
    Line {
        kind: type_of(package.type_id).map_or("", |one| one.name),
        status: name_of(status),
        color: color_of(status),
        assignee: package.assignee_id.map(|id| users::name_among(people, id)).unwrap_or_default(),
        is_overdue: is_overdue(layout, package.due_date, status),
        is_unchanged: is_unchanged(layout, &package, status),
        percent: percent(layout, package.percent),
        package,
    }
}

fn selects(
    layout: &Layout,
    view: &View,
    statuses: &[Status],
    (people, choices): (&[User], &[UserId]),
) -> [Select; 3] {
    let shows = [("", "work-show-all"), ("overdue", "work-overdue"), ("unchanged", "work-unchanged")];
    let select = |name, label, options| Select { name, label, options };
    [
        select("status", "work-status", status_options(layout, view, statuses)),
        select("assignee", "work-assignee", people_options(layout, view, people, choices)),
        select("show", "work-show", options(layout, &view.show, &shows)),
    ]
}

fn options(layout: &Layout, chosen: &str, all: &[(&str, &str)]) -> Options {
    all.iter()
        .map(|(value, key)| ((*value).to_owned(), layout.t(key).into_owned(), *value == chosen))
        .collect()
}

fn status_options(layout: &Layout, view: &View, statuses: &[Status]) -> Options {
    let mut all = options(
        layout,
        &view.status,
        &[("", "work-status-open"), ("closed", "work-status-closed"), ("all", "work-status-all")],
    );
    all.extend(statuses.iter().map(|status| {
        let value = status.id.to_string();
        let is_own = value == view.status;
        (value, status.name.clone(), is_own)
    }));
    all
}

fn people_options(layout: &Layout, view: &View, people: &[User], choices: &[UserId]) -> Options {
    let mut all =
        options(layout, &view.assignee, &[("", "work-assignee-any"), ("none", "work-assignee-none")]);
    all.extend(choices.iter().map(|id| {
        let value = id.to_string();
        let is_own = value == view.assignee;
        (value, users::name_among(people, *id), is_own)
    }));
    all
}
