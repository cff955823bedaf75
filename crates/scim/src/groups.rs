//! Groups (RFC 7643, section 4.2).

use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::ApiResult;
use super::error::Error;
use super::patch::{self, member};
use super::reply;
use super::request::{Body, Page, Request, Search};
use super::users::text;
use db::{Conn, Scope};
use domain::directory::store::groups as store;
use domain::directory::{Group, GroupDraft, MOST_MEMBERS};
use domain::error::Error as Cause;
use domain::ids::{AccountId, UserId};
use domain::work;
use service::app::App;

/// The number of members at which a list ends: more than those of one group.
const MOST_LISTED: usize = 2 * MOST_MEMBERS;

/// The schema of a group.
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

fn resource(base: &str, group: &Group, members: &[UserId]) -> Value {
    let member = |id: &UserId| {
        json!({
            "value": id.to_string(),
            "type": "User",
            "$ref": format!("{base}/Users/{id}"),
        })
    };
    let mut resource = json!({
        "schemas": [SCHEMA],
        "id": group.id.to_string(),
        "displayName": group.display_name,
        "members": members.iter().map(member).collect::<Vec<_>>(),
        "meta": {
            "resourceType": "Group",
            "location": format!("{base}/Groups/{}", group.id),
            "created": group.created_at,
            "lastModified": group.updated_at,
        },
    });
    if let Some(external_id) = &group.external_id {
        resource["externalId"] = external_id.clone().into();
    }
    resource
}

/// The group that a resource describes.
fn draft(members: &Map<String, Value>) -> Result<GroupDraft, Error> {
    let display_name =
        text(members, "displayName")?.ok_or_else(|| Error::value("`displayName` is missing"))?;
    let list = match member(members, "members") {
        None | Some(Value::Null) => &Vec::new(),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(Error::value("`members` is not a list")),
    };
    if list.len() > MOST_MEMBERS {
        return Err(Error::value(format!("a group has at most {MOST_MEMBERS} members")));
    }
    let wrong = || Error::value("`members` has a value that is not the id of a person");
    let id = |item: &Value| {
        let value = text(item.as_object().ok_or_else(wrong)?, "value")?.ok_or_else(wrong)?;
        value.parse().map(UserId).map_err(|_| wrong())
    };
    let members_of = list.iter().map(id).collect::<Result<_, _>>()?;
    Ok(GroupDraft { display_name, external_id: text(members, "externalId")?, members: members_of })
}

async fn shown(conn: &mut Conn, base: &str, group: &Group) -> Result<Value, Error> {
    let (mut members, _) = store::members(conn, group.account_id, &[group.id].into(), MOST_LISTED).await?;
    Ok(resource(base, group, &members.remove(&group.id).unwrap_or_default()))
}

/// The groups of a page as resources, and the total. A page is shorter if its groups have too many members.
pub async fn found(conn: &mut Conn, request: &Request, page: Page) -> Result<(Vec<Value>, i64), Error> {
    let account_id: AccountId = request.caller.account_id;
    let mut wanted = store::Filter::default();
    let mut id = None;
    if let Some(filter) = request.filter()? {
        let value = filter.text();
        match filter.attribute.as_str() {
            "displayname" => wanted.display_name = Some(value),
            "externalid" => wanted.external_id = Some(value),
            "id" => id = Some(value.parse::<i64>().unwrap_or_default()),
            _ => return Err(Error::filter("groups are filtered by displayName, externalId and id")),
        }
    }
    let (mut found, total) = match id {
        None => store::list(conn, account_id, &wanted, (page.count, page.start - 1)).await?,
        Some(id) => {
            let found = match store::find(conn, account_id, id).await {
                Ok(group) => vec![group],
                Err(Cause::NotFound) => Vec::new(),
                Err(error) => return Err(error.into()),
            };
            let total = i64::try_from(found.len()).unwrap_or_default();
            (page.cut(found), total)
        }
    };
    let (mut members, mut missing) = (HashMap::new(), None);
    if request.wants("members") {
        let groups = found.iter().map(|group| group.id).collect();
        (members, missing) = store::members(conn, account_id, &groups, MOST_LISTED).await?;
    }
    found.retain(|group| missing.is_none_or(|first| group.id < first));
    let shown =
        |group: &Group| resource(&request.base, group, &members.remove(&group.id).unwrap_or_default());
    Ok((found.iter().map(shown).collect(), total))
}

/// `GET /Groups`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let page = request.page()?;
    let work = app.db.read(work!(|conn| -> Error {
        let found = found(conn, &request, page).await?;
        Ok((request, found))
    }));
    let (request, (resources, total)) = work.await?;
    Ok(reply::list(&request, page, total, resources))
}

/// `POST /Groups/.search`
pub async fn search(app: State<App>, Search(request): Search) -> ApiResult {
    index(app, request).await
}

/// `GET /Groups/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let id = request.id()?;
    let work = app.db.read(work!(|conn| -> Error {
        let group = store::find(conn, request.caller.account_id, id).await?;
        // The tag is of the whole group, whatever the answer leaves out.
        let resource = shown(conn, &request.base, &group).await?;
        Ok((request, resource))
    }));
    let (request, resource) = work.await?;
    Ok(reply::resource(&request, StatusCode::OK, resource))
}

/// `POST /Groups`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    let Body { request, members } = body;
    let (draft, change) = (draft(&members)?, request.change(&app));
    let administrators = app.settings.scim_administrators.clone();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| -> Error {
            let group = store::create(conn, &change, &draft, administrators.as_deref()).await?;
            let resource = shown(conn, &request.base, &group).await?;
            Ok((request, resource))
        }),
    );
    let (request, resource) = work.await?;
    Ok(reply::resource(&request, StatusCode::CREATED, resource))
}

/// `PUT /Groups/{id}`
pub async fn replace(State(app): State<App>, body: Body) -> ApiResult {
    let Body { request, members } = body;
    write(&app, request, move |_| draft(&members)).await
}

/// `PATCH /Groups/{id}`
pub async fn patch(State(app): State<App>, body: Body) -> ApiResult {
    let Body { request, members } = body;
    let changed = move |mut resource: Value| {
        patch::apply(&mut resource, &members)?;
        draft(resource.as_object().unwrap_or(&Map::new()))
    };
    write(&app, request, changed).await
}

async fn write(
    app: &App,
    request: Request,
    changed: impl FnOnce(Value) -> Result<GroupDraft, Error> + Send + 'static,
) -> ApiResult {
    let (id, change) = (request.id()?, request.change(app));
    let administrators = app.settings.scim_administrators.clone();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| -> Error {
            let before = store::find(conn, change.account_id, id).await?;
            let (resource, tag) = reply::tagged(shown(conn, &request.base, &before).await?);
            request.check(&tag)?;
            let draft = changed(resource)?;
            let group = store::update(conn, &change, &before, &draft, administrators.as_deref()).await?;
            let resource = shown(conn, &request.base, &group).await?;
            Ok((request, resource))
        }),
    );
    let (request, resource) = work.await?;
    Ok(reply::resource(&request, StatusCode::OK, resource))
}

/// `DELETE /Groups/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    let (id, change) = (request.id()?, request.change(&app));
    let administrators = app.settings.scim_administrators.clone();
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| -> Error {
            let before = store::find(conn, change.account_id, id).await?;
            let resource = shown(conn, &request.base, &before).await?;
            request.check(&reply::tagged(resource).1)?;
            Ok(store::delete(conn, &change, &before, administrators.as_deref()).await?)
        }),
    );
    work.await?;
    Ok(reply::nothing())
}
