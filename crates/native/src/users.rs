//! People in the native surface.

use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::check;
use super::openapi as doc;
use super::{ApiResult, Body, Request, cursor};
use base::clock::Time;
use base::rng::random_bytes;
use domain::ids::UserId;

use db::Conn;
use domain::auth::Caller;
use domain::error::{Error as Cause, Result};
use domain::invitations;
use domain::users::{Changes, NewUser, TEXT_LIMIT, User, access, store};

use domain::work;
use service::app::App;
use service::openapi::{Operation, Parameter, schema};
use service::tag::Validator;

const TAG: &str = "users";
const PARAMETERS: &[&str] = &["search", "active", "limit", "cursor"];
const NEW: &[&str] = &["full_name", "email_address", "headline", "administrator"];
const CHANGES: &[&str] = &["full_name", "headline", "administrator", "active"];

/// A person in the object of another resource.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct Person {
    pub id: i64,
    pub full_name: String,
}

/// The person with an id, in a list of users that is sorted by id.
pub fn person(users: &[User], id: UserId) -> Option<Person> {
    let user = &users[users.binary_search_by_key(&id, |user| user.id).ok()?];
    Some(Person { id: id.0, full_name: user.full_name.clone() })
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Users")]
struct List {
    users: Vec<UserObject>,
    next_cursor: Option<String>,
}

/// A person on the wire.
#[derive(Serialize, JsonSchema)]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct UserObject {
    pub id: i64,
    pub full_name: String,
    pub email_address: String,
    pub headline: Option<String>,
    pub photo_path: Option<String>,
    pub administrator: bool,
    pub active: bool,
    pub created_at: Option<Time>,
}

/// The object of a person.
pub fn object(user: &User) -> UserObject {
    UserObject {
        id: user.id.0,
        full_name: user.full_name.clone(),
        email_address: user.email_address.clone(),
        headline: user.headline.clone(),
        photo_path: user.photo_path.clone(),
        administrator: user.administrator,
        active: user.active,
        created_at: user.created_at,
    }
}

/// The response with a person.
pub fn single(user: &User) -> Response {
    let object = object(user);
    crate::record(&object, Some(&Validator::of(&object)))
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The caller and the people who share a workspace with the caller, newest first; administrators see all \
        people.",
    parameters: &[
        Parameter::query(
            "search",
            schema::text,
            "A part of the name or of the e-mail address, ignoring case.",
        ),
        Parameter::query(
            "active",
            || json!({ "type": "boolean" }),
            "Only active people, or only deactivated people.",
        ),
        doc::LIMIT,
        doc::CURSOR,
    ],
    answer: Some(schema::of::<List>),
    ..Operation::new(TAG, "listUsers", "List people")
};

/// `GET /users`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let query = request.query(PARAMETERS)?;
    let search = query.text("search")?.map(|text| text.trim().to_lowercase());
    let active = match query.text("active")? {
        None => None,
        Some(_) => Some(query.flag("active")?),
    };
    let page = query.page::<i64>()?;
    let (before, limit, caller) = (page.after.unwrap_or(i64::MAX), page.limit, request.caller.clone());
    let found = app.db.read(work!(|conn| store::search(
        conn,
        &caller,
        UserId(before),
        active,
        search.as_deref(),
        limit + 1
    )
    .await));
    let mut users = found.await?;
    let next_cursor = cursor::cut(&mut users, limit, |user| cursor::write(&user.id));
    let mut response =
        crate::json(&List { users: users.iter().map(object).collect(), next_cursor: next_cursor.clone() });
    page.link(&mut response, next_cursor.as_deref());
    Ok(response)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation =
    Operation { answer: Some(schema::of::<UserObject>), ..Operation::new(TAG, "showUser", "Show a person") };

/// `GET /users/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller) = (request.id()?, request.caller);
    let found = app.db.read(work!(|conn| visible(conn, &caller, UserId(id)).await));
    Ok(single(&found.await?))
}

/// The person with an id, if the caller sees them.
///
/// # Errors
/// [`Cause::NotFound`]
pub async fn visible(conn: &mut Conn, caller: &Caller, id: UserId) -> Result<User> {
    let (mut found, _) = store::seen(conn, caller, Some(&[id].into()), 1, 0).await?;
    found.pop().ok_or(Cause::NotFound)
}

/// A text with the limit of names and headlines.
pub fn limited(mut text: Value) -> Value {
    text["maxLength"] = TEXT_LIMIT.into();
    text
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "For administrators. The person can sign in after they have chosen a password with a link: it comes \
        by e-mail, where the server sends e-mail, and is on the page People otherwise.",
    body: Some(|_| {
        let email = json!({ "type": "string", "pattern": "^[^\\s@\\u0000]+@[^\\s@\\u0000]+$" });
        let members = [
            ("full_name", limited(doc::filled())),
            ("email_address", email),
            ("headline", limited(doc::nullable_text())),
            ("administrator", json!({ "type": "boolean" })),
        ];
        doc::closed(&["full_name", "email_address"], &members)
    }),
    status: 201,
    answer: Some(schema::of::<UserObject>),
    errors: &[403, 415],
    ..Operation::new(TAG, "createUser", "Add a person")
};

/// `POST /users`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    body.request.caller.require_administrator()?;
    let mut members = body.members(NEW)?;
    let full_name = members.text("full_name").unwrap_or_default().trim().to_owned();
    let email_address = members.text("email_address").unwrap_or_default().trim().to_owned();
    let headline = members.nullable_text("headline").flatten();
    let administrator = members.flag("administrator").unwrap_or_default();
    let violations = members.violations;
    let list = Request::address("/users");
    let secret = hex::encode(random_bytes());
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let new = NewUser {
                full_name: &full_name,
                email_address: &email_address,
                headline: headline.as_deref(),
                administrator,
                password_hash: None,
            };
            check(violations, new.violations())?;
            let user = store::add(conn, &write.change, &new).await?;
            invitations::store::mail(conn, &write.change, user.id, &secret).await?;
            Ok(user)
        }),
        move |created: User| crate::created(single(&created), &list, created.id.0),
    );
    Ok(work.await?)
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "For administrators. Deactivation takes effect at once: sessions end, tokens and grants are refused while \
        the person is deactivated, and the person's records remain. The last active administrator of an account can be \
        neither deactivated nor demoted.",
    body: Some(|_| {
        let members = [
            ("full_name", limited(doc::filled())),
            ("headline", limited(doc::nullable_text())),
            ("administrator", json!({ "type": "boolean" })),
            ("active", json!({ "type": "boolean" })),
        ];
        doc::closed(&[], &members)
    }),
    answer: Some(schema::of::<UserObject>),
    errors: &[403, 415],
    ..Operation::new(TAG, "updateUser", "Change a person")
};

/// `PATCH /users/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let (id, caller) = (body.request.id()?, body.request.caller.clone());
    if !caller.administrator {
        // A caller who does not see the person gets 404, not 403.
        app.db.read(work!(|conn| visible(conn, &caller, UserId(id)).await)).await?;
        return Err(Cause::Forbidden.into());
    }
    let mut members = body.members(CHANGES)?;
    let changes = Changes {
        full_name: members.text("full_name"),
        headline: members.nullable_text("headline"),
        administrator: members.flag("administrator"),
        active: members.flag("active"),
        ..Changes::default()
    };
    let shape = members.check();
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let before = store::find(conn, write.change.account_id, UserId(id)).await?;
            write.check(&object(&before))?;
            shape?;
            access::change(conn, &write.change, &before, &changes).await
        }),
        |changed| single(&changed),
    );
    Ok(work.await?)
}
