//! Lists of work packages: `docs/contracts/openproject-work-packages.md#lists`.

use axum::extract::State;
use axum::http::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::filters::{filters, read_filters};
use super::loaded::Loaded;
use super::object::WorkPackageObject;
use super::project_of_path;
use super::sorting::{GroupBy, criteria, group_by, orders};
use crate::hal::{Elements, Link};
use crate::markdown::{Formattable, off_thread};
use crate::openapi as doc;
use crate::paging::{Page, PageLinks};
use crate::projects::lookup::ID;
use crate::types::{priority_link, type_link};
use crate::users::link as user_link;
use crate::{ApiResult, Error, Request, hal, select};
use db::{Conn, List};
use domain::auth::Caller;
use domain::error::Error as Cause;
use domain::ids::{UserId, WorkspaceId};
use domain::participations::Access;
use domain::work;
use domain::work_packages::WorkPackage;
use domain::work_packages::constants::{priority_of, type_of};
use domain::work_packages::hours::Hours;
use domain::work_packages::progress::percent_of;
use domain::work_packages::store::{Column, Group, Sorting, groups, list, read};
use domain::{statuses, users, workspaces};
use service::app::App;
use service::openapi::{Operation, Parameter, schema};
use service::params::Params;

/// The supported values of `select`, as the error message lists them.
const SELECTED: &str = "*, total, count, pageSize, offset, groups, totalSums, self, elements/*, elements/self, \
    elements/_type, elements/id, elements/lockVersion, elements/subject, elements/description, \
    elements/scheduleManually, elements/startDate, elements/dueDate, elements/date, elements/derivedStartDate, \
    elements/derivedDueDate, elements/duration, elements/ignoreNonWorkingDays, elements/estimatedTime, \
    elements/derivedEstimatedTime, elements/remainingTime, elements/derivedRemainingTime, elements/percentageDone, \
    elements/derivedPercentageDone, elements/readonly, elements/createdAt, elements/updatedAt";
/// The number of elements above which a list is serialized on another thread.
const MANY: usize = 100;

/// A page of work packages.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WorkPackageCollection")]
#[serde(rename_all = "camelCase")]
struct CollectionObject<'o> {
    #[serde(rename = "_type")]
    kind: &'static str,
    total: i64,
    count: usize,
    page_size: i64,
    offset: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<&'o [Value]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_sums: Option<&'o Value>,
    #[serde(rename = "_embedded")]
    embedded: Elements<WorkPackageObject<'o>>,
    #[serde(rename = "_links")]
    links: ListLinks,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ListLinks {
    #[serde(flatten)]
    pages: PageLinks,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_work_package: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_work_package_immediate: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edit_work_package: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schemas: Option<Link>,
}

/// What a request asks of a list.
struct Wanted {
    page: Page,
    filters: Option<String>,
    sorting: Sorting,
    group_by: Option<GroupBy>,
    with_sums: bool,
}

impl Wanted {
    fn read(query: &Params) -> Result<Self, Error> {
        let page = Page::read(query)?;
        let text = |name: &str| query.filled(name).map(std::borrow::Cow::into_owned);
        let mut wrong = Vec::new();
        if let Some(timestamps) = text("timestamps").filter(|one| one != "PT0S") {
            wrong.push(format!("Timestamps contain forbidden values: {timestamps}"));
        }
        let by = criteria(text("sortBy").as_deref()).unwrap_or_else(|messages| {
            wrong.extend(messages);
            Vec::new()
        });
        let group_by = group_by(text("groupBy").as_deref()).unwrap_or_else(|message| {
            wrong.push(message);
            None
        });
        if !wrong.is_empty() {
            return Err(Error::InvalidQuery(wrong));
        }
        let with_sums = query.text("showSums").is_some_and(|text| text == "true");
        let filters = text("filters").or_else(|| text("filter"));
        let sorting = Sorting { group: group_by.map(|group| group.column), by };
        Ok(Self { page, filters, sorting, group_by, with_sums })
    }
}

/// A page with everything that its answer shows.
struct Found {
    packages: Vec<WorkPackage>,
    total: i64,
    loaded: Loaded,
    groups: Option<Vec<Value>>,
    sums: Option<Value>,
    may_add: bool,
    may_edit: bool,
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    parameters: &[
        Parameter::query("offset", doc::page_number, "The page number, starting at 1."),
        Parameter::query(
            "pageSize",
            doc::page_size,
            "The number of elements per page; -1 stands for the maximum.",
        ),
        Parameter::query(
            "filters",
            filters,
            "Filters, which are combined with AND; without them, closed work packages are hidden.",
        )
        .as_json(),
        Parameter::query("sortBy", orders, "Up to three attributes with their directions.").as_json(),
        Parameter::query("groupBy", text, "An attribute."),
        Parameter::query("showSums", text, "`true` adds sums."),
        Parameter::query("select", text, "The members to show, separated by commas."),
        Parameter::query("timestamps", now_only, "Only the present."),
    ],
    answer: Some(schema::of::<CollectionObject<'_>>),
    ..Operation::new(super::TAG, "listWorkPackages", "List work packages")
};

/// `GET /api/v3/work_packages`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    answer(app, request, None).await
}

/// OpenAPI description of [`index_of_project`].
pub const INDEX_OF_PROJECT: Operation = Operation {
    id: "listWorkPackagesOfProject",
    summary: "List the work packages of a project",
    parameters: &[
        ID,
        INDEX.parameters[0],
        INDEX.parameters[1],
        INDEX.parameters[2],
        INDEX.parameters[3],
        INDEX.parameters[4],
        INDEX.parameters[5],
        INDEX.parameters[6],
        INDEX.parameters[7],
    ],
    ..INDEX
};

/// `GET /api/v3/projects/{id or identifier}/work_packages`
pub async fn index_of_project(State(app): State<App>, request: Request) -> ApiResult {
    let segment = request.segment.clone();
    answer(app, request, Some(segment)).await
}

async fn answer(app: App, request: Request, segment: Option<String>) -> ApiResult {
    let Request { caller, query, root, .. } = request;
    let kept = kept(&query);
    let wanted = Wanted::read(&query);
    let now = app.clock.now();
    let path_of_root = root.clone();
    let found = app.db.read(work!(|conn| -> Error {
        let project = match segment {
            Some(segment) => Some(project_of_path(conn, &caller, &segment, Access::Client).await?),
            None if workspaces::store::may_view_work_packages(conn, &caller).await? => None,
            None => return Err(Cause::Forbidden.into()),
        };
        let wanted = wanted?;
        let id = project.as_ref().map(|project| project.workspace.id);
        let filter = read_filters(conn, &caller, wanted.filters.as_deref(), id, now).await?;
        let Page { size, .. } = wanted.page;
        let span = (size, wanted.page.start());
        let (packages, total) = list(conn, &caller, &filter, &wanted.sorting, span).await?;
        let (groups, sums) = if wanted.group_by.is_some() || wanted.with_sums {
            let by = wanted.group_by.map(|group| group.column);
            let (found, totals) = groups(conn, &caller, &filter, by).await?;
            let shown = match wanted.group_by {
                Some(by) => Some(grouped(conn, &caller, &path_of_root, by, found, wanted.with_sums).await?),
                None => None,
            };
            (shown, wanted.with_sums.then(|| sums(&totals)))
        } else {
            (None, None)
        };
        let loaded = Loaded::of(conn, &caller, &packages).await?;
        let may_edit = read::may_add(conn, &caller).await?;
        let may_add = project.map_or(may_edit, |project| project.access >= Access::Edit);
        Ok((Found { packages, total, loaded, groups, sums, may_add, may_edit }, wanted.page, id))
    }));
    let (found, page, project) = found.await?;
    for package in &found.packages {
        Formattable::prepare(package.description.as_deref()).await;
    }
    let many = found.packages.len() > MANY;
    let write = move || page_of(&root, &query, &kept, &found, page, project);
    if many { off_thread(write).await } else { write() }
}

fn page_of(
    root: &str,
    query: &Params,
    kept: &str,
    found: &Found,
    page: Page,
    project: Option<WorkspaceId>,
) -> ApiResult {
    let path = project.map_or_else(|| "/work_packages".into(), |id| format!("/projects/{id}/work_packages"));
    let elements: Vec<_> =
        found.packages.iter().map(|package| WorkPackageObject::of(root, package, &found.loaded)).collect();
    let templated = "/work_packages/{work_package_id}/form";
    let links = ListLinks {
        pages: page.links(root, &path, kept, found.total),
        create_work_package: found
            .may_add
            .then(|| Link::to(root, format!("{path}/form")).with_method("post")),
        create_work_package_immediate: found.may_add.then(|| Link::to(root, &path).with_method("post")),
        edit_work_package: found.may_edit.then(|| Link::to(root, templated).with_method("post").templated()),
        schemas: schemas_of(root, &found.packages),
    };
    let collection = CollectionObject {
        kind: "WorkPackageCollection",
        total: found.total,
        count: elements.len(),
        page_size: page.size,
        offset: page.number,
        groups: found.groups.as_deref(),
        total_sums: found.sums.as_ref(),
        embedded: Elements { elements },
        links,
    };
    Ok(match select::apply(query, SELECTED, &collection)? {
        Some(shown) => hal::answer(StatusCode::OK, &shown),
        None => hal::answer(StatusCode::OK, &collection),
    })
}

/// The other parameters of a request, for the links to other pages.
fn kept(query: &Params) -> String {
    let kept = ["filters", "filter", "sortBy", "groupBy", "showSums", "select"]
        .iter()
        .filter_map(|name| Some((name, query.filled(name)?)))
        .map(|(name, value)| format!("{name}={}&", utf8_percent_encode(&value, NON_ALPHANUMERIC)));
    kept.collect::<Vec<_>>().concat()
}

/// The link to the schemas of the pairs of project and type on a page.
fn schemas_of(root: &str, packages: &[WorkPackage]) -> Option<Link> {
    let mut pairs: Vec<String> = Vec::new();
    for package in packages {
        let pair = format!("{}-{}", package.workspace_id, package.type_id);
        if !pairs.contains(&pair) {
            pairs.push(pair);
        }
    }
    let filter = json!([{ "id": { "operator": "=", "values": pairs } }]).to_string();
    let encoded = utf8_percent_encode(&filter, NON_ALPHANUMERIC);
    (!packages.is_empty()).then(|| Link::to(root, format!("/work_packages/schemas?filters={encoded}")))
}

fn sums(group: &Group) -> Value {
    let text = |hours: Option<Hours>| hours.map(|hours| hours.to_string());
    let percent = group.work.zip(group.remaining).and_then(|(work, left)| percent_of(work, left));
    json!({ "estimatedTime": text(group.work), "remainingTime": text(group.remaining), "percentageDone": percent })
}

/// The groups in their order, with names and links.
async fn grouped(
    conn: &mut Conn,
    caller: &Caller,
    root: &str,
    by: GroupBy,
    found: Vec<Group>,
    with_sums: bool,
) -> Result<Vec<Value>, Error> {
    let keys: Vec<i64> = found.iter().filter_map(|group| group.key).collect();
    let names = names(conn, caller, root, by.column, &keys).await?;
    let mut groups: Vec<(Option<usize>, Group)> = found
        .into_iter()
        .map(|group| (group.key.and_then(|key| names.iter().position(|name| name.key == key)), group))
        .collect();
    groups.sort_by_key(|(place, _)| place.unwrap_or(usize::MAX));
    let shown = groups.iter().map(|(place, group)| {
        let name = place.and_then(|place| names.get(place));
        let link: Vec<Value> = name
            .and_then(|name| name.link.as_ref())
            .map(|link| json!({ "href": link }))
            .into_iter()
            .collect();
        let mut one = json!({ "value": name.map(|name| &name.value), "count": group.count });
        if with_sums {
            one["sums"] = sums(group);
        }
        let group_by = Link::to(root, format!("/queries/group_bys/{}", by.name)).titled(by.title);
        one["_links"] = json!({ "valueLink": link, "groupBy": group_by });
        one
    });
    Ok(shown.collect())
}

/// A group with its name.
struct Name {
    key: i64,
    value: Value,
    link: Option<Value>,
}

/// The names of groups, in the order of the groups.
async fn names(
    conn: &mut Conn,
    caller: &Caller,
    root: &str,
    column: Column,
    keys: &[i64],
) -> Result<Vec<Name>, Error> {
    let named = |key: i64, value: &str, link: &Link| Name {
        key,
        value: json!(value),
        link: json!(link).get("href").cloned(),
    };
    Ok(match column {
        Column::Project => {
            let ids: List<WorkspaceId> = keys.iter().copied().map(WorkspaceId).collect();
            let mut seen = workspaces::store::with_ids_seen(conn, caller, &ids).await?;
            seen.sort_by_key(|one| (one.workspace.title.to_lowercase(), one.workspace.id));
            seen.iter()
                .map(|one| {
                    let id = one.workspace.id;
                    named(id.0, &one.workspace.title, &Link::to(root, format!("/projects/{id}")))
                })
                .collect()
        }
        Column::Type => keys_of(keys, |id| type_of(id).map(|one| named(id, one.name, &type_link(root, one)))),
        Column::Priority => {
            keys_of(keys, |id| priority_of(id).map(|one| named(id, one.name, &priority_link(root, one))))
        }
        Column::Status => {
            let all = statuses::store::list(conn, caller.account_id).await?;
            let link = |id: i64| Link::to(root, format!("/statuses/{id}"));
            all.iter()
                .filter(|status| keys.contains(&status.id))
                .map(|status| named(status.id, &status.name, &link(status.id)))
                .collect()
        }
        Column::Author | Column::Assignee | Column::Responsible => {
            let ids: List<UserId> = keys.iter().copied().map(UserId).collect();
            let mut users = users::store::of_account(conn, caller.account_id, &ids).await?;
            users.sort_by(|one, other| (&one.full_name, one.id).cmp(&(&other.full_name, other.id)));
            users.iter().map(|user| named(user.id.0, &user.full_name, &user_link(root, user))).collect()
        }
        _ => keys_of(keys, |key| Some(Name { key, value: json!(key), link: None })),
    })
}

/// The names of keys that are sorted as numbers.
fn keys_of(keys: &[i64], name: impl Fn(i64) -> Option<Name>) -> Vec<Name> {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.into_iter().filter_map(name).collect()
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn now_only() -> Value {
    json!({ "enum": ["", "PT0S"] })
}
