//! People (RFC 7643, section 4.1).

use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::ApiResult;
use super::error::Error;
use super::patch::{self, member};
use super::reply;
use super::request::{Body, Page, Request, Search};
use db::{Conn, List, Scope};
use domain::auth::Caller;
use domain::directory::store;
use domain::directory::store::groups;
use domain::directory::{Entry, Group, Person, has_address, without_address};
use domain::ids::{AccountId, UserId};
use domain::users;
use domain::users::User;
use domain::users::is_email_address;
use domain::users::mailbox::Mailbox;
use domain::work;
use service::app::App;

/// The schema of a person.
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// A person with what the directory calls them.
struct Known {
    user: User,
    entry: Option<Entry>,
    groups: Vec<Group>,
}

impl Known {
    async fn of(conn: &mut Conn, user: User, with_groups: bool) -> Result<Self, Error> {
        let (account_id, id) = (user.account_id, user.id);
        let entry = store::of_user(conn, account_id, id).await?;
        let groups = if with_groups { groups::of_user(conn, account_id, id).await? } else { Vec::new() };
        Ok(Self { user, entry, groups })
    }

    /// Some people of an account, with two statements for all of them.
    async fn all(
        conn: &mut Conn,
        account_id: AccountId,
        users: Vec<User>,
        with_groups: bool,
    ) -> Result<Vec<Self>, Error> {
        let ids: List<UserId> = users.iter().map(|user| user.id).collect();
        let entries = store::of_users(conn, account_id, &ids).await?;
        let mut entries: HashMap<UserId, Entry> =
            entries.into_iter().map(|entry| (entry.user_id, entry)).collect();
        let mut groups =
            if with_groups { groups::of_users(conn, account_id, &ids).await? } else { HashMap::new() };
        let known = |user: User| Self {
            entry: entries.remove(&user.id),
            groups: groups.remove(&user.id).unwrap_or_default(),
            user,
        };
        Ok(users.into_iter().map(known).collect())
    }

    async fn find(conn: &mut Conn, caller: &Caller, id: i64) -> Result<Self, Error> {
        let (user, entry) = store::find(conn, caller.account_id, UserId(id)).await?;
        let groups = groups::of_user(conn, user.account_id, user.id).await?;
        Ok(Self { user, entry, groups })
    }

    /// The first and the last name, as the directory has told them; of a person of whom it has told nothing, from the
    /// name, which is split at its last space.
    fn names(&self) -> [Option<&str>; 2] {
        let Self { user, entry, .. } = self;
        match (entry, user.full_name.rsplit_once(' ')) {
            (Some(entry), _) => [entry.given_name.as_deref(), entry.family_name.as_deref()],
            (None, Some((given, family))) => [Some(given.trim_end()), Some(family)],
            (None, None) => [Some(user.full_name.as_str()), None],
        }
    }

    /// The person as a resource.
    fn resource(&self, base: &str) -> Value {
        let Self { user, entry, groups } = self;
        let [given, family] = self.names();
        let user_name = entry.as_ref().map_or(&user.email_address, |entry| &entry.user_name);
        let mut name = json!({ "formatted": user.full_name });
        for (part, own) in [("givenName", given), ("familyName", family)] {
            if let Some(own) = own {
                name[part] = own.into();
            }
        }
        let mut resource = json!({
            "schemas": [SCHEMA],
            "id": user.id.to_string(),
            "userName": user_name,
            "displayName": user.full_name,
            "active": user.active,
            "meta": { "resourceType": "User", "location": format!("{base}/Users/{}", user.id) },
        });
        if given.is_some() || family.is_some() {
            resource["name"] = name;
        }
        if has_address(user) {
            resource["emails"] = json!([{ "value": user.email_address, "type": "work", "primary": true }]);
        }
        if let Some(external_id) = entry.as_ref().and_then(|entry| entry.external_id.as_ref()) {
            resource["externalId"] = external_id.clone().into();
        }
        if let Some(headline) = &user.headline {
            resource["title"] = headline.clone().into();
        }
        if !groups.is_empty() {
            let group = |group: &Group| {
                json!({
                    "value": group.id.to_string(),
                    "display": group.display_name,
                    "type": "direct",
                    "$ref": format!("{base}/Groups/{}", group.id),
                })
            };
            resource["groups"] = groups.iter().map(group).collect();
        }
        if let Some(created) = user.created_at {
            resource["meta"]["created"] = json!(created);
        }
        if let Some(changed) = entry.as_ref().map(|entry| entry.updated_at).or(user.created_at) {
            resource["meta"]["lastModified"] = json!(changed);
        }
        resource
    }
}

/// A text of a resource; `None` if it is absent, null or blank.
pub fn text(members: &Map<String, Value>, name: &str) -> Result<Option<String>, Error> {
    match member(members, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        Some(_) => Err(Error::value(format!("`{name}` is not a text"))),
    }
}

/// A truth value; Entra ID sends texts.
fn flag(members: &Map<String, Value>, name: &str) -> Result<Option<bool>, Error> {
    match member(members, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(_) => Err(Error::value(format!("`{name}` is neither true nor false"))),
    }
}

/// The e-mail address: the primary one, that of work, or the first.
fn email(members: &Map<String, Value>) -> Result<Option<String>, Error> {
    let Some(emails) = member(members, "emails").and_then(Value::as_array) else { return Ok(None) };
    let emails: Vec<&Map<String, Value>> = emails.iter().filter_map(Value::as_object).collect();
    let is_primary =
        |email: &&Map<String, Value>| flag(email, "primary").is_ok_and(|flag| flag == Some(true));
    let is_work =
        |email: &&Map<String, Value>| text(email, "type").is_ok_and(|kind| kind.as_deref() == Some("work"));
    let chosen = emails.iter().copied().find(is_primary);
    let chosen = chosen.or_else(|| emails.iter().copied().find(is_work)).or_else(|| emails.first().copied());
    chosen.map_or(Ok(None), |email| text(email, "value"))
}

/// What a resource is read for.
#[derive(Clone, Copy)]
enum Reading<'k> {
    /// A new person.
    New,
    /// All of a person.
    Whole(&'k Known),
    /// The person as answered, after some changes.
    Changed(&'k Known),
}

/// The parts of a name as one.
fn joined(parts: [Option<&str>; 2]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The person that a resource describes.
fn person(members: &Map<String, Value>, reading: Reading<'_>) -> Result<Person, Error> {
    let before = match reading {
        Reading::New => None,
        Reading::Whole(known) | Reading::Changed(known) => Some(&known.user),
    };
    let user_name = text(members, "userName")?.ok_or_else(|| Error::value("`userName` is missing"))?;
    let email_address = match email(members)? {
        Some(address) => address,
        None if is_email_address(&user_name) => user_name.clone(),
        None => without_address(&user_name),
    };
    let empty = Map::new();
    let name = member(members, "name").and_then(Value::as_object).unwrap_or(&empty);
    let (given_name, family_name) = (text(name, "givenName")?, text(name, "familyName")?);
    let own = joined([given_name.as_deref(), family_name.as_deref()]);
    let named = [text(members, "displayName")?, text(name, "formatted")?];
    let full_name = match reading {
        Reading::New | Reading::Whole(_) => {
            named.into_iter().flatten().next().or_else(|| Some(own).filter(|own| !own.is_empty()))
        }
        // The one that was changed. The parts make the name only where they have made it before.
        Reading::Changed(known) => {
            let had = joined(known.names());
            let changed = named.into_iter().flatten().find(|name| *name != known.user.full_name);
            let is_of_parts = had == known.user.full_name && own != had && !own.is_empty();
            changed.or_else(|| is_of_parts.then_some(own))
        }
    };
    let full_name = full_name.or_else(|| before.map(|user| user.full_name.clone()));
    Ok(Person {
        full_name: full_name.unwrap_or_else(|| Mailbox::read(&user_name).full_name()),
        user_name,
        external_id: text(members, "externalId")?,
        email_address,
        given_name,
        family_name,
        headline: text(members, "title")?,
        active: flag(members, "active")?.unwrap_or_else(|| before.is_none_or(|user| user.active)),
    })
}

/// The people of a page as resources, and the total.
pub async fn found(conn: &mut Conn, request: &Request, page: Page) -> Result<(Vec<Value>, i64), Error> {
    let account_id = request.caller.account_id;
    let (found, total) = match request.filter()? {
        None => store::seen(conn, account_id, page.count, page.start - 1).await?,
        Some(filter) => {
            let value = filter.text();
            let found = match filter.attribute.as_str() {
                "username" => store::by_user_name(conn, account_id, &value).await?,
                "externalid" => store::by_external_id(conn, account_id, &value).await?,
                "emails" | "emails.value" => users::store::by_email(conn, &value, Some(account_id)).await?,
                "id" => {
                    let id: Vec<UserId> = value.parse().into_iter().collect();
                    users::store::of_account(conn, account_id, &id.into_iter().collect()).await?
                }
                _ => {
                    return Err(Error::filter(
                        "people are filtered by userName, externalId, id and emails.value",
                    ));
                }
            };
            let total = i64::try_from(found.len()).unwrap_or_default();
            (page.cut(found), total)
        }
    };
    let known = Known::all(conn, account_id, found, request.wants("groups")).await?;
    Ok((known.iter().map(|one| one.resource(&request.base)).collect(), total))
}

/// `GET /Users`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let page = request.page()?;
    let work = app.db.read(work!(|conn| -> Error {
        let found = found(conn, &request, page).await?;
        Ok((request, found))
    }));
    let (request, (resources, total)) = work.await?;
    Ok(reply::list(&request, page, total, resources))
}

/// `POST /Users/.search`
pub async fn search(app: State<App>, Search(request): Search) -> ApiResult {
    index(app, request).await
}

/// `GET /Users/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let (id, caller) = (request.id()?, request.caller.clone());
    let work = app.db.read(work!(|conn| -> Error { Known::find(conn, &caller, id).await }));
    let resource = work.await?.resource(&request.base);
    Ok(reply::resource(&request, StatusCode::OK, resource))
}

/// `POST /Users`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    let (person, change) = (person(&body.members, Reading::New)?, body.request.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| -> Error {
            let user = store::create(conn, &change, &person).await?;
            Known::of(conn, user, true).await
        }),
    );
    let resource = work.await?.resource(&body.request.base);
    Ok(reply::resource(&body.request, StatusCode::CREATED, resource))
}

/// `PUT /Users/{id}`
pub async fn replace(State(app): State<App>, body: Body) -> ApiResult {
    let Body { request, members } = body;
    write(&app, request, move |_, known| person(&members, Reading::Whole(known))).await
}

/// `PATCH /Users/{id}`
pub async fn patch(State(app): State<App>, body: Body) -> ApiResult {
    let Body { request, members } = body;
    let changed = move |mut resource: Value, known: &Known| {
        // The service writes these, and a change of them is refused.
        for name in ["groups", "meta"] {
            resource.as_object_mut().and_then(|members| members.remove(name));
        }
        patch::apply(&mut resource, &members)?;
        person(resource.as_object().unwrap_or(&Map::new()), Reading::Changed(known))
    };
    write(&app, request, changed).await
}

async fn write(
    app: &App,
    request: Request,
    changed: impl FnOnce(Value, &Known) -> Result<Person, Error> + Send + 'static,
) -> ApiResult {
    let (id, change) = (request.id()?, request.change(app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| -> Error {
            let before = Known::find(conn, &request.caller, id).await?;
            let (resource, tag) = reply::tagged(before.resource(&request.base));
            request.check(&tag)?;
            let person = changed(resource, &before)?;
            let user = store::update(conn, &change, &before.user, &person).await?;
            let resource = Known::of(conn, user, true).await?.resource(&request.base);
            Ok((request, resource))
        }),
    );
    let (request, resource) = work.await?;
    let mut response = reply::resource(&request, StatusCode::OK, resource);
    // The tag of the answer before the change is no reason to leave the answer out.
    if response.status() == StatusCode::NOT_MODIFIED {
        response = reply::nothing();
    }
    Ok(response)
}

/// `DELETE /Users/{id}`: the person is deactivated, and what they wrote stays.
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    let (id, change) = (request.id()?, request.change(&app));
    let work = app.db.write(
        Scope::Account(change.account_id.0),
        work!(|conn| -> Error {
            let before = Known::find(conn, &request.caller, id).await?;
            request.check(&reply::tagged(before.resource(&request.base)).1)?;
            store::deactivate(conn, &change, &before.user).await?;
            store::forget(conn, &change, before.user.id).await?;
            Ok(())
        }),
    );
    work.await?;
    Ok(reply::nothing())
}
