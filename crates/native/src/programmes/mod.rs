//! Programmes in the native surface.

mod object;

use axum::extract::State;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use self::object::{List, Object, rule, short, shown};
use super::body::{Members, integer};
use super::openapi as doc;
use super::{ApiResult, Body, Request};
use domain::error::{Error as Cause, Problem, Violation};
use domain::ids::WorkspaceId;
use domain::portfolio::weeks;
use domain::portfolio::weeks::Weeks;
use domain::programmes::rule::{MOST_MEMBERS, MOST_WEIGHT};
use domain::programmes::store::Found;
use domain::programmes::{DESCRIPTION_LIMIT, Draft, Member, NAME_LIMIT, store};
use domain::versions::past::Past;
use domain::work;
use service::app::App;
use service::openapi::{Operation, Parameter, schema};
use service::replies::no_content;

const TAG: &str = "programmes";
/// The parameters of reads in the past.
const PAST: &[Parameter] = &[doc::AS_OF, doc::KNOWN_AT];
const PAST_NAMES: &[&str] = &["as_of", "known_at"];
const WRITABLE: &[&str] = &["name", "description", "rule", "members"];

/// The week of now, or of a read in the past, and the one before, in UTC.
fn weeks(app: &App, past: Option<Past>) -> Weeks {
    let at = past.map_or_else(|| app.clock.now(), |past| past.as_of);
    Weeks::until(TimeZone::UTC, weeks::number_of(&TimeZone::UTC, at), 2)
}

fn writable() -> Vec<(&'static str, Value)> {
    let weight = json!({ "type": "integer", "minimum": 1, "maximum": MOST_WEIGHT, "default": 1 });
    let id = json!({ "type": "integer", "minimum": 1 });
    let member = doc::closed(&["workspace_id"], &[("workspace_id", id), ("weight", weight)]);
    vec![
        ("name", doc::filled_within(NAME_LIMIT)),
        (
            "description",
            json!({ "type": "string", "pattern": "^[^\\u0000]*$", "maxLength": DESCRIPTION_LIMIT }),
        ),
        ("rule", rule()),
        ("members", json!({ "type": "array", "items": member, "maxItems": MOST_MEMBERS })),
    ]
}

fn draft(members: &mut Members<'_>) -> Draft {
    let rule = members.value("rule").map(|value| serde_json::from_value(whole(value)).ok());
    let own = members.value("members").map(|value| {
        value.as_array().and_then(|items| items.iter().map(member).collect::<Option<Vec<Member>>>())
    });
    for (name, is_wrong) in [("rule", rule == Some(None)), ("members", own == Some(None))] {
        if is_wrong {
            members.violations.push(Violation::new(name, Problem::Malformed));
        }
    }
    Draft {
        name: members.text("name"),
        description: members.text("description"),
        rule: rule.flatten(),
        members: own.flatten(),
    }
}

/// A value whose whole numbers are integers, however they are written.
fn whole(value: &Value) -> Value {
    match value {
        Value::Object(object) => object
            .iter()
            .map(|(name, value)| (name.clone(), whole(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Number(_) => integer(value).map_or_else(|| value.clone(), Value::from),
        other => other.clone(),
    }
}

fn member(item: &Value) -> Option<Member> {
    let item = item.as_object()?;
    let is_known = item.keys().all(|name| ["workspace_id", "weight"].contains(&name.as_str()));
    let weight = item.get("weight").map_or(Some(1), integer)?;
    let workspace_id = WorkspaceId(integer(item.get("workspace_id")?)?);
    is_known.then_some(Member { workspace_id, weight })
}

/// OpenAPI description of [`index`].
pub const INDEX: Operation = Operation {
    description: "By name: those with a project whose health the caller sees; administrators see all. An account has at most \
        100, so that there is no next page. In the past, each has the name, the rule and the projects that it had then.",
    parameters: PAST,
    answer: Some(doc::seen::<List>),
    ..Operation::new(TAG, "listProgrammes", "List the programmes with their health")
};

/// `GET /programmes`
pub async fn index(State(app): State<App>, request: Request) -> ApiResult {
    let past = request.query(PAST_NAMES)?.past(app.clock.now())?;
    let (caller, weeks) = (request.caller, weeks(&app, past));
    let found = app.db.read(work!(|conn| store::list(conn, &caller, &weeks, past).await)).await?;
    let programmes = found.into_iter().map(short).collect();
    Ok(crate::seen(&List { programmes, next_cursor: None }, past))
}

/// OpenAPI description of [`create`].
pub const CREATE: Operation = Operation {
    description: "For administrators. `rule` of kind `worst` (which is usual) gives the worst color of a project; `weighted` \
        compares the mean score in percent, by weight, in which green counts 100, yellow 50 and red 0; `threshold` is red if \
        the red projects reach the limit `red`, else yellow if the yellow and red ones reach the limit `yellow`; a limit is a \
        `count`, or a `percent` of the projects that count. Projects count that were reported this week or last week and are neither finished nor archived.",
    body: Some(|_| doc::closed(&["name"], &writable())),
    status: 201,
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "createProgramme", "Add a programme")
};

/// `POST /programmes`
pub async fn create(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    body.request.caller.require_administrator()?;
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    Cause::check(members.violations)?;
    let (caller, list, weeks) =
        (body.request.caller.clone(), Request::address("/programmes"), weeks(&app, None));
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let created = store::create(conn, &caller, &write.change, &draft).await?;
            store::require(conn, &caller, created.id, &weeks, None).await
        }),
        move |found: Found| {
            let id = found.programme.id;
            crate::created(shown(found), &list, id)
        },
    );
    Ok(work.await?)
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "The color is that of the projects whose health the caller sees; `hidden` is the number of the others. \
        `inputs` has the projects that count first, and `flips` the smallest changes of their colors that give the programme \
        another color. In the past, all of it is as it was.",
    parameters: PAST,
    answer: Some(doc::seen::<Object>),
    ..Operation::new(TAG, "showProgramme", "Show a programme with its health")
};

/// `GET /programmes/{id}`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    let past = request.query(PAST_NAMES)?.past(app.clock.now())?;
    let (id, caller, weeks) = (request.id()?, request.caller, weeks(&app, past));
    let found = app.db.read(work!(|conn| store::require(conn, &caller, id, &weeks, past).await));
    let found = found.await?;
    Ok(if past.is_some() { crate::seen(&Object::of(found), past) } else { shown(found) })
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "For administrators. `members` replaces all of them.",
    body: Some(|_| doc::closed(&[], &writable())),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "updateProgramme", "Change a programme")
};

/// `PATCH /programmes/{id}`
pub async fn update(State(app): State<App>, body: Body) -> ApiResult {
    body.request.query(&[])?;
    let (id, caller, weeks) = (body.request.id()?, body.request.caller.clone(), weeks(&app, None));
    let mut members = body.members(WRITABLE)?;
    let draft = draft(&mut members);
    let types = members.violations;
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            let before = store::require(conn, &caller, id, &weeks, None).await?;
            caller.require_administrator()?;
            write.check(&before.programme)?;
            Cause::check(types)?;
            store::update(conn, &caller, &write.change, id, &draft).await?;
            store::require(conn, &caller, id, &weeks, None).await
        }),
        shown,
    );
    Ok(work.await?)
}

/// OpenAPI description of [`delete`].
pub const DELETE: Operation = Operation {
    description: "For administrators. The workspaces stay.",
    status: 204,
    errors: &[403],
    ..Operation::new(TAG, "deleteProgramme", "Delete a programme")
};

/// `DELETE /programmes/{id}`
pub async fn delete(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    let (id, caller, weeks) = (request.id()?, request.caller.clone(), weeks(&app, None));
    let work = request.write(&app).run(
        &app,
        work!(|conn, write| {
            let before = store::require(conn, &caller, id, &weeks, None).await?;
            caller.require_administrator()?;
            write.check(&before.programme)?;
            store::delete(conn, &caller, &write.change, id).await
        }),
        no_content,
    );
    Ok(work.await?)
}
