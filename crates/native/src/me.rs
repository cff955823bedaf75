//! The caller in the native surface.

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::check;
use super::openapi as doc;
use super::users::limited;
use super::{ApiResult, Body, Request};
use base::clock::Time;
use db::Conn;
use domain::auth;
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::participations::Parts;
use domain::table;
use domain::users::{Changes, LANGUAGES, User, access};
use domain::{accounts, participations, users};

use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};
use service::tag::Validator;

#[derive(Serialize, JsonSchema)]
struct Me {
    user: Myself,
    account: Account,
    administrator: bool,
    token: Token,
    permissions: Permissions,
    participations: Parts,
    #[serde(flatten)]
    profile: Profile,
}

/// What the caller can change.
#[derive(Serialize, JsonSchema)]
struct Profile {
    full_name: String,
    headline: Option<String>,
    /// Null: the language of the browser on the pages, else English.
    language: Option<String>,
    /// Null: the time zone of the browser on the pages, else UTC.
    time_zone: Option<String>,
}

impl From<&User> for Profile {
    fn from(user: &User) -> Self {
        Self {
            full_name: user.full_name.clone(),
            headline: user.headline.clone(),
            language: user.language.clone(),
            time_zone: user.time_zone.clone(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
struct Myself {
    id: i64,
    full_name: String,
    email_address: String,
    headline: Option<String>,
    photo_path: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Account {
    id: i64,
    name: String,
}

#[derive(Serialize, JsonSchema)]
struct Token {
    name: String,
    scopes: Vec<String>,
    expires_at: Option<Time>,
}

/// The permissions of the caller outside workspaces.
#[derive(Serialize, JsonSchema)]
struct Permissions {
    administer_account: bool,
    create_workspaces: bool,
}

/// OpenAPI description of [`me`].
pub const ME: Operation = Operation {
    answer: Some(schema::of::<Me>),
    ..Operation::new("me", "showMe", "Show the caller and their permissions")
};

/// `GET /me`
pub async fn me(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let caller = request.caller;
    let me = app.db.read(work!(|conn| read(conn, &caller).await)).await?;
    Ok(crate::record(&me, Some(&Validator::of(&me.profile))))
}

async fn read(conn: &mut Conn, caller: &Caller) -> Result<Me> {
    let token: Option<auth::Token> = table::find(conn, caller.account_id, caller.token_id).await?;
    let token = token.ok_or(Error::Unauthenticated)?;
    let user = users::store::find(conn, caller.account_id, caller.user_id).await?;
    let account = accounts::store::find(conn, caller.account_id).await?.ok_or(Error::NotFound)?;
    let profile = Profile::from(&user);
    Ok(Me {
        profile,
        user: Myself {
            id: user.id.0,
            full_name: user.full_name,
            email_address: user.email_address,
            headline: user.headline,
            photo_path: user.photo_path,
        },
        account: Account { id: account.id.0, name: account.name },
        administrator: caller.administrator,
        token: Token {
            name: token.name,
            scopes: token.scopes.unwrap_or_default(),
            expires_at: token.expires_at,
        },
        permissions: Permissions {
            administer_account: caller.administrator,
            create_workspaces: participations::store::may_make_workspaces(conn, caller).await?,
        },
        participations: participations::store::of_caller(conn, caller).await?,
    })
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "What people can change about themselves. `language` and `time_zone` (an IANA name) are those of pages and \
        mails; null leaves them to the browser.",
    body: Some(|_| {
        let languages: Vec<_> = LANGUAGES.into_iter().map(Value::from).chain([Value::Null]).collect();
        let members = [
            ("full_name", limited(doc::filled())),
            ("headline", limited(doc::nullable_text())),
            ("language", json!({ "type": ["string", "null"], "enum": languages })),
            ("time_zone", json!({ "type": ["string", "null"], "examples": ["Europe/Berlin"] })),
        ];
        doc::closed(&[], &members)
    }),
    answer: Some(schema::of::<Me>),
    errors: &[415],
    ..Operation::new("me", "updateMe", "Change the caller")
};

/// `PATCH /me`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let mut members = body.members(&["full_name", "headline", "language", "time_zone"])?;
    let changes = Changes {
        full_name: members.text("full_name"),
        headline: members.nullable_text("headline"),
        language: members.nullable_text("language"),
        time_zone: members.nullable_text("time_zone"),
        ..Changes::default()
    };
    let types = members.violations;
    let caller = body.request.caller.clone();
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let before = users::store::find(conn, caller.account_id, caller.user_id).await?;
            write.check(&Profile::from(&before))?;
            check(types, changes.violations())?;
            access::change(conn, &write.change, &before, &changes).await?;
            read(conn, &caller).await
        }),
        |me| crate::record(&me, Some(&Validator::of(&me.profile))),
    );
    Ok(work.await?)
}
