//! The working calendar of the caller's account in the native surface.

use axum::extract::State;
use axum::http::Method;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::body::check;
use super::openapi as doc;
use super::{ApiResult, Body, Request};
use base::clock::Date;
use domain::calendar::{Calendar, Draft, MOST_HOLIDAYS, WorkingDay, store};
use domain::work;
use service::app::App;
use service::openapi::{Operation, schema};
use service::tag::Validator;

const TAG: &str = "account";
const MEMBERS: &[&str] = &["time_zone", "working_days", "from", "to", "holidays"];

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Calendar")]
struct Object {
    time_zone: String,
    working_days: Vec<&'static str>,
    from: String,
    to: String,
    holidays: Vec<Date>,
}

fn shown(calendar: Calendar) -> axum::response::Response {
    let state = Validator::of(&calendar);
    let object = Object {
        time_zone: calendar.time_zone,
        working_days: calendar.working_days.into_iter().map(WorkingDay::name).collect(),
        from: calendar.opens,
        to: calendar.closes,
        holidays: calendar.holidays,
    };
    crate::record(&object, Some(&state))
}

/// OpenAPI description of [`show`].
pub const SHOW: Operation = Operation {
    description: "For administrators. An account without a calendar works from Monday to Friday, 9 to 17, in UTC.",
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "showCalendar", "Show the working calendar")
};

/// `GET /calendar`
pub async fn show(State(app): State<App>, request: Request) -> ApiResult {
    request.query(&[])?;
    request.caller.require_administrator()?;
    let account_id = request.caller.account_id;
    let found = app.db.read(work!(|conn| Ok(store::of_account(conn, account_id).await?)));
    Ok(shown(found.await?))
}

/// OpenAPI description of [`update`].
pub const UPDATE: Operation = Operation {
    description: "For administrators. `from` and `to` are times of the day in `time_zone`, an IANA name; `to` is at most \
        `24:00`. With `PUT`, an absent member gets the value of an account without a calendar; with `PATCH`, it keeps its \
        value.",
    body: Some(|_| {
        let days = WorkingDay::ALL.map(WorkingDay::name);
        let time = json!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$" });
        let holidays = json!({ "type": "array", "items": { "type": "string", "format": "date" },
            "maxItems": MOST_HOLIDAYS });
        let members = [
            ("time_zone", json!({ "type": "string", "examples": ["Europe/Berlin"] })),
            (
                "working_days",
                json!({ "type": "array", "items": { "type": "string", "enum": days }, "minItems": 1 }),
            ),
            ("from", time.clone()),
            ("to", time),
            ("holidays", holidays),
        ];
        doc::closed(&[], &members)
    }),
    answer: Some(schema::of::<Object>),
    errors: &[403],
    ..Operation::new(TAG, "replaceCalendar", "Set the working calendar")
};

/// `PUT /calendar`
pub async fn update(State(app): State<App>, method: Method, body: Body) -> ApiResult {
    body.request.query(&[])?;
    body.request.caller.require_administrator()?;
    let mut members = body.members(MEMBERS)?;
    let draft = Draft {
        time_zone: members.text("time_zone"),
        working_days: members.texts("working_days"),
        opens: members.text("from"),
        closes: members.text("to"),
        holidays: members.texts("holidays"),
    };
    let (types, caller, keeps) = (members.violations, body.request.caller.clone(), method == Method::PATCH);
    let work = body.request.write(&app).run(
        &app,
        work!(|conn, write| {
            write.check(&store::of_account(conn, caller.account_id).await?)?;
            check(types, draft.violations())?;
            store::set(conn, &caller, &write.change, &draft, keeps).await
        }),
        shown,
    );
    Ok(work.await?)
}
