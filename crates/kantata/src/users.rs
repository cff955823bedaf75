//! Users in the Kantata surface (docs/contracts/kantata.md#users).

use super::envelope::Object;
use super::openapi as doc;
use super::openapi::listed;
use super::resource::{Presentation, Resource, list_operation, operation};
use super::values::Id;
use super::{ApiResult, Envelope, Paging, Request, Tagged};
use db::Conn;
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::ids::UserId;
use domain::users::User;
use domain::users::store;

use domain::work;
use schemars::JsonSchema;
use serde::Serialize;
use service::openapi::Operation;

const KEY: &str = "users";

/// A person of the account.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub struct UserObject<'o> {
    full_name: &'o str,
    photo_path: Option<&'o str>,
    email_address: &'o str,
    headline: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    own: Option<Own>,
    account_id: Id,
    id: Id,
}

/// The members that only the caller's own user has; Statuary has no plans.
#[derive(Serialize, JsonSchema)]
struct Own {
    account_permission: &'static str,
    plan_type: Option<&'static str>,
}

impl Object for UserObject<'_> {
    const KEY: &'static str = KEY;
}

impl<'o> UserObject<'o> {
    /// The wire object of a user.
    pub fn of(user: &'o User) -> Self {
        Self {
            full_name: &user.full_name,
            photo_path: user.photo_path.as_deref(),
            email_address: &user.email_address,
            headline: user.headline.as_deref(),
            own: None,
            account_id: Id::of(user.account_id),
            id: Id::of(user.id),
        }
    }

    /// The wire object of the caller, with the permission in the account (docs/contracts/kantata.md#users).
    fn of_caller(user: &'o User) -> Self {
        let permission = if user.administrator { "Account Administrator" } else { "Collaborator" };
        Self { own: Some(Own { account_permission: permission, plan_type: None }), ..Self::of(user) }
    }
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "The caller and the users who share a workspace with the caller; administrators see all users.",
    parameters: listed![],
    ..list_operation::<User>("listUsers", "List users")
};

/// `GET /users`
pub async fn index(request: Request) -> ApiResult {
    Paging::read(&request.params)?;
    let only = request.params.only()?;
    request
        .list(work!(|conn, caller, view| {
            store::seen(conn, caller, only.as_ref(), view.paging.limit, view.paging.offset).await
        }))
        .await
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = operation::<User>("showUser", "Show a user");

/// `GET /users/{id}`
pub async fn show(request: Request) -> ApiResult {
    request.show(work!(|conn, caller, id| find(conn, caller, UserId(id)).await)).await
}

/// OpenAPI description of [`me`].
pub const ME: Operation = operation::<User>("showMe", "Show the caller");

/// `GET /users/me`
pub async fn me(request: Request) -> ApiResult {
    let paging = Paging::read(&request.params)?;
    let Request { app, caller, .. } = request;
    let found = app.db.read(work!(|conn| {
        let user = find(conn, &caller, caller.user_id).await?;
        let mut envelope = Envelope::new(KEY);
        envelope.push(user.id, &UserObject::of_caller(&user));
        Ok(Tagged::one(envelope.finish(1, paging), None))
    }));
    Ok(crate::tagged(found.await?))
}

async fn find(conn: &mut Conn, caller: &Caller, id: UserId) -> Result<User> {
    let (mut found, _) = store::seen(conn, caller, Some(&[id].into()), 1, 0).await?;
    found.pop().ok_or(Error::NotFound)
}

impl Resource for User {
    const KEY: &'static str = KEY;
    const MEMBERS: &'static [doc::Member] = &[doc::by_id::<UserObject<'_>>];

    async fn present(page: &[Self], out: &mut Presentation<'_>) -> Result<()> {
        for user in page {
            out.envelope.push(user.id, &UserObject::of(user));
        }
        Ok(())
    }
}
