//! The activities of work packages: `docs/contracts/openproject-work-packages.md#activities`.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{ID, id_of, require};
use crate::hal::{Collection, Link};
use crate::markdown::Formattable;
use crate::openapi as doc;
use crate::projects::object::Milliseconds;
use crate::users::link as user_link;
use crate::{ApiResult, Body, Error, Request, hal};
use db::{Conn, List};
use domain::auth::Caller;
use domain::error::Error as Cause;
use domain::ids::UserId;
use domain::participations::Access;
use domain::users;
use domain::users::User;
use domain::work;
use domain::work_packages::store::activities;
use domain::work_packages::{Activity, WorkPackage};
use service::app::App;
use service::openapi::{Operation, Parameter, schema};

const TAG: &str = "Activities";

/// An activity.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Activity")]
#[serde(rename_all = "camelCase")]
struct ActivityObject {
    #[serde(rename = "_type")]
    kind: &'static str,
    id: i64,
    version: i64,
    comment: Formattable,
    details: Vec<DetailObject>,
    created_at: Milliseconds,
    updated_at: Milliseconds,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Serialize, JsonSchema)]
struct DetailObject {
    format: &'static str,
    raw: String,
    html: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Links {
    #[serde(rename = "self")]
    itself: Link,
    work_package: Link,
    user: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    update: Option<Link>,
}

/// Activities with what their objects show.
struct Shown {
    activities: Vec<Activity>,
    package: WorkPackage,
    users: HashMap<UserId, User>,
    access: Access,
}

impl Shown {
    async fn of(
        conn: &mut Conn,
        caller: &Caller,
        activities: Vec<Activity>,
        package: WorkPackage,
        access: Access,
    ) -> Result<Self, Error> {
        let mut people: Vec<UserId> = activities.iter().filter_map(|one| one.user_id).collect();
        people.sort_unstable();
        people.dedup();
        let users = users::store::of_account(conn, caller.account_id, &List::from(people)).await?;
        Ok(Self {
            activities,
            package,
            users: users.into_iter().map(|user| (user.id, user)).collect(),
            access,
        })
    }

    fn objects(&self, root: &str, caller: &Caller) -> Vec<ActivityObject> {
        self.activities.iter().map(|one| self.object(root, caller, one)).collect()
    }

    fn object(&self, root: &str, caller: &Caller, activity: &Activity) -> ActivityObject {
        let path = format!("/activities/{}", activity.id);
        let package = Link::to(root, format!("/work_packages/{}", self.package.id));
        let user = activity.user_id.and_then(|id| self.users.get(&id));
        let may_rewrite = activities::may_rewrite(caller, activity, self.access);
        let detail = |one: &domain::work_packages::activities::Detail| DetailObject {
            format: "custom",
            raw: one.sentence(str::to_owned),
            html: one.sentence(|text| format!("<strong>{}</strong>", escaped(text))),
        };
        ActivityObject {
            kind: if activity.comment.is_some() { "Activity::Comment" } else { "Activity" },
            id: activity.id,
            version: activity.version,
            comment: Formattable::markdown(activity.comment.clone()),
            details: activity.details.iter().map(detail).collect(),
            created_at: Milliseconds(activity.created_at),
            updated_at: Milliseconds(activity.updated_at),
            links: Links {
                itself: Link::to(root, &path),
                work_package: package.titled(&self.package.subject),
                user: user.map_or(Link::nothing(), |user| user_link(root, user)),
                update: may_rewrite.then(|| Link::to(root, &path).with_method("patch")),
            },
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    parameters: &[ID],
    answer: Some(schema::of::<Collection<ActivityObject>>),
    ..Operation::new(TAG, "listActivities", "List the activities of a work package")
};

/// `GET /api/v3/work_packages/{id}/activities`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let id = id_of(&request)?;
    let Request { caller, root, .. } = request;
    let reader = caller.clone();
    let shown = app.db.read(work!(|conn| -> Error {
        let (package, visible) = require(conn, &caller, id, Access::Client).await?;
        let found = activities::list(conn, caller.account_id, id).await?;
        Shown::of(conn, &caller, found, package, visible.access).await
    }));
    let shown = shown.await?;
    for activity in &shown.activities {
        Formattable::prepare(activity.comment.as_deref()).await;
    }
    let link = Link::to(&root, format!("/work_packages/{id}/activities"));
    Ok(hal::answer(StatusCode::OK, &Collection::new(link, shown.objects(&root, &reader))))
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    parameters: &[Parameter::path("id", doc::number, "The id.")],
    answer: Some(schema::of::<ActivityObject>),
    ..Operation::new(TAG, "showActivity", "Show an activity")
};

/// `GET /api/v3/activities/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let id = request.id()?.ok_or(Cause::NotFound)?;
    let Request { caller, root, .. } = request;
    let reader = caller.clone();
    let shown = app.db.read(work!(|conn| -> Error {
        let found = activities::find(conn, &caller, id).await?.ok_or(Cause::NotFound)?;
        let (activity, package, visible) = found;
        Shown::of(conn, &caller, vec![activity], package, visible.access).await
    }));
    single(&root, &reader, StatusCode::OK, &shown.await?)
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    parameters: &[ID],
    body: Some(|_| schema::object(&["comment"], &[("comment", comment())])),
    status: 201,
    answer: Some(schema::of::<ActivityObject>),
    ..Operation::new(TAG, "createComment", "Comment a work package")
};

fn comment() -> Value {
    schema::object(&["raw"], &[("raw", doc::filled())])
}

/// `POST /api/v3/work_packages/{id}/activities`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    let id = id_of(&body.request)?;
    let text = text_of(&body.members);
    let write = body.request.write(&app);
    let Request { caller, root, .. } = body.request;
    let reader = caller.clone();
    let work = write.run(
        &app,
        work!(|conn, write| -> Error {
            let (_, visible) = require(conn, &caller, id, Access::Edit).await?;
            let activity = activities::comment(conn, &write.change, &caller, id, &text).await?;
            let (package, _) = require(conn, &caller, id, Access::Edit).await?;
            Shown::of(conn, &caller, vec![activity], package, visible.access).await
        }),
        move |shown: Shown| {
            hal::answer(StatusCode::CREATED, &shown.object(&root, &reader, &shown.activities[0]))
        },
    );
    work.await
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    parameters: &[Parameter::path("id", doc::number, "The id.")],
    body: Some(|_| {
        let either = json!({ "anyOf": [doc::filled(), comment()] });
        schema::object(&["comment"], &[("comment", either)])
    }),
    answer: Some(schema::of::<ActivityObject>),
    ..Operation::new(TAG, "updateActivity", "Change a comment")
};

/// `PATCH /api/v3/activities/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    let id = body.request.id()?.ok_or(Cause::NotFound)?;
    let text = text_of(&body.members);
    let write = body.request.write(&app);
    let Request { caller, root, .. } = body.request;
    let reader = caller.clone();
    let work = write.run(
        &app,
        work!(|conn, write| -> Error {
            let activity = activities::rewrite(conn, &write.change, &caller, id, &text).await?;
            let found = activities::find(conn, &caller, activity.id).await?.ok_or(Cause::NotFound)?;
            let (activity, package, visible) = found;
            Shown::of(conn, &caller, vec![activity], package, visible.access).await
        }),
        move |shown: Shown| hal::answer(StatusCode::OK, &shown.object(&root, &reader, &shown.activities[0])),
    );
    work.await
}

fn single(root: &str, caller: &Caller, status: StatusCode, shown: &Shown) -> ApiResult {
    let activity = shown.activities.first().ok_or(Cause::NotFound)?;
    Ok(hal::answer(status, &shown.object(root, caller, activity)))
}

/// The text of a comment, bare or as a formattable; blank if there is none.
fn text_of(members: &Map<String, Value>) -> String {
    let comment = members.get("comment");
    let raw = comment.and_then(|comment| comment.get("raw")).or(comment);
    raw.and_then(Value::as_str).unwrap_or_default().to_owned()
}
